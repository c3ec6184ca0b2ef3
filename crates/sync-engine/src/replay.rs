//! Replay: what an agent sees is what the server said, with what waits put on top, by the rules of
//! the domain.
//!
//! Operations are decided one after the other in the order they were written, each on what the
//! ones before it left. What would not be accepted changes nothing; its forecast says why.
//!
//! Deliberately absent: storing, and settling. A forecast is never an outcome.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_domain::{
    Actor, AgentId, Decision, Directory, Operation, OperationId, Outcome, TicketId, decide,
};
use holdfast_protocol::row::{EventRow, MessageRow, NoteRow, TicketRow, WAITING_KEY};
use jiff::Timestamp;
use uuid::Uuid;

/// Thread entries one operation may bring about. Those that wait stand behind all that the server
/// placed: at [`WAITING_KEY`], plus this for each position, plus their place within the operation.
const PLACES: i64 = 64;

/// An operation of this desk that is not settled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WaitingOperation {
    /// Its place in the outbox.
    pub position: i64,
    /// Itself.
    pub operation: Operation,
}

/// What the agent sees, and what is expected of each operation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Replayed {
    /// Every ticket that was given, and those that begin here. The version is that of the image;
    /// 0 for a ticket that the server does not know.
    pub seen: BTreeMap<TicketId, TicketRow>,
    /// Public words that wait.
    pub messages: Vec<MessageRow>,
    /// Internal words that wait.
    pub notes: Vec<NoteRow>,
    /// Facts that wait.
    pub events: Vec<EventRow>,
    /// What the server would say if nothing else happened.
    pub forecast: BTreeMap<OperationId, Outcome>,
}

/// Replays. `images` are the tickets as the server said them; `waiting` is in order of position;
/// `taken` are ids of words that the server has. The same arguments give the same answer.
///
/// An operation counts from when it was written, so that replaying it again later moves nothing;
/// `now` only bounds what a wrong clock wrote.
pub fn replay(
    images: &BTreeMap<TicketId, TicketRow>,
    waiting: &[WaitingOperation],
    author: AgentId,
    directory: &Directory,
    taken: &BTreeSet<Uuid>,
    now: Timestamp,
) -> Replayed {
    let mut directory = directory.clone();
    directory.taken_words.extend(taken);
    let mut replayed = Replayed { seen: images.clone(), ..Replayed::default() };
    let mut unmet: BTreeSet<OperationId> = BTreeSet::new();
    for WaitingOperation { position, operation } in waiting {
        let seen = replayed.seen.get(&operation.ticket);
        let state = seen.map(TicketRow::state);
        let at = operation.written_at.min(now);
        let actor = Actor::Agent(author);
        let decision = decide(state.as_ref(), operation, actor, &directory, &unmet, at);
        replayed.forecast.insert(operation.id, decision.outcome.clone());
        if decision.outcome != Outcome::Accepted {
            unmet.insert(operation.id);
            continue;
        }
        if let Some(row) = seen_after(seen, &decision) {
            replayed.seen.insert(operation.ticket, row);
        }
        directory.taken_words.extend(decision.messages.iter().map(|words| words.id.0));
        directory.taken_words.extend(decision.notes.iter().map(|words| words.id.0));
        replayed.place(decision, *position);
    }
    replayed
}

/// The row after a decision; `None` if it says nothing new.
fn seen_after(seen: Option<&TicketRow>, decision: &Decision) -> Option<TicketRow> {
    let entries = decision.events.len() + decision.messages.len() + decision.notes.len();
    if entries == 0 {
        return None;
    }
    let entries = i64::try_from(entries).expect("a decision has a handful of entries");
    let after = decision.after(seen.map(TicketRow::state).as_ref())?;
    let preview = match decision.messages.last() {
        Some(message) => message.preview(),
        None => seen.map(|row| row.preview.clone()).unwrap_or_default(),
    };
    let (version, number, before) =
        seen.map_or((0, None, 0), |row| (row.version, row.number, row.entries));
    Some(TicketRow::of(&after, (version, number, before + entries), preview))
}

impl Replayed {
    /// Words first, then the facts about them, as the server places them.
    fn place(&mut self, decision: Decision, position: i64) {
        let version = |seen: &BTreeMap<TicketId, TicketRow>, ticket: &TicketId| {
            seen.get(ticket).map_or(0, |row| row.version)
        };
        let mut keys = (0..PLACES).map(|n| WAITING_KEY + position * PLACES + n);
        let mut key = move || keys.next().expect("an operation has fewer entries than places");
        for words in decision.messages {
            let version = version(&self.seen, &words.ticket);
            self.messages.push(MessageRow::of(words, key(), version));
        }
        for words in decision.notes {
            let version = version(&self.seen, &words.ticket);
            self.notes.push(NoteRow::of(words, key(), version));
        }
        for event in decision.events {
            let version = version(&self.seen, &event.ticket);
            self.events.push(EventRow::of(event, key(), version));
        }
    }
}
