//! Fetching scopes.

use holdfast_protocol::change::{Batch, StreamFrame};
use holdfast_protocol::hello::{PERSONAL, Rights, Welcome};
use holdfast_sync_engine::{Action, Call, Connection, Event, Trouble};

use super::desk::{Desk, TEAM, batch, epoch, frame, manifest, names, said, taken};

/// A fresh desk that has fetched its personal scope at `seq`, about to ask for its team's.
fn personal_done(seq: i64) -> Desk {
    let mut desk = Desk::with_cursor(0);
    desk.on(Event::Wake);
    let mut hello = said();
    hello.epoch = None;
    assert_eq!(names(&desk.answered(hello, |_| {})), ["Renew"], "the first epoch");
    desk.on(Event::Renewed);
    assert_eq!(names(&desk.welcomed(seq)), ["SetScopes", "ReadOutbox"]);
    desk.on(Event::OutboxRead(Vec::new()));
    let actions = desk.on(Event::ScopesSet);
    let [Action::FetchManifest(scope)] = &actions[..] else { panic!("{actions:?}") };
    assert_eq!(scope, PERSONAL, "the personal one comes first");
    let personal = manifest(PERSONAL, seq, 1);
    assert_eq!(names(&desk.on(Event::ManifestFetched(Box::new(personal)))), ["BeginScope"]);
    assert_eq!(names(&desk.on(begun(PERSONAL, 0))), ["FetchChunk"]);
    assert_eq!(names(&desk.on(fetched(PERSONAL, seq, 0))), ["TakeChunk"]);
    let actions = desk.on(chunk_taken(seq, 0));
    let [Action::FinishScope { sets_cursor: true, .. }] = &actions[..] else {
        panic!("{actions:?}")
    };
    desk
}

fn begun(scope: &str, next_chunk: u32) -> Event {
    Event::ScopeBegun { scope: scope.to_owned(), next_chunk }
}

fn fetched(scope: &str, seq: i64, chunk: u32) -> Event {
    let snapshot = manifest(scope, seq, 1).snapshot;
    Event::ChunkFetched { snapshot, chunk, rows: Vec::new() }
}

fn chunk_taken(seq: i64, chunk: u32) -> Event {
    Event::ChunkTaken { snapshot: manifest(TEAM, seq, 1).snapshot, chunk }
}

fn finished(scope: &str, cursor: i64) -> Event {
    Event::ScopeFinished { scope: scope.to_owned(), cursor, settled: Vec::new() }
}

/// The same, asking for the chunks of its team's scope, which stands at `team_seq`.
fn fetching_team(seq: i64, team_seq: i64, chunks: usize) -> Desk {
    let mut desk = personal_done(seq);
    let actions = desk.on(finished(PERSONAL, seq));
    assert_eq!(names(&actions), ["Pull", "FetchManifest"], "changes are applied meanwhile");
    desk.on(Event::Pulled(batch(seq, seq, seq)));
    desk.on(Event::StreamOpened);
    desk.on(Event::ManifestFetched(Box::new(manifest(TEAM, team_seq, chunks))));
    desk
}

#[test]
fn the_personal_scope_comes_first_and_sets_the_cursor() {
    let mut desk = fetching_team(50, 50, 2);
    assert_eq!(desk.connection(), Connection::Syncing);
    let fetching = desk.status.as_ref().and_then(|status| status.fetching);
    assert_eq!(fetching.map(|progress| progress.all), Some(20));
    desk.on(begun(TEAM, 0));
    desk.on(fetched(TEAM, 50, 0));
    desk.on(chunk_taken(50, 0));
    desk.on(fetched(TEAM, 50, 1));
    let actions = desk.on(chunk_taken(50, 1));
    assert!(matches!(actions[..], [Action::FinishScope { sets_cursor: false, .. }]));
    let actions = desk.on(finished(TEAM, 50));
    assert_eq!(names(&actions), ["Digest"]);
    assert_eq!(desk.connection(), Connection::Synced);
}

#[test]
fn the_next_chunk_travels_while_one_is_written() {
    let mut desk = fetching_team(50, 50, 3);
    let actions = desk.on(begun(TEAM, 0));
    assert!(matches!(actions[..], [Action::FetchChunk { chunk: 0, .. }]), "{actions:?}");
    let actions = desk.on(fetched(TEAM, 50, 0));
    assert_eq!(names(&actions), ["TakeChunk", "FetchChunk"]);
    assert_eq!(names(&desk.on(fetched(TEAM, 50, 1))), [""; 0], "no third one at a time");
    let actions = desk.on(chunk_taken(50, 0));
    assert_eq!(names(&actions), ["TakeChunk", "FetchChunk"]);
}

#[test]
fn a_snapshot_goes_on_at_the_chunk_where_it_was_broken_off() {
    let mut desk = fetching_team(50, 50, 3);
    let actions = desk.on(begun(TEAM, 2));
    assert!(matches!(actions[..], [Action::FetchChunk { chunk: 2, .. }]), "{actions:?}");
}

#[test]
fn frames_are_taken_while_a_snapshot_is_fetched() {
    let mut desk = fetching_team(50, 50, 3);
    desk.on(begun(TEAM, 0));
    desk.on(fetched(TEAM, 50, 0));
    assert_eq!(names(&desk.on(Event::StreamFrame(frame(50, 51)))), ["TakeRows"]);
}

#[test]
fn what_changed_between_an_older_snapshot_and_the_cursor_is_pulled_without_moving_the_cursor() {
    let mut desk = fetching_team(50, 47, 1);
    desk.on(begun(TEAM, 0));
    desk.on(fetched(TEAM, 47, 0));
    let actions = desk.on(chunk_taken(47, 0));
    assert!(matches!(actions[..], [Action::Pull { since: 47, .. }]), "{actions:?}");
    let actions = desk.on(Event::Pulled(batch(47, 52, 52)));
    let [Action::TakeRows(taking)] = &actions[..] else { panic!("{actions:?}") };
    assert!(!taking.moves_cursor);
    let last = taking.commits.last().map(|commit| commit.seq);
    assert_eq!(last, Some(50), "what lies beyond the cursor comes in its turn");
    let actions = desk.on(taken(50));
    assert!(names(&actions).contains(&"FinishScope".to_owned()), "{actions:?}");
}

#[test]
fn a_snapshot_that_is_not_pinned_any_more_is_asked_for_again() {
    let mut desk = fetching_team(50, 50, 2);
    desk.on(begun(TEAM, 0));
    desk.fail(Call::FetchChunk, Trouble::NotFound);
    assert_eq!(names(&desk.at_timer()), ["FetchManifest"]);
}

#[test]
fn a_garbled_chunk_is_fetched_again_and_after_three_times_the_snapshot_is() {
    let mut desk = fetching_team(50, 50, 2);
    desk.on(begun(TEAM, 0));
    for _ in 0..2 {
        desk.fail(Call::FetchChunk, Trouble::Garbage);
        assert_eq!(desk.trouble(), Some("garbage"));
        assert_eq!(names(&until_something(&mut desk)), ["FetchChunk"]);
    }
    desk.fail(Call::FetchChunk, Trouble::Garbage);
    assert_eq!(names(&until_something(&mut desk)), ["FetchManifest"]);
}

fn until_something(desk: &mut Desk) -> Vec<Action> {
    (0..10).map(|_| desk.at_timer()).find(|actions| !actions.is_empty()).unwrap_or_default()
}

#[test]
fn a_snapshot_of_another_scope_or_epoch_is_not_taken() {
    for wrong in ["scope", "epoch"] {
        let mut desk = personal_done(50);
        desk.on(finished(PERSONAL, 50));
        let mut manifest = manifest(TEAM, 50, 1);
        match wrong {
            "scope" => manifest.scope = "team:b".into(),
            _ => manifest.epoch = uuid::Uuid::nil(),
        }
        assert_ne!((manifest.scope.as_str(), manifest.epoch), (TEAM, epoch()));
        let actions = desk.on(Event::ManifestFetched(Box::new(manifest)));
        assert!(!names(&actions).contains(&"BeginScope".to_owned()), "{wrong}: {actions:?}");
        assert!(desk.trouble().is_some(), "{wrong}");
    }
}

#[test]
fn a_scope_that_is_taken_away_is_not_fetched_on_and_leaves_the_disk() {
    let mut desk = fetching_team(50, 50, 3);
    desk.on(begun(TEAM, 0));
    desk.on(fetched(TEAM, 50, 0));
    desk.on(Event::StreamFrame(frame(50, 51)));
    let rights = Event::BatchTaken { cursor: 51, rights: true, settled: Vec::new() };
    assert_eq!(names(&desk.on(rights)), ["Hello"]);
    let actions = desk.welcomed_with(|welcome| {
        (welcome.head, welcome.scopes) = (51, vec![PERSONAL.to_owned()]);
    });
    assert_eq!(names(&actions), ["ReadOutbox"], "not under a chunk that is being written");
    let actions = desk.on(chunk_taken(50, 0));
    let [Action::SetScopes(scopes)] = &actions[..] else { panic!("{actions:?}") };
    assert_eq!(scopes, &[PERSONAL]);
    assert_eq!(names(&desk.on(fetched(TEAM, 50, 1))), [""; 0]);
    desk.on(Event::ScopesSet);
    assert_eq!(names(&desk.on(Event::OutboxRead(Vec::new()))), [""; 0]);
    assert_eq!(desk.connection(), Connection::Synced);
}

fn fewer(welcome: &mut Welcome) {
    (welcome.head, welcome.scopes) = (52, vec![PERSONAL.to_owned()]);
}

#[test]
fn what_was_told_under_former_rights_is_not_taken_but_asked_for_again() {
    let mut desk = Desk::synced(50);
    assert_eq!(names(&desk.on(Event::StreamFrame(frame(50, 51)))), ["TakeRows"]);
    desk.on(Event::StreamFrame(frame(51, 52)));
    desk.on(Event::Wake);
    desk.welcomed_with(fewer);
    assert_eq!(names(&desk.on(taken(51))), ["SetScopes"], "not the frame that waits");
    assert_eq!(names(&desk.on(Event::ScopesSet)), ["Pull"]);
}

/// Her role was lowered and raised again between two hellos: whoever took what was told in between
/// would never hear of what it did not show.
#[test]
fn what_was_told_under_rights_that_no_hello_told_of_is_not_taken() {
    let lowered = Rights::of(&[PERSONAL.to_owned()]);
    let told = Batch { rights: lowered.clone(), ..batch(50, 51, 51) };
    let mut pulling = Desk::with_cursor(50);
    pulling.on(Event::Wake);
    pulling.welcomed(51);
    let pulled = pulling.on(Event::Pulled(told.clone()));
    assert_eq!(names(&pulled), ["Hello"]);
    let mut listening = Desk::synced(50);
    let heard = listening.on(Event::StreamFrame(StreamFrame { rights: lowered, ..frame(50, 51) }));
    assert_eq!(names(&heard), ["CloseStream", "Hello"]);
    for mut desk in [pulling, listening] {
        let actions = names(&desk.welcomed(51));
        assert!(actions.contains(&"Pull".to_owned()), "from where she stood: {actions:?}");
        let again = names(&desk.on(Event::Pulled(told.clone())));
        assert_eq!(again, ["SetTimer"; 0], "a server that contradicts itself is met with a rest");
        assert_eq!(names(&desk.after_ms(60_000)), ["Hello"]);
        desk.welcomed(51);
        assert_eq!(names(&desk.on(Event::Pulled(batch(50, 51, 51)))), ["TakeRows"]);
    }
}

/// The disk still holds what she may see no more, or not yet what she may: what passes by now would
/// be judged by the wrong scopes.
#[test]
fn nothing_is_taken_before_the_scopes_are_on_the_disk() {
    let mut desk = fetching_team(50, 50, 3);
    desk.on(begun(TEAM, 0));
    desk.on(fetched(TEAM, 50, 0));
    desk.on(Event::Wake);
    let actions = desk.welcomed_with(fewer);
    assert!(!names(&actions).contains(&"SetScopes".to_owned()), "a chunk is being written");
    assert!(!names(&actions).contains(&"Pull".to_owned()), "{actions:?}");
    let rights = Rights::of(&[PERSONAL.to_owned()]);
    let heard = desk.on(Event::StreamFrame(StreamFrame { rights, ..frame(50, 51) }));
    assert_eq!(names(&heard), [""; 0]);
    assert_eq!(names(&desk.on(chunk_taken(50, 0))), ["SetScopes"]);
    desk.fail(Call::SetScopes, Trouble::Disk);
    let actions = names(&desk.after_ms(10_000));
    assert_eq!(actions, ["SetScopes"], "and nothing else before it");
    assert!(names(&desk.on(Event::ScopesSet)).contains(&"TakeRows".to_owned()));
}

#[test]
fn a_right_that_is_lost_does_not_wait_for_a_server_that_asks_for_patience() {
    let mut desk = fetching_team(50, 50, 3);
    desk.on(begun(TEAM, 0));
    desk.fail(Call::FetchChunk, Trouble::Busy { retry_after_s: Some(300) });
    desk.on(Event::StreamFrame(frame(50, 51)));
    desk.on(Event::BatchTaken { cursor: 51, rights: true, settled: Vec::new() });
    assert!(names(&desk.welcomed_with(fewer)).contains(&"SetScopes".to_owned()));
}

#[test]
fn a_granted_scope_is_fetched() {
    let mut desk = Desk::synced(50);
    desk.on(Event::StreamFrame(frame(50, 51)));
    desk.on(Event::BatchTaken { cursor: 51, rights: true, settled: Vec::new() });
    let actions = desk.welcomed_with(|welcome| {
        welcome.head = 51;
        welcome.scopes.push("team:b".into());
    });
    assert_eq!(names(&actions), ["SetScopes", "ReadOutbox"]);
    let actions = desk.on(Event::ScopesSet);
    let [Action::FetchManifest(scope)] = &actions[..] else { panic!("{actions:?}") };
    assert_eq!(scope, "team:b");
}
