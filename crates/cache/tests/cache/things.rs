//! Marks, settings, saved views, notices.

use holdfast_cache::Notice;
use holdfast_cache::table::{mark, saved_view, setting, sync, thread, ticket};
use holdfast_protocol::Row;
use holdfast_protocol::row::thread_key;

use crate::world::{self, Home};

#[tokio::test(flavor = "multi_thread")]
async fn words_of_others_are_unread_until_they_were_read() {
    let home = Home::new();
    let cache = home.begin().await;
    let rows = vec![
        Row::Ticket(world::ticket(1, 5)),
        Row::Message(world::message(1, 5, 0, "help")),
        Row::Note(world::note(1, 6, 0, "looking")),
        Row::Event(world::event(1, 7, 0)),
    ];
    world::apply(&cache, rows).await;
    let id = world::ticket_id(1);
    let mut tx = world::agent(&cache).await;
    let unread = |seen: Option<ticket::Seen>| seen.expect("the ticket").unread;
    assert!(unread(ticket::get(&mut tx, id).await.expect("read")));
    mark::read_through(&mut tx, id, thread_key(5, 0)).await.expect("mark");
    assert!(unread(ticket::get(&mut tx, id).await.expect("read")), "the note is still unread");
    mark::read_through(&mut tx, id, thread_key(6, 0)).await.expect("mark");
    assert!(!unread(ticket::get(&mut tx, id).await.expect("read")), "an event is not unread");
    mark::read_through(&mut tx, id, thread_key(5, 0)).await.expect("mark");
    assert!(!unread(ticket::get(&mut tx, id).await.expect("read")), "reading never goes back");
    mark::unread_after(&mut tx, id, thread_key(5, 0)).await.expect("mark");
    assert!(unread(ticket::get(&mut tx, id).await.expect("read")));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_there_before_the_first_snapshot_counts_as_read() {
    let home = Home::new();
    let cache = home.begin().await;
    let rows =
        vec![Row::Ticket(world::ticket(1, 5)), Row::Message(world::message(1, 5, 0, "help"))];
    world::apply(&cache, rows).await;
    let mut tx = world::agent(&cache).await;
    sync::set_read_from(&mut tx, thread_key(5, 65_535)).await.expect("set");
    let seen = ticket::get(&mut tx, world::ticket_id(1)).await.expect("read").expect("a ticket");
    assert!(!seen.unread);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thread_is_one_order_and_comes_in_pages_from_the_newest() {
    let home = Home::new();
    let cache = home.begin().await;
    let mut rows = vec![Row::Ticket(world::ticket(1, 9))];
    for seq in 1..=3 {
        rows.push(Row::Message(world::message(1, seq, 0, "words")));
        rows.push(Row::Event(world::event(1, seq, 1)));
        rows.push(Row::Note(world::note(1, seq, 2, "inside")));
    }
    world::apply(&cache, rows).await;
    let mut tx = world::read(&cache).await;
    let id = world::ticket_id(1);
    let newest = thread::entries(&mut tx, id, None, 4).await.expect("entries");
    let keys: Vec<i64> = newest.iter().map(thread::Entry::key).collect();
    assert_eq!(keys, [thread_key(2, 2), thread_key(3, 0), thread_key(3, 1), thread_key(3, 2)]);
    let before = thread::entries(&mut tx, id, Some(keys[0]), 100).await.expect("entries");
    assert_eq!(before.len(), 5);
    assert!(matches!(&before[4], thread::Entry::Event(row) if *row == world::event(1, 2, 1)));
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_and_saved_views_come_back_as_they_were_put() {
    let home = Home::new();
    let cache = home.begin().await;
    let view = |place, name: &str| saved_view::SavedView {
        id: world::id(0x71E0 + u128::try_from(place).expect("small")),
        name: name.to_owned(),
        place,
        query: "tag:vip assignee:none".to_owned(),
    };
    let mut tx = world::agent(&cache).await;
    setting::set(&mut tx, "theme", &"dark").await.expect("set");
    setting::set(&mut tx, "theme", &"light").await.expect("set");
    saved_view::put(&mut tx, &view(2, "two")).await.expect("put");
    saved_view::put(&mut tx, &view(1, "one")).await.expect("put");
    tx.commit().await.expect("commit");
    let mut tx = world::read(&cache).await;
    let theme: Option<String> = setting::get(&mut tx, "theme").await.expect("get");
    assert_eq!(theme.as_deref(), Some("light"));
    let shape: Option<u32> = setting::get(&mut tx, "theme").await.expect("get");
    assert_eq!(shape, None, "a value of another shape is as if it had never been set");
    assert_eq!(saved_view::all(&mut tx).await.expect("all"), [view(1, "one"), view(2, "two")]);
}

#[tokio::test(flavor = "multi_thread")]
async fn windows_hear_what_was_committed_and_nothing_else() {
    let home = Home::new();
    let cache = home.begin().await;
    let mut notices = cache.notices();
    let mut dropped = world::agent(&cache).await;
    setting::set(&mut dropped, "a", &1).await.expect("set");
    drop(dropped);
    world::apply(&cache, vec![Row::Ticket(world::ticket(1, 5))]).await;
    assert_eq!(notices.next().await, Some(Notice::Ticket(world::ticket_id(1))));
    assert_eq!(notices.next().await, Some(Notice::List));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_window_that_missed_something_is_told_everything() {
    let home = Home::new();
    let cache = home.begin().await;
    let mut slow = cache.notices();
    let many = (0..100).map(|n| Row::Ticket(world::ticket(n, 5))).collect();
    world::apply(&cache, many).await;
    assert_eq!(slow.next().await, Some(Notice::Everything), "too many keys of one transaction");
    for n in 0..=holdfast_cache::notice::NOTICES_MAX {
        let mut tx = world::bulk(&cache).await;
        setting::set(&mut tx, "n", &n).await.expect("set");
        tx.commit().await.expect("commit");
    }
    assert_eq!(slow.next().await, Some(Notice::Everything), "fell behind");
}
