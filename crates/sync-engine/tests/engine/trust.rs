//! Comparing with the server.

use holdfast_sync_engine::{Action, COMPARE_EVERY_MS, Connection, Event, REFETCH_MAX, Verdict};

use super::desk::{Desk, TEAM, names, ticket};

fn verdict(verdict: Verdict) -> Event {
    Event::DigestAnswered { scope: TEAM.to_owned(), verdict }
}

/// Ten minutes later, with the stream beating, until something is compared.
fn next_comparison(desk: &mut Desk) -> Vec<Action> {
    let step_ms = 10_000;
    let steps = i64::try_from(COMPARE_EVERY_MS).expect("minutes") / step_ms + 1;
    for _ in 0..steps {
        let mut actions = desk.after_ms(step_ms);
        actions.extend(desk.on(Event::StreamBeat { head: 5 }));
        if !actions.is_empty() {
            return actions;
        }
    }
    panic!("nothing is compared");
}

#[test]
fn every_ten_minutes_both_sides_are_compared() {
    let mut desk = Desk::synced(5);
    assert_eq!(names(&next_comparison(&mut desk)), ["Digest"]);
}

#[test]
fn a_difference_is_fetched_ticket_by_ticket_and_compared_again() {
    let mut desk = Desk::synced(5);
    let actions = desk.on(verdict(Verdict::Differs(vec![ticket(1)])));
    let [Action::Refetch { tickets, .. }] = &actions[..] else { panic!("{actions:?}") };
    assert_eq!(tickets, &[ticket(1)]);
    assert_eq!(names(&desk.on(Event::Refetched(TEAM.into()))), ["Digest"]);
    assert_eq!(names(&desk.on(verdict(Verdict::Equal))), [""; 0]);
    assert_eq!(desk.trouble(), None);
}

#[test]
fn a_difference_that_stays_makes_the_desk_fetch_the_scope_again_once() {
    let mut desk = Desk::synced(5);
    desk.on(verdict(Verdict::Differs(vec![ticket(1)])));
    desk.on(Event::Refetched(TEAM.into()));
    let actions = desk.on(verdict(Verdict::Differs(vec![ticket(1)])));
    assert_eq!(names(&actions), ["FetchManifest"]);
    assert_eq!(desk.connection(), Connection::Syncing);
    let actions = desk.on(verdict(Verdict::Differs(vec![ticket(1)])));
    assert_eq!(names(&actions), [""; 0]);
    assert_eq!(desk.trouble(), Some("digest"), "and then it says so");
}

#[test]
fn too_many_differences_make_the_desk_fetch_the_scope_again() {
    let mut desk = Desk::synced(5);
    let many = (0..=REFETCH_MAX as u128).map(ticket).collect();
    assert_eq!(names(&desk.on(verdict(Verdict::Differs(many)))), ["FetchManifest"]);
}

#[test]
fn a_server_that_has_moved_on_is_compared_later() {
    let mut desk = Desk::synced(5);
    desk.on(verdict(Verdict::NotAtHead));
    assert_eq!(names(&desk.after_ms(29_000)), [""; 0]);
    assert_eq!(names(&desk.after_ms(1_000)), ["Digest"]);
}
