//! Customers, for whoever takes a call.

use holdfast_cache::table;

use crate::Desk;
use crate::ipc::error::Failure;
use crate::ipc::view::{ContactView, FindContactRequest};
use crate::open::Open;
use crate::show::place;

/// Contacts offered at a time.
const FOUND_MAX: u32 = 20;

/// Contacts whose name or company contains the text.
pub async fn find(desk: &Desk, request: FindContactRequest) -> Result<Vec<ContactView>, Failure> {
    let open = desk.open().await?;
    let mut db = open.read().await?;
    let rows = table::contact::find(&mut db, request.text.trim(), FOUND_MAX).await?;
    let mut found = Vec::new();
    for row in rows {
        if let Some(company) = table::organization::get(&mut db, row.organization).await? {
            found.push(place::contact(&row, &company, &here(&open), open.now()));
        }
    }
    Ok(found)
}

/// The zone the reader works in.
pub(super) fn here(open: &Open) -> String {
    open.people().center_of(open.agent).map_or_else(|| "UTC".into(), |row| row.time_zone.clone())
}
