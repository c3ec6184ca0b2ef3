//! Unit tests and journeys, without a display.
//!
//! With cargo-nextest where it is installed, else by running the programs that the build step
//! made, each in its package's folder as cargo would. All of them run, even after a failure, so
//! that one round shows everything that is red.

use std::process::Command;

use anyhow::{Result, bail};

use super::build::{self, TestBinary};
use super::closing;
use crate::{say, shell};

/// Run the tests of all packages but those in `later`.
pub fn run(binaries: &[TestBinary], later: &[&str]) -> Result<Vec<String>> {
    if shell::find("cargo-nextest").is_some() {
        return nextest(later);
    }
    let mut lines = Vec::new();
    let mut red = Vec::new();
    for binary in binaries.iter().filter(|binary| !later.contains(&binary.package.as_str())) {
        say::line(&format!("    {} {}", binary.package, binary.target));
        let (status, told) = shell::watch(
            Command::new(&binary.executable)
                .current_dir(&binary.folder)
                .env("CARGO_MANIFEST_DIR", &binary.folder),
        )?;
        lines.extend(told);
        if !status.success() {
            red.push(format!("{} {}", binary.package, binary.target));
        }
    }
    if !red.is_empty() {
        bail!("tests failed in: {}", red.join(", "));
    }
    closing::some_ran(&lines)?;
    Ok(lines)
}

fn nextest(later: &[&str]) -> Result<Vec<String>> {
    let filter: Vec<String> = later.iter().map(|name| format!("not package(={name})")).collect();
    shell::tee(
        build::cargo()
            .args(["nextest", "run", "--no-fail-fast"])
            .args(build::WORKSPACE)
            .args(["--filterset", &filter.join(" and ")]),
    )
}
