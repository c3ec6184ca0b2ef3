//! Customers' words in, our replies out, for channels with a token.

use axum::Json;
use axum::extract::State;
use axum::http::HeaderMap;
use holdfast_protocol::Code;
use holdfast_protocol::intake::{Delivery, Intake, IntakeAnswer};
use serde::Deserialize;

use super::Served;
use super::caller::bearer;
use super::read::{Asked, Said};
use crate::error::{Error, Result};
use crate::passwords::token_hash;

/// After which position.
#[derive(Deserialize)]
pub struct After {
    #[serde(default)]
    after: i64,
}

/// A customer wrote.
#[utoipa::path(post, path = "/v1/intake", tag = "intake", responses(
    (status = 200, description = "where the words stand"),
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

/// Replies of ours on their way out.
#[utoipa::path(get, path = "/v1/deliveries", tag = "intake", params(
    ("after" = Option<i64>, Query, description = "the position read last"),
), responses(
    (status = 200, description = "deliveries, ascending"),
))]
pub async fn deliveries(
    State(served): State<Served>,
    headers: HeaderMap,
    Asked(asked): Asked<After>,
) -> Result<Json<Vec<Delivery>>> {
    channel(&served, &headers)?;
    crate::intake::deliveries(&served.core, asked.after).await.map(Json)
}

/// The channel whose token this is. Hashes are compared, so that the time taken tells nothing.
fn channel(served: &Served, headers: &HeaderMap) -> Result<String> {
    let given = bearer(headers).map(token_hash);
    let tokens = &served.core.config.channel_tokens;
    let found = tokens.iter().find(|(_, token)| given == Some(token_hash(token)));
    found
        .map(|(channel, _)| channel.clone())
        .ok_or_else(|| Error::told(Code::TokenExpired, "not the token of a channel"))
}
