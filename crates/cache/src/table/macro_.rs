//! Macro.

use holdfast_domain::MacroId;
use holdfast_protocol::row::MacroRow;

use crate::error::Result;
use crate::pool::Db;

/// One of them.
pub async fn get(db: &mut Db, id: MacroId) -> Result<Option<MacroRow>> {
    todo!()
}

/// All of them, by id.
pub async fn all(db: &mut Db) -> Result<Vec<MacroRow>> {
    todo!()
}
