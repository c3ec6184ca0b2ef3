//! Reading requests: bodies with a bound, paths and queries, each with a failure in our own form.

use axum::body::Body;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::http::request::Parts;
use futures_util::StreamExt;
use holdfast_protocol::escrow::PIECE_BYTES_MAX;
use holdfast_protocol::letter::LETTER_BYTES_MAX;
use holdfast_protocol::limits::PUSH_BYTES_MAX;
use holdfast_protocol::{Code, Failure};
use serde::de::DeserializeOwned;

use super::Served;
use crate::error::Error;

/// Largest body of any request.
const BODY_BYTES_MAX: usize = PUSH_BYTES_MAX;
/// How much of a body that is too large is read away, so that its sender hears the answer instead
/// of a broken connection.
const DRAINED_BYTES_MAX: usize = 16 * 1024 * 1024;

/// A JSON body.
pub struct Said<T>(pub T);

/// A chunk of a file, sealed or not.
pub struct Bytes(pub Vec<u8>);

/// The body of a letter.
pub struct LetterBytes(pub Vec<u8>);

/// The query.
pub struct Asked<T>(pub T);

/// The variable parts of the path.
pub struct At<T>(pub T);

impl<T: DeserializeOwned> FromRequest<Served> for Said<T> {
    type Rejection = Error;

    async fn from_request(request: Request, _: &Served) -> Result<Self, Error> {
        let bytes = bounded(request.into_body(), BODY_BYTES_MAX).await?;
        serde_json::from_slice(&bytes).map(Self).map_err(|error| {
            // Where, and not what: the message of a parser may quote the body.
            let place = format!("line {}, column {}", error.line(), error.column());
            Error::bad_request(format!("the body is not what was expected, at {place}"))
        })
    }
}

impl FromRequest<Served> for Bytes {
    type Rejection = Error;

    async fn from_request(request: Request, _: &Served) -> Result<Self, Error> {
        bounded(request.into_body(), PIECE_BYTES_MAX).await.map(Self)
    }
}

impl FromRequest<Served> for LetterBytes {
    type Rejection = Error;

    async fn from_request(request: Request, _: &Served) -> Result<Self, Error> {
        bounded(request.into_body(), LETTER_BYTES_MAX).await.map(Self)
    }
}

impl<T: DeserializeOwned> FromRequestParts<Served> for Asked<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &Served) -> Result<Self, Error> {
        let query = Query::<T>::from_request_parts(parts, state).await;
        query.map(|Query(query)| Self(query)).map_err(|error| Error::bad_request(error.body_text()))
    }
}

impl<T: DeserializeOwned + Send> FromRequestParts<Served> for At<T> {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, state: &Served) -> Result<Self, Error> {
        // A path that cannot be read leads nowhere.
        let path = Path::<T>::from_request_parts(parts, state).await;
        path.map(|Path(path)| Self(path)).map_err(|_| Error::not_found())
    }
}

async fn bounded(body: Body, limit: usize) -> Result<Vec<u8>, Error> {
    let mut stream = body.into_data_stream();
    let (mut bytes, mut read) = (Vec::new(), 0);
    while let Some(part) = stream.next().await {
        let part = part.map_err(|_| Error::bad_request("the body broke off"))?;
        read += part.len();
        if read <= limit {
            bytes.extend_from_slice(&part);
        } else if read > limit.max(DRAINED_BYTES_MAX) {
            break;
        }
    }
    if read > limit {
        let failure = Failure::new(Code::TooLarge, "the body is larger than the server takes");
        return Err(failure.with("limit_bytes", limit).into());
    }
    Ok(bytes)
}
