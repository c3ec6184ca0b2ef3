//! A wire between desks and the server, for what a server alone cannot be made to do: to be asked
//! for something and answer too late, and to be of another age than the desk.
//!
//! Everything passes as it is, to the real server and back, but what a journey asked to be held or
//! translated. Where the server is dead the wire breaks, as a connection does.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::{Request, State};
use axum::http::header::{CONNECTION, CONTENT_LENGTH, HOST, TRANSFER_ENCODING};
use axum::response::Response;
use tokio::net::TcpListener;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use crate::Server;

/// No request of a desk is larger.
const REQUEST_BYTES_MAX: usize = 16 * 1024 * 1024;

/// A port that leads to a server.
pub struct Wire {
    url: String,
    line: Arc<Line>,
    task: JoinHandle<()>,
}

struct Line {
    server: String,
    web: reqwest::Client,
    hold: Mutex<Option<Hold>>,
    /// What desks say at hello.
    protocol: AtomicU32,
}

/// Desks say what they are.
const THEIR_OWN: u32 = u32::MAX;

struct Hold {
    when: When,
    path: Box<dyn Fn(&str) -> bool + Send>,
    reached: oneshot::Sender<()>,
    go_on: oneshot::Receiver<()>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum When {
    Asked,
    Answered,
}

/// A question or an answer that will be held.
pub struct Held {
    reached: oneshot::Receiver<()>,
    go_on: oneshot::Sender<()>,
}

impl Held {
    /// Waits until the desk has asked; the server has not heard it.
    pub async fn asked(&mut self) -> Result<()> {
        (&mut self.reached).await.context("the wire is gone")
    }

    /// Waits until the server has answered; the desk has not heard it.
    pub async fn answered(&mut self) -> Result<()> {
        (&mut self.reached).await.context("the wire is gone")
    }

    /// Whoever it was held from hears it now.
    pub fn let_go(self) {
        // Whoever asked may have hung up meanwhile.
        let _ = self.go_on.send(());
    }
}

impl Wire {
    /// To that server, dead or alive.
    pub async fn to(server: &Server) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let line = Arc::new(Line {
            server: server.url(),
            web: reqwest::Client::new(),
            hold: Mutex::default(),
            protocol: AtomicU32::new(THEIR_OWN),
        });
        let router = Router::new().fallback(pass).with_state(Arc::clone(&line));
        let task = tokio::spawn(async move {
            // It ends with the journey.
            let _ = axum::serve(listener, router).await;
        });
        Ok(Self { url, line, task })
    }

    /// The server, as desks on this wire know it.
    pub fn url(&self) -> String {
        self.url.clone()
    }

    /// The next answer to such a path is held.
    pub fn hold(&self, path: impl Fn(&str) -> bool + Send + 'static) -> Held {
        self.hold_when(When::Answered, path)
    }

    /// The next question to such a path is held.
    pub fn hold_back(&self, path: impl Fn(&str) -> bool + Send + 'static) -> Held {
        self.hold_when(When::Asked, path)
    }

    fn hold_when(&self, when: When, path: impl Fn(&str) -> bool + Send + 'static) -> Held {
        let (say_reached, reached) = oneshot::channel();
        let (go_on, told_to_go_on) = oneshot::channel();
        let hold = Hold { when, path: Box::new(path), reached: say_reached, go_on: told_to_go_on };
        *self.line.hold.lock().unwrap_or_else(PoisonError::into_inner) = Some(hold);
        Held { reached, go_on }
    }

    /// From now on the server takes desks for that protocol's, so that it is older or newer than
    /// they; `None`: for what they are.
    pub fn speak(&self, protocol: Option<u32>) {
        self.line.protocol.store(protocol.unwrap_or(THEIR_OWN), Ordering::Relaxed);
    }
}

impl Drop for Wire {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Line {
    fn hold_of(&self, when: When, path: &str) -> Option<Hold> {
        let mut hold = self.hold.lock().unwrap_or_else(PoisonError::into_inner);
        hold.take_if(|hold| hold.when == when && (hold.path)(path))
    }

    fn translate(&self, path: &str, body: Vec<u8>) -> Result<Vec<u8>> {
        let protocol = self.protocol.load(Ordering::Relaxed);
        if path != "/v1/sync/hello" || protocol == THEIR_OWN {
            return Ok(body);
        }
        let mut hello: serde_json::Value = serde_json::from_slice(&body)?;
        hello["protocol"] = protocol.into();
        Ok(serde_json::to_vec(&hello)?)
    }

    async fn ask(&self, request: Request) -> Result<Response> {
        let (mut parts, body) = request.into_parts();
        let path = parts.uri.path().to_owned();
        let body = to_bytes(body, REQUEST_BYTES_MAX).await?.to_vec();
        if let Some(hold) = self.hold_of(When::Asked, &path) {
            let _ = hold.reached.send(());
            let _ = hold.go_on.await;
        }
        for own in [HOST, CONTENT_LENGTH, CONNECTION, TRANSFER_ENCODING] {
            parts.headers.remove(own);
        }
        let target = parts.uri.path_and_query().map_or("/", |target| target.as_str());
        let asked = self
            .web
            .request(parts.method, format!("{}{target}", self.server))
            .headers(parts.headers)
            .body(self.translate(&path, body)?);
        let answer = asked.send().await?;
        let mut response = Response::builder().status(answer.status());
        if let Some(headers) = response.headers_mut() {
            headers.clone_from(answer.headers());
            for own in [CONTENT_LENGTH, CONNECTION, TRANSFER_ENCODING] {
                headers.remove(own);
            }
        }
        let Some(hold) = self.hold_of(When::Answered, &path) else {
            return Ok(response.body(Body::from_stream(answer.bytes_stream()))?);
        };
        let whole = answer.bytes().await?;
        let _ = hold.reached.send(());
        // A journey that ended early lets go of everything.
        let _ = hold.go_on.await;
        Ok(response.body(Body::from(whole))?)
    }
}

async fn pass(State(line): State<Arc<Line>>, request: Request) -> Response {
    let answered = line.ask(request).await;
    answered.unwrap_or_else(|error| {
        let broken = std::io::Error::other(format!("{error:#}"));
        let cut = futures_util::stream::once(async { Err::<Vec<u8>, _>(broken) });
        Response::new(Body::from_stream(cut))
    })
}
