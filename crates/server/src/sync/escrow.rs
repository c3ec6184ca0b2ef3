//! Escrow: what desks hold, sealed to this server, of tickets that left their agents' sight before
//! a copy had it. A restored server opens it and gives its author back what concerns a ticket that
//! she sees now: she pushes it again under its id.
//!
//! A desk could seal whatever it likes: nothing is carried out here, and words go to a keeper like
//! all that is salvaged ([`super::salvage`]). Deliberately absent: giving anything to anybody but
//! its author.

use std::collections::BTreeSet;

use holdfast_domain::operation as action;
use holdfast_domain::{Action, AgentId, By, Message, Note, Operation, OperationId, TicketId};
use holdfast_protocol::Row;
use holdfast_protocol::escrow::{
    Deposit, ESCROW_OPERATIONS_MAX, Escrow, EscrowAnswer, Fate, MAGIC, PIECE_MAGIC, Piece, Sealed,
    piece_of,
};
use holdfast_protocol::row::{MessageRow, NoteRow};
use holdfast_protocol::sealing;
use jiff::Timestamp;

use super::salvage::{self, KEPT};
use super::sight::sees;
use crate::core::Core;
use crate::error::{Error, Result};
use crate::http::Caller;
use crate::letter::{self, Key};
use crate::store::{Tx, outcome, ticket};

/// Says what becomes of each.
pub async fn take(core: &Core, caller: &Caller, brought: Escrow) -> Result<EscrowAnswer> {
    caller.desk()?;
    if brought.operations.len() > ESCROW_OPERATIONS_MAX {
        let why = format!("more than {ESCROW_OPERATIONS_MAX} operations in one body");
        return Err(Error::bad_request(why));
    }
    let mut tx = core.db.read().await?;
    let is_late = salvage::age(core, &mut tx).await?.is_some_and(|age| age > KEPT);
    // One that no desk was told a key has nothing that was sealed to it.
    let key = letter::key(&mut tx).await.ok();
    let mut opening = Opening { core, caller, tx: &mut tx, begun: BTreeSet::new() };
    let (mut fates, mut away) = (Vec::new(), Vec::new());
    for one in &brought.operations {
        let opened = key.as_ref().and_then(|key| open(one, key));
        let hers = opened.filter(|(deposit, _)| deposit.author == caller.agent);
        let fate = match hers {
            None => Fate::Away,
            Some((deposit, operation)) => opening.fate(deposit, operation, &mut away).await?,
        };
        fates.push(if fate == Fate::Away && is_late { Fate::Over } else { fate });
    }
    drop(tx);
    salvage::keep_away(core, caller, away).await?;
    Ok(EscrowAnswer { fates })
}

/// A chunk of a file that the caller's own desk sealed. That it is one of that file is not known
/// before all are there: whoever takes it compares the hash.
pub async fn piece(
    core: &Core,
    caller: &Caller,
    (operation, hash, chunk): (OperationId, &str, u32),
    sealed: &[u8],
) -> Result<Vec<u8>> {
    let mut tx = core.db.read().await?;
    let key = letter::key(&mut tx).await.ok();
    drop(tx);
    let opened = || {
        let belongs_to = piece_of(operation, hash, chunk);
        let of = (PIECE_MAGIC, belongs_to.as_slice());
        let plain = key.as_ref()?.open(of, sealing::Sealed::read(sealed)?).ok()?;
        Piece::read(&plain).filter(|piece| piece.author == caller.agent)
    };
    let not_hers =
        || Error::bad_request("it was not sealed to this server, for this, by its author");
    Ok(opened().ok_or_else(not_hers)?.bytes)
}

struct Opening<'a> {
    core: &'a Core,
    caller: &'a Caller,
    tx: &'a mut Tx,
    /// Tickets that begin with an operation that was given back.
    begun: BTreeSet<TicketId>,
}

impl Opening<'_> {
    /// Of an operation of the caller's. Words that are away join `away`.
    async fn fate(
        &mut self,
        deposit: Deposit,
        operation: Operation,
        away: &mut Vec<Row>,
    ) -> Result<Fate> {
        let me = self.caller.agent;
        let settled = outcome::by_operation(self.tx, operation.id).await?;
        if settled.iter().any(|it| it.author == me.0 && it.is_accepted()) {
            return Ok(Fate::Known);
        }
        let is_hers = match ticket::get(self.tx, operation.ticket).await? {
            Some(row) => sees(&self.core.directory(), me, &row.state().sight()),
            None if matches!(operation.action, Action::Create(_)) => {
                self.begun.insert(operation.ticket)
            }
            None => self.begun.contains(&operation.ticket),
        };
        if is_hers {
            return Ok(Fate::Yours { operation: deposit.operation });
        }
        away.extend(words_of(operation, me, self.core.now()));
        Ok(Fate::Away)
    }
}

/// `None` if it was sealed to another server, or is not what it says it is.
fn open(one: &Sealed, key: &Key) -> Option<(Deposit, Operation)> {
    let sealed = sealing::Sealed::read(&hex::decode(&one.sealed).ok()?)?;
    let plain = key.open((MAGIC, one.id.bytes().as_slice()), sealed).ok()?;
    let deposit = Deposit::read(&plain)?;
    let operation: Operation = serde_json::from_str(&deposit.operation).ok()?;
    (operation.id == one.id).then_some((deposit, operation))
}

/// The words of an operation as the row that they would have become.
fn words_of(operation: Operation, by: AgentId, at: Timestamp) -> Option<Row> {
    let Operation { id: operation, ticket, written_at, action, .. } = operation;
    match action {
        Action::Note(said) => {
            let action::Note { note: id, text, language, attachments } = said;
            let note =
                Note { id, ticket, operation, by, text, language, attachments, at, written_at };
            Some(Row::Note(NoteRow::of(note, 0, 0)))
        }
        Action::Reply(reply) | Action::SendAndSolve { reply, .. } => {
            let action::Reply { message: id, text, language, attachments, .. } = reply;
            let by = By::Agent(by);
            let message =
                Message { id, ticket, operation, by, text, language, attachments, at, written_at };
            Some(Row::Message(MessageRow::of(message, 0, 0)))
        }
        _ => None,
    }
}
