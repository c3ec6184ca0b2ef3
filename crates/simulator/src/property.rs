//! Property: what must be true when everything works again and everybody has caught up.
//!
//! - Nothing that anybody was told is saved is lost: every operation has its outcome, every word
//!   stands in one place where its author or its reader finds it.
//! - Each message exists once, and nothing typed for colleagues stands where customers read.
//! - Every desk has exactly what its agent may see, as the server has it.
//! - Nobody took what somebody else held.
//! - The server finds its own books in order.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::{Context, Result};
use holdfast_cache::{Cache, Key, OpenOptions, Tokeniser, WritePriority, table};
use holdfast_desk::profile::Profile;
use holdfast_domain::{AgentId, OperationId, TicketId};
use holdfast_protocol::Row;
use holdfast_server::admin::Request as Order;
use holdfast_server::load::key;
use holdfast_server::store::{outcome, thread, ticket};
use holdfast_server::sync::sight::Eyes;
use serde_json::Value;

use crate::ledger::words_in;
use crate::world::World;

/// Rows that are read of one ticket.
const ENTRIES_MAX: u32 = 10_000;

/// A ticket as somebody has it: its row, and its thread in order.
#[derive(Clone, Debug, PartialEq)]
struct Whole {
    row: Value,
    thread: Vec<Value>,
}

type Tickets = BTreeMap<TicketId, Whole>;

/// Where a word was found at the desks.
#[derive(Default)]
struct AtDesks {
    /// In a draft, in the tray, or in an operation that its author still has to look at.
    kept: BTreeSet<String>,
}

/// Looks at everything; whatever is wrong goes to the world's violations.
pub async fn check(world: &mut World) -> Result<()> {
    let truth = server_tickets(world).await?;
    books(world).await?;
    operations(world).await?;
    histories(world, &truth);
    let mut at_desks = AtDesks::default();
    for desk in 0..world.seats.len() {
        check_desk(world, desk, &truth, &mut at_desks).await?;
    }
    words(world, &truth, &at_desks);
    customers(world, &truth);
    Ok(())
}

async fn server_tickets(world: &mut World) -> Result<Tickets> {
    let server = world.host.running.as_ref().context("the server lives at the end")?;
    let mut tx = server.core.db.read().await?;
    let mut all = Tickets::new();
    for id in ticket::ids(&mut tx).await? {
        let row = ticket::get(&mut tx, id).await?.context("a ticket that is listed")?;
        let entries = thread::whole(&mut tx, id).await?;
        let thread = entries.iter().map(entry).collect::<Result<_>>()?;
        all.insert(id, Whole { row: serde_json::to_value(row)?, thread });
    }
    Ok(all)
}

/// An entry of a thread, with its kind.
fn entry(row: &Row) -> Result<Value> {
    let (kind, mut value) = match row {
        Row::Message(row) => ("message", serde_json::to_value(row)?),
        Row::Note(row) => ("note", serde_json::to_value(row)?),
        Row::Event(row) => ("event", serde_json::to_value(row)?),
        other => ("other", serde_json::to_value(other)?),
    };
    value["is"] = kind.into();
    Ok(value)
}

/// `holdfast-server check`.
async fn books(world: &mut World) -> Result<()> {
    let came = world.order(Order::Check).await?;
    if came != "done" {
        world.violated("the server's books are in order: its own check finds fault");
    }
    Ok(())
}

/// Every operation that was told to be saved has its outcome.
async fn operations(world: &mut World) -> Result<()> {
    let mut lost = Vec::new();
    if let Some(server) = &world.host.running {
        let mut tx = server.core.db.read().await?;
        for (id, told) in world.ledger.operations.iter() {
            if told.undone || told.gone_with_sight {
                continue;
            }
            if outcome::by_operation(&mut tx, *id).await?.is_empty() {
                lost.push(format!("{} of desk {} ({id})", told.what, told.desk));
            }
        }
    }
    for one in lost {
        world.violated(format!("nothing told is lost: {one} never reached the server"));
    }
    Ok(())
}

/// The history of a ticket is one line: every change begins where the one before it ended, and
/// nobody claims what somebody holds.
fn histories(world: &mut World, truth: &Tickets) {
    let mut wrong = Vec::new();
    for (id, whole) in truth {
        let mut stands: BTreeMap<&str, &Value> = BTreeMap::new();
        for event in whole.thread.iter().filter(|entry| entry["is"] == "event") {
            let fact = &event["fact"];
            let field = match fact["code"].as_str() {
                Some("created") => {
                    stands.extend([("holder", &fact["holder"]), ("severity", &fact["severity"])]);
                    continue;
                }
                Some("assigned") => "holder",
                Some("severity_changed") => "severity",
                Some("stage_changed") => "stage",
                _ => continue,
            };
            let before = stands.insert(field, &fact["to"]);
            if before.is_some_and(|before| *before != fact["from"]) {
                wrong.push(format!("{field} of {id} changes from what it was not: {fact}"));
            }
            if field == "holder" && is_claim(world, event) && !fact["from"]["agent"].is_null() {
                wrong.push(format!("ticket {id} is claimed while somebody holds it: {fact}"));
            }
        }
        for (field, value) in stands {
            // Endings and new beginnings move the stage without a word of their own.
            if field != "stage" && whole.row[field] != *value {
                wrong.push(format!("{field} of {id} is not what its history says"));
            }
        }
    }
    for one in wrong {
        world.violated(format!("one claim, one history: {one}"));
    }
}

fn is_claim(world: &World, event: &Value) -> bool {
    let id = serde_json::from_value(event["operation"].clone()).ok();
    let told = id.and_then(|id: OperationId| world.ledger.operations.get(&id));
    told.is_some_and(|told| told.what == "claim")
}

/// A desk has what its agent may see, as the server has it, and nothing waits there.
async fn check_desk(
    world: &mut World,
    desk: usize,
    truth: &Tickets,
    at_desks: &mut AtDesks,
) -> Result<()> {
    let may = seen_by(world, desk).await?;
    let seat = &mut world.seats[desk];
    let Some(station) = seat.running.take() else { return Ok(()) };
    station.end().await;
    let cache = open(&seat.folder, &seat.keys, &seat.name).await?;
    let wrong = compare(&cache, &may, truth).await?;
    kept_words(&cache, at_desks).await?;
    let sound = cache.complaints().await?;
    cache.close().await?;
    for one in wrong {
        world.violated(format!("desk {desk} agrees with the server: {one}"));
    }
    for one in sound {
        world.violated(format!("desk {desk}'s file is sound: {one}"));
    }
    Ok(())
}

/// Operations that the server has, on tickets that have left the sight of the desk on which they
/// were written; and their words.
pub async fn out_of_sight(world: &World) -> Result<(Vec<OperationId>, Vec<String>)> {
    let server = world.host.running.as_ref().context("the server lives")?;
    let (mut operations, mut texts) = (Vec::new(), Vec::new());
    for desk in 0..world.seats.len() {
        let may = seen_by(world, desk).await?;
        let told = world.ledger.operations.iter();
        for (id, told) in told.filter(|(_, told)| told.desk == desk) {
            let mut tx = server.core.db.read().await?;
            if may.contains(&told.ticket) || outcome::by_operation(&mut tx, *id).await?.is_empty() {
                continue;
            }
            operations.push(*id);
            let entries = thread::whole(&mut tx, told.ticket).await?;
            for entry in entries.iter().map(entry) {
                let entry = entry?;
                if entry["operation"] == serde_json::to_value(id)? {
                    texts.extend(entry["text"].as_str().map(str::to_owned));
                }
            }
        }
    }
    Ok((operations, texts))
}

/// The tickets that the server shows the agent of a desk.
async fn seen_by(world: &World, desk: usize) -> Result<BTreeSet<TicketId>> {
    let server = world.host.running.as_ref().context("the server lives at the end")?;
    let directory = server.core.directory();
    let agent: AgentId = key::agent(&world.seats[desk].name);
    let eyes = Eyes::of(&directory, agent);
    let mut tx = server.core.db.read().await?;
    let mut may = BTreeSet::new();
    for scope in eyes.scopes() {
        if let Some(part) = eyes.part_of(&scope) {
            let versions = ticket::versions(&mut tx, &part).await?;
            may.extend(versions.into_iter().map(|(id, _)| id));
        }
    }
    Ok(may)
}

async fn open(root: &std::path::Path, keys: &crate::desk::Keys, name: &str) -> Result<Cache> {
    let login = format!("{name}@desk.example");
    let profile = Profile::of(root, crate::desk::SERVER, &login);
    let key = Key::new(keys.of(&profile.id).context("the key of a profile")?);
    let tokeniser: Tokeniser = holdfast_desk::sync::index::TOKENISER;
    let agent = key::agent(name);
    let options = OpenOptions { agent, create: false, tokeniser, probe: None };
    Ok(Cache::open(&profile.database(), &key, options).await?)
}

async fn compare(cache: &Cache, may: &BTreeSet<TicketId>, truth: &Tickets) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    let mut db = cache.read().await?;
    let here = table::ticket::ids(&mut db).await?;
    for id in here.difference(may) {
        wrong.push(format!("it has ticket {id}, which is not for its agent"));
    }
    for id in may {
        let (Some(want), Some(seen)) = (truth.get(id), table::ticket::get(&mut db, *id).await?)
        else {
            wrong.push(format!("it does not have ticket {id}"));
            continue;
        };
        let row = serde_json::to_value(&seen.row)?;
        if row != want.row {
            wrong.push(format!("ticket {id} is {row}, and at the server {}", want.row));
        }
        let entries = table::thread::entries(&mut db, *id, None, ENTRIES_MAX).await?;
        let rows = entries.into_iter().map(|one| match one {
            table::thread::Entry::Message(row) => Row::Message(row),
            table::thread::Entry::Note(row) => Row::Note(row),
            table::thread::Entry::Event(row) => Row::Event(row),
        });
        let thread: Vec<Value> = rows.map(|row| entry(&row)).collect::<Result<_>>()?;
        if thread != want.thread {
            wrong.push(format!("the thread of {id}: {}", difference(&thread, &want.thread)));
        }
    }
    let counts = table::operation::counts(&mut db).await?;
    if counts.waiting > 0 {
        wrong.push(format!("{} operations still wait", counts.waiting));
    }
    Ok(wrong)
}

fn difference(here: &[Value], there: &[Value]) -> String {
    let missing: Vec<&Value> = there.iter().filter(|one| !here.contains(one)).collect();
    let more: Vec<&Value> = here.iter().filter(|one| !there.contains(one)).collect();
    format!("missing {missing:?}, too many {more:?}")
}

/// Words that an author finds at her desk.
async fn kept_words(cache: &Cache, at_desks: &mut AtDesks) -> Result<()> {
    let mut keep = |text: &str| at_desks.kept.extend(words_in(text).map(str::to_owned));
    let mut tx = cache.write(WritePriority::Agent).await?;
    for draft in table::draft::open(&mut tx, ENTRIES_MAX).await? {
        keep(&draft.words);
    }
    for stored in table::operation::needs_you(&mut tx).await? {
        keep(&stored.kept.bytes);
    }
    for item in table::tray::list(&mut tx).await? {
        if let Some(words) = table::tray::open(&mut tx, item.key).await? {
            keep(&words);
        }
    }
    Ok(())
}

/// Every word stands in one place.
fn words(world: &mut World, truth: &Tickets, at_desks: &AtDesks) {
    let mut public: BTreeMap<String, u32> = BTreeMap::new();
    let mut internal: BTreeMap<String, u32> = BTreeMap::new();
    for entry in truth.values().flat_map(|whole| &whole.thread) {
        let count = match entry["is"].as_str() {
            Some("message") => &mut public,
            Some("note") => &mut internal,
            _ => continue,
        };
        for word in words_in(entry["text"].as_str().unwrap_or_default()) {
            *count.entry(word.to_owned()).or_default() += 1;
        }
    }
    let mut wrong = Vec::new();
    for (word, typed) in &world.ledger.words {
        let of = |count: &BTreeMap<String, u32>| count.get(word).copied().unwrap_or_default();
        let (public, internal) = (of(&public), of(&internal));
        if public + internal > 1 {
            wrong.push(format!("each message exists once: {word} is there {public} + {internal}"));
        }
        if !typed.public && public > 0 {
            wrong.push(format!("a note stays a note: {word} is public"));
        }
        let somewhere = public + internal > 0 || at_desks.kept.contains(word);
        if typed.saved && !typed.thrown && !somewhere {
            wrong.push(format!("nothing told is lost: {word} of desk {} is nowhere", typed.desk));
        }
    }
    for one in wrong {
        world.violated(one);
    }
}

/// What the server took of customers is there, once.
fn customers(world: &mut World, truth: &Tickets) {
    let mut found: BTreeMap<&str, u32> = BTreeMap::new();
    for entry in truth.values().flat_map(|whole| &whole.thread) {
        if let Some(word) = entry["text"].as_str().and_then(|words| words.split(' ').next()) {
            *found.entry(word).or_default() += 1;
        }
    }
    let wrong: Vec<String> = world
        .ledger
        .customers
        .keys()
        .filter(|word| found.get(word.as_str()) != Some(&1))
        .map(|word| format!("nothing taken is lost: {word} of a customer"))
        .collect();
    for one in wrong {
        world.violated(one);
    }
}
