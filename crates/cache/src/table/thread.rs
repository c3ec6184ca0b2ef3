//! Thread: messages, notes and events of a ticket in one order.

use holdfast_domain::TicketId;
use holdfast_protocol::row::{EventRow, MessageRow, NoteRow};

use crate::error::Result;
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

/// Keys from here on are of entries that wait.
pub const WAITING: i64 = 1 << 62;

/// The key of the `n`th entry (below 65,536) that the operation at `position` brings about.
pub fn waiting_key(position: i64, n: i64) -> i64 {
    WAITING + (position << 16) + n
}

/// The newest `limit` entries with keys below `below` (`None`: the newest of all), oldest first.
pub async fn entries(
    db: &mut Db,
    ticket: TicketId,
    below: Option<i64>,
    limit: u32,
) -> Result<Vec<Entry>> {
    todo!()
}

/// Removes the forecast entries of a ticket, from the search index too: before a replay.
pub async fn clear_waiting(tx: &mut WriteTx, ticket: TicketId) -> Result<()> {
    todo!()
}
