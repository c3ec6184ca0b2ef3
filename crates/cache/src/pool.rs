//! One connection writes, four read. This page is the decision; keep it true.
//!
//! - **Exactly one connection writes and checkpoints.** The SQLite inside the pinned SQLCipher can
//!   lose committed pages when two connections write or checkpoint at once (fixed in 3.51.3), so
//!   there is no second writer to be careful with. Readers are opened READONLY: a `query_only`
//!   connection would still checkpoint. No mmap. No second process.
//! - **An agent goes before bulk.** A place at the writing connection is asked for with a
//!   priority; whoever frees it hands it to the oldest waiting agent, then to the oldest bulk
//!   writer. Nobody is interrupted, so bulk writers keep their transactions short:
//!   [`Writers::bulk_rows`] says how many rows, few while agents write, more while they don't.
//! - **What was said to be saved is on the disk.** Agents commit with `synchronous=FULL`; bulk,
//!   which can be fetched again, with NORMAL. The checkpoint, which is slow, falls to bulk.
//! - **A transaction ends.** Dropped without a commit it rolls back by itself.
//!
//! Refused: a pool that writes from any connection (the bug above, and `SQLITE_BUSY` at the worst
//! moment); a fair queue (the agent waits behind a snapshot); one connection for everything (a
//! list waits behind a commit).
//!
//! Deliberately absent: clocks, and what is written.

use std::collections::{BTreeSet, VecDeque};
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use holdfast_domain::TicketId;
use sqlx::sqlite::SqlitePool;
use sqlx::{Sqlite, Transaction};
use tokio::sync::oneshot;

use crate::error::{CacheError, Result};
use crate::notice::Notice;
use crate::open::Shared;
use crate::probe::Step;
use crate::seal::Record;

/// What every reading function takes; [`ReadTx`] and [`WriteTx`] turn into it by themselves.
pub type Db = sqlx::sqlite::SqliteConnection;

/// Reading connections.
pub const READERS: u32 = 4;
/// Writers of one priority that may wait.
pub const WAITING_WRITERS_MAX: usize = 256;
/// Rows of a bulk transaction while agents write: about 5 ms.
pub const BULK_ROWS_MIN: usize = 400;
/// Rows of a bulk transaction while nobody else writes. It ends earlier when an agent waits.
pub const BULK_ROWS_MAX: usize = 12_800;

/// Pages in the log after which a commit also checkpoints: bulk early, agents almost never. What an
/// agent commits is synced with all that lies in the log before it, so the index, which fills for
/// minutes while agents write, keeps the log short.
const INDEX_CHECKPOINT_PAGES: u32 = 300;
const BULK_CHECKPOINT_PAGES: u32 = 2_000;
const AGENT_CHECKPOINT_PAGES: u32 = 20_000;

/// Who writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WritePriority {
    /// Somebody at the keyboard waits for "saved".
    Agent,
    /// Batches, snapshots, purges.
    Bulk,
    /// The search index of words that are here already.
    Index,
}

/// One snapshot of the whole file, for as long as it lives. Drop it soon: the log cannot be
/// emptied past it.
pub struct ReadTx {
    tx: Transaction<'static, Sqlite>,
    commits: u64,
}

impl ReadTx {
    /// `commits`: how many there were before `tx` began.
    pub(crate) fn new(tx: Transaction<'static, Sqlite>, commits: u64) -> Self {
        Self { tx, commits }
    }

    /// How many transactions have been committed since the file was opened, when this one began.
    /// The same number twice: nothing that was read has changed.
    pub fn commits(&self) -> u64 {
        self.commits
    }
}

impl Deref for ReadTx {
    type Target = Db;
    fn deref(&self) -> &Db {
        &self.tx
    }
}

impl DerefMut for ReadTx {
    fn deref_mut(&mut self) -> &mut Db {
        &mut self.tx
    }
}

/// The one writing transaction. Dropped without [`WriteTx::commit`], nothing happened.
pub struct WriteTx {
    // The order matters: the transaction ends before the place is handed on.
    tx: Transaction<'static, Sqlite>,
    place: Place,
    priority: WritePriority,
    notices: BTreeSet<Notice>,
    sealed: Vec<Record>,
    shared: Arc<Shared>,
}

impl WriteTx {
    /// Makes it durable and tells the windows. Operations are in the outbox's second copy, synced,
    /// before the database commits: after `Ok` they survive a damaged page too. Once it is begun it
    /// goes on, also if nobody waits for it: what is on the disk and what was told are one.
    pub async fn commit(self) -> Result<()> {
        match tokio::spawn(self.finish()).await {
            Ok(done) => done,
            Err(ended) if ended.is_panic() => std::panic::resume_unwind(ended.into_panic()),
            // The program ends; the next start finds out whether it was committed.
            Err(_) => Err(CacheError::Busy),
        }
    }

    async fn finish(self) -> Result<()> {
        let Self { tx, place, priority, notices, sealed, shared } = self;
        shared.probe(Step::Sealing(priority))?;
        let (seals, gone) = (!sealed.is_empty(), files_gone(&sealed));
        let undo = match seals {
            true => shared.seal.append(sealed).await?,
            false => Vec::new(),
        };
        // If the program ends here, nobody knows whether it was committed.
        let mut tell = Tell { shared: &shared, notices: BTreeSet::from([Notice::Everything]) };
        let done = match shared.probe(Step::Committing(priority)) {
            Ok(()) => tx.commit().await.map_err(CacheError::from),
            Err(error) => Err(error),
        };
        tell.notices = if done.is_ok() { notices } else { BTreeSet::new() };
        if done.is_err() && !undo.is_empty() {
            shared.seal.take_back(undo).await;
        }
        if seals && done.is_ok() {
            shared.seal.committed().await;
            shared.remove_copies(gone).await;
        }
        if priority != WritePriority::Agent && done.is_ok() {
            place.gate().bulk_went_well();
        }
        done?;
        shared.probe(Step::Committed(priority))
    }

    /// The windows will hear this after the commit.
    pub fn notice(&mut self, notice: Notice) {
        self.notices.insert(notice);
    }

    /// The windows will hear that this ticket and the lists changed.
    pub(crate) fn notice_ticket(&mut self, ticket: TicketId) {
        self.notices.extend([Notice::Ticket(ticket), Notice::List]);
    }

    /// Whether an agent waits for this transaction to end.
    pub fn agent_waits(&self) -> bool {
        self.place.gate().agent_waits()
    }

    pub(crate) fn seal(&mut self, record: Record) {
        self.sealed.push(record);
    }

    pub(crate) fn shared(&self) -> &Arc<Shared> {
        &self.shared
    }
}

/// Files that the server need not get from here any more.
fn files_gone(sealed: &[Record]) -> BTreeSet<String> {
    let mut gone = BTreeSet::new();
    for record in sealed {
        match record {
            Record::FileGone(hash) => gone.insert(hash.clone()),
            Record::File(file) => gone.remove(&file.hash),
            _ => continue,
        };
    }
    gone
}

struct Tell<'a> {
    shared: &'a Shared,
    notices: BTreeSet<Notice>,
}

impl Drop for Tell<'_> {
    fn drop(&mut self) {
        // Counted first: whoever is told reads what was committed, not what was remembered.
        self.shared.commits.fetch_add(1, Ordering::Release);
        self.shared.board.tell(&self.notices);
    }
}

impl Deref for WriteTx {
    type Target = Db;
    fn deref(&self) -> &Db {
        &self.tx
    }
}

impl DerefMut for WriteTx {
    fn deref_mut(&mut self) -> &mut Db {
        &mut self.tx
    }
}

/// The writing connection and the queue before it.
pub(crate) struct Writers {
    pool: SqlitePool,
    gate: Arc<Gate>,
}

impl Writers {
    /// `pool` has exactly one connection.
    pub(crate) fn new(pool: SqlitePool) -> Self {
        Self { pool, gate: Arc::default() }
    }

    pub(crate) async fn begin(
        &self,
        priority: WritePriority,
        shared: Arc<Shared>,
    ) -> Result<WriteTx> {
        let place = Gate::enter(&self.gate, priority).await?;
        shared.probe(Step::Beginning(priority))?;
        self.tune(priority).await?;
        let tx = self.pool.begin_with("BEGIN IMMEDIATE").await?;
        let (notices, sealed) = (BTreeSet::new(), Vec::new());
        Ok(WriteTx { tx, place, priority, notices, sealed, shared })
    }

    /// The writing connection outside a transaction, for `VACUUM`-like statements.
    pub(crate) async fn alone(&self) -> Result<(Place, &SqlitePool)> {
        Ok((Gate::enter(&self.gate, WritePriority::Bulk).await?, &self.pool))
    }

    pub(crate) fn is_at_rest(&self) -> bool {
        !self.gate.lock().taken && self.pool.size() as usize == self.pool.num_idle()
    }

    pub(crate) fn bulk_rows(&self) -> usize {
        self.gate.bulk_rows.load(Ordering::Relaxed)
    }

    pub(crate) fn pool(&self) -> &SqlitePool {
        &self.pool
    }

    pub(crate) async fn close(&self) {
        self.pool.close().await;
    }

    /// `PRAGMA synchronous` does nothing inside a transaction, so it is set before.
    async fn tune(&self, priority: WritePriority) -> Result<()> {
        let (level, pages) = match priority {
            WritePriority::Agent => ("FULL", AGENT_CHECKPOINT_PAGES),
            WritePriority::Bulk => ("NORMAL", BULK_CHECKPOINT_PAGES),
            WritePriority::Index => ("NORMAL", INDEX_CHECKPOINT_PAGES),
        };
        if self.gate.lock().tuned == Some(priority) {
            return Ok(());
        }
        let sql = format!("PRAGMA synchronous={level}; PRAGMA wal_autocheckpoint={pages}");
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&self.pool).await?;
        self.gate.lock().tuned = Some(priority);
        Ok(())
    }
}

/// The queue before the writing connection.
struct Gate {
    line: Mutex<Line>,
    bulk_rows: AtomicUsize,
}

#[derive(Default)]
struct Line {
    taken: bool,
    tuned: Option<WritePriority>,
    agents: VecDeque<oneshot::Sender<Place>>,
    bulk: VecDeque<oneshot::Sender<Place>>,
}

impl Default for Gate {
    fn default() -> Self {
        Self { line: Mutex::default(), bulk_rows: AtomicUsize::new(BULK_ROWS_MIN) }
    }
}

impl Gate {
    async fn enter(gate: &Arc<Self>, priority: WritePriority) -> Result<Place> {
        if priority == WritePriority::Agent {
            gate.bulk_rows.store(BULK_ROWS_MIN, Ordering::Relaxed);
        }
        let turn = {
            let mut line = gate.lock();
            if !line.taken {
                line.taken = true;
                return Ok(Place(Some(gate.clone())));
            }
            let queue = match priority {
                WritePriority::Agent => &mut line.agents,
                WritePriority::Bulk | WritePriority::Index => &mut line.bulk,
            };
            queue.retain(|waiting| !waiting.is_closed());
            if queue.len() >= WAITING_WRITERS_MAX {
                return Err(CacheError::Busy);
            }
            let (sender, turn) = oneshot::channel();
            queue.push_back(sender);
            turn
        };
        turn.await.map_err(|_| CacheError::Busy)
    }

    fn lock(&self) -> MutexGuard<'_, Line> {
        self.line.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn agent_waits(&self) -> bool {
        self.lock().agents.iter().any(|waiting| !waiting.is_closed())
    }

    fn bulk_went_well(&self) {
        if !self.agent_waits() {
            let rows = self.bulk_rows.load(Ordering::Relaxed);
            self.bulk_rows.store((rows * 2).min(BULK_ROWS_MAX), Ordering::Relaxed);
        }
    }

    fn hand_on(self: &Arc<Self>) {
        loop {
            let next = {
                let mut line = self.lock();
                let next = line.agents.pop_front().or_else(|| line.bulk.pop_front());
                if next.is_none() {
                    line.taken = false;
                }
                next
            };
            let Some(next) = next else { return };
            match next.send(Place(Some(self.clone()))) {
                Ok(()) => return,
                // Whoever waited is gone; the place comes back and must not hand itself on.
                Err(mut place) => place.0 = None,
            }
        }
    }
}

/// The right to use the writing connection; handed on when dropped.
pub(crate) struct Place(Option<Arc<Gate>>);

impl Place {
    fn gate(&self) -> &Arc<Gate> {
        self.0.as_ref().expect("a place has its gate until it is dropped")
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        if let Some(gate) = self.0.take() {
            gate.hand_on();
        }
    }
}
