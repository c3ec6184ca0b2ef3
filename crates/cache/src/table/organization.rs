//! Organization: a customer company. Leaves the disk with the last ticket that names it.
//!
//! Deliberately absent: searching among them (the desk holds what it shows).

use holdfast_domain::OrganizationId;
use holdfast_protocol::row::OrganizationRow;

use super::directory::{self, Line};
use super::{Stamp, to_json};
use crate::error::Result;
use crate::pool::Db;

pub(crate) const SCHEMA: &str = "\
CREATE TABLE organization (
  id         BLOB PRIMARY KEY,
  version    INTEGER NOT NULL,
  epoch      INTEGER NOT NULL,           -- ordinal
  generation INTEGER NOT NULL DEFAULT 0, -- snapshot that saw it last
  body       TEXT NOT NULL               -- the whole row, JSON
) STRICT, WITHOUT ROWID;
";

/// One of them.
pub async fn get(db: &mut Db, id: OrganizationId) -> Result<Option<OrganizationRow>> {
    let sql = "SELECT body FROM organization WHERE id = $1";
    directory::one(db, sql, id.bytes()).await
}

/// These, by id; those not here are left out.
pub async fn get_many(db: &mut Db, ids: &[OrganizationId]) -> Result<Vec<OrganizationRow>> {
    const SQL: &str =
        "SELECT body FROM organization WHERE id IN (SELECT unhex(value) FROM json_each($1))
         ORDER BY id";
    directory::these(db, SQL, ids.iter().map(|id| id.0.as_bytes().as_slice())).await
}

/// Writes rows of an epoch; older ones lose.
pub(crate) async fn put_all(db: &mut Db, rows: &[OrganizationRow], stamp: Stamp) -> Result<()> {
    const HEAD: &str = "INSERT INTO organization (id, version, epoch, generation, body) ";
    const TAIL: &str = " ON CONFLICT (id) DO UPDATE SET version = excluded.version,
        epoch = excluded.epoch, generation = max(generation, excluded.generation),
        body = excluded.body
        WHERE excluded.epoch > epoch OR (excluded.epoch = epoch AND excluded.version >= version)";
    let line = |row: &OrganizationRow| {
        let (id, version) = (row.id.bytes(), row.version);
        Ok(Line { id, version, organization: None, body: to_json(row)? })
    };
    let lines: Vec<Line> = rows.iter().map(line).collect::<Result<_>>()?;
    directory::put(db, (HEAD, TAIL), &lines, stamp).await
}
