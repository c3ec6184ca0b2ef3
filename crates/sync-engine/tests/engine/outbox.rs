//! Numbering, pushing, settling.

use holdfast_sync_engine::{Action, Call, Event, Renewal, Trouble, Waiting};
use jiff::SignedDuration;

use super::desk::{Desk, answer, names, operation, said, settled, waiting};

fn pushed(actions: &[Action]) -> Vec<u128> {
    let ids = actions.iter().find_map(|action| match action {
        Action::NumberAndPush(ids) => Some(ids),
        _ => None,
    });
    ids.expect("something is pushed").iter().map(|id| id.0.as_u128()).collect()
}

fn numbered(n: u128, number: i64) -> Waiting {
    Waiting { number: Some(number), ..waiting(n, n) }
}

#[test]
fn what_was_written_is_pushed_in_order_and_not_again_after_the_answer() {
    let mut desk = Desk::synced(5);
    assert_eq!(names(&desk.on(Event::Written)), ["ReadOutbox"]);
    let outbox = vec![waiting(1, 1), waiting(2, 1), waiting(3, 2)];
    assert_eq!(pushed(&desk.on(Event::OutboxRead(outbox))), [1, 2, 3]);
    assert_eq!(desk.status.as_ref().map(|status| status.sending), Some(3));
    let actions = desk.on(answer(vec![settled(1, 6), settled(2, 6), settled(3, 6)]));
    assert_eq!(names(&actions), ["ReadOutbox"]);
    let outbox = vec![numbered(1, 1), numbered(2, 2), numbered(3, 3)];
    assert_eq!(names(&desk.on(Event::OutboxRead(outbox))), [""; 0]);
    let sending = |desk: &Desk| desk.status.as_ref().map(|status| status.sending);
    assert_eq!(sending(&desk), Some(3), "settled only when the cursor reaches the outcome");
    desk.on(Event::StreamFrame(super::desk::frame(5, 6)));
    let settled = vec![operation(1), operation(2), operation(3)];
    desk.on(Event::BatchTaken { cursor: 6, rights: false, settled });
    assert_eq!(sending(&desk), Some(0));
}

#[test]
fn an_outcome_that_the_cursor_passes_without_meeting_it_is_asked_for_under_a_new_id() {
    let mut desk = Desk::synced(5);
    desk.on(Event::Written);
    desk.on(Event::OutboxRead(vec![waiting(1, 1)]));
    desk.on(answer(vec![settled(1, 6)]));
    desk.on(Event::OutboxRead(vec![numbered(1, 1)]));
    desk.on(Event::StreamFrame(super::desk::frame(5, 6)));
    let taken = Event::BatchTaken { cursor: 6, rights: false, settled: Vec::new() };
    assert_eq!(names(&desk.on(taken)), ["ReadOutbox"], "it does not wait for something else");
    let actions = desk.on(Event::OutboxRead(vec![numbered(1, 1)]));
    let renews = |action: &Action| matches!(action, Action::Renew(Renewal::Desk));
    assert!(actions.iter().any(renews), "{actions:?}");
}

#[test]
fn an_operation_is_pushed_when_its_undo_window_closes() {
    let mut desk = Desk::synced(5);
    desk.on(Event::Written);
    let release_at = desk.now + SignedDuration::from_secs(5);
    let outbox = vec![Waiting { release_at, ..waiting(1, 1) }];
    assert_eq!(names(&desk.on(Event::OutboxRead(outbox.clone()))), [""; 0]);
    assert_eq!(desk.timer, Some(release_at));
    assert_eq!(names(&desk.at_timer()), ["ReadOutbox"]);
    assert_eq!(pushed(&desk.on(Event::OutboxRead(outbox))), [1]);
}

#[test]
fn a_wall_clock_that_was_set_back_keeps_nothing_waiting_longer_than_it_was_first_told() {
    let mut desk = Desk::synced(5);
    desk.on(Event::Written);
    let release_at = desk.now + SignedDuration::from_secs(20);
    let outbox = vec![Waiting { release_at, ..waiting(1, 1) }];
    assert_eq!(names(&desk.on(Event::OutboxRead(outbox))), [""; 0]);
    assert_eq!(names(&desk.at_timer()), ["ReadOutbox"]);
    let release_at = desk.now + SignedDuration::from_secs(20);
    let outbox = vec![Waiting { release_at, ..waiting(1, 1) }];
    assert_eq!(pushed(&desk.on(Event::OutboxRead(outbox))), [1]);
}

#[test]
fn a_server_fault_stops_the_push_and_then_operations_go_one_at_a_time() {
    let mut desk = Desk::synced(5);
    desk.on(Event::Written);
    let outbox = vec![waiting(1, 1), waiting(2, 2), waiting(3, 3)];
    desk.on(Event::OutboxRead(outbox));
    assert_eq!(names(&desk.fail(Call::NumberAndPush, Trouble::Internal)), [""; 0]);
    assert_eq!(desk.trouble(), Some("server_fault"));
    assert_eq!(names(&desk.at_timer()), ["ReadOutbox"]);
    let outbox = vec![numbered(1, 1), numbered(2, 2), numbered(3, 3)];
    assert_eq!(pushed(&desk.on(Event::OutboxRead(outbox.clone()))), [1]);
    desk.on(answer(vec![settled(1, 6)]));
    assert_eq!(desk.trouble(), None);
    assert_eq!(pushed(&desk.on(Event::OutboxRead(outbox))), [2, 3], "and more when it works");
}

#[test]
fn an_answer_lost_on_its_way_brings_the_same_operations_again() {
    let mut desk = Desk::synced(5);
    desk.on(Event::Written);
    desk.on(Event::OutboxRead(vec![waiting(1, 1)]));
    desk.fail(Call::NumberAndPush, Trouble::Cut);
    assert_eq!(names(&desk.at_timer()), ["Hello"]);
    let mut hello = said();
    hello.last_number = 1;
    let actions = desk.answered(hello, |welcome| {
        (welcome.head, welcome.last_number) = (6, 1);
    });
    assert!(names(&actions).contains(&"ReadOutbox".to_owned()), "{actions:?}");
    assert_eq!(pushed(&desk.on(Event::OutboxRead(vec![numbered(1, 1)]))), [1]);
}

#[test]
fn a_kind_the_server_does_not_know_is_not_sent_until_hello_lists_it() {
    let mut desk = Desk::synced(5);
    desk.on(Event::Written);
    let strange = Waiting { name: "telepathy@1".into(), ..waiting(1, 1) };
    let outbox = vec![strange, waiting(2, 1), waiting(3, 2)];
    assert_eq!(pushed(&desk.on(Event::OutboxRead(outbox.clone()))), [3], "others go on");
    desk.fail(Call::NumberAndPush, Trouble::Cut);
    desk.at_timer();
    desk.welcomed_with(|welcome| {
        welcome.head = 5;
        welcome.operations.push("telepathy@1".into());
    });
    assert_eq!(pushed(&desk.on(Event::OutboxRead(outbox))), [1, 2, 3]);
}

#[test]
fn a_numbered_kind_that_the_server_refuses_to_know_does_not_block_the_others() {
    let mut desk = Desk::synced(5);
    desk.on(Event::Written);
    desk.on(Event::OutboxRead(vec![waiting(1, 1), waiting(2, 2)]));
    let trouble = Trouble::UnknownOperation { name: "note@1".into() };
    assert_eq!(names(&desk.fail(Call::NumberAndPush, trouble)), ["ReadOutbox"]);
    let outbox = vec![numbered(1, 1), Waiting { name: "reply@1".into(), ..numbered(2, 2) }];
    let actions = desk.on(Event::OutboxRead(outbox));
    assert_eq!(names(&actions), ["CloseStream", "Renew"], "its number is given back");
}

#[test]
fn a_fork_makes_the_desk_take_a_new_id_and_push_again() {
    let mut desk = Desk::synced(5);
    desk.on(Event::Written);
    desk.on(Event::OutboxRead(vec![waiting(1, 1)]));
    let actions = desk.fail(Call::NumberAndPush, Trouble::Fork);
    assert!(matches!(actions[..], [Action::CloseStream, Action::Renew(Renewal::Desk)]));
    assert_eq!(names(&desk.on(Event::Renewed)), ["Hello"]);
    desk.welcomed(5);
    assert_eq!(pushed(&desk.on(Event::OutboxRead(vec![waiting(1, 1)]))), [1]);
}

#[test]
fn a_gap_stops_and_says_hello_and_missing_numbers_mean_a_new_desk_id() {
    let mut desk = Desk::synced(5);
    desk.on(Event::Written);
    desk.on(Event::OutboxRead(vec![waiting(1, 1)]));
    assert_eq!(names(&desk.fail(Call::NumberAndPush, Trouble::Gap)), ["CloseStream"]);
    assert_eq!(names(&desk.at_timer()), ["Hello"]);
    let mut hello = said();
    hello.last_number = 4;
    desk.answered(hello, |welcome| {
        (welcome.head, welcome.last_number) = (5, 1);
    });
    let actions = desk.on(Event::OutboxRead(vec![numbered(1, 4)]));
    let renewed = actions.iter().any(|action| matches!(action, Action::Renew(Renewal::Desk)));
    assert!(renewed, "numbers 2 and 3 wait nowhere: {actions:?}");
}

#[test]
fn waiting_numbers_that_the_server_has_not_seen_are_no_gap() {
    let mut desk = Desk::with_cursor(5);
    desk.on(Event::Wake);
    let mut hello = said();
    hello.last_number = 4;
    desk.answered(hello, |welcome| {
        (welcome.head, welcome.last_number) = (5, 2);
    });
    let actions = desk.on(Event::OutboxRead(vec![numbered(1, 3), numbered(2, 4)]));
    assert_eq!(pushed(&actions), [1, 2]);
}

#[test]
fn an_answer_that_settles_nothing_is_not_asked_for_in_a_hurry() {
    let mut desk = Desk::synced(5);
    desk.on(Event::Written);
    desk.on(Event::OutboxRead(vec![waiting(1, 1)]));
    assert_eq!(names(&desk.on(answer(Vec::new()))), [""; 0]);
    assert_eq!(names(&desk.at_timer()), ["ReadOutbox"]);
}
