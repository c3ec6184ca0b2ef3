//! Reading: opening a list, going through it, opening a ticket, finding. What an agent does all day
//! and must not wait for.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::dice::Dice;
use crate::say;
use crate::series::Series;
use crate::spread::Spread;
use crate::station::{PAGE_ROWS, Station};

/// How often each thing is done.
const VIEWS: usize = 200;
const COUNTS: usize = 60;
const PAGES: usize = 300;
const TICKETS: usize = 500;
const SEARCHES: usize = 120;
/// Done before anything is measured.
const WARM: usize = 5;
/// Pages an agent scrolls through before she looks elsewhere.
const SCROLLED: u64 = 20;
/// Hits of a page, as the window asks for them.
const HITS: u32 = 50;
/// Team whose list is opened.
const TEAM: &str = "Enterprise first line";

/// Words that stand in one message of twenty or so.
const COMMON: [&str; 4] = ["instance", "certificate", "restart", "monitoring"];
/// Words of two characters in a script without spaces.
const PAIRS: [&str; 4] = ["证书", "实例", "丢包", "重启"];
/// Phrases.
const PHRASES: [&str; 4] =
    ["\"packet loss\"", "\"settlement run\"", "\"left a lock\"", "\"third request\""];

/// All of it, on a desk that holds `tickets` generated tickets and is at rest.
pub async fn measure(station: &Station, tickets: u64, series: &mut Series) -> Result<()> {
    say::begin(&format!("reading among {tickets} tickets"));
    views(station, tickets, series).await?;
    let ids = sample(station).await?;
    open(station, tickets, &ids, series).await?;
    search(station, tickets, &ids, series).await
}

async fn views(station: &Station, tickets: u64, series: &mut Series) -> Result<()> {
    let all = json!({ "view": "all" });
    let views = [
        ("view.inbox", json!({ "view": "inbox" })),
        ("view.team", team(station).await?),
        ("view.all", all.clone()),
    ];
    for (id, view) in views {
        let spread = pages(station, &view, (0..VIEWS).map(|_| 0)).await?;
        series.put(id, tickets, spread);
    }
    let mut counts = Spread::default();
    for _ in 0..COUNTS {
        station.time("view.counts", json!({}), &mut counts).await?;
    }
    series.put("view.counts", tickets, counts);
    let total = total(station, &all).await?;
    let last = (total / PAGE_ROWS).max(1);
    let next = (0..PAGES as u64).map(|n| (1 + n % SCROLLED.min(last)) * PAGE_ROWS);
    series.put("page.next", tickets, pages(station, &all, next).await?);
    let mut dice = Dice(tickets);
    let anywhere = (0..PAGES).map(|_| dice.below(last) * PAGE_ROWS);
    let spread = pages(station, &all, anywhere).await?;
    series.put("page.anywhere", tickets, spread);
    Ok(())
}

async fn pages(
    station: &Station,
    view: &Value,
    offsets: impl Iterator<Item = u64>,
) -> Result<Spread> {
    for _ in 0..WARM {
        station.page(view, 0).await?;
    }
    let mut spread = Spread::default();
    for offset in offsets {
        station.time_page(view, offset, &mut spread).await?;
    }
    Ok(spread)
}

async fn total(station: &Station, view: &Value) -> Result<u64> {
    let page = station.page(view, 0).await?;
    page["total"].as_u64().context("a page has a total")
}

async fn team(station: &Station) -> Result<Value> {
    let directory = station.call("directory.get", json!({})).await?;
    let teams = directory["teams"].as_array().context("there are teams")?;
    let named = teams.iter().find(|team| team["name"] == TEAM);
    let id = &named.with_context(|| format!("no team is called {TEAM}"))?["id"];
    Ok(json!({ "view": "team", "id": id }))
}

/// Tickets from anywhere, active and finished ones, none twice.
async fn sample(station: &Station) -> Result<Vec<String>> {
    let mut ids = BTreeSet::new();
    for (view, seed) in [("all", 1), ("finished", 2)] {
        let view = json!({ "view": view });
        let pages = total(station, &view).await? / PAGE_ROWS;
        let mut dice = Dice(seed);
        for _ in 0..TICKETS / 50 {
            let page = station.page(&view, dice.below(pages) * PAGE_ROWS).await?;
            let rows = page["rows"].as_array().context("a page has rows")?;
            let some = rows.iter().step_by(4);
            ids.extend(some.filter_map(|row| row["ticket"].as_str().map(str::to_owned)));
        }
    }
    ensure!(!ids.is_empty(), "there is no ticket to open");
    Ok(ids.into_iter().collect())
}

async fn open(station: &Station, tickets: u64, ids: &[String], series: &mut Series) -> Result<()> {
    let mut spread = Spread::default();
    for id in ids.iter().take(TICKETS) {
        station.time("ticket.open", json!({ "ticket": id }), &mut spread).await?;
    }
    series.put("ticket.open", tickets, spread);
    Ok(())
}

async fn search(
    station: &Station,
    tickets: u64,
    ids: &[String],
    series: &mut Series,
) -> Result<()> {
    let rare = rare(station, ids).await?;
    let borrowed = |words: &[&str]| words.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
    let kinds = [
        ("search.common", borrowed(&COMMON)),
        ("search.rare", rare),
        ("search.pair", borrowed(&PAIRS)),
        ("search.phrase", borrowed(&PHRASES)),
    ];
    for (id, queries) in kinds {
        let mut spread = Spread::default();
        for n in 0..SEARCHES {
            let query = &queries[n % queries.len()];
            let request = json!({ "query": query, "offset": 0, "limit": HITS });
            let found = station.time("search.run", request, &mut spread).await?;
            let hits = found["hits"].as_array().map_or(0, Vec::len);
            ensure!(hits > 0, "{id}: nothing was found for {query}");
        }
        series.put(id, tickets, spread);
    }
    Ok(())
}

/// References that stand in one message each.
async fn rare(station: &Station, ids: &[String]) -> Result<Vec<String>> {
    let mut references = BTreeSet::new();
    for id in ids.iter().take(SEARCHES) {
        let ticket = station.ticket(id).await?;
        let entries = ticket["thread"].as_array().into_iter().flatten();
        let texts = entries.filter_map(|entry| entry["text"].as_str());
        let reference = texts.filter_map(|text| text.rsplit_once("Ref. ").map(|(_, r)| r.trim()));
        references.extend(reference.take(1).map(str::to_owned));
    }
    ensure!(!references.is_empty(), "no generated ticket has a reference");
    Ok(references.into_iter().collect())
}
