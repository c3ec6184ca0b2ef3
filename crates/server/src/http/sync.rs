//! Hello, changes, push, digest, salvage, escrow.

use axum::Json;
use axum::extract::State;
use holdfast_protocol::digest::{DigestAnswer, DigestRequest};
use holdfast_protocol::escrow::{Escrow, EscrowAnswer};
use holdfast_protocol::hello::{Hello, Welcome};
use holdfast_protocol::limits::CHANGES_ROWS;
use holdfast_protocol::push::{Push, PushAnswer};
use holdfast_protocol::salvage::{Salvage, SalvageAnswer};
use holdfast_protocol::{Code, Failure};
use serde::Deserialize;
use uuid::Uuid;

use super::read::{Asked, Said};
use super::{Caller, Served};
use crate::core::Core;
use crate::error::Result;
use crate::sync::changes::{Pulled, Reader, pull};

/// After what, how much, and of which epoch the cursor is.
#[derive(Deserialize)]
pub struct Since {
    /// The cursor.
    pub since: i64,
    /// About how many changes; a commit is never split.
    pub max_rows: Option<u32>,
    /// The epoch of the cursor; compared if given.
    pub epoch: Option<Uuid>,
}

impl Since {
    /// A cursor of another epoch means nothing here.
    pub fn check(&self, core: &Core) -> Result<(), Failure> {
        if self.epoch.is_none_or(|epoch| epoch == core.epoch) {
            return Ok(());
        }
        let failure = Failure::new(Code::EpochChanged, "the server was restored: say hello");
        Err(failure.with("epoch", core.epoch.to_string()))
    }
}

/// Where do desk and server stand? Makes the desk known.
#[utoipa::path(post, path = "/v1/sync/hello", tag = "sync", request_body = Hello, responses(
    (status = 200, description = "welcome", body = Welcome),
    (status = 409, description = "fork_detected: the desk id is somebody else's"),
    (status = 426, description = "desk_too_old, desk_too_new"),
))]
pub async fn hello(
    State(served): State<Served>,
    caller: Caller,
    Said(said): Said<Hello>,
) -> Result<Json<Welcome>> {
    crate::sync::hello::hello(&served.core, &caller, &said).await.map(Json)
}

/// What happened after a cursor.
#[utoipa::path(get, path = "/v1/sync/changes", tag = "sync", params(
    ("since" = i64, Query, description = "the cursor"),
    ("max_rows" = Option<u32>, Query, description = "about how many; a commit is never split"),
    ("epoch" = Option<String>, Query, description = "the epoch of the cursor"),
), responses(
    (status = 200, description = "whole commits", body = holdfast_protocol::Batch),
    (status = 410, description = "horizon, epoch_changed"),
))]
pub async fn changes(
    State(served): State<Served>,
    caller: Caller,
    Asked(asked): Asked<Since>,
) -> Result<Json<Pulled>> {
    asked.check(&served.core)?;
    let reader = Reader { agent: caller.agent, desk: caller.desk()? };
    let max_rows = asked.max_rows.unwrap_or(CHANGES_ROWS);
    let pulled = pull(&served.core, reader, asked.since, max_rows).await?;
    let more = pulled.to > pulled.since;
    served.core.following.asked(reader.desk, asked.since, more, served.core.now());
    Ok(Json(pulled))
}

/// Operations on their way.
#[utoipa::path(post, path = "/v1/sync/push", tag = "sync", request_body = Push, responses(
    (status = 200, description = "what became of them", body = PushAnswer),
    (status = 409, description = "gap, fork_detected"),
    (status = 410, description = "epoch_changed"),
    (status = 413, description = "too_large"),
    (status = 426, description = "unknown_operation"),
))]
pub async fn push(
    State(served): State<Served>,
    caller: Caller,
    Said(said): Said<Push>,
) -> Result<Json<PushAnswer>> {
    crate::sync::push::push(&served.core, &caller, said).await.map(Json)
}

/// Words of others that a restored server may lack.
#[utoipa::path(post, path = "/v1/sync/salvage", tag = "sync", request_body = Salvage, responses(
    (status = 200, description = "the desk need not hold them any more", body = SalvageAnswer),
))]
pub async fn salvage(
    State(served): State<Served>,
    caller: Caller,
    Said(said): Said<Salvage>,
) -> Result<Json<SalvageAnswer>> {
    crate::sync::salvage::take(&served.core, &caller, said).await.map(Json)
}

/// What left its author's sight with its ticket, and a restored server may lack.
#[utoipa::path(post, path = "/v1/sync/escrow", tag = "sync", request_body = Escrow, responses(
    (status = 200, description = "what becomes of each", body = EscrowAnswer),
))]
pub async fn escrow(
    State(served): State<Served>,
    caller: Caller,
    Said(said): Said<Escrow>,
) -> Result<Json<EscrowAnswer>> {
    crate::sync::escrow::take(&served.core, &caller, said).await.map(Json)
}

/// Do both sides hold the same?
#[utoipa::path(post, path = "/v1/sync/digest", tag = "sync",
    request_body = DigestRequest, responses(
    (status = 200, description = "equal, not_at_head, or where they differ", body = DigestAnswer),
    (status = 404, description = "not the caller's scope"),
))]
pub async fn digest(
    State(served): State<Served>,
    caller: Caller,
    Said(said): Said<DigestRequest>,
) -> Result<Json<DigestAnswer>> {
    crate::sync::digest::digest(&served.core, &caller, &said).await.map(Json)
}
