//! Log: SQLite's write-ahead log as it lies on the disk, read and never written.
//!
//! Its form is documented (<https://sqlite.org/fileformat2.html#walformat>) and fixed. A log lives
//! from one complete checkpoint to the next write after it; each life has salts of its own, frames
//! are added in order, and each carries a checksum over all before it. The file keeps frames of
//! earlier lives behind the newest: only salts and sums tell where the newest ends.
//!
//! Whoever reads has the turn to write, so no commit is half done meanwhile. Frames behind the last
//! commit belong to work that was taken back.

use std::fs::File;
use std::io::{BufReader, Read, Seek, SeekFrom};
use std::path::Path;

use anyhow::{Context, Result};
use serde::{Deserialize, Serialize};

/// Bytes before the first frame.
const HEAD_BYTES: u64 = 32;
/// Bytes before a frame's page.
pub const FRAME_HEAD_BYTES: usize = 24;
/// The last bit says in which order the words of checksums lie.
const MAGIC: u32 = 0x377f_0682;
/// Bytes read at a time.
const READ_BYTES: usize = 1 << 20;

/// A place between two frames of a log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    /// The salts.
    pub life: u64,
    /// Frames before it.
    pub frames: u64,
    /// The checksum over all before it.
    pub sum: [u32; 2],
    /// Bytes of a page.
    pub page_bytes: u32,
}

impl Place {
    /// Where it is in the file.
    pub fn offset(&self) -> u64 {
        HEAD_BYTES + self.frames * self.frame_bytes()
    }

    /// Whether its life follows that of another place: the first salt is counted up.
    pub fn is_next_life_of(&self, before: Self) -> bool {
        let count = |place: &Self| (place.life >> 32) as u32;
        count(self) == count(&before).wrapping_add(1)
    }

    /// Bytes of a frame.
    pub fn frame_bytes(&self) -> u64 {
        FRAME_HEAD_BYTES as u64 + u64::from(self.page_bytes)
    }
}

/// What a log holds after a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// No log, or one without a commit.
    Nothing,
    /// It goes on where it was left, up to the last commit.
    More {
        /// Where it was left; the beginning, if this is another life.
        from: Place,
        /// After the last commit.
        to: Place,
    },
    /// What was read before is not there any more: it was taken back.
    Gone,
}

struct Head {
    begin: Place,
    big_endian: bool,
}

/// What a log holds after a place; of another life than the place's, all of it.
pub fn after(path: &Path, place: Option<Place>) -> Result<Found> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Found::Nothing),
        Err(error) => return Err(error.into()),
    };
    let mut file = BufReader::with_capacity(READ_BYTES, file);
    let Some(Head { begin, big_endian }) = head(&mut file)? else {
        return Ok(Found::Nothing);
    };
    let from = place.filter(|place| place.life == begin.life).unwrap_or(begin);
    if from.frames > 0 && sum_before(&mut file, from)? != Some(from.sum) {
        return Ok(Found::Gone);
    }
    file.seek(SeekFrom::Start(from.offset()))?;
    let (mut at, mut to) = (from, from);
    let mut frame = vec![0; usize::try_from(from.frame_bytes())?];
    while filled(&mut file, &mut frame)? {
        let salts = u64::from_be_bytes(array(&frame[8..16]));
        let sum = add(add(at.sum, &frame[..8], big_endian), &frame[FRAME_HEAD_BYTES..], big_endian);
        if salts != at.life || sum_of(&frame) != sum {
            break;
        }
        at = Place { frames: at.frames + 1, sum, ..at };
        if database_pages(&frame) > 0 {
            to = at;
        }
    }
    Ok(Found::More { from, to })
}

/// A place with the checksum that stands in the log there; there must be a frame before it.
pub fn stated(path: &Path, place: Place) -> Result<Place> {
    let sum = sum_before(&mut File::open(path)?, place)?;
    Ok(Place { sum: sum.context("SQLite's log is shorter than it was")?, ..place })
}

/// Which page a frame holds, from 1.
pub fn page(frame: &[u8]) -> u32 {
    u32::from_be_bytes(array(&frame[..4]))
}

/// How many pages the database has after a frame that ends a commit; 0 for others.
pub fn database_pages(frame: &[u8]) -> u32 {
    u32::from_be_bytes(array(&frame[4..8]))
}

/// `None` for a log that has none: SQLite begins it anew.
fn head(file: &mut impl Read) -> Result<Option<Head>> {
    let mut bytes = [0; HEAD_BYTES as usize];
    if !filled(file, &mut bytes)? {
        return Ok(None);
    }
    let word = |at: usize| u32::from_be_bytes(array(&bytes[at..at + 4]));
    let (magic, page_bytes) = (word(0), word(8));
    let big_endian = magic & 1 == 1;
    let sum = add([0, 0], &bytes[..24], big_endian);
    let usable = page_bytes.is_power_of_two() && (512..=65_536).contains(&page_bytes);
    if magic & !1 != MAGIC || [word(24), word(28)] != sum || !usable {
        return Ok(None);
    }
    let life = u64::from_be_bytes(array(&bytes[16..24]));
    Ok(Some(Head { begin: Place { life, frames: 0, sum, page_bytes }, big_endian }))
}

/// What the frame before a place states.
fn sum_before(file: &mut (impl Read + Seek), place: Place) -> Result<Option<[u32; 2]>> {
    file.seek(SeekFrom::Start(place.offset() - place.frame_bytes()))?;
    let mut frame = [0; FRAME_HEAD_BYTES];
    let there = filled(file, &mut frame)? && u64::from_be_bytes(array(&frame[8..16])) == place.life;
    Ok(there.then(|| sum_of(&frame)))
}

fn sum_of(frame: &[u8]) -> [u32; 2] {
    [u32::from_be_bytes(array(&frame[16..20])), u32::from_be_bytes(array(&frame[20..24]))]
}

/// SQLite's checksum goes on over whole pairs of words.
fn add(sum: [u32; 2], bytes: &[u8], big_endian: bool) -> [u32; 2] {
    let word = |bytes: &[u8]| match big_endian {
        true => u32::from_be_bytes(array(bytes)),
        false => u32::from_le_bytes(array(bytes)),
    };
    let [mut first, mut second] = sum;
    for pair in bytes.chunks_exact(8) {
        first = first.wrapping_add(word(&pair[..4])).wrapping_add(second);
        second = second.wrapping_add(word(&pair[4..])).wrapping_add(first);
    }
    [first, second]
}

/// Whether there was enough to fill it.
fn filled(file: &mut impl Read, buffer: &mut [u8]) -> Result<bool> {
    match file.read_exact(buffer) {
        Ok(()) => Ok(true),
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(false),
        Err(error) => Err(error.into()),
    }
}

fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.try_into().expect("the caller cuts as many as it asks for")
}
