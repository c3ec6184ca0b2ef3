//! Index: what is new is indexed with the rows that bring it; what comes in bulk is indexed behind
//! everything else, the newest words first, and the index says how far it has come.

use std::sync::Arc;
use std::time::Duration;

use holdfast_cache::batch::Applied;
use holdfast_cache::search::{self, INDEX_ROWS, Tokens};
use holdfast_cache::{Db, Result, Tokeniser, WritePriority, WriteTx, table};
use holdfast_domain::TicketId;
use tokio::sync::watch;

use super::context::Context;
use super::transport::Transport;
use crate::ipc::view::Progress;

/// How texts become tokens on this desk.
pub const TOKENISER: Tokeniser = Tokeniser { version: holdfast_search::TOKENS_VERSION, tokens };

/// Progress is counted after so many transactions: counting walks an index.
const COUNT_EVERY: usize = 25;
/// After the disk failed, this long until the next try.
const REST: Duration = Duration::from_secs(5);

fn tokens(text: &str) -> Tokens {
    let holdfast_search::Tokens { words, grams } = holdfast_search::tokens(text);
    Tokens { words, grams }
}

/// Fills the index whenever something is not in it.
pub(super) async fn fill<T: Transport>(context: Arc<Context<T>>, mut stop: watch::Receiver<bool>) {
    loop {
        let rest = tokio::select! {
            _ = stop.changed() => return,
            filled = pass(&context) => match filled {
                Ok(()) => false,
                Err(error) => {
                    tracing::warn!(%error, "the search index cannot be filled");
                    true
                }
            },
        };
        tokio::select! {
            _ = stop.changed() => return,
            () = tokio::time::sleep(REST), if rest => {}
            () = context.bells.index.notified() => {}
        }
    }
}

/// Indexes what a small batch has brought, in its transaction.
pub(super) async fn now(tx: &mut WriteTx, applied: &Applied) -> Result<()> {
    let texts = search::texts(tx, &applied.words).await?;
    let rows: Vec<_> = texts.into_iter().map(|row| (row.key, tokens(&row.text))).collect();
    search::index_threads(tx, &rows).await?;
    let ids: Vec<TicketId> = applied.tickets.iter().copied().collect();
    let rows = own_words(tx, &ids).await?;
    search::index_tickets(tx, &rows).await
}

async fn pass<T: Transport>(context: &Context<T>) -> Result<()> {
    tickets(context).await?;
    let mut below = None;
    for round in 1_usize.. {
        let found = {
            let mut db = context.cache.read().await?;
            search::unindexed(&mut db, below, u32::try_from(INDEX_ROWS).unwrap_or(u32::MAX)).await?
        };
        let Some(last) = found.last() else { break };
        below = Some(last.key);
        let rows = tokio::task::spawn_blocking(move || {
            found.into_iter().map(|row| (row.key, tokens(&row.text))).collect::<Vec<_>>()
        });
        let Ok(rows) = rows.await else { break };
        let mut tx = context.cache.write(WritePriority::Bulk).await?;
        search::index_threads(&mut tx, &rows).await?;
        tx.commit().await?;
        if round % COUNT_EVERY == 0 {
            say(context).await?;
        }
    }
    say(context).await
}

async fn tickets<T: Transport>(context: &Context<T>) -> Result<()> {
    let mut below = None;
    loop {
        let limit = u32::try_from(INDEX_ROWS).unwrap_or(u32::MAX);
        let rows = {
            let mut db = context.cache.read().await?;
            let found = search::unindexed_tickets(&mut db, below, limit).await?;
            let Some((key, _)) = found.last() else { return Ok(()) };
            below = Some(*key);
            let ids: Vec<TicketId> = found.into_iter().map(|(_, id)| id).collect();
            own_words(&mut db, &ids).await?
        };
        let mut tx = context.cache.write(WritePriority::Bulk).await?;
        search::index_tickets(&mut tx, &rows).await?;
        tx.commit().await?;
    }
}

/// Subject, number, people, company and cloud things of tickets.
async fn own_words(db: &mut Db, ids: &[TicketId]) -> Result<Vec<(TicketId, Tokens)>> {
    let mut rows = Vec::with_capacity(ids.len());
    for seen in table::ticket::get_many(db, ids).await? {
        let ticket = seen.row;
        let mut words = vec![ticket.subject.clone()];
        words.extend(ticket.number.map(|number| number.to_string()));
        words.extend(ticket.tags.iter().cloned());
        if let Some(contact) = table::contact::get(db, ticket.requester).await? {
            words.extend([contact.name, contact.email]);
        }
        if let Some(company) = table::organization::get(db, ticket.organization).await? {
            words.push(company.name);
        }
        let resources: Vec<_> = ticket.resources.iter().copied().collect();
        for resource in table::resource::get_many(db, &resources).await? {
            words.extend([resource.native_id, resource.name]);
        }
        rows.push((ticket.id, tokens(&words.join("\n"))));
    }
    Ok(rows)
}

async fn say<T: Transport>(context: &Context<T>) -> Result<()> {
    let progress = search::progress(&mut *context.cache.read().await?).await?;
    let number = |count: i64| u64::try_from(count).unwrap_or_default();
    let (done, all) = (number(progress.indexed), number(progress.total));
    let indexing = (done < all).then_some(Progress { done, all });
    context.status.send_if_modified(|status| {
        let changed = status.indexing != indexing;
        status.indexing = indexing;
        changed
    });
    Ok(())
}
