//! Batch: taking rows of the server in.
//!
//! Within an epoch the higher version wins, a newer epoch always wins; so a row may come twice and
//! a batch may be applied twice. A ticket with waiting operations keeps its seen row: the server's
//! row becomes its confirmed image, and the caller replays in the same transaction.

use std::collections::BTreeSet;

use holdfast_domain::TicketId;
use holdfast_protocol::Row;
use uuid::Uuid;

use crate::error::Result;
use crate::pool::WriteTx;

/// Where rows come from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Changes, or one ticket fetched by itself.
    Changes,
    /// A snapshot that stands at this commit, begun as this generation.
    Snapshot {
        /// [`crate::table::scope::Scope::generation`]
        generation: i64,
        /// [`crate::table::scope::Scope::seq`]
        seq: i64,
    },
}

/// What taking rows in came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Applied {
    /// Tickets whose image changed while operations wait on them: replay these, now.
    pub replay: BTreeSet<TicketId>,
    /// Thread keys of words that are new here: index them, now or later.
    pub words: Vec<i64>,
    /// Tickets that are new or changed: index their own words, now or later.
    pub tickets: BTreeSet<TicketId>,
}

/// Takes rows in. Cut what is long by [`crate::Cache::bulk_rows`], a transaction each.
pub async fn apply_rows(
    tx: &mut WriteTx,
    epoch: Uuid,
    origin: Origin,
    rows: Vec<Row>,
) -> Result<Applied> {
    todo!()
}

/// The last chunk is in: in one transaction the scope is complete, and what only it showed and
/// the snapshot did not is purged. Returns those tickets; erase them with
/// [`crate::Cache::erase_purged`].
pub async fn finish_scope(tx: &mut WriteTx, name: &str) -> Result<Vec<TicketId>> {
    todo!()
}
