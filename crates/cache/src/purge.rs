//! Purge: what an agent may no longer see leaves her disk, from the index too.
//!
//! ```text
//! begin: the rows lists use go, in the transaction that learned of it; the rest is written down
//! step:  thread, index, blobs, customers go in slices      (again after a crash, before unlocking)
//! end:   the log is emptied                                 (Cache::erase_purged)
//! ```
//!
//! Freed space is overwritten (`secure_delete`, and FTS5's own). The author's drafts go to the
//! sealed tray; her waiting operations stay in the outbox, for nothing expires them: the server
//! refuses them, then their words go to the tray too ([`settled`]), and she is told. What was
//! accepted lies in escrow until the server has a copy of it ([`crate::table::escrow`]).
//!
//! Deliberately absent: deciding what she may see.

use holdfast_domain::{Action, DraftId, Outcome, Refusal, TicketId};
use jiff::Timestamp;

use crate::error::Result;
use crate::notice::Notice;
use crate::pool::{Db, WriteTx};
use crate::search;
use crate::table::operation::Stored;
use crate::table::scope::{self, Places};
use crate::table::{blob, directory, draft, mark, operation, ticket, to_json, tray, uuid};

pub(crate) const SCHEMA: &str = "\
CREATE TABLE purge (
  ticket       BLOB PRIMARY KEY,      -- whose rows are to be erased
  whole        INTEGER NOT NULL,      -- 1: all of them; 0: those of earlier epochs only
  organization BLOB NOT NULL          -- its company, which may go too
) STRICT, WITHOUT ROWID;
";

/// Hides a ticket at once and writes down that the rest of it must go; the author's own unsent
/// words go to the sealed tray. `seq` is the commit that said so.
pub async fn begin(tx: &mut WriteTx, ticket: TicketId, seq: i64, now: Timestamp) -> Result<()> {
    scope::bury(tx, ticket, seq).await?;
    let organization = hide(tx, ticket).await?;
    sqlx::query(
        "INSERT INTO purge (ticket, whole, organization) VALUES ($1, 1, $2)
         ON CONFLICT (ticket) DO UPDATE SET whole = 1",
    )
    .bind(ticket.bytes().to_vec())
    .bind(organization)
    .execute(&mut **tx)
    .await?;
    forget_outcomes(tx, (ticket, Some(seq)), now).await?;
    put_words_away(tx, ticket, now).await?;
    tx.notice(Notice::Draft(ticket));
    tx.notice(Notice::Outbox);
    tx.notice_ticket(ticket);
    Ok(())
}

/// An outcome that is no acceptance was reached. If its ticket is not here any more, its author's
/// words go to the sealed tray instead of back to a draft. Answers whether that was so.
pub async fn settled(tx: &mut WriteTx, stored: &Stored, now: Timestamp) -> Result<bool> {
    let ticket = stored.kept.ticket;
    let operation = stored.kept.operation()?;
    let begins = matches!(operation.action, Action::Create(_));
    if begins || ticket::heads(tx, &[ticket]).await?.contains_key(&ticket) {
        return Ok(false);
    }
    for words in operation.action.references().words {
        draft::forget(tx, DraftId(words)).await?;
    }
    forget_outcomes(tx, (ticket, None), now).await?;
    Ok(true)
}

/// Words of this ticket were accepted, or the server has a file that it was owed for some. If the
/// ticket is not here any more, they leave now. Answers whether any did; then the log is to be
/// emptied.
pub async fn accepted(tx: &mut WriteTx, ticket: TicketId) -> Result<bool> {
    // What is still fetched may show it.
    let may_come = scope::is_any_to_come(tx).await?;
    if may_come || ticket::heads(tx, &[ticket]).await?.contains_key(&ticket) {
        return Ok(false);
    }
    operation::forget_settled_on(tx, ticket, None).await
}

/// The same for every ticket, once all is fetched.
pub(crate) async fn accepted_anywhere(tx: &mut WriteTx) -> Result<bool> {
    let gone: Vec<Vec<u8>> = sqlx::query_scalar(
        "SELECT DISTINCT o.ticket FROM operation o
         WHERE o.state > 1 AND NOT EXISTS (SELECT 1 FROM ticket t WHERE t.id = o.ticket)",
    )
    .fetch_all(&mut **tx)
    .await?;
    let mut any = false;
    for ticket in gone {
        any |= accepted(tx, TicketId(uuid(&ticket)?)).await?;
    }
    Ok(any)
}

/// Erases about `rows` rows of what is written down; true when nothing is left.
pub async fn step(tx: &mut WriteTx, rows: usize) -> Result<bool> {
    let mut left = rows;
    loop {
        let next: Option<(Vec<u8>, bool, Vec<u8>)> =
            sqlx::query_as("SELECT ticket, whole, organization FROM purge LIMIT 1")
                .fetch_optional(&mut **tx)
                .await?;
        let Some((id, whole, organization)) = next else {
            return Ok(true);
        };
        let id = TicketId(uuid(&id)?);
        let erased = erase_thread(tx, id, whole, left).await?;
        left = left.saturating_sub(erased.max(1));
        if left == 0 {
            return Ok(false);
        }
        end(tx, id, whole, &organization).await?;
    }
}

/// Erases all that is left of one ticket, now.
pub(crate) async fn finish(tx: &mut WriteTx, ticket: TicketId) -> Result<()> {
    let organization: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT organization FROM purge WHERE ticket = $1")
            .bind(ticket.bytes().to_vec())
            .fetch_optional(&mut **tx)
            .await?;
    erase_thread(tx, ticket, true, usize::MAX).await?;
    end(tx, ticket, true, &organization.unwrap_or_default()).await
}

/// Whether anything is still to be erased.
pub(crate) async fn is_pending(db: &mut Db) -> Result<bool> {
    Ok(sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM purge)").fetch_one(db).await?)
}

/// Removes the rows lists use. Returns the ticket's company.
async fn hide(tx: &mut WriteTx, id: TicketId) -> Result<Vec<u8>> {
    let Some(head) = ticket::heads(tx, &[id]).await?.remove(&id) else {
        return Ok(Vec::new());
    };
    let organization = sqlx::query_scalar("SELECT organization FROM ticket WHERE key = $1")
        .bind(head.key)
        .fetch_one(&mut **tx)
        .await?;
    let mut places = Places::load(tx).await?;
    places.leave((head.key, id), head.version, &head.scopes);
    places.store(tx, 0).await?;
    ticket::remove(tx, head.key).await?;
    mark::forget(tx, id).await?;
    Ok(organization)
}

async fn put_words_away(tx: &mut WriteTx, ticket: TicketId, now: Timestamp) -> Result<()> {
    for draft in draft::open_of(tx, ticket).await? {
        tray::put_draft(tx, &draft, now).await?;
    }
    draft::forget_all_of(tx, ticket).await
}

/// Settled operations may quote the ticket (another's value in a conflict, the value before an
/// edit). Those seen go, and those whose words lie in the tray, which is how she is told; the
/// others lose all but the fact that they could not be. Accepted words whose file the server is
/// still owed stay: if it never takes it, they go to the tray. Nothing else waits for the server's
/// backup in a form that anybody here could read (docs/decisions/0007).
async fn forget_outcomes(
    tx: &mut WriteTx,
    (ticket, left_seq): (TicketId, Option<i64>),
    now: Timestamp,
) -> Result<()> {
    for stored in operation::open_of(tx, ticket).await? {
        let again = Outcome::Refused { refusal: Refusal::AlreadySent };
        if !stored.state.is_waiting()
            && stored.outcome.as_ref() != Some(&again)
            && tray::put_operation(tx, &stored.kept.operation()?, now).await?
        {
            operation::acknowledge(tx, stored.kept.id).await?;
        }
    }
    operation::forget_settled_on(tx, ticket, left_seq).await?;
    let gone = to_json(&Outcome::Refused { refusal: Refusal::NotFound })?;
    sqlx::query(
        "UPDATE operation SET state = 5, outcome = $2, bytes = json_object(
           'id', json_extract(bytes, '$.id'), 'ticket', json_extract(bytes, '$.ticket'),
           'written_at', json_extract(bytes, '$.written_at'),
           'action', json_object('name', 'reopen@1', 'arguments', json_object()))
         WHERE ticket = $1 AND state > 2",
    )
    .bind(ticket.bytes().to_vec())
    .bind(gone)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// Erases up to `rows` entries, newest first, with their index. Returns how many; fewer than
/// `rows` means that none is left.
async fn erase_thread(tx: &mut WriteTx, id: TicketId, whole: bool, rows: usize) -> Result<usize> {
    const THREAD: [&str; 3] = [
        "DELETE FROM message WHERE key IN (SELECT key FROM message WHERE ticket = $1
           AND ($4 OR (epoch < $2 AND key < 4503599627370496)) LIMIT $3) RETURNING key, text",
        "DELETE FROM note WHERE key IN (SELECT key FROM note WHERE ticket = $1
           AND ($4 OR (epoch < $2 AND key < 4503599627370496)) LIMIT $3) RETURNING key, text",
        "DELETE FROM event WHERE key IN (SELECT key FROM event WHERE ticket = $1
           AND ($4 OR (epoch < $2 AND key < 4503599627370496)) LIMIT $3) RETURNING key, ''",
    ];
    let epoch: i64 = sqlx::query_scalar("SELECT epoch FROM sync").fetch_one(&mut **tx).await?;
    let mut erased = 0;
    for sql in THREAD {
        let gone: Vec<(i64, String)> = sqlx::query_as(sql)
            .bind(id.bytes().to_vec())
            .bind(epoch)
            .bind(i64::try_from(rows - erased).unwrap_or(i64::MAX))
            .bind(whole)
            .fetch_all(&mut **tx)
            .await?;
        search::forget_texts(tx, &gone).await?;
        erased += gone.len();
    }
    Ok(erased)
}

async fn end(tx: &mut WriteTx, id: TicketId, whole: bool, organization: &[u8]) -> Result<()> {
    if whole {
        blob::leave(tx, id).await?;
        directory::remove_orphans(tx, organization).await?;
        tx.notice(Notice::Directory);
    } else {
        mark::recount(tx, id).await?;
    }
    sqlx::query("DELETE FROM purge WHERE ticket = $1")
        .bind(id.bytes().to_vec())
        .execute(&mut **tx)
        .await?;
    Ok(())
}
