//! What can go wrong with the disk, as far as the desk acts differently on it.
//!
//! Deliberately absent: a variant nobody branches on; the rest is the database's own error.

/// A failed read or write. Nothing of the failed transaction is kept.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// No room on the disk; what was there before is whole.
    #[error("the disk is full")]
    Full,
    /// The disk cannot be written to: it fails, or is read-only. Nothing of the write was kept.
    #[error("the disk cannot be written to")]
    Unwritable,
    /// A page cannot be decrypted or is not what it should be: quarantine the file.
    #[error("the cache file is damaged")]
    Damaged,
    /// More than [`crate::pool::WAITING_WRITERS_MAX`] wait for the one writing connection.
    #[error("too many writers wait")]
    Busy,
    /// A file beside the database (the outbox's second copy, the key check) could not be read or
    /// written, so nothing was saved.
    #[error("a file beside the database could not be read or written")]
    File(#[source] std::io::Error),
    /// A stored value is not what its column promises.
    #[error("a stored {0} cannot be read")]
    Stored(&'static str),
    /// The caller broke the contract of the function.
    #[error("{0}")]
    Misuse(&'static str),
    /// Anything else the database says.
    #[error("the database failed")]
    Sqlite(#[source] sqlx::Error),
}

/// What reads and writes answer.
pub type Result<T> = std::result::Result<T, CacheError>;

/// Primary result codes of SQLite (<https://sqlite.org/rescode.html>).
const READ_ONLY: u32 = 8;
const FAILED: u32 = 10;
const CORRUPT: u32 = 11;
const FULL: u32 = 13;
const CANNOT_OPEN: u32 = 14;
const NOT_A_DATABASE: u32 = 26;
/// The disk itself says that it cannot read a place: read, short read, data, file system.
const UNREADABLE: [u32; 4] = [266, 522, 8202, 8458];
/// What SQLCipher says in the middle of a write about a page that it cannot decrypt. A statement
/// that is wrong has its own words.
const ERROR: u32 = 1;
const WITHOUT_WORDS: &str = "SQL logic error";

impl From<sqlx::Error> for CacheError {
    fn from(error: sqlx::Error) -> Self {
        match code(&error) {
            Some(FULL) => Self::Full,
            Some(CORRUPT | NOT_A_DATABASE) => Self::Damaged,
            Some(_) if is_unreadable(&error) => Self::Damaged,
            Some(READ_ONLY | FAILED | CANNOT_OPEN) => Self::Unwritable,
            _ => Self::Sqlite(error),
        }
    }
}

fn is_unreadable(error: &sqlx::Error) -> bool {
    let wordless = error.as_database_error().is_some_and(|said| said.message() == WITHOUT_WORDS);
    match extended(error) {
        Some(ERROR) => wordless,
        Some(code) => UNREADABLE.contains(&code),
        None => false,
    }
}

impl From<std::io::Error> for CacheError {
    fn from(error: std::io::Error) -> Self {
        match error.kind() {
            std::io::ErrorKind::StorageFull | std::io::ErrorKind::QuotaExceeded => Self::Full,
            _ => Self::File(error),
        }
    }
}

/// Whether the database said something that tells of its file: not that somebody else has it, nor
/// that there is no memory.
pub(crate) fn is_of_the_file(error: &sqlx::Error) -> bool {
    const BUSY: u32 = 5;
    const LOCKED: u32 = 6;
    const NO_MEMORY: u32 = 7;
    code(error).is_some_and(|code| ![BUSY, LOCKED, NO_MEMORY].contains(&code))
}

/// The primary result code, if the database itself answered.
pub(crate) fn code(error: &sqlx::Error) -> Option<u32> {
    extended(error).map(|code| code & 0xff)
}

fn extended(error: &sqlx::Error) -> Option<u32> {
    error.as_database_error()?.code()?.parse().ok()
}
