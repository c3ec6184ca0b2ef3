//! The outbox: every operation of this desk, its state and its error in words.

use holdfast_domain::{MessageId, OperationId, TicketId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{DraftView, NeedView, TrayItem};

/// Everything that waits, and what was sent lately.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct OutboxView {
    /// Waits for the agent.
    pub needs_you: Vec<OutboxItem>,
    /// Her words on tickets that left her sight, oldest first; they wait for her too.
    pub tray: Vec<TrayItem>,
    /// Saved on this computer, in order.
    pub saved: Vec<OutboxItem>,
    /// Settled today, newest first, at most 50.
    pub sent: Vec<OutboxItem>,
    /// Settled today in all.
    pub sent_count: u64,
}

/// One operation.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct OutboxItem {
    /// Which.
    pub operation: OperationId,
    /// The ticket.
    pub ticket: TicketId,
    /// Its number.
    pub number: Option<i64>,
    /// Its subject.
    pub subject: String,
    /// Name of the requester.
    pub requester: String,
    /// `reply@1` …
    pub name: String,
    /// What it says: words, tag, severity …; one line.
    pub summary: String,
    /// When it was written.
    pub written_at: Timestamp,
    /// When the server took it.
    pub sent_at: Option<Timestamp>,
    /// How far it has come.
    pub state: OperationState,
    /// Bytes of files that still travel.
    pub upload_bytes: u64,
    /// What it waits for the agent for.
    pub need: Option<NeedView>,
}

/// How far an operation has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum OperationState {
    /// Nobody has seen it: undo, edit and discard are free.
    Written,
    /// The server may have seen it.
    Numbered,
    /// It holds.
    Accepted,
    /// Somebody else changed the same field.
    Conflict,
    /// It waits for its author.
    Held,
    /// It cannot be.
    Refused,
    /// The server failed on it.
    Fault,
}

/// Names an operation.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct OperationRequest {
    /// Which.
    pub operation: OperationId,
}

/// What undoing left.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Undone {
    /// The words, back as a draft.
    pub draft: Option<DraftView>,
}

/// The agent's answer to a held, conflicting or refused operation.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct AnswerRequest {
    /// Which.
    pub operation: OperationId,
    /// What to do.
    pub answer: NeedAnswer,
    /// The newest public words on the screen: nothing is sent over words that came since.
    pub seen_through: Option<MessageId>,
}

/// The possible answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum NeedAnswer {
    /// Held: send it although newer words came.
    SendAsIs,
    /// Held: put the words back into the composer.
    Edit,
    /// Held: drop the words.
    Discard,
    /// Conflict: what I wanted, now.
    ApplyMine,
    /// Conflict: what stands is right.
    KeepTheirs,
    /// Refused: I have seen it.
    Understood,
}
