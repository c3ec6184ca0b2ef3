//! The feed: what each commit touched, without content. It says where to look; what is sent are
//! the rows of now.

use anyhow::Result;
use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{INSERT_ROWS_MAX, Tx};

/// One thing a commit touched.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct FeedRow {
    /// Which commit.
    pub seq: i64,
    /// Its place therein.
    pub n: i64,
    /// `ticket`, `outcome`, `rights`, or an entity of a row.
    pub entity: String,
    /// Which one; of an outcome its operation, of rights their agent.
    pub id: Uuid,
    /// Of a ticket: how it stood before, as JSON of a `sync::sight::Stood`; `None` if it was not
    /// there.
    pub sight_before: Option<String>,
    /// Of a ticket: how it stands after it.
    pub sight_after: Option<String>,
    /// Of an outcome: whose.
    pub desk: Option<Uuid>,
}

/// At most `limit` rows after a commit, in order.
pub async fn after(tx: &mut Tx, since: i64, limit: i64) -> Result<Vec<FeedRow>> {
    let sql = "SELECT seq, n, entity, id, sight_before, sight_after, desk FROM feed
        WHERE seq > $1 ORDER BY seq, n LIMIT $2";
    Ok(on!(tx, c => sqlx::query_as(sql).bind(since).bind(limit).fetch_all(c).await)?)
}

/// Notes where the sequence stands; a place keeps the time at which it was noted first.
pub async fn mark(tx: &mut Tx, head: i64, now_us: i64) -> Result<()> {
    let sql = "INSERT INTO feed_mark (seq, at) VALUES ($1, $2) ON CONFLICT (seq) DO NOTHING";
    on!(tx, c => sqlx::query(sql).bind(head).bind(now_us).execute(c).await)?;
    Ok(())
}

/// The newest commit that is known to be older.
pub async fn marked_before(tx: &mut Tx, before_us: i64) -> Result<Option<i64>> {
    let sql = "SELECT max(seq) FROM feed_mark WHERE at < $1";
    Ok(on!(tx, c => sqlx::query_scalar(sql).bind(before_us).fetch_one(c).await)?)
}

/// The commit in which the first so many rows end, none later than `target`; `None` if there are
/// no rows.
pub async fn slice_end(tx: &mut Tx, target: i64, rows: i64) -> Result<Option<i64>> {
    let sql = "SELECT max(seq) FROM (SELECT seq FROM feed WHERE seq <= $1
        ORDER BY seq, n LIMIT $2) AS slice";
    Ok(on!(tx, c => sqlx::query_scalar(sql).bind(target).bind(rows).fetch_one(c).await)?)
}

/// Forgets commits up to this one, and the notes on them.
pub async fn forget(tx: &mut Tx, through: i64) -> Result<()> {
    let rows = "DELETE FROM feed WHERE seq <= $1";
    on!(tx, c => sqlx::query(rows).bind(through).execute(c).await)?;
    let marks = "DELETE FROM feed_mark WHERE seq <= $1";
    on!(tx, c => sqlx::query(marks).bind(through).execute(c).await)?;
    Ok(())
}

/// Commits that it tells of, and the first of them.
pub async fn extent(tx: &mut Tx) -> Result<(i64, Option<i64>)> {
    let sql = "SELECT COUNT(DISTINCT seq), min(seq) FROM feed";
    Ok(on!(tx, c => sqlx::query_as(sql).fetch_one(c).await)?)
}

/// Adds rows.
pub async fn insert(tx: &mut Tx, rows: &[FeedRow]) -> Result<()> {
    for rows in rows.chunks(INSERT_ROWS_MAX) {
        on!(tx, c => {
            let mut sql = QueryBuilder::<Base>::new(
                "INSERT INTO feed (seq, n, entity, id, sight_before, sight_after, desk) ",
            );
            sql.push_values(rows, |mut to, row| {
                to.push_bind(row.seq).push_bind(row.n).push_bind(row.entity.clone());
                to.push_bind(row.id).push_bind(row.sight_before.clone());
                to.push_bind(row.sight_after.clone()).push_bind(row.desk);
            });
            sql.build().execute(c).await
        })?;
    }
    Ok(())
}
