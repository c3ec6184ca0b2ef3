//! Stream: changes as they happen, until the client goes, the session ends or the server stops.
//!
//! Frames of one stream continue each other: `prev` is the `to` of the last one, also over commits
//! that show this caller nothing (those are told once a second, in an empty frame, so that the
//! desk's cursor follows the head). A stream that falls behind, or whose next frame would be
//! large, is told to pull with one `poke`; nothing is kept for it but its cursor.

use std::sync::Arc;
use std::time::Duration;

use axum::response::sse::Event;
use futures_util::future::BoxFuture;
use holdfast_protocol::hello::Rights;
use holdfast_protocol::limits::{CHANGES_ROWS, HEARTBEAT_S};
use serde::Serialize;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::mpsc::error::TrySendError;
use tokio::sync::{mpsc, watch};
use uuid::Uuid;

use super::changes::{Pulled, Reader, pull};
use super::sight::sees;
use crate::core::{Committed, Core, Notice};
use crate::error::Result;
use crate::http::Caller;
use crate::store::session;
use crate::streams::Listening;

/// Frames that wait for a slow client before the stream stops reading.
const WAITING_MAX: usize = 16;
/// Largest frame; more is pulled.
const FRAME_BYTES_MAX: usize = 256 * 1024;
/// Between two signs of life.
const BEAT: Duration = Duration::from_secs(HEARTBEAT_S);
/// How long commits that concern nobody here may stay untold.
const UNTOLD: Duration = Duration::from_secs(1);

/// What goes out.
pub type Frames = mpsc::Receiver<Event>;

#[derive(Serialize)]
struct Frame<'a> {
    epoch: Uuid,
    rights: &'a Rights,
    prev: i64,
    to: i64,
    commits: &'a [Box<serde_json::value::RawValue>],
}

#[derive(Serialize)]
struct Head {
    head: i64,
}

/// Opens a stream at a cursor; fails at once if changes after it are gone.
pub async fn open(
    core: Arc<Core>,
    caller: &Caller,
    since: i64,
    stop: watch::Receiver<bool>,
) -> Result<Frames> {
    let reader = Reader { agent: caller.agent, desk: caller.desk()? };
    let listening = core.streams.open(reader.agent, reader.desk)?;
    // Subscribed before the first look, so that nothing falls between.
    let notices = core.subscribe();
    let first = pull(&core, reader, since, CHANGES_ROWS).await?;
    core.following.asked(reader.desk, since, first.to > since, core.now());
    let (out, frames) = mpsc::channel(WAITING_MAX);
    let session = caller.session;
    let stream = Stream { core, reader, session, listening, sent: since, untold: false, out };
    tokio::spawn(stream.run(first, notices, stop));
    Ok(frames)
}

struct Stream {
    core: Arc<Core>,
    reader: Reader,
    session: Uuid,
    listening: Listening,
    sent: i64,
    untold: bool,
    out: mpsc::Sender<Event>,
}

/// Over with the sleep, if there is one.
async fn over(sleep: &mut Option<BoxFuture<'static, ()>>) {
    match sleep {
        Some(sleep) => sleep.await,
        None => std::future::pending().await,
    }
}

async fn stopped(stop: &mut watch::Receiver<bool>) {
    stop.wait_for(|stopping| *stopping).await.ok();
}

/// The client is gone or must go.
struct Closed;

impl Stream {
    async fn run(
        mut self,
        first: Pulled,
        mut notices: tokio::sync::broadcast::Receiver<Arc<Notice>>,
        mut stop: watch::Receiver<bool>,
    ) {
        metrics::gauge!("holdfast_streams").increment(1.0);
        let mut beat = self.core.outside.sleep(BEAT);
        let mut tick: Option<BoxFuture<'static, ()>> = None;
        let mut going = self.send(first).await;
        while going.is_ok() {
            if self.untold && tick.is_none() {
                tick = Some(self.core.outside.sleep(UNTOLD));
            }
            going = tokio::select! {
                // In this order, so that a stream that is over ends, whatever else there is.
                biased;
                _ = self.out.closed() => Err(Closed),
                () = stopped(&mut stop) => Err(Closed),
                () = self.listening.ended() => Err(Closed),
                () = &mut beat => {
                    beat = self.core.outside.sleep(BEAT);
                    self.beat().await
                }
                () = over(&mut tick) => {
                    tick = None;
                    if self.untold { self.catch_up().await } else { Ok(()) }
                }
                notice = notices.recv() => self.hear(notice).await,
            };
        }
        metrics::gauge!("holdfast_streams").decrement(1.0);
    }

    async fn hear(&mut self, notice: Result<Arc<Notice>, RecvError>) -> Result<(), Closed> {
        match notice.as_deref() {
            Ok(Notice::Committed(committed)) if committed.seq <= self.sent => Ok(()),
            Ok(Notice::Committed(committed)) => {
                if self.concerns(committed) {
                    return self.catch_up().await;
                }
                self.untold = true;
                Ok(())
            }
            Ok(Notice::Ended { agent, session }) => {
                let all_or_this = session.is_none_or(|session| session == self.session);
                if *agent == self.reader.agent && all_or_this { Err(Closed) } else { Ok(()) }
            }
            Err(RecvError::Lagged(_)) => {
                // The end of the session may be among what was missed.
                self.check_session().await?;
                self.poke().await
            }
            Err(RecvError::Closed) => Err(Closed),
        }
    }

    fn concerns(&self, committed: &Committed) -> bool {
        let directory = self.core.directory();
        let mut sights = committed.sights.iter();
        committed.everybody
            || committed.desks.contains(&self.reader.desk)
            || sights.any(|sight| sees(&directory, self.reader.agent, sight))
    }

    async fn catch_up(&mut self) -> Result<(), Closed> {
        match pull(&self.core, self.reader, self.sent, CHANGES_ROWS).await {
            Ok(pulled) => self.send(pulled).await,
            // The desk comes again and hears the failure as an answer.
            Err(_) => Err(Closed),
        }
    }

    async fn send(&mut self, pulled: Pulled) -> Result<(), Closed> {
        self.untold = false;
        if pulled.to == self.sent && pulled.to == pulled.head {
            return Ok(());
        }
        if pulled.to < pulled.head || pulled.bytes() > FRAME_BYTES_MAX {
            return self.poke().await;
        }
        let Pulled { epoch, rights, to, commits, .. } = pulled;
        let frame = Frame { epoch, rights: &rights, prev: self.sent, to, commits: &commits };
        self.say("changes", &frame).await?;
        self.sent = to;
        Ok(())
    }

    async fn poke(&mut self) -> Result<(), Closed> {
        let head = self.core.head();
        self.say("poke", &Head { head }).await?;
        self.sent = head;
        self.untold = false;
        Ok(())
    }

    /// A beat never names a head that this stream has not told of.
    async fn beat(&mut self) -> Result<(), Closed> {
        self.check_session().await?;
        if self.untold {
            self.catch_up().await?;
        }
        self.say("beat", &Head { head: self.sent }).await
    }

    async fn check_session(&self) -> Result<(), Closed> {
        let active = self.core.directory().active(self.reader.agent).is_some();
        let stands = async {
            let mut tx = self.core.db.read().await?;
            session::stands(&mut tx, self.session).await
        };
        if active && stands.await.unwrap_or(false) { Ok(()) } else { Err(Closed) }
    }

    async fn say(&mut self, name: &str, data: &impl Serialize) -> Result<(), Closed> {
        let event = Event::default().event(name).json_data(data).map_err(|_| Closed)?;
        let event = match self.out.try_send(event) {
            Ok(()) => return Ok(()),
            Err(TrySendError::Closed(_)) => return Err(Closed),
            Err(TrySendError::Full(event)) => event,
        };
        self.listening.unread(Some(self.core.now()));
        tokio::select! {
            biased;
            () = self.listening.ended() => return Err(Closed),
            sent = self.out.send(event) => sent.map_err(|_| Closed)?,
        }
        self.listening.unread(None);
        Ok(())
    }
}
