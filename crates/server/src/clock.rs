//! The clock of this machine: the one place of this crate where the time is asked.
//!
//! What decides anything is given its time through [`crate::Outside`], so that a test or a
//! simulation can be some other day. Deliberately absent: server time, which never runs backwards
//! (`Core::now`).

use std::time::{Duration, Instant};

use jiff::Timestamp;

/// The wall clock.
pub fn now() -> Timestamp {
    Timestamp::now()
}

/// How long something takes, for figures only.
pub struct Stopwatch(Instant);

impl Stopwatch {
    /// Begins to measure.
    pub fn start() -> Self {
        Self(Instant::now())
    }

    /// Since it began.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }
}
