//! Places: how much one agent may have under way at the same time, whatever desks and sessions it
//! comes from. Everything that is under way holds a connection to the database, a body or an answer
//! in memory; without a bound one agent's desk gone mad would take it from all others.
//!
//! Whoever wants more is refused at once and told when to come again; nothing that is under way is
//! taken away. The bounds are far above what the desks of one person ask for: one has a request of
//! each kind under way, and one snapshot. Streams are counted where they are kept
//! ([`crate::streams`]). Deliberately absent: counting by address, since a whole centre may come
//! from one.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use holdfast_domain::AgentId;
use holdfast_protocol::{Code, Failure};

/// Requests of one agent that are under way.
pub const REQUESTS_MAX: usize = 32;
/// Snapshots that one agent waits for.
pub const SNAPSHOTS_MAX: usize = 4;
/// Seconds after which there may be a place.
pub const RETRY_AFTER_S: u32 = 2;

/// What is counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// Any request with a token, until it is answered.
    Request,
    /// A snapshot, until its manifest is there.
    Snapshot,
}

impl Kind {
    fn most(self) -> usize {
        match self {
            Self::Request => REQUESTS_MAX,
            Self::Snapshot => SNAPSHOTS_MAX,
        }
    }
}

type Taken = BTreeMap<(AgentId, Kind), usize>;

/// The places that are taken.
#[derive(Clone, Debug, Default)]
pub struct Places(Arc<Mutex<Taken>>);

impl Places {
    /// Takes one; a failure if the agent has all of hers.
    pub(crate) fn take(&self, agent: AgentId, kind: Kind) -> Result<Place, Failure> {
        let mut taken = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let count = taken.entry((agent, kind)).or_default();
        if *count >= kind.most() {
            return Err(refused("too much of yours is under way: wait"));
        }
        *count += 1;
        Ok(Place { of: (agent, kind), places: self.clone() })
    }
}

/// Too much at the same time.
pub(crate) fn refused(why: &str) -> Failure {
    metrics::counter!("holdfast_places_refused_total").increment(1);
    Failure::new(Code::Throttled, why).with("retry_after_s", RETRY_AFTER_S)
}

/// One that is taken, until it is dropped.
#[derive(Debug)]
pub(crate) struct Place {
    of: (AgentId, Kind),
    places: Places,
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.places.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(count) = taken.get_mut(&self.of) {
            *count -= 1;
            if *count == 0 {
                taken.remove(&self.of);
            }
        }
    }
}
