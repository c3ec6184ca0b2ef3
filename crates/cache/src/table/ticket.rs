//! Ticket: what the agent sees, one indexed row a ticket; the server's image beside it only while
//! an operation waits.
//!
//! Deliberately absent: subject and preview as columns of their own (no list is ordered or
//! filtered by them; they are in `body`).

use std::collections::{BTreeMap, BTreeSet};

use holdfast_domain::TicketId;
use holdfast_protocol::row::TicketRow;

use crate::error::Result;
use crate::pool::{Db, WriteTx};

/// A ticket as lists and windows see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// Local row; also its row in the search index.
    pub key: i64,
    /// The row, with what waits played onto it.
    pub row: TicketRow,
    /// Operations that wait on it.
    pub pending: u32,
    /// Words of others that came after what was read.
    pub unread: bool,
    /// An outcome that its author must see.
    pub needs_you: bool,
    /// A draft that is not sent.
    pub draft: bool,
}

/// One ticket as seen.
pub async fn get(db: &mut Db, id: TicketId) -> Result<Option<Seen>> {
    todo!()
}

/// These tickets as seen; those not here are left out. Order of `ids`.
pub async fn get_many(db: &mut Db, ids: &[TicketId]) -> Result<Vec<Seen>> {
    todo!()
}

/// By number, as the server gave it.
pub async fn by_number(db: &mut Db, number: i64) -> Result<Option<TicketId>> {
    todo!()
}

/// The server's image: what the desk replays onto. `None` if the server has none.
pub async fn confirmed(db: &mut Db, id: TicketId) -> Result<Option<TicketRow>> {
    todo!()
}

/// Writes the forecast: the image with what waits played onto it, or a ticket that begins with
/// what waits. Only while an operation waits on it.
pub async fn put_seen(tx: &mut WriteTx, row: &TicketRow) -> Result<()> {
    todo!()
}
