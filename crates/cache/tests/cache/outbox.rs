//! The outbox: numbers, outcomes, undo, and the second copy.

use std::collections::BTreeSet;

use holdfast_cache::table::operation::{self, Discard, State};
use holdfast_cache::table::{sync, thread, ticket};
use holdfast_cache::{Cache, CacheError, quarantine_and_salvage};
use holdfast_domain::operation::Reply;
use holdfast_domain::outcome::HeldReason;
use holdfast_domain::{Action, AgentId, By, MessageId, Operation, OperationId, Outcome, Refusal};
use holdfast_protocol::Row;
use holdfast_protocol::push::digest_of;
use holdfast_protocol::row::MessageRow;

use crate::world::{self, Home, at};

/// My replies of these numbers, as [`world::reply`] names them.
fn ids(numbers: &[u128]) -> Vec<OperationId> {
    numbers.iter().map(|n| world::reply(*n, world::ticket_id(*n), "").id).collect()
}

async fn number(cache: &Cache, replies: &[u128]) -> Vec<i64> {
    let mut tx = world::agent(cache).await;
    let frozen = operation::number(&mut tx, &ids(replies)).await.expect("numbers");
    tx.commit().await.expect("commit");
    frozen.iter().map(|frozen| frozen.number).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_are_contiguous_and_given_at_the_first_push_only() {
    let home = Home::new();
    let cache = home.begin().await;
    for n in 1..=3 {
        world::write(&cache, &world::reply(n, world::ticket_id(n), "words")).await;
    }
    let mut tx = world::agent(&cache).await;
    let gone = operation::discard(&mut tx, world::reply(2, world::ticket_id(2), "").id).await;
    assert!(matches!(gone, Ok(Discard::Gone(_))), "free before the push");
    tx.commit().await.expect("commit");
    assert_eq!(number(&cache, &[1, 2, 3]).await, [1, 2], "a discarded one leaves no gap");
    world::write(&cache, &world::reply(4, world::ticket_id(4), "words")).await;
    let mut tx = world::agent(&cache).await;
    let batch = operation::number(&mut tx, &ids(&[3, 1, 4])).await.expect("numbers");
    let got: Vec<_> = batch.iter().map(|frozen| (frozen.number, frozen.id)).collect();
    let [third, first, fourth] = ids(&[3, 1, 4])[..] else { panic!("three") };
    assert_eq!(got, [(2, third), (1, first), (3, fourth)], "sent again under their numbers");
    for frozen in &batch {
        assert_eq!(frozen.digest, digest_of(frozen.bytes.as_bytes()));
    }
    let late = operation::discard(&mut tx, batch[0].id).await.expect("discard");
    assert_eq!(late, Discard::TooLate, "the server may know it");
}

#[tokio::test(flavor = "multi_thread")]
async fn numbers_need_a_desk_id_and_an_epoch() {
    let home = Home::new();
    let cache = home.open().await;
    world::write(&cache, &world::reply(1, world::ticket_id(1), "written before hello")).await;
    let mut tx = world::agent(&cache).await;
    let batch = operation::number(&mut tx, &ids(&[1])).await;
    assert!(matches!(batch, Err(CacheError::Misuse(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_written_keeps_when_it_may_leave_until_it_is_pushed() {
    let home = Home::new();
    let cache = home.begin().await;
    let mut tx = world::agent(&cache).await;
    let me = AgentId(world::id(world::ME));
    for (n, release_s) in [(1, 100), (2, 0)] {
        let reply = world::reply(n, world::ticket_id(1), "words");
        operation::insert(&mut tx, &reply, me, at(release_s)).await.expect("insert");
    }
    tx.commit().await.expect("commit");
    drop(cache);
    let cache = home.open().await;
    let waiting = operation::waiting(&mut *world::read(&cache).await).await.expect("waiting");
    let terms = |found: &operation::Stored| (found.kept.release_at, found.number);
    assert_eq!(waiting.iter().map(terms).collect::<Vec<_>>(), [(at(100), None), (at(0), None)]);
    assert_eq!(number(&cache, &[2]).await, [1], "only what was chosen gets a number");
    let waiting = operation::waiting(&mut *world::read(&cache).await).await.expect("waiting");
    assert_eq!(waiting.iter().map(|w| w.number).collect::<Vec<_>>(), [None, Some(1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_operation_that_no_push_could_hold_is_refused_when_it_is_written() {
    let home = Home::new();
    let cache = home.begin().await;
    let mut tx = world::agent(&cache).await;
    let too_long = world::reply(9, world::ticket_id(9), &"x".repeat(300 * 1024));
    let me = AgentId(world::id(world::ME));
    let refused = operation::insert(&mut tx, &too_long, me, at(0)).await;
    assert!(matches!(refused, Err(CacheError::Misuse(_))), "checked when it is written");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outcome_settles_once_and_what_is_not_accepted_asks_for_its_author() {
    let home = Home::new();
    let cache = home.begin().await;
    world::apply(&cache, vec![Row::Ticket(world::ticket(1, 5))]).await;
    let reply = world::reply(1, world::ticket_id(1), "stale");
    world::write(&cache, &reply).await;
    number(&cache, &[1]).await;
    let reason = HeldReason::NewerWords { message: MessageId(world::id(5)) };
    let held = Outcome::Held { reason };
    let mut tx = world::bulk(&cache).await;
    let settled = operation::settle(&mut tx, reply.id, Some(&held), 77).await.expect("settle");
    let settled = settled.expect("it was waiting");
    assert_eq!((settled.state, settled.outcome_seq), (State::Held, Some(77)));
    let again = operation::settle(&mut tx, reply.id, Some(&Outcome::Accepted), 78).await;
    assert_eq!(again.expect("settle"), None, "settled exactly once");
    let counts = operation::counts(&mut tx).await.expect("counts");
    assert_eq!((counts.waiting, counts.needs_you), (0, 1));
    let seen = ticket::get(&mut tx, world::ticket_id(1)).await.expect("get").expect("it");
    assert!(seen.needs_you);
    assert_eq!(seen.pending, 0);
    operation::acknowledge(&mut tx, reply.id).await.expect("seen");
    assert_eq!(operation::counts(&mut tx).await.expect("counts").needs_you, 0);
    assert!(operation::get(&mut tx, reply.id).await.expect("get").is_some(), "nothing expires it");
    assert_eq!(operation::forget_settled(&mut tx, 76).await.expect("forget"), 0, "not backed up");
    assert_eq!(operation::forget_settled(&mut tx, 77).await.expect("forget"), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_stand_in_the_thread_ask_their_author_nothing_any_more() {
    let home = Home::new();
    let cache = home.begin().await;
    world::apply(&cache, vec![Row::Ticket(world::ticket(1, 5))]).await;
    let reply = world::reply(1, world::ticket_id(1), "as they are");
    let other = world::reply(2, world::ticket_id(1), "not these");
    let written_on = world::reply(3, world::ticket_id(1), "as they were");
    for held in [&reply, &other, &written_on] {
        world::write(&cache, held).await;
        let reason = HeldReason::NewerWords { message: MessageId(world::id(5)) };
        let mut tx = world::bulk(&cache).await;
        let held = operation::settle(&mut tx, held.id, Some(&Outcome::Held { reason }), 6).await;
        held.expect("settle").expect("it was waiting");
        tx.commit().await.expect("commit");
    }
    // She has sent the first as they are; that she did was at the end of a log that is cut off.
    let id = |operation: &Operation| match &operation.action {
        Action::Reply(Reply { message, .. }) => *message,
        _ => panic!("a reply"),
    };
    let by = By::Agent(AgentId(world::id(world::ME)));
    let came = |operation, place, text| {
        let row = world::message(1, 7, place, text);
        Row::Message(MessageRow { id: id(operation), by, ..row })
    };
    let rows = vec![came(&reply, 0, "as they are"), came(&written_on, 1, "other words")];
    world::apply(&cache, rows).await;
    let needs = operation::needs_you(&mut *world::read(&cache).await).await.expect("needs");
    let asked: Vec<OperationId> = needs.iter().map(|stored| stored.kept.id).collect();
    assert_eq!(asked, [other.id, written_on.id], "other words are not hers");
}

#[tokio::test(flavor = "multi_thread")]
async fn another_epoch_gives_new_numbers_and_keeps_ids_and_refusals() {
    let home = Home::new();
    let cache = home.begin().await;
    for n in 1..=4 {
        world::write(&cache, &world::reply(n, world::ticket_id(n), "words")).await;
    }
    number(&cache, &[1, 2, 3, 4]).await;
    let mut tx = world::bulk(&cache).await;
    let id = |n| world::reply(n, world::ticket_id(n), "").id;
    let no = Outcome::Refused { refusal: Refusal::NotFound };
    operation::settle(&mut tx, id(1), Some(&Outcome::Accepted), 50).await.expect("settle");
    operation::settle(&mut tx, id(2), Some(&no), 60).await.expect("settle");
    operation::settle(&mut tx, id(3), Some(&Outcome::Accepted), 70).await.expect("settle");
    assert!(sync::adopt_epoch(&mut tx, world::id(0xE2)).await.expect("epoch"));
    assert!(!sync::adopt_epoch(&mut tx, world::id(0xE2)).await.expect("epoch"), "the same again");
    operation::renumber_all(&mut tx, Some(60)).await.expect("renumber");
    let all = ids(&[1, 2, 3, 4]);
    let batch = operation::number(&mut tx, &all).await.expect("numbers");
    let got: Vec<_> = batch.iter().map(|frozen| (frozen.number, frozen.id)).collect();
    assert_eq!(got, [(1, id(3)), (2, id(4))], "forgotten ones go again, refused ones never");
    let known = operation::get(&mut tx, id(1)).await.expect("get").expect("it");
    assert_eq!(known.state, State::Accepted, "the backup still had it");
    assert_eq!(sync::get(&mut tx).await.expect("sync").cursor, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_waiting_operation_forecasts_and_the_servers_image_comes_back_after_it() {
    let home = Home::new();
    let cache = home.begin().await;
    let id = world::ticket_id(1);
    world::apply(&cache, vec![Row::Ticket(world::ticket(1, 5))]).await;
    let reply = world::reply(1, id, "words");
    let mut tx = world::agent(&cache).await;
    let position =
        operation::insert(&mut tx, &reply, AgentId(world::id(world::ME)), at(0)).await.expect("in");
    let mut forecast = world::ticket(1, 5);
    forecast.subject = "as forecast".to_owned();
    ticket::put_seen(&mut tx, &forecast).await.expect("forecast");
    let mut words = world::message(1, 9, 0, "words");
    words.key = thread::WAITING + position;
    holdfast_cache::table::message::put_waiting(&mut tx, &words).await.expect("words");
    tx.commit().await.expect("commit");

    // The server's row changes meanwhile: the seen row stays, the image is new.
    let mut newer = world::ticket(1, 6);
    newer.subject = "as the server has it".to_owned();
    let applied = world::apply(&cache, vec![Row::Ticket(newer.clone())]).await;
    assert_eq!(applied.replay, BTreeSet::from([id]));
    let mut tx = world::agent(&cache).await;
    let seen = ticket::get(&mut tx, id).await.expect("get").expect("it");
    assert_eq!((seen.row.subject.as_str(), seen.pending), ("as forecast", 1));
    assert_eq!(ticket::confirmed(&mut tx, id).await.expect("image"), Some(newer.clone()));

    // Taken back: image seen again, forecast words gone.
    operation::discard(&mut tx, reply.id).await.expect("discard");
    let seen = ticket::get(&mut tx, id).await.expect("get").expect("it");
    assert_eq!((seen.row, seen.pending), (newer, 0));
    let entries = thread::entries(&mut tx, id, None, 10).await;
    assert!(entries.expect("thread").is_empty());
    let late = ticket::put_seen(&mut tx, &forecast).await;
    assert!(matches!(late, Err(CacheError::Misuse(_))), "no forecast without an operation");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_only_waits_here_is_gone_with_its_last_operation() {
    let home = Home::new();
    let cache = home.begin().await;
    let id = world::ticket_id(1);
    let begin = world::reply(1, id, "stands for a beginning");
    let mut tx = world::agent(&cache).await;
    let me = AgentId(world::id(world::ME));
    operation::insert(&mut tx, &begin, me, at(0)).await.expect("insert");
    let mut forecast = world::ticket(1, 0);
    forecast.number = None;
    ticket::put_seen(&mut tx, &forecast).await.expect("forecast");
    let seen = ticket::get(&mut tx, id).await.expect("get").expect("it");
    assert_eq!((seen.pending, seen.row.number), (1, None));
    assert_eq!(ticket::confirmed(&mut tx, id).await.expect("image"), None);
    let no = Outcome::Refused { refusal: Refusal::NotAllowed };
    operation::settle(&mut tx, begin.id, Some(&no), 9).await.expect("settle");
    assert_eq!(ticket::get(&mut tx, id).await.expect("get"), None);
    assert_eq!(operation::needs_you(&mut tx).await.expect("needs you").len(), 1, "she is told");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_said_to_be_saved_survives_without_the_database() {
    let home = Home::new();
    let cache = home.begin().await;
    let reply = world::reply(1, world::ticket_id(1), "acknowledged");
    world::write(&cache, &reply).await;
    // As if killed right after "saved": nothing is closed, the log is lost, the file unreadable.
    home.ruin();
    let now = at(3_000_000);
    let salvage = quarantine_and_salvage(&home.path(), &Home::key(), now).await.expect("salvage");
    assert_eq!(salvage.operations.len(), 1);
    assert_eq!(salvage.operations[0].operation().expect("an operation"), reply);
    drop(cache);
}

/// A reply that was pushed, and whether it can be discarded as if nobody had it.
async fn pushed(cache: &Cache) -> OperationId {
    let reply = world::reply(1, world::ticket_id(1), "perhaps there already");
    world::write(cache, &reply).await;
    let mut tx = world::agent(cache).await;
    assert_eq!(operation::number(&mut tx, &[reply.id]).await.expect("numbered").len(), 1);
    tx.commit().await.expect("before the first byte leaves");
    reply.id
}

async fn is_too_late(cache: &Cache, id: OperationId) -> bool {
    let mut tx = world::agent(cache).await;
    operation::discard(&mut tx, id).await.expect("asked") == Discard::TooLate
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_was_pushed_under_another_number_cannot_be_discarded_as_if_nobody_had_it() {
    let home = Home::new();
    let cache = home.begin().await;
    let id = pushed(&cache).await;
    let mut tx = world::agent(&cache).await;
    operation::renumber_all(&mut tx, None).await.expect("another desk id");
    tx.commit().await.expect("commit");
    let stored = operation::get(&mut *world::read(&cache).await, id).await.expect("read");
    assert_eq!(stored.expect("it waits").state, State::Waiting);
    assert!(is_too_late(&cache, id).await, "under the other number it may have arrived");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_was_pushed_is_known_to_have_been_after_its_cache_was_damaged() {
    let home = Home::new();
    let cache = home.begin().await;
    let id = pushed(&cache).await;
    let never = world::reply(2, world::ticket_id(2), "nobody has it");
    world::write(&cache, &never).await;
    drop(cache);
    home.ruin();
    quarantine_and_salvage(&home.path(), &Home::key(), at(3_000_000)).await.expect("set aside");
    let cache = home.open().await;
    assert!(is_too_late(&cache, id).await);
    assert!(!is_too_late(&cache, never.id).await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_torn_tail_of_the_second_copy_costs_only_itself() {
    let home = Home::new();
    let cache = home.begin().await;
    for n in 1..=3 {
        world::write(&cache, &world::reply(n, world::ticket_id(n), "words")).await;
    }
    let sealed = holdfast_cache::seal::path(&home.path());
    let bytes = std::fs::read(&sealed).expect("the second copy");
    drop(cache);
    // The end alone, then more: the end is 81 bytes.
    for (cut, left) in [(1, 3), (40, 3), (100, 2), (400, 2)] {
        std::fs::write(&sealed, &bytes[..bytes.len() - usize::try_from(cut).expect("small")])
            .expect("torn");
        home.ruin();
        let now = at(3_000_000 + cut);
        let found = quarantine_and_salvage(&home.path(), &Home::key(), now).await.expect("salvage");
        assert_eq!(found.lost, 1);
        assert_eq!(found.operations.len(), left, "cut by {cut}");
        let salvage = home.path().with_file_name("desk.db.salvage");
        std::fs::remove_file(salvage).expect("each cut is looked at alone");
    }
    // A flipped byte in the middle costs that record.
    let mut flipped = bytes.clone();
    let middle = bytes.len() / 2;
    flipped[middle] ^= 1;
    std::fs::write(&sealed, &flipped).expect("flipped");
    home.ruin();
    let now = at(3_100_000);
    let found = quarantine_and_salvage(&home.path(), &Home::key(), now).await.expect("salvage");
    assert_eq!((found.operations.len(), found.lost), (2, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_copy_is_cut_down_when_most_of_it_is_settled() {
    let home = Home::new();
    let cache = home.begin().await;
    let sealed = holdfast_cache::seal::path(&home.path());
    let mut longest = 0;
    for n in 0..40 {
        let mut tx = world::agent(&cache).await;
        for m in 0..20 {
            let reply = world::reply(n * 20 + m, world::ticket_id(n), "words");
            let me = AgentId(world::id(world::ME));
            operation::insert(&mut tx, &reply, me, at(0)).await.expect("insert");
            operation::settle(&mut tx, reply.id, Some(&Outcome::Accepted), 5).await.expect("done");
        }
        tx.commit().await.expect("commit");
        longest = longest.max(std::fs::metadata(&sealed).expect("a file").len());
    }
    let last = std::fs::metadata(&sealed).expect("a file").len();
    assert!(last < longest, "{last} of {longest} bytes");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_copy_that_cannot_be_cut_down_keeps_everything_and_is_cut_down_later() {
    let home = Home::new();
    let cache = home.begin().await;
    let sealed = holdfast_cache::seal::path(&home.path());
    world::write(&cache, &world::reply(1, world::ticket_id(1), "waits since long")).await;
    // A folder stands where the new file would be written.
    let in_the_way = home.path().with_file_name("desk.db.outbox.new");
    std::fs::create_dir(&in_the_way).expect("a folder");
    settle_many(&cache, 1_000).await;
    world::write(&cache, &world::reply(2, world::ticket_id(2), "written after it")).await;
    let long = std::fs::metadata(&sealed).expect("a file").len();
    std::fs::remove_dir(&in_the_way).expect("out of the way");
    let before = std::fs::read(&sealed).expect("the copy");
    settle_many(&cache, 2_000).await;
    let short = std::fs::metadata(&sealed).expect("a file").len();
    assert!(short < long, "{short} of {long} bytes once it can be");
    world::write(&cache, &world::reply(3, world::ticket_id(3), "the last")).await;
    drop(cache);
    let after = std::fs::read(&sealed).expect("the copy");
    for (copy, waiting, now_s) in [(before, 2, 3_000_000), (after, 3, 3_000_001)] {
        std::fs::write(&sealed, copy).expect("as it was then");
        home.ruin();
        let found = quarantine_and_salvage(&home.path(), &Home::key(), at(now_s)).await;
        let found = found.expect("salvage");
        assert_eq!((found.operations.len(), found.lost), (waiting, 0));
        let salvage = home.path().with_file_name("desk.db.salvage");
        std::fs::remove_file(salvage).expect("each copy is looked at alone");
    }
}

/// Operations that are written and accepted, numbered from `first`: two records each.
async fn settle_many(cache: &Cache, first: u128) {
    let mut tx = world::agent(cache).await;
    for n in first..first + 600 {
        let reply = world::reply(n, world::ticket_id(9), "words");
        let me = AgentId(world::id(world::ME));
        operation::insert(&mut tx, &reply, me, at(0)).await.expect("insert");
        operation::settle(&mut tx, reply.id, Some(&Outcome::Accepted), 5).await.expect("done");
    }
    tx.commit().await.expect("what is appended is safe");
}
