//! Thread: messages, notes and events of a ticket in one order.
//!
//! Deliberately absent: a table of its own. Notes must not be one flag away from messages.

use std::collections::BTreeMap;

use holdfast_domain::{AgentId, By, ContactId, TicketId};
use holdfast_protocol::row::{EventRow, MessageRow, NoteRow};

use super::{event, message, note, uuid};
use crate::error::{CacheError, Result};
use crate::pool::{Db, WriteTx};

/// One entry of a thread.
#[derive(Clone, Debug, PartialEq)]
pub enum Entry {
    /// Public words.
    Message(MessageRow),
    /// Internal words.
    Note(NoteRow),
    /// A fact.
    Event(EventRow),
}

impl Entry {
    /// Place in the thread.
    pub fn key(&self) -> i64 {
        match self {
            Self::Message(row) => row.key,
            Self::Note(row) => row.key,
            Self::Event(row) => row.key,
        }
    }

    /// Whether it is a forecast that no server has confirmed.
    pub fn is_waiting(&self) -> bool {
        self.key() >= WAITING
    }
}

/// Keys from here on are of entries that wait. The SQL of threads has it in figures.
pub const WAITING: i64 = holdfast_protocol::row::WAITING_KEY;

/// The newest `limit` entries with keys below `below` (`None`: the newest of all), oldest first.
pub async fn entries(
    db: &mut Db,
    ticket: TicketId,
    below: Option<i64>,
    limit: u32,
) -> Result<Vec<Entry>> {
    let below = below.unwrap_or(i64::MAX);
    let messages = message::newest(db, ticket, below, limit).await?;
    let notes = note::newest(db, ticket, below, limit).await?;
    let events = event::newest(db, ticket, below, limit).await?;
    let mut entries: Vec<Entry> = messages
        .into_iter()
        .map(Entry::Message)
        .chain(notes.into_iter().map(Entry::Note))
        .chain(events.into_iter().map(Entry::Event))
        .collect();
    entries.sort_by_key(Entry::key);
    let surplus = entries.len().saturating_sub(limit as usize);
    entries.drain(..surplus);
    Ok(entries)
}

/// The words at these places, by place: what a search has found. Those not here are left out.
pub async fn words_at(db: &mut Db, keys: &[i64]) -> Result<BTreeMap<i64, Entry>> {
    let messages = message::at(db, keys).await?.into_iter().map(Entry::Message);
    let notes = note::at(db, keys).await?.into_iter().map(Entry::Note);
    Ok(messages.chain(notes).map(|entry| (entry.key(), entry)).collect())
}

/// Removes the forecast entries of a ticket, from the search index too: before a replay.
pub async fn clear_waiting(tx: &mut WriteTx, ticket: TicketId) -> Result<()> {
    for sql in [
        "DELETE FROM message WHERE ticket = $1 AND key >= 4503599627370496 RETURNING key, text",
        "DELETE FROM note WHERE ticket = $1 AND key >= 4503599627370496 RETURNING key, text",
        "DELETE FROM event WHERE ticket = $1 AND key >= 4503599627370496 RETURNING key, ''",
    ] {
        let gone: Vec<(i64, String)> =
            sqlx::query_as(sql).bind(ticket.bytes().to_vec()).fetch_all(&mut **tx).await?;
        crate::search::forget_texts(tx, &gone).await?;
    }
    tx.notice_ticket(ticket);
    Ok(())
}

pub(crate) fn author(by: By) -> (i64, Vec<u8>) {
    match by {
        By::System => (0, Vec::new()),
        By::Agent(agent) => (1, agent.bytes().to_vec()),
        By::Customer(contact) => (2, contact.bytes().to_vec()),
    }
}

pub(crate) fn by(kind: i64, author: &[u8]) -> Result<By> {
    match kind {
        0 => Ok(By::System),
        1 => Ok(By::Agent(AgentId(uuid(author)?))),
        2 => Ok(By::Customer(ContactId(uuid(author)?))),
        _ => Err(CacheError::Stored("author")),
    }
}
