//! Who could take a ticket, and what they would need to know.
//!
//! Deliberately absent: the routing of the service, with its weights. This is an honest order by
//! what a colleague would ask first: do they speak the language, are they at work, have they room?

use holdfast_cache::table;
use holdfast_cache::table::thread::Entry;
use holdfast_domain::escalation::{EscalationKind, Packet};
use holdfast_domain::words::line;
use holdfast_domain::{By, Role};
use holdfast_protocol::row::{AgentRow, TicketRow};

use crate::Desk;
use crate::ipc::error::{Code, Failure};
use crate::ipc::view::{CandidateView, CandidatesRequest, TicketRequest};
use crate::open::Open;
use crate::people::People;
use crate::show::person;

/// Entries that a packet is drafted from.
const PACKET_ENTRIES: u32 = 60;
/// Lines of a field of a drafted packet, and characters of one: together well within
/// [`holdfast_domain::escalation::PACKET_FIELD_BYTES_MAX`].
const LINES_MAX: usize = 6;
const LINE_CHARS_MAX: usize = 300;

/// Who could take it, best first.
pub async fn candidates(
    desk: &Desk,
    request: CandidatesRequest,
) -> Result<Vec<CandidateView>, Failure> {
    let open = desk.open().await?;
    let seen = table::ticket::get(&mut *open.read().await?, request.ticket).await?;
    let ticket = seen.ok_or_else(|| Failure::new(Code::NotFound, "no such ticket here"))?.row;
    let loads = crate::commands::directory::loads(&open).await?;
    let people = open.people();
    let mut found = Vec::new();
    for agent in people.agents.values().filter(|agent| agent.active) {
        if Some(agent.id) == ticket.holder.agent || !fits(agent, request.escalation) {
            continue;
        }
        let load = loads.get(&agent.id).copied().unwrap_or_default();
        found.extend(candidate(&open, &people, &ticket, agent, load));
    }
    found.sort_by(|a, b| {
        let key = |c: &CandidateView| {
            let name = c.person.as_ref().map(|person| person.name.clone());
            (c.cannot.is_some(), std::cmp::Reverse(c.score), name)
        };
        key(a).cmp(&key(b))
    });
    found.extend(whole_teams(&people, &ticket));
    Ok(found)
}

/// A handoff packet drafted from the ticket. What is asked is the agent's to write.
pub async fn packet(desk: &Desk, request: TicketRequest) -> Result<Packet, Failure> {
    let open = desk.open().await?;
    let mut db = open.read().await?;
    let seen = table::ticket::get(&mut db, request.ticket).await?;
    let ticket = seen.ok_or_else(|| Failure::new(Code::NotFound, "no such ticket here"))?.row;
    let entries = table::thread::entries(&mut db, request.ticket, None, PACKET_ENTRIES).await?;
    let (mut customer, mut tried, mut found) = (Vec::new(), Vec::new(), Vec::new());
    for entry in &entries {
        match entry {
            Entry::Message(row) if matches!(row.by, By::Customer(_)) => {
                customer.push(line(&row.text, LINE_CHARS_MAX));
            }
            Entry::Message(row) => tried.push(line(&row.text, LINE_CHARS_MAX)),
            Entry::Note(row) => found.push(line(&row.text, LINE_CHARS_MAX)),
            Entry::Event(_) => {}
        }
    }
    let ids: Vec<_> = ticket.resources.iter().copied().collect();
    let resources = table::resource::get_many(&mut db, &ids).await?;
    let evidence = resources.into_iter().map(|row| row.native_id).collect();
    Ok(Packet {
        asked: String::new(),
        tried: last(tried),
        found: last(found),
        next: String::new(),
        customer_words: last(customer),
        evidence: last(evidence),
    })
}

fn last(mut lines: Vec<String>) -> String {
    lines.drain(..lines.len().saturating_sub(LINES_MAX));
    lines.join("\n")
}

fn fits(agent: &AgentRow, escalation: Option<EscalationKind>) -> bool {
    match escalation {
        Some(EscalationKind::Hierarchical) => agent.role >= Role::Lead,
        Some(EscalationKind::Functional | EscalationKind::Consult) | None => true,
    }
}

fn candidate(
    open: &Open,
    people: &People,
    ticket: &TicketRow,
    agent: &AgentRow,
    load: u32,
) -> Option<CandidateView> {
    let team = *agent.teams.get(&ticket.holder.team).or_else(|| agent.teams.first())?;
    let tier = people.teams.get(&team).map_or(1, |row| row.tier);
    let here = people.teams.get(&ticket.holder.team).map_or(1, |row| row.tier);
    let on_shift = people.on_shift(agent.id, open.now());
    let base = ticket.language.split('-').next().unwrap_or_default();
    let speaks = agent.languages.iter().any(|language| language.split('-').next() == Some(base));
    let full = load >= agent.capacity;
    let reasons: Vec<(String, i32)> = [
        ("language", if speaks { 35 } else { -10 }),
        ("tier", if tier > here { 20 } else { 10 * i32::from(tier == here) }),
        ("shift", if on_shift { 25 } else { -15 }),
        ("load", if full { -20 } else { room(load, agent.capacity) }),
    ]
    .into_iter()
    .map(|(code, points)| (code.to_owned(), points))
    .collect();
    let points: i32 = reasons.iter().map(|(_, points)| points).sum();
    Some(CandidateView {
        person: Some(person::agent(people, agent.id, open.agent)),
        agent: Some(agent.id),
        team,
        team_name: people.team_name(team).to_owned(),
        city: people.team_city(team).to_owned(),
        tier,
        on_shift,
        score: u32::try_from(points.clamp(0, 100)).unwrap_or_default(),
        reasons,
        cannot: None,
    })
}

/// Up to twenty points for room, by the free share of the capacity.
fn room(load: u32, capacity: u32) -> i32 {
    let free = capacity.saturating_sub(load);
    i32::try_from(20 * free / capacity.max(1)).unwrap_or_default()
}

fn whole_teams(people: &People, ticket: &TicketRow) -> Vec<CandidateView> {
    let rows = people.teams.values().map(|row| CandidateView {
        person: None,
        agent: None,
        team: row.id,
        team_name: row.name.clone(),
        city: people.team_city(row.id).to_owned(),
        tier: row.tier,
        on_shift: false,
        score: 0,
        reasons: Vec::new(),
        cannot: None,
    });
    rows.filter(|row| row.team != ticket.holder.team || ticket.holder.agent.is_some()).collect()
}
