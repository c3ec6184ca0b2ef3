//! Blobs: the bytes of attachments, in chunks of [`crate::limits::BLOB_CHUNK_BYTES`].
//!
//! `PUT /v1/blobs/{hash}/{chunk}?size_bytes=` takes one chunk (from 0; only the last may be
//! shorter), `GET /v1/blobs/{hash}/{chunk}` gives one, `GET /v1/blobs/{hash}` tells what is there,
//! so that an upload goes on where it stopped. A hash is only known to those who see words that
//! name it; knowing a hash never skips the upload.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What the server has of a blob.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BlobState {
    /// BLAKE3 of all bytes, hexadecimal.
    pub hash: String,
    /// Size of the whole, bytes.
    pub size_bytes: u64,
    /// Chunks that are there, ascending.
    pub chunks: Vec<u32>,
    /// Whether all are there and the hash was checked.
    pub complete: bool,
}
