//! What was accepted on a ticket that leaves lies in escrow until a copy of the server has it.

use aws_lc_rs::agreement::{PrivateKey, X25519};
use holdfast_cache::batch::{self, Origin};
use holdfast_cache::table::blob;
use holdfast_cache::table::escrow::{self, Sealed};
use holdfast_cache::table::operation::{self, State};
use holdfast_cache::table::sync;
use holdfast_cache::{Cache, CacheError, purge};
use holdfast_domain::operation::Note;
use holdfast_domain::{Action, AgentId, NoteId, Operation, Outcome, Refusal};
use holdfast_protocol::Row;
use holdfast_protocol::escrow::{Deposit, MAGIC, PIECE_MAGIC, Piece, piece_of};
use holdfast_protocol::letter::Sealing;
use holdfast_protocol::sealing;

use crate::disk::{decrypted, holds};
use crate::gone::held;
use crate::world::{self, Home, at};

const CANARY: &str = "zorkmid";
const PRIVATE: [u8; 32] = [9; 32];

fn public_key() -> String {
    let private = PrivateKey::from_private_key(&X25519, &PRIVATE).expect("a key");
    hex::encode(private.compute_public_key().expect("its other half"))
}

/// A cache that knows the server's key, with all its snapshots.
async fn begun(home: &Home) -> Cache {
    let cache = home.begin().await;
    held(&cache).await;
    let mut tx = world::bulk(&cache).await;
    let sealing = Sealing { public_key: public_key(), stamp: String::new() };
    escrow::set_sealing(&mut tx, &sealing).await.expect("kept");
    tx.commit().await.expect("commit");
    cache
}

/// A reply that is accepted in that commit, before the ticket leaves.
async fn handed_over(cache: &Cache, n: u128, seq: i64) -> Operation {
    world::apply(cache, vec![Row::Ticket(world::ticket(n, 5))]).await;
    let reply = world::reply(n, world::ticket_id(n), &format!("the {CANARY} is on fire"));
    world::write(cache, &reply).await;
    let mut tx = world::bulk(cache).await;
    operation::settle(&mut tx, reply.id, Some(&Outcome::Accepted), seq).await.expect("settled");
    purge::begin(&mut tx, reply.ticket, seq, at(3)).await.expect("begin");
    tx.commit().await.expect("commit");
    cache.erase_purged().await.expect("erased");
    reply
}

async fn lying(cache: &Cache, epoch: u128) -> Vec<Sealed> {
    let mut db = world::read(cache).await;
    escrow::of_other_epochs(&mut db, world::id(epoch)).await.expect("read")
}

fn opened(one: &Sealed) -> Deposit {
    let belongs_to = one.id.bytes();
    let sealed = sealing::Sealed::read(&one.bytes).expect("long enough");
    let plain = sealing::open(PRIVATE.to_vec(), (MAGIC, belongs_to.as_slice()), sealed);
    Deposit::read(&plain.expect("the server opens it")).expect("a deposit")
}

/// A reply with a file that the server has, handed over as above.
async fn handed_over_with_a_file(cache: &Cache, bytes: &[u8]) -> (Operation, String) {
    world::apply(cache, vec![Row::Ticket(world::ticket(1, 5))]).await;
    let hash = blake3::hash(bytes).to_hex().to_string();
    let plain = world::reply(1, world::ticket_id(1), "the log of it");
    let reply = world::with_file(plain, world::attachment(&hash, bytes.len()));
    let mut tx = world::agent(cache).await;
    blob::keep(&mut tx, &hash, reply.ticket, bytes).await.expect("kept");
    tx.commit().await.expect("commit");
    world::write(cache, &reply).await;
    let mut tx = world::bulk(cache).await;
    operation::settle(&mut tx, reply.id, Some(&Outcome::Accepted), 8).await.expect("settled");
    blob::offer(&mut tx, reply.ticket, &hash).await.expect("owed");
    blob::set_state(&mut tx, &hash, blob::State::Delivered).await.expect("the server has it");
    purge::begin(&mut tx, reply.ticket, 8, at(3)).await.expect("begin");
    tx.commit().await.expect("commit");
    cache.erase_purged().await.expect("erased");
    (reply, hash)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_left_with_its_words_lies_there_for_the_server_alone() {
    let home = Home::new();
    let cache = begun(&home).await;
    // Two chunks, and the canary in both.
    let bytes = format!("{CANARY} ").repeat(180_000).into_bytes();
    let (reply, hash) = handed_over_with_a_file(&cache, &bytes).await;
    assert!(!holds(&decrypted(&home), CANARY));
    let mut db = world::read(&cache).await;
    assert_eq!(blob::get(&mut db, &hash).await.expect("get"), None);
    let mut put_together = Vec::new();
    for n in 0..2 {
        let (id, sealed) = escrow::piece(&mut db, &hash, n).await.expect("read").expect("there");
        assert_eq!(id, reply.id);
        let (belongs_to, elsewhere) = (piece_of(id, &hash, n), piece_of(id, &hash, n + 1));
        let sealed = sealing::Sealed::read(&sealed).expect("long enough");
        let open = |of: &[u8]| sealing::open(PRIVATE.to_vec(), (PIECE_MAGIC, of), sealed.clone());
        assert!(open(&elsewhere).is_err(), "it has its place");
        let piece = Piece::read(&open(&belongs_to).expect("opened")).expect("a piece");
        assert_eq!(piece.author, AgentId(world::id(world::ME)));
        put_together.extend(piece.bytes);
    }
    assert!(put_together == bytes);
    assert_eq!(escrow::piece(&mut db, &hash, 2).await.expect("read"), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_lies_there_until_a_copy_of_the_server_has_its_words_be_they_back_or_not() {
    for comes_back in [false, true] {
        let home = Home::new();
        let cache = begun(&home).await;
        let (reply, hash) = handed_over_with_a_file(&cache, b"a log").await;
        let mut tx = world::bulk(&cache).await;
        if comes_back {
            sync::adopt_epoch(&mut tx, world::id(0xE2)).await.expect("restored");
            let text = serde_json::to_string(&reply).expect("JSON");
            let author = AgentId(world::id(world::ME));
            let back = escrow::take_back(&mut tx, (reply.id, &text), author, at(9)).await;
            assert_eq!(back.expect("taken"), Some(reply.ticket));
            let file = blob::get(&mut tx, &hash).await.expect("get").expect("named");
            assert!(file.is_lost() && escrow::has_file(&mut tx, &file).await.expect("read"));
            operation::settle(&mut tx, reply.id, Some(&Outcome::Accepted), 8).await.expect("again");
        }
        escrow::forget_durable(&mut tx, 7).await.expect("not yet");
        assert!(escrow::piece(&mut tx, &hash, 0).await.expect("read").is_some());
        operation::forget_settled(&mut tx, 8).await.expect("durable");
        escrow::forget_durable(&mut tx, 8).await.expect("durable");
        assert_eq!(escrow::piece(&mut tx, &hash, 0).await.expect("read"), None);
        tx.commit().await.expect("commit");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_server_can_read_what_left_with_its_ticket() {
    let home = Home::new();
    let cache = begun(&home).await;
    let reply = handed_over(&cache, 1, 8).await;
    assert!(!holds(&decrypted(&home), CANARY));
    let mut db = world::read(&cache).await;
    assert_eq!(operation::get(&mut db, reply.id).await.expect("get"), None);
    drop(db);
    assert_eq!(lying(&cache, 0xE1).await, [], "this epoch has it");
    let [one] = &lying(&cache, 0xE2).await[..] else { panic!("one lies there") };
    let deposit = opened(one);
    assert_eq!(deposit.author, AgentId(world::id(world::ME)));
    let read: Operation = serde_json::from_str(&deposit.operation).expect("an operation");
    assert_eq!(read, reply);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_copy_of_the_server_has_lies_there_no_more() {
    let home = Home::new();
    let cache = begun(&home).await;
    handed_over(&cache, 1, 8).await;
    let later = handed_over(&cache, 2, 9).await;
    let mut tx = world::bulk(&cache).await;
    escrow::forget_durable(&mut tx, 8).await.expect("forgotten");
    sync::set_durable(&mut tx, 8).await.expect("durable");
    tx.commit().await.expect("commit");
    let ids: Vec<_> = lying(&cache, 0xE2).await.iter().map(|one| one.id).collect();
    assert_eq!(ids, [later.id]);
    let early = handed_over(&cache, 3, 7).await;
    assert!(lying(&cache, 0xE2).await.iter().all(|one| one.id != early.id), "it is in a copy");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_the_server_gives_back_waits_where_it_stood_and_another_epochs_copies_say_nothing() {
    let home = Home::new();
    let cache = begun(&home).await;
    let reply = handed_over(&cache, 1, 8).await;
    let after = world::reply(2, world::ticket_id(2), "written after it");
    world::write(&cache, &after).await;
    let mut tx = world::bulk(&cache).await;
    sync::adopt_epoch(&mut tx, world::id(0xE2)).await.expect("another epoch");
    operation::renumber_all(&mut tx, Some(0)).await.expect("numbers");
    escrow::forget_durable(&mut tx, 100).await.expect("of this epoch nothing lies there");
    tx.commit().await.expect("commit");
    let [one] = &lying(&cache, 0xE2).await[..] else { panic!("it lies there") };
    let bytes = opened(one).operation;
    let mut tx = world::bulk(&cache).await;
    let me = AgentId(world::id(world::ME));
    let back = escrow::take_back(&mut tx, (one.id, &bytes), me, at(9)).await.expect("back");
    assert_eq!(back, Some(reply.ticket));
    let again = escrow::take_back(&mut tx, (one.id, &bytes), me, at(9)).await.expect("back");
    assert_eq!(again, None, "once");
    tx.commit().await.expect("commit");
    let waiting = operation::waiting(&mut *world::read(&cache).await).await.expect("waiting");
    let ids: Vec<_> = waiting.iter().map(|stored| stored.kept.id).collect();
    assert_eq!(ids, [reply.id, after.id], "in the order in which she wrote");
    assert_eq!(waiting[0].state, State::Waiting);
    assert!(waiting[0].kept.pushed, "it cannot be undone as if nobody had it");
    let mut tx = world::agent(&cache).await;
    let gone = operation::discard(&mut tx, reply.id).await.expect("discard");
    assert_eq!(gone, operation::Discard::TooLate);
}

/// Another epoch, as a hello brings it about.
async fn restored(cache: &Cache) {
    let mut tx = world::bulk(cache).await;
    escrow::gather(&mut tx).await.expect("gathered");
    sync::adopt_epoch(&mut tx, world::id(0xE2)).await.expect("another epoch");
    operation::renumber_all(&mut tx, Some(0)).await.expect("numbers");
    tx.commit().await.expect("commit");
}

/// Those whose turn has come.
async fn next(cache: &Cache) -> Vec<Sealed> {
    lying(cache, 0xE2).await.into_iter().filter(|one| one.is_next).collect()
}

async fn given_back(cache: &Cache, lying: &[Sealed]) {
    let mut tx = world::bulk(cache).await;
    for one in lying {
        let of = (one.id, opened(one).operation);
        let me = AgentId(world::id(world::ME));
        escrow::take_back(&mut tx, (of.0, &of.1), me, at(9)).await.expect("back").expect("once");
    }
    tx.commit().await.expect("commit");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_followed_a_handing_over_waits_until_that_is_done_again_and_the_ticket_is_back() {
    let home = Home::new();
    let cache = begun(&home).await;
    let on_ticket = world::ticket_id(1);
    let [first, second, third] =
        [11, 12, 13].map(|n| world::reply(n, on_ticket, &format!("{n} of her replies")));
    for (reply, seq) in [(&first, 8), (&second, 10)] {
        world::apply(&cache, vec![Row::Ticket(world::ticket(1, seq - 1))]).await;
        world::write(&cache, reply).await;
        let mut tx = world::bulk(&cache).await;
        let accepted = Some(&Outcome::Accepted);
        operation::settle(&mut tx, reply.id, accepted, seq).await.expect("settled");
        purge::begin(&mut tx, on_ticket, seq, at(3)).await.expect("begin");
        tx.commit().await.expect("commit");
    }
    world::apply(&cache, vec![Row::Ticket(world::ticket(1, 11))]).await;
    world::write(&cache, &third).await;
    let mut tx = world::bulk(&cache).await;
    operation::settle(&mut tx, third.id, Some(&Outcome::Accepted), 12).await.expect("settled");
    tx.commit().await.expect("commit");
    restored(&cache).await;
    let waiting = operation::waiting(&mut *world::read(&cache).await).await.expect("waiting");
    assert_eq!(waiting, [], "the third would be refused after the first");
    for (n, reply) in [first, second, third].iter().enumerate() {
        let lying = next(&cache).await;
        assert_eq!(lying.iter().map(|one| one.id).collect::<Vec<_>>(), [reply.id], "{n}");
        given_back(&cache, &lying).await;
        let waiting = next(&cache).await;
        assert_eq!(waiting, [], "nothing has its turn while what came before it waits");
        let mut tx = world::bulk(&cache).await;
        let accepted = Some(&Outcome::Accepted);
        operation::settle(&mut tx, reply.id, accepted, 20).await.expect("settled");
        tx.commit().await.expect("commit");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_whose_file_was_given_up_stands_at_the_server_and_lies_there_too() {
    let home = Home::new();
    let cache = begun(&home).await;
    world::apply(&cache, vec![Row::Ticket(world::ticket(1, 5))]).await;
    let mut note = world::reply(1, world::ticket_id(1), "");
    note.action = Action::Note(Note {
        note: NoteId(world::id(0x9073)),
        text: "its file is too large".to_owned(),
        language: None,
        attachments: Vec::new(),
    });
    let reply = world::reply(2, world::ticket_id(1), "and so is that of this");
    for of_hers in [&note, &reply] {
        world::write(&cache, of_hers).await;
        let mut tx = world::bulk(&cache).await;
        let accepted = Some(&Outcome::Accepted);
        operation::settle(&mut tx, of_hers.id, accepted, 8).await.expect("settled");
        operation::give_up(&mut tx, of_hers.id, Refusal::TooMuch).await.expect("given up");
        operation::acknowledge(&mut tx, of_hers.id).await.expect("she knows");
        tx.commit().await.expect("commit");
    }
    let mut tx = world::bulk(&cache).await;
    purge::begin(&mut tx, note.ticket, 9, at(3)).await.expect("begin");
    tx.commit().await.expect("commit");
    let ids: Vec<_> = lying(&cache, 0xE2).await.iter().map(|one| one.id).collect();
    assert_eq!(ids, [note.id], "the words of the reply are hers again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_is_here_again_is_told_and_what_is_no_operation_stays_where_it_is() {
    let home = Home::new();
    let cache = begun(&home).await;
    let reply = handed_over(&cache, 1, 8).await;
    restored(&cache).await;
    let here = escrow::here_again(&mut *world::read(&cache).await).await.expect("read");
    assert!(here.is_empty());
    let mut tx = world::bulk(&cache).await;
    let rows = vec![Row::Ticket(world::ticket(1, 3))];
    let epoch = world::id(0xE2);
    batch::apply_rows(&mut tx, epoch, Origin::Changes, rows).await.expect("rows");
    tx.commit().await.expect("commit");
    let here = escrow::here_again(&mut *world::read(&cache).await).await.expect("read");
    assert_eq!(here.into_iter().collect::<Vec<_>>(), [(reply.ticket, 3)]);
    let other = world::reply(2, world::ticket_id(1), "another");
    for bytes in ["no JSON", &serde_json::to_string(&other).expect("JSON")] {
        let mut tx = world::bulk(&cache).await;
        let me = AgentId(world::id(world::ME));
        let back = escrow::take_back(&mut tx, (reply.id, bytes), me, at(9)).await;
        assert!(matches!(back, Err(CacheError::Stored(_))), "{bytes}");
    }
    assert_eq!(lying(&cache, 0xE2).await.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_accepted_in_the_commit_with_which_its_ticket_leaves_is_of_that_stay() {
    let home = Home::new();
    let cache = begun(&home).await;
    let on_ticket = world::ticket_id(1);
    let replies = [11, 12, 13, 14].map(|n| world::reply(n, on_ticket, &format!("her {n}")));
    for (stay, seq) in [(&replies[..2], 8), (&replies[2..], 10)] {
        world::apply(&cache, vec![Row::Ticket(world::ticket(1, seq - 1))]).await;
        for reply in stay {
            world::write(&cache, reply).await;
        }
        // As one commit of the server tells it: the ticket has left, then what became of hers.
        let mut tx = world::bulk(&cache).await;
        purge::begin(&mut tx, on_ticket, seq, at(3)).await.expect("begin");
        for reply in stay {
            let accepted = Some(&Outcome::Accepted);
            operation::settle(&mut tx, reply.id, accepted, seq).await.expect("settled");
        }
        assert!(purge::accepted(&mut tx, on_ticket).await.expect("left"));
        tx.commit().await.expect("commit");
    }
    restored(&cache).await;
    let ids = |lying: &[Sealed]| lying.iter().map(|one| one.id).collect::<Vec<_>>();
    assert_eq!(ids(&next(&cache).await), [replies[0].id, replies[1].id]);
    assert_eq!(lying(&cache, 0xE2).await.len(), 4, "a keeper may read the others");
}
