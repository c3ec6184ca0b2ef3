//! A server that was restored from a backup: what it has forgotten it gets again, once, and no
//! word of the agent's is lost over it.

use holdfast_cache::Cache;
use holdfast_cache::table::draft::{self, Draft};
use holdfast_cache::table::operation::{self, State};
use holdfast_cache::table::sync;
use holdfast_domain::operation::{Action, Note};
use holdfast_domain::outcome::HeldReason;
use holdfast_domain::{MessageId, NoteId, Operation, OperationId, Outcome, Refusal};
use holdfast_protocol::Row;

use crate::world::{self, Home, at, id};

fn note(n: u128) -> Operation {
    let action = Action::Note(Note {
        note: NoteId(id(0xD4AF_0000 + n)),
        text: "for us".to_owned(),
        language: None,
        attachments: Vec::new(),
    });
    world::operation_of(n, world::ticket_id(1), action)
}

/// Written from a draft, accepted at commit `seq`.
async fn accepted(cache: &Cache, n: u128, operation: &Operation, seq: i64) -> Draft {
    world::write(cache, operation).await;
    let mut tx = world::agent(cache).await;
    let words = crate::draft::draft(n, "words");
    draft::save(&mut tx, &words, at(1)).await.expect("draft");
    draft::set_state(&mut tx, words.id, draft::State::Sending, at(1)).await.expect("sending");
    let settled = operation::settle(&mut tx, operation.id, Some(&Outcome::Accepted), seq).await;
    settled.expect("settled");
    draft::set_state(&mut tx, words.id, draft::State::Sent, at(2)).await.expect("sent");
    tx.commit().await.expect("commit");
    words
}

/// The server is another one from now on; what waits for a number then.
async fn another_epoch(cache: &Cache) -> Vec<OperationId> {
    let mut tx = world::agent(cache).await;
    assert!(sync::adopt_epoch(&mut tx, id(0xE2)).await.expect("epoch"));
    operation::renumber_all(&mut tx, Some(0)).await.expect("renumbered");
    tx.commit().await.expect("commit");
    let waiting = operation::waiting(&mut *world::read(cache).await).await.expect("waiting");
    waiting.iter().map(|stored| stored.kept.id).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_whose_file_was_given_up_is_brought_again_and_such_a_reply_is_not() {
    let home = Home::new();
    let cache = home.begin().await;
    world::apply(&cache, vec![Row::Ticket(world::ticket(1, 5))]).await;
    let (note, reply) = (note(1), world::reply(2, world::ticket_id(1), "for the customer"));
    accepted(&cache, 1, &note, 6).await;
    accepted(&cache, 2, &reply, 7).await;
    let mut tx = world::bulk(&cache).await;
    for id in [note.id, reply.id] {
        operation::give_up(&mut tx, id, Refusal::TooMuch).await.expect("the file never comes");
    }
    let needs = operation::needs_you(&mut tx).await.expect("needs");
    assert_eq!(needs.iter().map(|stored| stored.state).collect::<Vec<_>>(), [State::GivenUp; 2]);
    tx.commit().await.expect("commit");
    // Her reply she has as a draft; of a note nothing came back to her.
    assert_eq!(another_epoch(&cache).await, [note.id]);
    let needs = operation::needs_you(&mut *world::read(&cache).await).await.expect("needs");
    assert_eq!(needs.len(), 1, "nothing more is to be said of the note");
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_a_restored_server_holds_are_their_authors_again() {
    let home = Home::new();
    let cache = home.begin().await;
    world::apply(&cache, vec![Row::Ticket(world::ticket(1, 5))]).await;
    let reply = world::reply(1, world::ticket_id(1), "words");
    let words = accepted(&cache, 1, &reply, 6).await;
    assert_eq!(another_epoch(&cache).await, [reply.id]);
    let mut tx = world::bulk(&cache).await;
    let on_its_way = draft::get(&mut tx, words.id).await.expect("draft").expect("it is kept");
    assert_eq!(on_its_way.state, draft::State::Sending);
    let held = Outcome::Held { reason: HeldReason::NewerWords { message: MessageId(id(5)) } };
    operation::settle(&mut tx, reply.id, Some(&held), 3).await.expect("settled");
    draft::set_state(&mut tx, words.id, draft::State::Returned, at(3)).await.expect("returned");
}
