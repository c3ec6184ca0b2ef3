//! Escrow: what left with its ticket is brought to a server that was restored and may lack it: at
//! every hello, and when its ticket is here again. What the server gives back waits again, in its
//! old order, before anything of this epoch is pushed.
//!
//! Deliberately absent: opening it; only the server can.

use std::collections::BTreeSet;

use holdfast_cache::table::escrow::{self, Sealed};
use holdfast_cache::{Result, WritePriority};
use holdfast_domain::OperationId;
use holdfast_protocol::escrow::{self as protocol, ESCROW_OPERATIONS_MAX, Escrow, Fate};
use holdfast_sync_engine::Trouble;
use uuid::Uuid;

use super::context::{Context, disk};
use super::take;

/// About as many bytes in one body; the server takes a mebibyte.
const BODY_BYTES: usize = 512 * 1024;

/// Brings what was accepted in other epochs. Of what the server does not take nothing can be made
/// now; if it cannot be reached, that is the answer.
pub(super) async fn bring(context: &Context, epoch: Uuid) -> std::result::Result<(), Trouble> {
    let all = {
        let mut db = context.cache.read().await.map_err(disk)?;
        escrow::of_other_epochs(&mut db, epoch).await.map_err(disk)?
    };
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
                tracing::warn!(?trouble, "the server opens nothing that lies in escrow");
                return Ok(());
            }
            Err(trouble) => return Err(trouble),
        }
    }
    Ok(())
}

/// The same, if a ticket is here again of which something lies there. If the server cannot be
/// reached now, the next hello does it.
pub(super) async fn bring_what_is_here_again(context: &Context) {
    let is_any = async {
        let mut db = context.cache.read().await?;
        escrow::is_any_here_again(&mut db).await
    };
    let brought = match is_any.await.map_err(disk) {
        Ok(false) => Ok(()),
        Ok(true) => match context.epoch() {
            Ok(epoch) => bring(context, epoch).await,
            Err(trouble) => Err(trouble),
        },
        Err(trouble) => Err(trouble),
    };
    if let Err(trouble) = brought {
        tracing::info!(?trouble, "what lies in escrow waits for the next hello");
    }
}

async fn take_in(context: &Context, fates: Vec<(OperationId, Fate)>) -> Result<()> {
    let mut tx = context.cache.write(WritePriority::Bulk).await?;
    let mut again = BTreeSet::new();
    for (id, fate) in fates {
        match fate {
            Fate::Known | Fate::Over => escrow::forget(&mut tx, id).await?,
            Fate::Yours { bytes } => {
                let of = (id, bytes.as_str());
                let now = context.clock.now();
                again.extend(escrow::take_back(&mut tx, of, context.agent, now).await?);
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
