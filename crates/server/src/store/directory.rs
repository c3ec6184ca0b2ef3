//! The directory: centres, teams, agents, macros. Everybody who works here may see all of it,
//! except logins and passwords, which never leave the server.

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use holdfast_domain::directory::{AgentEntry, TeamEntry};
use holdfast_domain::{AgentId, Directory, TeamId};
use holdfast_protocol::Row;
use holdfast_protocol::row::{AgentRow, TeamRow};
use uuid::Uuid;

use super::Tx;

/// An agent as signing in needs them.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Account {
    /// Who.
    pub id: Uuid,
    /// argon2id in PHC form; empty: cannot sign in.
    pub password: String,
}

/// What a decision may look at: every agent and team. References are added per operation.
pub async fn load(tx: &mut Tx) -> Result<Directory> {
    let agents = agents(tx).await?.into_iter().map(|row| {
        let AgentRow { id, role, teams, centers, active, .. } = row;
        (id, AgentEntry { role, teams, centers, active })
    });
    let agents: BTreeMap<AgentId, AgentEntry> = agents.collect();
    let teams = teams(tx).await?.into_iter();
    let teams = teams.map(|row| (row.id, TeamEntry { center: row.center, tier: row.tier }));
    let teams: BTreeMap<TeamId, TeamEntry> = teams.collect();
    Ok(Directory { agents, teams, ..Directory::default() })
}

/// Every agent, in order of id.
pub async fn agents(tx: &mut Tx) -> Result<Vec<AgentRow>> {
    parse(&bodies(tx, "agent").await?)
}

/// Every team, in order of id.
pub async fn teams(tx: &mut Tx) -> Result<Vec<TeamRow>> {
    parse(&bodies(tx, "team").await?)
}

/// One agent.
pub async fn agent(tx: &mut Tx, id: AgentId) -> Result<Option<AgentRow>> {
    let body = body(tx, "agent", id.0).await?;
    body.map(|body| serde_json::from_str(&body).context("a stored agent")).transpose()
}

/// Every row of an entity as JSON, in order of id.
pub async fn bodies(tx: &mut Tx, entity: &str) -> Result<Vec<String>> {
    let sql = match entity {
        "center" => "SELECT body FROM center ORDER BY id",
        "team" => "SELECT body FROM team ORDER BY id",
        "agent" => "SELECT body FROM agent ORDER BY id",
        _ => "SELECT body FROM macro ORDER BY id",
    };
    Ok(on!(tx, c => sqlx::query_scalar(sql).fetch_all(c).await)?)
}

/// One row of an entity as JSON.
pub async fn body(tx: &mut Tx, entity: &str, id: Uuid) -> Result<Option<String>> {
    let sql = match entity {
        "center" => "SELECT body FROM center WHERE id = $1",
        "team" => "SELECT body FROM team WHERE id = $1",
        "agent" => "SELECT body FROM agent WHERE id = $1",
        _ => "SELECT body FROM macro WHERE id = $1",
    };
    Ok(on!(tx, c => sqlx::query_scalar(sql).bind(id).fetch_optional(c).await)?)
}

/// Writes a row of the directory over whatever stands; other rows are left to their modules.
pub async fn put(tx: &mut Tx, row: &Row) -> Result<bool> {
    let (sql, id, version) = match row {
        Row::Center(row) => (
            "INSERT INTO center (id, version, body) VALUES ($1, $2, $3)
                ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body",
            row.id.0,
            row.version,
        ),
        Row::Team(row) => (
            "INSERT INTO team (id, version, body) VALUES ($1, $2, $3)
                ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body",
            row.id.0,
            row.version,
        ),
        Row::Agent(row) => (
            "INSERT INTO agent (id, version, body) VALUES ($1, $2, $3)
                ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body",
            row.id.0,
            row.version,
        ),
        Row::Macro(row) => (
            "INSERT INTO macro (id, version, body) VALUES ($1, $2, $3)
                ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body",
            row.id.0,
            row.version,
        ),
        _ => return Ok(false),
    };
    let body = serde_json::to_string(row)?;
    let query = sqlx::query(sql).bind(id).bind(version).bind(body);
    on!(tx, c => query.execute(c).await)?;
    Ok(true)
}

/// Who signs in by that login.
pub async fn account(tx: &mut Tx, login: &str) -> Result<Option<Account>> {
    let sql = "SELECT id, password FROM agent WHERE login = $1";
    let query = sqlx::query_as(sql).bind(login.to_owned());
    Ok(on!(tx, c => query.fetch_optional(c).await)?)
}

/// The login of an agent, if there is one.
pub async fn login(tx: &mut Tx, id: AgentId) -> Result<Option<String>> {
    let sql = "SELECT login FROM agent WHERE id = $1";
    let found: Option<Option<String>> =
        on!(tx, c => sqlx::query_scalar(sql).bind(id.0).fetch_optional(c).await)?;
    Ok(found.flatten())
}

/// Gives an agent a login.
pub async fn set_login(tx: &mut Tx, id: AgentId, login: &str) -> Result<()> {
    let sql = "UPDATE agent SET login = $2 WHERE id = $1";
    let query = sqlx::query(sql).bind(id.0).bind(login.to_owned());
    on!(tx, c => query.execute(c).await)?;
    Ok(())
}

/// Gives an agent a password, as its hash.
pub async fn set_password(tx: &mut Tx, id: AgentId, hash: &str) -> Result<()> {
    let sql = "UPDATE agent SET password = $2 WHERE id = $1";
    let query = sqlx::query(sql).bind(id.0).bind(hash.to_owned());
    on!(tx, c => query.execute(c).await)?;
    Ok(())
}

fn parse<T: serde::de::DeserializeOwned>(bodies: &[String]) -> Result<Vec<T>> {
    let rows = bodies.iter().map(|body| serde_json::from_str(body));
    rows.collect::<Result<_, _>>().context("a stored row of the directory")
}
