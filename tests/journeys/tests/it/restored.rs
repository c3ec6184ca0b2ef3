//! A server that was put back from a backup, and desks that know more than it does.

use anyhow::Result;
use holdfast_journeys::desk::times;
use holdfast_journeys::{ELENA, Person, Server};
use serde_json::{Value, json};

const TEXT: &str = "The snapshot takes about ten minutes.";

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_the_server_has_forgotten_and_holds_now_is_her_draft_again() -> Result<()> {
    let mut server = Server::with_sample().await?;
    let (seat, elena) = Person::at_work(&server, ELENA).await?;
    elena.without_undo().await?;
    let ticket = elena.own_ticket().await?;
    let contact = elena.ticket(&ticket).await?["contact"]["id"].as_str().unwrap_or("").to_owned();
    server.kill().await?;
    server.back_up()?;
    server.start().await?;
    elena.tries_again().await?;
    elena.reply(&ticket, TEXT).await?;
    elena.synced().await?;
    elena.quit().await;
    server.kill().await?;
    server.restore().await?;
    server.start().await?;
    server.customer_writes(&contact, &ticket, "It works again, thank you.").await?;
    let elena = seat.unlock().await?;
    let held = |outbox: &Value| outbox["needs_you"][0]["need"]["need"]["need"] == "held";
    let outbox = elena.until("she is asked", ("outbox.list", json!({})), held).await?;
    let edit = json!({
        "operation": outbox["needs_you"][0]["operation"], "answer": "edit", "seen_through": null,
    });
    elena.call("outbox.answer", edit).await?;
    let draft = elena.call("draft.get", json!({ "ticket": ticket, "kind": "reply" })).await?;
    assert_eq!(draft["text"], TEXT);
    elena.synced().await?;
    assert_eq!(times(&elena.ticket(&ticket).await?, TEXT), 0, "it stands in no thread");
    let sent = server.deliveries().await?;
    assert!(sent.iter().all(|row| row["text"] != TEXT));
    Ok(())
}
