//! Horizon: what of the feed is forgotten, and when.
//!
//! Changes at or before the horizon cannot be asked for any more: a desk whose cursor lies below it
//! is told so (`hello` names the horizon, `changes` answers 410) and fetches its scopes again. The
//! horizon moves to the newest commit that is
//!
//! - older than `limits.feed_days`, and
//! - needed by no desk that said hello within its read lease, going by the cursor it had then. A
//!   desk that has no cursor yet, or one from below the horizon, needs nothing: it begins with a
//!   snapshot. One that stays away for longer than its lease is locked, and begins with one, too.
//!
//! A feed row is without content, so nothing is lost with it but the way there. Outcomes are not
//! the feed's: their status and place are kept for ever, their bodies until the desk has
//! acknowledged them, however long it stays away; the personal snapshot brings them. The sequence
//! itself goes on without a gap.
//!
//! It is a job of many short commits: each forgets a slice of whole commits and moves the horizon
//! over them at once, so it can be stopped and go on anywhere. Refused: a time in every feed row
//! (a column on the largest table, for a question that is asked once in ten minutes).

use anyhow::Result;
use jiff::SignedDuration;

use crate::core::Core;
use crate::store::{Durability, Tx, desk, feed, meta};

/// Feed rows of one slice; the commit in which it ends is forgotten whole.
const SLICE_ROWS: i64 = 1_000;
/// Slices of one round; what is left is for the next.
const SLICES_MAX: usize = 500;

/// Notes where the sequence stands and forgets what nobody needs; answers the horizon.
pub async fn advance(core: &Core) -> Result<i64> {
    let mut horizon = 0;
    for _ in 0..SLICES_MAX {
        let mut writing = core.write(Durability::Process).await?;
        let (to, more) = advance_slice(core, &mut writing.tx).await?;
        writing.finish().await?;
        horizon = to;
        if !more {
            break;
        }
    }
    Ok(horizon)
}

/// One slice; answers the horizon after it, and whether there is more.
async fn advance_slice(core: &Core, tx: &mut Tx) -> Result<(i64, bool)> {
    let Some(place) = meta::place(tx).await? else {
        return Ok((0, false));
    };
    let now = core.now();
    feed::mark(tx, place.head, now.as_microsecond()).await?;
    let limits = &core.config.limits;
    let days = |days: u32| SignedDuration::from_hours(24 * i64::from(days));
    let old = now - days(limits.feed_days);
    let leased = now - days(limits.read_lease_days);
    let Some(old) = feed::marked_before(tx, old.as_microsecond()).await? else {
        return Ok((place.horizon, false));
    };
    let needed = desk::oldest_cursor(tx, place.epoch, leased.as_microsecond()).await?;
    let target = needed.map_or(old, |needed| needed.min(old));
    if target <= place.horizon {
        return Ok((place.horizon, false));
    }
    let end = feed::slice_end(tx, target, SLICE_ROWS).await?.unwrap_or(target);
    feed::forget(tx, end).await?;
    meta::set_horizon(tx, end).await?;
    Ok((end, end < target))
}
