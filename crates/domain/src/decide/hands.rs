//! Hands: assigning and claiming. A claim is compare-and-set; nobody is robbed by one.

use super::fields::{Compared, compare, open_if_new};
use super::{Draft, Verdict};
use crate::directory::Actor;
use crate::event::Fact;
use crate::id::TeamId;
use crate::outcome::{FieldValue, Refusal};
use crate::permission::{self, Act};
use crate::status::Category;
use crate::ticket::{Field, Holder, TicketState};

pub(super) fn assign(
    draft: &mut Draft<'_>,
    state: &TicketState,
    from: Holder,
    to: Holder,
) -> Verdict {
    holder_exists(draft, to)?;
    still_active(state)?;
    if let Actor::Agent(agent) = draft.actor {
        let free = state.holder.agent.is_none_or(|holder| holder == agent);
        let act = if free { Act::Give } else { Act::Move };
        if !permission::may(draft.directory, agent, act, &own_sight(state, act)) {
            return Err(Refusal::NotAllowed.into());
        }
    }
    let values = (&state.holder, &from, &to);
    if let Compared::Apply = compare(state, Field::Holder, values, |v| FieldValue::Holder(*v))? {
        draft.say(Fact::Assigned { from, to });
        if to.agent.is_some() {
            open_if_new(draft, state);
        }
    }
    Ok(())
}

pub(super) fn claim(draft: &mut Draft<'_>, state: &TicketState, team: TeamId) -> Verdict {
    let Actor::Agent(agent) = draft.actor else {
        return Err(Refusal::NotAllowed.into());
    };
    still_active(state)?;
    match state.holder.agent {
        Some(holder) if holder == agent => return Ok(()),
        Some(by) => return Err(Refusal::AlreadyTaken { by }.into()),
        None => {}
    }
    let to = Holder { team, agent: Some(agent) };
    holder_exists(draft, to)?;
    draft.say(Fact::Assigned { from: state.holder, to });
    open_if_new(draft, state);
    Ok(())
}

/// An active agent in that team, or nobody in a team that exists.
pub(super) fn holder_exists(draft: &Draft<'_>, holder: Holder) -> Verdict {
    if !draft.directory.teams.contains_key(&holder.team) {
        return Err(Refusal::NotFound.into());
    }
    let Some(agent) = holder.agent else {
        return Ok(());
    };
    match draft.directory.active(agent) {
        Some(entry) if entry.teams.contains(&holder.team) => Ok(()),
        _ => Err(Refusal::NotInTeam.into()),
    }
}

fn still_active(state: &TicketState) -> Verdict {
    if state.category.is_active() {
        return Ok(());
    }
    let (from, to) = (state.category, Category::Open);
    Err(Refusal::NoSuchStep { from, to }.into())
}

/// For moving, only whose hands it is in counts; having been asked to join does not.
fn own_sight(state: &TicketState, act: Act) -> crate::ticket::Sight {
    let mut sight = state.sight();
    if act == Act::Move {
        sight.agents = state.holder.agent.into_iter().collect();
        sight.teams = [state.holder.team].into();
    }
    sight
}
