//! Status: what the sync knows of the connection and of its own progress, as facts.

use holdfast_sync_engine as engine;
use jiff::Timestamp;

use crate::ipc::view::{Connection, Progress};

/// How things stand.
#[derive(Clone, Debug, PartialEq)]
pub struct SyncStatus {
    /// Connection to the server.
    pub connection: Connection,
    /// Since when it has been so, server time.
    pub since: Timestamp,
    /// When the server was last heard, server time; `None` before the first time.
    pub data_as_of: Option<Timestamp>,
    /// Operations that have a number and no outcome yet.
    pub sending: u32,
    /// Tickets still to be fetched; `None` when all are here.
    pub fetching: Option<Progress>,
    /// Entries still to be indexed; `None` when all are.
    pub indexing: Option<Progress>,
    /// This computer's clock jumped since the server's was last heard.
    pub clock_unsure: bool,
    /// Server time minus this computer's, microseconds.
    pub offset_us: i64,
    /// Why things are not well, as a code.
    pub trouble: Option<String>,
}

impl SyncStatus {
    /// Takes over what the engine reports.
    pub(super) fn take(&mut self, report: &engine::Status, now: Timestamp) {
        let signed_out = report.trouble == Some(engine::Trouble::SessionEnded.code());
        let connection = match report.connection {
            engine::Connection::Synced => Connection::Synced,
            engine::Connection::Syncing => Connection::Syncing,
            engine::Connection::Away if signed_out => Connection::SignInNeeded,
            engine::Connection::Offline | engine::Connection::Away => Connection::Offline,
        };
        if connection != self.connection {
            self.since = now;
        }
        self.connection = connection;
        self.sending = report.sending;
        let share =
            |progress: engine::Progress| Progress { done: progress.done, all: progress.all };
        self.fetching = report.fetching.map(share);
        self.trouble = report.trouble.map(str::to_owned);
    }
}
