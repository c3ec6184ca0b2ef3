//! Operation: the outbox. Nothing expires it.
//!
//! ```text
//!            first push                cursor reaches the outcome
//! waiting ───────────────▶ numbered ───────────────▶ accepted | conflict | held | refused | fault
//!    │ discard: never pushed  │
//!    ▼                        └──epoch or desk changed──▶ waiting, same id, another number
//!  (gone)                          accepted ──server never takes a file of it──▶ given up
//! ```
//!
//! Numbered in the transaction that starts the first push: contiguous, the bytes frozen from then
//! on. Whoever loses its number has been pushed all the same: somebody may have it, and it cannot
//! be discarded as if nobody did; the second copy knows that, too. What is not accepted asks for
//! its author until she has seen it (`acknowledge`).
//!
//! A restored server has forgotten what it accepted since its backup: that waits again, and so does
//! a note whose file was given up, which stood there without it. A reply whose file was given up
//! does not: its author has the words as a draft, or has sent them in another reply by now, and
//! they would go out twice; a ticket solved with it is before her, open. What was refused, held or
//! in conflict is never revived.
//!
//! Deliberately absent: deciding, and sending.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_domain::operation::OPERATION_BYTES_MAX;
use holdfast_domain::{
    Action, AgentId, DraftId, Operation, OperationId, Outcome, Refusal, TicketId,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::{draft, escrow, json, ticket, time, to_json, uuid};
use crate::error::{CacheError, Result};
use crate::notice::Notice;
use crate::pool::{Db, WriteTx};
use crate::seal::Record;

pub use super::push::{Frozen, number};

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
  pushed      INTEGER NOT NULL DEFAULT 0,        -- 1: a push of it was begun, under whatever number
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
    /// Without a number; may be discarded if it was never pushed under another.
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
    /// It was accepted, and the server never takes a file that it names.
    GivenUp,
}

impl State {
    const ALL: [Self; 8] = [
        Self::Waiting,
        Self::Numbered,
        Self::Accepted,
        Self::Conflict,
        Self::Held,
        Self::Refused,
        Self::Fault,
        Self::GivenUp,
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
    /// A push of it was begun: the server may have it.
    #[serde(default)]
    pub pushed: bool,
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

impl Stored {
    /// Whether it stands at the server and no words of it are its author's again: a server that
    /// forgets it is to get it once more. A note whose file was given up stands there without it.
    pub(crate) fn stands(&self) -> bool {
        let is_note = || self.kept.operation().is_ok_and(|it| matches!(it.action, Action::Note(_)));
        match self.state {
            State::Accepted => true,
            State::GivenUp => is_note(),
            _ => false,
        }
    }
}

/// What discarding came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Discard {
    /// It is gone; this was it.
    Gone(Box<Kept>),
    /// It was pushed already, or there is none.
    TooLate,
}

/// How many wait, how many need their author.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Without an outcome.
    pub waiting: i64,
    /// Not accepted, not seen.
    pub needs_you: i64,
}

/// Writes an operation; it is in the second copy before the commit returns. Its ticket's seen row
/// becomes a forecast: the caller replays and calls [`ticket::put_seen`] in the same transaction.
/// Too long is an error; the same id again changes nothing. Returns the position.
pub async fn insert(
    tx: &mut WriteTx,
    operation: &Operation,
    author: AgentId,
    release_at: Timestamp,
) -> Result<i64> {
    let bytes = to_json(operation)?;
    if bytes.len() > OPERATION_BYTES_MAX {
        return Err(CacheError::Misuse("an operation is longer than allowed"));
    }
    let (id, ticket) = (operation.id, operation.ticket);
    keep(tx, Kept { position: 0, id, ticket, author, bytes, release_at, pushed: false }).await
}

/// Writes what is kept, at a new position. Of one that is here, only that it was pushed is new.
pub(crate) async fn keep(tx: &mut WriteTx, kept: Kept) -> Result<i64> {
    write(tx, kept, None).await
}

/// Writes what was here before where it stood, if nothing else stands there now.
pub(crate) async fn put_back(tx: &mut WriteTx, kept: Kept) -> Result<i64> {
    let sql = "SELECT EXISTS (SELECT 1 FROM operation WHERE position = $1)";
    let taken: bool = sqlx::query_scalar(sql).bind(kept.position).fetch_one(&mut **tx).await?;
    let position = (!taken).then_some(kept.position);
    write(tx, kept, position).await
}

async fn write(tx: &mut WriteTx, kept: Kept, position: Option<i64>) -> Result<i64> {
    let position: Option<i64> = sqlx::query_scalar(
        "INSERT INTO operation (id, ticket, author, bytes, release_at, pushed, position)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (id) DO NOTHING RETURNING position",
    )
    .bind(kept.id.bytes().to_vec())
    .bind(kept.ticket.bytes().to_vec())
    .bind(kept.author.bytes().to_vec())
    .bind(&kept.bytes)
    .bind(kept.release_at.as_microsecond())
    .bind(kept.pushed)
    .bind(position)
    .fetch_optional(&mut **tx)
    .await?;
    let Some(position) = position else {
        if kept.pushed {
            let sql = "UPDATE operation SET pushed = 1 WHERE id = $1";
            sqlx::query(sql).bind(kept.id.bytes().to_vec()).execute(&mut **tx).await?;
        }
        let found = get(tx, kept.id).await?;
        return found.map(|found| found.kept.position).ok_or(CacheError::Stored("operation"));
    };
    ticket::begin_waiting(tx, kept.ticket).await?;
    tx.seal(Record::Kept(Box::new(Kept { position, ..kept })));
    tx.notice(Notice::Outbox);
    Ok(position)
}

/// Takes it back, if nobody but this desk knows it. The caller replays its ticket.
pub async fn discard(tx: &mut WriteTx, id: OperationId) -> Result<Discard> {
    let Some(found) = get(tx, id).await? else {
        return Ok(Discard::TooLate);
    };
    let gone = sqlx::query("DELETE FROM operation WHERE id = $1 AND state = 0 AND pushed = 0")
        .bind(id.bytes().to_vec())
        .execute(&mut **tx)
        .await?;
    if gone.rows_affected() == 0 {
        return Ok(Discard::TooLate);
    }
    tx.seal(Record::TakenBack(id));
    ticket::end_waiting(tx, found.kept.ticket).await?;
    tx.notice(Notice::Outbox);
    Ok(Discard::Gone(Box::new(found.kept)))
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
    let text = outcome.map(to_json).transpose()?.unwrap_or_default();
    let settled = sqlx::query(
        "UPDATE operation SET state = $2, outcome = $3, outcome_seq = $4
         WHERE id = $1 AND state < 2",
    )
    .bind(id.bytes().to_vec())
    .bind(State::of(outcome) as i64)
    .bind(text)
    .bind(seq)
    .execute(&mut **tx)
    .await?;
    if settled.rows_affected() == 0 {
        return Ok(None);
    }
    let found = get(tx, id).await?;
    if let Some(found) = &found {
        tx.seal(Record::Gone(id));
        ticket::end_waiting(tx, found.kept.ticket).await?;
        tx.notice(Notice::Outbox);
    }
    Ok(found)
}

/// It was accepted, and the server never takes a file that its words name: its author must know.
pub async fn give_up(tx: &mut WriteTx, id: OperationId, refusal: Refusal) -> Result<()> {
    let sql = "UPDATE operation SET state = 7, outcome = $2, seen = 0 WHERE id = $1 AND state = 2";
    let given_up = sqlx::query(sql)
        .bind(id.bytes().to_vec())
        .bind(to_json(&Outcome::Refused { refusal })?)
        .execute(&mut **tx)
        .await?;
    if given_up.rows_affected() > 0 {
        tx.seal(Record::Asked(id));
        tx.notice(Notice::Outbox);
    }
    Ok(())
}

/// Its author has seen what became of it.
pub async fn acknowledge(tx: &mut WriteTx, id: OperationId) -> Result<()> {
    if get(tx, id).await?.is_some_and(|found| !found.state.is_waiting()) {
        set_seen(tx, id).await?;
    }
    Ok(())
}

/// She has nothing to answer about it, nor will she when its outcome comes again: a log that lost
/// its end may have forgotten that it came before.
pub(crate) async fn set_seen(tx: &mut WriteTx, id: OperationId) -> Result<()> {
    let sql = "UPDATE operation SET seen = 1 WHERE id = $1 RETURNING ticket";
    let ticket: Option<Vec<u8>> =
        sqlx::query_scalar(sql).bind(id.bytes().to_vec()).fetch_optional(&mut **tx).await?;
    if let Some(ticket) = ticket {
        tx.seal(Record::Answered(id));
        tx.notice_ticket(TicketId(uuid(&ticket)?));
        tx.notice(Notice::Outbox);
    }
    Ok(())
}

/// These words of hers came from the server: what she was asked about them she has answered, though
/// a log that lost its end may have forgotten it here.
pub(crate) async fn arrived(tx: &mut WriteTx, words: &BTreeMap<DraftId, &str>) -> Result<()> {
    if words.is_empty() {
        return Ok(());
    }
    for asked in needs_you(tx).await? {
        // Words whose file was given up do stand in the thread, and she is asked about the file.
        if !matches!(asked.state, State::Held | State::Refused | State::Fault) {
            continue;
        }
        let action = asked.kept.operation()?.action;
        let Some((id, text)) = words_of(&action) else { continue };
        if words.get(&DraftId(id)).is_some_and(|came| came.trim() == text.trim()) {
            acknowledge(tx, asked.kept.id).await?;
        }
    }
    Ok(())
}

fn words_of(action: &Action) -> Option<(Uuid, &str)> {
    match action {
        Action::Note(note) => Some((note.note.0, &note.text)),
        _ => action.message().map(|(id, text)| (id.0, text)),
    }
}

/// After another epoch or desk id: whatever has no outcome waits again for a number, and with
/// `revive_after` so does what was accepted after that commit (a restored server has forgotten
/// it), with its draft. Ids and order stay. The caller replays the tickets of [`waiting`].
pub async fn renumber_all(tx: &mut WriteTx, revive_after: Option<i64>) -> Result<()> {
    let revived: Vec<Stored> = match revive_after {
        None => Vec::new(),
        Some(seq) => {
            let sql = "SELECT * FROM operation WHERE outcome_seq > $1 AND state IN (2, 7)
                       ORDER BY position";
            let mut all = read_all(&sqlx::query(sql).bind(seq).fetch_all(&mut **tx).await?)?;
            all.retain(Stored::stands);
            all
        }
    };
    for found in revived {
        let sql = "UPDATE operation SET state = 0, outcome = '', outcome_seq = 0, seen = 0
                   WHERE id = $1";
        sqlx::query(sql).bind(found.kept.id.bytes().to_vec()).execute(&mut **tx).await?;
        for words in found.kept.operation()?.action.references().words {
            draft::send_again(tx, DraftId(words)).await?;
        }
        ticket::begin_waiting(tx, found.kept.ticket).await?;
        tx.seal(Record::Asked(found.kept.id));
        tx.seal(Record::Kept(Box::new(found.kept)));
    }
    sqlx::query(
        "UPDATE operation SET state = 0, number = NULL, epoch = 0, desk = x'', digest = ''
         WHERE state < 2",
    )
    .execute(&mut **tx)
    .await?;
    sqlx::query("UPDATE sync SET next_number = 1").execute(&mut **tx).await?;
    tx.notice(Notice::Outbox);
    Ok(())
}

/// Forgets what was accepted, or was seen by its author, and is in the server's backup, unless a
/// file that it names is still owed. Returns how many.
pub async fn forget_settled(tx: &mut WriteTx, durable_seq: i64) -> Result<u64> {
    let gone = sqlx::query(
        "DELETE FROM operation
         WHERE state > 1 AND (state = 2 OR seen = 1) AND outcome_seq <= $1
           AND NOT EXISTS (SELECT 1 FROM blob b
             WHERE b.state = 2 AND instr(operation.bytes, b.hash) > 0)",
    )
    .bind(durable_seq)
    .execute(&mut **tx)
    .await?;
    tx.notice(Notice::Outbox);
    Ok(gone.rows_affected())
}

/// Forgets what was accepted on a ticket that has left, or was seen by its author, unless a file
/// that it names is still owed; what stands at the server lies in [`escrow`] from now on.
/// `left_seq`: as [`escrow::put`] wants it. Answers whether there was anything.
pub(crate) async fn forget_settled_on(
    tx: &mut WriteTx,
    ticket: TicketId,
    left_seq: Option<i64>,
) -> Result<bool> {
    let gone = sqlx::query(
        "DELETE FROM operation WHERE ticket = $1 AND state > 1 AND (seen = 1 OR (state = 2
           AND NOT EXISTS (SELECT 1 FROM blob b
             WHERE b.state = 2 AND instr(operation.bytes, b.hash) > 0)))
         RETURNING *",
    )
    .bind(ticket.bytes().to_vec())
    .fetch_all(&mut **tx)
    .await?;
    let mut gone = read_all(&gone)?;
    let any = !gone.is_empty();
    gone.retain(Stored::stands);
    escrow::put(tx, &gone, left_seq).await?;
    if any {
        tx.notice(Notice::Outbox);
    }
    Ok(any)
}

/// What was accepted and was written after something on the same ticket that lies in [`escrow`],
/// unless a file that it names is still owed.
pub(super) async fn accepted_after_escrow(db: &mut Db) -> Result<Vec<Stored>> {
    let sql = "SELECT * FROM operation WHERE state = 2
                 AND EXISTS (SELECT 1 FROM escrow e
                   WHERE e.ticket = operation.ticket AND e.position < operation.position)
                 AND NOT EXISTS (SELECT 1 FROM blob b
                   WHERE b.state = 2 AND instr(operation.bytes, b.hash) > 0)
               ORDER BY position";
    read_all(&sqlx::query(sql).fetch_all(db).await?)
}

/// One operation.
pub async fn get(db: &mut Db, id: OperationId) -> Result<Option<Stored>> {
    let sql = "SELECT * FROM operation WHERE id = $1";
    let row = sqlx::query(sql).bind(id.bytes().to_vec()).fetch_optional(db).await?;
    row.as_ref().map(read).transpose()
}

/// Those whose words name a file, in order of writing.
pub async fn naming(db: &mut Db, hash: &str) -> Result<Vec<Stored>> {
    let sql = "SELECT * FROM operation WHERE instr(bytes, $1) > 0 ORDER BY position";
    read_all(&sqlx::query(sql).bind(hash).fetch_all(db).await?)
}

/// What waits on a ticket, in order of writing: what the desk replays.
pub async fn waiting_of(db: &mut Db, ticket: TicketId) -> Result<Vec<Stored>> {
    let sql = "SELECT * FROM operation WHERE ticket = $1 AND state < 2 ORDER BY position";
    read_all(&sqlx::query(sql).bind(ticket.bytes().to_vec()).fetch_all(db).await?)
}

/// What waits on these tickets, in order of writing.
pub async fn waiting_of_all(
    db: &mut Db,
    tickets: &BTreeSet<TicketId>,
) -> Result<BTreeMap<TicketId, Vec<Stored>>> {
    let mut by_ticket: BTreeMap<TicketId, Vec<Stored>> = BTreeMap::new();
    for found in waiting(db).await? {
        if tickets.contains(&found.kept.ticket) {
            by_ticket.entry(found.kept.ticket).or_default().push(found);
        }
    }
    Ok(by_ticket)
}

/// Tickets on which something waits.
pub async fn waiting_tickets(db: &mut Db) -> Result<BTreeSet<TicketId>> {
    let sql = "SELECT DISTINCT ticket FROM operation WHERE state < 2";
    let tickets: Vec<Vec<u8>> = sqlx::query_scalar(sql).fetch_all(db).await?;
    tickets.iter().map(|id| uuid(id).map(TicketId)).collect()
}

/// Everything that waits, in order of writing.
pub async fn waiting(db: &mut Db) -> Result<Vec<Stored>> {
    let sql = "SELECT * FROM operation WHERE state < 2 ORDER BY position";
    read_all(&sqlx::query(sql).fetch_all(db).await?)
}

/// The newest of all, newest first, at positions below `below`: the outbox panel.
pub async fn list(db: &mut Db, below: Option<i64>, limit: u32) -> Result<Vec<Stored>> {
    let sql = "SELECT * FROM operation WHERE position < $1 ORDER BY position DESC LIMIT $2";
    let below = below.unwrap_or(i64::MAX);
    read_all(&sqlx::query(sql).bind(below).bind(limit).fetch_all(db).await?)
}

/// What is not accepted and not seen by its author, oldest first.
pub async fn needs_you(db: &mut Db) -> Result<Vec<Stored>> {
    let sql = "SELECT * FROM operation WHERE state > 2 AND seen = 0 ORDER BY position";
    read_all(&sqlx::query(sql).fetch_all(db).await?)
}

/// All of one ticket that wait or that its author must see, in order of writing.
pub async fn open_of(db: &mut Db, ticket: TicketId) -> Result<Vec<Stored>> {
    let sql = "SELECT * FROM operation
               WHERE ticket = $1 AND (state < 2 OR (state > 2 AND seen = 0)) ORDER BY position";
    read_all(&sqlx::query(sql).bind(ticket.bytes().to_vec()).fetch_all(db).await?)
}

/// For the status bar.
pub async fn counts(db: &mut Db) -> Result<Counts> {
    let (waiting, needs_you) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM operation WHERE state < 2),
                (SELECT count(*) FROM operation WHERE state > 2 AND seen = 0)",
    )
    .fetch_one(db)
    .await?;
    Ok(Counts { waiting, needs_you })
}

pub(crate) fn read_all(rows: &[SqliteRow]) -> Result<Vec<Stored>> {
    rows.iter().map(read).collect()
}

fn read(row: &SqliteRow) -> Result<Stored> {
    let state: i64 = row.try_get("state")?;
    let state = usize::try_from(state).ok().and_then(|at| State::ALL.get(at).copied());
    let outcome: &str = row.try_get("outcome")?;
    let seq: i64 = row.try_get("outcome_seq")?;
    Ok(Stored {
        kept: Kept {
            position: row.try_get("position")?,
            id: OperationId(uuid(row.try_get("id")?)?),
            ticket: TicketId(uuid(row.try_get("ticket")?)?),
            author: AgentId(uuid(row.try_get("author")?)?),
            bytes: row.try_get("bytes")?,
            release_at: time(row.try_get("release_at")?)?,
            pushed: row.try_get("pushed")?,
        },
        state: state.ok_or(CacheError::Stored("state"))?,
        number: row.try_get("number")?,
        outcome: (!outcome.is_empty()).then(|| json(outcome, "outcome")).transpose()?,
        outcome_seq: (seq > 0).then_some(seq),
        seen: row.try_get("seen")?,
    })
}
