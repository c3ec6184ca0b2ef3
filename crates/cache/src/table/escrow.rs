//! Escrow: what was accepted on tickets that have left, sealed to the server's key until a copy of
//! the server has it ([`holdfast_protocol::escrow`]). A restored server that lacks it is brought
//! it; nobody who has this desk can read it.
//!
//! ```text
//! accepted ──ticket leaves──▶ in escrow ──durable_seq reaches it──▶ (gone)
//!                                │ another epoch: it is brought
//!                                ├──known there, or too long ago──▶ (gone)
//!                                ├──her ticket again──▶ waiting, at its old position
//!                                └──not in her sight──▶ in escrow, until it is
//! ```
//!
//! Deliberately absent: bytes of files, and what an older server, which has told no key, is owed.

use ::uuid::Uuid;
use holdfast_domain::{AgentId, Operation, OperationId, TicketId};
use holdfast_protocol::escrow::{Deposit, MAGIC};
use holdfast_protocol::letter::Sealing;
use holdfast_protocol::sealing;
use jiff::Timestamp;

use super::blob::{self, Copied};
use super::operation::{self, Kept, Stored};
use super::{json, setting, to_json, uuid};
use crate::error::Result;
use crate::pool::{Db, WriteTx};
use crate::quarantine;

pub(crate) const SCHEMA: &str = "\
CREATE TABLE escrow (
  position    INTEGER PRIMARY KEY, -- of the operation, in order of writing
  id          BLOB NOT NULL UNIQUE,
  ticket      BLOB NOT NULL,       -- which has left
  epoch       INTEGER NOT NULL,    -- ordinal of the epoch in which it was accepted
  outcome_seq INTEGER NOT NULL,    -- the commit that settled it
  sealed      BLOB NOT NULL        -- to the server's key
) STRICT;
CREATE INDEX escrow_ticket ON escrow (ticket, position);
";

const SEALING: &str = "sealing";

/// What lies in escrow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// Of the operation.
    pub id: OperationId,
    /// To the server's key.
    pub bytes: Vec<u8>,
}

/// Keeps what a hello has said about sealing.
pub async fn set_sealing(tx: &mut WriteTx, sealing: &Sealing) -> Result<()> {
    setting::set(tx, SEALING, sealing).await
}

/// What a hello has said about sealing.
pub async fn sealing(db: &mut Db) -> Result<Option<Sealing>> {
    setting::get(db, SEALING).await
}

/// Puts accepted operations there that are about to leave.
pub(crate) async fn put(tx: &mut WriteTx, leaving: &[Stored]) -> Result<()> {
    let Some(sealing) = sealing(tx).await?.filter(|_| !leaving.is_empty()) else {
        return Ok(());
    };
    for stored in leaving {
        let Kept { id, ticket, position, author, bytes, .. } = &stored.kept;
        let deposit = to_json(&Deposit { author: *author, bytes: bytes.clone() })?;
        let belongs_to = id.bytes();
        let of = (MAGIC, belongs_to.as_slice());
        let sealed = match sealing::seal(&sealing.public_key, of, deposit.as_bytes()) {
            Ok(sealed) => sealed.bytes(),
            // The ticket leaves all the same.
            Err(error) => {
                tracing::error!(%error, "what leaves cannot be sealed for the server");
                return Ok(());
            }
        };
        let sql = "INSERT INTO escrow (position, id, ticket, epoch, outcome_seq, sealed)
                   SELECT $1, $2, $3, epoch, $4, $5 FROM sync WHERE durable_seq < $4
                   ON CONFLICT DO NOTHING";
        sqlx::query(sql)
            .bind(position)
            .bind(id.bytes().to_vec())
            .bind(ticket.bytes().to_vec())
            .bind(stored.outcome_seq.unwrap_or_default())
            .bind(sealed)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Forgets what a copy of the server has.
pub async fn forget_durable(tx: &mut WriteTx, durable_seq: i64) -> Result<()> {
    let sql = "DELETE FROM escrow
               WHERE outcome_seq <= $1 AND epoch = (SELECT epoch FROM sync)";
    sqlx::query(sql).bind(durable_seq).execute(&mut **tx).await?;
    Ok(())
}

/// What may be brought to a server in this epoch: what was accepted in others. Ticket by ticket, in
/// order of writing.
pub async fn of_other_epochs(db: &mut Db, epoch: Uuid) -> Result<Vec<Sealed>> {
    let sql = "SELECT id, sealed FROM escrow
               WHERE epoch NOT IN (SELECT ordinal FROM epoch WHERE id = $1)
               ORDER BY ticket, position";
    let query = sqlx::query_as(sql).bind(epoch.as_bytes().as_slice());
    let rows: Vec<(Vec<u8>, Vec<u8>)> = query.fetch_all(db).await?;
    let read = |(id, bytes): (Vec<u8>, _)| Ok(Sealed { id: OperationId(uuid(&id)?), bytes });
    rows.into_iter().map(read).collect()
}

/// Whether anything of another epoch lies there whose ticket is here again.
pub async fn is_any_here_again(db: &mut Db) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM escrow e JOIN ticket t ON t.id = e.ticket
               WHERE e.epoch <> (SELECT epoch FROM sync))";
    Ok(sqlx::query_scalar(sql).fetch_one(db).await?)
}

/// It need not lie there any more.
pub async fn forget(tx: &mut WriteTx, id: OperationId) -> Result<()> {
    let sql = "DELETE FROM escrow WHERE id = $1";
    sqlx::query(sql).bind(id.bytes().to_vec()).execute(&mut **tx).await?;
    Ok(())
}

/// The server has opened it: it waits again, where it stood among the others. Files that it names
/// and that are not here count as lost ones. The caller replays the ticket that is answered; `None`
/// if it lay here no more.
pub async fn take_back(
    tx: &mut WriteTx,
    (id, bytes): (OperationId, &str),
    author: AgentId,
    now: Timestamp,
) -> Result<Option<TicketId>> {
    let sql = "SELECT position FROM escrow WHERE id = $1";
    let position: Option<i64> =
        sqlx::query_scalar(sql).bind(id.bytes().to_vec()).fetch_optional(&mut **tx).await?;
    let Some(position) = position else { return Ok(None) };
    let ticket = json::<Operation>(bytes, "operation")?.ticket;
    let bytes = bytes.to_owned();
    let kept = Kept { position, id, ticket, author, bytes, release_at: now, pushed: true };
    operation::put_back(tx, kept.clone()).await?;
    for (hash, file) in quarantine::named([], [], [&kept]) {
        let here = blob::get(tx, &hash).await?;
        let owed = here.is_some_and(|here| here.state == blob::State::Uploading);
        blob::put_back(tx, &Copied { owed, ..file }, None).await?;
    }
    forget(tx, id).await?;
    Ok(Some(ticket))
}

/// What lies there, for whoever looks after the desk's file.
pub async fn all(db: &mut Db) -> Result<Vec<(OperationId, TicketId)>> {
    let sql = "SELECT id, ticket FROM escrow ORDER BY position";
    let rows: Vec<(Vec<u8>, Vec<u8>)> = sqlx::query_as(sql).fetch_all(db).await?;
    let read =
        |(id, ticket): (Vec<u8>, Vec<u8>)| Ok((OperationId(uuid(&id)?), TicketId(uuid(&ticket)?)));
    rows.into_iter().map(read).collect()
}
