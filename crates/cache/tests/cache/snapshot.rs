//! Fetching everything again: what no snapshot has shown is judged when all of them are here.

use holdfast_cache::batch::{self, Origin};
use holdfast_cache::table::{contact, draft, scope, sync, thread, ticket, tray};
use holdfast_cache::{Cache, purge};
use holdfast_domain::{Category, ContactId, Holder, OrganizationId, TeamId};
use holdfast_protocol::Row;
use holdfast_protocol::row::TicketRow;

use crate::world::{self, EPOCH, Home, at, id};

const PERSONAL: &str = "personal";
const WORKED: &str = "worked";
const EVERYWHERE: &str = "everywhere";
/// Where every snapshot here stands.
const SEQ: i64 = 50;

fn team(team: u128) -> String {
    format!("team:{}", id(team))
}

/// Holds these scopes, each fetched before and to be fetched again.
async fn to_be_fetched_again(home: &Home, scopes: &[String], rows: Vec<Row>) -> Cache {
    let cache = home.begin().await;
    hold(&cache, scopes).await;
    world::apply(&cache, rows).await;
    let mut tx = world::agent(&cache).await;
    sync::begin_again(&mut tx).await.expect("begun again");
    draft::save(&mut tx, &crate::draft::draft(1, "half a reply"), at(1)).await.expect("draft");
    tx.commit().await.expect("commit");
    cache
}

async fn hold(cache: &Cache, scopes: &[String]) {
    let mut tx = world::agent(cache).await;
    batch::hold_scopes(&mut tx, scopes, at(2)).await.expect("scopes");
    tx.commit().await.expect("commit");
    world::judge(cache).await;
}

async fn begin(cache: &Cache, name: &str, rows: Vec<Row>) {
    let mut tx = world::bulk(cache).await;
    let begun = scope::begin_snapshot(&mut tx, name, id(0x5A), SEQ).await.expect("begin");
    let origin = Origin::Snapshot { generation: begun.generation };
    batch::apply_rows(&mut tx, EPOCH, origin, rows).await.expect("rows");
    tx.commit().await.expect("commit");
}

/// The last part is in, and the cursor where every snapshot is.
async fn finish(cache: &Cache, name: &str) {
    let mut tx = world::bulk(cache).await;
    batch::finish_scope(&mut tx, name).await.expect("finish");
    let held = scope::held(&mut tx).await.expect("scopes");
    let newest = held.iter().map(|scope| scope.seq).max().unwrap_or_default();
    sync::set_cursor(&mut tx, newest).await.expect("cursor");
    tx.commit().await.expect("commit");
    world::judge(cache).await;
}

async fn fetched(cache: &Cache, name: &str, rows: Vec<Row>) {
    begin(cache, name, rows).await;
    finish(cache, name).await;
}

fn owned(n: u128, version: i64, category: Category) -> TicketRow {
    let mut row = world::ticket(n, version);
    row.category = category;
    row.holder.team = TeamId(id(world::OTHER_TEAM));
    row
}

fn of_team(n: u128, version: i64, team: u128) -> TicketRow {
    TicketRow {
        holder: Holder { team: TeamId(id(team)), agent: None },
        ..world::ticket(n, version)
    }
}

async fn is_here(cache: &Cache, n: u128) -> bool {
    let seen = ticket::get(&mut *world::read(cache).await, world::ticket_id(n)).await;
    seen.expect("read").is_some()
}

/// The draft on the first ticket is a draft still, and nothing lies in the tray.
async fn the_draft_stands(cache: &Cache) -> bool {
    let mut tx = world::read(cache).await;
    let open = draft::open_of(&mut tx, world::ticket_id(1)).await.expect("drafts");
    open.len() == 1 && tray::count(&mut tx).await.expect("tray") == 0
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_of_hers_that_was_finished_meanwhile_keeps_its_draft() {
    let home = Home::new();
    let scopes = [PERSONAL.to_owned(), WORKED.to_owned()];
    let before = vec![Row::Ticket(owned(1, 5, Category::Open))];
    let cache = to_be_fetched_again(&home, &scopes, before).await;
    fetched(&cache, PERSONAL, Vec::new()).await;
    assert!(is_here(&cache, 1).await, "another snapshot may still show it");
    assert!(the_draft_stands(&cache).await);
    drop(cache);
    let cache = home.open().await;
    fetched(&cache, WORKED, vec![Row::Ticket(owned(1, 40, Category::Solved))]).await;
    assert!(is_here(&cache, 1).await);
    assert!(the_draft_stands(&cache).await, "over a restart in between, too");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_went_from_team_to_team_meanwhile_keeps_its_draft() {
    let home = Home::new();
    let (left, joined) = (team(world::TEAM), team(world::OTHER_TEAM));
    let before = vec![Row::Ticket(of_team(1, 5, world::TEAM))];
    let scopes = [PERSONAL.to_owned(), left.clone(), joined.clone()];
    let cache = to_be_fetched_again(&home, &scopes, before).await;
    fetched(&cache, PERSONAL, Vec::new()).await;
    fetched(&cache, &left, Vec::new()).await;
    assert!(is_here(&cache, 1).await);
    fetched(&cache, &joined, vec![Row::Ticket(of_team(1, 40, world::OTHER_TEAM))]).await;
    assert!(is_here(&cache, 1).await && the_draft_stands(&cache).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_snapshot_has_shown_leaves_with_the_last_whichever_scope_it_was_in() {
    let home = Home::new();
    let (one, other) = (team(world::TEAM), team(world::OTHER_TEAM));
    let before = [(1, world::TEAM), (2, world::TEAM), (3, world::OTHER_TEAM)];
    let before = before.map(|(n, team)| Row::Ticket(of_team(n, 5, team))).to_vec();
    let scopes = [PERSONAL.to_owned(), one.clone(), other.clone()];
    let cache = to_be_fetched_again(&home, &scopes, before).await;
    fetched(&cache, &one, vec![Row::Ticket(of_team(2, 5, world::TEAM))]).await;
    fetched(&cache, &other, Vec::new()).await;
    assert!(is_here(&cache, 1).await && is_here(&cache, 3).await, "one is still to come");
    fetched(&cache, PERSONAL, Vec::new()).await;
    assert!(!is_here(&cache, 1).await && is_here(&cache, 2).await && !is_here(&cache, 3).await);
    let kept = tray::count(&mut *world::read(&cache).await).await.expect("tray");
    assert_eq!(kept, 1, "her half reply is hers");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scope_that_is_taken_away_while_it_is_fetched_leaves_the_others_judged() {
    let home = Home::new();
    let (one, other) = (team(world::TEAM), team(world::OTHER_TEAM));
    let before = [(1, world::TEAM), (2, world::TEAM), (3, world::OTHER_TEAM)];
    let before = before.map(|(n, team)| Row::Ticket(of_team(n, 5, team))).to_vec();
    let scopes = [PERSONAL.to_owned(), one.clone(), other.clone()];
    let cache = to_be_fetched_again(&home, &scopes, before).await;
    fetched(&cache, PERSONAL, Vec::new()).await;
    fetched(&cache, &one, vec![Row::Ticket(of_team(2, 5, world::TEAM))]).await;
    hold(&cache, &[PERSONAL.to_owned(), one]).await;
    assert!(!is_here(&cache, 1).await, "nothing is to come that could show it");
    assert!(is_here(&cache, 2).await && !is_here(&cache, 3).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_sees_everywhere_for_a_while_keeps_her_teams_tickets_before_during_and_after() {
    let home = Home::new();
    let one = team(world::TEAM);
    let hers = vec![Row::Ticket(of_team(1, 5, world::TEAM))];
    let cache = to_be_fetched_again(&home, &[PERSONAL.to_owned(), one.clone()], hers.clone()).await;
    fetched(&cache, PERSONAL, Vec::new()).await;
    fetched(&cache, &one, hers).await;
    hold(&cache, &[PERSONAL.to_owned(), EVERYWHERE.to_owned()]).await;
    assert!(is_here(&cache, 1).await && the_draft_stands(&cache).await, "nothing has come yet");
    let all = [(1, world::TEAM), (2, world::OTHER_TEAM)];
    let all = all.map(|(n, team)| Row::Ticket(of_team(n, 5, team))).to_vec();
    fetched(&cache, EVERYWHERE, all).await;
    assert!(is_here(&cache, 1).await && is_here(&cache, 2).await);
    hold(&cache, &[PERSONAL.to_owned(), one]).await;
    assert!(is_here(&cache, 1).await && the_draft_stands(&cache).await);
    assert!(!is_here(&cache, 2).await, "that right is gone");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_feed_brought_into_a_whole_scope_outlives_the_next_fetch_of_another() {
    let home = Home::new();
    let (one, other) = (team(world::TEAM), team(world::OTHER_TEAM));
    let scopes = [PERSONAL.to_owned(), one.clone(), other.clone()];
    let cache = to_be_fetched_again(&home, &scopes, Vec::new()).await;
    for scope in &scopes {
        fetched(&cache, scope, Vec::new()).await;
    }
    // As a comparison brings it that found the desk without it.
    world::apply(&cache, vec![Row::Ticket(of_team(1, 30, world::TEAM))]).await;
    let mut tx = world::bulk(&cache).await;
    scope::begin_snapshot(&mut tx, &other, id(0x5B), 60).await.expect("begin");
    tx.commit().await.expect("commit");
    finish(&cache, &other).await;
    assert!(is_here(&cache, 1).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ghost_stays_away_until_every_snapshot_is_here() {
    let home = Home::new();
    let (one, other) = (team(world::TEAM), team(world::OTHER_TEAM));
    let scopes = [PERSONAL.to_owned(), one.clone(), other.clone()];
    let cache = to_be_fetched_again(&home, &scopes, Vec::new()).await;
    fetched(&cache, PERSONAL, Vec::new()).await;
    let mut tx = world::bulk(&cache).await;
    purge::begin(&mut tx, world::ticket_id(1), 60, at(1)).await.expect("left");
    tx.commit().await.expect("commit");
    fetched(&cache, &one, Vec::new()).await;
    begin(&cache, &other, vec![Row::Ticket(of_team(1, 40, world::OTHER_TEAM))]).await;
    assert!(!is_here(&cache, 1).await, "it left after the snapshot was taken");
}

/// The snapshot may be one that is shared with others, and older than the moment in which her
/// rights were lowered.
#[tokio::test(flavor = "multi_thread")]
async fn who_is_given_back_at_once_what_she_lost_has_it_with_its_threads() {
    let home = Home::new();
    let one = team(world::TEAM);
    let theirs = [
        Row::Ticket(of_team(1, 5, world::OTHER_TEAM)),
        Row::Message(world::message(1, 5, 0, "The pages are slow.")),
    ];
    let everywhere = [PERSONAL.to_owned(), EVERYWHERE.to_owned()];
    let cache = to_be_fetched_again(&home, &everywhere, theirs.to_vec()).await;
    fetched(&cache, PERSONAL, Vec::new()).await;
    fetched(&cache, EVERYWHERE, theirs.to_vec()).await;
    let mut tx = world::bulk(&cache).await;
    sync::set_cursor(&mut tx, SEQ + 20).await.expect("cursor");
    tx.commit().await.expect("commit");
    hold(&cache, &[PERSONAL.to_owned(), one.clone()]).await;
    begin(&cache, &one, theirs.to_vec()).await;
    assert!(!is_here(&cache, 1).await, "it left after that snapshot was taken");
    hold(&cache, &everywhere).await;
    begin(&cache, EVERYWHERE, theirs.to_vec()).await;
    assert!(is_here(&cache, 1).await, "she sees everywhere again");
    let mut tx = world::read(&cache).await;
    let thread = thread::entries(&mut tx, world::ticket_id(1), None, 9).await.expect("thread");
    assert_eq!(thread.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_left_a_scope_that_she_lost_since_comes_with_it_when_she_is_given_it_again() {
    let home = Home::new();
    let (kept, given) = (team(world::TEAM), team(world::OTHER_TEAM));
    let fewer = [PERSONAL.to_owned(), kept.clone()];
    let all = [PERSONAL.to_owned(), kept, given.clone()];
    let theirs = vec![Row::Ticket(of_team(1, 40, world::OTHER_TEAM))];
    let cache = to_be_fetched_again(&home, &all, theirs.clone()).await;
    let mut tx = world::bulk(&cache).await;
    purge::begin(&mut tx, world::ticket_id(1), SEQ + 10, at(1)).await.expect("left");
    tx.commit().await.expect("commit");
    begin(&cache, &given, theirs.clone()).await;
    assert!(!is_here(&cache, 1).await, "the snapshot is older");
    hold(&cache, &fewer).await;
    hold(&cache, &all).await;
    begin(&cache, &given, theirs).await;
    assert!(is_here(&cache, 1).await, "what she is given is what she sees");
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_that_came_before_their_tickets_outlive_the_purge_of_another() {
    let home = Home::new();
    let one = team(world::TEAM);
    let scopes = [PERSONAL.to_owned(), one.clone()];
    let company = OrganizationId(id(0x0F99));
    let of_company = |row: TicketRow| Row::Ticket(TicketRow { organization: company, ..row });
    let before = vec![of_company(owned(1, 5, Category::Open))];
    let cache = to_be_fetched_again(&home, &scopes, before).await;
    begin(&cache, &one, vec![Row::Contact(crate::purge::person())]).await;
    let mut tx = world::bulk(&cache).await;
    purge::begin(&mut tx, world::ticket_id(1), 60, at(1)).await.expect("left");
    tx.commit().await.expect("commit");
    cache.erase_purged().await.expect("erased");
    begin(&cache, &one, vec![of_company(of_team(2, 5, world::TEAM))]).await;
    finish(&cache, &one).await;
    finish(&cache, PERSONAL).await;
    let person = ContactId(id(0xC099));
    let known = async || contact::get(&mut *world::read(&cache).await, person).await;
    assert!(known().await.expect("read").is_some(), "the second ticket's customer");
    let mut tx = world::bulk(&cache).await;
    purge::begin(&mut tx, world::ticket_id(2), 61, at(1)).await.expect("left");
    tx.commit().await.expect("commit");
    cache.erase_purged().await.expect("erased");
    assert_eq!(known().await.expect("read"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn customers_whose_tickets_left_while_a_snapshot_was_fetched_leave_with_the_last() {
    let home = Home::new();
    let scopes = [PERSONAL.to_owned()];
    let mut row = owned(1, 5, Category::Open);
    row.organization = OrganizationId(id(0x0F99));
    let cache = to_be_fetched_again(&home, &scopes, vec![Row::Ticket(row)]).await;
    begin(&cache, PERSONAL, vec![Row::Contact(crate::purge::person())]).await;
    let mut tx = world::bulk(&cache).await;
    purge::begin(&mut tx, world::ticket_id(1), 60, at(1)).await.expect("left");
    tx.commit().await.expect("commit");
    cache.erase_purged().await.expect("erased");
    finish(&cache, PERSONAL).await;
    let person = contact::get(&mut *world::read(&cache).await, ContactId(id(0xC099))).await;
    assert_eq!(person.expect("read"), None);
}
