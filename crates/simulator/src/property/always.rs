//! Always: what holds at a desk at any moment, whatever is broken just then: what its agent sees on
//! a ticket is the server's image with what waits played onto it, and it has not heard of commits
//! that the server has not made. Asked of a copy of its database, as a kill would leave it.

use std::collections::BTreeSet;

use anyhow::Result;
use holdfast_cache::{Cache, Db, WritePriority, table};
use holdfast_desk::forecast;
use holdfast_desk::people::People;
use holdfast_domain::{AgentId, TicketId};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

/// Rows that are read of one thread: what waits stands at its end.
const ENTRIES_MAX: u32 = 200;

/// Looks; `now` is the desk's, if forecasts are certain, `server` the epoch and the newest commit
/// of a server that lives.
/// The copy is changed by it.
pub async fn check(
    cache: &Cache,
    agent: AgentId,
    now: Option<Timestamp>,
    server: Option<(Uuid, i64)>,
) -> Result<Vec<String>> {
    let mut wrong = Vec::new();
    let mut tx = cache.write(WritePriority::Agent).await?;
    let sync = table::sync::get(&mut tx).await?;
    if let Some((epoch, head)) = server
        && sync.epoch == Some(epoch)
        && sync.cursor > head
    {
        let cursor = sync.cursor;
        wrong.push(format!("a cursor never passes the head: it is at {cursor} of {head}"));
    }
    let Some(now) = now else { return Ok(wrong) };
    let tickets = table::operation::waiting_tickets(&mut tx).await?;
    let before = seen(&mut tx, &tickets).await?;
    let (agents, teams) = (table::agent::all(&mut tx).await?, table::team::all(&mut tx).await?);
    let people = People::new(agents, teams, Vec::new());
    forecast::replay(&mut tx, &tickets, agent, &people.directory, now).await?;
    let after = seen(&mut tx, &tickets).await?;
    if before != after {
        let said = "what is seen is what was confirmed with what waits played onto it";
        wrong.push(format!("{said}: {}", difference(&before, &after).join(", ")));
    }
    Ok(wrong)
}

/// Where two differ: the place, what is shown, and what it would be.
fn difference(shown: &Value, would_be: &Value) -> Vec<String> {
    match (shown, would_be) {
        (Value::Object(a), Value::Object(b)) if a.keys().eq(b.keys()) => {
            let within = a.iter().zip(b.values()).map(|((name, a), b)| (name.clone(), a, b));
            within.flat_map(|(name, a, b)| at(&name, difference(a, b))).collect()
        }
        (Value::Array(a), Value::Array(b)) if a.len() == b.len() => {
            let within = a.iter().zip(b).enumerate();
            within.flat_map(|(n, (a, b))| at(&n.to_string(), difference(a, b))).collect()
        }
        (a, b) if a == b => Vec::new(),
        (a, b) => vec![format!(": {a} is shown, and {b} it would be")],
    }
}

fn at(place: &str, found: Vec<String>) -> Vec<String> {
    found.into_iter().map(|found| format!("/{place}{found}")).collect()
}

/// What an agent sees of tickets on which something waits.
async fn seen(db: &mut Db, tickets: &BTreeSet<TicketId>) -> Result<Value> {
    let mut all = Vec::new();
    for ticket in tickets {
        let row = table::ticket::get(db, *ticket).await?.map(|seen| seen.row);
        let entries = table::thread::entries(db, *ticket, None, ENTRIES_MAX).await?;
        let waiting = entries.iter().filter(|entry| entry.is_waiting());
        let waiting: Vec<String> = waiting.map(|entry| format!("{entry:?}")).collect();
        all.push(json!({ "row": row, "waiting": waiting }));
    }
    Ok(Value::Array(all))
}
