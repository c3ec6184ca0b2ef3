//! A small world: two centres, three teams, six people, two customers, four tickets; and a desk
//! that speaks the protocol by hand.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use holdfast_domain::operation::{Action, Note, Operation, Reply};
use holdfast_domain::{AgentId, MessageId, NoteId, OperationId, TicketId};
use holdfast_protocol::hello::{DESK_HEADER, Hello, Welcome};
use holdfast_protocol::limits::{PROTOCOL, SCHEMA};
use holdfast_protocol::push::{Push, PushAnswer, Pushed, digest_of};
use holdfast_protocol::session::{Session, SignIn};
use holdfast_protocol::snapshot::Manifest;
use holdfast_protocol::{Batch, Change, Failure, Row};
use holdfast_server::admin::{Request, perform};
use holdfast_server::backup::restore::{self, Wanted};
use holdfast_server::load::key;
use holdfast_server::{Config, Outside, Running};
use jiff::{SignedDuration, Timestamp};
use reqwest::{Method, RequestBuilder};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tempfile::TempDir;
use uuid::Uuid;

/// The world as an import file.
pub const THINGS: &str = include_str!("world.ndjson");
/// When the world begins.
pub const BEGUN: &str = "2026-11-20T12:00:00Z";
/// Token of the channel `portal`.
pub const CHANNEL: &str = "a-token-for-the-portal";

/// A clock that tests set.
#[derive(Clone)]
pub struct TestClock(Arc<AtomicI64>);

impl TestClock {
    pub fn new() -> Self {
        let begun: Timestamp = BEGUN.parse().expect("a time");
        Self(Arc::new(AtomicI64::new(begun.as_microsecond())))
    }

    pub fn outside(&self) -> Outside {
        let us = self.0.clone();
        let now = move || {
            // A little later each time, as clocks are.
            let us = us.fetch_add(1, Ordering::Relaxed);
            Timestamp::from_microsecond(us).expect("a time")
        };
        Outside::new(now, |bytes| getrandom::fill(bytes).expect("random bytes"))
    }

    pub fn forward(&self, by: SignedDuration) {
        let us = i64::try_from(by.as_micros()).expect("a short time");
        self.0.fetch_add(us, Ordering::Relaxed);
    }
}

/// A running server with the small world in it.
pub struct World {
    pub server: Running,
    pub clock: TestClock,
    pub dir: TempDir,
    /// Given so far: a new one would end the sessions of the old one.
    passwords: Passwords,
}

type Passwords = tokio::sync::Mutex<BTreeMap<String, String>>;

impl World {
    pub async fn new() -> Self {
        Self::with(|config| config, |outside| outside).await
    }

    pub async fn with(
        configured: impl FnOnce(Config) -> Config,
        probed: impl FnOnce(Outside) -> Outside,
    ) -> Self {
        let dir = tempfile::tempdir().expect("a folder");
        let clock = TestClock::new();
        let server = start(&dir, configured, probed(clock.outside())).await;
        let world = Self { server, clock, dir, passwords: Passwords::default() };
        world.import(THINGS).await.expect("the small world");
        world
    }

    /// Imports things; what was told is in the error.
    pub async fn import(&self, things: &str) -> Result<Vec<String>, String> {
        let file = self.dir.path().join("things.ndjson");
        std::fs::write(&file, things).expect("a file");
        self.admin(Request::Import { file }).await
    }

    /// Carries out a command; what was told, also in the error.
    pub async fn admin(&self, request: Request) -> Result<Vec<String>, String> {
        let mut told = Vec::new();
        match perform(self.server.core(), request, |line| told.push(line)).await {
            Ok(()) => Ok(told),
            Err(error) => Err(format!("{}\n{error:#}", told.join("\n"))),
        }
    }

    /// Everything sound?
    pub async fn check(&self) {
        self.admin(Request::Check).await.expect("the store is sound");
    }

    /// The password of a login, given when it is asked for first.
    pub async fn password(&self, login: &str) -> String {
        let mut passwords = self.passwords.lock().await;
        if let Some(password) = passwords.get(login) {
            return password.clone();
        }
        let told = self.admin(Request::AgentReset { login: login.into() }).await;
        let told = told.expect("a known login").join("\n");
        let password = told.rsplit(' ').next().expect("a password").to_owned();
        passwords.insert(login.to_owned(), password.clone());
        password
    }

    /// A desk of that person, signed in and greeted.
    pub async fn desk(&self, login: &str) -> Desk {
        let password = self.password(login).await;
        let mut desk = Desk::sign_in(&self.server.url, login, &password).await.expect("a session");
        desk.hello().await.expect("a welcome");
        desk
    }

    /// Makes a backup, and tells where it is.
    pub async fn backup(&self) -> PathBuf {
        let to = self.dir.path().join("backups");
        self.admin(Request::Backup { to: to.clone() }).await.expect("a backup");
        let mut found: Vec<_> = std::fs::read_dir(to).expect("a folder").collect();
        found.sort_by_key(|entry| entry.as_ref().map(|entry| entry.path()).ok());
        found.pop().expect("a copy").expect("a copy").path()
    }

    /// The disk is lost: another server, of a copy. What was told, beside it.
    pub async fn lost_and_restored(self, copy: &Path) -> (Self, Vec<String>) {
        let Self { server, clock, dir, passwords } = self;
        server.stop().await.expect("a stop");
        let to = dir.path().join(format!("restored-{}", new_id()));
        let told = restore(&clock, copy, &to).await.expect("restored");
        let configured = |config: Config| Config { data_dir: to.clone(), ..config };
        let server = start(&dir, configured, clock.outside()).await;
        (Self { server, clock, dir, passwords }, told)
    }

    /// Stops and starts again on the same folder.
    pub async fn restart(self) -> Self {
        self.restart_with(|outside| outside).await
    }

    pub async fn restart_with(self, probed: impl FnOnce(Outside) -> Outside) -> Self {
        self.restart_as(|config| config, probed).await
    }

    pub async fn restart_as(
        self,
        configured: impl FnOnce(Config) -> Config,
        probed: impl FnOnce(Outside) -> Outside,
    ) -> Self {
        let Self { server, clock, dir, passwords } = self;
        server.stop().await.expect("a stop");
        let server = start(&dir, configured, probed(clock.outside())).await;
        Self { server, clock, dir, passwords }
    }
}

/// Restores a copy; what was told, also in the error.
pub async fn restore(clock: &TestClock, copy: &Path, to: &Path) -> Result<Vec<String>, String> {
    let mut told = Vec::new();
    let wanted = Wanted { from: copy.to_owned(), to: to.to_owned(), what_is_whole: false };
    match restore::restore(&clock.outside(), wanted, &mut |line| told.push(line)).await {
        Ok(()) => Ok(told),
        Err(error) => Err(format!("{}\n{error:#}", told.join("\n"))),
    }
}

async fn start(
    dir: &TempDir,
    configured: impl FnOnce(Config) -> Config,
    outside: Outside,
) -> Running {
    let mut config = Config::local(dir.path().join("data"));
    config.channel_tokens.insert("portal".into(), CHANNEL.into());
    holdfast_server::start(configured(config), outside).await.expect("a server")
}

/// A desk that speaks the protocol by hand.
#[derive(Clone)]
pub struct Desk {
    pub http: reqwest::Client,
    pub url: String,
    pub session: Session,
    pub id: Uuid,
    pub epoch: Uuid,
    /// The last number given.
    pub number: i64,
}

impl Desk {
    pub async fn sign_in(url: &str, login: &str, password: &str) -> Result<Self, Failure> {
        let http = reqwest::Client::new();
        let said = SignIn { login: login.into(), password: password.into() };
        let session = read(http.post(format!("{url}/v1/session")).json(&said)).await?;
        let (id, epoch) = (new_id(), Uuid::nil());
        Ok(Self { http, url: url.to_owned(), session, id, epoch, number: 0 })
    }

    pub async fn hello(&mut self) -> Result<Welcome, Failure> {
        self.hello_with(|hello| hello).await
    }

    pub async fn hello_with(
        &mut self,
        said: impl FnOnce(Hello) -> Hello,
    ) -> Result<Welcome, Failure> {
        let hello = said(Hello {
            desk: self.id,
            protocol: PROTOCOL,
            schema: SCHEMA,
            epoch: (!self.epoch.is_nil()).then_some(self.epoch),
            cursor: 0,
            last_number: self.number,
            acknowledged: 0,
        });
        let welcome: Welcome = self.post("/v1/sync/hello", &hello).await?;
        self.epoch = welcome.epoch;
        Ok(welcome)
    }

    /// A request as a desk makes it: whose it is, and which desk it comes from.
    pub fn ask(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.http.request(method, format!("{}{path}", self.url));
        let request = request.bearer_auth(&self.session.access_token);
        request.header(DESK_HEADER, self.id.to_string())
    }

    pub async fn post<T: DeserializeOwned>(
        &self,
        path: &str,
        body: &impl Serialize,
    ) -> Result<T, Failure> {
        read(self.ask(Method::POST, path).json(body)).await
    }

    pub async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, Failure> {
        read(self.ask(Method::GET, path)).await
    }

    /// Pushes operations under the next numbers.
    pub async fn push(&mut self, operations: &[Operation]) -> Result<PushAnswer, Failure> {
        let pushed = operations.iter().map(|operation| {
            self.number += 1;
            pushed(self.number, operation)
        });
        let operations = pushed.collect();
        self.push_as(operations).await
    }

    pub async fn push_as(&self, operations: Vec<Pushed>) -> Result<PushAnswer, Failure> {
        let push = Push { desk: self.id, epoch: self.epoch, operations };
        self.post("/v1/sync/push", &push).await
    }

    pub async fn changes(&self, since: i64) -> Batch {
        self.get(&format!("/v1/sync/changes?since={since}&max_rows=2000")).await.expect("changes")
    }

    /// Everything after a cursor, however many batches it takes.
    pub async fn all_changes(&self, since: i64) -> (Vec<Change>, i64) {
        let (mut all, mut cursor) = (Vec::new(), since);
        loop {
            let batch = self.changes(cursor).await;
            assert_eq!(batch.since, cursor, "a batch starts where it was asked to");
            all.extend(batch.commits.into_iter().flat_map(|commit| commit.changes));
            if batch.to == batch.head {
                return (all, batch.to);
            }
            assert!(batch.to > cursor, "a batch that is not the last goes on");
            cursor = batch.to;
        }
    }

    pub async fn head(&self) -> i64 {
        self.changes(0).await.head
    }

    /// A whole snapshot, with every chunk's hash and the manifest's counts checked.
    pub async fn snapshot(&self, scope: &str) -> Result<(Manifest, Vec<Row>), Failure> {
        let manifest: Manifest = self.get(&format!("/v1/sync/snapshot/{scope}")).await?;
        let mut rows = Vec::new();
        for n in 0..manifest.chunks.len() {
            rows.extend(self.chunk(&manifest, n).await?);
        }
        assert_eq!(u64::try_from(rows.len()).expect("a count"), manifest.rows);
        Ok((manifest, rows))
    }

    pub async fn chunk(&self, manifest: &Manifest, n: usize) -> Result<Vec<Row>, Failure> {
        let (scope, id) = (&manifest.scope, manifest.snapshot);
        let url = format!("{}/v1/sync/snapshot/{scope}/{id}/{n}", self.url);
        let request = self.http.get(url).bearer_auth(&self.session.access_token);
        let response = request.send().await.expect("an answer");
        if !response.status().is_success() {
            return Err(response.json().await.expect("a failure"));
        }
        let bytes = response.bytes().await.expect("bytes");
        assert_eq!(blake3::hash(&bytes).to_hex().as_str(), manifest.chunks[n].blake3);
        let text = zstd::decode_all(bytes.as_ref()).expect("one zstd frame");
        let text = String::from_utf8(text).expect("UTF-8");
        let rows: Vec<Row> =
            text.lines().map(|line| serde_json::from_str(line).expect("a row")).collect();
        assert_eq!(u64::try_from(rows.len()).expect("a count"), manifest.chunks[n].rows);
        Ok(rows)
    }
}

/// Sends a request; a failure in our own form if it is one.
pub async fn read<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, Failure> {
    let response = request.send().await.expect("an answer");
    if response.status().is_success() {
        return Ok(response.json().await.expect("the answer's form"));
    }
    Err(response.json().await.expect("a failure in our own form"))
}

/// A fresh id.
pub fn new_id() -> Uuid {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("random bytes");
    uuid::Builder::from_random_bytes(bytes).into_uuid()
}

/// An operation on a ticket of the world.
pub fn operation(ticket: TicketId, action: Action) -> Operation {
    Operation {
        id: OperationId(new_id()),
        ticket,
        written_at: BEGUN.parse().expect("a time"),
        needs: Vec::new(),
        replaces: None,
        action,
    }
}

/// Frozen under a number.
pub fn pushed(number: i64, operation: &Operation) -> Pushed {
    frozen(number, operation.id, serde_json::to_string(operation).expect("JSON"))
}

/// Any bytes under a number.
pub fn frozen(number: i64, id: OperationId, bytes: String) -> Pushed {
    let digest = digest_of(bytes.as_bytes());
    let operation = serde_json::value::RawValue::from_string(bytes).expect("JSON");
    Pushed { number, id, digest, operation }
}

pub fn note(text: &str) -> Action {
    let (note, text) = (NoteId(new_id()), text.to_owned());
    Action::Note(Note { note, text, language: None, attachments: Vec::new() })
}

pub fn reply(text: &str, seen_through: Option<MessageId>) -> Action {
    let (message, text) = (MessageId(new_id()), text.to_owned());
    Action::Reply(Reply { message, text, language: None, attachments: Vec::new(), seen_through })
}

pub fn ticket(key: &str) -> TicketId {
    key::ticket(key)
}

pub fn agent(key: &str) -> AgentId {
    key::agent(key)
}

/// The rows among changes.
pub fn rows(changes: &[Change]) -> Vec<&Row> {
    let mut rows = Vec::new();
    for change in changes {
        if let Change::Row { row } = change {
            rows.push(&**row);
        }
    }
    rows
}

/// Whether anything of a ticket is among changes.
pub fn shows(changes: &[Change], id: TicketId) -> bool {
    rows(changes).iter().any(|row| match row {
        Row::Ticket(row) => row.id == id,
        Row::Message(row) => row.ticket == id,
        Row::Note(row) => row.ticket == id,
        Row::Event(row) => row.ticket == id,
        _ => false,
    })
}
