//! Send: files that accepted words name, to the server, oldest first.
//!
//! A file is sent once words that name it are accepted: until then the server would not take it.
//! One that fails by itself is passed over until the next pass. One that the server never takes is
//! given up: the words stand there without it, and a reply would wait for it for ever, so its
//! author is told and has the words again, without the file, as a draft. Before that the server is
//! told that the file will not come, so that the first words go to nobody. The same goes for one
//! whose bytes were lost with a damaged disk.
//!
//! Deliberately absent: taking the words back that the server has; nothing of ours can.

use std::collections::BTreeMap;

use holdfast_cache::table::blob::{self, Blob, State};
use holdfast_cache::table::draft::{self, Draft};
use holdfast_cache::table::operation::{self, Stored};
use holdfast_cache::{CacheError, Notice, WritePriority, WriteTx, purge};
use holdfast_domain::operation::Reply;
use holdfast_domain::{Action, DraftId, Refusal};
use holdfast_sync_engine::Trouble;
use jiff::Timestamp;

use super::{FILES_MAX, Line, is_the_way};
use crate::sync::context::{Context, disk};

/// A server that calls a file wrong so often will not take it: it may have had it garbled before.
const WRONG_MAX: u32 = 3;

/// Sends what accepted words name.
pub(super) async fn send(context: &Context) {
    let mut heard = context.cache.notices();
    let mut line = Line::new(context);
    let mut wrong = BTreeMap::new();
    let mut owed = true;
    loop {
        if owed && line.is_free() {
            owed = line.told(send_all(context, &mut wrong).await);
        }
        tokio::select! {
            biased;
            () = line.changed(owed) => owed = true,
            notice = heard.next() => match notice {
                // Words may have been settled; whatever else happens says nothing about files.
                Some(Notice::Outbox | Notice::Everything) => {
                    owed = true;
                    line.hurry();
                }
                Some(_) => {}
                None => return,
            },
        }
    }
}

/// Answers whether anything is left to be sent.
async fn send_all(context: &Context, wrong: &mut BTreeMap<String, u32>) -> Result<bool, Trouble> {
    let limit = u32::try_from(FILES_MAX).unwrap_or(u32::MAX);
    let (mut after, mut failed) = (0, Ok(false));
    loop {
        let waiting = {
            let mut db = context.cache.read().await.map_err(disk)?;
            blob::to_upload(&mut db, after, limit).await.map_err(disk)?
        };
        let Some(last) = waiting.last() else { return failed };
        after = last.key;
        for file in waiting {
            match deliver(context, &file, wrong).await {
                Ok(()) => {}
                Err(trouble) if is_the_way(&trouble) => return Err(trouble),
                // The server does not take this one yet: the others go on.
                Err(trouble) => failed = Err(trouble),
            }
        }
    }
}

/// Sends a file, or gives it up.
async fn deliver(
    context: &Context,
    file: &Blob,
    wrong: &mut BTreeMap<String, u32>,
) -> Result<(), Trouble> {
    if file.is_lost() {
        // Nobody can bring it any more.
        return forgo(context, file, &Trouble::NotFound).await;
    }
    match upload(context, file).await {
        Err(trouble) if is_final(context, file, &trouble, wrong).await? => {
            forgo(context, file, &trouble).await
        }
        tried => tried,
    }
}

/// Whether the server will not take it at any time.
async fn is_final(
    context: &Context,
    file: &Blob,
    trouble: &Trouble,
    wrong: &mut BTreeMap<String, u32>,
) -> Result<bool, Trouble> {
    match trouble {
        Trouble::TooLarge => Ok(true),
        // No words name it there. If they were accepted the server was restored and has forgotten
        // them: they are on their way once more, or will be when this desk has heard of it.
        Trouble::NotFound => {
            let mut db = context.cache.read().await.map_err(disk)?;
            let naming = operation::naming(&mut db, &file.hash).await.map_err(disk)?;
            let lives =
                |state: operation::State| state.is_waiting() || state == operation::State::Accepted;
            Ok(!naming.iter().any(|stored| lives(stored.state)))
        }
        Trouble::BadRequest => {
            let times = wrong.entry(file.hash.clone()).or_default();
            *times += 1;
            Ok(*times >= WRONG_MAX)
        }
        _ => Ok(false),
    }
}

/// Ends what waits for the file at the server, then gives it up here. In this order: words that
/// their author has again must not go out a second time when the same bytes come after all.
async fn forgo(context: &Context, file: &Blob, trouble: &Trouble) -> Result<(), Trouble> {
    match context.transport.forgo_blob(&context.token()?, &file.hash).await {
        // It was there already, and the words have gone out.
        Ok(state) if state.complete && file.is_lost() => {
            let mut tx = context.cache.write(WritePriority::Bulk).await.map_err(disk)?;
            blob::begin_again(&mut tx, &file.hash).await.map_err(disk)?;
            tx.commit().await.map_err(disk)
        }
        // Another desk of hers has brought it, and the words have gone out.
        Ok(state) if state.complete => {
            change(context, &file.hash, Some(State::Delivered), file.chunks).await.map_err(disk)
        }
        Ok(_) | Err(Trouble::NotFound) => give_up(context, file, trouble).await.map_err(disk),
        Err(trouble) => Err(trouble),
    }
}

async fn give_up(context: &Context, file: &Blob, trouble: &Trouble) -> Result<(), CacheError> {
    tracing::warn!(trouble = trouble.code(), "the server does not take a file");
    let refusal = match trouble {
        Trouble::TooLarge => Refusal::TooMuch,
        _ => Refusal::NotAllowed,
    };
    let mut tx = context.cache.write(WritePriority::Bulk).await?;
    blob::refuse(&mut tx, &file.hash).await?;
    for stored in operation::naming(&mut tx, &file.hash).await? {
        if let operation::State::Accepted | operation::State::GivenUp = stored.state {
            operation::give_up(&mut tx, stored.kept.id, refusal.clone()).await?;
            give_back(&mut tx, &stored, &file.hash, context.now()).await?;
        }
    }
    tx.notice(Notice::Outbox);
    tx.commit().await
}

/// A reply that waits for the file is its author's again without it. A note stands as it is.
async fn give_back(
    tx: &mut WriteTx,
    stored: &Stored,
    hash: &str,
    now: Timestamp,
) -> Result<(), CacheError> {
    if purge::settled(tx, stored, now).await? {
        return Ok(());
    }
    let operation = stored.kept.operation()?;
    let (Action::Reply(reply) | Action::SendAndSolve { reply, .. }) = operation.action else {
        return Ok(());
    };
    let Reply { text, mut attachments, seen_through, .. } = reply;
    attachments.retain(|file| file.hash != hash);
    // The words are taken: what is sent again needs another id, the same at every attempt.
    let id = DraftId(operation.id.0);
    match draft::get(tx, id).await? {
        Some(mut begun) => {
            // Another file of the same words was refused before.
            begun.attachments.retain(|file| file.hash != hash);
            draft::save(tx, &begun, now).await.map(drop)
        }
        None if stored.state == operation::State::Accepted => {
            let draft = Draft {
                id,
                ticket: operation.ticket,
                kind: draft::Kind::Reply,
                version: 0,
                words: text,
                attachments,
                seen_through,
                state: draft::State::Returned,
                updated_at: now,
            };
            draft::give_back(tx, &draft, now).await
        }
        None => Ok(()),
    }
}

async fn upload(context: &Context, file: &Blob) -> Result<(), Trouble> {
    let mut there = context.transport.blob_state(&context.token()?, &file.hash).await?;
    for n in 0..file.chunks {
        if there.complete {
            break;
        }
        if there.chunks.contains(&n) {
            continue;
        }
        let bytes = {
            let mut db = context.cache.read().await.map_err(disk)?;
            blob::chunk(&mut db, &file.hash, n).await.map_err(disk)?
        };
        // Gone meanwhile, with all that named it.
        let Some(bytes) = bytes else { return Ok(()) };
        let part = (n, file.size_bytes, bytes);
        there = context.transport.put_blob(&context.token()?, &file.hash, part).await?;
        let uploaded = u32::try_from(there.chunks.len()).unwrap_or(u32::MAX);
        change(context, &file.hash, None, uploaded).await.map_err(disk)?;
    }
    if !there.complete {
        // All pieces are there and the whole is not: it says so when they are asked for again.
        return Err(Trouble::Garbage);
    }
    change(context, &file.hash, Some(State::Delivered), file.chunks).await.map_err(disk)
}

async fn change(
    context: &Context,
    hash: &str,
    state: Option<State>,
    uploaded: u32,
) -> Result<(), CacheError> {
    let mut tx = context.cache.write(WritePriority::Bulk).await?;
    blob::set_uploaded(&mut tx, hash, uploaded).await?;
    let mut left = false;
    if let Some(state) = state {
        blob::set_state(&mut tx, hash, state).await?;
        for stored in operation::naming(&mut tx, hash).await? {
            left |= purge::accepted(&mut tx, stored.kept.ticket).await?;
        }
        // The outbox counts what still travels, and a ticket that has left lets it go now.
        tx.notice(Notice::Outbox);
    }
    tx.commit().await?;
    if left {
        let _one_at_a_time = context.erasing.lock().await;
        context.cache.erase_purged().await?;
    }
    Ok(())
}
