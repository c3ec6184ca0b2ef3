//! `cargo xtask dist`: .deb and .rpm of desk and server, offline, in `target/dist/`.
//!
//! Built with dpkg-deb and rpmbuild from a folder laid out as it will lie on the disk, so that both
//! formats hold the same files. Deliberately absent: signing and upload (the workflow's business),
//! and the bundles of Windows and macOS, which only those systems can make.

mod deb;
mod package;
mod rpm;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use self::package::Package;
use crate::{npm, root, say, setup, shell};

/// The command.
pub fn dist() -> Result<()> {
    ensure!(cfg!(target_os = "linux"), "deb and rpm are made on Linux; see release.yml for others");
    setup::ensure(&[setup::Group::Build, setup::Group::Dist])?;
    npm::install()?;
    npm::build()?;
    let out = root::target().join("dist");
    fs::create_dir_all(&out)?;
    let mut made = Vec::new();
    for package in package::ALL {
        compile(&package)?;
        let tree = lay_out(&package)?;
        say::begin(&format!("packing {}", package.name));
        made.push(deb::pack(&package, &tree, &out)?);
        made.push(rpm::pack(&package, &tree, &out)?);
    }
    for path in made {
        let mebibytes = fs::metadata(&path)?.len() as f64 / (1024.0 * 1024.0);
        say::line(&format!("{mebibytes:6.1} MiB  {}", path.display()));
    }
    Ok(())
}

/// Each program alone: built together, the server would carry the desk's encryption library.
fn compile(package: &Package) -> Result<()> {
    say::begin(&format!("building {} for release (several minutes)", package.name));
    let begun = Instant::now();
    let mut command = Command::new(setup::cargo());
    command.current_dir(root::dir()).args(["build", "--release", "--package", package.program]);
    if !package.features.is_empty() {
        command.args(["--features", package.features]);
    }
    shell::run(&mut command)?;
    say::done("built", begun.elapsed());
    Ok(())
}

/// The package's files in a folder, as they will lie below `/`.
fn lay_out(package: &Package) -> Result<PathBuf> {
    let tree = root::target().join("dist/tree").join(package.name);
    if tree.exists() {
        fs::remove_dir_all(&tree).context("cannot clear the last layout")?;
    }
    let program = root::target().join("release").join(package.program);
    place(&program, &tree, package.installed_as, 0o755)?;
    for file in package.files {
        let mode = if file.config { 0o600 } else { 0o644 };
        place(&root::dir().join(file.from), &tree, file.to, mode)?;
    }
    Ok(tree)
}

fn place(from: &Path, tree: &Path, to: &str, mode: u32) -> Result<()> {
    let to = tree.join(to.trim_start_matches('/'));
    let folder = to.parent().expect("a file lies in a folder");
    fs::create_dir_all(folder)?;
    fs::copy(from, &to).with_context(|| format!("{} is missing", from.display()))?;
    set_mode(&to, mode)
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    Ok(fs::set_permissions(path, fs::Permissions::from_mode(mode))?)
}

#[cfg(not(unix))]
fn set_mode(_: &Path, _: u32) -> Result<()> {
    Ok(())
}
