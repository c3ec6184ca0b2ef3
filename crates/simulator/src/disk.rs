//! Disk: folders as they are at the moment of a kill, and what a power cut leaves of a database's
//! log. And doom: what waits for a node at a step of its database.
//!
//! A kill leaves everything that was written; a power cut only what was synced, and of the rest
//! anything. What was synced is known from outside: a durable commit syncs the log up to its end,
//! and so does whatever has been copied into the database (SQLite, "WAL-mode file format", 2.2:
//! the number of frames that were being copied stands in the index beside the log).

use std::fs::{self, File};
use std::io::{Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use holdfast_cache::{CacheError, Step as CacheStep, WritePriority};
use holdfast_server::Step as ServerStep;
use holdfast_server::store::Durability;
use serde::{Deserialize, Serialize};

use crate::chance::Chance;

/// `holdfast.db`, at the server as on a desk.
pub const DATABASE: &str = "holdfast.db";
const HEAD_BYTES: u64 = 32;
const FRAME_BYTES: u64 = 24 + 4096;
/// Where the index says how many frames were being copied into the database.
const COPIED_AT: u64 = 128;

/// Copies a folder with all that is in it.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("making {}", to.display()))?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (path, name) = (entry.path(), entry.file_name());
        // The index of a log is made anew by whoever opens the database first.
        if name.to_string_lossy().ends_with("-shm") {
            continue;
        }
        let kind = entry.file_type()?;
        if kind.is_dir() {
            copy(&path, &to.join(name))?;
        } else if kind.is_file() {
            fs::copy(&path, to.join(name))?;
        }
    }
    Ok(())
}

/// Finds the database in a folder.
pub fn database_in(folder: &Path) -> Option<PathBuf> {
    let here = folder.join(DATABASE);
    if here.is_file() {
        return Some(here);
    }
    let mut below: Vec<PathBuf> =
        fs::read_dir(folder).ok()?.flatten().map(|entry| entry.path()).collect();
    below.sort();
    below.iter().filter(|path| path.is_dir()).find_map(|path| database_in(path))
}

fn log_of(database: &Path) -> PathBuf {
    let mut name = database.as_os_str().to_owned();
    name.push("-wal");
    PathBuf::from(name)
}

/// How far a log is known to be synced.
#[derive(Debug, Default)]
struct Synced {
    head: [u8; HEAD_BYTES as usize],
    bytes: u64,
}

fn head_of(log: &Path) -> Option<[u8; HEAD_BYTES as usize]> {
    let mut head = [0; HEAD_BYTES as usize];
    File::open(log).ok()?.read_exact(&mut head).ok()?;
    Some(head)
}

fn copied_frames(database: &Path) -> u64 {
    let mut name = database.as_os_str().to_owned();
    name.push("-shm");
    let read = || -> std::io::Result<u32> {
        let mut index = File::open(PathBuf::from(name))?;
        index.seek(SeekFrom::Start(COPIED_AT))?;
        let mut number = [0; 4];
        index.read_exact(&mut number)?;
        Ok(u32::from_ne_bytes(number))
    };
    read().map_or(0, u64::from)
}

impl Synced {
    fn note(&mut self, database: &Path) {
        let log = log_of(database);
        if let (Some(head), Ok(found)) = (head_of(&log), fs::metadata(&log)) {
            (self.head, self.bytes) = (head, found.len());
        }
    }

    /// Bytes of the log that no power cut takes.
    fn certain(&self, database: &Path) -> u64 {
        let log = log_of(database);
        let noted = if head_of(&log) == Some(self.head) { self.bytes } else { 0 };
        noted.max(HEAD_BYTES + copied_frames(database) * FRAME_BYTES)
    }
}

/// Takes from a copied log what was not synced: all of it, a part, or garbles it.
fn cut_power(database: &Path, certain: u64, chance: &mut Chance) -> Result<()> {
    let log = log_of(database);
    let Ok(found) = fs::metadata(&log) else { return Ok(()) };
    if found.len() <= certain {
        return Ok(());
    }
    let keep = certain + chance.below(found.len() - certain + 1);
    let mut file = File::options().write(true).open(&log)?;
    if chance.happens(500) {
        file.set_len(keep)?;
        return Ok(());
    }
    // The file has its length; its blocks never came.
    file.seek(SeekFrom::Start(keep))?;
    let lost = usize::try_from(found.len() - keep).unwrap_or(0);
    Ok(file.write_all(&vec![0; lost])?)
}

/// How a node ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum End {
    /// Killed: what was written is there.
    Kill,
    /// The power is cut: what was synced is there.
    Power,
}

/// When it ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Strike {
    /// How.
    pub end: End,
    /// At which step of a commit, counted from the last: 0 committed, 1 committing, 2 sealing.
    pub step: u8,
    /// After so many commits.
    pub after: u32,
}

/// What waits for a node at the steps of its database.
#[derive(Debug)]
pub struct Doom(Mutex<State>);

#[derive(Debug)]
struct State {
    folder: PathBuf,
    copy_to: PathBuf,
    chance: Chance,
    synced: Synced,
    is_full: bool,
    strike: Option<Strike>,
    struck: Option<End>,
}

impl Doom {
    /// Of a node that lives in `folder`; what is left of it goes to `copy_to`.
    pub fn new(folder: &Path, copy_to: &Path, chance: Chance) -> Arc<Self> {
        let (folder, copy_to) = (folder.to_owned(), copy_to.to_owned());
        let (synced, is_full, strike, struck) = (Synced::default(), false, None, None);
        Arc::new(Self(Mutex::new(State {
            folder,
            copy_to,
            chance,
            synced,
            is_full,
            strike,
            struck,
        })))
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The disk is full, or has room again.
    pub fn set_full(&self, is_full: bool) {
        self.lock().is_full = is_full;
    }

    /// Nothing waits for it any more.
    pub fn mend(&self) {
        let mut state = self.lock();
        (state.is_full, state.strike) = (false, None);
    }

    /// It will end so.
    pub fn prepare(&self, strike: Strike) {
        self.lock().strike = Some(strike);
    }

    /// It ends now. Only when it is quiet.
    pub fn strike_now(&self, end: End) -> Result<()> {
        self.lock().end(end)
    }

    /// Whether and how it has ended.
    pub fn struck(&self) -> Option<End> {
        self.lock().struck
    }

    /// Where what is left of it is.
    pub fn left(&self) -> PathBuf {
        self.lock().copy_to.clone()
    }

    /// A step of a desk's cache.
    pub fn at_desk(&self, step: CacheStep) -> holdfast_cache::Result<()> {
        let mut state = self.lock();
        if let CacheStep::Committed(WritePriority::Agent) = step {
            state.note();
        }
        let step = match step {
            CacheStep::Beginning(_) => 3,
            CacheStep::Sealing(_) => 2,
            CacheStep::Committing(_) => 1,
            CacheStep::Committed(_) => 0,
        };
        match state.at(step) {
            Fate::Lives => Ok(()),
            Fate::Full => Err(CacheError::Full),
            Fate::Dead => Err(CacheError::Busy),
        }
    }

    /// A step of the server.
    pub fn at_server(&self, step: ServerStep) -> Result<()> {
        let mut state = self.lock();
        if let ServerStep::Committed(Durability::Power) = step {
            state.note();
        }
        let step = match step {
            ServerStep::Deciding(_) => 2,
            ServerStep::Committing => 1,
            ServerStep::Committed(_) => 0,
        };
        match state.at(step) {
            Fate::Lives => Ok(()),
            Fate::Full => Err(sqlx::Error::Io(std::io::Error::other("no space left")).into()),
            Fate::Dead => Err(sqlx::Error::PoolClosed.into()),
        }
    }
}

enum Fate {
    Lives,
    Full,
    Dead,
}

impl State {
    fn note(&mut self) {
        if self.struck.is_none()
            && let Some(database) = database_in(&self.folder)
        {
            self.synced.note(&database);
        }
    }

    fn at(&mut self, step: u8) -> Fate {
        if self.struck.is_some() {
            return Fate::Dead;
        }
        if let Some(strike) = &mut self.strike
            && strike.step == step
        {
            if strike.after == 0 {
                let end = strike.end;
                return match self.end(end) {
                    Ok(()) => Fate::Dead,
                    Err(error) => {
                        tracing::error!("what is left of a node cannot be copied: {error:#}");
                        Fate::Dead
                    }
                };
            }
            strike.after -= 1;
        }
        // It may have room for what is begun, and none for its end.
        let refuses = self.is_full && (step == 1 || (step == 3 && self.chance.happens(500)));
        if refuses { Fate::Full } else { Fate::Lives }
    }

    fn end(&mut self, end: End) -> Result<()> {
        if self.struck.replace(end).is_some() {
            return Ok(());
        }
        copy(&self.folder, &self.copy_to)?;
        if end == End::Power
            && let Some(database) = database_in(&self.folder)
            && let Some(left) = database_in(&self.copy_to)
        {
            cut_power(&left, self.synced.certain(&database), &mut self.chance)?;
        }
        Ok(())
    }
}
