//! At a desk: it has what its agent may see, as the server has it; nothing waits there; what stands
//! there is found by its words, and nothing else is; its file is sound.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;
use holdfast_cache::search::{self, Request};
use holdfast_cache::{Cache, WritePriority, table};
use holdfast_domain::TicketId;
use holdfast_protocol::Row;
use holdfast_protocol::digest::Digest;
use serde_json::Value;

use super::{AtDesk, Tickets, entry};
use crate::ledger::{Ledger, words_in};

/// Rows that are read of one ticket, of all drafts.
const ENTRIES_MAX: u32 = 10_000;

pub(super) async fn check(
    desk: &AtDesk,
    may: &BTreeSet<TicketId>,
    truth: &Tickets,
    ledger: &Ledger,
) -> Result<Vec<String>> {
    let number = desk.number;
    let mut wrong = Vec::new();
    for one in compare(&desk.cache, may, truth).await? {
        wrong.push(format!("desk {number} agrees with the server: {one}"));
    }
    for one in index(&desk.cache, may, truth, ledger).await? {
        wrong.push(format!("desk {number} finds what is there and nothing else: {one}"));
    }
    for one in desk.cache.complaints().await? {
        wrong.push(format!("desk {number}'s file is sound: {one}"));
    }
    Ok(wrong)
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
    for scope in table::scope::held(&mut db).await?.into_iter().filter(|scope| scope.complete) {
        let tickets = table::scope::tickets(&mut db, &scope.name).await?;
        let digest = tickets.into_iter().fold(Digest::default(), |all, (id, at)| all.with(id, at));
        if scope.digest != digest {
            wrong.push(format!("the digest of {} is that of other tickets", scope.name));
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

/// Every word that was ever typed is found where it stands before the agent's eyes, and nowhere
/// else.
async fn index(
    cache: &Cache,
    may: &BTreeSet<TicketId>,
    truth: &Tickets,
    ledger: &Ledger,
) -> Result<Vec<String>> {
    let mut stands: BTreeMap<&str, BTreeSet<TicketId>> = BTreeMap::new();
    for (id, whole) in truth.iter().filter(|(id, _)| may.contains(id)) {
        for entry in whole.thread.iter().filter(|entry| entry["is"] != "event") {
            for word in words_in(entry["text"].as_str().unwrap_or_default()) {
                stands.entry(word).or_default().insert(*id);
            }
        }
    }
    let mut wrong = Vec::new();
    let mut db = cache.read().await?;
    for word in ledger.words.keys() {
        let wanted = vec![format!("words : \"{word}\"")];
        let request = Request { wanted, ..Request::default() };
        let found = search::search(&mut db, &request, (0, ENTRIES_MAX)).await?;
        let found: BTreeSet<TicketId> = found.hits.iter().map(|hit| hit.ticket).collect();
        let there = stands.remove(word.as_str()).unwrap_or_default();
        if found != there {
            wrong.push(format!("{word} is found in {found:?} and stands in {there:?}"));
        }
    }
    Ok(wrong)
}

/// Words that an author finds at her desk: in a draft, in the tray, or in an operation that she
/// still has to look at.
pub(super) async fn kept_words(cache: &Cache) -> Result<BTreeSet<String>> {
    let mut kept = BTreeSet::new();
    let mut keep = |text: &str| kept.extend(words_in(text).map(str::to_owned));
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
    Ok(kept)
}
