//! A whole ticket, as one snapshot of the cache shows it.

use std::collections::BTreeMap;

use holdfast_cache::table::thread::Entry;
use holdfast_cache::table::ticket::Seen;
use holdfast_cache::{Db, table};
use holdfast_domain::escalation::{Answer, Escalation};
use holdfast_domain::permission::{Act, may};
use holdfast_domain::{Category, Fact};
use holdfast_protocol::row::{ContactRow, OrganizationRow, ResourceRow, TicketRow};
use jiff::SignedDuration;

use super::{needs, thread};
use crate::Desk;
use crate::ipc::error::{Code, Failure};
use crate::ipc::view::{EscalationView, MayView, Nothing, RowView, TicketRequest, TicketView};
use crate::open::Open;
use crate::people::People;
use crate::show::{clock, person, place, row};

/// Entries of a thread that are shown; older ones are for the search.
const ENTRIES_MAX: u32 = 1_000;
const PAST_MAX: u32 = 12;
const SIMILAR_MAX: u32 = 5;

/// Everything about a ticket.
pub async fn open(desk: &Desk, request: TicketRequest) -> Result<TicketView, Failure> {
    let open = desk.open().await?;
    let mut db = open.read().await?;
    let seen = table::ticket::get(&mut db, request.ticket).await?;
    let seen = seen.ok_or_else(|| Failure::new(Code::NotFound, "no such ticket here"))?;
    let around = Around::load(&mut db, &seen.row).await?;
    let entries = table::thread::entries(&mut db, request.ticket, None, ENTRIES_MAX).await?;
    let names = names(&open.people(), &entries, &around.resources);
    let needs = needs::of_ticket(&open, &mut db, &seen, &entries).await?;
    let mut drafts = Vec::new();
    for draft in table::draft::open_of(&mut db, request.ticket).await? {
        drafts.push(crate::commands::draft::view(&mut db, draft).await?);
    }
    let past = past(&open, &mut db, &seen.row).await?;
    let similar = similar(&open, &mut db, &seen.row).await?;
    let thread = thread::show(&open, &mut db, entries, &seen.requester_name).await?;
    Ok(assemble(&open, seen, &around, Parts { names, needs, drafts, past, similar, thread }))
}

/// Marks everything in a ticket as read.
pub async fn read(desk: &Desk, request: TicketRequest) -> Result<Nothing, Failure> {
    let open = desk.open().await?;
    let newest = {
        let mut db = open.read().await?;
        let entries = table::thread::entries(&mut db, request.ticket, None, ENTRIES_MAX).await?;
        entries.iter().filter(|entry| !entry.is_waiting()).map(Entry::key).max()
    };
    if let Some(key) = newest {
        let mut tx = open.write().await?;
        table::mark::read_through(&mut tx, request.ticket, key).await?;
        tx.commit().await?;
    }
    Ok(Nothing {})
}

/// The customer around a ticket.
struct Around {
    contact: Option<ContactRow>,
    company: Option<OrganizationRow>,
    resources: Vec<ResourceRow>,
}

impl Around {
    async fn load(db: &mut Db, ticket: &TicketRow) -> Result<Self, Failure> {
        let contact = table::contact::get(db, ticket.requester).await?;
        let company = table::organization::get(db, ticket.organization).await?;
        let mut resources = table::resource::of_organization(db, ticket.organization).await?;
        resources.sort_by_key(|row| (!ticket.resources.contains(&row.id), row.native_id.clone()));
        Ok(Self { contact, company, resources })
    }
}

struct Parts {
    names: BTreeMap<String, String>,
    needs: Vec<crate::ipc::view::NeedView>,
    drafts: Vec<crate::ipc::view::DraftView>,
    past: Vec<RowView>,
    similar: Vec<RowView>,
    thread: Vec<crate::ipc::view::EntryView>,
}

fn assemble(open: &Open, seen: Seen, around: &Around, parts: Parts) -> TicketView {
    let (people, ticket) = (open.people(), seen.row.clone());
    let here = crate::commands::contact::here(open);
    let customer = around.contact.as_ref().zip(around.company.as_ref());
    TicketView {
        row: row::row(open, seen),
        contact: customer
            .map(|(contact, company)| place::contact(contact, company, &here, open.now())),
        resources: around
            .resources
            .iter()
            .map(|row| person::resource(row, ticket.resources.contains(&row.id)))
            .collect(),
        holder: ticket.holder,
        assignee: ticket.holder.agent.map(|agent| person::agent(&people, agent, open.agent)),
        team: people.team_name(ticket.holder.team).to_owned(),
        tier: people.teams.get(&ticket.holder.team).map_or(1, |row| row.tier),
        held_since: ticket.held_since,
        hands: ticket.hands,
        stage: ticket.stage,
        pending_until: ticket.pending_until,
        clocks: clock::all(&ticket.clocks),
        escalations: ticket.escalations.iter().map(|e| escalation(open, &people, e)).collect(),
        may: rights(open, &people, &ticket),
        seen_through: ticket.last_message,
        created_at: ticket.created_at,
        resolution: ticket.resolution,
        tags: ticket.tags,
        thread: parts.thread,
        needs: parts.needs,
        drafts: parts.drafts,
        past: parts.past,
        similar: parts.similar,
        names: parts.names,
    }
}

fn rights(open: &Open, people: &People, ticket: &TicketRow) -> MayView {
    let sight = ticket.state().sight();
    let can = |act| may(&people.directory, open.agent, act, &sight);
    let work = can(Act::Work) && ticket.category != Category::Closed;
    let active = ticket.category.is_active();
    let own = ticket.holder.agent.is_none_or(|agent| agent == open.agent);
    let teams = people.agents.get(&open.agent).map(|row| row.teams.clone()).unwrap_or_default();
    MayView {
        work,
        assign: work && active && can(if own { Act::Give } else { Act::Move }),
        claim: work
            && active
            && ticket.holder.agent.is_none()
            && teams.contains(&ticket.holder.team),
        solve: work && active,
        reopen: work && ticket.category == Category::Solved,
        escalate: work && active,
    }
}

fn escalation(open: &Open, people: &People, escalation: &Escalation) -> EscalationView {
    let asked = match escalation.to.agent {
        Some(agent) => agent == open.agent,
        None => people
            .agents
            .get(&open.agent)
            .is_some_and(|row| row.teams.contains(&escalation.to.team)),
    };
    let within = SignedDuration::from_secs(i64::from(escalation.accept_within_s));
    let to = match escalation.to.agent {
        Some(agent) => people.agent_name(agent),
        None => people.team_name(escalation.to.team),
    };
    EscalationView {
        id: escalation.id,
        kind: escalation.kind,
        from: person::agent(people, escalation.from, open.agent),
        to: to.to_owned(),
        packet: escalation.packet.clone(),
        answer_by: escalation.requested_at.checked_add(within).unwrap_or(escalation.requested_at),
        asks_you: asked && escalation.answer == Answer::Requested,
        yours: escalation.from == open.agent,
        taken_by_you: escalation.answer == (Answer::Accepted { by: open.agent }),
        answer: escalation.answer.clone(),
    }
}

async fn past(open: &Open, db: &mut Db, ticket: &TicketRow) -> Result<Vec<RowView>, Failure> {
    let found = table::ticket::of_organization(db, ticket.organization, PAST_MAX + 1).await?;
    Ok(others(open, ticket, found, PAST_MAX))
}

/// Tickets that share a tag: the plainest likeness that is never wrong. The first tag that any
/// other ticket has counts, so that a new one in front hides nothing.
async fn similar(open: &Open, db: &mut Db, ticket: &TicketRow) -> Result<Vec<RowView>, Failure> {
    for tag in &ticket.tags {
        let found = table::ticket::of_tag(db, tag, SIMILAR_MAX + 1).await?;
        let like = others(open, ticket, found, SIMILAR_MAX);
        if !like.is_empty() {
            return Ok(like);
        }
    }
    Ok(Vec::new())
}

fn others(open: &Open, ticket: &TicketRow, found: Vec<Seen>, limit: u32) -> Vec<RowView> {
    let others = found.into_iter().filter(|other| other.row.id != ticket.id);
    others.take(limit as usize).map(|other| row::row(open, other)).collect()
}

/// Names of whatever the facts of a thread mention.
fn names(
    people: &People,
    entries: &[Entry],
    resources: &[ResourceRow],
) -> BTreeMap<String, String> {
    let mut names: BTreeMap<String, String> =
        resources.iter().map(|row| (row.id.to_string(), row.native_id.clone())).collect();
    for entry in entries {
        let Entry::Event(event) = entry else { continue };
        for holder in holders(&event.fact) {
            names.insert(holder.team.to_string(), people.team_name(holder.team).to_owned());
            if let Some(agent) = holder.agent {
                names.insert(agent.to_string(), people.agent_name(agent).to_owned());
            }
        }
        if let Fact::EscalationAnswered {
            answer: Answer::Accepted { by } | Answer::Declined { by, .. },
            ..
        } = &event.fact
        {
            names.insert(by.to_string(), people.agent_name(*by).to_owned());
        }
    }
    names
}

fn holders(fact: &Fact) -> Vec<holdfast_domain::Holder> {
    match fact {
        Fact::Created { holder, .. } => vec![*holder],
        Fact::Assigned { from, to } => vec![*from, *to],
        Fact::EscalationRequested { escalation } => vec![escalation.to, escalation.held_by],
        _ => Vec::new(),
    }
}
