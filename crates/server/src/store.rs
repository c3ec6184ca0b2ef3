//! The store: what the server remembers, in one database.
//!
//! [`Db`] is the seam: an enum over databases, SQLite first, PostgreSQL to follow. Every noun has
//! a module of static SQL that both read (`$1`, `ON CONFLICT`); the macro `on!` runs it in the arm
//! that is open. sqlx's `Any` was refused (few types), and so were generic repositories (they end
//! in trait bounds on every function).
//!
//! Exactly one connection writes and checkpoints; readers are opened read-only; nobody else opens
//! the file (the data lock sees to it). A `body` column holds a row of the protocol as JSON,
//! exactly as it travels, so that snapshots are copied and not built.
//!
//! Deliberately absent: deciding anything, and the sequence (`sync::write` takes it).

/// Runs a body in the arm that is open: `on!(tx, c => query.fetch_all(c).await)`. `Base` names the
/// database inside the body.
macro_rules! on {
    ($tx:expr, $connection:ident => $body:expr) => {
        match $tx {
            $crate::store::Tx::Sqlite(inner) => {
                #[allow(dead_code, reason = "only bulk statements name the database")]
                type Base = sqlx::Sqlite;
                let $connection = &mut **inner;
                $body
            }
        }
    };
}

pub mod attachment;
pub mod backup;
pub mod customer;
pub mod delivery;
pub mod desk;
pub mod directory;
pub mod feed;
pub mod import;
pub mod intake;
pub mod letter;
pub mod meta;
pub mod outcome;
pub mod salvage;
pub mod session;
mod sqlite;
pub mod thread;
pub mod ticket;

use std::path::Path;
use std::sync::Arc;

use anyhow::Result;
use sqlx::{Sqlite, Transaction};

/// Rows of one multi-row INSERT; the point where larger statements stop paying.
pub const INSERT_ROWS_MAX: usize = 500;

/// A database, whichever it is.
#[derive(Clone, Debug)]
pub enum Db {
    /// One file beside the server.
    Sqlite(sqlite::File),
}

/// A transaction, reading or writing. Dropped without [`Tx::commit`] it never was.
pub enum Tx {
    /// Of a SQLite connection.
    Sqlite(Transaction<'static, Sqlite>),
}

/// How much a commit must survive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// A power cut: whatever somebody was told.
    Power,
    /// The death of this process: what can be done again.
    Process,
}

impl Db {
    /// Opens or creates the database in a data folder and brings its schema up to date.
    pub async fn open(data_dir: &Path) -> Result<Self> {
        Ok(Self::Sqlite(sqlite::File::open(data_dir).await?))
    }

    /// A consistent view of one moment.
    pub async fn read(&self) -> Result<Tx> {
        match self {
            Self::Sqlite(file) => Ok(Tx::Sqlite(file.read().await?)),
        }
    }

    /// The one writing transaction; waits for the one before it.
    pub async fn write(&self, durability: Durability) -> Result<Tx> {
        match self {
            Self::Sqlite(file) => Ok(Tx::Sqlite(file.write(durability).await?)),
        }
    }

    /// What the database says about its own soundness; empty if it is sound.
    pub async fn complaints(&self) -> Result<Vec<String>> {
        match self {
            Self::Sqlite(file) => file.complaints().await,
        }
    }

    /// Whether nobody reads or writes just now.
    pub fn is_at_rest(&self) -> bool {
        match self {
            Self::Sqlite(file) => file.is_at_rest(),
        }
    }

    /// The same in a tenth of the time: whether each page is one.
    pub async fn quick_complaints(&self) -> Result<Vec<String>> {
        match self {
            Self::Sqlite(file) => file.quick_complaints().await,
        }
    }

    /// The database's file as it lies there.
    pub fn file(&self) -> Arc<std::fs::File> {
        match self {
            Self::Sqlite(file) => file.raw(),
        }
    }

    /// Whether what is written stays in the log until [`Db::checkpoint`].
    pub async fn keep_log(&self, keep: bool) -> Result<()> {
        match self {
            Self::Sqlite(file) => file.keep_log(keep).await,
        }
    }

    /// Empties the log into the file; whether that was all of it. Only in the turn to write.
    pub async fn checkpoint(&self) -> Result<bool> {
        match self {
            Self::Sqlite(file) => file.checkpoint().await,
        }
    }

    /// Closes every connection.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(file) => file.close().await,
        }
    }
}

impl Tx {
    /// Makes it last.
    pub async fn commit(self) -> Result<()> {
        match self {
            Self::Sqlite(tx) => Ok(tx.commit().await?),
        }
    }
}

/// Whether a failure says that the file is damaged.
pub fn is_damage(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| match cause.downcast_ref::<sqlx::Error>() {
        Some(sqlx::Error::Database(error)) => sqlite::is_damage(error.as_ref()),
        _ => false,
    })
}

/// Whether a failure says that the disk cannot be written to.
pub fn is_unwritable(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| match cause.downcast_ref::<sqlx::Error>() {
        Some(sqlx::Error::Database(error)) => sqlite::is_unwritable(error.as_ref()),
        _ => false,
    })
}

/// Whether a failure lies in the surroundings (disk full, locked, closing, damaged), not in the
/// work.
pub fn is_passing(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| match cause.downcast_ref::<sqlx::Error>() {
        Some(sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed | sqlx::Error::Io(_)) => true,
        Some(sqlx::Error::Database(error)) => sqlite::is_passing(error.as_ref()),
        _ => false,
    })
}
