//! Tray: unsent words of this agent on tickets that left her sight. Sealed, so that no list, no
//! search and no other reading of the file shows them; opened one at a time by their author.
//!
//! Deliberately absent: anything of the ticket but its id.

use holdfast_domain::TicketId;
use jiff::Timestamp;

use super::{time, uuid};
use crate::error::{CacheError, Result};
use crate::notice::Notice;
use crate::pool::{Db, WriteTx};

pub(crate) const SCHEMA: &str = "\
CREATE TABLE tray (
  key    INTEGER PRIMARY KEY AUTOINCREMENT,
  ticket BLOB NOT NULL,    -- which ticket it was
  at     INTEGER NOT NULL, -- when it left her sight
  sealed BLOB NOT NULL     -- her words, sealed with a key of their own
) STRICT;
";

const PLACE: &[u8] = b"tray";

/// What lies in the tray, without the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Local.
    pub key: i64,
    /// Which ticket it was.
    pub ticket: TicketId,
    /// When it left her sight.
    pub at: Timestamp,
}

/// What lies there, oldest first.
pub async fn list(db: &mut Db) -> Result<Vec<Item>> {
    let sql = "SELECT key, ticket, at FROM tray ORDER BY key";
    let rows: Vec<(i64, Vec<u8>, i64)> = sqlx::query_as(sql).fetch_all(db).await?;
    let item = |(key, ticket, at): (i64, Vec<u8>, i64)| {
        Ok(Item { key, ticket: TicketId(uuid(&ticket)?), at: time(at)? })
    };
    rows.into_iter().map(item).collect()
}

/// Its words; `None` if there is none. (A write, since the key to open it is the writer's.)
pub async fn open(tx: &mut WriteTx, key: i64) -> Result<Option<String>> {
    let sealed: Option<Vec<u8>> = sqlx::query_scalar("SELECT sealed FROM tray WHERE key = $1")
        .bind(key)
        .fetch_optional(&mut **tx)
        .await?;
    let Some(sealed) = sealed else {
        return Ok(None);
    };
    let text = tx.shared().cipher.reveal(PLACE, &sealed).ok_or(CacheError::Stored("tray"))?;
    String::from_utf8(text).map(Some).map_err(|_| CacheError::Stored("tray"))
}

/// Its author throws it away.
pub async fn remove(tx: &mut WriteTx, key: i64) -> Result<()> {
    sqlx::query("DELETE FROM tray WHERE key = $1").bind(key).execute(&mut **tx).await?;
    tx.notice(Notice::Outbox);
    Ok(())
}

pub(crate) async fn put(
    tx: &mut WriteTx,
    ticket: TicketId,
    words: &str,
    now: Timestamp,
) -> Result<()> {
    let sealed = tx.shared().cipher.close(PLACE, words.as_bytes());
    sqlx::query("INSERT INTO tray (ticket, at, sealed) VALUES ($1, $2, $3)")
        .bind(ticket.bytes().to_vec())
        .bind(now.as_microsecond())
        .bind(sealed.ok_or(CacheError::Misuse("words are too long to be sealed"))?)
        .execute(&mut **tx)
        .await?;
    tx.notice(Notice::Outbox);
    Ok(())
}
