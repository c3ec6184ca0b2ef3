//! Streams: which desks listen, and which of them do not read what they are told.
//!
//! ```text
//!   opened ──the desk opens another──▶ ended: the newest is the one that is read
//!     │ gone, or the session is over
//!     ▼
//!   ended
//! ```
//!
//! A desk has one stream. When it opens another, the first was lost on the way without the server
//! having heard of it, so the newer ends the older. An agent's desks have [`STREAMS_MAX`] together;
//! beyond that the newcomer is refused, since a stream that was ended for another desk's would come
//! again, and both for ever in turn.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use holdfast_domain::AgentId;
use holdfast_protocol::Failure;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::oneshot;
use uuid::Uuid;

use crate::places::refused;

/// Streams that one agent has open.
pub const STREAMS_MAX: usize = 8;

/// Those that are open.
#[derive(Clone, Debug, Default)]
pub struct Streams(Arc<Mutex<Open>>);

#[derive(Debug, Default)]
struct Open {
    last: u64,
    of_desks: BTreeMap<Uuid, Listener>,
}

#[derive(Debug)]
struct Listener {
    agent: AgentId,
    number: u64,
    unread_since: Option<Timestamp>,
    /// Dropped with it, which the stream hears.
    _stays: oneshot::Sender<()>,
}

impl Streams {
    /// A desk listens; its stream of before, if there is one, ends.
    pub(crate) fn open(&self, agent: AgentId, desk: Uuid) -> Result<Listening, Failure> {
        let mut open = self.lock();
        let others = |(id, other): &(&Uuid, &Listener)| **id != desk && other.agent == agent;
        if open.of_desks.iter().filter(others).count() >= STREAMS_MAX {
            return Err(refused("too many of your desks listen: close one, or wait"));
        }
        open.last += 1;
        let number = open.last;
        let (stays, ended) = oneshot::channel();
        let listener = Listener { agent, number, unread_since: None, _stays: stays };
        open.of_desks.insert(desk, listener);
        Ok(Listening { streams: self.clone(), desk, number, ended })
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

/// A desk that listens, until it is dropped.
#[derive(Debug)]
pub(crate) struct Listening {
    streams: Streams,
    desk: Uuid,
    number: u64,
    ended: oneshot::Receiver<()>,
}

impl Listening {
    /// Over when the desk has opened another stream.
    pub async fn ended(&mut self) {
        // Nobody sends: the other end is dropped.
        (&mut self.ended).await.ok();
    }

    /// Since when nobody reads what it is told; `None` when it is read.
    pub fn unread(&self, since: Option<Timestamp>) {
        let mut open = self.streams.lock();
        let own = open.of_desks.get_mut(&self.desk).filter(|own| own.number == self.number);
        if let Some(own) = own {
            own.unread_since = since;
        }
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut open = self.streams.lock();
        if open.of_desks.get(&self.desk).is_some_and(|own| own.number == self.number) {
            open.of_desks.remove(&self.desk);
        }
    }
}
