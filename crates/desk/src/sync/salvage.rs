//! Salvage: after a restore, others' words that this desk holds and the server may lack are offered
//! to it before anything of the earlier epoch is let go of. Her own come again as operations.
//!
//! Nothing is remembered of it: until the epoch is taken on, every hello finds the same rows again,
//! and the server keeps each once.

use holdfast_cache::table;
use holdfast_protocol::hello::{Hello, Welcome};
use holdfast_protocol::row::thread_key;
use holdfast_protocol::salvage::{SALVAGE_WORDS_MAX, Salvage};
use holdfast_sync_engine::Trouble;

use super::context::{Context, disk};

/// Words that are offered, newest first: those of a gap of days, and no whole history.
const OFFERED_MAX: u32 = 5_000;
/// About as many bytes in one body; the server takes a mebibyte.
const BODY_BYTES: usize = 512 * 1024;

/// Offers them, if this is another epoch. Of what the server does not take nothing can be made; if
/// it cannot be reached, the hello has failed and is said again.
pub(super) async fn offer(
    context: &Context,
    token: &str,
    (said, welcome): (&Hello, &Welcome),
) -> Result<(), Trouble> {
    let another = said.epoch.is_some_and(|epoch| epoch != welcome.epoch);
    let Some(common) = welcome.common_seq.filter(|_| another) else {
        return Ok(());
    };
    for body in bodies(&lacking(context, common).await?) {
        match context.transport.salvage(token, &body).await {
            Ok(answer) => tracing::info!(kept = answer.kept, "words that the server lacked"),
            Err(trouble) if trouble.is_of_this_request() => {
                tracing::warn!(?trouble, "the server takes no words back");
            }
            Err(trouble) => return Err(trouble),
        }
    }
    Ok(())
}

async fn lacking(context: &Context, common: i64) -> Result<Salvage, Trouble> {
    let keys = thread_key(common + 1, 0)..table::thread::WAITING;
    let read = async {
        let mut db = context.cache.read().await?;
        let but = context.agent;
        let messages = table::message::of_others(&mut db, but, keys.clone(), OFFERED_MAX).await?;
        let notes = table::note::of_others(&mut db, but, keys, OFFERED_MAX).await?;
        Ok(Salvage { messages, notes })
    };
    read.await.map_err(disk)
}

/// As many in a body as the server takes.
fn bodies(all: &Salvage) -> Vec<Salvage> {
    let (mut bodies, mut bytes) = (vec![Salvage::default()], 0);
    let mut room = |more: usize, bodies: &mut Vec<Salvage>| {
        let last = bodies.last().map_or(0, |body| body.messages.len() + body.notes.len());
        if last == SALVAGE_WORDS_MAX || bytes + more > BODY_BYTES {
            bodies.push(Salvage::default());
            bytes = 0;
        }
        bytes += more;
    };
    for row in &all.messages {
        room(row.text.len(), &mut bodies);
        bodies.last_mut().expect("one was put in").messages.push(row.clone());
    }
    for row in &all.notes {
        room(row.text.len(), &mut bodies);
        bodies.last_mut().expect("one was put in").notes.push(row.clone());
    }
    bodies.retain(|body| *body != Salvage::default());
    bodies
}
