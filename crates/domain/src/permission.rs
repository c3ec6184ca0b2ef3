//! Permission: who may see and do what, as data.
//!
//! [`TABLE`] says how far each role's hand reaches for each kind of act; [`may`] and [`sees`] read
//! it. Checked on the server where the effect happens, and on the desk so that the UI is honest.
//! Deliberately absent: rights written by administrators (a later layer over this table).

use crate::directory::{AgentEntry, Directory, Role};
use crate::id::AgentId;
use crate::ticket::Sight;

/// Kinds of act that are permitted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// Read the ticket and everything in it.
    See,
    /// Reply, note, attach, and change its fields.
    Work,
    /// Give a ticket that nobody or the actor holds to somebody.
    Give,
    /// Take a ticket out of somebody else's hands.
    Move,
    /// Open a ticket in the name of a customer.
    Open,
}

impl Act {
    /// Every kind.
    pub const ALL: [Act; 5] = [Self::See, Self::Work, Self::Give, Self::Move, Self::Open];
}

/// How far a hand reaches; each includes the ones before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reach {
    /// Not at all.
    Nothing,
    /// What is in the actor's own hands, or was offered to the actor.
    Own,
    /// What the actor's teams hold.
    Team,
    /// What the teams of the actor's centres hold.
    Center,
    /// Everything.
    Everywhere,
}

/// One row per act: the reach of agent, lead, supervisor, administrator.
pub const TABLE: [(Act, [Reach; 4]); 5] = {
    use Reach::{Center, Everywhere, Own, Team};
    [
        (Act::See, [Team, Team, Center, Everywhere]),
        (Act::Work, [Team, Team, Center, Everywhere]),
        (Act::Give, [Team, Team, Center, Everywhere]),
        (Act::Move, [Own, Team, Center, Everywhere]),
        (Act::Open, [Team, Team, Center, Everywhere]),
    ]
};

/// How far this role reaches for this act.
pub fn reach(role: Role, act: Act) -> Reach {
    TABLE
        .iter()
        .find(|(row, _)| *row == act)
        .map_or(Reach::Nothing, |(_, by_role)| by_role[role as usize])
}

/// Whether the agent may do this to a ticket of that sight. Disabled and unknown agents may
/// nothing.
pub fn may(directory: &Directory, agent: AgentId, act: Act, sight: &Sight) -> bool {
    let Some(entry) = directory.active(agent) else {
        return false;
    };
    distance(directory, agent, entry, sight) <= reach(entry.role, act)
}

/// Whether the agent may see a ticket of that sight.
pub fn sees(directory: &Directory, agent: AgentId, sight: &Sight) -> bool {
    may(directory, agent, Act::See, sight)
}

/// The reach that is needed to touch it: how far away the ticket is from this agent.
fn distance(directory: &Directory, agent: AgentId, entry: &AgentEntry, sight: &Sight) -> Reach {
    if sight.agents.contains(&agent) {
        return Reach::Own;
    }
    if !entry.teams.is_disjoint(&sight.teams) {
        return Reach::Team;
    }
    let in_center = sight.teams.iter().any(|team| {
        directory
            .teams
            .get(team)
            .is_some_and(|entry_team| entry.centers.contains(&entry_team.center))
    });
    if in_center { Reach::Center } else { Reach::Everywhere }
}
