//! Snapshots on disk: pinned files, each with its manifest beside it, for an hour.
//!
//! A pin is a file and never an open read transaction, which would hold the database's log. They
//! outlive a restart of the server, so a fetch goes on where it stopped. Deliberately absent:
//! what is in them (`sync::snapshot`).

use std::collections::BTreeMap;
use std::io::{ErrorKind, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result, ensure};
use holdfast_domain::AgentId;
use holdfast_protocol::snapshot::Manifest;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::sync::{Semaphore, SemaphorePermit};
use uuid::Uuid;

/// How long chunks can be fetched.
const PINNED: SignedDuration = SignedDuration::from_hours(1);
/// How long a team's snapshot is given to newcomers; changes bring them up to date from there.
const SHARED: SignedDuration = SignedDuration::from_mins(10);

/// Built at the same time: each has one of the connections that read, and others need some.
const BUILDING_MAX: usize = 3;
/// Of one agent's own of a scope, the newest so many stay; her desks fetch one each.
pub const OWN_MAX: usize = 8;

/// A snapshot that can be fetched.
#[derive(Debug, Serialize, Deserialize)]
pub struct Pinned {
    /// What the client is told.
    pub manifest: Manifest,
    /// Whose it is; `None` when everybody with the scope may fetch it.
    pub owner: Option<AgentId>,
    /// When it was built.
    pub built_at: Timestamp,
}

/// All that are pinned.
#[derive(Debug)]
pub struct Snapshots {
    dir: PathBuf,
    pinned: Mutex<BTreeMap<Uuid, Arc<Pinned>>>,
    turn: tokio::sync::Mutex<()>,
    building: Semaphore,
}

impl Snapshots {
    /// Finds those of before; drops what is too old, unfinished or of another epoch.
    pub fn open(data_dir: &Path, epoch: Uuid, now: Timestamp) -> Result<Self> {
        let dir = data_dir.join("snapshots");
        std::fs::create_dir_all(&dir)?;
        let mut pinned = BTreeMap::new();
        for entry in std::fs::read_dir(&dir)? {
            let path = entry?.path();
            if path.extension().is_none_or(|extension| extension != "json") {
                continue;
            }
            let found: Option<Pinned> =
                std::fs::read(&path).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok());
            if let Some(found) = found
                && found.manifest.epoch == epoch
                && now.duration_since(found.built_at) < PINNED
            {
                pinned.insert(found.manifest.snapshot, Arc::new(found));
            }
        }
        let (turn, building) = (tokio::sync::Mutex::new(()), Semaphore::new(BUILDING_MAX));
        let snapshots = Self { dir, pinned: Mutex::new(pinned), turn, building };
        snapshots.sweep(now)?;
        Ok(snapshots)
    }

    /// The turn to build a team's; one at a time, so that newcomers share.
    pub async fn turn(&self) -> tokio::sync::MutexGuard<'_, ()> {
        self.turn.lock().await
    }

    /// The turn to build one at all; who came first is first.
    pub async fn building(&self) -> SemaphorePermit<'_> {
        self.building.acquire().await.expect("nobody closes the turns")
    }

    /// A team's that is new enough to be given to a newcomer.
    pub fn shared(&self, scope: &str, now: Timestamp) -> Option<Arc<Pinned>> {
        let pinned = self.lock();
        let of_scope = pinned.values().filter(|pinned| {
            pinned.owner.is_none()
                && pinned.manifest.scope == scope
                && now.duration_since(pinned.built_at) < SHARED
        });
        of_scope.max_by_key(|pinned| pinned.manifest.seq).cloned()
    }

    /// One that can still be fetched.
    pub fn get(&self, id: Uuid, now: Timestamp) -> Option<Arc<Pinned>> {
        let found = self.lock().get(&id).cloned();
        found.filter(|pinned| now.duration_since(pinned.built_at) < PINNED)
    }

    /// How many can be fetched.
    pub fn count(&self, now: Timestamp) -> usize {
        let young = |pinned: &&Arc<Pinned>| now.duration_since(pinned.built_at) < PINNED;
        self.lock().values().filter(young).count()
    }

    /// Where the bytes of one are, or will be.
    pub fn path(&self, id: Uuid) -> PathBuf {
        self.dir.join(format!("{id}.zst"))
    }

    /// Makes a written one known; its manifest goes beside it, last.
    pub fn pin(&self, pinned: Pinned) -> Result<Arc<Pinned>> {
        let id = pinned.manifest.snapshot;
        std::fs::write(self.dir.join(format!("{id}.json")), serde_json::to_vec(&pinned)?)?;
        let pinned = Arc::new(pinned);
        let past = {
            let mut all = self.lock();
            all.insert(id, pinned.clone());
            past(&all, &pinned)
        };
        for id in past {
            self.lock().remove(&id);
            // What cannot be removed now is swept later.
            std::fs::remove_file(self.path(id).with_extension("json")).ok();
            std::fs::remove_file(self.path(id)).ok();
        }
        Ok(pinned)
    }

    /// The bytes of a chunk; `None` if there is none, or the snapshot has left since.
    pub fn chunk(&self, pinned: &Pinned, chunk: usize) -> Result<Option<Vec<u8>>> {
        let chunks = &pinned.manifest.chunks;
        let Some(found) = chunks.get(chunk) else {
            return Ok(None);
        };
        let offset: u64 = chunks[..chunk].iter().map(|chunk| chunk.bytes).sum();
        let mut file = match std::fs::File::open(self.path(pinned.manifest.snapshot)) {
            Ok(file) => file,
            // It has left since it was looked up. Whoever took its file from under it gets another.
            Err(error) if error.kind() == ErrorKind::NotFound => {
                if self.lock().remove(&pinned.manifest.snapshot).is_some() {
                    tracing::warn!("a pinned snapshot was without its file");
                }
                return Ok(None);
            }
            Err(error) => return Err(error).context("a pinned snapshot"),
        };
        file.seek(SeekFrom::Start(offset))?;
        let mut bytes = vec![0; usize::try_from(found.bytes)?];
        file.read_exact(&mut bytes)?;
        let hash = blake3::hash(&bytes).to_hex();
        ensure!(hash.as_str() == found.blake3, "a pinned snapshot is damaged");
        Ok(Some(bytes))
    }

    /// Removes files that are not pinned any more.
    pub fn sweep(&self, now: Timestamp) -> Result<()> {
        let mut pinned = self.lock();
        pinned.retain(|_, pinned| now.duration_since(pinned.built_at) < PINNED);
        for entry in std::fs::read_dir(&self.dir)? {
            let path = entry?.path();
            let id = path.file_stem().and_then(|stem| stem.to_str());
            let known = id
                .and_then(|id| Uuid::parse_str(id).ok())
                .is_some_and(|id| pinned.contains_key(&id));
            // One that is being built is not known yet, but young.
            let age = path.metadata().and_then(|metadata| metadata.modified());
            let young = age.is_ok_and(|at| {
                Timestamp::try_from(at).is_ok_and(|at| now.duration_since(at) < PINNED)
            });
            if !known && !young {
                std::fs::remove_file(&path)?;
            }
        }
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Uuid, Arc<Pinned>>> {
        self.pinned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Of one agent's own of a scope, those beyond the newest [`OWN_MAX`].
fn past(all: &BTreeMap<Uuid, Arc<Pinned>>, newest: &Pinned) -> Vec<Uuid> {
    if newest.owner.is_none() {
        return Vec::new();
    }
    let same = |other: &&Arc<Pinned>| {
        (other.owner, &other.manifest.scope) == (newest.owner, &newest.manifest.scope)
    };
    let mut own: Vec<_> = all.values().filter(same).collect();
    own.sort_by_key(|pinned| std::cmp::Reverse(pinned.built_at));
    own.into_iter().skip(OWN_MAX).map(|pinned| pinned.manifest.snapshot).collect()
}
