//! Rows: a noun as it travels and as both sides store it.
//!
//! Every row is whole: nothing in it depends on an earlier row. `version` is the commit in which
//! it last changed. Notes are rows of their own, so that who may not see them has none.

mod directory;
mod thread;
mod ticket;

pub use directory::{
    AgentRow, Bodies, CenterRow, Certificate, ContactRow, MacroRow, OrganizationRow, ResourceRow,
    Shift, TeamRow,
};
pub use thread::{EventRow, MessageRow, NoteRow, WAITING_KEY, commit_of, thread_key};
pub use ticket::TicketRow;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Any row.
#[expect(clippy::large_enum_variant, reason = "rows travel by the thousand; boxes would cost more")]
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "entity", rename_all = "snake_case")]
pub enum Row {
    /// A ticket.
    Ticket(TicketRow),
    /// Public words.
    Message(MessageRow),
    /// Internal words.
    Note(NoteRow),
    /// A fact.
    Event(EventRow),
    /// A person who works here.
    Agent(AgentRow),
    /// A team.
    Team(TeamRow),
    /// A site.
    Center(CenterRow),
    /// A person at a customer.
    Contact(ContactRow),
    /// A customer company.
    Organization(OrganizationRow),
    /// A customer's cloud thing.
    Resource(ResourceRow),
    /// Prepared words and actions.
    Macro(MacroRow),
}
