//! Event: a fact in a ticket's history, a code with parameters.
//!
//! `key` is the place in the thread; from 2^52 on it is a forecast. Deliberately absent: changing
//! history; a row is replaced whole.

use holdfast_domain::{EventId, OperationId, TicketId};
use holdfast_protocol::row::EventRow;
use sqlx::Row as _;
use sqlx::sqlite::SqliteRow;

use super::{insert_all, json, time, to_json, uuid};
use crate::error::Result;
use crate::pool::{Db, WriteTx};

pub(crate) const SCHEMA: &str = "\
CREATE TABLE event (
  key         INTEGER PRIMARY KEY, -- place in the thread
  id          BLOB NOT NULL UNIQUE,
  ticket      BLOB NOT NULL,
  version     INTEGER NOT NULL,
  epoch       INTEGER NOT NULL,    -- ordinal; 0 for a forecast
  operation   BLOB NOT NULL,       -- what brought it about
  author_kind INTEGER NOT NULL,    -- 0 Holdfast itself, 1 agent, 2 customer
  author      BLOB NOT NULL,       -- empty for Holdfast itself
  fact        TEXT NOT NULL,       -- code and parameters, JSON
  at          INTEGER NOT NULL,    -- when the server took it
  written_at  INTEGER NOT NULL     -- when it was written at a desk
) STRICT;
CREATE INDEX event_ticket ON event (ticket, key);
CREATE INDEX event_waiting ON event (ticket) WHERE key >= 4503599627370496;
";

/// Writes a forecast row; its key is [`super::thread::WAITING`] or beyond.
pub async fn put_waiting(tx: &mut WriteTx, row: &EventRow) -> Result<()> {
    put_all(tx, std::slice::from_ref(row), 0).await?;
    tx.notice_ticket(row.ticket);
    Ok(())
}

/// Writes rows of an epoch; older ones lose.
pub(crate) async fn put_all(db: &mut Db, rows: &[EventRow], epoch: i64) -> Result<()> {
    const HEAD: &str =
        "INSERT INTO event (key, id, ticket, version, epoch, operation, author_kind, author,
        fact, at, written_at) ";
    const TAIL: &str = " ON CONFLICT (id) DO UPDATE SET key = excluded.key,
        ticket = excluded.ticket, version = excluded.version, epoch = excluded.epoch,
        operation = excluded.operation, author_kind = excluded.author_kind,
        author = excluded.author,
        fact = excluded.fact,
        at = excluded.at, written_at = excluded.written_at
        WHERE excluded.epoch > event.epoch
          OR (excluded.epoch = event.epoch AND excluded.version > event.version)";
    let facts = rows.iter().map(|row| Ok((row, to_json(&row.fact)?)));
    let lines: Vec<_> = facts.collect::<Result<_>>()?;
    insert_all(db, (HEAD, TAIL), &lines, |values, (row, fact)| {
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
            .push_bind(fact.as_str())
            .push_bind(row.at.as_microsecond())
            .push_bind(row.written_at.as_microsecond());
    })
    .await
}

/// The newest `limit` of a ticket below `below`, newest first.
pub(crate) async fn newest(
    db: &mut Db,
    ticket: TicketId,
    below: i64,
    limit: u32,
) -> Result<Vec<EventRow>> {
    let rows = sqlx::query(
        "SELECT * FROM event WHERE ticket = $1 AND key < $2 ORDER BY key DESC LIMIT $3",
    )
    .bind(ticket.bytes().to_vec())
    .bind(below)
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.iter().map(read).collect()
}

fn read(row: &SqliteRow) -> Result<EventRow> {
    Ok(EventRow {
        id: EventId(uuid(row.try_get("id")?)?),
        ticket: TicketId(uuid(row.try_get("ticket")?)?),
        key: row.try_get("key")?,
        version: row.try_get("version")?,
        operation: OperationId(uuid(row.try_get("operation")?)?),
        by: super::thread::by(row.try_get("author_kind")?, row.try_get("author")?)?,
        fact: json(row.try_get("fact")?, "fact")?,
        at: time(row.try_get("at")?)?,
        written_at: time(row.try_get("written_at")?)?,
    })
}
