//! Fetch: one scope after the other, chunk by chunk; the next chunk travels while one is written.
//!
//! ```text
//!   Idle ──▶ Asking ──▶ Beginning ──▶ Chunks ──▶ Gap ──▶ Finishing ──▶ Idle (next scope)
//!     ▲        │                        │ pin over         (older than the cursor only)
//!     └────────┴────────────────────────┘
//! ```
//!
//! A shared snapshot may be older than the cursor: what changed for that scope in between was not
//! sent to this desk at the time. So the gap is pulled once more, without moving the cursor.

use holdfast_domain::OperationId;
use holdfast_protocol::hello::{PERSONAL, Scope};
use holdfast_protocol::row::Row;
use holdfast_protocol::snapshot::Manifest;
use jiff::Timestamp;
use uuid::Uuid;

use super::{Engine, Phase, Writing};
use crate::action::Action;
use crate::backoff::{Backoff, Luck};
use crate::event::Call;
use crate::status::Progress;
use crate::trouble::Trouble;

/// How often a chunk may arrive garbled before the snapshot is asked for again.
const GARBLED_MAX: u32 = 3;

#[derive(Debug, Default)]
pub(super) struct Fetch {
    step: Step,
    pub(super) rest: Backoff,
    garbled: u32,
    /// Tickets of the scopes that were finished in this run.
    tickets_before: u64,
    /// Tickets of the scope at hand that are here.
    tickets_here: u64,
}

#[derive(Debug, Default)]
enum Step {
    #[default]
    Idle,
    Asking(Scope),
    /// The manifest is there and waits for the writer of the cursor, or is with it.
    Beginning(Box<Manifest>),
    Chunks(Box<Chunks>),
    /// Everything after this, up to the cursor, is still missing.
    Gap {
        manifest: Box<Manifest>,
        after: i64,
        to: i64,
    },
    /// Waits for the writer of the cursor, or is with it.
    Finishing(Box<Manifest>),
}

#[derive(Debug)]
struct Chunks {
    manifest: Box<Manifest>,
    /// On disk.
    done: u32,
    /// Here, not yet on disk.
    ready: Option<(u32, Vec<Row>)>,
}

impl Fetch {
    pub(super) fn is_of(&self, scope: &str) -> bool {
        self.scope() == Some(scope)
    }

    pub(super) fn drop_all(&mut self) {
        self.step = Step::Idle;
        (self.garbled, self.tickets_here) = (0, 0);
    }

    /// A scope that is not granted any more is not fetched on.
    pub(super) fn keep_only(&mut self, granted: &[Scope]) {
        if self.scope().is_some_and(|scope| !granted.iter().any(|granted| granted == scope)) {
            self.drop_all();
        }
    }

    /// Tickets fetched, of those known to be fetched; `None` when nothing is missing.
    pub(super) fn progress(&self, complete: bool) -> Option<Progress> {
        let all = self.manifest().map_or(0, |manifest| manifest.tickets);
        let (done, before) = (self.tickets_here.min(all), self.tickets_before);
        (!complete).then_some(Progress { done: before + done, all: before + all })
    }

    /// What lies between the snapshot and the cursor and is still to be pulled.
    pub(super) fn gap(&self) -> Option<(i64, i64)> {
        match &self.step {
            Step::Gap { after, to, .. } => Some((*after, *to)),
            _ => None,
        }
    }

    pub(super) fn gap_taken(&mut self, reached: i64) {
        if let Step::Gap { after, to, manifest } = &mut self.step {
            *after = reached.max(*after);
            if *after >= *to {
                self.step = Step::Finishing(manifest.clone());
            }
        }
    }

    pub(super) fn failed(&mut self, trouble: &Trouble, now: Timestamp, luck: &mut Luck) {
        self.rest.fail(now, trouble.retry_after_s(), luck);
        if *trouble == Trouble::Garbage {
            self.garbled += 1;
        }
        let again = *trouble == Trouble::NotFound || self.garbled >= GARBLED_MAX;
        match &mut self.step {
            Step::Chunks(chunks) if !again => chunks.ready = None,
            Step::Finishing(_) if !again => {}
            _ => self.drop_all(),
        }
    }

    /// The server does not tell the gap any more: only a newer snapshot helps.
    pub(super) fn gap_is_gone(&mut self, now: Timestamp, luck: &mut Luck) {
        if let Step::Gap { .. } = self.step {
            self.drop_all();
            self.rest.fail(now, None, luck);
        }
    }

    fn manifest(&self) -> Option<&Manifest> {
        match &self.step {
            Step::Idle | Step::Asking(_) => None,
            Step::Beginning(manifest) | Step::Gap { manifest, .. } | Step::Finishing(manifest) => {
                Some(manifest)
            }
            Step::Chunks(chunks) => Some(&chunks.manifest),
        }
    }

    fn scope(&self) -> Option<&str> {
        match &self.step {
            Step::Asking(scope) => Some(scope),
            _ => self.manifest().map(|manifest| manifest.scope.as_str()),
        }
    }
}

impl Engine {
    pub(super) fn go_on_fetching(&mut self, now: Timestamp, out: &mut Vec<Action>) {
        if !self.fetch.rest.is_over(now) || self.granted.is_some() {
            return;
        }
        self.go_on_with_chunks(out);
        match &self.fetch.step {
            Step::Idle if self.is_free(Call::TakeChunk) => self.ask_for_next_scope(out),
            Step::Beginning(manifest) if self.writing.is_none() => {
                let manifest = manifest.clone();
                self.writing = Some(Writing::Scope);
                self.ask(Call::BeginScope, Action::BeginScope(manifest), out);
            }
            Step::Finishing(manifest) if self.writing.is_none() => {
                let manifest = manifest.clone();
                let sets_cursor = manifest.scope == PERSONAL && !self.has_cursor;
                self.writing = Some(Writing::Scope);
                self.ask(Call::FinishScope, Action::FinishScope { manifest, sets_cursor }, out);
            }
            _ => {}
        }
    }

    /// Takes up the chunk that is here, asks for the one after it.
    fn go_on_with_chunks(&mut self, out: &mut Vec<Action>) {
        let (can_take, can_ask) = (self.is_free(Call::TakeChunk), self.is_free(Call::FetchChunk));
        let Step::Chunks(chunks) = &mut self.fetch.step else {
            return;
        };
        let manifest = chunks.manifest.clone();
        let mut here = chunks.done + u32::from(!can_take);
        if let Some((chunk, rows)) = chunks.ready.take_if(|_| can_take) {
            let tickets = rows.iter().filter(|row| matches!(row, Row::Ticket(_))).count();
            self.fetch.tickets_here += u64::try_from(tickets).unwrap_or(u64::MAX);
            let (scope, snapshot) = (manifest.scope.clone(), manifest.snapshot);
            here = chunk + 1;
            self.ask(Call::TakeChunk, Action::TakeChunk { scope, snapshot, chunk, rows }, out);
        }
        let waits = matches!(&self.fetch.step, Step::Chunks(chunks) if chunks.ready.is_some());
        let more = !waits && usize::try_from(here).is_ok_and(|here| here < manifest.chunks.len());
        if can_ask && more {
            self.ask(Call::FetchChunk, Action::FetchChunk { manifest, chunk: here }, out);
        }
    }

    /// The personal scope first: with it the desk can be used, and knows its cursor.
    fn ask_for_next_scope(&mut self, out: &mut Vec<Action>) {
        if !self.is_free(Call::FetchManifest) {
            return;
        }
        let wanted =
            |scope: &&Scope| !self.scopes[*scope] && (self.has_cursor || *scope == PERSONAL);
        let next = self.scopes.keys().filter(wanted).min_by_key(|scope| *scope != PERSONAL);
        if let Some(scope) = next.cloned() {
            self.fetch.step = Step::Asking(scope.clone());
            self.ask(Call::FetchManifest, Action::FetchManifest(scope), out);
        }
    }

    pub(super) fn manifest_fetched(
        &mut self,
        manifest: Manifest,
        now: Timestamp,
        out: &mut Vec<Action>,
    ) {
        let Step::Asking(scope) = &self.fetch.step else {
            return;
        };
        if *scope != manifest.scope {
            return self.failed(Call::FetchManifest, &Trouble::Garbage, now, out);
        }
        if Some(manifest.epoch) != self.epoch {
            return self.failed(Call::FetchManifest, &Trouble::EpochChanged, now, out);
        }
        self.progress(Call::FetchManifest);
        self.fetch.step = Step::Beginning(Box::new(manifest));
    }

    pub(super) fn scope_begun(&mut self, scope: &str, next_chunk: u32) {
        self.writing = None;
        let Step::Beginning(manifest) = &self.fetch.step else {
            return;
        };
        if manifest.scope != scope {
            return;
        }
        self.troubles.remove(&Call::BeginScope);
        let all = manifest.chunks.len().max(1);
        let share = usize::try_from(next_chunk).unwrap_or(all).min(all);
        let known = manifest.tickets * u64::try_from(share).unwrap_or(0);
        self.fetch.tickets_here += known / u64::try_from(all).unwrap_or(1);
        let manifest = manifest.clone();
        let chunks = Chunks { manifest, done: next_chunk, ready: None };
        self.fetch.step = Step::Chunks(Box::new(chunks));
        self.end_of_chunks();
    }

    pub(super) fn chunk_fetched(&mut self, snapshot: Uuid, chunk: u32, rows: Vec<Row>) {
        let writing = u32::from(!self.is_free(Call::TakeChunk));
        let Step::Chunks(chunks) = &mut self.fetch.step else {
            return;
        };
        // After a chunk that could not be written, the one behind it is of no use yet.
        if chunks.manifest.snapshot == snapshot && chunk == chunks.done + writing {
            chunks.ready = Some((chunk, rows));
            self.fetch.garbled = 0;
            self.fetch.rest.succeed();
            self.progress(Call::FetchChunk);
        }
    }

    pub(super) fn chunk_taken(&mut self, snapshot: Uuid, chunk: u32) {
        self.troubles.remove(&Call::TakeChunk);
        if let Step::Chunks(chunks) = &mut self.fetch.step
            && chunks.manifest.snapshot == snapshot
        {
            chunks.done = chunk + 1;
            self.end_of_chunks();
        }
    }

    fn end_of_chunks(&mut self) {
        let Step::Chunks(chunks) = &mut self.fetch.step else {
            return;
        };
        if usize::try_from(chunks.done).is_ok_and(|done| done < chunks.manifest.chunks.len()) {
            return;
        }
        let (manifest, after, to) = (chunks.manifest.clone(), chunks.manifest.seq, self.cursor);
        self.fetch.step = match self.has_cursor && after < to {
            true => Step::Gap { manifest, after, to },
            false => Step::Finishing(manifest),
        };
    }

    pub(super) fn scope_finished(
        &mut self,
        (scope, cursor): (&str, i64),
        settled: &[OperationId],
        now: Timestamp,
        out: &mut Vec<Action>,
    ) {
        self.writing = None;
        let sets_cursor = scope == PERSONAL && !self.has_cursor;
        if !self.fetch.is_of(scope) {
            return;
        }
        self.fetch.tickets_before += self.fetch.manifest().map_or(0, |manifest| manifest.tickets);
        self.fetch.drop_all();
        self.progress(Call::FinishScope);
        if let Some(complete) = self.scopes.get_mut(scope) {
            *complete = true;
        }
        if sets_cursor {
            (self.cursor, self.has_cursor) = (cursor, true);
            self.note_head(cursor, now);
            // The snapshot jumped over whatever was said about rights since hello.
            if cursor > self.granted_at && self.phase == Phase::Following {
                self.greet(out);
            }
        }
        if self.is_complete() {
            self.fetch.tickets_before = 0;
        }
        self.push.settled(settled);
        self.compare.due_at(scope, now);
    }

    /// A scope that cannot be trusted any more is fetched again.
    pub(super) fn fetch_again(&mut self, scope: &str) {
        if self.phase == Phase::Following
            && let Some(complete) = self.scopes.get_mut(scope)
        {
            *complete = false;
        }
    }
}
