//! Push: what waits goes out in order, numbers are taken at the first push, and whatever is
//! unclear stops it.
//!
//! ```text
//!   Idle ──something changed──▶ Reading ──something may go──▶ Pushing ──answered──▶ Idle
//!    ▲                             │ nothing may go              │ failed: rest
//!    └─────────────────────────────┴─────────────────────────────┘
//! ```
//!
//! An answer only stops the resending: an operation is settled when the cursor reaches its
//! outcome. After a fault of the server operations go one at a time, so that the one that brings
//! it about fails alone and can settle as a fault.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_domain::OperationId;
use holdfast_protocol::hello::Limits;
use holdfast_protocol::limits::{PUSH_BYTES_MAX, PUSH_OPERATIONS_MAX};
use holdfast_protocol::push::PushAnswer;
use jiff::Timestamp;

use super::{Engine, Writing};
use crate::action::{Action, Renewal};
use crate::backoff::{Backoff, Luck};
use crate::event::Call;
use crate::outbox::{Choice, Terms, Waiting, choose};
use crate::trouble::Trouble;

/// Left free in a push for what stands around the operations, bytes.
const ENVELOPE_BYTES: usize = 64 * 1024;

#[derive(Debug)]
pub(super) struct Push {
    step: Step,
    changed: bool,
    rest: Backoff,
    understood: BTreeSet<String>,
    /// Operations the server settled in a commit that the cursor has not reached.
    answered: BTreeMap<OperationId, i64>,
    /// The last number of the desk and of the server, as they were at hello.
    numbers: Option<(i64, i64)>,
    operations_max: usize,
    bytes_max: usize,
    /// How many go at a time now; less than `operations_max` after a fault.
    at_a_time: usize,
    release_at: Option<Timestamp>,
    /// When each operation was to be released, as it was first read. A wall clock that is set back
    /// says later each time it is asked; nothing waits longer for that.
    released: BTreeMap<OperationId, Timestamp>,
}

#[derive(Debug, PartialEq, Eq)]
enum Step {
    Idle,
    Reading,
    Pushing(usize),
}

impl Push {
    pub(super) fn new(operations_max: usize, bytes_max: usize) -> Self {
        Self {
            step: Step::Idle,
            changed: true,
            rest: Backoff::default(),
            understood: BTreeSet::new(),
            answered: BTreeMap::new(),
            numbers: None,
            operations_max,
            bytes_max,
            at_a_time: operations_max,
            release_at: None,
            released: BTreeMap::new(),
        }
    }

    pub(super) fn stir(&mut self) {
        self.changed = true;
    }

    pub(super) fn wake(&mut self) {
        self.rest.wake();
        self.changed = true;
    }

    pub(super) fn welcome(&mut self, ours: i64, theirs: i64, limits: &Limits) {
        self.changed = true;
        // With a push under way the two counts are of different moments.
        let still = self.step == Step::Idle && self.answered.is_empty();
        self.numbers = still.then_some((ours, theirs));
        self.operations_max = limits.push_operations.clamp(1, PUSH_OPERATIONS_MAX);
        self.bytes_max = limits.push_bytes.clamp(1, PUSH_BYTES_MAX).saturating_sub(ENVELOPE_BYTES);
        self.at_a_time = self.at_a_time.min(self.operations_max);
    }

    pub(super) fn understand(&mut self, operations: Vec<String>) {
        self.understood = operations.into_iter().collect();
    }

    /// Numbers or the desk's id are new: what was answered must be answered again.
    pub(super) fn forget_answers(&mut self) {
        self.answered.clear();
        self.changed = true;
    }

    pub(super) fn settled(&mut self, settled: &[OperationId]) {
        if !settled.is_empty() {
            self.changed = true;
            self.numbers = None;
            settled.iter().for_each(|id| {
                self.answered.remove(id);
            });
        }
    }

    pub(super) fn on_the_way(&self) -> u32 {
        let pushing = if let Step::Pushing(count) = self.step { count } else { 0 };
        u32::try_from(self.answered.len() + pushing).unwrap_or(u32::MAX)
    }

    pub(super) fn moment(&self) -> Option<Timestamp> {
        self.rest.until().into_iter().chain(self.release_at).min()
    }

    pub(super) fn failed(&mut self, trouble: &Trouble, now: Timestamp, luck: &mut Luck) {
        self.step = Step::Idle;
        self.changed = true;
        self.rest.fail(now, trouble.retry_after_s(), luck);
        match trouble {
            Trouble::Internal => self.at_a_time = 1,
            Trouble::TooLarge => self.at_a_time = (self.at_a_time / 2).max(1),
            Trouble::UnknownOperation { name } => {
                self.understood.remove(name);
                self.rest.succeed();
            }
            Trouble::Gap => self.answered.clear(),
            _ => {}
        }
    }

    /// Whether the numbers on both sides tell one story: what the server has not settled of what
    /// this desk numbered must still be waiting here.
    fn numbers_agree(&mut self, waiting: &[Waiting]) -> bool {
        let Some((ours, theirs)) = self.numbers.take() else {
            return true;
        };
        let open: BTreeSet<i64> = waiting.iter().filter_map(|one| one.number).collect();
        let missing = usize::try_from(ours - theirs).unwrap_or(0);
        open.range(theirs + 1..).count() >= missing
    }

    /// The same with the earliest release that was ever read of each.
    fn keep_releases(&mut self, mut waiting: Vec<Waiting>) -> Vec<Waiting> {
        for one in &mut waiting {
            let before = self.released.get(&one.id).copied().unwrap_or(one.release_at);
            one.release_at = one.release_at.min(before);
        }
        self.released = waiting.iter().map(|one| (one.id, one.release_at)).collect();
        waiting
    }
}

impl Engine {
    pub(super) fn go_on_pushing(&mut self, now: Timestamp, out: &mut Vec<Action>) {
        let past = self.is_past_an_outcome();
        let push = &mut self.push;
        push.changed |= past;
        push.changed |= push.release_at.is_some_and(|at| at <= now);
        if push.step == Step::Idle && push.changed && push.rest.is_over(now) {
            push.changed = false;
            push.release_at = None;
            push.step = Step::Reading;
            self.ask(Call::ReadOutbox, Action::ReadOutbox, out);
        }
    }

    pub(super) fn outbox_read(
        &mut self,
        waiting: Vec<Waiting>,
        now: Timestamp,
        out: &mut Vec<Action>,
    ) {
        let waiting = &self.push.keep_releases(waiting);
        self.push.step = Step::Idle;
        if self.phase != super::Phase::Following {
            return self.push.stir();
        }
        self.troubles.remove(&Call::ReadOutbox);
        let ids: BTreeSet<OperationId> = waiting.iter().map(|one| one.id).collect();
        self.push.answered.retain(|id, _| ids.contains(id));
        if !self.push.numbers_agree(waiting) || self.is_past_an_outcome() {
            return self.renew(Renewal::Desk, out);
        }
        let choice = self.choose(waiting, now);
        self.push.release_at = choice.release_at;
        if choice.number_in_the_way {
            return self.renew(Renewal::Desk, out);
        }
        if !choice.push.is_empty() {
            self.push.step = Step::Pushing(choice.push.len());
            self.ask(Call::NumberAndPush, Action::NumberAndPush(choice.push), out);
        }
    }

    fn choose(&self, waiting: &[Waiting], now: Timestamp) -> Choice {
        let answered: BTreeSet<OperationId> = self.push.answered.keys().copied().collect();
        let terms = Terms {
            understood: &self.push.understood,
            answered: &answered,
            operations_max: self.push.at_a_time,
            bytes_max: self.push.bytes_max,
            now,
        };
        choose(waiting, &terms)
    }

    /// The cursor passed an outcome without meeting it: it went to another holder of this desk's
    /// id. Under a new id the server tells it again.
    fn is_past_an_outcome(&self) -> bool {
        let settling = matches!(self.writing, Some(Writing::Rows | Writing::Scope));
        self.has_cursor && !settling && self.push.answered.values().any(|seq| *seq <= self.cursor)
    }

    pub(super) fn push_answered(&mut self, answer: &PushAnswer, now: Timestamp) {
        let pushed = matches!(self.push.step, Step::Pushing(_));
        self.push.step = Step::Idle;
        self.push.changed = true;
        if pushed && answer.settled.is_empty() {
            return self.push.rest.fail(now, None, &mut self.luck);
        }
        self.push.rest.succeed();
        self.progress(Call::NumberAndPush);
        self.push.at_a_time = (self.push.at_a_time * 2).min(self.push.operations_max);
        for settled in &answer.settled {
            self.push.answered.insert(settled.id, settled.seq);
            self.note_head(settled.seq, now);
        }
    }
}
