//! Deliveries: replies on their way to customers. The position, by which channels read, is given
//! when every file of the reply is there, so that a late file is never skipped.

use anyhow::Result;
use holdfast_domain::ticket::Channel as Kind;
use holdfast_domain::{MessageId, TicketId};
use uuid::Uuid;

use super::{Tx, meta};
use crate::channel::{Channel, KINDS, word};

/// Puts a reply on its way, through the channel of its ticket; it waits until [`release`].
pub async fn insert(tx: &mut Tx, message: MessageId, ticket: TicketId, kind: Kind) -> Result<()> {
    let sql = "INSERT INTO delivery (message, ticket, kind, channel)
        VALUES ($1, $2, $3, coalesce((SELECT channel FROM origin WHERE ticket = $2), ''))";
    let query = sqlx::query(sql).bind(message.0).bind(ticket.0).bind(word(kind));
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

/// Positions and messages after a position that are this channel's, in order.
pub async fn after(
    tx: &mut Tx,
    channel: &Channel,
    position: i64,
    limit: i64,
) -> Result<Vec<(i64, MessageId)>> {
    // Each half is a handful of ranges of one index, however many replies other channels carry.
    let sql = "SELECT position, message FROM (
          SELECT position, message FROM delivery WHERE channel = $1
            AND kind IN ('phone', 'chat', 'portal', 'mail') AND position > $6
          UNION ALL SELECT position, message FROM delivery WHERE channel = ''
            AND kind IN ($2, $3, $4, $5) AND position > $6) AS own
        ORDER BY position LIMIT $7";
    let mut query = sqlx::query_as(sql).bind(channel.name.clone());
    for kind in carried(channel) {
        query = query.bind(kind);
    }
    let query = query.bind(position).bind(limit);
    let rows: Vec<(i64, Uuid)> = on!(tx, c => query.fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(position, id)| (position, MessageId(id))).collect())
}

/// Whether a reply is on its way through this channel.
pub async fn is_of(tx: &mut Tx, channel: &Channel, message: MessageId) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM delivery WHERE message = $6 AND position IS NOT NULL
        AND (channel = $1 OR (channel = '' AND kind IN ($2, $3, $4, $5))))";
    let mut query = sqlx::query_scalar(sql).bind(channel.name.clone());
    for kind in carried(channel) {
        query = query.bind(kind);
    }
    Ok(on!(tx, c => query.bind(message.0).fetch_one(c).await)?)
}

/// The words of the kinds it carries; empty ones, which are no kind, in the places that are left.
fn carried(channel: &Channel) -> [&'static str; KINDS.len()] {
    let mut words = [""; KINDS.len()];
    for (place, kind) in words.iter_mut().zip(&channel.carries) {
        *place = word(*kind);
    }
    words
}
