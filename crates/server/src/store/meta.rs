//! Meta: the one row of what the whole deployment counts.

use anyhow::Result;
use uuid::Uuid;

use super::Tx;

/// More than are given between two copies.
const NUMBERS_SKIPPED: i64 = 100_000;

/// Where the sequence stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Place {
    /// New at first start and on every restore.
    pub epoch: Uuid,
    /// The last commit.
    pub head: i64,
    /// Changes at or before it are gone.
    pub horizon: i64,
}

/// The place, `None` in a new database.
pub async fn place(tx: &mut Tx) -> Result<Option<Place>> {
    let sql = "SELECT epoch, head, horizon FROM meta WHERE id = 1";
    Ok(on!(tx, c => sqlx::query_as(sql).fetch_optional(c).await)?)
}

/// Begins a new database.
pub async fn begin(tx: &mut Tx, epoch: Uuid) -> Result<()> {
    let sql = "INSERT INTO meta (id, epoch) VALUES (1, $1)";
    on!(tx, c => sqlx::query(sql).bind(epoch).execute(c).await)?;
    Ok(())
}

/// Begins another epoch.
pub async fn set_epoch(tx: &mut Tx, epoch: Uuid) -> Result<()> {
    let sql = "UPDATE meta SET epoch = $1 WHERE id = 1";
    on!(tx, c => sqlx::query(sql).bind(epoch).execute(c).await)?;
    Ok(())
}

/// Changes at or before this commit are gone.
pub async fn set_horizon(tx: &mut Tx, horizon: i64) -> Result<()> {
    let sql = "UPDATE meta SET horizon = $1 WHERE id = 1 AND horizon < $1";
    on!(tx, c => sqlx::query(sql).bind(horizon).execute(c).await)?;
    Ok(())
}

/// Takes the next place in the sequence. Called last in a commit.
pub async fn take_seq(tx: &mut Tx) -> Result<i64> {
    let sql = "UPDATE meta SET head = head + 1 WHERE id = 1 RETURNING head";
    Ok(on!(tx, c => sqlx::query_scalar(sql).fetch_one(c).await)?)
}

/// Takes `count` ticket numbers; answers the first.
pub async fn take_ticket_numbers(tx: &mut Tx, count: i64) -> Result<i64> {
    let sql = "UPDATE meta SET next_ticket_number = next_ticket_number + $1 WHERE id = 1
        RETURNING next_ticket_number - $1";
    Ok(on!(tx, c => sqlx::query_scalar(sql).bind(count).fetch_one(c).await)?)
}

/// Lets numbers begin no lower than this.
pub async fn raise_ticket_number(tx: &mut Tx, least: i64) -> Result<()> {
    let sql = "UPDATE meta SET next_ticket_number = $1
        WHERE id = 1 AND next_ticket_number < $1";
    on!(tx, c => sqlx::query(sql).bind(least).execute(c).await)?;
    Ok(())
}

/// Takes the next position among deliveries.
pub async fn take_delivery(tx: &mut Tx) -> Result<i64> {
    let sql = "UPDATE meta SET next_delivery = next_delivery + 1 WHERE id = 1
        RETURNING next_delivery - 1";
    Ok(on!(tx, c => sqlx::query_scalar(sql).fetch_one(c).await)?)
}

/// Which sample desk was loaded; empty for none.
pub async fn sample(tx: &mut Tx) -> Result<String> {
    let sql = "SELECT sample FROM meta WHERE id = 1";
    Ok(on!(tx, c => sqlx::query_scalar(sql).fetch_one(c).await)?)
}

/// Remembers which sample desk was loaded.
pub async fn set_sample(tx: &mut Tx, marker: &str) -> Result<()> {
    let sql = "UPDATE meta SET sample = $1 WHERE id = 1";
    on!(tx, c => sqlx::query(sql).bind(marker.to_owned()).execute(c).await)?;
    Ok(())
}

/// Numbers and positions that a copy does not know to be given are not given again: customers may
/// have been told the ones, and channels have read past the others.
pub async fn skip_numbers(tx: &mut Tx) -> Result<()> {
    let sql = "UPDATE meta SET next_ticket_number = next_ticket_number + $1,
        next_delivery = next_delivery + $1 WHERE id = 1";
    on!(tx, c => sqlx::query(sql).bind(NUMBERS_SKIPPED).execute(c).await)?;
    Ok(())
}
