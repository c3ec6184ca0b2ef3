//! Context: what every part of the sync shares.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use holdfast_cache::{Cache, WritePriority, table};
use holdfast_domain::AgentId;
use holdfast_sync_engine::{Start, Trouble};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::{Notify, watch};
use uuid::Uuid;

use super::Parts;
use super::contact::Contact;
use super::credentials::{Credentials, keep_credentials, kept_credentials};
use super::status::SyncStatus;
use super::transport::Transport;
use crate::clock::Clock;
use crate::commands::settings::UNDO_S_MAX;
use crate::entropy::{self, Entropy};
use crate::ipc::view::Connection;
use crate::lease::Lease;

/// Longest undo window.
const UNDO_MAX: SignedDuration = SignedDuration::from_secs(UNDO_S_MAX as i64);

/// What is rung for; a ring is never lost and never counted.
#[derive(Debug, Default)]
pub(super) struct Bells {
    /// Somebody wants the server to be tried now.
    pub(super) wake: Notify,
    /// The outbox has changed.
    pub(super) written: Notify,
    /// Much has come that is not in the search index.
    pub(super) index: Notify,
    /// Tickets have come: something of them may lie in escrow.
    pub(super) escrow: Notify,
}

pub(super) struct Context {
    pub(super) transport: Transport,
    pub(super) cache: Cache,
    pub(super) lease: Arc<Lease>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) entropy: Arc<dyn Entropy>,
    pub(super) agent: AgentId,
    pub(super) status: watch::Sender<SyncStatus>,
    pub(super) start: Start,
    pub(super) bells: Arc<Bells>,
    pub(super) contact: Contact,
    /// Wall time and ticks when the session began: the engine's line of time starts there.
    began: (Timestamp, i64),
    /// One erasing at a time.
    pub(super) erasing: tokio::sync::Mutex<()>,
    credentials: Arc<Mutex<Option<Credentials>>>,
    epoch: Mutex<Option<Uuid>>,
}

impl Context {
    pub(super) async fn load(
        parts: Parts,
        transport: Transport,
    ) -> Result<(Self, watch::Receiver<SyncStatus>)> {
        let Parts { cache, lease, clock, entropy, agent, .. } = parts;
        let mut db = cache.read().await?;
        let sync = table::sync::get(&mut db).await?;
        let held = table::scope::held(&mut db).await?;
        let credentials = Arc::new(Mutex::new(kept_credentials(&mut db).await?));
        drop(db);
        if let Some(desk) = sync.desk {
            transport.speak_for(desk);
        }
        let mut seed = [0; 8];
        entropy.fill(&mut seed);
        let start = Start {
            epoch: sync.epoch,
            cursor: sync.cursor,
            scopes: held.into_iter().map(|scope| (scope.name, scope.complete)).collect(),
            seed: u64::from_le_bytes(seed),
        };
        let status = SyncStatus {
            connection: Connection::Syncing,
            since: clock.now(),
            data_as_of: sync.last_contact,
            sending: 0,
            fetching: None,
            indexing: None,
            clock_unsure: false,
            offset_us: sync.offset_us,
            trouble: None,
        };
        let (status, seen) = watch::channel(status);
        let epoch = Mutex::new(sync.epoch);
        let erasing = tokio::sync::Mutex::default();
        let began = (clock.now(), clock.ticks_us());
        let contact = Contact::new(clock.ticks_us());
        let context = Self {
            transport,
            cache,
            lease,
            clock,
            entropy,
            agent,
            status,
            start,
            bells: Arc::default(),
            contact,
            began,
            erasing,
            credentials,
            epoch,
        };
        Ok((context, seen))
    }

    /// The desk's best knowledge of server time.
    pub(super) fn now(&self) -> Timestamp {
        let wall = self.clock.now();
        let offset = SignedDuration::from_micros(self.status.borrow().offset_us);
        wall.checked_add(offset).unwrap_or(wall)
    }

    /// The engine's time: it ticks on whatever somebody does to the clock on the wall.
    pub(super) fn engine_now(&self) -> Timestamp {
        let (wall, ticks_us) = self.began;
        let passed = SignedDuration::from_micros(self.clock.ticks_us() - ticks_us);
        wall.checked_add(passed).unwrap_or(wall)
    }

    /// A moment of the wall clock on the engine's line of time. A clock that was set back makes
    /// nothing wait longer than an undo window can be.
    pub(super) fn on_engine_time(&self, at: Timestamp) -> Timestamp {
        let left = at.duration_since(self.clock.now()).min(UNDO_MAX);
        self.engine_now().checked_add(left).unwrap_or(Timestamp::MAX)
    }

    pub(super) fn fresh_id(&self) -> Uuid {
        entropy::uuid(self.entropy.as_ref(), self.clock.now())
    }

    /// The token for a call; without a session the agent must sign in.
    pub(super) fn token(&self) -> Result<String, Trouble> {
        let credentials = locked(&self.credentials);
        let token = credentials.as_ref().map(|credentials| credentials.access_token.clone());
        token.ok_or(Trouble::SessionEnded)
    }

    pub(super) fn refresh_token(&self) -> Result<String, Trouble> {
        let credentials = locked(&self.credentials);
        let token = credentials.as_ref().map(|credentials| credentials.refresh_token.clone());
        token.ok_or(Trouble::SessionEnded)
    }

    /// Keeps new tokens on the disk, then uses them.
    pub(super) async fn renew_credentials(&self, fresh: Credentials) -> Result<(), Trouble> {
        self.vault().renew(fresh).await.map_err(disk)
    }

    /// The tokens, for whoever signs in again.
    pub(super) fn vault(&self) -> Vault {
        Vault { cache: self.cache.clone(), credentials: Arc::clone(&self.credentials) }
    }

    pub(super) fn epoch(&self) -> Result<Uuid, Trouble> {
        let epoch = *locked(&self.epoch);
        epoch.ok_or(Trouble::EpochChanged)
    }

    pub(super) fn set_epoch(&self, epoch: Uuid) {
        *locked(&self.epoch) = Some(epoch);
    }

    /// Nothing is shown from now on. The windows hear it from the status that follows; a desk that
    /// was revoked ends then (`crate::revocation`).
    pub(super) async fn revoked(&self, desk: bool) {
        let done = async {
            let mut tx = self.cache.write(WritePriority::Bulk).await?;
            let new = self.lease.revoke(&mut tx, desk).await?;
            tx.commit().await.map(|()| new)
        };
        match done.await {
            Ok(true) => tracing::warn!(desk, "the server has revoked this: nothing is shown"),
            Ok(false) => {}
            Err(error) => tracing::error!(%error, "writing down that it is revoked"),
        }
    }

    /// The server was heard: everything here is as of now.
    pub(super) fn heard_now(&self) {
        let now = self.now();
        self.status.send_if_modified(|status| {
            status.data_as_of = Some(now);
            // The bar shows an age that the window counts up itself: this alone is no news.
            false
        });
    }
}

/// Where the tokens are kept: on the disk and at hand.
pub(super) struct Vault {
    cache: Cache,
    credentials: Arc<Mutex<Option<Credentials>>>,
}

impl Vault {
    /// Keeps new tokens on the disk, then uses them.
    pub(super) async fn renew(&self, fresh: Credentials) -> holdfast_cache::Result<()> {
        let mut tx = self.cache.write(WritePriority::Agent).await?;
        keep_credentials(&mut tx, &fresh).await?;
        tx.commit().await?;
        *locked(&self.credentials) = Some(fresh);
        Ok(())
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// The desk's own disk failed; the cause is for the log.
pub(super) fn disk(error: holdfast_cache::CacheError) -> Trouble {
    tracing::error!(error = %anyhow::Error::from(error), "the sync could not use the disk");
    Trouble::Disk
}
