//! Follow: the feed after the cursor, by pulling and by listening, and the watch over both.
//!
//! ```text
//!   behind ──Pull──▶ at the head ──OpenStream──▶ listening ──frame that fits──▶ TakeRows
//!     ▲                                             │
//!     └── a frame that skips, a poke, behind for a second ─┘
//!
//!   watch: 35 s without a word, or 5 s behind without progress ──▶ tear down, rest, hello
//! ```
//!
//! A half-open connection looks idle, so silence is never taken for peace.

use std::collections::VecDeque;

use holdfast_domain::OperationId;
use holdfast_protocol::change::{Batch, Commit, StreamFrame};
use holdfast_protocol::hello::Rights;
use holdfast_protocol::limits::{CHANGES_ROWS, SILENCE_S};
use jiff::Timestamp;

use super::{Engine, Writing};
use crate::action::{Action, Taking};
use crate::backoff::{Backoff, Luck, later};
use crate::event::Call;
use crate::trouble::Trouble;

/// Frames kept while the disk is busy; beyond it the desk pulls instead.
pub const FRAMES_MAX: usize = 64;
/// Behind for so long, a listening desk asks, milliseconds.
pub const NUDGE_MS: u64 = 1_000;
/// Behind for so long without progress, the connection is torn down, milliseconds.
pub const STUCK_MS: u64 = 5_000;

/// Changes of several frames that are written in one transaction.
const TAKEN_TOGETHER_MAX: usize = 200;

#[derive(Debug, Default)]
pub(super) struct Follow {
    pull: Option<Purpose>,
    pull_wanted: bool,
    pull_rest: Backoff,
    pull_failed: bool,
    pulled: Option<(Purpose, Taking)>,
    stream: Stream,
    stream_rest: Backoff,
    frames: VecDeque<StreamFrame>,
    /// Since when the server is known to be ahead without progress.
    behind_since: Option<Timestamp>,
}

/// What a pull is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Purpose {
    Cursor,
    /// Between an older snapshot and the cursor, which is this.
    Gap {
        to: i64,
    },
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stream {
    #[default]
    Closed,
    Opening,
    Open {
        heard_at: Timestamp,
    },
}

impl Follow {
    pub(super) fn wake(&mut self) {
        self.pull_rest.wake();
        self.stream_rest.wake();
        self.pull_wanted = true;
    }

    /// What is here follows a cursor that does not count any more.
    pub(super) fn drop_all(&mut self) {
        self.pulled = None;
        self.frames.clear();
    }

    /// The agent's rights have changed: what was told under the former ones may show what she may
    /// not see any more, or lack what she sees now. It is asked for again.
    pub(super) fn distrust(&mut self) {
        self.pull_wanted |= self.pulled.is_some() || !self.frames.is_empty();
        self.drop_all();
    }

    pub(super) fn keeps_up(&self, now: Timestamp) -> bool {
        matches!(self.stream, Stream::Open { .. })
            && self.behind_since.is_none_or(|since| now < later(since, NUDGE_MS))
    }

    pub(super) fn note_distance(&mut self, behind: bool, now: Timestamp) {
        match behind {
            true => self.behind_since = self.behind_since.or(Some(now)),
            false => self.behind_since = None,
        }
    }

    pub(super) fn failed(
        &mut self,
        call: Call,
        trouble: &Trouble,
        now: Timestamp,
        luck: &mut Luck,
    ) {
        match call {
            Call::OpenStream => {
                self.stream = Stream::Closed;
                self.stream_rest.fail(now, trouble.retry_after_s(), luck);
                // Nobody tells of anything now: before each try to listen it is asked.
                self.pull_wanted = true;
            }
            _ => {
                if call == Call::Pull {
                    self.pull = None;
                }
                self.frames.clear();
                (self.pull_failed, self.pull_wanted) = (true, true);
                self.pull_rest.fail(now, trouble.retry_after_s(), luck);
            }
        }
    }

    /// The frames that follow each other from the cursor on, as one taking of bounded size.
    fn frames_from(&mut self, cursor: i64) -> Option<Taking> {
        self.frames.retain(|frame| frame.to > cursor);
        let first = self.frames.pop_front()?;
        if first.prev != cursor {
            self.frames.clear();
            self.pull_wanted = true;
            return None;
        }
        let mut taking = Taking {
            epoch: first.epoch,
            since: cursor,
            to: first.to,
            commits: first.commits,
            moves_cursor: true,
        };
        let mut changes = count(&taking.commits);
        while let Some(next) = self.frames.front() {
            changes += count(&next.commits);
            if next.prev != taking.to || changes > TAKEN_TOGETHER_MAX {
                break;
            }
            let next = self.frames.pop_front().expect("there is a front");
            taking.to = next.to;
            taking.commits.extend(next.commits);
        }
        Some(taking)
    }
}

impl Engine {
    /// Hears nothing more of the stream, and of trying to open one.
    pub(super) fn close_stream(&mut self, out: &mut Vec<Action>) {
        let follow = &mut self.follow;
        if follow.stream != Stream::Closed {
            follow.stream = Stream::Closed;
            self.running.remove(&Call::OpenStream);
            out.push(Action::CloseStream);
        }
        follow.frames.clear();
        follow.behind_since = None;
        follow.pull_wanted = true;
    }

    /// Tears down what has been silent or stuck for too long.
    pub(super) fn watch(&mut self, now: Timestamp, out: &mut Vec<Action>) {
        let trouble = match self.follow.stream {
            Stream::Open { heard_at } if later(heard_at, SILENCE_S * 1_000) <= now => {
                Trouble::Silent
            }
            _ if self.is_stuck(now) => Trouble::Stuck,
            _ => return,
        };
        self.go_to_rest(Call::Hello, &trouble, now, out);
    }

    fn is_stuck(&self, now: Timestamp) -> bool {
        let long = |since| later(since, STUCK_MS) <= now;
        self.follow.behind_since.is_some_and(long)
            && self.writing.is_none()
            && self.granted.is_none()
            && self.follow.pull.is_none()
            && !self.follow.pull_failed
    }

    /// When following needs to be looked at again.
    pub(super) fn moments_of_following(&self, now: Timestamp) -> Vec<Option<Timestamp>> {
        let follow = &self.follow;
        let silent = match follow.stream {
            Stream::Open { heard_at } => Some(later(heard_at, SILENCE_S * 1_000)),
            _ => None,
        };
        let nudge = follow.behind_since.map(|since| later(since, NUDGE_MS));
        let nudge = nudge.filter(|at| *at > now);
        let stuck = follow.behind_since.map(|since| later(since, STUCK_MS));
        vec![silent, nudge, stuck, follow.pull_rest.until(), follow.stream_rest.until()]
    }

    pub(super) fn go_on_listening(&mut self, now: Timestamp, out: &mut Vec<Action>) {
        self.take_what_is_here(out);
        self.ask_for_more(now, out);
        let follow = &mut self.follow;
        if self.has_cursor
            && follow.stream == Stream::Closed
            && follow.pull.is_none()
            && !follow.pull_wanted
            && self.cursor >= self.head
            && follow.stream_rest.is_over(now)
        {
            follow.stream = Stream::Opening;
            let since = self.cursor;
            self.ask(Call::OpenStream, Action::OpenStream { since }, out);
        }
    }

    fn take_what_is_here(&mut self, out: &mut Vec<Action>) {
        if self.writing.is_some() || !self.has_cursor || self.granted.is_some() {
            return;
        }
        let (purpose, taking) = match self.follow.pulled.take() {
            Some(pulled) => pulled,
            None => match self.follow.frames_from(self.cursor) {
                Some(taking) => (Purpose::Cursor, taking),
                None => return,
            },
        };
        self.writing = Some(match purpose {
            Purpose::Cursor => Writing::Rows,
            Purpose::Gap { .. } => Writing::Gap { to: taking.to },
        });
        self.ask(Call::TakeRows, Action::TakeRows(taking), out);
    }

    fn ask_for_more(&mut self, now: Timestamp, out: &mut Vec<Action>) {
        let follow = &mut self.follow;
        let free = self.has_cursor
            && self.granted.is_none()
            && follow.pull.is_none()
            && follow.pulled.is_none()
            && self.writing.is_none()
            && follow.pull_rest.is_over(now);
        if !free {
            return;
        }
        let listening = matches!(follow.stream, Stream::Open { .. });
        let nudged = follow.behind_since.is_some_and(|since| later(since, NUDGE_MS) <= now);
        let behind = self.cursor < self.head && (!listening || nudged);
        let (purpose, since) = match self.fetch.gap() {
            _ if follow.pull_wanted || behind => (Purpose::Cursor, self.cursor),
            Some((after, to)) => (Purpose::Gap { to }, after),
            None => return,
        };
        follow.pull = Some(purpose);
        self.ask(Call::Pull, Action::Pull { since, max_rows: CHANGES_ROWS }, out);
    }

    pub(super) fn pulled(&mut self, batch: Batch, now: Timestamp, out: &mut Vec<Action>) {
        let Some(purpose) = self.follow.pull.take() else {
            return;
        };
        self.follow.pull_failed = false;
        if !makes_sense(&batch) {
            return self.failed(Call::Pull, &Trouble::Garbage, now, out);
        }
        if Some(batch.epoch) != self.epoch {
            return self.failed(Call::Pull, &Trouble::EpochChanged, now, out);
        }
        if !self.is_under_known(&batch.rights) {
            return self.doubt_rights(Call::Pull, now, out);
        }
        self.troubles.remove(&Call::Pull);
        self.reachable = true;
        self.note_head(batch.head, now);
        match purpose {
            Purpose::Cursor => self.pulled_after_cursor(batch, now),
            Purpose::Gap { to } => self.pulled_gap(batch, to),
        }
    }

    fn pulled_after_cursor(&mut self, batch: Batch, now: Timestamp) {
        if batch.since != self.cursor {
            return;
        }
        self.follow.pull_wanted = false;
        if batch.to > batch.since {
            self.follow.pull_rest.succeed();
            self.follow.pulled = Some((Purpose::Cursor, taking_of(batch, true)));
        } else if self.cursor < self.head {
            // Behind, and nothing comes: not again at once; the watch counts on.
            self.follow.pull_rest.fail(now, None, &mut self.luck);
        }
    }

    /// Of the gap nothing beyond the cursor is taken: that comes in its turn, with its outcomes.
    fn pulled_gap(&mut self, batch: Batch, cursor: i64) {
        if self.fetch.gap().is_none_or(|(after, _)| after != batch.since) {
            return;
        }
        let mut taking = taking_of(batch, false);
        if taking.to == taking.since {
            return self.fetch.gap_taken(cursor);
        }
        taking.commits.retain(|commit| commit.seq <= cursor);
        self.follow.pulled = Some((Purpose::Gap { to: cursor }, taking));
    }

    pub(super) fn batch_taken(
        &mut self,
        (cursor, rights): (i64, bool),
        settled: &[OperationId],
        now: Timestamp,
        out: &mut Vec<Action>,
    ) {
        match self.writing.take() {
            Some(Writing::Gap { to }) => self.fetch.gap_taken(to),
            _ => {
                self.cursor = cursor;
                self.follow.behind_since = None;
                self.note_head(cursor, now);
            }
        }
        self.follow.pull_rest.succeed();
        self.progress(Call::TakeRows);
        self.push.settled(settled);
        // A hello that was answered since has told of them.
        if rights && cursor > self.granted_at && self.phase == super::Phase::Following {
            self.greet(out);
        }
    }

    pub(super) fn stream_opened(&mut self, now: Timestamp) {
        if self.follow.stream == Stream::Opening {
            self.follow.stream = Stream::Open { heard_at: now };
            self.progress(Call::OpenStream);
        }
    }

    pub(super) fn stream_frame(
        &mut self,
        frame: StreamFrame,
        now: Timestamp,
        out: &mut Vec<Action>,
    ) {
        if !self.hear(now) {
            return;
        }
        if !self.is_under_known(&frame.rights) {
            return self.doubt_rights(Call::OpenStream, now, out);
        }
        let (ours, sane) = (Some(frame.epoch) == self.epoch, frame_makes_sense(&frame));
        if !ours || !sane || self.follow.frames.len() >= FRAMES_MAX {
            self.follow.frames.clear();
            self.follow.pull_wanted = true;
            return;
        }
        self.note_head(frame.to, now);
        self.follow.frames.push_back(frame);
    }

    pub(super) fn stream_head(&mut self, head: i64, now: Timestamp) {
        if self.hear(now) {
            self.note_head(head, now);
            self.follow.pull_wanted |=
                self.follow.frames.is_empty() && self.writing.is_none() && self.cursor < self.head;
        }
    }

    /// A hello tells whether the server is there, and what it has become meanwhile.
    pub(super) fn stream_closed(&mut self, now: Timestamp, out: &mut Vec<Action>) {
        if self.follow.stream != Stream::Closed {
            self.follow.stream = Stream::Closed;
            self.follow.frames.clear();
            self.follow.pull_wanted = true;
            self.follow.stream_rest.fail(now, None, &mut self.luck);
            if self.phase == super::Phase::Following {
                self.greet(out);
            }
        }
    }

    /// Whether something was told under the rights that the last hello told of. What others did not
    /// show would never come again.
    fn is_under_known(&mut self, rights: &Rights) -> bool {
        let known = *rights == self.rights;
        self.rights_doubted &= !known;
        known
    }

    /// The rights have changed since the last hello, or are about to be told of in one that is on
    /// its way. If a hello does not tell of them either, it is said again only after a rest.
    fn doubt_rights(&mut self, call: Call, now: Timestamp, out: &mut Vec<Action>) {
        self.close_stream(out);
        if self.phase != super::Phase::Following {
            return;
        }
        match std::mem::replace(&mut self.rights_doubted, true) {
            true => self.failed(call, &Trouble::RightsChanged, now, out),
            false => self.greet(out),
        }
    }

    /// The stream lives, if it is the one that is listened to.
    fn hear(&mut self, now: Timestamp) -> bool {
        let open = matches!(self.follow.stream, Stream::Open { .. });
        if open {
            self.follow.stream = Stream::Open { heard_at: now };
            self.follow.stream_rest.succeed();
        }
        open
    }
}

fn count(commits: &[Commit]) -> usize {
    commits.iter().map(|commit| commit.changes.len()).sum()
}

fn taking_of(batch: Batch, moves_cursor: bool) -> Taking {
    let Batch { epoch, since, to, commits, .. } = batch;
    Taking { epoch, since, to, commits, moves_cursor }
}

fn makes_sense(batch: &Batch) -> bool {
    batch.since <= batch.to
        && batch.to <= batch.head
        && in_order(&batch.commits, batch.since)
        && batch.commits.last().is_none_or(|last| last.seq <= batch.to)
}

fn frame_makes_sense(frame: &StreamFrame) -> bool {
    frame.prev <= frame.to
        && in_order(&frame.commits, frame.prev)
        && frame.commits.last().is_none_or(|last| last.seq <= frame.to)
}

fn in_order(commits: &[Commit], after: i64) -> bool {
    let mut last = after;
    commits.iter().all(|commit| {
        let later = commit.seq > last;
        last = commit.seq;
        later
    })
}
