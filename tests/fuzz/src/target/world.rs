//! A small server without sockets, one a process: what imports and requests are thrown at.

use std::net::SocketAddr;
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};

use anyhow::{Context, Result};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::ConnectInfo;
use axum::http::{Request as HttpRequest, StatusCode};
use holdfast_server::admin::{Request, perform};
use holdfast_server::{Config, Core, Outside, http};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::watch;
use tower::ServiceExt;

/// The people, customers and tickets of the server's own tests.
const THINGS: &[u8] = include_bytes!("../../corpus/import/a-small-world");
const LOGIN: &str = "ada@desk.example";
pub(super) const CHANNEL: &str = "a-token-for-the-portal";
pub(super) const DESK: &str = "00000000-0000-0000-0000-0000000000d1";
/// Largest answer that is read, bytes.
const ANSWER_BYTES_MAX: usize = 64 * 1024 * 1024;

pub(super) struct World {
    pub(super) runtime: Runtime,
    pub(super) core: Arc<Core>,
    pub(super) folder: TempDir,
    /// Of somebody whose desk has said hello.
    pub(super) token: String,
    router: Router,
    /// Streams go on for as long as nobody says otherwise.
    _stop: watch::Sender<bool>,
}

/// An answer, read whole; of a stream nothing is read.
pub(super) struct Answer {
    pub(super) status: StatusCode,
    pub(super) body: Vec<u8>,
}

static WORLD: LazyLock<Mutex<World>> = LazyLock::new(|| {
    Mutex::new(World::new().expect("a folder, an empty store and the small world can be had"))
});

/// The world; one input at a time.
pub(super) fn world() -> MutexGuard<'static, World> {
    // After a panic the engine stops by itself; the corpus goes on with the next input.
    WORLD.lock().unwrap_or_else(PoisonError::into_inner)
}

impl World {
    fn new() -> Result<Self> {
        let mut runtime = tokio::runtime::Builder::new_multi_thread();
        let runtime = runtime.worker_threads(1).enable_all().build()?;
        let folder = tempfile::tempdir()?;
        let mut config = Config::local(folder.path().join("data"));
        config.channel_tokens.insert("portal".into(), CHANNEL.into());
        let outside = Outside::of_this_machine();
        let core = Arc::new(runtime.block_on(Core::open(config, outside))?);
        let (stop, stopping) = watch::channel(false);
        let router = http::router(core.clone(), stopping);
        let token = String::new();
        let mut world = Self { runtime, core, folder, token, router, _stop: stop };
        world.import(THINGS)?;
        world.enter()?;
        Ok(world)
    }

    /// Signs in and says hello.
    fn enter(&mut self) -> Result<()> {
        let mut told = String::new();
        let reset = Request::AgentReset { login: LOGIN.into() };
        self.runtime.block_on(perform(&self.core, reset, |line| told = line))?;
        let password = told.rsplit(' ').next().context("a password is told")?;
        let said = json!({ "login": LOGIN, "password": password });
        let answer = self.ask(request("POST", "/v1/session", "", said.to_string())?)?;
        let session: Value = serde_json::from_slice(&answer.body)?;
        self.token = session["access_token"].as_str().context("a token")?.to_owned();
        let hello = json!({
            "desk": DESK, "protocol": 1, "schema": 1, "epoch": null, "cursor": 0,
            "last_number": 0, "acknowledged": 0,
        });
        let said = request("POST", "/v1/sync/hello", &self.token, hello.to_string())?;
        let answer = self.ask(said)?;
        anyhow::ensure!(answer.status.is_success(), "hello: {}", answer.status);
        Ok(())
    }

    /// What an administrator's import of these bytes comes to.
    pub(super) fn import(&self, bytes: &[u8]) -> Result<()> {
        let file = self.folder.path().join("things.ndjson");
        std::fs::write(&file, bytes)?;
        self.runtime.block_on(perform(&self.core, Request::Import { file }, drop))
    }

    /// Whether everything stored is sound.
    pub(super) fn check(&self) -> Result<()> {
        self.runtime.block_on(perform(&self.core, Request::Check, drop))
    }

    pub(super) fn ask(&self, asked: HttpRequest<Body>) -> Result<Answer> {
        let lasts = asked.uri().path() == "/v1/sync/stream";
        let router = self.router.clone();
        self.runtime.block_on(async {
            let response = router.oneshot(asked).await?;
            let status = response.status();
            if lasts && status.is_success() {
                return Ok(Answer { status, body: Vec::new() });
            }
            let body = to_bytes(response.into_body(), ANSWER_BYTES_MAX).await?.to_vec();
            Ok(Answer { status, body })
        })
    }
}

/// A request as it comes from a socket of this machine.
pub(super) fn request(
    method: &str,
    path: &str,
    token: &str,
    body: impl Into<Body>,
) -> Result<HttpRequest<Body>> {
    let builder = HttpRequest::builder().method(method).uri(path);
    let builder = builder.header("authorization", format!("Bearer {token}"));
    let mut request = builder.header("content-type", "application/json").body(body.into())?;
    let address = SocketAddr::from(([127, 0, 0, 1], 9));
    request.extensions_mut().insert(ConnectInfo(address));
    Ok(request)
}
