//! Sync: how operations become truth and how truth reaches desks.
//!
//! - [`write`] is the only way anything is written: one turn at a time, decide, take the sequence
//!   last, store effects, feed and outcomes in one commit, then tell the streams.
//! - [`push`] numbers, authorises and settles what desks send.
//! - [`changes`] gives the rows of now under the rights of now, [`stream`] the same live,
//!   [`snapshot`] everything of a scope, [`digest`] whether both sides hold the same.
//! - [`salvage`] keeps what desks hold of others' words that a restored server lacks.
//! - [`escrow`] opens what left its author's sight before a copy had it.
//! - [`horizon`] forgets what of the feed nobody needs any more.
//! - [`sight`] says who may see what.
//!
//! The alternatives that were refused: a log of contents (what an agent may no longer see would
//! stay readable in it), a change table per desk (a write per desk and commit), database triggers
//! (they cannot see who may see).

pub mod changes;
pub mod commit;
pub mod digest;
pub mod escrow;
pub mod hello;
pub mod horizon;
pub mod push;
pub mod salvage;
mod settle;
pub mod sight;
pub mod snapshot;
pub mod stream;
pub mod write;
