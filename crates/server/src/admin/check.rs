//! Check: is what is stored sound, and does it follow from its own history?
//!
//! The database's own check; rows without what they belong to; a feed without gaps; every ticket
//! rebuilt from its events and compared with its row, its sight and its count; every complete blob
//! hashed again. It also tells of replies that no channel of the configuration reads.

use anyhow::{Context, Result, bail};
use holdfast_domain::{TicketId, TicketState};
use holdfast_protocol::row::TicketRow;

use crate::core::Core;
use crate::store::{Tx, attachment, customer, feed, meta, thread, ticket};
use crate::{blobs, channel};

/// Complaints that are told one by one.
const TOLD_MAX: usize = 50;
/// Tickets between two words of progress.
const PROGRESS_TICKETS: usize = 10_000;

/// Checks everything; an error if anything is not sound.
pub(super) async fn check(core: &Core, tell: &mut impl FnMut(String)) -> Result<()> {
    let mut complaints = core.db.complaints().await?;
    let mut tx = core.db.read().await?;
    let orphans = thread::orphans(&mut tx).await? + customer::orphans(&mut tx).await?;
    if orphans > 0 {
        complaints.push(format!("{orphans} rows without what they belong to"));
    }
    complaints.extend(check_feed(&mut tx).await?);
    let ids = ticket::ids(&mut tx).await?;
    for (n, id) in ids.iter().enumerate() {
        if let Some(complaint) = check_ticket(&mut tx, *id).await? {
            complaints.push(format!("ticket {id}: {complaint}"));
        }
        if (n + 1) % PROGRESS_TICKETS == 0 {
            tell(format!("{} of {} tickets", n + 1, ids.len()));
        }
    }
    let hashes = attachment::complete_hashes(&mut tx).await?;
    for (hash, size_bytes) in &hashes {
        let right = std::fs::read(blobs::path(core, hash)).is_ok_and(|bytes| {
            blake3::hash(&bytes).to_hex().as_str() == hash
                && i64::try_from(bytes.len()).is_ok_and(|size| size == *size_bytes)
        });
        if !right {
            complaints.push(format!("blob {hash}: missing or damaged"));
        }
    }
    // Not unsound, but somebody waits for an answer.
    channel::nobody_reads(&mut tx, &core.config).await?.into_iter().for_each(&mut *tell);
    for complaint in complaints.iter().take(TOLD_MAX) {
        tell(complaint.clone());
    }
    if !complaints.is_empty() {
        bail!("{} complaints", complaints.len());
    }
    tell(format!("sound: {} tickets, {} blobs", ids.len(), hashes.len()));
    Ok(())
}

/// Each commit after the horizon is told of, and none at or before it.
async fn check_feed(tx: &mut Tx) -> Result<Option<String>> {
    let place = meta::place(tx).await?.context("a store without its place")?;
    let (commits, first) = feed::extent(tx).await?;
    let whole = commits == place.head - place.horizon
        && first.is_none_or(|first| first == place.horizon + 1);
    let (horizon, head) = (place.horizon, place.head);
    let told = format!("the feed has {commits} commits from {first:?}, not {horizon} to {head}");
    Ok((!whole).then_some(told))
}

async fn check_ticket(tx: &mut Tx, id: TicketId) -> Result<Option<&'static str>> {
    let Some(row) = ticket::get(tx, id).await? else {
        return Ok(Some("has no row"));
    };
    let events = thread::events(tx, id).await?;
    let Some(state) = TicketState::from_events(&events) else {
        return Ok(Some("its history has no beginning"));
    };
    if state != row.state() {
        return Ok(Some("its row is not what its history tells"));
    }
    let entries = thread::whole(tx, id).await?.len();
    if i64::try_from(entries).is_ok_and(|entries| entries != row.entries) {
        return Ok(Some("its thread has not as many entries as its row says"));
    }
    Ok(check_sight(tx, &row).await?.then_some("its sight is not that of its row"))
}

/// Whether the stored sight differs.
async fn check_sight(tx: &mut Tx, row: &TicketRow) -> Result<bool> {
    let mut wanted = ticket::who(&row.state().sight());
    wanted.sort();
    Ok(ticket::sight_of(tx, row.id).await? != wanted)
}
