//! Draft: a reply or note not yet sent. Nothing but its author ends it.
//!
//! ```text
//! active ──send──▶ sending ──accepted──▶ sent
//!   │  ▲              │
//!   │  └──undo────────┤
//!   │                 └──held, refused──▶ returned ──send──▶ sending
//!   └──author discards (returned ones too)──▶ discarded
//! ```
//!
//! At most one is active per ticket and kind.

use holdfast_domain::words::Attachment;
use holdfast_domain::{DraftId, MessageId, TicketId};
use jiff::Timestamp;

use crate::error::Result;
use crate::pool::{Db, WriteTx};

/// What it will become.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    /// Public words.
    Reply,
    /// Internal words.
    Note,
}

/// Where it stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Being written.
    Active,
    /// Its operation waits.
    Sending,
    /// Its operation was accepted.
    Sent,
    /// Its operation was not accepted; the words are the author's again.
    Returned,
    /// Its author threw it away.
    Discarded,
}

/// A draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Draft {
    /// The id its message or note will have.
    pub id: DraftId,
    /// Where.
    pub ticket: TicketId,
    /// What it will become.
    pub kind: Kind,
    /// Counts saves, from 1.
    pub version: i64,
    /// As typed.
    pub words: String,
    /// Files under it.
    pub attachments: Vec<Attachment>,
    /// The last public words its author had seen when it was begun.
    pub seen_through: Option<MessageId>,
    /// Where it stands.
    pub state: State,
    /// When it was last saved.
    pub updated_at: Timestamp,
}

/// What saving came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Saved {
    /// It is on the disk as this version.
    Version(i64),
    /// Another window was faster, or it is being sent; this is how it stands.
    Stale(Box<Draft>),
}

/// Saves what was typed. `draft.version` is the version it was typed on (0: new). `draft.state`
/// and `updated_at` are set here.
pub async fn save(tx: &mut WriteTx, draft: &Draft, now: Timestamp) -> Result<Saved> {
    todo!()
}

/// Moves it; an arrow that is not in the picture is an error. Returned and undone drafts whose
/// place is taken by another active one stay `Returned`.
pub async fn set_state(tx: &mut WriteTx, id: DraftId, state: State, now: Timestamp) -> Result<()> {
    todo!()
}

/// One draft.
pub async fn get(db: &mut Db, id: DraftId) -> Result<Option<Draft>> {
    todo!()
}

/// The active one of a ticket and kind.
pub async fn active(db: &mut Db, ticket: TicketId, kind: Kind) -> Result<Option<Draft>> {
    todo!()
}

/// Active and returned ones of a ticket, oldest first.
pub async fn open_of(db: &mut Db, ticket: TicketId) -> Result<Vec<Draft>> {
    todo!()
}

/// Active and returned ones, newest first.
pub async fn open(db: &mut Db, limit: u32) -> Result<Vec<Draft>> {
    todo!()
}

/// Earlier versions, newest first: version, words, when.
pub async fn history(db: &mut Db, id: DraftId) -> Result<Vec<(i64, String, Timestamp)>> {
    todo!()
}
