//! Everybody and every team.

use std::collections::BTreeMap;

use holdfast_cache::table;
use holdfast_cache::table::view::View;
use holdfast_domain::AgentId;

use crate::Desk;
use crate::ipc::error::Failure;
use crate::ipc::view::{AgentView, DirectoryView, Nothing, TeamView};
use crate::open::Open;
use crate::show::person;

/// Everybody who can be given work, and every team.
pub async fn get(desk: &Desk, _: Nothing) -> Result<DirectoryView, Failure> {
    let open = desk.open().await?;
    let (people, now) = (open.people(), open.now());
    let loads = loads(&open).await?;
    let mine = people.agents.get(&open.agent).map(|row| row.teams.clone()).unwrap_or_default();
    let mut agents: Vec<AgentView> = people
        .agents
        .values()
        .filter(|row| row.active)
        .map(|row| AgentView {
            id: row.id,
            person: person::agent(&people, row.id, open.agent),
            role: row.role,
            teams: row.teams.iter().copied().collect(),
            languages: row.languages.clone(),
            on_shift: people.on_shift(row.id, now),
            load: loads.get(&row.id).copied().unwrap_or_default(),
            capacity: row.capacity,
        })
        .collect();
    agents.sort_by(|a, b| a.person.name.cmp(&b.person.name));
    let mut teams: Vec<TeamView> = people
        .teams
        .values()
        .map(|row| TeamView {
            id: row.id,
            name: row.name.clone(),
            city: people.team_city(row.id).to_owned(),
            tier: row.tier,
            yours: mine.contains(&row.id),
        })
        .collect();
    teams.sort_by(|a, b| (!a.yours, &a.name).cmp(&(!b.yours, &b.name)));
    Ok(DirectoryView { agents, teams })
}

/// Active tickets in each agent's hands, as far as this desk can see.
pub(super) async fn loads(open: &Open) -> Result<BTreeMap<AgentId, u32>, Failure> {
    let mut db = open.read().await?;
    let mut loads = BTreeMap::new();
    for agent in open.people().agents.keys() {
        let count = table::view::count(&mut db, &View::Mine(*agent)).await?;
        loads.insert(*agent, count);
    }
    Ok(loads)
}
