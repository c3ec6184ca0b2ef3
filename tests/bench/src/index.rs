//! The search index: how fast it fills, and how an agent's own writes fare meanwhile.
//!
//! Quiet stretches, whose progress is counted, take turns with stretches in which the agent writes;
//! so both are measured over the whole filling and neither spoils the other.

use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::figure::{Aim, Figure, both};
use crate::say;
use crate::spread::Spread;
use crate::station::{Station, WITHIN};

/// How long a quiet stretch is.
const QUIET: Duration = Duration::from_millis(400);
/// Writes of a busy stretch, and the pause after each.
const WRITES: usize = 10;
const BETWEEN_WRITES: Duration = Duration::from_millis(15);
/// The agent's own write, at most, milliseconds.
const WRITE_MS: f64 = 15.0;
/// How long it may take until the desk says that it fills the index.
const BEGINS_WITHIN: Duration = Duration::from_secs(60);

/// Watches the index fill from where it stands to the end.
pub async fn fill(station: &Station, tickets: &[String]) -> Result<Vec<Figure>> {
    say::begin("the search index fills");
    ensure!(!tickets.is_empty(), "no ticket to write on");
    begin(station).await?;
    let begun = Instant::now();
    let (mut quiet, mut documents) = (Duration::ZERO, 0);
    let mut writes = Spread::default();
    while begun.elapsed() < WITHIN {
        let Some(from) = done(station).await? else {
            break;
        };
        let stretch = Instant::now();
        tokio::time::sleep(QUIET).await;
        let Some(to) = done(station).await? else {
            break;
        };
        quiet += stretch.elapsed();
        documents += to.saturating_sub(from);
        for _ in 0..WRITES {
            let n = writes.len();
            let ticket = &tickets[n % tickets.len()];
            tag(station, ticket, n / tickets.len(), &mut writes).await?;
            tokio::time::sleep(BETWEEN_WRITES).await;
        }
    }
    station.at_rest().await?;
    ensure!(writes.len() > 0 && documents > 0, "the index was full too soon to be measured");
    let speed = documents as f64 / quiet.as_secs_f64();
    let mut figures = vec![Figure::new("index.fill", speed, "documents/s")];
    let told = both("index.own_write", "", &writes, None);
    figures.extend(told.into_iter().map(|figure| {
        if figure.id.ends_with("p99") { figure.aim(Aim::ValueAtMost(WRITE_MS)) } else { figure }
    }));
    Ok(figures)
}

/// Waits until the filling has begun.
async fn begin(station: &Station) -> Result<()> {
    let begins = station.until("the index fills", |status| !status["indexing"].is_null());
    let begun = tokio::time::timeout(BEGINS_WITHIN, begins).await;
    begun.context("the desk does not say that it fills its index")?.map(drop)
}

/// Entries in the index; `None` when all are.
async fn done(station: &Station) -> Result<Option<u64>> {
    let status = station.call("status.get", json!({})).await?;
    Ok(status["indexing"]["done"].as_u64())
}

/// Puts a tag on a ticket in even rounds and takes it off in odd ones.
pub async fn tag(station: &Station, ticket: &str, round: usize, spread: &mut Spread) -> Result<()> {
    let (mut add, mut remove) = (vec!["measured"], Vec::new());
    if round % 2 == 1 {
        std::mem::swap(&mut add, &mut remove);
    }
    let act = json!({ "act": "tags", "add": add, "remove": remove });
    let request = json!({ "ticket": ticket, "act": act });
    station.time("ticket.act", request, spread).await?;
    Ok(())
}

/// Active tickets to write on: the first page of all.
pub async fn active(station: &Station) -> Result<Vec<String>> {
    let page = station.page(&json!({ "view": "all" }), 0).await?;
    let rows = page["rows"].as_array().context("a page has rows")?;
    let id = |row: &Value| row["ticket"].as_str().map(str::to_owned);
    Ok(rows.iter().filter_map(id).collect())
}
