//! Session: who is at the desk. Signing in makes or opens a profile; afterwards the profile opens
//! without the network.
//!
//! ```text
//! signed out ──sign in (online)──▶ open ──lock──▶ locked ──unlock──▶ open
//!      ▲  └──unlock a profile (offline)──▲           │
//!      └──────────────sign out───────────┴───────────┘
//! ```
//!
//! Deliberately absent: what tickets say, and rights, which are the server's.

use std::sync::Arc;

use holdfast_cache::{Cache, Key, OpenError, OpenOptions, quarantine_and_salvage, table};
use holdfast_domain::AgentId;

use crate::ipc::error::{Code, Failure};
use crate::ipc::view::SalvagedView;
use crate::lease::Lease;
use crate::notice::NoticeView;
use crate::open::{Open, Parts};
use crate::profile::{Card, Profile, ProfileLock};
use crate::secrets::{self, DatabaseKey, PASSPHRASE_CHARS_MIN};
use crate::sync::{self, Credentials, index};
use crate::{Desk, State};

/// Opens the profile of a login that has just signed in; makes it if there is none. Answers the
/// passphrase that was made, if one was.
pub(crate) async fn open_signed_in(
    desk: &Desk,
    server: &str,
    login: &str,
    passphrase: Option<&str>,
    credentials: Credentials,
) -> Result<Option<String>, Failure> {
    let profile = Profile::of(&desk.config.profile_root, server, login);
    let lock = take_lock(desk, &profile).await?;
    let (key, made) = match existing_key(desk, &profile, passphrase).await? {
        Some(key) => (key, None),
        None if profile.wrapped_key().exists() => {
            return Err(Failure::new(Code::PassphraseNeeded, "the keyring does not answer"));
        }
        None => make_key(desk, &profile, passphrase).await?,
    };
    let card = Card {
        login: login.to_owned(),
        server: server.to_owned(),
        agent: credentials.agent,
        used_at_us: desk.now().as_microsecond(),
        waiting: profile.card().map_or(0, |card| card.waiting),
        left: false,
    };
    profile.write_card(&card).map_err(internal)?;
    let (cache, salvaged) = open_cache(desk, &profile, &key, card.agent).await?;
    let lease = load_lease(desk, &cache).await?;
    let mut tx = cache.write(holdfast_cache::WritePriority::Agent).await?;
    sync::keep_credentials(&mut tx, &credentials).await?;
    lease.signed_in(&mut tx).await?;
    tx.commit().await?;
    start(desk, (profile, lock), (cache, lease, salvaged), &card).await?;
    Ok(made)
}

/// Opens a profile without the network.
pub(crate) async fn unlock(
    desk: &Desk,
    profile: Profile,
    passphrase: Option<&str>,
) -> Result<(), Failure> {
    let gone = || Failure::new(Code::NotFound, "no such profile on this computer");
    let card = profile.card().ok_or_else(gone)?;
    let lock = take_lock(desk, &profile).await?;
    let key = existing_key(desk, &profile, passphrase).await?;
    let key =
        key.ok_or_else(|| Failure::new(Code::PassphraseNeeded, "the keyring does not answer"))?;
    let (cache, salvaged) = open_cache(desk, &profile, &key, card.agent).await?;
    let lease = load_lease(desk, &cache).await?;
    start(desk, (profile, lock), (cache, lease, salvaged), &card).await
}

/// Closes the cache and forgets the key; the profile stays chosen.
pub(crate) async fn lock_now(desk: &Desk) -> Result<(), Failure> {
    let mut state = desk.state.write().await;
    if let State::Open(open) = std::mem::replace(&mut *state, State::SignedOut) {
        let profile = open.profile.clone();
        // First: a program that is killed while it closes must not open it again by itself.
        profile.note_left(true);
        open.close().await;
        drop(open);
        if let Ok(Some(lock)) = profile.lock() {
            *state = State::Locked(profile, lock);
        }
    }
    drop(state);
    desk.tell(NoticeView::Session);
    Ok(())
}

/// The key from the keyring or from the passphrase; `None` if neither has it.
async fn existing_key(
    desk: &Desk,
    profile: &Profile,
    passphrase: Option<&str>,
) -> Result<Option<DatabaseKey>, Failure> {
    let path = profile.wrapped_key();
    if !path.exists() {
        return Ok(None);
    }
    if let Some(passphrase) = passphrase.map(str::to_owned) {
        let opened = tokio::task::spawn_blocking(move || secrets::unwrap(&path, &passphrase));
        let key = opened.await.map_err(internal)?.map_err(internal)?;
        return match key {
            Some(key) => Ok(Some(key)),
            None => Err(Failure::new(Code::PassphraseWrong, "the passphrase opens nothing")),
        };
    }
    Ok(secrets::from_keyring(Arc::clone(&desk.config.keyring), &profile.id).await)
}

/// A fresh key, in the keyring and under a passphrase. Where there is no keyring the passphrase
/// must be the agent's own.
async fn make_key(
    desk: &Desk,
    profile: &Profile,
    passphrase: Option<&str>,
) -> Result<(DatabaseKey, Option<String>), Failure> {
    if passphrase.is_some_and(|own| own.trim().chars().count() < PASSPHRASE_CHARS_MIN) {
        let failure = Failure::new(Code::PassphraseWeak, "the passphrase is too short");
        return Err(failure.with("least_chars", PASSPHRASE_CHARS_MIN));
    }
    let entropy = desk.config.entropy.as_ref();
    let key = secrets::fresh_key(entropy);
    let keyring = Arc::clone(&desk.config.keyring);
    let kept = secrets::to_keyring(keyring, &profile.id, &key).await;
    if !kept && passphrase.is_none() {
        return Err(Failure::new(Code::PassphraseNeeded, "there is no keyring to keep the key"));
    }
    let made = passphrase.is_none().then(|| secrets::fresh_passphrase(entropy));
    let words = passphrase.or(made.as_ref().map(|made| made.as_str())).unwrap_or_default();
    profile.make_folder().map_err(internal)?;
    secrets::wrap(&profile.wrapped_key(), &key, words, entropy).map_err(internal)?;
    Ok((key, made.map(|made| made.to_string())))
}

/// Opens the cache. A damaged file is set aside with its outbox saved, and a fresh one begun.
async fn open_cache(
    desk: &Desk,
    profile: &Profile,
    key: &DatabaseKey,
    agent: AgentId,
) -> Result<(Cache, Option<SalvagedView>), Failure> {
    let key = Key::new(**key);
    let (tokeniser, probe) = (index::TOKENISER, desk.config.probe.clone());
    let options = OpenOptions { agent, create: true, tokeniser, probe };
    match Cache::open(&profile.database(), &key, options.clone()).await {
        Ok(cache) => Ok((cache, None)),
        Err(OpenError::Damaged { why }) => {
            tracing::error!(%why, "the cache is damaged: setting it aside");
            let saved = quarantine_and_salvage(&profile.database(), &key, desk.now()).await?;
            tracing::warn!(
                operations = saved.operations.len(),
                drafts = saved.drafts.len(),
                lost = saved.lost,
                "saved from the damaged cache"
            );
            let fresh = Cache::open(&profile.database(), &key, options).await;
            let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
            let salvaged = SalvagedView {
                saved: number(saved.operations.len() + saved.drafts.len()),
                lost: number(saved.lost),
            };
            fresh.map(|cache| (cache, Some(salvaged))).map_err(|error| not_opened(&error))
        }
        Err(error) => Err(not_opened(&error)),
    }
}

fn not_opened(error: &OpenError) -> Failure {
    let code = match error {
        OpenError::WrongKey => Code::PassphraseWrong,
        OpenError::Damaged { .. } => Code::CacheDamaged,
        OpenError::Locked => Code::ProfileInUse,
        OpenError::Disk(holdfast_cache::CacheError::Full) => Code::DiskFull,
        _ => Code::Internal,
    };
    Failure::new(code, error.to_string())
}

async fn load_lease(desk: &Desk, cache: &Cache) -> Result<Arc<Lease>, Failure> {
    let clock = Arc::clone(&desk.config.clock);
    Ok(Arc::new(Lease::load(&mut *cache.read().await?, clock).await?))
}

async fn start(
    desk: &Desk,
    (profile, lock): (Profile, ProfileLock),
    (cache, lease, salvaged): (Cache, Arc<Lease>, Option<SalvagedView>),
    card: &Card,
) -> Result<(), Failure> {
    let sync = sync::start(sync::Parts {
        cache: cache.clone(),
        lease: Arc::clone(&lease),
        clock: Arc::clone(&desk.config.clock),
        entropy: Arc::clone(&desk.config.entropy),
        network: Arc::clone(&desk.config.network),
        server: card.server.clone(),
        agent: card.agent,
    })
    .await
    .map_err(internal)?;
    profile.note_left(false);
    let notices = desk.notices();
    let (agent, config) = (card.agent, desk.config.clone());
    let parts = Parts { cache, agent, profile, sync, config, lease, salvaged, lock, notices };
    let open = Open::new(parts).await?;
    *desk.state.write().await = State::Open(Arc::new(open));
    desk.tell(NoticeView::Session);
    Ok(())
}

/// The lock of a profile that this desk may hold already, locked.
async fn take_lock(desk: &Desk, profile: &Profile) -> Result<ProfileLock, Failure> {
    let mut state = desk.state.write().await;
    if let State::Locked(held, _) = &*state
        && held.id == profile.id
        && let State::Locked(_, lock) = std::mem::replace(&mut *state, State::SignedOut)
    {
        return Ok(lock);
    }
    drop(state);
    lock_of(profile)
}

fn lock_of(profile: &Profile) -> Result<ProfileLock, Failure> {
    let held = profile.lock().map_err(internal)?;
    held.ok_or_else(|| Failure::new(Code::ProfileInUse, "another window has this profile open"))
}

/// Whether anything of this profile is unsent.
pub(crate) async fn unsent(open: &Open) -> Result<u32, Failure> {
    let counts = table::operation::counts(&mut *open.read().await?).await?;
    Ok(u32::try_from(counts.waiting).unwrap_or(u32::MAX))
}

fn internal(error: impl Into<anyhow::Error>) -> Failure {
    Failure::new(Code::Internal, format!("{:#}", error.into()))
}
