//! The engine: one state machine that takes events and answers with actions. No clock, no chance
//! of its own, no disk, no network.
//!
//! ```text
//!                Wake, timer                  answered
//!   Resting ────────────────▶ Greeting ───────────────────▶ Following
//!    ▲   ▲     trouble          │  ▲ ▲                        │ │ │ │
//!    │   └──────────────────────┘  │ └────────────────────────┘ │ │ │  rights, stream ended
//!    │          token is there ┌───┴──────┐   token is over     │ │ │
//!    │                         │Refreshing│◀────────────────────┘ │ │
//!    │                         └──────────┘   on disk ┌─────────┐ │ │  epoch, horizon, fork,
//!    │                             Greeting ◀─────────│Renewing │◀┘ │  numbers
//!    │                                                └─────────┘   │
//!    └──────────────────────────────────────────────────────────────┘  refused, cut, time-out,
//!   Away ── Wake ──▶ Greeting                                          silence, stuck
//!    (session ended, revoked, versions apart: from anywhere; versions
//!     apart: a quarter of an hour ──▶ Greeting, still Away to the eye)
//! ```
//!
//! While Following, five things run beside each other, each with a diagram of its own: fetching
//! scopes ([`fetch`]), following the feed ([`follow`]), pushing ([`push`]), comparing digests
//! ([`compare`]), and the watchdogs ([`follow`]). An event changes the state; then `go_on` starts
//! whatever the state allows and is not running. So nothing is lost when a call fails: the state
//! still wants it, and it is started again after a rest.
//!
//! The cursor has one writer at a time ([`Engine::writing`]).

mod compare;
mod fetch;
mod follow;
mod link;
mod push;

use std::collections::{BTreeMap, BTreeSet};

use holdfast_protocol::hello::{PERSONAL, Rights, Scope};
use holdfast_protocol::limits::{PUSH_BYTES_MAX, PUSH_OPERATIONS_MAX};
use jiff::Timestamp;
use uuid::Uuid;

use crate::action::{Action, Renewal};
use crate::backoff::{Backoff, Luck};
use crate::event::{Call, Event};
use crate::status::{Connection, Status};

pub use compare::{COMPARE_AGAIN_MS, COMPARE_EVERY_MS, REFETCH_MAX};
pub use follow::{FRAMES_MAX, NUDGE_MS, STUCK_MS};

use compare::Compare;
use fetch::Fetch;
use follow::Follow;
use push::Push;

/// What the disk says when the engine starts.
#[derive(Clone, Debug)]
pub struct Start {
    /// The epoch in use; `None` before the first hello.
    pub epoch: Option<Uuid>,
    /// The last commit on disk; 0 for none.
    pub cursor: i64,
    /// The scopes on disk, and whether each is complete.
    pub scopes: BTreeMap<Scope, bool>,
    /// Chance for jitter: the same seed gives the same run.
    pub seed: u64,
}

/// Decides what to send, take, retry and distrust.
#[derive(Debug)]
pub struct Engine {
    luck: Luck,
    phase: Phase,
    /// Rests between attempts to greet.
    rest: Backoff,
    /// When to ask, Away, whether the server or the desk has been upgraded.
    ask_again: Option<Timestamp>,
    /// Asking so: nothing is told to have changed before it is answered.
    asking: bool,
    /// Whether the last thing heard of the server was an answer.
    reachable: bool,
    /// What is being renewed on the disk.
    renewal: Option<Renewal>,
    epoch: Option<Uuid>,
    cursor: i64,
    /// False until a personal snapshot says where the cursor stands.
    has_cursor: bool,
    head: i64,
    /// The head when the server last said what the agent may hold.
    granted_at: i64,
    /// The rights of the last welcome; what is told under others is not taken.
    rights: Rights,
    /// Something was told under other rights, and since the hello after it nothing under these.
    rights_doubted: bool,
    scopes: BTreeMap<Scope, bool>,
    /// What the last welcome granted, until it is on disk.
    granted: Option<Vec<Scope>>,
    /// What is being put on disk as granted.
    setting: Vec<Scope>,
    /// Rests between attempts to put it there.
    setting_rest: Backoff,
    /// What moves the cursor, or must not be moved under, is being written.
    writing: Option<Writing>,
    fetch: Fetch,
    follow: Follow,
    push: Push,
    compare: Compare,
    /// Asked for and not answered yet: nothing is asked for twice at a time.
    running: BTreeSet<Call>,
    troubles: BTreeMap<Call, &'static str>,
    timer: Option<Timestamp>,
    reported: Option<Status>,
}

/// Where the conversation with the server stands; see the picture above.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Phase {
    /// Waits for its rest to be over.
    Resting,
    /// Said hello.
    Greeting,
    /// Waits for a token.
    Refreshing,
    /// Begins anew in some respect, as soon as nothing else is being written.
    Renewing(Renewal),
    /// Hello was answered.
    Following,
    /// Waits for the agent, or for an upgrade.
    Away,
}

/// What the one writer of the cursor does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Writing {
    /// Taking what follows the cursor.
    Rows,
    /// Taking what lies between an older snapshot and the cursor; the cursor stays.
    Gap { to: i64 },
    /// Beginning or finishing a scope, or setting which there are.
    Scope,
}

impl Engine {
    /// An engine that will say hello at its first event.
    pub fn new(start: Start) -> Self {
        Self {
            luck: Luck::new(start.seed),
            phase: Phase::Resting,
            rest: Backoff::default(),
            ask_again: None,
            asking: false,
            reachable: false,
            renewal: None,
            epoch: start.epoch,
            cursor: start.cursor,
            has_cursor: start.cursor > 0,
            head: 0,
            granted_at: 0,
            rights: Rights::default(),
            rights_doubted: false,
            scopes: start.scopes,
            granted: None,
            setting: Vec::new(),
            setting_rest: Backoff::default(),
            writing: None,
            fetch: Fetch::default(),
            follow: Follow::default(),
            push: Push::new(PUSH_OPERATIONS_MAX, PUSH_BYTES_MAX),
            compare: Compare::default(),
            running: BTreeSet::new(),
            troubles: BTreeMap::new(),
            timer: None,
            reported: None,
        }
    }

    /// Takes what happened, says what to do. `now` is a line of time that never goes back; only
    /// differences on it count.
    pub fn step(&mut self, event: Event, now: Timestamp) -> Vec<Action> {
        let mut out = Vec::new();
        if let Some(call) = event.answers() {
            self.running.remove(&call);
        }
        self.take_in(event, now, &mut out);
        self.go_on(now, &mut out);
        self.set_timer(now, &mut out);
        self.report(now, &mut out);
        out
    }

    fn take_in(&mut self, event: Event, now: Timestamp, out: &mut Vec<Action>) {
        match event {
            Event::Wake => self.wake(out),
            Event::Written => self.push.stir(),
            // The timer that came is replaced below, be it by none.
            Event::TimerFired => {}
            Event::HelloAnswered { said, welcome } => self.welcome(&said, *welcome, now, out),
            Event::TokenRefreshed => self.refreshed(out),
            Event::Renewed => self.renewed(now, out),
            Event::ScopesSet => self.scopes_set(now),
            Event::ManifestFetched(manifest) => self.manifest_fetched(*manifest, now, out),
            Event::ScopeBegun { scope, next_chunk } => self.scope_begun(&scope, next_chunk),
            Event::ChunkFetched { snapshot, chunk, rows } => {
                self.chunk_fetched(snapshot, chunk, rows);
            }
            Event::ChunkTaken { snapshot, chunk } => self.chunk_taken(snapshot, chunk),
            Event::ScopeFinished { scope, cursor, settled } => {
                self.scope_finished((&scope, cursor), &settled, now, out);
            }
            Event::Pulled(batch) => self.pulled(batch, now, out),
            Event::BatchTaken { cursor, rights, settled } => {
                self.batch_taken((cursor, rights), &settled, now, out);
            }
            Event::StreamOpened => self.stream_opened(now),
            Event::StreamFrame(frame) => self.stream_frame(frame, now, out),
            Event::StreamBeat { head } | Event::StreamPoke { head } => self.stream_head(head, now),
            Event::StreamClosed => self.stream_closed(now, out),
            Event::OutboxRead(waiting) => self.outbox_read(waiting, now, out),
            Event::PushAnswered(answer) => self.push_answered(&answer, now),
            Event::DigestAnswered { scope, verdict } => {
                self.digest_answered(scope, verdict, now, out);
            }
            Event::Refetched(scope) => self.refetched(scope, now),
            Event::Failed { call, trouble } => self.failed(call, &trouble, now, out),
        }
    }

    /// Starts whatever the state allows and is not running.
    fn go_on(&mut self, now: Timestamp, out: &mut Vec<Action>) {
        match &self.phase {
            Phase::Resting if self.rest.is_over(now) => self.greet(out),
            Phase::Away if self.ask_again.is_some_and(|at| at <= now) => {
                self.asking = true;
                self.greet(out);
            }
            Phase::Renewing(renewal) if self.nothing_is_written() => {
                let renewal = renewal.clone();
                if self.is_free(Call::Renew) {
                    self.renewal = Some(renewal.clone());
                    self.ask(Call::Renew, Action::Renew(renewal), out);
                }
            }
            Phase::Following => {
                self.watch(now, out);
                self.go_on_following(now, out);
            }
            _ => {}
        }
    }

    fn go_on_following(&mut self, now: Timestamp, out: &mut Vec<Action>) {
        if self.phase != Phase::Following {
            return;
        }
        self.go_on_with_scopes(now, out);
        self.go_on_pushing(now, out);
        self.go_on_listening(now, out);
        self.go_on_fetching(now, out);
        self.go_on_comparing(now, out);
    }

    /// One timer for everything that waits for a moment.
    fn set_timer(&mut self, now: Timestamp, out: &mut Vec<Action>) {
        let moments = match self.phase {
            Phase::Resting => vec![self.rest.until()],
            Phase::Away => vec![self.ask_again],
            Phase::Following => {
                let mut moments = self.moments_of_following(now);
                moments.push(self.setting_rest.until());
                moments.push(self.fetch.rest.until());
                moments.push(self.push.moment());
                moments.push(self.compare.moment(self.is_synced(now)));
                moments
            }
            _ => Vec::new(),
        };
        // What is over and still not done waits for an event, not for a moment.
        let next = moments.into_iter().flatten().filter(|at| *at > now).min();
        if next != self.timer {
            self.timer = next;
            out.push(Action::SetTimer(next));
        }
    }

    fn report(&mut self, now: Timestamp, out: &mut Vec<Action>) {
        let status = Status {
            connection: self.connection(now),
            sending: self.push.on_the_way(),
            fetching: self.fetch.progress(self.is_complete()),
            trouble: self.troubles.values().next().copied(),
        };
        if self.reported.as_ref() != Some(&status) {
            self.reported = Some(status.clone());
            out.push(Action::Report(status));
        }
    }

    fn connection(&self, now: Timestamp) -> Connection {
        match self.phase {
            Phase::Away => Connection::Away,
            Phase::Greeting | Phase::Refreshing if self.asking => Connection::Away,
            Phase::Following if self.is_synced(now) => Connection::Synced,
            _ if self.reachable => Connection::Syncing,
            _ => Connection::Offline,
        }
    }

    /// Everything is on disk, and the stream would say if it were not.
    fn is_synced(&self, now: Timestamp) -> bool {
        self.phase == Phase::Following
            && self.has_cursor
            && self.is_complete()
            && self.follow.keeps_up(now)
    }

    /// Whether every scope is on disk, as far as is known.
    fn is_complete(&self) -> bool {
        self.granted.is_none()
            && self.scopes.values().all(|complete| *complete)
            && self.scopes.contains_key(PERSONAL)
    }

    /// Asks for something, unless that is being done.
    fn ask(&mut self, call: Call, action: Action, out: &mut Vec<Action>) {
        if self.running.insert(call) {
            out.push(action);
        }
    }

    fn is_free(&self, call: Call) -> bool {
        !self.running.contains(&call)
    }

    fn nothing_is_written(&self) -> bool {
        self.writing.is_none() && self.is_free(Call::TakeChunk)
    }

    fn note_head(&mut self, head: i64, now: Timestamp) {
        self.head = self.head.max(head);
        self.follow.note_distance(self.has_cursor && self.cursor < self.head, now);
    }

    /// Something worked: rests begin small again.
    fn progress(&mut self, call: Call) {
        self.rest.succeed();
        self.troubles.remove(&call);
    }
}
