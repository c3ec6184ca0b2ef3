//! Team.

use holdfast_domain::TeamId;
use holdfast_protocol::row::TeamRow;

use crate::error::Result;
use crate::pool::Db;

/// One of them.
pub async fn get(db: &mut Db, id: TeamId) -> Result<Option<TeamRow>> {
    todo!()
}

/// All of them, by id.
pub async fn all(db: &mut Db) -> Result<Vec<TeamRow>> {
    todo!()
}
