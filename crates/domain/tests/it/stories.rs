//! Stories of people and tickets.

use std::collections::BTreeSet;

use holdfast_domain::clock::{ClockStage, Metric};
use holdfast_domain::escalation::{Answer, EscalationKind, Packet};
use holdfast_domain::operation::{Escalate, Note};
use holdfast_domain::outcome::{FieldValue, HeldReason};
use holdfast_domain::*;
use uuid::Uuid;

use crate::world::*;

const CHEN_ACTS: Actor = Actor::Agent(CHEN);
const MINA_ACTS: Actor = Actor::Agent(MINA);

fn held_by(agent: AgentId) -> Holder {
    Holder { team: L1, agent: Some(agent) }
}

fn severity(from: Severity, to: Severity) -> Action {
    Action::Severity { from, to }
}

fn solve(code: ResolutionCode) -> Action {
    let resolution = Resolution { code, words: "driver rolled back".into() };
    Action::Solve { resolution, seen_through: Some(message(1)) }
}

fn escalate(kind: EscalationKind, to: Holder) -> Action {
    let packet = Packet { asked: "Roll the driver back".into(), ..Packet::default() };
    Action::Escalate(Escalate { kind, to, packet, accept_within_s: 900 })
}

#[test]
fn a_reply_to_what_she_has_read_goes_out_and_opens_the_ticket() {
    let mut story = Story::begun();
    story.accept(CHEN_ACTS, Action::Reply(reply(2, Some(message(1)))));
    assert_eq!(story.state().category, Category::Open);
    assert_eq!(story.state().clocks[&Metric::FirstReply].stage(at(9999)), ClockStage::Met);
}

#[test]
fn a_reply_written_before_the_customer_wrote_again_is_held() {
    let mut story = Story::begun();
    story.accept(Actor::Customer(WANG), Action::Write(written("还在吗", 3)));
    let outcome = story.act(CHEN_ACTS, Action::Reply(reply(2, Some(message(1)))));
    let reason = HeldReason::NewerWords { message: message(3) };
    assert_eq!(outcome, Outcome::Held { reason });
    assert_eq!(story.state().last_words.map(|last| last.message), Some(message(3)));
}

#[test]
fn a_reply_is_held_when_a_colleague_has_answered_meanwhile() {
    let mut story = Story::begun();
    story.accept(MINA_ACTS, Action::Reply(reply(4, Some(message(1)))));
    let outcome = story.act(CHEN_ACTS, Action::Reply(reply(2, Some(message(1)))));
    assert!(matches!(outcome, Outcome::Held { .. }));
}

#[test]
fn the_same_draft_is_never_sent_twice() {
    let mut story = Story::begun();
    story.accept(CHEN_ACTS, Action::Reply(reply(2, Some(message(1)))));
    story.directory.taken_words.insert(message(2).0);
    let again = story.refused(CHEN_ACTS, Action::Reply(reply(2, Some(message(2)))));
    assert_eq!(again, Refusal::AlreadySent);
}

#[test]
fn what_builds_on_something_that_was_not_accepted_is_held_with_it() {
    let mut story = Story::begun();
    let mut operation = story.operation(Action::Reply(reply(2, Some(message(1)))));
    let need = OperationId(Uuid::from_u128(9));
    operation.needs.push(need);
    let unmet = BTreeSet::from([need]);
    let (state, directory) = (story.state.as_ref(), &story.directory);
    let decision = decide(state, &operation, CHEN_ACTS, directory, &unmet, at(99));
    let reason = HeldReason::NeedsNotAccepted { operation: need };
    assert_eq!(decision.outcome, Outcome::Held { reason });
}

#[test]
fn of_two_who_claim_one_ticket_the_second_is_told_who_has_it() {
    let mut story = Story::begun();
    story.accept(CHEN_ACTS, Action::Claim { team: L1 });
    assert_eq!(story.state().holder, held_by(CHEN));
    let refusal = story.refused(MINA_ACTS, Action::Claim { team: L1 });
    assert_eq!(refusal, Refusal::AlreadyTaken { by: CHEN });
    story.accept(CHEN_ACTS, Action::Claim { team: L1 });
    assert_eq!(story.state().hands, 1);
}

#[test]
fn two_severities_set_apart_are_a_conflict_and_the_first_stands() {
    let mut story = Story::begun();
    story.accept(CHEN_ACTS, severity(Severity::P2, Severity::P1));
    story.accept(MINA_ACTS, severity(Severity::P2, Severity::P1));
    let Outcome::Conflict(conflict) = story.act(MINA_ACTS, severity(Severity::P2, Severity::P3))
    else {
        panic!("two values for one field are a conflict");
    };
    assert_eq!(conflict.yours, FieldValue::Severity(Severity::P3));
    assert_eq!(conflict.theirs, FieldValue::Severity(Severity::P1));
    assert_eq!(conflict.by, By::Agent(CHEN));
    assert_eq!(story.state().severity, Severity::P1);
}

#[test]
fn tags_of_two_people_merge() {
    let mut story = Story::begun();
    let tags = |add: &[&str], remove: &[&str]| {
        let set = |tags: &[&str]| tags.iter().map(|tag| (*tag).to_owned()).collect();
        Action::Tags { add: set(add), remove: set(remove) }
    };
    story.accept(CHEN_ACTS, tags(&["driver", "Windows"], &[]));
    story.accept(MINA_ACTS, tags(&["bluescreen"], &["driver", "never-there"]));
    let want = BTreeSet::from(["bluescreen".to_owned(), "windows".to_owned()]);
    assert_eq!(story.state().tags, want);
    assert_eq!(story.refused(CHEN_ACTS, tags(&["two words"], &[])), Refusal::BadTag);
}

#[test]
fn an_agent_gives_away_what_is_hers_or_nobodys_but_robs_nobody() {
    let mut story = Story::begun();
    let free = Holder { team: L1, agent: None };
    story.accept(CHEN_ACTS, Action::Assign { from: free, to: held_by(MINA) });
    let rob = Action::Assign { from: held_by(MINA), to: held_by(CHEN) };
    assert_eq!(story.refused(CHEN_ACTS, rob.clone()), Refusal::NotAllowed);
    story.accept(Actor::Agent(LEAD), rob);
    let to = Holder { team: L2, agent: Some(EXPERT) };
    story.accept(Actor::Agent(SUPERVISOR), Action::Assign { from: held_by(CHEN), to });
    assert_eq!(story.state().hands, 3);
}

#[test]
fn work_goes_only_to_active_people_of_that_team() {
    let mut story = Story::begun();
    let from = story.state().holder;
    for (team, agent) in [(L1, GONE), (L2, CHEN), (L1, FOREIGN)] {
        let to = Holder { team, agent: Some(agent) };
        let refusal = story.refused(CHEN_ACTS, Action::Assign { from, to });
        assert_eq!(refusal, Refusal::NotInTeam);
    }
}

#[test]
fn whoever_may_not_see_a_ticket_is_told_there_is_none() {
    let mut story = Story::begun();
    for outsider in [FOREIGN, GONE, EXPERT] {
        let refusal = story.refused(Actor::Agent(outsider), Action::Claim { team: ABROAD });
        assert_eq!(refusal, Refusal::NotFound, "{outsider}");
    }
    let refusal = story.refused(Actor::Customer(OTHER_CONTACT), Action::Write(written("x", 9)));
    assert_eq!(refusal, Refusal::NotFound);
}

#[test]
fn an_expert_who_is_asked_sees_the_ticket_takes_it_and_can_give_it_back() {
    let mut story = Story::begun();
    story.accept(CHEN_ACTS, Action::Claim { team: L1 });
    let to = Holder { team: L2, agent: Some(EXPERT) };
    story.accept(CHEN_ACTS, escalate(EscalationKind::Functional, to));
    let (id, _) = story.state().escalations.first_key_value().expect("one was asked");
    let id = *id;
    let other = story.refused(MINA_ACTS, Action::EscalationAccept { escalation: id });
    assert_eq!(other, Refusal::NotAllowed);
    story.accept(Actor::Agent(EXPERT), Action::EscalationAccept { escalation: id });
    assert_eq!(story.state().holder, to);
    let reason = "Needs the customer's dump first".to_owned();
    let give_back = Action::EscalationReturn { escalation: id, reason };
    story.accept(Actor::Agent(EXPERT), give_back);
    assert_eq!(story.state().holder, held_by(CHEN));
    assert!(story.state().escalations.is_empty());
}

#[test]
fn a_consult_leaves_the_ticket_where_it_is() {
    let mut story = Story::begun();
    story.accept(CHEN_ACTS, Action::Claim { team: L1 });
    let team = Holder { team: L2, agent: None };
    story.accept(CHEN_ACTS, escalate(EscalationKind::Consult, team));
    let (id, _) = story.state().escalations.first_key_value().expect("one was asked");
    let id = *id;
    story.accept(Actor::Agent(EXPERT), Action::EscalationAccept { escalation: id });
    assert_eq!(story.state().holder, held_by(CHEN));
    assert_eq!(story.state().escalations[&id].answer, Answer::Accepted { by: EXPERT });
}

#[test]
fn an_escalation_that_asks_nothing_is_refused_and_a_withdrawn_one_cannot_be_taken() {
    let mut story = Story::begun();
    let to = Holder { team: L2, agent: None };
    let empty = Escalate {
        kind: EscalationKind::Functional,
        to,
        packet: Packet::default(),
        accept_within_s: 900,
    };
    assert_eq!(story.refused(CHEN_ACTS, Action::Escalate(empty)), Refusal::Empty);
    story.accept(CHEN_ACTS, escalate(EscalationKind::Functional, to));
    let (id, _) = story.state().escalations.first_key_value().expect("one was asked");
    let id = *id;
    story.accept(CHEN_ACTS, Action::EscalationWithdraw { escalation: id });
    let late = story.refused(Actor::Agent(SUPERVISOR), Action::EscalationAccept { escalation: id });
    assert_eq!(late, Refusal::EscalationOver);
}

#[test]
fn solving_stops_the_clocks_and_the_customers_words_start_them_again() {
    let mut story = Story::begun();
    let resolution = Resolution { code: ResolutionCode::Fixed, words: String::new() };
    let reply = reply(2, Some(message(1)));
    story.accept(CHEN_ACTS, Action::SendAndSolve { reply, resolution });
    assert_eq!(story.state().category, Category::Solved);
    assert_eq!(story.state().due(), None);
    story.accept(Actor::Customer(WANG), Action::Write(written("又蓝屏了", 5)));
    assert_eq!(story.state().category, Category::Open);
    assert!(story.state().due().is_some());
    assert_eq!(story.state().resolution, None);
}

#[test]
fn solved_in_two_ways_is_a_conflict_and_in_one_way_is_not() {
    let mut story = Story::begun();
    story.accept(CHEN_ACTS, solve(ResolutionCode::Fixed));
    story.accept(MINA_ACTS, solve(ResolutionCode::Fixed));
    let outcome = story.act(MINA_ACTS, solve(ResolutionCode::Duplicate));
    assert!(matches!(outcome, Outcome::Conflict(_)));
}

#[test]
fn an_ending_written_before_the_customer_wrote_again_is_held_and_buries_nothing() {
    let mut story = Story::begun();
    story.accept(Actor::Customer(WANG), Action::Write(written("还是蓝屏", 3)));
    let outcome = story.act(CHEN_ACTS, solve(ResolutionCode::Fixed));
    let reason = HeldReason::NewerWords { message: message(3) };
    assert_eq!(outcome, Outcome::Held { reason });
    assert!(story.state().category.is_active());
}

#[test]
fn a_closed_ticket_is_final_for_everybody() {
    let mut story = Story::begun();
    story.accept(CHEN_ACTS, solve(ResolutionCode::Fixed));
    assert_eq!(story.refused(CHEN_ACTS, Action::Close {}), Refusal::NotAllowed);
    story.accept(Actor::System, Action::Close {});
    assert_eq!(story.refused(CHEN_ACTS, Action::Reopen {}), Refusal::Closed);
    let write = Action::Write(written("hello", 7));
    assert_eq!(story.refused(Actor::Customer(WANG), write), Refusal::Closed);
}

#[test]
fn a_pending_ticket_rests_and_the_customer_wakes_it() {
    let mut story = Story::begun();
    story.accept(CHEN_ACTS, Action::Reply(reply(2, Some(message(1)))));
    let (from, to, pending_until) = (Category::Open, Category::Pending, Some(at(99_999)));
    story.accept(CHEN_ACTS, Action::Status { from, to, pending_until });
    assert_eq!(story.state().due(), None);
    story.accept(Actor::Customer(WANG), Action::Write(written("好了", 8)));
    assert_eq!(story.state().category, Category::Open);
    assert_eq!(story.state().clocks[&Metric::NextReply].due(), Some(at(story.now_s + 3600)));
}

#[test]
fn next_reply_counts_from_the_oldest_unanswered_words() {
    let mut story = Story::begun();
    story.accept(CHEN_ACTS, Action::Reply(reply(2, Some(message(1)))));
    story.accept(Actor::Customer(WANG), Action::Write(written("一", 3)));
    let first = story.now_s;
    story.accept(Actor::Customer(WANG), Action::Write(written("二", 4)));
    assert_eq!(story.state().clocks[&Metric::NextReply].due(), Some(at(first + 3600)));
}

#[test]
fn another_companys_instance_does_not_exist_here() {
    let mut story = Story::begun();
    let foreign = Action::ResourceLink { resource: OTHER_INSTANCE };
    assert_eq!(story.refused(CHEN_ACTS, foreign), Refusal::NotFound);
    story.accept(CHEN_ACTS, Action::ResourceLink { resource: INSTANCE });
    assert!(story.state().resources.contains(&INSTANCE));
}

#[test]
fn empty_and_endless_words_are_refused() {
    let mut story = Story::begun();
    let note = |text: String| {
        let note = NoteId(Uuid::from_u128(5));
        Action::Note(Note { note, text, language: None, attachments: vec![] })
    };
    assert_eq!(story.refused(CHEN_ACTS, note(" \n".into())), Refusal::Empty);
    let endless = "x".repeat(2 * 1024 * 1024);
    assert_eq!(story.refused(CHEN_ACTS, note(endless)), Refusal::TooMuch);
}
