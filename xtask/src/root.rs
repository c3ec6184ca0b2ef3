//! Where things are: the root of the workspace and the folders that xtask writes to.
//!
//! Deliberately absent: any path outside the workspace. What is not committed lives in the target
//! directory or in `.run/`, and both can be deleted at any time.

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

/// The root of the workspace. Cargo says at run time where it stands; what was compiled in may be
/// another checkout that shares the target directory.
pub fn dir() -> &'static Path {
    static DIR: LazyLock<PathBuf> = LazyLock::new(|| {
        let told = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from);
        let xtask = told.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")));
        xtask.parent().expect("xtask lies one level below the root").to_owned()
    });
    &DIR
}

/// Where cargo builds to: `target/`, or what `CARGO_TARGET_DIR` says.
pub fn target() -> PathBuf {
    match std::env::var_os("CARGO_TARGET_DIR") {
        Some(dir) => dir_of(&dir),
        None => dir().join("target"),
    }
}

/// Where the binaries of a debug build are.
pub fn debug() -> PathBuf {
    target().join("debug")
}

/// Where the binaries of a release build are.
pub fn release() -> PathBuf {
    target().join("release")
}

/// What xtask remembers between two runs (stamps).
pub fn memory() -> PathBuf {
    target().join("xtask")
}

/// The file name of a binary on this system.
pub fn exe(name: &str) -> String {
    format!("{name}{}", std::env::consts::EXE_SUFFIX)
}

fn dir_of(given: &std::ffi::OsStr) -> PathBuf {
    let path = PathBuf::from(given);
    if path.is_absolute() { path } else { dir().join(path) }
}
