//! Letters: desks that were revoked, what each has brought, and the key to open it.

use anyhow::Result;
use uuid::Uuid;

use super::Tx;

/// A desk that was revoked.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Revoked {
    /// Which.
    pub desk: Uuid,
    /// Whose it was.
    pub agent: Uuid,
    /// Microseconds since 1970.
    pub revoked_at: i64,
    /// Bytes of its letter; 0 until it has come.
    pub letter_bytes: i64,
}

/// A desk, as a keeper chooses among them.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Listed {
    /// Which.
    pub id: Uuid,
    /// When it was seen last, microseconds since 1970.
    pub seen_at: i64,
    /// Whether it was revoked.
    pub revoked: bool,
}

/// The private and the public key, if they were made.
pub async fn keys(tx: &mut Tx) -> Result<Option<(Vec<u8>, Vec<u8>)>> {
    let sql = "SELECT private, public FROM sealing_key WHERE id = 1";
    Ok(on!(tx, c => sqlx::query_as(sql).fetch_optional(c).await)?)
}

/// Keeps the keys for ever.
pub async fn set_keys(tx: &mut Tx, private: &[u8], public: &[u8]) -> Result<()> {
    let sql = "INSERT INTO sealing_key (id, private, public) VALUES (1, $1, $2)";
    let query = sqlx::query(sql).bind(private.to_vec()).bind(public.to_vec());
    on!(tx, c => query.execute(c).await)?;
    Ok(())
}

/// An agent's desks, the newest first.
pub async fn desks_of(tx: &mut Tx, agent: Uuid) -> Result<Vec<Listed>> {
    let sql = "SELECT id, seen_at,
            EXISTS (SELECT 1 FROM revoked_desk r WHERE r.desk = desk.id) AS revoked
        FROM desk WHERE agent = $1 ORDER BY seen_at DESC, id";
    Ok(on!(tx, c => sqlx::query_as(sql).bind(agent).fetch_all(c).await)?)
}

/// Revokes a desk. False if it was revoked before.
pub async fn revoke(tx: &mut Tx, desk: Uuid, agent: Uuid, now_us: i64) -> Result<bool> {
    let sql = "INSERT INTO revoked_desk (desk, agent, revoked_at) VALUES ($1, $2, $3)
        ON CONFLICT (desk) DO NOTHING";
    let query = sqlx::query(sql).bind(desk).bind(agent).bind(now_us);
    Ok(on!(tx, c => query.execute(c).await)?.rows_affected() > 0)
}

/// Ends the sessions in which it said hello, those that it shares with a copy as well; which they
/// were.
pub async fn end_sessions(tx: &mut Tx, desk: Uuid, now_us: i64) -> Result<Vec<Uuid>> {
    let sql = "UPDATE session SET ended_at = COALESCE(ended_at, $2)
        WHERE id IN (SELECT session FROM session_desk WHERE desk = $1) RETURNING id";
    let query = sqlx::query_scalar(sql).bind(desk).bind(now_us);
    Ok(on!(tx, c => query.fetch_all(c).await)?)
}

/// Whether a desk was revoked.
pub async fn is_revoked(tx: &mut Tx, desk: Uuid) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM revoked_desk WHERE desk = $1)";
    Ok(on!(tx, c => sqlx::query_scalar(sql).bind(desk).fetch_one(c).await)?)
}

/// All that were revoked, the newest first.
pub async fn revoked(tx: &mut Tx) -> Result<Vec<Revoked>> {
    let sql = "SELECT desk, agent, revoked_at, length(letter) AS letter_bytes FROM revoked_desk
        ORDER BY revoked_at DESC, desk";
    Ok(on!(tx, c => sqlx::query_as(sql).fetch_all(c).await)?)
}

/// The letter of a revoked desk, empty until it has come; `None` of any other.
pub async fn letter(tx: &mut Tx, desk: Uuid) -> Result<Option<Vec<u8>>> {
    let sql = "SELECT letter FROM revoked_desk WHERE desk = $1";
    Ok(on!(tx, c => sqlx::query_scalar(sql).bind(desk).fetch_optional(c).await)?)
}

/// Keeps the letter of a revoked desk that has brought none yet.
pub async fn keep(tx: &mut Tx, desk: Uuid, letter: Vec<u8>, now_us: i64) -> Result<()> {
    let sql = "UPDATE revoked_desk SET letter = $2, letter_at = $3
        WHERE desk = $1 AND letter = x''";
    let query = sqlx::query(sql).bind(desk).bind(letter).bind(now_us);
    on!(tx, c => query.execute(c).await)?;
    Ok(())
}
