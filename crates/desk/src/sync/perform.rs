//! Perform: the calls to the server, each answered by one event.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_cache::{WritePriority, table};
use holdfast_domain::{OperationId, TicketId};
use holdfast_protocol::digest::{DigestAnswer, DigestRequest, Tail};
use holdfast_protocol::hello::{Hello, Scope};
use holdfast_protocol::limits::{PROTOCOL, SCHEMA};
use holdfast_protocol::push::{Push, Pushed};
use holdfast_protocol::snapshot::Manifest;
use holdfast_sync_engine::{Event, Trouble, Verdict};
use serde_json::value::RawValue;

use super::context::{Context, disk};
use super::{escrow, salvage, take};

pub(super) type Answer = Result<Event, Trouble>;

/// Most parts of a scope that are asked about in one comparison.
const PARTS_MAX: usize = 64;

pub(super) async fn hello(context: &Context) -> Answer {
    let token = context.token()?;
    let sync = {
        let mut db = context.cache.read().await.map_err(disk)?;
        table::sync::get(&mut db).await.map_err(disk)?
    };
    let desk = match sync.desk {
        Some(desk) => desk,
        None => take::first_desk(context).await?,
    };
    let said = Hello {
        desk,
        protocol: PROTOCOL,
        schema: SCHEMA,
        epoch: sync.epoch,
        cursor: sync.cursor,
        last_number: sync.next_number - 1,
        acknowledged: sync.cursor,
    };
    let welcome = context.transport.hello(&token, &said).await?;
    salvage::offer(context, &token, (&said, &welcome)).await?;
    escrow::bring(context, (&said, &welcome)).await?;
    take::welcome(context, &said, &welcome).await?;
    Ok(Event::HelloAnswered { said, welcome: Box::new(welcome) })
}

pub(super) async fn refresh(context: &Context) -> Answer {
    let session = context.transport.refresh(&context.refresh_token()?).await?;
    context.renew_credentials(session.into()).await?;
    Ok(Event::TokenRefreshed)
}

pub(super) async fn manifest(context: &Context, scope: &str) -> Answer {
    let manifest = context.transport.manifest(&context.token()?, scope).await?;
    Ok(Event::ManifestFetched(Box::new(manifest)))
}

pub(super) async fn chunk(context: &Context, manifest: &Manifest, chunk: u32) -> Answer {
    let rows = context.transport.chunk(&context.token()?, manifest, chunk).await?;
    Ok(Event::ChunkFetched { snapshot: manifest.snapshot, chunk, rows })
}

pub(super) async fn pull(context: &Context, since: i64, rows: u32) -> Answer {
    let (token, epoch) = (context.token()?, context.epoch()?);
    Ok(Event::Pulled(context.transport.changes(&token, epoch, since, rows).await?))
}

/// Numbers are on the disk before the first byte leaves.
pub(super) async fn push(context: &Context, ids: &[OperationId]) -> Answer {
    let (token, epoch) = (context.token()?, context.epoch()?);
    let mut tx = context.cache.write(WritePriority::Agent).await.map_err(disk)?;
    let desk = table::sync::get(&mut tx).await.map_err(disk)?.desk.ok_or(Trouble::Disk)?;
    let frozen = table::operation::number(&mut tx, ids).await.map_err(disk)?;
    tx.commit().await.map_err(disk)?;
    let operations = frozen.into_iter().map(|one| {
        let operation = RawValue::from_string(one.bytes).map_err(|_| Trouble::Disk)?;
        Ok(Pushed { number: one.number, id: one.id, digest: one.digest, operation })
    });
    let operations = operations.collect::<Result<_, Trouble>>()?;
    let answer = context.transport.push(&token, &Push { desk, epoch, operations }).await?;
    Ok(Event::PushAnswered(answer))
}

/// Compares a scope; where it differs, its parts, until the tickets are known. What is beyond the
/// bound is found by the next comparison.
pub(super) async fn digest(context: &Context, scope: Scope) -> Answer {
    let token = context.token()?;
    let (cursor, digest, own) = {
        let mut db = context.cache.read().await.map_err(disk)?;
        let cursor = table::sync::get(&mut db).await.map_err(disk)?.cursor;
        let held = table::scope::get(&mut db, &scope).await.map_err(disk)?;
        let digest = held.map(|held| held.digest).unwrap_or_default();
        (cursor, digest, table::scope::tickets(&mut db, &scope).await.map_err(disk)?)
    };
    let mut parts = vec![(Tail::default(), digest)];
    let (mut found, mut asked) = (Vec::new(), 0);
    while let Some((tail, digest)) = parts.pop().filter(|_| asked < PARTS_MAX) {
        let request = DigestRequest { scope: scope.clone(), cursor, tail: tail.clone(), digest };
        let mine = own.iter().filter(|(id, _)| tail.holds(*id));
        match context.transport.digest(&token, &request).await? {
            DigestAnswer::Equal if asked == 0 => {
                return Ok(Event::DigestAnswered { scope, verdict: Verdict::Equal });
            }
            DigestAnswer::Equal => {}
            DigestAnswer::NotAtHead { .. } => {
                return Ok(Event::DigestAnswered { scope, verdict: Verdict::NotAtHead });
            }
            DigestAnswer::Listed { tickets } => {
                let mine = mine.copied().collect();
                found.extend(different(&mine, &tickets.into_iter().collect()));
            }
            DigestAnswer::Differs { sums } => {
                let ours = tail.sums(mine);
                let bytes = (0..=u8::MAX).zip(ours.into_iter().zip(sums));
                let differing = bytes.filter(|(_, (ours, theirs))| ours != theirs);
                parts.extend(differing.map(|(byte, (ours, _))| (tail.with(byte), ours)));
            }
        }
        asked += 1;
    }
    Ok(Event::DigestAnswered { scope, verdict: Verdict::Differs(found) })
}

/// Tickets that stand on one side only, or in different versions.
fn different(own: &BTreeMap<TicketId, i64>, theirs: &BTreeMap<TicketId, i64>) -> Vec<TicketId> {
    let all: BTreeSet<&TicketId> = own.keys().chain(theirs.keys()).collect();
    all.into_iter().filter(|id| own.get(id) != theirs.get(id)).copied().collect()
}

pub(super) async fn refetch(
    context: &std::sync::Arc<Context>,
    scope: Scope,
    tickets: Vec<TicketId>,
) -> Answer {
    for ticket in tickets {
        match context.transport.ticket(&context.token()?, ticket).await? {
            Some(whole) => take::whole(context, whole).await?,
            None => take::purge(context, ticket).await?,
        }
    }
    Ok(Event::Refetched(scope))
}
