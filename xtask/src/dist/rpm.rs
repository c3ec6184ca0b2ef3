//! An RPM package of the same files, packed by rpmbuild.
//!
//! rpm finds by itself which libraries the program links. Deliberately absent: a source package and
//! any stripping; the program was stripped when it was built.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::package::{Package, VERSION};
use crate::shell;

/// Pack `tree` into `out`; returns the file.
pub fn pack(package: &Package, tree: &Path, out: &Path) -> Result<PathBuf> {
    let work = tempfile::tempdir_in(out).context("no folder to build the rpm in")?;
    let spec = work.path().join("package.spec");
    fs::write(&spec, self::spec(package, tree))?;
    let define = |name: &str, path: &Path| format!("{name} {}", path.display());
    shell::text(
        Command::new("rpmbuild")
            .args(["-bb", "--quiet"])
            .args(["--define", &define("_topdir", work.path())])
            .args(["--define", &define("_rpmdir", work.path())])
            .args(["--define", "_rpmfilename package.rpm"])
            .arg(&spec),
    )?;
    let file = out.join(format!("{}-{VERSION}-1.{}.rpm", package.name, std::env::consts::ARCH));
    fs::copy(work.path().join("package.rpm"), &file).context("rpmbuild made no package")?;
    Ok(file)
}

fn spec(package: &Package, tree: &Path) -> String {
    let files: String = package
        .files
        .iter()
        .map(|file| match file.config {
            true => format!("%config(noreplace) {}\n", file.to),
            false => format!("{}\n", file.to),
        })
        .collect();
    let recommends: String =
        package.recommends.iter().map(|other| format!("Recommends: {}\n", other.rpm)).collect();
    format!(
        "%global debug_package %{{nil}}\n%global __os_install_post %{{nil}}\n\
         %global _build_id_links none\n\
         Name: {}\nVersion: {VERSION}\nRelease: 1\nSummary: {}\nLicense: LicenseRef-Holdfast\n\
         {recommends}\n\
         %description\n{}\n\n\
         %install\nmkdir -p %{{buildroot}}\ncp -a '{}'/. %{{buildroot}}/\n\n\
         %files\n%defattr(-,root,root,-)\n{}\n{files}",
        package.name,
        package.summary,
        package.description.join("\n"),
        tree.display(),
        package.installed_as,
    )
}

#[cfg(test)]
mod tests {
    use super::super::package::ALL;
    use super::*;

    #[test]
    fn a_spec_lists_every_file_and_keeps_edited_settings() {
        let text = spec(&ALL[0], Path::new("tree"));
        assert!(text.contains("\n%config(noreplace) /etc/holdfast/server.toml\n"), "{text}");
        assert!(text.contains("\n/usr/bin/holdfast-server\n"), "{text}");
        assert!(text.contains("cp -a 'tree'/. "), "{text}");
        let desk = spec(&ALL[1], Path::new("tree"));
        assert!(desk.contains("\nRecommends: gnome-keyring\n"), "{desk}");
    }
}
