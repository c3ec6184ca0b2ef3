//! Clock: where the time comes from. The one on the wall, or a test's.
//!
//! Deliberately absent: the offset to server time, which the sync learns, and any use of time to
//! order things.

use std::sync::LazyLock;
use std::time::{Duration, Instant};

use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use jiff::Timestamp;

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// Now, cut to microseconds. May jump when somebody sets the clock.
    fn now(&self) -> Timestamp;
    /// Microseconds since some moment. Never jumps; says only how much time has passed.
    fn ticks_us(&self) -> i64;
    /// Over when so much time has passed.
    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()>;
}

/// The clock of this computer.
#[derive(Clone, Copy, Debug, Default)]
pub struct WallClock;

static START: LazyLock<Instant> = LazyLock::new(Instant::now);

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        let micros = Timestamp::now().as_microsecond();
        Timestamp::from_microsecond(micros).expect("what was a time in microseconds is one again")
    }

    fn ticks_us(&self) -> i64 {
        i64::try_from(START.elapsed().as_micros()).unwrap_or(i64::MAX)
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        tokio::time::sleep(time).boxed()
    }
}
