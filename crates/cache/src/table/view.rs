//! View: which tickets, in which order.

use std::collections::BTreeSet;

use holdfast_domain::{
    AgentId, Category, ContactId, OrganizationId, ResourceId, Severity, TeamId, TicketId,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ticket::Seen;
use crate::error::Result;
use crate::pool::Db;

/// Which tickets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum View {
    /// Active and in this agent's hands.
    Mine(AgentId),
    /// Active and held by one of these teams.
    Team(BTreeSet<TeamId>),
    /// Active, held by one of these teams, in nobody's hands.
    Unassigned(BTreeSet<TeamId>),
    /// Active, with a promise three quarters used up or broken at this time; soonest first.
    AtRisk(Timestamp),
    /// Active.
    All,
    /// With an outcome that its author has not seen.
    NeedsYou,
    /// With a draft that is not sent.
    Drafts,
    /// A filter.
    Filter(Box<Filter>),
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// The promise that is broken first.
    #[default]
    Due,
    /// The newest change.
    Updated,
    /// The gravest, then the promise that is broken first.
    Severity,
}

/// All that is said must hold; what is empty says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// One of these categories.
    pub categories: BTreeSet<Category>,
    /// Held by one of these teams.
    pub teams: BTreeSet<TeamId>,
    /// In one of these hands.
    pub assignees: BTreeSet<AgentId>,
    /// In nobody's hands.
    pub unassigned: bool,
    /// One of these.
    pub severities: BTreeSet<Severity>,
    /// All of these.
    pub tags: BTreeSet<String>,
    /// The customer's language, one of these.
    pub languages: BTreeSet<String>,
    /// One of these companies.
    pub organizations: BTreeSet<OrganizationId>,
    /// One of these people.
    pub requesters: BTreeSet<ContactId>,
    /// Linked to one of these.
    pub resources: BTreeSet<ResourceId>,
    /// One of these (what a search for words found); empty means any.
    pub tickets: BTreeSet<TicketId>,
}

/// Rows `offset..offset + limit` of a view.
pub async fn page(
    db: &mut Db,
    view: &View,
    sort: Sort,
    (offset, limit): (u32, u32),
) -> Result<Vec<Seen>> {
    todo!()
}

/// How many rows a view has.
pub async fn count(db: &mut Db, view: &View) -> Result<u32> {
    todo!()
}

/// Ids of all rows of a view, in its order, at most `limit`: for "all that match".
pub async fn ids(db: &mut Db, view: &View, sort: Sort, limit: u32) -> Result<Vec<TicketId>> {
    todo!()
}
