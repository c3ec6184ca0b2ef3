//! Pulling, listening, and the watch over both.

use holdfast_domain::TicketId;
use holdfast_protocol::change::Change;
use holdfast_sync_engine::{Action, Call, Connection, Event, FRAMES_MAX, Trouble};

use super::desk::{Desk, batch, frame, names, taken};

#[test]
fn a_desk_that_is_behind_pulls_until_the_head_and_then_listens() {
    let mut desk = Desk::with_cursor(5);
    desk.on(Event::Wake);
    let actions = desk.welcomed(9);
    assert_eq!(names(&actions), ["ReadOutbox", "Pull"]);
    assert!(matches!(actions[1], Action::Pull { since: 5, max_rows: 200 }));
    assert_eq!(names(&desk.on(Event::Pulled(batch(5, 7, 9)))), ["TakeRows"]);
    let actions = desk.on(taken(7));
    assert!(matches!(actions[..], [Action::Pull { since: 7, .. }]), "{actions:?}");
    desk.on(Event::Pulled(batch(7, 9, 9)));
    let actions = desk.on(taken(9));
    assert!(matches!(actions[..], [Action::OpenStream { since: 9 }]), "{actions:?}");
    assert_eq!(desk.connection(), Connection::Syncing);
    desk.on(Event::StreamOpened);
    assert_eq!(desk.connection(), Connection::Synced);
}

#[test]
fn a_frame_that_follows_the_cursor_is_taken() {
    let mut desk = Desk::synced(5);
    let actions = desk.on(Event::StreamFrame(frame(5, 6)));
    let [Action::TakeRows(taking)] = &actions[..] else { panic!("{actions:?}") };
    assert_eq!((taking.since, taking.to, taking.moves_cursor), (5, 6, true));
    assert_eq!(desk.connection(), Connection::Synced, "a moment behind is not worth a word");
    assert_eq!(names(&desk.on(taken(6))), [""; 0]);
}

#[test]
fn a_frame_that_skips_ahead_makes_the_desk_pull() {
    let mut desk = Desk::synced(5);
    let actions = desk.on(Event::StreamFrame(frame(6, 7)));
    assert!(matches!(actions[..], [Action::Pull { since: 5, .. }]), "{actions:?}");
}

#[test]
fn a_frame_that_comes_twice_is_passed_over() {
    let mut desk = Desk::synced(5);
    assert_eq!(names(&desk.on(Event::StreamFrame(frame(4, 5)))), [""; 0]);
}

#[test]
fn a_frame_that_reaches_back_makes_the_desk_pull() {
    let mut desk = Desk::synced(5);
    assert_eq!(names(&desk.on(Event::StreamFrame(frame(3, 7)))), ["Pull"]);
}

#[test]
fn frames_that_come_while_the_disk_is_busy_are_taken_together() {
    let mut desk = Desk::synced(5);
    desk.on(Event::StreamFrame(frame(5, 6)));
    assert_eq!(names(&desk.on(Event::StreamFrame(frame(6, 7)))), [""; 0]);
    assert_eq!(names(&desk.on(Event::StreamFrame(frame(7, 9)))), [""; 0]);
    let actions = desk.on(taken(6));
    let [Action::TakeRows(taking)] = &actions[..] else { panic!("{actions:?}") };
    assert_eq!((taking.since, taking.to, taking.commits.len()), (6, 9, 3));
}

#[test]
fn more_frames_than_are_kept_make_the_desk_pull() {
    let mut desk = Desk::synced(5);
    for n in 0..=i64::try_from(FRAMES_MAX).expect("a small number") + 1 {
        assert!(desk.on(Event::StreamFrame(frame(5 + n, 6 + n))).len() <= 1);
    }
    assert_eq!(names(&desk.on(taken(6))), ["Pull"]);
}

#[test]
fn a_poke_makes_the_desk_pull() {
    let mut desk = Desk::synced(5);
    assert_eq!(names(&desk.on(Event::StreamPoke { head: 900 })), ["Pull"]);
    assert_eq!(names(&desk.on(Event::StreamPoke { head: 901 })), [""; 0], "one pull at a time");
}

#[test]
fn garbage_from_the_server_is_a_trouble_and_not_taken() {
    let mut unordered = batch(5, 8, 8);
    unordered.commits.swap(0, 2);
    let mut beyond = batch(5, 8, 8);
    beyond.to = 6;
    let backwards = batch(5, 4, 9);
    for wrong in [unordered, beyond, backwards] {
        let mut desk = Desk::synced(5);
        desk.on(Event::StreamPoke { head: 9 });
        assert_eq!(names(&desk.on(Event::Pulled(wrong))), [""; 0]);
        assert_eq!(desk.trouble(), Some("garbage"));
        assert_eq!(names(&desk.at_timer()), ["Pull"], "it is asked again, later");
        desk.on(Event::Pulled(batch(5, 9, 9)));
        assert_eq!(desk.trouble(), None);
    }
}

#[test]
fn thirty_five_seconds_of_silence_tear_the_stream_down() {
    let mut desk = Desk::synced(5);
    desk.after_ms(15_000);
    desk.on(Event::StreamBeat { head: 5 });
    assert_eq!(names(&desk.after_ms(34_999)), [""; 0]);
    assert_eq!(desk.connection(), Connection::Synced);
    assert_eq!(names(&desk.after_ms(1)), ["CloseStream"]);
    assert_eq!((desk.connection(), desk.trouble()), (Connection::Offline, Some("silent")));
    assert_eq!(names(&desk.at_timer()), ["Hello"]);
}

#[test]
fn five_seconds_behind_without_progress_tear_the_stream_down() {
    let mut desk = Desk::synced(5);
    assert_eq!(names(&desk.on(Event::StreamBeat { head: 8 })), ["Pull"]);
    desk.on(Event::Pulled(batch(5, 5, 8)));
    let mut seen = Vec::new();
    for _ in 0..50 {
        for action in desk.after_ms(100) {
            match action {
                Action::Pull { .. } => {
                    seen.extend(names(&desk.on(Event::Pulled(batch(5, 5, 8)))));
                }
                other => seen.extend(names(&[other])),
            }
        }
    }
    assert_eq!(seen, ["CloseStream"]);
    assert_eq!(desk.trouble(), Some("stuck"));
}

#[test]
fn a_slow_disk_is_not_taken_for_a_stuck_connection() {
    let mut desk = Desk::synced(5);
    desk.on(Event::StreamFrame(frame(5, 6)));
    desk.after_ms(20_000);
    desk.on(Event::StreamBeat { head: 6 });
    assert_eq!(names(&desk.on(taken(6))), [""; 0]);
    assert_eq!(desk.connection(), Connection::Synced);
}

#[test]
fn a_stream_that_ends_is_followed_by_a_hello_which_tells_whether_the_server_is_there() {
    let mut desk = Desk::synced(5);
    assert_eq!(names(&desk.on(Event::StreamClosed)), ["Hello"]);
    desk.fail(Call::Hello, Trouble::Unreachable);
    assert_eq!((desk.connection(), desk.trouble()), (Connection::Offline, Some("refused")));
}

#[test]
fn rights_that_change_in_the_feed_bring_a_new_hello() {
    let mut desk = Desk::synced(5);
    desk.on(Event::StreamFrame(frame(5, 6)));
    let taken = Event::BatchTaken { cursor: 6, rights: true, settled: Vec::new() };
    assert_eq!(names(&desk.on(taken)), ["Hello"]);
}

#[test]
fn a_desk_without_network_loses_no_step_when_it_comes_back() {
    let mut desk = Desk::synced(5);
    desk.on(Event::StreamClosed);
    desk.fail(Call::Hello, Trouble::Cut);
    for _ in 0..5 {
        desk.at_timer();
        desk.fail(Call::Hello, Trouble::TimedOut);
    }
    desk.at_timer();
    desk.welcomed(7);
    desk.on(Event::OutboxRead(Vec::new()));
    desk.on(Event::Pulled(batch(5, 7, 7)));
    assert!(names(&desk.on(taken(7))).contains(&"OpenStream".to_owned()));
    let actions = desk.on(Event::StreamOpened);
    assert_eq!(names(&actions), ["Digest"], "after each heal both sides are compared");
    assert_eq!((desk.connection(), desk.trouble()), (Connection::Synced, None));
}

#[test]
fn frames_taken_together_stay_a_short_transaction() {
    let mut desk = Desk::synced(5);
    desk.on(Event::StreamFrame(frame(5, 6)));
    for n in 6..9 {
        let mut large = frame(n, n + 1);
        let purge = Change::Purge { ticket: TicketId(uuid::Uuid::nil()) };
        large.commits[0].changes = vec![purge; 150];
        desk.on(Event::StreamFrame(large));
    }
    let actions = desk.on(taken(6));
    let [Action::TakeRows(taking)] = &actions[..] else { panic!("{actions:?}") };
    assert_eq!((taking.since, taking.to), (6, 7), "the next ones come in their turn");
}
