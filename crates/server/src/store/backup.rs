//! Backups: where the replica is, the last backup, and what was restored from one.

use anyhow::Result;
use jiff::Timestamp;
use uuid::Uuid;

use super::{Tx, meta};
use crate::backup::Reach;

/// The last backup that was made whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Last {
    /// How far it reaches.
    pub reach: Reach,
    /// Where it was put.
    pub folder: String,
}

/// One time this database was put back from a copy: why the sequence has a gap.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Restoration {
    /// When.
    pub at: i64,
    /// The epoch of the copy.
    pub epoch_before: Uuid,
    /// The one that began then.
    pub epoch: Uuid,
    /// The last commit of the copy.
    pub head: i64,
    /// What was there at that time was in the copy; 0 if nobody knows.
    pub copied_at: i64,
}

/// Where the replica is to be.
pub async fn replica(tx: &mut Tx) -> Result<Option<String>> {
    let sql = "SELECT folder FROM replica WHERE id = 1";
    Ok(on!(tx, c => sqlx::query_scalar(sql).fetch_optional(c).await)?)
}

/// Sets where the replica is to be, or that there is none.
pub async fn set_replica(tx: &mut Tx, folder: Option<&str>) -> Result<()> {
    let none = "DELETE FROM replica";
    on!(tx, c => sqlx::query(none).execute(c).await)?;
    if let Some(folder) = folder {
        let sql = "INSERT INTO replica (id, folder) VALUES (1, $1)";
        on!(tx, c => sqlx::query(sql).bind(folder.to_owned()).execute(c).await)?;
    }
    Ok(())
}

/// The last backup.
pub async fn last(tx: &mut Tx) -> Result<Option<Last>> {
    let sql = "SELECT seq, at, folder FROM backup WHERE id = 1";
    let row: Option<(i64, i64, String)> =
        on!(tx, c => sqlx::query_as(sql).fetch_optional(c).await)?;
    row.map(|(seq, at, folder)| {
        let at = Timestamp::from_microsecond(at)?;
        Ok(Last { reach: Reach { seq, at }, folder })
    })
    .transpose()
}

/// Notes a backup, or that none is known.
pub async fn set_last(tx: &mut Tx, last: Option<&Last>) -> Result<()> {
    let none = "DELETE FROM backup";
    on!(tx, c => sqlx::query(none).execute(c).await)?;
    if let Some(Last { reach, folder }) = last {
        let sql = "INSERT INTO backup (id, seq, at, folder) VALUES (1, $1, $2, $3)";
        let query = sqlx::query(sql).bind(reach.seq).bind(reach.at.as_microsecond());
        let query = query.bind(folder.clone());
        on!(tx, c => query.execute(c).await)?;
    }
    Ok(())
}

/// This database was put back: another epoch begins, numbers that customers may have been told are
/// passed over, and the gap is noted. It is no replica's source any more, since two servers must
/// not write into one; `last` is the copy it came from, if one is known.
pub async fn restored(tx: &mut Tx, what: &Restoration, last: Option<&Last>) -> Result<()> {
    meta::set_epoch(tx, what.epoch).await?;
    meta::skip_numbers(tx).await?;
    set_replica(tx, None).await?;
    set_last(tx, last).await?;
    let sql = "INSERT INTO restoration (epoch, epoch_before, at, head, copied_at)
        VALUES ($1, $2, $3, $4, $5)";
    let query = sqlx::query(sql).bind(what.epoch).bind(what.epoch_before);
    let query = query.bind(what.at).bind(what.head).bind(what.copied_at);
    on!(tx, c => query.execute(c).await)?;
    Ok(())
}

/// The last commit that a desk of another epoch and this database have in common; `None` if this
/// database was never put back.
pub async fn common_seq(tx: &mut Tx, epoch: Uuid) -> Result<Option<i64>> {
    let gaps = restorations(tx).await?;
    // An epoch that no copy knows began after one of them: the lowest of all is low enough.
    let since = gaps.iter().position(|gap| gap.epoch_before == epoch).unwrap_or_default();
    Ok(gaps[since..].iter().map(|gap| gap.head).min())
}

/// How often it was put back from a copy.
pub async fn generation(tx: &mut Tx) -> Result<u64> {
    let sql = "SELECT count(*) FROM restoration";
    let count: i64 = on!(tx, c => sqlx::query_scalar(sql).fetch_one(c).await)?;
    Ok(count.unsigned_abs())
}

/// Every time this database was put back, oldest first.
pub async fn restorations(tx: &mut Tx) -> Result<Vec<Restoration>> {
    let sql = "SELECT at, epoch_before, epoch, head, copied_at FROM restoration ORDER BY at";
    Ok(on!(tx, c => sqlx::query_as(sql).fetch_all(c).await)?)
}
