//! Connect: how the file is opened for its one writer and its readers ([`crate::pool`] says why),
//! and how it is looked through.
//!
//! SQLCipher gives zeros for a page that it cannot decrypt, and only the next statement of that
//! connection fails: where the page is the last of a long text, whoever read it does not hear of
//! it. So every reader is tried when it comes back. The writer cannot commit then.
//!
//! Deliberately absent: what the file holds.

use std::path::Path;
use std::time::Duration;

use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::watch;

use crate::error::{self, CacheError, Result};
use crate::key::Key;
use crate::pool::{Db, READERS};

/// The pages of all indexes of 100,000 tickets, nearly: with less, a snapshot spends its time in
/// decrypting the same pages again ([`crate::Cache::rest`] gives it back).
const WRITER_CACHE_KIB: u32 = 64 * 1024;
const READER_CACHE_KIB: u32 = 8 * 1024;

/// Whether the key opens the file. Nothing is changed: a connection that may write would, as it
/// closes, move the log into the file, whatever the key.
pub(crate) async fn try_key(path: &Path, key: &Key) -> sqlx::Result<()> {
    let mut db = reading(path, key).connect().await?;
    let read = sqlx::query("SELECT count(*) FROM sqlite_schema").execute(&mut db).await;
    db.close().await.ok();
    read.map(drop)
}

/// The one connection that writes. Opening it reads a page, so a wrong key is found here.
pub(crate) async fn writer(path: &Path, key: &Key) -> sqlx::Result<SqlitePool> {
    let options = options(path, key, WRITER_CACHE_KIB)
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .pragma("secure_delete", "ON")
        .pragma("fullfsync", "ON")
        .pragma("checkpoint_fullfsync", "ON");
    // A full disk makes SQLite roll back by itself; sqlx then fails to, and would refuse to begin
    // another transaction for ever. What it still counts as open when nobody holds it is not.
    let clean = |db: &mut Db| !db.is_in_transaction();
    let writer = pool(1)
        .before_acquire(move |db, _| Box::pin(std::future::ready(Ok(clean(db)))))
        .connect_with(options)
        .await?;
    sqlx::query("SELECT count(*) FROM sqlite_schema").fetch_one(&writer).await?;
    Ok(writer)
}

/// Those that read. Whether one has met what cannot be read, `doubt` says.
pub(crate) async fn readers(
    path: &Path,
    key: &Key,
    doubt: watch::Sender<bool>,
) -> sqlx::Result<SqlitePool> {
    let readers = pool(READERS).after_release(move |db, _| {
        let doubt = doubt.clone();
        Box::pin(async move {
            let tried = sqlx::query("SELECT 1 FROM sqlite_schema LIMIT 1").execute(db).await;
            if let Err(error) = &tried {
                tracing::error!(%error, "a reader of the cache has met what cannot be read");
                doubt.send_replace(true);
            }
            Ok(tried.is_ok())
        })
    });
    readers.connect_with(reading(path, key)).await
}

/// Reads every page.
pub(crate) async fn is_sound(options: &SqliteConnectOptions) -> Result<bool> {
    let check = async {
        let mut db = options.connect().await?;
        let pages: Vec<String> =
            sqlx::query_scalar("PRAGMA cipher_integrity_check").fetch_all(&mut db).await?;
        let trees: String = sqlx::query_scalar("PRAGMA quick_check(1)").fetch_one(&mut db).await?;
        db.close().await?;
        Ok(pages.is_empty() && trees == "ok")
    };
    match check.await {
        Err(CacheError::Damaged) => Ok(false),
        Err(CacheError::Sqlite(said)) if error::is_of_the_file(&said) => Ok(false),
        checked => checked,
    }
}

/// As a reader opens it.
pub(crate) fn reading(path: &Path, key: &Key) -> SqliteConnectOptions {
    options(path, key, READER_CACHE_KIB).read_only(true)
}

fn options(path: &Path, key: &Key, cache_kib: u32) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(path)
        .pragma("key", key.pragma().as_str().to_owned())
        .pragma("cache_size", format!("-{cache_kib}"))
        .pragma("mmap_size", "0")
        .pragma("temp_store", "MEMORY")
        .foreign_keys(false)
        .busy_timeout(Duration::from_secs(5))
        .disable_statement_logging()
}

fn pool(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .min_connections(1)
        .max_lifetime(None)
        .idle_timeout(None)
        .test_before_acquire(false)
        .acquire_timeout(Duration::from_secs(60))
}
