//! Clock: where the time comes from. The one on the wall, or a test's.
//!
//! Deliberately absent: the offset to server time, which the sync learns, and any use of time to
//! order things.

use jiff::Timestamp;

/// Where the time comes from.
pub trait Clock: Send + Sync {
    /// Now, cut to microseconds.
    fn now(&self) -> Timestamp;
}

/// The clock of this computer.
#[derive(Clone, Copy, Debug, Default)]
pub struct WallClock;

impl Clock for WallClock {
    fn now(&self) -> Timestamp {
        let micros = Timestamp::now().as_microsecond();
        Timestamp::from_microsecond(micros).expect("what was a time in microseconds is one again")
    }
}
