//! Outcome: what became of an operation. Settled once, kept for ever.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::event::By;
use crate::id::{AgentId, MessageId, OperationId};
use crate::resolution::Resolution;
use crate::severity::Severity;
use crate::stage::Stage;
use crate::status::Category;
use crate::ticket::Holder;

/// What became of an operation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "status", rename_all = "snake_case")]
pub enum Outcome {
    /// It holds. Without events: it already did.
    Accepted,
    /// Somebody else changed the same field; their value stands.
    Conflict(Conflict),
    /// Its author must look before it goes on.
    Held {
        /// Why.
        reason: HeldReason,
    },
    /// It cannot be.
    Refused {
        /// Why.
        refusal: Refusal,
    },
    /// The server failed on it alone, five times.
    Fault,
}

/// Two people changed one field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Conflict {
    /// What the operation wanted.
    pub yours: FieldValue,
    /// What stands.
    pub theirs: FieldValue,
    /// Who set what stands.
    pub by: By,
    /// When, server time.
    #[ts(type = "string")]
    pub at: Timestamp,
}

/// A scalar field with a value.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "field", content = "value", rename_all = "snake_case")]
pub enum FieldValue {
    /// Subject line.
    Subject(String),
    /// Status category.
    Status(Category),
    /// Severity.
    Severity(Severity),
    /// Team and agent.
    Holder(Holder),
    /// Progress.
    Stage(Stage),
    /// How it ended.
    Resolution(Resolution),
}

/// Why words wait for their author.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "why", rename_all = "snake_case")]
pub enum HeldReason {
    /// Public words arrived that the author had not seen.
    NewerWords {
        /// The newest of them.
        message: MessageId,
    },
    /// Something it builds on was not accepted.
    NeedsNotAccepted {
        /// Which.
        operation: OperationId,
    },
}

/// Why an operation cannot be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    /// The ticket, or something the operation names, does not exist for its author.
    NotFound,
    /// The author may not do this here.
    NotAllowed,
    /// These words were sent before.
    AlreadySent,
    /// Somebody was faster.
    AlreadyTaken {
        /// Who has it.
        by: AgentId,
    },
    /// A closed ticket is final; write a new one.
    Closed,
    /// The lifecycle has no such step.
    NoSuchStep {
        /// From here.
        from: Category,
        /// To there.
        to: Category,
    },
    /// Something that must be said is empty.
    Empty,
    /// Longer or more than is allowed.
    TooMuch,
    /// A tag with white space or nothing visible.
    BadTag,
    /// That agent is not active or not in that team.
    NotInTeam,
    /// The escalation has been answered, or is not the author's to answer.
    EscalationOver,
    /// The ticket exists already.
    Exists,
}
