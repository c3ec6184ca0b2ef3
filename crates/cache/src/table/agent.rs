//! Agent.

use holdfast_domain::AgentId;
use holdfast_protocol::row::AgentRow;

use crate::error::Result;
use crate::pool::Db;

/// One of them.
pub async fn get(db: &mut Db, id: AgentId) -> Result<Option<AgentRow>> {
    todo!()
}

/// All of them, by id.
pub async fn all(db: &mut Db) -> Result<Vec<AgentRow>> {
    todo!()
}
