//! Notices: what the windows hear after a commit. They name, they never carry; a listener that
//! falls behind hears "everything".

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Something changed; read it again.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(tag = "noun", content = "key", rename_all = "snake_case")]
pub enum NoticeView {
    /// One ticket, its id.
    Ticket(String),
    /// Some lists or counts.
    List,
    /// The outbox.
    Outbox,
    /// Drafts.
    Draft,
    /// People, teams, macros, settings.
    Directory,
    /// Connection, progress.
    Status,
    /// The session was locked, opened or ended.
    Session,
    /// All of these.
    Everything,
}
