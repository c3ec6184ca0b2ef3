//! Replay: laws over any waiting operations, and a few stories.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_domain::directory::{AgentEntry, TeamEntry};
use holdfast_domain::operation::{Note, Reply};
use holdfast_domain::ticket::Channel;
use holdfast_domain::{
    Action, AgentId, By, CenterId, ContactId, Directory, Event, EventId, Fact, Holder, MessageId,
    NoteId, Operation, OperationId, OrganizationId, Outcome, Refusal, Role, Severity, TeamId,
    TicketId, TicketState,
};
use holdfast_protocol::row::{TicketRow, WAITING_KEY};
use holdfast_sync_engine::{Replayed, WaitingOperation, replay};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use uuid::Uuid;

const ELENA: AgentId = AgentId(Uuid::from_u128(1));
const TEAM: TeamId = TeamId(Uuid::from_u128(2));
const CENTER: CenterId = CenterId(Uuid::from_u128(3));
const CONTACT: ContactId = ContactId(Uuid::from_u128(4));
const COMPANY: OrganizationId = OrganizationId(Uuid::from_u128(5));

fn start() -> Timestamp {
    Timestamp::from_second(1_700_000_000).expect("a moment")
}

fn directory() -> Directory {
    let elena = AgentEntry {
        role: Role::Agent,
        teams: [TEAM].into(),
        centers: BTreeSet::new(),
        active: true,
    };
    Directory {
        agents: [(ELENA, elena)].into(),
        teams: [(TEAM, TeamEntry { center: CENTER, tier: 1 })].into(),
        contacts: [(CONTACT, COMPANY)].into(),
        ..Directory::default()
    }
}

fn ticket(n: u128) -> TicketId {
    TicketId(Uuid::from_u128(0x100 + n))
}

fn image(n: u128) -> TicketRow {
    let event = Event {
        id: EventId(Uuid::from_u128(0x200 + n)),
        ticket: ticket(n),
        operation: OperationId(Uuid::from_u128(0x300 + n)),
        at: start(),
        written_at: start(),
        by: By::Customer(CONTACT),
        fact: Fact::Created {
            subject: "Blue screen".into(),
            requester: CONTACT,
            organization: COMPANY,
            channel: Channel::Portal,
            severity: Severity::P2,
            holder: Holder { team: TEAM, agent: None },
            language: "en".into(),
        },
    };
    let state = TicketState::begin(&event).expect("a beginning");
    TicketRow::of(&state, (7, Some(1000), 3), "It is blue".into())
}

fn images() -> BTreeMap<TicketId, TicketRow> {
    (0..3).map(|n| (ticket(n), image(n))).collect()
}

fn operation(position: i64, ticket: TicketId, action: Action) -> WaitingOperation {
    let n = u128::from(position.unsigned_abs());
    let written_at = start() + SignedDuration::from_secs(60 + position);
    let operation = Operation {
        id: OperationId(Uuid::from_u128(0x400 + n)),
        ticket,
        written_at,
        needs: Vec::new(),
        replaces: None,
        action,
    };
    WaitingOperation { position, operation }
}

fn reply(message: u128, seen_through: Option<MessageId>) -> Action {
    Action::Reply(Reply {
        message: MessageId(Uuid::from_u128(message)),
        text: format!("words {message}"),
        language: None,
        attachments: Vec::new(),
        seen_through,
    })
}

fn action() -> impl Strategy<Value = Action> {
    let severity = || prop_oneof![Just(Severity::P1), Just(Severity::P2), Just(Severity::P3)];
    prop_oneof![
        (1..6u128).prop_map(|n| reply(n, None)),
        (1..6u128).prop_map(|n| {
            let note = NoteId(Uuid::from_u128(0x50 + n));
            Action::Note(Note {
                note,
                text: format!("note {n}"),
                language: None,
                attachments: Vec::new(),
            })
        }),
        (severity(), severity()).prop_map(|(from, to)| Action::Severity { from, to }),
        Just(Action::Claim { team: TEAM }),
        "[a-c]".prop_map(|tag| Action::Tags { add: [tag].into(), remove: BTreeSet::new() }),
        Just(Action::Reopen {}),
        Just(Action::Close {}),
    ]
}

fn waiting() -> impl Strategy<Value = Vec<WaitingOperation>> {
    let one = (0..4u128, action(), proptest::option::of(0..12usize));
    proptest::collection::vec(one, 0..12).prop_map(|all| {
        let mut waiting: Vec<WaitingOperation> = Vec::new();
        for (at, (n, action, need)) in (1..).zip(all) {
            let mut one = operation(at, ticket(n), action);
            if let Some(need) = need.and_then(|need| waiting.get(need)) {
                one.operation.needs.push(need.operation.id);
            }
            waiting.push(one);
        }
        waiting
    })
}

fn replayed(waiting: &[WaitingOperation]) -> Replayed {
    let now = start() + SignedDuration::from_hours(1);
    replay(&images(), waiting, ELENA, &directory(), &BTreeSet::new(), now)
}

proptest! {
    #[test]
    fn replaying_twice_is_replaying_once(waiting in waiting()) {
        prop_assert_eq!(replayed(&waiting), replayed(&waiting));
    }

    #[test]
    fn a_later_replay_moves_nothing(waiting in waiting(), hours in 1..100i64) {
        let now = start() + SignedDuration::from_hours(1 + hours);
        let later = replay(&images(), &waiting, ELENA, &directory(), &BTreeSet::new(), now);
        prop_assert_eq!(replayed(&waiting), later);
    }

    #[test]
    fn what_is_not_accepted_changes_nothing(waiting in waiting()) {
        let all = replayed(&waiting);
        let accepted: Vec<_> = waiting
            .iter()
            .filter(|one| all.forecast[&one.operation.id] == Outcome::Accepted)
            .cloned()
            .collect();
        let only = replayed(&accepted);
        prop_assert_eq!(&all.seen, &only.seen);
        prop_assert_eq!(&all.messages, &only.messages);
        prop_assert_eq!(&all.notes, &only.notes);
        prop_assert_eq!(&all.events, &only.events);
        prop_assert!(only.forecast.values().all(|outcome| *outcome == Outcome::Accepted));
    }

    #[test]
    fn every_operation_gets_a_forecast_and_every_entry_a_place_of_its_own(waiting in waiting()) {
        let all = replayed(&waiting);
        prop_assert_eq!(all.forecast.len(), waiting.len());
        let keys: Vec<i64> = all
            .messages
            .iter()
            .map(|row| row.key)
            .chain(all.notes.iter().map(|row| row.key))
            .chain(all.events.iter().map(|row| row.key))
            .collect();
        let distinct: BTreeSet<i64> = keys.iter().copied().collect();
        prop_assert_eq!(distinct.len(), keys.len());
        prop_assert!(keys.iter().all(|key| (WAITING_KEY..1 << 53).contains(key)));
    }

    #[test]
    fn entries_stand_in_the_order_of_writing(waiting in waiting()) {
        let all = replayed(&waiting);
        let position = |id: &OperationId| {
            waiting.iter().find(|one| one.operation.id == *id).map(|one| one.position)
        };
        let mut events = all.events.clone();
        events.sort_by_key(|row| row.key);
        let positions: Vec<_> = events.iter().map(|row| position(&row.operation)).collect();
        prop_assert!(positions.is_sorted());
    }

    #[test]
    fn versions_and_numbers_stay_the_servers(waiting in waiting()) {
        for row in replayed(&waiting).seen.values() {
            prop_assert_eq!((row.version, row.number), (7, Some(1000)));
        }
    }
}

#[test]
fn without_waiting_operations_the_agent_sees_what_the_server_said() {
    let all = replayed(&[]);
    assert_eq!(all.seen, images());
    assert!(all.messages.is_empty() && all.events.is_empty() && all.forecast.is_empty());
}

#[test]
fn a_second_reply_builds_on_the_first_that_waits() {
    let first = MessageId(Uuid::from_u128(1));
    let waiting =
        [operation(1, ticket(0), reply(1, None)), operation(2, ticket(0), reply(2, Some(first)))];
    let all = replayed(&waiting);
    assert!(all.forecast.values().all(|outcome| *outcome == Outcome::Accepted));
    let row = &all.seen[&ticket(0)];
    assert_eq!((row.preview.as_str(), row.entries), ("words 2", 3 + 2 + 3));
}

#[test]
fn words_that_were_sent_are_not_sent_again() {
    let taken = [Uuid::from_u128(1)].into();
    let waiting = [operation(1, ticket(0), reply(1, None))];
    let all = replay(&images(), &waiting, ELENA, &directory(), &taken, start());
    let refusal = Refusal::AlreadySent;
    let id = waiting[0].operation.id;
    assert_eq!(all.forecast[&id], Outcome::Refused { refusal });
}

#[test]
fn an_operation_written_by_a_clock_that_runs_ahead_counts_from_now() {
    let mut waiting = operation(1, ticket(0), reply(1, None));
    waiting.operation.written_at = start() + SignedDuration::from_hours(24);
    let all = replay(&images(), &[waiting], ELENA, &directory(), &BTreeSet::new(), start());
    assert_eq!(all.messages[0].at, start());
}
