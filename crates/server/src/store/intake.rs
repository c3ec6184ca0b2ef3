//! Intake: which of a channel's words were taken already.

use anyhow::Result;
use holdfast_domain::{MessageId, TicketId};
use uuid::Uuid;

use super::Tx;

/// Where the words of that id went, if they were taken.
pub async fn find(
    tx: &mut Tx,
    channel: &str,
    external_id: &str,
) -> Result<Option<(TicketId, MessageId)>> {
    let sql = "SELECT ticket, message FROM intake WHERE channel = $1 AND external_id = $2";
    let query = sqlx::query_as(sql).bind(channel.to_owned()).bind(external_id.to_owned());
    let found: Option<(Uuid, Uuid)> = on!(tx, c => query.fetch_optional(c).await)?;
    Ok(found.map(|(ticket, message)| (TicketId(ticket), MessageId(message))))
}

/// Remembers where they went; the first words on a ticket make it their channel's.
pub async fn insert(
    tx: &mut Tx,
    (channel, external_id): (&str, &str),
    ticket: TicketId,
    message: MessageId,
) -> Result<()> {
    let sql = "INSERT INTO intake (channel, external_id, ticket, message)
        VALUES ($1, $2, $3, $4)";
    let query = sqlx::query(sql).bind(channel.to_owned()).bind(external_id.to_owned());
    let query = query.bind(ticket.0).bind(message.0);
    on!(tx, c => query.execute(c).await)?;
    let sql =
        "INSERT INTO origin (ticket, channel) VALUES ($1, $2) ON CONFLICT (ticket) DO NOTHING";
    let query = sqlx::query(sql).bind(ticket.0).bind(channel.to_owned());
    on!(tx, c => query.execute(c).await)?;
    Ok(())
}
