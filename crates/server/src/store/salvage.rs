//! Salvage: words that desks brought after a restore and that are not here.

use anyhow::{Context, Result};
use holdfast_domain::AgentId;
use holdfast_protocol::Row;
use uuid::Uuid;

use super::Tx;

/// Words that were brought.
#[derive(Clone, Debug)]
pub struct Salvaged {
    /// Of the message or the note.
    pub id: Uuid,
    /// At whose desk they were.
    pub brought_by: AgentId,
    /// When they were brought.
    pub brought_at: i64,
    /// A message or a note, as that desk had it.
    pub row: Row,
}

/// Keeps words, unless they are kept already; whether they were not.
pub async fn keep(tx: &mut Tx, ticket: Uuid, what: &Salvaged) -> Result<bool> {
    let sql = "INSERT INTO salvage (id, ticket, brought_by, brought_at, body)
        VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO NOTHING";
    let query = sqlx::query(sql).bind(what.id).bind(ticket).bind(what.brought_by.0);
    let query = query.bind(what.brought_at).bind(serde_json::to_string(&what.row)?);
    Ok(on!(tx, c => query.execute(c).await)?.rows_affected() > 0)
}

/// All that are not here, in the order in which they were written.
pub async fn all(tx: &mut Tx) -> Result<Vec<Salvaged>> {
    let sql = "SELECT id, brought_by, brought_at, body FROM salvage
        WHERE id NOT IN (SELECT id FROM message) AND id NOT IN (SELECT id FROM note)
        ORDER BY json_extract(body, '$.at'), json_extract(body, '$.key')";
    let rows: Vec<(Uuid, Uuid, i64, String)> =
        on!(tx, c => sqlx::query_as(sql).fetch_all(c).await)?;
    let read = |(id, by, brought_at, body): (Uuid, Uuid, i64, String)| {
        let row = serde_json::from_str(&body).context("salvaged words")?;
        Ok(Salvaged { id, brought_by: AgentId(by), brought_at, row })
    };
    rows.into_iter().map(read).collect()
}

/// Forgets words: they are here now, or nobody wants them.
pub async fn forget(tx: &mut Tx, id: Uuid) -> Result<()> {
    let sql = "DELETE FROM salvage WHERE id = $1";
    on!(tx, c => sqlx::query(sql).bind(id).execute(c).await)?;
    Ok(())
}

/// Forgets what was brought before that time, and what is here: its author has brought it again.
pub async fn sweep(tx: &mut Tx, before_us: i64) -> Result<()> {
    let sql = "DELETE FROM salvage WHERE brought_at < $1
        OR id IN (SELECT id FROM message) OR id IN (SELECT id FROM note)";
    on!(tx, c => sqlx::query(sql).bind(before_us).execute(c).await)?;
    Ok(())
}

/// How many there are.
pub async fn count(tx: &mut Tx) -> Result<i64> {
    Ok(on!(tx, c => sqlx::query_scalar("SELECT COUNT(*) FROM salvage").fetch_one(c).await)?)
}
