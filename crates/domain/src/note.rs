//! Note: internal words. There is no way from here to a customer.

use jiff::Timestamp;

use crate::id::{AgentId, NoteId, OperationId, TicketId};
use crate::words::Attachment;

/// Internal words on a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    /// The draft's id.
    pub id: NoteId,
    /// Where.
    pub ticket: TicketId,
    /// The operation that brought them.
    pub operation: OperationId,
    /// Which colleague wrote them.
    pub by: AgentId,
    /// As written.
    pub text: String,
    /// BCP 47 tag, if detected.
    pub language: Option<String>,
    /// Files under them.
    pub attachments: Vec<Attachment>,
    /// When the server took them (on a desk: a forecast).
    pub at: Timestamp,
    /// When they were written.
    pub written_at: Timestamp,
}
