//! Team: people who take work from the same queue.
//!
//! Deliberately absent: searching among them (the desk holds what it shows).

use holdfast_domain::TeamId;
use holdfast_protocol::row::TeamRow;

use super::directory::{self, Line};
use super::{Stamp, to_json};
use crate::error::Result;
use crate::pool::Db;

pub(crate) const SCHEMA: &str = "\
CREATE TABLE team (
  id         BLOB PRIMARY KEY,
  version    INTEGER NOT NULL,
  epoch      INTEGER NOT NULL,           -- ordinal
  generation INTEGER NOT NULL DEFAULT 0, -- snapshot that saw it last
  body       TEXT NOT NULL               -- the whole row, JSON
) STRICT, WITHOUT ROWID;
";

/// One of them.
pub async fn get(db: &mut Db, id: TeamId) -> Result<Option<TeamRow>> {
    let sql = "SELECT body FROM team WHERE id = $1";
    directory::one(db, sql, id.bytes()).await
}

/// All of them, by id.
pub async fn all(db: &mut Db) -> Result<Vec<TeamRow>> {
    directory::all(db, "SELECT body FROM team ORDER BY id").await
}

/// Writes rows of an epoch; older ones lose.
pub(crate) async fn put_all(db: &mut Db, rows: &[TeamRow], stamp: Stamp) -> Result<()> {
    const HEAD: &str = "INSERT INTO team (id, version, epoch, generation, body) ";
    const TAIL: &str = " ON CONFLICT (id) DO UPDATE SET version = excluded.version,
        epoch = excluded.epoch, generation = max(generation, excluded.generation),
        body = excluded.body
        WHERE excluded.epoch > epoch OR (excluded.epoch = epoch AND excluded.version >= version)";
    let line = |row: &TeamRow| {
        let (id, version) = (row.id.bytes(), row.version);
        Ok(Line { id, version, organization: None, body: to_json(row)? })
    };
    let lines: Vec<Line> = rows.iter().map(line).collect::<Result<_>>()?;
    directory::put(db, (HEAD, TAIL), &lines, stamp).await
}
