//! The sealed tray: listed without words, opened one at a time, thrown away by its owner only.

use holdfast_cache::{Db, table};

use crate::Desk;
use crate::ipc::error::{Code, Failure};
use crate::ipc::view::{Nothing, TrayItem, TrayKind, TrayRequest, TrayView, TrayWords};

/// What lies in the tray.
pub async fn list(desk: &Desk, _: Nothing) -> Result<TrayView, Failure> {
    let open = desk.open().await?;
    let items = items(&mut *open.read().await?).await?;
    Ok(TrayView { items })
}

/// The words of one of them. (The key to its seal is the writer's.)
pub async fn open(desk: &Desk, request: TrayRequest) -> Result<TrayWords, Failure> {
    let open = desk.open().await?;
    let mut tx = open.write().await?;
    let gone = || Failure::new(Code::NotFound, "that is not in the tray");
    let found = items(&mut tx).await?.into_iter().find(|item| item.key == request.key);
    let item = found.ok_or_else(gone)?;
    let text = table::tray::open(&mut tx, request.key).await?.ok_or_else(gone)?;
    Ok(TrayWords { item, text })
}

/// Its owner throws it away; nothing brings it back.
pub async fn discard(desk: &Desk, request: TrayRequest) -> Result<Nothing, Failure> {
    let open = desk.open().await?;
    let mut tx = open.write().await?;
    table::tray::remove(&mut tx, request.key).await?;
    tx.commit().await?;
    Ok(Nothing {})
}

pub(super) async fn items(db: &mut Db) -> Result<Vec<TrayItem>, Failure> {
    let mut items = Vec::new();
    for item in table::tray::list(db).await? {
        // Where its rights are gone a ticket has no name; where they are back it has.
        let seen = table::ticket::get(db, item.ticket).await?;
        items.push(TrayItem {
            key: item.key,
            kind: match item.kind {
                table::tray::Kind::Reply => TrayKind::Reply,
                table::tray::Kind::Note => TrayKind::Note,
                table::tray::Kind::Other => TrayKind::Other,
            },
            written_at: item.written_at,
            left_at: item.at,
            ticket: seen.as_ref().map(|seen| seen.row.id),
            number: seen.and_then(|seen| seen.row.number),
        });
    }
    Ok(items)
}
