//! Shifting: threads that wait for us are moved in time, so that the desk looks alive.
//!
//! As written, most of them would have been overdue for days. A thread is moved as a whole, so
//! that the clock that matters next stands somewhere between 0 and 115 % of its promise: most run,
//! some are at risk, a few are broken. Where follows from the ticket's key alone.

use holdfast_domain::Category;
use holdfast_domain::clock::{Metric, target_s};
use jiff::{SignedDuration, Timestamp};

use crate::load::shape::{EntryKind, Ticket};

/// The most that is used of a promise, in thousandths.
const USED_MAX: i64 = 1_150;
/// The newest entry is at least this old.
const NEWEST: SignedDuration = SignedDuration::from_secs(45);

/// Moves one, if it waits for us.
pub(super) fn shift(ticket: &mut Ticket, now: Timestamp) {
    let waits = matches!(ticket.category, Category::New | Category::Open | Category::OnHold);
    if !waits || ticket.entries.is_empty() {
        return;
    }
    let (metric, since) = next_promise(ticket);
    let target_s = target_s(metric, ticket.severity);
    let used_s = target_s * thousandths(&ticket.key) / 1_000;
    let last = ticket.entries.last().map_or(now, |entry| entry.at);
    // The thread cannot end after now: a long one has used more than was wished for.
    let used = SignedDuration::from_secs(used_s).max(last.duration_since(since) + NEWEST);
    let by = (now - used).duration_since(since);
    for entry in &mut ticket.entries {
        entry.at += by;
    }
}

/// What we owe next, and since when.
fn next_promise(ticket: &Ticket) -> (Metric, Timestamp) {
    let public = ticket.entries.iter().filter(|entry| entry.kind == EntryKind::Message);
    let begun = ticket.entries[0].at;
    let mut answered = false;
    let mut unanswered = Some(begun);
    for entry in public {
        if entry.by == "customer" {
            unanswered = unanswered.or(Some(entry.at));
        } else {
            answered = true;
            unanswered = None;
        }
    }
    match (unanswered, answered) {
        (Some(_), false) => (Metric::FirstReply, begun),
        (Some(since), true) => (Metric::NextReply, since),
        (None, _) => (Metric::Resolution, begun),
    }
}

/// How much of the promise is used, 0 to [`USED_MAX`], evenly.
fn thousandths(key: &str) -> i64 {
    let hash = blake3::hash(key.as_bytes());
    let first = u32::from_be_bytes([hash.as_bytes()[0], hash.as_bytes()[1], 0, 0]) >> 16;
    i64::from(first) * USED_MAX / i64::from(u16::MAX)
}
