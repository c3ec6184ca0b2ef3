//! Message: public words, to or from the customer. Never a note with a flag.

use jiff::Timestamp;

use crate::event::By;
use crate::id::{MessageId, OperationId, TicketId};
use crate::words::Attachment;

/// Public words on a ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// The draft's id.
    pub id: MessageId,
    /// Where.
    pub ticket: TicketId,
    /// The operation that brought them.
    pub operation: OperationId,
    /// Who wrote them.
    pub by: By,
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
