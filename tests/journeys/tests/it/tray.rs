//! What an agent wrote on a ticket that has left her sight is still hers.

use anyhow::{Context, Result};
use holdfast_desk::ipc::error::Code;
use holdfast_journeys::{ELENA, HANNAH, Person, Server};
use serde_json::{Value, json};

/// Hannah gives a ticket to the team of that tier in her centre.
pub async fn moved(hannah: &Person, ticket: &str, tier: u8) -> Result<()> {
    let directory = hannah.call("directory.get", json!({})).await?;
    let teams = directory["teams"].as_array().context("teams")?;
    let there = |team: &&Value| team["tier"] == tier && team["city"] == "Querétaro";
    let team = teams.iter().find(there).context("the centre has that tier")?;
    let request = json!({
        "selection": { "select": "tickets", "tickets": [ticket] },
        "team": team["id"],
        "agent": null,
    });
    hannah.call("bulk.apply", request).await?;
    hannah.synced().await.map(|_| ())
}

fn item<'a>(tray: &'a Value, kind: &str) -> Result<&'a Value> {
    let items = tray["items"].as_array().context("a tray has items")?;
    items.iter().find(|item| item["kind"] == kind).with_context(|| format!("no {kind}: {tray}"))
}

fn holds(count: usize) -> impl Fn(&Value) -> bool {
    move |tray| tray["items"].as_array().is_some_and(|items| items.len() == count)
}

#[tokio::test(flavor = "multi_thread")]
async fn words_on_a_ticket_that_left_her_sight_lie_in_her_tray_until_she_throws_them_away()
-> Result<()> {
    let mut server = Server::with_sample().await?;
    let (seat, elena) = Person::at_work(&server, ELENA).await?;
    elena.without_undo().await?;
    let rows = elena.rows(json!({ "view": "unassigned" })).await?;
    let ticket = rows[0]["ticket"].as_str().context("something is unassigned")?.to_owned();
    server.kill().await?;
    elena.offline().await?;
    elena.reply(&ticket, "a reply that came too late").await?;
    let note = json!({ "ticket": ticket, "kind": "note", "text": "half a note" });
    elena.call("draft.save", note).await?;
    elena.quit().await;
    server.start().await?;
    let (_b, hannah) = Person::at_work(&server, HANNAH).await?;
    hannah.without_undo().await?;
    moved(&hannah, &ticket, 2).await?;
    let elena = seat.unlock().await?;
    let tray = elena.until("she is told", ("tray.list", json!({})), holds(2)).await?;
    assert_eq!(elena.fails("ticket.open", json!({ "ticket": ticket })).await?, Code::NotFound);
    for (kind, text) in [("reply", "a reply that came too late"), ("note", "half a note")] {
        let item = item(&tray, kind)?;
        assert_eq!((&item["ticket"], &item["number"]), (&Value::Null, &Value::Null));
        let opened = elena.call("tray.open", json!({ "key": item["key"] })).await?;
        assert_eq!(opened["text"], text);
    }
    let outbox = elena.call("outbox.list", json!({})).await?;
    assert_eq!(outbox["tray"], tray["items"]);
    assert_eq!(outbox["needs_you"], json!([]), "she is told once of each");
    let status = elena.call("status.get", json!({})).await?;
    assert_eq!((&status["needs_you"], &status["tray"]), (&json!(2), &json!(2)));
    let sent = server.deliveries().await?;
    assert!(sent.iter().all(|row| row["text"] != "a reply that came too late"));
    let found = elena.call("search.run", json!({ "query": "half", "offset": 0, "limit": 10 }));
    assert!(!found.await?.to_string().contains("half a note"), "no search finds it");
    moved(&hannah, &ticket, 1).await?;
    let back = |tray: &Value| item(tray, "note").is_ok_and(|item| item["ticket"] == ticket);
    elena.until("its ticket is back", ("tray.list", json!({})), back).await?;
    let key = json!({ "key": item(&tray, "note")?["key"] });
    elena.call("tray.discard", key.clone()).await?;
    assert_eq!(elena.fails("tray.open", key).await?, Code::NotFound);
    elena.until("one is left", ("tray.list", json!({})), holds(1)).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_taken_back_after_its_ticket_left_goes_to_the_tray() -> Result<()> {
    let server = Server::with_sample().await?;
    let (_a, elena) = Person::at_work(&server, ELENA).await?;
    let mut settings = elena.call("settings.get", json!({})).await?;
    settings["undo_send_s"] = json!(60);
    elena.call("settings.set", settings).await?;
    let (_b, hannah) = Person::at_work(&server, HANNAH).await?;
    hannah.without_undo().await?;
    let rows = elena.rows(json!({ "view": "unassigned" })).await?;
    let ticket = rows[0]["ticket"].as_str().context("something is unassigned")?.to_owned();
    let operation = elena.reply(&ticket, "thought better of it").await?;
    moved(&hannah, &ticket, 2).await?;
    let all = json!({ "view": { "view": "all" }, "sort": "due", "offset": 0, "limit": 200 });
    let gone = |page: &Value| {
        page["rows"].as_array().is_some_and(|rows| rows.iter().all(|r| r["ticket"] != ticket))
    };
    elena.until("it leaves her lists", ("view.page", all), gone).await?;
    let undone = elena.call("outbox.undo", json!({ "operation": operation })).await?;
    assert_eq!(undone["draft"], Value::Null, "there is no composer to go back to");
    let tray = elena.call("tray.list", json!({})).await?;
    let opened = elena.call("tray.open", json!({ "key": item(&tray, "reply")?["key"] })).await?;
    assert_eq!(opened["text"], "thought better of it");
    Ok(())
}
