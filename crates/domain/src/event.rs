//! Event: a fact about a ticket, a code with parameters, rendered in the reader's language.
//!
//! A ticket is the fold of its events ([`crate::ticket::TicketState::apply`]): nothing changes a
//! ticket but an event. Deliberately absent: words of messages and notes (an event names them by
//! id) and any text for people.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::escalation::{Answer, Escalation};
use crate::id::{
    AgentId, ContactId, EscalationId, EventId, MessageId, NoteId, OperationId, OrganizationId,
    ResourceId, TicketId,
};
use crate::resolution::Resolution;
use crate::severity::Severity;
use crate::stage::Stage;
use crate::status::Category;
use crate::ticket::{Channel, Holder};
use crate::words::Attachment;

/// Who brought something about.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(tag = "by", content = "id", rename_all = "snake_case")]
pub enum By {
    /// One of us.
    Agent(AgentId),
    /// The customer.
    Customer(ContactId),
    /// Holdfast itself: an import, a timer.
    System,
}

/// One fact in a ticket's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Event {
    /// Derived from the operation.
    pub id: EventId,
    /// Whose history.
    pub ticket: TicketId,
    /// The operation that brought it about.
    pub operation: OperationId,
    /// When the server took it (on a desk: a forecast).
    #[ts(type = "string")]
    pub at: Timestamp,
    /// When it was written at the desk.
    #[ts(type = "string")]
    pub written_at: Timestamp,
    /// Who brought it about.
    pub by: By,
    /// What happened.
    pub fact: Fact,
}

/// What happened, as code and parameters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Fact {
    /// The ticket began.
    Created {
        /// First subject.
        subject: String,
        /// Who asked.
        requester: ContactId,
        /// The requester's company.
        organization: OrganizationId,
        /// How it came in.
        channel: Channel,
        /// First severity.
        severity: Severity,
        /// Who is to work on it.
        holder: Holder,
        /// BCP 47 tag of the customer's language.
        language: String,
    },
    /// The customer wrote.
    CustomerWrote {
        /// Which words.
        message: MessageId,
    },
    /// One of us wrote to the customer.
    Replied {
        /// Which words.
        message: MessageId,
    },
    /// One of us wrote to colleagues.
    Noted {
        /// Which words.
        note: NoteId,
    },
    /// The subject changed.
    SubjectChanged {
        /// Before.
        from: String,
        /// After.
        to: String,
    },
    /// The status changed.
    StatusChanged {
        /// Before.
        from: Category,
        /// After.
        to: Category,
        /// Until when a pending ticket may rest.
        #[ts(type = "string | null")]
        pending_until: Option<Timestamp>,
    },
    /// The severity changed.
    SeverityChanged {
        /// Before.
        from: Severity,
        /// After.
        to: Severity,
    },
    /// Other hands.
    Assigned {
        /// Before.
        from: Holder,
        /// After.
        to: Holder,
    },
    /// Tags were added.
    Tagged {
        /// Which; never empty.
        tags: Vec<String>,
    },
    /// Tags were removed.
    Untagged {
        /// Which; never empty.
        tags: Vec<String>,
    },
    /// A cloud thing was linked.
    ResourceLinked {
        /// Which.
        resource: ResourceId,
    },
    /// A cloud thing was unlinked.
    ResourceUnlinked {
        /// Which.
        resource: ResourceId,
    },
    /// Somebody was asked to take over or to join.
    EscalationRequested {
        /// The whole request.
        escalation: Box<Escalation>,
    },
    /// They answered, or the request was taken back.
    EscalationAnswered {
        /// Which request.
        escalation: EscalationId,
        /// How.
        answer: Answer,
    },
    /// The work moved on, or back.
    StageChanged {
        /// Before.
        from: Stage,
        /// After.
        to: Stage,
    },
    /// The problem is over.
    Solved {
        /// How it ended.
        resolution: Resolution,
    },
    /// It was not over.
    Reopened {
        /// Category before.
        from: Category,
    },
    /// A file was added for colleagues.
    Attached {
        /// Which.
        attachment: Attachment,
    },
}
