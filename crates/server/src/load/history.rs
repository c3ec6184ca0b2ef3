//! A history, told to `domain::decide` as it happened.
//!
//! What a file does not say is filled in as it usually is: the assignee takes the ticket just
//! before her first words; a colleague who writes without having the ticket in sight was asked to
//! join; the work reached its stage with our last words, and its end shortly after them.

use std::collections::BTreeSet;

use anyhow::{Context, Result, bail, ensure};
use holdfast_domain::directory::AgentEntry;
use holdfast_domain::escalation::{EscalationKind, Packet};
use holdfast_domain::operation::{Create, Escalate, Note, Reply, Write};
use holdfast_domain::{
    Action, Actor, AgentId, Category, ContactId, Holder, MessageId, NoteId, Operation, OperationId,
    Outcome, Stage, TicketId, TicketState, decide, permission,
};
use holdfast_protocol::limits::COMMIT_ROWS_MAX;
use jiff::{SignedDuration, Timestamp};

use super::shape::{Entry, EntryKind, Ticket};
use super::{Loader, key};
use crate::store::ticket as stored;

/// Rows one step can bring about at most.
const STEP_ROWS_MAX: usize = 16;
/// A step that the file does not time comes this long after the one before it, or before the next.
const SHORTLY: SignedDuration = SignedDuration::from_secs(40);
/// A solved ticket is closed when the customer has been silent for so long.
const CLOSED_AFTER: SignedDuration = SignedDuration::from_hours(72);
/// How long a colleague has to answer a request to join.
const JOIN_WITHIN_S: u32 = 900;

/// Tells one.
pub(super) async fn tell(loader: &mut Loader<'_>, ticket: &Ticket) -> Result<()> {
    check(loader, ticket)?;
    let requester = key::contact(&ticket.requester);
    let found = loader.contact(requester).await?;
    found.with_context(|| format!("there is no contact {:?} before this", ticket.requester))?;
    for resource in &ticket.resources {
        let found = loader.resource(key::resource(resource)).await?;
        found.with_context(|| format!("there is no resource {resource:?} before this"))?;
    }
    let id = key::ticket(&ticket.key);
    let at = ticket.entries[0].at;
    let mut telling = Telling { loader, ticket, requester, id, steps: 0, at };
    telling.begin().await?;
    for entry in &ticket.entries[1..] {
        telling.entry(entry).await?;
    }
    telling.end().await
}

fn check(loader: &Loader<'_>, ticket: &Ticket) -> Result<()> {
    let first = ticket.entries.first().context("a ticket without entries")?;
    ensure!(first.by == "customer", "the first entry is not the customer's");
    for entry in &ticket.entries {
        ensure!(entry.at <= loader.now, "an entry lies in the future: {}", entry.at);
        let from_customer = entry.by == "customer";
        let note = entry.kind == EntryKind::Note;
        ensure!(!(from_customer && note), "a customer cannot write notes");
        let known = loader.directory.agents.contains_key(&key::agent(&entry.by));
        ensure!(from_customer || known, "there is no agent {:?} before this", entry.by);
    }
    let in_order = ticket.entries.is_sorted_by_key(|entry| entry.at);
    ensure!(in_order, "the entries are not in order of time");
    let over = !ticket.category.is_active();
    ensure!(over == ticket.resolution.is_some(), "a resolution goes with solved or closed");
    ensure!(over == (ticket.stage == Stage::Done), "the stage done goes with solved or closed");
    Ok(())
}

struct Telling<'l, 'a> {
    loader: &'l mut Loader<'a>,
    ticket: &'l Ticket,
    requester: ContactId,
    id: TicketId,
    steps: u32,
    /// When the last step was.
    at: Timestamp,
}

impl Telling<'_, '_> {
    async fn begin(&mut self) -> Result<()> {
        let (ticket, at) = (self.ticket, self.at);
        let team = key::team(&ticket.team);
        let create = Create {
            subject: ticket.subject.clone(),
            requester: self.requester,
            channel: ticket.channel,
            severity: ticket.severity,
            holder: Holder { team, agent: None },
            language: ticket.language.clone(),
            words: Some(self.words(&ticket.entries[0])),
        };
        self.step(Actor::Customer(self.requester), Action::Create(create), at).await?;
        if !ticket.tags.is_empty() {
            let tags = Action::Tags { add: ticket.tags.clone(), remove: BTreeSet::new() };
            self.step(Actor::System, tags, at).await?;
        }
        for resource in &ticket.resources {
            let link = Action::ResourceLink { resource: key::resource(resource) };
            self.step(Actor::System, link, at).await?;
        }
        Ok(())
    }

    async fn entry(&mut self, entry: &Entry) -> Result<()> {
        if entry.by == "customer" {
            let write = Action::Write(self.words(entry));
            return self.step(Actor::Customer(self.requester), write, entry.at).await;
        }
        let before = self.at.max(entry.at - SHORTLY);
        self.take_up(before).await?;
        let author = key::agent(&entry.by);
        self.join(author, before).await?;
        let action = match entry.kind {
            EntryKind::Message => Action::Reply(Reply {
                message: MessageId(self.words_id()),
                text: entry.words.clone(),
                language: language_of(entry),
                attachments: Vec::new(),
                seen_through: self.state()?.last_words.map(|last| last.message),
            }),
            EntryKind::Note => Action::Note(Note {
                note: NoteId(self.words_id()),
                text: entry.words.clone(),
                language: language_of(entry),
                attachments: Vec::new(),
            }),
        };
        self.step(Actor::Agent(author), action, entry.at).await
    }

    /// The assignee takes it, unless somebody has it.
    async fn take_up(&mut self, at: Timestamp) -> Result<()> {
        let Some(assignee) = &self.ticket.assignee else {
            return Ok(());
        };
        if self.state()?.holder.agent.is_some() {
            return Ok(());
        }
        let (who, team) = (key::agent(assignee), key::team(&self.ticket.team));
        self.step(Actor::Agent(who), Action::Claim { team }, at).await
    }

    /// Whoever writes has the ticket in sight, or was asked to join.
    async fn join(&mut self, author: AgentId, at: Timestamp) -> Result<()> {
        let state = self.state()?;
        if permission::sees(&self.loader.directory, author, &state.sight()) {
            return Ok(());
        }
        let in_team = |(_, entry): &(_, &AgentEntry)| entry.teams.contains(&state.holder.team);
        let somebody = self.loader.directory.agents.iter().find(in_team).map(|(id, _)| *id);
        let asks = state.holder.agent.or(somebody).context(
            "an agent writes who does not see the ticket, and nobody could have asked them",
        )?;
        let entry = self.loader.directory.agents.get(&author);
        let team = entry.and_then(|entry| entry.teams.first().copied());
        let team = team.context("an agent without a team writes")?;
        let asked = self.ticket.subject.clone();
        let escalate = Escalate {
            kind: EscalationKind::Consult,
            to: Holder { team, agent: Some(author) },
            packet: Packet { asked, ..Packet::default() },
            accept_within_s: JOIN_WITHIN_S,
        };
        self.step(Actor::Agent(asks), Action::Escalate(escalate), at).await?;
        let of_author = |(_, escalation): &(_, &holdfast_domain::escalation::Escalation)| {
            escalation.to.agent == Some(author)
        };
        let found = self.state()?.escalations.iter().find(of_author).map(|(id, _)| *id);
        let escalation = found.context("a request to join that was not made")?;
        self.step(Actor::Agent(author), Action::EscalationAccept { escalation }, at).await
    }

    async fn end(&mut self) -> Result<()> {
        let ticket = self.ticket;
        let shortly = self.shortly();
        if ticket.category != Category::New {
            self.take_up(shortly).await?;
        }
        let by = match self.state()?.holder.agent {
            Some(agent) => Actor::Agent(agent),
            None => Actor::System,
        };
        let from = self.state()?.stage;
        if ticket.stage != Stage::Done && ticket.stage != from {
            let stage = Action::Stage { from, to: ticket.stage };
            self.step(by, stage, shortly).await?;
        }
        let from = self.state()?.category;
        match ticket.category {
            Category::New => ensure!(from == Category::New, "a new ticket that was worked on"),
            Category::Open | Category::Pending | Category::OnHold => {
                let status = Action::Status { from, to: ticket.category, pending_until: None };
                self.step(by, status, shortly).await?;
            }
            Category::Solved | Category::Closed => self.solve(by).await?,
        }
        Ok(())
    }

    async fn solve(&mut self, by: Actor) -> Result<()> {
        let resolution = self.ticket.resolution.clone().context("no resolution")?;
        let at = self.shortly();
        let seen_through = self.state()?.last_words.map(|last| last.message);
        self.step(by, Action::Solve { resolution, seen_through }, at).await?;
        if self.ticket.category == Category::Closed {
            let at = (self.at + CLOSED_AFTER).min(self.loader.now);
            self.step(Actor::System, Action::Close {}, at).await?;
        }
        Ok(())
    }

    async fn step(&mut self, actor: Actor, action: Action, at: Timestamp) -> Result<()> {
        self.make_room().await?;
        let id = OperationId(key::id("operation", &format!("{}/{}", self.id, self.steps)));
        self.steps += 1;
        self.at = self.at.max(at);
        let operation = Operation {
            id,
            ticket: self.id,
            written_at: self.at,
            needs: Vec::new(),
            replaces: None,
            action,
        };
        let state = self.loader.writing.commit.state(self.id);
        let none = BTreeSet::new();
        let directory = &self.loader.directory;
        let decision = decide(state, &operation, actor, directory, &none, self.at);
        if decision.outcome != Outcome::Accepted {
            bail!("the history cannot have been like this: {:?}", decision.outcome);
        }
        self.loader.writing.commit.take(self.id, decision)
    }

    /// A thread longer than a commit goes on in the next.
    async fn make_room(&mut self) -> Result<()> {
        let writing = &mut self.loader.writing;
        if writing.commit.len() + STEP_ROWS_MAX > COMMIT_ROWS_MAX {
            writing.seal().await?;
            if let Some(row) = stored::get(&mut writing.tx, self.id).await? {
                writing.commit.know(row);
            }
        }
        Ok(())
    }

    fn state(&self) -> Result<&TicketState> {
        self.loader.writing.commit.state(self.id).context("a history without a beginning")
    }

    fn shortly(&self) -> Timestamp {
        (self.at + SHORTLY).min(self.loader.now).max(self.at)
    }

    fn words(&self, entry: &Entry) -> Write {
        Write {
            message: MessageId(self.words_id()),
            text: entry.words.clone(),
            language: language_of(entry),
            attachments: Vec::new(),
        }
    }

    fn words_id(&self) -> uuid::Uuid {
        key::id("words", &format!("{}/{}", self.id, self.steps))
    }
}

fn language_of(entry: &Entry) -> Option<String> {
    let told = || holdfast_search::detect(&entry.words).map(|language| language.tag().to_owned());
    entry.language.clone().or_else(told)
}
