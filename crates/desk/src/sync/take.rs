//! Take: what comes from the server, onto the disk. What belongs together is one transaction:
//! rows, settled operations, the replay of what waits on them, the cursor.

use std::collections::BTreeSet;
use std::sync::Arc;

use holdfast_cache::batch::{self, Origin};
use holdfast_cache::{Result, WritePriority, WriteTx, purge as erase, table};
use holdfast_domain::{DraftId, OperationId, Outcome, TicketId};
use holdfast_protocol::Row;
use holdfast_protocol::change::{Change, Whole};
use holdfast_protocol::hello::{Hello, PERSONAL, Rights, Scope, Welcome};
use holdfast_protocol::push::Settled;
use holdfast_protocol::row::thread_key;
use holdfast_protocol::snapshot::Manifest;
use holdfast_sync_engine::{Event, Renewal, Taking, Trouble, Waiting};
use uuid::Uuid;

use super::context::{Context, disk};
use super::perform::Answer;
use super::{contact, index};
use crate::forecast;
use crate::people::People;

/// What a transaction has touched and must replay before it commits.
#[derive(Default)]
struct Touched {
    replay: BTreeSet<TicketId>,
    settled: Vec<OperationId>,
    purged: bool,
}

/// The first desk id of this profile.
pub(super) async fn first_desk(context: &Context) -> std::result::Result<Uuid, Trouble> {
    let desk = context.fresh_id();
    let mut tx = context.cache.write(WritePriority::Bulk).await.map_err(disk)?;
    table::sync::set_desk(&mut tx, desk).await.map_err(disk)?;
    tx.commit().await.map_err(disk)?;
    Ok(desk)
}

/// The server's time, kept for the next start.
pub(super) async fn welcome(
    context: &Context,
    said: &Hello,
    welcome: &Welcome,
) -> std::result::Result<(), Trouble> {
    let offset_us = welcome.server_time.as_microsecond() - context.clock.now().as_microsecond();
    let done = async {
        let mut tx = context.cache.write(WritePriority::Bulk).await?;
        table::sync::set_contact(&mut tx, welcome.server_time, offset_us).await?;
        table::sync::set_attachment_bytes(&mut tx, welcome.limits.attachment_bytes).await?;
        context.contact.written(context.clock.ticks_us());
        context.lease.heard(&mut tx, welcome.limits.read_lease_days).await?;
        if let Some(sealing) = &welcome.sealing {
            table::escrow::set_sealing(&mut tx, sealing).await?;
        }
        // The backup of another epoch says nothing about what this one's desk may forget.
        if let Some(durable) = welcome.durable_seq.filter(|_| said.epoch == Some(welcome.epoch)) {
            table::sync::set_durable(&mut tx, durable).await?;
            table::operation::forget_settled(&mut tx, durable).await?;
            table::escrow::forget_durable(&mut tx, durable).await?;
        }
        tx.commit().await
    };
    done.await.map_err(disk)
}

pub(super) async fn outbox(context: &Context) -> Answer {
    let read = async {
        let mut db = context.cache.read().await?;
        let mut waiting = Vec::new();
        for stored in table::operation::waiting(&mut db).await? {
            let operation = stored.kept.operation()?;
            waiting.push(Waiting {
                id: operation.id,
                ticket: operation.ticket,
                number: stored.number,
                name: operation.action.name().to_owned(),
                needs: operation.needs,
                release_at: context.on_engine_time(stored.kept.release_at),
                bytes: stored.kept.bytes.len(),
            });
        }
        Ok(waiting)
    };
    Ok(Event::OutboxRead(read.await.map_err(disk)?))
}

pub(super) async fn renew(context: &Context, renewal: Renewal) -> Answer {
    let done = async {
        let mut tx = context.cache.write(WritePriority::Agent).await?;
        match renewal {
            Renewal::Epoch(epoch) => {
                let had_one = table::sync::get(&mut tx).await?.epoch.is_some();
                table::sync::adopt_epoch(&mut tx, epoch).await?;
                // Whatever a restored server may have forgotten is pushed again under its id.
                table::operation::renumber_all(&mut tx, had_one.then_some(0)).await?;
                let waiting = table::operation::waiting(&mut tx).await?;
                let tickets = waiting.into_iter().map(|stored| stored.kept.ticket).collect();
                replay(context, &mut tx, &tickets).await?;
            }
            Renewal::Horizon => table::sync::begin_again(&mut tx).await?,
            Renewal::Desk => {
                table::sync::set_desk(&mut tx, context.fresh_id()).await?;
                table::operation::renumber_all(&mut tx, None).await?;
            }
        }
        tx.commit().await
    };
    done.await.map_err(disk)?;
    if let Renewal::Epoch(epoch) = renewal {
        context.set_epoch(epoch);
    }
    context.bells.index.notify_one();
    Ok(Event::Renewed)
}

pub(super) async fn scopes(context: &Arc<Context>, names: &[Scope]) -> Answer {
    let done = async {
        let mut tx = context.cache.write(WritePriority::Bulk).await?;
        let gone = batch::hold_scopes(&mut tx, names, context.now()).await?;
        tx.commit().await?;
        Ok(!gone.is_empty())
    };
    let purged: Result<bool> = done.await;
    let purged = purged.map_err(disk)?;
    erase_behind(context, judge(context).await || purged);
    Ok(Event::ScopesSet)
}

pub(super) async fn begin(context: &Context, manifest: &Manifest) -> Answer {
    let Manifest { scope, snapshot, seq, .. } = manifest;
    let done = async {
        let mut tx = context.cache.write(WritePriority::Bulk).await?;
        let begun = table::scope::begin_snapshot(&mut tx, scope, *snapshot, *seq).await?;
        tx.commit().await?;
        Ok(begun.next_chunk)
    };
    let next_chunk: Result<i64> = done.await;
    let next_chunk = u32::try_from(next_chunk.map_err(disk)?).unwrap_or_default();
    Ok(Event::ScopeBegun { scope: scope.clone(), next_chunk })
}

/// Rows between two looks at whether somebody who types waits.
const PART_ROWS: usize = 500;

/// Long transactions while nobody else writes; whoever types waits for a few rows at most.
pub(super) async fn chunk(
    context: &Context,
    (scope, snapshot, chunk): (Scope, Uuid, u32),
    rows: Vec<Row>,
) -> Answer {
    let done = async {
        let mut rest = rows.into_iter().peekable();
        loop {
            let mut room = context.cache.bulk_rows();
            let mut tx = context.cache.write(WritePriority::Bulk).await?;
            let held = table::scope::get(&mut tx, &scope).await?;
            // Begun anew meanwhile: these rows belong to nothing.
            let Some(held) = held.filter(|held| held.snapshot == Some(snapshot)) else {
                return Ok(());
            };
            let origin = Origin::Snapshot { generation: held.generation };
            let mut touched = Touched::default();
            let epoch = table::sync::get(&mut tx).await?.epoch;
            loop {
                let part: Vec<Row> = rest.by_ref().take(room.min(PART_ROWS)).collect();
                room -= part.len();
                if let Some(epoch) = epoch {
                    let applied = batch::apply_rows(&mut tx, epoch, origin, part).await?;
                    touched.replay.extend(applied.replay);
                }
                if room == 0 || rest.peek().is_none() || tx.agent_waits() {
                    break;
                }
            }
            let last = rest.peek().is_none();
            if last {
                table::scope::chunk_done(&mut tx, &scope, i64::from(chunk) + 1).await?;
            }
            contact::keep_with(context, &mut tx).await?;
            replay(context, &mut tx, &touched.replay).await?;
            tx.commit().await?;
            if last {
                return Ok(());
            }
        }
    };
    let done: Result<()> = done.await;
    done.map_err(disk)?;
    Ok(Event::ChunkTaken { snapshot, chunk })
}

pub(super) async fn finish(
    context: &Arc<Context>,
    manifest: Manifest,
    sets_cursor: bool,
) -> Answer {
    let scope = manifest.scope.clone();
    let done = async {
        let mut tx = context.cache.write(WritePriority::Bulk).await?;
        batch::finish_scope(&mut tx, &scope).await?;
        let mut touched = Touched::default();
        if scope == PERSONAL {
            // Whoever was not shown is gone, and what waits may be allowed no more.
            touched.replay = table::operation::waiting_tickets(&mut tx).await?;
        }
        if sets_cursor {
            table::sync::set_cursor(&mut tx, manifest.seq).await?;
        }
        let sync = table::sync::get(&mut tx).await?;
        // An outcome settles when the cursor reaches it; the feed brings the others.
        for settled in manifest.outcomes.iter().filter(|settled| settled.seq <= sync.cursor) {
            settle(context, &mut tx, settled, &mut touched).await?;
        }
        forget_accepted(&mut tx, &mut touched).await?;
        if scope == PERSONAL && sync.read_from == 0 {
            // What was there before this desk is not news to its agent.
            let newest = thread_key(manifest.seq + 1, 0) - 1;
            table::sync::set_read_from(&mut tx, newest).await?;
        }
        contact::keep_with(context, &mut tx).await?;
        replay(context, &mut tx, &touched.replay).await?;
        tx.commit().await?;
        Ok((sync.cursor, touched))
    };
    let (cursor, touched): (i64, Touched) = Result::map_err(done.await, disk)?;
    erase_behind(context, judge(context).await || touched.purged);
    context.bells.escrow.notify_one();
    context.bells.index.notify_one();
    Ok(Event::ScopeFinished { scope, cursor, settled: touched.settled })
}

pub(super) async fn rows(context: &Arc<Context>, taking: Taking) -> Answer {
    let mut rights = false;
    let done = async {
        let mut tx = context.cache.write(WritePriority::Bulk).await?;
        let mut touched = Touched::default();
        for commit in taking.commits {
            let mut rows = Vec::new();
            for change in commit.changes {
                match change {
                    Change::Row { row } => rows.push(*row),
                    Change::Purge { ticket } => {
                        erase::begin(&mut tx, ticket, commit.seq, context.now()).await?;
                        touched.purged = true;
                    }
                    Change::Outcome { settled } => {
                        settle(context, &mut tx, &settled, &mut touched).await?;
                    }
                    Change::Rights => rights = true,
                }
            }
            let applied = batch::apply_rows(&mut tx, taking.epoch, Origin::Changes, rows).await?;
            index::now(&mut tx, &applied).await?;
            touched.replay.extend(applied.replay);
        }
        forget_accepted(&mut tx, &mut touched).await?;
        if taking.moves_cursor {
            table::sync::set_cursor(&mut tx, taking.to).await?;
        }
        contact::keep_with(context, &mut tx).await?;
        replay(context, &mut tx, &touched.replay).await?;
        let cursor = table::sync::get(&mut tx).await?.cursor;
        tx.commit().await?;
        Ok((cursor, touched))
    };
    let (cursor, touched): (i64, Touched) = Result::map_err(done.await, disk)?;
    erase_behind(context, judge(context).await || touched.purged);
    context.bells.escrow.notify_one();
    Ok(Event::BatchTaken { cursor, rights, settled: touched.settled })
}

/// One ticket, as the server has it now. Not under rights that this disk knows nothing of: the next
/// comparison asks for it again.
pub(super) async fn whole(context: &Context, whole: Whole) -> std::result::Result<(), Trouble> {
    let done = async {
        let mut tx = context.cache.write(WritePriority::Bulk).await?;
        let Whole { epoch, rights, rows, .. } = whole;
        let held = table::scope::held(&mut tx).await?;
        if rights != Rights::of(held.iter().map(|scope| &scope.name)) {
            return Ok(());
        }
        let applied = batch::apply_rows(&mut tx, epoch, Origin::Changes, rows).await?;
        index::now(&mut tx, &applied).await?;
        replay(context, &mut tx, &applied.replay).await?;
        tx.commit().await
    };
    done.await.map_err(disk)
}

/// A ticket that is not there for this agent leaves the disk.
pub(super) async fn purge(
    context: &Arc<Context>,
    ticket: TicketId,
) -> std::result::Result<(), Trouble> {
    let done = async {
        let mut tx = context.cache.write(WritePriority::Bulk).await?;
        let seq = table::sync::get(&mut tx).await?.cursor;
        erase::begin(&mut tx, ticket, seq, context.now()).await?;
        tx.commit().await
    };
    done.await.map_err(disk)?;
    erase_behind(context, true);
    Ok(())
}

/// The outcome is reached: the operation leaves the waiting ones, and words that were not accepted
/// are their author's again.
async fn settle(
    context: &Context,
    tx: &mut WriteTx,
    settled: &Settled,
    touched: &mut Touched,
) -> Result<()> {
    // The server forgets only bodies that are not acceptances: whatever it was, its words are
    // their author's again.
    let outcome = Some(settled.outcome.as_ref().unwrap_or(&Outcome::Fault));
    let stored = table::operation::settle(tx, settled.id, outcome, settled.seq).await?;
    let Some(stored) = stored else { return Ok(()) };
    touched.settled.push(settled.id);
    touched.replay.insert(stored.kept.ticket);
    let accepted = matches!(outcome, None | Some(Outcome::Accepted));
    if !accepted && erase::settled(tx, &stored, context.now()).await? {
        // What the operation quoted lies in the log and in the outbox's second copy.
        touched.purged = true;
        return Ok(());
    }
    let state = match accepted {
        true => table::draft::State::Sent,
        false => table::draft::State::Returned,
    };
    let action = stored.kept.operation()?.action;
    for file in action.attachments() {
        match accepted {
            true => table::blob::offer(tx, stored.kept.ticket, &file.hash).await?,
            false => table::blob::take_back(tx, stored.kept.ticket, &file.hash).await?,
        }
    }
    for words in action.references().words {
        // Only what is being sent moves: its author may have done something else with it.
        let draft = table::draft::get(tx, DraftId(words)).await?;
        if draft.is_some_and(|draft| draft.state == table::draft::State::Sending) {
            table::draft::set_state(tx, DraftId(words), state, context.now()).await?;
        }
        if table::ticket::get(tx, stored.kept.ticket).await?.is_none() {
            // What it was written on has left: nothing of it stays.
            table::draft::forget(tx, DraftId(words)).await?;
        }
    }
    Ok(())
}

/// When all rows are in: words that were accepted on a ticket that has left leave, too.
async fn forget_accepted(tx: &mut WriteTx, touched: &mut Touched) -> Result<()> {
    for ticket in &touched.replay {
        touched.purged |= erase::accepted(tx, *ticket).await?;
    }
    Ok(())
}

/// Forecasts these tickets anew from what waits on them.
pub(super) async fn replay(
    context: &Context,
    tx: &mut WriteTx,
    tickets: &BTreeSet<TicketId>,
) -> Result<()> {
    if tickets.is_empty() {
        return Ok(());
    }
    let agents = table::agent::all(tx).await?;
    let teams = table::team::all(tx).await?;
    let people = People::new(agents, teams, Vec::new());
    forecast::replay(tx, tickets, context.agent, &people.directory, context.now()).await?;
    Ok(())
}

/// What no snapshot has shown leaves, when nothing can bring it any more. Answers whether anything
/// is to be erased now. If it fails the data is taken nevertheless, and judged at the next chance.
async fn judge(context: &Context) -> bool {
    let judged = context.cache.judge(context.now()).await;
    judged.unwrap_or_else(|error| {
        tracing::warn!(%error, "what no snapshot has shown stays until the next chance");
        false
    })
}

/// What is hidden is erased behind everything else, in slices.
fn erase_behind(context: &Arc<Context>, purged: bool) {
    if !purged {
        return;
    }
    let context = Arc::clone(context);
    tokio::spawn(async move {
        let _one_at_a_time = context.erasing.lock().await;
        if let Err(error) = context.cache.erase_purged().await {
            tracing::warn!(%error, "erasing goes on at the next start");
        }
    });
}
