//! Schema: all tables, in order of migration. docs/schema.sql is this text, held by a test.
//!
//! A migration loses nothing that stands there. `user_version` counts them. Deliberately
//! absent: going back.

use crate::error::Result;
use crate::pool::Db;
use crate::{purge, search, table};

/// What this program writes.
pub const VERSION: i64 = MIGRATIONS.len() as i64;

/// Each list of statements brings the schema one version further.
pub const MIGRATIONS: [&[&str]; 4] = [
    &[
        table::sync::SCHEMA,
        table::operation::SCHEMA,
        table::draft::SCHEMA,
        table::tray::SCHEMA,
        table::ticket::SCHEMA,
        table::message::SCHEMA,
        table::note::SCHEMA,
        table::event::SCHEMA,
        table::mark::SCHEMA,
        table::agent::SCHEMA,
        table::team::SCHEMA,
        table::center::SCHEMA,
        table::contact::SCHEMA,
        table::organization::SCHEMA,
        table::resource::SCHEMA,
        table::macro_::SCHEMA,
        table::scope::SCHEMA,
        table::blob::SCHEMA,
        table::setting::SCHEMA,
        table::saved_view::SCHEMA,
        purge::SCHEMA,
        search::SCHEMA,
    ],
    &[table::escrow::SCHEMA],
    &[table::scope::TOMBSTONES_OF_SCOPES],
    &[table::escrow::PIECES],
];

pub(crate) async fn version(db: &mut Db) -> Result<i64> {
    Ok(sqlx::query_scalar("PRAGMA user_version").fetch_one(db).await?)
}

/// Runs what is missing. The caller is in a transaction.
pub(crate) async fn migrate(db: &mut Db) -> Result<()> {
    let from = usize::try_from(version(db).await?).unwrap_or(0);
    for statements in MIGRATIONS.iter().skip(from) {
        for sql in statements.iter().copied() {
            sqlx::raw_sql(sql).execute(&mut *db).await?;
        }
    }
    let sql = format!("PRAGMA user_version = {VERSION}");
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(db).await?;
    Ok(())
}
