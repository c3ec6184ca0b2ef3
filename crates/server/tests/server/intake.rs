//! Customers' words in, our replies out.

use holdfast_domain::{Category, ContactId, TicketId};
use holdfast_protocol::intake::{Delivery, Intake, IntakeAnswer};
use holdfast_protocol::{Code, Failure, Row, Whole};
use holdfast_server::load::key;

use crate::world::*;

async fn post(world: &World, token: &str, said: &Intake) -> Result<IntakeAnswer, Failure> {
    let http = reqwest::Client::new();
    let request = http.post(format!("{}/v1/intake", world.server.url)).bearer_auth(token);
    read(request.json(said)).await
}

pub async fn deliveries(world: &World, after: i64) -> Vec<Delivery> {
    let url = format!("{}/v1/deliveries?after={after}", world.server.url);
    read(reqwest::Client::new().get(url).bearer_auth(CHANNEL)).await.expect("deliveries")
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
