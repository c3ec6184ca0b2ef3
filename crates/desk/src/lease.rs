//! Lease: whether this desk may show what it holds.
//!
//! ```text
//!          longer without the server than the lease
//!   open ────────────────────────────────────────────▶ over
//!    │ ▲────────────── signed in, hello ───────────────┘
//!    │ ▲────────────── signed in ────────────────────────┐
//!    ├──────────── the server: this account is disabled ─▶ revoked
//!    └──────────── the server: this desk is revoked ─▶ desk revoked ─▶ (`crate::revocation`)
//! ```
//!
//! While it may not, no command shows or changes a ticket, a draft or the outbox; all of it stays,
//! encrypted, and the sync goes on trying. How long it was is measured with this computer's clock.
//! Setting that back wins nothing: time that was seen stays seen, also over a restart, and while
//! the program runs it goes on by ticks.
//!
//! Deliberately absent: erasing anything, and how long a lease is, which is the server's to say.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use holdfast_cache::{Db, Result, WriteTx, table};
use holdfast_protocol::limits::READ_LEASE_DAYS;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use crate::clock::Clock;
use crate::ipc::error::{Code, Failure};

const KEY: &str = "lease";
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Why nothing may be shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Barred {
    /// The server was not reached for so many days.
    Over {
        /// The lease.
        days: u32,
    },
    /// The server says that the account is disabled.
    Revoked,
    /// The server says that this desk is to end.
    DeskRevoked,
}

/// What is on the disk. Times are this computer's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Kept {
    /// How long tickets may be shown without the server; at least a day.
    days: u32,
    /// When the server was heard last.
    heard: Timestamp,
    /// The latest time that was seen since.
    seen: Timestamp,
    /// The account was disabled.
    revoked: bool,
    /// This desk was revoked. Nothing opens it again.
    #[serde(default)]
    desk_revoked: bool,
}

impl Kept {
    fn new(days: u32, now: Timestamp) -> Self {
        Self { days, heard: now, seen: now, revoked: false, desk_revoked: false }
    }
}

/// The lease of an open session.
pub struct Lease {
    clock: Arc<dyn Clock>,
    /// With the ticks at which it was last brought up to date.
    kept: Mutex<(Kept, i64)>,
}

impl Lease {
    /// As the disk has it; a profile that knows of none begins one.
    pub async fn load(db: &mut Db, clock: Arc<dyn Clock>) -> Result<Self> {
        let kept = table::setting::get::<Kept>(db, KEY).await?;
        let kept = kept.unwrap_or_else(|| Kept::new(READ_LEASE_DAYS, clock.now()));
        let kept = Mutex::new((kept, clock.ticks_us()));
        Ok(Self { clock, kept })
    }

    /// Why nothing may be shown now; `None` if it may.
    pub fn barred(&self) -> Option<Barred> {
        let kept = self.up_to_date();
        let Kept { days, heard, seen, revoked, desk_revoked } = kept.0;
        if desk_revoked {
            return Some(Barred::DeskRevoked);
        }
        if revoked {
            return Some(Barred::Revoked);
        }
        let lease = DAY.saturating_mul(i32::try_from(days).unwrap_or(i32::MAX));
        (seen.duration_since(heard) > lease).then_some(Barred::Over { days })
    }

    /// Signed in: the server has just let this agent in, and she may see what she has again.
    pub async fn signed_in(&self, tx: &mut WriteTx) -> Result<()> {
        let days = self.lock().0.days;
        self.heard(tx, days).await
    }

    /// The server has welcomed this desk and said how long a lease is.
    pub async fn heard(&self, tx: &mut WriteTx, days: u32) -> Result<()> {
        let desk_revoked = self.lock().0.desk_revoked;
        let fresh = Kept { desk_revoked, ..Kept::new(days.max(1), self.clock.now()) };
        *self.lock() = (fresh, self.clock.ticks_us());
        self.keep(tx).await
    }

    /// The server says that the account is disabled, or that this desk is to end. True if that is
    /// new.
    pub async fn revoke(&self, tx: &mut WriteTx, desk: bool) -> Result<bool> {
        let new = {
            let mut kept = self.lock();
            let flag = if desk { &mut kept.0.desk_revoked } else { &mut kept.0.revoked };
            !std::mem::replace(flag, true)
        };
        self.keep(tx).await.map(|()| new)
    }

    /// Writes down how late it is, so that a clock set back between two sessions wins nothing.
    pub async fn keep(&self, tx: &mut WriteTx) -> Result<()> {
        let kept = self.up_to_date().0.clone();
        table::setting::set(tx, KEY, &kept).await
    }

    /// The lease with time passed: by the clock, or by ticks if the clock was set back.
    fn up_to_date(&self) -> MutexGuard<'_, (Kept, i64)> {
        let mut kept = self.lock();
        let ticks = self.clock.ticks_us();
        let passed = SignedDuration::from_micros((ticks - kept.1).max(0));
        let at_least = kept.0.seen.checked_add(passed).unwrap_or(Timestamp::MAX);
        *kept = (Kept { seen: self.clock.now().max(at_least), ..kept.0.clone() }, ticks);
        kept
    }

    fn lock(&self) -> MutexGuard<'_, (Kept, i64)> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl From<Barred> for Failure {
    fn from(barred: Barred) -> Self {
        match barred {
            Barred::Over { days } => {
                let why = "the server was not reached for longer than the read lease";
                Self::new(Code::LeaseOver, why).with("days", days)
            }
            Barred::DeskRevoked => Self::new(Code::DeskRevoked, "the server has revoked this desk"),
            Barred::Revoked => Self::new(Code::Revoked, "the server has disabled this account"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt;
    use futures_util::future::BoxFuture;
    use std::time::Duration;

    /// A clock on a wall that can be set, over ticks that cannot.
    #[derive(Default)]
    struct Set(Mutex<(i64, i64)>);

    impl Set {
        fn pass(&self, hours: i64) {
            let mut both = self.0.lock().expect("not poisoned");
            *both = (both.0 + hours, both.1 + hours);
        }

        fn set_back(&self, hours: i64) {
            self.0.lock().expect("not poisoned").0 -= hours;
        }
    }

    impl Clock for Set {
        fn now(&self) -> Timestamp {
            let hours = self.0.lock().expect("not poisoned").0;
            Timestamp::UNIX_EPOCH + SignedDuration::from_hours(hours)
        }

        fn ticks_us(&self) -> i64 {
            self.0.lock().expect("not poisoned").1 * 3_600_000_000
        }

        fn sleep(&self, _: Duration) -> BoxFuture<'static, ()> {
            std::future::pending().boxed()
        }
    }

    fn lease(days: u32) -> (Arc<Set>, Lease) {
        let clock = Arc::new(Set::default());
        let lease = after_restart(&clock, Kept::new(days, clock.now()));
        (clock, lease)
    }

    fn after_restart(clock: &Arc<Set>, kept: Kept) -> Lease {
        let kept = Mutex::new((kept, clock.ticks_us()));
        Lease { clock: Arc::clone(clock) as Arc<dyn Clock>, kept }
    }

    #[test]
    fn a_desk_shows_tickets_for_as_long_as_its_lease_and_no_longer() {
        let (clock, lease) = lease(14);
        clock.pass(14 * 24);
        assert_eq!(lease.barred(), None, "to the last moment");
        clock.pass(1);
        assert_eq!(lease.barred(), Some(Barred::Over { days: 14 }));
    }

    #[test]
    fn setting_the_clock_back_wins_nothing_while_the_program_runs() {
        let (clock, lease) = lease(2);
        clock.pass(40);
        assert_eq!(lease.barred(), None);
        clock.set_back(40);
        clock.pass(9);
        assert_eq!(lease.barred(), Some(Barred::Over { days: 2 }), "40 and 9 hours");
    }

    #[test]
    fn setting_the_clock_back_wins_nothing_over_a_restart() {
        let (clock, lease) = lease(2);
        clock.pass(47);
        let kept = lease.up_to_date().0.clone();
        clock.set_back(40);
        let lease = after_restart(&clock, kept);
        assert_eq!(lease.barred(), None);
        clock.pass(2);
        assert_eq!(lease.barred(), Some(Barred::Over { days: 2 }));
    }

    #[test]
    fn a_lease_that_is_over_stays_over_when_the_clock_is_set_back() {
        let (clock, lease) = lease(2);
        clock.pass(49);
        assert!(lease.barred().is_some());
        clock.set_back(48);
        assert!(lease.barred().is_some());
    }
}
