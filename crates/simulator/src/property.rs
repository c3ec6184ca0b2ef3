//! Property: what must be true when everything works again and everybody has caught up, and what
//! must be true at any moment ([`always`]).
//!
//! - Nothing that anybody was told is saved is lost: every operation has its outcome, every word
//!   stands in one place where its author or its reader finds it.
//! - Each message exists once, and nothing typed for colleagues stands where customers read.
//! - No reply went to a customer who had written what its author had not read.
//! - Every desk has exactly what its agent may see, as the server has it, and finds its words.
//! - Words that wait lie at their author's desk; what is sent does not lie there as a draft, too.
//! - Nobody took what somebody else held, and what an operation did stands in one commit.
//! - The server finds its own books in order.
//!
//! What is looked at are databases at rest ([`Scene`]): whoever has them from real processes that
//! were really killed asks the same questions.

pub mod always;
mod at_desk;
mod history;
mod words;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use anyhow::{Context, Result};
use holdfast_cache::{Cache, table};
use holdfast_domain::{AgentId, OperationId, TicketId};
use holdfast_protocol::Row;
use holdfast_server::admin::{self, Request as Order};
use holdfast_server::core::Core;
use holdfast_server::store::{outcome, salvage, thread, ticket};
use holdfast_server::sync::sight::Eyes;
use serde_json::Value;

use crate::ledger::{Ledger, words_in};

/// A ticket as somebody has it: its row, and its thread in order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Whole {
    row: Value,
    thread: Vec<Value>,
}

type Tickets = BTreeMap<TicketId, Whole>;

/// What lies at desks: words that wait for whoever wrote them, and whose each desk is.
#[derive(Default)]
pub(crate) struct Kept {
    words: BTreeMap<String, BTreeSet<AgentId>>,
    agents: BTreeMap<usize, AgentId>,
    /// What lies in escrow at a desk whose agent does not see its ticket.
    escrow: BTreeSet<OperationId>,
    /// Words in it, that a keeper finds at the server.
    salvaged: BTreeSet<String>,
}

/// The server's books, and what people were told.
#[derive(Clone, Copy)]
pub struct Scene<'a> {
    /// The server, with its database open; nobody writes.
    pub core: &'a Arc<Core>,
    /// What was told.
    pub ledger: &'a Ledger,
}

/// A desk's database, with nobody at the desk.
pub struct AtDesk {
    /// Its number, as the ledger names it.
    pub number: usize,
    /// Whose it is.
    pub agent: AgentId,
    /// Its database.
    pub cache: Cache,
}

impl Scene<'_> {
    /// Looks at everything. Answers what is wrong, each with what it is about before a colon.
    pub async fn check(self, desks: &[AtDesk]) -> Result<Vec<String>> {
        let truth = self.tickets().await?;
        let mut wrong = self.books().await;
        wrong.extend(self.files(&truth));
        wrong.extend(history::check(self.ledger, &truth));
        let mut kept = Kept::default();
        for desk in desks {
            let may = self.seen_by(desk.agent).await?;
            wrong.extend(at_desk::check(desk, &may, &truth, self.ledger).await?);
            kept.agents.insert(desk.number, desk.agent);
            for word in at_desk::kept_words(&desk.cache).await? {
                kept.words.entry(word).or_default().insert(desk.agent);
            }
            let escrow = table::escrow::all_of_other_epochs(&mut *desk.cache.read().await?).await?;
            let away = escrow.into_iter().filter(|(_, ticket)| !may.contains(ticket));
            kept.escrow.extend(away.map(|(id, _)| id));
        }
        kept.salvaged = self.salvaged(&kept.escrow).await?;
        wrong.extend(self.operations(&kept.escrow).await?);
        wrong.extend(words::check(self.ledger, &truth, &kept));
        Ok(wrong)
    }

    async fn tickets(self) -> Result<Tickets> {
        let mut tx = self.core.db.read().await?;
        let mut all = Tickets::new();
        for id in ticket::ids(&mut tx).await? {
            let row = ticket::get(&mut tx, id).await?.context("a ticket that is listed")?;
            let entries = thread::whole(&mut tx, id).await?;
            let thread = entries.iter().map(entry).collect::<Result<_>>()?;
            all.insert(id, Whole { row: serde_json::to_value(row)?, thread });
        }
        Ok(all)
    }

    /// `holdfast-server check`.
    async fn books(self) -> Vec<String> {
        let mut told = Vec::new();
        match admin::perform(self.core, Order::Check, |line| told.push(line)).await {
            Ok(()) => Vec::new(),
            Err(error) => vec![format!("the server's books are in order: {error:#} {told:?}")],
        }
    }

    /// Every file that words name is there, and is what they name.
    fn files(self, truth: &Tickets) -> Vec<String> {
        let folder = self.core.config.data_dir.join("blobs");
        let named = truth.values().flat_map(|whole| &whole.thread);
        let named = named.flat_map(|entry| entry["attachments"].as_array().into_iter().flatten());
        let hashes: BTreeSet<&str> = named.filter_map(|file| file["hash"].as_str()).collect();
        let is_there = |hash: &&str| {
            let file = std::fs::read(folder.join(&hash[..2]).join(hash));
            file.is_ok_and(|bytes| blake3::hash(&bytes).to_hex().as_str() == *hash)
        };
        let lost = hashes.into_iter().filter(|hash| !is_there(hash));
        lost.map(|hash| format!("nothing told is lost: the file {hash} never came")).collect()
    }

    /// Every operation that was told to be saved has its outcome, or lies in escrow until its
    /// author sees its ticket again.
    async fn operations(self, escrow: &BTreeSet<OperationId>) -> Result<Vec<String>> {
        let mut lost = Vec::new();
        let mut tx = self.core.db.read().await?;
        for (id, told) in &self.ledger.operations {
            if told.undone || told.answered_with_no || escrow.contains(id) {
                continue;
            }
            if outcome::by_operation(&mut tx, *id).await?.is_empty() {
                let what = format!("{} of desk {} ({id})", told.what, told.desk);
                lost.push(format!("nothing told is lost: {what} never reached the server"));
            }
        }
        Ok(lost)
    }

    /// What a keeper finds of these operations.
    async fn salvaged(self, of: &BTreeSet<OperationId>) -> Result<BTreeSet<String>> {
        let mut words = BTreeSet::new();
        for one in salvage::all(&mut self.core.db.read().await?).await? {
            let (operation, text) = match &one.row {
                Row::Message(row) => (row.operation, &row.text),
                Row::Note(row) => (row.operation, &row.text),
                _ => continue,
            };
            if of.contains(&operation) {
                words.extend(words_in(text).map(str::to_owned));
            }
        }
        Ok(words)
    }

    /// Operations that were answered, and not taken.
    pub async fn answered_with_no(self) -> Result<Vec<OperationId>> {
        let mut answered = Vec::new();
        let mut tx = self.core.db.read().await?;
        for id in self.ledger.operations.keys() {
            let outcomes = outcome::by_operation(&mut tx, *id).await?;
            if !outcomes.is_empty() && !outcomes.iter().any(outcome::Stored::is_accepted) {
                answered.push(*id);
            }
        }
        Ok(answered)
    }

    /// The tickets that the server shows an agent.
    async fn seen_by(self, agent: AgentId) -> Result<BTreeSet<TicketId>> {
        let directory = self.core.directory();
        let eyes = Eyes::of(&directory, agent);
        let mut tx = self.core.db.read().await?;
        let mut may = BTreeSet::new();
        for scope in eyes.scopes() {
            if let Some(part) = eyes.part_of(&scope) {
                let versions = ticket::versions(&mut tx, &part).await?;
                may.extend(versions.into_iter().map(|(id, _)| id));
            }
        }
        Ok(may)
    }
}

/// An entry of a thread, with its kind.
fn entry(row: &Row) -> Result<Value> {
    let (kind, mut value) = match row {
        Row::Message(row) => ("message", serde_json::to_value(row)?),
        Row::Note(row) => ("note", serde_json::to_value(row)?),
        Row::Event(row) => ("event", serde_json::to_value(row)?),
        other => ("other", serde_json::to_value(other)?),
    };
    value["is"] = kind.into();
    Ok(value)
}
