//! Snapshots: a scope as it stood at one commit, in chunks that can be fetched again.
//!
//! `GET /v1/sync/snapshot/{scope}` answers a [`Manifest`]; `GET
//! /v1/sync/snapshot/{scope}/{snapshot}/{chunk}` answers one zstd frame of NDJSON, a
//! [`crate::Row`] a line. The snapshot is pinned as a file for an hour; after that a chunk is
//! `not_found` and the desk asks for a new manifest. A manifest is written only when the whole
//! file is, so it serves as the trailer too: counts and digest are in it.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::digest::Digest;
use crate::hello::Scope;
use crate::push::Settled;

/// A snapshot that is ready to be fetched.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Manifest {
    /// Its id.
    pub snapshot: Uuid,
    /// What it shows.
    #[schema(value_type = String)]
    pub scope: Scope,
    /// The epoch it belongs to.
    pub epoch: Uuid,
    /// The commit it stands at: changes after it are not in it.
    pub seq: i64,
    /// In order; ticket rows come before what hangs on them.
    pub chunks: Vec<Chunk>,
    /// Rows in all chunks.
    pub rows: u64,
    /// Tickets among them.
    pub tickets: u64,
    /// Over the scope's tickets.
    pub digest: Digest,
    /// Only in the personal scope: what became of this desk's operations since its last
    /// acknowledgement, up to `seq`. A snapshot must not jump over them.
    #[serde(default)]
    pub outcomes: Vec<Settled>,
}

/// One zstd frame.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Chunk {
    /// Compressed size, bytes.
    pub bytes: u64,
    /// Rows in it.
    pub rows: u64,
    /// BLAKE3 of the compressed bytes, hexadecimal.
    pub blake3: String,
}
