//! Opening: the asserts, the migrations, what was left undone.

use std::path::Path;
use std::sync::Arc;

use holdfast_domain::AgentId;

use crate::error::{CacheError, Result};
use crate::key::Key;
use crate::notice::{Board, Notices};
use crate::pool::{ReadTx, WritePriority, WriteTx, Writers};
use crate::seal::{Cipher, Seal};
use crate::search::Tokens;

/// How texts become tokens. A contentless index forgets a text only when it is told the same
/// tokens again, so the same text must always give the same tokens within a version.
#[derive(Clone, Copy)]
pub struct Tokeniser {
    /// Another version: the index is emptied and filled anew.
    pub version: u32,
    /// The tokens of a text.
    pub tokens: fn(&str) -> Tokens,
}

/// How to open.
#[derive(Clone, Copy)]
pub struct OpenOptions {
    /// Whose desk this is.
    pub agent: AgentId,
    /// Make a new file if there is none.
    pub create: bool,
    /// How texts become tokens.
    pub tokeniser: Tokeniser,
}

/// Why a file was not opened. It was not changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no file, and none was to be made.
    #[error("there is no cache file")]
    Missing,
    /// The key is another file's.
    #[error("the key does not fit the cache file")]
    WrongKey,
    /// The key is right and the file is not: [`crate::quarantine_and_salvage`].
    #[error("the cache file is damaged: {why}")]
    Damaged {
        /// What the database said.
        why: String,
    },
    /// A newer Holdfast wrote it.
    #[error("the cache file has schema {found}, newer than this program's")]
    TooNew {
        /// Its schema.
        found: i64,
    },
    /// It is another agent's.
    #[error("the cache file is another agent's")]
    OtherAgent,
    /// Another process has it open.
    #[error("another process has the cache file open")]
    Locked,
    /// The program was built with another SQLite than it was made for.
    #[error("built with another SQLite: {0}")]
    Build(String),
    /// The disk.
    #[error(transparent)]
    Disk(#[from] CacheError),
}

/// The open file. Cheap to clone.
#[derive(Clone)]
pub struct Cache(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) board: Board,
    pub(crate) seal: Seal,
    pub(crate) cipher: Cipher,
    pub(crate) tokeniser: Tokeniser,
    readers: sqlx::SqlitePool,
    writers: Writers,
}

impl Cache {
    /// Opens, migrates, finishes an unfinished purge, takes in what a quarantine saved.
    pub async fn open(
        path: &Path,
        key: &Key,
        options: OpenOptions,
    ) -> std::result::Result<Self, OpenError> {
        todo!()
    }

    /// A place among the readers. Waits while all are taken.
    pub async fn read(&self) -> Result<ReadTx> {
        Ok(ReadTx::new(self.0.readers.begin().await?))
    }

    /// The writing connection.
    pub async fn write(&self, priority: WritePriority) -> Result<WriteTx> {
        self.0.writers.begin(priority, self.0.clone()).await
    }

    /// How many rows a bulk transaction may have now.
    pub fn bulk_rows(&self) -> usize {
        self.0.writers.bulk_rows()
    }

    /// Hears what changes from now on.
    pub fn notices(&self) -> Notices {
        self.0.board.listen()
    }

    /// Erases in slices what [`crate::purge::begin`] wrote down, then empties the log.
    pub async fn erase_purged(&self) -> Result<()> {
        todo!()
    }

    /// Waits for what is under way, empties the log and closes.
    pub async fn close(self) -> Result<()> {
        todo!()
    }
}
