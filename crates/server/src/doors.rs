//! Doors: connections that have not asked for anything yet. They cost whoever opens them nothing,
//! so they get little: a first request within [`PATIENCE`], and a bounded number of places, of
//! which the newest keep theirs. Whoever has something to ask does so at once; a crowd that only
//! stands there pushes itself out and nobody else.
//!
//! ```text
//! accepted ──first request──▶ asked: counts among the connections only
//!    │ patience over, or too many behind it
//!    ▼
//!  shut
//! ```
//!
//! It stands below TLS: a handshake that is never finished is a door, too. Deliberately absent:
//! counting by address; a whole centre may come from one.

use std::collections::VecDeque;
use std::io;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use axum_server::accept::Accept;
use futures_util::task::AtomicWaker;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio::time::Sleep;
use tower::Service;

/// How long a connection may take until its first request stands.
pub const PATIENCE: Duration = Duration::from_secs(15);
/// Connections without a request at the same time; the oldest is shut when one more comes.
pub const DOORS_MAX: usize = 512;

/// One connection, until it has asked for something.
#[derive(Debug, Default)]
struct Door {
    asked: AtomicBool,
    shut: AtomicBool,
    reader: AtomicWaker,
}

/// Takes connections, and shuts those that only stand there.
#[derive(Clone, Debug, Default)]
pub(crate) struct Doors(Arc<Mutex<VecDeque<Weak<Door>>>>);

impl Doors {
    fn open(&self) -> Arc<Door> {
        let door = Arc::new(Door::default());
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.push_back(Arc::downgrade(&door));
        if waiting.len() > DOORS_MAX {
            waiting.retain(|door| door.upgrade().is_some_and(|door| door.waits()));
        }
        while waiting.len() > DOORS_MAX {
            if let Some(oldest) = waiting.pop_front().and_then(|door| door.upgrade()) {
                oldest.shut.store(true, Ordering::Release);
                oldest.reader.wake();
                metrics::counter!("holdfast_doors_shut_total").increment(1);
            }
        }
        door
    }
}

impl Door {
    fn waits(&self) -> bool {
        !self.asked.load(Ordering::Acquire) && !self.shut.load(Ordering::Acquire)
    }
}

impl<S> Accept<TcpStream, S> for Doors {
    type Stream = Guarded;
    // tidy: allow(name): the trait calls it so
    type Service = Asking<S>;
    type Future = std::future::Ready<io::Result<(Guarded, Asking<S>)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let door = self.open();
        let patience = Box::pin(tokio::time::sleep(PATIENCE));
        let guarded =
            stream.set_nodelay(true).map(|()| Guarded { stream, door: door.clone(), patience });
        std::future::ready(guarded.map(|guarded| (guarded, Asking { service, door })))
    }
}

/// A connection whose end may come from its door.
#[derive(Debug)]
pub(crate) struct Guarded {
    stream: TcpStream,
    door: Arc<Door>,
    patience: Pin<Box<Sleep>>,
}

impl Guarded {
    /// An error once the door is shut or its patience is over.
    fn poll_door(&mut self, context: &mut Context<'_>) -> io::Result<()> {
        if self.door.asked.load(Ordering::Acquire) {
            return Ok(());
        }
        self.door.reader.register(context.waker());
        if self.door.shut.load(Ordering::Acquire) || self.patience.as_mut().poll(context).is_ready()
        {
            return Err(io::ErrorKind::TimedOut.into());
        }
        Ok(())
    }
}

impl AsyncRead for Guarded {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        self.poll_door(context)?;
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl AsyncWrite for Guarded {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

/// A connection's service, which tells the door of its first request.
#[derive(Clone, Debug)]
pub(crate) struct Asking<S> {
    service: S,
    door: Arc<Door>,
}

impl<S: Service<R>, R> Service<R> for Asking<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, context: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        ready!(self.service.poll_ready(context))?;
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: R) -> S::Future {
        self.door.asked.store(true, Ordering::Release);
        self.service.call(request)
    }
}
