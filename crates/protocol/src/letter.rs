//! Letter: what a revoked desk had not sent, sealed to the server's key before it destroys its
//! own. `PUT /v1/desks/{desk}/letter` takes it; an administrator opens it, from the store or from a
//! file.
//!
//! ```text
//! letter = MAGIC, desk 16, encapsulated key 32, ciphertext
//! ```
//!
//! Sealed as [`crate::sealing`] says; `info` is [`MAGIC`], the additional data is the desk. What is
//! sealed is [`Letter`] as JSON, packed with zstd.
//!
//! Deliberately absent: who may open it, and what becomes of it. It proves nothing about who wrote
//! it: whoever had the desk may have written in it. So a person reads it.

use holdfast_domain::{AgentId, Operation, TicketId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::sealing::Sealed;

/// What a letter begins with.
pub const MAGIC: &[u8] = b"holdfast letter 1\n";
/// Largest letter that the server takes; a larger one goes by hand.
pub const LETTER_BYTES_MAX: usize = 16 * 1024 * 1024;

/// Told in hello: what to seal to, and for the day on which this desk is revoked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Sealing {
    /// The server's public key, hexadecimal.
    pub public_key: String,
    /// Lets this desk, and once, bring its letter when it has no session any more.
    pub stamp: String,
}

/// What was not sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Letter {
    /// Which desk it was.
    pub desk: Uuid,
    /// Whose.
    pub agent: AgentId,
    /// When, by that computer.
    pub sealed_at: Timestamp,
    /// Operations without an outcome, in order of writing.
    pub operations: Vec<Operation>,
    /// Drafts, and what lay in her tray.
    pub words: Vec<Words>,
}

/// Words that were no operation yet.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Words {
    /// On which ticket.
    pub ticket: TicketId,
    /// When they were written last.
    pub written_at: Timestamp,
    /// As typed.
    pub text: String,
}

/// A letter that is closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closed {
    /// Which desk wrote it.
    pub desk: Uuid,
    /// The letter.
    pub sealed: Sealed,
}

impl Closed {
    /// As it travels and lies on disks.
    pub fn bytes(&self) -> Vec<u8> {
        [MAGIC, self.desk.as_bytes(), &self.sealed.bytes()].concat()
    }

    /// `None` if it is no letter.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (desk, rest) = bytes.strip_prefix(MAGIC)?.split_first_chunk::<16>()?;
        Some(Self { desk: Uuid::from_bytes(*desk), sealed: Sealed::read(rest)? })
    }
}
