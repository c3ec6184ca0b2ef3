//! How things stand. Every field is a fact, asked for when it is shown.

use holdfast_cache::table;
use holdfast_domain::Outcome;
use holdfast_sync_engine::Trouble;

use crate::Desk;
use crate::ipc::error::Failure;
use crate::ipc::view::{Connection, Nothing, SecuredView, StatusView};
use crate::sync::Agreed;

/// The status bar's facts.
pub async fn get(desk: &Desk, _: Nothing) -> Result<StatusView, Failure> {
    let open = desk.session().await?;
    let mut status = open.sync.status().borrow().clone();
    if open.cache.is_disk_full().await {
        // Nothing she writes can be saved: that goes before whatever is wrong with the server.
        status.trouble = Some(Trouble::Disk.code().to_owned());
    }
    let mut db = open.read().await?;
    let counts = table::operation::counts(&mut db).await?;
    let needs = table::operation::needs_you(&mut db).await?;
    let held = needs.iter().filter(|n| matches!(n.outcome, Some(Outcome::Held { .. }))).count();
    let tray = usize::try_from(table::tray::count(&mut db).await?).unwrap_or_default();
    let waiting = u32::try_from(counts.waiting).unwrap_or(u32::MAX);
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    // Files travel after the words they hang on, which are settled by then.
    let files = table::blob::owed_count(&mut db).await?;
    let online = status.connection == Connection::Synced;
    let (files_sending, files_saved) = if online { (files, 0) } else { (0, files) };
    Ok(StatusView {
        connection: status.connection,
        since: status.since,
        data_as_of: status.data_as_of,
        sending: status.sending.min(waiting) + files_sending,
        saved: waiting.saturating_sub(status.sending) + files_saved,
        needs_you: number(needs.len() + tray),
        held: number(held),
        tray: number(tray),
        fetching: status.fetching,
        indexing: status.indexing,
        clock_unsure: status.clock_unsure,
        now: open.now(),
        trouble: status.trouble,
        secured: open.sync.agreed().map(secured),
        salvaged: open.salvaged,
    })
}

fn secured(agreed: Agreed) -> SecuredView {
    let Agreed { version, exchange, certificate, key, pinned } = agreed;
    SecuredView { version: version.to_owned(), exchange, certificate, key, pinned }
}

/// Tries the server now instead of after the pause.
pub async fn retry_now(desk: &Desk, _: Nothing) -> Result<Nothing, Failure> {
    desk.session().await?.sync.wake();
    Ok(Nothing {})
}
