//! Quarantine: a damaged file is moved aside, never deleted, and what its author had written is
//! saved from it and from the outbox's second copy.

use std::path::{Path, PathBuf};

use jiff::Timestamp;

use crate::error::Result;
use crate::key::Key;
use crate::table::draft::Draft;
use crate::table::operation::Kept;

/// What was saved. It is also in a sealed file beside the database, from which the next
/// [`crate::Cache::open`] takes it into the new outbox by itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Salvage {
    /// Operations without an outcome, in order of writing.
    pub operations: Vec<Kept>,
    /// Drafts that were open, if the damaged file gave them.
    pub drafts: Vec<Draft>,
    /// Records of either copy that could not be read.
    pub lost: usize,
    /// Where the damaged file is now.
    pub moved_to: PathBuf,
}

/// Moves the damaged file aside and saves what was written. No cache may be open on it.
pub async fn quarantine_and_salvage(path: &Path, key: &Key, now: Timestamp) -> Result<Salvage> {
    todo!()
}
