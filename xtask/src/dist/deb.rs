//! A Debian package: control files of our own, packed by dpkg-deb.
//!
//! What the program links is read from it by dpkg-shlibdeps, so that the list of dependencies
//! cannot grow stale. Deliberately absent: maintainer scripts. systemd makes the user and folder.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use super::package::{MAINTAINER, Package, VERSION};
use crate::shell;

/// Pack `tree` into `out`; returns the file.
pub fn pack(package: &Package, tree: &Path, out: &Path) -> Result<PathBuf> {
    let arch = shell::text(Command::new("dpkg").arg("--print-architecture"))?.trim().to_owned();
    let depends = depends(&tree.join(package.installed_as.trim_start_matches('/')))?;
    let meta = tree.join("DEBIAN");
    fs::create_dir_all(&meta)?;
    fs::write(meta.join("control"), control(package, &arch, &depends, kibibytes(tree)?))?;
    let conffiles: String = package
        .files
        .iter()
        .filter(|file| file.config)
        .map(|file| format!("{}\n", file.to))
        .collect();
    if !conffiles.is_empty() {
        fs::write(meta.join("conffiles"), conffiles)?;
    }
    let file = out.join(format!("{}_{VERSION}_{arch}.deb", package.name));
    shell::run(
        Command::new("dpkg-deb").args(["--root-owner-group", "--build"]).arg(tree).arg(&file),
    )?;
    fs::remove_dir_all(&meta).context("cannot take the control files out of the layout")?;
    Ok(file)
}

/// The packages whose libraries the program links, as dpkg-shlibdeps writes them.
fn depends(program: &Path) -> Result<String> {
    let desk = tempfile::tempdir()?;
    fs::create_dir(desk.path().join("debian"))?;
    fs::write(
        desk.path().join("debian/control"),
        "Source: holdfast\n\nPackage: holdfast\nArchitecture: any\n",
    )?;
    let told = shell::text(
        Command::new("dpkg-shlibdeps").arg("-O").arg(program).current_dir(desk.path()),
    )?;
    let line = told.lines().find_map(|line| line.strip_prefix("shlibs:Depends="));
    Ok(line.context("dpkg-shlibdeps names no dependencies")?.to_owned())
}

fn control(package: &Package, arch: &str, depends: &str, kibibytes: u64) -> String {
    let description: String = package.description.iter().map(|line| format!(" {line}\n")).collect();
    let names: Vec<&str> = package.recommends.iter().map(|other| other.deb).collect();
    let recommends = match names.is_empty() {
        true => String::new(),
        false => format!("Recommends: {}\n", names.join(", ")),
    };
    format!(
        "Package: {}\nVersion: {VERSION}\nSection: {}\nPriority: optional\nArchitecture: {arch}\n\
         Installed-Size: {kibibytes}\nDepends: {depends}\n{recommends}\
         Maintainer: {MAINTAINER}\nDescription: {}\n{description}",
        package.name, package.section, package.summary
    )
}

fn kibibytes(tree: &Path) -> Result<u64> {
    let mut bytes = 0;
    for file in crate::stamp::files(tree, &["DEBIAN"])? {
        bytes += fs::metadata(file)?.len();
    }
    Ok(bytes.div_ceil(1024))
}

#[cfg(test)]
mod tests {
    use super::super::package::ALL;
    use super::*;

    #[test]
    fn a_control_file_has_every_field_and_an_indented_description() {
        let text = control(&ALL[0], "amd64", "libc6 (>= 2.36)", 9000);
        for field in ["Package: holdfast-server\n", "Depends: libc6 (>= 2.36)\n", "Version: "] {
            assert!(text.contains(field), "{field} in {text}");
        }
        let after = text.split_once("Description: ").expect("it has one").1;
        assert!(after.lines().skip(1).all(|line| line.starts_with(' ')), "{after}");
        assert!(text.ends_with('\n'));
        assert!(!text.contains("Recommends"), "the server needs nobody else");
    }

    #[test]
    fn the_desk_recommends_a_keyring_and_a_tray() {
        let text = control(&ALL[1], "amd64", "libc6", 9000);
        let line = text.lines().find(|line| line.starts_with("Recommends: ")).expect("a line");
        assert!(line.contains("gnome-keyring, libayatana-appindicator3-1"), "{line}");
    }
}
