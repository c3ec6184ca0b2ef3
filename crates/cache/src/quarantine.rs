//! Quarantine: a damaged file is moved aside, never deleted, and what its author had written is
//! saved from it and from the outbox's second copy.
//!
//! ```text
//! read both ──▶ <name>.salvage (sealed, synced) ──▶ damaged files renamed ──▶ new file opened
//!                   └──────── its outbox and drafts take it in ───────▶ renamed <name>.salvaged-…
//! ```
//!
//! A crash after any arrow loses nothing: the next start goes on from what it finds. The new file
//! notes in the transaction of taking in what it has taken, so nothing comes twice, whatever its
//! author has done with it meanwhile.
//!
//! Deliberately absent: repairing pages; what the server has is fetched again.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use holdfast_domain::OperationId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection};

use crate::error::{CacheError, Result};
use crate::key::{self, Key, beside};
use crate::open::Cache;
use crate::pool::{Db, WritePriority};
use crate::seal::{self, Cipher};
use crate::table::draft::{self, Draft};
use crate::table::operation::{self, Kept};
use crate::table::{setting, tray};

/// What was saved. It is also in a sealed file beside the database, from which the next
/// [`crate::Cache::open`] takes it into the new outbox by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Salvage {
    /// Operations without an outcome, in order of writing.
    pub operations: Vec<Kept>,
    /// Drafts that were open, if the damaged file gave them.
    pub drafts: Vec<Draft>,
    /// What lay in the tray, sealed as it was, if the damaged file gave it.
    #[serde(default)]
    tray: Vec<tray::Sealed>,
    /// Records of the second copy that could not be read.
    pub lost: usize,
    /// Where the damaged file is now.
    pub moved_to: PathBuf,
}

const PLACE: &[u8] = b"salvage";
/// The setting that names, by its hash, the salvage that a file has taken in.
const TAKEN: &str = "salvage_taken";

/// Files that belong to a database and go aside with it.
const ENDINGS: [&str; 4] = ["", "-wal", "-shm", ".outbox"];

/// Moves the damaged file aside and saves what was written. No cache may be open on it.
pub async fn quarantine_and_salvage(path: &Path, key: &Key, now: Timestamp) -> Result<Salvage> {
    let moved_to = beside(path, &format!("damaged-{}", now.as_microsecond()));
    let sealed = seal::read(&seal::path(path), key)?;
    let (found, drafts, put_away) = read_damaged(path, key).await;
    let mut operations: BTreeMap<OperationId, Kept> = BTreeMap::new();
    let earlier = read_salvage(path, key)?;
    let (earlier_operations, earlier_drafts, mut tray) = earlier
        .map(|salvage| (salvage.operations, salvage.drafts, salvage.tray))
        .unwrap_or_default();
    for kept in earlier_operations.into_iter().chain(found.kept).chain(sealed.waiting) {
        if !found.settled.contains(&kept.id) {
            operations.insert(kept.id, kept);
        }
    }
    let mut operations: Vec<Kept> = operations.into_values().collect();
    operations.sort_by_key(|kept| kept.position);
    // Of a draft in both the newer stands first, and the first counts.
    let drafts = drafts.into_iter().chain(earlier_drafts).collect();
    let new: Vec<_> = put_away.into_iter().filter(|item| !tray.contains(item)).collect();
    tray.extend(new);
    let salvage = Salvage { operations, drafts, tray, lost: sealed.lost, moved_to };
    write_salvage(path, key, &salvage)?;
    move_aside(path, &salvage.moved_to)?;
    Ok(salvage)
}

/// Takes what a quarantine saved into the new file's outbox and drafts; once.
pub(crate) async fn take_back(cache: &Cache, path: &Path, key: &Key) -> Result<()> {
    let Some(bytes) = salvage_bytes(path)? else {
        return Ok(());
    };
    let salvage = reveal(&bytes, key)?;
    let which = blake3::hash(&bytes).to_hex().to_string();
    let mut tx = cache.write(WritePriority::Agent).await?;
    if setting::get(&mut tx, TAKEN).await?.as_ref() == Some(&which) {
        return note_taken(path, &salvage);
    }
    for kept in &salvage.operations {
        operation::keep(&mut tx, kept.clone()).await?;
    }
    for draft in &salvage.drafts {
        draft::put_back(&mut tx, draft).await?;
    }
    for item in &salvage.tray {
        tray::put_back(&mut tx, item).await?;
    }
    setting::set(&mut tx, TAKEN, &which).await?;
    tx.commit().await?;
    note_taken(path, &salvage)
}

/// It has another name from now on; for the next start there is nothing to take.
fn note_taken(path: &Path, salvage: &Salvage) -> Result<()> {
    let name = salvage.moved_to.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let taken = beside(path, &format!("salvaged-from-{name}"));
    std::fs::rename(salvage_path(path), taken)?;
    key::sync_folder(path).map_err(CacheError::from)
}

#[derive(Default)]
struct Found {
    kept: Vec<Kept>,
    /// Settled or discarded, as far as the database knows.
    settled: std::collections::BTreeSet<OperationId>,
}

/// Whatever the damaged file still gives; nothing is no error.
async fn read_damaged(path: &Path, key: &Key) -> (Found, Vec<Draft>, Vec<tray::Sealed>) {
    let options = SqliteConnectOptions::new()
        .filename(path)
        .pragma("key", key.pragma().as_str().to_owned())
        .read_only(true)
        .disable_statement_logging();
    let Ok(mut db) = options.connect().await else {
        return <_>::default();
    };
    let found = read_outbox(&mut db).await;
    let drafts = draft::unended(&mut db).await.unwrap_or_default();
    let put_away = tray::sealed(&mut db).await.unwrap_or_default();
    db.close().await.ok();
    (found, drafts, put_away)
}

async fn read_outbox(db: &mut Db) -> Found {
    let mut found = Found::default();
    let mut below = None;
    // Newest first in small steps, so that one bad page takes as little as possible with it.
    while let Ok(slice) = operation::list(db, below, 16).await {
        let Some(last) = slice.last() else { break };
        below = Some(last.kept.position);
        for stored in slice {
            if stored.state.is_waiting() {
                found.kept.push(stored.kept);
            } else {
                found.settled.insert(stored.kept.id);
            }
        }
    }
    found
}

fn salvage_path(path: &Path) -> PathBuf {
    beside(path, "salvage")
}

fn read_salvage(path: &Path, key: &Key) -> Result<Option<Salvage>> {
    salvage_bytes(path)?.map(|bytes| reveal(&bytes, key)).transpose()
}

fn salvage_bytes(path: &Path) -> Result<Option<Vec<u8>>> {
    match std::fs::read(salvage_path(path)) {
        Ok(bytes) => Ok(Some(bytes)),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn reveal(bytes: &[u8], key: &Key) -> Result<Salvage> {
    let text = Cipher::new(key).reveal(PLACE, bytes).ok_or(CacheError::Stored("salvage"))?;
    serde_json::from_slice(&text).map_err(|_| CacheError::Stored("salvage"))
}

fn write_salvage(path: &Path, key: &Key, salvage: &Salvage) -> Result<()> {
    let text = serde_json::to_vec(salvage).map_err(|_| CacheError::Misuse("a path of no text"))?;
    let sealed = Cipher::new(key).close(PLACE, &text);
    let sealed = sealed.ok_or(CacheError::Misuse("too much to be sealed"))?;
    key::replace(&salvage_path(path), &sealed).map_err(CacheError::from)
}

fn move_aside(path: &Path, to: &Path) -> std::io::Result<()> {
    let with = |path: &Path, ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    for ending in ENDINGS {
        let from = with(path, ending);
        if from.exists() {
            std::fs::rename(from, with(to, ending))?;
        }
    }
    key::sync_folder(path)
}
