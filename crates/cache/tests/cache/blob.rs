//! Files: pieces, where they are on their way, and when they go.

use holdfast_cache::table::draft::{self, Draft, Saved};
use holdfast_cache::table::{blob, operation, tray};
use holdfast_cache::{CacheError, OpenError, purge, quarantine_and_salvage};
use holdfast_domain::operation::Action;
use holdfast_domain::{AgentId, Operation, Outcome, Refusal};
use holdfast_protocol::Row;

use crate::world::{self, Home};

#[tokio::test(flavor = "multi_thread")]
async fn a_blob_comes_in_pieces_in_order_and_moves_on_only_forward() {
    let home = Home::new();
    let cache = home.begin().await;
    let (hash, ticket) = ("ab".repeat(32), world::ticket_id(1));
    let mut tx = world::agent(&cache).await;
    blob::begin(&mut tx, &hash, 5, ticket).await.expect("begin");
    blob::begin(&mut tx, &hash, 5, ticket).await.expect("again is nothing");
    blob::put_chunk(&mut tx, &hash, 0, b"abc").await.expect("first");
    let skipped = blob::put_chunk(&mut tx, &hash, 2, b"x").await;
    assert!(matches!(skipped, Err(CacheError::Misuse(_))));
    blob::put_chunk(&mut tx, &hash, 1, b"de").await.expect("second");
    blob::set_state(&mut tx, &hash, blob::State::Uploading).await.expect("whole, and owed");
    let waiting = blob::to_upload(&mut tx, 0, 10).await.expect("list");
    assert_eq!((waiting.len(), waiting[0].chunks, waiting[0].size_bytes), (1, 2, 5));
    assert_eq!(blob::chunk(&mut tx, &hash, 1).await.expect("chunk").as_deref(), Some(&b"de"[..]));
    blob::set_uploaded(&mut tx, &hash, 2).await.expect("uploaded");
    blob::set_state(&mut tx, &hash, blob::State::Delivered).await.expect("delivered");
    blob::set_state(&mut tx, &hash, blob::State::Uploading).await.expect("never back");
    let stored = blob::get(&mut tx, &hash).await.expect("get").expect("a blob");
    assert_eq!((stored.state, stored.uploaded_chunks), (blob::State::Delivered, 2));
}

/// A file under a draft on ticket `n`, which names it.
async fn attach(tx: &mut holdfast_cache::WriteTx, n: u128, hash: &str) -> Draft {
    let ticket = world::ticket_id(n);
    blob::keep(tx, hash, ticket, b"abcde").await.expect("kept");
    let file = world::attachment(hash, 5);
    let draft = Draft { ticket, attachments: vec![file], ..crate::draft::draft(n, "see the file") };
    let saved = draft::save(tx, &draft, world::at(1)).await.expect("save");
    assert_eq!(saved, Saved::Version(1));
    Draft { version: 1, ..draft }
}

async fn let_go(cache: &holdfast_cache::Cache) {
    let mut tx = world::bulk(cache).await;
    assert!(!blob::let_go(&mut tx, 100).await.expect("let go"));
    tx.commit().await.expect("commit");
}

async fn state_of(cache: &holdfast_cache::Cache, hash: &str) -> Option<blob::State> {
    let mut db = world::read(cache).await;
    blob::get(&mut db, hash).await.expect("get").map(|blob| blob.state)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_is_the_servers_to_have_only_when_words_that_name_it_are_accepted() {
    let home = Home::new();
    let cache = home.begin().await;
    let (hash, ticket) = ("ab".repeat(32), world::ticket_id(1));
    let mut tx = world::agent(&cache).await;
    attach(&mut tx, 1, &hash).await;
    assert!(blob::to_upload(&mut tx, 0, 10).await.expect("list").is_empty(), "words settle first");
    blob::offer(&mut tx, ticket, &hash).await.expect("accepted");
    assert_eq!(blob::to_upload(&mut tx, 0, 10).await.expect("list").len(), 1);
    blob::set_uploaded(&mut tx, &hash, 2).await.expect("uploaded");
    blob::set_state(&mut tx, &hash, blob::State::Delivered).await.expect("delivered");
    assert!(blob::to_upload(&mut tx, 0, 10).await.expect("list").is_empty());
    blob::offer(&mut tx, ticket, &hash).await.expect("other words that name it");
    let owed = blob::to_upload(&mut tx, 0, 10).await.expect("list");
    assert_eq!(owed.len(), 1, "asked anew");
    assert!(blob::to_upload(&mut tx, owed[0].key, 10).await.expect("list").is_empty(), "behind");
    blob::refuse(&mut tx, &hash).await.expect("never");
    assert!(blob::to_upload(&mut tx, 0, 10).await.expect("list").is_empty(), "not by itself");
    blob::offer(&mut tx, ticket, &hash).await.expect("other words that name it");
    assert_eq!(blob::to_upload(&mut tx, 0, 10).await.expect("list").len(), 1, "asked anew");
}

/// How many second copies of files lie beside the database.
fn copies(home: &Home) -> usize {
    home.files().keys().filter(|name| name.starts_with("desk.db.file-")).count()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_the_server_is_still_to_get_lies_there_twice() {
    let home = Home::new();
    let cache = home.begin().await;
    let (hash, ticket) = ("ab".repeat(32), world::ticket_id(1));
    let mut tx = world::agent(&cache).await;
    attach(&mut tx, 1, &hash).await;
    assert_eq!(copies(&home), 1, "before it is said to be saved");
    drop(tx);
    let mut tx = world::agent(&cache).await;
    let draft = attach(&mut tx, 1, &hash).await;
    tx.commit().await.expect("saved at the second attempt");
    cache.close().await.expect("closed");
    let cache = home.open().await;
    assert_eq!(copies(&home), 1, "at the next start, too");
    let mut tx = world::agent(&cache).await;
    blob::offer(&mut tx, ticket, &hash).await.expect("accepted");
    tx.commit().await.expect("commit");
    assert_eq!(copies(&home), 1, "until the server has it");
    let mut tx = world::agent(&cache).await;
    blob::set_state(&mut tx, &hash, blob::State::Delivered).await.expect("the server has it");
    tx.commit().await.expect("commit");
    assert_eq!(copies(&home), 1, "and no words that are not settled name it");
    let mut tx = world::agent(&cache).await;
    draft::set_state(&mut tx, draft.id, draft::State::Sending, world::at(3)).await.expect("sent");
    draft::set_state(&mut tx, draft.id, draft::State::Sent, world::at(3)).await.expect("sent");
    tx.commit().await.expect("commit");
    let_go(&cache).await;
    assert_eq!(copies(&home), 0);
    let mut tx = world::agent(&cache).await;
    attach(&mut tx, 2, &hash).await;
    tx.commit().await.expect("under another draft");
    assert!(!blob::is_any_to_let_go(&mut *world::read(&cache).await).await.expect("asked"));
    assert_eq!(copies(&home), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn second_copies_that_are_missing_are_written_and_those_of_nothing_removed_at_a_start() {
    let home = Home::new();
    let cache = home.begin().await;
    let mut tx = world::agent(&cache).await;
    attach(&mut tx, 1, &"ab".repeat(32)).await;
    tx.commit().await.expect("commit");
    cache.close().await.expect("closed");
    let before = home.files();
    let name = before.keys().find(|name| name.starts_with("desk.db.file-")).expect("a copy");
    let stray = home.path().with_file_name("desk.db.file-00");
    std::fs::rename(home.path().with_file_name(name), &stray).expect("as if of another file");
    home.open().await.close().await.expect("closed");
    assert_eq!(home.files()[name], before[name], "byte for byte");
    assert!(!stray.exists());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_whose_bytes_are_lost_is_told_and_whole_again_when_it_is_added_again() {
    let home = Home::new();
    let cache = home.begin().await;
    let bytes = b"abcde";
    let hash = blake3::hash(bytes).to_hex().to_string();
    let mut tx = world::agent(&cache).await;
    let draft = attach(&mut tx, 1, &hash).await;
    tx.commit().await.expect("commit");
    cache.close().await.expect("closed");
    for (name, file) in home.files() {
        if name.starts_with("desk.db.file-") || name == "desk.db" {
            std::fs::write(home.path().with_file_name(name), vec![0xA5; file.len()])
                .expect("noise");
        }
    }
    let opened = home.try_open().await;
    assert!(matches!(opened, Err(OpenError::Damaged { .. })));
    quarantine_and_salvage(&home.path(), &Home::key(), world::at(3)).await.expect("set aside");
    let cache = home.open().await;
    assert_eq!(cache.saved_from_damage(), Some(holdfast_cache::Saved { saved: 1, lost: 1 }));
    let mut tx = world::agent(&cache).await;
    let back = draft::get(&mut tx, draft.id).await.expect("read").expect("the draft");
    assert_eq!(back.attachments, draft.attachments, "it says which file");
    let lost = blob::get(&mut tx, &hash).await.expect("read").expect("a file");
    assert!(lost.is_lost() && !lost.is_whole());
    blob::keep(&mut tx, &hash, draft.ticket, bytes).await.expect("added again");
    tx.commit().await.expect("commit");
    let mut db = world::read(&cache).await;
    let here = blob::get(&mut db, &hash).await.expect("read").expect("a file");
    assert!(here.is_whole() && here.state == blob::State::Kept);
    assert_eq!(blob::chunk(&mut db, &hash, 0).await.expect("read").as_deref(), Some(&bytes[..]));
    assert_eq!(copies(&home), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_taken_off_a_draft_is_gone_and_leaves_no_byte() {
    let home = Home::new();
    let cache = home.begin().await;
    let hash = "ab".repeat(32);
    let mut tx = world::agent(&cache).await;
    let draft = attach(&mut tx, 1, &hash).await;
    tx.commit().await.expect("commit");
    let_go(&cache).await;
    assert_eq!(state_of(&cache, &hash).await, Some(blob::State::Kept), "the draft names it");
    let mut tx = world::agent(&cache).await;
    let without = Draft { attachments: Vec::new(), ..draft };
    draft::save(&mut tx, &without, world::at(2)).await.expect("save");
    tx.commit().await.expect("commit");
    assert!(blob::is_any_to_let_go(&mut *world::read(&cache).await).await.expect("asked"));
    let_go(&cache).await;
    assert!(!blob::is_any_to_let_go(&mut *world::read(&cache).await).await.expect("asked"));
    assert_eq!(state_of(&cache, &hash).await, None);
    cache.erase_purged().await.expect("erased");
    let pieces: i64 = sqlx::query_scalar("SELECT count(*) FROM blob_chunk")
        .fetch_one(&mut *world::read(&cache).await)
        .await
        .expect("count");
    assert_eq!((pieces, copies(&home)), (0, 0));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_stays_while_an_operation_waits_or_words_name_it() {
    let home = Home::new();
    let cache = home.begin().await;
    let hash = "ab".repeat(32);
    let mut tx = world::agent(&cache).await;
    let draft = attach(&mut tx, 1, &hash).await;
    let reply = send(&mut tx, &draft).await;
    draft::set_state(&mut tx, draft.id, draft::State::Sent, world::at(2)).await.expect("sent");
    tx.commit().await.expect("commit");
    let_go(&cache).await;
    assert!(state_of(&cache, &hash).await.is_some(), "the operation names it");
    let mut words = world::message(1, 9, 0, "see the file");
    words.attachments.clone_from(&draft.attachments);
    world::apply(&cache, vec![Row::Ticket(world::ticket(1, 9)), Row::Message(words)]).await;
    let mut tx = world::bulk(&cache).await;
    operation::settle(&mut tx, reply.id, Some(&Outcome::Accepted), 9).await.expect("settled");
    tx.commit().await.expect("commit");
    let_go(&cache).await;
    assert!(state_of(&cache, &hash).await.is_some(), "the message names it");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_words_that_were_refused_goes_with_the_draft_they_came_back_to() {
    let home = Home::new();
    let cache = home.begin().await;
    let (hash, ticket) = ("ab".repeat(32), world::ticket_id(1));
    let mut tx = world::agent(&cache).await;
    let draft = attach(&mut tx, 1, &hash).await;
    blob::offer(&mut tx, ticket, &hash).await.expect("accepted by a server that was restored");
    blob::take_back(&mut tx, ticket, &hash).await.expect("and refused by it now");
    let discarded = draft::State::Discarded;
    draft::set_state(&mut tx, draft.id, discarded, world::at(2)).await.expect("thrown away");
    tx.commit().await.expect("commit");
    let_go(&cache).await;
    assert!(state_of(&cache, &hash).await.is_some(), "throwing away can be undone");
    let mut tx = world::bulk(&cache).await;
    let month = world::at(2) + draft::DISCARDED_KEPT;
    draft::forget_discarded(&mut tx, month, 10).await.expect("forgotten");
    tx.commit().await.expect("commit");
    let_go(&cache).await;
    assert_eq!(state_of(&cache, &hash).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_under_two_tickets_stays_with_the_one_that_names_it() {
    let home = Home::new();
    let cache = home.begin().await;
    world::apply(&cache, vec![Row::Ticket(world::ticket(2, 5))]).await;
    let hash = "ab".repeat(32);
    let mut tx = world::agent(&cache).await;
    blob::begin(&mut tx, &hash, 5, world::ticket_id(2)).await.expect("under words of another");
    blob::settle(&mut tx, world::ticket_id(2), &hash).await.expect("of the server");
    let draft = attach(&mut tx, 1, &hash).await;
    let without = Draft { attachments: Vec::new(), ..draft };
    draft::save(&mut tx, &without, world::at(2)).await.expect("save");
    tx.commit().await.expect("commit");
    let_go(&cache).await;
    assert!(state_of(&cache, &hash).await.is_some());
    let tickets: i64 = sqlx::query_scalar("SELECT count(*) FROM blob_ticket")
        .fetch_one(&mut *world::read(&cache).await)
        .await
        .expect("count");
    assert_eq!(tickets, 1, "the draft's name is off: it goes with the other ticket");
}

/// A reply with the file of its draft, on its way.
async fn send(tx: &mut holdfast_cache::WriteTx, draft: &Draft) -> Operation {
    let mut reply = world::reply(1, draft.ticket, &draft.words);
    if let Action::Reply(words) = &mut reply.action {
        words.attachments.clone_from(&draft.attachments);
    }
    let me = AgentId(world::id(world::ME));
    operation::insert(tx, &reply, me, world::at(0)).await.expect("insert");
    draft::set_state(tx, draft.id, draft::State::Sending, world::at(2)).await.expect("sending");
    reply
}

async fn purged(cache: &holdfast_cache::Cache) {
    let mut tx = world::bulk(cache).await;
    purge::begin(&mut tx, world::ticket_id(1), 9, world::at(3)).await.expect("begin");
    tx.commit().await.expect("commit");
    cache.erase_purged().await.expect("erased");
}

/// The texts in the tray.
async fn tray_texts(cache: &holdfast_cache::Cache) -> Vec<String> {
    let mut tx = world::agent(cache).await;
    let mut texts = Vec::new();
    for item in tray::list(&mut tx).await.expect("tray") {
        texts.extend(tray::open(&mut tx, item.key).await.expect("open"));
    }
    texts
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_words_on_their_way_outlives_the_purge_of_its_ticket_until_they_settle() {
    let home = Home::new();
    let cache = home.begin().await;
    world::apply(&cache, vec![Row::Ticket(world::ticket(1, 5))]).await;
    let hash = "ab".repeat(32);
    let mut tx = world::agent(&cache).await;
    let draft = attach(&mut tx, 1, &hash).await;
    let reply = send(&mut tx, &draft).await;
    tx.commit().await.expect("commit");
    purged(&cache).await;
    let_go(&cache).await;
    assert_eq!(state_of(&cache, &hash).await, Some(blob::State::Kept));
    let bytes = blob::chunk(&mut *world::read(&cache).await, &hash, 0).await.expect("chunk");
    assert_eq!(bytes.as_deref(), Some(&b"abcde"[..]), "whole, for when its ticket comes back");
    let mut tx = world::bulk(&cache).await;
    let refused = Outcome::Refused { refusal: Refusal::NotFound };
    let stored = operation::settle(&mut tx, reply.id, Some(&refused), 10).await.expect("settled");
    let stored = stored.expect("it waited");
    assert!(purge::settled(&mut tx, &stored, world::at(4)).await.expect("put away"));
    tx.commit().await.expect("commit");
    let_go(&cache).await;
    assert_eq!(state_of(&cache, &hash).await, None);
    assert_eq!(tray_texts(&cache).await, ["see the file\n\n📎 log.txt"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_the_server_is_owed_outlives_the_purge_of_its_ticket_until_it_has_it() {
    let home = Home::new();
    let cache = home.begin().await;
    world::apply(&cache, vec![Row::Ticket(world::ticket(1, 5))]).await;
    let hash = "ab".repeat(32);
    let mut tx = world::agent(&cache).await;
    let draft = attach(&mut tx, 1, &hash).await;
    let reply = send(&mut tx, &draft).await;
    operation::settle(&mut tx, reply.id, Some(&Outcome::Accepted), 8).await.expect("settled");
    draft::set_state(&mut tx, draft.id, draft::State::Sent, world::at(2)).await.expect("sent");
    blob::offer(&mut tx, draft.ticket, &hash).await.expect("owed");
    tx.commit().await.expect("commit");
    purged(&cache).await;
    let_go(&cache).await;
    assert_eq!(state_of(&cache, &hash).await, Some(blob::State::Uploading));
    let mut tx = world::bulk(&cache).await;
    blob::set_state(&mut tx, &hash, blob::State::Delivered).await.expect("the server has it");
    tx.commit().await.expect("commit");
    assert!(blob::is_any_to_let_go(&mut *world::read(&cache).await).await.expect("asked"));
    let_go(&cache).await;
    assert_eq!(state_of(&cache, &hash).await, None);
}

/// Two replies with one file on a ticket that has left: the server is owed it for the first, and
/// the second is on its way.
async fn owed_and_on_its_way(cache: &holdfast_cache::Cache, hash: &str) -> Operation {
    world::apply(cache, vec![Row::Ticket(world::ticket(1, 5))]).await;
    let mut tx = world::agent(cache).await;
    let draft = attach(&mut tx, 1, hash).await;
    let first = send(&mut tx, &draft).await;
    operation::settle(&mut tx, first.id, Some(&Outcome::Accepted), 8).await.expect("settled");
    blob::offer(&mut tx, draft.ticket, hash).await.expect("owed");
    let mut second = world::reply(2, draft.ticket, "the same file");
    if let Action::Reply(words) = &mut second.action {
        words.attachments.clone_from(&draft.attachments);
    }
    let me = AgentId(world::id(world::ME));
    operation::insert(&mut tx, &second, me, world::at(0)).await.expect("insert");
    tx.commit().await.expect("commit");
    purged(cache).await;
    second
}

async fn refused(cache: &holdfast_cache::Cache, reply: &Operation) {
    let mut tx = world::bulk(cache).await;
    let refused = Outcome::Refused { refusal: Refusal::NotFound };
    let stored = operation::settle(&mut tx, reply.id, Some(&refused), 10).await.expect("settled");
    let stored = stored.expect("it waited");
    assert!(purge::settled(&mut tx, &stored, world::at(4)).await.expect("put away"));
    tx.commit().await.expect("commit");
    let_go(cache).await;
}

async fn delivered(cache: &holdfast_cache::Cache, hash: &str) {
    let mut tx = world::bulk(cache).await;
    blob::set_state(&mut tx, hash, blob::State::Delivered).await.expect("the server has it");
    tx.commit().await.expect("commit");
    let_go(cache).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_the_server_is_owed_outlives_the_refusal_of_other_words_that_name_it() {
    let home = Home::new();
    let cache = home.begin().await;
    let hash = "ab".repeat(32);
    let second = owed_and_on_its_way(&cache, &hash).await;
    refused(&cache, &second).await;
    assert_eq!(state_of(&cache, &hash).await, Some(blob::State::Uploading));
    delivered(&cache, &hash).await;
    assert_eq!(state_of(&cache, &hash).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_the_server_has_stays_for_other_words_on_their_way_when_its_ticket_is_gone() {
    let home = Home::new();
    let cache = home.begin().await;
    let hash = "ab".repeat(32);
    let second = owed_and_on_its_way(&cache, &hash).await;
    delivered(&cache, &hash).await;
    assert_eq!(state_of(&cache, &hash).await, Some(blob::State::Delivered));
    refused(&cache, &second).await;
    assert_eq!(state_of(&cache, &hash).await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_draft_of_files_alone_is_told_in_the_tray_by_their_names() {
    let home = Home::new();
    let cache = home.begin().await;
    world::apply(&cache, vec![Row::Ticket(world::ticket(1, 5))]).await;
    let mut tx = world::agent(&cache).await;
    let draft = attach(&mut tx, 1, &"ab".repeat(32)).await;
    let alone = Draft { words: " ".to_owned(), ..draft };
    draft::save(&mut tx, &alone, world::at(2)).await.expect("save");
    tx.commit().await.expect("commit");
    purged(&cache).await;
    assert_eq!(tray_texts(&cache).await, ["📎 log.txt"]);
}
