//! Search: found in every script, gone when gone, filled behind and newest first.

use holdfast_cache::Cache;
use holdfast_cache::batch::{self, Origin};
use holdfast_cache::search::{self, Found, Hit, Request};
use holdfast_cache::table::sync;
use holdfast_cache::table::view::Filter;
use holdfast_domain::TeamId;
use holdfast_protocol::Row;
use holdfast_protocol::row::thread_key;

use crate::world::{self, Home, at, id};

/// As the desk asks: a line of the query language, parsed.
fn request(line: &str) -> Request {
    let query = holdfast_search::parse(line).expect("a query");
    let expression = holdfast_search::expression(&query);
    Request { wanted: expression.wanted, unwanted: expression.unwanted, ..Request::default() }
}

async fn find(cache: &Cache, request: &Request) -> Found {
    search::search(&mut *world::read(cache).await, request, (0, 50)).await.expect("a search")
}

async fn tickets(cache: &Cache, line: &str) -> Vec<u128> {
    let found = find(cache, &request(line)).await;
    found.hits.iter().map(|hit| hit.ticket.0.as_u128() - 0x1000_0000).collect()
}

async fn filled() -> (Home, Cache) {
    let home = Home::new();
    let cache = home.begin().await;
    let texts = [
        (1, "ECS 实例蓝屏 after a reboot of i-bp1f4k9x"),
        (2, "請求書の件でお問い合わせ"),
        (3, "서버가 응답하지 않습니다"),
        (4, "Müller cannot reach the VPC, latency is high"),
        (5, "السلام عليكم الخادم لا يعمل"),
        (6, "latency again, and the 蓝色 button"),
        (7, "เซิร์ฟเวอร์ล่ม"),
    ];
    let mut rows = Vec::new();
    for (n, text) in texts {
        let seq = i64::try_from(n).expect("small") + 10;
        rows.push(Row::Ticket(world::ticket(n, seq)));
        rows.push(Row::Message(world::message(n, seq, 0, text)));
    }
    rows.push(Row::Note(world::note(4, 30, 0, "route table of the peer is wrong")));
    world::apply(&cache, rows).await;
    world::index_all(&cache).await;
    (home, cache)
}

#[tokio::test(flavor = "multi_thread")]
async fn two_character_words_and_every_script_are_found() {
    let (_home, cache) = filled().await;
    let table: [(&str, &[u128]); 12] = [
        ("蓝屏", &[1]),
        ("藍屏", &[1]),
        ("蓝", &[6, 1]),
        ("請求", &[2]),
        ("서버", &[3]),
        ("الخادم", &[5]),
        ("ล่ม", &[7]),
        ("i-bp1f4k9x", &[1]),
        ("muller", &[4]),
        ("latency", &[6, 4]),
        ("\"latency is\"", &[4]),
        ("屏蓝", &[]),
    ];
    for (line, want) in table {
        assert_eq!(tickets(&cache, line).await, want, "{line}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn words_may_be_spread_over_a_ticket_and_unwanted_ones_anywhere_in_it() {
    let (_home, cache) = filled().await;
    assert_eq!(tickets(&cache, "latency peer").await, [4], "one in a message, one in a note");
    assert_eq!(tickets(&cache, "latency -peer").await, [6]);
    assert_eq!(tickets(&cache, "number peer").await, [4], "one in the subject");
    let found = find(&cache, &request("latency")).await;
    let newest = Hit { ticket: world::ticket_id(4), entry: Some(thread_key(14, 0)) };
    assert!(found.hits.contains(&newest));
    let subjects = find(&cache, &request("ticket")).await;
    assert_eq!(subjects.hits.len(), 7);
    assert!(subjects.hits.iter().all(|hit| hit.entry.is_none()), "found in their own words");
}

#[tokio::test(flavor = "multi_thread")]
async fn author_time_and_ticket_narrow_a_search() {
    let (_home, cache) = filled().await;
    let mut from = request("table");
    from.from = Some(id(world::OTHER));
    assert_eq!(find(&cache, &from).await.hits.len(), 1);
    from.from = Some(id(world::ME));
    assert!(find(&cache, &from).await.hits.is_empty());
    let mut early = request("latency");
    early.before = Some(at(16));
    assert_eq!(find(&cache, &early).await.hits.len(), 1);
    let late = Request { after: Some(at(16)), ..request("latency") };
    assert_eq!(find(&cache, &late).await.hits.len(), 1);
    let teams = [TeamId(id(world::OTHER_TEAM))].into();
    let elsewhere = Request { filter: Filter { teams, ..Filter::default() }, ..request("latency") };
    assert!(find(&cache, &elsewhere).await.hits.is_empty());
    let only_from = Request { from: Some(id(world::OTHER)), ..Request::default() };
    assert_eq!(find(&cache, &only_from).await.hits.len(), 1, "without any word");
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_of_hits_do_not_overlap_and_say_when_there_is_more() {
    let (_home, cache) = filled().await;
    let mut tx = world::read(&cache).await;
    let request = request("ticket");
    let mut all = Vec::new();
    for page in 0..4 {
        let found = search::search(&mut tx, &request, (page * 2, 2)).await.expect("a page");
        assert_eq!(found.more, page < 3, "page {page}");
        all.extend(found.hits);
    }
    let whole = search::search(&mut tx, &request, (0, 50)).await.expect("all");
    assert_eq!(all, whole.hits);
}

#[tokio::test(flavor = "multi_thread")]
async fn her_own_words_that_wait_do_not_make_the_index_look_unfinished() {
    let (_home, cache) = filled().await;
    let mut waits = world::message(1, 9, 0, "our words");
    waits.key = holdfast_cache::table::thread::WAITING + 1;
    let mut tx = world::bulk(&cache).await;
    holdfast_cache::table::message::put_waiting(&mut tx, &waits).await.expect("it waits");
    let progress = search::progress(&mut tx).await.expect("progress");
    assert_eq!((progress.indexed, progress.total), (8, 8));
    tx.commit().await.expect("commit");
    world::index_all(&cache).await;
    let mut tx = world::bulk(&cache).await;
    let progress = search::progress(&mut tx).await.expect("progress");
    assert_eq!((progress.indexed, progress.total), (8, 8), "nor more than finished");
    tx.commit().await.expect("commit");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_index_fills_behind_newest_first_and_can_be_thrown_away() {
    let (_home, cache) = filled().await;
    let mut tx = world::bulk(&cache).await;
    let full = search::progress(&mut tx).await.expect("progress");
    assert_eq!((full.indexed, full.total), (8, 8));
    search::clear(&mut tx).await.expect("clear");
    assert_eq!(search::progress(&mut tx).await.expect("progress").indexed, 0);
    let newest = search::unindexed(&mut tx, None, 3).await.expect("backlog");
    let keys: Vec<i64> = newest.iter().map(|found| found.key).collect();
    assert_eq!(keys, [thread_key(30, 0), thread_key(17, 0), thread_key(16, 0)]);
    let next = search::unindexed(&mut tx, Some(keys[2]), 100).await.expect("backlog");
    assert_eq!(next.len(), 5);
    assert_eq!(search::unindexed_tickets(&mut tx, None, 100).await.expect("tickets").len(), 7);
    tx.commit().await.expect("commit");
    world::index_all(&cache).await;
    assert_eq!(tickets(&cache, "蓝屏").await, [1]);
    world::index_all(&cache).await;
    assert_eq!(tickets(&cache, "蓝屏").await, [1], "indexed once");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renamed_ticket_is_found_by_its_new_words_only() {
    let (_home, cache) = filled().await;
    let mut tx = world::bulk(&cache).await;
    let renamed = [(world::ticket_id(1), world::tokens("fresh subject"))];
    search::index_tickets(&mut tx, &renamed).await.expect("index");
    tx.commit().await.expect("commit");
    assert_eq!(tickets(&cache, "fresh").await, [1]);
    assert!(!tickets(&cache, "ticket").await.contains(&1));
}

#[tokio::test(flavor = "multi_thread")]
async fn another_tokeniser_empties_the_index() {
    let (home, cache) = filled().await;
    cache.close().await.expect("closed");
    let mut options = Home::options();
    options.tokeniser.version += 1;
    let cache = Cache::open(&home.path(), &Home::key(), options).await.expect("opened");
    assert!(tickets(&cache, "latency").await.is_empty());
    let left = search::unindexed(&mut *world::read(&cache).await, None, 100).await;
    assert_eq!(left.expect("backlog").len(), 8);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_that_a_restored_server_forgot_leaves_its_place_to_the_reply_that_has_it_now() {
    let home = Home::new();
    let cache = home.begin().await;
    let forgotten = Row::Note(world::note(1, 40, 0, "forgotten by the backup"));
    world::apply(&cache, vec![Row::Ticket(world::ticket(1, 40)), forgotten]).await;
    world::apply(&cache, vec![Row::Ticket(world::ticket(2, 30))]).await;
    world::index_all(&cache).await;
    let restored = id(0xE2);
    let mut tx = world::bulk(&cache).await;
    sync::adopt_epoch(&mut tx, restored).await.expect("epoch");
    let written = Row::Message(world::message(2, 40, 0, "written afterwards"));
    let rows = vec![Row::Ticket(world::ticket(2, 40)), written];
    batch::apply_rows(&mut tx, restored, Origin::Changes, rows).await.expect("rows");
    tx.commit().await.expect("commit");
    world::index_all(&cache).await;
    assert_eq!(tickets(&cache, "afterwards").await, [2]);
    assert_eq!(tickets(&cache, "forgotten").await, [] as [u128; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_have_left_while_they_were_read_are_not_indexed_in_the_place_of_others() {
    let home = Home::new();
    let cache = home.begin().await;
    let forgotten = Row::Message(world::message(1, 40, 0, "forgotten by the backup"));
    world::apply(&cache, vec![Row::Ticket(world::ticket(1, 40)), forgotten]).await;
    let read = search::unindexed(&mut *world::read(&cache).await, None, 9).await.expect("read");
    let restored = id(0xE2);
    let mut tx = world::bulk(&cache).await;
    sync::adopt_epoch(&mut tx, restored).await.expect("epoch");
    let written = Row::Message(world::message(1, 40, 0, "written afterwards"));
    let rows = vec![Row::Ticket(world::ticket(1, 40)), written];
    batch::apply_rows(&mut tx, restored, Origin::Changes, rows).await.expect("rows");
    let rows: Vec<_> = read.into_iter().map(|it| (it.clone(), world::tokens(&it.text))).collect();
    search::index_threads(&mut tx, &rows).await.expect("passed over");
    tx.commit().await.expect("commit");
    world::index_all(&cache).await;
    assert_eq!(tickets(&cache, "afterwards").await, [1]);
    assert_eq!(tickets(&cache, "forgotten").await, [] as [u128; 0]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_index_that_grew_after_somebody_searched_is_not_taken_for_damage() {
    let (_home, cache) = filled().await;
    for n in 0..40 {
        // Whoever searches remembers how the index is made up.
        assert!(!tickets(&cache, "latency").await.is_empty());
        let seq = 100 + n;
        let number = u128::try_from(n).expect("small") + 10;
        let words = Row::Message(world::message(number, seq, 0, "latency has come back"));
        world::apply(&cache, vec![Row::Ticket(world::ticket(number, seq)), words]).await;
        world::index_all(&cache).await;
        cache.check().await.expect("nothing is damaged");
        assert_eq!(cache.complaints().await.expect("an answer"), [] as [String; 0]);
    }
}
