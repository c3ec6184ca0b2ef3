//! One build for everything: the same features and profile for lints, tests, browser and window.
//!
//! Cargo unites the features of what is built together, so each other selection of packages would
//! compile half the tree again. Hence always the whole workspace, and always with the UI embedded
//! (`custom-protocol`), as the window's tests need it.

use std::io::BufReader;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use cargo_metadata::Message;

use crate::{root, setup, shell};

/// The whole workspace with its one feature set.
pub const WORKSPACE: [&str; 3] = ["--workspace", "--features", "holdfast-app/custom-protocol"];
/// The same, with tests, benches and binaries.
pub const EVERYTHING: [&str; 4] =
    ["--workspace", "--features", "holdfast-app/custom-protocol", "--all-targets"];
/// Programs that only the bench runs.
const MEASURING: [&str; 4] = ["--exclude", "holdfast-bench", "--exclude", "holdfast-blank"];
/// The package whose tests need a display, a keyring and input methods.
pub const WINDOW_TESTS: &str = "holdfast-app-tests";
/// The package whose tests run a real server and several desks.
pub const JOURNEYS: &str = "holdfast-journeys";

/// A compiled test program.
pub struct TestBinary {
    /// Name of the package, such as `holdfast-domain`.
    pub package: String,
    /// Name of the target, such as `snapshot` for `tests/snapshot.rs`.
    pub target: String,
    /// Folder of the package: where cargo would start the program.
    pub folder: PathBuf,
    pub executable: PathBuf,
}

/// A cargo command at the root. On a build machine nothing is incremental and the lock is law.
pub fn cargo() -> Command {
    let mut command = Command::new(setup::cargo());
    command.current_dir(root::dir());
    if on_a_build_machine() {
        command.env("CARGO_INCREMENTAL", "0");
    }
    command
}

/// Build all binaries and tests; returns the tests.
pub fn everything() -> Result<Vec<TestBinary>> {
    let mut command = cargo();
    command.arg("build").args(EVERYTHING).arg("--message-format=json-render-diagnostics");
    if on_a_build_machine() {
        command.arg("--locked");
    }
    let mut child = command.stdout(Stdio::piped()).spawn().context("cannot start cargo")?;
    let stdout = child.stdout.take().expect("stdout was piped");
    let mut tests = Vec::new();
    for message in Message::parse_stream(BufReader::new(stdout)) {
        if let Message::CompilerArtifact(artifact) = message.context("cannot read cargo's words")? {
            tests.extend(test_binary(artifact));
        }
    }
    ensure!(child.wait()?.success(), "`{}` failed", shell::words(&command));
    tests.sort_by(|a, b| (&a.package, &a.target).cmp(&(&b.package, &b.target)));
    Ok(tests)
}

/// Build the binaries alone that somebody runs: desk, host, server, customers. What only measures
/// is left out, which changes nobody's features.
pub fn binaries() -> Result<()> {
    shell::run(cargo().arg("build").args(WORKSPACE).args(MEASURING).arg("--bins"))
}

fn test_binary(artifact: cargo_metadata::Artifact) -> Option<TestBinary> {
    if !artifact.profile.test {
        return None;
    }
    Some(TestBinary {
        package: package_name(&artifact.package_id.repr),
        target: artifact.target.name,
        folder: artifact.manifest_path.parent()?.as_std_path().to_path_buf(),
        executable: artifact.executable?.into_std_path_buf(),
    })
}

/// `path+file:///x/crates/domain#holdfast-domain@0.1.0` → `holdfast-domain`. Where the folder has
/// the package's name, cargo writes `path+file:///x/xtask#0.1.0`.
fn package_name(id: &str) -> String {
    let (place, rest) = id.rsplit_once('#').unwrap_or((id, ""));
    match rest.split_once('@') {
        Some((name, _)) => name.to_owned(),
        None => place.rsplit('/').next().unwrap_or(place).to_owned(),
    }
}

fn on_a_build_machine() -> bool {
    std::env::var("CI").is_ok_and(|ci| ci == "true")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn package_names_are_read_from_both_forms_of_an_id() {
        assert_eq!(
            package_name("path+file:///x/crates/domain#holdfast-domain@0.1.0"),
            "holdfast-domain"
        );
        assert_eq!(package_name("path+file:///x/xtask#0.1.0"), "xtask");
    }
}
