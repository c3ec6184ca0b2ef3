//! Notices: what the windows hear after a commit. They carry a noun and a key, never content: who
//! hears one reads again.
//!
//! Deliberately absent: a log of changes. One process owns the file, and a window that missed
//! something is told [`Notice::Everything`].

use std::collections::BTreeSet;

use holdfast_domain::TicketId;
use tokio::sync::broadcast;

/// Notices a slow window may fall behind before it is told "everything".
pub const NOTICES_MAX: usize = 1024;
/// Different notices of one transaction before they become "everything".
const OF_ONE_TRANSACTION_MAX: usize = 64;

/// What changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Notice {
    /// A ticket, its thread, its drafts or its marks.
    Ticket(TicketId),
    /// The rows or the order of lists.
    List,
    /// Operations and their states.
    Outbox,
    /// A draft of this ticket.
    Draft(TicketId),
    /// People, teams, customers, macros.
    Directory,
    /// Cursor, scopes, desk id.
    Sync,
    /// The search index.
    Search,
    /// Saved views and settings.
    Setting,
    /// Too much to tell: read everything again.
    Everything,
}

/// One listener.
pub struct Notices(broadcast::Receiver<Notice>);

impl Notices {
    /// The next notice; `None` once the cache is closed. Falling behind by more than
    /// [`NOTICES_MAX`] gives [`Notice::Everything`] once and goes on with the newest.
    pub async fn next(&mut self) -> Option<Notice> {
        match self.0.recv().await {
            Ok(notice) => Some(notice),
            Err(broadcast::error::RecvError::Closed) => None,
            Err(broadcast::error::RecvError::Lagged(_)) => {
                self.0 = self.0.resubscribe();
                Some(Notice::Everything)
            }
        }
    }
}

/// The speaking side.
pub(crate) struct Board(broadcast::Sender<Notice>);

impl Board {
    pub(crate) fn new() -> Self {
        Self(broadcast::Sender::new(NOTICES_MAX))
    }

    pub(crate) fn listen(&self) -> Notices {
        Notices(self.0.subscribe())
    }

    /// Tells every listener; nobody listening is fine.
    pub(crate) fn tell(&self, collected: &BTreeSet<Notice>) {
        if collected.len() > OF_ONE_TRANSACTION_MAX || collected.contains(&Notice::Everything) {
            self.0.send(Notice::Everything).ok();
            return;
        }
        for notice in collected {
            self.0.send(*notice).ok();
        }
    }
}
