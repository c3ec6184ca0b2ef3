//! Following: whether desks get on with what happened. A desk whose disk is full, or whose cache
//! cannot take a row, asks for what comes after the same commit again and again; the server cannot
//! help it, and tells its keeper.
//!
//! Only what is asked is looked at. A desk that asks for nothing is away, which its last hello says
//! ([`crate::vitals`]). In memory: after a restart it takes as long again until it is noticed.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

/// Asking from the same place for so long is no accident of the network.
pub const STUCK_AFTER: SignedDuration = SignedDuration::from_mins(10);
/// And so often: a desk that could not reach the server for long asks once or twice.
const TIMES_MIN: u32 = 5;
/// A desk that does not ask any more is not stuck but away.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(1);
/// Desks remembered before those that do not ask any more are dropped.
const DESKS_MAX: usize = 10_000;

/// Where desks ask from.
#[derive(Debug, Default)]
pub struct Following(Mutex<BTreeMap<Uuid, Asking>>);

/// There was more after `since`, each time it was asked.
#[derive(Clone, Copy, Debug)]
struct Asking {
    since: i64,
    times: u32,
    first_at: Timestamp,
    last_at: Timestamp,
}

impl Following {
    /// A desk asked for what comes after a commit; whether it was told anything.
    pub(crate) fn asked(&self, desk: Uuid, since: i64, more: bool, now: Timestamp) {
        let mut desks = self.lock();
        if !more {
            desks.remove(&desk);
            return;
        }
        if desks.len() >= DESKS_MAX && !desks.contains_key(&desk) {
            desks.retain(|_, asking| now.duration_since(asking.last_at) < REMEMBERED);
            if desks.len() >= DESKS_MAX {
                return;
            }
        }
        let first = Asking { since, times: 0, first_at: now, last_at: now };
        let asking = desks.entry(desk).or_insert(first);
        if asking.since != since {
            *asking = first;
        }
        asking.times += 1;
        asking.last_at = now;
    }

    /// How many do not get on.
    pub fn stuck(&self, now: Timestamp) -> usize {
        let is_stuck = |asking: &&Asking| {
            asking.times >= TIMES_MIN
                && asking.last_at.duration_since(asking.first_at) >= STUCK_AFTER
                && now.duration_since(asking.last_at) < REMEMBERED
        };
        self.lock().values().filter(is_stuck).count()
    }

    fn lock(&self) -> MutexGuard<'_, BTreeMap<Uuid, Asking>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_asks_from_one_place_for_long_is_stuck_and_who_gets_on_is_not() {
        let following = Following::default();
        let at = |minutes| Timestamp::UNIX_EPOCH + SignedDuration::from_mins(minutes);
        let (stuck, well, calm) = (Uuid::from_u128(1), Uuid::from_u128(2), Uuid::from_u128(3));
        for minute in 0..11 {
            following.asked(stuck, 7, true, at(minute));
            following.asked(well, minute, true, at(minute));
            following.asked(calm, 9, false, at(minute));
        }
        assert_eq!(following.stuck(at(10)), 1);
        assert_eq!(following.stuck(at(90)), 0, "it does not ask any more");
        following.asked(stuck, 8, true, at(11));
        assert_eq!(following.stuck(at(11)), 0, "it got on");
    }
}
