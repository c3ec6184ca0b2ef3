//! Organization.

use holdfast_domain::OrganizationId;
use holdfast_protocol::row::OrganizationRow;

use crate::error::Result;
use crate::pool::Db;

/// One of them.
pub async fn get(db: &mut Db, id: OrganizationId) -> Result<Option<OrganizationRow>> {
    todo!()
}

/// These, by id; those not here are left out.
pub async fn get_many(db: &mut Db, ids: &[OrganizationId]) -> Result<Vec<OrganizationRow>> {
    todo!()
}
