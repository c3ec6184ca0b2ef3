//! Time: the world's, which passes only when the world says so, and the clocks on the walls, which
//! may be wrong.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use holdfast_desk::clock::Clock;
use jiff::Timestamp;
use tokio::sync::oneshot;

/// When every world begins: 2026-03-02T08:00:00Z, microseconds since 1970.
pub const BEGUN_US: i64 = 1_772_438_400_000_000;

/// The world's time and everybody who sleeps in it.
#[derive(Debug)]
pub struct Time(Mutex<State>);

#[derive(Debug)]
struct State {
    now_us: i64,
    slept: u64,
    /// By the moment of waking, whose, and order.
    asleep: BTreeMap<(i64, u32, u64), oneshot::Sender<()>>,
}

impl Default for Time {
    fn default() -> Self {
        Self(Mutex::new(State { now_us: BEGUN_US, slept: 0, asleep: BTreeMap::new() }))
    }
}

impl Time {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Now, microseconds since 1970.
    pub fn now_us(&self) -> i64 {
        self.lock().now_us
    }

    /// Over when so much time has passed for `who`.
    pub fn sleep(&self, who: u32, time: Duration) -> BoxFuture<'static, ()> {
        let (wake, woken) = oneshot::channel();
        let mut state = self.lock();
        let us = i64::try_from(time.as_micros()).unwrap_or(i64::MAX / 4);
        state.slept += 1;
        let at = (state.now_us.saturating_add(us), who, state.slept);
        state.asleep.insert(at, wake);
        woken.map(|_| ()).boxed()
    }

    /// When the next sleeper wakes.
    pub fn next_us(&self) -> Option<i64> {
        let mut state = self.lock();
        state.asleep.retain(|_, wake| !wake.is_closed());
        state.asleep.first_key_value().map(|(at, _)| at.0)
    }

    /// Lets time pass; it never runs backwards.
    pub fn pass_to(&self, us: i64) {
        let mut state = self.lock();
        state.now_us = state.now_us.max(us);
    }

    /// Wakes one whose time has come.
    pub fn wake_one(&self) -> bool {
        let mut state = self.lock();
        let due = state.asleep.first_key_value().is_some_and(|(at, _)| at.0 <= state.now_us);
        let woken = due.then(|| state.asleep.pop_first()).flatten();
        drop(state);
        woken.is_some_and(|(_, wake)| wake.send(()).is_ok())
    }
}

/// The clock on a wall: as fast as the world's time, and wrong by as much as somebody set it.
#[derive(Clone, Debug)]
pub struct Wall {
    time: Arc<Time>,
    who: u32,
    wrong_by_us: Arc<AtomicI64>,
}

impl Wall {
    /// The right time, for a node.
    pub fn new(time: Arc<Time>, who: u32) -> Self {
        Self { time, who, wrong_by_us: Arc::default() }
    }

    /// Somebody sets it.
    pub fn set_wrong_by(&self, us: i64) {
        self.wrong_by_us.store(us, Ordering::Relaxed);
    }
}

impl Clock for Wall {
    fn now(&self) -> Timestamp {
        let us = self.time.now_us() + self.wrong_by_us.load(Ordering::Relaxed);
        Timestamp::from_microsecond(us).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    fn ticks_us(&self) -> i64 {
        self.time.now_us() - BEGUN_US
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        self.time.sleep(self.who, time)
    }
}
