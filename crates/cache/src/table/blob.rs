//! Blob: the bytes of attachments, in pieces, in the same encrypted file.

use holdfast_domain::TicketId;

use crate::error::Result;
use crate::pool::{Db, WriteTx};

/// Where its bytes are on their way.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum State {
    /// Being read in or downloaded: not all chunks are here.
    Partial,
    /// Whole, and to be uploaded.
    Uploading,
    /// Whole, and the server has it too.
    Delivered,
}

/// A blob.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blob {
    /// BLAKE3 of the bytes, 64 hexadecimal digits.
    pub hash: String,
    /// Size in bytes.
    pub size_bytes: u64,
    /// Where its bytes are on their way.
    pub state: State,
    /// Chunks that are here.
    pub chunks: u32,
    /// Chunks the server has confirmed.
    pub uploaded_chunks: u32,
}

/// Begins a blob that belongs to this ticket; known ones only gain the ticket.
pub async fn begin(tx: &mut WriteTx, hash: &str, size_bytes: u64, ticket: TicketId) -> Result<()> {
    todo!()
}

/// Adds the chunk after those that are here; another place is an error.
pub async fn put_chunk(tx: &mut WriteTx, hash: &str, n: u32, bytes: &[u8]) -> Result<()> {
    todo!()
}

/// All chunks are here; the caller has compared the hash.
pub async fn set_state(tx: &mut WriteTx, hash: &str, state: State) -> Result<()> {
    todo!()
}

/// The server has these many chunks.
pub async fn set_uploaded(tx: &mut WriteTx, hash: &str, chunks: u32) -> Result<()> {
    todo!()
}

/// One blob, without its bytes.
pub async fn get(db: &mut Db, hash: &str) -> Result<Option<Blob>> {
    todo!()
}

/// One chunk.
pub async fn chunk(db: &mut Db, hash: &str, n: u32) -> Result<Option<Vec<u8>>> {
    todo!()
}

/// What waits to be uploaded, oldest first.
pub async fn to_upload(db: &mut Db, limit: u32) -> Result<Vec<Blob>> {
    todo!()
}
