//! A desk without disk and network: events go in, actions come out, time is turned by hand.

use std::collections::BTreeMap;

use holdfast_domain::{OperationId, TicketId};
use holdfast_protocol::change::{Batch, Commit, StreamFrame};
use holdfast_protocol::digest::Digest;
use holdfast_protocol::hello::{Hello, Limits, PERSONAL, Rights, Scope, Welcome};
use holdfast_protocol::limits::{PROTOCOL, PUSH_BYTES_MAX, PUSH_OPERATIONS_MAX, SCHEMA};
use holdfast_protocol::push::{PushAnswer, Settled};
use holdfast_protocol::snapshot::{Chunk, Manifest};
use holdfast_sync_engine::{
    Action, Call, Connection, Engine, Event, Start, Status, Trouble, Waiting,
};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

pub const TEAM: &str = "team:a";

pub fn epoch() -> Uuid {
    Uuid::from_u128(0xe0)
}

pub fn operation(n: u128) -> OperationId {
    OperationId(Uuid::from_u128(n))
}

pub fn ticket(n: u128) -> TicketId {
    TicketId(Uuid::from_u128(n))
}

pub struct Desk {
    pub engine: Engine,
    pub now: Timestamp,
    pub status: Option<Status>,
    pub timer: Option<Timestamp>,
}

impl Desk {
    /// A desk whose disk holds both scopes up to `cursor`; 0 means an empty disk.
    pub fn with_cursor(cursor: i64) -> Self {
        let scopes: BTreeMap<Scope, bool> = match cursor {
            0 => BTreeMap::new(),
            _ => [PERSONAL, TEAM].map(|scope| (scope.to_owned(), true)).into(),
        };
        let epoch = (cursor > 0).then(epoch);
        let engine = Engine::new(Start { epoch, cursor, scopes, seed: 7 });
        Self { engine, now: Timestamp::UNIX_EPOCH, status: None, timer: None }
    }

    /// The same, connected, at the head, listening, everything compared.
    pub fn synced(cursor: i64) -> Self {
        let mut desk = Self::with_cursor(cursor);
        desk.on(Event::Wake);
        desk.welcomed(cursor);
        desk.on(Event::OutboxRead(Vec::new()));
        desk.on(Event::Pulled(batch(cursor, cursor, cursor)));
        let mut actions = desk.on(Event::StreamOpened);
        while let Some(Action::Digest(scope)) = actions.iter().find(|a| is(a, "Digest")).cloned() {
            let verdict = holdfast_sync_engine::Verdict::Equal;
            actions = desk.on(Event::DigestAnswered { scope, verdict });
        }
        assert_eq!(desk.connection(), Connection::Synced);
        desk
    }

    /// One step. Reports and timers are kept, the rest is returned.
    pub fn on(&mut self, event: Event) -> Vec<Action> {
        let mut rest = Vec::new();
        for action in self.engine.step(event, self.now) {
            match action {
                Action::Report(status) => self.status = Some(status),
                Action::SetTimer(at) => self.timer = at,
                other => rest.push(other),
            }
        }
        rest
    }

    pub fn welcomed(&mut self, head: i64) -> Vec<Action> {
        self.welcomed_with(|welcome| welcome.head = head)
    }

    pub fn welcomed_with(&mut self, change: impl FnOnce(&mut Welcome)) -> Vec<Action> {
        self.answered(said(), change)
    }

    pub fn answered(&mut self, said: Hello, change: impl FnOnce(&mut Welcome)) -> Vec<Action> {
        let mut answer = welcome();
        change(&mut answer);
        self.on(Event::HelloAnswered { said, welcome: Box::new(answer) })
    }

    pub fn fail(&mut self, call: Call, trouble: Trouble) -> Vec<Action> {
        self.on(Event::Failed { call, trouble })
    }

    pub fn after_ms(&mut self, ms: i64) -> Vec<Action> {
        self.now += SignedDuration::from_millis(ms);
        self.on(Event::TimerFired)
    }

    /// Turns the time to the timer that is set.
    pub fn at_timer(&mut self) -> Vec<Action> {
        self.now = self.timer.take().expect("a timer is set");
        self.on(Event::TimerFired)
    }

    pub fn connection(&self) -> Connection {
        self.status.as_ref().expect("a status was reported").connection
    }

    pub fn trouble(&self) -> Option<&'static str> {
        self.status.as_ref().expect("a status was reported").trouble
    }
}

/// Names of actions, in order.
pub fn names(actions: &[Action]) -> Vec<String> {
    actions.iter().map(name).collect()
}

pub fn is(action: &Action, wanted: &str) -> bool {
    name(action) == wanted
}

fn name(action: &Action) -> String {
    let text = format!("{action:?}");
    text.split([' ', '(', '{']).next().unwrap_or_default().to_owned()
}

pub fn said() -> Hello {
    Hello {
        desk: Uuid::from_u128(1),
        protocol: PROTOCOL,
        schema: SCHEMA,
        epoch: Some(epoch()),
        cursor: 0,
        last_number: 0,
        acknowledged: 0,
    }
}

fn welcome() -> Welcome {
    Welcome {
        epoch: epoch(),
        head: 0,
        horizon: 0,
        last_number: 0,
        durable_seq: None,
        common_seq: None,
        operations: vec!["note@1".into(), "reply@1".into()],
        scopes: vec![PERSONAL.into(), TEAM.into()],
        sealing: None,
        server_time: Timestamp::UNIX_EPOCH,
        limits: Limits {
            push_operations: PUSH_OPERATIONS_MAX,
            push_bytes: PUSH_BYTES_MAX,
            attachment_bytes: 1,
            read_lease_days: 14,
        },
    }
}

pub fn batch(since: i64, to: i64, head: i64) -> Batch {
    let rights = Rights::of(&welcome().scopes);
    Batch { epoch: epoch(), rights, since, to, head, commits: commits(since, to) }
}

pub fn frame(prev: i64, to: i64) -> StreamFrame {
    let rights = Rights::of(&welcome().scopes);
    StreamFrame { epoch: epoch(), rights, prev, to, commits: commits(prev, to) }
}

fn commits(after: i64, to: i64) -> Vec<Commit> {
    (after + 1..=to).map(|seq| Commit { seq, changes: Vec::new() }).collect()
}

pub fn taken(cursor: i64) -> Event {
    Event::BatchTaken { cursor, rights: false, settled: Vec::new() }
}

pub fn manifest(scope: &str, seq: i64, chunks: usize) -> Manifest {
    let chunk = Chunk { bytes: 1, rows: 1, blake3: String::new() };
    Manifest {
        snapshot: Uuid::from_u128(u128::try_from(seq).expect("a small number") << 8),
        scope: scope.to_owned(),
        epoch: epoch(),
        seq,
        chunks: vec![chunk; chunks],
        rows: 1,
        tickets: 10,
        digest: Digest::default(),
        outcomes: Vec::new(),
    }
}

pub fn waiting(n: u128, ticket: u128) -> Waiting {
    Waiting {
        id: operation(n),
        ticket: self::ticket(ticket),
        number: None,
        name: "note@1".into(),
        needs: Vec::new(),
        release_at: Timestamp::UNIX_EPOCH,
        bytes: 100,
    }
}

pub fn settled(n: u128, seq: i64) -> Settled {
    let number = i64::try_from(n).expect("a small number");
    Settled { id: operation(n), number, outcome: None, seq }
}

pub fn answer(settled: Vec<Settled>) -> Event {
    let last_number = settled.last().map_or(0, |last| last.number);
    Event::PushAnswered(PushAnswer { last_number, settled })
}
