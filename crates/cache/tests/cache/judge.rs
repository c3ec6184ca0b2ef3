//! What no snapshot has shown is judged once, when nothing can bring it any more.

use holdfast_cache::batch::{self, Origin};
use holdfast_cache::table::{blob, draft, scope, sync, thread, ticket, tray};
use holdfast_cache::{Cache, judge, quarantine_and_salvage};
use holdfast_domain::{Category, Holder, TeamId};
use holdfast_protocol::Row;
use holdfast_protocol::row::{MessageRow, TicketRow};
use uuid::Uuid;

use crate::world::{self, Home, at, id};

const RESTORED: Uuid = Uuid::from_u128(0xE2);

fn team() -> String {
    format!("team:{}", id(world::TEAM))
}

fn of_team(n: u128, version: i64) -> TicketRow {
    let holder = Holder { team: TeamId(id(world::TEAM)), agent: None };
    TicketRow { holder, ..world::ticket(n, version) }
}

/// In her own hands, of a team that is not hers.
fn of_hers(n: u128, version: i64) -> TicketRow {
    let mut row = world::ticket(n, version);
    (row.holder.team, row.category) = (TeamId(id(world::OTHER_TEAM)), Category::Open);
    row
}

async fn fetched(cache: &Cache, (name, seq): (&str, i64), rows: Vec<Row>) {
    let mut tx = world::bulk(cache).await;
    let epoch = sync::get(&mut tx).await.expect("sync").epoch.expect("an epoch");
    let snapshot = id(0x5A00 + u128::from(seq.unsigned_abs()));
    let begun = scope::begin_snapshot(&mut tx, name, snapshot, seq).await.expect("begin");
    let origin = Origin::Snapshot { generation: begun.generation };
    batch::apply_rows(&mut tx, epoch, origin, rows).await.expect("rows");
    batch::finish_scope(&mut tx, name).await.expect("finish");
    tx.commit().await.expect("commit");
    world::judge(cache).await;
}

/// Changes of the feed, up to `cursor`.
async fn changed(cache: &Cache, cursor: i64, rows: Vec<Row>) {
    let mut tx = world::bulk(cache).await;
    let epoch = sync::get(&mut tx).await.expect("sync").epoch.expect("an epoch");
    batch::apply_rows(&mut tx, epoch, Origin::Changes, rows).await.expect("rows");
    sync::set_cursor(&mut tx, cursor).await.expect("cursor");
    tx.commit().await.expect("commit");
    world::judge(cache).await;
}

/// The horizon has passed the cursor: everything is fetched again. A reply is begun on the first.
async fn to_be_fetched_again(home: &Home, rows: Vec<Row>) -> Cache {
    let cache = home.begin().await;
    world::apply(&cache, rows).await;
    let mut tx = world::agent(&cache).await;
    sync::begin_again(&mut tx).await.expect("begun again");
    draft::save(&mut tx, &crate::draft::draft(1, "half a reply"), at(1)).await.expect("draft");
    tx.commit().await.expect("commit");
    cache
}

async fn is_here(cache: &Cache, n: u128) -> bool {
    let seen = ticket::get(&mut *world::read(cache).await, world::ticket_id(n)).await;
    seen.expect("read").is_some()
}

/// Open drafts on the first ticket, and what lies in the tray.
async fn words(cache: &Cache) -> (usize, i64) {
    let mut db = world::read(cache).await;
    let open = draft::open_of(&mut db, world::ticket_id(1)).await.expect("drafts");
    (open.len(), tray::count(&mut db).await.expect("tray"))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_came_into_her_hands_between_two_snapshots_keeps_its_draft() {
    let home = Home::new();
    let cache = to_be_fetched_again(&home, vec![Row::Ticket(of_team(1, 5))]).await;
    fetched(&cache, ("personal", 50), Vec::new()).await;
    changed(&cache, 50, Vec::new()).await;
    // At 55 it leaves the team and is hers; the team's snapshot does not show it any more.
    fetched(&cache, (&team(), 60), Vec::new()).await;
    assert!(is_here(&cache, 1).await, "the changes may still bring it");
    changed(&cache, 55, vec![Row::Ticket(of_hers(1, 55))]).await;
    changed(&cache, 60, Vec::new()).await;
    assert!(is_here(&cache, 1).await);
    assert_eq!(words(&cache).await, (1, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_nothing_has_shown_leaves_when_the_cursor_is_there_over_a_restart_too() {
    let home = Home::new();
    let rows = vec![Row::Ticket(of_team(1, 5)), Row::Ticket(of_team(2, 5))];
    let cache = to_be_fetched_again(&home, rows).await;
    fetched(&cache, ("personal", 50), Vec::new()).await;
    fetched(&cache, (&team(), 60), vec![Row::Ticket(of_team(2, 5))]).await;
    assert!(is_here(&cache, 1).await);
    let mut tx = world::bulk(&cache).await;
    sync::set_cursor(&mut tx, 60).await.expect("cursor");
    tx.commit().await.expect("commit");
    drop(cache);
    // Killed before it was judged.
    let cache = home.open().await;
    world::judge(&cache).await;
    assert!(!is_here(&cache, 1).await && is_here(&cache, 2).await);
    assert_eq!(words(&cache).await, (0, 1), "her half reply is hers");
    let due = judge::is_due(&mut *world::read(&cache).await).await.expect("asked");
    assert!(!due, "judged once");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_comes_while_others_leave_in_slices_stays() {
    let home = Home::new();
    let rows = [1, 2, 3].map(|n| Row::Ticket(of_team(n, 5))).to_vec();
    let cache = to_be_fetched_again(&home, rows).await;
    let mut tx = world::bulk(&cache).await;
    for name in ["personal", &team()] {
        scope::begin_snapshot(&mut tx, name, id(0x5A), 50).await.expect("begin");
        batch::finish_scope(&mut tx, name).await.expect("finish");
    }
    sync::set_cursor(&mut tx, 50).await.expect("cursor");
    tx.commit().await.expect("commit");
    let unseen = judge::unseen(&mut *world::read(&cache).await).await.expect("due");
    assert_eq!(unseen.len(), 3);
    let slice = async |n: usize| {
        let mut tx = world::bulk(&cache).await;
        judge::leave(&mut tx, unseen[n], at(4)).await.expect("left");
        tx.commit().await.expect("commit");
    };
    slice(0).await;
    world::apply(&cache, vec![Row::Ticket(of_team(2, 51))]).await;
    slice(1).await;
    slice(2).await;
    assert_eq!([is_here(&cache, 1).await, is_here(&cache, 3).await], [false, false]);
    assert!(is_here(&cache, 2).await, "it came between two slices");
}

async fn texts(cache: &Cache) -> Vec<String> {
    let mut db = world::read(cache).await;
    let found = thread::entries(&mut db, world::ticket_id(1), None, 10).await.expect("thread");
    let text = |entry| match entry {
        thread::Entry::Message(row) => row.text,
        _ => panic!("only messages"),
    };
    found.into_iter().map(text).collect()
}

/// A ticket with words that a restored server has, and words that it has forgotten.
async fn partly_forgotten(home: &Home) -> Cache {
    let rows = vec![Row::Ticket(of_team(1, 9)), remembered(), Row::Message(later())];
    let cache = to_be_fetched_again(home, rows).await;
    let mut tx = world::agent(&cache).await;
    assert!(sync::adopt_epoch(&mut tx, RESTORED).await.expect("epoch"));
    tx.commit().await.expect("commit");
    fetched(&cache, ("personal", 6), Vec::new()).await;
    changed(&cache, 6, Vec::new()).await;
    cache
}

fn remembered() -> Row {
    Row::Message(world::message(1, 5, 0, "in the backup"))
}

fn later() -> MessageRow {
    world::message(1, 9, 0, "after the backup")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_the_changes_bring_back_has_only_what_the_restored_server_has() {
    let home = Home::new();
    let cache = partly_forgotten(&home).await;
    fetched(&cache, (&team(), 8), Vec::new()).await;
    changed(&cache, 8, vec![Row::Ticket(of_hers(1, 7)), remembered()]).await;
    assert_eq!(texts(&cache).await, ["in the backup"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn and_so_it_is_if_they_bring_it_before_the_last_snapshot() {
    let home = Home::new();
    let cache = partly_forgotten(&home).await;
    changed(&cache, 8, vec![Row::Ticket(of_hers(1, 7)), remembered()]).await;
    fetched(&cache, (&team(), 8), Vec::new()).await;
    assert_eq!(texts(&cache).await, ["in the backup"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_that_outlived_damage_lies_in_the_tray_if_its_ticket_does_not_come_back() {
    let home = Home::new();
    let cache = home.begin().await;
    let both = [Row::Ticket(of_team(1, 5)), Row::Ticket(of_team(2, 5))];
    world::apply(&cache, both.to_vec()).await;
    let hash = blake3::hash(b"abcde").to_hex().to_string();
    let mut tx = world::agent(&cache).await;
    for n in 1..=2 {
        let ticket = world::ticket_id(n);
        let file = vec![world::attachment(&hash, 5)];
        blob::keep(&mut tx, &hash, ticket, b"abcde").await.expect("kept");
        let typed = crate::draft::draft(n, "half a reply");
        let typed = draft::Draft { ticket, attachments: file, ..typed };
        draft::save(&mut tx, &typed, at(1)).await.expect("draft");
    }
    tx.commit().await.expect("commit");
    drop(cache);
    home.ruin();
    quarantine_and_salvage(&home.path(), &Home::key(), at(3)).await.expect("set aside");
    let cache = home.begin().await;
    fetched(&cache, ("personal", 50), Vec::new()).await;
    assert_eq!(words(&cache).await, (1, 0), "the other scope may show it");
    fetched(&cache, (&team(), 50), vec![Row::Ticket(of_team(2, 50))]).await;
    changed(&cache, 50, Vec::new()).await;
    assert_eq!(words(&cache).await, (0, 1), "it is not hers to see any more");
    let mut db = world::read(&cache).await;
    let other = draft::open_of(&mut db, world::ticket_id(2)).await.expect("drafts");
    assert_eq!(other.len(), 1, "that one has come back");
}
