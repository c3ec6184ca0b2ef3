//! What a ticket's thread is made of: messages, notes, events.

use holdfast_domain::words::Attachment;
use holdfast_domain::{
    AgentId, By, Event, EventId, Fact, Message, MessageId, Note, NoteId, OperationId, TicketId,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Places within one commit; `n` is below it.
const PLACES: i64 = 1 << 16;

/// The place of a thread entry in server order: the commit that made it and its place therein.
/// Ascending with time, never reused; also the row id of the search index.
pub fn thread_key(seq: i64, n: i64) -> i64 {
    debug_assert!((0..PLACES).contains(&n), "a commit has at most 1,000 rows");
    seq * PLACES + n
}

/// The commit of a [`thread_key`].
pub fn commit_of(key: i64) -> i64 {
    key / PLACES
}

/// Keys from here on are a desk's own: of what waits there. The server stays below for its first
/// 2^36 commits; and they stay below 2^53, so that whoever reads them as JSON tells them apart.
pub const WAITING_KEY: i64 = 1 << 52;

/// Public words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[expect(missing_docs, reason = "the fields are Message's, documented there")]
pub struct MessageRow {
    pub id: MessageId,
    pub ticket: TicketId,
    /// [`thread_key`]
    pub key: i64,
    pub version: i64,
    pub operation: OperationId,
    pub by: By,
    pub text: String,
    pub language: Option<String>,
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    pub at: Timestamp,
    pub written_at: Timestamp,
}

/// Internal words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[expect(missing_docs, reason = "the fields are Note's, documented there")]
pub struct NoteRow {
    pub id: NoteId,
    pub ticket: TicketId,
    /// [`thread_key`]
    pub key: i64,
    pub version: i64,
    pub operation: OperationId,
    pub by: AgentId,
    pub text: String,
    pub language: Option<String>,
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    pub at: Timestamp,
    pub written_at: Timestamp,
}

/// A fact.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[expect(missing_docs, reason = "the fields are Event's, documented there")]
pub struct EventRow {
    pub id: EventId,
    pub ticket: TicketId,
    /// [`thread_key`]
    pub key: i64,
    pub version: i64,
    pub operation: OperationId,
    pub by: By,
    pub fact: Fact,
    pub at: Timestamp,
    pub written_at: Timestamp,
}

impl MessageRow {
    /// The row of words that stand at `key` since commit `version`.
    pub fn of(words: Message, key: i64, version: i64) -> Self {
        let Message { id, ticket, operation, by, text, language, attachments, at, written_at } =
            words;
        Self {
            id,
            ticket,
            key,
            version,
            operation,
            by,
            text,
            language,
            attachments,
            at,
            written_at,
        }
    }
}

impl NoteRow {
    /// The row of words that stand at `key` since commit `version`.
    pub fn of(words: Note, key: i64, version: i64) -> Self {
        let Note { id, ticket, operation, by, text, language, attachments, at, written_at } = words;
        Self {
            id,
            ticket,
            key,
            version,
            operation,
            by,
            text,
            language,
            attachments,
            at,
            written_at,
        }
    }
}

impl EventRow {
    /// The row of a fact that stands at `key` since commit `version`.
    pub fn of(event: Event, key: i64, version: i64) -> Self {
        let Event { id, ticket, operation, at, written_at, by, fact } = event;
        Self { id, ticket, key, version, operation, by, fact, at, written_at }
    }

    /// The fact itself.
    pub fn event(&self) -> Event {
        Event {
            id: self.id,
            ticket: self.ticket,
            operation: self.operation,
            at: self.at,
            written_at: self.written_at,
            by: self.by,
            fact: self.fact.clone(),
        }
    }
}
