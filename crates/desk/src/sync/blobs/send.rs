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
use holdfast_cache::table::escrow;
use holdfast_cache::table::message;
use holdfast_cache::table::operation::{self, Stored};
use holdfast_cache::{CacheError, Notice, WritePriority, WriteTx, purge};
use holdfast_domain::operation::Reply;
use holdfast_domain::words::Attachment;
use holdfast_domain::{Action, DraftId, MessageId, OperationId, Refusal, TicketId};
use holdfast_sync_engine::Trouble;
use jiff::Timestamp;

use super::{FILES_MAX, Line, is_the_way};
use crate::ipc::view::Connection;
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
    if file.is_lost() && !lies_in_escrow(context, file).await.map_err(disk)? {
        // Nobody can bring it any more. Words that were accepted before this desk's file was lost
        // are given back from their thread, which must be here first.
        let is_here = context.status.borrow().connection == Connection::Synced;
        let is_known = async {
            let mut db = context.cache.read().await?;
            Ok(!operation::naming(&mut db, &file.hash).await?.is_empty())
        };
        let is_known: Result<bool, CacheError> = is_known.await;
        if !is_here && !is_known.map_err(disk)? {
            return Err(Trouble::NotFound);
        }
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
        // It was there already, or another desk of hers has brought it, and the words have gone
        // out.
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
    let naming = operation::naming(&mut tx, &file.hash).await?;
    for stored in &naming {
        if let operation::State::Accepted | operation::State::GivenUp = stored.state {
            operation::give_up(&mut tx, stored.kept.id, refusal.clone()).await?;
            give_back(&mut tx, stored, &file.hash, context.now()).await?;
        }
    }
    if file.is_lost() && naming.is_empty() {
        // The operations were lost with it.
        for row in message::naming(&mut tx, context.agent, &file.hash).await? {
            let words = Words { text: row.text, attachments: row.attachments, seen_through: None };
            words
                .give_back(&mut tx, (row.operation, row.ticket), &file.hash, context.now())
                .await?;
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
    let Reply { text, attachments, seen_through, .. } = reply;
    let words = Words { text, attachments, seen_through };
    let place = (operation.id, operation.ticket);
    match stored.state {
        operation::State::Accepted => words.give_back(tx, place, hash, now).await,
        _ => take_off(tx, place.0, hash, now).await.map(drop),
    }
}

/// Words that were accepted and go to nobody.
struct Words {
    text: String,
    attachments: Vec<Attachment>,
    seen_through: Option<MessageId>,
}

impl Words {
    /// A draft once more, without the file. The words are taken: what is sent again needs another
    /// id, the same at every attempt.
    async fn give_back(
        self,
        tx: &mut WriteTx,
        (operation, ticket): (OperationId, TicketId),
        hash: &str,
        now: Timestamp,
    ) -> Result<(), CacheError> {
        if take_off(tx, operation, hash, now).await? {
            return Ok(());
        }
        let Self { text, mut attachments, seen_through } = self;
        attachments.retain(|file| file.hash != hash);
        let draft = Draft {
            id: DraftId(operation.0),
            ticket,
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
}

/// Takes the file off the draft that words are already, because another file of them was given up
/// before; whether they are one.
async fn take_off(
    tx: &mut WriteTx,
    operation: OperationId,
    hash: &str,
    now: Timestamp,
) -> Result<bool, CacheError> {
    let Some(mut begun) = draft::get(tx, DraftId(operation.0)).await? else {
        return Ok(false);
    };
    begun.attachments.retain(|file| file.hash != hash);
    draft::save(tx, &begun, now).await?;
    Ok(true)
}

async fn lies_in_escrow(context: &Context, file: &Blob) -> Result<bool, CacheError> {
    let mut db = context.cache.read().await?;
    escrow::has_file(&mut db, file).await
}

/// A chunk as it goes to the server, and with which operation it lay in escrow, if it did.
type Part = (Vec<u8>, Option<OperationId>);

async fn part(context: &Context, hash: &str, n: u32) -> Result<Option<Part>, CacheError> {
    let mut db = context.cache.read().await?;
    if let Some(bytes) = blob::chunk(&mut db, hash, n).await? {
        return Ok(Some((bytes, None)));
    }
    let sealed = escrow::piece(&mut db, hash, n).await?;
    Ok(sealed.map(|(operation, bytes)| (bytes, Some(operation))))
}

async fn upload(context: &Context, file: &Blob) -> Result<(), Trouble> {
    let mut there = context.transport.blob_state(&context.token()?, &file.hash).await?;
    for n in 0..file.chunk_count() {
        if there.complete {
            break;
        }
        if there.chunks.contains(&n) {
            continue;
        }
        // Gone meanwhile, with all that named it.
        let Some(part) = part(context, &file.hash, n).await.map_err(disk)? else { return Ok(()) };
        let place = (file.hash.as_str(), n, file.size_bytes);
        there = context.transport.put_blob(&context.token()?, place, part).await?;
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
        if blob::get(&mut tx, hash).await?.is_some_and(|blob| blob.is_lost()) {
            // From now on it can be fetched.
            blob::begin_again(&mut tx, hash).await?;
        }
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
