//! `cargo xtask torture`: the real processes, really killed, for as long as is wanted. The program
//! is tests/torture; it starts the server and the desks that are built beside it.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Result, ensure};

use crate::test::build;
use crate::{root, setup, shell};

#[derive(clap::Args)]
pub struct Options {
    /// For how long; fractions are fine
    #[arg(long, default_value_t = 10.0)]
    minutes: f64,
    /// Decides what breaks; when exactly it meets a real process is not for a seed to say
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the figures are written
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Every round is told, and the last world is kept
    #[arg(long)]
    verbose: bool,
    /// Programs as they are shipped, built for release
    #[arg(long)]
    release: bool,
}

/// Tortures and prints what came of it.
pub fn torture(options: &Options) -> Result<()> {
    ensure!(cfg!(target_os = "linux"), "disks that are full and clocks that jump: only on Linux");
    setup::ensure(&[setup::Group::Build, setup::Group::Test])?;
    let folder = if options.release {
        let programs = ["holdfast-server", "holdfast-host", "holdfast-torture"];
        // The server alone first, as it is packaged: without the desk's encryption library.
        for programs in [&programs[..1], &programs[1..]] {
            let mut command = build::cargo();
            command.args(["build", "--release"]);
            for name in programs {
                command.args(["--package", name]);
            }
            shell::run(&mut command)?;
        }
        root::release()
    } else {
        build::binaries()?;
        root::debug()
    };
    let mut arguments = Vec::new();
    let mut add = |name: &str, value: String| arguments.extend([name.to_owned(), value]);
    add("--minutes", options.minutes.to_string());
    add("--seed", options.seed.to_string());
    if let Some(json) = &options.json {
        add("--json", std::path::absolute(json)?.display().to_string());
    }
    if options.verbose {
        arguments.push("--verbose".to_owned());
    }
    shell::tee(command(&folder).args(arguments)).map(drop)
}

fn command(folder: &std::path::Path) -> Command {
    let mut command = Command::new(folder.join(root::exe("holdfast-torture")));
    command.env("HOLDFAST_BIN_DIR", folder);
    command
}
