//! Greeting, resting, tokens, sessions, epochs, forks.

use holdfast_sync_engine::{Action, Call, Connection, Event, Renewal, Trouble};
use uuid::Uuid;

use super::desk::{Desk, batch, names, said, taken};

#[test]
fn the_first_thing_a_desk_says_is_hello() {
    let mut desk = Desk::with_cursor(0);
    assert_eq!(names(&desk.on(Event::Wake)), ["Hello"]);
    assert_eq!(desk.connection(), Connection::Offline, "nothing is known of the server yet");
}

#[test]
fn a_refused_connection_is_tried_again_after_a_growing_rest() {
    let mut desk = Desk::with_cursor(5);
    desk.on(Event::Wake);
    let mut rests_ms = Vec::new();
    for _ in 0..12 {
        assert_eq!(names(&desk.fail(Call::Hello, Trouble::Unreachable)), [""; 0]);
        assert_eq!((desk.connection(), desk.trouble()), (Connection::Offline, Some("refused")));
        let before = desk.now;
        assert_eq!(names(&desk.at_timer()), ["Hello"]);
        rests_ms.push(desk.now.as_millisecond() - before.as_millisecond());
    }
    assert!(rests_ms.iter().all(|ms| (500..=30_000).contains(ms)), "{rests_ms:?}");
    assert!(rests_ms[6..].iter().any(|ms| *ms > 4_000), "{rests_ms:?}");
}

#[test]
fn a_busy_server_is_left_alone_for_as_long_as_it_asked() {
    let mut desk = Desk::with_cursor(5);
    desk.on(Event::Wake);
    desk.fail(Call::Hello, Trouble::Busy { retry_after_s: Some(60) });
    assert_eq!(names(&desk.after_ms(59_000)), [""; 0]);
    assert_eq!(names(&desk.after_ms(1_000)), ["Hello"]);
}

#[test]
fn waking_ends_a_rest() {
    let mut desk = Desk::with_cursor(5);
    desk.on(Event::Wake);
    desk.fail(Call::Hello, Trouble::Unreachable);
    assert_eq!(names(&desk.on(Event::Written)), [""; 0], "a new operation does not");
    assert_eq!(names(&desk.on(Event::Wake)), ["Hello"]);
}

#[test]
fn an_expired_token_is_renewed_once_and_the_desk_goes_on() {
    let mut desk = Desk::synced(5);
    desk.on(Event::StreamPoke { head: 6 });
    let actions = desk.fail(Call::Pull, Trouble::TokenExpired);
    assert_eq!(names(&actions), ["CloseStream", "RefreshToken"]);
    assert_eq!(names(&desk.fail(Call::NumberAndPush, Trouble::TokenExpired)), [""; 0]);
    assert_eq!(names(&desk.on(Event::TokenRefreshed)), ["Hello"]);
}

#[test]
fn an_ended_session_waits_for_the_agent_and_work_goes_on_offline() {
    let mut desk = Desk::synced(5);
    let actions = desk.fail(Call::NumberAndPush, Trouble::SessionEnded);
    assert_eq!(names(&actions), ["CloseStream"]);
    assert_eq!((desk.connection(), desk.trouble()), (Connection::Away, Some("signed_out")));
    assert_eq!(names(&desk.on(Event::Written)), [""; 0]);
    assert_eq!(names(&desk.after_ms(3_600_000)), [""; 0], "nothing is tried behind her back");
    assert_eq!(names(&desk.on(Event::Wake)), ["Hello"]);
}

#[test]
fn a_trouble_that_only_a_person_can_end_stops_the_desk() {
    let mut desk = Desk::with_cursor(5);
    desk.on(Event::Wake);
    desk.fail(Call::Hello, Trouble::Revoked);
    assert_eq!((desk.connection(), desk.trouble()), (Connection::Away, Some("revoked")));
    assert_eq!(desk.timer, None);
}

#[test]
fn a_server_of_another_age_is_asked_again_slowly_until_it_is_upgraded() {
    for (trouble, code) in [(Trouble::DeskTooOld, "too_old"), (Trouble::DeskTooNew, "too_new")] {
        let mut desk = Desk::with_cursor(5);
        desk.on(Event::Wake);
        let mut rests_ms = std::collections::BTreeSet::new();
        for _ in 0..8 {
            assert_eq!(names(&desk.fail(Call::Hello, trouble.clone())), [""; 0]);
            assert_eq!((desk.connection(), desk.trouble()), (Connection::Away, Some(code)));
            let before = desk.now;
            assert_eq!(names(&desk.at_timer()), ["Hello"]);
            let stands = (desk.connection(), desk.trouble());
            assert_eq!(stands, (Connection::Away, Some(code)), "until it is answered");
            rests_ms.insert(desk.now.as_millisecond() - before.as_millisecond());
        }
        let quarter = 12 * 60_000..=18 * 60_000;
        assert!(rests_ms.iter().all(|ms| quarter.contains(ms)), "{rests_ms:?}");
        assert!(rests_ms.len() > 4, "not all desks at one moment: {rests_ms:?}");
        assert!(names(&desk.welcomed(5)).contains(&"ReadOutbox".to_owned()));
        assert_eq!((desk.connection(), desk.trouble()), (Connection::Syncing, None));
    }
}

#[test]
fn a_server_of_another_age_is_asked_at_once_when_somebody_wakes_the_desk() {
    let mut desk = Desk::synced(5);
    desk.fail(Call::NumberAndPush, Trouble::DeskTooOld);
    assert_eq!(names(&desk.on(Event::Written)), [""; 0]);
    assert_eq!(names(&desk.on(Event::Wake)), ["Hello"]);
    desk.fail(Call::Hello, Trouble::Unreachable);
    assert_eq!((desk.connection(), desk.trouble()), (Connection::Offline, Some("refused")));
}

#[test]
fn a_refresh_token_that_is_over_means_signing_in_again() {
    let mut desk = Desk::with_cursor(5);
    desk.on(Event::Wake);
    desk.fail(Call::Hello, Trouble::TokenExpired);
    desk.fail(Call::RefreshToken, Trouble::TokenExpired);
    assert_eq!(desk.connection(), Connection::Away);
}

#[test]
fn a_restored_server_makes_the_desk_begin_a_new_epoch_and_say_hello_again() {
    let mut desk = Desk::with_cursor(50);
    desk.on(Event::Wake);
    let other = Uuid::from_u128(0xe1);
    let actions = desk.welcomed_with(|welcome| welcome.epoch = other);
    let [Action::Renew(Renewal::Epoch(epoch))] = &actions[..] else { panic!("{actions:?}") };
    assert_eq!(*epoch, other);
    assert_eq!(names(&desk.on(Event::Renewed)), ["Hello"]);
    let mut again = said();
    again.epoch = Some(other);
    let actions = desk.answered(again, |welcome| (welcome.epoch, welcome.head) = (other, 40));
    assert_eq!(names(&actions), ["ReadOutbox", "FetchManifest"], "the old cursor counts no more");
}

#[test]
fn a_cursor_before_the_horizon_makes_the_desk_fetch_everything_again() {
    let mut desk = Desk::with_cursor(5);
    desk.on(Event::Wake);
    let actions = desk.welcomed_with(|welcome| (welcome.head, welcome.horizon) = (90, 80));
    assert_eq!(names(&actions), ["Renew"]);
    assert_eq!(names(&desk.on(Event::Renewed)), ["Hello"]);
    let actions = desk.welcomed_with(|welcome| (welcome.head, welcome.horizon) = (90, 80));
    assert_eq!(names(&actions), ["ReadOutbox", "FetchManifest"], "and no second renewal");
}

#[test]
fn a_server_that_knows_more_numbers_than_this_disk_means_a_copied_disk() {
    let mut desk = Desk::with_cursor(5);
    desk.on(Event::Wake);
    let actions = desk.welcomed_with(|welcome| welcome.last_number = 3);
    assert!(matches!(actions[..], [Action::Renew(Renewal::Desk)]), "{actions:?}");
}

#[test]
fn a_server_that_finds_forks_for_ever_is_met_with_rests() {
    let mut desk = Desk::with_cursor(5);
    desk.on(Event::Wake);
    desk.fail(Call::Hello, Trouble::Fork);
    assert_eq!(names(&desk.on(Event::Renewed)), ["Hello"], "the first time at once");
    desk.fail(Call::Hello, Trouble::Fork);
    assert_eq!(names(&desk.on(Event::Renewed)), [""; 0]);
    assert_eq!(names(&desk.at_timer()), ["Hello"]);
}

#[test]
fn nothing_is_renewed_under_a_write() {
    let mut desk = Desk::synced(5);
    desk.on(Event::StreamFrame(super::desk::frame(5, 6)));
    assert_eq!(names(&desk.fail(Call::NumberAndPush, Trouble::Fork)), ["CloseStream"]);
    assert_eq!(names(&desk.on(taken(6))), ["Renew"]);
}

#[test]
fn a_full_disk_is_reported_and_tried_again() {
    let mut desk = Desk::synced(5);
    desk.on(Event::StreamFrame(super::desk::frame(5, 6)));
    desk.fail(Call::TakeRows, Trouble::Disk);
    assert_eq!(desk.trouble(), Some("disk"));
    assert_eq!(names(&desk.at_timer()), ["Pull"]);
}

#[test]
fn a_timer_that_has_come_is_always_replaced() {
    let mut desk = Desk::with_cursor(5);
    desk.on(Event::Wake);
    desk.fail(Call::Hello, Trouble::Unreachable);
    desk.now = desk.timer.expect("a rest has an end");
    let actions = desk.engine.step(Event::TimerFired, desk.now);
    assert!(
        actions.iter().any(|action| matches!(action, Action::SetTimer(None))),
        "while hello is under way nothing else is waited for: {actions:?}"
    );
}

#[test]
fn a_greeting_that_fails_after_the_session_ended_does_not_hide_that_she_must_sign_in() {
    let mut desk = Desk::synced(5);
    assert_eq!(names(&desk.on(Event::Wake)), ["Hello"]);
    desk.fail(Call::Digest, Trouble::SessionEnded);
    desk.fail(Call::Hello, Trouble::TimedOut);
    assert_eq!((desk.connection(), desk.trouble()), (Connection::Away, Some("signed_out")));
}

#[test]
fn a_desk_whose_stream_is_refused_asks_for_what_is_new_before_each_try() {
    let mut desk = Desk::synced(5);
    desk.on(Event::StreamClosed);
    desk.welcomed(5);
    let mut asked = Vec::new();
    for _ in 0..6 {
        asked.extend(names(&desk.on(Event::Pulled(batch(5, 5, 5)))));
        asked.extend(names(&desk.fail(Call::OpenStream, Trouble::Busy { retry_after_s: Some(2) })));
        asked.extend(names(&desk.at_timer()));
    }
    let count = |name: &str| asked.iter().filter(|asked| *asked == name).count();
    assert!(count("Pull") >= 3, "nobody else tells it of anything: {asked:?}");
    assert!(count("OpenStream") >= 2, "{asked:?}");
}
