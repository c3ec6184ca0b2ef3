//! Wire: how bytes reach a server and come back. One implementation is HTTP over TLS; a simulated
//! world has its own, so that everything above it is the same in both.
//!
//! Deliberately absent: what the bytes mean ([`super::transport`]).

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use futures_util::future::BoxFuture;
use futures_util::stream::BoxStream;
use futures_util::{FutureExt, StreamExt, TryStreamExt};
use holdfast_protocol::hello::DESK_HEADER;
use holdfast_protocol::limits::SILENCE_S;
use holdfast_sync_engine::Trouble;
use reqwest::Client;
/// Of HTTP; nothing else of that library is seen outside.
pub use reqwest::{Method, StatusCode};
use serde::Serialize;
use uuid::Uuid;

use super::tls::{self, Agreed, Noted};

const CONNECT_WITHIN: Duration = Duration::from_secs(5);

/// A request on its way.
#[derive(Clone, Debug)]
pub struct Request {
    /// What is to be done.
    pub method: Method,
    /// `/v1/…`, with its query.
    pub path: String,
    /// Whose; none before signing in.
    pub token: Option<String>,
    /// The desk it comes from; none before it has an id.
    pub desk: Option<Uuid>,
    /// What the body is.
    pub content_type: Option<&'static str>,
    /// The body; may be empty.
    pub body: Vec<u8>,
    /// How long the whole answer may take; `None`: for ever, as long as something comes.
    pub within: Option<Duration>,
}

impl Request {
    /// Without a body, by nobody yet.
    pub fn new(method: Method, path: &str, within: Duration) -> Self {
        let (path, within) = (path.to_owned(), Some(within));
        let (token, desk, content_type, body) = (None, None, None, Vec::new());
        Self { method, path, token, desk, content_type, body, within }
    }

    /// With that body.
    #[must_use]
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.body = serde_json::to_vec(body).expect("what is spoken can be written as JSON");
        self.content_type = Some("application/json");
        self
    }

    /// With these bytes as its body.
    #[must_use]
    pub fn bytes(mut self, body: Vec<u8>) -> Self {
        self.body = body;
        self
    }

    /// The whole answer may take so long.
    #[must_use]
    pub fn within(mut self, within: Duration) -> Self {
        self.within = Some(within);
        self
    }

    /// The answer may go on for ever.
    #[must_use]
    pub fn lasting(mut self) -> Self {
        self.within = None;
        self
    }
}

/// An answer whose body comes piece by piece.
pub struct Answer {
    /// What the server says.
    pub status: StatusCode,
    /// When to come again, if it says so.
    pub retry_after_s: Option<u32>,
    /// The body. It ends with the trouble that cuts it.
    pub body: BoxStream<'static, Result<Vec<u8>, Trouble>>,
}

/// The way to one server.
pub trait Wire: Send + Sync {
    /// What was agreed on with it at the last handshake; `None` before one, and without TLS.
    fn agreed(&self) -> Option<Agreed> {
        None
    }

    /// Sends, and waits until the answer begins.
    fn send(&self, request: Request) -> BoxFuture<'static, Result<Answer, Trouble>>;
}

/// Where wires come from.
pub trait Network: Send + Sync {
    /// The way to that address; `None` if it is not safe to use.
    fn wire(&self, server: &str) -> Option<Arc<dyn Wire>>;
}

/// HTTP over TLS, or plain on the loopback.
#[derive(Clone, Debug)]
pub struct Internet {
    root: PathBuf,
}

impl Internet {
    /// With the pins in that folder ([`tls::pins`]).
    pub fn new(root: &Path) -> Self {
        Self { root: root.to_path_buf() }
    }
}

impl Network for Internet {
    fn wire(&self, server: &str) -> Option<Arc<dyn Wire>> {
        let url = reqwest::Url::parse(server).ok()?;
        let local = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        if url.scheme() != "https" && !(url.scheme() == "http" && local) {
            return None;
        }
        let noted = Noted::default();
        let pins = tls::pins(&self.root, server);
        let client = Client::builder()
            .tls_backend_preconfigured(tls::client(pins, &noted).ok()?)
            .connect_timeout(CONNECT_WITHIN)
            .read_timeout(Duration::from_secs(SILENCE_S))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .ok()?;
        let base = server.trim_end_matches('/').to_owned();
        Some(Arc::new(Http { client, base, noted }))
    }
}

#[derive(Debug)]
struct Http {
    client: Client,
    base: String,
    noted: Noted,
}

impl Wire for Http {
    fn agreed(&self) -> Option<Agreed> {
        self.noted.lock().unwrap_or_else(PoisonError::into_inner).agreed.clone()
    }

    fn send(&self, request: Request) -> BoxFuture<'static, Result<Answer, Trouble>> {
        let Request { method, path, token, desk, content_type, body, within } = request;
        let mut asked = self.client.request(method, format!("{}{path}", self.base));
        if let Some(token) = token {
            asked = asked.bearer_auth(token);
        }
        if let Some(desk) = desk {
            asked = asked.header(DESK_HEADER, desk.to_string());
        }
        if let Some(content_type) = content_type {
            asked = asked.header("content-type", content_type);
        }
        if let Some(within) = within {
            asked = asked.timeout(within);
        }
        if !body.is_empty() {
            asked = asked.body(body);
        }
        let noted = self.noted.clone();
        async move {
            let answer = asked.send().await.map_err(|error| unbelieved(&noted, broken(error)))?;
            let status = answer.status();
            let header = answer.headers().get("retry-after").and_then(|value| value.to_str().ok());
            let retry_after_s = header.and_then(|value| value.parse().ok());
            let body = answer.bytes_stream().map_ok(|bytes| bytes.to_vec()).map_err(broken).boxed();
            Ok(Answer { status, retry_after_s, body })
        }
        .boxed()
    }
}

/// A handshake that we ended ourselves is not a server that is not there.
fn unbelieved(noted: &Noted, trouble: Trouble) -> Trouble {
    let mut handshake = noted.lock().unwrap_or_else(PoisonError::into_inner);
    match (trouble, std::mem::take(&mut handshake.wrong_key), handshake.untrusted) {
        (Trouble::Unreachable, true, _) => Trouble::WrongKey,
        (Trouble::Unreachable, _, true) => Trouble::Untrusted,
        (other, ..) => other,
    }
}

#[expect(clippy::needless_pass_by_value, reason = "the shape of a map_err")]
fn broken(error: reqwest::Error) -> Trouble {
    match () {
        () if error.is_connect() => Trouble::Unreachable,
        () if error.is_timeout() => Trouble::TimedOut,
        () => Trouble::Cut,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_http_is_spoken_on_this_machine_only() {
        let table = [
            ("https://holdfast.example", true),
            ("http://127.0.0.1:8080", true),
            ("http://localhost:1", true),
            ("http://holdfast.example", false),
            ("http://127.0.0.1.example", false),
            ("file:///etc/passwd", false),
            ("nonsense", false),
        ];
        for (server, want) in table {
            let internet = Internet::new(Path::new("/nowhere"));
            assert_eq!(internet.wire(server).is_some(), want, "{server}");
        }
    }
}
