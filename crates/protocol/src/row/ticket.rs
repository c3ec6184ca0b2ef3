//! A ticket's row, and the way from it to the domain's state and back.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_domain::clock::{Clock, Metric};
use holdfast_domain::escalation::Escalation;
use holdfast_domain::ticket::{Channel, Field, LastWords, Touch};
use holdfast_domain::{
    Category, ContactId, Holder, MessageId, OrganizationId, Resolution, ResourceId, Severity,
    Stage, TicketId, TicketState,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One customer problem. Field meanings are those of [`TicketState`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[expect(missing_docs, reason = "the fields are TicketState's, documented there")]
pub struct TicketRow {
    pub id: TicketId,
    /// The commit in which anything of the ticket, its thread included, last changed.
    pub version: i64,
    /// Given by the server; `None` while it waits on the desk.
    pub number: Option<i64>,
    /// Messages, notes and events it has.
    pub entries: i64,
    pub subject: String,
    /// First words of the newest public message.
    pub preview: String,
    pub requester: ContactId,
    pub organization: OrganizationId,
    pub channel: Channel,
    pub language: String,
    pub category: Category,
    pub pending_until: Option<Timestamp>,
    pub severity: Severity,
    pub holder: Holder,
    pub held_since: Timestamp,
    pub hands: u32,
    pub stage: Stage,
    pub resolution: Option<Resolution>,
    pub tags: BTreeSet<String>,
    pub resources: BTreeSet<ResourceId>,
    pub last_message: Option<MessageId>,
    pub last_message_at: Option<Timestamp>,
    pub last_from_customer: bool,
    pub escalations: Vec<Escalation>,
    pub clocks: Vec<Clock>,
    pub touched: BTreeMap<Field, Touch>,
    pub created_at: Timestamp,
    pub updated_at: Timestamp,
}

impl TicketRow {
    /// The row of a state. `entries` and `preview` are the thread's and come from outside.
    pub fn of(
        state: &TicketState,
        (version, number, entries): (i64, Option<i64>, i64),
        preview: String,
    ) -> Self {
        let state = state.clone();
        Self {
            id: state.id,
            version,
            number,
            entries,
            subject: state.subject,
            preview,
            requester: state.requester,
            organization: state.organization,
            channel: state.channel,
            language: state.language,
            category: state.category,
            pending_until: state.pending_until,
            severity: state.severity,
            holder: state.holder,
            held_since: state.held_since,
            hands: state.hands,
            stage: state.stage,
            resolution: state.resolution,
            tags: state.tags,
            resources: state.resources,
            last_message: state.last_words.map(|last| last.message),
            last_message_at: state.last_words.map(|last| last.at),
            last_from_customer: state.last_words.is_some_and(|last| last.from_customer),
            escalations: state.escalations.into_values().collect(),
            clocks: state.clocks.into_values().collect(),
            touched: state.touched,
            created_at: state.created_at,
            updated_at: state.updated_at,
        }
    }

    /// The state a decision works on.
    pub fn state(&self) -> TicketState {
        let row = self.clone();
        let last_words = row.last_message.zip(row.last_message_at).map(|(message, at)| LastWords {
            message,
            at,
            from_customer: row.last_from_customer,
        });
        let clocks: BTreeMap<Metric, Clock> =
            row.clocks.into_iter().map(|clock| (clock.metric, clock)).collect();
        TicketState {
            id: row.id,
            subject: row.subject,
            requester: row.requester,
            organization: row.organization,
            channel: row.channel,
            language: row.language,
            category: row.category,
            pending_until: row.pending_until,
            severity: row.severity,
            holder: row.holder,
            held_since: row.held_since,
            hands: row.hands,
            stage: row.stage,
            resolution: row.resolution,
            tags: row.tags,
            resources: row.resources,
            last_words,
            escalations: row.escalations.into_iter().map(|e| (e.id, e)).collect(),
            clocks,
            touched: row.touched,
            created_at: row.created_at,
            updated_at: row.updated_at,
        }
    }

    /// When the next promise is broken if nothing happens, as lists are sorted.
    pub fn due(&self) -> Option<Timestamp> {
        self.clocks.iter().filter_map(Clock::due).min()
    }
}
