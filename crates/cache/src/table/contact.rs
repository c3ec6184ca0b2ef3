//! Contact: a person at a customer. Leaves the disk with the last ticket that names the company.
//!
//! Deliberately absent: an index of names. The desk holds the people of the tickets it shows, a few
//! thousand at most, and looks through them.

use holdfast_domain::{ContactId, OrganizationId};
use holdfast_protocol::row::ContactRow;

use super::directory::{self, Line};
use super::{Stamp, json, to_json};
use crate::error::Result;
use crate::pool::Db;

pub(crate) const SCHEMA: &str = "\
CREATE TABLE contact (
  id         BLOB PRIMARY KEY,
  version    INTEGER NOT NULL,
  epoch      INTEGER NOT NULL,           -- ordinal
  generation INTEGER NOT NULL DEFAULT 0, -- snapshot that saw it last
  organization BLOB NOT NULL,
  body       TEXT NOT NULL               -- the whole row, JSON
) STRICT, WITHOUT ROWID;
CREATE INDEX contact_organization ON contact (organization);
";

/// One of them.
pub async fn get(db: &mut Db, id: ContactId) -> Result<Option<ContactRow>> {
    let sql = "SELECT body FROM contact WHERE id = $1";
    directory::one(db, sql, id.bytes()).await
}

/// These, by id; those not here are left out.
pub async fn get_many(db: &mut Db, ids: &[ContactId]) -> Result<Vec<ContactRow>> {
    const SQL: &str =
        "SELECT body FROM contact WHERE id IN (SELECT unhex(value) FROM json_each($1))
         ORDER BY id";
    directory::these(db, SQL, ids.iter().map(|id| id.0.as_bytes().as_slice())).await
}

/// All of a company, by id.
pub async fn of_organization(db: &mut Db, organization: OrganizationId) -> Result<Vec<ContactRow>> {
    const SQL: &str = "SELECT body FROM contact WHERE organization = $1 ORDER BY id";
    directory::of(db, SQL, organization.bytes()).await
}

/// Those whose name, address or company contains the text, whatever its case; at most `limit`.
pub async fn find(db: &mut Db, text: &str, limit: u32) -> Result<Vec<ContactRow>> {
    const SQL: &str = "SELECT contact.body FROM contact
         LEFT JOIN organization ON organization.id = contact.organization
         WHERE instr(lower(json_extract(contact.body, '$.name')), $1) > 0
            OR instr(lower(json_extract(contact.body, '$.email')), $1) > 0
            OR instr(lower(json_extract(organization.body, '$.name')), $1) > 0
         ORDER BY contact.id LIMIT $2";
    let bodies: Vec<String> =
        sqlx::query_scalar(SQL).bind(text.to_lowercase()).bind(limit).fetch_all(db).await?;
    bodies.iter().map(|body| json(body, "contact")).collect()
}

/// Writes rows of an epoch; older ones lose.
pub(crate) async fn put_all(db: &mut Db, rows: &[ContactRow], stamp: Stamp) -> Result<()> {
    const HEAD: &str = "INSERT INTO contact (id, version, epoch, generation, organization, body) ";
    const TAIL: &str = " ON CONFLICT (id) DO UPDATE SET version = excluded.version,
        epoch = excluded.epoch, generation = max(generation, excluded.generation),
        organization = excluded.organization,
        body = excluded.body
        WHERE excluded.epoch > epoch OR (excluded.epoch = epoch AND excluded.version >= version)";
    let line = |row: &ContactRow| {
        let (id, version) = (row.id.bytes(), row.version);
        Ok(Line { id, version, organization: Some(row.organization.bytes()), body: to_json(row)? })
    };
    let lines: Vec<Line> = rows.iter().map(line).collect::<Result<_>>()?;
    directory::put(db, (HEAD, TAIL), &lines, stamp).await
}
