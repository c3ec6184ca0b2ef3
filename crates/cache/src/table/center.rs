//! Center.

use holdfast_domain::CenterId;
use holdfast_protocol::row::CenterRow;

use crate::error::Result;
use crate::pool::Db;

/// One of them.
pub async fn get(db: &mut Db, id: CenterId) -> Result<Option<CenterRow>> {
    todo!()
}

/// All of them, by id.
pub async fn all(db: &mut Db) -> Result<Vec<CenterRow>> {
    todo!()
}
