//! Blobs: files on their way. To the server after the words they hang on, from the server when
//! somebody asks; both go on where they stopped.
//!
//! Each of the two directions sleeps until there is something to do: words that were settled, a
//! file that was asked for, a server that is back, or the end of a rest after a failure. What was
//! taken off a draft, or thrown away with one long ago, leaves the disk in slices.
//!
//! Deliberately absent: memory of failures beyond the session; whatever is not delivered is tried
//! again at the next start.

mod send;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use futures_util::future::BoxFuture;
use holdfast_cache::table::blob::{self, Blob, State};
use holdfast_cache::table::draft;
use holdfast_cache::{CacheError, Notice, WritePriority};
use holdfast_domain::TicketId;
use holdfast_domain::words::ATTACHMENT_BYTES_MAX;
use holdfast_sync_engine::{RETRY_AFTER_MAX_S, Trouble};
use tokio::sync::{mpsc, watch};

use super::context::{Bells, Context, disk};
use super::status::SyncStatus;
use crate::clock::Clock;
use crate::ipc::view::Connection;

/// Files that are looked at in one pass, and that may be asked for at a time.
const FILES_MAX: usize = 64;
/// Names taken off files, and drafts forgotten, in one transaction.
const LET_GO_MAX: u32 = 20;
/// The first rest after a failure; it doubles up to the longest.
const REST_MIN: Duration = Duration::from_secs(1);
const REST_MAX: Duration = Duration::from_secs(60);

/// Carries files as long as the session lives.
pub(super) async fn carry(
    context: Arc<Context>,
    wanted: mpsc::Receiver<(TicketId, String)>,
    mut stop: watch::Receiver<bool>,
) {
    let both = async {
        tokio::join!(send::send(&context), fetch(&context, wanted), let_go(&context));
    };
    tokio::select! {
        biased;
        // What is being written is rolled back; the server knows which pieces it has.
        _ = stop.changed() => {}
        () = both => {}
    }
}

/// Fetches what is asked for.
async fn fetch(context: &Context, mut wanted: mpsc::Receiver<(TicketId, String)>) {
    let mut line = Line::new(context);
    let mut missing: BTreeMap<String, TicketId> = BTreeMap::new();
    loop {
        if !missing.is_empty() && line.is_free() {
            let fetched = fetch_all(context, &mut missing).await;
            line.told(fetched);
        }
        tokio::select! {
            biased;
            () = line.changed(!missing.is_empty()) => {}
            asked = wanted.recv() => match asked {
                Some((ticket, hash)) if missing.len() < FILES_MAX => {
                    missing.insert(hash, ticket);
                    line.hurry();
                }
                // Whoever still wants it asks again.
                Some(_) => {}
                None => return,
            },
        }
    }
}

async fn fetch_all(
    context: &Context,
    missing: &mut BTreeMap<String, TicketId>,
) -> Result<bool, Trouble> {
    for (hash, ticket) in missing.clone() {
        match download(context, ticket, &hash).await {
            Err(trouble) if is_the_way(&trouble) => return Err(trouble),
            Ok(()) => {}
            // It is not there, or it is damaged: whoever still wants it asks again.
            Err(trouble) => tracing::debug!(trouble = trouble.code(), "a file cannot be fetched"),
        }
        missing.remove(&hash);
    }
    Ok(false)
}

async fn download(context: &Context, ticket: TicketId, hash: &str) -> Result<(), Trouble> {
    let there = context.transport.blob_state(&context.token()?, hash).await?;
    if !there.complete || there.size_bytes > ATTACHMENT_BYTES_MAX {
        return Err(Trouble::NotFound);
    }
    let here = begin(context, ticket, hash, there.size_bytes).await.map_err(disk)?;
    if here.state != State::Partial {
        return Ok(());
    }
    let chunks = u32::try_from(there.chunks.len()).unwrap_or(u32::MAX);
    for n in here.chunks..chunks {
        let bytes = context.transport.get_blob(&context.token()?, hash, n).await?;
        put(context, hash, n, &bytes).await.map_err(disk)?;
    }
    end(context, ticket, hash, chunks).await.map_err(disk)?
}

/// As far as it is here.
async fn begin(
    context: &Context,
    ticket: TicketId,
    hash: &str,
    size_bytes: u64,
) -> Result<Blob, CacheError> {
    let mut tx = context.cache.write(WritePriority::Bulk).await?;
    blob::begin(&mut tx, hash, size_bytes, ticket).await?;
    blob::settle(&mut tx, ticket, hash).await?;
    let here = blob::get(&mut tx, hash).await?;
    tx.commit().await?;
    here.ok_or(CacheError::Stored("file"))
}

async fn put(context: &Context, hash: &str, n: u32, bytes: &[u8]) -> Result<(), CacheError> {
    let mut tx = context.cache.write(WritePriority::Bulk).await?;
    blob::put_chunk(&mut tx, hash, n, bytes).await?;
    tx.commit().await
}

/// All pieces are here: it is shown if they are the file, and fetched anew if not.
async fn end(
    context: &Context,
    ticket: TicketId,
    hash: &str,
    chunks: u32,
) -> Result<Result<(), Trouble>, CacheError> {
    let mut hasher = blake3::Hasher::new();
    for n in 0..chunks {
        let bytes = blob::chunk(&mut *context.cache.read().await?, hash, n).await?;
        hasher.update(&bytes.unwrap_or_default());
    }
    let right = hasher.finalize().to_hex().as_str() == hash;
    let mut tx = context.cache.write(WritePriority::Bulk).await?;
    if right {
        blob::set_state(&mut tx, hash, State::Delivered).await?;
        tx.notice(Notice::Ticket(ticket));
    } else {
        blob::begin_again(&mut tx, hash).await?;
    }
    tx.commit().await?;
    Ok(if right { Ok(()) } else { Err(Trouble::Garbage) })
}

/// Lets go of what nothing names any more, at the start and whenever a draft or the outbox changes.
async fn let_go(context: &Context) {
    let mut heard = context.cache.notices();
    loop {
        if let Err(error) = let_go_all(context).await {
            tracing::warn!(%error, "files that nothing names stay until the next chance");
        }
        loop {
            match heard.next().await {
                Some(Notice::Draft(_) | Notice::Outbox | Notice::Everything) => break,
                Some(_) => {}
                None => return,
            }
        }
    }
}

async fn let_go_all(context: &Context) -> Result<(), CacheError> {
    let now = context.now();
    let idle = {
        let mut db = context.cache.read().await?;
        !draft::is_any_to_forget(&mut db, now).await? && !blob::is_any_to_let_go(&mut db).await?
    };
    if idle {
        return Ok(());
    }
    let mut more = true;
    while more {
        let mut tx = context.cache.write(WritePriority::Bulk).await?;
        more = draft::forget_discarded(&mut tx, now, LET_GO_MAX).await?
            || blob::let_go(&mut tx, LET_GO_MAX).await?;
        tx.commit().await?;
    }
    let _one_at_a_time = context.erasing.lock().await;
    context.cache.erase_purged().await
}

/// Whether the trouble is that of every file.
fn is_the_way(trouble: &Trouble) -> bool {
    matches!(
        trouble,
        Trouble::Unreachable
            | Trouble::WrongKey
            | Trouble::Untrusted
            | Trouble::TimedOut
            | Trouble::Cut
            | Trouble::Busy { .. }
            | Trouble::TokenExpired
            | Trouble::SessionEnded
            | Trouble::Disk
    )
}

/// The way to the server as one direction sees it: whether it is there, and until when it rests.
struct Line {
    status: watch::Receiver<SyncStatus>,
    bells: Arc<Bells>,
    online: bool,
    failures: u32,
    clock: Arc<dyn Clock>,
    rest: Option<BoxFuture<'static, ()>>,
    /// The server asked for the rest.
    asked: bool,
}

impl Line {
    fn new(context: &Context) -> Self {
        let mut status = context.status.subscribe();
        let online = is_online(status.borrow_and_update().connection);
        let bells = Arc::clone(&context.bells);
        let clock = Arc::clone(&context.clock);
        Self { status, bells, online, failures: 0, clock, rest: None, asked: false }
    }

    fn is_free(&self) -> bool {
        self.online && self.rest.is_none()
    }

    /// Something new is to be done: no rest but one that the server asked for keeps it waiting.
    fn hurry(&mut self) {
        if !self.asked {
            self.rest = None;
        }
    }

    /// Takes over what a pass came to. Answers whether there is more to be done.
    fn told(&mut self, done: Result<bool, Trouble>) -> bool {
        let trouble = match done {
            Ok(more) => {
                self.failures = 0;
                return more;
            }
            Err(trouble) => trouble,
        };
        tracing::debug!(trouble = trouble.code(), "a file waits for the next chance");
        if trouble == Trouble::TokenExpired {
            // The engine alone renews it.
            self.bells.wake.notify_one();
        }
        let asked = match trouble {
            Trouble::Busy { retry_after_s } => retry_after_s.unwrap_or(0).min(RETRY_AFTER_MAX_S),
            _ => 0,
        };
        self.asked = asked > 0;
        let rest = (REST_MIN * 2_u32.pow(self.failures.min(10))).min(REST_MAX);
        let rest = rest.max(Duration::from_secs(asked.into()));
        self.rest = Some(self.clock.sleep(rest));
        self.failures += 1;
        true
    }

    /// Waits until the server is back or the rest is over. Without anything to do, only the first
    /// is of interest, and nothing ticks.
    async fn changed(&mut self, busy: bool) {
        loop {
            let ticks = busy && self.online;
            let rest = async {
                match self.rest.as_mut().filter(|_| ticks) {
                    Some(rest) => rest.await,
                    None => std::future::pending().await,
                }
            };
            tokio::select! {
                biased;
                () = rest => {
                    self.rest = None;
                    return;
                }
                changed = self.status.changed() => {
                    if changed.is_err() {
                        return std::future::pending().await;
                    }
                    let before = self.online;
                    self.online = is_online(self.status.borrow_and_update().connection);
                    if self.online && !before {
                        (self.failures, self.rest) = (0, None);
                        return;
                    }
                }
            }
        }
    }
}

fn is_online(connection: Connection) -> bool {
    matches!(connection, Connection::Synced | Connection::Syncing)
}
