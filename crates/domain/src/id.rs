//! Ids: newtypes over UUIDs, so that a team's id can never stand where an agent's is meant.
//!
//! Fresh ids are UUIDv7 made at a composition root; ids of effects derive from the operation's
//! id, so that the desk's forecast and the server's truth name the same thing. No id orders
//! anything. Deliberately absent: making fresh ids, which needs a clock and randomness.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

macro_rules! ids {
    ($($(#[doc = $doc:literal])+ $name:ident;)+) => {$(
        $(#[doc = $doc])+
        #[derive(
            Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema,
        )]
        #[serde(transparent)]
        #[ts(type = "string")]
        pub struct $name(pub Uuid);

        impl $name {
            /// The 16 bytes, as stored.
            pub fn bytes(&self) -> [u8; 16] {
                *self.0.as_bytes()
            }

            /// From stored bytes; `None` unless there are exactly 16.
            pub fn from_slice(bytes: &[u8]) -> Option<Self> {
                Uuid::from_slice(bytes).ok().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;
            fn from_str(text: &str) -> Result<Self, Self::Err> {
                Uuid::parse_str(text).map(Self)
            }
        }
    )+};
}

ids! {
    /// One customer problem.
    TicketId;
    /// Public words. Equals the id of the draft they were written in.
    MessageId;
    /// Internal words. Equals the id of the draft they were written in.
    NoteId;
    /// A fact about a ticket.
    EventId;
    /// A reply or note not yet sent.
    DraftId;
    /// One change made at a desk.
    OperationId;
    /// A person who works here.
    AgentId;
    /// People who take work from the same queue.
    TeamId;
    /// A site with a time zone and languages.
    CenterId;
    /// A customer company.
    OrganizationId;
    /// A person at a customer company.
    ContactId;
    /// A customer's cloud thing.
    ResourceId;
    /// A request that somebody else take over or join.
    EscalationId;
    /// Prepared actions and words.
    MacroId;
}

impl OperationId {
    /// The id of the `n`th `what` that this operation brings about (UUIDv5, RFC 9562 §5.5).
    pub fn derive(&self, what: &str, n: u32) -> Uuid {
        Uuid::new_v5(&self.0, format!("{what}/{n}").as_bytes())
    }
}

impl From<DraftId> for MessageId {
    fn from(draft: DraftId) -> Self {
        Self(draft.0)
    }
}

impl From<DraftId> for NoteId {
    fn from(draft: DraftId) -> Self {
        Self(draft.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn effects_of_one_operation_have_the_same_ids_on_every_machine() {
        let operation = OperationId(Uuid::from_u128(7));
        assert_eq!(operation.derive("event", 0), operation.derive("event", 0));
        assert_ne!(operation.derive("event", 0), operation.derive("event", 1));
        assert_ne!(operation.derive("event", 0), operation.derive("escalation", 0));
    }
}
