//! `POST /v1/sync/escrow`: what an agent did to tickets that have left her sight, for a server that
//! was restored from a copy that has it not.
//!
//! A ticket that leaves takes with it what was accepted on it: an operation quotes its ticket. What
//! no copy of the server has yet stays at the desk in escrow, sealed to the server's key
//! ([`crate::sealing`]), so that nobody who has the desk can read it. In another epoch the desk
//! brings it. The server opens it and says of each what became of it ([`Fate`]).
//!
//! `info` is [`MAGIC`], the additional data is the operation's id, the text is [`Deposit::bytes`]:
//!
//! ```text
//! author 16, the operation as it was frozen (JSON)
//! ```
//!
//! The files of such words lie beside them, chunk by chunk ([`PIECE_MAGIC`], [`piece_of`],
//! [`Piece::bytes`]): `author 16, the chunk`. A desk uploads them as they are, with `sealed_for`,
//! once the words that name them are accepted again.

use holdfast_domain::{AgentId, OperationId};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::limits::BLOB_CHUNK_BYTES;
use crate::sealing::KEY_BYTES;

/// What it is sealed for.
pub const MAGIC: &[u8] = b"holdfast escrow 1\n";
/// What a chunk of a file is sealed for.
pub const PIECE_MAGIC: &[u8] = b"holdfast escrow piece 1\n";
/// Largest sealed chunk: the author, and what sealing adds.
pub const PIECE_BYTES_MAX: usize = BLOB_CHUNK_BYTES + 16 + KEY_BYTES + 16;
/// Most operations in one body.
pub const ESCROW_OPERATIONS_MAX: usize = 100;

/// Body of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Escrow {
    /// Ticket by ticket, in order of writing.
    pub operations: Vec<Sealed>,
}

/// An operation that is sealed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Sealed {
    /// Its id.
    pub id: OperationId,
    /// [`crate::sealing::Sealed::bytes`], hexadecimal.
    pub sealed: String,
}

/// What is sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Deposit {
    /// Who wrote it: nobody else is given it.
    pub author: AgentId,
    /// The operation as it was frozen, JSON.
    pub operation: String,
}

impl Deposit {
    /// As it is sealed.
    pub fn bytes(&self) -> Vec<u8> {
        [self.author.bytes().as_slice(), self.operation.as_bytes()].concat()
    }

    /// `None` if it is none.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (author, operation) = bytes.split_first_chunk::<16>()?;
        let operation = String::from_utf8(operation.to_vec()).ok()?;
        Some(Self { author: AgentId(Uuid::from_bytes(*author)), operation })
    }
}

/// What a sealed chunk belongs to: operation 16, the file's hash, place from 0 in 4, big end first.
pub fn piece_of(operation: OperationId, hash: &str, chunk: u32) -> Vec<u8> {
    [operation.bytes().as_slice(), hash.as_bytes(), &chunk.to_be_bytes()].concat()
}

/// A chunk that is sealed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Whose words name the file: nobody else can bring it.
    pub author: AgentId,
    /// The chunk.
    pub bytes: Vec<u8>,
}

impl Piece {
    /// As it is sealed.
    pub fn bytes(&self) -> Vec<u8> {
        [self.author.bytes().as_slice(), &self.bytes].concat()
    }

    /// `None` if it is none.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (author, bytes) = bytes.split_first_chunk::<16>()?;
        Some(Self { author: AgentId(Uuid::from_bytes(*author)), bytes: bytes.to_vec() })
    }
}

/// Answer of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EscrowAnswer {
    /// In the order brought.
    pub fates: Vec<Fate>,
}

/// What becomes of one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(tag = "fate", rename_all = "snake_case")]
pub enum Fate {
    /// The server has it: the desk forgets it.
    Known,
    /// The server lacks it, and its author sees its ticket: it waits again, and is pushed.
    Yours {
        /// The operation as it was frozen, JSON.
        operation: String,
    },
    /// Its author does not see its ticket now, or the server cannot open it: it stays at the desk.
    /// The words of a reply or a note are kept for a keeper meanwhile ([`crate::salvage`]).
    Away,
    /// The same, and it is too long ago that the server was restored: the desk forgets it.
    Over,
}
