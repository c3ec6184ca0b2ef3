//! The sealed tray: the agent's unsent words on tickets that left her sight.
//!
//! Deliberately absent: anything of such a ticket. She may know what she wrote, when, and what it
//! was to be.

use holdfast_domain::TicketId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// What lies in the tray, oldest first.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct TrayView {
    /// Without the words.
    pub items: Vec<TrayItem>,
}

/// Something that lies in the tray, without its words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct TrayItem {
    /// Names it on this desk.
    pub key: i64,
    /// What it was to be.
    pub kind: TrayKind,
    /// When she wrote it.
    pub written_at: Timestamp,
    /// When its ticket left her sight.
    pub left_at: Timestamp,
    /// Its ticket, if that is in her sight again.
    pub ticket: Option<TicketId>,
    /// That ticket's number.
    pub number: Option<i64>,
}

/// What words were to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum TrayKind {
    /// For the customer.
    Reply,
    /// For colleagues.
    Note,
    /// A reason, a question to colleagues, how it ended.
    Other,
}

/// Names something in the tray.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TrayRequest {
    /// Which.
    pub key: i64,
}

/// Something in the tray, with its words.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct TrayWords {
    /// What it is.
    pub item: TrayItem,
    /// As she typed them.
    pub text: String,
}
