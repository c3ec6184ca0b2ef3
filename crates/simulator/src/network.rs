//! Network: what desks ask is put down here, and the world decides what becomes of it: when it
//! arrives, how often, whether at all; and the same for every piece of an answer.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use holdfast_desk::sync::wire::{Answer, Network, Request, Wire};
use holdfast_sync_engine::Trouble;
use tokio::sync::oneshot;

/// Something a desk asks.
pub struct Asked {
    /// Which desk.
    pub desk: usize,
    /// In which of its lives.
    pub life: u64,
    /// What.
    pub request: Request,
    /// Where it waits for the answer.
    pub answer: oneshot::Sender<Result<Answer, Trouble>>,
}

impl Asked {
    /// By which askings of one moment are put in order.
    fn order(&self) -> (usize, u64, String, [u8; 32]) {
        let Request { method, path, body, .. } = &self.request;
        (self.desk, self.life, format!("{method} {path}"), *blake3::hash(body).as_bytes())
    }
}

/// What was asked and not yet seen by the world.
#[derive(Default)]
pub struct Board(Mutex<Vec<Asked>>);

impl Board {
    fn lock(&self) -> MutexGuard<'_, Vec<Asked>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Everything asked since the last time, in an order that does not hang on threads.
    pub fn take(&self) -> Vec<Asked> {
        let mut asked = std::mem::take(&mut *self.lock());
        asked.sort_by_cached_key(Asked::order);
        asked
    }
}

/// The socket in a desk's wall.
#[derive(Clone)]
pub struct Plug {
    /// Where askings go.
    pub board: Arc<Board>,
    /// Which desk.
    pub desk: usize,
    /// In which of its lives.
    pub life: u64,
    /// Whether that life goes on.
    pub alive: Arc<AtomicBool>,
}

impl Network for Plug {
    fn wire(&self, _: &str) -> Option<Arc<dyn Wire>> {
        Some(Arc::new(self.clone()))
    }
}

impl Wire for Plug {
    fn send(&self, request: Request) -> BoxFuture<'static, Result<Answer, Trouble>> {
        let plug = self.clone();
        async move {
            if !plug.alive.load(Ordering::Relaxed) {
                return Err(Trouble::Unreachable);
            }
            let (answer, answered) = oneshot::channel();
            let Plug { board, desk, life, .. } = plug;
            board.lock().push(Asked { desk, life, request, answer });
            // Whoever drops the other end is a world that ends.
            answered.await.unwrap_or(Err(Trouble::Cut))
        }
        .boxed()
    }
}
