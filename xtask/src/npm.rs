//! The JavaScript side: packages, checks and the built UI.
//!
//! `npm ci` runs only when the lock file changed, the UI is built only when one of its inputs did.
//! There is one lock file: what the browser tests borrow stands among the UI's own packages.
//! Deliberately absent: what the checks are (ui/package.json says it).

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::{root, say, shell, stamp};

/// What the built UI is made of, beside `ui/` itself.
const UI_INPUTS: [&str; 3] = ["ui", "locales", "icons"];
/// Folders that are results, not inputs.
const RESULTS: [&str; 4] = ["node_modules", "dist", "coverage", ".svelte-kit"];

/// Install the UI's packages unless exactly those are installed.
pub fn install() -> Result<Vec<String>> {
    let dir = ui();
    if is_installed(&dir)? {
        return Ok(vec!["packages as locked".to_owned()]);
    }
    say::begin("npm ci");
    shell::run(npm(&dir).args(["ci", "--no-audit", "--no-fund"]))?;
    fs::copy(dir.join("package-lock.json"), installed_lock(&dir))
        .context("cannot note which lock is installed")?;
    Ok(vec!["packages installed".to_owned()])
}

/// Types, style and unit tests of the UI.
pub fn check() -> Result<Vec<String>> {
    shell::tee(npm(&ui()).args(["run", "check"]))
}

/// Build `ui/dist` unless it was built from exactly these inputs.
pub fn build() -> Result<Vec<String>> {
    let inputs: Vec<PathBuf> = UI_INPUTS.iter().map(|input| root::dir().join(input)).collect();
    let fingerprint = stamp::fingerprint(&inputs, &RESULTS)?;
    let page = ui().join("dist/index.html");
    if page.exists() && stamp::is_fresh("ui", &fingerprint) {
        return Ok(vec!["ui/dist is fresh".to_owned()]);
    }
    let lines = shell::tee(npm(&ui()).args(["run", "build"]))?;
    ensure!(page.exists(), "the UI was built, but {} is not there", page.display());
    stamp::remember("ui", &fingerprint)?;
    Ok(lines)
}

/// Run one of our own scripts under node, from the root.
pub fn node(script: &str) -> Command {
    let mut command = Command::new("node");
    command.arg(script).current_dir(root::dir());
    command
}

fn npm(dir: &Path) -> Command {
    let mut command = shell::script("npm");
    command.current_dir(dir);
    command
}

fn ui() -> PathBuf {
    root::dir().join("ui")
}

fn is_installed(dir: &Path) -> Result<bool> {
    let wanted = fs::read(dir.join("package-lock.json"))?;
    Ok(fs::read(installed_lock(dir)).is_ok_and(|installed| installed == wanted))
}

/// A copy of the lock that was installed; it goes when somebody deletes `node_modules`.
fn installed_lock(dir: &Path) -> PathBuf {
    dir.join("node_modules/.holdfast-lock.json")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_are_installed_again_when_the_lock_changes_or_the_folder_is_gone() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let lock = dir.path().join("package-lock.json");
        fs::write(&lock, "one").expect("write");
        assert!(!is_installed(dir.path()).expect("readable"), "nothing is installed yet");
        fs::create_dir(dir.path().join("node_modules")).expect("mkdir");
        fs::copy(&lock, installed_lock(dir.path())).expect("copy");
        assert!(is_installed(dir.path()).expect("readable"));
        fs::write(&lock, "two").expect("write");
        assert!(!is_installed(dir.path()).expect("readable"), "the lock moved on");
    }
}
