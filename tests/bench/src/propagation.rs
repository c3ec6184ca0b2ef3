//! Propagation: a note is committed on one desk; when does a colleague's window hear of it?

use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use holdfast_desk::notice::NoticeView;
use serde_json::Value;
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;

use crate::figure::{Aim, Figure, both};
use crate::spread::Spread;
use crate::station::Station;
use crate::{ground, index, say};

/// Generated tickets around it.
const TICKETS: u64 = 1_000;
/// Notes that are not measured, then those that are.
const WARM: usize = 10;
const NOTES: usize = 300;
/// The 99th percentile, at most, milliseconds.
const AIM_MS: f64 = 50.0;
/// How long a note may travel before something is wrong.
const WITHIN: Duration = Duration::from_secs(10);

/// Both desks follow the server; notes go from one to the other.
pub async fn measure() -> Result<Vec<Figure>> {
    let server = ground::server(TICKETS).await?;
    let author = Station::sign_in(&server, ground::AGENT).await?;
    let reader = Station::sign_in(&server, ground::COLLEAGUE).await?;
    author.at_rest().await?;
    reader.at_rest().await?;
    say::begin(&format!("{NOTES} notes from desk to desk"));
    let both_see = shared(&author, &reader).await?;
    let mut spread = Spread::default();
    for n in 0..WARM + NOTES {
        let ticket = &both_see[n % both_see.len()];
        let took = travel(&author, &reader, ticket, n).await?;
        if n >= WARM {
            spread.add(took);
        }
    }
    author.closed().await;
    reader.closed().await;
    let figures = both("propagation", "", &spread, None).into_iter();
    let aimed = figures.map(|figure| match figure.id.ends_with("p99") {
        true => figure.aim(Aim::ValueAtMost(AIM_MS)),
        false => figure,
    });
    Ok(aimed.collect())
}

/// Active tickets that both have.
async fn shared(author: &Station, reader: &Station) -> Result<Vec<String>> {
    let theirs = index::active(reader).await?;
    let mut ours = index::active(author).await?;
    ours.retain(|ticket| theirs.contains(ticket));
    ensure!(!ours.is_empty(), "two of one team share no ticket");
    Ok(ours)
}

/// From "saved" on one desk to the notice after which the other shows the note.
async fn travel(author: &Station, reader: &Station, ticket: &str, n: usize) -> Result<Duration> {
    let text = format!("Handed over at the desk, number {n}.");
    let mut heard = reader.subscribe();
    author.note(ticket, &text).await?;
    let saved = Instant::now();
    let wait = async {
        loop {
            hear(&mut heard, ticket).await?;
            let took = saved.elapsed();
            if shows(&reader.ticket(ticket).await?, &text) {
                return Ok(took);
            }
        }
    };
    let travelled = tokio::time::timeout(WITHIN, wait).await;
    travelled.with_context(|| format!("note {n} did not arrive within {} s", WITHIN.as_secs()))?
}

/// The next notice that makes a window read this ticket again.
async fn hear(heard: &mut Receiver<NoticeView>, ticket: &str) -> Result<()> {
    loop {
        match heard.recv().await {
            Ok(NoticeView::Ticket(id)) if id == ticket => return Ok(()),
            Ok(NoticeView::Everything) | Err(RecvError::Lagged(_)) => return Ok(()),
            Ok(_) => {}
            Err(RecvError::Closed) => bail!("the desk has closed"),
        }
    }
}

fn shows(ticket: &Value, text: &str) -> bool {
    let entries = ticket["thread"].as_array();
    entries.is_some_and(|entries| entries.iter().any(|entry| entry["text"] == text))
}
