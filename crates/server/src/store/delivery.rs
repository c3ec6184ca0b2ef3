//! Deliveries: replies on their way to customers, each with the channel that carries it, which is
//! written down when the reply is made and never changes. The position, by which channels read, is
//! given when every file of the reply is there, so that a late file is never skipped.

use anyhow::Result;
use holdfast_domain::{MessageId, TicketId};
use uuid::Uuid;

use super::{Tx, meta};

/// Puts a reply on its way, through the channel by which its ticket's customer wrote first, else
/// through `carrier` (empty if there is no channel at all); it waits until [`release`].
pub async fn insert(
    tx: &mut Tx,
    message: MessageId,
    ticket: TicketId,
    carrier: &str,
) -> Result<()> {
    let sql = "INSERT INTO delivery (message, ticket, kind, channel)
        VALUES ($1, $2, '', coalesce((SELECT channel FROM origin WHERE ticket = $2), $3))";
    let query = sqlx::query(sql).bind(message.0).bind(ticket.0).bind(carrier.to_owned());
    on!(tx, c => query.execute(c).await)?;
    Ok(())
}

/// Gives what an earlier version left to the carrier of a kind to that channel for good.
pub async fn give(tx: &mut Tx, kind: &str, carrier: &str) -> Result<()> {
    let sql = "UPDATE delivery SET channel = $2, kind = '' WHERE channel = '' AND kind = $1";
    let query = sqlx::query(sql).bind(kind.to_owned()).bind(carrier.to_owned());
    on!(tx, c => query.execute(c).await)?;
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

/// Takes a reply that still waits for its files off its way, for good.
pub async fn end(tx: &mut Tx, message: Uuid) -> Result<()> {
    let sql = "DELETE FROM delivery WHERE message = $1 AND position IS NULL";
    on!(tx, c => sqlx::query(sql).bind(message).execute(c).await)?;
    Ok(())
}

/// Positions and messages after a position that are this channel's, in order.
pub async fn after(
    tx: &mut Tx,
    channel: &str,
    position: i64,
    limit: i64,
) -> Result<Vec<(i64, MessageId)>> {
    let sql = "SELECT position, message FROM delivery WHERE channel = $1 AND position > $2
        ORDER BY position LIMIT $3";
    let query = sqlx::query_as(sql).bind(channel.to_owned()).bind(position).bind(limit);
    let rows: Vec<(i64, Uuid)> = on!(tx, c => query.fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(position, id)| (position, MessageId(id))).collect())
}

/// Whether a reply is on its way through this channel.
pub async fn is_of(tx: &mut Tx, channel: &str, message: MessageId) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM delivery
        WHERE message = $2 AND channel = $1 AND position IS NOT NULL)";
    let query = sqlx::query_scalar(sql).bind(channel.to_owned()).bind(message.0);
    Ok(on!(tx, c => query.fetch_one(c).await)?)
}

/// How far a channel is known to have read.
pub async fn read_by(tx: &mut Tx, channel: &str) -> Result<i64> {
    let sql = "SELECT coalesce((SELECT read FROM channel WHERE name = $1), 0)";
    Ok(on!(tx, c => sqlx::query_scalar(sql).bind(channel.to_owned()).fetch_one(c).await)?)
}

/// Notes how far a channel has read, which is never beyond what there is and never back.
pub async fn set_read(tx: &mut Tx, channel: &str, position: i64) -> Result<()> {
    let sql = "INSERT INTO channel (name, read)
          SELECT $1, min($2, next_delivery - 1) FROM meta WHERE id = 1
        ON CONFLICT (name) DO UPDATE SET read = max(channel.read, excluded.read)";
    let query = sqlx::query(sql).bind(channel.to_owned()).bind(position);
    on!(tx, c => query.execute(c).await)?;
    Ok(())
}

/// How many replies each channel has not read, by its name; under the empty one those that no
/// channel carries.
pub async fn unread(tx: &mut Tx) -> Result<Vec<(String, i64)>> {
    let sql = "SELECT d.channel, COUNT(*) FROM delivery d
          LEFT JOIN channel c ON c.name = d.channel
        WHERE d.position IS NULL OR d.position > coalesce(c.read, 0)
        GROUP BY d.channel ORDER BY d.channel";
    Ok(on!(tx, c => sqlx::query_as(sql).fetch_all(c).await)?)
}
