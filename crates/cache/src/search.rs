//! Search: the index over words of threads and tickets.

use holdfast_domain::{AgentId, TicketId};
use jiff::Timestamp;

use crate::error::Result;
use crate::pool::{Db, WriteTx};
use crate::table::view::Filter;

/// Rows to index in one transaction, so that an agent's write waits about 10 ms at most.
pub const INDEX_ROWS: usize = 200;

/// Words that wait for the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unindexed {
    /// Thread key.
    pub key: i64,
    /// As written.
    pub text: String,
}

/// The two columns of the index for one row, as the desk's tokeniser makes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Words of scripts with spaces; ids.
    pub words: String,
    /// Pairs of characters of scripts without.
    pub grams: String,
}

/// What to look for. Every expression is an FTS5 MATCH expression over both columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Each must be found somewhere in the ticket or its thread.
    pub wanted: Vec<String>,
    /// None may be found in it.
    pub unwanted: Vec<String>,
    /// Conditions on the ticket.
    pub filter: Filter,
    /// Words of this person (agent or contact), if any.
    pub from: Option<uuid::Uuid>,
    /// Words at or after.
    pub after: Option<Timestamp>,
    /// Words before.
    pub before: Option<Timestamp>,
}

/// One found ticket.
#[derive(Clone, Debug, PartialEq)]
pub struct Hit {
    /// Which.
    pub ticket: TicketId,
    /// The newest entry of its thread in which something was found; `None` if it was found in the
    /// ticket's own words.
    pub entry: Option<i64>,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// Newest words first.
    pub hits: Vec<Hit>,
    /// There may be more than was looked through.
    pub more: bool,
}

/// How far the index has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Messages and notes in the index.
    pub indexed: i64,
    /// Messages and notes there are.
    pub total: i64,
}

/// Indexes words of threads; what is indexed already is passed over.
pub async fn index_threads(tx: &mut WriteTx, rows: &[(i64, Tokens)]) -> Result<()> {
    todo!()
}

/// Indexes tickets' own words (subject, people, companies, resources, number), replacing what was
/// there.
pub async fn index_tickets(tx: &mut WriteTx, rows: &[(TicketId, Tokens)]) -> Result<()> {
    todo!()
}

/// Words not in the index with keys below `below` (`None`: from the newest), newest first. Go on
/// with the last key; empty means that the pass is over.
pub async fn unindexed(db: &mut Db, below: Option<i64>, limit: u32) -> Result<Vec<Unindexed>> {
    todo!()
}

/// Tickets whose own words are not in the index or have changed, newest first.
pub async fn unindexed_tickets(db: &mut Db, limit: u32) -> Result<Vec<TicketId>> {
    todo!()
}

/// How far the index has come. Counts rows: ask now and then, not at every frame.
pub async fn progress(db: &mut Db) -> Result<Progress> {
    todo!()
}

/// Looks. Tickets, those with the newest hits first.
pub async fn search(db: &mut Db, request: &Request, (offset, limit): (u32, u32)) -> Result<Found> {
    todo!()
}

/// Empties the index; it is filled again.
pub async fn clear(tx: &mut WriteTx) -> Result<()> {
    todo!()
}
