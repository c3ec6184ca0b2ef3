//! Caller: who makes a request, by the access token, under the rights of now.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use holdfast_domain::AgentId;
use holdfast_protocol::Code;
use uuid::Uuid;

use super::Served;
use crate::error::{Error, Result};
use crate::passwords::token_hash;
use crate::store::session::{self, Known};

/// Who makes a request.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    /// Who.
    pub agent: AgentId,
    /// In which session.
    pub session: Uuid,
    desk: Option<Uuid>,
}

impl Caller {
    /// The desk that said hello in this session.
    pub fn desk(&self) -> Result<Uuid> {
        self.desk.ok_or_else(|| Error::bad_request("say hello first: POST /v1/sync/hello"))
    }
}

impl FromRequestParts<Served> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, served: &Served) -> Result<Self, Error> {
        let unknown = || Error::told(Code::TokenExpired, "the access token is unknown or expired");
        let token = bearer(&parts.headers).ok_or_else(unknown)?;
        let mut tx = served.core.db.read().await?;
        let known = session::find(&mut tx, token_hash(token), false).await?;
        let known = known.ok_or_else(unknown)?;
        check_session(served, &known)?;
        if known.expires_at <= served.core.now().as_microsecond() {
            return Err(unknown());
        }
        let Known { agent, session, desk, .. } = known;
        Ok(Self { agent: AgentId(agent), session, desk })
    }
}

/// Whether the session still stands and its agent may still act.
pub fn check_session(served: &Served, known: &Known) -> Result<()> {
    let active = served.core.directory().active(AgentId(known.agent)).is_some();
    match (active, known.ended_at) {
        (false, _) => Err(Error::told(Code::Revoked, "this account was disabled")),
        (true, Some(_)) => Err(Error::told(Code::SessionEnded, "the session was ended: sign in")),
        (true, None) => Ok(()),
    }
}

/// The token of a request.
pub fn bearer(headers: &HeaderMap) -> Option<&str> {
    headers.get(AUTHORIZATION)?.to_str().ok()?.strip_prefix("Bearer ")
}
