//! Snapshot: a scope as it stands at one commit, written to a file in chunks.
//!
//! A team's is built once and given to everybody who has the team; an agent's own are built for who
//! asks, and the personal one is small: what she can work on, and what is needed to show it. Rows
//! are copied out of the store as they stand there. The database reads in one thread, chunks are
//! compressed in another.

use std::fs::File;
use std::io::Write;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result};
use futures_util::TryStreamExt;
use holdfast_domain::AgentId;
use holdfast_protocol::digest::Digest;
use holdfast_protocol::hello::{PERSONAL, WORKED};
use holdfast_protocol::limits::CHUNK_BYTES;
use holdfast_protocol::push::Settled;
use holdfast_protocol::snapshot::{Chunk, Manifest};
use tokio::sync::mpsc;
use uuid::Uuid;

use super::sight::{Eyes, Part};
use crate::core::Core;
use crate::error::{self, Error};
use crate::http::Caller;
use crate::places::Kind;
use crate::snapshots::Pinned;
use crate::store::{Tx, desk, directory, meta, outcome, ticket};

/// Compression level: speed first, the link is the faster part only on this machine.
const LEVEL: i32 = 1;
/// Rows handed from reading to compressing at a time.
const HANDED_ROWS: usize = 256;
/// Handfuls that may wait.
const HANDED_MAX: usize = 8;

/// Whose the tickets of a scope are: companies with all their people and things.
const CUSTOMERS: [&str; 3] = [
    "SELECT body FROM organization WHERE id IN (SELECT t.organization FROM ticket_sight s
        JOIN ticket t ON t.id = s.ticket
        WHERE s.who = $1 AND t.category >= $2 AND t.category < $3) ORDER BY id",
    "SELECT body FROM contact WHERE organization IN (SELECT t.organization FROM ticket_sight s
        JOIN ticket t ON t.id = s.ticket
        WHERE s.who = $1 AND t.category >= $2 AND t.category < $3) ORDER BY id",
    "SELECT body FROM resource WHERE organization IN (SELECT t.organization FROM ticket_sight s
        JOIN ticket t ON t.id = s.ticket
        WHERE s.who = $1 AND t.category >= $2 AND t.category < $3) ORDER BY id",
];
/// Tickets with their threads, in the order they are sent; the active ones before the finished
/// ones, so that a desk has what can be worked on long before the last chunk. Each kind comes in
/// the order in which it was made, which is the order on the desk's disk: it appends instead of
/// inserting all over its file. The limit keeps the order of the keys from being optimised away.
const TICKETS: [&str; 4] = [
    "SELECT t.body FROM ticket_sight s JOIN ticket t ON t.id = s.ticket
        WHERE s.who = $1 AND t.category >= $2 AND t.category < $3 ORDER BY t.number",
    "SELECT e.body FROM (SELECT e.key AS key FROM ticket_sight s JOIN ticket t ON t.id = s.ticket
        JOIN message e ON e.ticket = t.id
        WHERE s.who = $1 AND t.category >= $2 AND t.category < $3
        ORDER BY e.key LIMIT 9223372036854775807) k CROSS JOIN message e ON e.key = k.key",
    "SELECT e.body FROM (SELECT e.key AS key FROM ticket_sight s JOIN ticket t ON t.id = s.ticket
        JOIN note e ON e.ticket = t.id
        WHERE s.who = $1 AND t.category >= $2 AND t.category < $3
        ORDER BY e.key LIMIT 9223372036854775807) k CROSS JOIN note e ON e.key = k.key",
    "SELECT e.body FROM (SELECT e.key AS key FROM ticket_sight s JOIN ticket t ON t.id = s.ticket
        JOIN event e ON e.ticket = t.id
        WHERE s.who = $1 AND t.category >= $2 AND t.category < $3
        ORDER BY e.key LIMIT 9223372036854775807) k CROSS JOIN event e ON e.key = k.key",
];

/// What is to be built.
struct Wanted {
    scope: String,
    part: Part,
    /// Whose it is, if it is one agent's.
    owner: Option<AgentId>,
    /// Of the personal one: the desk whose outcomes it carries, beside the directory.
    desk: Option<Uuid>,
}

/// The manifest of a scope: a shared one, or one that is built now.
pub async fn manifest(core: &Arc<Core>, caller: &Caller, scope: &str) -> error::Result<Manifest> {
    let eyes = Eyes::of(&core.directory(), caller.agent);
    let part = eyes.part_of(scope).ok_or_else(Error::not_found)?;
    let place = core.places.take(caller.agent, Kind::Snapshot)?;
    let mut wanted = Wanted { scope: scope.to_owned(), part, owner: None, desk: None };
    if let PERSONAL | WORKED = scope {
        wanted.owner = Some(caller.agent);
        wanted.desk = (scope == PERSONAL).then(|| caller.desk()).transpose()?;
        return Ok(build(core.clone(), wanted).await?.manifest.clone());
    }
    if let Some(pinned) = core.snapshots.shared(scope, core.now()) {
        return Ok(pinned.manifest.clone());
    }
    let core = core.clone();
    // In a task of its own: a client that gives up does not undo the work for the next.
    let building = tokio::spawn(async move {
        // It counts as hers until it is done, whoever has given up.
        let _place = place;
        let _turn = core.snapshots.turn().await;
        match core.snapshots.shared(&wanted.scope, core.now()) {
            Some(pinned) => Ok(pinned),
            None => build(core.clone(), wanted).await,
        }
    });
    let pinned = building.await.context("building a snapshot")??;
    Ok(pinned.manifest.clone())
}

/// One chunk of a snapshot that is pinned, if the caller may have it.
pub async fn chunk(
    core: &Arc<Core>,
    caller: &Caller,
    (scope, snapshot, chunk): (String, Uuid, usize),
) -> error::Result<Vec<u8>> {
    let eyes = Eyes::of(&core.directory(), caller.agent);
    eyes.part_of(&scope).ok_or_else(Error::not_found)?;
    let pinned = core.snapshots.get(snapshot, core.now()).ok_or_else(Error::not_found)?;
    let his = pinned.owner.is_none_or(|owner| owner == caller.agent);
    if pinned.manifest.scope != scope || !his {
        return Err(Error::not_found());
    }
    let core = core.clone();
    let read = tokio::task::spawn_blocking(move || core.snapshots.chunk(&pinned, chunk));
    read.await.context("reading a chunk")??.ok_or_else(Error::not_found)
}

async fn build(core: Arc<Core>, wanted: Wanted) -> Result<Arc<Pinned>> {
    let Wanted { scope, part, owner, desk } = wanted;
    let _building = core.snapshots.building().await;
    let id = core.outside.id();
    let built_at = core.now();
    let mut tx = core.db.read().await?;
    let seq = meta::place(&mut tx).await?.context("a store without its place")?.head;
    let tickets = ticket::versions(&mut tx, &part).await?;
    let sum = |sum: Digest, (id, version): &(_, i64)| sum.with(*id, *version);
    let digest = tickets.iter().fold(Digest::default(), sum);
    let (hand, rows) = mpsc::channel(HANDED_MAX);
    let path = core.snapshots.path(id);
    let packing = tokio::task::spawn_blocking(move || pack(path, rows));
    let read = read(&mut tx, &part, desk.is_some(), hand).await;
    let packed = packing.await.context("packing a snapshot")?;
    read?;
    let (chunks, rows) = packed?;
    let outcomes = match desk {
        Some(desk) => outcomes(&mut tx, desk).await?,
        None => Vec::new(),
    };
    let tickets = u64::try_from(tickets.len())?;
    let epoch = core.epoch;
    let manifest =
        Manifest { snapshot: id, scope, epoch, seq, chunks, rows, tickets, digest, outcomes };
    core.snapshots.pin(Pinned { manifest, owner, built_at })
}

/// What the desk has not acknowledged: a snapshot must not jump over it.
async fn outcomes(tx: &mut Tx, id: Uuid) -> Result<Vec<Settled>> {
    let acknowledged = desk::get(tx, id).await?.map_or(0, |desk| desk.acknowledged);
    let stored = outcome::after(tx, id, acknowledged).await?;
    stored.iter().map(outcome::Stored::settled).collect()
}

/// Hands every row on as it is stored.
async fn read(
    tx: &mut Tx,
    part: &Part,
    directory: bool,
    hand: mpsc::Sender<Vec<String>>,
) -> Result<()> {
    let mut handful = Vec::new();
    if directory {
        for entity in ["center", "team", "agent", "macro"] {
            handful.append(&mut directory::bodies(tx, entity).await?);
        }
    }
    let customers = CUSTOMERS.map(|sql| (sql, part.clone()));
    let [active, finished] = part.halves().map(|half| TICKETS.map(|sql| (sql, half.clone())));
    for (sql, Part { who, ranks }) in customers.into_iter().chain(active).chain(finished) {
        on!(&mut *tx, c => {
            let query = sqlx::query_scalar::<_, String>(sql).bind(who);
            let mut rows = query.bind(ranks.start).bind(ranks.end).fetch(c);
            while let Some(body) = rows.try_next().await? {
                handful.push(body);
                if handful.len() >= HANDED_ROWS {
                    hand.send(std::mem::take(&mut handful)).await.context("packing stopped")?;
                }
            }
        });
    }
    hand.send(handful).await.context("packing stopped")
}

/// Writes rows as NDJSON in zstd frames; answers the chunks and how many rows are in them.
fn pack(path: PathBuf, mut rows: mpsc::Receiver<Vec<String>>) -> Result<(Vec<Chunk>, u64)> {
    let mut pack =
        Pack { file: File::create(path)?, open: Vec::new(), rows: 0, chunks: Vec::new() };
    while let Some(handful) = rows.blocking_recv() {
        for body in handful {
            pack.open.extend_from_slice(body.as_bytes());
            pack.open.push(b'\n');
            pack.rows += 1;
            if pack.open.len() >= CHUNK_BYTES {
                pack.close_chunk()?;
            }
        }
    }
    if pack.rows > 0 {
        pack.close_chunk()?;
    }
    pack.file.sync_all()?;
    let rows = pack.chunks.iter().map(|chunk| chunk.rows).sum();
    Ok((pack.chunks, rows))
}

struct Pack {
    file: File,
    open: Vec<u8>,
    rows: u64,
    chunks: Vec<Chunk>,
}

impl Pack {
    fn close_chunk(&mut self) -> Result<()> {
        let frame = zstd::bulk::compress(&self.open, LEVEL)?;
        self.file.write_all(&frame)?;
        let (bytes, blake3) = (u64::try_from(frame.len())?, blake3::hash(&frame));
        let blake3 = blake3.to_hex().to_string();
        self.chunks.push(Chunk { bytes, rows: std::mem::take(&mut self.rows), blake3 });
        self.open.clear();
        Ok(())
    }
}
