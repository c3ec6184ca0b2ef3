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

use std::io;
use std::sync::{Arc, Weak};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use holdfast_cache::{
    Cache, CacheError, Key, OpenError, OpenOptions, quarantine_and_salvage, table,
};
use holdfast_domain::AgentId;
use tokio::sync::watch;

use crate::ipc::error::{Code, Failure};
use crate::ipc::view::SalvagedView;
use crate::lease::{Barred, Lease};
use crate::notice::NoticeView;
use crate::open::{Open, Parts, read_people};
use crate::profile::{Card, Profile, ProfileLock, write_whole};
use crate::revocation;
use crate::secrets::{self, DatabaseKey, PASSPHRASE_CHARS_MIN};
use crate::sync::{self, Credentials, SyncStatus, index};
use crate::{Desk, State};

/// How the sync calls it that the disk fails.
const DISK: &str = "disk";

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
        None if profile.wrapped_keys().iter().any(|path| path.exists()) => {
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
        revoked: false,
    };
    profile.write_card(&card).map_err(internal)?;
    begin(desk, (profile, lock), (key, Some(credentials)), &card).await?;
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
    if let Some(why) = revocation::why_shut(&profile) {
        return Err(why);
    }
    let key = existing_key(desk, &profile, passphrase).await?;
    let key =
        key.ok_or_else(|| Failure::new(Code::PassphraseNeeded, "the keyring does not answer"))?;
    begin(desk, (profile, lock), (key, None), &card).await
}

/// Begins a session on the cache. A page that opening it does not read may be damaged, too: then it
/// is set aside as well, for nobody would ever come in otherwise.
async fn begin(
    desk: &Desk,
    (profile, lock): (Profile, ProfileLock),
    (key, credentials): (DatabaseKey, Option<Credentials>),
    card: &Card,
) -> Result<(), Failure> {
    let begin = async |lock: ProfileLock| {
        let cache = open_cache(desk, &profile, &key, card.agent).await?;
        let lease = load_lease(desk, &cache).await?;
        if let Some(credentials) = &credentials {
            let mut tx = cache.write(holdfast_cache::WritePriority::Agent).await?;
            sync::keep_credentials(&mut tx, credentials).await?;
            lease.signed_in(&mut tx).await?;
            tx.commit().await?;
        }
        start(desk, (profile.clone(), lock), (key.clone(), cache, lease), card).await
    };
    match begin(lock).await {
        Err(failure) if failure.code == Code::CacheDamaged => {
            let lock = lock_of(&profile)?;
            set_aside(desk, &profile, &Key::new(*key), &failure.message).await?;
            begin(lock).await
        }
        begun => begun,
    }
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
    let paths = profile.wrapped_keys();
    if !paths.iter().any(|path| path.exists()) {
        return Ok(None);
    }
    if let Some(passphrase) = passphrase.map(str::to_owned) {
        let opened = tokio::task::spawn_blocking(move || secrets::unwrap_any(&paths, &passphrase));
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
    let [path, copy] = profile.wrapped_keys();
    secrets::wrap(&path, &key, words, entropy).map_err(internal)?;
    std::fs::read(path)
        .map_err(internal)
        .and_then(|wrapped| write_whole(&copy, &wrapped).map_err(internal))?;
    Ok((key, made.map(|made| made.to_string())))
}

/// Opens the cache. A damaged file is set aside with its outbox saved, and a fresh one begun.
async fn open_cache(
    desk: &Desk,
    profile: &Profile,
    key: &DatabaseKey,
    agent: AgentId,
) -> Result<Cache, Failure> {
    let key = Key::new(**key);
    let (tokeniser, probe) = (index::TOKENISER, desk.config.probe.clone());
    let options = OpenOptions { agent, create: true, tokeniser, probe };
    match Cache::open(&profile.database(), &key, options.clone()).await {
        Ok(cache) => Ok(cache),
        Err(OpenError::Damaged { why }) => {
            set_aside(desk, profile, &key, &why).await?;
            let fresh = Cache::open(&profile.database(), &key, options).await;
            fresh.map_err(|error| not_opened(&error))
        }
        Err(error) => Err(not_opened(&error)),
    }
}

async fn set_aside(desk: &Desk, profile: &Profile, key: &Key, why: &str) -> Result<(), Failure> {
    tracing::error!(why, "the cache is damaged: setting it aside");
    let saved = quarantine_and_salvage(&profile.database(), key, desk.now()).await?;
    tracing::warn!(
        operations = saved.operations.len(),
        drafts = saved.drafts.len(),
        lost = saved.lost,
        "saved from the damaged cache"
    );
    Ok(())
}

/// Damage showed while the session was open: the file is set aside, what was written is saved, and
/// the session goes on with a fresh one. Whoever comes second finds that it is done.
pub(crate) async fn mend(desk: &Desk, open: &Arc<Open>) {
    let _changing = desk.changing.lock().await;
    let is_it = |state: &State| matches!(state, State::Open(now) if Arc::ptr_eq(now, open));
    if !is_it(&*desk.state.read().await) {
        return;
    }
    let _mending = desk.mending.write().await;
    *desk.state.write().await = State::SignedOut;
    let (profile, key) = (open.profile.clone(), open.key.clone());
    open.close().await;
    let begun = async {
        let gone = || Failure::new(Code::NotFound, "no such profile on this computer");
        let card = profile.card().ok_or_else(gone)?;
        let lock = lock_of(&profile)?;
        set_aside(desk, &profile, &Key::new(*key), "found while it was open").await?;
        begin(desk, (profile, lock), (key, None), &card).await
    };
    if let Err(failure) = begun.await {
        tracing::error!(reason = %failure.message, "the session cannot go on after damage");
        *desk.shut.lock().await = Some(failure);
        desk.tell(NoticeView::Session);
    }
    desk.tell(NoticeView::Everything);
}

/// Waits for what ends an open session by itself: its desk is revoked, or its disk is damaged.
fn watch(
    desk: Desk,
    open: Weak<Open>,
    mut status: watch::Receiver<SyncStatus>,
    mut doubt: watch::Receiver<bool>,
) -> BoxFuture<'static, ()> {
    let mut checked = false;
    let watching = async move {
        loop {
            let Some(open) = open.upgrade() else { return };
            if open.lease.barred() == Some(Barred::DeskRevoked) {
                return revocation::carry_out(&desk, open).await;
            }
            let failing = status.borrow_and_update().trouble.as_deref() == Some(DISK);
            let asked = failing && !std::mem::replace(&mut checked, true);
            checked &= failing;
            // Full, or damaged?
            if (asked || *doubt.borrow_and_update())
                && let Err(CacheError::Damaged) = open.cache.check().await
            {
                return mend(&desk, &open).await;
            }
            drop(open);
            let changed = tokio::select! {
                biased;
                changed = doubt.changed() => changed,
                changed = status.changed() => changed,
            };
            if changed.is_err() {
                return;
            }
        }
    };
    watching.boxed()
}

fn not_opened(error: &OpenError) -> Failure {
    let code = match error {
        OpenError::WrongKey => Code::PassphraseWrong,
        OpenError::Damaged { .. } => Code::CacheDamaged,
        OpenError::Locked => Code::ProfileInUse,
        OpenError::Disk(CacheError::Full) => Code::DiskFull,
        OpenError::Disk(CacheError::Unwritable | CacheError::File(_)) => Code::DiskFails,
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
    (key, cache, lease): (DatabaseKey, Cache, Arc<Lease>),
    card: &Card,
) -> Result<(), Failure> {
    // Whatever cannot be read must show before anything is begun that would have to be ended.
    read_people(&mut *cache.read().await?).await?;
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
    let number = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
    let salvaged = cache.saved_from_damage();
    let salvaged =
        salvaged.map(|told| SalvagedView { saved: number(told.saved), lost: number(told.lost) });
    let (status, doubt) = (sync.status(), cache.doubt());
    let parts = Parts { cache, agent, profile, key, sync, config, lease, salvaged, lock, notices };
    let open = Arc::new(Open::new(parts).await?);
    *desk.state.write().await = State::Open(Arc::clone(&open));
    tokio::spawn(watch(desk.clone(), Arc::downgrade(&open), status, doubt));
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
    let error = error.into();
    let kind = error.downcast_ref::<io::Error>().map(io::Error::kind);
    let is_damage = matches!(error.downcast_ref(), Some(CacheError::Damaged));
    let code = match kind {
        None if is_damage => Code::CacheDamaged,
        Some(io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded) => Code::DiskFull,
        Some(io::ErrorKind::ReadOnlyFilesystem | io::ErrorKind::PermissionDenied) => {
            Code::DiskFails
        }
        _ => Code::Internal,
    };
    Failure::new(code, format!("{error:#}"))
}
