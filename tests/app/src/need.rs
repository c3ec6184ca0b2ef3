//! What a machine must have, and the sentence that says which package is missing.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

/// Where programs are looked for. Debian's own come first: one input method starts with `python3`
/// and needs the system's.
pub const PATH: &str = "/usr/bin:/bin:/usr/sbin:/sbin:/usr/local/bin";

/// Program → Debian package.
const PACKAGES: [(&str, &str); 12] = [
    ("Xvfb", "xvfb"),
    ("WebKitWebDriver", "webkit2gtk-driver"),
    ("dbus-daemon", "dbus"),
    ("dbus-send", "dbus"),
    ("fcitx5", "fcitx5"),
    ("fcitx5-remote", "fcitx5"),
    ("gnome-keyring-daemon", "gnome-keyring"),
    ("ibus", "ibus"),
    ("ibus-daemon", "ibus"),
    ("import", "imagemagick"),
    ("openbox", "openbox"),
    ("xdotool", "xdotool"),
];

/// The path of a program.
pub fn program(name: &str) -> Result<PathBuf> {
    let found = PATH.split(':').map(|folder| Path::new(folder).join(name)).find(|p| p.is_file());
    found.with_context(|| {
        let package = PACKAGES.iter().find(|(program, _)| *program == name);
        let package = package.map_or(name, |(_, package)| package);
        missing(name, package)
    })
}

/// A file that a package brings; `*` stands for one folder of any name.
pub fn file(pattern: &str, package: &str) -> Result<()> {
    let there = match pattern.split_once("/*/") {
        None => Path::new(pattern).exists(),
        Some((before, after)) => std::fs::read_dir(before)
            .is_ok_and(|entries| entries.flatten().any(|entry| entry.path().join(after).exists())),
    };
    ensure!(there, missing(pattern, package));
    Ok(())
}

/// One of our own programs, built before the tests.
pub fn ours(name: &str) -> Result<PathBuf> {
    let folder = match std::env::var_os("HOLDFAST_BIN_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => above(2)?,
    };
    let path = folder.join(name);
    ensure!(
        path.is_file(),
        "{} is not built: `cargo build --workspace --features holdfast-app/custom-protocol`, \
         after `npm --prefix ui run build`",
        path.display()
    );
    Ok(path)
}

/// Where pictures of failures are kept.
pub fn failures() -> Result<PathBuf> {
    Ok(above(3)?.join("window-failures"))
}

/// A folder above this test: target/debug/deps/this-test, so 2 is target/debug.
fn above(levels: usize) -> Result<PathBuf> {
    let test = std::env::current_exe()?;
    let folder = test.ancestors().nth(levels);
    Ok(folder.context("a test lies in a folder of a folder")?.to_path_buf())
}

fn missing(what: &str, package: &str) -> String {
    format!(
        "{what} is not installed, and the real window cannot be tested without it: \
         apt-get install {package} (`cargo xtask setup --tests` installs all of it)"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_missing_is_named_with_its_package() {
        let Err(error) = file("/usr/lib/*/no-such-file", "fcitx5-anthy") else {
            panic!("there is no such file");
        };
        assert!(error.to_string().contains("apt-get install fcitx5-anthy"));
        assert!(program("no-such-program").is_err());
    }
}
