//! Intake: how customers' words come in and how ours go out, for the customers' own channels.
//!
//! `POST /v1/intake` with a channel token; `GET /v1/deliveries?after=` reads what is to be
//! delivered through this channel, `GET /v1/deliveries/{message}/blobs/{hash}/{chunk}` the files of
//! a reply. `external_id` makes a post safe to repeat.

use holdfast_domain::words::Attachment;
use holdfast_domain::{ContactId, MessageId, Severity, TicketId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Body of `POST /v1/intake`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Intake {
    /// The channel's own id of these words: the same twice is taken once.
    pub external_id: String,
    /// Who writes.
    pub contact: ContactId,
    /// An existing ticket of theirs, or none for a new one.
    #[serde(default)]
    pub ticket: Option<TicketId>,
    /// Needed for a new ticket.
    #[serde(default)]
    pub subject: Option<String>,
    /// What they wrote.
    pub text: String,
    /// For a new ticket; P3 if absent.
    #[serde(default)]
    pub severity: Option<Severity>,
}

/// Answer of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct IntakeAnswer {
    /// Where the words stand.
    pub ticket: TicketId,
    /// Its number.
    pub number: i64,
    /// The words.
    pub message: MessageId,
}

/// A reply of ours on its way out. Written once per accepted reply.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Delivery {
    /// Ascending; the `after` of the next read.
    pub position: i64,
    /// Where.
    pub ticket: TicketId,
    /// Its number.
    pub number: i64,
    /// Which words; an outside channel must drop what it has seen.
    pub message: MessageId,
    /// To whom.
    pub contact: ContactId,
    /// As written.
    pub text: String,
    /// Its files; all of them are there.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// When it was accepted.
    pub at: Timestamp,
}
