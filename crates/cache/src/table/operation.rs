//! Operation: the outbox. Nothing expires it.
//!
//! ```text
//!            first push                cursor reaches the outcome
//! waiting ───────────────▶ numbered ───────────────▶ accepted | conflict | held | refused | fault
//!    │ discard: only here     │
//!    ▼                        └──epoch or desk changed──▶ waiting, same id, another number
//!  (gone)
//! ```
//!
//! Numbered in the transaction that starts the first push: contiguous, the bytes frozen from then
//! on. What is not accepted asks for its author until she has seen it (`acknowledge`).
//!
//! Deliberately absent: deciding, and sending.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_domain::operation::OPERATION_BYTES_MAX;
use holdfast_domain::{AgentId, Operation, OperationId, Outcome, TicketId};
use holdfast_protocol::push::digest_of;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{json, ticket, time, to_json, uuid};
use crate::error::{CacheError, Result};
use crate::notice::Notice;
use crate::pool::{Db, WriteTx};
use crate::seal::Record;

pub(crate) const SCHEMA: &str = "\
CREATE TABLE operation (
  position    INTEGER PRIMARY KEY AUTOINCREMENT, -- order of writing, never reused
  id          BLOB NOT NULL UNIQUE,              -- for ever
  ticket      BLOB NOT NULL,                     -- what it changes
  author      BLOB NOT NULL,                     -- who wrote it
  epoch       INTEGER NOT NULL DEFAULT 0,        -- ordinal the number belongs to; 0 without number
  desk        BLOB NOT NULL DEFAULT x'',         -- desk the number belongs to
  number      INTEGER,                           -- NULL until the first push starts
  bytes       TEXT NOT NULL,                     -- the operation; frozen once numbered
  digest      TEXT NOT NULL DEFAULT '',          -- of the frozen bytes
  release_at  INTEGER NOT NULL,                  -- not pushed before (undo)
  state       INTEGER NOT NULL DEFAULT 0,        -- waiting, numbered, accepted, conflict, held …
  outcome     TEXT NOT NULL DEFAULT '',          -- as the server said it; empty until then
  outcome_seq INTEGER NOT NULL DEFAULT 0,        -- the commit that settled it
  seen        INTEGER NOT NULL DEFAULT 0         -- its author has seen the outcome
) STRICT;
CREATE UNIQUE INDEX operation_number ON operation (epoch, desk, number) WHERE number IS NOT NULL;
CREATE INDEX operation_ticket ON operation (ticket, position);
CREATE INDEX operation_waiting ON operation (position) WHERE state < 2;
CREATE INDEX operation_needs_you ON operation (ticket) WHERE state > 2 AND seen = 0;
";

/// Where an operation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Nobody but this desk knows it; may be discarded.
    Waiting,
    /// Pushed at least once, perhaps without an answer.
    Numbered,
    /// It holds.
    Accepted,
    /// Somebody else changed the field; their value stands.
    Conflict,
    /// Its author must look before it goes on.
    Held,
    /// It cannot be.
    Refused,
    /// The server failed on it.
    Fault,
}

impl State {
    const ALL: [Self; 7] = [
        Self::Waiting,
        Self::Numbered,
        Self::Accepted,
        Self::Conflict,
        Self::Held,
        Self::Refused,
        Self::Fault,
    ];

    /// Whether its outcome is still to come.
    pub fn is_waiting(self) -> bool {
        self < Self::Accepted
    }

    fn of(outcome: Option<&Outcome>) -> Self {
        match outcome {
            None | Some(Outcome::Accepted) => Self::Accepted,
            Some(Outcome::Conflict(_)) => Self::Conflict,
            Some(Outcome::Held { .. }) => Self::Held,
            Some(Outcome::Refused { .. }) => Self::Refused,
            Some(Outcome::Fault) => Self::Fault,
        }
    }
}

/// An operation as it is written and as the second copy keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Kept {
    /// Order of writing.
    pub position: i64,
    /// For ever.
    pub id: OperationId,
    /// What it changes.
    pub ticket: TicketId,
    /// Who wrote it.
    pub author: AgentId,
    /// [`Operation`] as JSON.
    pub bytes: String,
    /// Not pushed before.
    pub release_at: Timestamp,
}

impl Kept {
    /// The operation itself.
    pub fn operation(&self) -> Result<Operation> {
        json(&self.bytes, "operation")
    }
}

/// An operation in the outbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// As it was written.
    pub kept: Kept,
    /// Where it stands.
    pub state: State,
    /// Its number, once it was pushed.
    pub number: Option<i64>,
    /// What became of it; `None` until then, and if the server has forgotten the body.
    pub outcome: Option<Outcome>,
    /// The commit that settled it.
    pub outcome_seq: Option<i64>,
    /// Whether its author has seen the outcome.
    pub seen: bool,
}

/// An operation that is on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frozen {
    /// Contiguous per desk and epoch, from 1.
    pub number: i64,
    /// For ever.
    pub id: OperationId,
    /// Of the bytes.
    pub digest: String,
    /// [`Operation`] as JSON; never changes again.
    pub bytes: String,
}

/// What discarding came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Discard {
    /// It is gone; this was it.
    Gone(Box<Kept>),
    /// It was pushed already, or there is none.
    TooLate,
}

/// Writes an operation. Its ticket's seen row becomes a forecast: the caller replays and calls
/// [`ticket::put_seen`] in the same transaction. Too long is an error; the same id again is nothing.
/// Returns the position.
pub async fn insert(
    tx: &mut WriteTx,
    operation: &Operation,
    author: AgentId,
    release_at: Timestamp,
) -> Result<i64> {
    todo!()
}

/// Takes it back, if nobody but this desk knows it. The caller replays its ticket.
pub async fn discard(tx: &mut WriteTx, id: OperationId) -> Result<Discard> {
    todo!()
}

/// What to push now, ascending: what was numbered before and has no outcome, then what may go now,
/// numbered here. An operation goes only after those it needs and after earlier ones of its ticket.
/// At most `limit_operations` and `limit_bytes` (at least one). Commit before sending.
pub async fn number_batch(
    tx: &mut WriteTx,
    now: Timestamp,
    (limit_operations, limit_bytes): (usize, usize),
) -> Result<Vec<Frozen>> {
    todo!()
}

/// When the next waiting operation may be pushed; `None` if nothing waits unnumbered.
pub async fn next_release(db: &mut Db) -> Result<Option<Timestamp>> {
    todo!()
}

/// Takes the outcome in; the same outcome again is nothing. When nothing waits on its ticket any
/// more, the server's image becomes the seen row; otherwise the caller replays. Returns what is
/// settled; `None` if there is no such operation here or it was settled before.
pub async fn settle(
    tx: &mut WriteTx,
    id: OperationId,
    outcome: Option<&Outcome>,
    seq: i64,
) -> Result<Option<Stored>> {
    todo!()
}

/// Its author has seen what became of it.
pub async fn acknowledge(tx: &mut WriteTx, id: OperationId) -> Result<()> {
    todo!()
}

/// After another epoch or desk id: whatever has no outcome waits again, and with `revive_after` so
/// does what was accepted after that commit (the restored server has forgotten it). Ids stay.
pub async fn renumber_all(tx: &mut WriteTx, revive_after: Option<i64>) -> Result<()> {
    todo!()
}

/// Forgets what is settled, seen (or accepted), and in the server's backup. Returns how many.
pub async fn forget_settled(tx: &mut WriteTx, durable_seq: i64) -> Result<u64> {
    todo!()
}

/// One operation.
pub async fn get(db: &mut Db, id: OperationId) -> Result<Option<Stored>> {
    todo!()
}

/// What waits on a ticket, in order of writing: what the desk replays.
pub async fn waiting_of(db: &mut Db, ticket: TicketId) -> Result<Vec<Stored>> {
    todo!()
}

/// What waits on these tickets, in order of writing.
pub async fn waiting_of_all(
    db: &mut Db,
    tickets: &BTreeSet<TicketId>,
) -> Result<BTreeMap<TicketId, Vec<Stored>>> {
    todo!()
}

/// Everything that waits, in order of writing.
pub async fn waiting(db: &mut Db) -> Result<Vec<Stored>> {
    todo!()
}

/// The newest of all, newest first, below `below`: the outbox panel.
pub async fn list(db: &mut Db, below: Option<i64>, limit: u32) -> Result<Vec<Stored>> {
    todo!()
}

/// What is not accepted and not seen by its author, oldest first.
pub async fn needs_you(db: &mut Db) -> Result<Vec<Stored>> {
    todo!()
}

/// All of one ticket that wait or that its author must see, in order of writing.
pub async fn open_of(db: &mut Db, ticket: TicketId) -> Result<Vec<Stored>> {
    todo!()
}

/// How many wait, how many need their author.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Without an outcome.
    pub waiting: i64,
    /// Not accepted, not seen.
    pub needs_you: i64,
}

/// For the status bar.
pub async fn counts(db: &mut Db) -> Result<Counts> {
    todo!()
}
