//! Ship: brings a copy up to date.
//!
//! ```text
//!   turn to write: where does the log end? ─▶ files ─▶ segments ─▶ reached
//!                  (nobody writes meanwhile)  (what the pages name is there before them)
//! ```
//!
//! The log is emptied into the database's file (a checkpoint) by nobody but this, and only after
//! all of it was shipped, in the same turn. So a log that begins anew means that nothing of the old
//! one was missed; any other beginning, and a log of which something was taken back that is in the
//! copy, needs a new base.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use jiff::Timestamp;
use tokio::runtime::Handle;

use super::Reach;
use super::folder::{About, Base, Folder, Segment, copy_hashed, get_json, put, put_json};
use super::log::{self, Found, Place};
use crate::core::Core;
use crate::store::attachment;

/// About as many bytes in one segment.
const SEGMENT_BYTES: u64 = 64 << 20;
/// Between two blocks of the database's file that are copied, so that others get at the disk.
pub const REST: Duration = Duration::from_millis(1);

/// A copy that is being brought up to date.
#[derive(Debug)]
pub struct Shipper {
    /// The copy.
    pub folder: Folder,
    data_dir: PathBuf,
    place: Option<Place>,
    /// The number of the next segment, and the hash of the one before.
    next: u64,
    previous: String,
    /// The segment with which the log's life begins.
    life_from: u64,
    /// Whether another life may follow without anything being missed.
    may_begin_anew: bool,
    /// Files that were complete at that time are in the copy.
    files_until: Option<Timestamp>,
}

/// What was found in the turn to write.
struct Due {
    found: Found,
    reach: Reach,
    files: Vec<String>,
}

impl Shipper {
    /// Begins a copy in a new folder. The log may be empty already, so that it begins anew with the
    /// next commit; nothing must be checkpointed from now on but by it.
    pub fn begin(core: &Core, at: &Path, about: &About) -> Result<Self> {
        let folder = Folder::begin(at, about)?;
        let data_dir = core.config.data_dir.clone();
        Ok(Self {
            folder,
            data_dir,
            place: None,
            next: 1,
            previous: String::new(),
            life_from: 1,
            may_begin_anew: true,
            files_until: None,
        })
    }

    /// Goes on with a copy, if the log goes on where it was left.
    pub fn resume(core: &Core, folder: Folder) -> Result<Self> {
        let numbers = folder.segments()?;
        let last = *numbers.last().context("a copy without a log")?;
        let (head, previous, _) = folder.segment(last)?;
        let mut life_from = last;
        while numbers.contains(&(life_from - 1)) {
            let (before, ..) = folder.segment(life_from - 1)?;
            if before.to.life != head.to.life {
                break;
            }
            life_from -= 1;
        }
        let data_dir = core.config.data_dir.clone();
        // A server that was killed between emptying its log and writing again.
        let emptied = get_json::<Place>(&data_dir.join(EMPTIED)).ok();
        Ok(Self {
            folder,
            data_dir,
            place: Some(head.to),
            next: last + 1,
            previous,
            life_from,
            may_begin_anew: emptied == Some(head.to),
            files_until: None,
        })
    }

    /// The number of the last segment.
    pub fn last(&self) -> u64 {
        self.next - 1
    }

    /// Bytes in the log, all of them shipped.
    pub fn log_bytes(&self) -> u64 {
        self.place.map_or(0, |place| place.offset())
    }

    /// Ships what is new; answers how far the copy reaches then.
    pub async fn ship(self, core: &Core) -> (Option<Self>, Result<Reach>) {
        let due = {
            let _turn = core.gate().await;
            self.due(core).await
        };
        match due {
            Ok(due) => self.carry(due).await,
            Err(error) => (Some(self), Err(error)),
        }
    }

    /// Ships what is new and empties the log, while nobody writes. To be called when little is new.
    pub async fn ship_and_checkpoint(self, core: &Core) -> (Option<Self>, Result<Reach>) {
        let _turn = core.gate().await;
        let due = match self.due(core).await {
            Ok(due) => due,
            Err(error) => return (Some(self), Err(error)),
        };
        let (shipper, shipped) = self.carry(due).await;
        let (Some(mut shipper), Ok(reach)) = (shipper, shipped) else {
            return (None, Err(anyhow::anyhow!("the log could not be shipped to its end")));
        };
        shipper.may_begin_anew = false;
        let emptied = async {
            forget_emptied(&shipper.data_dir)?;
            let emptied = core.db.checkpoint().await?;
            if emptied && let Some(place) = shipper.place {
                put_json(&shipper.data_dir.join(EMPTIED), &place)?;
            }
            Ok(emptied)
        };
        match emptied.await {
            Ok(emptied) => {
                shipper.may_begin_anew = emptied;
                (Some(shipper), Ok(reach))
            }
            Err(error) => (Some(shipper), Err(error)),
        }
    }

    /// In the turn to write.
    async fn due(&self, core: &Core) -> Result<Due> {
        let now = core.now();
        let reach = Reach { seq: core.head(), at: now };
        let since = self.files_until.map_or(i64::MIN, |until| until.as_microsecond());
        let mut tx = core.db.read().await?;
        let files = attachment::completed_since(&mut tx, since).await?;
        drop(tx);
        let (path, place) = (log_path(&self.data_dir), self.place);
        let found = tokio::task::spawn_blocking(move || log::after(&path, place)).await??;
        Ok(Due { found, reach, files })
    }

    async fn carry(mut self, due: Due) -> (Option<Self>, Result<Reach>) {
        let carried = tokio::task::spawn_blocking(move || {
            let reached = self.put(&due);
            (self, reached)
        });
        match carried.await {
            Ok((shipper, reached)) => (Some(shipper), reached),
            Err(error) => (None, Err(error.into())),
        }
    }

    /// Writes files, then segments. After an error it goes on where it stopped.
    fn put(&mut self, due: &Due) -> Result<Reach> {
        for hash in &due.files {
            let from = self.data_dir.join("blobs").join(&hash[..2]).join(hash);
            self.folder.put_blob(&from, hash)?;
        }
        let (from, to) = match due.found {
            Found::Gone => return Err(Broken.into()),
            // Nothing was written since the log was emptied, or ever.
            Found::Nothing => {
                ensure!(self.place.is_none() || self.may_begin_anew, Broken);
                return Ok(self.reached(due));
            }
            Found::More { from, to } => (from, to),
        };
        if self.place.is_none_or(|place| place.life != from.life) {
            let next = self.place.is_none_or(|place| from.is_next_life_of(place));
            ensure!(self.may_begin_anew && next, Broken);
            self.life_from = self.next;
        }
        if to.frames > from.frames && self.place.is_some() {
            // What was added is in the log alone, so it cannot begin anew before it is emptied.
            self.may_begin_anew = false;
        }
        let frames_max = (SEGMENT_BYTES / from.frame_bytes()).max(1);
        let mut at = from;
        while at.frames < to.frames {
            let frames = (at.frames + frames_max).min(to.frames);
            let end = log::stated(&log_path(&self.data_dir), Place { frames, ..to })?;
            self.put_segment(at, end, frames == to.frames, due.reach)?;
            at = end;
        }
        Ok(self.reached(due))
    }

    fn put_segment(&mut self, from: Place, to: Place, whole: bool, reach: Reach) -> Result<()> {
        let (number, previous) = (self.next, self.previous.clone());
        let Reach { seq, at } = reach;
        let blake3 = String::new();
        let mut head = Segment { number, previous, from, to, whole, seq, at, blake3 };
        self.previous = self.folder.put_segment(&log_path(&self.data_dir), &mut head)?;
        self.next += 1;
        self.place = Some(to);
        Ok(())
    }

    fn reached(&mut self, due: &Due) -> Reach {
        self.files_until = Some(due.reach.at);
        due.reach
    }

    /// Begins to copy the database's file; nobody must checkpoint until that is over, neither we
    /// nor SQLite: pages that change meanwhile would be torn from those that were copied before,
    /// and the log that could mend it begin anew. All of the log was shipped just before.
    /// What comes back is run in a thread that may block.
    pub fn base(
        &self,
        core: &Core,
        reach: Reach,
    ) -> Result<impl FnOnce() -> Result<Base> + Send + 'static> {
        let number = self.folder.bases()?.last().map_or(1, |base| base.number + 1);
        let (log_from, log_least) = (self.life_from, self.last());
        let Reach { seq, at } = reach;
        let (path, file) = (self.folder.base_path(number), core.db.file());
        let (outside, runtime) = (core.outside.clone(), Handle::current());
        Ok(move || {
            let mut sum = None;
            put(&path, |to| {
                let rest = || runtime.block_on(outside.sleep(REST));
                sum = Some(copy_hashed(&mut Whole { file, at: 0, rest }, to)?);
                Ok(())
            })?;
            let (bytes, blake3) = sum.context("nothing was copied")?;
            Ok(Base { number, log_from, log_least, seq, at, bytes, blake3 })
        })
    }
}

/// In the data folder: up to where the log was shipped when it was emptied last.
const EMPTIED: &str = "log-emptied.json";

/// To be called before the log is emptied, or may be by SQLite itself.
pub fn forget_emptied(data_dir: &Path) -> Result<()> {
    match std::fs::remove_file(data_dir.join(EMPTIED)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// The copy does not follow the log any more: another must be begun.
#[derive(Debug)]
pub struct Broken;

impl std::fmt::Display for Broken {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("the copy does not follow the log any more")
    }
}

impl std::error::Error for Broken {}

/// SQLite's log of a data folder.
pub fn log_path(data_dir: &Path) -> PathBuf {
    data_dir.join("holdfast.db-wal")
}

/// Reads a file that is never closed while SQLite has it open: closing it would give SQLite's locks
/// on it away (POSIX).
struct Whole<R> {
    file: Arc<std::fs::File>,
    at: u64,
    rest: R,
}

impl<R: FnMut()> std::io::Read for Whole<R> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        if self.at > 0 {
            (self.rest)();
        }
        #[cfg(unix)]
        let read = std::os::unix::fs::FileExt::read_at(&*self.file, buffer, self.at)?;
        #[cfg(windows)]
        let read = std::os::windows::fs::FileExt::seek_read(&*self.file, buffer, self.at)?;
        self.at += read as u64;
        Ok(read)
    }
}
