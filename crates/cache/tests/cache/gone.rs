//! What was settled on a ticket that is not here any more leaves with it.

use holdfast_cache::table::{blob, operation, scope, tray};
use holdfast_cache::{Cache, batch, purge};
use holdfast_domain::{Operation, Outcome};
use holdfast_protocol::Row;

use crate::disk::{decrypted, holds};
use crate::world::{self, Home, at};

const CANARY: &str = "zorkmid";
const HASH: &str = "abababababababababababababababababababababababababababababababab";

/// A ticket that leaves while a reply with the canary and a file waits on it.
async fn left_behind(cache: &Cache) -> Operation {
    world::apply(cache, vec![Row::Ticket(world::ticket(1, 5))]).await;
    let reply = world::reply(1, world::ticket_id(1), &format!("the {CANARY} is on fire"));
    let reply = world::with_file(reply, world::attachment(HASH, 3));
    world::write(cache, &reply).await;
    let mut tx = world::bulk(cache).await;
    blob::keep(&mut tx, HASH, reply.ticket, b"abc").await.expect("kept");
    purge::begin(&mut tx, reply.ticket, 9, at(3)).await.expect("begin");
    tx.commit().await.expect("commit");
    cache.erase_purged().await.expect("erased");
    reply
}

async fn accepted(cache: &Cache, reply: &Operation) {
    let mut tx = world::bulk(cache).await;
    operation::settle(&mut tx, reply.id, Some(&Outcome::Accepted), 8).await.expect("settled");
    let left = purge::accepted(&mut tx, reply.ticket).await.expect("looked at");
    tx.commit().await.expect("commit");
    if left {
        cache.erase_purged().await.expect("erased");
    }
}

async fn offered(cache: &Cache, reply: &Operation) {
    let mut tx = world::bulk(cache).await;
    blob::offer(&mut tx, reply.ticket, HASH).await.expect("owed");
    tx.commit().await.expect("commit");
}

#[tokio::test(flavor = "multi_thread")]
async fn words_accepted_after_their_ticket_has_left_leave_no_word() {
    let home = Home::new();
    let cache = home.begin().await;
    held(&cache).await;
    let reply = left_behind(&cache).await;
    assert!(holds(&decrypted(&home), CANARY), "on its way, so that it could be found");
    accepted(&cache, &reply).await;
    assert!(!holds(&decrypted(&home), CANARY));
    let mut db = world::read(&cache).await;
    assert_eq!(operation::get(&mut db, reply.id).await.expect("get"), None);
    assert_eq!(tray::count(&mut db).await.expect("tray"), 0, "they were sent");
}

#[tokio::test(flavor = "multi_thread")]
async fn such_words_stay_as_long_as_the_server_is_owed_their_file() {
    let home = Home::new();
    let cache = home.begin().await;
    held(&cache).await;
    let reply = left_behind(&cache).await;
    offered(&cache, &reply).await;
    accepted(&cache, &reply).await;
    let kept = operation::get(&mut *world::read(&cache).await, reply.id).await.expect("get");
    assert!(kept.is_some(), "if the file is never taken they go to the tray");
    let mut tx = world::bulk(&cache).await;
    blob::set_state(&mut tx, HASH, blob::State::Delivered).await.expect("the server has it");
    let left = purge::accepted(&mut tx, reply.ticket).await.expect("looked at");
    tx.commit().await.expect("commit");
    if left {
        cache.erase_purged().await.expect("erased");
    }
    assert!(!holds(&decrypted(&home), CANARY));
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_snapshot_is_to_come_that_may_show_the_ticket_nothing_is_forgotten() {
    let home = Home::new();
    let cache = home.begin().await;
    let reply = left_behind(&cache).await;
    accepted(&cache, &reply).await;
    let kept = operation::get(&mut *world::read(&cache).await, reply.id).await.expect("get");
    assert!(kept.is_some());
    held(&cache).await;
    let kept = operation::get(&mut *world::read(&cache).await, reply.id).await.expect("get");
    assert_eq!(kept, None);
}

/// Every snapshot is here.
pub async fn held(cache: &Cache) {
    let held = scope::held(&mut *world::read(cache).await).await.expect("scopes");
    for scope in held {
        let mut tx = world::bulk(cache).await;
        batch::finish_scope(&mut tx, &scope.name).await.expect("finish");
        tx.commit().await.expect("commit");
    }
    world::judge(cache).await;
}
