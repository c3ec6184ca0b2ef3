//! Changes: what the commits after a cursor mean to one caller, as rows of now under rights of
//! now.
//!
//! The feed says what was touched, and in which scopes it was before and after. From that and from
//! what the caller sees now follows, for each ticket of a commit:
//!
//! | sees it now | her scopes before and after | sent |
//! |---|---|---|
//! | no | one, before or after | purge |
//! | yes or no | none | nothing: if she sees it now, a later commit lets it enter |
//! | yes | one after that was not before | the whole ticket: it enters that scope |
//! | yes | none after that was not before | the row and what the commit added to the thread |
//!
//! That it is sent whole on entering a *scope*, although she saw it in another, is what makes each
//! scope whole by itself: a snapshot and the changes after it have all of every ticket that the
//! scope shows now. It was in the snapshot, or it entered later and came whole. So it does not
//! matter in which order a desk takes its snapshots, which of them it goes on with after a stop,
//! and how old a shared one is. Otherwise a ticket that leaves one scope for another between their
//! two snapshots would be in neither: reopened after `personal` and before `worked`, solved after
//! `worked` and before `personal`, handed to a team whose shared snapshot is the older one. The
//! price is that a claim, a solve or a reopening brings the desks of its holder a thread that most
//! of them have, once in an answer: a few tens of kilobytes to one or two desks, never to a team.
//!
//! Refused, to save that: to send it whole only to whom it was not shown before, as that leaves the
//! holes above for desks that are still fetching. To let a desk say which scopes it holds whole:
//! that must be right for the rights of the moment of each commit, on a stream as well, and what a
//! desk says wrongly is a hole in a thread for ever. To leave out desks that have an outcome in the
//! commit: a desk whose damaged file was set aside sends its outbox before it has the tickets. To
//! let desks count entries and ask for what lacks: 100,000 tickets counted after every fetch.
//!
//! A commit is never split. What is serialised here is `protocol::Batch`, put together from
//! commits that were serialised once.

use std::collections::BTreeSet;
use std::sync::Arc;

use anyhow::Result;
use holdfast_domain::{AgentId, Directory, OrganizationId, TicketId};
use holdfast_protocol::hello::{Rights, Scope};
use holdfast_protocol::limits::CHANGES_BYTES_MAX;
use holdfast_protocol::{Change, Code, Commit, Failure, Row};
use serde::Serialize;
use serde_json::value::RawValue;
use uuid::Uuid;

use super::sight::{Eyes, Stood, sees};
use crate::core::Core;
use crate::error;
use crate::store::feed::{self, FeedRow};
use crate::store::{Tx, customer, directory, meta, outcome, thread, ticket};

/// Feed rows looked at for one answer; several whole commits in any case.
const FEED_ROWS_MAX: i64 = 5_000;
/// Most changes of one answer, whatever was asked for; a commit is never split.
pub const CHANGES_MAX: u32 = 2_000;

/// Who asks.
#[derive(Clone, Copy, Debug)]
pub struct Reader {
    /// Whose rights count.
    pub agent: AgentId,
    /// Whose outcomes are told.
    pub desk: Uuid,
}

/// An answer; the JSON of a `protocol::Batch`.
#[derive(Debug, Serialize)]
pub struct Pulled {
    /// The epoch of everything in it.
    pub epoch: Uuid,
    /// The rights under which it is told.
    pub rights: Rights,
    /// The cursor it starts after.
    pub since: i64,
    /// The cursor after it.
    pub to: i64,
    /// The newest commit.
    pub head: i64,
    /// Commits that show this caller something.
    pub commits: Vec<Box<RawValue>>,
}

impl Pulled {
    /// Bytes of its commits.
    pub fn bytes(&self) -> usize {
        self.commits.iter().map(|commit| commit.get().len()).sum()
    }
}

/// Pulls what came after a cursor.
pub async fn pull(core: &Core, reader: Reader, since: i64, max_rows: u32) -> error::Result<Pulled> {
    let mut tx = core.db.read().await?;
    let place = meta::place(&mut tx).await?;
    let (head, horizon) = place.map_or((0, 0), |place| (place.head, place.horizon));
    if since < horizon || since > head {
        let failure = Failure::new(Code::Horizon, "these changes are gone: fetch the scopes again");
        let epoch = core.epoch.to_string();
        return Err(failure.with("horizon", horizon).with("epoch", epoch).into());
    }
    let mut rows = feed::after(&mut tx, since, FEED_ROWS_MAX).await?;
    let cut = i64::try_from(rows.len()).is_ok_and(|found| found == FEED_ROWS_MAX);
    if cut && let Some(last) = rows.last().map(|row| row.seq) {
        rows.retain(|row| row.seq < last);
    }
    let mut view = View::new(core, reader);
    let (epoch, rights) = (core.epoch, Rights::of(&view.eyes.scopes()));
    let mut pulled = Pulled { epoch, rights, since, to: since, head, commits: Vec::new() };
    let (mut changes, mut bytes) = (0, 0);
    for commit in rows.chunk_by(|a, b| a.seq == b.seq) {
        let seq = commit[0].seq;
        let found = view.commit(&mut tx, commit).await?;
        let size = found.len();
        let raw = serde_json::value::to_raw_value(&Commit { seq, changes: found })
            .map_err(anyhow::Error::from)?;
        bytes += raw.get().len();
        changes += size;
        let limit = usize::try_from(max_rows.clamp(1, CHANGES_MAX)).unwrap_or(1);
        let first = pulled.commits.is_empty();
        if !first && size > 0 && (changes > limit || bytes > CHANGES_BYTES_MAX) {
            return Ok(pulled);
        }
        pulled.to = seq;
        if size > 0 {
            pulled.commits.push(raw);
        }
    }
    if !cut {
        pulled.to = head;
    }
    Ok(pulled)
}

/// One ticket, whole, if the caller may see it.
pub async fn whole_ticket(
    core: &Core,
    agent: AgentId,
    id: TicketId,
) -> error::Result<holdfast_protocol::Whole> {
    let mut tx = core.db.read().await?;
    let seq = meta::place(&mut tx).await?.map_or(0, |place| place.head);
    let row = ticket::get(&mut tx, id).await?.ok_or_else(error::Error::not_found)?;
    let directory = core.directory();
    if !sees(&directory, agent, &row.state().sight()) {
        return Err(error::Error::not_found());
    }
    let mut rows = customer::whole(&mut tx, row.organization).await?;
    rows.push(Row::Ticket(row));
    rows.extend(thread::whole(&mut tx, id).await?);
    let rights = Rights::of(&Eyes::of(&directory, agent).scopes());
    Ok(holdfast_protocol::Whole { epoch: core.epoch, rights, seq, rows })
}

/// What one caller sees, while one answer is put together.
struct View {
    directory: Arc<Directory>,
    eyes: Eyes,
    reader: Reader,
    /// Customers that are in this answer already.
    sent: BTreeSet<OrganizationId>,
    /// Tickets that are in this answer with their whole thread.
    whole: BTreeSet<TicketId>,
}

impl View {
    fn new(core: &Core, reader: Reader) -> Self {
        let directory = core.directory();
        let eyes = Eyes::of(&directory, reader.agent);
        Self { directory, eyes, reader, sent: BTreeSet::new(), whole: BTreeSet::new() }
    }

    async fn commit(&mut self, tx: &mut Tx, rows: &[FeedRow]) -> Result<Vec<Change>> {
        let mut changes = Vec::new();
        for row in rows {
            match row.entity.as_str() {
                "ticket" => self.ticket(tx, row, &mut changes).await?,
                "outcome" => changes.extend(self.outcome(tx, row).await?),
                "rights" => {
                    changes.extend((row.id == self.reader.agent.0).then_some(Change::Rights));
                }
                "agent" | "team" | "center" | "macro" => {
                    if let Some(body) = directory::body(tx, &row.entity, row.id).await? {
                        changes.push(Change::Row { row: serde_json::from_str(&body)? });
                    }
                }
                _ => {
                    let Some((organization, found)) =
                        customer::row(tx, &row.entity, row.id).await?
                    else {
                        continue;
                    };
                    if self.eyes.sees_organization(tx, organization).await? {
                        changes.push(of(found));
                    }
                }
            }
        }
        Ok(changes)
    }

    async fn ticket(
        &mut self,
        tx: &mut Tx,
        fed: &FeedRow,
        changes: &mut Vec<Change>,
    ) -> Result<()> {
        let id = TicketId(fed.id);
        let before = self.scopes_of(fed.sight_before.as_deref())?;
        let after = self.scopes_of(fed.sight_after.as_deref())?;
        if before.is_empty() && after.is_empty() {
            return Ok(());
        }
        let Some(row) = ticket::get(tx, id).await? else {
            return Ok(());
        };
        if !sees(&self.directory, self.reader.agent, &row.state().sight()) {
            changes.push(Change::Purge { ticket: id });
            return Ok(());
        }
        let enters = !after.is_subset(&before);
        if enters && self.sent.insert(row.organization) {
            changes.extend(customer::whole(tx, row.organization).await?.into_iter().map(of));
        }
        changes.push(of(Row::Ticket(row)));
        // It has all there is now, what later commits of this answer added as well.
        let thread = match enters && self.whole.insert(id) {
            true => thread::whole(tx, id).await?,
            false => thread::of_commit(tx, id, fed.seq).await?,
        };
        changes.extend(thread.into_iter().map(of));
        Ok(())
    }

    async fn outcome(&self, tx: &mut Tx, fed: &FeedRow) -> Result<Option<Change>> {
        if fed.desk != Some(self.reader.desk) {
            return Ok(None);
        }
        let stored = outcome::of_commit(tx, self.reader.desk, fed.id, fed.seq).await?;
        let settled = stored.map(|stored| stored.settled()).transpose()?;
        Ok(settled.map(|settled| Change::Outcome { settled }))
    }

    fn scopes_of(&self, stood: Option<&str>) -> Result<BTreeSet<Scope>> {
        let Some(stood) = stood else { return Ok(BTreeSet::new()) };
        Ok(self.eyes.scopes_of(&serde_json::from_str::<Stood>(stood)?))
    }
}

fn of(row: Row) -> Change {
    Change::Row { row: Box::new(row) }
}
