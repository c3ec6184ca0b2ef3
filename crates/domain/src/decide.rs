//! Deciding: what one operation does to one ticket. The only place where it is decided.
//!
//! The server decides for good, the desk forecasts with the same function chained over what
//! waits. Same arguments, same decision; a decision that is not an acceptance has no effects;
//! what is decided is told entirely by its events. Deliberately absent: loading, storing,
//! numbering, and whether the author's other operations were accepted (the caller lists those
//! that were not in `unmet_needs`).

mod escalation;
mod fields;
mod hands;
mod words;

use std::collections::BTreeSet;

use jiff::Timestamp;

use crate::directory::{Actor, Directory};
use crate::event::{By, Event, Fact};
use crate::id::{EventId, OperationId};
use crate::message::Message;
use crate::note::Note;
use crate::operation::{Action, Operation};
use crate::outcome::{HeldReason, Outcome, Refusal};
use crate::permission::{self, Act};
use crate::status::Category;
use crate::ticket::TicketState;

/// What an operation comes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// What its author is told.
    pub outcome: Outcome,
    /// The facts it brings about, in order. Empty unless accepted; accepted and empty means that
    /// it already was so.
    pub events: Vec<Event>,
    /// Public words it adds.
    pub messages: Vec<Message>,
    /// Internal words it adds.
    pub notes: Vec<Note>,
}

impl Decision {
    /// The ticket afterwards; `None` only if there is none before and none was begun.
    pub fn after(&self, before: Option<&TicketState>) -> Option<TicketState> {
        let mut events = self.events.iter();
        let mut state = match before {
            Some(state) => state.clone(),
            None => TicketState::begin(events.next()?)?,
        };
        events.for_each(|event| state.apply(event));
        Some(state)
    }
}

/// Decides. `state` is the ticket as it stands, `None` if there is none; `unmet_needs` lists the
/// operations this one builds on that were not accepted.
pub fn decide(
    state: Option<&TicketState>,
    operation: &Operation,
    actor: Actor,
    directory: &Directory,
    unmet_needs: &BTreeSet<OperationId>,
    now: Timestamp,
) -> Decision {
    let mut draft = Draft::new(operation, actor, directory, now);
    let verdict = match operation.needs.iter().find(|need| unmet_needs.contains(need)) {
        Some(need) => Err(Stop::Hold(HeldReason::NeedsNotAccepted { operation: *need })),
        None => run(&mut draft, state),
    };
    draft.conclude(verdict)
}

/// Why a decision ends without effects.
enum Stop {
    Refuse(Refusal),
    Hold(HeldReason),
    Conflict(Box<crate::outcome::Conflict>),
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Refuse(refusal)
    }
}

type Verdict = Result<(), Stop>;

/// A decision while it is being made.
struct Draft<'a> {
    operation: &'a Operation,
    actor: Actor,
    directory: &'a Directory,
    now: Timestamp,
    events: Vec<Event>,
    messages: Vec<Message>,
    notes: Vec<Note>,
}

fn run(draft: &mut Draft<'_>, state: Option<&TicketState>) -> Verdict {
    let Some(state) = state else {
        return match &draft.operation.action {
            Action::Create(create) => words::create(draft, create),
            _ => Err(Refusal::NotFound.into()),
        };
    };
    authorise(draft, state)?;
    match &draft.operation.action {
        Action::Create(_) => Err(Refusal::Exists.into()),
        Action::Write(write) => words::write(draft, state, write),
        Action::Reply(reply) => words::reply(draft, state, reply),
        Action::Note(note) => words::note(draft, state, note),
        Action::SendAndSolve { reply, resolution } => {
            words::send_and_solve(draft, state, reply, resolution)
        }
        Action::Attach { attachment } => words::attach(draft, state, attachment),
        Action::Subject { from, to } => fields::subject(draft, state, from, to),
        Action::Status { from, to, pending_until } => {
            fields::status(draft, state, (*from, *to), *pending_until)
        }
        Action::Severity { from, to } => fields::severity(draft, state, *from, *to),
        Action::Stage { from, to } => fields::stage(draft, state, *from, *to),
        Action::Tags { add, remove } => fields::tags(draft, state, add, remove),
        Action::ResourceLink { resource } => fields::link(draft, state, *resource),
        Action::ResourceUnlink { resource } => fields::unlink(draft, state, *resource),
        Action::Solve { resolution, seen_through } => {
            words::solve(draft, state, resolution, *seen_through)
        }
        Action::Reopen {} => fields::reopen(draft, state),
        Action::Close {} => fields::close(draft, state),
        Action::Assign { from, to } => hands::assign(draft, state, *from, *to),
        Action::Claim { team } => hands::claim(draft, state, *team),
        Action::Escalate(escalate) => escalation::request(draft, state, escalate),
        Action::EscalationAccept { escalation } => escalation::accept(draft, state, *escalation),
        Action::EscalationDecline { escalation, reason } => {
            escalation::decline(draft, state, *escalation, reason)
        }
        Action::EscalationWithdraw { escalation } => {
            escalation::withdraw(draft, state, *escalation)
        }
        Action::EscalationReturn { escalation, reason } => {
            escalation::give_back(draft, state, *escalation, reason)
        }
    }
}

/// Whoever may not see a ticket is told that there is none.
fn authorise(draft: &Draft<'_>, state: &TicketState) -> Verdict {
    match draft.actor {
        Actor::System => {}
        Actor::Customer(contact) => {
            if contact != state.requester {
                return Err(Refusal::NotFound.into());
            }
            if !matches!(draft.operation.action, Action::Write(_)) {
                return Err(Refusal::NotAllowed.into());
            }
        }
        Actor::Agent(agent) => {
            let sight = state.sight();
            if !permission::sees(draft.directory, agent, &sight) {
                return Err(Refusal::NotFound.into());
            }
            let systems = matches!(draft.operation.action, Action::Close {} | Action::Write(_));
            if systems || !permission::may(draft.directory, agent, Act::Work, &sight) {
                return Err(Refusal::NotAllowed.into());
            }
        }
    }
    let final_state = state.category == Category::Closed;
    if final_state { Err(Refusal::Closed.into()) } else { Ok(()) }
}

impl<'a> Draft<'a> {
    fn new(
        operation: &'a Operation,
        actor: Actor,
        directory: &'a Directory,
        now: Timestamp,
    ) -> Self {
        let (events, messages, notes) = (Vec::new(), Vec::new(), Vec::new());
        Self { operation, actor, directory, now, events, messages, notes }
    }

    fn by(&self) -> By {
        match self.actor {
            Actor::Agent(agent) => By::Agent(agent),
            Actor::Customer(contact) => By::Customer(contact),
            Actor::System => By::System,
        }
    }

    fn say(&mut self, fact: Fact) {
        let n = u32::try_from(self.events.len()).expect("a decision has a handful of events");
        self.events.push(Event {
            id: EventId(self.operation.id.derive("event", n)),
            ticket: self.operation.ticket,
            operation: self.operation.id,
            at: self.now,
            written_at: self.operation.written_at,
            by: self.by(),
            fact,
        });
    }

    fn conclude(self, verdict: Verdict) -> Decision {
        let outcome = match verdict {
            Ok(()) => {
                let Self { events, messages, notes, .. } = self;
                return Decision { outcome: Outcome::Accepted, events, messages, notes };
            }
            Err(Stop::Refuse(refusal)) => Outcome::Refused { refusal },
            Err(Stop::Hold(reason)) => Outcome::Held { reason },
            Err(Stop::Conflict(conflict)) => Outcome::Conflict(*conflict),
        };
        let (events, messages, notes) = (Vec::new(), Vec::new(), Vec::new());
        Decision { outcome, events, messages, notes }
    }
}
