//! Laws that hold for every history: deterministic, refusals change nothing, twice is once,
//! events suffice.

use std::collections::BTreeSet;

use holdfast_domain::escalation::{EscalationKind, Packet};
use holdfast_domain::operation::{Escalate, Note};
use holdfast_domain::*;
use proptest::prelude::*;
use uuid::Uuid;

use crate::world::*;

fn actor() -> impl Strategy<Value = Actor> {
    let agents = [CHEN, MINA, LEAD, SUPERVISOR, FOREIGN, GONE, ADMIN, EXPERT];
    prop_oneof![
        6 => proptest::sample::select(agents.to_vec()).prop_map(Actor::Agent),
        2 => Just(Actor::Customer(WANG)),
        1 => Just(Actor::Customer(OTHER_CONTACT)),
        1 => Just(Actor::System),
    ]
}

fn holder() -> impl Strategy<Value = Holder> {
    let agents = vec![None, Some(CHEN), Some(MINA), Some(EXPERT), Some(GONE)];
    (proptest::sample::select(vec![L1, L2, ABROAD]), proptest::sample::select(agents))
        .prop_map(|(team, agent)| Holder { team, agent })
}

fn tags() -> impl Strategy<Value = BTreeSet<String>> {
    proptest::collection::btree_set("[a-c]{1,2}", 0..3)
}

/// What an action is made of; expectations are filled in from the state, sometimes wrongly.
#[derive(Clone, Debug)]
enum Wish {
    Reply(u128, bool),
    Write(u128),
    Note(u128),
    Severity(Severity, bool),
    Status(Category, bool),
    Stage(Stage),
    Assign(Holder, bool),
    Claim,
    Tags(BTreeSet<String>, BTreeSet<String>),
    Solve(bool),
    Reopen,
    Close,
    Escalate(Holder, bool),
    Answer(u8),
    Link(bool),
}

fn wish() -> impl Strategy<Value = Wish> {
    prop_oneof![
        (0..12u128, any::<bool>()).prop_map(|(n, seen)| Wish::Reply(n, seen)),
        (0..12u128).prop_map(Wish::Write),
        (0..12u128).prop_map(Wish::Note),
        (proptest::sample::select(Severity::ALL.to_vec()), any::<bool>())
            .prop_map(|(to, seen)| Wish::Severity(to, seen)),
        (proptest::sample::select(Category::ALL.to_vec()), any::<bool>())
            .prop_map(|(to, seen)| Wish::Status(to, seen)),
        proptest::sample::select(Stage::ALL.to_vec()).prop_map(Wish::Stage),
        (holder(), any::<bool>()).prop_map(|(to, seen)| Wish::Assign(to, seen)),
        Just(Wish::Claim),
        (tags(), tags()).prop_map(|(add, remove)| Wish::Tags(add, remove)),
        any::<bool>().prop_map(Wish::Solve),
        Just(Wish::Reopen),
        Just(Wish::Close),
        (holder(), any::<bool>()).prop_map(|(to, moves)| Wish::Escalate(to, moves)),
        (0..4u8).prop_map(Wish::Answer),
        any::<bool>().prop_map(Wish::Link),
    ]
}

fn action(wish: Wish, state: &TicketState) -> Action {
    let seen = |told: bool, stands: Holder| {
        if told { stands } else { Holder { team: L2, agent: None } }
    };
    match wish {
        Wish::Reply(n, told) => {
            let last = state.last_words.map(|last| last.message);
            Action::Reply(reply(n, last.filter(|_| told)))
        }
        Wish::Write(n) => Action::Write(written("words", n)),
        Wish::Note(n) => note(n),
        Wish::Severity(to, told) => {
            Action::Severity { from: if told { state.severity } else { Severity::P4 }, to }
        }
        Wish::Status(to, told) => {
            let from = if told { state.category } else { Category::New };
            Action::Status { from, to, pending_until: None }
        }
        Wish::Stage(to) => Action::Stage { from: state.stage, to },
        Wish::Assign(to, told) => Action::Assign { from: seen(told, state.holder), to },
        Wish::Claim => Action::Claim { team: L1 },
        Wish::Tags(add, remove) => Action::Tags { add, remove },
        Wish::Solve(fixed) => {
            let code = if fixed { ResolutionCode::Fixed } else { ResolutionCode::Workaround };
            let seen_through = state.last_words.map(|last| last.message);
            Action::Solve { resolution: Resolution { code, words: String::new() }, seen_through }
        }
        Wish::Reopen => Action::Reopen {},
        Wish::Close => Action::Close {},
        Wish::Escalate(to, moves) => escalate(to, moves),
        Wish::Answer(kind) => answer(kind, state),
        Wish::Link(own) => {
            Action::ResourceLink { resource: if own { INSTANCE } else { OTHER_INSTANCE } }
        }
    }
}

fn note(n: u128) -> Action {
    let note = NoteId(Uuid::from_u128(n));
    Action::Note(Note { note, text: "note".into(), language: None, attachments: vec![] })
}

fn escalate(to: Holder, moves: bool) -> Action {
    let kind = if moves { EscalationKind::Functional } else { EscalationKind::Consult };
    let packet = Packet { asked: "help".into(), ..Packet::default() };
    Action::Escalate(Escalate { kind, to, packet, accept_within_s: 60 })
}

fn answer(kind: u8, state: &TicketState) -> Action {
    let escalation = state.escalations.keys().next().copied();
    let escalation = escalation.unwrap_or(EscalationId(Uuid::from_u128(1)));
    let reason = "because".to_owned();
    match kind {
        0 => Action::EscalationAccept { escalation },
        1 => Action::EscalationDecline { escalation, reason },
        2 => Action::EscalationWithdraw { escalation },
        _ => Action::EscalationReturn { escalation, reason },
    }
}

/// Words and answers are not idempotent by content but by id: the second time is refused.
fn is_once_only(action: &Action) -> bool {
    let words = action.references().words;
    !words.is_empty() || matches!(action, Action::Escalate(_))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn every_history_keeps_the_laws(wishes in proptest::collection::vec((actor(), wish()), 1..40)) {
        let mut story = Story::begun();
        for (actor, wish) in wishes {
            story.now_s += 7;
            let before = story.state().clone();
            let operation = story.operation(action(wish, &before));
            let decision = story.decide(actor, &operation);
            prop_assert_eq!(&decision, &story.decide(actor, &operation), "not deterministic");
            if decision.outcome != Outcome::Accepted {
                prop_assert!(decision.events.is_empty() && decision.messages.is_empty());
                prop_assert!(decision.notes.is_empty(), "a refusal changed something");
                continue;
            }
            story.state = decision.after(Some(&before));
            story.events.extend(decision.events.iter().cloned());
            let words = operation.action.references().words;
            story.directory.taken_words.extend(words);
            if !is_once_only(&operation.action) {
                let again = story.decide(actor, &operation);
                let after = again.after(story.state.as_ref());
                prop_assert_eq!(after.as_ref(), story.state.as_ref(), "twice is not once");
            } else if !matches!(operation.action, Action::Escalate(_)) {
                let again = story.decide(actor, &operation);
                prop_assert!(again.outcome != Outcome::Accepted, "words were taken twice");
            }
            let rebuilt = TicketState::from_events(&story.events);
            prop_assert_eq!(rebuilt.as_ref(), story.state.as_ref(), "events do not suffice");
        }
    }

    #[test]
    fn an_outsider_changes_nothing_ever(wishes in proptest::collection::vec(wish(), 1..20)) {
        let mut story = Story::begun();
        for wish in wishes {
            let operation = story.operation(action(wish, story.state.as_ref().expect("begun")));
            for outsider in [Actor::Agent(FOREIGN), Actor::Agent(GONE)] {
                let decision = story.decide(outsider, &operation);
                let outcome = Outcome::Refused { refusal: Refusal::NotFound };
                prop_assert_eq!(decision.outcome, outcome);
            }
        }
    }
}
