//! Answers that are failures: which status a code has, and what is logged of the server's own.

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use holdfast_protocol::{Code, Failure};

use crate::error::{Error, causes};

/// Seconds after which a busy server may be asked again.
const BUSY_RETRY_S: u64 = 2;

/// Goes with an answer whose request met damage in the database.
#[derive(Clone)]
pub struct MetDamage(pub String);

/// Goes with an answer whose request could not be written down.
#[derive(Clone)]
pub struct NotWritten(pub String);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        let (mut met, mut not_written) = (None, None);
        let failure = match self {
            Self::Told(failure) => failure,
            Self::Damaged(what) => {
                met = Some(MetDamage(what));
                Failure::new(Code::Busy, "the server cannot serve now: its keeper is told why")
            }
            Self::Unwritable(why) => {
                not_written = Some(NotWritten(why));
                Failure::new(Code::Busy, "the server's disk takes nothing now: try again")
            }
            Self::Internal(error) => {
                tracing::error!(causes = causes(&error), "a request failed");
                Failure::new(Code::Internal, "the server failed; its log says why")
            }
        };
        let mut response = (status(failure.code), Json(&failure)).into_response();
        if let Some(seconds) = retry_after_s(&failure) {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        if let Some(met) = met {
            response.extensions_mut().insert(met);
        }
        if let Some(not_written) = not_written {
            response.extensions_mut().insert(not_written);
        }
        response
    }
}

/// For paths that do not exist.
pub async fn nothing_here() -> Error {
    Error::told(Code::NotFound, "there is no such path")
}

fn status(code: Code) -> StatusCode {
    match code {
        Code::SignInFailed | Code::TokenExpired | Code::SessionEnded => StatusCode::UNAUTHORIZED,
        Code::Revoked | Code::DeskRevoked | Code::NotAllowed => StatusCode::FORBIDDEN,
        Code::Throttled => StatusCode::TOO_MANY_REQUESTS,
        Code::NotFound => StatusCode::NOT_FOUND,
        Code::BadRequest => StatusCode::BAD_REQUEST,
        Code::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Code::DeskTooOld | Code::DeskTooNew | Code::UnknownOperation => {
            StatusCode::UPGRADE_REQUIRED
        }
        Code::Horizon | Code::EpochChanged => StatusCode::GONE,
        Code::Gap | Code::ForkDetected => StatusCode::CONFLICT,
        Code::Busy => StatusCode::SERVICE_UNAVAILABLE,
        Code::Internal => StatusCode::INTERNAL_SERVER_ERROR,
    }
}

fn retry_after_s(failure: &Failure) -> Option<u64> {
    match failure.code {
        Code::Busy => Some(BUSY_RETRY_S),
        Code::Throttled => failure.params.get("retry_after_s")?.as_u64(),
        _ => None,
    }
}
