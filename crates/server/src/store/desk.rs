//! Desks: who they belong to, how far they were numbered, and what they are trying.

use anyhow::Result;
use holdfast_domain::AgentId;
use uuid::Uuid;

use super::Tx;

/// A desk.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Desk {
    /// Whose it is.
    pub agent: Uuid,
    /// Of `last_number`.
    pub epoch: Uuid,
    /// The last number that is settled in that epoch.
    pub last_number: i64,
    /// Outcomes up to this commit are on its disk.
    pub acknowledged: i64,
}

/// One desk.
pub async fn get(tx: &mut Tx, id: Uuid) -> Result<Option<Desk>> {
    let sql = "SELECT agent, epoch, last_number, acknowledged FROM desk WHERE id = $1";
    Ok(on!(tx, c => sqlx::query_as(sql).bind(id).fetch_optional(c).await)?)
}

/// Makes it known, or notes that it was seen; a new epoch begins its numbers anew, and what was
/// tried under the old ones is forgotten.
pub async fn greet(tx: &mut Tx, id: Uuid, agent: AgentId, epoch: Uuid, now_us: i64) -> Result<()> {
    let sql = "DELETE FROM attempt WHERE desk = $1
        AND desk IN (SELECT id FROM desk WHERE id = $1 AND epoch <> $2)";
    on!(tx, c => sqlx::query(sql).bind(id).bind(epoch).execute(c).await)?;
    let sql = "INSERT INTO desk (id, agent, epoch, seen_at) VALUES ($1, $2, $3, $4)
        ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, epoch = excluded.epoch,
            last_number = CASE WHEN desk.epoch = excluded.epoch THEN desk.last_number ELSE 0 END";
    let query = sqlx::query(sql).bind(id).bind(agent.0).bind(epoch).bind(now_us);
    on!(tx, c => query.execute(c).await)?;
    Ok(())
}

/// Notes from where on it needs the feed.
pub async fn set_cursor(tx: &mut Tx, id: Uuid, cursor: i64) -> Result<()> {
    let sql = "UPDATE desk SET cursor = $2 WHERE id = $1";
    on!(tx, c => sqlx::query(sql).bind(id).bind(cursor).execute(c).await)?;
    Ok(())
}

/// From where on desks of that epoch that were seen since then need the feed.
pub async fn oldest_cursor(tx: &mut Tx, epoch: Uuid, since_us: i64) -> Result<Option<i64>> {
    let sql = "SELECT min(cursor) FROM desk WHERE epoch = $1 AND seen_at >= $2";
    let query = sqlx::query_scalar(sql).bind(epoch).bind(since_us);
    Ok(on!(tx, c => query.fetch_one(c).await)?)
}

/// Moves the last settled number on.
pub async fn set_last_number(tx: &mut Tx, id: Uuid, number: i64) -> Result<()> {
    let sql = "UPDATE desk SET last_number = $2 WHERE id = $1 AND last_number < $2";
    on!(tx, c => sqlx::query(sql).bind(id).bind(number).execute(c).await)?;
    Ok(())
}

/// Notes what it has on its disk.
pub async fn acknowledge(tx: &mut Tx, id: Uuid, seq: i64) -> Result<()> {
    let sql = "UPDATE desk SET acknowledged = $2 WHERE id = $1 AND acknowledged < $2";
    on!(tx, c => sqlx::query(sql).bind(id).bind(seq).execute(c).await)?;
    Ok(())
}

/// How often each of the desk's operations was tried without being settled, in order of number.
pub async fn attempts(tx: &mut Tx, id: Uuid) -> Result<Vec<(i64, i64)>> {
    let sql = "SELECT number, tries FROM attempt WHERE desk = $1 ORDER BY number";
    Ok(on!(tx, c => sqlx::query_as(sql).bind(id).fetch_all(c).await)?)
}

/// Counts one more try of each of these numbers.
pub async fn count_attempts(tx: &mut Tx, id: Uuid, numbers: &[i64]) -> Result<()> {
    let sql = "INSERT INTO attempt (desk, number, tries) VALUES ($1, $2, 1)
        ON CONFLICT (desk, number) DO UPDATE SET tries = attempt.tries + 1";
    for number in numbers {
        on!(tx, c => sqlx::query(sql).bind(id).bind(*number).execute(c).await)?;
    }
    Ok(())
}

/// Takes one try of each of these numbers back: it was not their fault.
pub async fn forgive_attempts(tx: &mut Tx, id: Uuid, numbers: &[i64]) -> Result<()> {
    for number in numbers {
        let less = "UPDATE attempt SET tries = tries - 1 WHERE desk = $1 AND number = $2";
        on!(tx, c => sqlx::query(less).bind(id).bind(*number).execute(c).await)?;
    }
    let none = "DELETE FROM attempt WHERE desk = $1 AND tries <= 0";
    on!(tx, c => sqlx::query(none).bind(id).execute(c).await)?;
    Ok(())
}

/// Forgets the tries of a number that is settled.
pub async fn clear_attempts(tx: &mut Tx, id: Uuid, number: i64) -> Result<()> {
    let sql = "DELETE FROM attempt WHERE desk = $1 AND number <= $2";
    on!(tx, c => sqlx::query(sql).bind(id).bind(number).execute(c).await)?;
    Ok(())
}

/// Desks that were seen within their lease.
#[derive(Clone, Copy, Debug, Default, sqlx::FromRow)]
pub struct Seen {
    /// How many.
    pub desks: i64,
    /// How many of them were not seen for days.
    pub away: i64,
    /// From where on the furthest of them needs the feed.
    pub oldest_cursor: Option<i64>,
}

/// Desks of that epoch seen since the first time; those not seen since the second are away.
pub async fn seen(tx: &mut Tx, epoch: Uuid, (leased_us, away_us): (i64, i64)) -> Result<Seen> {
    let sql = "SELECT COUNT(*) AS desks, COUNT(CASE WHEN seen_at < $3 THEN 1 END) AS away,
            min(cursor) AS oldest_cursor
        FROM desk WHERE epoch = $1 AND seen_at >= $2";
    let query = sqlx::query_as(sql).bind(epoch).bind(leased_us).bind(away_us);
    Ok(on!(tx, c => query.fetch_one(c).await)?)
}

/// Operations that were tried so often without being settled.
pub async fn failing(tx: &mut Tx, tries: i64) -> Result<i64> {
    let sql = "SELECT COUNT(*) FROM attempt WHERE tries >= $1";
    Ok(on!(tx, c => sqlx::query_scalar(sql).bind(tries).fetch_one(c).await)?)
}
