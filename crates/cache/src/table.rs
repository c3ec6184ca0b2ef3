//! The tables, a noun a file: its SQL, its row, how it is read and how it is written.
//!
//! Ids are 16-byte blobs, times microseconds since 1970, whole rows JSON. `epoch` is the local
//! ordinal of the server's epoch; `generation` the snapshot that last saw the row.
//!
//! Deliberately absent: `ON DELETE CASCADE` and other foreign keys (rows arrive in any order), and
//! generic repositories.

pub mod agent;
pub mod blob;
pub mod center;
pub mod contact;
pub(crate) mod directory;
pub mod draft;
pub mod escrow;
pub mod event;
pub mod macro_;
pub mod mark;
pub mod message;
pub mod note;
pub mod operation;
pub mod organization;
#[cfg(test)]
pub(crate) mod plan;
mod push;
pub mod resource;
pub mod saved_view;
pub mod scope;
pub mod setting;
pub mod sync;
pub mod team;
pub mod thread;
pub mod ticket;
pub mod tray;
pub mod view;

use jiff::Timestamp;
use serde::Serialize;
use serde::de::DeserializeOwned;
use sqlx::query_builder::Separated;
use sqlx::{QueryBuilder, Sqlite};
use uuid::Uuid;

use crate::error::{CacheError, Result};
use crate::pool::Db;

/// Rows of one `VALUES` list: three to four times faster than row by row.
pub(crate) const ROWS_A_STATEMENT: usize = 500;

/// Which epoch's truth a row is, and which snapshot saw it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Stamp {
    pub(crate) epoch: i64,
    pub(crate) generation: i64,
}

/// Inserts all rows, [`ROWS_A_STATEMENT`] at a time.
pub(crate) async fn insert_all<T>(
    db: &mut Db,
    (head, tail): (&'static str, &'static str),
    rows: &[T],
    bind: impl Fn(&mut Separated<'_, Sqlite, &'static str>, &T),
) -> Result<()> {
    for rows in rows.chunks(ROWS_A_STATEMENT) {
        let mut sql = QueryBuilder::<Sqlite>::new(head);
        sql.push_values(rows, |mut values, row| bind(&mut values, row));
        sql.push(tail);
        let whole = rows.len() == ROWS_A_STATEMENT || rows.len() == 1;
        sql.build().persistent(whole).execute(&mut *db).await?;
    }
    Ok(())
}

pub(crate) fn uuid(bytes: &[u8]) -> Result<Uuid> {
    Uuid::from_slice(bytes).map_err(|_| CacheError::Stored("id"))
}

pub(crate) fn time(us: i64) -> Result<Timestamp> {
    Timestamp::from_microsecond(us).map_err(|_| CacheError::Stored("time"))
}

pub(crate) fn json<T: DeserializeOwned>(text: &str, what: &'static str) -> Result<T> {
    serde_json::from_str(text).map_err(|_| CacheError::Stored(what))
}

pub(crate) fn to_json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|_| CacheError::Misuse("a row cannot be written as JSON"))
}

/// Ids as `json_each` takes them, in hexadecimal: `WHERE id IN (SELECT unhex(value) …)`.
pub(crate) fn hex_list<'a>(ids: impl IntoIterator<Item = &'a [u8]>) -> String {
    let ids: Vec<String> = ids.into_iter().map(hex::encode).collect();
    format!("[\"{}\"]", ids.join("\",\""))
}
