//! One ticket, whole.

use axum::Json;
use axum::extract::State;
use holdfast_domain::TicketId;
use holdfast_protocol::Whole;

use super::read::At;
use super::{Caller, Served};
use crate::error::Result;
use crate::sync::changes::whole_ticket;

/// A ticket with its thread and its customer.
#[utoipa::path(get, path = "/v1/tickets/{id}", tag = "ticket", params(
    ("id" = String, Path, description = "which"),
), responses(
    (status = 200, description = "its rows", body = Whole),
    (status = 404, description = "none in the caller's sight"),
))]
pub async fn get(
    State(served): State<Served>,
    caller: Caller,
    At(id): At<TicketId>,
) -> Result<Json<Whole>> {
    whole_ticket(&served.core, caller.agent, id).await.map(Json)
}
