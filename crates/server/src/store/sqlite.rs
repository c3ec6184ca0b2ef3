//! The SQLite arm: one file, one writing connection, some reading ones.
//!
//! The linked library may be plain SQLite or SQLCipher (whatever is built together with the desk
//! is linked with SQLCipher); the file is a plain one with either. See ARCHITECTURE.md, "SQLite,
//! and the one rule that keeps it safe", for why no second connection may write or checkpoint.
//!
//! Deliberately absent: any table. Those are the nouns' modules.

use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use sqlx::pool::PoolConnection;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteJournalMode, SqlitePool, SqlitePoolOptions, SqliteSynchronous,
};
use sqlx::{ConnectOptions, Connection as _, Sqlite, SqliteConnection, Transaction};

use super::Durability;

/// The file in the data folder.
const FILE_NAME: &str = "holdfast.db";
/// Connections that read at the same time.
const READERS: u32 = 6;
/// How long a request waits for a connection before it is told that the server is busy.
const ACQUIRE_S: u64 = 20;
/// Oldest SQLite this code was tried with: `STRICT`, `RETURNING`, read-only WAL.
const SQLITE_OLDEST: (u32, u32) = (3, 50);
/// SQLite's default.
const AUTOCHECKPOINT_PAGES: u32 = 1000;
/// Page cache of each connection, KiB (negative in SQLite's notation).
const CACHE_KIB: &str = "-16000";

/// An open database file.
#[derive(Clone, Debug)]
pub struct File {
    writer: SqlitePool,
    readers: SqlitePool,
    /// The file, for reading as it lies there. Closing it would give SQLite's locks on it away.
    raw: Arc<std::fs::File>,
    keeps_log: Arc<AtomicBool>,
    /// Pages after which SQLite empties the log by itself; 0 for never.
    autocheckpoint: Arc<AtomicU32>,
}

impl File {
    /// Opens or creates the file and brings its schema up to date.
    pub async fn open(data_dir: &Path) -> Result<Self> {
        let path = data_dir.join(FILE_NAME);
        let common = SqliteConnectOptions::new()
            .filename(&path)
            .busy_timeout(Duration::from_secs(ACQUIRE_S))
            .pragma("cache_size", CACHE_KIB)
            .pragma("temp_store", "MEMORY")
            .disable_statement_logging();
        let writing = common
            .clone()
            .create_if_missing(true)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full);
        // Never, until it is known whether the log must be shipped first (`keep_log`).
        let autocheckpoint = Arc::new(AtomicU32::new(0));
        let pages = autocheckpoint.clone();
        let writer = lasting(1).after_connect(move |writer, _| {
            let pages = pages.load(Ordering::Relaxed);
            Box::pin(async move { set_autocheckpoint(writer, pages).await })
        });
        let writer = writer.connect_with(writing).await;
        let writer = writer.with_context(|| format!("cannot open {}", path.display()))?;
        sqlx::migrate!("migrations/sqlite").run(&writer).await.context("migrating the store")?;
        assert_library(&writer).await?;
        let readers = lasting(READERS).connect_with(common.read_only(true)).await?;
        let raw = Arc::new(std::fs::File::open(&path)?);
        Ok(Self { writer, readers, raw, keeps_log: Arc::default(), autocheckpoint })
    }

    /// The file as it lies there; what is in the log is not in it yet.
    pub fn raw(&self) -> Arc<std::fs::File> {
        self.raw.clone()
    }

    /// Whether the log is kept until [`Self::checkpoint`], also when the file is closed, or emptied
    /// by SQLite whenever it likes.
    pub async fn keep_log(&self, keep: bool) -> Result<()> {
        let pages = if keep { 0 } else { AUTOCHECKPOINT_PAGES };
        self.autocheckpoint.store(pages, Ordering::Relaxed);
        set_autocheckpoint(&mut *self.writer.acquire().await?, pages).await?;
        self.keeps_log.store(keep, Ordering::Relaxed);
        Ok(())
    }

    /// Empties the log into the file, as far as readers let it; whether that was all of it. The
    /// caller has the turn to write.
    pub async fn checkpoint(&self) -> Result<bool> {
        let sql = "PRAGMA wal_checkpoint(PASSIVE)";
        let (busy, frames, done): (i64, i64, i64) =
            sqlx::query_as(sql).fetch_one(&self.writer).await?;
        Ok(busy == 0 && frames == done)
    }

    /// Begins to read: everything in it sees one moment.
    pub async fn read(&self) -> Result<Transaction<'static, Sqlite>> {
        Ok(self.readers.begin().await?)
    }

    /// Begins to write; `IMMEDIATE`, so that a reader never turns writer halfway.
    pub async fn write(&self, durability: Durability) -> Result<Transaction<'static, Sqlite>> {
        let mut connection = self.writer.acquire().await?;
        set_durability(&mut connection, durability).await?;
        drop(connection);
        Ok(self.writer.begin_with("BEGIN IMMEDIATE").await?)
    }

    /// Whether every connection is idle.
    pub fn is_at_rest(&self) -> bool {
        let idle = |pool: &SqlitePool| pool.size() as usize == pool.num_idle();
        idle(&self.writer) && idle(&self.readers)
    }

    /// `PRAGMA integrity_check`, without its "ok".
    pub async fn complaints(&self) -> Result<Vec<String>> {
        let rows: Vec<String> =
            sqlx::query_scalar("PRAGMA integrity_check(20)").fetch_all(&self.readers).await?;
        Ok(rows.into_iter().filter(|row| row != "ok").collect())
    }

    /// `PRAGMA quick_check`, without its "ok".
    pub async fn quick_complaints(&self) -> Result<Vec<String>> {
        let rows: Vec<String> =
            sqlx::query_scalar("PRAGMA quick_check(20)").fetch_all(&self.readers).await?;
        Ok(rows.into_iter().filter(|row| row != "ok").collect())
    }

    /// Closes readers first: the writer then checkpoints and removes the log. If the log is to be
    /// kept, the writer first: the last reader cannot checkpoint.
    pub async fn close(&self) {
        if self.keeps_log.load(Ordering::Relaxed) {
            self.writer.close().await;
            self.readers.close().await;
        } else {
            self.readers.close().await;
            self.writer.close().await;
        }
    }
}

/// A pool whose connections stay: reopening the file is the moment at which the log could be
/// checkpointed by two. But a disk that fails or is full makes SQLite roll back by itself; sqlx
/// then fails to, and would refuse to begin another transaction on that connection for ever. What
/// it still counts as open when nobody holds it is not, and another takes its place.
fn lasting(connections: u32) -> SqlitePoolOptions {
    SqlitePoolOptions::new()
        .max_connections(connections)
        .min_connections(connections)
        .max_lifetime(None)
        .idle_timeout(None)
        .test_before_acquire(false)
        .before_acquire(|db, _| {
            let clean = !db.is_in_transaction();
            Box::pin(async move { Ok(clean) })
        })
        .acquire_timeout(Duration::from_secs(ACQUIRE_S))
}

/// After how many pages SQLite empties the log by itself.
async fn set_autocheckpoint(writer: &mut SqliteConnection, pages: u32) -> sqlx::Result<()> {
    let sql = match pages {
        0 => "PRAGMA wal_autocheckpoint = 0",
        // [`AUTOCHECKPOINT_PAGES`]
        _ => "PRAGMA wal_autocheckpoint = 1000",
    };
    sqlx::query(sql).fetch_all(writer).await.map(drop)
}

/// The caller holds the gate of `sync::write`, so nobody comes between this and `BEGIN`.
async fn set_durability(
    connection: &mut PoolConnection<Sqlite>,
    durability: Durability,
) -> Result<()> {
    let statement = match durability {
        Durability::Power => "PRAGMA synchronous = FULL",
        Durability::Process => "PRAGMA synchronous = NORMAL",
    };
    sqlx::query(statement).execute(&mut **connection).await?;
    Ok(())
}

/// A refreshed lock file could silently link an older library.
async fn assert_library(writer: &SqlitePool) -> Result<()> {
    let version: String = sqlx::query_scalar("SELECT sqlite_version()").fetch_one(writer).await?;
    let cipher: Option<String> =
        sqlx::query_scalar("PRAGMA cipher_version").fetch_optional(writer).await?;
    tracing::info!(sqlite = %version, sqlcipher = cipher.as_deref().unwrap_or("none"), "store");
    let mut parts = version.split('.').map(|part| part.parse::<u32>().unwrap_or(0));
    let found = (parts.next().unwrap_or(0), parts.next().unwrap_or(0));
    ensure!(found >= SQLITE_OLDEST, "SQLite {version} is older than this server was tried with");
    if let Some(cipher) = cipher {
        ensure!(cipher.starts_with("4."), "SQLCipher {cipher} is not the 4 it was tried with");
    }
    Ok(())
}

/// A malformed page, or no database at all: primary result codes 11 and 26 of SQLite.
pub fn is_damage(error: &dyn sqlx::error::DatabaseError) -> bool {
    let code = error.code().and_then(|code| code.parse::<i32>().ok()).unwrap_or(0);
    matches!(code & 0xff, 11 | 26)
}

/// Locked file, interrupted work: primary result codes 5, 6, 9 of SQLite. A disk that cannot be
/// written to. And damage, which is no operation's fault either.
pub fn is_passing(error: &dyn sqlx::error::DatabaseError) -> bool {
    let code = error.code().and_then(|code| code.parse::<i32>().ok()).unwrap_or(0);
    matches!(code & 0xff, 5 | 6 | 9) || is_unwritable(error) || is_damage(error)
}

/// A read-only, failing, full or missing disk: primary result codes 8, 10, 13, 14.
pub fn is_unwritable(error: &dyn sqlx::error::DatabaseError) -> bool {
    let code = error.code().and_then(|code| code.parse::<i32>().ok()).unwrap_or(0);
    matches!(code & 0xff, 8 | 10 | 13 | 14)
}
