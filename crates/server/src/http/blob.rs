//! The bytes of attachments.

use axum::Json;
use axum::extract::State;
use axum::http::header::{CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use axum::response::IntoResponse;
use holdfast_domain::OperationId;
use holdfast_protocol::blob::BlobState;
use serde::Deserialize;

use super::read::{Asked, At, Bytes};
use super::{Caller, Served};
use crate::blobs;
use crate::error::Result;
use crate::sync::escrow;

/// How large the whole is, and whether the chunk lay in escrow.
#[derive(Deserialize)]
pub struct Part {
    size_bytes: u64,
    sealed_for: Option<OperationId>,
}

/// What is there of a blob.
#[utoipa::path(get, path = "/v1/blobs/{hash}", tag = "blob", params(
    ("hash" = String, Path, description = "BLAKE3, 64 small hexadecimal digits"),
), responses(
    (status = 200, description = "which chunks are there", body = BlobState),
    (status = 404, description = "neither visible words nor the caller's own name it"),
))]
pub async fn state(
    State(served): State<Served>,
    caller: Caller,
    At(hash): At<String>,
) -> Result<Json<BlobState>> {
    blobs::state(&served.core, &caller, &hash).await.map(Json)
}

/// The caller will not bring a file: replies of theirs that wait for it go to nobody.
#[utoipa::path(delete, path = "/v1/blobs/{hash}", tag = "blob", params(
    ("hash" = String, Path, description = "BLAKE3, 64 small hexadecimal digits"),
), responses(
    (status = 200, description = "what is there; complete if it has come after all",
        body = BlobState),
    (status = 404, description = "no words of the caller's name it"),
))]
pub async fn forgo(
    State(served): State<Served>,
    caller: Caller,
    At(hash): At<String>,
) -> Result<Json<BlobState>> {
    blobs::forgo(&served.core, &caller, &hash).await.map(Json)
}

/// One chunk of a file that the caller's own words name.
#[utoipa::path(put, path = "/v1/blobs/{hash}/{chunk}", tag = "blob", params(
    ("hash" = String, Path, description = "BLAKE3, 64 small hexadecimal digits"),
    ("chunk" = u32, Path, description = "its place, from 0"),
    ("size_bytes" = u64, Query, description = "size of the whole"),
    ("sealed_for" = Option<String>, Query,
        description = "the caller's operation with which it lay in escrow, sealed"),
), request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 200, description = "which chunks are there", body = BlobState),
    (status = 400, description = "bad_request: not its bytes, or not sealed to this server"),
    (status = 404, description = "no words of the caller's name it"),
    (status = 413, description = "too_large"),
))]
pub async fn put(
    State(served): State<Served>,
    caller: Caller,
    At((hash, chunk)): At<(String, u32)>,
    Asked(Part { size_bytes, sealed_for }): Asked<Part>,
    Bytes(mut bytes): Bytes,
) -> Result<Json<BlobState>> {
    if let Some(operation) = sealed_for {
        bytes = escrow::piece(&served.core, &caller, (operation, &hash, chunk), &bytes).await?;
    }
    blobs::put(&served.core, &caller, (&hash, chunk, size_bytes), bytes).await.map(Json)
}

/// One chunk.
#[utoipa::path(get, path = "/v1/blobs/{hash}/{chunk}", tag = "blob", params(
    ("hash" = String, Path, description = "BLAKE3, 64 small hexadecimal digits"),
    ("chunk" = u32, Path, description = "its place, from 0"),
), responses(
    (status = 200, description = "bytes",
        body = Vec<u8>, content_type = "application/octet-stream"),
    (status = 404, description = "no visible words name it, or its upload is not complete"),
))]
pub async fn get(
    State(served): State<Served>,
    caller: Caller,
    At((hash, chunk)): At<(String, u32)>,
) -> Result<impl IntoResponse> {
    blobs::get(&served.core, &caller, &hash, chunk).await.map(bytes)
}

/// An answer of bytes; never a type that a browser would run.
pub fn bytes(bytes: Vec<u8>) -> impl IntoResponse {
    let headers = [(CONTENT_TYPE, "application/octet-stream"), (X_CONTENT_TYPE_OPTIONS, "nosniff")];
    (headers, bytes)
}
