//! Changes: what happened after a cursor, as whole rows under the caller's rights of now.
//!
//! A commit is never split. Within an epoch the higher version of a row wins and a newer epoch
//! always wins, so a row may come twice and a batch may be applied twice.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::hello::Rights;
use crate::row::Row;

/// Answer of `GET /v1/sync/changes?since=&max_rows=`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Batch {
    /// The epoch of everything in it.
    pub epoch: Uuid,
    /// The rights under which it was told. A desk that knows of others says hello instead of taking
    /// it.
    #[schema(value_type = String)]
    pub rights: Rights,
    /// The cursor it starts after.
    pub since: i64,
    /// The cursor after it; equals `since` when there is nothing new.
    pub to: i64,
    /// The newest commit.
    pub head: i64,
    /// In order of `seq`. Commits that show this caller nothing are left out.
    pub commits: Vec<Commit>,
}

/// What one commit changed for this caller.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Commit {
    /// Its place in the one sequence.
    pub seq: i64,
    /// What changed.
    pub changes: Vec<Change>,
}

/// One change.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    /// The row as it is now.
    Row {
        /// The whole row.
        row: Box<Row>,
    },
    /// A ticket left the caller's sight: everything of it must leave the disk.
    Purge {
        /// Which.
        ticket: holdfast_domain::TicketId,
    },
    /// What became of an operation of this desk.
    Outcome {
        /// What became of it.
        settled: crate::push::Settled,
    },
    /// The caller's rights changed: say hello again; scopes may have come or gone.
    Rights,
}

/// Answer of `GET /v1/tickets/{id}`: one ticket, whole, with its thread and its customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Whole {
    /// The epoch of everything in it.
    pub epoch: Uuid,
    /// See [`Batch::rights`].
    #[schema(value_type = String)]
    pub rights: Rights,
    /// The commit it stands at.
    pub seq: i64,
    /// The customer's rows, the ticket, then its thread in order.
    pub rows: Vec<Row>,
}

/// The data of one `changes` event on `GET /v1/sync/stream?since=` (server-sent events).
///
/// `prev` must equal the desk's cursor, else it pulls. The other events are `beat` (every
/// [`crate::limits::HEARTBEAT_S`], data: head) and `poke` (data: head; pull).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct StreamFrame {
    /// The epoch.
    pub epoch: Uuid,
    /// See [`Batch::rights`].
    #[schema(value_type = String)]
    pub rights: Rights,
    /// The cursor this starts after.
    pub prev: i64,
    /// The cursor after it.
    pub to: i64,
    /// What happened in between.
    pub commits: Vec<Commit>,
}
