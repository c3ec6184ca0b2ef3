//! Snapshots: the manifest of a scope, and its chunks.

use axum::Json;
use axum::extract::State;
use axum::http::header::CONTENT_TYPE;
use axum::response::IntoResponse;
use holdfast_protocol::snapshot::Manifest;
use uuid::Uuid;

use super::read::At;
use super::{Caller, Served};
use crate::error::Result;
use crate::sync::snapshot;

/// A snapshot of a scope, ready to be fetched.
#[utoipa::path(get, path = "/v1/sync/snapshot/{scope}", tag = "sync", params(
    ("scope" = String, Path, description = "personal, team:<id>, worked"),
), responses(
    (status = 200, description = "a manifest", body = Manifest),
    (status = 404, description = "not the caller's scope"),
))]
pub async fn manifest(
    State(served): State<Served>,
    caller: Caller,
    At(scope): At<String>,
) -> Result<Json<Manifest>> {
    snapshot::manifest(&served.core, &caller, &scope).await.map(Json)
}

/// One chunk of it: a zstd frame of NDJSON.
#[utoipa::path(get, path = "/v1/sync/snapshot/{scope}/{snapshot}/{chunk}", tag = "sync", params(
    ("scope" = String, Path, description = "as in the manifest"),
    ("snapshot" = String, Path, description = "as in the manifest"),
    ("chunk" = usize, Path, description = "its place, from 0"),
), responses(
    (status = 200, description = "a zstd frame", body = Vec<u8>, content_type = "application/zstd"),
    (status = 404, description = "not pinned any more: ask for a new manifest"),
))]
pub async fn chunk(
    State(served): State<Served>,
    caller: Caller,
    At(place): At<(String, Uuid, usize)>,
) -> Result<impl IntoResponse> {
    let bytes = snapshot::chunk(&served.core, &caller, place).await?;
    Ok(([(CONTENT_TYPE, "application/zstd")], bytes))
}
