//! Blob: the bytes of attachments, in pieces, in the same encrypted file.
//!
//! ```text
//!                                  words that name it
//! partial ──whole──▶ kept ──are accepted──▶ uploading ──server has it──▶ delivered
//!    │                                        │ ▲  ▲                         │  ▲
//!    │                      server never      │ │  └──others that name it are┘  │
//!    │                      takes it: refused ◀─┘ others that name it are       │
//!    └───────────────────── downloaded, hash compared ──────────────────────────┘
//! ```
//!
//! Every ticket under which a blob lies has a name on it. A draft's name is taken off again when no
//! draft, operation or words of the ticket name the file any more ([`let_go`]); that of accepted
//! words goes with the ticket, but not before the server has what it is owed; what words on their
//! way name stays until they settle, be the ticket here or not. A blob leaves with its last name:
//! its row at once, its bytes in slices ([`erase`]).
//!
//! While the server is still to get it from here, or words that are not settled name it, its bytes
//! stand a second time beside the database ([`crate::seal`]), so that no damage of one file takes
//! them. Where two were damaged, it may be here without its bytes ([`Blob::is_lost`]): then its
//! author is told, can add it again or take it off, and words that were accepted already become
//! hers again without it. Deliberately absent: hashing.

use std::collections::BTreeMap;

use holdfast_domain::TicketId;
use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use crate::error::{CacheError, Result};
use crate::notice::Notice;
use crate::pool::{Db, WriteTx};
use crate::seal::{Bytes, Record, piece_count, pieces};

pub(crate) const SCHEMA: &str = "\
CREATE TABLE blob (
  key             INTEGER PRIMARY KEY AUTOINCREMENT,
  hash            TEXT NOT NULL UNIQUE,       -- BLAKE3 of the bytes, hexadecimal
  size_bytes      INTEGER NOT NULL,
  state           INTEGER NOT NULL DEFAULT 0, -- partial, kept, uploading, delivered, refused
  chunks          INTEGER NOT NULL DEFAULT 0, -- that are here
  uploaded_chunks INTEGER NOT NULL DEFAULT 0, -- that the server has confirmed
  copied          INTEGER NOT NULL DEFAULT 0  -- 1: the second copy has it, too
) STRICT;
CREATE INDEX blob_uploading ON blob (key) WHERE state = 2;
CREATE INDEX blob_copied ON blob (key) WHERE copied = 1;
CREATE TABLE blob_chunk (
  blob  INTEGER NOT NULL, -- key
  n     INTEGER NOT NULL, -- from 0
  bytes BLOB NOT NULL,
  PRIMARY KEY (blob, n)
) STRICT;
CREATE TABLE blob_ticket (
  ticket  BLOB NOT NULL,
  blob    INTEGER NOT NULL,           -- key
  settled INTEGER NOT NULL DEFAULT 0, -- 1: words of the server name it there; 0: a draft did
  PRIMARY KEY (ticket, blob)
) STRICT, WITHOUT ROWID;
CREATE INDEX blob_ticket_blob ON blob_ticket (blob);
CREATE INDEX blob_ticket_unsettled ON blob_ticket (blob, ticket) WHERE settled = 0;
";

/// Whether blob `b` needs a second copy: the server is still to get it from here, or it is here and
/// words that are not settled name it.
macro_rules! is_needed {
    () => {
        "(b.state IN (1, 2) OR (b.state > 2 AND EXISTS (
           SELECT 1 FROM blob_ticket n WHERE n.blob = b.key AND (
             EXISTS (SELECT 1 FROM draft d WHERE d.ticket = n.ticket AND d.state IN (0, 1, 3)
               AND instr(d.attachments, b.hash) > 0)
             OR EXISTS (SELECT 1 FROM operation o WHERE o.ticket = n.ticket AND o.state < 2
               AND instr(o.bytes, b.hash) > 0)))))"
    };
}

/// Where its bytes are on their way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Being read in or downloaded: not all chunks are here.
    Partial,
    /// Whole, for words that are not settled.
    Kept,
    /// Whole, and owed to the server: accepted words name it.
    Uploading,
    /// Whole, and the server has it too.
    Delivered,
    /// Whole, and the server does not take it: it is not tried again by itself.
    Refused,
}

impl State {
    /// Whether the server is still to get it from here, now or once its words are accepted.
    pub fn is_to_be_sent(self) -> bool {
        matches!(self, Self::Kept | Self::Uploading)
    }
}

/// A blob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// Local: the order in which they came.
    pub key: i64,
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

impl Blob {
    /// Whether all its bytes are here.
    pub fn is_whole(&self) -> bool {
        self.state != State::Partial && self.chunks > 0
    }

    /// How many chunks it has, here or not.
    pub fn chunk_count(&self) -> u32 {
        piece_count(self.size_bytes)
    }

    /// Whether it is to be here, and its bytes are gone.
    pub fn is_lost(&self) -> bool {
        self.state != State::Partial && self.chunks == 0
    }
}

/// What the second copy knows of a blob.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Copied {
    /// BLAKE3 of the bytes, 64 hexadecimal digits.
    pub(crate) hash: String,
    /// Size in bytes.
    pub(crate) size_bytes: u64,
    /// The server is owed it: accepted words name it.
    pub(crate) owed: bool,
    /// The tickets under which it lies, and whether words of the server name it there.
    pub(crate) tickets: BTreeMap<TicketId, bool>,
}

/// Keeps a whole file under this ticket, for words that are not settled. Its second copy is synced
/// before this returns. One that is here only gains the ticket's name.
pub async fn keep(tx: &mut WriteTx, hash: &str, ticket: TicketId, bytes: &[u8]) -> Result<()> {
    let known = get(tx, hash).await?;
    begin(tx, hash, bytes.len() as u64, ticket).await?;
    if known.as_ref().is_some_and(Blob::is_whole) {
        // The draft that is about to name it needs a second copy of it again.
        return set_copied(tx, hash, true).await;
    }
    store(tx, hash, bytes).await?;
    let owed = known.is_some_and(|blob| blob.state == State::Uploading);
    set_state(tx, hash, if owed { State::Uploading } else { State::Kept }).await
}

/// Begins a blob that lies under this ticket, be it under a draft; a known one only gains the
/// ticket's name.
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
    note(tx, hash).await
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
    changed(tx, hash).await
}

/// The server never takes it.
pub async fn refuse(tx: &mut WriteTx, hash: &str) -> Result<()> {
    let sql = "UPDATE blob SET state = 4 WHERE hash = $1 AND state = 2";
    sqlx::query(sql).bind(hash).execute(&mut **tx).await?;
    changed(tx, hash).await
}

/// Words of the server name it on this ticket: it stays as long as the ticket.
pub async fn settle(tx: &mut WriteTx, ticket: TicketId, hash: &str) -> Result<()> {
    set_settled(tx, ticket, hash, true).await
}

/// Words of its author that name it on this ticket were accepted: the server is to have it, and
/// whether it has is asked anew. A file that is not whole here was somebody else's to bring.
pub async fn offer(tx: &mut WriteTx, ticket: TicketId, hash: &str) -> Result<()> {
    let sql = "UPDATE blob SET state = 2, uploaded_chunks = 0
               WHERE hash = $1 AND state IN (1, 3, 4)";
    sqlx::query(sql).bind(hash).execute(&mut **tx).await?;
    set_settled(tx, ticket, hash, true).await?;
    changed(tx, hash).await
}

/// Words that name it on this ticket were not accepted: it stays only as long as something else
/// names it there.
pub async fn take_back(tx: &mut WriteTx, ticket: TicketId, hash: &str) -> Result<()> {
    set_settled(tx, ticket, hash, false).await
}

async fn set_settled(tx: &mut WriteTx, ticket: TicketId, hash: &str, settled: bool) -> Result<()> {
    sqlx::query(
        "UPDATE blob_ticket SET settled = $3
         WHERE ticket = $1 AND blob = (SELECT key FROM blob WHERE hash = $2)",
    )
    .bind(ticket.bytes().to_vec())
    .bind(hash)
    .bind(settled)
    .execute(&mut **tx)
    .await?;
    note(tx, hash).await
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

/// What waits to be uploaded behind the one with that key, oldest first.
pub async fn to_upload(db: &mut Db, after: i64, limit: u32) -> Result<Vec<Blob>> {
    let sql = "SELECT * FROM blob WHERE state = 2 AND key > $1 ORDER BY key LIMIT $2";
    let rows = sqlx::query(sql).bind(after).bind(limit).fetch_all(db).await?;
    rows.iter().map(read).collect()
}

/// Whether a blob carries the name of a ticket on which nothing names it any more, or has a second
/// copy that nobody needs.
pub async fn is_any_to_let_go(db: &mut Db) -> Result<bool> {
    Ok(!unnamed(db, 1).await?.is_empty() || !needless_copies(db).await?.is_empty())
}

/// Takes the names of at most `limit` tickets off blobs that nothing names there any more; those
/// without a name are gone, and so are second copies that nobody needs. Answers whether there may
/// be more.
pub async fn let_go(tx: &mut WriteTx, limit: u32) -> Result<bool> {
    for hash in needless_copies(tx).await? {
        set_copied(tx, &hash, false).await?;
    }
    let found = unnamed(tx, limit).await?;
    for (ticket, key) in &found {
        sqlx::query("DELETE FROM blob_ticket WHERE ticket = $1 AND blob = $2")
            .bind(ticket)
            .bind(key)
            .execute(&mut **tx)
            .await?;
        name_gone(tx, *key).await?;
    }
    Ok(found.len() as u64 >= u64::from(limit))
}

/// How many the server is owed.
pub async fn owed_count(db: &mut Db) -> Result<u32> {
    let sql = "SELECT count(*) FROM blob WHERE state = 2";
    Ok(sqlx::query_scalar(sql).fetch_one(db).await?)
}

/// No draft that is not sent, no operation that waits or asks for its author, no words on the
/// ticket name it; or it is the server's, the ticket has left, and no words on their way name it.
async fn unnamed(db: &mut Db, limit: u32) -> Result<Vec<(Vec<u8>, i64)>> {
    let rows = sqlx::query_as(
        "SELECT n.ticket, n.blob FROM blob_ticket n JOIN blob b ON b.key = n.blob
         WHERE n.settled = 0
           AND NOT EXISTS (SELECT 1 FROM draft d WHERE d.ticket = n.ticket AND d.state <> 2
                 AND instr(d.attachments, b.hash) > 0)
           AND NOT EXISTS (SELECT 1 FROM operation o WHERE o.ticket = n.ticket
                 AND (o.state < 2 OR (o.state > 2 AND o.seen = 0)) AND instr(o.bytes, b.hash) > 0)
           AND NOT EXISTS (SELECT 1 FROM message m WHERE m.ticket = n.ticket
                 AND instr(m.attachments, b.hash) > 0)
           AND NOT EXISTS (SELECT 1 FROM note i WHERE i.ticket = n.ticket
                 AND instr(i.attachments, b.hash) > 0)
         UNION ALL
         SELECT n.ticket, n.blob FROM blob_ticket n JOIN blob b ON b.key = n.blob
         WHERE n.settled = 1 AND b.state <> 2
           AND NOT EXISTS (SELECT 1 FROM ticket t WHERE t.id = n.ticket)
           AND NOT EXISTS (SELECT 1 FROM operation o WHERE o.ticket = n.ticket
                 AND o.state < 2 AND instr(o.bytes, b.hash) > 0)
         LIMIT $1",
    );
    Ok(rows.bind(limit).fetch_all(db).await?)
}

/// Takes a ticket's name off its blobs, but for those that words on their way name and those that
/// the server is owed, which stays so whatever becomes of other words; what is without a name is
/// gone.
pub(crate) async fn leave(tx: &mut WriteTx, ticket: TicketId) -> Result<()> {
    let id = ticket.bytes().to_vec();
    sqlx::query(
        "UPDATE blob_ticket SET settled = 0 WHERE ticket = $1 AND EXISTS (
           SELECT 1 FROM operation o JOIN blob b ON b.key = blob_ticket.blob
           WHERE b.state <> 2 AND o.ticket = $1 AND o.state < 2
             AND instr(o.bytes, b.hash) > 0)",
    )
    .bind(&id)
    .execute(&mut **tx)
    .await?;
    let keys: Vec<i64> = sqlx::query_scalar(
        "DELETE FROM blob_ticket WHERE ticket = $1
           AND NOT EXISTS (SELECT 1 FROM blob b WHERE b.key = blob_ticket.blob AND
             ((blob_ticket.settled = 1 AND b.state = 2)
              OR EXISTS (SELECT 1 FROM operation o
                 WHERE o.ticket = $1 AND o.state < 2 AND instr(o.bytes, b.hash) > 0)))
         RETURNING blob",
    )
    .bind(&id)
    .fetch_all(&mut **tx)
    .await?;
    for key in keys {
        name_gone(tx, key).await?;
    }
    Ok(())
}

/// A name was taken off it; with the last one it goes.
async fn name_gone(tx: &mut WriteTx, key: i64) -> Result<()> {
    let gone: Option<(String, bool)> = sqlx::query_as(
        "DELETE FROM blob
         WHERE key = $1 AND NOT EXISTS (SELECT 1 FROM blob_ticket WHERE blob = $1)
         RETURNING hash, copied",
    )
    .bind(key)
    .fetch_optional(&mut **tx)
    .await?;
    match gone {
        Some((hash, true)) => tx.seal(Record::FileGone(hash)),
        Some(_) => {}
        None => {
            let sql = "SELECT hash FROM blob WHERE key = $1";
            let hash: Option<String> =
                sqlx::query_scalar(sql).bind(key).fetch_optional(&mut **tx).await?;
            if let Some(hash) = hash {
                note(tx, &hash).await?;
            }
        }
    }
    Ok(())
}

/// Erases at most `limit` chunks of blobs that are gone. Answers whether none is left.
pub(crate) async fn erase(tx: &mut WriteTx, limit: u32) -> Result<bool> {
    let gone = sqlx::query(
        "DELETE FROM blob_chunk WHERE rowid IN (SELECT c.rowid FROM blob_chunk c
           WHERE NOT EXISTS (SELECT 1 FROM blob WHERE key = c.blob) LIMIT $1)",
    )
    .bind(limit)
    .execute(&mut **tx)
    .await?;
    Ok(gone.rows_affected() < u64::from(limit))
}

/// Whether chunks of blobs that are gone are still to be erased.
pub(crate) async fn is_erasing(db: &mut Db) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM blob_chunk c
                 WHERE NOT EXISTS (SELECT 1 FROM blob WHERE key = c.blob))";
    Ok(sqlx::query_scalar(sql).fetch_one(db).await?)
}

/// None of its bytes are here, or they were not those of the hash: it is partial and empty again.
pub async fn begin_again(tx: &mut WriteTx, hash: &str) -> Result<()> {
    let sql = "SELECT key, copied FROM blob WHERE hash = $1";
    let row: Option<(i64, bool)> = sqlx::query_as(sql).bind(hash).fetch_optional(&mut **tx).await?;
    let Some((key, copied)) = row else { return Ok(()) };
    let sql = "UPDATE blob SET state = 0, chunks = 0, uploaded_chunks = 0, copied = 0
               WHERE key = $1";
    sqlx::query(sql).bind(key).execute(&mut **tx).await?;
    sqlx::query("DELETE FROM blob_chunk WHERE blob = $1").bind(key).execute(&mut **tx).await?;
    if copied {
        tx.seal(Record::FileGone(hash.to_owned()));
    }
    notice_tickets(tx, hash).await
}

/// All that the second copy has, too.
pub(crate) async fn copied(db: &mut Db) -> Result<Vec<Copied>> {
    let sql = "SELECT * FROM blob WHERE copied = 1 ORDER BY key";
    let rows = sqlx::query(sql).fetch_all(&mut *db).await?;
    let mut all = Vec::new();
    for row in &rows {
        all.push(as_copied(db, read(row)?).await?);
    }
    Ok(all)
}

/// Puts back one that was salvaged, with its bytes if they are anywhere. More words may name it
/// here already.
pub(crate) async fn put_back(tx: &mut WriteTx, file: &Copied, bytes: Option<&[u8]>) -> Result<()> {
    let Copied { hash, size_bytes, owed, tickets } = file;
    for (ticket, settled) in tickets {
        begin(tx, hash, *size_bytes, *ticket).await?;
        if *settled {
            settle(tx, *ticket, hash).await?;
        }
    }
    let here = get(tx, hash).await?;
    if let Some(bytes) = bytes.filter(|_| !here.is_some_and(|blob| blob.is_whole())) {
        store(tx, hash, bytes).await?;
    }
    set_state(tx, hash, if *owed { State::Uploading } else { State::Kept }).await
}

/// Removes second copies of what is to have none.
pub(crate) async fn sweep_copies(db: &mut Db, copies: &Bytes) -> Result<()> {
    let hashes = copied(db).await?.into_iter().map(|file| file.hash).collect();
    Ok(copies.keep_only(&hashes)?)
}

/// Sees to it that exactly the files that are to have a second copy have one. Where the disk
/// refuses, the next start tries again.
pub(crate) async fn tidy_copies(db: &mut Db, copies: &Bytes) -> Result<()> {
    if let Err(error) = sweep_copies(db, copies).await {
        tracing::warn!(%error, "second copies of files that are gone stay");
    }
    let files = copied(db).await?;
    for file in files.iter().filter(|file| !copies.is_there(&file.hash, file.size_bytes)) {
        let Some(blob) = get(db, &file.hash).await?.filter(Blob::is_whole) else { continue };
        if let Err(error) = copies.write(&file.hash, &whole(db, &blob).await?) {
            tracing::warn!(%error, "a file that was not sent has no second copy");
        }
    }
    Ok(())
}

/// All its bytes.
async fn whole(db: &mut Db, blob: &Blob) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    for n in 0..blob.chunks {
        let piece = chunk(db, &blob.hash, n).await?;
        bytes.extend(piece.ok_or(CacheError::Stored("a piece of a file"))?);
    }
    Ok(bytes)
}

/// Puts all its bytes here, whatever was here of them; it is partial then.
async fn store(tx: &mut WriteTx, hash: &str, bytes: &[u8]) -> Result<()> {
    begin_again(tx, hash).await?;
    for (n, piece) in (0u32..).zip(pieces(bytes)) {
        put_chunk(tx, hash, n, piece).await?;
    }
    Ok(())
}

async fn changed(tx: &mut WriteTx, hash: &str) -> Result<()> {
    note(tx, hash).await?;
    notice_tickets(tx, hash).await
}

/// How it stands now goes into the second copy.
async fn note(tx: &mut WriteTx, hash: &str) -> Result<()> {
    let sql = concat!("SELECT copied, ", is_needed!(), " FROM blob b WHERE hash = $1");
    let row: Option<(bool, bool)> =
        sqlx::query_as(sql).bind(hash).fetch_optional(&mut **tx).await?;
    match row {
        Some((was, is)) if was || is => set_copied(tx, hash, is).await,
        _ => Ok(()),
    }
}

/// With a second copy, whose bytes are synced before this returns, or without one.
async fn set_copied(tx: &mut WriteTx, hash: &str, is: bool) -> Result<()> {
    let sql = "SELECT copied FROM blob WHERE hash = $1";
    let was: Option<bool> = sqlx::query_scalar(sql).bind(hash).fetch_optional(&mut **tx).await?;
    let (Some(was), Some(blob)) = (was, get(tx, hash).await?) else { return Ok(()) };
    if is && !was && blob.is_whole() {
        let (bytes, copies) = (whole(tx, &blob).await?, tx.shared().copies.clone());
        let hash = blob.hash.clone();
        let write = tokio::task::spawn_blocking(move || copies.write(&hash, &bytes));
        write.await.map_err(std::io::Error::other)??;
    }
    if was != is {
        let sql = "UPDATE blob SET copied = $2 WHERE hash = $1";
        sqlx::query(sql).bind(hash).bind(is).execute(&mut **tx).await?;
    }
    match is {
        true => {
            let file = as_copied(tx, blob).await?;
            tx.seal(Record::File(Box::new(file)));
        }
        false if was => tx.seal(Record::FileGone(blob.hash)),
        false => {}
    }
    Ok(())
}

async fn needless_copies(db: &mut Db) -> Result<Vec<String>> {
    let sql = concat!("SELECT hash FROM blob b WHERE copied = 1 AND NOT ", is_needed!());
    Ok(sqlx::query_scalar(sql).fetch_all(db).await?)
}

async fn as_copied(db: &mut Db, blob: Blob) -> Result<Copied> {
    let sql = "SELECT ticket, settled FROM blob_ticket WHERE blob = $1 ORDER BY ticket";
    let rows: Vec<(Vec<u8>, bool)> = sqlx::query_as(sql).bind(blob.key).fetch_all(db).await?;
    let named =
        |(ticket, settled): &(Vec<u8>, bool)| Ok((TicketId(super::uuid(ticket)?), *settled));
    Ok(Copied {
        hash: blob.hash,
        size_bytes: blob.size_bytes,
        owed: blob.state == State::Uploading,
        tickets: rows.iter().map(named).collect::<Result<_>>()?,
    })
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
        key: row.try_get("key")?,
        hash: row.try_get("hash")?,
        size_bytes: u64::try_from(size).map_err(|_| CacheError::Stored("size"))?,
        state: match state {
            0 => State::Partial,
            1 => State::Kept,
            2 => State::Uploading,
            3 => State::Delivered,
            4 => State::Refused,
            _ => return Err(CacheError::Stored("state")),
        },
        chunks: row.try_get("chunks")?,
        uploaded_chunks: row.try_get("uploaded_chunks")?,
    })
}
