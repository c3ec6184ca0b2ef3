//! Scope: a part of the world that is fetched together, and how far its snapshot has come.
//!
//! A ticket may be in several scopes. `ticket_scope` says in which the server's image of it stands
//! and which snapshot of that scope accounts for it: the one that showed it last, or, for what the
//! feed brings into a complete scope, the one that the feed goes on from. When all held scopes are
//! complete, what none of them accounts for ends its stay ([`crate::judge`]). Digests are kept as
//! rows come and go.
//!
//! Deliberately absent: taking the server's digest over.

use std::collections::{BTreeMap, BTreeSet};

use ::uuid::Uuid;
use holdfast_domain::{AgentId, TicketId};
use holdfast_protocol::digest::Digest;
use holdfast_protocol::hello::{EVERYWHERE, PERSONAL, WORKED, team_scope};
use holdfast_protocol::row::TicketRow;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::{hex_list, insert_all, uuid};
use crate::error::{CacheError, Result};
use crate::notice::Notice;
use crate::pool::{Db, WriteTx};

pub(crate) const SCHEMA: &str = "\
CREATE TABLE scope (
  key        INTEGER PRIMARY KEY,
  name       TEXT NOT NULL UNIQUE,          -- personal, team:<id>, everywhere, worked
  held       INTEGER NOT NULL DEFAULT 0,    -- the server says that the agent may hold it
  generation INTEGER NOT NULL DEFAULT 0,    -- of its newest snapshot; unique among scopes
  snapshot   BLOB NOT NULL DEFAULT x'',     -- that snapshot
  seq        INTEGER NOT NULL DEFAULT 0,    -- the commit it stands at
  next_chunk INTEGER NOT NULL DEFAULT 0,
  complete   INTEGER NOT NULL DEFAULT 0,    -- 1: everything of it is here; 2: and was judged
  digest     BLOB NOT NULL                  -- over its tickets here, 16 bytes, big end first
) STRICT;
CREATE TABLE ticket_scope (
  scope      INTEGER NOT NULL,              -- key
  ticket     INTEGER NOT NULL,              -- key
  generation INTEGER NOT NULL,              -- the scope's snapshot that accounts for it
  PRIMARY KEY (scope, ticket)
) STRICT, WITHOUT ROWID;
CREATE TABLE tombstone (
  ticket BLOB PRIMARY KEY,                  -- left the agent's sight while a snapshot was fetched
  seq    INTEGER NOT NULL                   -- the commit that said so
) STRICT, WITHOUT ROWID;
";

/// What has left says which scopes were held then, and so which snapshots it is kept out of.
pub(crate) const TOMBSTONES_OF_SCOPES: &str = "\
ALTER TABLE tombstone RENAME TO tombstone_of_all;
CREATE TABLE tombstone (
  ticket BLOB NOT NULL,                     -- left the agent's sight while a snapshot was fetched
  scope  INTEGER NOT NULL,                  -- key; one that was held then
  seq    INTEGER NOT NULL,                  -- the commit that said so
  PRIMARY KEY (ticket, scope)
) STRICT, WITHOUT ROWID;
INSERT INTO tombstone SELECT t.ticket, s.key, t.seq FROM tombstone_of_all t, scope s
  WHERE s.held = 1;
DROP TABLE tombstone_of_all;
";

/// A scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// `personal`, `team:<id>`, `everywhere`, `worked`.
    pub name: String,
    /// Whether the server says that the agent may hold it.
    pub held: bool,
    /// Of the snapshot being fetched or fetched last; 0 for none.
    pub generation: i64,
    /// The snapshot being fetched or fetched last.
    pub snapshot: Option<Uuid>,
    /// The commit that snapshot stands at.
    pub seq: i64,
    /// The next chunk to fetch.
    pub next_chunk: i64,
    /// Whether everything of it is here.
    pub complete: bool,
    /// Over the server's images of its tickets, kept from this desk's own rows.
    pub digest: Digest,
    pub(crate) key: i64,
}

/// All held scopes, by name.
pub async fn held(db: &mut Db) -> Result<Vec<Scope>> {
    let sql = "SELECT * FROM scope WHERE held = 1 ORDER BY name";
    sqlx::query(sql).fetch_all(db).await?.iter().map(read).collect()
}

/// One scope.
pub async fn get(db: &mut Db, name: &str) -> Result<Option<Scope>> {
    let sql = "SELECT * FROM scope WHERE name = $1";
    let row = sqlx::query(sql).bind(name).fetch_optional(db).await?;
    row.as_ref().map(read).transpose()
}

/// Whether a held scope is still to be fetched.
pub(crate) async fn is_any_to_come(db: &mut Db) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM scope WHERE held = 1 AND complete = 0)";
    Ok(sqlx::query_scalar(sql).fetch_one(db).await?)
}

/// Sets which scopes are held. Returns the tickets that no held scope shows any more: begin their
/// purge in the same transaction ([`crate::batch::hold_scopes`] does).
pub async fn set_held(tx: &mut WriteTx, names: &[String]) -> Result<Vec<TicketId>> {
    for name in names {
        intern(tx, name).await?;
    }
    let list = serde_json::to_string(names).map_err(|_| CacheError::Misuse("a scope's name"))?;
    let lost: Vec<i64> = sqlx::query_scalar(
        "SELECT key FROM scope WHERE held = 1 AND name NOT IN (SELECT value FROM json_each($1))",
    )
    .bind(&list)
    .fetch_all(&mut **tx)
    .await?;
    sqlx::query("UPDATE scope SET held = name IN (SELECT value FROM json_each($1))")
        .bind(list)
        .execute(&mut **tx)
        .await?;
    for sql in [
        "UPDATE scope SET complete = 0, snapshot = x'', next_chunk = 0 WHERE held = 0",
        "DELETE FROM tombstone WHERE scope IN (SELECT key FROM scope WHERE held = 0)",
    ] {
        sqlx::query(sql).execute(&mut **tx).await?;
    }
    tx.notice(Notice::Sync);
    // Who sees everywhere loses nothing; what stood in no lost scope stands in another.
    if lost.is_empty() || names.iter().any(|name| name == EVERYWHERE) {
        return Ok(Vec::new());
    }
    let orphans: Vec<Vec<u8>> =
        sqlx::query_scalar(ORPHANS).bind(format!("{lost:?}")).fetch_all(&mut **tx).await?;
    orphans.iter().map(|id| uuid(id).map(TicketId)).collect()
}

/// Tickets of lost scopes that no held one shows: walks the places of the lost ones, and looks at
/// the held ones by key. `CROSS JOIN` keeps SQLite from walking all places for each ticket.
const ORPHANS: &str = "\
SELECT DISTINCT t.id FROM json_each($1) lost CROSS JOIN ticket_scope l ON l.scope = lost.value
  CROSS JOIN ticket t ON t.key = l.ticket
WHERE NOT EXISTS (
    SELECT 1 FROM scope kept
      CROSS JOIN ticket_scope k ON k.scope = kept.key AND k.ticket = l.ticket
    WHERE kept.held = 1)";

/// A ticket left the agent's sight at this commit: while anything is still to be fetched, no
/// snapshot of a scope that is held now may bring it back. One of a scope that she is given later
/// may: that it left was said of fewer rights, and such a snapshot may be older than that.
pub(crate) async fn bury(tx: &mut WriteTx, ticket: TicketId, seq: i64) -> Result<()> {
    sqlx::query(
        "INSERT INTO tombstone (ticket, scope, seq)
         SELECT $1, s.key, $2 FROM scope s WHERE s.held = 1
           AND EXISTS (SELECT 1 FROM scope c WHERE c.held = 1 AND c.complete = 0)
         ON CONFLICT (ticket, scope) DO UPDATE SET seq = max(seq, excluded.seq)",
    )
    .bind(ticket.bytes().to_vec())
    .bind(seq)
    .execute(&mut **tx)
    .await?;
    Ok(())
}

/// The tickets that this snapshot may not bring back.
pub(crate) async fn buried(db: &mut Db, generation: i64) -> Result<BTreeSet<TicketId>> {
    let ids: Vec<Vec<u8>> = sqlx::query_scalar(
        "SELECT t.ticket FROM scope s JOIN tombstone t ON t.scope = s.key
         WHERE s.generation = $1 AND t.seq > s.seq",
    )
    .bind(generation)
    .fetch_all(db)
    .await?;
    ids.iter().map(|id| uuid(id).map(TicketId)).collect()
}

/// The changes have brought these back.
pub(crate) async fn unbury(
    tx: &mut WriteTx,
    tickets: impl Iterator<Item = &TicketId>,
) -> Result<()> {
    let ids = hex_list(tickets.map(|id| id.0.as_bytes().as_slice()));
    sqlx::query("DELETE FROM tombstone WHERE ticket IN (SELECT unhex(value) FROM json_each($1))")
        .bind(ids)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Begins a snapshot with the next generation; the same snapshot again goes on where it stood.
pub async fn begin_snapshot(
    tx: &mut WriteTx,
    name: &str,
    snapshot: Uuid,
    seq: i64,
) -> Result<Scope> {
    intern(tx, name).await?;
    let missing = CacheError::Stored("scope");
    let scope = get(tx, name).await?.ok_or(missing)?;
    if scope.snapshot == Some(snapshot) && !scope.complete {
        return Ok(scope);
    }
    sqlx::query("UPDATE sync SET generation = generation + 1").execute(&mut **tx).await?;
    sqlx::query(
        "UPDATE scope SET generation = (SELECT generation FROM sync), snapshot = $2, seq = $3,
           next_chunk = 0, complete = 0 WHERE key = $1",
    )
    .bind(scope.key)
    .bind(snapshot.as_bytes().as_slice())
    .bind(seq)
    .execute(&mut **tx)
    .await?;
    tx.notice(Notice::Sync);
    get(tx, name).await?.ok_or(CacheError::Stored("scope"))
}

/// A chunk is applied; `next_chunk` is the next to fetch.
pub async fn chunk_done(tx: &mut WriteTx, name: &str, next_chunk: i64) -> Result<()> {
    let sql = "UPDATE scope SET next_chunk = max(next_chunk, $2) WHERE name = $1";
    sqlx::query(sql).bind(name).bind(next_chunk).execute(&mut **tx).await?;
    tx.notice(Notice::Sync);
    Ok(())
}

/// The tickets of a scope with the version of the server's image, by id: for comparing digests.
pub async fn tickets(db: &mut Db, name: &str) -> Result<Vec<(TicketId, i64)>> {
    let rows: Vec<(Vec<u8>, i64)> = sqlx::query_as(
        "SELECT t.id, t.version FROM scope s JOIN ticket_scope l ON l.scope = s.key
         JOIN ticket t ON t.key = l.ticket WHERE s.name = $1 ORDER BY t.id",
    )
    .bind(name)
    .fetch_all(db)
    .await?;
    rows.iter().map(|(id, version)| Ok((TicketId(uuid(id)?), *version))).collect()
}

/// Another epoch: every scope has to be fetched again.
pub(crate) async fn forget_progress(tx: &mut WriteTx) -> Result<()> {
    sqlx::query("UPDATE scope SET complete = 0, snapshot = x'', seq = 0, next_chunk = 0")
        .execute(&mut **tx)
        .await?;
    sqlx::query("DELETE FROM tombstone").execute(&mut **tx).await?;
    Ok(())
}

/// In which scopes tickets stand, and the digests while they change.
pub(crate) struct Places {
    agent: AgentId,
    keys: BTreeMap<String, i64>,
    changed: BTreeMap<i64, Digest>,
    left: BTreeSet<(i64, i64)>,
    entered: Vec<(i64, i64)>,
}

impl Places {
    pub(crate) async fn load(db: &mut Db) -> Result<Self> {
        let agent: Vec<u8> =
            sqlx::query_scalar("SELECT agent FROM sync").fetch_one(&mut *db).await?;
        let keys: Vec<(String, i64)> =
            sqlx::query_as("SELECT name, key FROM scope").fetch_all(db).await?;
        Ok(Self {
            agent: AgentId(uuid(&agent)?),
            keys: keys.into_iter().collect(),
            changed: BTreeMap::new(),
            left: BTreeSet::new(),
            entered: Vec::new(),
        })
    }

    /// The keys of the scopes that show this image.
    pub(crate) async fn of(&mut self, tx: &mut WriteTx, row: &TicketRow) -> Result<Vec<i64>> {
        let sight = row.state().sight();
        let mut names = vec![EVERYWHERE.to_owned()];
        names.extend(sight.teams.iter().map(|team| team_scope(*team)));
        if sight.agents.contains(&self.agent) {
            let own = if row.category.is_active() { PERSONAL } else { WORKED };
            names.push(own.to_owned());
        }
        let mut keys = Vec::with_capacity(names.len());
        for name in names {
            let key = match self.keys.get(&name) {
                Some(key) => *key,
                None => intern(tx, &name).await?,
            };
            self.keys.insert(name, key);
            keys.push(key);
        }
        keys.sort_unstable();
        Ok(keys)
    }

    /// The image at this version leaves these scopes.
    pub(crate) fn leave(&mut self, ticket: (i64, TicketId), version: i64, scopes: &[i64]) {
        for scope in scopes {
            let digest = self.changed.entry(*scope).or_default();
            *digest = digest.without(ticket.1, version);
            self.left.insert((*scope, ticket.0));
        }
    }

    /// The image at this version enters these scopes.
    pub(crate) fn enter(&mut self, ticket: (i64, TicketId), version: i64, scopes: &[i64]) {
        for scope in scopes {
            let digest = self.changed.entry(*scope).or_default();
            *digest = digest.with(ticket.1, version);
            self.left.remove(&(*scope, ticket.0));
            self.entered.push((*scope, ticket.0));
        }
    }

    /// Writes it down. Tickets that enter now are accounted for by the snapshot `generation`, if it
    /// is one, and by that of every complete scope, which the feed goes on from.
    pub(crate) async fn store(self, tx: &mut WriteTx, generation: i64) -> Result<()> {
        for (scope, ticket) in &self.left {
            sqlx::query("DELETE FROM ticket_scope WHERE scope = $1 AND ticket = $2")
                .bind(scope)
                .bind(ticket)
                .execute(&mut **tx)
                .await?;
        }
        let accounts: Vec<(i64, i64)> = sqlx::query_as(
            "SELECT key, generation FROM scope
             WHERE complete > 0 OR (generation = $1 AND generation > 0)",
        )
        .bind(generation)
        .fetch_all(&mut **tx)
        .await?;
        let accounts: BTreeMap<i64, i64> = accounts.into_iter().collect();
        let head = "INSERT INTO ticket_scope (scope, ticket, generation) ";
        let tail = " ON CONFLICT (scope, ticket) DO UPDATE
            SET generation = max(generation, excluded.generation)";
        insert_all(tx, (head, tail), &self.entered, |values, (scope, ticket)| {
            let accounted_by = accounts.get(scope).copied().unwrap_or(0);
            values.push_bind(*scope).push_bind(*ticket).push_bind(accounted_by);
        })
        .await?;
        for (scope, change) in self.changed {
            add_to_digest(tx, scope, change).await?;
        }
        Ok(())
    }
}

async fn add_to_digest(tx: &mut WriteTx, scope: i64, change: Digest) -> Result<()> {
    let found: Vec<u8> = sqlx::query_scalar("SELECT digest FROM scope WHERE key = $1")
        .bind(scope)
        .fetch_one(&mut **tx)
        .await?;
    let digest = digest(&found)?.0.wrapping_add(change.0);
    sqlx::query("UPDATE scope SET digest = $2 WHERE key = $1")
        .bind(scope)
        .bind(digest.to_be_bytes().as_slice())
        .execute(&mut **tx)
        .await?;
    Ok(())
}

async fn intern(tx: &mut WriteTx, name: &str) -> Result<i64> {
    sqlx::query(
        "INSERT INTO scope (name, digest) VALUES ($1, zeroblob(16)) ON CONFLICT DO NOTHING",
    )
    .bind(name)
    .execute(&mut **tx)
    .await?;
    let sql = "SELECT key FROM scope WHERE name = $1";
    Ok(sqlx::query_scalar(sql).bind(name).fetch_one(&mut **tx).await?)
}

fn digest(bytes: &[u8]) -> Result<Digest> {
    let bytes = bytes.try_into().map_err(|_| CacheError::Stored("digest"))?;
    Ok(Digest(u128::from_be_bytes(bytes)))
}

fn read(row: &SqliteRow) -> Result<Scope> {
    let snapshot: &[u8] = row.try_get("snapshot")?;
    Ok(Scope {
        name: row.try_get("name")?,
        held: row.try_get("held")?,
        generation: row.try_get("generation")?,
        snapshot: (!snapshot.is_empty()).then(|| uuid(snapshot)).transpose()?,
        seq: row.try_get("seq")?,
        next_chunk: row.try_get("next_chunk")?,
        complete: row.try_get("complete")?,
        digest: digest(row.try_get("digest")?)?,
        key: row.try_get("key")?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::plan;

    #[tokio::test]
    async fn losing_a_scope_looks_at_its_own_tickets_each_by_key() -> sqlx::Result<()> {
        let steps = [
            "SEARCH l USING PRIMARY KEY (scope=?)",
            "SEARCH k USING PRIMARY KEY (scope=? AND ticket=?)",
            "SEARCH t USING INTEGER PRIMARY KEY (rowid=?)",
        ];
        plan::assert_takes(ORPHANS, &steps).await
    }
}
