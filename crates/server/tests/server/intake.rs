//! Customers' words in, our replies out.

use std::slice;

use holdfast_domain::ticket::Channel;
use holdfast_domain::words::Attachment;
use holdfast_domain::{Action, Category, ContactId, MessageId, Outcome, TicketId};
use holdfast_protocol::intake::{Delivery, Intake, IntakeAnswer};
use holdfast_protocol::limits::BLOB_CHUNK_BYTES;
use holdfast_protocol::{Code, Failure, Row, Whole};
use holdfast_server::Config;
use holdfast_server::admin::Request;
use holdfast_server::load::key;

use crate::blobs;
use crate::world::*;

async fn post(world: &World, token: &str, said: &Intake) -> Result<IntakeAnswer, Failure> {
    let http = reqwest::Client::new();
    let request = http.post(format!("{}/v1/intake", world.server.url)).bearer_auth(token);
    read(request.json(said)).await
}

pub async fn deliveries(world: &World, after: i64) -> Vec<Delivery> {
    deliveries_of(world, CHANNEL, after).await
}

async fn deliveries_of(world: &World, token: &str, after: i64) -> Vec<Delivery> {
    let url = format!("{}/v1/deliveries?after={after}", world.server.url);
    read(reqwest::Client::new().get(url).bearer_auth(token)).await.expect("deliveries")
}

/// Token of the channel `letters`, which is of the kind mail.
const LETTERS: &str = "a-token-for-the-letters";

/// A configuration with `letters` beside `portal`.
fn with_letters(config: Config) -> Config {
    let mut config = config;
    config.channel_tokens.insert("letters".into(), LETTERS.into());
    config.channel_kinds.insert("letters".into(), Channel::Mail);
    config
}

/// The small world with the channels `portal` and `letters`.
async fn of_two_channels() -> World {
    World::with(with_letters, |outside| outside).await
}

/// The same desk after a restart.
fn at(world: &World, desk: Desk) -> Desk {
    Desk { url: world.server.url.clone(), ..desk }
}

/// Replies to whatever the customer wrote last.
async fn answer(desk: &mut Desk, id: TicketId, text: &str, files: &[Attachment]) -> MessageId {
    let seen = row_of(desk, id).await.last_message;
    let mut action = reply(text, seen);
    let Action::Reply(reply) = &mut action else { unreachable!("it is a reply") };
    reply.attachments = files.to_vec();
    let message = reply.message;
    let answer = desk.push(&[operation(id, action)]).await.expect("an answer");
    assert_eq!(answer.settled[0].outcome, Some(Outcome::Accepted));
    message
}

fn texts(deliveries: &[Delivery]) -> Vec<&str> {
    deliveries.iter().map(|delivery| delivery.text.as_str()).collect()
}

fn words(external_id: &str, contact: ContactId, ticket: Option<TicketId>) -> Intake {
    Intake {
        external_id: external_id.into(),
        contact,
        ticket,
        subject: ticket.is_none().then(|| "It is down again".into()),
        text: format!("Words of {external_id}"),
        severity: None,
    }
}

/// Ana begins a ticket; its number.
pub async fn begin_ticket(world: &World, external_id: &str) -> i64 {
    let said = words(external_id, key::contact("ana"), None);
    post(world, CHANNEL, &said).await.expect("taken").number
}

/// Ana writes on her ticket.
pub async fn write_on(world: &World, of: &str, text: &str) {
    let mut said = words(text, key::contact("ana"), Some(ticket(of)));
    said.text = text.into();
    post(world, CHANNEL, &said).await.expect("taken");
}

async fn row_of(desk: &Desk, id: TicketId) -> holdfast_protocol::row::TicketRow {
    let whole: Whole = desk.get(&format!("/v1/tickets/{id}")).await.expect("the ticket");
    let row = whole.rows.into_iter().find_map(|row| match row {
        Row::Ticket(row) => Some(row),
        _ => None,
    });
    row.expect("a ticket row")
}

#[tokio::test]
async fn words_of_one_external_id_are_taken_once() {
    let world = World::new().await;
    let ada = world.desk("ada@desk.example").await;
    let said = words("portal-1", key::contact("ana"), None);
    let (one, two) = tokio::join!(post(&world, CHANNEL, &said), post(&world, CHANNEL, &said));
    let one = one.expect("taken");
    assert_eq!(one, two.expect("taken"), "even at the same moment");
    assert_eq!(post(&world, CHANNEL, &said).await.expect("taken"), one);
    let row = row_of(&ada, one.ticket).await;
    assert_eq!(row.number, Some(one.number));
    assert_eq!((row.category, row.entries), (Category::New, 3));
    assert_eq!(row.holder.team, key::team("red"), "where the company's newest ticket is");
    world.check().await;
}

#[tokio::test]
async fn words_on_a_ticket_reopen_it_and_words_on_a_closed_one_begin_another() {
    let world = World::new().await;
    let ada = world.desk("ada@desk.example").await;
    let mine = words("portal-2", key::contact("ana"), Some(ticket("mine")));
    let answer = post(&world, CHANNEL, &mine).await.expect("taken");
    assert_eq!(answer.ticket, ticket("mine"));
    let row = row_of(&ada, ticket("mine")).await;
    assert_eq!(row.last_message, Some(answer.message));
    assert!(row.last_from_customer);

    let over = words("portal-3", key::contact("abe"), Some(ticket("over")));
    let answer = post(&world, CHANNEL, &over).await.expect("words are never lost");
    assert_ne!(answer.ticket, ticket("over"));
    assert_eq!(row_of(&ada, answer.ticket).await.subject, "A question of price");
}

#[tokio::test]
async fn wrong_tokens_contacts_and_tickets_are_refused() {
    let world = World::new().await;
    let ana = key::contact("ana");
    let table = [
        ("a-wrong-token-entirely", words("x", ana, None), Code::TokenExpired),
        (CHANNEL, words("x", ContactId(new_id()), None), Code::NotFound),
        (CHANNEL, words("x", ana, Some(ticket("far"))), Code::NotFound),
        (CHANNEL, words("x", ana, Some(TicketId(new_id()))), Code::NotFound),
        (CHANNEL, words("", ana, None), Code::BadRequest),
        (CHANNEL, Intake { subject: None, ..words("x", ana, None) }, Code::BadRequest),
        (CHANNEL, Intake { text: "  ".into(), ..words("x", ana, None) }, Code::BadRequest),
        (CHANNEL, Intake { text: "x".repeat(200_000), ..words("x", ana, None) }, Code::BadRequest),
    ];
    for (token, said, code) in table {
        let failure = post(&world, token, &said).await.expect_err("refused");
        assert_eq!(failure.code, code, "{failure:?}");
    }
}

#[tokio::test]
async fn each_accepted_reply_goes_out_once_and_history_does_not() {
    let world = World::new().await;
    assert!(deliveries(&world, 0).await.is_empty(), "imported replies went out long ago");
    let mut ada = world.desk("ada@desk.example").await;
    let seen = row_of(&ada, ticket("mine")).await.last_message;
    let sent = operation(ticket("mine"), reply("Try it now, please.", seen));
    ada.push(&[operation(ticket("mine"), note("Internal.")), sent.clone()])
        .await
        .expect("an answer");
    ada.push_as(vec![pushed(2, &sent)]).await.expect("the same again");
    let out = deliveries(&world, 0).await;
    assert_eq!(out.len(), 1, "no note, and nothing twice: {out:?}");
    assert_eq!(out[0].text, "Try it now, please.");
    assert_eq!(out[0].contact, key::contact("ana"));
    assert!(deliveries(&world, out[0].position).await.is_empty());
}

#[tokio::test]
async fn a_channel_reads_the_replies_on_tickets_that_came_in_through_it_and_no_others() {
    let world = of_two_channels().await;
    let mut ada = world.desk("ada@desk.example").await;
    let ana = key::contact("ana");
    let by_mail = post(&world, LETTERS, &words("letter-1", ana, None)).await.expect("taken");
    let by_portal = post(&world, CHANNEL, &words("portal-1", ana, None)).await.expect("taken");
    assert_eq!(row_of(&ada, by_mail.ticket).await.channel, Channel::Mail, "as the channel is");
    assert_eq!(row_of(&ada, by_portal.ticket).await.channel, Channel::Portal);
    answer(&mut ada, by_mail.ticket, "By letter.", &[]).await;
    answer(&mut ada, by_portal.ticket, "In the console.", &[]).await;
    // A letter on a ticket of the portal does not take it away from there.
    let late = words("letter-2", ana, Some(by_portal.ticket));
    post(&world, LETTERS, &late).await.expect("taken");
    answer(&mut ada, by_portal.ticket, "Still in the console.", &[]).await;

    let letters = deliveries_of(&world, LETTERS, 0).await;
    assert_eq!(texts(&letters), ["By letter."]);
    let portal = deliveries(&world, 0).await;
    assert_eq!(texts(&portal), ["In the console.", "Still in the console."]);
    assert!(deliveries(&world, portal[1].position).await.is_empty());
}

#[tokio::test]
async fn replies_on_tickets_that_came_through_no_channel_go_out_through_exactly_one() {
    let world = of_two_channels().await;
    let mut ada = world.desk("ada@desk.example").await;
    let mut gil = world.desk("gil@desk.example").await;
    answer(&mut ada, ticket("mine"), "Imported, of the kind mail.", &[]).await;
    answer(&mut ada, ticket("fresh"), "Imported, of the kind portal.", &[]).await;
    answer(&mut gil, ticket("far"), "She called.", &[]).await;
    assert_eq!(texts(&deliveries_of(&world, LETTERS, 0).await), ["Imported, of the kind mail."]);
    let portal = deliveries(&world, 0).await;
    assert_eq!(texts(&portal), ["Imported, of the kind portal.", "She called."]);
    // The customer's first words through a channel make the ticket that channel's.
    let by_letter = words("letter-1", key::contact("ana"), Some(ticket("fresh")));
    post(&world, LETTERS, &by_letter).await.expect("taken");
    answer(&mut ada, ticket("fresh"), "By letter from now on.", &[]).await;
    assert_eq!(texts(&deliveries(&world, portal[1].position).await), [""; 0]);
    let letters = deliveries_of(&world, LETTERS, 0).await;
    assert_eq!(texts(&letters), ["Imported, of the kind mail.", "By letter from now on."]);
}

#[tokio::test]
async fn a_channel_fetches_the_files_of_its_own_replies_and_no_others() {
    let world = of_two_channels().await;
    let mut ada = world.desk("ada@desk.example").await;
    let bytes: Vec<u8> = (0..BLOB_CHUNK_BYTES + 10).map(|n| (n % 251) as u8).collect();
    let manual = blobs::file(&bytes);
    let said = words("portal-1", key::contact("ana"), None);
    let taken = post(&world, CHANNEL, &said).await.expect("taken");
    let message = answer(&mut ada, taken.ticket, "Read this.", slice::from_ref(&manual)).await;
    let hash = manual.hash.clone();
    let fetch = async |token: &str, message: MessageId, hash: &str, chunk: u32| {
        let url = format!("{}/v1/deliveries/{message}/blobs/{hash}/{chunk}", world.server.url);
        let request = reqwest::Client::new().get(url).bearer_auth(token);
        let response = request.send().await.expect("an answer");
        if response.status().is_success() {
            return Ok(response.bytes().await.expect("bytes").to_vec());
        }
        Err(response.json::<Failure>().await.expect("a failure").code)
    };
    assert_eq!(fetch(CHANNEL, message, &hash, 0).await, Err(Code::NotFound), "not there yet");
    let (first, second) = bytes.split_at(BLOB_CHUNK_BYTES);
    blobs::put(&ada, &manual, 0, first).await.expect("a chunk");
    blobs::put(&ada, &manual, 1, second).await.expect("complete");

    let out = deliveries(&world, 0).await;
    assert_eq!(out[0].attachments, slice::from_ref(&manual));
    assert_eq!(fetch(CHANNEL, out[0].message, &hash, 0).await.as_deref(), Ok(first));
    assert_eq!(fetch(CHANNEL, message, &hash, 1).await.as_deref(), Ok(second));
    let unknown = "0".repeat(64);
    for (token, message, hash, chunk, code) in [
        (LETTERS, message, hash.as_str(), 0, Code::NotFound),
        (CHANNEL, message, &hash, 2, Code::NotFound),
        (CHANNEL, message, &unknown, 0, Code::NotFound),
        (CHANNEL, message, "..%2F..%2Flock", 0, Code::NotFound),
        (CHANNEL, MessageId(new_id()), &hash, 0, Code::NotFound),
        (&ada.session.access_token, message, &hash, 0, Code::TokenExpired),
    ] {
        assert_eq!(fetch(token, message, hash, chunk).await, Err(code), "{hash} {chunk}");
    }
    assert!(deliveries_of(&world, LETTERS, 0).await.is_empty());
}

#[tokio::test]
async fn the_replies_of_a_channel_that_is_gone_wait_for_it_and_are_told_by_check() {
    let world = of_two_channels().await;
    let mut ada = world.desk("ada@desk.example").await;
    let said = words("letter-1", key::contact("ana"), None);
    let by_mail = post(&world, LETTERS, &said).await.expect("taken").ticket;
    answer(&mut ada, by_mail, "By letter.", &[]).await;
    answer(&mut ada, ticket("mine"), "Imported, of the kind mail.", &[]).await;
    let first = deliveries_of(&world, LETTERS, 0).await[0].position;
    deliveries_of(&world, LETTERS, first).await;

    let world = world.restart().await;
    let mut ada = at(&world, ada);
    answer(&mut ada, by_mail, "Its customer's words came by letter.", &[]).await;
    answer(&mut ada, ticket("mine"), "She must hear of it.", &[]).await;
    assert_eq!(texts(&deliveries(&world, 0).await), ["She must hear of it."]);
    let told = world.admin(Request::Check).await.expect("sound all the same").join("\n");
    assert!(told.contains("2 replies wait for the channel letters, which is not"), "{told}");

    let world = world.restart_as(with_letters, |outside| outside).await;
    let letters = deliveries_of(&world, LETTERS, first).await;
    let waited = ["Imported, of the kind mail.", "Its customer's words came by letter."];
    assert_eq!(texts(&letters), waited);
    assert_eq!(texts(&deliveries(&world, 0).await), ["She must hear of it."]);
    let told = world.admin(Request::Check).await.expect("sound").join("\n");
    assert!(!told.contains("wait for the channel"), "{told}");
}

#[tokio::test]
async fn a_channel_that_is_new_is_given_no_replies_from_before_it() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    answer(&mut ada, ticket("mine"), "Of the kind mail.", &[]).await;
    let world = world.restart_as(with_letters, |outside| outside).await;
    assert_eq!(texts(&deliveries_of(&world, LETTERS, 0).await), [""; 0]);
    assert_eq!(texts(&deliveries(&world, 0).await), ["Of the kind mail."]);
    let mut ada = at(&world, ada);
    answer(&mut ada, ticket("mine"), "By letter from now on.", &[]).await;
    assert_eq!(texts(&deliveries_of(&world, LETTERS, 0).await), ["By letter from now on."]);
}

#[tokio::test]
async fn replies_written_while_there_was_no_channel_are_told_by_check() {
    let none = |config: Config| Config { channel_tokens: [].into(), ..config };
    let world = World::with(none, |outside| outside).await;
    let mut ada = world.desk("ada@desk.example").await;
    answer(&mut ada, ticket("mine"), "Into the void.", &[]).await;
    let told = world.admin(Request::Check).await.expect("sound").join("\n");
    assert!(told.contains("1 replies were written while there was no channel"), "{told}");
    let world = world.restart().await;
    assert_eq!(texts(&deliveries(&world, 0).await), [""; 0], "a new one gets no old ones");
}
