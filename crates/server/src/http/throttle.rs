//! Throttle: how often one may try to sign in, by login and by address.
//!
//! Right and wrong tries count alike: whoever has the password does not need many. Deliberately
//! absent: throttling of anything else (a token is needed for it, and bodies are bounded).

use std::net::IpAddr;
use std::num::NonZeroU32;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::state::keyed::HashMapStateStore;
use governor::{Quota, RateLimiter};
use holdfast_protocol::{Code, Failure};

use crate::config::Limits;

/// Logins and addresses remembered before those that are quiet again are dropped.
const REMEMBERED_MAX: usize = 10_000;

type Limiter<K> = RateLimiter<K, HashMapStateStore<K>, DefaultClock>;

/// Who tried how often.
pub struct Throttle {
    logins: Limiter<String>,
    addresses: Limiter<IpAddr>,
    clock: DefaultClock,
}

impl Throttle {
    /// Within these bounds.
    pub fn new(limits: &Limits) -> Self {
        let every = Duration::from_secs(u64::from(limits.sign_in_every_s.max(1)));
        let logins = quota(every, limits.sign_ins_per_login);
        let addresses = quota(every / 60, limits.sign_ins_per_address);
        let clock = DefaultClock::default();
        Self {
            logins: RateLimiter::hashmap(logins),
            addresses: RateLimiter::hashmap(addresses),
            clock,
        }
    }

    /// Counts a try; a failure with the time to wait if there were too many.
    pub fn check(&self, login: &str, address: IpAddr) -> Result<(), Failure> {
        if self.logins.len() > REMEMBERED_MAX || self.addresses.len() > REMEMBERED_MAX {
            self.logins.retain_recent();
            self.addresses.retain_recent();
        }
        let wait = match self.addresses.check_key(&address) {
            Ok(()) => self.logins.check_key(&login.to_lowercase()),
            refused => refused,
        };
        wait.map_err(|until| {
            let seconds = until.wait_time_from(self.clock.now()).as_secs() + 1;
            let failure = Failure::new(Code::Throttled, "too many tries to sign in: wait");
            failure.with("retry_after_s", seconds)
        })
    }
}

fn quota(every: Duration, burst: u32) -> Quota {
    let burst = NonZeroU32::new(burst).unwrap_or(NonZeroU32::MIN);
    Quota::with_period(every).map_or(Quota::per_minute(burst), |quota| quota.allow_burst(burst))
}
