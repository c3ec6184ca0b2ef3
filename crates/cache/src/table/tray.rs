//! Tray: unsent words of this agent on tickets that left her sight, sealed.

use holdfast_domain::TicketId;
use jiff::Timestamp;

use crate::error::Result;
use crate::pool::{Db, WriteTx};

/// What lies in the tray, without the words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// Local.
    pub key: i64,
    /// Which ticket it was.
    pub ticket: TicketId,
    /// When it left her sight.
    pub at: Timestamp,
}

/// What lies there, oldest first.
pub async fn list(db: &mut Db) -> Result<Vec<Item>> {
    todo!()
}

/// Its words; `None` if there is none.
pub async fn open(tx: &mut WriteTx, key: i64) -> Result<Option<String>> {
    todo!()
}

/// Its author throws it away.
pub async fn remove(tx: &mut WriteTx, key: i64) -> Result<()> {
    todo!()
}
