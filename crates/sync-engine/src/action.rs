//! What the engine asks its driver to do. Network and disk are named here, never touched.
//!
//! Actions of one step may run side by side; the engine never has two calls of one kind running,
//! nor two writes that move the cursor.

use holdfast_domain::{OperationId, TicketId};
use holdfast_protocol::change::Commit;
use holdfast_protocol::hello::Scope;
use holdfast_protocol::row::Row;
use holdfast_protocol::snapshot::Manifest;
use jiff::Timestamp;
use uuid::Uuid;

use crate::status::Status;

/// Something to do.
#[derive(Clone, Debug)]
pub enum Action {
    /// Say hello with what the disk says about desk, epoch, cursor and last number.
    Hello,
    /// Get a new access token.
    RefreshToken,
    /// Begin anew in some respect; one transaction.
    Renew(Renewal),
    /// These are the scopes that the agent may hold: what no scope shows any more leaves the disk.
    SetScopes(Vec<Scope>),
    /// Ask for the snapshot of a scope.
    FetchManifest(Scope),
    /// Note the snapshot as the one being fetched; if it is already, tell where to go on.
    BeginScope(Box<Manifest>),
    /// Fetch, check and unpack one chunk.
    FetchChunk {
        /// The snapshot it belongs to.
        manifest: Box<Manifest>,
        /// From 0.
        chunk: u32,
    },
    /// Write one chunk.
    TakeChunk {
        /// Of which scope.
        scope: Scope,
        /// Of which snapshot.
        snapshot: Uuid,
        /// From 0.
        chunk: u32,
        /// Its rows.
        rows: Vec<Row>,
    },
    /// Drop what the snapshot did not show, settle its outcomes, mark the scope complete; one
    /// transaction.
    FinishScope {
        /// The snapshot that is on disk.
        manifest: Box<Manifest>,
        /// Set the cursor to where the snapshot stands: there was none that counts.
        sets_cursor: bool,
    },
    /// Ask for what came after `since`.
    Pull {
        /// The cursor.
        since: i64,
        /// Rows wanted.
        max_rows: u32,
    },
    /// Write rows, outcomes and cursor, and replay what waits; one transaction.
    TakeRows(Taking),
    /// Listen from the cursor on.
    OpenStream {
        /// The cursor.
        since: i64,
    },
    /// Stop listening, or stop trying to; nothing of that stream is heard any more.
    CloseStream,
    /// Tell what waits in the outbox.
    ReadOutbox,
    /// Number those that have none, in this order, in one transaction; then push them.
    NumberAndPush(Vec<OperationId>),
    /// Compare a scope with the server.
    Digest(Scope),
    /// Fetch each of these tickets whole; those that are not there leave the disk.
    Refetch {
        /// The scope in which they differed.
        scope: Scope,
        /// Which.
        tickets: Vec<TicketId>,
    },
    /// Wake the engine then; replaces the timer before it. `None`: no timer.
    SetTimer(Option<Timestamp>),
    /// How things stand, whenever that changes.
    Report(Status),
}

/// What a desk begins anew.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// The server was restored: waiting operations lose their numbers, accepted ones that it may
    /// have forgotten wait again, every scope is fetched again, the cursor is gone.
    Epoch(Uuid),
    /// The cursor lies before what the server still tells: every scope is fetched again.
    Horizon,
    /// The numbers of this desk id lead nowhere: another disk uses it, or a number stands in the
    /// way that the server will not take. A new id; waiting operations lose their numbers.
    Desk,
}

/// Commits to be taken in one transaction.
#[derive(Clone, Debug, PartialEq)]
pub struct Taking {
    /// The epoch of everything in it.
    pub epoch: Uuid,
    /// The cursor it starts after.
    pub since: i64,
    /// The cursor after it.
    pub to: i64,
    /// In order of `seq`.
    pub commits: Vec<Commit>,
    /// False for what lies before the cursor and was not sent to this desk then.
    pub moves_cursor: bool,
}
