//! The stream of changes, as server-sent events.

use std::convert::Infallible;

use axum::extract::State;
use axum::response::Sse;
use axum::response::sse::Event;
use futures_util::{Stream, StreamExt};
use tokio_stream::wrappers::ReceiverStream;

use super::read::Asked;
use super::sync::Since;
use super::{Caller, Served};
use crate::error::Result;
use crate::sync::stream::open;

/// Changes as they happen: events `changes`, `poke`, `beat`.
#[utoipa::path(get, path = "/v1/sync/stream", tag = "sync", params(
    ("since" = i64, Query, description = "the cursor"),
    ("epoch" = Option<String>, Query, description = "the epoch of the cursor"),
), responses(
    (status = 200, description = "server-sent events; of `changes` the data is this",
        body = holdfast_protocol::StreamFrame, content_type = "text/event-stream"),
    (status = 410, description = "horizon, epoch_changed"),
))]
pub async fn stream(
    State(served): State<Served>,
    caller: Caller,
    Asked(asked): Asked<Since>,
) -> Result<Sse<impl Stream<Item = Result<Event, Infallible>>>> {
    asked.check(&served.core)?;
    let frames = open(served.core, &caller, asked.since, served.stop).await?;
    Ok(Sse::new(ReceiverStream::new(frames).map(Ok)))
}
