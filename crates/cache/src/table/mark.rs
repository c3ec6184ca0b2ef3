//! Mark: how far a ticket was read on this desk, and so which tickets hold unread words.
//!
//! Unread is kept as rows come, not asked of every thread: a list of 50 and the counts beside the
//! views must not look into 100,000 threads.
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
CREATE TABLE unread (
  ticket BLOB PRIMARY KEY       -- holds words of others after what was read
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
    recount(tx, ticket).await
}

/// How far it was read.
pub async fn get(db: &mut Db, ticket: TicketId) -> Result<i64> {
    let sql = "SELECT coalesce((SELECT read_through FROM mark WHERE ticket = $1), read_from)
               FROM sync";
    Ok(sqlx::query_scalar(sql).bind(ticket.bytes().to_vec()).fetch_one(db).await?)
}

/// Words came, at these thread keys: their tickets are unread unless they were read that far.
pub(crate) async fn heard(tx: &mut WriteTx, keys: &[i64]) -> Result<()> {
    if keys.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "INSERT INTO unread (ticket)
         SELECT w.ticket FROM (
           SELECT key, ticket, author FROM message
             WHERE key IN (SELECT value FROM json_each($1))
           UNION ALL
           SELECT key, ticket, author FROM note
             WHERE key IN (SELECT value FROM json_each($1))) w
         CROSS JOIN sync LEFT JOIN mark ON mark.ticket = w.ticket
         WHERE w.author <> sync.agent AND w.key > coalesce(mark.read_through, sync.read_from)
         ON CONFLICT DO NOTHING",
    )
    .bind(format!("{keys:?}"))
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Looks into one thread again.
pub(crate) async fn recount(tx: &mut WriteTx, ticket: TicketId) -> Result<()> {
    for sql in [
        "DELETE FROM unread WHERE ticket = $1",
        "INSERT INTO unread (ticket)
         SELECT $1 FROM sync LEFT JOIN mark ON mark.ticket = $1
         WHERE EXISTS (SELECT 1 FROM message m WHERE m.ticket = $1 AND m.author <> sync.agent
                 AND m.key > coalesce(mark.read_through, sync.read_from)
                 AND m.key < 4503599627370496)
            OR EXISTS (SELECT 1 FROM note n WHERE n.ticket = $1 AND n.author <> sync.agent
                 AND n.key > coalesce(mark.read_through, sync.read_from)
                 AND n.key < 4503599627370496)",
    ] {
        sqlx::query(sql).bind(ticket.bytes().to_vec()).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Looks into the words after `sync.read_from` again, all of them.
pub(crate) async fn recount_all(tx: &mut WriteTx) -> Result<()> {
    sqlx::query("DELETE FROM unread").execute(&mut **tx).await?;
    let keys: Vec<i64> = sqlx::query_scalar(
        "SELECT key FROM message WHERE key > (SELECT read_from FROM sync)
         UNION ALL SELECT key FROM note WHERE key > (SELECT read_from FROM sync)",
    )
    .fetch_all(&mut **tx)
    .await?;
    heard(tx, &keys).await
}

/// Nothing of the ticket is left.
pub(crate) async fn forget(tx: &mut WriteTx, ticket: TicketId) -> Result<()> {
    for sql in ["DELETE FROM mark WHERE ticket = $1", "DELETE FROM unread WHERE ticket = $1"] {
        sqlx::query(sql).bind(ticket.bytes().to_vec()).execute(&mut **tx).await?;
    }
    Ok(())
}
