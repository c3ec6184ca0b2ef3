//! What travels between desk and server, and in what shape it is kept: rows, changes, snapshots,
//! pushes, outcomes, error codes. docs/protocol.md is the specification in prose.
//!
//! JSON everywhere; times are RFC 3339 in UTC with microseconds; ids are UUIDs in text. Unknown
//! fields are ignored, so that a newer server may say more.
//!
//! Deliberately absent: SQL, an HTTP framework, and any rule about tickets.

pub mod blob;
pub mod change;
pub mod digest;
pub mod error;
pub mod escrow;
pub mod hello;
pub mod intake;
pub mod letter;
pub mod limits;
pub mod push;
pub mod row;
pub mod salvage;
pub mod sealing;
pub mod session;
pub mod snapshot;

pub use change::{Batch, Change, Commit, StreamFrame, Whole};
pub use error::{Code, Failure};
pub use row::Row;
