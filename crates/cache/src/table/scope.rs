//! Scope: a part of the world that is fetched together, and how far its snapshot has come.

use holdfast_protocol::digest::Digest;
use uuid::Uuid;

use crate::error::Result;
use crate::pool::{Db, WriteTx};

/// A scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Scope {
    /// `personal`, `team:<id>`.
    pub name: String,
    /// Whether the server says that the agent may hold it.
    pub held: bool,
    /// Of the snapshot being fetched or fetched last; 0 for none.
    pub generation: i64,
    /// The snapshot being fetched or fetched last.
    pub snapshot: Option<Uuid>,
    /// The commit that snapshot stands at.
    pub seq: i64,
    /// The next chunk to fetch.
    pub next_chunk: i64,
    /// Whether everything of it is here.
    pub complete: bool,
    /// Over the server's images of its tickets, kept from this desk's own rows.
    pub digest: Digest,
}

/// All held scopes, by name.
pub async fn held(db: &mut Db) -> Result<Vec<Scope>> {
    todo!()
}

/// One scope.
pub async fn get(db: &mut Db, name: &str) -> Result<Option<Scope>> {
    todo!()
}

/// Sets which scopes are held. Returns the tickets that no held scope shows any more: purge them.
pub async fn set_held(
    tx: &mut WriteTx,
    names: &[String],
) -> Result<Vec<holdfast_domain::TicketId>> {
    todo!()
}

/// Begins a snapshot with the next generation; the same snapshot again goes on where it stood.
pub async fn begin_snapshot(
    tx: &mut WriteTx,
    name: &str,
    snapshot: Uuid,
    seq: i64,
) -> Result<Scope> {
    todo!()
}

/// A chunk is applied; `next_chunk` is the next to fetch.
pub async fn chunk_done(tx: &mut WriteTx, name: &str, next_chunk: i64) -> Result<()> {
    todo!()
}

/// The tickets of a scope with the version of the server's image, by id: for comparing digests.
pub async fn tickets(db: &mut Db, name: &str) -> Result<Vec<(holdfast_domain::TicketId, i64)>> {
    todo!()
}

/// Another epoch: every scope has to be fetched again.
pub(crate) async fn forget_progress(tx: &mut WriteTx) -> Result<()> {
    todo!()
}
