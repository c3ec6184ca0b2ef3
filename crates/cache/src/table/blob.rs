//! Blob: the bytes of attachments, in pieces, in the same encrypted file.
//!
//! ```text
//! partial ──all chunks, hash compared──▶ uploading ──server has it──▶ delivered
//!    └──────────────── downloaded ───────────────────────────────────────▲
//! ```
//!
//! A blob leaves with the last ticket or draft that names it. Deliberately absent: hashing, and
//! files beside the database.

use holdfast_domain::TicketId;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::error::{CacheError, Result};
use crate::notice::Notice;
use crate::pool::{Db, WriteTx};

pub(crate) const SCHEMA: &str = "\
CREATE TABLE blob (
  key             INTEGER PRIMARY KEY AUTOINCREMENT,
  hash            TEXT NOT NULL UNIQUE,       -- BLAKE3 of the bytes, hexadecimal
  size_bytes      INTEGER NOT NULL,
  state           INTEGER NOT NULL DEFAULT 0, -- partial, uploading, delivered
  chunks          INTEGER NOT NULL DEFAULT 0, -- that are here
  uploaded_chunks INTEGER NOT NULL DEFAULT 0  -- that the server has confirmed
) STRICT;
CREATE INDEX blob_uploading ON blob (key) WHERE state = 1;
CREATE TABLE blob_chunk (
  blob  INTEGER NOT NULL, -- key
  n     INTEGER NOT NULL, -- from 0
  bytes BLOB NOT NULL,
  PRIMARY KEY (blob, n)
) STRICT;
CREATE TABLE blob_ticket (
  ticket BLOB NOT NULL,
  blob   INTEGER NOT NULL, -- key
  PRIMARY KEY (ticket, blob)
) STRICT, WITHOUT ROWID;
CREATE INDEX blob_ticket_blob ON blob_ticket (blob);
";

/// Where its bytes are on their way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Being read in or downloaded: not all chunks are here.
    Partial,
    /// Whole, and to be uploaded.
    Uploading,
    /// Whole, and the server has it too.
    Delivered,
}

/// A blob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// BLAKE3 of the bytes, 64 hexadecimal digits.
    pub hash: String,
    /// Size in bytes.
    pub size_bytes: u64,
    /// Where its bytes are on their way.
    pub state: State,
    /// Chunks that are here.
    pub chunks: u32,
    /// Chunks the server has confirmed.
    pub uploaded_chunks: u32,
}

/// Begins a blob that belongs to this ticket; a known one only gains the ticket.
pub async fn begin(tx: &mut WriteTx, hash: &str, size_bytes: u64, ticket: TicketId) -> Result<()> {
    let size = i64::try_from(size_bytes).map_err(|_| CacheError::Misuse("no blob is so long"))?;
    sqlx::query(
        "INSERT INTO blob (hash, size_bytes) VALUES ($1, $2) ON CONFLICT (hash) DO NOTHING",
    )
    .bind(hash)
    .bind(size)
    .execute(&mut **tx)
    .await?;
    sqlx::query(
        "INSERT INTO blob_ticket (ticket, blob) SELECT $1, key FROM blob WHERE hash = $2
         ON CONFLICT DO NOTHING",
    )
    .bind(ticket.bytes().to_vec())
    .bind(hash)
    .execute(&mut **tx)
    .await?;
    tx.notice_ticket(ticket);
    Ok(())
}

/// Adds the chunk after those that are here; another place is an error.
pub async fn put_chunk(tx: &mut WriteTx, hash: &str, n: u32, bytes: &[u8]) -> Result<()> {
    let key: Option<i64> = sqlx::query_scalar(
        "UPDATE blob SET chunks = chunks + 1 WHERE hash = $1 AND state = 0 AND chunks = $2
         RETURNING key",
    )
    .bind(hash)
    .bind(n)
    .fetch_optional(&mut **tx)
    .await?;
    let key = key.ok_or(CacheError::Misuse("chunks of a blob come one after another"))?;
    sqlx::query("INSERT INTO blob_chunk (blob, n, bytes) VALUES ($1, $2, $3)")
        .bind(key)
        .bind(n)
        .bind(bytes)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Moves it on; never back.
pub async fn set_state(tx: &mut WriteTx, hash: &str, state: State) -> Result<()> {
    let sql = "UPDATE blob SET state = $2 WHERE hash = $1 AND state < $2";
    sqlx::query(sql).bind(hash).bind(state as i64).execute(&mut **tx).await?;
    notice_tickets(tx, hash).await
}

/// Words that name it have reached the server: whether the server has the bytes is asked anew. A
/// file that is not whole here was somebody else's to bring.
pub async fn offer_again(tx: &mut WriteTx, hash: &str) -> Result<()> {
    let sql = "UPDATE blob SET state = 1, uploaded_chunks = 0 WHERE hash = $1 AND state = 2";
    sqlx::query(sql).bind(hash).execute(&mut **tx).await?;
    notice_tickets(tx, hash).await
}

/// The server has these many chunks.
pub async fn set_uploaded(tx: &mut WriteTx, hash: &str, chunks: u32) -> Result<()> {
    let sql = "UPDATE blob SET uploaded_chunks = $2 WHERE hash = $1";
    sqlx::query(sql).bind(hash).bind(chunks).execute(&mut **tx).await?;
    notice_tickets(tx, hash).await
}

/// One blob, without its bytes.
pub async fn get(db: &mut Db, hash: &str) -> Result<Option<Blob>> {
    let sql = "SELECT * FROM blob WHERE hash = $1";
    let row = sqlx::query(sql).bind(hash).fetch_optional(db).await?;
    row.as_ref().map(read).transpose()
}

/// One chunk.
pub async fn chunk(db: &mut Db, hash: &str, n: u32) -> Result<Option<Vec<u8>>> {
    let sql = "SELECT bytes FROM blob_chunk
               WHERE blob = (SELECT key FROM blob WHERE hash = $1) AND n = $2";
    Ok(sqlx::query_scalar(sql).bind(hash).bind(n).fetch_optional(db).await?)
}

/// What waits to be uploaded, oldest first.
pub async fn to_upload(db: &mut Db, limit: u32) -> Result<Vec<Blob>> {
    let sql = "SELECT * FROM blob WHERE state = 1 ORDER BY key LIMIT $1";
    let rows = sqlx::query(sql).bind(limit).fetch_all(db).await?;
    rows.iter().map(read).collect()
}

/// Takes a ticket's name off its blobs and removes those that nobody names any more.
pub(crate) async fn leave(tx: &mut WriteTx, ticket: TicketId) -> Result<()> {
    let id = ticket.bytes().to_vec();
    let keys: Vec<i64> =
        sqlx::query_scalar("DELETE FROM blob_ticket WHERE ticket = $1 RETURNING blob")
            .bind(id)
            .fetch_all(&mut **tx)
            .await?;
    for key in keys {
        let gone = sqlx::query(
            "DELETE FROM blob
             WHERE key = $1 AND NOT EXISTS (SELECT 1 FROM blob_ticket WHERE blob = $1)",
        )
        .bind(key)
        .execute(&mut **tx)
        .await?;
        if gone.rows_affected() > 0 {
            let sql = "DELETE FROM blob_chunk WHERE blob = $1";
            sqlx::query(sql).bind(key).execute(&mut **tx).await?;
        }
    }
    Ok(())
}

async fn notice_tickets(tx: &mut WriteTx, hash: &str) -> Result<()> {
    let tickets: Vec<Vec<u8>> = sqlx::query_scalar(
        "SELECT ticket FROM blob_ticket WHERE blob = (SELECT key FROM blob WHERE hash = $1)",
    )
    .bind(hash)
    .fetch_all(&mut **tx)
    .await?;
    for ticket in tickets {
        tx.notice(Notice::Ticket(TicketId(super::uuid(&ticket)?)));
    }
    Ok(())
}

fn read(row: &SqliteRow) -> Result<Blob> {
    let state: i64 = row.try_get("state")?;
    let size: i64 = row.try_get("size_bytes")?;
    Ok(Blob {
        hash: row.try_get("hash")?,
        size_bytes: u64::try_from(size).map_err(|_| CacheError::Stored("size"))?,
        state: match state {
            0 => State::Partial,
            1 => State::Uploading,
            2 => State::Delivered,
            _ => return Err(CacheError::Stored("state")),
        },
        chunks: row.try_get("chunks")?,
        uploaded_chunks: row.try_get("uploaded_chunks")?,
    })
}
