//! Saved view: a filter with a name.
//!
//! Deliberately absent: sharing it; it is this profile's.

use ::uuid::Uuid;

use super::uuid;
use crate::error::Result;
use crate::notice::Notice;
use crate::pool::{Db, WriteTx};

pub(crate) const SCHEMA: &str = "\
CREATE TABLE saved_view (
  id     BLOB PRIMARY KEY,
  name   TEXT NOT NULL,    -- as its author calls it
  place  INTEGER NOT NULL, -- in the rail, ascending
  query  TEXT NOT NULL     -- in the query language, so that `me` and `7d` are understood anew
) STRICT, WITHOUT ROWID;
";

/// A filter with a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavedView {
    /// Made by the desk.
    pub id: Uuid,
    /// As its author calls it.
    pub name: String,
    /// Place in the rail, ascending.
    pub place: i64,
    /// What it shows, in the query language.
    pub query: String,
}

type Columns = (Vec<u8>, String, i64, String);

/// All, in order of place.
pub async fn all(db: &mut Db) -> Result<Vec<SavedView>> {
    let sql = "SELECT id, name, place, query FROM saved_view ORDER BY place, id";
    let rows: Vec<Columns> = sqlx::query_as(sql).fetch_all(db).await?;
    let view =
        |(id, name, place, query): Columns| Ok(SavedView { id: uuid(&id)?, name, place, query });
    rows.into_iter().map(view).collect()
}

/// Writes it, new or changed.
pub async fn put(tx: &mut WriteTx, view: &SavedView) -> Result<()> {
    sqlx::query(
        "INSERT INTO saved_view (id, name, place, query) VALUES ($1, $2, $3, $4)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, place = excluded.place,
           query = excluded.query",
    )
    .bind(view.id.as_bytes().as_slice())
    .bind(&view.name)
    .bind(view.place)
    .bind(&view.query)
    .execute(&mut **tx)
    .await?;
    tx.notice(Notice::Setting);
    Ok(())
}

/// Removes it.
pub async fn remove(tx: &mut WriteTx, id: Uuid) -> Result<()> {
    sqlx::query("DELETE FROM saved_view WHERE id = $1")
        .bind(id.as_bytes().as_slice())
        .execute(&mut **tx)
        .await?;
    tx.notice(Notice::Setting);
    Ok(())
}
