//! Caller: who makes a request and from which desk, by the access token, under the rights of now.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::AUTHORIZATION;
use axum::http::request::Parts;
use holdfast_domain::AgentId;
use holdfast_protocol::Code;
use holdfast_protocol::hello::DESK_HEADER;
use uuid::Uuid;

use super::Served;
use crate::core::Core;
use crate::error::{Error, Result};
use crate::passwords::token_hash;
use crate::places::{Kind, Place};
use crate::store::Durability;
use crate::store::session::{self, Hash, Known};
use crate::succession::after_use;

/// Who makes a request; as long as it lasts, it takes one of the agent's places.
#[derive(Debug)]
pub struct Caller {
    /// Who.
    pub agent: AgentId,
    /// In which session.
    pub session: Uuid,
    desk: Option<Uuid>,
    _place: Place,
}

impl Caller {
    /// The desk it comes from: the one it names, or the one that said hello last in its session.
    pub fn desk(&self) -> Result<Uuid> {
        self.desk.ok_or_else(|| {
            Error::bad_request("this desk is not known: say hello first, POST /v1/sync/hello")
        })
    }
}

impl FromRequestParts<Served> for Caller {
    type Rejection = Error;

    async fn from_request_parts(parts: &mut Parts, served: &Served) -> Result<Self, Error> {
        let unknown = || Error::told(Code::TokenExpired, "the access token is unknown or expired");
        let token = bearer(&parts.headers).ok_or_else(unknown)?;
        let hash = token_hash(token);
        let named = named_desk(&parts.headers)?;
        let mut tx = served.core.db.read().await?;
        let known = session::find(&mut tx, hash, false, named).await?.ok_or_else(unknown)?;
        drop(tx);
        check_session(served, &known)?;
        let place = served.core.places.take(AgentId(known.agent), Kind::Request)?;
        let now_us = served.core.now().as_microsecond();
        if known.expires_at <= now_us {
            return Err(unknown());
        }
        let line = after_use(known.line(), known.pair(), now_us).ok_or_else(unknown)?;
        if line != known.line() {
            take_up(&served.core, hash).await?.ok_or_else(unknown)?;
        }
        let Known { agent, session, desk, .. } = known;
        Ok(Self { agent: AgentId(agent), session, desk, _place: place })
    }
}

/// The first use of a pair: from now on it is the session's own. `None` if it came too late.
async fn take_up(core: &Core, hash: Hash) -> Result<Option<()>> {
    let mut writing = core.write(Durability::Process).await?;
    // Looked at again in the turn to write: another request may have been first.
    let Some(known) = session::find(&mut writing.tx, hash, false, None).await? else {
        return Ok(None);
    };
    let now_us = core.now().as_microsecond();
    let Some(line) = after_use(known.line(), known.pair(), now_us) else {
        return Ok(None);
    };
    session::set_line(&mut writing.tx, known.session, line).await?;
    writing.finish().await?;
    Ok(Some(()))
}

/// Whether the session still stands and its agent may still act.
pub fn check_session(served: &Served, known: &Known) -> Result<()> {
    let active = served.core.directory().active(AgentId(known.agent)).is_some();
    if known.desk_revoked {
        return Err(Error::told(Code::DeskRevoked, "this desk was revoked"));
    }
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

/// The desk that a request says it comes from.
pub fn named_desk(headers: &HeaderMap) -> Result<Option<Uuid>> {
    let Some(said) = headers.get(DESK_HEADER) else { return Ok(None) };
    let desk = said.to_str().ok().and_then(|said| said.parse().ok());
    let wrong = || Error::bad_request(format!("{DESK_HEADER} is not the id of a desk"));
    desk.map(Some).ok_or_else(wrong)
}
