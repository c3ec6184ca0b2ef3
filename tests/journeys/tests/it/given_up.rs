//! Files that the server never takes, and what becomes of the words they hung on.

use anyhow::{Context, Result};
use holdfast_desk::ipc::error::Code;
use holdfast_journeys::desk::times;
use holdfast_journeys::{Disk, ELENA, Person, Server, TOMAS};
use serde_json::{Value, json};

use crate::files::{PART_BYTES, attach_to, noise};

/// Lines of a configuration that takes small files only.
fn small_files_only() -> String {
    format!("\n[limits]\nattachment_bytes = {PART_BYTES}\n")
}

/// Waits until she is told of so many files that the server refused.
async fn told_of(person: &Person, files: usize) -> Result<Vec<Value>> {
    let refused = |item: &&Value| item["need"]["need"]["why"] == "file_refused";
    let told = move |outbox: &Value| {
        let items = outbox["needs_you"].as_array();
        items.is_some_and(|items| items.iter().filter(refused).count() == files)
    };
    let outbox = person.until("she is told", ("outbox.list", json!({})), told).await?;
    Ok(outbox["needs_you"].as_array().context("items")?.clone())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_note_stands_without_the_file_that_was_refused_and_a_restored_server_gets_it_again()
-> Result<()> {
    let mut server = Server::with_sample().await?;
    let (_a, elena) = Person::at_work(&server, ELENA).await?;
    elena.without_undo().await?;
    let ticket = elena.own_ticket().await?;
    server.kill().await?;
    server.back_up()?;
    elena.offline().await?;
    attach_to(&elena, (&ticket, "note"), &noise(2 * PART_BYTES)).await?;
    elena.note(&ticket, "the dump for the second tier").await?;
    server.configure(&small_files_only())?;
    server.start().await?;
    elena.tries_again().await?;
    let told = told_of(&elena, 1).await?;
    assert_eq!(told[0]["name"], "note@1");
    let draft = elena.call("draft.get", json!({ "ticket": ticket, "kind": "note" })).await?;
    assert_eq!(draft, Value::Null, "a note waits for no file: it stands");
    assert_eq!(times(&elena.ticket(&ticket).await?, "the dump for the second tier"), 1);
    server.kill().await?;
    elena.offline().await?;
    server.restore().await?;
    server.start().await?;
    elena.tries_again().await?;
    elena.synced().await?;
    told_of(&elena, 1).await?;
    assert_eq!(times(&elena.ticket(&ticket).await?, "the dump for the second tier"), 1);
    let (_b, tomas) = Person::at_work(&server, TOMAS).await?;
    assert_eq!(times(&tomas.ticket(&ticket).await?, "the dump for the second tier"), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn words_whose_file_is_refused_after_their_ticket_has_left_lie_in_the_tray() -> Result<()> {
    let mut server = Server::with_sample().await?;
    let (seat, elena) = Person::at_work(&server, ELENA).await?;
    elena.without_undo().await?;
    let rows = elena.rows(json!({ "view": "unassigned" })).await?;
    let ticket = rows[0]["ticket"].as_str().context("something is unassigned")?.to_owned();
    let directory = elena.call("directory.get", json!({})).await?;
    let second_tier = |team: &&Value| team["tier"] == 2 && team["city"] == "Querétaro";
    let team = directory["teams"].as_array().into_iter().flatten().find(second_tier);
    let team = team.context("the centre has a second tier")?["id"].clone();
    server.kill().await?;
    elena.offline().await?;
    attach_to(&elena, (&ticket, "reply"), &noise(2 * PART_BYTES)).await?;
    elena.reply(&ticket, "the zorkmid dump, as asked").await?;
    let away = json!({
        "selection": { "select": "tickets", "tickets": [ticket] }, "team": team, "agent": null,
    });
    elena.call("bulk.apply", away).await?;
    server.configure(&small_files_only())?;
    server.start().await?;
    elena.tries_again().await?;
    let one = |tray: &Value| tray["items"].as_array().is_some_and(|items| items.len() == 1);
    let tray = elena.until("she is told", ("tray.list", json!({})), one).await?;
    assert_eq!(elena.fails("ticket.open", json!({ "ticket": ticket })).await?, Code::NotFound);
    let key = json!({ "key": tray["items"][0]["key"] });
    let opened = elena.call("tray.open", key).await?;
    assert_eq!(opened["text"], "the zorkmid dump, as asked\n\n📎 memory.dmp");
    let outbox = elena.call("outbox.list", json!({})).await?;
    assert_eq!(outbox["needs_you"], json!([]), "she is told once");
    let sent = server.deliveries().await?;
    assert!(sent.iter().all(|row| row["text"] != "the zorkmid dump, as asked"));
    Disk::of(&seat)?.until_gone("zorkmid").await
}
