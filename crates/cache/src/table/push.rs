//! Push: which operations go now, and the numbers they get for it.
//!
//! Deliberately absent: sending. The caller commits first: a number that was sent and then lost
//! would look like a copied disk.

use std::collections::BTreeSet;

use holdfast_domain::{OperationId, TicketId};
use holdfast_protocol::push::digest_of;
use jiff::Timestamp;

use super::operation::{State, Stored, waiting};
use super::{sync, time};
use crate::error::{CacheError, Result};
use crate::notice::Notice;
use crate::pool::{Db, WriteTx};

/// An operation that is on its way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Frozen {
    /// Contiguous per desk and epoch, from 1.
    pub number: i64,
    /// For ever.
    pub id: OperationId,
    /// Of the bytes.
    pub digest: String,
    /// [`holdfast_domain::Operation`] as JSON; never changes again.
    pub bytes: String,
}

/// What to push now, ascending: what was numbered before and has no outcome, then what may go now,
/// numbered here. An operation goes only after those it needs and after earlier ones of its ticket.
/// At most `limit_operations` and `limit_bytes` (at least one). Commit before sending.
pub async fn number_batch(
    tx: &mut WriteTx,
    now: Timestamp,
    (limit_operations, limit_bytes): (usize, usize),
) -> Result<Vec<Frozen>> {
    let mut batch = Vec::new();
    let mut bytes = 0;
    let mut next = sync::get(tx).await?.next_number;
    for found in order(waiting(tx).await?, now)? {
        bytes += found.kept.bytes.len();
        let full = batch.len() >= limit_operations || bytes > limit_bytes;
        if full && !batch.is_empty() {
            break;
        }
        let number = match found.number {
            Some(number) => number,
            None => {
                next += 1;
                next - 1
            }
        };
        let digest = digest_of(found.kept.bytes.as_bytes());
        if found.state == State::Waiting {
            freeze(tx, &found, number, &digest).await?;
        }
        batch.push(Frozen { number, id: found.kept.id, digest, bytes: found.kept.bytes });
    }
    sqlx::query("UPDATE sync SET next_number = $1").bind(next).execute(&mut **tx).await?;
    Ok(batch)
}

/// Those of these operations that wait, in this order, each with its number: the one it has, or
/// the next. Commit before sending.
pub async fn number(tx: &mut WriteTx, ids: &[OperationId]) -> Result<Vec<Frozen>> {
    let mut frozen = Vec::with_capacity(ids.len());
    let mut next = sync::get(tx).await?.next_number;
    for id in ids {
        let Some(found) = super::operation::get(tx, *id).await?.filter(|f| f.state.is_waiting())
        else {
            continue;
        };
        let digest = digest_of(found.kept.bytes.as_bytes());
        let number = found.number.unwrap_or(next);
        if found.number.is_none() {
            freeze(tx, &found, number, &digest).await?;
            next += 1;
        }
        frozen.push(Frozen { number, id: *id, digest, bytes: found.kept.bytes });
    }
    let sql = "UPDATE sync SET next_number = $1";
    sqlx::query(sql).bind(next).execute(&mut **tx).await?;
    Ok(frozen)
}

/// When the next unnumbered operation may be pushed; `None` if there is none.
pub async fn next_release(db: &mut Db) -> Result<Option<Timestamp>> {
    let at: Option<i64> =
        sqlx::query_scalar("SELECT min(release_at) FROM operation WHERE state = 0")
            .fetch_one(db)
            .await?;
    at.map(time).transpose()
}

/// Numbered ones by number, then those that may go, in order of writing.
fn order(all: Vec<Stored>, now: Timestamp) -> Result<Vec<Stored>> {
    let (mut going, waiting): (Vec<_>, Vec<_>) =
        all.into_iter().partition(|found| found.number.is_some());
    going.sort_by_key(|found| found.number);
    let mut resting: BTreeSet<OperationId> = BTreeSet::new();
    let mut resting_on: BTreeSet<TicketId> = BTreeSet::new();
    for found in waiting {
        let needs = found.kept.operation()?.needs;
        let rests = found.kept.release_at > now
            || resting_on.contains(&found.kept.ticket)
            || needs.iter().any(|need| resting.contains(need));
        if rests {
            resting.insert(found.kept.id);
            resting_on.insert(found.kept.ticket);
        } else {
            going.push(found);
        }
    }
    Ok(going)
}

async fn freeze(tx: &mut WriteTx, found: &Stored, number: i64, digest: &str) -> Result<()> {
    let frozen = sqlx::query(
        "UPDATE operation SET state = 1, number = $2, digest = $3,
           epoch = (SELECT epoch FROM sync), desk = (SELECT desk FROM sync)
         WHERE id = $1 AND state = 0 AND (SELECT epoch > 0 AND desk <> x'' FROM sync)",
    )
    .bind(found.kept.id.bytes().to_vec())
    .bind(number)
    .bind(digest)
    .execute(&mut **tx)
    .await?;
    if frozen.rows_affected() == 0 {
        return Err(CacheError::Misuse("numbers are given once there is a desk id and an epoch"));
    }
    tx.notice(Notice::Outbox);
    Ok(())
}
