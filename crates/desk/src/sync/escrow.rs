//! Escrow: what left with its ticket is brought to a server that was restored and may lack it: at
//! every hello, before anything is pushed there, and when its ticket is here again. What the server
//! gives back waits again, in its old order.
//!
//! Deliberately absent: opening it; only the server can.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use holdfast_cache::table::escrow::{self, Sealed};
use holdfast_cache::{Result, WritePriority};
use holdfast_domain::TicketId;
use holdfast_protocol::escrow::{self as protocol, ESCROW_OPERATIONS_MAX, Escrow, Fate};
use holdfast_protocol::hello::{Hello, Welcome};
use holdfast_sync_engine::Trouble;
use tokio::sync::watch;
use uuid::Uuid;

use super::context::{Context, disk};
use super::take;

/// About as many bytes in one body; the server takes a mebibyte.
const BODY_BYTES: usize = 512 * 1024;

/// At a hello: brings what was accepted in other epochs than the server's. If it cannot be reached,
/// the hello has failed and is said again.
pub(super) async fn bring(
    context: &Context,
    (said, welcome): (&Hello, &Welcome),
) -> std::result::Result<(), Trouble> {
    if lying(context, welcome.epoch).await?.is_empty() {
        return Ok(());
    }
    if said.epoch != Some(welcome.epoch) {
        gather(context, welcome).await.map_err(disk)?;
    }
    carry(context, lying(context, welcome.epoch).await?).await.map(drop)
}

/// Only for a server that can open it.
async fn gather(context: &Context, welcome: &Welcome) -> Result<()> {
    let mut tx = context.cache.write(WritePriority::Bulk).await?;
    let known = escrow::sealing(&mut tx).await?.map(|sealing| sealing.public_key);
    if known == welcome.sealing.as_ref().map(|sealing| sealing.public_key.clone()) {
        escrow::gather(&mut tx).await?;
    }
    tx.commit().await
}

async fn lying(context: &Context, epoch: Uuid) -> std::result::Result<Vec<Sealed>, Trouble> {
    let read = async {
        let mut db = context.cache.read().await?;
        escrow::of_other_epochs(&mut db, epoch).await
    };
    read.await.map_err(disk)
}

/// Which version of each ticket was here when the server had nothing to give back of it.
type Asked = BTreeMap<(Uuid, TicketId), i64>;

/// Brings what lies there of tickets that are here again, whenever any has come.
pub(super) async fn watch(context: Arc<Context>, mut stop: watch::Receiver<bool>) {
    let mut asked = Asked::new();
    loop {
        tokio::select! {
            biased;
            _ = stop.changed() => return,
            () = context.bells.escrow.notified() => {}
        }
        let tried = tokio::select! {
            biased;
            _ = stop.changed() => return,
            tried = bring_again(&context, &mut asked) => tried,
        };
        if let Err(trouble) = tried {
            tracing::info!(trouble = trouble.code(), "what lies in escrow waits");
        }
    }
}

async fn bring_again(context: &Context, asked: &mut Asked) -> std::result::Result<(), Trouble> {
    loop {
        let here = async {
            let mut db = context.cache.read().await?;
            escrow::here_again(&mut db).await
        };
        let here = here.await.map_err(disk)?;
        if here.is_empty() {
            return Ok(());
        }
        let epoch = context.epoch()?;
        let mut all = lying(context, epoch).await?;
        all.retain(|one| {
            let version = here.get(&one.ticket);
            one.is_next && version.is_some() && asked.get(&(epoch, one.ticket)) != version
        });
        if all.is_empty() {
            return Ok(());
        }
        let tickets: BTreeSet<TicketId> = all.iter().map(|one| one.ticket).collect();
        let moved = carry(context, all).await?;
        for ticket in tickets.difference(&moved) {
            asked.extend(here.get(ticket).map(|version| ((epoch, *ticket), *version)));
        }
    }
}

/// Answers the tickets of which something lies there no more. Of what the server does not take
/// nothing can be made now.
async fn carry(
    context: &Context,
    all: Vec<Sealed>,
) -> std::result::Result<BTreeSet<TicketId>, Trouble> {
    let mut moved = BTreeSet::new();
    for body in bodies(all) {
        let sealed =
            |one: &Sealed| protocol::Sealed { id: one.id, sealed: hex::encode(&one.bytes) };
        let said = Escrow { operations: body.iter().map(sealed).collect() };
        match context.transport.escrow(&context.token()?, &said).await {
            Ok(answer) => {
                let fates = body.into_iter().zip(answer.fates).collect();
                moved.extend(take_in(context, fates).await.map_err(disk)?);
            }
            Err(trouble) if trouble.is_of_this_request() => {
                let trouble = trouble.code();
                tracing::warn!(trouble, "the server says nothing of what lies in escrow");
            }
            Err(trouble) => return Err(trouble),
        }
    }
    Ok(moved)
}

async fn take_in(context: &Context, fates: Vec<(Sealed, Fate)>) -> Result<BTreeSet<TicketId>> {
    let mut tx = context.cache.write(WritePriority::Bulk).await?;
    let (mut moved, mut again) = (BTreeSet::new(), BTreeSet::new());
    for (Sealed { id, ticket, is_next, .. }, fate) in fates {
        match fate {
            Fate::Known | Fate::Over => {
                escrow::forget(&mut tx, id).await?;
                moved.insert(ticket);
            }
            Fate::Yours { operation } if is_next => {
                let of = (id, operation.as_str());
                let now = context.clock.now();
                match escrow::take_back(&mut tx, of, context.agent, now).await {
                    Ok(ticket) => again.extend(ticket),
                    // Of another version of Holdfast: this one leaves it where it is.
                    Err(holdfast_cache::CacheError::Stored(_)) => {
                        tracing::error!(%id, "what was given back is no operation");
                    }
                    Err(error) => return Err(error),
                }
            }
            // Its turn comes when the ticket is back.
            Fate::Yours { .. } | Fate::Away => {}
        }
    }
    take::replay(context, &mut tx, &again).await?;
    tx.commit().await?;
    if !again.is_empty() {
        tracing::info!(tickets = again.len(), "what the restored server lacks waits again");
        context.bells.written.notify_one();
    }
    moved.extend(again);
    Ok(moved)
}

/// As many in a body as the server takes.
fn bodies(all: Vec<Sealed>) -> Vec<Vec<Sealed>> {
    let (mut bodies, mut bytes) = (vec![Vec::new()], 0);
    for one in all {
        // As hexadecimal digits.
        let more = one.bytes.len() * 2;
        let last = bodies.last().map_or(0, Vec::len);
        if last == ESCROW_OPERATIONS_MAX || (last > 0 && bytes + more > BODY_BYTES) {
            bodies.push(Vec::new());
            bytes = 0;
        }
        bytes += more;
        bodies.last_mut().expect("one was put in").push(one);
    }
    bodies.retain(|body| !body.is_empty());
    bodies
}
