//! Sessions and their tokens. A token is kept as its hash only.

use anyhow::Result;
use holdfast_domain::AgentId;
use uuid::Uuid;

use super::Tx;
use crate::succession::{Line, Pair};

/// A token with the session it opens.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Known {
    /// Which session.
    pub session: Uuid,
    /// Whose.
    pub agent: Uuid,
    /// The desk it is used from: the one that was named, if it is its agent's, or else the one that
    /// said hello in it last.
    pub desk: Option<Uuid>,
    /// Microseconds since 1970.
    pub expires_at: i64,
    /// When the session was ended.
    pub ended_at: Option<i64>,
    /// That desk was revoked; where it is not known, the one that said hello in it last.
    pub desk_revoked: bool,
    pair: Uuid,
    parent: Uuid,
    pair_in_use: Uuid,
    pair_before: Uuid,
    pair_at: i64,
}

impl Known {
    /// The pair it belongs to.
    pub fn pair(&self) -> Pair {
        Pair { id: self.pair, parent: self.parent }
    }

    /// Where its session stands.
    pub fn line(&self) -> Line {
        Line { pair: self.pair_in_use, before: self.pair_before, since_us: self.pair_at }
    }
}

/// A token as it is added.
#[derive(Clone, Copy, Debug)]
pub struct Fresh {
    /// Of its letters.
    pub hash: Hash,
    /// For refreshing, not for access.
    pub refresh: bool,
    /// Microseconds since 1970.
    pub expires_us: i64,
}

/// BLAKE3 of a token, as stored.
pub type Hash = [u8; 32];

/// Begins a session with its first pair.
pub async fn begin(tx: &mut Tx, id: Uuid, agent: AgentId, pair: Uuid, now_us: i64) -> Result<()> {
    let sql = "INSERT INTO session (id, agent, created_at, pair, pair_at)
        VALUES ($1, $2, $3, $4, $3)";
    let query = sqlx::query(sql).bind(id).bind(agent.0).bind(now_us).bind(pair);
    on!(tx, c => query.execute(c).await)?;
    Ok(())
}

/// Adds a token of a pair to a session.
pub async fn add_token(tx: &mut Tx, session: Uuid, pair: Pair, token: Fresh) -> Result<()> {
    let sql = "INSERT INTO token (hash, session, refresh, expires_at, pair, parent)
        VALUES ($1, $2, $3, $4, $5, $6)";
    let query = sqlx::query(sql).bind(token.hash.to_vec()).bind(session);
    let query = query.bind(i64::from(token.refresh)).bind(token.expires_us);
    let query = query.bind(pair.id).bind(pair.parent);
    on!(tx, c => query.execute(c).await)?;
    Ok(())
}

/// What is known about a token that is used from that desk, if one was named.
pub async fn find(
    tx: &mut Tx,
    hash: Hash,
    refresh: bool,
    desk: Option<Uuid>,
) -> Result<Option<Known>> {
    let sql = "SELECT t.session, s.agent, t.expires_at, s.ended_at, t.pair, t.parent,
            s.pair AS pair_in_use, s.pair_before, s.pair_at,
            CASE WHEN $3 IS NULL THEN s.desk
                ELSE (SELECT d.id FROM desk d WHERE d.id = $3 AND d.agent = s.agent) END AS desk,
            EXISTS (SELECT 1 FROM revoked_desk r WHERE r.agent = s.agent AND r.desk = COALESCE(
                (SELECT d.id FROM desk d WHERE d.id = $3 AND d.agent = s.agent), s.desk))
                AS desk_revoked
        FROM token t JOIN session s ON s.id = t.session WHERE t.hash = $1 AND t.refresh = $2";
    let query = sqlx::query_as(sql).bind(hash.to_vec()).bind(i64::from(refresh)).bind(desk);
    Ok(on!(tx, c => query.fetch_optional(c).await)?)
}

/// Moves a session to the pair that was used.
pub async fn set_line(tx: &mut Tx, session: Uuid, line: Line) -> Result<()> {
    let sql = "UPDATE session SET pair = $2, pair_before = $3, pair_at = $4 WHERE id = $1";
    let query = sqlx::query(sql).bind(session).bind(line.pair).bind(line.before);
    let query = query.bind(line.since_us);
    on!(tx, c => query.execute(c).await)?;
    Ok(())
}

/// Drops the session's access tokens that have run out. Refresh tokens are remembered, so that
/// the use of an old one is recognised.
pub async fn drop_expired(tx: &mut Tx, session: Uuid, now_us: i64) -> Result<()> {
    let sql = "DELETE FROM token WHERE session = $1 AND refresh = 0 AND expires_at < $2";
    on!(tx, c => sqlx::query(sql).bind(session).bind(now_us).execute(c).await)?;
    Ok(())
}

/// Notes that a desk said hello in a session; who names none is taken for the last that did.
pub async fn bind_desk(tx: &mut Tx, session: Uuid, desk: Uuid) -> Result<()> {
    let sql = "UPDATE session SET desk = $2 WHERE id = $1";
    on!(tx, c => sqlx::query(sql).bind(session).bind(desk).execute(c).await)?;
    let sql = "INSERT INTO session_desk (desk, session) VALUES ($1, $2) ON CONFLICT DO NOTHING";
    on!(tx, c => sqlx::query(sql).bind(desk).bind(session).execute(c).await)?;
    Ok(())
}

/// Whether a session was begun and not ended.
pub async fn stands(tx: &mut Tx, session: Uuid) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM session WHERE id = $1 AND ended_at IS NULL)";
    Ok(on!(tx, c => sqlx::query_scalar(sql).bind(session).fetch_one(c).await)?)
}

/// Ends a session.
pub async fn end(tx: &mut Tx, session: Uuid, now_us: i64) -> Result<()> {
    let sql = "UPDATE session SET ended_at = $2 WHERE id = $1 AND ended_at IS NULL";
    on!(tx, c => sqlx::query(sql).bind(session).bind(now_us).execute(c).await)?;
    Ok(())
}

/// Ends every session of an agent.
pub async fn end_all(tx: &mut Tx, agent: AgentId, now_us: i64) -> Result<()> {
    let sql = "UPDATE session SET ended_at = $2 WHERE agent = $1 AND ended_at IS NULL";
    on!(tx, c => sqlx::query(sql).bind(agent.0).bind(now_us).execute(c).await)?;
    Ok(())
}

/// Drops tokens that ran out before then, and sessions without tokens. Those of a revoked desk
/// stay: it is to be told that it is one, however late it comes.
pub async fn sweep(tx: &mut Tx, before_us: i64) -> Result<()> {
    let tokens = "DELETE FROM token WHERE expires_at < $1 AND session NOT IN
        (SELECT s.session FROM session_desk s JOIN revoked_desk r ON r.desk = s.desk)";
    on!(tx, c => sqlx::query(tokens).bind(before_us).execute(c).await)?;
    let sessions = "DELETE FROM session WHERE created_at < $1 AND NOT EXISTS
        (SELECT 1 FROM token WHERE token.session = session.id)";
    on!(tx, c => sqlx::query(sessions).bind(before_us).execute(c).await)?;
    let desks = "DELETE FROM session_desk WHERE session NOT IN (SELECT id FROM session)";
    on!(tx, c => sqlx::query(desks).execute(c).await)?;
    Ok(())
}
