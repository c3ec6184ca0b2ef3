//! Push: the numbers that operations get when they are sent for the first time.
//!
//! Deliberately absent: choosing what is sent, which is the sync engine's alone; and sending. The
//! caller commits first: a number that was sent and then lost would look like a copied disk.

use holdfast_domain::OperationId;
use holdfast_protocol::push::digest_of;

use super::operation::{Kept, Stored};
use super::sync;
use crate::error::{CacheError, Result};
use crate::notice::Notice;
use crate::pool::WriteTx;
use crate::seal::Record;

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

async fn freeze(tx: &mut WriteTx, found: &Stored, number: i64, digest: &str) -> Result<()> {
    let frozen = sqlx::query(
        "UPDATE operation SET state = 1, number = $2, digest = $3, pushed = 1,
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
    if !found.kept.pushed {
        tx.seal(Record::Kept(Box::new(Kept { pushed: true, ..found.kept.clone() })));
    }
    tx.notice(Notice::Outbox);
    Ok(())
}
