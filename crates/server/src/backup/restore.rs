//! Restore: a copy becomes a data folder again.
//!
//! ```text
//!   found ─▶ marked "restoring" ─▶ base copied ─▶ log applied ─▶ files copied ─▶ looked through
//!                  │                                                                  │
//!                  └── cut off: nobody serves it                 new epoch, gap noted, mark gone
//! ```
//!
//! Nothing of the copy is changed, nothing that stands is written over, and every byte is compared
//! with its hash on the way. A base that is damaged is left for the one before it, which needs only
//! more of the log; a damaged piece of the log ends the restoring, unless the keeper says that what
//! stands before it must do.
//!
//! The copy is of a moment. What was accepted after it is brought again by the desks that wrote it,
//! since another epoch begins; numbers that may have been given meanwhile are not given again.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail, ensure};
use jiff::Timestamp;

use super::Reach;
use super::folder::{self, About, Base, Folder, Segment, copy_hashed, put, put_copy, sync_folder};
use super::log::{FRAME_HEAD_BYTES, database_pages, page};
use crate::outside::Outside;
use crate::store::backup::{self as stored, Last, Restoration};
use crate::store::{Db, Durability, meta};

/// Stands in a data folder that is being restored.
pub const MARK: &str = "restoring";

/// A copy that was looked at.
#[derive(Debug)]
pub struct Found {
    /// The copy.
    pub folder: Folder,
    /// What it is a copy of.
    pub about: About,
    /// Its bases, newest first.
    bases: Vec<Base>,
    /// The pieces of its log that can be used, by number.
    segments: BTreeMap<u64, Segment>,
    /// Why the pieces after them cannot be used.
    pub damage: Option<String>,
}

impl Found {
    /// How far it reaches.
    pub fn reach(&self) -> Option<Reach> {
        let base = self.bases.first().map(|base| Reach { seq: base.seq, at: base.at });
        let log = self.segments.values().next_back();
        log.map(|last| Reach { seq: last.seq, at: last.at }).or(base)
    }

    /// Reads the newest base and every attachment and compares them with their hashes.
    pub fn read_whole(&self) -> Result<()> {
        let base = self.bases.first().context("a copy without a base")?;
        let mut file = File::open(self.folder.base_path(base.number))?;
        let (bytes, blake3) = copy_hashed(&mut file, &mut std::io::sink())?;
        ensure!(bytes == base.bytes && blake3 == base.blake3, "the database's copy is damaged");
        for (hash, path) in blobs(&self.folder)? {
            let (_, found) = copy_hashed(&mut File::open(&path)?, &mut std::io::sink())?;
            ensure!(found == hash, "{} is damaged", path.display());
        }
        Ok(())
    }
}

/// Finds a copy and reads all of its log.
pub fn look(at: &Path) -> Result<Found> {
    let (folder, about) = folder::find(at)?;
    let mut bases = folder.bases()?;
    bases.reverse();
    let oldest = bases.last().with_context(|| format!("no whole copy in {}", at.display()))?;
    let mut segments = BTreeMap::new();
    let mut damage = None;
    let (mut number, mut before) = (oldest.log_from, None);
    let last = folder.segments()?.last().copied().unwrap_or_default();
    while number <= last {
        match read_segment(&folder, number, before.as_ref()) {
            Ok((segment, hash)) => {
                before = Some((segment.clone(), hash));
                segments.insert(number, segment);
                number += 1;
            }
            Err(error) => {
                damage = Some(format!("{error:#}"));
                break;
            }
        }
    }
    // What does not end with a commit leads to nothing.
    while segments.last_key_value().is_some_and(|(_, segment)| !segment.whole) {
        segments.pop_last();
    }
    let reaches = segments.last_key_value().map_or(0, |(number, _)| *number);
    bases.retain(|base| base.log_least <= reaches);
    if bases.is_empty() {
        bail!(damage.unwrap_or_else(|| "a piece of the log is missing".to_owned()));
    }
    Ok(Found { folder, about, bases, segments, damage })
}

fn read_segment(
    folder: &Folder,
    number: u64,
    before: Option<&(Segment, String)>,
) -> Result<(Segment, String)> {
    let (head, hash, mut frames) = folder.segment(number)?;
    let (bytes, blake3) = copy_hashed(&mut frames, &mut std::io::sink())?;
    let right = bytes == head.to.offset() - head.from.offset() && blake3 == head.blake3;
    ensure!(right, "piece {number} of the log is damaged");
    if let Some((before, hash)) = before {
        let follows = head.from == before.to || head.from.frames == 0;
        ensure!(follows && head.previous == *hash, "piece {number} of the log follows another");
    }
    Ok((head, hash))
}

/// What restoring is asked.
#[derive(Clone, Debug)]
pub struct Wanted {
    /// A copy, or a folder of copies.
    pub from: PathBuf,
    /// The data folder; it must not exist, or be empty.
    pub to: PathBuf,
    /// Whether what stands before a damaged place must do.
    pub what_is_whole: bool,
}

/// Puts a copy back.
pub async fn restore(
    outside: &Outside,
    wanted: Wanted,
    tell: &mut impl FnMut(String),
) -> Result<()> {
    let from = wanted.from.clone();
    let found = tokio::task::spawn_blocking(move || look(&from)).await??;
    let reach = found.reach().context("a copy without a base")?;
    if let Some(damage) = &found.damage {
        let and = "with --what-is-whole it is restored up to there";
        ensure!(wanted.what_is_whole, "{damage}: the copy reaches commit {}; {and}", reach.seq);
        tell(format!("{damage}: what comes after it is left out"));
    }
    let about = found.about.clone();
    tell(format!("restoring from {}", found.folder.path.display()));
    let (to, lenient) = (wanted.to.clone(), wanted.what_is_whole);
    let put_back = tokio::task::spawn_blocking(move || put_back(&found, &to, lenient));
    put_back.await??.into_iter().for_each(&mut *tell);
    begin_anew(outside, &wanted, (&about, reach)).await?;
    let (head, at) = (reach.seq, reach.at);
    tell(format!("restored to commit {head}: what was there at {at}"));
    let since = outside.now().duration_since(at).as_mins();
    tell(format!(
        "what was saved in the {since} minutes after that is not in the copy: desks bring what \
         they wrote again when they next reach this server, each thing once"
    ));
    tell("nothing is copied from here yet: `holdfast-server replicate --to FOLDER`".to_owned());
    Ok(())
}

/// Everything but the epoch; what is to be told.
fn put_back(found: &Found, to: &Path, lenient: bool) -> Result<Vec<String>> {
    let mut told = Vec::new();
    if to.exists() {
        let mut inside = std::fs::read_dir(to)?;
        let taken = || format!("{} is not empty: nothing is written over", to.display());
        ensure!(inside.next().is_none(), taken());
    }
    crate::core::make_private(to)?;
    put(&to.join(MARK), |file| Ok(file.write_all(b"not whole yet: empty this folder\n")?))?;
    let database = to.join("holdfast.db");
    let base = found.bases.iter().find(|base| {
        let copied = put_copy(&found.folder.base_path(base.number), &database, &base.blake3);
        let copied = copied.map_err(|error| told.push(format!("{error:#}; an older one is tried")));
        copied.is_ok()
    });
    let base = base.context("every copy of the database's file is damaged")?;
    let file = File::options().read(true).write(true).open(&database)?;
    for number in found.segments.range(base.log_from..).map(|(number, _)| *number) {
        apply(&found.folder, number, &file)?;
    }
    file.sync_all()?;
    for (hash, path) in blobs(&found.folder)? {
        let copied = put_copy(&path, &to.join("blobs").join(&hash[..2]).join(&hash), &hash);
        match copied {
            Err(error) if lenient => told.push(format!("{error:#}: left out")),
            copied => copied?,
        }
    }
    sync_folder(to)?;
    Ok(told)
}

/// Writes the pages of a piece of the log where they belong.
fn apply(folder: &Folder, number: u64, mut database: &File) -> Result<()> {
    let (head, _, mut frames) = folder.segment(number)?;
    let mut frame = vec![0; usize::try_from(head.to.frame_bytes())?];
    let page_bytes = u64::from(head.to.page_bytes);
    let mut pages = 0;
    for _ in head.from.frames..head.to.frames {
        frames.read_exact(&mut frame).with_context(|| format!("piece {number} of the log"))?;
        let at = u64::from(page(&frame).checked_sub(1).context("a frame of no page")?);
        database.seek(SeekFrom::Start(at * page_bytes))?;
        database.write_all(&frame[FRAME_HEAD_BYTES..])?;
        let all = database_pages(&frame);
        pages = if all > 0 { u64::from(all) } else { pages };
    }
    if pages > 0 {
        database.set_len(pages * page_bytes)?;
    }
    Ok(())
}

/// Looks the database through, begins another epoch, notes why there is a gap, and ends the mark.
async fn begin_anew(
    outside: &Outside,
    wanted: &Wanted,
    (about, reach): (&About, Reach),
) -> Result<()> {
    let db = Db::open(&wanted.to).await?;
    let complaints = db.quick_complaints().await?;
    ensure!(complaints.is_empty(), "the restored database is damaged: {}", complaints.join("; "));
    let mut tx = db.write(Durability::Power).await?;
    let place = meta::place(&mut tx).await?.context("a store without its place")?;
    let right = (place.epoch, place.head) == (about.epoch, reach.seq);
    ensure!(right, "the restored database stands at {}, not at {}", place.head, reach.seq);
    let epoch = outside.id();
    let (at, copied_at) = (outside.now().as_microsecond(), reach.at.as_microsecond());
    let (epoch_before, head) = (place.epoch, place.head);
    let gap = Restoration { at, epoch_before, epoch, head, copied_at };
    // The copy holds all that is here.
    let last = Last { reach, folder: wanted.from.display().to_string() };
    stored::restored(&mut tx, &gap, Some(&last)).await?;
    tx.commit().await?;
    db.close().await;
    std::fs::remove_file(wanted.to.join(MARK))?;
    sync_folder(&wanted.to)
}

/// Attachments of a copy by their hash.
fn blobs(folder: &Folder) -> Result<Vec<(String, PathBuf)>> {
    let mut found = Vec::new();
    for shelf in std::fs::read_dir(folder.path.join("blobs"))? {
        for blob in std::fs::read_dir(shelf?.path())? {
            let path = blob?.path();
            let name = path.file_name().and_then(|name| name.to_str()).map(str::to_owned);
            // What was being written has another name.
            found.extend(name.filter(|name| name.len() == 64).map(|name| (name, path)));
        }
    }
    found.sort();
    Ok(found)
}

/// Server time of a moment, for sentences.
pub fn told_at(us: i64) -> Option<Timestamp> {
    Timestamp::from_microsecond(us).ok().filter(|_| us > 0)
}
