//! What left its author's sight with its ticket before a copy had it, and a restored server lacks.

use holdfast_domain::{Action, Operation, TicketId};
use holdfast_protocol::escrow::{
    Deposit, ESCROW_OPERATIONS_MAX, Escrow, EscrowAnswer, Fate, MAGIC, PIECE_MAGIC, Piece, Sealed,
    piece_of,
};
use holdfast_protocol::{Code, sealing};
use holdfast_server::admin::Request;
use jiff::SignedDuration;

use crate::backup::words;
use crate::blobs::{file, note_with, put_part};
use crate::rights::{create, holder};
use crate::world::*;

/// An operation of that agent, as her desk seals it.
async fn sealed(desk: &mut Desk, author: &str, operation: &Operation) -> Sealed {
    let key = desk.hello().await.expect("a hello").sealing.expect("a key").public_key;
    seal(&key, author, operation)
}

fn seal(key: &str, author: &str, operation: &Operation) -> Sealed {
    let text = serde_json::to_string(operation).expect("JSON");
    let plain = Deposit { author: agent(author), operation: text }.bytes();
    let belongs_to = operation.id.bytes();
    let sealed = sealing::seal(key, (MAGIC, belongs_to.as_slice()), &plain).expect("sealed");
    Sealed { id: operation.id, sealed: hex::encode(sealed.bytes()) }
}

async fn bring(desk: &Desk, operations: &[Sealed]) -> Vec<Fate> {
    let body = Escrow { operations: operations.to_vec() };
    let answer: EscrowAnswer = desk.post("/v1/sync/escrow", &body).await.expect("an answer");
    answer.fates
}

fn yours(operation: &Operation) -> Fate {
    Fate::Yours { operation: serde_json::to_string(operation).expect("JSON") }
}

async fn restored() -> (World, Desk) {
    let world = World::new().await;
    world.desk("ada@desk.example").await;
    let copy = world.backup().await;
    let (world, _) = world.lost_and_restored(&copy).await;
    let ada = world.desk("ada@desk.example").await;
    (world, ada)
}

/// A chunk as a desk of that agent seals it.
fn piece(key: &str, author: &str, (operation, hash, n): (&Operation, &str, u32)) -> Vec<u8> {
    let bytes = b"a line of a log\n".to_vec();
    let plain = Piece { author: agent(author), bytes }.bytes();
    let belongs_to = piece_of(operation.id, hash, n);
    sealing::seal(key, (PIECE_MAGIC, belongs_to.as_slice()), &plain).expect("sealed").bytes()
}

#[tokio::test]
async fn a_file_that_lay_in_escrow_is_brought_by_its_author_and_by_nobody_else() {
    let (world, mut ada) = restored().await;
    let key = ada.hello().await.expect("a hello").sealing.expect("a key").public_key;
    let file = file(b"a line of a log\n");
    let (hash, said) = (file.hash.as_str(), operation(ticket("mine"), note_with(&file)));
    ada.push(std::slice::from_ref(&said)).await.expect("taken");
    let mut ann = world.desk("ann@desk.example").await;
    let of_ann = operation(ticket("mine"), note_with(&file));
    ann.push(std::slice::from_ref(&of_ann)).await.expect("she has learned the hash");
    let right = piece(&key, "ada", (&said, hash, 0));
    let refused = [
        (&ann, right.clone(), &said, "another's"),
        (&ada, piece(&key, "ann", (&said, hash, 0)), &said, "sealed by another"),
        (&ada, piece(&key, "ada", (&said, hash, 1)), &said, "of another place"),
        (&ada, right.clone(), &of_ann, "of other words"),
        (&ada, right[..40].to_vec(), &said, "cut"),
        (&ada, Vec::new(), &said, "empty"),
    ];
    for (desk, bytes, words, what) in refused {
        let failure = put_part(desk, &file, 0, (&bytes, Some(words.id))).await.expect_err(what);
        assert_eq!(failure.code, Code::BadRequest, "{what}");
    }
    let state = put_part(&ada, &file, 0, (&right, Some(said.id))).await.expect("taken");
    assert!(state.complete);
}

#[tokio::test]
async fn an_agent_is_given_back_what_she_wrote_on_a_ticket_that_she_sees_and_then_it_is_known() {
    let (_world, mut ada) = restored().await;
    let lost = operation(ticket("mine"), note("before I handed it over"));
    let one = sealed(&mut ada, "ada", &lost).await;
    assert_eq!(bring(&ada, std::slice::from_ref(&one)).await, [yours(&lost)]);
    assert!(!words(&ada, "mine").await.contains(&"before I handed it over".to_owned()));
    ada.push(&[lost]).await.expect("taken");
    assert_eq!(bring(&ada, &[one]).await, [Fate::Known]);
}

#[tokio::test]
async fn of_a_ticket_that_she_does_not_see_she_is_given_nothing_and_a_keeper_finds_her_words() {
    let (world, _) = restored().await;
    let mut gil = world.desk("gil@desk.example").await;
    let lost = operation(ticket("mine"), reply("a reply of gil", None));
    let one = sealed(&mut gil, "gil", &lost).await;
    let (from, to) = (holder("green", Some("gil")), holder("red", Some("ada")));
    let assign = operation(ticket("mine"), Action::Assign { from, to });
    let other = sealed(&mut gil, "gil", &assign).await;
    assert_eq!(bring(&gil, &[one, other]).await, [Fate::Away, Fate::Away]);
    let told = world.admin(Request::SalvageList).await.expect("a list").join("\n");
    assert!(told.contains("1 are not here") && !told.contains("a reply of gil"), "{told}");
    let (id, _) = lost.action.message().expect("words");
    let told = world.admin(Request::SalvageShow { id: id.0 }).await.expect("words").join("\n");
    assert!(told.contains("a reply of gil"), "{told}");
}

#[tokio::test]
async fn nobody_is_given_what_another_has_written_or_what_was_sealed_for_something_else() {
    let (_world, mut ada) = restored().await;
    let of_ann = operation(ticket("mine"), note("ann's"));
    let of_ada = operation(ticket("mine"), note("ada's"));
    let foreign = sealed(&mut ada, "ann", &of_ann).await;
    let right = sealed(&mut ada, "ada", &of_ada).await;
    let under_another_id = Sealed { id: of_ann.id, ..right.clone() };
    let cut = Sealed { sealed: right.sealed[..80].to_owned(), ..right.clone() };
    let no_hex = Sealed { sealed: "words".to_owned(), ..right.clone() };
    let fates = bring(&ada, &[foreign, under_another_id, cut, no_hex, right]).await;
    assert_eq!(fates[..4], [Fate::Away, Fate::Away, Fate::Away, Fate::Away]);
    assert_eq!(fates[4], yours(&of_ada));
}

#[tokio::test]
async fn a_ticket_that_she_began_and_gave_away_begins_again_with_all_that_she_did_to_it() {
    let (_world, mut ada) = restored().await;
    let key = ada.hello().await.expect("a hello").sealing.expect("a key").public_key;
    let begun = operation(TicketId(new_id()), create("ana", "blue"));
    let noted = operation(begun.ticket, note("and this on it"));
    let both = [seal(&key, "ada", &begun), seal(&key, "ada", &noted)];
    assert_eq!(bring(&ada, &both).await, [yours(&begun), yours(&noted)]);
    assert_eq!(bring(&ada, &both[1..]).await, [Fate::Away], "nothing is known of that ticket");
}

#[tokio::test]
async fn an_id_that_another_has_used_or_that_was_refused_is_not_known() {
    let (world, mut ada) = restored().await;
    let lost = operation(ticket("mine"), note("the words of ada"));
    let one = sealed(&mut ada, "ada", &lost).await;
    let mut ann = world.desk("ann@desk.example").await;
    let taken = Operation { action: note("ann has read the id"), ..lost.clone() };
    ann.push(&[taken]).await.expect("taken");
    assert_eq!(bring(&ada, std::slice::from_ref(&one)).await, [yours(&lost)]);
}

#[tokio::test]
async fn a_server_that_was_never_restored_keeps_no_words_of_tickets_out_of_sight() {
    let world = World::new().await;
    let mut gil = world.desk("gil@desk.example").await;
    let one = sealed(&mut gil, "gil", &operation(ticket("mine"), note("of gil"))).await;
    assert_eq!(bring(&gil, &[one]).await, [Fate::Away]);
    let told = world.admin(Request::SalvageList).await.expect("a list").join("\n");
    assert!(told.contains("0 are not here"), "{told}");
}

#[tokio::test]
async fn a_month_after_a_restore_a_desk_forgets_what_nobody_will_want() {
    let (world, mut ada) = restored().await;
    let hers = operation(ticket("mine"), note("long ago"));
    let one = sealed(&mut ada, "ada", &hers).await;
    let away = sealed(&mut ada, "ada", &operation(ticket("far"), note("and far away"))).await;
    world.clock.forward(SignedDuration::from_hours(24 * 31));
    let ada = world.desk("ada@desk.example").await;
    assert_eq!(bring(&ada, &[one, away]).await, [yours(&hers), Fate::Over]);
}

#[tokio::test]
async fn more_than_a_body_holds_is_refused_and_so_is_a_session_without_a_desk() {
    let (world, mut ada) = restored().await;
    let one = sealed(&mut ada, "ada", &operation(ticket("mine"), note("many"))).await;
    let body = Escrow { operations: vec![one; ESCROW_OPERATIONS_MAX + 1] };
    let refused = ada.post::<EscrowAnswer>("/v1/sync/escrow", &body).await.expect_err("too many");
    assert_eq!(refused.code, Code::BadRequest);
    let password = world.password("ann@desk.example").await;
    let ann = Desk::sign_in(&ada.url, "ann@desk.example", &password).await.expect("signed in");
    let none = Escrow::default();
    let refused = ann.post::<EscrowAnswer>("/v1/sync/escrow", &none).await.expect_err("no hello");
    assert_eq!(refused.code, Code::BadRequest);
}
