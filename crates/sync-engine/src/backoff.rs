//! Backoff: how long to rest after failures. Doubling, with jitter, so that a thousand desks do
//! not come back in the same second.
//!
//! Chance is a small generator with a seed given at the start: same seed, same rests.

use jiff::{SignedDuration, Timestamp};

/// Shortest rest, milliseconds.
pub const REST_MIN_MS: u64 = 500;
/// Longest rest of our own choosing, milliseconds.
pub const REST_MAX_MS: u64 = 30_000;
/// Longest rest a server may ask for, seconds.
pub const RETRY_AFTER_MAX_S: u32 = 300;

/// Between two questions whether an upgrade was made, milliseconds: a quarter of an hour, more or
/// less, so that the desks of an old server do not all ask at one moment.
const UPGRADE_MIN_MS: u64 = 12 * 60 * 1_000;
/// The longest.
const UPGRADE_MAX_MS: u64 = 18 * 60 * 1_000;

/// After this many failures the bound of the rest has reached its longest.
const DOUBLINGS_MAX: u32 = 6;

/// Failures in a row of one kind of thing, and until when it rests.
#[derive(Clone, Debug, Default)]
pub(crate) struct Backoff {
    failures: u32,
    until: Option<Timestamp>,
}

impl Backoff {
    /// Rests after one more failure; at least as long as the server asked for.
    pub(crate) fn fail(&mut self, now: Timestamp, retry_after_s: Option<u32>, luck: &mut Luck) {
        let bound_ms = (REST_MIN_MS << self.failures.min(DOUBLINGS_MAX)).min(REST_MAX_MS);
        let own_ms = REST_MIN_MS + luck.below(bound_ms - REST_MIN_MS + 1);
        let asked_ms = u64::from(retry_after_s.unwrap_or(0).min(RETRY_AFTER_MAX_S)) * 1_000;
        self.failures = self.failures.saturating_add(1);
        self.until = Some(later(now, own_ms.max(asked_ms)));
    }

    /// It worked.
    pub(crate) fn succeed(&mut self) {
        *self = Self::default();
    }

    /// Try now, whatever happened before.
    pub(crate) fn wake(&mut self) {
        self.until = None;
    }

    /// Whether it may be tried.
    pub(crate) fn is_over(&self, now: Timestamp) -> bool {
        self.until.is_none_or(|until| until <= now)
    }

    /// When it may be tried again.
    pub(crate) fn until(&self) -> Option<Timestamp> {
        self.until
    }
}

/// `ms` milliseconds after `now`; stays within the calendar.
pub(crate) fn later(now: Timestamp, ms: u64) -> Timestamp {
    let ms = i64::try_from(ms).unwrap_or(i64::MAX);
    now.checked_add(SignedDuration::from_millis(ms)).unwrap_or(Timestamp::MAX)
}

/// When to ask again whether an upgrade was made.
pub(crate) fn much_later(now: Timestamp, luck: &mut Luck) -> Timestamp {
    later(now, UPGRADE_MIN_MS + luck.below(UPGRADE_MAX_MS - UPGRADE_MIN_MS + 1))
}

/// SplitMix64: chance enough for jitter, and nothing else may use it.
#[derive(Clone, Debug)]
pub(crate) struct Luck(u64);

impl Luck {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `bound`, which is not 0.
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % bound
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rest_ms(backoff: &Backoff, now: Timestamp) -> i64 {
        backoff.until().expect("it failed").as_millisecond() - now.as_millisecond()
    }

    #[test]
    fn rests_stay_between_half_a_second_and_thirty() {
        let now = Timestamp::UNIX_EPOCH;
        for seed in 0..200 {
            let (mut luck, mut backoff) = (Luck::new(seed), Backoff::default());
            for failure in 0..20 {
                backoff.fail(now, None, &mut luck);
                let ms = rest_ms(&backoff, now);
                assert!((500..=30_000).contains(&ms), "{ms} ms after failure {failure}");
            }
        }
    }

    #[test]
    fn a_server_that_asks_for_patience_gets_it_up_to_a_bound() {
        let now = Timestamp::UNIX_EPOCH;
        let table = [(Some(40), 40_000), (Some(1_000_000), 300_000)];
        for (asked_s, at_least_ms) in table {
            let (mut luck, mut backoff) = (Luck::new(1), Backoff::default());
            backoff.fail(now, asked_s, &mut luck);
            assert_eq!(rest_ms(&backoff, now), at_least_ms);
        }
    }

    #[test]
    fn desks_with_other_seeds_come_back_at_other_moments() {
        let now = Timestamp::UNIX_EPOCH;
        let rests: std::collections::BTreeSet<i64> = (0..50)
            .map(|seed| {
                let (mut luck, mut backoff) = (Luck::new(seed), Backoff::default());
                (0..6).for_each(|_| backoff.fail(now, None, &mut luck));
                rest_ms(&backoff, now)
            })
            .collect();
        assert!(rests.len() > 40, "only {} different rests", rests.len());
    }
}
