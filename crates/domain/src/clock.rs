//! Clock: one metric of a promise, running on one ticket.
//!
//! ```text
//!             pause                 fulfil
//!   running ◀───────▶ paused    ───────────▶ met
//!      └────────────────────────────────────▲
//! ```
//!
//! First reply: created → first public reply of ours. Next reply: the *oldest unanswered*
//! customer message → our public reply; a new run per cycle. Resolution: created → solved,
//! resumed by a reopening. All rest while the ticket is pending. The calendar is 24×7.
//!
//! Deliberately absent: business calendars, policies and tiers; timers that fire. A clock is a
//! fold over a ticket's events, so that any desk computes the same second.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::severity::Severity;

/// What is measured.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    /// Created until our first public words.
    FirstReply,
    /// Oldest unanswered customer words until our public words.
    NextReply,
    /// Created until solved.
    Resolution,
}

/// Seconds promised, 24×7, from the default table.
pub fn target_s(metric: Metric, severity: Severity) -> i64 {
    const MINUTE: i64 = 60;
    const HOUR: i64 = 60 * MINUTE;
    const DAY: i64 = 24 * HOUR;
    let by_severity = match metric {
        Metric::FirstReply => [5 * MINUTE, 5 * MINUTE, 15 * MINUTE, 30 * MINUTE, HOUR],
        Metric::NextReply => [15 * MINUTE, 15 * MINUTE, HOUR, 4 * HOUR, DAY],
        Metric::Resolution => [2 * HOUR, 4 * HOUR, DAY, 3 * DAY, 7 * DAY],
    };
    by_severity[severity as usize]
}

/// Whether a clock counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "run", rename_all = "snake_case")]
pub enum Run {
    /// Counts since then.
    Running {
        /// Since when.
        #[ts(type = "string")]
        since: Timestamp,
    },
    /// Rests since then.
    Paused {
        /// Since when.
        #[ts(type = "string")]
        since: Timestamp,
    },
    /// Fulfilled, in time or late.
    Met {
        /// When.
        #[ts(type = "string")]
        at: Timestamp,
    },
}

/// One metric running on one ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Clock {
    /// What is measured.
    pub metric: Metric,
    /// What was promised, seconds.
    #[ts(type = "number")]
    pub target_s: i64,
    /// When this run began.
    #[ts(type = "string")]
    pub started_at: Timestamp,
    /// Counted before `run` began, microseconds.
    #[ts(type = "number")]
    pub counted_us: i64,
    /// Whether it counts now.
    pub run: Run,
}

/// How near a clock is to its promise.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ClockStage {
    /// Below half.
    Ok,
    /// Half or more.
    Half,
    /// Three quarters or more.
    Risk,
    /// Over.
    Breached,
    /// Resting.
    Paused,
    /// Fulfilled.
    Met,
}

impl Clock {
    /// A clock that starts to count at `at`.
    pub fn start(metric: Metric, severity: Severity, at: Timestamp) -> Self {
        let run = Run::Running { since: at };
        Self { metric, target_s: target_s(metric, severity), started_at: at, counted_us: 0, run }
    }

    /// Microseconds counted up to `now`; never negative, even if `now` lies before the start.
    pub fn counted_us_at(&self, now: Timestamp) -> i64 {
        match self.run {
            Run::Running { since } => {
                self.counted_us + (now.as_microsecond() - since.as_microsecond()).max(0)
            }
            Run::Paused { .. } | Run::Met { .. } => self.counted_us,
        }
    }

    /// When the promise is broken if nothing happens; `None` while it rests or after it is met.
    pub fn due(&self) -> Option<Timestamp> {
        let Run::Running { since } = self.run else {
            return None;
        };
        let left_us = self.target_s * 1_000_000 - self.counted_us;
        since.checked_add(SignedDuration::from_micros(left_us)).ok()
    }

    /// Whether more was counted than promised.
    pub fn is_breached(&self, now: Timestamp) -> bool {
        self.counted_us_at(now) > self.target_s * 1_000_000
    }

    /// How near it is to its promise.
    pub fn stage(&self, now: Timestamp) -> ClockStage {
        match self.run {
            Run::Met { .. } => ClockStage::Met,
            Run::Paused { .. } => ClockStage::Paused,
            Run::Running { .. } => {
                let (used, all) = (self.counted_us_at(now), self.target_s * 1_000_000);
                match () {
                    () if used > all => ClockStage::Breached,
                    () if used * 4 >= all * 3 => ClockStage::Risk,
                    () if used * 2 >= all => ClockStage::Half,
                    () => ClockStage::Ok,
                }
            }
        }
    }

    /// Closes the count and rests.
    pub fn pause(&mut self, at: Timestamp) {
        if let Run::Running { .. } = self.run {
            self.counted_us = self.counted_us_at(at);
            self.run = Run::Paused { since: at };
        }
    }

    /// Counts again, after a rest or after it had been met too early.
    pub fn resume(&mut self, at: Timestamp) {
        if !matches!(self.run, Run::Running { .. }) {
            self.run = Run::Running { since: at };
        }
    }

    /// Fulfils the promise; a rest is closed first.
    pub fn meet(&mut self, at: Timestamp) {
        if !matches!(self.run, Run::Met { .. }) {
            self.counted_us = self.counted_us_at(at);
            self.run = Run::Met { at };
        }
    }

    /// A new severity brings a new promise; what was counted stays.
    pub fn retarget(&mut self, severity: Severity) {
        if !matches!(self.run, Run::Met { .. }) {
            self.target_s = target_s(self.metric, severity);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(s: i64) -> Timestamp {
        Timestamp::from_second(s).expect("a small number of seconds")
    }

    #[test]
    fn a_rest_is_not_counted_and_moves_the_deadline() {
        let mut clock = Clock::start(Metric::Resolution, Severity::P0, at(0));
        assert_eq!(clock.due(), Some(at(7200)));
        clock.pause(at(100));
        assert_eq!(clock.due(), None);
        assert_eq!(clock.stage(at(9999)), ClockStage::Paused);
        clock.resume(at(1100));
        assert_eq!(clock.due(), Some(at(8200)));
        assert_eq!(clock.counted_us_at(at(1200)), 200_000_000);
    }

    #[test]
    fn stages_follow_the_share_that_is_used() {
        let clock = Clock::start(Metric::FirstReply, Severity::P0, at(0));
        let table = [
            (0, ClockStage::Ok),
            (149, ClockStage::Ok),
            (150, ClockStage::Half),
            (225, ClockStage::Risk),
            (300, ClockStage::Risk),
            (301, ClockStage::Breached),
            (-50, ClockStage::Ok),
        ];
        for (s, want) in table {
            assert_eq!(clock.stage(at(s)), want, "after {s} s");
        }
    }

    #[test]
    fn a_reopened_resolution_goes_on_where_it_stood() {
        let mut clock = Clock::start(Metric::Resolution, Severity::P1, at(0));
        clock.meet(at(600));
        assert_eq!(clock.stage(at(9_999_999)), ClockStage::Met);
        clock.resume(at(10_000));
        assert_eq!(clock.due(), Some(at(10_000 + 4 * 3600 - 600)));
    }
}
