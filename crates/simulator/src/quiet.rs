//! Quiet: the moment at which nobody has anything left to do: every task waits, and no database
//! works for any of them. Only then the next thing may happen; so nothing ever hangs on how fast a
//! thread of a database was.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use tokio::runtime::{Builder, Runtime};
use tokio::sync::Notify;

/// How long the machine may take until it is quiet; only a deadlock takes so long.
const WITHIN: Duration = Duration::from_secs(60);

type AtRest = Box<dyn Fn() -> bool + Send>;

/// Tells when it is quiet.
#[derive(Default)]
pub struct Quiet {
    wanted: AtomicBool,
    heard: Notify,
    watched: Mutex<Watched>,
}

#[derive(Default)]
struct Watched {
    count: u64,
    all: BTreeMap<u64, AtRest>,
}

impl Quiet {
    /// One thread for everything that lives in a world, with this to listen to it.
    pub fn runtime() -> Result<(Arc<Self>, Runtime)> {
        let quiet = Arc::new(Self::default());
        let listener = Arc::clone(&quiet);
        let runtime = Builder::new_current_thread()
            .enable_time()
            .on_thread_park(move || listener.look())
            .build()?;
        Ok((quiet, runtime))
    }

    fn lock(&self) -> MutexGuard<'_, Watched> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// It is not quiet unless this is at rest. Answers a number to stop watching with.
    pub fn watch(&self, at_rest: impl Fn() -> bool + Send + 'static) -> u64 {
        let mut watched = self.lock();
        watched.count += 1;
        let number = watched.count;
        watched.all.insert(number, Box::new(at_rest));
        number
    }

    /// Whoever that was is gone.
    pub fn forget(&self, number: u64) {
        self.lock().all.remove(&number);
    }

    /// The thread has nothing to do.
    fn look(&self) {
        if self.wanted.load(Ordering::Relaxed) && self.lock().all.values().all(|rests| rests()) {
            self.wanted.store(false, Ordering::Relaxed);
            self.heard.notify_one();
        }
    }

    /// Waits until it is quiet.
    pub async fn wait(&self) -> Result<()> {
        self.wanted.store(true, Ordering::Relaxed);
        let heard = tokio::time::timeout(WITHIN, self.heard.notified()).await;
        heard.context("the world does not come to rest: somebody waits for somebody for ever")
    }
}
