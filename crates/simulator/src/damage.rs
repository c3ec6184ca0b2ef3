//! Damage: what becomes of the files of a desk that does not run. One file is damaged at a time:
//! what was written stands in two, and a design that lost it with one would be wrong.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::Path;

use anyhow::Result;
use serde::{Deserialize, Serialize};

use crate::chance::Chance;

/// Places of a file that are damaged, at most.
const PLACES_MAX: u64 = 4;
/// What is left of a database that is made unreadable.
const HEAD_BYTES: u64 = 100;
/// Bytes of a garbled stretch, at most.
const STRETCH_BYTES: u64 = 20_000;

/// One damage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Damage {
    /// Bits of the database's pages flip.
    Pages,
    /// The database's log loses its end.
    LogCut,
    /// A stretch of the log is garbled.
    LogGarbled,
    /// Bits of the outbox's second copy flip.
    Copy,
    /// Bits of one of the two wrapped keys flip.
    Key,
    /// Bits of the second copy of a file that was not sent flip.
    File,
    /// The value that tells a wrong key from a damaged file is garbled.
    KeyCheck,
}

impl Damage {
    /// All of them.
    pub const ALL: [Self; 7] = [
        Self::Pages,
        Self::LogCut,
        Self::LogGarbled,
        Self::Copy,
        Self::Key,
        Self::File,
        Self::KeyCheck,
    ];

    /// As it is counted.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Pages => "desk: pages flipped",
            Self::LogCut => "desk: log cut off",
            Self::LogGarbled => "desk: log garbled",
            Self::Copy => "desk: second copy flipped",
            Self::Key => "desk: wrapped key flipped",
            Self::File => "desk: second copy of a file flipped",
            Self::KeyCheck => "desk: key check garbled",
        }
    }

    /// Makes the whole database unreadable, so that what nobody has met yet is met.
    pub fn show(profile: &Path) -> Result<()> {
        let mut file = File::options().write(true).open(profile.join("holdfast.db"))?;
        let bytes = file.metadata()?.len();
        file.seek(SeekFrom::Start(HEAD_BYTES))?;
        let noise = vec![0xA5; usize::try_from(bytes.saturating_sub(HEAD_BYTES))?];
        Ok(file.write_all(&noise)?)
    }

    /// Does it to the files of a profile; whether there was anything to damage.
    pub fn strike(self, profile: &Path, chance: &mut Chance) -> Result<bool> {
        let file = match self {
            Self::Pages => "holdfast.db",
            Self::LogCut | Self::LogGarbled => "holdfast.db-wal",
            Self::Copy => "holdfast.db.outbox",
            Self::Key if chance.happens(500) => "key.json",
            Self::Key => "key.copy.json",
            Self::File => &copy_of_file(profile, chance)?,
            Self::KeyCheck => "holdfast.db.keycheck",
        };
        let file = profile.join(file);
        let bytes = file.metadata().map_or(0, |found| found.len());
        if bytes == 0 {
            return Ok(false);
        }
        let mut file = File::options().read(true).write(true).open(file)?;
        match self {
            Self::LogCut => file.set_len(chance.below(bytes))?,
            Self::LogGarbled | Self::KeyCheck => {
                let from = chance.below(bytes);
                let length = (1 + chance.below(STRETCH_BYTES)).min(bytes - from);
                let mut noise = vec![0; usize::try_from(length)?];
                chance.fill(&mut noise);
                file.seek(SeekFrom::Start(from))?;
                file.write_all(&noise)?;
            }
            Self::Pages | Self::Copy | Self::Key | Self::File => {
                for _ in 0..=chance.below(PLACES_MAX) {
                    flip(&mut file, chance.below(bytes), chance)?;
                }
            }
        }
        Ok(true)
    }
}

/// The name of the second copy of a file; of none where there are none.
fn copy_of_file(profile: &Path, chance: &mut Chance) -> Result<String> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(profile)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.retain(|name| name.starts_with("holdfast.db.file-"));
    names.sort();
    Ok(chance.one(&names).cloned().unwrap_or_else(|| "holdfast.db.file-".to_owned()))
}

/// One bit, or all of a byte.
fn flip(file: &mut File, at: u64, chance: &mut Chance) -> Result<()> {
    let mut byte = [0];
    file.seek(SeekFrom::Start(at))?;
    file.read_exact(&mut byte)?;
    byte[0] ^= if chance.happens(500) { 1 << chance.below(8) } else { 0xFF };
    file.seek(SeekFrom::Start(at))?;
    Ok(file.write_all(&byte)?)
}
