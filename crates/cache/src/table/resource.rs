//! Resource: a customer's cloud thing. Leaves the disk with the last ticket that names its company.
//!
//! Deliberately absent: searching among them (the desk holds what it shows).

use holdfast_domain::{OrganizationId, ResourceId};
use holdfast_protocol::row::ResourceRow;

use super::directory::{self, Line};
use super::{Stamp, to_json};
use crate::error::Result;
use crate::pool::Db;

pub(crate) const SCHEMA: &str = "\
CREATE TABLE resource (
  id         BLOB PRIMARY KEY,
  version    INTEGER NOT NULL,
  epoch      INTEGER NOT NULL,           -- ordinal
  generation INTEGER NOT NULL DEFAULT 0, -- snapshot that saw it last
  organization BLOB NOT NULL,
  body       TEXT NOT NULL               -- the whole row, JSON
) STRICT, WITHOUT ROWID;
CREATE INDEX resource_organization ON resource (organization);
";

/// One of them.
pub async fn get(db: &mut Db, id: ResourceId) -> Result<Option<ResourceRow>> {
    let sql = "SELECT body FROM resource WHERE id = $1";
    directory::one(db, sql, id.bytes()).await
}

/// These, by id; those not here are left out.
pub async fn get_many(db: &mut Db, ids: &[ResourceId]) -> Result<Vec<ResourceRow>> {
    const SQL: &str =
        "SELECT body FROM resource WHERE id IN (SELECT unhex(value) FROM json_each($1))
         ORDER BY id";
    directory::these(db, SQL, ids.iter().map(|id| id.0.as_bytes().as_slice())).await
}

/// All of a company, by id.
pub async fn of_organization(
    db: &mut Db,
    organization: OrganizationId,
) -> Result<Vec<ResourceRow>> {
    const SQL: &str = "SELECT body FROM resource WHERE organization = $1 ORDER BY id";
    directory::of(db, SQL, organization.bytes()).await
}

/// Writes rows of an epoch; older ones lose.
pub(crate) async fn put_all(db: &mut Db, rows: &[ResourceRow], stamp: Stamp) -> Result<()> {
    const HEAD: &str = "INSERT INTO resource (id, version, epoch, generation, organization, body) ";
    const TAIL: &str = " ON CONFLICT (id) DO UPDATE SET version = excluded.version,
        epoch = excluded.epoch, generation = max(generation, excluded.generation),
        organization = excluded.organization,
        body = excluded.body
        WHERE excluded.epoch > epoch OR (excluded.epoch = epoch AND excluded.version >= version)";
    let line = |row: &ResourceRow| {
        let (id, version) = (row.id.bytes(), row.version);
        Ok(Line { id, version, organization: Some(row.organization.bytes()), body: to_json(row)? })
    };
    let lines: Vec<Line> = rows.iter().map(line).collect::<Result<_>>()?;
    directory::put(db, (HEAD, TAIL), &lines, stamp).await
}
