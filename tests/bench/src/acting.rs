//! Acting: how long until a change is on the disk, which is when the window says "saved".
//!
//! The server is there and takes what is pushed meanwhile, as on a working day.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::json;

use crate::index;
use crate::say;
use crate::series::Series;
use crate::spread::Spread;
use crate::station::Station;

/// Changes of each kind.
const ACTS: usize = 200;
/// An agent's hands are not faster.
const BETWEEN: Duration = Duration::from_millis(25);

/// Tags, notes as they are typed, and notes that are sent.
pub async fn measure(station: &Station, tickets: u64, series: &mut Series) -> Result<()> {
    say::begin(&format!("acting among {tickets} tickets"));
    let ids = index::active(station).await?;
    ensure!(!ids.is_empty(), "there is no ticket to act on");
    let (mut tags, mut saves, mut sends) = Default::default();
    for n in 0..ACTS {
        let ticket = &ids[n % ids.len()];
        index::tag(station, ticket, n / ids.len(), &mut tags).await?;
        tokio::time::sleep(BETWEEN).await;
        note(station, ticket, n, (&mut saves, &mut sends)).await?;
        tokio::time::sleep(BETWEEN).await;
    }
    station.at_rest().await?;
    series.put("action.tag", tickets, tags);
    series.put("action.draft", tickets, saves);
    series.put("action.note", tickets, sends);
    Ok(())
}

async fn note(
    station: &Station,
    ticket: &str,
    n: usize,
    (saves, sends): (&mut Spread, &mut Spread),
) -> Result<()> {
    let text = format!("Seen in the log of host {n}: the lease was renewed twice.");
    let save = json!({ "ticket": ticket, "kind": "note", "text": text });
    let draft = station.time("draft.save", save, saves).await?;
    station.time_send(&draft, &text, sends).await
}
