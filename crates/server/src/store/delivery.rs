//! Deliveries: replies on their way to customers. The position, by which channels read, is given
//! when every file of the reply is there, so that a late file is never skipped.

use anyhow::Result;
use holdfast_domain::{MessageId, TicketId};
use uuid::Uuid;

use super::{Tx, meta};

/// Puts a reply on its way; it waits until [`release`].
pub async fn insert(tx: &mut Tx, message: MessageId, ticket: TicketId) -> Result<()> {
    let sql = "INSERT INTO delivery (message, ticket) VALUES ($1, $2)";
    on!(tx, c => sqlx::query(sql).bind(message.0).bind(ticket.0).execute(c).await)?;
    Ok(())
}

/// Gives a position to each waiting reply among these whose files are all there.
pub async fn release(tx: &mut Tx, messages: &[Uuid]) -> Result<()> {
    let waits = "SELECT EXISTS (SELECT 1 FROM delivery WHERE message = $1 AND position IS NULL)
        AND NOT EXISTS (SELECT 1 FROM attachment WHERE entry = $1 AND completed_at IS NULL)";
    for message in messages {
        let ready: bool =
            on!(tx, c => sqlx::query_scalar(waits).bind(*message).fetch_one(c).await)?;
        if ready {
            let position = meta::take_delivery(tx).await?;
            let sql = "UPDATE delivery SET position = $2 WHERE message = $1";
            on!(tx, c => sqlx::query(sql).bind(*message).bind(position).execute(c).await)?;
        }
    }
    Ok(())
}

/// Positions and messages after a position, in order.
pub async fn after(tx: &mut Tx, position: i64, limit: i64) -> Result<Vec<(i64, MessageId)>> {
    let sql = "SELECT position, message FROM delivery WHERE position > $1
        ORDER BY position LIMIT $2";
    let rows: Vec<(i64, Uuid)> =
        on!(tx, c => sqlx::query_as(sql).bind(position).bind(limit).fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(position, id)| (position, MessageId(id))).collect())
}
