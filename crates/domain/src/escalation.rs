//! Escalation: a record with a from, a to, a reason, a handoff packet and an answer; not a flag.
//!
//! ```text
//! requested ──accept──▶ accepted ──return──▶ returned
//!     ├──decline(reason)──▶ declined
//!     ├──withdraw──▶ withdrawn
//!     └──(ladder, later)──▶ expired
//! ```
//!
//! Deliberately absent: ladders and timers, which are the service's (server) to run.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::id::{AgentId, EscalationId};
use crate::ticket::Holder;

/// Most escalations that wait for an answer on one ticket.
pub const OPEN_ESCALATIONS_MAX: usize = 8;
/// Longest field of a handoff packet, bytes of UTF-8.
pub const PACKET_FIELD_BYTES_MAX: usize = 8 * 1024;

/// What is asked of the other side.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum EscalationKind {
    /// To a tier or an expert, who takes the ticket over on accepting.
    Functional,
    /// To a supervisor, who takes the ticket over on accepting.
    Hierarchical,
    /// An expert joins; the ticket stays where it is.
    Consult,
}

/// What the next pair of hands needs to know. Only `asked` must not be empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Packet {
    /// What is asked.
    pub asked: String,
    /// What was tried.
    pub tried: String,
    /// What was found.
    pub found: String,
    /// What should happen next.
    pub next: String,
    /// The customer's own words.
    pub customer_words: String,
    /// Hashes of attachments, native ids, log lines.
    pub evidence: String,
}

/// How an escalation was answered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum Answer {
    /// Nobody has answered yet.
    Requested,
    /// Taken, by whom.
    Accepted {
        /// Who took it.
        by: AgentId,
    },
    /// Refused, with a reason.
    Declined {
        /// Who refused.
        by: AgentId,
        /// Why.
        reason: String,
    },
    /// Taken back by its author.
    Withdrawn,
    /// Given back after it had been taken.
    Returned {
        /// Why.
        reason: String,
    },
    /// Nobody answered in time.
    Expired,
}

impl Answer {
    /// Whether the escalation still binds somebody.
    pub fn is_open(&self) -> bool {
        matches!(self, Self::Requested | Self::Accepted { .. })
    }
}

/// A request that somebody else take the ticket over or join.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Escalation {
    /// Derived from the operation that asked.
    pub id: EscalationId,
    /// What is asked of them.
    pub kind: EscalationKind,
    /// Who asks.
    pub from: AgentId,
    /// Who held the ticket when it was asked; a return goes back there.
    pub held_by: Holder,
    /// Who is asked: one agent of a team, or the whole team.
    pub to: Holder,
    /// What they need to know.
    pub packet: Packet,
    /// How long they have to answer, seconds.
    pub accept_within_s: u32,
    /// When it was asked, server time.
    #[ts(type = "string")]
    pub requested_at: Timestamp,
    /// How it was answered.
    pub answer: Answer,
}
