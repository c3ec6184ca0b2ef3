//! Folder: a copy as it lies there, and how its parts are written so that none is ever half.
//!
//! ```text
//! copy.json                    what it is a copy of
//! bases/1/holdfast.db          the database's file; base.json is written after it
//! log/000000000001.log         a hash, the line of JSON it is of (a Segment), frames of the log
//! blobs/ab/abcd…               attachments by their BLAKE3
//! ```
//!
//! Segments follow each other by number and name the one before by its hash; a base says from which
//! on they are applied to it and up to which they must be.

use std::fs::File;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::log::Place;

/// Of the layout.
pub const FORMAT: u32 = 1;
/// Bytes read and hashed at a time.
const BLOCK_BYTES: usize = 1 << 20;
/// Letters of a hash.
const SUM_BYTES: usize = 64;
/// Longest head of a segment, bytes.
const SEGMENT_HEAD_BYTES_MAX: u64 = 4096;

/// What a folder is a copy of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct About {
    /// [`FORMAT`]
    pub format: u32,
    /// Whether it goes on, or was made at one moment.
    pub kind: Kind,
    /// The epoch of the server.
    pub epoch: Uuid,
    /// How often the server had been put back from a copy by then: epochs have no other order.
    #[serde(default)]
    pub generation: u64,
    /// When it was begun.
    pub begun_at: Timestamp,
}

/// Whether a copy goes on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// Made at one moment.
    Backup,
    /// Kept up to date.
    Replica,
}

/// A copy of the database's file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Base {
    /// Its place among bases.
    pub number: u64,
    /// The first segment that is applied to it.
    pub log_from: u64,
    /// The segment without which it is not whole; below `log_from` if none is needed.
    pub log_least: u64,
    /// How far the copy reached when it was begun.
    pub seq: i64,
    /// And at what time.
    pub at: Timestamp,
    /// Bytes of the file.
    pub bytes: u64,
    /// Of the file.
    pub blake3: String,
}

/// The head of a piece of the log.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// Its place, from 1.
    pub number: u64,
    /// BLAKE3 of the head before it; empty for the first.
    pub previous: String,
    /// Where in SQLite's log it begins.
    pub from: Place,
    /// Where it ends.
    pub to: Place,
    /// Whether it ends with a commit.
    pub whole: bool,
    /// Commits up to here are in it or before it.
    pub seq: i64,
    /// What was there at that time is in it or before it.
    pub at: Timestamp,
    /// Of the frames.
    pub blake3: String,
}

/// A copy.
#[derive(Clone, Debug)]
pub struct Folder {
    /// Where it is.
    pub path: PathBuf,
}

impl Folder {
    /// Makes a new one. `at` must not exist yet.
    pub fn begin(at: &Path, about: &About) -> Result<Self> {
        std::fs::create_dir(at).with_context(|| format!("cannot make {}", at.display()))?;
        for part in ["bases", "log", "blobs"] {
            std::fs::create_dir(at.join(part))?;
        }
        let folder = Self { path: at.to_owned() };
        put_json(&at.join("copy.json"), about)?;
        Ok(folder)
    }

    /// What it is a copy of; `None` if the folder is not a copy.
    pub fn about(at: &Path) -> Result<Option<About>> {
        let path = at.join("copy.json");
        if !path.exists() {
            return Ok(None);
        }
        let about: About = get_json(&path)?;
        let (found, known) = (about.format, FORMAT);
        ensure!(found == known, "{} has format {found}, this server reads {known}", at.display());
        Ok(Some(about))
    }

    /// Bases that are whole, oldest first.
    pub fn bases(&self) -> Result<Vec<Base>> {
        let mut found: Vec<Base> = Vec::new();
        for entry in std::fs::read_dir(self.path.join("bases"))? {
            let path = entry?.path().join("base.json");
            if path.exists() {
                found.push(get_json(&path)?);
            }
        }
        found.sort_by_key(|base| base.number);
        Ok(found)
    }

    /// Numbers of the segments that are there, ascending.
    pub fn segments(&self) -> Result<Vec<u64>> {
        let mut found = Vec::new();
        for entry in std::fs::read_dir(self.path.join("log"))? {
            let name = entry?.file_name();
            let number = name.to_str().and_then(|name| name.strip_suffix(".log"));
            found.extend(number.and_then(|number| number.parse::<u64>().ok()));
        }
        found.sort_unstable();
        Ok(found)
    }

    /// The head of a segment, its hash, and what follows it.
    pub fn segment(&self, number: u64) -> Result<(Segment, String, BufReader<File>)> {
        let path = self.segment_path(number);
        let opened = File::open(&path).with_context(|| format!("{} is missing", path.display()))?;
        let mut file = BufReader::with_capacity(BLOCK_BYTES, opened);
        let mut line = Vec::new();
        (&mut file).take(SEGMENT_HEAD_BYTES_MAX).read_until(b'\n', &mut line)?;
        let damaged = || format!("{} is damaged", path.display());
        let (sum, head) = line.split_at_checked(SUM_BYTES).with_context(damaged)?;
        ensure!(sum == hash(head).as_bytes(), damaged());
        let head: Segment = serde_json::from_slice(head).ok().with_context(damaged)?;
        ensure!(head.number == number, damaged());
        Ok((head, String::from_utf8(sum.to_vec())?, file))
    }

    /// Writes a segment whose frames lie in a file at `head.from`; the hash of its head.
    pub fn put_segment(&self, log: &Path, head: &mut Segment) -> Result<String> {
        let bytes = head.to.offset() - head.from.offset();
        let frames = || -> Result<_> {
            let mut file = File::open(log)?;
            std::io::Seek::seek(&mut file, std::io::SeekFrom::Start(head.from.offset()))?;
            Ok(file.take(bytes))
        };
        // Read twice: the head stands first. The pages are in memory by then.
        let (read, sum) = copy_hashed(&mut frames()?, &mut std::io::sink())?;
        ensure!(read == bytes, "SQLite's log is shorter than it was");
        head.blake3 = sum;
        let mut line = serde_json::to_vec(head)?;
        line.push(b'\n');
        let of_head = hash(&line);
        put(&self.segment_path(head.number), |file| {
            file.write_all(of_head.as_bytes())?;
            file.write_all(&line)?;
            let (written, sum) = copy_hashed(&mut frames()?, file)?;
            ensure!(written == bytes && sum == head.blake3, "SQLite's log changed while copied");
            Ok(())
        })?;
        Ok(of_head)
    }

    /// Bytes of the segments from that one on.
    pub fn log_bytes(&self, from: u64) -> Result<u64> {
        let numbers = self.segments()?.into_iter().filter(|number| *number >= from);
        numbers.map(|number| Ok(self.segment_path(number).metadata()?.len())).sum()
    }

    /// Where a base's file is.
    pub fn base_path(&self, number: u64) -> PathBuf {
        self.path.join("bases").join(number.to_string()).join("holdfast.db")
    }

    /// Declares a base whole; its file is there.
    pub fn put_base(&self, base: &Base) -> Result<()> {
        put_json(&self.base_path(base.number).with_file_name("base.json"), base)
    }

    /// Where a blob is.
    pub fn blob_path(&self, hash: &str) -> PathBuf {
        self.path.join("blobs").join(&hash[..2]).join(hash)
    }

    /// Copies an attachment from there, unless it is here; its bytes must have that hash.
    pub fn put_blob(&self, from: &Path, hash: &str) -> Result<()> {
        let to = self.blob_path(hash);
        if to.exists() {
            return Ok(());
        }
        put_copy(from, &to, hash)
    }

    /// Removes what no base that is kept needs.
    pub fn forget_before(&self, oldest: &Base) -> Result<()> {
        for base in self.bases()?.into_iter().filter(|base| base.number < oldest.number) {
            let path = self.base_path(base.number);
            // First it is no base any more, then it goes.
            std::fs::remove_file(path.with_file_name("base.json"))?;
            std::fs::remove_dir_all(path.parent().context("a file without a folder")?)?;
        }
        for number in self.segments()?.into_iter().filter(|number| *number < oldest.log_from) {
            std::fs::remove_file(self.segment_path(number))?;
        }
        Ok(())
    }

    fn segment_path(&self, number: u64) -> PathBuf {
        self.path.join("log").join(format!("{number:012}.log"))
    }
}

/// Copies a file whose bytes must have that hash; it is there whole or not at all.
pub fn put_copy(from: &Path, to: &Path, blake3: &str) -> Result<()> {
    let mut opened = File::open(from).with_context(|| format!("{} is missing", from.display()))?;
    put(to, |file| {
        let (_, sum) = copy_hashed(&mut opened, file)?;
        ensure!(sum == blake3, "{} is damaged: its bytes have another hash", from.display());
        Ok(())
    })
}

/// Copies all there is; answers how many bytes, and their BLAKE3.
pub fn copy_hashed(from: &mut impl Read, to: &mut impl Write) -> Result<(u64, String)> {
    let (mut hasher, mut all) = (blake3::Hasher::new(), 0);
    let mut block = vec![0; BLOCK_BYTES];
    loop {
        let read = from.read(&mut block)?;
        if read == 0 {
            return Ok((all, hasher.finalize().to_hex().to_string()));
        }
        hasher.update(&block[..read]);
        to.write_all(&block[..read])?;
        all += u64::try_from(read)?;
    }
}

/// Writes a file so that it is there whole, also after a power cut, or not at all.
pub fn put(path: &Path, write: impl FnOnce(&mut File) -> Result<()>) -> Result<()> {
    let folder = path.parent().context("a path without a folder")?;
    std::fs::create_dir_all(folder)?;
    let beside = path.with_extension("part");
    let mut file = File::create(&beside)?;
    write(&mut file)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)?;
    sync_folder(folder)
}

/// Makes the names in a folder last. Elsewhere than on Unix there is no such call.
pub fn sync_folder(folder: &Path) -> Result<()> {
    #[cfg(unix)]
    File::open(folder)?.sync_all()?;
    #[cfg(not(unix))]
    let _ = folder;
    Ok(())
}

/// Finds the copy that was meant: the folder itself, or of the whole ones in it that which reaches
/// furthest. Not the one that was made last by its own clock: desks have forgotten what is in the
/// furthest, whatever the clock said.
pub fn find(at: &Path) -> Result<(Folder, About)> {
    if let Some(about) = Folder::about(at)? {
        return Ok((Folder { path: at.to_owned() }, about));
    }
    let entries = std::fs::read_dir(at).with_context(|| format!("cannot read {}", at.display()))?;
    let mut found = Vec::new();
    for entry in entries {
        let path = entry?.path();
        // What is being made has its name not yet.
        if path.extension().is_some_and(|extension| extension == "part") || !path.is_dir() {
            continue;
        }
        if let Some(about) = Folder::about(&path)? {
            let folder = Folder { path };
            if let Some(base) = folder.bases()?.pop() {
                let newest = folder.segments()?.last().map(|number| folder.segment(*number));
                let reach = newest.transpose()?.map_or((base.seq, base.at), |(head, ..)| {
                    (head.seq.max(base.seq), head.at.max(base.at))
                });
                found.push(((about.generation, reach), folder, about));
            }
        }
    }
    found.sort_by_key(|(reach, ..)| *reach);
    match found.pop() {
        Some((_, folder, about)) => Ok((folder, about)),
        None => bail!("there is no whole copy in {}", at.display()),
    }
}

/// The BLAKE3 of bytes, as text.
pub fn hash(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// Small things with their own hash.
#[derive(Serialize, Deserialize)]
struct Summed {
    blake3: String,
    of: Box<RawValue>,
}

/// Writes a small thing with its hash.
pub fn put_json(path: &Path, value: &impl Serialize) -> Result<()> {
    let of = serde_json::value::to_raw_value(value)?;
    let text = serde_json::to_vec(&Summed { blake3: hash(of.get().as_bytes()), of })?;
    put(path, |file| Ok(file.write_all(&text)?))
}

/// Reads one, and compares it with its hash.
pub fn get_json<T: DeserializeOwned>(path: &Path) -> Result<T> {
    let damaged = || format!("{} is damaged", path.display());
    let text = std::fs::read(path).with_context(damaged)?;
    let summed: Summed = serde_json::from_slice(&text).ok().with_context(damaged)?;
    ensure!(hash(summed.of.get().as_bytes()) == summed.blake3, damaged());
    serde_json::from_str(summed.of.get()).ok().with_context(damaged)
}
