//! Succession: which pair of tokens a session uses, and what an older or newer one is still worth.
//!
//! ```text
//!             refresh, as often as the answer is lost
//!   in use ──────────────────────────────────────────▶ successors, none of them used yet
//!      ▲                                                   │ first use of one
//!      └───────────────────────────────────────────────────┤
//!                                                          ▼
//!   superseded ◀── IN_FLIGHT later ── previous: the pair that was in use until then,
//!        │                                      and the successors that were not used
//!        └─ a refresh with it ─▶ two hold tokens of one session: it ends for both
//! ```
//!
//! A pair is given up when its successor is used, and not when it is given out: a desk that is
//! killed between the answer and its disk comes back with the old one. Refused: counting time from
//! the answer, since a desk may come back after a weekend. Deliberately absent: storing any of it.

use jiff::SignedDuration;
use uuid::Uuid;

/// How long requests that were under way when the pair was succeeded are still served.
pub const IN_FLIGHT: SignedDuration = SignedDuration::from_secs(60);

/// Where a session stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Line {
    /// The pair in use.
    pub pair: Uuid,
    /// The one before it; nil if there was none.
    pub before: Uuid,
    /// When it was used first, microseconds since 1970.
    pub since_us: i64,
}

/// A pair of tokens, and the one it was changed for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// Its id.
    pub id: Uuid,
    /// The pair that was refreshed; nil after a sign-in.
    pub parent: Uuid,
}

/// The line after a pair was used; `None` if the pair is superseded and opens nothing.
pub fn after_use(line: Line, pair: Pair, now_us: i64) -> Option<Line> {
    if pair.id == line.pair {
        return Some(line);
    }
    if pair.parent == line.pair {
        return Some(Line { pair: pair.id, before: line.pair, since_us: now_us });
    }
    if now_us >= line.since_us.saturating_add(in_flight_us()) {
        return None;
    }
    if pair.id == line.before {
        return Some(line);
    }
    // Two refreshes were under way: the one that is used last is the one that was kept. The grace
    // goes on counting from the first, so that two holders cannot take turns for ever.
    (pair.parent == line.before).then_some(Line { pair: pair.id, ..line })
}

fn in_flight_us() -> i64 {
    i64::try_from(IN_FLIGHT.as_micros()).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NIL: Uuid = Uuid::nil();
    const LATER: i64 = 61_000_000;

    fn id(n: u128) -> Uuid {
        Uuid::from_u128(n)
    }

    fn pair(n: u128, parent: u128) -> Pair {
        Pair { id: id(n), parent: id(parent) }
    }

    #[test]
    fn a_pair_is_good_until_its_successor_was_used_and_a_moment_longer() {
        let line = Line { pair: id(1), before: NIL, since_us: 0 };
        let first = pair(1, 0);
        assert_eq!(after_use(line, first, i64::MAX), Some(line), "however long it takes");
        let next = after_use(line, pair(2, 1), 0).expect("a successor");
        assert_eq!(next, Line { pair: id(2), before: id(1), since_us: 0 });
        assert_eq!(after_use(next, first, LATER - 2_000_000), Some(next), "in flight");
        assert_eq!(after_use(next, first, LATER), None, "superseded");
    }

    #[test]
    fn of_two_successors_the_last_one_used_within_the_grace_stays() {
        let line = Line { pair: id(2), before: id(1), since_us: 0 };
        let other = after_use(line, pair(3, 1), 1).expect("in flight");
        assert_eq!(other, Line { pair: id(3), before: id(1), since_us: 0 });
        assert_eq!(after_use(other, pair(2, 1), LATER), None, "the one that was not kept");
        assert_eq!(after_use(line, pair(3, 1), LATER), None, "an answer that somebody else has");
    }

    #[test]
    fn the_grace_does_not_begin_anew_when_two_holders_take_turns() {
        let mut line = Line { pair: id(2), before: id(1), since_us: 0 };
        for second in 1..60 {
            let taken = if second % 2 == 0 { pair(2, 1) } else { pair(3, 1) };
            line = after_use(line, taken, second * 1_000_000).expect("within the grace");
        }
        let in_use = line.pair;
        let ended = [pair(2, 1), pair(3, 1)].map(|pair| after_use(line, pair, LATER));
        assert_eq!(ended.iter().flatten().count(), 1, "one is left");
        assert_eq!(line.pair, in_use);
    }

    #[test]
    fn pairs_of_before_the_previous_one_open_nothing() {
        let line = Line { pair: id(3), before: id(2), since_us: 0 };
        assert_eq!(after_use(line, pair(1, 0), 1), None);
        assert_eq!(after_use(line, pair(9, 8), 1), None, "of another session");
    }
}
