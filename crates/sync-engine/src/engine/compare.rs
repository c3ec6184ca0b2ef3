//! Compare: whether a scope on disk is what the server has. At a snapshot's end, every ten
//! minutes, and after each heal; only at the head, where the comparison means something.
//!
//! ```text
//!   trusted ──differs──▶ refetch what differs ──differs again──▶ fetch the scope again
//!      ▲                                                              │
//!      └──────────────────────── equal ◀──────────────────────────────┤ differs: reported,
//!                                                                     ▼ looked at next time
//! ```

use std::collections::BTreeMap;

use holdfast_protocol::hello::Scope;
use jiff::Timestamp;

use super::Engine;
use crate::action::Action;
use crate::backoff::later;
use crate::event::{Call, Verdict};

/// Between comparisons of one scope, milliseconds.
pub const COMPARE_EVERY_MS: u64 = 10 * 60 * 1_000;
/// After a comparison that could not be made, milliseconds.
pub const COMPARE_AGAIN_MS: u64 = 30 * 1_000;
/// More tickets than this are not fetched one by one.
pub const REFETCH_MAX: usize = 64;

#[derive(Debug, Default)]
pub(super) struct Compare {
    due: BTreeMap<Scope, Timestamp>,
    running: bool,
    /// How often in a row a scope has differed.
    distrust: BTreeMap<Scope, u8>,
    healing: bool,
}

impl Compare {
    /// The connection was broken: everything is compared once it stands again.
    pub(super) fn heal(&mut self) {
        self.healing = true;
    }

    pub(super) fn due_at(&mut self, scope: &str, at: Timestamp) {
        self.due.insert(scope.to_owned(), at);
    }

    pub(super) fn keep_only(&mut self, granted: &[Scope]) {
        self.due.retain(|scope, _| granted.contains(scope));
        self.distrust.retain(|scope, _| granted.contains(scope));
    }

    pub(super) fn failed(&mut self, now: Timestamp) {
        self.running = false;
        let again = later(now, COMPARE_AGAIN_MS);
        self.due.values_mut().for_each(|due| *due = (*due).max(again));
    }

    pub(super) fn moment(&self, synced: bool) -> Option<Timestamp> {
        self.due.values().min().copied().filter(|_| synced && !self.running)
    }
}

impl Engine {
    pub(super) fn go_on_comparing(&mut self, now: Timestamp, out: &mut Vec<Action>) {
        if !self.is_synced(now) || self.cursor < self.head || self.compare.running {
            return;
        }
        if std::mem::take(&mut self.compare.healing) {
            self.compare.due = self.scopes.keys().map(|scope| (scope.clone(), now)).collect();
        }
        let due = self.compare.due.iter().find(|(_, due)| **due <= now);
        if let Some(scope) = due.map(|(scope, _)| scope.clone()) {
            self.compare.running = true;
            self.ask(Call::Digest, Action::Digest(scope), out);
        }
    }

    pub(super) fn digest_answered(
        &mut self,
        scope: Scope,
        verdict: Verdict,
        now: Timestamp,
        out: &mut Vec<Action>,
    ) {
        self.compare.running = false;
        if !self.scopes.contains_key(&scope) {
            return;
        }
        let wait_ms = match verdict {
            Verdict::NotAtHead => COMPARE_AGAIN_MS,
            Verdict::Equal | Verdict::Differs(_) => COMPARE_EVERY_MS,
        };
        self.compare.due_at(&scope, later(now, wait_ms));
        match verdict {
            Verdict::NotAtHead => {}
            Verdict::Equal => {
                self.compare.distrust.remove(&scope);
                self.troubles.remove(&Call::Digest);
            }
            Verdict::Differs(tickets) => self.differs(scope, tickets, out),
        }
    }

    fn differs(
        &mut self,
        scope: Scope,
        tickets: Vec<holdfast_domain::TicketId>,
        out: &mut Vec<Action>,
    ) {
        let times = self.compare.distrust.entry(scope.clone()).or_default();
        *times = times.saturating_add(1);
        match *times {
            1 if tickets.len() <= REFETCH_MAX => {
                self.compare.running = true;
                self.ask(Call::Refetch, Action::Refetch { scope, tickets }, out);
            }
            1 | 2 => {
                *times = 2;
                self.fetch_again(&scope);
            }
            _ => {
                self.troubles.insert(Call::Digest, "digest");
            }
        }
    }

    pub(super) fn refetched(&mut self, scope: Scope, now: Timestamp) {
        self.compare.running = false;
        self.troubles.remove(&Call::Refetch);
        self.compare.due.insert(scope, now);
    }
}
