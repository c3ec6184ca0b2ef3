//! `cargo xtask audit`: licences, sources, doubled versions, and dependencies nobody uses.
//!
//! Offline, with cargo-deny and cargo-machete where they are installed. Known vulnerabilities need
//! the network and are the workflow's business (.github/workflows/audit.yml).

use std::process::Command;

use anyhow::{Result, ensure};

use crate::{root, say, shell};

#[derive(clap::Args)]
pub struct Options {
    /// Fail when one of the two tools is not installed
    #[arg(long)]
    pub require: bool,
}

struct Tool {
    program: &'static str,
    args: &'static [&'static str],
}

const TOOLS: [Tool; 2] = [
    Tool { program: "cargo-deny", args: &["--offline", "check", "bans", "licenses", "sources"] },
    Tool { program: "cargo-machete", args: &["--with-metadata"] },
];

/// Run the tools that are there; say which are not.
pub fn audit(options: &Options) -> Result<()> {
    let mut missing = Vec::new();
    for tool in TOOLS {
        let Some(path) = shell::find(tool.program) else {
            say::line(&format!("not installed: {0} (cargo install --locked {0})", tool.program));
            missing.push(tool.program);
            continue;
        };
        say::begin(&format!("{} {}", tool.program, tool.args.join(" ")));
        shell::run(Command::new(path).args(tool.args).current_dir(root::dir()))?;
    }
    ensure!(missing.is_empty() || !options.require, "not installed: {}", missing.join(", "));
    Ok(())
}
