//! An open session: one agent, one cache, one sync.
//!
//! Deliberately absent: how it came to be open (session.rs) and what is done with it (commands).

use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use holdfast_cache::{Cache, Db, Notice, ReadTx, WritePriority, WriteTx, table};
use holdfast_domain::{AgentId, Role};
use jiff::{SignedDuration, Timestamp};
use tokio::sync::broadcast;
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::DeskConfig;
use crate::clock::Clock;
use crate::entropy;
use crate::ipc::error::{Code, Failure};
use crate::ipc::view::SalvagedView;
use crate::lease::{Barred, Lease};
use crate::notice::NoticeView;
use crate::people::People;
use crate::profile::{Profile, ProfileLock};
use crate::secrets::DatabaseKey;
use crate::sync::{SyncHandle, SyncStatus};
use crate::totals::Totals;

/// One agent at work.
pub struct Open {
    /// Everything she sees and everything that waits.
    pub cache: Cache,
    /// Who.
    pub agent: AgentId,
    /// Where it is kept.
    pub profile: Profile,
    /// What opens it: damage may show at any time, and it must be set aside then.
    pub(crate) key: DatabaseKey,
    /// The way to the server.
    pub sync: SyncHandle,
    /// Clock, randomness.
    pub config: DeskConfig,
    /// Whether tickets may be shown.
    pub lease: Arc<Lease>,
    /// What was saved from a damaged file when this one was opened.
    pub salvaged: Option<SalvagedView>,
    /// How long lists are.
    pub totals: Totals,
    people: Arc<RwLock<Arc<People>>>,
    listener: JoinHandle<()>,
    lock: Mutex<Option<ProfileLock>>,
}

/// What opening needs.
pub struct Parts {
    pub(crate) cache: Cache,
    pub(crate) agent: AgentId,
    pub(crate) profile: Profile,
    pub(crate) key: DatabaseKey,
    pub(crate) sync: SyncHandle,
    pub(crate) config: DeskConfig,
    pub(crate) lease: Arc<Lease>,
    pub(crate) salvaged: Option<SalvagedView>,
    pub(crate) lock: ProfileLock,
    pub(crate) notices: broadcast::Sender<NoticeView>,
}

impl Open {
    /// Begins to listen to the cache and the sync.
    pub async fn new(parts: Parts) -> Result<Self, Failure> {
        let Parts { cache, agent, profile, key, sync, config, lease, salvaged, lock, notices } =
            parts;
        let first = read_people(&mut *cache.read().await?).await?;
        let people = Arc::new(RwLock::new(Arc::new(first)));
        let ear = Ear {
            cache: cache.clone(),
            people: Arc::clone(&people),
            lease: Arc::clone(&lease),
            clock: Arc::clone(&config.clock),
            barred: lease.barred(),
            notices,
        };
        let listener = tokio::spawn(listen(ear, sync.status()));
        let lock = Mutex::new(Some(lock));
        let totals = Totals::default();
        Ok(Self {
            cache,
            agent,
            profile,
            key,
            sync,
            config,
            lease,
            salvaged,
            totals,
            people,
            listener,
            lock,
        })
    }

    /// Everybody, as of the last change.
    pub fn people(&self) -> Arc<People> {
        Arc::clone(&self.people.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// What the reader may do; an agent's rights while unknown.
    pub fn role(&self) -> Role {
        self.people().agents.get(&self.agent).map_or(Role::Agent, |row| row.role)
    }

    /// The desk's best knowledge of server time.
    pub fn now(&self) -> Timestamp {
        let offset = SignedDuration::from_micros(self.sync.status().borrow().offset_us);
        let wall = self.config.clock.now();
        wall.checked_add(offset).unwrap_or(wall)
    }

    /// A fresh id.
    pub fn fresh_id(&self) -> Uuid {
        entropy::uuid(self.config.entropy.as_ref(), self.config.clock.now())
    }

    /// One snapshot of the cache.
    pub async fn read(&self) -> Result<ReadTx, Failure> {
        Ok(self.cache.read().await?)
    }

    /// The writing connection, for somebody at the keyboard.
    pub async fn write(&self) -> Result<WriteTx, Failure> {
        Ok(self.cache.write(WritePriority::Agent).await?)
    }

    /// Ends in good order.
    pub(crate) async fn close(&self) {
        self.sync.stop().await;
        self.listener.abort();
        self.write_card().await;
        if let Err(error) = keep(&self.cache, &self.lease).await {
            tracing::warn!(%error, "writing down how late it is");
        }
        if let Err(error) = self.cache.clone().close().await {
            tracing::warn!(%error, "closing the cache");
        }
        // A command that is still running must not keep the profile from being opened again.
        self.lock.lock().unwrap_or_else(PoisonError::into_inner).take();
    }

    /// How much waits is told on the profile's card, for whoever chooses a profile.
    async fn write_card(&self) {
        let Some(mut card) = self.profile.card() else { return };
        if let Ok(mut db) = self.cache.read().await
            && let Ok(counts) = table::operation::counts(&mut db).await
        {
            card.waiting = u32::try_from(counts.waiting).unwrap_or(u32::MAX);
        }
        card.used_at_us = self.config.clock.now().as_microsecond();
        if let Err(error) = self.profile.write_card(&card) {
            tracing::warn!(%error, "writing the profile's card");
        }
    }
}

impl From<holdfast_cache::CacheError> for Failure {
    fn from(error: holdfast_cache::CacheError) -> Self {
        use holdfast_cache::CacheError;
        let code = match &error {
            CacheError::Full => Code::DiskFull,
            CacheError::Unwritable | CacheError::File(_) => Code::DiskFails,
            CacheError::Damaged => Code::CacheDamaged,
            _ => Code::Internal,
        };
        Self::new(code, format!("{:#}", anyhow::Error::from(error)))
    }
}

pub(crate) async fn read_people(db: &mut Db) -> holdfast_cache::Result<People> {
    let agents = table::agent::all(db).await?;
    let teams = table::team::all(db).await?;
    let centers = table::center::all(db).await?;
    Ok(People::new(agents, teams, centers))
}

/// What passes of the lease is written down so often, and the windows are told at the latest then
/// that it is over. Commands look each time.
const KEEP_EVERY: Duration = Duration::from_mins(10);

async fn keep(cache: &Cache, lease: &Lease) -> holdfast_cache::Result<()> {
    let mut tx = cache.write(WritePriority::Bulk).await?;
    lease.keep(&mut tx).await?;
    tx.commit().await
}

struct Ear {
    cache: Cache,
    people: Arc<RwLock<Arc<People>>>,
    lease: Arc<Lease>,
    clock: Arc<dyn Clock>,
    /// As the windows were told last.
    barred: Option<Barred>,
    notices: broadcast::Sender<NoticeView>,
}

async fn listen(mut ear: Ear, mut status: tokio::sync::watch::Receiver<SyncStatus>) {
    let mut heard = ear.cache.notices();
    let mut keeping = ear.clock.sleep(KEEP_EVERY);
    loop {
        ear.look_at_lease();
        let notice = tokio::select! {
            biased;
            () = &mut keeping => {
                keeping = ear.clock.sleep(KEEP_EVERY);
                if let Err(error) = keep(&ear.cache, &ear.lease).await {
                    tracing::warn!(%error, "writing down how late it is");
                }
                continue;
            }
            changed = status.changed() => match changed {
                Ok(()) => NoticeView::Status,
                Err(_) => return,
            },
            notice = heard.next() => match notice {
                Some(notice) => ear.take(notice).await,
                None => return,
            },
        };
        // Nobody listening is not a failure.
        let _ = ear.notices.send(notice);
    }
}

impl Ear {
    /// Tickets may not be shown any more, or again: every window must know at once.
    fn look_at_lease(&mut self) {
        let barred = self.lease.barred();
        if std::mem::replace(&mut self.barred, barred) != barred {
            for notice in [NoticeView::Session, NoticeView::Everything] {
                let _ = self.notices.send(notice);
            }
        }
    }

    async fn take(&self, notice: Notice) -> NoticeView {
        if matches!(notice, Notice::Directory | Notice::Everything) {
            self.reread_people().await;
        }
        match notice {
            Notice::Ticket(ticket) => NoticeView::Ticket(ticket.to_string()),
            Notice::List => NoticeView::List,
            Notice::Outbox => NoticeView::Outbox,
            Notice::Draft(_) => NoticeView::Draft,
            Notice::Directory | Notice::Setting => NoticeView::Directory,
            Notice::Sync | Notice::Search => NoticeView::Status,
            Notice::Everything => NoticeView::Everything,
        }
    }

    async fn reread_people(&self) {
        let read = async { read_people(&mut *self.cache.read().await?).await };
        match read.await {
            Ok(people) => {
                let people = Arc::new(people);
                *self.people.write().unwrap_or_else(PoisonError::into_inner) = people;
            }
            Err(error) => tracing::warn!(%error, "reading people"),
        }
    }
}
