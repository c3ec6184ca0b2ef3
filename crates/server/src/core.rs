//! Core: what every request and every command shares. Opening it takes the data lock, so two
//! processes never have the same folder open.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, PoisonError};

use anyhow::{Context, Result, ensure};
use fs4::FileExt;
use holdfast_domain::{AgentId, Directory, Sight};
use jiff::Timestamp;
use tokio::sync::{Mutex, MutexGuard, broadcast, watch};
use uuid::Uuid;

use crate::backup::{Backups, restore};
use crate::channel;
use crate::config::Config;
use crate::damage::{self, Damage};
use crate::error::causes;
use crate::following::Following;
use crate::outside::Outside;
use crate::places::Places;
use crate::snapshots::Snapshots;
use crate::store::{Db, Durability, directory, is_damage, meta};
use crate::streams::Streams;
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
    /// How much each agent has under way.
    pub places: Places,
    /// Desks that listen.
    pub streams: Streams,
    /// Whether desks get on.
    pub following: Following,
    /// Copies that stand elsewhere.
    pub backups: Backups,
    /// Whether the database was found damaged.
    pub damage: Damage,
    /// The turn to carry out a command that can take long or be in the way of one: what it has
    /// found right, no other of them changes meanwhile.
    pub(crate) commands: Mutex<()>,
    gate: Mutex<()>,
    directory: watch::Sender<Arc<Directory>>,
    head: watch::Sender<i64>,
    notices: broadcast::Sender<Arc<Notice>>,
    latest_us: AtomicI64,
    /// Hellos of desks that are too old, since the start.
    too_old: AtomicI64,
    /// Jobs whose last round failed, and why.
    troubles: std::sync::Mutex<BTreeMap<&'static str, String>>,
    /// Since when nothing could be written, and why; `None` once something could.
    unwritten: std::sync::Mutex<Option<(Timestamp, String)>>,
    served: AtomicBool,
    _lock: File,
}

impl Core {
    /// Takes the data lock and opens the store.
    pub async fn open(config: Config, outside: Outside) -> Result<Self> {
        make_private(&config.data_dir)
            .with_context(|| format!("cannot make {}", config.data_dir.display()))?;
        let lock = take_lock(&config)?;
        let mark = config.data_dir.join(restore::MARK);
        let dir = config.data_dir.display();
        ensure!(!mark.exists(), "a restore into {dir} was cut off: empty it and restore again");
        let (place, directory, backups, db) =
            read_in(&config, &outside).await.map_err(|e| damage::told(e, &config.data_dir))?;
        let snapshots = Snapshots::open(&config.data_dir, place.epoch, outside.now())?;
        Ok(Self {
            config,
            outside,
            db,
            epoch: place.epoch,
            snapshots,
            pushes: Pushes::default(),
            places: Places::default(),
            streams: Streams::default(),
            following: Following::default(),
            backups,
            damage: Damage::default(),
            commands: Mutex::new(()),
            gate: Mutex::new(()),
            directory: watch::channel(directory).0,
            head: watch::channel(place.head).0,
            notices: broadcast::channel(NOTICES_MAX).0,
            latest_us: AtomicI64::new(0),
            too_old: AtomicI64::new(0),
            troubles: std::sync::Mutex::default(),
            unwritten: std::sync::Mutex::default(),
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

    /// Notes how the last round of a job went; what damage it met is damage.
    pub(crate) fn job_done(&self, job: &'static str, done: &Result<()>) {
        let mut troubles = self.troubles.lock().unwrap_or_else(PoisonError::into_inner);
        match done {
            Ok(()) => drop(troubles.remove(job)),
            Err(error) => {
                let why = causes(error);
                tracing::warn!(job, why, "a job failed");
                if is_damage(error) {
                    self.damage.note(&why, &self.config.data_dir);
                }
                troubles.insert(job, why);
            }
        }
    }

    /// The disk could not be used. Told once, and by the doctor until something is written.
    pub(crate) fn not_written(&self, why: &str) {
        let mut unwritten = self.unwritten.lock().unwrap_or_else(PoisonError::into_inner);
        if unwritten.is_none() {
            let dir = self.config.data_dir.display();
            tracing::error!(why, "the disk under {dir} fails: desks wait, nothing is lost");
            *unwritten = Some((self.now(), why.to_owned()));
        }
    }

    /// Something was written.
    pub(crate) fn written(&self) {
        *self.unwritten.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// Since when nothing could be written, and why.
    pub fn unwritten(&self) -> Option<(Timestamp, String)> {
        self.unwritten.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// A desk that is too old said hello and was refused.
    pub(crate) fn refuse_old(&self) {
        self.too_old.fetch_add(1, Ordering::Relaxed);
    }

    /// How often that was, since the start.
    pub fn too_old(&self) -> i64 {
        self.too_old.load(Ordering::Relaxed)
    }

    /// Jobs whose last round failed, and why.
    pub fn troubles(&self) -> BTreeMap<&'static str, String> {
        self.troubles.lock().unwrap_or_else(PoisonError::into_inner).clone()
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

type Read = (meta::Place, Arc<Directory>, Backups, Db);

/// Opens the store and reads what everybody needs of it.
async fn read_in(config: &Config, outside: &Outside) -> Result<Read> {
    let db = Db::open(&config.data_dir).await?;
    damage::look_at_start(&db, &config.data_dir).await?;
    let mut tx = db.write(Durability::Power).await?;
    if meta::place(&mut tx).await?.is_none() {
        meta::begin(&mut tx, outside.id()).await?;
    }
    let place = meta::place(&mut tx).await?.context("a store without its place")?;
    channel::settle(&mut tx, config).await?;
    let directory = Arc::new(directory::load(&mut tx).await?);
    let backups = Backups::open(&mut tx).await?;
    tx.commit().await?;
    db.keep_log(backups.target().is_some()).await?;
    Ok((place, directory, backups, db))
}

/// Makes a folder that only its owner may look into; one that is there is left as it is.
pub(crate) fn make_private(dir: &Path) -> std::io::Result<()> {
    let mut builder = std::fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(dir)
}

fn take_lock(config: &Config) -> Result<File> {
    let path = config.data_dir.join("lock");
    let mut options = OpenOptions::new();
    let opened = options.create(true).truncate(false).write(true).open(&path);
    let lock = opened.with_context(|| {
        let dir = config.data_dir.display();
        format!("{dir} cannot be written to: give the server's user a folder on a disk that works")
    })?;
    FileExt::try_lock(&lock).map_err(|_| {
        anyhow::anyhow!("{} is in use by another process", config.data_dir.display())
    })?;
    Ok(lock)
}
