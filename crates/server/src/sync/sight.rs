//! Sight: what an agent may see, as ids to look up and as a check on one ticket.
//!
//! The ticket is the unit of sight. A scope is one team, or all there is, or the agent herself,
//! whose active and finished tickets are two; what an agent may see is the union of her scopes.
//! Which scopes a ticket is in follows from how it stands ([`Stood`]).

use std::collections::BTreeSet;
use std::ops::Range;

use holdfast_domain::permission::{self, Act, Reach};
use holdfast_domain::{AgentId, Category, Directory, OrganizationId, Sight, TeamId, TicketState};
use holdfast_protocol::hello::{EVERYWHERE, PERSONAL, Scope, WORKED, team_scope};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::store::{Tx, ticket};

/// The tickets of a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// In whose sight: a team's, an agent's, or [`ticket::EVERYBODY`]'s.
    pub who: Uuid,
    /// Of which categories, by rank.
    pub ranks: Range<i64>,
}

impl Part {
    /// Its active tickets, then its finished ones.
    pub fn halves(&self) -> [Self; 2] {
        let (Range { start, end }, finished) = (self.ranks.clone(), Category::Solved.rank());
        let half = |ranks| Self { who: self.who, ranks };
        [half(start..end.min(finished)), half(start.max(finished)..end)]
    }
}

/// How a ticket stood before or after a commit, as far as it decides who saw it where.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stood {
    /// Whom it could be shown to.
    #[serde(flatten)]
    pub sight: Sight,
    /// Whether it was over. Earlier versions did not write it down: their rows say no.
    #[serde(default)]
    pub finished: bool,
}

impl Stood {
    /// Of a state.
    pub fn of(state: &TicketState) -> Self {
        Self { sight: state.sight(), finished: !state.category.is_active() }
    }
}

/// One agent's eyes under the rights of a moment.
#[derive(Clone, Debug)]
pub struct Eyes {
    /// Whose.
    pub agent: AgentId,
    /// Teams whose tickets they see; empty for who sees everywhere.
    teams: Vec<TeamId>,
    everywhere: bool,
}

impl Eyes {
    /// The eyes of an agent; of a disabled or unknown one they are shut.
    pub fn of(directory: &Directory, agent: AgentId) -> Self {
        let Some(entry) = directory.active(agent) else {
            return Self { agent, teams: Vec::new(), everywhere: false };
        };
        let reach = permission::reach(entry.role, Act::See);
        let in_reach = |team: &TeamId, center| match reach {
            Reach::Nothing | Reach::Own | Reach::Everywhere => false,
            Reach::Team => entry.teams.contains(team),
            Reach::Center => entry.teams.contains(team) || entry.centers.contains(center),
        };
        let teams = directory.teams.iter().filter(|(id, team)| in_reach(id, &team.center));
        let teams = teams.map(|(id, _)| *id).collect();
        Self { agent, teams, everywhere: reach == Reach::Everywhere }
    }

    /// What may be fetched: the personal scope, each team's or all there is, and what is over.
    pub fn scopes(&self) -> Vec<Scope> {
        let shared = self.everywhere.then(|| EVERYWHERE.to_owned()).into_iter();
        let shared = shared.chain(self.teams.iter().map(|team| team_scope(*team)));
        [PERSONAL.to_owned()].into_iter().chain(shared).chain([WORKED.to_owned()]).collect()
    }

    /// In which of these scopes a ticket was that stood like that.
    pub fn scopes_of(&self, stood: &Stood) -> BTreeSet<Scope> {
        let own = if stood.finished { WORKED } else { PERSONAL };
        let own = stood.sight.agents.contains(&self.agent).then(|| own.to_owned());
        let teams = self.teams.iter().filter(|team| stood.sight.teams.contains(team));
        let all = self.everywhere.then(|| EVERYWHERE.to_owned());
        teams.map(|team| team_scope(*team)).chain(own).chain(all).collect()
    }

    /// The tickets of a scope; `None` if it is not this agent's to fetch.
    pub fn part_of(&self, scope: &str) -> Option<Part> {
        let finished = Category::Solved.rank();
        let own = |ranks| Some(Part { who: self.agent.0, ranks });
        match scope {
            PERSONAL => own(0..finished),
            WORKED => own(finished..i64::MAX),
            EVERYWHERE => {
                self.everywhere.then_some(Part { who: ticket::EVERYBODY, ranks: 0..i64::MAX })
            }
            _ => {
                let team = self.teams.iter().find(|team| team_scope(**team) == scope)?;
                Some(Part { who: team.0, ranks: 0..i64::MAX })
            }
        }
    }

    /// Whether a company's people and things may be shown.
    pub async fn sees_organization(
        &self,
        tx: &mut Tx,
        organization: OrganizationId,
    ) -> anyhow::Result<bool> {
        if self.everywhere {
            return Ok(true);
        }
        let mut who = vec![self.agent.0];
        who.extend(self.teams.iter().map(|team| team.0));
        ticket::any_of_organization(tx, organization, &who).await
    }
}

/// Whether an agent may see a ticket of that sight.
pub fn sees(directory: &Directory, agent: AgentId, sight: &Sight) -> bool {
    permission::sees(directory, agent, sight)
}
