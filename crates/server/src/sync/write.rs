//! Writing: the one way anything enters the store.
//!
//! ```text
//!   gate ─▶ begin ─▶ decide … decide ─▶ seal (sequence, store) ─▶ finish (commit, tell) ─▶ gate
//!                     ▲                       │ more work
//!                     └───────────────────────┘
//! ```
//!
//! One [`Writing`] is one database transaction and holds the gate until streams are told, so that
//! the order of commits is the order of notices and nobody decides by rights that are gone.
//! Dropped before [`Writing::finish`] it leaves nothing behind.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::Result;
use holdfast_domain::operation::References;
use holdfast_domain::{Actor, Directory, Operation, OperationId, Outcome, decide};
use holdfast_protocol::limits::COMMIT_ROWS_MAX;
use jiff::Timestamp;
use tokio::sync::MutexGuard;

use super::commit::Commit;
use super::sight::Eyes;
use crate::core::{Committed, Core};
use crate::outside::Step;
use crate::store::{Durability, Tx, customer, directory, outcome, thread, ticket};

/// Rows one operation can bring about at most; a commit is sealed when fewer places are left.
const OPERATION_ROWS_MAX: usize = 16;
/// A commit is never split on its way to a desk, and a thread that comes whole is as long as it is:
/// past so many entries no further ticket changes hands in it.
const MOVED_ENTRIES_MAX: i64 = 1_000;

/// The turn to write.
pub struct Writing<'a> {
    /// For statements beside the commit: sessions, attempts, blobs.
    pub tx: Tx,
    durability: Durability,
    /// What is decided and not yet sealed.
    pub commit: Commit,
    core: &'a Core,
    directory: Directory,
    directory_changed: bool,
    sealed: Vec<Committed>,
    delivers: bool,
    _gate: MutexGuard<'a, ()>,
}

impl Core {
    /// Waits for the turn to write.
    pub async fn write(&self, durability: Durability) -> Result<Writing<'_>> {
        let gate = self.gate().await;
        let tx = self.db.write(durability).await?;
        Ok(Writing {
            tx,
            durability,
            commit: Commit::delivering(),
            core: self,
            directory: Directory::clone(&self.directory()),
            directory_changed: false,
            sealed: Vec::new(),
            delivers: true,
            _gate: gate,
        })
    }
}

impl Writing<'_> {
    /// The same for what happened long ago: its replies were delivered then.
    #[must_use]
    pub fn of_history(mut self) -> Self {
        self.delivers = false;
        self.commit = Commit::default();
        self
    }

    /// Decides an operation on what stands after everything before it, and takes its effects.
    pub async fn decide(
        &mut self,
        operation: &Operation,
        actor: Actor,
        now: Timestamp,
    ) -> Result<Outcome> {
        self.core.outside.probe(Step::Deciding(operation.id))?;
        if self.commit.state(operation.ticket).is_none()
            && let Some(row) = ticket::get(&mut self.tx, operation.ticket).await?
        {
            self.commit.know(row);
        }
        let references = operation.action.references();
        self.look_up(&references, actor).await?;
        let unmet = self.unmet_needs(operation, actor).await?;
        let state = self.commit.state(operation.ticket);
        let decision = decide(state, operation, actor, &self.directory, &unmet, now);
        let outcome = decision.outcome.clone();
        self.commit.take(operation.ticket, decision)?;
        Ok(outcome)
    }

    /// Seals the commit if the next operation might not fit; tells its place.
    pub async fn seal_if_full(&mut self) -> Result<Option<i64>> {
        let full = self.commit.len() + OPERATION_ROWS_MAX > COMMIT_ROWS_MAX;
        if full || self.commit.moved_entries() > MOVED_ENTRIES_MAX {
            self.seal().await
        } else {
            Ok(None)
        }
    }

    /// Takes the sequence and stores what is decided; `None` if there is nothing.
    pub async fn seal(&mut self) -> Result<Option<i64>> {
        if self.commit.is_empty() {
            return Ok(None);
        }
        let next = if self.delivers { Commit::delivering() } else { Commit::default() };
        let commit = std::mem::replace(&mut self.commit, next);
        let committed = commit.store(&mut self.tx, &self.core.config).await?;
        let seq = committed.seq;
        if committed.everybody {
            self.directory = directory::load(&mut self.tx).await?;
            self.directory_changed = true;
        }
        self.sealed.push(committed);
        Ok(Some(seq))
    }

    /// Seals, commits, and tells the streams.
    pub async fn finish(mut self) -> Result<()> {
        self.seal().await?;
        self.core.outside.probe(Step::Committing)?;
        self.tx.commit().await?;
        if self.durability == Durability::Power && !self.sealed.is_empty() {
            // What changes nothing touches no disk, and says nothing about it.
            self.core.written();
        }
        self.core.outside.probe(Step::Committed(self.durability))?;
        let directory = self.directory_changed.then(|| {
            let Directory { agents, teams, .. } = self.directory;
            Arc::new(Directory { agents, teams, ..Directory::default() })
        });
        self.core.publish(directory, self.sealed);
        Ok(())
    }

    /// The people and teams as this transaction has them.
    pub fn directory(&self) -> &Directory {
        &self.directory
    }

    /// Fills in what the operation names. What its author may not see is left out, and so does
    /// not exist for the decision.
    async fn look_up(&mut self, references: &References, actor: Actor) -> Result<()> {
        self.directory.contacts.clear();
        self.directory.resources.clear();
        self.directory.taken_words.clear();
        let eyes = match actor {
            Actor::Agent(agent) => Some(Eyes::of(&self.directory, agent)),
            Actor::Customer(_) | Actor::System => None,
        };
        for id in &references.contacts {
            let found = customer::contact(&mut self.tx, *id).await?;
            let Some(organization) = found.map(|row| row.organization) else {
                continue;
            };
            if shown(&mut self.tx, eyes.as_ref(), organization).await? {
                self.directory.contacts.insert(*id, organization);
            }
        }
        for id in &references.resources {
            let Some(owner) = customer::owner(&mut self.tx, *id).await? else {
                continue;
            };
            if shown(&mut self.tx, eyes.as_ref(), owner).await? {
                self.directory.resources.insert(*id, owner);
            }
        }
        for id in &references.words {
            if self.commit.brings(*id) || thread::is_taken(&mut self.tx, *id).await? {
                self.directory.taken_words.insert(*id);
            }
        }
        Ok(())
    }

    /// Which of the operations it builds on were not accepted for its author.
    async fn unmet_needs(
        &mut self,
        operation: &Operation,
        actor: Actor,
    ) -> Result<BTreeSet<OperationId>> {
        let mut unmet = BTreeSet::new();
        let Actor::Agent(author) = actor else {
            return Ok(unmet);
        };
        for need in &operation.needs {
            let here = self.commit.settled(*need).any(|o| o.author == author && o.is_accepted());
            let accepted = here
                || outcome::by_operation(&mut self.tx, *need)
                    .await?
                    .iter()
                    .any(|stored| stored.author == author.0 && stored.is_accepted());
            if !accepted {
                unmet.insert(*need);
            }
        }
        Ok(unmet)
    }
}

async fn shown(
    tx: &mut Tx,
    eyes: Option<&Eyes>,
    organization: holdfast_domain::OrganizationId,
) -> Result<bool> {
    match eyes {
        Some(eyes) => eyes.sees_organization(tx, organization).await,
        None => Ok(true),
    }
}
