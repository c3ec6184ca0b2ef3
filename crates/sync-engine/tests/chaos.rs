//! Whatever happens in whatever order, the engine asks for nothing twice at a time, moves the
//! cursor only along what was taken, and finds its way back to the head once the trouble is over.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_domain::{OperationId, TicketId};
use holdfast_protocol::change::{Batch, Commit, StreamFrame};
use holdfast_protocol::digest::Digest;
use holdfast_protocol::hello::{Hello, Limits, PERSONAL, Rights, Scope, Welcome};
use holdfast_protocol::push::{PushAnswer, Settled};
use holdfast_protocol::snapshot::{Chunk, Manifest};
use holdfast_sync_engine::{
    Action, Call, Connection, Engine, Event, Renewal, Start, Status, Taking, Trouble, Verdict,
    Waiting,
};
use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use uuid::Uuid;

/// Steps within which everything must be well again.
const HEALING_STEPS_MAX: usize = 3_000;

/// One turn of fate.
#[derive(Clone, Debug)]
enum Fate {
    Answer(usize),
    Fail(usize, Trouble),
    Time(u32),
    Write,
    Commit(u8),
    Frame { lost: bool },
    StreamBreaks,
    Wake,
    Rights,
    Restore,
}

fn trouble() -> impl Strategy<Value = Trouble> {
    prop_oneof![
        Just(Trouble::Unreachable),
        Just(Trouble::TimedOut),
        Just(Trouble::Cut),
        Just(Trouble::Busy { retry_after_s: Some(3) }),
        Just(Trouble::Internal),
        Just(Trouble::TokenExpired),
        Just(Trouble::SessionEnded),
        Just(Trouble::Horizon),
        Just(Trouble::EpochChanged),
        Just(Trouble::Gap),
        Just(Trouble::Fork),
        Just(Trouble::UnknownOperation { name: "note@1".into() }),
        Just(Trouble::TooLarge),
        Just(Trouble::NotFound),
        Just(Trouble::BadRequest),
        Just(Trouble::Garbage),
        Just(Trouble::Disk),
    ]
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        8 => any::<usize>().prop_map(Fate::Answer),
        3 => (any::<usize>(), trouble()).prop_map(|(n, trouble)| Fate::Fail(n, trouble)),
        3 => (0..40_000u32).prop_map(Fate::Time),
        2 => Just(Fate::Write),
        2 => (1..4u8).prop_map(Fate::Commit),
        3 => any::<bool>().prop_map(|lost| Fate::Frame { lost }),
        1 => Just(Fate::StreamBreaks),
        1 => Just(Fate::Wake),
        1 => Just(Fate::Rights),
        1 => Just(Fate::Restore),
    ]
}

/// The desk's disk and the server, as far as the engine can tell.
struct World {
    engine: Engine,
    now: Timestamp,
    timer: Option<Timestamp>,
    status: Option<Status>,
    running: Vec<Action>,
    /// Where the open stream stands.
    stream: Option<i64>,
    rights_changed: bool,
    // The server.
    epoch: u128,
    head: i64,
    team: bool,
    settled: BTreeMap<OperationId, i64>,
    // The disk.
    disk_epoch: Option<Uuid>,
    cursor: i64,
    scopes: BTreeMap<Scope, bool>,
    outbox: Vec<Waiting>,
    next_number: i64,
    last_number: i64,
    written: u128,
}

impl World {
    fn new(seed: u64) -> Self {
        let start = Start { epoch: None, cursor: 0, scopes: BTreeMap::new(), seed };
        Self {
            engine: Engine::new(start),
            now: Timestamp::UNIX_EPOCH,
            timer: None,
            status: None,
            running: Vec::new(),
            stream: None,
            rights_changed: false,
            epoch: 1,
            head: 10,
            team: true,
            settled: BTreeMap::new(),
            disk_epoch: None,
            cursor: 0,
            scopes: BTreeMap::new(),
            outbox: Vec::new(),
            next_number: 1,
            last_number: 0,
            written: 0,
        }
    }

    fn step(&mut self, event: Event) {
        for action in self.engine.step(event, self.now) {
            match action {
                Action::Report(status) => self.status = Some(status),
                Action::SetTimer(at) => self.timer = at,
                Action::CloseStream => {
                    self.stream = None;
                    self.running.retain(|running| call_of(running) != Call::OpenStream);
                }
                action => self.begin(action),
            }
        }
    }

    fn begin(&mut self, action: Action) {
        let call = call_of(&action);
        let twice = self.running.iter().any(|running| call_of(running) == call);
        assert!(!twice, "{call:?} is asked for while it is running");
        let moves_cursor = [Call::TakeRows, Call::BeginScope, Call::FinishScope, Call::SetScopes];
        if moves_cursor.contains(&call) {
            let other = self.running.iter().any(|one| moves_cursor.contains(&call_of(one)));
            assert!(!other, "{call:?} while the cursor is being written");
        }
        if call == Call::Renew {
            let writing = [Call::TakeRows, Call::TakeChunk, Call::FinishScope];
            let under = self.running.iter().any(|one| writing.contains(&call_of(one)));
            assert!(!under, "renewed under a write");
        }
        self.running.push(action);
    }

    fn suffer(&mut self, fate: Fate) {
        match fate {
            Fate::Answer(n) if !self.running.is_empty() => self.answer(n % self.running.len()),
            Fate::Fail(n, trouble) if !self.running.is_empty() => {
                let action = self.running.remove(n % self.running.len());
                self.step(Event::Failed { call: call_of(&action), trouble });
            }
            Fate::Answer(_) | Fate::Fail(..) => {}
            Fate::Time(ms) => self.pass(ms),
            Fate::Write => {
                self.write();
                self.step(Event::Written);
            }
            Fate::Commit(commits) => self.head += i64::from(commits),
            Fate::Frame { lost } => self.frame(lost),
            Fate::StreamBreaks => {
                if self.stream.take().is_some() {
                    self.step(Event::StreamClosed);
                }
            }
            Fate::Wake => self.step(Event::Wake),
            Fate::Rights => {
                self.team = !self.team;
                self.rights_changed = true;
                self.head += 1;
            }
            Fate::Restore => {
                self.epoch += 1;
                self.head = (self.head - 3).max(1);
                self.last_number = 0;
                self.settled.retain(|_, seq| *seq <= self.head);
                self.stream = None;
                self.step(Event::StreamClosed);
            }
        }
    }

    fn pass(&mut self, ms: u32) {
        self.now += SignedDuration::from_millis(i64::from(ms));
        if self.timer.is_some_and(|at| at <= self.now) {
            self.timer = None;
            self.step(Event::TimerFired);
        }
    }

    fn write(&mut self) {
        self.written += 1;
        self.outbox.push(Waiting {
            id: OperationId(Uuid::from_u128(self.written)),
            ticket: TicketId(Uuid::from_u128(self.written % 3)),
            number: None,
            name: "note@1".into(),
            needs: Vec::new(),
            release_at: self.now,
            bytes: 10,
        });
    }

    fn frame(&mut self, lost: bool) {
        let Some(prev) = self.stream else { return };
        let (epoch, rights) = (self.epoch(), Rights::of(&self.granted()));
        let commits = commits(prev, self.head);
        let frame = StreamFrame { epoch, rights, prev, to: self.head, commits };
        self.stream = Some(self.head);
        match (lost, prev == self.head) {
            (true, _) => {}
            (false, true) => self.step(Event::StreamBeat { head: self.head }),
            (false, false) => self.step(Event::StreamFrame(frame)),
        }
    }

    fn epoch(&self) -> Uuid {
        Uuid::from_u128(self.epoch)
    }

    fn granted(&self) -> Vec<Scope> {
        let team = self.team.then(|| "team:a".to_owned());
        [PERSONAL.to_owned()].into_iter().chain(team).collect()
    }

    fn answer(&mut self, n: usize) {
        let action = self.running.remove(n);
        let failed = |call, trouble| Event::Failed { call, trouble };
        let event = match action {
            Action::Hello => self.hello(),
            Action::RefreshToken => Event::TokenRefreshed,
            Action::Renew(renewal) => self.renew(&renewal),
            Action::SetScopes(scopes) => self.set_scopes(&scopes),
            Action::FetchManifest(scope) if self.granted().contains(&scope) => {
                Event::ManifestFetched(Box::new(self.manifest(scope)))
            }
            Action::FetchManifest(_) => failed(Call::FetchManifest, Trouble::NotFound),
            Action::BeginScope(manifest) => {
                self.scopes.insert(manifest.scope.clone(), false);
                Event::ScopeBegun { scope: manifest.scope, next_chunk: 0 }
            }
            Action::FetchChunk { manifest, chunk } => {
                let snapshot = manifest.snapshot;
                Event::ChunkFetched { snapshot, chunk, rows: Vec::new() }
            }
            Action::TakeChunk { snapshot, chunk, .. } => Event::ChunkTaken { snapshot, chunk },
            Action::FinishScope { manifest, sets_cursor } => self.finish(*manifest, sets_cursor),
            Action::Pull { since, .. } if since <= self.head => {
                let to = (since + 2).min(self.head);
                let (epoch, rights) = (self.epoch(), Rights::of(&self.granted()));
                let commits = commits(since, to);
                Event::Pulled(Batch { epoch, rights, since, to, head: self.head, commits })
            }
            Action::Pull { .. } => failed(Call::Pull, Trouble::EpochChanged),
            Action::TakeRows(taking) => self.take(&taking),
            Action::OpenStream { since } => {
                self.stream = Some(since);
                Event::StreamOpened
            }
            Action::ReadOutbox => Event::OutboxRead(self.outbox.clone()),
            Action::NumberAndPush(ids) => self.push(&ids),
            Action::Digest(scope) => {
                let verdict = match self.cursor == self.head {
                    true => Verdict::Equal,
                    false => Verdict::NotAtHead,
                };
                Event::DigestAnswered { scope, verdict }
            }
            Action::Refetch { scope, .. } => Event::Refetched(scope),
            Action::CloseStream | Action::SetTimer(_) | Action::Report(_) => return,
        };
        self.step(event);
    }

    fn finish(&mut self, manifest: Manifest, sets_cursor: bool) -> Event {
        if sets_cursor {
            self.cursor = manifest.seq;
            self.settle(|seq| seq <= manifest.seq);
        }
        self.scopes.insert(manifest.scope.clone(), true);
        let (scope, cursor, settled) = (manifest.scope, self.cursor, Vec::new());
        Event::ScopeFinished { scope, cursor, settled }
    }

    fn take(&mut self, taking: &Taking) -> Event {
        assert_eq!(Some(taking.epoch), self.disk_epoch, "rows of another epoch");
        let mut settled = Vec::new();
        if taking.moves_cursor {
            assert_eq!(taking.since, self.cursor, "the cursor jumps");
            self.cursor = taking.to;
            settled = self.settle(|seq| seq <= taking.to);
        }
        let rights = std::mem::take(&mut self.rights_changed);
        Event::BatchTaken { cursor: self.cursor, rights, settled }
    }

    fn set_scopes(&mut self, scopes: &[Scope]) -> Event {
        let complete = |scope: &Scope| self.scopes.get(scope).copied().unwrap_or(false);
        self.scopes = scopes.iter().map(|scope| (scope.clone(), complete(scope))).collect();
        Event::ScopesSet
    }

    fn settle(&mut self, reached: impl Fn(i64) -> bool) -> Vec<OperationId> {
        let done = |one: &Waiting| {
            one.number.is_some() && self.settled.get(&one.id).is_some_and(|seq| reached(*seq))
        };
        let ids: Vec<_> = self.outbox.iter().filter(|one| done(one)).map(|one| one.id).collect();
        self.outbox.retain(|one| !ids.contains(&one.id));
        ids
    }

    fn hello(&mut self) -> Event {
        let said = Hello {
            desk: Uuid::nil(),
            protocol: 1,
            schema: 1,
            epoch: self.disk_epoch,
            cursor: self.cursor,
            last_number: self.next_number - 1,
            acknowledged: self.cursor,
        };
        let welcome = Welcome {
            epoch: self.epoch(),
            head: self.head,
            horizon: 0,
            last_number: self.last_number,
            durable_seq: None,
            common_seq: None,
            operations: vec!["note@1".into()],
            scopes: self.granted(),
            sealing: None,
            server_time: self.now,
            limits: Limits {
                push_operations: 3,
                push_bytes: 1 << 20,
                attachment_bytes: 1,
                read_lease_days: 1,
            },
        };
        Event::HelloAnswered { said, welcome: Box::new(welcome) }
    }

    fn renew(&mut self, renewal: &Renewal) -> Event {
        match renewal {
            Renewal::Epoch(epoch) => {
                self.disk_epoch = Some(*epoch);
                self.cursor = 0;
                self.next_number = 1;
                self.outbox.iter_mut().for_each(|one| one.number = None);
            }
            Renewal::Desk => {
                (self.next_number, self.last_number) = (1, 0);
                self.outbox.iter_mut().for_each(|one| one.number = None);
            }
            Renewal::Horizon => {}
        }
        if *renewal != Renewal::Desk {
            self.scopes.values_mut().for_each(|complete| *complete = false);
        }
        Event::Renewed
    }

    fn manifest(&self, scope: Scope) -> Manifest {
        let chunk = Chunk { bytes: 1, rows: 1, blake3: String::new() };
        // A shared snapshot is a little old; a personal one is made when it is asked for.
        let seq = if scope == PERSONAL { self.head } else { (self.head - 3).max(0) };
        Manifest {
            snapshot: Uuid::from_u128((self.epoch << 32) + u128::from(seq.unsigned_abs())),
            scope,
            epoch: self.epoch(),
            seq,
            chunks: vec![chunk; 3],
            rows: 3,
            tickets: 3,
            digest: Digest::default(),
            outcomes: Vec::new(),
        }
    }

    /// A new desk's outcome is told again: each settling under new numbers is a new commit.
    fn push(&mut self, ids: &[OperationId]) -> Event {
        let mut settled = Vec::new();
        for id in ids {
            let Some(one) = self.outbox.iter_mut().find(|one| one.id == *id) else {
                continue;
            };
            let number = *one.number.get_or_insert_with(|| {
                self.next_number += 1;
                self.next_number - 1
            });
            if number > self.last_number + 1 {
                return Event::Failed { call: Call::NumberAndPush, trouble: Trouble::Gap };
            }
            if number == self.last_number + 1 {
                self.last_number = number;
                self.head += 1;
                self.settled.insert(*id, self.head);
            }
            let seq = self.settled.get(id).copied().unwrap_or(self.head);
            settled.push(Settled { id: *id, number, outcome: None, seq });
        }
        Event::PushAnswered(PushAnswer { last_number: self.last_number, settled })
    }

    /// From now on everything works. True once nothing is left to do.
    fn heal(&mut self) -> bool {
        self.step(Event::Wake);
        for _ in 0..HEALING_STEPS_MAX {
            let well = self.outbox.is_empty()
                && self.cursor == self.head
                && self.status.as_ref().is_some_and(|s| s.connection == Connection::Synced)
                && self.scopes.keys().cloned().collect::<BTreeSet<_>>()
                    == self.granted().into_iter().collect();
            match self.running.is_empty() {
                _ if well => return true,
                false => self.answer(0),
                true => {
                    self.frame(false);
                    self.pass(500);
                }
            }
        }
        false
    }
}

fn commits(after: i64, to: i64) -> Vec<Commit> {
    (after + 1..=to).map(|seq| Commit { seq, changes: Vec::new() }).collect()
}

fn call_of(action: &Action) -> Call {
    match action {
        Action::Hello => Call::Hello,
        Action::RefreshToken => Call::RefreshToken,
        Action::Renew(_) => Call::Renew,
        Action::SetScopes(_) => Call::SetScopes,
        Action::FetchManifest(_) => Call::FetchManifest,
        Action::BeginScope(_) => Call::BeginScope,
        Action::FetchChunk { .. } => Call::FetchChunk,
        Action::TakeChunk { .. } => Call::TakeChunk,
        Action::FinishScope { .. } => Call::FinishScope,
        Action::Pull { .. } => Call::Pull,
        Action::TakeRows(_) => Call::TakeRows,
        Action::OpenStream { .. } => Call::OpenStream,
        Action::ReadOutbox => Call::ReadOutbox,
        Action::NumberAndPush(_) => Call::NumberAndPush,
        Action::Digest(_) => Call::Digest,
        Action::Refetch { .. } => Call::Refetch,
        Action::CloseStream | Action::SetTimer(_) | Action::Report(_) => {
            unreachable!("these are not answered")
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn after_any_chaos_the_desk_finds_its_way_back(
        seed in any::<u64>(),
        fates in proptest::collection::vec(fate(), 0..150),
    ) {
        let mut world = World::new(seed);
        world.step(Event::Wake);
        for fate in fates {
            world.suffer(fate);
        }
        let healed = world.heal();
        prop_assert!(
            healed,
            "cursor {} of {}, {} waiting, {:?}, running {:?}, timer {:?} at {:?}",
            world.cursor, world.head, world.outbox.len(), world.status,
            world.running.iter().map(call_of).collect::<Vec<_>>(), world.timer, world.now
        );
    }

    #[test]
    fn the_same_events_with_the_same_seed_give_the_same_actions(
        seed in any::<u64>(),
        fates in proptest::collection::vec(fate(), 0..60),
    ) {
        let run = || {
            let mut world = World::new(seed);
            world.step(Event::Wake);
            let mut log = String::new();
            for fate in &fates {
                world.suffer(fate.clone());
                log += &format!("{:?} {:?} {:?}\n", world.running, world.timer, world.status);
            }
            log
        };
        prop_assert_eq!(run(), run());
    }
}
