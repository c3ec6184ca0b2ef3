//! Salvage: what desks hold of others' words that a restored server lacks.
//!
//! A desk could bring words that nobody ever wrote, so nothing of it is shown to anybody before a
//! keeper has looked (`holdfast-server salvage`). It is taken only within 30 days of a restore,
//! only of tickets that the caller may see, or that are not here, and only up to a bound.

use holdfast_domain::TicketId;
use holdfast_domain::words::TEXT_BYTES_MAX;
use holdfast_protocol::Row;
use holdfast_protocol::salvage::{SALVAGE_WORDS_MAX, Salvage, SalvageAnswer};
use jiff::SignedDuration;
use uuid::Uuid;

use super::sight::sees;
use crate::core::Core;
use crate::error::{Error, Result};
use crate::http::Caller;
use crate::store::salvage::{self as stored, Salvaged};
use crate::store::{Durability, Tx, backup, thread, ticket};

/// How long after a restore words are taken, and how long they are kept.
pub const KEPT: SignedDuration = SignedDuration::from_hours(30 * 24);
/// Most words that are kept; a desk that brings more is told that they are known.
const WORDS_MAX: i64 = 100_000;

/// Keeps what is lacking.
pub async fn take(core: &Core, caller: &Caller, brought: Salvage) -> Result<SalvageAnswer> {
    caller.desk()?;
    if brought.messages.len() + brought.notes.len() > SALVAGE_WORDS_MAX {
        return Err(Error::bad_request(format!("more than {SALVAGE_WORDS_MAX} words in one body")));
    }
    let mut writing = core.write(Durability::Power).await?;
    let tx = &mut writing.tx;
    let mut kept = 0;
    if age(core, tx).await?.is_some_and(|age| age <= KEPT) {
        let messages = brought.messages.into_iter().map(Row::Message);
        for row in messages.chain(brought.notes.into_iter().map(Row::Note)) {
            let Some((id, of, _)) = words_of(&row) else { continue };
            if is_lacking(core, tx, caller, (id, of)).await? {
                kept += u32::from(keep(core, tx, caller, row).await?);
            }
        }
    }
    writing.finish().await?;
    Ok(SalvageAnswer { kept })
}

/// How long ago this server was restored; `None` if it never was.
pub async fn age(core: &Core, tx: &mut Tx) -> Result<Option<SignedDuration>> {
    let restored = backup::restorations(tx).await?.last().map(|gap| gap.at);
    let now_us = core.now().as_microsecond();
    Ok(restored.map(|at| SignedDuration::from_micros(now_us - at)))
}

/// Keeps words of the caller's own, on tickets that she does not see since the restore. A keeper
/// can read them; they are put back when her desk brings them again.
pub async fn keep_away(core: &Core, caller: &Caller, words: Vec<Row>) -> Result<()> {
    if words.is_empty() {
        return Ok(());
    }
    let mut writing = core.write(Durability::Power).await?;
    let tx = &mut writing.tx;
    if age(core, tx).await?.is_some_and(|age| age <= KEPT) {
        for row in words {
            let Some((id, ..)) = words_of(&row) else { continue };
            if !thread::is_taken(tx, id).await? {
                keep(core, tx, caller, row).await?;
            }
        }
    }
    writing.finish().await?;
    Ok(())
}

/// Keeps words for a keeper, as far as there is room. False if they are no words, or kept already.
async fn keep(core: &Core, tx: &mut Tx, caller: &Caller, row: Row) -> Result<bool> {
    let Some((id, of, bytes)) = words_of(&row) else { return Ok(false) };
    if bytes > TEXT_BYTES_MAX || stored::count(tx).await? >= WORDS_MAX {
        return Ok(false);
    }
    let brought_at = core.now().as_microsecond();
    let what = Salvaged { id, brought_by: caller.agent, brought_at, row };
    Ok(stored::keep(tx, of.0, &what).await?)
}

/// Id, ticket and length of words.
pub fn words_of(row: &Row) -> Option<(Uuid, TicketId, usize)> {
    match row {
        Row::Message(row) => Some((row.id.0, row.ticket, row.text.len())),
        Row::Note(row) => Some((row.id.0, row.ticket, row.text.len())),
        _ => None,
    }
}

async fn is_lacking(
    core: &Core,
    tx: &mut Tx,
    caller: &Caller,
    (id, of): (Uuid, TicketId),
) -> Result<bool> {
    if thread::is_taken(tx, id).await? {
        return Ok(false);
    }
    let Some(row) = ticket::get(tx, of).await? else {
        return Ok(true);
    };
    Ok(sees(&core.directory(), caller.agent, &row.state().sight()))
}
