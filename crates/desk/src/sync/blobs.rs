//! Blobs: files on their way. To the server after the words they hang on, from the server when
//! somebody asks; both go on where they stopped.
//!
//! The server takes a file only when it has words of this agent that name it; until then it says
//! that there is nothing, and the file waits for the next chance. Deliberately absent: memory of
//! failures; whatever is not delivered is tried again.

use std::sync::Arc;
use std::time::Duration;

use holdfast_cache::table::blob::{self, Blob, State};
use holdfast_cache::{CacheError, Notice, WritePriority};
use holdfast_domain::TicketId;
use holdfast_domain::words::ATTACHMENT_BYTES_MAX;
use holdfast_sync_engine::Trouble;
use tokio::sync::{mpsc, watch};

use super::context::{Context, disk};
use super::transport::Transport;
use crate::ipc::view::Connection;

/// Files that are looked at in one pass.
const PASS_MAX: u32 = 1_000;
/// Whatever is not delivered is tried again after this long at the latest.
const AGAIN: Duration = Duration::from_secs(20);

/// Carries files as long as the session lives.
pub(super) async fn carry<T: Transport>(
    context: Arc<Context<T>>,
    mut wanted: mpsc::Receiver<(TicketId, String)>,
    mut stop: watch::Receiver<bool>,
) {
    let mut status = context.status.subscribe();
    let mut heard = context.cache.notices();
    loop {
        tokio::select! {
            _ = stop.changed() => return,
            asked = wanted.recv() => match asked {
                Some((ticket, hash)) => tell(download(&context, ticket, &hash).await),
                None => return,
            },
            _ = status.changed() => {}
            notice = heard.next() => match notice {
                // Words may have been settled; whatever else happens says nothing about files.
                Some(Notice::Outbox | Notice::Everything) => {}
                Some(_) => continue,
                None => return,
            },
            () = tokio::time::sleep(AGAIN) => {}
        }
        let online = matches!(
            status.borrow_and_update().connection,
            Connection::Synced | Connection::Syncing
        );
        if online {
            tell(upload_all(&context).await);
        }
    }
}

fn tell(done: Result<(), Trouble>) {
    if let Err(trouble) = done {
        tracing::debug!(trouble = trouble.code(), "a file waits for the next chance");
    }
}

async fn upload_all<T: Transport>(context: &Context<T>) -> Result<(), Trouble> {
    let waiting = {
        let mut db = context.cache.read().await.map_err(disk)?;
        blob::to_upload(&mut db, PASS_MAX).await.map_err(disk)?
    };
    for file in waiting {
        match upload(context, &file).await {
            Ok(()) => {}
            // The way is broken for all of them.
            Err(
                trouble @ (Trouble::Unreachable
                | Trouble::TimedOut
                | Trouble::Cut
                | Trouble::TokenExpired
                | Trouble::SessionEnded
                | Trouble::Disk),
            ) => return Err(trouble),
            // Its words are not at the server yet, or will never be: the others go on.
            Err(trouble) => {
                tracing::debug!(trouble = trouble.code(), "a file waits for the next chance");
            }
        }
    }
    Ok(())
}

async fn upload<T: Transport>(context: &Context<T>, file: &Blob) -> Result<(), Trouble> {
    let token = context.token()?;
    let mut there = context.transport.blob_state(&token, &file.hash).await?;
    for n in 0..file.chunks {
        if there.complete {
            break;
        }
        if there.chunks.contains(&n) {
            continue;
        }
        let bytes = {
            let mut db = context.cache.read().await.map_err(disk)?;
            blob::chunk(&mut db, &file.hash, n).await.map_err(disk)?.ok_or(Trouble::Disk)?
        };
        let part = (n, file.size_bytes, bytes);
        there = context.transport.put_blob(&token, &file.hash, part).await?;
        let uploaded = u32::try_from(there.chunks.len()).unwrap_or(u32::MAX);
        change(context, &file.hash, None, uploaded).await.map_err(disk)?;
    }
    if there.complete {
        change(context, &file.hash, Some(State::Delivered), file.chunks).await.map_err(disk)?;
    }
    Ok(())
}

async fn change<T: Transport>(
    context: &Context<T>,
    hash: &str,
    state: Option<State>,
    uploaded: u32,
) -> Result<(), CacheError> {
    let mut tx = context.cache.write(WritePriority::Bulk).await?;
    blob::set_uploaded(&mut tx, hash, uploaded).await?;
    if let Some(state) = state {
        blob::set_state(&mut tx, hash, state).await?;
    }
    tx.commit().await
}

async fn download<T: Transport>(
    context: &Context<T>,
    ticket: TicketId,
    hash: &str,
) -> Result<(), Trouble> {
    let token = context.token()?;
    let there = context.transport.blob_state(&token, hash).await?;
    if !there.complete || there.size_bytes > ATTACHMENT_BYTES_MAX {
        return Err(Trouble::NotFound);
    }
    let mut chunks = Vec::new();
    let mut hasher = blake3::Hasher::new();
    for n in &there.chunks {
        let bytes = context.transport.get_blob(&token, hash, *n).await?;
        hasher.update(&bytes);
        chunks.push(bytes);
    }
    if hasher.finalize().to_hex().as_str() != hash {
        return Err(Trouble::Garbage);
    }
    let keep = async {
        let mut tx = context.cache.write(WritePriority::Bulk).await?;
        blob::begin(&mut tx, hash, there.size_bytes, ticket).await?;
        for (n, bytes) in (0u32..).zip(&chunks) {
            blob::put_chunk(&mut tx, hash, n, bytes).await?;
        }
        blob::set_state(&mut tx, hash, State::Delivered).await?;
        tx.notice(Notice::Ticket(ticket));
        tx.commit().await
    };
    keep.await.map_err(disk)
}
