//! Saved view: a filter with a name.
//!
//! Deliberately absent: sharing it; it is this profile's.

use ::uuid::Uuid;

use super::view::{Filter, Sort};
use super::{json, to_json, uuid};
use crate::error::Result;
use crate::notice::Notice;
use crate::pool::{Db, WriteTx};

pub(crate) const SCHEMA: &str = "\
CREATE TABLE saved_view (
  id     BLOB PRIMARY KEY,
  name   TEXT NOT NULL,    -- as its author calls it
  place  INTEGER NOT NULL, -- in the rail, ascending
  filter TEXT NOT NULL,    -- JSON
  sort   TEXT NOT NULL     -- JSON
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
    /// What it shows.
    pub filter: Filter,
    /// In what order.
    pub sort: Sort,
}

type Columns = (Vec<u8>, String, i64, String, String);

/// All, in order of place.
pub async fn all(db: &mut Db) -> Result<Vec<SavedView>> {
    let sql = "SELECT id, name, place, filter, sort FROM saved_view ORDER BY place, id";
    let rows: Vec<Columns> = sqlx::query_as(sql).fetch_all(db).await?;
    let view = |(id, name, place, filter, sort): Columns| {
        let (filter, sort) = (json(&filter, "filter")?, json(&sort, "sort")?);
        Ok(SavedView {
            id: uuid(&id)?,
            name,
            place,
            filter,
            sort,
        })
    };
    rows.into_iter().map(view).collect()
}

/// Writes it, new or changed.
pub async fn put(tx: &mut WriteTx, view: &SavedView) -> Result<()> {
    sqlx::query(
        "INSERT INTO saved_view (id, name, place, filter, sort) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (id) DO UPDATE SET name = excluded.name, place = excluded.place,
           filter = excluded.filter, sort = excluded.sort",
    )
    .bind(view.id.as_bytes().as_slice())
    .bind(&view.name)
    .bind(view.place)
    .bind(to_json(&view.filter)?)
    .bind(to_json(&view.sort)?)
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
