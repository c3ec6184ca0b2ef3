//! Core: what every request and every command shares. Opening it takes the data lock, so two
//! processes never have the same folder open.

use std::fs::{File, OpenOptions};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};

use anyhow::{Context, Result};
use fs4::FileExt;
use holdfast_domain::{AgentId, Directory, Sight};
use jiff::Timestamp;
use tokio::sync::{Mutex, MutexGuard, broadcast, watch};
use uuid::Uuid;

use crate::channel;
use crate::config::Config;
use crate::outside::Outside;
use crate::snapshots::Snapshots;
use crate::store::{Db, Durability, directory, meta};
use crate::sync::push::Pushes;

/// Notices a slow stream may be behind before it is only told to pull.
const NOTICES_MAX: usize = 1024;

/// What a commit may mean to a stream.
#[derive(Debug)]
pub enum Notice {
    /// A commit was made.
    Committed(Committed),
    /// Sessions of this agent were ended; one of them, or all.
    Ended {
        /// Whose.
        agent: AgentId,
        /// Which; `None` for all.
        session: Option<Uuid>,
    },
}

/// Whom a commit concerns.
#[derive(Debug, Default)]
pub struct Committed {
    /// Its place.
    pub seq: i64,
    /// Whom its tickets were and may be shown to.
    pub sights: Vec<Sight>,
    /// Desks with outcomes in it.
    pub desks: Vec<Uuid>,
    /// Whether it changed what everybody may see, or customers.
    pub everybody: bool,
}

/// What every request and every command shares.
#[derive(Debug)]
pub struct Core {
    /// As it was set.
    pub config: Config,
    /// Time and randomness.
    pub outside: Outside,
    /// The store.
    pub db: Db,
    /// Of this database.
    pub epoch: Uuid,
    /// Snapshots that are pinned.
    pub snapshots: Snapshots,
    /// Pushes that are being carried.
    pub pushes: Pushes,
    /// The turn to carry out a command that can take long or be in the way of one: what it has
    /// found right, no other of them changes meanwhile.
    pub(crate) commands: Mutex<()>,
    gate: Mutex<()>,
    directory: watch::Sender<Arc<Directory>>,
    head: watch::Sender<i64>,
    notices: broadcast::Sender<Arc<Notice>>,
    latest_us: AtomicI64,
    served: AtomicBool,
    _lock: File,
}

impl Core {
    /// Takes the data lock and opens the store.
    pub async fn open(config: Config, outside: Outside) -> Result<Self> {
        make_private(&config.data_dir)
            .with_context(|| format!("cannot make {}", config.data_dir.display()))?;
        let lock = take_lock(&config)?;
        let db = Db::open(&config.data_dir).await?;
        let mut tx = db.write(Durability::Power).await?;
        if meta::place(&mut tx).await?.is_none() {
            meta::begin(&mut tx, outside.id()).await?;
        }
        let place = meta::place(&mut tx).await?.context("a store without its place")?;
        channel::settle(&mut tx, &config).await?;
        let directory = Arc::new(directory::load(&mut tx).await?);
        tx.commit().await?;
        let snapshots = Snapshots::open(&config.data_dir, place.epoch, outside.now())?;
        Ok(Self {
            config,
            outside,
            db,
            epoch: place.epoch,
            snapshots,
            pushes: Pushes::default(),
            commands: Mutex::new(()),
            gate: Mutex::new(()),
            directory: watch::channel(directory).0,
            head: watch::channel(place.head).0,
            notices: broadcast::channel(NOTICES_MAX).0,
            latest_us: AtomicI64::new(0),
            served: AtomicBool::new(false),
            _lock: lock,
        })
    }

    /// Server time; never earlier than it said before, whatever the wall clock does.
    pub fn now(&self) -> Timestamp {
        let wall_us = self.outside.now().as_microsecond();
        let before_us = self.latest_us.fetch_max(wall_us, Ordering::Relaxed);
        Timestamp::from_microsecond(wall_us.max(before_us)).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    /// Desks may come from now on.
    pub(crate) fn begin_serving(&self) {
        self.served.store(true, Ordering::Relaxed);
    }

    /// Whether desks may have come.
    pub fn is_served(&self) -> bool {
        self.served.load(Ordering::Relaxed)
    }

    /// The people and teams of now.
    pub fn directory(&self) -> Arc<Directory> {
        self.directory.borrow().clone()
    }

    /// The newest commit.
    pub fn head(&self) -> i64 {
        *self.head.borrow()
    }

    /// Hears of every commit from now on.
    pub fn subscribe(&self) -> broadcast::Receiver<Arc<Notice>> {
        self.notices.subscribe()
    }

    /// The turn to write; whoever has it also tells what was written, so notices are in order.
    pub(crate) async fn gate(&self) -> MutexGuard<'_, ()> {
        self.gate.lock().await
    }

    /// Tells what was committed. Only with the gate.
    pub(crate) fn publish(&self, directory: Option<Arc<Directory>>, commits: Vec<Committed>) {
        if let Some(directory) = directory {
            self.directory.send_replace(directory);
        }
        for committed in commits {
            self.head.send_replace(committed.seq);
            self.tell(Notice::Committed(committed));
        }
    }

    /// Tells streams something; nobody listening is fine.
    pub(crate) fn tell(&self, notice: Notice) {
        self.notices.send(Arc::new(notice)).ok();
    }
}

/// Makes a folder that only its owner may look into; one that is there is left as it is.
fn make_private(dir: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(dir)
}

fn take_lock(config: &Config) -> Result<File> {
    let path = config.data_dir.join("lock");
    let mut options = OpenOptions::new();
    let lock = options.create(true).truncate(false).write(true).open(&path)?;
    FileExt::try_lock(&lock).map_err(|_| {
        anyhow::anyhow!("{} is in use by another process", config.data_dir.display())
    })?;
    Ok(lock)
}
