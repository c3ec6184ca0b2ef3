//! Signing in: `POST /v1/session`, `/v1/session/refresh`, `DELETE /v1/session`.
//!
//! Tokens are opaque, 256 random bits in base64url, stored hashed. A refresh rotates both; the old
//! ones stay good until one of the new ones has been used, so that a lost answer ends nothing.
//! After that a refresh with the old token ends the session.

use holdfast_domain::{AgentId, Role};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Body of `POST /v1/session`.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct SignIn {
    /// The agent's login.
    pub login: String,
    /// The agent's password.
    pub password: String,
}

/// Body of `POST /v1/session/refresh`.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct Refresh {
    /// The token of the last answer.
    pub refresh_token: String,
}

/// Answer of both.
#[derive(Clone, Serialize, Deserialize, ToSchema)]
pub struct Session {
    /// `Authorization: Bearer …` of every other call.
    pub access_token: String,
    /// For the next refresh.
    pub refresh_token: String,
    /// How long the access token lives, seconds.
    pub expires_in_s: u64,
    /// Who signed in.
    pub agent: AgentId,
    /// What they may do now. For an honest UI; the server decides by its own knowledge.
    pub role: Role,
}
