//! Setting: a key with a JSON value, of this profile on this machine.
//!
//! Deliberately absent: what keys there are.

use serde::Serialize;
use serde::de::DeserializeOwned;

use super::to_json;
use crate::error::Result;
use crate::notice::Notice;
use crate::pool::{Db, WriteTx};

pub(crate) const SCHEMA: &str = "\
CREATE TABLE setting (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL -- JSON
) STRICT, WITHOUT ROWID;
";

/// The value, or `None` if it was never set or has another shape now.
pub async fn get<T: DeserializeOwned>(db: &mut Db, key: &str) -> Result<Option<T>> {
    let value: Option<String> = sqlx::query_scalar("SELECT value FROM setting WHERE key = $1")
        .bind(key)
        .fetch_optional(db)
        .await?;
    Ok(value.and_then(|value| serde_json::from_str(&value).ok()))
}

/// Sets it.
pub async fn set<T: Serialize + Sync>(tx: &mut WriteTx, key: &str, value: &T) -> Result<()> {
    sqlx::query(
        "INSERT INTO setting (key, value) VALUES ($1, $2)
         ON CONFLICT (key) DO UPDATE SET value = excluded.value",
    )
    .bind(key)
    .bind(to_json(value)?)
    .execute(&mut **tx)
    .await?;
    tx.notice(Notice::Setting);
    Ok(())
}
