//! People who work here: adding, disabling, giving a new password. A password is told once.

use anyhow::{Context, Result, bail, ensure};
use holdfast_domain::words::plain;
use holdfast_domain::{AgentId, CenterId, TeamId};
use holdfast_protocol::Row;
use holdfast_protocol::row::{AgentRow, CenterRow, Shift};
use uuid::Uuid;

use super::NewAgent;
use crate::core::{Core, Notice};
use crate::load::key;
use crate::passwords::{generate, hash};
use crate::store::{Durability, Tx, directory, session};
use crate::sync::write::Writing;

pub(super) async fn add(core: &Core, new: &NewAgent, tell: &mut impl FnMut(String)) -> Result<()> {
    let login = new.login.trim();
    ensure!(!login.is_empty() && login == plain(login), "the login is empty or not plain");
    let name = plain(&new.name);
    ensure!(!name.is_empty(), "the name has nothing visible in it");
    let password = generate(&core.outside);
    let hashed = hash(&password).await?;
    let mut writing = core.write(Durability::Power).await?;
    if directory::account(&mut writing.tx, login).await?.is_some() {
        bail!("the login {login:?} belongs to somebody already");
    }
    let mut teams = std::collections::BTreeSet::new();
    for team in &new.teams {
        teams.insert(find_team(&mut writing.tx, team).await?);
    }
    let mut centers = std::collections::BTreeSet::new();
    for center in &new.centers {
        centers.insert(find_center(&mut writing.tx, center).await?);
    }
    let id = AgentId(core.outside.id());
    writing.commit.put(Row::Agent(AgentRow {
        id,
        version: 0,
        name,
        role: new.role,
        teams,
        centers,
        languages: new.languages.clone(),
        skills: Vec::new(),
        certificates: Vec::new(),
        shift: Shift::default(),
        capacity: 0,
        active: true,
    }));
    writing.seal().await?;
    directory::set_login(&mut writing.tx, id, login).await?;
    directory::set_password(&mut writing.tx, id, &hashed).await?;
    writing.finish().await?;
    tell(format!("agent {id} added; login {login}; the password is shown this once: {password}"));
    Ok(())
}

pub(super) async fn disable(core: &Core, login: &str, tell: &mut impl FnMut(String)) -> Result<()> {
    let mut writing = core.write(Durability::Power).await?;
    let row = find_agent(&mut writing.tx, login).await?;
    let id = row.id;
    set_active(&mut writing, row, false);
    session::end_all(&mut writing.tx, id, core.now().as_microsecond()).await?;
    writing.finish().await?;
    core.tell(Notice::Ended { agent: id, session: None });
    tell(format!("agent {id} is disabled; every session is ended"));
    Ok(())
}

pub(super) async fn reset(core: &Core, login: &str, tell: &mut impl FnMut(String)) -> Result<()> {
    let password = generate(&core.outside);
    let hashed = hash(&password).await?;
    let mut writing = core.write(Durability::Power).await?;
    let row = find_agent(&mut writing.tx, login).await?;
    let id = row.id;
    if !row.active {
        set_active(&mut writing, row, true);
    }
    directory::set_password(&mut writing.tx, id, &hashed).await?;
    session::end_all(&mut writing.tx, id, core.now().as_microsecond()).await?;
    writing.finish().await?;
    core.tell(Notice::Ended { agent: id, session: None });
    tell(format!("agent {id}; the new password is shown this once: {password}"));
    Ok(())
}

fn set_active(writing: &mut Writing<'_>, row: AgentRow, active: bool) {
    writing.commit.change_rights(row.id);
    writing.commit.put(Row::Agent(AgentRow { active, ..row }));
}

async fn find_agent(tx: &mut Tx, login: &str) -> Result<AgentRow> {
    let account = directory::account(tx, login).await?;
    let account = account.with_context(|| format!("nobody has the login {login:?}"))?;
    let row = directory::agent(tx, AgentId(account.id)).await?;
    row.context("an account without its agent")
}

async fn find_team(tx: &mut Tx, said: &str) -> Result<TeamId> {
    let teams = directory::teams(tx).await?;
    let means = |id: TeamId, name: &str| {
        Uuid::parse_str(said).is_ok_and(|said| said == id.0)
            || id == key::team(said)
            || name == said
    };
    let found = teams.iter().find(|team| means(team.id, &team.name));
    found.map(|team| team.id).with_context(|| format!("there is no team {said:?}"))
}

async fn find_center(tx: &mut Tx, said: &str) -> Result<CenterId> {
    for body in directory::bodies(tx, "center").await? {
        let center: CenterRow = serde_json::from_str(&body)?;
        let by_id = Uuid::parse_str(said).is_ok_and(|said| said == center.id.0);
        if by_id || center.id == key::center(said) || center.name == said {
            return Ok(center.id);
        }
    }
    bail!("there is no center {said:?}")
}
