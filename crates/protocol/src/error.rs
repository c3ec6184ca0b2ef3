//! Failures of a request as a whole. A client branches on the code, never on the message.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Why a request failed. Closed: a code that no client branches on does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// Login or password is wrong, or the account is disabled.
    SignInFailed,
    /// Too many tries; `retry_after_s` in params.
    Throttled,
    /// The access token is unknown or expired: refresh it.
    TokenExpired,
    /// The session was ended by the server: sign in again.
    SessionEnded,
    /// The account was disabled.
    Revoked,
    /// This desk was revoked: it seals what it had not sent ([`crate::letter`]) and destroys its
    /// key.
    DeskRevoked,
    /// The caller's role does not allow it.
    NotAllowed,
    /// Nothing there for this caller.
    NotFound,
    /// The body is not what was expected; the message says where.
    BadRequest,
    /// The body is larger than allowed; `limit_bytes` in params.
    TooLarge,
    /// The desk speaks an older protocol than the server takes: update the desk.
    DeskTooOld,
    /// The desk speaks a newer protocol than the server knows: update the server.
    DeskTooNew,
    /// The changes asked for are gone; fetch a snapshot again.
    Horizon,
    /// The server was restored: another epoch.
    EpochChanged,
    /// A number was skipped; `expected` in params.
    Gap,
    /// The number is settled with other bytes: a copied disk.
    ForkDetected,
    /// An operation's name@version is not understood; its number is not consumed.
    UnknownOperation,
    /// Try again later.
    Busy,
    /// The server's fault.
    Internal,
}

/// A failure as it travels.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error, ToSchema)]
#[error("{code:?}: {message}")]
pub struct Failure {
    /// To branch on.
    pub code: Code,
    /// For people who read logs: English, without content of tickets.
    pub message: String,
    /// Numbers and names that belong to the code.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub params: BTreeMap<String, serde_json::Value>,
}

impl Failure {
    /// A failure without parameters.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), params: BTreeMap::new() }
    }

    /// The same with one more parameter.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl Into<serde_json::Value>) -> Self {
        self.params.insert(key.to_owned(), value.into());
        self
    }
}
