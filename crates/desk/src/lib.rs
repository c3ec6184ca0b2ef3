//! The whole workstation without a window: commands, sessions, secrets, the sync's driver.
//!
//! A host (the window, the web host, a test) makes one [`Desk`], gives it a clock, randomness and
//! a keyring, calls commands by name and listens for notices. The contract is the list in
//! [`ipc::schema`].
//!
//! Deliberately absent: tauri, HTML pages, rules about tickets (those are `domain`'s), and any
//! command that waits for the network while a session is open.

pub mod clock;
pub mod commands;
pub mod entropy;
pub mod filter;
pub mod forecast;
pub mod holes;
pub mod html;
pub mod ipc;
pub mod lease;
pub mod notice;
pub mod open;
pub mod outbox;
pub mod people;
pub mod profile;
pub mod revocation;
pub mod sample;
pub mod secrets;
pub mod session;
pub mod show;
pub mod sync;
mod totals;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use holdfast_cache::Probe;
use jiff::Timestamp;
use serde_json::Value;
use serde_json::value::RawValue;
use tokio::sync::{Mutex, RwLock, broadcast};
use uuid::Uuid;

use crate::clock::{Clock, WallClock};
use crate::commands::attachment::Upload;
use crate::entropy::{Entropy, OsEntropy};
use crate::ipc::error::{Code, Failure};
use crate::notice::NoticeView;
use crate::open::Open;
use crate::profile::{Profile, ProfileLock};
use crate::secrets::Keyring;
use crate::sync::{Internet, Network};

/// What every host's log is to leave out, whatever was asked for: the parser of HTML says at
/// `debug` what it reads, and that is what people wrote.
pub const NEVER_LOGGED: &str = "html5ever=off";

/// Notices a slow window may fall behind before it is told "everything".
const NOTICES_MAX: usize = 256;

/// What a host gives a desk.
#[derive(Clone)]
pub struct DeskConfig {
    /// Where profiles are kept.
    pub profile_root: PathBuf,
    /// The server offered for signing in.
    pub server: String,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub entropy: Arc<dyn Entropy>,
    /// Where keys are kept.
    pub keyring: Arc<dyn Keyring>,
    /// How a server is reached.
    pub network: Arc<dyn Network>,
    /// Asked at each step of the cache, if there is one.
    pub probe: Option<Probe>,
}

impl DeskConfig {
    /// With the clock, the randomness, the network and the disk of this computer.
    pub fn of_this_machine(
        profile_root: PathBuf,
        server: String,
        keyring: Arc<dyn Keyring>,
    ) -> Self {
        let (clock, entropy) = (Arc::new(WallClock), Arc::new(OsEntropy));
        let network = Arc::new(Internet::new(&profile_root));
        Self { profile_root, server, clock, entropy, keyring, network, probe: None }
    }
}

/// One workstation. A clone is the same one.
#[derive(Clone)]
pub struct Desk {
    pub(crate) config: DeskConfig,
    pub(crate) state: Arc<RwLock<State>>,
    /// One at a time signs in, unlocks, locks or signs out.
    pub(crate) changing: Arc<Mutex<()>>,
    /// Held while damage is set aside, which is over soon: who asks meanwhile who is in waits.
    pub(crate) mending: Arc<RwLock<()>>,
    pub(crate) uploads: Arc<Mutex<BTreeMap<Uuid, Upload>>>,
    /// Why the last profile did not open by itself.
    pub(crate) shut: Arc<Mutex<Option<Failure>>>,
    notices: broadcast::Sender<NoticeView>,
}

/// Whether somebody is in.
pub(crate) enum State {
    SignedOut,
    Locked(Profile, ProfileLock),
    Open(Arc<Open>),
}

impl Desk {
    /// A desk at which nobody is signed in.
    pub fn new(config: DeskConfig) -> Self {
        let (notices, _) = broadcast::channel(NOTICES_MAX);
        let state = Arc::new(RwLock::new(State::SignedOut));
        let (changing, mending) = (Arc::default(), Arc::default());
        let (uploads, shut) = (Arc::default(), Arc::default());
        Self { config, state, changing, mending, uploads, shut, notices }
    }

    /// Opens the last profile with the keyring, if it may open by itself. Hosts call it once, at
    /// the start, before the window asks who is in.
    pub async fn resume(&self) {
        commands::session::resume(self).await;
    }

    /// Runs a command of [`ipc::schema`]. The answer is JSON, as it goes to the window.
    pub async fn call(&self, name: &str, request: Value) -> Result<Box<RawValue>, Failure> {
        let before = self.session().await.ok();
        let answer = ipc::schema::call(self, name, request).await;
        match (&answer, before) {
            (Err(failure), _) if failure.code == Code::Internal => {
                tracing::error!(command = name, reason = %failure.message, "a command failed");
            }
            (Err(failure), Some(open)) if failure.code == Code::CacheDamaged => {
                session::mend(self, &open).await;
            }
            _ => {}
        }
        answer
    }

    /// Hears what changes from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<NoticeView> {
        self.notices.subscribe()
    }

    /// Ends the session in good order; the next start finds everything as it is.
    pub async fn shutdown(&self) {
        let _changing = self.changing.lock().await;
        let before = std::mem::replace(&mut *self.state.write().await, State::SignedOut);
        if let State::Open(open) = before {
            open.close().await;
        }
    }

    /// Whether nothing is being read from its disk or written to it just now.
    pub fn is_at_rest(&self) -> bool {
        match self.state.try_read().as_deref() {
            Ok(State::Open(open)) => open.cache.is_at_rest(),
            Ok(State::SignedOut | State::Locked(..)) => true,
            Err(_) => false,
        }
    }

    /// The open session of somebody who may see tickets now.
    pub(crate) async fn open(&self) -> Result<Arc<Open>, Failure> {
        let open = self.session().await?;
        match open.lease.barred() {
            Some(barred) => Err(barred.into()),
            None => Ok(open),
        }
    }

    /// The open session, whether or not tickets may be shown.
    pub(crate) async fn session(&self) -> Result<Arc<Open>, Failure> {
        match &*self.state.read().await {
            State::Open(open) => Ok(Arc::clone(open)),
            State::SignedOut | State::Locked(..) => {
                Err(Failure::new(Code::Locked, "no session is open"))
            }
        }
    }

    pub(crate) fn notices(&self) -> broadcast::Sender<NoticeView> {
        self.notices.clone()
    }

    pub(crate) fn tell(&self, notice: NoticeView) {
        // Nobody listening is not a failure.
        let _ = self.notices.send(notice);
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.config.clock.now()
    }

    pub(crate) fn fresh_id(&self) -> Uuid {
        entropy::uuid(self.config.entropy.as_ref(), self.now())
    }
}
