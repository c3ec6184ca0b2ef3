//! Mail that came as markup: lists and hits show its words, the thread shows it in its frame.

use anyhow::{Context, Result};
use holdfast_journeys::{ELENA, Person, Server};
use serde_json::json;

const MAIL: &str = "<!DOCTYPE html><html><head><style>td { color: red }</style></head><body>\
    <table><tr><td>Dear team,</td></tr><tr><td>the frobnicator &amp; its lid hum.</td></tr></table>\
    </body></html>";

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_that_is_markup_is_listed_and_found_by_its_words() -> Result<()> {
    let server = Server::with_sample().await?;
    let (_seat, elena) = Person::at_work(&server, ELENA).await?;
    let ticket = elena.own_ticket().await?;
    let contact = elena.ticket(&ticket).await?["contact"]["id"].clone();
    let contact = contact.as_str().context("somebody asked")?;
    server.customer_writes(contact, &ticket, MAIL).await?;
    let find = json!({ "query": "frobnicator", "offset": 0, "limit": 5 });
    let found = elena.until("it is found", ("search.run", find), |found| {
        found["hits"].as_array().is_some_and(|hits| !hits.is_empty())
    });
    let hit = found.await?["hits"][0].clone();
    assert_eq!(hit["row"]["preview"], "Dear team, the frobnicator & its lid hum.");
    let excerpt = hit["excerpt"].as_str().context("a piece of it")?;
    assert!(excerpt.contains("frobnicator & its lid"), "{excerpt}");
    assert!(!excerpt.contains('<'), "{excerpt}");
    Ok(())
}
