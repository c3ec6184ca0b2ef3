//! Where this desk stands: whose it is, its id, the epoch, the cursor, the next number, the clock.
//!
//! One row. Deliberately absent: moving the cursor apart from the data it stands for; the caller
//! does both in one transaction.

use ::uuid::Uuid;
use holdfast_domain::AgentId;
use jiff::Timestamp;

use super::{time, uuid};
use crate::error::{CacheError, Result};
use crate::notice::Notice;
use crate::pool::{Db, WriteTx};

pub(crate) const SCHEMA: &str = "\
CREATE TABLE sync (
  one            INTEGER PRIMARY KEY CHECK (one = 1), -- there is one row
  agent          BLOB NOT NULL,                -- whose desk this is
  desk           BLOB NOT NULL DEFAULT x'',    -- this desk's id; empty before the first hello
  epoch          INTEGER NOT NULL DEFAULT 0,   -- ordinal of the epoch in use; 0 before any
  cursor         INTEGER NOT NULL DEFAULT 0,   -- the last commit this desk holds
  next_number    INTEGER NOT NULL DEFAULT 1,   -- for the next operation that is pushed
  generation     INTEGER NOT NULL DEFAULT 0,   -- of the newest snapshot begun
  offset_us      INTEGER NOT NULL DEFAULT 0,   -- server clock minus wall clock
  last_contact   INTEGER NOT NULL DEFAULT 0,   -- server time of the last answer
  durable_seq    INTEGER NOT NULL DEFAULT 0,   -- commits up to here are in the server's backup
  read_from      INTEGER NOT NULL DEFAULT 0,   -- thread key before which nothing counts as unread
  attachment_bytes INTEGER NOT NULL DEFAULT 0, -- largest file it takes; 0: it has not said so
  tokens_version INTEGER NOT NULL DEFAULT 0    -- of the tokens the search index was filled with
) STRICT;
CREATE TABLE epoch (
  ordinal INTEGER PRIMARY KEY,                 -- order in which this desk met them
  id      BLOB NOT NULL UNIQUE                 -- the server's name for it
) STRICT;
";

/// The row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sync {
    /// Whose desk this is.
    pub agent: AgentId,
    /// This desk's id; `None` before [`set_desk`].
    pub desk: Option<Uuid>,
    /// The epoch in use; `None` before [`adopt_epoch`].
    pub epoch: Option<Uuid>,
    /// The last commit this desk holds.
    pub cursor: i64,
    /// For the next operation that is numbered.
    pub next_number: i64,
    /// Server clock minus wall clock, microseconds.
    pub offset_us: i64,
    /// Server time of the last answer.
    pub last_contact: Option<Timestamp>,
    /// Commits up to here are in the server's backup.
    pub durable_seq: i64,
    /// Thread key up to which nothing counts as unread.
    pub read_from: i64,
    /// Largest file that the server takes, bytes; `None` before it said so.
    pub attachment_bytes: Option<u64>,
}

type Columns = (Vec<u8>, Vec<u8>, Option<Vec<u8>>, i64, i64, i64, i64, i64, i64, i64);

/// Where this desk stands.
pub async fn get(db: &mut Db) -> Result<Sync> {
    let row: Columns = sqlx::query_as(
        "SELECT agent, desk, epoch.id, cursor, next_number, offset_us, last_contact, durable_seq,
           read_from, attachment_bytes
         FROM sync LEFT JOIN epoch ON epoch.ordinal = sync.epoch",
    )
    .fetch_one(db)
    .await?;
    let (agent, desk, epoch, cursor, next_number, offset_us, contact, durable_seq, read, file) =
        row;
    Ok(Sync {
        agent: AgentId(uuid(&agent)?),
        desk: (!desk.is_empty()).then(|| uuid(&desk)).transpose()?,
        epoch: epoch.map(|id| uuid(&id)).transpose()?,
        cursor,
        next_number,
        offset_us,
        last_contact: (contact != 0).then(|| time(contact)).transpose()?,
        durable_seq,
        read_from: read,
        attachment_bytes: u64::try_from(file).ok().filter(|bytes| *bytes > 0),
    })
}

/// Moves the cursor, in the transaction that holds the data it stands for. Never backwards.
pub async fn set_cursor(tx: &mut WriteTx, cursor: i64) -> Result<()> {
    let moved = sqlx::query("UPDATE sync SET cursor = $1 WHERE cursor <= $1")
        .bind(cursor)
        .execute(&mut **tx)
        .await?;
    if moved.rows_affected() == 0 {
        return Err(CacheError::Misuse("the cursor never moves back within an epoch"));
    }
    tx.notice(Notice::Sync);
    Ok(())
}

/// Forgets how far everything was fetched: the cursor lies before what the server still tells.
/// Rows stay until a snapshot replaces them.
pub async fn begin_again(tx: &mut WriteTx) -> Result<()> {
    sqlx::query("UPDATE sync SET cursor = 0").execute(&mut **tx).await?;
    super::scope::forget_progress(tx).await?;
    tx.notice(Notice::Sync);
    Ok(())
}

/// Takes a desk id: the first, or another after a fork. Numbers begin again with it, so the caller
/// also calls [`super::operation::renumber_all`].
pub async fn set_desk(tx: &mut WriteTx, desk: Uuid) -> Result<()> {
    sqlx::query("UPDATE sync SET desk = $1, next_number = 1")
        .bind(desk.as_bytes().as_slice())
        .execute(&mut **tx)
        .await?;
    tx.notice(Notice::Sync);
    Ok(())
}

/// Makes this the epoch in use; true if it was another one. Then the cursor is 0, every scope has
/// to be fetched again, the search index is emptied (keys changed), and the caller also calls
/// [`super::operation::renumber_all`]. Rows of before stay until a snapshot replaces them.
pub async fn adopt_epoch(tx: &mut WriteTx, epoch: Uuid) -> Result<bool> {
    if get(tx).await?.epoch == Some(epoch) {
        return Ok(false);
    }
    let ordinal: i64 = sqlx::query_scalar(
        "INSERT INTO epoch (ordinal, id) SELECT coalesce(max(ordinal), 0) + 1, $1 FROM epoch
         WHERE true RETURNING ordinal",
    )
    .bind(epoch.as_bytes().as_slice())
    .fetch_one(&mut **tx)
    .await?;
    sqlx::query("UPDATE sync SET epoch = $1, cursor = 0, next_number = 1, durable_seq = 0")
        .bind(ordinal)
        .execute(&mut **tx)
        .await?;
    super::scope::forget_progress(tx).await?;
    if ordinal > 1 {
        crate::search::clear(tx).await?;
    }
    tx.notice(Notice::Everything);
    Ok(true)
}

/// What was learned from an answer of the server.
pub async fn set_contact(tx: &mut WriteTx, server_time: Timestamp, offset_us: i64) -> Result<()> {
    sqlx::query("UPDATE sync SET last_contact = $1, offset_us = $2")
        .bind(server_time.as_microsecond())
        .bind(offset_us)
        .execute(&mut **tx)
        .await?;
    tx.notice(Notice::Sync);
    Ok(())
}

/// The server was heard again. What is on the screen knows it already: no notice.
pub async fn set_heard(tx: &mut WriteTx, server_time: Timestamp) -> Result<()> {
    sqlx::query("UPDATE sync SET last_contact = $1 WHERE last_contact <> $1")
        .bind(server_time.as_microsecond())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Commits up to here are in the server's backup: settled operations may be forgotten.
pub async fn set_durable(tx: &mut WriteTx, seq: i64) -> Result<()> {
    sqlx::query("UPDATE sync SET durable_seq = $1").bind(seq).execute(&mut **tx).await?;
    Ok(())
}

/// The largest file that the server takes.
pub async fn set_attachment_bytes(tx: &mut WriteTx, bytes: u64) -> Result<()> {
    let sql = "UPDATE sync SET attachment_bytes = $1 WHERE attachment_bytes <> $1";
    let bytes = i64::try_from(bytes).unwrap_or(i64::MAX);
    sqlx::query(sql).bind(bytes).execute(&mut **tx).await?;
    Ok(())
}

/// Up to this thread key nothing counts as unread; set once, at the first snapshot.
pub async fn set_read_from(tx: &mut WriteTx, key: i64) -> Result<()> {
    sqlx::query("UPDATE sync SET read_from = $1").bind(key).execute(&mut **tx).await?;
    tx.notice(Notice::List);
    super::mark::recount_all(tx).await
}

/// Ordinal of the epoch in use; an error if it is not this one.
pub(crate) async fn ordinal(db: &mut Db, epoch: Uuid) -> Result<i64> {
    let found: Option<i64> = sqlx::query_scalar(
        "SELECT epoch.ordinal FROM sync JOIN epoch ON epoch.ordinal = sync.epoch
         WHERE epoch.id = $1",
    )
    .bind(epoch.as_bytes().as_slice())
    .fetch_optional(db)
    .await?;
    found.ok_or(CacheError::Misuse("rows of an epoch that is not in use"))
}
