//! Directory: the people, teams and references a decision may look at.
//!
//! The caller fills it with every agent and team and with whatever ids an operation names
//! ([`crate::operation::Action::references`]); what is not in it does not exist for the decision.
//! Deliberately absent: loading, and anything that changes while a decision runs.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::id::{AgentId, CenterId, ContactId, OrganizationId, ResourceId, TeamId};

/// What a person may do; each includes the ones before it.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Works on the tickets of her teams.
    Agent,
    /// Moves work within his teams.
    Lead,
    /// Moves work within her centres.
    Supervisor,
    /// Runs the deployment.
    Administrator,
}

/// Who acts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Actor {
    /// One of us; rights come from the directory, never from the desk's claim.
    Agent(AgentId),
    /// The customer, through intake.
    Customer(ContactId),
    /// Holdfast itself: an import, a timer.
    System,
}

/// An agent as a decision sees them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AgentEntry {
    /// What they may do.
    pub role: Role,
    /// Where they work.
    pub teams: BTreeSet<TeamId>,
    /// What they oversee.
    pub centers: BTreeSet<CenterId>,
    /// False once disabled.
    pub active: bool,
}

/// A team as a decision sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamEntry {
    /// Its site.
    pub center: CenterId,
    /// 1 to 3.
    pub tier: u8,
}

/// Everything a decision may look at besides the ticket.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Directory {
    /// Every agent.
    pub agents: BTreeMap<AgentId, AgentEntry>,
    /// Every team.
    pub teams: BTreeMap<TeamId, TeamEntry>,
    /// The contacts an operation names, with their companies.
    pub contacts: BTreeMap<ContactId, OrganizationId>,
    /// The resources an operation names, with their owners.
    pub resources: BTreeMap<ResourceId, OrganizationId>,
    /// Those ids of messages and notes an operation brings that are taken already.
    pub taken_words: BTreeSet<Uuid>,
}

impl Directory {
    /// An agent who may act and be given work.
    pub fn active(&self, agent: AgentId) -> Option<&AgentEntry> {
        self.agents.get(&agent).filter(|entry| entry.active)
    }
}
