//! Signing in, staying signed in, signing out.

use std::net::SocketAddr;

use axum::Json;
use axum::extract::{ConnectInfo, State};
use axum::http::{HeaderMap, StatusCode};
use holdfast_domain::{AgentId, Role};
use holdfast_protocol::Code;
use holdfast_protocol::session::{Refresh, Session, SignIn};
use jiff::SignedDuration;
use uuid::Uuid;

use super::caller::{check_session, named_desk};
use super::read::Said;
use super::{Caller, Served};
use crate::core::Notice;
use crate::error::{Error, Result};
use crate::passwords::{token, token_hash, verify};
use crate::store::session::Fresh;
use crate::store::{Durability, Tx, directory, session};
use crate::succession::{Pair, after_use};

/// Sign in with login and password.
#[utoipa::path(post, path = "/v1/session", tag = "session", request_body = SignIn, responses(
    (status = 200, description = "tokens", body = Session),
    (status = 401, description = "sign_in_failed"),
    (status = 429, description = "throttled"),
))]
pub async fn sign_in(
    State(served): State<Served>,
    ConnectInfo(address): ConnectInfo<SocketAddr>,
    Said(said): Said<SignIn>,
) -> Result<Json<Session>> {
    served.throttle.check(&said.login, address.ip())?;
    let failed = || Error::told(Code::SignInFailed, "login or password is wrong");
    let mut tx = served.core.db.read().await?;
    let account = directory::account(&mut tx, &said.login).await?;
    drop(tx);
    let hash = account.as_ref().map(|account| account.password.clone());
    let right = verify(&said.password, hash).await?;
    let account = account.filter(|_| right).ok_or_else(failed)?;
    let agent = AgentId(account.id);
    let role = served.core.directory().active(agent).map(|entry| entry.role).ok_or_else(failed)?;
    let mut writing = served.core.write(Durability::Power).await?;
    let id = served.core.outside.id();
    let pair = Pair { id: served.core.outside.id(), parent: Uuid::nil() };
    let now_us = served.core.now().as_microsecond();
    session::begin(&mut writing.tx, id, agent, pair.id, now_us).await?;
    let issued = issue(&served, &mut writing.tx, (id, pair), (agent, role)).await?;
    writing.finish().await?;
    Ok(Json(issued))
}

/// Change a refresh token for new tokens. The old ones are good until the new ones are used.
#[utoipa::path(post, path = "/v1/session/refresh", tag = "session",
    request_body = Refresh, responses(
    (status = 200, description = "tokens", body = Session),
    (status = 401, description = "session_ended"),
    (status = 403, description = "revoked"),
))]
pub async fn refresh(
    State(served): State<Served>,
    headers: HeaderMap,
    Said(said): Said<Refresh>,
) -> Result<Json<Session>> {
    let ended = || Error::told(Code::SessionEnded, "the session is over: sign in");
    let hash = token_hash(&said.refresh_token);
    let desk = named_desk(&headers)?;
    // What is given out here and kept by a desk must outlive a power cut here.
    let mut writing = served.core.write(Durability::Power).await?;
    let known = session::find(&mut writing.tx, hash, true, desk).await?.ok_or_else(ended)?;
    check_session(&served, &known)?;
    let now_us = served.core.now().as_microsecond();
    let (agent, id) = (AgentId(known.agent), known.session);
    let Some(line) = after_use(known.line(), known.pair(), now_us) else {
        // Somebody has a copy; whoever is the thief, the session is over.
        session::end(&mut writing.tx, id, now_us).await?;
        writing.finish().await?;
        served.core.tell(Notice::Ended { agent, session: Some(id) });
        return Err(ended());
    };
    if known.expires_at <= now_us {
        return Err(ended());
    }
    let role = served.core.directory().active(agent).map(|entry| entry.role).ok_or_else(ended)?;
    session::set_line(&mut writing.tx, id, line).await?;
    session::drop_expired(&mut writing.tx, id, now_us).await?;
    let pair = Pair { id: served.core.outside.id(), parent: known.pair().id };
    let issued = issue(&served, &mut writing.tx, (id, pair), (agent, role)).await?;
    writing.finish().await?;
    Ok(Json(issued))
}

/// End the session; its streams close.
#[utoipa::path(delete, path = "/v1/session", tag = "session", responses(
    (status = 204, description = "signed out"),
))]
pub async fn sign_out(State(served): State<Served>, caller: Caller) -> Result<StatusCode> {
    let mut writing = served.core.write(Durability::Process).await?;
    session::end(&mut writing.tx, caller.session, served.core.now().as_microsecond()).await?;
    writing.finish().await?;
    let (agent, session) = (caller.agent, Some(caller.session));
    served.core.tell(Notice::Ended { agent, session });
    Ok(StatusCode::NO_CONTENT)
}

async fn issue(
    served: &Served,
    tx: &mut Tx,
    (id, pair): (Uuid, Pair),
    (agent, role): (AgentId, Role),
) -> Result<Session> {
    let limits = &served.core.config.limits;
    let (access_token, refresh_token) = (token(&served.core.outside), token(&served.core.outside));
    let now = served.core.now();
    let expires_in_s = limits.access_token_s;
    let access_until = now + SignedDuration::from_secs(expires_in_s.cast_signed());
    let refresh_until = now + SignedDuration::from_hours(24 * i64::from(limits.refresh_token_days));
    let (hash, expires_us) = (token_hash(&access_token), access_until.as_microsecond());
    session::add_token(tx, id, pair, Fresh { hash, refresh: false, expires_us }).await?;
    let (hash, expires_us) = (token_hash(&refresh_token), refresh_until.as_microsecond());
    session::add_token(tx, id, pair, Fresh { hash, refresh: true, expires_us }).await?;
    Ok(Session { access_token, refresh_token, expires_in_s, agent, role })
}
