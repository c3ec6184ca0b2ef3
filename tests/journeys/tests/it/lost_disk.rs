//! The server's disk is lost, and a copy of it is put back: desks bring what the copy lacks.

use anyhow::{Context, Result, ensure};
use holdfast_desk::ipc::error::Code;
use holdfast_journeys::desk::times;
use holdfast_journeys::{Disk, ELENA, HANNAH, Person, Server, TOMAS};
use serde_json::{Value, json};

use crate::files::{PART_BYTES, attach_to, delivered, noise};
use crate::tray::moved;

/// Everything the agent of a fresh computer is shown of a ticket.
async fn seen_afresh(server: &Server, login: &str, ticket: &str) -> Result<Value> {
    let (_seat, person) = Person::at_work(server, login).await?;
    person.ticket(ticket).await
}

async fn back_up(server: &Server) -> Result<()> {
    let to = server.elsewhere()?;
    server.run(&["backup", "--to", &to.to_string_lossy()]).await.map(drop)
}

/// The server's disk is lost and a copy of it put back; whoever is there has done her part again.
async fn lost_and_restored(server: &mut Server, person: &Person) -> Result<()> {
    server.kill().await?;
    person.offline().await?;
    server.lose_disk().await?;
    server.start().await?;
    person.tries_again().await?;
    person.synced().await.map(|_| ())
}

/// Waits until a ticket is not before her eyes any more.
async fn left(person: &Person, ticket: &str) -> Result<()> {
    let all = json!({ "view": { "view": "all" }, "sort": "due", "offset": 0, "limit": 200 });
    let gone = |page: &Value| {
        page["rows"].as_array().is_some_and(|rows| rows.iter().all(|r| r["ticket"] != ticket))
    };
    person.until("it has left", ("view.page", all), gone).await?;
    let code = person.fails("ticket.open", json!({ "ticket": ticket })).await?;
    ensure!(code == Code::NotFound, "it can still be opened");
    Ok(())
}

/// Waits until a ticket is before her eyes.
async fn came_back(person: &Person, ticket: &str) -> Result<()> {
    let all = json!({ "view": { "view": "all" }, "sort": "due", "offset": 0, "limit": 200 });
    let here = |page: &Value| {
        page["rows"].as_array().is_some_and(|rows| rows.iter().any(|r| r["ticket"] == ticket))
    };
    person.until("it is back", ("view.page", all), here).await.map(|_| ())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_restored_from_a_backup_gets_back_what_desks_had_sent_since() -> Result<()> {
    let mut server = Server::with_sample().await?;
    let (_e, elena) = Person::at_work(&server, ELENA).await?;
    let (_t, tomas) = Person::at_work(&server, TOMAS).await?;
    elena.without_undo().await?;
    tomas.without_undo().await?;
    let ticket = elena.own_ticket().await?;
    elena.note(&ticket, "before the backup").await?;
    elena.synced().await?;
    back_up(&server).await?;
    let sent = ["a reply of today", "a note of today", "a note of tomas", "written offline"];
    elena.reply(&ticket, sent[0]).await?;
    elena.note(&ticket, sent[1]).await?;
    attach_to(&elena, (&ticket, "note"), b"a trace of today").await?;
    elena.note(&ticket, "with a file of today").await?;
    tomas.note(&ticket, sent[2]).await?;
    elena.act(&ticket, json!({ "act": "tags", "add": ["of-today"], "remove": [] })).await?;
    elena.synced().await?;
    tomas.synced().await?;
    let before = elena.ticket(&ticket).await?;
    server.kill().await?;
    elena.offline().await?;
    // Both hear at a hello how far the backup reaches, and keep what it lacks.
    server.start().await?;
    elena.tries_again().await?;
    tomas.tries_again().await?;
    elena.synced().await?;
    tomas.synced().await?;
    server.kill().await?;
    elena.offline().await?;
    elena.note(&ticket, sent[3]).await?;
    let told = server.lose_disk().await?;
    assert!(told.contains("restored to commit"), "{told}");
    server.start().await?;
    elena.tries_again().await?;
    tomas.tries_again().await?;
    elena.synced().await?;
    tomas.synced().await?;
    for person in [&elena, &tomas] {
        let all = |seen: &Value| sent.iter().all(|text| times(seen, text) == 1);
        person.until("all is back", ("ticket.open", json!({ "ticket": ticket })), all).await?;
    }
    let afresh = seen_afresh(&server, ELENA, &ticket).await?;
    let mut all = sent.to_vec();
    all.extend(["before the backup", "with a file of today"]);
    for text in all {
        assert_eq!(times(&afresh, text), 1, "{text}: {afresh:#}");
        assert_eq!(times(&elena.ticket(&ticket).await?, text), 1, "{text}");
    }
    assert_eq!(afresh["tags"], before["tags"]);
    let delivered = server.deliveries().await?;
    let replies = delivered.iter().filter(|row| row["text"] == sent[0]).count();
    assert_eq!(replies, 1, "the reply goes out of the restored server once");
    server.run(&["check"]).await.context("what is there is sound, the file included")?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_done_to_a_ticket_before_it_was_handed_over_comes_back_to_a_restored_server()
-> Result<()> {
    let mut server = Server::with_sample().await?;
    let (seat, elena) = Person::at_work(&server, ELENA).await?;
    elena.without_undo().await?;
    let ticket = elena.own_ticket().await?;
    back_up(&server).await?;
    let said = "a colleague of the second tier takes over";
    // Two pieces; the first is as large as any.
    attach_to(&elena, (&ticket, "reply"), &noise(PART_BYTES + 7)).await?;
    elena.reply(&ticket, said).await?;
    assert_eq!(delivered(&server, &elena, said).await?, 1);
    elena.note(&ticket, "she has tried everything but the switch").await?;
    moved(&elena, &ticket, 2).await?;
    left(&elena, &ticket).await?;
    let disk = Disk::of(&seat)?;
    disk.until_gone(said).await?;
    lost_and_restored(&mut server, &elena).await?;
    left(&elena, &ticket).await?;
    disk.until_gone(said).await?;
    let (_h, hannah) = Person::at_work(&server, HANNAH).await?;
    let seen = hannah.ticket(&ticket).await?;
    for text in [said, "she has tried everything but the switch"] {
        assert_eq!(times(&seen, text), 1, "{text}: {seen:#}");
    }
    assert_eq!(delivered(&server, &elena, said).await?, 1, "its file has come, too");
    let outbox = elena.call("outbox.list", json!({})).await?;
    assert_eq!((&outbox["needs_you"], &outbox["tray"]), (&json!([]), &json!([])), "{outbox:#}");
    server.run(&["check"]).await.context("what is there is sound, the file included")?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_that_went_to_and_fro_goes_to_and_fro_again_at_a_restored_server() -> Result<()> {
    let mut server = Server::with_sample().await?;
    let (_e, elena) = Person::at_work(&server, ELENA).await?;
    let (seat, hannah) = Person::at_work(&server, HANNAH).await?;
    elena.without_undo().await?;
    hannah.without_undo().await?;
    let ticket = elena.own_ticket().await?;
    back_up(&server).await?;
    elena.reply(&ticket, "the second tier looks at it").await?;
    moved(&elena, &ticket, 2).await?;
    left(&elena, &ticket).await?;
    moved(&hannah, &ticket, 1).await?;
    came_back(&elena, &ticket).await?;
    elena.note(&ticket, "they want a trace of it first").await?;
    moved(&elena, &ticket, 2).await?;
    left(&elena, &ticket).await?;
    hannah.synced().await?;
    hannah.quit().await;
    lost_and_restored(&mut server, &elena).await?;
    left(&elena, &ticket).await?;
    let hannah = seat.unlock().await?;
    let all = |seen: &Value| times(seen, "they want a trace of it first") == 1;
    let open = ("ticket.open", json!({ "ticket": ticket }));
    let seen = hannah.until("all is done again", open, all).await?;
    assert_eq!(times(&seen, "the second tier looks at it"), 1);
    elena.synced().await?;
    left(&elena, &ticket).await?;
    for person in [&elena, &hannah] {
        let outbox = person.call("outbox.list", json!({})).await?;
        assert_eq!((&outbox["needs_you"], &outbox["tray"]), (&json!([]), &json!([])), "{outbox:#}");
    }
    server.run(&["check"]).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_replica_has_all_but_the_last_seconds_of_a_server_that_burned_and_a_desk_has_those()
-> Result<()> {
    let mut server = Server::with_sample().await?;
    let to = server.elsewhere()?;
    server.run(&["replicate", "--to", &to.to_string_lossy()]).await?;
    let (_e, elena) = Person::at_work(&server, ELENA).await?;
    elena.without_undo().await?;
    let ticket = elena.own_ticket().await?;
    elena.note(&ticket, "some seconds ago").await?;
    elena.synced().await?;
    server.run(&["replicate", "--to", &to.to_string_lossy()]).await?;
    for n in 0..20 {
        elena.note(&ticket, &format!("just now {n}")).await?;
    }
    elena.synced().await?;
    lost_and_restored(&mut server, &elena).await?;
    let afresh = seen_afresh(&server, ELENA, &ticket).await?;
    assert_eq!(times(&afresh, "some seconds ago"), 1);
    for n in 0..20 {
        assert_eq!(times(&afresh, &format!("just now {n}")), 1, "{n}");
    }
    server.run(&["check"]).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_customers_words_that_only_a_desk_holds_come_back_when_a_keeper_says_so() -> Result<()> {
    let mut server = Server::with_sample().await?;
    let (_e, elena) = Person::at_work(&server, ELENA).await?;
    let ticket = elena.own_ticket().await?;
    let contact = elena.ticket(&ticket).await?["contact"]["id"].as_str().unwrap_or("").to_owned();
    back_up(&server).await?;
    let lost = "Now the whole region is down!";
    server.customer_writes(&contact, &ticket, lost).await?;
    let there = |seen: &Value| times(seen, lost) == 1;
    let open = ("ticket.open", json!({ "ticket": ticket }));
    elena.until("she reads it", open.clone(), there).await?;
    lost_and_restored(&mut server, &elena).await?;
    let gone = |seen: &Value| times(seen, lost) == 0;
    elena.until("the server never had it", open.clone(), gone).await?;
    let told = server.run(&["salvage", "list"]).await?;
    assert!(told.contains("1 are not here"), "{told}");
    assert!(server.run(&["doctor"]).await.is_err(), "the keeper is told");
    server.run(&["salvage", "apply", "--all"]).await?;
    elena.until("she reads it again", open, there).await?;
    assert_eq!(times(&seen_afresh(&server, TOMAS, &ticket).await?, lost), 1);
    Ok(())
}
