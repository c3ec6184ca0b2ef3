//! Attachments: which words name which file, and whose upload of it is complete. The bytes are
//! files; see `crate::blobs`.

use anyhow::Result;
use holdfast_domain::words::Attachment;
use holdfast_domain::{AgentId, TicketId};
use uuid::Uuid;

use super::Tx;

/// Words (or an event) that name a file.
#[derive(Clone, Copy, Debug)]
pub struct Naming {
    /// Id of the message, the note or the event.
    pub entry: Uuid,
    /// Where it stands.
    pub ticket: TicketId,
    /// Who must bring the bytes; `None` for a customer.
    pub author: Option<AgentId>,
}

/// One naming of a file, as stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Named {
    /// Id of the message, the note or the event.
    pub entry: Uuid,
    /// Where it stands.
    pub ticket: Uuid,
    /// Who must bring the bytes.
    pub author: Option<Uuid>,
    /// Size as stated.
    pub size_bytes: i64,
    /// Since when the bytes are there, brought by the author.
    pub completed_at: Option<i64>,
}

/// Remembers a naming. What its author has brought before need not be brought again.
pub async fn name(tx: &mut Tx, naming: Naming, file: &Attachment) -> Result<()> {
    let sql = "INSERT INTO attachment (hash, entry, ticket, author, size_bytes, completed_at)
        VALUES ($1, $2, $3, $4, $5, (SELECT max(completed_at) FROM attachment
          WHERE hash = $1 AND author = $4 AND size_bytes = $5))
        ON CONFLICT (hash, entry) DO NOTHING";
    let size = i64::try_from(file.size_bytes)?;
    let query = sqlx::query(sql).bind(file.hash.to_lowercase()).bind(naming.entry);
    let query = query.bind(naming.ticket.0).bind(naming.author.map(|agent| agent.0)).bind(size);
    on!(tx, c => query.execute(c).await)?;
    Ok(())
}

/// Every naming of a file.
pub async fn of_hash(tx: &mut Tx, hash: &str) -> Result<Vec<Named>> {
    let sql = "SELECT entry, ticket, author, size_bytes, completed_at FROM attachment
        WHERE hash = $1 ORDER BY entry";
    Ok(on!(tx, c => sqlx::query_as(sql).bind(hash.to_owned()).fetch_all(c).await)?)
}

/// The size of a file that those words name, if its bytes are there.
pub async fn complete_size(tx: &mut Tx, hash: &str, entry: Uuid) -> Result<Option<i64>> {
    let sql = "SELECT size_bytes FROM attachment
        WHERE hash = $1 AND entry = $2 AND completed_at IS NOT NULL";
    let query = sqlx::query_scalar(sql).bind(hash.to_owned()).bind(entry);
    Ok(on!(tx, c => query.fetch_optional(c).await)?)
}

/// Notes that the author has brought the bytes.
pub async fn complete(tx: &mut Tx, hash: &str, author: AgentId, now_us: i64) -> Result<()> {
    let sql = "UPDATE attachment SET completed_at = $3
        WHERE hash = $1 AND author = $2 AND completed_at IS NULL";
    let query = sqlx::query(sql).bind(hash.to_owned()).bind(author.0).bind(now_us);
    on!(tx, c => query.execute(c).await)?;
    Ok(())
}

/// Hashes and sizes of every file that should be there.
pub async fn complete_hashes(tx: &mut Tx) -> Result<Vec<(String, i64)>> {
    let sql = "SELECT DISTINCT hash, size_bytes FROM attachment
        WHERE completed_at IS NOT NULL ORDER BY hash";
    Ok(on!(tx, c => sqlx::query_as(sql).fetch_all(c).await)?)
}

/// Hashes of files that were complete at that time or later.
pub async fn completed_since(tx: &mut Tx, since_us: i64) -> Result<Vec<String>> {
    let sql = "SELECT DISTINCT hash FROM attachment WHERE completed_at >= $1 ORDER BY hash";
    Ok(on!(tx, c => sqlx::query_scalar(sql).bind(since_us).fetch_all(c).await)?)
}

/// The first commit that brought words of this author whose files were complete only after that
/// time.
pub async fn first_completed_after(
    tx: &mut Tx,
    author: AgentId,
    after_us: i64,
) -> Result<Option<i64>> {
    let sql = "SELECT min(coalesce(m.key, n.key, e.key)) >> 16 FROM attachment a
        LEFT JOIN message m ON m.id = a.entry LEFT JOIN note n ON n.id = a.entry
        LEFT JOIN event e ON e.id = a.entry
        WHERE a.completed_at > $2 AND a.author = $1";
    let query = sqlx::query_scalar(sql).bind(author.0).bind(after_us);
    Ok(on!(tx, c => query.fetch_one(c).await)?)
}
