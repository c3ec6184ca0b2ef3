//! Several people, one ticket.

use anyhow::{Context, Result};
use holdfast_desk::ipc::error::Code;
use holdfast_journeys::desk::times;
use holdfast_journeys::{ELENA, HANNAH, Person, Server, TOMAS};
use serde_json::{Value, json};

async fn ticket_where(person: &Person, view: Value, fits: fn(&Value) -> bool) -> Result<Value> {
    let rows = person.rows(view).await?;
    rows.into_iter().find(fits).context("the sample has such a ticket")
}

fn id(row: &Value) -> String {
    row["ticket"].as_str().unwrap_or_default().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn two_agents_offline_on_one_ticket_lose_nothing_and_are_both_told() -> Result<()> {
    let mut server = Server::with_sample().await?;
    let (_a, elena) = Person::at_work(&server, ELENA).await?;
    let (_b, tomas) = Person::at_work(&server, TOMAS).await?;
    elena.without_undo().await?;
    tomas.without_undo().await?;
    let open = |row: &Value| row["category"] == "open" && row["severity"] == "p2";
    let ticket = id(&ticket_where(&elena, json!({ "view": "mine" }), open).await?);
    server.kill().await?;
    elena.offline().await?;
    tomas.offline().await?;
    elena.act(&ticket, json!({ "act": "severity", "to": "p1" })).await?;
    tomas.act(&ticket, json!({ "act": "severity", "to": "p3" })).await?;
    elena.note(&ticket, "Elena was here").await?;
    tomas.note(&ticket, "Tomás was here").await?;
    server.start().await?;
    elena.tries_again().await?;
    elena.synced().await?;
    tomas.tries_again().await?;
    tomas.synced().await?;
    let told = |ticket: &Value| ticket["needs"].as_array().is_some_and(|needs| !needs.is_empty());
    let request = ("ticket.open", json!({ "ticket": ticket }));
    let seen = tomas.until("Tomás is told", request.clone(), told).await?;
    let need = &seen["needs"][0]["need"];
    assert_eq!(need["need"], "conflict");
    assert_eq!(need["theirs"]["value"], "p1", "the first stands");
    assert_eq!(need["by"]["name"], "Elena Ruiz");
    let both = |ticket: &Value| {
        ["Elena was here", "Tomás was here"].iter().all(|note| times(ticket, note) == 1)
    };
    elena.until("Elena reads both notes", request.clone(), both).await?;
    tomas.until("Tomás reads both notes", request.clone(), both).await?;
    let operation = seen["needs"][0]["operation"].clone();
    let answer = json!({ "operation": operation, "answer": "apply_mine", "seen_through": null });
    tomas.call("outbox.answer", answer).await?;
    let applied = |ticket: &Value| ticket["row"]["severity"] == "p3";
    elena.until("his severity reaches her", request, applied).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_to_a_customer_who_has_written_again_is_held_and_shown() -> Result<()> {
    let mut server = Server::with_sample().await?;
    let (seat, elena) = Person::at_work(&server, ELENA).await?;
    elena.without_undo().await?;
    let open = |row: &Value| row["category"] == "open";
    let row = ticket_where(&elena, json!({ "view": "mine" }), open).await?;
    let ticket = id(&row);
    let contact = elena.ticket(&ticket).await?["contact"]["id"].as_str().unwrap_or("").to_owned();
    server.kill().await?;
    elena.offline().await?;
    elena.reply(&ticket, "The snapshot takes about ten minutes.").await?;
    elena.quit().await;
    server.start().await?;
    server.customer_writes(&contact, &ticket, "Is the snapshot done?").await?;
    let elena = seat.unlock().await?;
    let request = ("ticket.open", json!({ "ticket": ticket }));
    let told = |ticket: &Value| ticket["needs"].as_array().is_some_and(|needs| !needs.is_empty());
    let shown = elena.until("she is told", request, told).await?;
    let need = &shown["needs"][0];
    assert_eq!(need["need"]["need"], "held");
    assert_eq!(need["need"]["newer"][0]["text"], "Is the snapshot done?");
    assert_eq!(need["need"]["text"], "The snapshot takes about ten minutes.");
    let sent = |rows: &[Value]| {
        rows.iter().filter(|row| row["text"] == "The snapshot takes about ten minutes.").count()
    };
    assert_eq!(sent(&server.deliveries().await?), 0, "nothing unseen goes to a customer");
    let blind = json!({
        "operation": need["operation"], "answer": "send_as_is", "seen_through": null,
    });
    assert_eq!(elena.fails("outbox.answer", blind).await?, Code::NewerWords);
    let answer = json!({
        "operation": need["operation"],
        "answer": "send_as_is",
        "seen_through": shown["seen_through"],
    });
    // Thrown away as a draft, the words are still those that are held.
    let draft = shown["drafts"][0]["id"].clone();
    elena.call("draft.discard", json!({ "draft": draft })).await?;
    server.kill().await?;
    elena.offline().await?;
    elena.call("outbox.answer", answer.clone()).await?;
    let outbox = elena.call("outbox.list", json!({})).await?;
    let undo = json!({ "operation": outbox["saved"][0]["operation"] });
    let undone = elena.call("outbox.undo", undo).await?;
    assert_eq!(undone["draft"]["text"], "The snapshot takes about ten minutes.", "hers again");
    elena.reply(&ticket, "The snapshot takes about ten minutes.").await?;
    server.start().await?;
    elena.tries_again().await?;
    elena.synced().await?;
    assert_eq!(sent(&server.deliveries().await?), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_ticket_solved_while_the_customer_wrote_again_stays_open_and_its_solver_is_told()
-> Result<()> {
    let mut server = Server::with_sample().await?;
    let (_seat, elena) = Person::at_work(&server, ELENA).await?;
    let open = |row: &Value| row["category"] == "open";
    let row = ticket_where(&elena, json!({ "view": "mine" }), open).await?;
    let ticket = id(&row);
    let seen = elena.ticket(&ticket).await?;
    let contact = seen["contact"]["id"].as_str().unwrap_or("").to_owned();
    server.kill().await?;
    elena.offline().await?;
    let solve = |seen: &Value| {
        json!({
            "act": "solve", "code": "fixed", "words": "Rolled back.",
            "seen_through": seen["seen_through"],
        })
    };
    elena.act(&ticket, solve(&seen)).await?;
    assert_eq!(elena.ticket(&ticket).await?["row"]["category"], "solved");
    server.start().await?;
    server.customer_writes(&contact, &ticket, "It is broken again.").await?;
    let request = ("ticket.open", json!({ "ticket": ticket }));
    let told = |ticket: &Value| ticket["needs"][0]["need"]["need"] == "held";
    let shown = elena.until("she is told", request.clone(), told).await?;
    assert_eq!(shown["row"]["category"], "open", "unread words are not buried");
    assert_eq!(shown["needs"][0]["need"]["newer"][0]["text"], "It is broken again.");
    let answer = json!({
        "operation": shown["needs"][0]["operation"],
        "answer": "send_as_is",
        "seen_through": shown["seen_through"],
    });
    elena.call("outbox.answer", answer).await?;
    let solved = |ticket: &Value| ticket["row"]["category"] == "solved";
    elena.until("she has read them, and solves it", request, solved).await?;
    elena.synced().await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn of_two_who_take_one_ticket_one_has_it_and_the_other_is_told_who() -> Result<()> {
    let mut server = Server::with_sample().await?;
    let (_a, elena) = Person::at_work(&server, ELENA).await?;
    let (_b, tomas) = Person::at_work(&server, TOMAS).await?;
    let ticket = id(&ticket_where(&elena, json!({ "view": "unassigned" }), |_| true).await?);
    server.kill().await?;
    elena.offline().await?;
    tomas.offline().await?;
    elena.act(&ticket, json!({ "act": "claim" })).await?;
    tomas.act(&ticket, json!({ "act": "claim" })).await?;
    server.start().await?;
    tomas.tries_again().await?;
    tomas.synced().await?;
    elena.tries_again().await?;
    elena.synced().await?;
    let holders = [elena.ticket(&ticket).await?, tomas.ticket(&ticket).await?]
        .map(|ticket| ticket["assignee"]["name"].clone());
    assert_eq!(holders[0], holders[1], "both desks say the same");
    let needs = [elena.ticket(&ticket).await?, tomas.ticket(&ticket).await?]
        .map(|ticket| ticket["needs"].as_array().map_or(0, Vec::len));
    assert_eq!(needs.iter().sum::<usize>(), 1, "exactly one of them is told");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_supervisor_moves_a_ticket_that_an_offline_agent_works_on() -> Result<()> {
    let server = Server::with_sample().await?;
    let (seat, elena) = Person::at_work(&server, ELENA).await?;
    elena.without_undo().await?;
    let open = |row: &Value| row["category"] == "open";
    let ticket = id(&ticket_where(&elena, json!({ "view": "mine" }), open).await?);
    elena.quit().await;
    let (_b, hannah) = Person::at_work(&server, HANNAH).await?;
    let directory = hannah.call("directory.get", json!({})).await?;
    let agents = directory["agents"].as_array().context("agents")?;
    let tomas = agents.iter().find(|a| a["person"]["name"] == "Tomás Sierra").context("Tomás")?;
    hannah.without_undo().await?;
    let request = json!({
        "selection": { "select": "tickets", "tickets": [ticket] },
        "team": tomas["teams"][0],
        "agent": tomas["id"],
    });
    let plan = hannah.call("bulk.dry_run", request.clone()).await?;
    assert_eq!(plan["moves"], 1);
    hannah.call("bulk.apply", request).await?;
    hannah.synced().await?;
    let elena = seat.unlock().await?;
    elena.note(&ticket, "written before she knew").await?;
    elena.synced().await?;
    let moved = |ticket: &Value| ticket["assignee"]["name"] == "Tomás Sierra";
    let seen = elena
        .until("she sees the move", ("ticket.open", json!({ "ticket": ticket })), moved)
        .await?;
    assert_eq!(times(&seen, "written before she knew"), 1, "nothing is lost");
    Ok(())
}
