//! Threads: messages, notes and events, each a table of its own, in one order of keys.

use std::ops::Range;

use anyhow::{Context, Result};
use holdfast_domain::{Event, EventId, MessageId, TicketId};
use holdfast_protocol::Row;
use holdfast_protocol::row::{EventRow, MessageRow, thread_key};
use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{INSERT_ROWS_MAX, Tx};

/// Which table an entry stands in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Public words.
    Message,
    /// Internal words.
    Note,
    /// Facts.
    Event,
}

/// An entry as it is stored.
#[derive(Debug)]
pub struct Entry {
    /// Which table.
    pub kind: Kind,
    /// [`thread_key`]
    pub key: i64,
    /// Its id.
    pub id: Uuid,
    /// Whose thread.
    pub ticket: TicketId,
    /// The row as JSON.
    pub body: String,
}

impl Entry {
    /// The stored form of a row; `None` for rows that are not of a thread.
    pub fn of(row: &Row) -> Result<Option<Self>> {
        let (kind, key, id, ticket) = match row {
            Row::Message(row) => (Kind::Message, row.key, row.id.0, row.ticket),
            Row::Note(row) => (Kind::Note, row.key, row.id.0, row.ticket),
            Row::Event(row) => (Kind::Event, row.key, row.id.0, row.ticket),
            _ => return Ok(None),
        };
        Ok(Some(Self { kind, key, id, ticket, body: serde_json::to_string(row)? }))
    }
}

/// Adds entries.
pub async fn insert(tx: &mut Tx, kind: Kind, entries: &[Entry]) -> Result<()> {
    let head = match kind {
        Kind::Message => "INSERT INTO message (key, id, ticket, body) ",
        Kind::Note => "INSERT INTO note (key, id, ticket, body) ",
        Kind::Event => "INSERT INTO event (key, id, ticket, body) ",
    };
    let of_kind: Vec<&Entry> = entries.iter().filter(|entry| entry.kind == kind).collect();
    for rows in of_kind.chunks(INSERT_ROWS_MAX) {
        on!(tx, c => {
            let mut sql = QueryBuilder::<Base>::new(head);
            sql.push_values(rows, |mut to, entry| {
                to.push_bind(entry.key).push_bind(entry.id);
                to.push_bind(entry.ticket.0).push_bind(entry.body.clone());
            });
            sql.build().execute(c).await
        })?;
    }
    Ok(())
}

/// The whole thread of a ticket, in order.
pub async fn whole(tx: &mut Tx, ticket: TicketId) -> Result<Vec<Row>> {
    between(tx, ticket, 0..i64::MAX).await
}

/// What one commit added to a ticket's thread, in order.
pub async fn of_commit(tx: &mut Tx, ticket: TicketId, seq: i64) -> Result<Vec<Row>> {
    between(tx, ticket, thread_key(seq, 0)..thread_key(seq + 1, 0)).await
}

async fn between(tx: &mut Tx, ticket: TicketId, keys: Range<i64>) -> Result<Vec<Row>> {
    let sql = "SELECT key, body FROM message WHERE ticket = $1 AND key >= $2 AND key < $3
        UNION ALL SELECT key, body FROM note WHERE ticket = $1 AND key >= $2 AND key < $3
        UNION ALL SELECT key, body FROM event WHERE ticket = $1 AND key >= $2 AND key < $3
        ORDER BY 1";
    let query = sqlx::query_as(sql).bind(ticket.0).bind(keys.start).bind(keys.end);
    let rows: Vec<(i64, String)> = on!(tx, c => query.fetch_all(c).await)?;
    rows.iter().map(|(_, body)| serde_json::from_str(body).context("a stored entry")).collect()
}

/// One message.
pub async fn message(tx: &mut Tx, id: MessageId) -> Result<Option<MessageRow>> {
    let sql = "SELECT body FROM message WHERE id = $1";
    let body: Option<String> =
        on!(tx, c => sqlx::query_scalar(sql).bind(id.0).fetch_optional(c).await)?;
    body.map(|body| serde_json::from_str(&body).context("a stored message")).transpose()
}

/// Whether an id of words is taken, by a message or a note.
pub async fn is_taken(tx: &mut Tx, id: Uuid) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM message WHERE id = $1)
        OR EXISTS (SELECT 1 FROM note WHERE id = $1)";
    Ok(on!(tx, c => sqlx::query_scalar(sql).bind(id).fetch_one(c).await)?)
}

/// Whether an event exists: the trace an accepted operation leaves.
pub async fn event_exists(tx: &mut Tx, id: EventId) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM event WHERE id = $1)";
    Ok(on!(tx, c => sqlx::query_scalar(sql).bind(id.0).fetch_one(c).await)?)
}

/// The history of a ticket, in order.
pub async fn events(tx: &mut Tx, ticket: TicketId) -> Result<Vec<Event>> {
    let sql = "SELECT body FROM event WHERE ticket = $1 ORDER BY key";
    let rows: Vec<String> =
        on!(tx, c => sqlx::query_scalar(sql).bind(ticket.0).fetch_all(c).await)?;
    let event = |body: &String| -> Result<Event> {
        Ok(serde_json::from_str::<EventRow>(body).context("a stored event")?.event())
    };
    rows.iter().map(event).collect()
}

/// Entries whose ticket does not exist.
pub async fn orphans(tx: &mut Tx) -> Result<i64> {
    let sql = "SELECT (SELECT COUNT(*) FROM message e WHERE NOT EXISTS
            (SELECT 1 FROM ticket t WHERE t.id = e.ticket))
        + (SELECT COUNT(*) FROM note e WHERE NOT EXISTS
            (SELECT 1 FROM ticket t WHERE t.id = e.ticket))
        + (SELECT COUNT(*) FROM event e WHERE NOT EXISTS
            (SELECT 1 FROM ticket t WHERE t.id = e.ticket))";
    Ok(on!(tx, c => sqlx::query_scalar(sql).fetch_one(c).await)?)
}
