//! Attachments: who may bring and fetch them, and what waits for them.

use holdfast_domain::operation::{Action, Note, Reply};
use holdfast_domain::words::Attachment;
use holdfast_domain::{Holder, MessageId, NoteId, OperationId};
use holdfast_protocol::blob::BlobState;
use holdfast_protocol::limits::BLOB_CHUNK_BYTES;
use holdfast_protocol::{Code, Failure, Row, Whole};
use holdfast_server::load::key;

use crate::intake::deliveries;
use crate::world::*;

pub fn file(bytes: &[u8]) -> Attachment {
    Attachment {
        hash: blake3::hash(bytes).to_hex().to_string(),
        name: "log.txt".into(),
        media_type: "text/plain".into(),
        size_bytes: u64::try_from(bytes.len()).expect("a size"),
    }
}

pub fn note_with(file: &Attachment) -> Action {
    let (note, text) = (NoteId(new_id()), "See the file.".to_owned());
    Action::Note(Note { note, text, language: None, attachments: vec![file.clone()] })
}

/// A reply to the newest message of the ticket, with a file.
async fn reply_with(desk: &Desk, file: &Attachment) -> Action {
    Action::Reply(Reply {
        message: MessageId(new_id()),
        text: "Read this.".into(),
        language: None,
        attachments: vec![file.clone()],
        seen_through: newest_message(desk).await,
    })
}

async fn newest_message(desk: &Desk) -> Option<MessageId> {
    let whole: Whole =
        desk.get(&format!("/v1/tickets/{}", ticket("mine"))).await.expect("the ticket");
    whole.rows.iter().rev().find_map(|row| match row {
        Row::Message(row) => Some(row.id),
        _ => None,
    })
}

pub async fn put(
    desk: &Desk,
    file: &Attachment,
    n: u32,
    bytes: &[u8],
) -> Result<BlobState, Failure> {
    put_part(desk, file, n, (bytes, None)).await
}

/// The same of a chunk that lay in escrow with that operation.
pub async fn put_part(
    desk: &Desk,
    file: &Attachment,
    n: u32,
    (bytes, sealed_for): (&[u8], Option<OperationId>),
) -> Result<BlobState, Failure> {
    let (url, hash, size) = (&desk.url, &file.hash, file.size_bytes);
    let sealed_for = sealed_for.map(|id| format!("&sealed_for={id}")).unwrap_or_default();
    let url = format!("{url}/v1/blobs/{hash}/{n}?size_bytes={size}{sealed_for}");
    let request = desk.http.put(url).bearer_auth(&desk.session.access_token);
    read(request.body(bytes.to_vec())).await
}

async fn get(desk: &Desk, file: &Attachment, n: u32) -> Result<Vec<u8>, Failure> {
    let url = format!("{}/v1/blobs/{}/{n}", desk.url, file.hash);
    let request = desk.http.get(url).bearer_auth(&desk.session.access_token);
    let response = request.send().await.expect("an answer");
    if !response.status().is_success() {
        return Err(response.json().await.expect("a failure"));
    }
    Ok(response.bytes().await.expect("bytes").to_vec())
}

#[tokio::test]
async fn a_file_comes_in_chunks_in_any_order_and_is_read_by_those_who_see_its_words() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let ann = world.desk("ann@desk.example").await;
    let gil = world.desk("gil@desk.example").await;
    let bytes: Vec<u8> = (0..BLOB_CHUNK_BYTES + 1000).map(|n| (n % 251) as u8).collect();
    let log = file(&bytes);
    let early = put(&ada, &log, 0, &bytes[..BLOB_CHUNK_BYTES]).await.expect_err("no words yet");
    assert_eq!(early.code, Code::NotFound, "words first, then the file");

    ada.push(&[operation(ticket("mine"), note_with(&log))]).await.expect("an answer");
    let (first, second) = bytes.split_at(BLOB_CHUNK_BYTES);
    let state = put(&ada, &log, 1, second).await.expect("the last chunk first");
    assert_eq!((state.chunks, state.complete), (vec![1], false));
    let failure = get(&ann, &log, 0).await.expect_err("not complete");
    assert_eq!(failure.code, Code::NotFound);
    let state = put(&ada, &log, 0, first).await.expect("the rest");
    assert!(state.complete);
    assert_eq!(get(&ann, &log, 0).await.expect("a chunk"), first);
    assert_eq!(get(&ann, &log, 1).await.expect("a chunk"), second);
    assert_eq!(get(&ann, &log, 2).await.expect_err("no chunk").code, Code::NotFound);
    assert_eq!(get(&gil, &log, 0).await.expect_err("not his").code, Code::NotFound);
    put(&ada, &log, 0, first).await.expect("again changes nothing");
    world.check().await;
}

#[tokio::test]
async fn knowing_a_hash_gives_nobody_the_file() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let mut gil = world.desk("gil@desk.example").await;
    let bytes = b"the secret of the reds".to_vec();
    let secret = file(&bytes);
    ada.push(&[operation(ticket("mine"), note_with(&secret))]).await.expect("an answer");
    put(&ada, &secret, 0, &bytes).await.expect("complete");
    gil.push(&[operation(ticket("far"), note_with(&secret))]).await.expect("an answer");
    assert_eq!(get(&gil, &secret, 0).await.expect_err("he only names it").code, Code::NotFound);
    let wrong = vec![b'?'; bytes.len()];
    let failure = put(&gil, &secret, 0, &wrong).await.expect_err("he cannot bring it");
    assert_eq!(failure.code, Code::BadRequest);
    assert_eq!(get(&ada, &secret, 0).await.expect("unspoilt"), bytes);
}

#[tokio::test]
async fn sizes_that_lie_and_files_beyond_the_bound_are_refused() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let bytes = b"small".to_vec();
    let small = file(&bytes);
    ada.push(&[operation(ticket("mine"), note_with(&small))]).await.expect("an answer");
    let lie = Attachment { size_bytes: 6, ..small.clone() };
    assert_eq!(put(&ada, &lie, 0, b"small!").await.expect_err("a lie").code, Code::BadRequest);
    assert_eq!(put(&ada, &small, 0, b"smal").await.expect_err("short").code, Code::BadRequest);
    assert_eq!(put(&ada, &small, 1, b"").await.expect_err("no chunk").code, Code::BadRequest);
    let huge = Attachment { size_bytes: 3 << 30, ..small.clone() };
    let failure = put(&ada, &huge, 0, &bytes).await.expect_err("3 GiB");
    assert_eq!(failure.code, Code::TooLarge);
    assert_eq!(failure.params["limit_bytes"], 25 * 1024 * 1024);
    let answer = ada.push(&[operation(ticket("mine"), note_with(&huge))]).await.expect("an answer");
    assert!(
        answer.settled[0]
            .outcome
            .as_ref()
            .is_some_and(|outcome| { matches!(outcome, holdfast_domain::Outcome::Refused { .. }) })
    );
    for hash in ["../../etc/passwd", "ABC", &"A".repeat(64)] {
        let odd = Attachment { hash: hash.into(), ..small.clone() };
        put(&ada, &odd, 0, &bytes).await.expect_err("no hash");
    }
}

#[tokio::test]
async fn an_author_brings_the_file_of_her_words_though_their_ticket_has_left_her_sight() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let gil = world.desk("gil@desk.example").await;
    let bytes = b"how to".to_vec();
    let manual = file(&bytes);
    let reply = reply_with(&ada, &manual).await;
    let from = Holder { team: key::team("red"), agent: Some(agent("ada")) };
    let assign = Action::Assign { from, to: Holder { team: key::team("blue"), agent: None } };
    let both = [operation(ticket("mine"), reply), operation(ticket("mine"), assign)];
    let answer = ada.push(&both).await.expect("an answer");
    let accepted = Some(holdfast_domain::Outcome::Accepted);
    assert!(answer.settled.iter().all(|settled| settled.outcome == accepted), "{answer:?}");
    let unseen: Result<Whole, Failure> = ada.get(&format!("/v1/tickets/{}", ticket("mine"))).await;
    assert_eq!(unseen.expect_err("out of her sight").code, Code::NotFound);

    let url = format!("/v1/blobs/{}", manual.hash);
    let state: BlobState = ada.get(&url).await.expect("her own upload");
    assert_eq!((state.chunks, state.complete), (vec![], false));
    assert!(put(&ada, &manual, 0, &bytes).await.expect("the customer waits for it").complete);
    let state: BlobState = ada.get(&url).await.expect("her own upload");
    assert!(state.complete, "she is owed nothing more");
    assert_eq!(deliveries(&world, 0).await[0].text, "Read this.");
    let failure = get(&ada, &manual, 0).await.expect_err("no words that she sees name it");
    assert_eq!(failure.code, Code::NotFound);
    assert_eq!(put(&gil, &manual, 0, &bytes).await.expect_err("not his").code, Code::NotFound);
}

#[tokio::test]
async fn a_reply_waits_for_its_files_and_is_not_skipped_when_they_come_late() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let bytes = b"how to".to_vec();
    let manual = file(&bytes);
    let with_file = reply_with(&ada, &manual).await;
    ada.push(&[operation(ticket("mine"), with_file)]).await.expect("an answer");
    let next = reply("And tell me.", newest_message(&ada).await);
    ada.push(&[operation(ticket("mine"), next)]).await.expect("an answer");
    let out = deliveries(&world, 0).await;
    assert_eq!(out.iter().map(|out| out.text.as_str()).collect::<Vec<_>>(), ["And tell me."]);
    put(&ada, &manual, 0, &bytes).await.expect("complete");
    let late = deliveries(&world, out[0].position).await;
    assert_eq!(late.iter().map(|out| out.text.as_str()).collect::<Vec<_>>(), ["Read this."]);
}

#[tokio::test]
async fn a_reply_whose_file_its_author_has_given_up_does_not_go_out_when_the_same_bytes_come() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let gil = world.desk("gil@desk.example").await;
    let bytes = b"how to".to_vec();
    let manual = file(&bytes);
    let first = reply_with(&ada, &manual).await;
    ada.push(&[operation(ticket("mine"), first)]).await.expect("an answer");
    assert_eq!(forgo(&gil, &manual).await.expect_err("not his to give up").code, Code::NotFound);
    for _ in 0..2 {
        let state = forgo(&ada, &manual).await.expect("given up, also when said twice");
        assert!(!state.complete);
    }
    let again = reply_with(&ada, &manual).await;
    ada.push(&[operation(ticket("mine"), again)]).await.expect("an answer");
    put(&ada, &manual, 0, &bytes).await.expect("the file is taken after all");
    assert_eq!(deliveries(&world, 0).await.len(), 1, "the customer reads it once");
    assert!(forgo(&ada, &manual).await.expect("too late").complete);
    assert_eq!(deliveries(&world, 0).await.len(), 1, "what has gone out has gone out");
}

async fn forgo(desk: &Desk, file: &Attachment) -> Result<BlobState, Failure> {
    let request = desk.http.delete(format!("{}/v1/blobs/{}", desk.url, file.hash));
    read(request.bearer_auth(&desk.session.access_token)).await
}
