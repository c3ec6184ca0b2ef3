//! Commit: what is decided and waits to be stored, then the storing.
//!
//! Operations of one push are decided on the states in here, one after the other, before the
//! sequence is taken. Rows get their version and their place in the thread when it is known.
//! Deliberately absent: deciding, and the database transaction (both are `write`'s).

use std::collections::BTreeMap;

use anyhow::{Context, Result};
use holdfast_domain::words::Attachment;
use holdfast_domain::{
    AgentId, By, Decision, Event, Fact, Message, MessageId, Note, OperationId, TicketId,
    TicketState,
};
use holdfast_protocol::Row;
use holdfast_protocol::row::{EventRow, MessageRow, NoteRow, TicketRow, thread_key};
use uuid::Uuid;

use super::sight::Stood;
use crate::channel::carrier;
use crate::config::Config;
use crate::core::Committed;
use crate::store::attachment::{self, Naming};
use crate::store::feed::FeedRow;
use crate::store::thread::{Entry, Kind};
use crate::store::{Tx, customer, delivery, directory, feed, meta, outcome, thread, ticket};

/// A ticket as this commit has it.
#[derive(Debug)]
struct Changed {
    before: Option<Stood>,
    number: Option<i64>,
    entries: i64,
    preview: String,
    state: TicketState,
    touched: bool,
}

#[derive(Debug)]
enum Fresh {
    Message(Message),
    Note(Note),
    Event(Event),
}

/// What is decided and waits to be stored.
#[derive(Debug, Default)]
pub struct Commit {
    tickets: BTreeMap<TicketId, Changed>,
    /// New tickets in the order they came, which is the order of their numbers.
    begun: Vec<TicketId>,
    fresh: Vec<Fresh>,
    outcomes: Vec<outcome::New>,
    rows: Vec<Row>,
    rights: Vec<AgentId>,
    /// Whether replies go out to customers; history that is loaded was delivered long ago.
    delivers: bool,
}

impl Commit {
    /// A commit whose replies go out.
    pub fn delivering() -> Self {
        Self { delivers: true, ..Self::default() }
    }

    /// The ticket as decided so far, if this commit knows it.
    pub fn state(&self, ticket: TicketId) -> Option<&TicketState> {
        self.tickets.get(&ticket).map(|changed| &changed.state)
    }

    /// Makes a stored ticket known.
    pub fn know(&mut self, row: TicketRow) {
        let state = row.state();
        let (number, entries, preview) = (row.number, row.entries, row.preview);
        let before = Some(Stood::of(&state));
        let changed = Changed { before, number, entries, preview, state, touched: false };
        self.tickets.insert(row.id, changed);
    }

    /// Takes the effects of a decision on a ticket.
    pub fn take(&mut self, id: TicketId, decision: Decision) -> Result<()> {
        if decision.events.is_empty() {
            return Ok(());
        }
        let after = decision.after(self.state(id)).context("events that begin no ticket")?;
        let Decision { events, messages, notes, .. } = decision;
        let added = i64::try_from(events.len() + messages.len() + notes.len())?;
        let begun = &mut self.begun;
        let changed = self.tickets.entry(id).or_insert_with(|| {
            begun.push(id);
            let (state, preview) = (after.clone(), String::new());
            Changed { before: None, number: None, entries: 0, preview, state, touched: true }
        });
        changed.state = after;
        changed.touched = true;
        changed.entries += added;
        if let Some(message) = messages.last() {
            changed.preview = message.preview();
        }
        self.fresh.extend(messages.into_iter().map(Fresh::Message));
        self.fresh.extend(notes.into_iter().map(Fresh::Note));
        self.fresh.extend(events.into_iter().map(Fresh::Event));
        Ok(())
    }

    /// Takes what became of an operation.
    pub fn settle(&mut self, outcome: outcome::New) {
        self.outcomes.push(outcome);
    }

    /// What became of an operation in this commit, newest first.
    pub fn settled(&self, operation: OperationId) -> impl Iterator<Item = &outcome::New> {
        self.outcomes.iter().rev().filter(move |outcome| outcome.operation == operation)
    }

    /// Takes a row of the directory or of a customer; its version is set when it is stored.
    pub fn put(&mut self, row: Row) {
        self.rows.push(row);
    }

    /// An agent's rights are changed by this commit.
    pub fn change_rights(&mut self, agent: AgentId) {
        self.rights.push(agent);
    }

    /// Whether an id of words is taken by this commit.
    pub fn brings(&self, words: Uuid) -> bool {
        self.fresh.iter().any(|fresh| match fresh {
            Fresh::Message(message) => message.id.0 == words,
            Fresh::Note(note) => note.id.0 == words,
            Fresh::Event(_) => false,
        })
    }

    /// Entries of the threads that are sent whole to those who gain their tickets by it.
    pub fn moved_entries(&self) -> i64 {
        let moved = |changed: &&Changed| changed.before != Some(Stood::of(&changed.state));
        self.tickets.values().filter(moved).map(|changed| changed.entries).sum()
    }

    /// Rows it has so far, as `COMMIT_ROWS_MAX` counts them.
    pub fn len(&self) -> usize {
        let tickets = self.tickets.values().filter(|changed| changed.touched).count();
        tickets + self.fresh.len() + self.outcomes.len() + self.rows.len() + self.rights.len()
    }

    /// Whether there is anything to store.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Stores everything at the place that is taken now, and tells whom it concerns.
    pub async fn store(mut self, tx: &mut Tx, config: &Config) -> Result<Committed> {
        let count = i64::try_from(self.begun.len())?;
        let mut number = meta::take_ticket_numbers(tx, count).await?;
        for id in &self.begun {
            if let Some(changed) = self.tickets.get_mut(id) {
                changed.number = Some(number);
                number += 1;
            }
        }
        let seq = meta::take_seq(tx).await?;
        let mut feed = Feed { seq, rows: Vec::new() };
        let mut told = Committed { seq, ..Committed::default() };
        store_rows(tx, std::mem::take(&mut self.rows), &mut feed, &mut told).await?;
        store_tickets(tx, std::mem::take(&mut self.tickets), &mut feed, &mut told).await?;
        let replies = store_thread(tx, std::mem::take(&mut self.fresh), seq).await?;
        if self.delivers {
            deliver(tx, config, &replies).await?;
        }
        for outcome in &self.outcomes {
            outcome::insert(tx, outcome, seq).await?;
            feed.add("outcome", outcome.operation.0).desk = Some(outcome.desk);
            told.desks.push(outcome.desk);
        }
        for agent in &self.rights {
            feed.add("rights", agent.0);
        }
        feed::insert(tx, &feed.rows).await?;
        Ok(told)
    }
}

struct Feed {
    seq: i64,
    rows: Vec<FeedRow>,
}

impl Feed {
    fn add(&mut self, entity: &str, id: Uuid) -> &mut FeedRow {
        let n = i64::try_from(self.rows.len()).expect("a commit has at most 1,000 rows");
        let (sight_before, sight_after, desk) = (None, None, None);
        let (seq, entity) = (self.seq, entity.to_owned());
        self.rows.push(FeedRow { seq, n, entity, id, sight_before, sight_after, desk });
        self.rows.last_mut().expect("one was just added")
    }
}

async fn store_rows(
    tx: &mut Tx,
    rows: Vec<Row>,
    feed: &mut Feed,
    told: &mut Committed,
) -> Result<()> {
    for row in rows {
        let row = versioned(row, feed.seq);
        if !directory::put(tx, &row).await? {
            customer::put(tx, &row).await?;
        }
        if let Some((entity, id)) = name_of(&row) {
            feed.add(entity, id);
        }
        told.everybody = true;
    }
    Ok(())
}

async fn store_tickets(
    tx: &mut Tx,
    tickets: BTreeMap<TicketId, Changed>,
    feed: &mut Feed,
    told: &mut Committed,
) -> Result<()> {
    let mut rows = Vec::new();
    let mut sights = Vec::new();
    for (id, changed) in tickets {
        if !changed.touched {
            continue;
        }
        let after = Stood::of(&changed.state);
        let fed = feed.add("ticket", id.0);
        fed.sight_before = changed.before.as_ref().map(serde_json::to_string).transpose()?;
        fed.sight_after = Some(serde_json::to_string(&after)?);
        let place = (feed.seq, changed.number, changed.entries);
        rows.push(TicketRow::of(&changed.state, place, changed.preview));
        let (before, after) = (changed.before.map(|stood| stood.sight), after.sight);
        if before.as_ref() != Some(&after) {
            sights.push((id, before.is_none(), after.clone()));
        }
        told.sights.extend(before);
        told.sights.push(after);
    }
    ticket::put(tx, rows).await?;
    ticket::put_sights(tx, &sights).await
}

/// Answers which of the words are replies of ours.
async fn store_thread(
    tx: &mut Tx,
    fresh: Vec<Fresh>,
    seq: i64,
) -> Result<Vec<(MessageId, TicketId)>> {
    let mut entries = Vec::with_capacity(fresh.len());
    let mut files: Vec<(Naming, Vec<Attachment>)> = Vec::new();
    let mut replies = Vec::new();
    for (n, fresh) in fresh.into_iter().enumerate() {
        let key = thread_key(seq, i64::try_from(n)?);
        let row = match fresh {
            Fresh::Message(message) => {
                let (entry, ticket) = (message.id.0, message.ticket);
                let author = author_of(message.by);
                files.push((Naming { entry, ticket, author }, message.attachments.clone()));
                if matches!(message.by, By::Agent(_)) {
                    replies.push((message.id, message.ticket));
                }
                Row::Message(MessageRow::of(message, key, seq))
            }
            Fresh::Note(note) => {
                let (entry, ticket, author) = (note.id.0, note.ticket, Some(note.by));
                files.push((Naming { entry, ticket, author }, note.attachments.clone()));
                Row::Note(NoteRow::of(note, key, seq))
            }
            Fresh::Event(event) => {
                if let Fact::Attached { attachment } = &event.fact {
                    let (entry, ticket) = (event.id.0, event.ticket);
                    let author = author_of(event.by);
                    files.push((Naming { entry, ticket, author }, vec![attachment.clone()]));
                }
                Row::Event(EventRow::of(event, key, seq))
            }
        };
        entries.extend(Entry::of(&row)?);
    }
    for kind in [Kind::Message, Kind::Note, Kind::Event] {
        thread::insert(tx, kind, &entries).await?;
    }
    for (naming, files) in &files {
        for file in files {
            attachment::name(tx, *naming, file).await?;
        }
    }
    Ok(replies)
}

/// Puts replies on their way, each through the channel that is its ticket's now.
async fn deliver(tx: &mut Tx, config: &Config, replies: &[(MessageId, TicketId)]) -> Result<()> {
    for (message, id) in replies {
        let row = ticket::get(tx, *id).await?.context("a reply without its ticket")?;
        delivery::insert(tx, *message, *id, carrier(config, row.channel)).await?;
        delivery::release(tx, &[message.0]).await?;
    }
    Ok(())
}

fn author_of(by: By) -> Option<AgentId> {
    if let By::Agent(agent) = by { Some(agent) } else { None }
}

fn versioned(row: Row, seq: i64) -> Row {
    let mut row = row;
    match &mut row {
        Row::Ticket(row) => row.version = seq,
        Row::Message(row) => row.version = seq,
        Row::Note(row) => row.version = seq,
        Row::Event(row) => row.version = seq,
        Row::Agent(row) => row.version = seq,
        Row::Team(row) => row.version = seq,
        Row::Center(row) => row.version = seq,
        Row::Contact(row) => row.version = seq,
        Row::Organization(row) => row.version = seq,
        Row::Resource(row) => row.version = seq,
        Row::Macro(row) => row.version = seq,
    }
    row
}

/// Entity and id of a row of the directory or of a customer.
fn name_of(row: &Row) -> Option<(&'static str, Uuid)> {
    match row {
        Row::Agent(row) => Some(("agent", row.id.0)),
        Row::Team(row) => Some(("team", row.id.0)),
        Row::Center(row) => Some(("center", row.id.0)),
        Row::Contact(row) => Some(("contact", row.id.0)),
        Row::Organization(row) => Some(("organization", row.id.0)),
        Row::Resource(row) => Some(("resource", row.id.0)),
        Row::Macro(row) => Some(("macro", row.id.0)),
        Row::Ticket(_) | Row::Message(_) | Row::Note(_) | Row::Event(_) => None,
    }
}
