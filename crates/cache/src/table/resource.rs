//! Resource.

use holdfast_domain::ResourceId;
use holdfast_protocol::row::ResourceRow;

use crate::error::Result;
use crate::pool::Db;

/// One of them.
pub async fn get(db: &mut Db, id: ResourceId) -> Result<Option<ResourceRow>> {
    todo!()
}

/// These, by id; those not here are left out.
pub async fn get_many(db: &mut Db, ids: &[ResourceId]) -> Result<Vec<ResourceRow>> {
    todo!()
}

/// All of a company, by id.
pub async fn of_organization(
    db: &mut Db,
    organization: holdfast_domain::OrganizationId,
) -> Result<Vec<ResourceRow>> {
    todo!()
}
