//! Escrow: what left with its ticket is brought to a server that was restored and may lack it: at
//! every hello, before anything is pushed there, and when its ticket is here again. What the server
//! gives back waits again, in its old order.
//!
//! Deliberately absent: opening it; only the server can.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use holdfast_cache::table::escrow::{self, Sealed};
use holdfast_cache::{Result, WritePriority};
use holdfast_domain::{OperationId, TicketId};
use holdfast_protocol::escrow::{self as protocol, ESCROW_OPERATIONS_MAX, Escrow, Fate};
use holdfast_protocol::hello::{Hello, Welcome};
use holdfast_sync_engine::Trouble;
use tokio::sync::watch;

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
    let is_any = async {
        let mut db = context.cache.read().await?;
        Ok(!escrow::of_other_epochs(&mut db, welcome.epoch).await?.is_empty())
    };
    let is_any: Result<bool> = is_any.await;
    if !is_any.map_err(disk)? {
        return Ok(());
    }
    if said.epoch != Some(welcome.epoch) {
        let gathered = async {
            let mut tx = context.cache.write(WritePriority::Bulk).await?;
            escrow::gather(&mut tx).await?;
            tx.commit().await
        };
        gathered.await.map_err(disk)?;
    }
    let all = async {
        let mut db = context.cache.read().await?;
        escrow::of_other_epochs(&mut db, welcome.epoch).await
    };
    carry(context, all.await.map_err(disk)?).await
}

/// Brings what lies there of tickets that are here again, whenever any has come.
pub(super) async fn watch(context: Arc<Context>, mut stop: watch::Receiver<bool>) {
    let mut asked = BTreeMap::new();
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

/// `asked`: which version of each ticket was here when the server was asked last.
async fn bring_again(
    context: &Context,
    asked: &mut BTreeMap<TicketId, i64>,
) -> std::result::Result<(), Trouble> {
    let here = async {
        let mut db = context.cache.read().await?;
        escrow::here_again(&mut db).await
    };
    let mut here = here.await.map_err(disk)?;
    here.retain(|ticket, version| asked.get(ticket) != Some(version));
    if here.is_empty() {
        return Ok(());
    }
    let epoch = context.epoch()?;
    let all = async {
        let mut db = context.cache.read().await?;
        escrow::of_other_epochs(&mut db, epoch).await
    };
    let mut all = all.await.map_err(disk)?;
    all.retain(|one| here.contains_key(&one.ticket));
    here.retain(|ticket, _| all.iter().any(|one| one.ticket == *ticket));
    carry(context, all).await?;
    asked.extend(here);
    Ok(())
}

/// Of what the server does not take nothing can be made now.
async fn carry(context: &Context, all: Vec<Sealed>) -> std::result::Result<(), Trouble> {
    for body in bodies(all) {
        match context.transport.escrow(&context.token()?, &body).await {
            Ok(answer) => {
                let fates = body.operations.iter().map(|one| one.id).zip(answer.fates);
                take_in(context, fates.collect()).await.map_err(disk)?;
            }
            Err(
                trouble @ (Trouble::BadRequest
                | Trouble::NotFound
                | Trouble::TooLarge
                | Trouble::Internal
                | Trouble::Garbage),
            ) => {
                let trouble = trouble.code();
                tracing::warn!(trouble, "the server says nothing of what lies in escrow");
            }
            Err(trouble) => return Err(trouble),
        }
    }
    Ok(())
}

async fn take_in(context: &Context, fates: Vec<(OperationId, Fate)>) -> Result<()> {
    let mut tx = context.cache.write(WritePriority::Bulk).await?;
    let mut again = BTreeSet::new();
    for (id, fate) in fates {
        match fate {
            Fate::Known | Fate::Over => escrow::forget(&mut tx, id).await?,
            Fate::Yours { operation } => {
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
            Fate::Away => {}
        }
    }
    take::replay(context, &mut tx, &again).await?;
    tx.commit().await?;
    if !again.is_empty() {
        tracing::info!(tickets = again.len(), "what the restored server lacks waits again");
        context.bells.written.notify_one();
    }
    Ok(())
}

/// As many in a body as the server takes.
fn bodies(all: Vec<Sealed>) -> Vec<Escrow> {
    let (mut bodies, mut bytes) = (vec![Escrow::default()], 0);
    for one in all {
        let one = protocol::Sealed { id: one.id, sealed: hex::encode(one.bytes) };
        let last = bodies.last().map_or(0, |body| body.operations.len());
        if last == ESCROW_OPERATIONS_MAX || (last > 0 && bytes + one.sealed.len() > BODY_BYTES) {
            bodies.push(Escrow::default());
            bytes = 0;
        }
        bytes += one.sealed.len();
        bodies.last_mut().expect("one was put in").operations.push(one);
    }
    bodies.retain(|body| !body.operations.is_empty());
    bodies
}
