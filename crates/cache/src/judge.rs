//! Judge: what no snapshot has shown ends its stay.
//!
//! ```text
//! fetched ──the last held scope is here, and the cursor at the newest of them──▶ due
//! due ──what none of them accounts for has left, in slices──▶ judged
//! ```
//!
//! Not before: what one snapshot does not show may have gone over to a scope whose snapshot is
//! still to come, or was taken earlier. Then the changes bring it; it would go and come back, its
//! draft in the tray. When the cursor has reached the newest snapshot, every scope is whole: its
//! snapshot and the changes after it have shown all that it holds (the server's `changes` says
//! why). So what has come in this epoch is all there is, and entries of earlier epochs are those
//! that a restored server has forgotten.
//!
//! Whether it is due stands on the disk (`scope.complete`): after a crash between two slices it is
//! judged anew. Rights that are lost do not wait for it ([`crate::batch::hold_scopes`]).

use holdfast_domain::TicketId;
use jiff::Timestamp;

use crate::error::Result;
use crate::open::Cache;
use crate::pool::{Db, WritePriority, WriteTx};
use crate::purge;
use crate::table::{directory, uuid};

/// Tickets that leave in one transaction; fewer when an agent waits.
const LEAVE_MAX: usize = 50;
/// Tickets of one transaction whose forgotten entries are written down to be erased.
const STALE_MAX: u32 = 1_000;

impl Cache {
    /// Judges, if it is due. Answers whether anything is to be erased now
    /// ([`Cache::erase_purged`]).
    pub async fn judge(&self, now: Timestamp) -> Result<bool> {
        let unseen = {
            let mut db = self.read().await?;
            if !is_due(&mut db).await? {
                return Ok(false);
            }
            unseen(&mut db).await?
        };
        let mut rest = unseen.as_slice();
        while !rest.is_empty() {
            let mut tx = self.write(WritePriority::Bulk).await?;
            let mut left = 0;
            while left < rest.len().min(LEAVE_MAX) && (left == 0 || !tx.agent_waits()) {
                leave(&mut tx, rest[left], now).await?;
                left += 1;
            }
            rest = &rest[left..];
            tx.commit().await?;
        }
        let mut tx = self.write(WritePriority::Bulk).await?;
        strays_leave(&mut tx, now).await?;
        tx.commit().await?;
        let mut after = Some(0);
        while let Some(key) = after {
            let mut tx = self.write(WritePriority::Bulk).await?;
            after = begin_stale(&mut tx, key).await?;
            tx.commit().await?;
        }
        let mut tx = self.write(WritePriority::Bulk).await?;
        let left = finish(&mut tx).await?;
        let pending = purge::is_pending(&mut tx).await?;
        tx.commit().await?;
        Ok(left || pending)
    }
}

/// Whether everything held is here and was not judged yet.
pub async fn is_due(db: &mut Db) -> Result<bool> {
    let sql = "SELECT min(complete) = 1 AND max(seq) <= (SELECT cursor FROM sync)
               FROM scope WHERE held = 1";
    let due: Option<bool> = sqlx::query_scalar(sql).fetch_one(db).await?;
    Ok(due.unwrap_or(false))
}

/// Tickets that stand in held scopes, of which none accounts for them: a scope accounts for what
/// its newest snapshot showed, for what the feed brought after that, and for what is newer than it.
pub async fn unseen(db: &mut Db) -> Result<Vec<TicketId>> {
    let ids: Vec<Vec<u8>> = sqlx::query_scalar(UNSEEN).fetch_all(db).await?;
    ids.iter().map(|id| uuid(id).map(TicketId)).collect()
}

/// Walks the places of the held scopes once; only those that are older than their scope's snapshot
/// are looked at further, and then by key. `CROSS JOIN` keeps SQLite from walking all places again
/// for each of them: it takes the few scopes for as many as there are tickets.
const UNSEEN: &str = "\
SELECT t.id FROM (
    SELECT DISTINCT l.ticket FROM scope s CROSS JOIN ticket_scope l ON l.scope = s.key
    WHERE s.held = 1 AND l.generation < s.generation) older
  JOIN ticket t ON t.key = older.ticket
WHERE NOT EXISTS (
    SELECT 1 FROM scope s
      CROSS JOIN ticket_scope l ON l.scope = s.key AND l.ticket = older.ticket
    WHERE s.held = 1 AND (l.generation >= s.generation
      OR (t.epoch = (SELECT epoch FROM sync) AND t.version > s.seq)))";

/// Hides an unseen ticket and writes down that it is to be erased, unless something has shown it
/// meanwhile. Its author's own words go to the tray.
pub async fn leave(tx: &mut WriteTx, ticket: TicketId, now: Timestamp) -> Result<()> {
    let shown: Option<bool> = sqlx::query_scalar(
        "SELECT max(l.generation >= s.generation
           OR (t.epoch = (SELECT epoch FROM sync) AND t.version > s.seq))
         FROM ticket t CROSS JOIN scope s
           CROSS JOIN ticket_scope l ON l.scope = s.key AND l.ticket = t.key
         WHERE t.id = $1 AND s.held = 1",
    )
    .bind(ticket.bytes().to_vec())
    .fetch_one(&mut **tx)
    .await?;
    if shown != Some(false) {
        return Ok(());
    }
    let cursor: i64 = sqlx::query_scalar("SELECT cursor FROM sync").fetch_one(&mut **tx).await?;
    purge::begin(tx, ticket, cursor, now).await
}

/// A file that was begun anew after damage has drafts on tickets that it has not: whatever she may
/// still see has come by now. Words on their way settle first.
async fn strays_leave(tx: &mut WriteTx, now: Timestamp) -> Result<()> {
    let sql = "SELECT DISTINCT d.ticket FROM draft d WHERE d.open = 1
                 AND NOT EXISTS (SELECT 1 FROM ticket t WHERE t.id = d.ticket)
                 AND NOT EXISTS (SELECT 1 FROM operation o
                   WHERE o.ticket = d.ticket AND o.state < 2)";
    let ids: Vec<Vec<u8>> = sqlx::query_scalar(sql).fetch_all(&mut **tx).await?;
    let cursor: i64 = sqlx::query_scalar("SELECT cursor FROM sync").fetch_one(&mut **tx).await?;
    for id in &ids {
        purge::begin(tx, TicketId(uuid(id)?), cursor, now).await?;
    }
    Ok(())
}

/// After another epoch: of the next tickets behind that key, whose scopes were not judged since,
/// entries that the server has forgotten are to go. Answers the last of them, if there may be more.
async fn begin_stale(tx: &mut WriteTx, after: i64) -> Result<Option<i64>> {
    let epoch: i64 = sqlx::query_scalar("SELECT epoch FROM sync").fetch_one(&mut **tx).await?;
    if epoch < 2 {
        return Ok(None);
    }
    let last: Option<i64> = sqlx::query_scalar(
        "SELECT max(key) FROM (SELECT key FROM ticket WHERE key > $1 ORDER BY key LIMIT $2)",
    )
    .bind(after)
    .bind(STALE_MAX)
    .fetch_one(&mut **tx)
    .await?;
    let Some(last) = last else { return Ok(None) };
    sqlx::query(
        "INSERT INTO purge (ticket, whole, organization)
         SELECT t.id, 0, x'' FROM ticket t WHERE t.key > $1 AND t.key <= $2 AND EXISTS (
           SELECT 1 FROM scope s CROSS JOIN ticket_scope l ON l.scope = s.key AND l.ticket = t.key
           WHERE s.held = 1 AND s.complete = 1)
         ON CONFLICT DO NOTHING",
    )
    .bind(after)
    .bind(last)
    .execute(&mut **tx)
    .await?;
    Ok(Some(last))
}

/// With it goes what only unseen tickets kept here. Not if something else is to be fetched by now.
/// Answers whether words have left, that may stand in the log.
async fn finish(tx: &mut WriteTx) -> Result<bool> {
    if !is_due(tx).await? {
        return Ok(false);
    }
    directory::remove_all_orphans(tx).await?;
    let left = purge::accepted_anywhere(tx).await?;
    for sql in [
        // No snapshot is to come that they could keep out.
        "DELETE FROM tombstone",
        "UPDATE scope SET complete = 2 WHERE held = 1",
    ] {
        sqlx::query(sql).execute(&mut **tx).await?;
    }
    Ok(left)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::plan;

    #[tokio::test]
    async fn judging_a_hundred_thousand_tickets_walks_their_places_once() -> sqlx::Result<()> {
        let steps = [
            "SEARCH l USING PRIMARY KEY (scope=?)",
            "SEARCH l USING PRIMARY KEY (scope=? AND ticket=?)",
            "SEARCH t USING INTEGER PRIMARY KEY (rowid=?)",
        ];
        plan::assert_takes(UNSEEN, &steps).await
    }
}
