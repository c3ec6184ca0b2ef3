//! Server: the real one, without a socket; requests are brought to its router.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::Result;
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request as HttpRequest, header};
use futures_util::{FutureExt, StreamExt};
use holdfast_desk::clock::Clock as _;
use holdfast_desk::sync::wire::Request;
use holdfast_protocol::hello::DESK_HEADER;
use holdfast_server::backup::restore;
use holdfast_server::{Config, Core, Outside, jobs, serve};
use tokio::sync::watch;
use tokio::task::{AbortHandle, JoinHandle};
use tower::ServiceExt as _;

use crate::chance::Dice;
use crate::disk::Doom;
use crate::quiet::Quiet;
use crate::time::Wall;

/// The name of the channel through which customers write, and its token.
pub const CHANNEL: (&str, &str) = ("portal", "a token for simulated customers");
/// In the world's list of sleepers.
pub const WHO: u32 = 0;

/// Something the server says.
pub enum Said {
    /// The whole answer to a call.
    Whole {
        /// Its status.
        status: u16,
        /// When to come again.
        retry_after_s: Option<u32>,
        /// Its body.
        body: Vec<u8>,
    },
    /// The answer to a call begins and goes on.
    Begun,
    /// A piece of it.
    Piece(Vec<u8>),
    /// It is over.
    Over,
}

/// What was said, by call.
pub type Heard = Arc<Mutex<Vec<(u64, Said)>>>;

/// A server that lives.
pub struct Server {
    /// What it serves.
    pub core: Arc<Core>,
    /// What waits for it.
    pub doom: Arc<Doom>,
    /// Its data.
    pub folder: PathBuf,
    /// What it has said.
    pub heard: Heard,
    router: Router,
    busy: Arc<AtomicUsize>,
    stop: watch::Sender<bool>,
    jobs: Vec<JoinHandle<()>>,
    watched: u64,
    quiet: Arc<Quiet>,
}

/// What a server is started with.
pub struct Parts {
    /// Tells when it is quiet.
    pub quiet: Arc<Quiet>,
    /// Its clock.
    pub wall: Wall,
    /// Its randomness.
    pub dice: Arc<Dice>,
    /// What waits for it.
    pub doom: Arc<Doom>,
}

/// The configuration of a folder.
pub fn config(folder: &Path) -> Config {
    let mut config = Config::local(folder);
    config.channel_tokens.insert(CHANNEL.0.to_owned(), CHANNEL.1.to_owned());
    config
}

/// A copying thread draws breath so that the disk may serve others; that takes no time here: the
/// thread is a real one, and nobody could tell when it sleeps.
const BREATH: Duration = Duration::from_millis(50);

/// Time, randomness and doom from outside.
fn outside(parts: &Parts) -> Outside {
    let (wall, sleeper) = (parts.wall.clone(), parts.wall.clone());
    let (dice, doom) = (Arc::clone(&parts.dice), Arc::clone(&parts.doom));
    Outside::new(move || wall.now(), move |bytes| dice.roll(bytes))
        .sleeping(move |time| {
            if time < BREATH {
                futures_util::future::ready(()).boxed()
            } else {
                sleeper.sleep(time)
            }
        })
        .probed(Arc::new(move |step| doom.at_server(step)))
}

impl Server {
    /// Opens a folder and serves it.
    pub async fn start(folder: &Path, parts: Parts) -> Result<Self> {
        let core = Arc::new(Core::open(config(folder), outside(&parts)).await?);
        let (stop, stopping) = watch::channel(false);
        let router = serve::answering(&core, stopping.clone()).await?;
        let jobs = jobs::beside(&core, &stopping);
        let busy = Arc::new(AtomicUsize::new(0));
        let (counted, watched_core) = (Arc::clone(&busy), Arc::clone(&core));
        let watched = parts
            .quiet
            .watch(move || counted.load(Ordering::Relaxed) == 0 && watched_core.db.is_at_rest());
        let Parts { quiet, doom, .. } = parts;
        let (folder, heard) = (folder.to_owned(), Heard::default());
        Ok(Self { core, doom, folder, heard, router, busy, stop, jobs, watched, quiet })
    }

    /// Puts a backup back into a folder that is not there yet: another epoch begins.
    pub async fn restore(from: &Path, to: &Path, parts: &Parts) -> Result<()> {
        let (from, to) = (from.to_owned(), to.to_owned());
        let wanted = restore::Wanted { from, to, what_is_whole: false };
        restore::restore(&outside(parts), wanted, &mut |_| {}).await
    }

    /// Brings it a request. What it answers is in [`Self::heard`] by and by.
    pub fn bring(&self, call: u64, request: &Request) -> AbortHandle {
        let Request { method, path, token, desk, content_type, body, within } = request;
        let mut asked = HttpRequest::builder().method(method.as_str()).uri(path);
        if let Some(token) = token {
            asked = asked.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        if let Some(desk) = desk {
            asked = asked.header(DESK_HEADER, desk.to_string());
        }
        if let Some(content_type) = content_type {
            asked = asked.header(header::CONTENT_TYPE, *content_type);
        }
        let peer = std::net::SocketAddr::from(([127, 0, 0, 1], 1));
        let asked = asked.extension(ConnectInfo(peer)).body(Body::from(body.clone()));
        let (router, heard) = (self.router.clone(), Arc::clone(&self.heard));
        let lasts = within.is_none();
        let busy = Busy::begin(&self.busy);
        let task = tokio::spawn(async move {
            let Ok(asked) = asked else { return };
            let Ok(answer) = router.oneshot(asked).await;
            let status = answer.status().as_u16();
            let say =
                |said| heard.lock().unwrap_or_else(PoisonError::into_inner).push((call, said));
            let retry = answer.headers().get(header::RETRY_AFTER);
            let retry_after_s = retry.and_then(|value| value.to_str().ok()?.parse().ok());
            let mut pieces = answer.into_body().into_data_stream();
            if lasts && status == 200 {
                say(Said::Begun);
                drop(busy);
                while let Some(Ok(piece)) = pieces.next().await {
                    say(Said::Piece(piece.to_vec()));
                }
                return say(Said::Over);
            }
            let mut body = Vec::new();
            while let Some(Ok(piece)) = pieces.next().await {
                body.extend_from_slice(&piece);
            }
            say(Said::Whole { status, retry_after_s, body });
        });
        task.abort_handle()
    }

    /// Ends it in good order, or lets what is left of a struck one unwind.
    pub async fn end(self) {
        self.quiet.forget(self.watched);
        self.stop.send_replace(true);
        for job in self.jobs {
            let _ = job.await;
        }
        let _none_begins = self.core.pushes.ended().await;
        self.core.db.close().await;
    }
}

/// A request that is being answered.
struct Busy(Arc<AtomicUsize>);

impl Busy {
    fn begin(count: &Arc<AtomicUsize>) -> Self {
        count.fetch_add(1, Ordering::Relaxed);
        Self(Arc::clone(count))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}
