//! Customers' words in, our replies out, for channels with a token.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::IntoResponse;
use holdfast_domain::MessageId;
use holdfast_protocol::Code;
use holdfast_protocol::intake::{Delivery, Intake, IntakeAnswer};
use serde::Deserialize;

use super::Served;
use super::blob::bytes;
use super::caller::bearer;
use super::read::{Asked, At, Said};
use crate::channel::{self, Channel};
use crate::error::{Error, Result};

/// After which position.
#[derive(Deserialize)]
pub struct After {
    #[serde(default)]
    after: i64,
}

/// A customer wrote.
#[utoipa::path(post, path = "/v1/intake", tag = "intake", request_body = Intake, responses(
    (status = 200, description = "where the words stand", body = IntakeAnswer),
    (status = 401, description = "token_expired: not a token of a channel"),
    (status = 404, description = "no such contact, or not their ticket"),
))]
pub async fn post(
    State(served): State<Served>,
    headers: HeaderMap,
    Said(said): Said<Intake>,
) -> Result<Json<IntakeAnswer>> {
    let channel = channel(&served, &headers)?;
    crate::intake::take(&served.core, &channel, &said).await.map(Json)
}

/// Replies of ours on their way out through this channel.
#[utoipa::path(get, path = "/v1/deliveries", tag = "intake", params(
    ("after" = Option<i64>, Query, description = "the position read last"),
), responses(
    (status = 200, description = "deliveries, ascending", body = Vec<Delivery>),
))]
pub async fn deliveries(
    State(served): State<Served>,
    headers: HeaderMap,
    Asked(asked): Asked<After>,
) -> Result<Json<Vec<Delivery>>> {
    let channel = channel(&served, &headers)?;
    crate::intake::deliveries(&served.core, &channel, asked.after).await.map(Json)
}

/// One chunk of a file of a reply on its way.
#[utoipa::path(get, path = "/v1/deliveries/{message}/blobs/{hash}/{chunk}", tag = "intake", params(
    ("message" = String, Path, description = "as in the delivery"),
    ("hash" = String, Path, description = "as in its attachments"),
    ("chunk" = u32, Path, description = "its place, from 0"),
), responses(
    (status = 200, description = "bytes",
        body = Vec<u8>, content_type = "application/octet-stream"),
    (status = 404, description = "not a delivery of this channel, or not a file of it"),
))]
pub async fn file(
    State(served): State<Served>,
    headers: HeaderMap,
    At((message, hash, chunk)): At<(MessageId, String, u32)>,
) -> Result<impl IntoResponse> {
    let channel = channel(&served, &headers)?;
    crate::intake::file(&served.core, &channel, (message, &hash, chunk)).await.map(bytes)
}

/// The channel that asks.
fn channel(served: &Served, headers: &HeaderMap) -> Result<Channel> {
    bearer(headers)
        .and_then(|token| channel::of_token(&served.core.config, token))
        .ok_or_else(|| Error::told(Code::TokenExpired, "not the token of a channel"))
}
