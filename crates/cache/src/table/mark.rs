//! Mark: how far a ticket was read on this desk.

use holdfast_domain::TicketId;

use crate::error::Result;
use crate::pool::{Db, WriteTx};

/// Read up to this thread key, inclusive. Never backwards.
pub async fn read_through(tx: &mut WriteTx, ticket: TicketId, key: i64) -> Result<()> {
    todo!()
}

/// Counts as unread again: everything after `key`.
pub async fn unread_after(tx: &mut WriteTx, ticket: TicketId, key: i64) -> Result<()> {
    todo!()
}

/// How far it was read.
pub async fn get(db: &mut Db, ticket: TicketId) -> Result<i64> {
    todo!()
}
