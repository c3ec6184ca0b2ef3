//! Signing in, unlocking, locking, signing out.

use holdfast_protocol::error::Code as ServerCode;
use holdfast_sync_engine::Trouble;

use crate::ipc::error::{Code, Failure};
use crate::ipc::view::{
    CenterView, Nothing, SessionState, SessionView, SignInRequest, SignOutRequest, SignedIn,
    UnlockRequest,
};
use crate::lease::Barred;
use crate::notice::NoticeView;
use crate::profile::Profile;
use crate::show::person;
use crate::sync::transport::{SignInError, sign_in as ask};
use crate::{Desk, State, revocation, session};

/// Whether somebody is in, and who could be.
pub async fn get(desk: &Desk, _: Nothing) -> Result<SessionView, Failure> {
    let _mended = desk.mending.read().await;
    let profiles = Profile::list(&desk.config.profile_root);
    let mut view = SessionView {
        state: SessionState::SignedOut,
        agent: None,
        role: None,
        teams: Vec::new(),
        center: None,
        profiles: profiles.iter().map(|(profile, card)| profile.view(card)).collect(),
        server: desk.config.server.clone(),
        shut: None,
    };
    match &*desk.state.read().await {
        State::SignedOut => view.shut.clone_from(&*desk.shut.lock().await),
        State::Locked(profile, _) => {
            view.state = SessionState::Locked;
            // The one that was locked comes first.
            view.profiles.sort_by_key(|other| other.id != profile.id);
        }
        State::Open(open) => {
            let people = open.people();
            view.state = match open.lease.barred() {
                None => SessionState::Open,
                Some(Barred::Over { .. }) => SessionState::LeaseOver,
                Some(Barred::Revoked | Barred::DeskRevoked) => SessionState::Revoked,
            };
            view.agent = Some(person::agent(&people, open.agent, open.agent));
            view.role = Some(open.role());
            let row = people.agents.get(&open.agent);
            let teams = row.iter().flat_map(|row| &row.teams);
            view.teams = teams.map(|team| people.team_name(*team).to_owned()).collect();
            view.center = people.center_of(open.agent).map(|center| CenterView {
                city: center.city.clone(),
                time_zone: center.time_zone.clone(),
                shift_end: row.map(|row| row.shift.end.clone()).unwrap_or_default(),
            });
        }
    }
    Ok(view)
}

/// Signs in online. The one command that waits for the network.
pub async fn sign_in(desk: &Desk, request: SignInRequest) -> Result<SignedIn, Failure> {
    let _changing = desk.changing.lock().await;
    let (login, password) = (request.login.trim(), request.password.as_str());
    let network = desk.config.network.as_ref();
    let credentials = ask(network, &request.server, login, password).await.map_err(not_in)?;
    if let Ok(open) = desk.session().await
        && open.profile.id == Profile::of(&desk.config.profile_root, &request.server, login).id
    {
        // Nothing is closed: she only gives the sync what it needs to go on.
        let mut tx = open.write().await?;
        open.lease.signed_in(&mut tx).await?;
        tx.commit().await?;
        open.sync.sign_in_again(credentials).await?;
        desk.tell(NoticeView::Everything);
        return Ok(SignedIn { session: get(desk, Nothing {}).await?, recovery_passphrase: None });
    }
    // Only now: whoever works offline keeps working while the server does not let her in.
    close(desk).await;
    let passphrase = request.passphrase.as_deref().filter(|words| !words.trim().is_empty());
    let recovery_passphrase =
        session::open_signed_in(desk, &request.server, login, passphrase, credentials).await?;
    Ok(SignedIn { session: get(desk, Nothing {}).await?, recovery_passphrase })
}

/// At the start the keyring opens the last profile, unless its owner closed it on purpose. Why it
/// does not is said by the next [`get`].
pub(crate) async fn resume(desk: &Desk) {
    let _changing = desk.changing.lock().await;
    revocation::resume(desk).await;
    let last = Profile::list(&desk.config.profile_root).into_iter().next();
    let Some((profile, _)) = last.filter(|(_, card)| !card.left) else { return };
    let opened = session::unlock(desk, profile, None).await;
    *desk.shut.lock().await = opened.err();
}

/// Opens a profile without the network.
pub async fn unlock(desk: &Desk, request: UnlockRequest) -> Result<SessionView, Failure> {
    let _changing = desk.changing.lock().await;
    let profile = Profile::find(&desk.config.profile_root, &request.profile);
    let profile = profile.ok_or_else(|| Failure::new(Code::NotFound, "no such profile"))?;
    if let State::Open(open) = &*desk.state.read().await
        && open.profile.id != profile.id
    {
        return Err(Failure::new(Code::ProfileInUse, "another profile is open: sign out first"));
    }
    let open_already = matches!(&*desk.state.read().await, State::Open(_));
    if !open_already {
        session::unlock(desk, profile, request.passphrase.as_deref()).await?;
    }
    if let Ok(open) = desk.session().await
        && let Some(barred) = open.lease.barred()
    {
        // It stays open: the server may let her in again.
        open.sync.wake();
        return Err(barred.into());
    }
    get(desk, Nothing {}).await
}

/// Forgets the key until the passphrase or the keyring gives it again.
pub async fn lock(desk: &Desk, _: Nothing) -> Result<SessionView, Failure> {
    let _changing = desk.changing.lock().await;
    session::lock_now(desk).await?;
    get(desk, Nothing {}).await
}

/// Ends the session on this computer. What is unsent stays in the profile.
pub async fn sign_out(desk: &Desk, request: SignOutRequest) -> Result<SessionView, Failure> {
    let _changing = desk.changing.lock().await;
    let unsent = match desk.session().await {
        Ok(open) => session::unsent(&open).await?,
        Err(_) => 0,
    };
    if unsent > 0 && !request.keep_unsent {
        let failure = Failure::new(Code::TooMuch, "changes are not sent yet");
        return Err(failure.with("unsent", unsent));
    }
    if let Ok(open) = desk.session().await {
        // First: a program that is killed while it closes must not open it again by itself.
        open.profile.note_left(true);
    }
    close(desk).await;
    desk.tell(NoticeView::Session);
    get(desk, Nothing {}).await
}

async fn close(desk: &Desk) {
    *desk.shut.lock().await = None;
    let before = std::mem::replace(&mut *desk.state.write().await, State::SignedOut);
    if let State::Open(open) = before {
        open.close().await;
    }
}

fn not_in(error: SignInError) -> Failure {
    let failure = match error {
        SignInError::Unreachable => return Failure::new(Code::Unreachable, "no answer"),
        SignInError::Unbelieved(Trouble::WrongKey) => {
            return Failure::new(Code::WrongKey, "the server's key is not a pinned one");
        }
        SignInError::Unbelieved(_) => {
            return Failure::new(Code::Untrusted, "nobody trusted vouches for the server");
        }
        SignInError::Refused(failure) => failure,
    };
    let code = match failure.code {
        ServerCode::SignInFailed => Code::SignInFailed,
        ServerCode::Throttled | ServerCode::Busy => Code::Throttled,
        ServerCode::DeskTooOld => Code::DeskTooOld,
        ServerCode::DeskTooNew => Code::ServerTooOld,
        ServerCode::Revoked => Code::Revoked,
        ServerCode::DeskRevoked => Code::DeskRevoked,
        _ => Code::Internal,
    };
    let mut answer = Failure::new(code, failure.message);
    if let Some(wait) = failure.params.get("retry_after_s") {
        answer = answer.with("retry_after_s", wait);
    }
    answer
}
