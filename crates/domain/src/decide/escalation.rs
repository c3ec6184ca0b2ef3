//! Escalations: asking, answering, taking back, giving back.

use super::fields::open_if_new;
use super::{Draft, Verdict};
use crate::directory::Actor;
use crate::escalation::{Answer, Escalation, OPEN_ESCALATIONS_MAX, PACKET_FIELD_BYTES_MAX, Packet};
use crate::event::Fact;
use crate::id::{AgentId, EscalationId};
use crate::operation::Escalate;
use crate::outcome::Refusal;
use crate::status::Category;
use crate::ticket::{Holder, TicketState, moves_ticket};

/// Shortest time to answer, seconds.
const ACCEPT_WITHIN_S_MIN: u32 = 60;

pub(super) fn request(draft: &mut Draft<'_>, state: &TicketState, escalate: &Escalate) -> Verdict {
    let from = author(draft)?;
    if escalate.packet.asked.trim().is_empty() {
        return Err(Refusal::Empty.into());
    }
    let full = state.escalations.len() >= OPEN_ESCALATIONS_MAX;
    if full || packet_is_too_long(&escalate.packet) {
        return Err(Refusal::TooMuch.into());
    }
    super::hands::holder_exists(draft, escalate.to)?;
    if !state.category.is_active() {
        let (from, to) = (state.category, Category::Open);
        return Err(Refusal::NoSuchStep { from, to }.into());
    }
    let escalation = Escalation {
        id: EscalationId(draft.operation.id.derive("escalation", 0)),
        kind: escalate.kind,
        from,
        held_by: state.holder,
        to: escalate.to,
        packet: escalate.packet.clone(),
        accept_within_s: escalate.accept_within_s.max(ACCEPT_WITHIN_S_MIN),
        requested_at: draft.now,
        answer: Answer::Requested,
    };
    draft.say(Fact::EscalationRequested { escalation: Box::new(escalation) });
    open_if_new(draft, state);
    Ok(())
}

pub(super) fn accept(draft: &mut Draft<'_>, state: &TicketState, id: EscalationId) -> Verdict {
    let by = author(draft)?;
    let escalation = find(state, id)?;
    match escalation.answer {
        Answer::Accepted { by: taken_by } if taken_by == by => return Ok(()),
        Answer::Accepted { by } => return Err(Refusal::AlreadyTaken { by }.into()),
        _ => {}
    }
    asked(draft, escalation, by)?;
    draft.say(Fact::EscalationAnswered { escalation: id, answer: Answer::Accepted { by } });
    if moves_ticket(escalation.kind) {
        let to = Holder { team: escalation.to.team, agent: Some(by) };
        if to != state.holder {
            draft.say(Fact::Assigned { from: state.holder, to });
        }
    }
    Ok(())
}

pub(super) fn decline(
    draft: &mut Draft<'_>,
    state: &TicketState,
    id: EscalationId,
    reason: &str,
) -> Verdict {
    let by = author(draft)?;
    let escalation = find(state, id)?;
    if escalation.answer != Answer::Requested {
        return Err(Refusal::EscalationOver.into());
    }
    asked(draft, escalation, by)?;
    let reason = said(reason)?;
    draft.say(Fact::EscalationAnswered { escalation: id, answer: Answer::Declined { by, reason } });
    Ok(())
}

pub(super) fn withdraw(draft: &mut Draft<'_>, state: &TicketState, id: EscalationId) -> Verdict {
    let by = author(draft)?;
    let escalation = find(state, id)?;
    if escalation.answer != Answer::Requested || escalation.from != by {
        return Err(Refusal::EscalationOver.into());
    }
    draft.say(Fact::EscalationAnswered { escalation: id, answer: Answer::Withdrawn });
    Ok(())
}

pub(super) fn give_back(
    draft: &mut Draft<'_>,
    state: &TicketState,
    id: EscalationId,
    reason: &str,
) -> Verdict {
    let by = author(draft)?;
    let escalation = find(state, id)?;
    if escalation.answer != (Answer::Accepted { by }) {
        return Err(Refusal::EscalationOver.into());
    }
    let reason = said(reason)?;
    draft.say(Fact::EscalationAnswered { escalation: id, answer: Answer::Returned { reason } });
    let to = escalation.held_by;
    if moves_ticket(escalation.kind) && to != state.holder {
        draft.say(Fact::Assigned { from: state.holder, to });
    }
    Ok(())
}

fn author(draft: &Draft<'_>) -> Result<AgentId, Refusal> {
    match draft.actor {
        Actor::Agent(agent) => Ok(agent),
        Actor::Customer(_) | Actor::System => Err(Refusal::NotAllowed),
    }
}

fn find(state: &TicketState, id: EscalationId) -> Result<&Escalation, Refusal> {
    state.escalations.get(&id).ok_or(Refusal::EscalationOver)
}

/// Only who was asked may answer: the named agent, or anyone of the team when none is named.
fn asked(draft: &Draft<'_>, escalation: &Escalation, by: AgentId) -> Verdict {
    let in_team =
        draft.directory.active(by).is_some_and(|entry| entry.teams.contains(&escalation.to.team));
    let named = escalation.to.agent.is_none_or(|agent| agent == by);
    if in_team && named { Ok(()) } else { Err(Refusal::NotAllowed.into()) }
}

fn said(reason: &str) -> Result<String, Refusal> {
    match reason.trim() {
        "" => Err(Refusal::Empty),
        reason if reason.len() > PACKET_FIELD_BYTES_MAX => Err(Refusal::TooMuch),
        reason => Ok(reason.to_owned()),
    }
}

fn packet_is_too_long(packet: &Packet) -> bool {
    let Packet { asked, tried, found, next, customer_words, evidence } = packet;
    [asked, tried, found, next, customer_words, evidence]
        .iter()
        .any(|field| field.len() > PACKET_FIELD_BYTES_MAX)
}
