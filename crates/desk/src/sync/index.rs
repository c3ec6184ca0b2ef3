//! Index: what is new is indexed with the rows that bring it; what comes in bulk is indexed behind
//! everything else, the newest words first, and the index says how far it has come.
//!
//! While a snapshot is being fetched the index waits: both would take turns at the one writing
//! connection, and rows that can be read are worth more than rows that can be found.
//!
//! A slice of the filling holds the writing connection for about [`SLICE_US`], whatever the words
//! and the machine are like: how many rows that is, each slice learns from those before. The parts
//! that slices leave in the index are merged in slices, too.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use holdfast_cache::batch::Applied;
use holdfast_cache::search::{self, Tokens, Unindexed};
use holdfast_cache::table::ticket::Seen;
use holdfast_cache::{Db, Result, Tokeniser, WritePriority, WriteTx, table};
use holdfast_domain::{ContactId, OrganizationId, ResourceId, TicketId};
use holdfast_protocol::row::{ContactRow, ResourceRow, TicketRow};
use tokio::sync::watch;

use super::context::Context;
use super::status::SyncStatus;
use crate::ipc::view::{Connection, Progress};

/// How texts become tokens on this desk.
pub const TOKENISER: Tokeniser = Tokeniser { version: holdfast_search::TOKENS_VERSION, tokens };

/// How long a slice may hold the writing connection: an agent's write waits for one at most.
const SLICE_US: i64 = 3_000;
/// Rows of the first slice, and of any, at least and at most.
const ROWS_FIRST: u32 = 20;
const ROWS_MIN: u32 = 3;
const ROWS_MAX: u32 = 400;
/// Pages that are merged in one slice at most: several times what a slice of rows has written, so
/// that merging keeps up.
const PAGES_MAX: u32 = 128;
/// Progress is told after so many entries.
const TELL_EVERY: u64 = 2_500;
/// After the disk failed, this long until the next try.
const REST: Duration = Duration::from_secs(5);

fn tokens(text: &str) -> Tokens {
    let holdfast_search::Tokens { words, grams } = holdfast_search::tokens(text);
    Tokens { words, grams }
}

/// Fills the index whenever something is not in it.
pub(super) async fn fill(context: Arc<Context>, mut stop: watch::Receiver<bool>) {
    loop {
        let rest = tokio::select! {
            biased;
            _ = stop.changed() => return,
            filled = behind(&context) => match filled {
                Ok(()) => false,
                Err(error) => {
                    tracing::warn!(%error, "the search index cannot be filled");
                    true
                }
            },
        };
        tokio::select! {
            biased;
            _ = stop.changed() => return,
            () = context.clock.sleep(REST), if rest => {}
            () = context.bells.index.notified() => {}
        }
    }
}

/// Indexes what a small batch has brought, in its transaction.
pub(super) async fn now(tx: &mut WriteTx, applied: &Applied) -> Result<()> {
    let texts = search::texts(tx, &applied.words).await?;
    let rows: Vec<_> = texts.into_iter().map(of_words).collect();
    search::index_threads(tx, &rows).await?;
    let ids: Vec<TicketId> = applied.tickets.iter().copied().collect();
    let rows = own_words(tx, &ids).await?;
    search::index_tickets(tx, &rows).await
}

/// Fills it once nothing is being fetched.
async fn behind(context: &Context) -> Result<()> {
    let mut status = context.status.subscribe();
    while is_fetching(&status.borrow_and_update()) {
        say(context, count(context).await?);
        tokio::select! {
            biased;
            () = context.bells.index.notified() => {}
            changed = status.wait_for(|status| !is_fetching(status)) => {
                if changed.is_err() {
                    return Ok(());
                }
            }
        }
    }
    pass(context).await
}

fn is_fetching(status: &SyncStatus) -> bool {
    let connected = matches!(status.connection, Connection::Syncing | Connection::Synced);
    connected && status.fetching.is_some()
}

async fn pass(context: &Context) -> Result<()> {
    let mut progress = count(context).await?;
    say(context, progress);
    tickets(context).await?;
    let (mut below, mut told) = (None, progress.done);
    let (mut slice, mut merging) = (Slice::default(), Slice::of(PAGES_MAX));
    merge_by_itself(context, false).await?;
    loop {
        let found = {
            let mut db = context.cache.read().await?;
            search::unindexed(&mut db, below, slice.rows).await?
        };
        let Some(last) = found.last() else { break };
        below = Some(last.key);
        let rows = tokio::task::spawn_blocking(move || {
            found.into_iter().map(of_words).collect::<Vec<_>>()
        });
        let Ok(rows) = rows.await else { break };
        let mut tx = context.cache.write(WritePriority::Index).await?;
        let began_us = context.clock.ticks_us();
        search::index_threads(&mut tx, &rows).await?;
        tx.commit().await?;
        slice.took(context.clock.ticks_us() - began_us);
        let mut tx = context.cache.write(WritePriority::Index).await?;
        let began_us = context.clock.ticks_us();
        search::merge(&mut tx, merging.rows).await?;
        tx.commit().await?;
        merging.took(context.clock.ticks_us() - began_us);
        // Counted as it goes: asking the database walks whole tables.
        progress.done += rows.len() as u64;
        if progress.done - told >= TELL_EVERY {
            told = progress.done;
            say(context, progress);
        }
    }
    merge_by_itself(context, true).await?;
    say(context, count(context).await?);
    // Nothing long is written now: snapshots come before the index.
    context.cache.rest().await
}

async fn merge_by_itself(context: &Context, by_itself: bool) -> Result<()> {
    let mut tx = context.cache.write(WritePriority::Index).await?;
    search::merge_by_itself(&mut tx, by_itself).await?;
    tx.commit().await
}

async fn tickets(context: &Context) -> Result<()> {
    let mut below = None;
    let mut slice = Slice::default();
    loop {
        let ids: Vec<TicketId> = {
            let mut db = context.cache.read().await?;
            let found = search::unindexed_tickets(&mut db, below, slice.rows).await?;
            let Some((key, _)) = found.last() else { return Ok(()) };
            below = Some(*key);
            found.into_iter().map(|(_, id)| id).collect()
        };
        // Read where it is written: whatever changes them meanwhile has indexed them anew.
        let mut tx = context.cache.write(WritePriority::Index).await?;
        let began_us = context.clock.ticks_us();
        let rows = own_words(&mut tx, &ids).await?;
        search::index_tickets(&mut tx, &rows).await?;
        tx.commit().await?;
        slice.took(context.clock.ticks_us() - began_us);
    }
}

fn of_words(row: Unindexed) -> (Unindexed, Tokens) {
    let tokens = tokens(&row.text);
    (row, tokens)
}

/// How many rows the next slice has, or how many pages it merges.
struct Slice {
    rows: u32,
    most: u32,
}

impl Default for Slice {
    fn default() -> Self {
        Self::of(ROWS_MAX)
    }
}

impl Slice {
    fn of(most: u32) -> Self {
        Self { rows: ROWS_FIRST, most }
    }

    /// As many as would have filled [`SLICE_US`]; by half or double at a time, for one slow slice
    /// (the index merges its parts, the disk is busy) says little about the next.
    fn took(&mut self, took_us: i64) {
        let fit = i64::from(self.rows) * SLICE_US / took_us.max(1);
        let fit = u32::try_from(fit).unwrap_or(u32::MAX).clamp(self.rows / 2, self.rows * 2);
        self.rows = fit.clamp(ROWS_MIN, self.most);
    }
}

/// Subject, number, people, company and cloud things of tickets.
async fn own_words(db: &mut Db, ids: &[TicketId]) -> Result<Vec<(TicketId, Tokens)>> {
    let seen = table::ticket::get_many(db, ids).await?;
    let around = Around::load(db, &seen).await?;
    let words = |seen: &Seen| (seen.row.id, tokens(&around.words(&seen.row).join("\n")));
    Ok(seen.iter().map(words).collect())
}

/// The customers and things of some tickets, each read once.
struct Around {
    contacts: BTreeMap<ContactId, ContactRow>,
    companies: BTreeMap<OrganizationId, String>,
    resources: BTreeMap<ResourceId, ResourceRow>,
}

impl Around {
    async fn load(db: &mut Db, seen: &[Seen]) -> Result<Self> {
        let contacts: BTreeSet<_> = seen.iter().map(|seen| seen.row.requester).collect();
        let companies: BTreeSet<_> = seen.iter().map(|seen| seen.row.organization).collect();
        let resources: BTreeSet<_> = seen.iter().flat_map(|s| &s.row.resources).copied().collect();
        let contacts = table::contact::get_many(db, &Vec::from_iter(contacts)).await?;
        let companies = table::organization::get_many(db, &Vec::from_iter(companies)).await?;
        let resources = table::resource::get_many(db, &Vec::from_iter(resources)).await?;
        Ok(Self {
            contacts: contacts.into_iter().map(|row| (row.id, row)).collect(),
            companies: companies.into_iter().map(|row| (row.id, row.name)).collect(),
            resources: resources.into_iter().map(|row| (row.id, row)).collect(),
        })
    }

    fn words(&self, ticket: &TicketRow) -> Vec<String> {
        let mut words = vec![ticket.subject.clone()];
        words.extend(ticket.number.map(|number| number.to_string()));
        words.extend(ticket.tags.iter().cloned());
        if let Some(contact) = self.contacts.get(&ticket.requester) {
            words.extend([contact.name.clone(), contact.email.clone()]);
        }
        words.extend(self.companies.get(&ticket.organization).cloned());
        for resource in ticket.resources.iter().filter_map(|id| self.resources.get(id)) {
            words.extend([resource.native_id.clone(), resource.name.clone()]);
        }
        words
    }
}

async fn count(context: &Context) -> Result<Progress> {
    let progress = search::progress(&mut *context.cache.read().await?).await?;
    let number = |count: i64| u64::try_from(count).unwrap_or_default();
    Ok(Progress { done: number(progress.indexed), all: number(progress.total) })
}

fn say(context: &Context, progress: Progress) {
    let indexing = (progress.done < progress.all).then_some(progress);
    context.status.send_if_modified(|status| {
        let changed = status.indexing != indexing;
        status.indexing = indexing;
        changed
    });
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    fn status(connection: Connection, fetching: Option<Progress>) -> SyncStatus {
        SyncStatus {
            connection,
            since: Timestamp::UNIX_EPOCH,
            data_as_of: None,
            sending: 0,
            fetching,
            indexing: None,
            clock_unsure: false,
            offset_us: 0,
            trouble: None,
        }
    }

    #[test]
    fn a_slice_holds_the_writer_for_three_milliseconds_whatever_a_row_costs() {
        for row_us in [20, 170, 900] {
            let mut slice = Slice::default();
            for _ in 0..10 {
                slice.took(i64::from(slice.rows) * row_us);
            }
            let held_us = i64::from(slice.rows) * row_us;
            assert!((2_500..=SLICE_US).contains(&held_us), "{held_us} of rows of {row_us}");
        }
    }

    #[test]
    fn one_slow_slice_halves_the_next_and_no_slice_is_empty_or_endless() {
        let mut slice = Slice { rows: 40, ..Slice::default() };
        slice.took(500_000);
        assert_eq!(slice.rows, 20);
        (0..10).for_each(|_| slice.took(500_000));
        assert_eq!(slice.rows, ROWS_MIN);
        (0..10).for_each(|_| slice.took(0));
        assert_eq!(slice.rows, ROWS_MAX);
    }

    #[test]
    fn the_index_waits_for_rows_that_come_and_not_for_a_server_that_is_gone() {
        let half = Some(Progress { done: 1, all: 2 });
        assert!(is_fetching(&status(Connection::Syncing, half)));
        assert!(is_fetching(&status(Connection::Synced, half)));
        assert!(!is_fetching(&status(Connection::Offline, half)));
        assert!(!is_fetching(&status(Connection::SignInNeeded, half)));
        assert!(!is_fetching(&status(Connection::Synced, None)));
    }
}
