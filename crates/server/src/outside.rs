//! Outside: time, randomness and places where a test may interfere, given to the server.
//!
//! Nothing in this crate asks for the current time or for random bytes in any other way; whoever
//! starts a server (the binary, a test, the simulator) says where they come from.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use holdfast_domain::OperationId;
use jiff::Timestamp;
use uuid::Uuid;

use crate::store::Durability;
use crate::{clock, entropy};

/// A moment at which a probe is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// An operation is about to be decided.
    Deciding(OperationId),
    /// Everything of a commit is written and not yet committed.
    Committing,
    /// It is committed so that it survives this; nobody has been told.
    Committed(Durability),
}

/// Asked at each [`Step`]; an error from it is an internal failure at that step.
pub type Probe = Arc<dyn Fn(Step) -> anyhow::Result<()> + Send + Sync>;

type Now = Arc<dyn Fn() -> Timestamp + Send + Sync>;
type Sleep = Arc<dyn Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync>;
type Random = Arc<dyn Fn(&mut [u8]) + Send + Sync>;

/// What comes from outside.
#[derive(Clone)]
pub struct Outside {
    now: Now,
    random: Random,
    sleep: Sleep,
    probe: Option<Probe>,
}

impl Outside {
    /// A clock and a source of random bytes fit for secrets.
    pub fn new(
        now: impl Fn() -> Timestamp + Send + Sync + 'static,
        random: impl Fn(&mut [u8]) + Send + Sync + 'static,
    ) -> Self {
        let sleep = Arc::new(|time| tokio::time::sleep(time).boxed());
        Self { now: Arc::new(now), random: Arc::new(random), sleep, probe: None }
    }

    /// The same, with time that passes as this says.
    #[must_use]
    pub fn sleeping(
        mut self,
        sleep: impl Fn(Duration) -> BoxFuture<'static, ()> + Send + Sync + 'static,
    ) -> Self {
        self.sleep = Arc::new(sleep);
        self
    }

    /// The clock and the random bytes of this machine.
    pub fn of_this_machine() -> Self {
        Self::new(clock::now, entropy::fill)
    }

    /// The same with a probe.
    #[must_use]
    pub fn probed(mut self, probe: Probe) -> Self {
        self.probe = Some(probe);
        self
    }

    /// The wall clock, as it is. What decides takes `Core::now`, which never runs backwards.
    pub fn now(&self) -> Timestamp {
        (self.now)()
    }

    /// Over when so much time has passed.
    pub fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        (self.sleep)(time)
    }

    /// Random bytes.
    pub fn random<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        (self.random)(&mut bytes);
        bytes
    }

    /// A new id (UUIDv7).
    pub fn id(&self) -> Uuid {
        let millis = u64::try_from(self.now().as_millisecond()).unwrap_or_default();
        uuid::Builder::from_unix_timestamp_millis(millis, &self.random()).into_uuid()
    }

    /// Asks the probe, if there is one.
    pub fn probe(&self, step: Step) -> anyhow::Result<()> {
        self.probe.as_ref().map_or(Ok(()), |probe| probe(step))
    }
}

impl fmt::Debug for Outside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Outside").field("probed", &self.probe.is_some()).finish_non_exhaustive()
    }
}
