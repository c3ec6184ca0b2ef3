//! Forecast: what the agent sees on a ticket while something waits on it.
//!
//! The server's image with everything that waits played onto it, by the rules the server will
//! apply. Runs inside the transaction that wrote an operation or took a batch, so that no window
//! ever sees one without the other. Deliberately absent: the playing itself (`sync_engine::replay`,
//! pure).

use std::collections::{BTreeMap, BTreeSet};

use holdfast_cache::{Result, WriteTx, table};
use holdfast_domain::{AgentId, Directory, Operation, OperationId, Outcome, TicketId};
use holdfast_protocol::row::TicketRow;
use holdfast_sync_engine::{Replayed, WaitingOperation, replay as play};
use jiff::Timestamp;

/// Plays again what waits on these tickets. Answers what each operation would come to.
pub async fn replay(
    tx: &mut WriteTx,
    tickets: &BTreeSet<TicketId>,
    author: AgentId,
    directory: &Directory,
    now: Timestamp,
) -> Result<BTreeMap<OperationId, Outcome>> {
    let (images, waiting) = load(tx, tickets).await?;
    let directory = with_references(tx, directory, &waiting).await?;
    let played = play(&images, &waiting, author, &directory, &BTreeSet::new(), now);
    let pending: BTreeSet<TicketId> = waiting.iter().map(|w| w.operation.ticket).collect();
    store(tx, tickets, &pending, &played).await?;
    Ok(played.forecast)
}

async fn load(
    tx: &mut WriteTx,
    tickets: &BTreeSet<TicketId>,
) -> Result<(BTreeMap<TicketId, TicketRow>, Vec<WaitingOperation>)> {
    let mut images = BTreeMap::new();
    for ticket in tickets {
        if let Some(image) = table::ticket::confirmed(tx, *ticket).await? {
            images.insert(*ticket, image);
        }
    }
    let mut waiting = Vec::new();
    for stored in table::operation::waiting_of_all(tx, tickets).await?.into_values().flatten() {
        let operation = stored.kept.operation()?;
        waiting.push(WaitingOperation { position: stored.kept.position, operation });
    }
    waiting.sort_by_key(|waiting| waiting.position);
    Ok((images, waiting))
}

/// The directory with the customers and things that these operations name.
async fn with_references(
    tx: &mut WriteTx,
    directory: &Directory,
    waiting: &[WaitingOperation],
) -> Result<Directory> {
    let mut directory = directory.clone();
    for WaitingOperation { operation: Operation { action, .. }, .. } in waiting {
        let references = action.references();
        let contacts: Vec<_> = references.contacts.into_iter().collect();
        for row in table::contact::get_many(tx, &contacts).await? {
            directory.contacts.insert(row.id, row.organization);
        }
        let resources: Vec<_> = references.resources.into_iter().collect();
        for row in table::resource::get_many(tx, &resources).await? {
            directory.resources.insert(row.id, row.organization);
        }
    }
    Ok(directory)
}

async fn store(
    tx: &mut WriteTx,
    tickets: &BTreeSet<TicketId>,
    pending: &BTreeSet<TicketId>,
    played: &Replayed,
) -> Result<()> {
    for ticket in tickets {
        table::thread::clear_waiting(tx, *ticket).await?;
    }
    for ticket in pending {
        if let Some(row) = played.seen.get(ticket) {
            table::ticket::put_seen(tx, row).await?;
        }
    }
    for row in &played.messages {
        table::message::put_waiting(tx, row).await?;
    }
    for row in &played.notes {
        table::note::put_waiting(tx, row).await?;
    }
    for row in &played.events {
        table::event::put_waiting(tx, row).await?;
    }
    Ok(())
}
