//! Snapshots: how long until everything is in the encrypted cache, and until an agent can begin.

use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use holdfast_journeys::Server;
use serde_json::{Value, json};

use crate::figure::{Aim, Figure};
use crate::ground;
use crate::raw::Rows;
use crate::say;
use crate::station::Station;

/// An agent should be able to begin after this, milliseconds.
const USABLE_MS: f64 = 500.0;
/// Of the speed of raw inserts.
const SPEED_AT_LEAST: f64 = 0.6;
/// Tickets whose threads are looked at to tell whether the agent can begin.
const LOOKED_AT: usize = 3;
/// How often that is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// How long it is looked at: what stands then is taken for whole.
const LOOK_FOR: Duration = Duration::from_secs(20);

/// Everything the administrator may see, fetched by a desk that had nothing.
pub struct Fetched {
    /// The desk.
    pub station: Station,
    /// From the open session to the last row.
    pub took: Duration,
}

/// Signs in and waits until everything is there. The server has built no snapshot before.
pub async fn fetch(server: &Server) -> Result<Fetched> {
    say::begin("fetching everything into an empty cache");
    let station = Station::sign_in(server, ground::ADMINISTRATOR).await?;
    let begun = Instant::now();
    station.fetched().await?;
    let took = begun.elapsed();
    Ok(Fetched { station, took })
}

/// The same once more by another desk: the server hands out the team snapshots it has.
pub async fn shared(server: &Server, first: Duration) -> Result<Vec<Figure>> {
    let Fetched { station, took } = fetch(server).await?;
    station.closed().await;
    let figure = Figure::new("snapshot.shared", took.as_secs_f64(), "s");
    Ok(vec![figure.against(first.as_secs_f64())])
}

/// The speed of fetching beside the speed of raw inserts of the same rows.
pub fn speed(took: Duration, rows: &Rows, raw: Duration) -> Vec<Figure> {
    let count = rows.of_the_server() as f64;
    let (speed, raw_speed) = (count / took.as_secs_f64(), count / raw.as_secs_f64());
    vec![
        Figure::new("snapshot.rows", count, "rows"),
        Figure::new("snapshot.fetch", took.as_secs_f64(), "s").against(raw.as_secs_f64()),
        Figure::new("snapshot.speed", speed, "rows/s")
            .against(raw_speed)
            .aim(Aim::RatioAtLeast(SPEED_AT_LEAST)),
    ]
}

/// How long after signing in an agent sees all her active tickets with their threads.
pub async fn usable(server: &Server) -> Result<Vec<Figure>> {
    say::begin("an agent begins on an empty cache");
    let asked = Instant::now();
    let station = Station::sign_in(server, ground::AGENT).await?;
    let sign_in = asked.elapsed();
    let begun = Instant::now();
    let mut seen = Vec::new();
    while begun.elapsed() < LOOK_FOR {
        let what = look(&station).await?;
        seen.push((begun.elapsed(), what));
        if station.call("status.get", json!({})).await?["fetching"].is_null() && seen.len() > 1 {
            break;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    station.fetched().await?;
    let whole = look(&station).await?;
    ensure!(whole.0 > 0, "the agent has no ticket to begin with");
    let first = seen.iter().find(|(_, what)| *what == whole);
    let usable = first.map_or(LOOK_FOR, |(at, _)| *at);
    station.closed().await;
    Ok(vec![
        Figure::new("snapshot.usable", usable.as_secs_f64() * 1e3, "ms")
            .aim(Aim::ValueAtMost(USABLE_MS)),
        Figure::new("session.sign_in", sign_in.as_secs_f64() * 1e3, "ms"),
    ])
}

/// How many tickets she holds, and how many entries the first of them have.
async fn look(station: &Station) -> Result<(u64, usize)> {
    let page = station.page(&json!({ "view": "mine" }), 0).await?;
    let rows = page["rows"].as_array().map_or(&[] as &[Value], Vec::as_slice);
    let mut entries = 0;
    for row in rows.iter().take(LOOKED_AT) {
        let ticket = row["ticket"].as_str().unwrap_or_default();
        let thread = &station.ticket(ticket).await?["thread"];
        entries += thread.as_array().map_or(0, Vec::len);
    }
    Ok((page["total"].as_u64().unwrap_or_default(), entries))
}
