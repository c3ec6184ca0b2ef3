//! `cargo xtask bench`: builds for release and measures what an agent would feel.
//!
//! The server is built alone, as it is packaged: together with the desk it would carry the desk's
//! encryption library. `holdfast-bench` does the measuring, on a stage like that of the window's
//! tests. docs/figures.md says what each figure is and how the last run went. Deliberately absent:
//! failing when an aim is missed; a shared machine would make that a lottery.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::test::build::cargo;
use crate::test::stage::Stage;
use crate::{npm, root, say, setup, shell};

#[derive(clap::Args)]
pub struct Options {
    /// Where the figures are written, as a list of {id, value, unit, baseline, ratio}
    #[arg(long, value_name = "FILE")]
    json: PathBuf,
    /// The largest number of tickets instead of 100,000
    #[arg(long, value_name = "N", conflicts_with = "quick")]
    scale: Option<u64>,
    /// Small numbers and few rounds, for working on the bench itself
    #[arg(long)]
    quick: bool,
    /// These parts only: window, tickets, propagation, size, siege, restore
    #[arg(long, value_name = "PART")]
    only: Option<String>,
}

/// The server by itself, and whoever measures.
const MEASURING: [&[&str]; 2] =
    [&["--package", "holdfast-server"], &["--package", "holdfast-bench"]];
/// What is measured as a window or as a file, beside the others.
const WINDOWS: &[&str] = &[
    "--package",
    "holdfast-app",
    "--package",
    "holdfast-blank",
    "--features",
    "holdfast-app/custom-protocol",
];
/// Parts that need them.
const OF_WINDOWS: [&str; 2] = ["window", "size"];

/// The command.
pub fn bench(options: &Options) -> Result<()> {
    let windows = options.only.as_ref().is_none_or(|only| needs_windows(only));
    if windows {
        setup::ensure(&[setup::Group::Build, setup::Group::Test])?;
        npm::install()?;
        npm::build()?;
    }
    say::begin("building for release (several minutes the first time)");
    let begun = Instant::now();
    for packages in MEASURING.into_iter().chain(windows.then_some(WINDOWS)) {
        shell::run(cargo().args(["build", "--release"]).args(packages))?;
    }
    say::done("built", begun.elapsed());
    let program = root::release().join(root::exe("holdfast-bench"));
    let stage = if windows { Some(Stage::set()?) } else { None };
    let mut command =
        stage.as_ref().map_or_else(|| Command::new(&program), |s| s.program(&program));
    command
        .current_dir(root::dir())
        .env("HOLDFAST_BIN_DIR", root::release())
        .arg("--json")
        .arg(whole(&options.json)?)
        .arg("--dist")
        .arg(root::target().join("dist"));
    if let Some(scale) = options.scale {
        command.args(["--scale", &scale.to_string()]);
    }
    if options.quick {
        command.arg("--quick");
    }
    if let Some(only) = &options.only {
        command.args(["--only", only]);
    }
    let begun = Instant::now();
    shell::run(&mut command).context("not everything was measured")?;
    say::done(&format!("figures: {}", options.json.display()), begun.elapsed());
    Ok(())
}

fn needs_windows(only: &str) -> bool {
    only.split(',').any(|part| OF_WINDOWS.contains(&part.trim()))
}

/// The path from the developer's own folder; the bench runs at the root.
fn whole(path: &Path) -> Result<PathBuf> {
    let here = std::env::current_dir().context("there is no current folder")?;
    Ok(here.join(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_is_built_for_whoever_measures_one() {
        assert!(needs_windows("restore,window"));
        assert!(!needs_windows("restore,siege"));
    }
}
