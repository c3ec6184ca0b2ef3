//! The letter of a desk that was revoked.

use axum::extract::{FromRequest, Request, State};
use axum::http::StatusCode;
use uuid::Uuid;

use super::Served;
use super::caller::bearer;
use super::read::{At, LetterBytes};
use crate::error::{Error, Result};
use crate::letter;

/// What a revoked desk had not sent. Its stamp stands where a token would.
#[utoipa::path(put, path = "/v1/desks/{desk}/letter", tag = "letter", params(
    ("desk" = String, Path, description = "which desk it was"),
), request_body(content = Vec<u8>, content_type = "application/octet-stream"), responses(
    (status = 204, description = "it is kept"),
    (status = 403, description = "not_allowed: another letter of this desk is kept"),
    (status = 404, description = "no such desk, not revoked, or not its stamp"),
    (status = 413, description = "too_large: it goes by hand"),
))]
pub async fn put(
    State(served): State<Served>,
    At(desk): At<Uuid>,
    request: Request,
) -> Result<StatusCode> {
    let stamp = bearer(request.headers()).ok_or_else(Error::not_found)?.to_owned();
    // Before a byte of the body is read: nobody else is worth the memory.
    letter::check(&served.core, desk, &stamp).await?;
    let LetterBytes(bytes) = LetterBytes::from_request(request, &served).await?;
    letter::take(&served.core, desk, bytes).await?;
    Ok(StatusCode::NO_CONTENT)
}
