//! Message: public words, to or from the customer. Never a note with a flag.

use jiff::Timestamp;

use crate::event::By;
use crate::id::{MessageId, OperationId, TicketId};
use crate::markup;
use crate::words::{self, Attachment};

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

impl Message {
    /// Its first words on one line, as a reader sees them.
    pub fn preview(&self) -> String {
        words::preview(&markup::seen(self.by, &self.text))
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::id::{AgentId, ContactId};

    fn preview(by: By, text: &str) -> String {
        let (id, at) = (uuid::Uuid::nil(), Timestamp::UNIX_EPOCH);
        let message = Message {
            id: MessageId(id),
            ticket: TicketId(id),
            operation: OperationId(id),
            by,
            text: text.to_owned(),
            language: None,
            attachments: Vec::new(),
            at,
            written_at: at,
        };
        message.preview()
    }

    #[test]
    fn the_preview_of_a_customers_markup_is_its_words() {
        let mail = "<!DOCTYPE html><html><head><title>Re: x</title><style>p { color: red }</style>\
            </head><body><p>Dear team,</p><p>the <b>disk</b> is full &amp; slow.</p></body></html>";
        let customer = By::Customer(ContactId(uuid::Uuid::nil()));
        assert_eq!(preview(customer, mail), "Dear team, the disk is full & slow.");
        assert_eq!(preview(customer, "Put <html> first."), "Put <html> first.");
        let agent = By::Agent(AgentId(uuid::Uuid::nil()));
        assert_eq!(preview(agent, "<html> goes first."), "<html> goes first.");
    }
}
