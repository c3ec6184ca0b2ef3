//! Purge: what an agent may no longer see leaves her disk, from the index too.

use holdfast_domain::TicketId;
use jiff::Timestamp;

use crate::error::Result;
use crate::pool::WriteTx;

/// Hides a ticket at once and writes down that the rest of it must go; the author's own unsent
/// words go to the sealed tray. `seq` is the commit that said so.
pub async fn begin(tx: &mut WriteTx, ticket: TicketId, seq: i64, now: Timestamp) -> Result<()> {
    todo!()
}

/// Erases about `rows` rows of what is written down; true when nothing is left.
pub async fn step(tx: &mut WriteTx, rows: usize) -> Result<bool> {
    todo!()
}
