//! Clocks with the marks at which their look changes.

use std::cmp::Reverse;

use holdfast_domain::clock::{Clock, Run};
use jiff::{SignedDuration, Timestamp};

use crate::ipc::view::{ClockState, ClockView};

/// A clock as it is shown.
pub fn clock(clock: &Clock) -> ClockView {
    let (state, stopped_at) = match clock.run {
        Run::Running { .. } => (ClockState::Running, None),
        Run::Paused { since } => (ClockState::Paused, Some(since)),
        Run::Met { at } => (ClockState::Met, Some(at)),
    };
    ClockView {
        metric: clock.metric,
        target_s: clock.target_s,
        state,
        started_at: clock.started_at,
        counted_s: clock.counted_us / 1_000_000,
        half_at: mark(clock, 1, 2),
        risk_at: mark(clock, 3, 4),
        due_at: clock.due(),
        stopped_at,
        late: clock.counted_us > clock.target_s * 1_000_000,
    }
}

/// The one clock a list shows: the running one that breaks first, else the newest that rests,
/// else the resolution.
pub fn most_urgent(clocks: &[Clock]) -> Option<ClockView> {
    let running = clocks.iter().filter(|c| c.due().is_some()).min_by_key(|c| c.due());
    let resting = clocks.iter().rfind(|c| matches!(c.run, Run::Paused { .. }));
    running.or(resting).or(clocks.last()).map(clock)
}

/// Every clock, the most urgent first: the one that a list shows, those that run, rest, are met.
pub fn all(clocks: &[Clock]) -> Vec<ClockView> {
    let mut sorted: Vec<&Clock> = clocks.iter().collect();
    let met = |c: &Clock| matches!(c.run, Run::Met { .. });
    sorted.sort_by_key(|c| (met(c), c.due().is_none(), c.due(), Reverse(c.metric)));
    sorted.into_iter().map(clock).collect()
}

fn mark(clock: &Clock, part: i64, of: i64) -> Option<Timestamp> {
    let due = clock.due()?;
    let before_us = clock.target_s * 1_000_000 * (of - part) / of;
    due.checked_sub(SignedDuration::from_micros(before_us)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_domain::Severity;
    use holdfast_domain::clock::{ClockStage, Metric};

    #[test]
    fn the_marks_are_where_the_stages_change() {
        let start = Timestamp::from_second(1_000).expect("a time");
        let domain = Clock::start(Metric::NextReply, Severity::P1, start);
        let shown = clock(&domain);
        let stage = |at: Option<Timestamp>| domain.stage(at.expect("it runs"));
        assert_eq!(stage(shown.half_at), ClockStage::Half);
        assert_eq!(stage(shown.risk_at), ClockStage::Risk);
        assert_eq!(stage(shown.due_at), ClockStage::Risk);
    }

    #[test]
    fn the_head_of_a_ticket_shows_the_clock_that_its_row_shows() {
        let at = |second| Timestamp::from_second(second).expect("a time");
        let new = |metric, run| {
            let mut clock = Clock::start(metric, Severity::P1, at(1_000));
            clock.run = run;
            clock
        };
        let running = Run::Running { since: at(1_000) };
        let paused = Run::Paused { since: at(1_100) };
        let met = Run::Met { at: at(1_200) };
        for [first, next, last] in [
            [met, met, running],
            [met, running, running],
            [met, met, paused],
            [paused, met, paused],
            [met, met, met],
        ] {
            let clocks = [
                new(Metric::FirstReply, first),
                new(Metric::NextReply, next),
                new(Metric::Resolution, last),
            ];
            let row = most_urgent(&clocks).expect("one is shown");
            assert_eq!(all(&clocks)[0].metric, row.metric, "{clocks:?}");
        }
    }
}
