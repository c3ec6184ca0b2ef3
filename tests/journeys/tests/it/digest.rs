//! A desk and its server that do not hold the same, although no change told of it.

use anyhow::{Context, Result};
use holdfast_journeys::{Person, Server};
use serde_json::{Value, json};
use sqlx::Connection;
use sqlx::sqlite::SqliteConnectOptions;

/// Sees every ticket, so that no answer may list them all.
const ERIK: &str = "erik.falk@holdfast.example";
const OTHERWISE: &str = "Otherwise than it was told";

#[tokio::test(flavor = "multi_thread")]
async fn tickets_that_differ_among_many_are_found_and_fetched_again() -> Result<()> {
    let mut server = Server::with_sample().await?;
    server.run(&["sample", "load", "--scale", "1200"]).await?;
    let (_seat, erik) = Person::at_work(&server, ERIK).await?;
    let rows = erik.rows(json!({ "view": "unassigned" })).await?;
    let tickets: Vec<String> =
        rows.iter().filter_map(|row| row["ticket"].as_str()).take(3).map(str::to_owned).collect();
    assert_eq!(tickets.len(), 3);
    server.kill().await?;
    erik.offline().await?;
    let mut database = sqlx::SqliteConnection::connect_with(
        &SqliteConnectOptions::new().filename(server.database()?),
    )
    .await?;
    for ticket in &tickets {
        let changed = sqlx::query(
            "UPDATE ticket SET version = version + 1, body = json_set(body,
               '$.version', version + 1, '$.subject', $2) WHERE hex(id) = $1",
        )
        .bind(ticket.replace('-', "").to_uppercase())
        .bind(OTHERWISE)
        .execute(&mut database)
        .await?;
        assert_eq!(changed.rows_affected(), 1, "{ticket}");
    }
    database.close().await?;
    server.start().await?;
    erik.tries_again().await?;
    for ticket in &tickets {
        let healed = |seen: &Value| seen["row"]["subject"] == OTHERWISE;
        let open = ("ticket.open", json!({ "ticket": ticket }));
        erik.until("it is fetched again", open, healed).await.context(ticket.clone())?;
    }
    assert!(server.was_asked("/v1/tickets/{id}").await?, "one by one");
    assert!(!server.was_asked("/v1/sync/snapshot/{scope}").await?, "and nothing else with them");
    Ok(())
}
