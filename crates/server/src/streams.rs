//! Streams: which desks listen, and which of them do not read what they are told.
//!
//! ```text
//!   opened ──the desk opens so many more──▶ ended: the oldest is one that was lost on the way
//!     │ gone, or the session is over
//!     ▼
//!   ended
//! ```
//!
//! A desk reads one stream. When it opens another, the first was lost without the server having
//! heard of it, or a copy of the desk's folder runs on another computer: nobody can tell. So a desk
//! has [`DESK_MAX`], and one more ends its oldest; were it a single one, two copies would end each
//! other's for ever in turn. An agent's desks that listen are [`STREAMS_MAX`] at most; beyond that
//! the newcomer is refused, for the same reason.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use holdfast_domain::AgentId;
use holdfast_protocol::Failure;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::places::refused;

/// Desks of one agent that listen.
pub const STREAMS_MAX: usize = 8;

/// Streams of one desk.
pub const DESK_MAX: usize = 3;

/// Those that are open.
#[derive(Clone, Debug, Default)]
pub struct Streams(Arc<Mutex<Open>>);

#[derive(Debug, Default)]
struct Open {
    last: u64,
    /// By desk, the oldest first.
    of_desks: BTreeMap<(Uuid, u64), Listener>,
}

#[derive(Debug)]
struct Listener {
    agent: AgentId,
    unread_since: Option<Timestamp>,
    /// Dropped with it, which the stream hears.
    _stays: oneshot::Sender<()>,
}

impl Streams {
    /// A desk listens; if it has [`DESK_MAX`] streams already, the oldest ends.
    pub(crate) fn open(&self, agent: AgentId, desk: Uuid) -> Result<Listening, Failure> {
        let mut open = self.lock();
        if open.others(agent, desk) >= STREAMS_MAX {
            return Err(refused("too many of your desks listen: close one, or wait"));
        }
        open.last += 1;
        let key = (desk, open.last);
        let (stays, ended) = oneshot::channel();
        open.of_desks.insert(key, Listener { agent, unread_since: None, _stays: stays });
        let own: Vec<_> = open.of_desks.range((desk, 0)..=key).map(|(key, _)| *key).collect();
        for oldest in own.iter().rev().skip(DESK_MAX) {
            open.of_desks.remove(oldest);
        }
        Ok(Listening { streams: self.clone(), key, ended })
    }

    /// How many are open.
    pub fn count(&self) -> usize {
        self.lock().of_desks.len()
    }

    /// How many have told nothing for so long because nobody reads it.
    pub fn unread(&self, now: Timestamp, long: SignedDuration) -> usize {
        let open = self.lock();
        let unread = open.of_desks.values().filter_map(|listener| listener.unread_since);
        unread.filter(|since| now.duration_since(*since) >= long).count()
    }

    fn lock(&self) -> MutexGuard<'_, Open> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// Other desks of an agent that listen.
    fn others(&self, agent: AgentId, desk: Uuid) -> usize {
        let listen = self.of_desks.iter().filter(|(_, listener)| listener.agent == agent);
        let desks: BTreeSet<Uuid> = listen.map(|((desk, _), _)| *desk).collect();
        desks.into_iter().filter(|other| *other != desk).count()
    }
}

/// A desk that listens, until it is dropped.
#[derive(Debug)]
pub(crate) struct Listening {
    streams: Streams,
    key: (Uuid, u64),
    ended: oneshot::Receiver<()>,
}

impl Listening {
    /// Over when the desk has opened so many more that this one must be lost.
    pub async fn ended(&mut self) {
        // Nobody sends: the other end is dropped.
        (&mut self.ended).await.ok();
    }

    /// Since when nobody reads what it is told; `None` when it is read.
    pub fn unread(&self, since: Option<Timestamp>) {
        if let Some(own) = self.streams.lock().of_desks.get_mut(&self.key) {
            own.unread_since = since;
        }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        self.streams.lock().of_desks.remove(&self.key);
    }
}
