//! The database key, what is derived from it, and the value that tells a wrong key from a damaged
//! file (SQLCipher answers both with code 26).
//!
//! Deliberately absent: passphrases and the keyring, which are the desk's; randomness.

use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

/// 32 random bytes: the raw key of SQLCipher, without key derivation.
#[derive(Clone)]
pub struct Key(Zeroizing<[u8; 32]>);

impl Key {
    /// The key of these bytes, which must come from a random source.
    pub fn new(bytes: [u8; 32]) -> Self {
        Self(Zeroizing::new(bytes))
    }

    /// As `PRAGMA key` takes it, quotes included. The database library keeps a copy of its own for
    /// as long as the file is open; only ours is wiped.
    pub(crate) fn pragma(&self) -> Zeroizing<String> {
        let digits = Zeroizing::new(hex::encode(*self.0));
        Zeroizing::new(format!("\"x'{}'\"", digits.as_str()))
    }

    /// A key of its own for another purpose.
    pub(crate) fn derive(&self, purpose: &str) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(blake3::derive_key(purpose, &*self.0))
    }
}

/// What the key-check file says about a key.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Check {
    /// It is the key of this file.
    Right,
    /// It is not.
    Wrong,
    /// There is no check, or it is garbled.
    Unknown,
}

const MAGIC: &str = "holdfast key check 1\n";

/// Beside the database: `<name>.keycheck`.
pub fn check_path(database: &Path) -> PathBuf {
    beside(database, "keycheck")
}

/// A file that belongs to a database: its whole name with one more ending.
pub(crate) fn beside(database: &Path, ending: &str) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}

fn check_text(key: &Key) -> String {
    let value = key.derive("holdfast 2026-11 key check of the desk's database");
    format!("{MAGIC}{}\n", hex::encode(*value))
}

pub(crate) fn check(database: &Path, key: &Key) -> Check {
    let Ok(found) = std::fs::read_to_string(check_path(database)) else {
        return Check::Unknown;
    };
    let want = check_text(key);
    match () {
        () if found == want => Check::Right,
        () if found.len() == want.len() && found.starts_with(MAGIC) => Check::Wrong,
        () => Check::Unknown,
    }
}

/// Written through a temporary file, so that a crash leaves the old one or the new one.
pub(crate) fn write_check(database: &Path, key: &Key) -> std::io::Result<()> {
    replace(&check_path(database), check_text(key).as_bytes())
}

/// Replaces a file so that a crash leaves the old bytes or the new ones, and syncs it.
pub(crate) fn replace(path: &Path, bytes: &[u8]) -> std::io::Result<()> {
    use std::io::Write;
    let new = beside(path, "new");
    let mut file = std::fs::File::create(&new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    std::fs::rename(&new, path)?;
    sync_folder(path)
}

/// Makes a rename durable. Windows has no such call and needs none.
pub(crate) fn sync_folder(path: &Path) -> std::io::Result<()> {
    match path.parent() {
        Some(folder) if cfg!(unix) => std::fs::File::open(folder)?.sync_all(),
        _ => Ok(()),
    }
}
