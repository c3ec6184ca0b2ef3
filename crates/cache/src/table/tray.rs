//! Tray: unsent words of this agent on tickets that left her sight. Sealed, so that no list, no
//! search and no other reading of the file shows them; opened one at a time by their author.
//!
//! What lies there without being opened: that she wrote something, when, and what it was to be.
//! Files that she had attached are named behind her words, so that she is told of those too.
//! Deliberately absent: their bytes, and anything of the ticket but its id. So the words of an
//! operation are those she typed; a subject, a tag, a quoted customer, evidence are the ticket's.

use holdfast_domain::escalation::Packet;
use holdfast_domain::operation::Reply;
use holdfast_domain::words::Attachment;
use holdfast_domain::{Action, DraftId, Operation, TicketId};
use jiff::Timestamp;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{draft, time, uuid};
use crate::error::{CacheError, Result};
use crate::notice::Notice;
use crate::pool::{Db, WriteTx};
use crate::seal::Record;

pub(crate) const SCHEMA: &str = "\
CREATE TABLE tray (
  key        INTEGER PRIMARY KEY AUTOINCREMENT,
  ticket     BLOB NOT NULL,    -- which ticket it was
  kind       INTEGER NOT NULL, -- 0 reply, 1 note, 2 other
  written_at INTEGER NOT NULL, -- when she wrote it
  at         INTEGER NOT NULL, -- when it left her sight
  sealed     BLOB NOT NULL     -- her words, sealed with a key of their own
) STRICT;
";

const PLACE: &[u8] = b"tray";

/// What words were to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Public words.
    Reply,
    /// Internal words.
    Note,
    /// A reason, a question to colleagues, how it ended.
    Other,
}

/// What lies in the tray, without the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Local.
    pub key: i64,
    /// Which ticket it was.
    pub ticket: TicketId,
    /// What it was to be.
    pub kind: Kind,
    /// When she wrote it.
    pub written_at: Timestamp,
    /// When it left her sight.
    pub at: Timestamp,
}

/// A row but for its key: ticket, kind, when written, when put here, the sealed words.
pub(crate) type Sealed = (Vec<u8>, i64, i64, i64, Vec<u8>);

/// What lies there, oldest first.
pub async fn list(db: &mut Db) -> Result<Vec<Item>> {
    let sql = "SELECT key, ticket, kind, written_at, at FROM tray ORDER BY key";
    let rows: Vec<(i64, Vec<u8>, i64, i64, i64)> = sqlx::query_as(sql).fetch_all(db).await?;
    let item = |(key, ticket, kind, written_at, at): (i64, Vec<u8>, i64, i64, i64)| {
        let (ticket, kind) = (TicketId(uuid(&ticket)?), Kind::read(kind)?);
        Ok(Item { key, ticket, kind, written_at: time(written_at)?, at: time(at)? })
    };
    rows.into_iter().map(item).collect()
}

/// How much lies there.
pub async fn count(db: &mut Db) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT count(*) FROM tray").fetch_one(db).await?)
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
    tx.seal(Record::TrayGone(key));
    tx.notice(Notice::Outbox);
    Ok(())
}

/// Her words in an operation that came to nothing, but for those that a draft has. Answers whether
/// any lie here or in an open draft.
pub async fn put_operation(
    tx: &mut WriteTx,
    operation: &Operation,
    now: Timestamp,
) -> Result<bool> {
    let mut any = false;
    for (kind, draft, words) in typed(&operation.action) {
        let stands = match draft {
            Some(id) => draft::get(tx, id).await?,
            None => None,
        };
        if let Some(draft) = stands {
            any |= draft.state.is_open();
        } else {
            any |= put(tx, operation.ticket, (kind, &words, operation.written_at), now).await?;
        }
    }
    Ok(any)
}

/// Everything, sealed as it is, by its key: what the second copy keeps and a quarantine saves.
pub(crate) async fn sealed(db: &mut Db) -> Result<Vec<(i64, Sealed)>> {
    let sql = "SELECT key, ticket, kind, written_at, at, sealed FROM tray ORDER BY key";
    let rows = sqlx::query(sql).fetch_all(db).await?;
    let item = |row: SqliteRow| {
        let times = (row.try_get("written_at")?, row.try_get("at")?);
        let what = (row.try_get("ticket")?, row.try_get("kind")?);
        Ok((row.try_get("key")?, (what.0, what.1, times.0, times.1, row.try_get("sealed")?)))
    };
    rows.into_iter().map(item).collect()
}

/// Puts back what a quarantine saved.
pub(crate) async fn put_back(tx: &mut WriteTx, saved: &Sealed) -> Result<()> {
    let (ticket, kind, written_at, at, sealed) = saved;
    let key: i64 = sqlx::query_scalar(
        "INSERT INTO tray (ticket, kind, written_at, at, sealed) VALUES ($1, $2, $3, $4, $5)
         RETURNING key",
    )
    .bind(ticket)
    .bind(kind)
    .bind(written_at)
    .bind(at)
    .bind(sealed)
    .fetch_one(&mut **tx)
    .await?;
    tx.seal(Record::Tray(key, Box::new(saved.clone())));
    tx.notice(Notice::Outbox);
    Ok(())
}

/// Puts a draft there. Answers whether there was anything in it.
pub(crate) async fn put_draft(
    tx: &mut WriteTx,
    from: &draft::Draft,
    now: Timestamp,
) -> Result<bool> {
    let words = with_files(&from.words, &from.attachments);
    put(tx, from.ticket, (from.kind.into(), &words, from.updated_at), now).await
}

/// Nothing visible is nothing to keep.
async fn put(
    tx: &mut WriteTx,
    ticket: TicketId,
    (kind, words, written_at): (Kind, &str, Timestamp),
    now: Timestamp,
) -> Result<bool> {
    if words.trim().is_empty() {
        return Ok(false);
    }
    let sealed = tx.shared().cipher.close(PLACE, words.as_bytes());
    let sealed = sealed.ok_or(CacheError::Misuse("words are too long to be sealed"))?;
    let times = (written_at.as_microsecond(), now.as_microsecond());
    put_back(tx, &(ticket.bytes().to_vec(), kind as i64, times.0, times.1, sealed)).await?;
    Ok(true)
}

/// Words, and below them the names of files, a line each.
fn with_files(words: &str, files: &[Attachment]) -> String {
    if files.is_empty() {
        return words.to_owned();
    }
    let names: Vec<String> = files.iter().map(|file| format!("📎 {}", file.name)).collect();
    let names = names.join("\n");
    match words.trim_end() {
        "" => names,
        words => format!("{words}\n\n{names}"),
    }
}

impl Kind {
    fn read(stored: i64) -> Result<Self> {
        match stored {
            0 => Ok(Self::Reply),
            1 => Ok(Self::Note),
            2 => Ok(Self::Other),
            _ => Err(CacheError::Stored("tray")),
        }
    }
}

impl From<draft::Kind> for Kind {
    fn from(kind: draft::Kind) -> Self {
        match kind {
            draft::Kind::Reply => Self::Reply,
            draft::Kind::Note => Self::Note,
        }
    }
}

/// What the author of an action typed, and the draft it came from.
fn typed(action: &Action) -> Vec<(Kind, Option<DraftId>, String)> {
    let other = |words: &str| (Kind::Other, None, words.to_owned());
    let public = |reply: &Reply| {
        let words = with_files(&reply.text, &reply.attachments);
        (Kind::Reply, Some(DraftId(reply.message.0)), words)
    };
    match action {
        Action::Reply(reply) => vec![public(reply)],
        Action::SendAndSolve { reply, resolution } => {
            vec![public(reply), other(&resolution.words)]
        }
        Action::Note(note) => {
            let words = with_files(&note.text, &note.attachments);
            vec![(Kind::Note, Some(DraftId(note.note.0)), words)]
        }
        Action::Solve { resolution, .. } => vec![other(&resolution.words)],
        Action::Escalate(escalate) => {
            let Packet { asked, tried, found, next, .. } = &escalate.packet;
            let parts = [asked, tried, found, next].map(|part| part.trim());
            let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
            vec![other(&parts.join("\n\n"))]
        }
        Action::Create(begun) => {
            let words = begun.words.as_ref().map(|words| words.text.as_str());
            let parts = [begun.subject.as_str(), words.unwrap_or_default()];
            vec![other(&parts.join("\n\n"))]
        }
        Action::EscalationDecline { reason, .. } | Action::EscalationReturn { reason, .. } => {
            vec![other(reason)]
        }
        _ => Vec::new(),
    }
}
