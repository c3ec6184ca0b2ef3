//! Words of others that only a desk holds after a restore.

use holdfast_domain::{By, ContactId};
use holdfast_protocol::row::MessageRow;
use holdfast_protocol::salvage::{Salvage, SalvageAnswer};
use holdfast_protocol::{Row, Whole};
use holdfast_server::admin::Request;
use holdfast_server::load::key;
use jiff::SignedDuration;

use crate::backup::words;
use crate::intake::{deliveries, write_on};
use crate::world::*;

const LOST: &str = "It is on fire now.";

async fn message(desk: &Desk, text: &str) -> MessageRow {
    let whole: Whole =
        desk.get(&format!("/v1/tickets/{}", ticket("mine"))).await.expect("a ticket");
    let mut messages = whole.rows.into_iter().filter_map(|row| match row {
        Row::Message(row) => Some(row),
        _ => None,
    });
    messages.find(|row| row.text == text).expect("the words")
}

async fn bring(desk: &Desk, messages: Vec<MessageRow>) -> u32 {
    let body = Salvage { messages, notes: Vec::new() };
    let answer: SalvageAnswer = desk.post("/v1/sync/salvage", &body).await.expect("an answer");
    answer.kept
}

/// A customer wrote after the backup; a desk had it, the restored server has not.
async fn after_a_loss() -> (World, MessageRow) {
    let world = World::new().await;
    let ada = world.desk("ada@desk.example").await;
    let copy = world.backup().await;
    write_on(&world, "mine", LOST).await;
    let lost = message(&ada, LOST).await;
    let (world, _) = world.lost_and_restored(&copy).await;
    (world, lost)
}

#[tokio::test]
async fn a_customers_words_that_only_a_desk_had_are_kept_shown_to_a_keeper_and_put_back() {
    let (world, lost) = after_a_loss().await;
    let ada = world.desk("ada@desk.example").await;
    assert!(!words(&ada, "mine").await.contains(&LOST.to_owned()));
    assert_eq!(bring(&ada, vec![lost.clone()]).await, 1);
    assert_eq!(bring(&ada, vec![lost.clone()]).await, 0, "once is enough");
    assert!(!words(&ada, "mine").await.contains(&LOST.to_owned()), "a keeper decides");
    let told = world.admin(Request::Doctor).await.expect_err("it is told");
    assert!(told.contains("1 messages or notes that desks held are not here"), "{told}");
    let told = world.admin(Request::SalvageList).await.expect("a list").join("\n");
    assert!(told.contains(&lost.id.to_string()) && !told.contains(LOST), "{told}");
    let told = world.admin(Request::SalvageShow { id: lost.id.0 }).await.expect("words");
    assert!(told.join("\n").contains(LOST));
    let before = deliveries(&world, 0).await.len();
    world.admin(Request::SalvageApply { id: None }).await.expect("put back");
    let again = message(&ada, LOST).await;
    assert_eq!((again.id, again.by), (lost.id, lost.by));
    assert_eq!(deliveries(&world, 0).await.len(), before, "nobody is sent anything");
    let none = world.admin(Request::SalvageList).await.expect("a list").join("\n");
    assert!(none.contains("0 are not here"), "{none}");
    world.check().await;
}

#[tokio::test]
async fn a_reply_that_is_put_back_is_sent_to_nobody_again() {
    let world = World::new().await;
    let ada = world.desk("ada@desk.example").await;
    let mut ann = world.desk("ann@desk.example").await;
    let copy = world.backup().await;
    let seen = message(&ada, "Since Monday.").await.id;
    let text = "We are looking into it.";
    ann.push(&[operation(ticket("mine"), reply(text, Some(seen)))]).await.expect("taken");
    let lost = message(&ada, text).await;
    let (world, _) = world.lost_and_restored(&copy).await;
    let ada = world.desk("ada@desk.example").await;
    assert_eq!(bring(&ada, vec![lost.clone()]).await, 1);
    let before = deliveries(&world, 0).await.len();
    world.admin(Request::SalvageApply { id: Some(lost.id.0) }).await.expect("put back");
    assert_eq!(message(&ada, text).await.by, lost.by);
    assert_eq!(deliveries(&world, 0).await.len(), before, "the customer has had it");
    world.check().await;
}

#[tokio::test]
async fn a_server_that_was_never_restored_or_long_ago_keeps_nothing_and_so_does_one_that_has_it() {
    let world = World::new().await;
    let ada = world.desk("ada@desk.example").await;
    let mut row = message(&ada, "Since Monday.").await;
    assert_eq!(bring(&ada, vec![row.clone()]).await, 0, "it is here");
    row.id.0 = new_id();
    assert_eq!(bring(&ada, vec![row.clone()]).await, 0, "nothing was ever lost");
    let (world, lost) = after_a_loss().await;
    world.clock.forward(SignedDuration::from_hours(24 * 31));
    let ada = world.desk("ada@desk.example").await;
    assert_eq!(bring(&ada, vec![lost]).await, 0, "a month is over");
}

#[tokio::test]
async fn words_on_a_ticket_out_of_sight_are_not_taken() {
    let (world, lost) = after_a_loss().await;
    let gil = world.desk("gil@desk.example").await;
    assert_eq!(bring(&gil, vec![lost.clone()]).await, 0);
    let mut forged = lost;
    forged.by = By::Customer(ContactId(key::contact("zoe").0));
    assert_eq!(bring(&gil, vec![forged]).await, 0);
}
