//! Backup: copies of the server that stand elsewhere, and how far they reach.
//!
//! ```text
//!   holdfast.db      ──copied while nobody checkpoints──▶  bases/1/holdfast.db
//!   holdfast.db-wal  ──every commit's pages, in order──▶   log/000000000001.log, …
//!   blobs/           ──each before the pages that name it▶ blobs/
//! ```
//!
//! A copy is a file of the database as it lay there once (a base), the write-ahead log from the
//! beginning of the life that was current then, and the files of attachments. SQLite's own recovery
//! rests on the same: file and log together are the database. `backup` makes one copy and ends;
//! `replicate` goes on, every [`replica::SHIP_EVERY`]. What each part must hold stands in it with
//! its BLAKE3, and nothing has its name before all of it is on the disk, so what was cut off is
//! never taken for whole. docs/decisions/0013 says what was refused.
//!
//! - [`log`] reads SQLite's log, [`folder`] reads and writes copies, [`ship`] brings one up to
//!   date;
//! - [`replica`] does so without end, [`once`] makes a backup, [`restore`] puts a copy back.

pub mod folder;
pub mod log;
pub mod once;
pub mod replica;
pub mod restore;
pub mod ship;

use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use jiff::Timestamp;
use tokio::sync::watch;

use crate::core::Core;
use crate::store::{Tx, backup as stored};
use ship::Shipper;

/// How far a copy reaches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reach {
    /// Commits up to here are in it.
    pub seq: i64,
    /// What was there at that time is in it, files included.
    pub at: Timestamp,
}

/// How replication goes.
#[derive(Clone, Debug, Default)]
pub struct Going {
    /// How far the replica reaches, once anything was shipped since the start.
    pub reach: Option<Reach>,
    /// Why the last round failed, if it did.
    pub failing: Option<String>,
    /// Since when rounds fail.
    pub failing_since: Option<Timestamp>,
}

/// What this server does about its copies.
#[derive(Debug)]
pub struct Backups {
    /// Where the replica is, if there is to be one.
    pub(crate) target: watch::Sender<Option<PathBuf>>,
    /// Held by whoever copies the database's file, so that nobody checkpoints into it meanwhile.
    pub(crate) copying: tokio::sync::RwLock<()>,
    pub(crate) shipper: tokio::sync::Mutex<Option<Shipper>>,
    going: Mutex<Going>,
    /// The last backup that was made whole.
    last: Mutex<Option<Reach>>,
    /// How often this server had been put back from a copy when it was started.
    pub(crate) generation: u64,
}

impl Backups {
    /// As the store has it.
    pub(crate) async fn open(tx: &mut Tx) -> Result<Self> {
        let target = stored::replica(tx).await?.map(PathBuf::from);
        let last = stored::last(tx).await?;
        Ok(Self {
            target: watch::channel(target).0,
            copying: tokio::sync::RwLock::default(),
            shipper: tokio::sync::Mutex::default(),
            going: Mutex::default(),
            last: Mutex::new(last.map(|last| last.reach)),
            generation: stored::generation(tx).await?,
        })
    }

    /// Where the replica is, if there is to be one.
    pub fn target(&self) -> Option<PathBuf> {
        self.target.borrow().clone()
    }

    /// How replication goes.
    pub fn going(&self) -> Going {
        lock(&self.going).clone()
    }

    /// The last backup that was made whole.
    pub fn last(&self) -> Option<Reach> {
        *lock(&self.last)
    }

    /// What is in a copy that this server knows of: the further of replica and backup.
    pub fn reach(&self) -> Option<Reach> {
        let replica = lock(&self.going).reach;
        [replica, self.last()].into_iter().flatten().max_by_key(|reach| reach.seq)
    }

    pub(crate) fn set_last(&self, reach: Reach) {
        *lock(&self.last) = Some(reach);
    }

    pub(crate) fn shipped(&self, reach: Reach) {
        *lock(&self.going) = Going { reach: Some(reach), failing: None, failing_since: None };
    }

    pub(crate) fn failed(&self, why: String, now: Timestamp) {
        let mut going = lock(&self.going);
        going.failing = Some(why);
        going.failing_since.get_or_insert(now);
    }

    pub(crate) fn forget_replica(&self) {
        *lock(&self.going) = Going::default();
    }
}

/// Commits up to here need not be kept at desks any more: they are in a copy, or older than all
/// that desks can ask for (`limits.feed_days`). The second keeps desks from collecting without end
/// where nobody makes copies, and is long enough for keepers who copy the data folder themselves.
pub fn durable(core: &Core, horizon: i64) -> i64 {
    core.backups.reach().map_or(0, |reach| reach.seq).max(horizon)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
