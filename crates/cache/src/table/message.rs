//! Message: public words, as they stand in a thread.
//!
//! `key` is the place in the thread; from 2^52 on it is a forecast. Deliberately absent: changing
//! words that were sent; a row is replaced whole.

use std::ops::Range;

use holdfast_domain::{AgentId, MessageId, OperationId, TicketId};
use holdfast_protocol::row::MessageRow;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::{insert_all, json, time, to_json, uuid};
use crate::error::Result;
use crate::pool::{Db, WriteTx};

pub(crate) const SCHEMA: &str = "\
CREATE TABLE message (
  key         INTEGER PRIMARY KEY, -- place in the thread; also the row in the search index
  id          BLOB NOT NULL UNIQUE,
  ticket      BLOB NOT NULL,
  version     INTEGER NOT NULL,
  epoch       INTEGER NOT NULL,    -- ordinal; 0 for a forecast
  operation   BLOB NOT NULL,       -- what brought it about
  author_kind INTEGER NOT NULL,    -- 0 Holdfast itself, 1 agent, 2 customer
  author      BLOB NOT NULL,       -- empty for Holdfast itself
  text        TEXT NOT NULL,
  language    TEXT,                -- NULL: not detected
  attachments TEXT NOT NULL DEFAULT '[]', -- JSON
  at          INTEGER NOT NULL,    -- when the server took it
  written_at  INTEGER NOT NULL     -- when it was written at a desk
) STRICT;
CREATE INDEX message_ticket ON message (ticket, key);
CREATE INDEX message_waiting ON message (ticket) WHERE key >= 4503599627370496;
";

/// Writes a forecast row; its key is [`super::thread::WAITING`] or beyond.
pub async fn put_waiting(tx: &mut WriteTx, row: &MessageRow) -> Result<()> {
    put_all(tx, std::slice::from_ref(row), 0).await?;
    tx.notice_ticket(row.ticket);
    Ok(())
}

/// Writes rows of an epoch; older ones lose.
pub(crate) async fn put_all(db: &mut Db, rows: &[MessageRow], epoch: i64) -> Result<()> {
    const HEAD: &str =
        "INSERT INTO message (key, id, ticket, version, epoch, operation, author_kind, author,
        text, language, attachments, at, written_at) ";
    const TAIL: &str = " ON CONFLICT (id) DO UPDATE SET key = excluded.key,
        ticket = excluded.ticket, version = excluded.version, epoch = excluded.epoch,
        operation = excluded.operation, author_kind = excluded.author_kind,
        author = excluded.author,
        text = excluded.text, language = excluded.language, attachments = excluded.attachments,
        at = excluded.at, written_at = excluded.written_at
        WHERE excluded.epoch > message.epoch
          OR (excluded.epoch = message.epoch AND excluded.version > message.version)";
    let files = rows.iter().map(|row| Ok((row, to_json(&row.attachments)?)));
    let lines: Vec<_> = files.collect::<Result<_>>()?;
    insert_all(db, (HEAD, TAIL), &lines, |values, (row, attachments)| {
        let (kind, author) = super::thread::author(row.by);
        values
            .push_bind(row.key)
            .push_bind(row.id.0.as_bytes().as_slice())
            .push_bind(row.ticket.0.as_bytes().as_slice())
            .push_bind(row.version)
            .push_bind(epoch)
            .push_bind(row.operation.0.as_bytes().as_slice())
            .push_bind(kind)
            .push_bind(author)
            .push_bind(row.text.as_str())
            .push_bind(row.language.as_deref())
            .push_bind(attachments.as_str())
            .push_bind(row.at.as_microsecond())
            .push_bind(row.written_at.as_microsecond());
    })
    .await
}

/// An agent's public words that name a file, as the server has them. Looks through all of them.
pub async fn naming(db: &mut Db, agent: AgentId, hash: &str) -> Result<Vec<MessageRow>> {
    let sql = "SELECT * FROM message
               WHERE epoch > 0 AND author_kind = 1 AND author = $1 AND instr(attachments, $2) > 0";
    let rows = sqlx::query(sql).bind(agent.bytes().to_vec()).bind(hash).fetch_all(db).await?;
    rows.iter().map(read).collect()
}

/// The one with this id.
pub async fn get(db: &mut Db, id: MessageId) -> Result<Option<MessageRow>> {
    let row = sqlx::query("SELECT * FROM message WHERE id = $1")
        .bind(id.bytes().to_vec())
        .fetch_optional(db)
        .await?;
    row.as_ref().map(read).transpose()
}

/// Those at these places in threads, in no order.
pub(crate) async fn at(db: &mut Db, keys: &[i64]) -> Result<Vec<MessageRow>> {
    let sql = "SELECT * FROM message WHERE key IN (SELECT value FROM json_each($1))";
    let rows = sqlx::query(sql).bind(format!("{keys:?}")).fetch_all(db).await?;
    rows.iter().map(read).collect()
}

/// The newest `limit` that others wrote, as the server had them, between two places.
pub async fn of_others(
    db: &mut Db,
    but: AgentId,
    keys: Range<i64>,
    limit: u32,
) -> Result<Vec<MessageRow>> {
    let rows = sqlx::query(
        "SELECT * FROM message WHERE key >= $2 AND key < $3 AND author <> $1 AND epoch > 0
         ORDER BY key DESC LIMIT $4",
    )
    .bind(but.bytes().to_vec())
    .bind(keys.start)
    .bind(keys.end)
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.iter().map(read).collect()
}

/// The newest `limit` of a ticket below `below`, newest first.
pub(crate) async fn newest(
    db: &mut Db,
    ticket: TicketId,
    below: i64,
    limit: u32,
) -> Result<Vec<MessageRow>> {
    let rows = sqlx::query(
        "SELECT * FROM message WHERE ticket = $1 AND key < $2 ORDER BY key DESC LIMIT $3",
    )
    .bind(ticket.bytes().to_vec())
    .bind(below)
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.iter().map(read).collect()
}

fn read(row: &SqliteRow) -> Result<MessageRow> {
    Ok(MessageRow {
        id: MessageId(uuid(row.try_get("id")?)?),
        ticket: TicketId(uuid(row.try_get("ticket")?)?),
        key: row.try_get("key")?,
        version: row.try_get("version")?,
        operation: OperationId(uuid(row.try_get("operation")?)?),
        by: super::thread::by(row.try_get("author_kind")?, row.try_get("author")?)?,
        text: row.try_get("text")?,
        language: row.try_get("language")?,
        attachments: json(row.try_get("attachments")?, "list of attachments")?,
        at: time(row.try_get("at")?)?,
        written_at: time(row.try_get("written_at")?)?,
    })
}
