//! Saved view: a filter with a name.

use uuid::Uuid;

use super::view::{Filter, Sort};
use crate::error::Result;
use crate::pool::{Db, WriteTx};

/// A filter with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    /// Made by the desk.
    pub id: Uuid,
    /// As its author calls it.
    pub name: String,
    /// Place in the rail, ascending.
    pub place: i64,
    /// What it shows.
    pub filter: Filter,
    /// In what order.
    pub sort: Sort,
}

/// All, in order of place.
pub async fn all(db: &mut Db) -> Result<Vec<SavedView>> {
    todo!()
}

/// Writes it, new or changed.
pub async fn put(tx: &mut WriteTx, view: &SavedView) -> Result<()> {
    todo!()
}

/// Removes it.
pub async fn remove(tx: &mut WriteTx, id: Uuid) -> Result<()> {
    todo!()
}
