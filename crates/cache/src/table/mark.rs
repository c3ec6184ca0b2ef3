//! Mark: how far a ticket was read on this desk.
//!
//! Deliberately absent: the server; what was read is nobody else's business.

use holdfast_domain::TicketId;

use crate::error::Result;
use crate::pool::{Db, WriteTx};

pub(crate) const SCHEMA: &str = "\
CREATE TABLE mark (
  ticket       BLOB PRIMARY KEY,
  read_through INTEGER NOT NULL -- thread key, inclusive
) STRICT, WITHOUT ROWID;
";

/// Read up to this thread key, inclusive. Never backwards; forecasts do not count.
pub async fn read_through(tx: &mut WriteTx, ticket: TicketId, key: i64) -> Result<()> {
    if key < super::thread::WAITING && key > get(tx, ticket).await? {
        unread_after(tx, ticket, key).await?;
    }
    Ok(())
}

/// Counts as unread again: everything after `key`.
pub async fn unread_after(tx: &mut WriteTx, ticket: TicketId, key: i64) -> Result<()> {
    sqlx::query(
        "INSERT INTO mark (ticket, read_through) VALUES ($1, $2)
         ON CONFLICT (ticket) DO UPDATE SET read_through = excluded.read_through",
    )
    .bind(ticket.bytes().to_vec())
    .bind(key)
    .execute(&mut **tx)
    .await?;
    tx.notice_ticket(ticket);
    Ok(())
}

/// How far it was read.
pub async fn get(db: &mut Db, ticket: TicketId) -> Result<i64> {
    let sql = "SELECT coalesce((SELECT read_through FROM mark WHERE ticket = $1), read_from)
               FROM sync";
    Ok(sqlx::query_scalar(sql).bind(ticket.bytes().to_vec()).fetch_one(db).await?)
}
