//! Escrow: what was accepted on tickets that have left, sealed to the server's key until a copy of
//! the server has it ([`holdfast_protocol::escrow`]). A restored server that lacks it is brought
//! it; nobody who has this desk can read it.
//!
//! ```text
//! accepted ──ticket leaves──▶ in escrow ──durable_seq reaches it──▶ (gone)
//!                                │ another epoch: it is brought
//!                                ├──known there, or away too long──▶ (gone)
//!                                ├──her ticket again──▶ waiting, at its old position
//!                                └──not in her sight──▶ in escrow, until it is
//! ```
//!
//! A ticket that she gave away, was given back and gave away again has two stays here. What belongs
//! to the second is taken back when the first is done again and the ticket is back: else it would
//! be refused, for want of a ticket that she sees. What was accepted after a ticket came back to
//! stay is gathered here for the same reason ([`gather`]).
//!
//! The files that its words name lie there too, chunk by chunk, until the server has a copy or the
//! operation is over: where they are not here otherwise, they are uploaded as they lie.
//!
//! Deliberately absent: what an older server, which has told no key, is owed.

use std::collections::BTreeMap;

use ::uuid::Uuid;
use holdfast_domain::{AgentId, DraftId, Operation, OperationId, TicketId};
use holdfast_protocol::escrow::{Deposit, MAGIC, PIECE_MAGIC, Piece, piece_of};
use holdfast_protocol::letter::Sealing;
use holdfast_protocol::sealing;
use jiff::Timestamp;

use super::blob::{self, Blob, Copied};
use super::operation::{self, Kept, Stored};
use super::{draft, json, setting, uuid};
use crate::error::{CacheError, Result};
use crate::pool::{Db, WriteTx};
use crate::quarantine;

pub(crate) const SCHEMA: &str = "\
CREATE TABLE escrow (
  position    INTEGER PRIMARY KEY, -- of the operation, in order of writing
  id          BLOB NOT NULL UNIQUE,
  ticket      BLOB NOT NULL,       -- which has left
  left_seq    INTEGER NOT NULL,    -- the commit with which it left; the largest of all: it is here
  epoch       INTEGER NOT NULL,    -- ordinal of the epoch in which it was accepted
  outcome_seq INTEGER NOT NULL,    -- the commit that settled it
  sealed      BLOB NOT NULL        -- to the server's key
) STRICT;
CREATE INDEX escrow_ticket ON escrow (ticket, position);
";

/// The files of what lies there.
pub(crate) const PIECES: &str = "\
CREATE TABLE escrow_piece (
  hash      TEXT NOT NULL,    -- of the file
  n         INTEGER NOT NULL, -- chunk, from 0
  operation BLOB NOT NULL,    -- whose words name it
  sealed    BLOB NOT NULL,    -- to the server's key
  PRIMARY KEY (hash, n, operation)
) STRICT;
";

const SEALING: &str = "sealing";

/// About as many bytes of files lie there, the newest. A server that makes no copies never says
/// that it has one, and these stay.
const PIECES_BYTES_MAX: i64 = 256 * 1024 * 1024;

/// What lies in escrow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Of the operation.
    pub id: OperationId,
    /// On which ticket.
    pub ticket: TicketId,
    /// To the server's key.
    pub bytes: Vec<u8>,
    /// Its turn has come: it is of its ticket's first stay, and nothing that was written before it
    /// waits.
    pub is_next: bool,
}

/// Id, ticket, what is sealed, whether it is next.
type Columns = (Vec<u8>, Vec<u8>, Vec<u8>, bool);

/// Keeps what a hello has said about sealing.
pub async fn set_sealing(tx: &mut WriteTx, sealing: &Sealing) -> Result<()> {
    setting::set(tx, SEALING, sealing).await
}

/// What a hello has said about sealing.
pub async fn sealing(db: &mut Db) -> Result<Option<Sealing>> {
    setting::get(db, SEALING).await
}

/// Puts operations there that are about to leave, of tickets that leave with commit `left_seq`;
/// `None`: they have left. What was accepted belongs to the stay that ended first after it.
pub(crate) async fn put(tx: &mut WriteTx, leaving: &[Stored], left_seq: Option<i64>) -> Result<()> {
    let Some(sealing) = sealing(tx).await?.filter(|_| !leaving.is_empty()) else {
        return Ok(());
    };
    for stored in leaving {
        let Kept { id, ticket, position, author, bytes, .. } = &stored.kept;
        let deposit = Deposit { author: *author, operation: bytes.clone() }.bytes();
        let belongs_to = id.bytes();
        let of = (MAGIC, belongs_to.as_slice());
        let sealed = match sealing::seal(&sealing.public_key, of, &deposit) {
            Ok(sealed) => sealed.bytes(),
            // The ticket leaves all the same.
            Err(error) => {
                tracing::error!(%error, "what leaves cannot be sealed for the server");
                continue;
            }
        };
        let sql = "INSERT INTO escrow (position, id, ticket, epoch, outcome_seq, sealed, left_seq)
                   SELECT $1, $2, $3, epoch, $4, $5, coalesce(
                     (SELECT min(left_seq) FROM escrow e
                      WHERE e.ticket = $3 AND e.epoch = sync.epoch AND e.left_seq >= $4), $6, $4)
                   FROM sync WHERE durable_seq < $4
                   ON CONFLICT DO NOTHING";
        let put = sqlx::query(sql)
            .bind(position)
            .bind(id.bytes().to_vec())
            .bind(ticket.bytes().to_vec())
            .bind(stored.outcome_seq.unwrap_or_default())
            .bind(sealed)
            .bind(left_seq)
            .execute(&mut **tx)
            .await?;
        if put.rows_affected() > 0 {
            put_files(tx, &sealing, &stored.kept).await?;
        }
    }
    Ok(())
}

async fn put_files(tx: &mut WriteTx, sealing: &Sealing, kept: &Kept) -> Result<()> {
    let operation = kept.operation()?;
    let files = operation.action.attachments();
    if files.is_empty() {
        return Ok(());
    }
    for file in files {
        let chunks = blob::get(tx, &file.hash).await?.filter(Blob::is_whole);
        for n in 0..chunks.map_or(0, |blob| blob.chunks) {
            let Some(bytes) = blob::chunk(tx, &file.hash, n).await? else { continue };
            let belongs_to = piece_of(kept.id, &file.hash, n);
            let piece = Piece { author: kept.author, bytes }.bytes();
            let of = (PIECE_MAGIC, belongs_to.as_slice());
            let sealed = sealing::seal(&sealing.public_key, of, &piece);
            let sealed = sealed.map_err(|_| CacheError::Stored("the server's key"))?;
            put_piece(tx, (kept.id, &file.hash, n), &sealed.bytes()).await?;
        }
    }
    sqlx::query(
        "DELETE FROM escrow_piece WHERE rowid IN (SELECT row FROM (
           SELECT rowid AS row, sum(length(sealed)) OVER (ORDER BY rowid DESC) AS newer
           FROM escrow_piece) WHERE newer > $1)",
    )
    .bind(PIECES_BYTES_MAX)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

async fn put_piece(
    tx: &mut WriteTx,
    (operation, hash, n): (OperationId, &str, u32),
    sealed: &[u8],
) -> Result<()> {
    let sql = "INSERT INTO escrow_piece (hash, n, operation, sealed) VALUES ($1, $2, $3, $4)
               ON CONFLICT DO NOTHING";
    sqlx::query(sql)
        .bind(hash)
        .bind(n)
        .bind(operation.bytes().to_vec())
        .bind(sealed)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// A chunk of a file that lies there, and with which operation.
pub async fn piece(db: &mut Db, hash: &str, n: u32) -> Result<Option<(OperationId, Vec<u8>)>> {
    let sql = "SELECT operation, sealed FROM escrow_piece WHERE hash = $1 AND n = $2 LIMIT 1";
    let found: Option<(Vec<u8>, Vec<u8>)> =
        sqlx::query_as(sql).bind(hash).bind(n).fetch_optional(db).await?;
    found.map(|(operation, sealed)| Ok((OperationId(uuid(&operation)?), sealed))).transpose()
}

/// Whether every chunk of a file lies there.
pub async fn has_file(db: &mut Db, file: &Blob) -> Result<bool> {
    let sql = "SELECT count(DISTINCT n) FROM escrow_piece WHERE hash = $1";
    let here: i64 = sqlx::query_scalar(sql).bind(&file.hash).fetch_one(db).await?;
    Ok(here == i64::from(file.chunk_count()))
}

/// Files of operations that lie there no more, and of which nothing is to come, go.
async fn sweep_pieces(tx: &mut WriteTx) -> Result<()> {
    let sql = "DELETE FROM escrow_piece
               WHERE operation NOT IN (SELECT id FROM escrow)
                 AND operation NOT IN (SELECT id FROM operation WHERE state <= 2)";
    sqlx::query(sql).execute(&mut **tx).await?;
    Ok(())
}

/// Before another epoch: what was accepted on a ticket of which something lies there joins it, so
/// that all of it is done again in its order.
pub async fn gather(tx: &mut WriteTx) -> Result<()> {
    let after = operation::accepted_after_escrow(tx).await?;
    put(tx, &after, Some(i64::MAX)).await?;
    // What could not be sealed stays where it can be read.
    let sql = "DELETE FROM operation WHERE state = 2 AND id IN (SELECT id FROM escrow)";
    sqlx::query(sql).execute(&mut **tx).await?;
    Ok(())
}

/// Forgets what a copy of the server has.
pub async fn forget_durable(tx: &mut WriteTx, durable_seq: i64) -> Result<()> {
    let sql = "DELETE FROM escrow
               WHERE outcome_seq <= $1 AND epoch = (SELECT epoch FROM sync)";
    sqlx::query(sql).bind(durable_seq).execute(&mut **tx).await?;
    sweep_pieces(tx).await
}

/// What may be brought to a server in this epoch: what was accepted in others, ticket by ticket, in
/// order of writing.
pub async fn of_other_epochs(db: &mut Db, epoch: Uuid) -> Result<Vec<Sealed>> {
    let sql = "WITH other AS (SELECT * FROM escrow
                 WHERE epoch NOT IN (SELECT ordinal FROM epoch WHERE id = $1))
               SELECT id, ticket, sealed,
                 (epoch, left_seq) = (SELECT first.epoch, first.left_seq FROM other first
                   WHERE first.ticket = other.ticket ORDER BY first.position LIMIT 1)
                 AND NOT EXISTS (SELECT 1 FROM operation o
                   WHERE o.ticket = other.ticket AND o.state < 2 AND o.position < other.position)
               FROM other ORDER BY ticket, position";
    let query = sqlx::query_as(sql).bind(epoch.as_bytes().as_slice());
    let rows: Vec<Columns> = query.fetch_all(db).await?;
    let read = |(id, ticket, bytes, is_next): Columns| {
        let (id, ticket) = (OperationId(uuid(&id)?), TicketId(uuid(&ticket)?));
        Ok(Sealed { id, ticket, bytes, is_next })
    };
    rows.into_iter().map(read).collect()
}

/// Tickets of which something of another epoch lies there, and that are here again; with the
/// version of each.
pub async fn here_again(db: &mut Db) -> Result<BTreeMap<TicketId, i64>> {
    let sql = "SELECT DISTINCT t.id, t.version FROM escrow e JOIN ticket t ON t.id = e.ticket
               WHERE e.epoch <> (SELECT epoch FROM sync) AND t.version > 0";
    let rows: Vec<(Vec<u8>, i64)> = sqlx::query_as(sql).fetch_all(db).await?;
    rows.into_iter().map(|(id, version)| Ok((TicketId(uuid(&id)?), version))).collect()
}

/// It need not lie there any more.
pub async fn forget(tx: &mut WriteTx, id: OperationId) -> Result<()> {
    let sql = "DELETE FROM escrow WHERE id = $1";
    sqlx::query(sql).bind(id.bytes().to_vec()).execute(&mut **tx).await?;
    sweep_pieces(tx).await
}

/// The server has opened it: it waits again, where it stood among the others, and so does its
/// draft. Files that it names and that are not here count as lost ones, unless they lie there, too.
/// The caller replays the
/// ticket that is answered; `None` if it lay here no more. An error if it is not that operation.
pub async fn take_back(
    tx: &mut WriteTx,
    (id, bytes): (OperationId, &str),
    author: AgentId,
    now: Timestamp,
) -> Result<Option<TicketId>> {
    let operation: Operation = json(bytes, "operation")?;
    if operation.id != id {
        return Err(CacheError::Stored("operation"));
    }
    let sql = "DELETE FROM escrow WHERE id = $1 RETURNING position";
    let position: Option<i64> =
        sqlx::query_scalar(sql).bind(id.bytes().to_vec()).fetch_optional(&mut **tx).await?;
    let Some(position) = position else { return Ok(None) };
    let (ticket, bytes) = (operation.ticket, bytes.to_owned());
    let kept = Kept { position, id, ticket, author, bytes, release_at: now, pushed: true };
    operation::put_back(tx, kept.clone()).await?;
    for words in operation.action.references().words {
        draft::send_again(tx, DraftId(words)).await?;
    }
    for (hash, file) in quarantine::named([], [], [&kept]) {
        let state = blob::get(tx, &hash).await?.map(|here| here.state);
        // One that is on its way here is at the server.
        if state != Some(blob::State::Partial) {
            let owed = state == Some(blob::State::Uploading);
            blob::put_back(tx, &Copied { owed, ..file }, None).await?;
        }
    }
    Ok(Some(ticket))
}

/// All that lies there and was accepted in another epoch, for whoever looks after the desk's file.
pub async fn all_of_other_epochs(db: &mut Db) -> Result<Vec<(OperationId, TicketId)>> {
    let sql = "SELECT id, ticket FROM escrow WHERE epoch <> (SELECT epoch FROM sync)
               ORDER BY position";
    let rows: Vec<(Vec<u8>, Vec<u8>)> = sqlx::query_as(sql).fetch_all(db).await?;
    let read =
        |(id, ticket): (Vec<u8>, Vec<u8>)| Ok((OperationId(uuid(&id)?), TicketId(uuid(&ticket)?)));
    rows.into_iter().map(read).collect()
}
