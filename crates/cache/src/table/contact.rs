//! Contact.

use holdfast_domain::ContactId;
use holdfast_protocol::row::ContactRow;

use crate::error::Result;
use crate::pool::Db;

/// One of them.
pub async fn get(db: &mut Db, id: ContactId) -> Result<Option<ContactRow>> {
    todo!()
}

/// These, by id; those not here are left out.
pub async fn get_many(db: &mut Db, ids: &[ContactId]) -> Result<Vec<ContactRow>> {
    todo!()
}

/// All of a company, by id.
pub async fn of_organization(
    db: &mut Db,
    organization: holdfast_domain::OrganizationId,
) -> Result<Vec<ContactRow>> {
    todo!()
}
