//! Transport: the way to the server, one call a function. What went wrong is a [`Trouble`], never
//! a panic; what comes back is bounded and checked before it is believed.
//!
//! Deliberately absent: when to call, and what to do with the answer (the engine's and the
//! driver's).

use std::future::Future;
use std::io::Read as _;
use std::time::Duration;

use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use holdfast_domain::TicketId;
use holdfast_protocol::blob::BlobState;
use holdfast_protocol::change::{Batch, StreamFrame, Whole};
use holdfast_protocol::digest::{DigestAnswer, DigestRequest};
use holdfast_protocol::hello::{Hello, Welcome};
use holdfast_protocol::limits::{CHUNK_BYTES_MAX, SILENCE_S};
use holdfast_protocol::push::{Push, PushAnswer};
use holdfast_protocol::session::{Refresh, Session, SignIn};
use holdfast_protocol::snapshot::Manifest;
use holdfast_protocol::{Code, Failure, Row};
use holdfast_sync_engine::Trouble;
use reqwest::{Client, Method, RequestBuilder, Response, StatusCode};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::credentials::Credentials;
use super::sse::{SseDecoder, SseEvent};

const CONNECT_WITHIN: Duration = Duration::from_secs(5);
const ANSWER_WITHIN: Duration = Duration::from_secs(30);
/// Megabytes over a thin line. One that is silent is given up much earlier.
const BULK_WITHIN: Duration = Duration::from_secs(300);
/// A scope's snapshot may have to be built first.
const MANIFEST_WITHIN: Duration = Duration::from_secs(600);
/// Largest answer that is read whole, bytes.
const ANSWER_BYTES_MAX: usize = 64 * 1024 * 1024;

/// What the open stream says.
#[derive(Clone, Debug, PartialEq)]
pub enum News {
    /// What happened.
    Frame(Box<StreamFrame>),
    /// It lives; the newest commit.
    Beat(i64),
    /// It could not keep up; the newest commit.
    Poke(i64),
}

/// A way to a server. One implementation speaks HTTP; a simulated world has its own.
pub trait Transport: Send + Sync + 'static {
    /// New tokens for the old.
    fn refresh(&self, token: &str) -> impl Future<Output = Result<Session, Trouble>> + Send;
    /// Where both stand.
    fn hello(
        &self,
        token: &str,
        hello: &Hello,
    ) -> impl Future<Output = Result<Welcome, Trouble>> + Send;
    /// The snapshot of a scope.
    fn manifest(
        &self,
        token: &str,
        scope: &str,
    ) -> impl Future<Output = Result<Manifest, Trouble>> + Send;
    /// One chunk of it, checked and unpacked.
    fn chunk(
        &self,
        token: &str,
        manifest: &Manifest,
        chunk: u32,
    ) -> impl Future<Output = Result<Vec<Row>, Trouble>> + Send;
    /// What came after a cursor of an epoch.
    fn changes(
        &self,
        token: &str,
        epoch: Uuid,
        since: i64,
        max_rows: u32,
    ) -> impl Future<Output = Result<Batch, Trouble>> + Send;
    /// What happens from a cursor of an epoch on. Ends with the trouble that ended it.
    fn stream(
        &self,
        token: &str,
        epoch: Uuid,
        since: i64,
    ) -> impl Future<Output = Result<BoxStream<'static, Result<News, Trouble>>, Trouble>> + Send;
    /// Operations on their way.
    fn push(
        &self,
        token: &str,
        push: &Push,
    ) -> impl Future<Output = Result<PushAnswer, Trouble>> + Send;
    /// Whether both hold the same.
    fn digest(
        &self,
        token: &str,
        request: &DigestRequest,
    ) -> impl Future<Output = Result<DigestAnswer, Trouble>> + Send;
    /// One whole ticket; `None` if there is none for this agent.
    fn ticket(
        &self,
        token: &str,
        ticket: TicketId,
    ) -> impl Future<Output = Result<Option<Whole>, Trouble>> + Send;
    /// What the server has of a file.
    fn blob_state(
        &self,
        token: &str,
        hash: &str,
    ) -> impl Future<Output = Result<BlobState, Trouble>> + Send;
    /// One chunk of a file, to the server.
    fn put_blob(
        &self,
        token: &str,
        hash: &str,
        chunk: (u32, u64, Vec<u8>),
    ) -> impl Future<Output = Result<BlobState, Trouble>> + Send;
    /// A file will not come: replies that wait for it there are not to go out any more.
    fn forgo_blob(
        &self,
        token: &str,
        hash: &str,
    ) -> impl Future<Output = Result<BlobState, Trouble>> + Send;
    /// One chunk of a file, from the server.
    fn get_blob(
        &self,
        token: &str,
        hash: &str,
        chunk: u32,
    ) -> impl Future<Output = Result<Vec<u8>, Trouble>> + Send;
}

/// Why signing in did not work.
#[derive(Debug)]
pub enum SignInError {
    /// No server answers there.
    Unreachable,
    /// The server said no.
    Refused(Failure),
}

/// Signs in with a password, which is forgotten at once.
pub async fn sign_in(
    server: &str,
    login: &str,
    password: &str,
) -> Result<Credentials, SignInError> {
    let http = Http::new(server).ok_or(SignInError::Unreachable)?;
    let body = SignIn { login: login.to_owned(), password: password.to_owned() };
    let request = http.client.post(http.url("/v1/session")).timeout(ANSWER_WITHIN).json(&body);
    let answer = request.send().await.map_err(|_| SignInError::Unreachable)?;
    if answer.status().is_success() {
        let bytes = whole(answer).await.map_err(|_| SignInError::Unreachable)?;
        let session: Session =
            serde_json::from_slice(&bytes).map_err(|_| SignInError::Unreachable)?;
        return Ok(session.into());
    }
    let bytes = whole(answer).await.map_err(|_| SignInError::Unreachable)?;
    let failure = serde_json::from_slice(&bytes);
    Err(SignInError::Refused(
        failure.unwrap_or_else(|_| Failure::new(Code::Internal, "an answer without sense")),
    ))
}

/// HTTP over TLS, or plain on the loopback.
#[derive(Clone, Debug)]
pub struct Http {
    client: Client,
    base: String,
}

impl Http {
    /// A way to that address; `None` unless it is `https`, or `http` on this machine.
    pub fn new(server: &str) -> Option<Self> {
        let url = reqwest::Url::parse(server).ok()?;
        let local = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
        if url.scheme() != "https" && !(url.scheme() == "http" && local) {
            return None;
        }
        let client = Client::builder()
            .connect_timeout(CONNECT_WITHIN)
            .read_timeout(Duration::from_secs(SILENCE_S))
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .ok()?;
        Some(Self { client, base: server.trim_end_matches('/').to_owned() })
    }

    fn url(&self, path: &str) -> String {
        format!("{}{path}", self.base)
    }

    fn ask(&self, method: Method, path: &str, token: &str) -> RequestBuilder {
        self.client.request(method, self.url(path)).bearer_auth(token).timeout(ANSWER_WITHIN)
    }
}

impl Transport for Http {
    async fn refresh(&self, token: &str) -> Result<Session, Trouble> {
        let body = Refresh { refresh_token: token.to_owned() };
        let request = self.client.post(self.url("/v1/session/refresh")).timeout(ANSWER_WITHIN);
        json(request.json(&body)).await.map_err(|trouble| match trouble {
            // The refresh token itself is over.
            Trouble::TokenExpired => Trouble::SessionEnded,
            other => other,
        })
    }

    async fn hello(&self, token: &str, hello: &Hello) -> Result<Welcome, Trouble> {
        json(self.ask(Method::POST, "/v1/sync/hello", token).json(hello)).await
    }

    async fn manifest(&self, token: &str, scope: &str) -> Result<Manifest, Trouble> {
        let request = self.ask(Method::GET, &format!("/v1/sync/snapshot/{scope}"), token);
        json(request.timeout(MANIFEST_WITHIN)).await
    }

    async fn chunk(
        &self,
        token: &str,
        manifest: &Manifest,
        chunk: u32,
    ) -> Result<Vec<Row>, Trouble> {
        let Manifest { scope, snapshot, chunks, .. } = manifest;
        let path = format!("/v1/sync/snapshot/{scope}/{snapshot}/{chunk}");
        let request = self.ask(Method::GET, &path, token).timeout(BULK_WITHIN);
        let bytes = body(request).await?;
        let promised = chunks.get(chunk as usize).ok_or(Trouble::Garbage)?;
        if blake3::hash(&bytes).to_hex().as_str() != promised.blake3 {
            return Err(Trouble::Garbage);
        }
        unpack(&bytes)
    }

    async fn changes(
        &self,
        token: &str,
        epoch: Uuid,
        since: i64,
        max_rows: u32,
    ) -> Result<Batch, Trouble> {
        let path = format!("/v1/sync/changes?since={since}&max_rows={max_rows}&epoch={epoch}");
        json(self.ask(Method::GET, &path, token).timeout(BULK_WITHIN)).await
    }

    async fn stream(
        &self,
        token: &str,
        epoch: Uuid,
        since: i64,
    ) -> Result<BoxStream<'static, Result<News, Trouble>>, Trouble> {
        let url = self.url(&format!("/v1/sync/stream?since={since}&epoch={epoch}"));
        let answer = self.client.get(url).bearer_auth(token).send().await.map_err(broken)?;
        let answer = checked(answer).await?;
        Ok(news(answer).boxed())
    }

    async fn push(&self, token: &str, push: &Push) -> Result<PushAnswer, Trouble> {
        json(self.ask(Method::POST, "/v1/sync/push", token).json(push)).await
    }

    async fn digest(&self, token: &str, request: &DigestRequest) -> Result<DigestAnswer, Trouble> {
        json(self.ask(Method::POST, "/v1/sync/digest", token).json(request)).await
    }

    async fn ticket(&self, token: &str, ticket: TicketId) -> Result<Option<Whole>, Trouble> {
        match json(self.ask(Method::GET, &format!("/v1/tickets/{ticket}"), token)).await {
            Ok(whole) => Ok(Some(whole)),
            Err(Trouble::NotFound) => Ok(None),
            Err(trouble) => Err(trouble),
        }
    }

    async fn blob_state(&self, token: &str, hash: &str) -> Result<BlobState, Trouble> {
        json(self.ask(Method::GET, &format!("/v1/blobs/{hash}"), token)).await
    }

    async fn put_blob(
        &self,
        token: &str,
        hash: &str,
        (chunk, size_bytes, bytes): (u32, u64, Vec<u8>),
    ) -> Result<BlobState, Trouble> {
        let path = format!("/v1/blobs/{hash}/{chunk}?size_bytes={size_bytes}");
        json(self.ask(Method::PUT, &path, token).body(bytes)).await
    }

    async fn forgo_blob(&self, token: &str, hash: &str) -> Result<BlobState, Trouble> {
        json(self.ask(Method::DELETE, &format!("/v1/blobs/{hash}"), token)).await
    }

    async fn get_blob(&self, token: &str, hash: &str, chunk: u32) -> Result<Vec<u8>, Trouble> {
        body(self.ask(Method::GET, &format!("/v1/blobs/{hash}/{chunk}"), token)).await
    }
}

async fn json<T: DeserializeOwned>(request: RequestBuilder) -> Result<T, Trouble> {
    let bytes = body(request).await?;
    serde_json::from_slice(&bytes).map_err(|_| Trouble::Garbage)
}

async fn body(request: RequestBuilder) -> Result<Vec<u8>, Trouble> {
    let answer = request.send().await.map_err(broken)?;
    whole(checked(answer).await?).await
}

async fn whole(answer: Response) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    let mut parts = answer.bytes_stream();
    while let Some(part) = parts.try_next().await.map_err(broken)? {
        if bytes.len() + part.len() > ANSWER_BYTES_MAX {
            return Err(Trouble::Garbage);
        }
        bytes.extend_from_slice(&part);
    }
    Ok(bytes)
}

async fn checked(answer: Response) -> Result<Response, Trouble> {
    if answer.status().is_success() {
        return Ok(answer);
    }
    let status = answer.status();
    let header = answer.headers().get("retry-after").and_then(|value| value.to_str().ok());
    let retry_after_s = header.and_then(|value| value.parse().ok());
    let bytes = whole(answer).await?;
    match serde_json::from_slice::<Failure>(&bytes) {
        Ok(failure) => Err(trouble(&failure, retry_after_s)),
        Err(_) if status.is_server_error() => Err(Trouble::Internal),
        // Something between the two takes less than the server.
        Err(_) if status == StatusCode::PAYLOAD_TOO_LARGE => Err(Trouble::TooLarge),
        Err(_) => Err(Trouble::Garbage),
    }
}

fn trouble(failure: &Failure, retry_after_s: Option<u32>) -> Trouble {
    match failure.code {
        Code::Throttled | Code::Busy => Trouble::Busy { retry_after_s },
        Code::TokenExpired => Trouble::TokenExpired,
        Code::SessionEnded | Code::SignInFailed => Trouble::SessionEnded,
        Code::Revoked => Trouble::Revoked,
        Code::NotAllowed | Code::NotFound => Trouble::NotFound,
        Code::BadRequest => Trouble::BadRequest,
        Code::TooLarge => Trouble::TooLarge,
        Code::DeskTooOld => Trouble::DeskTooOld,
        Code::DeskTooNew => Trouble::DeskTooNew,
        Code::Horizon => Trouble::Horizon,
        Code::EpochChanged => Trouble::EpochChanged,
        Code::Gap => Trouble::Gap,
        Code::ForkDetected => Trouble::Fork,
        Code::UnknownOperation => Trouble::UnknownOperation {
            name: failure.params.get("name").and_then(|v| v.as_str()).unwrap_or("").to_owned(),
        },
        Code::Internal => Trouble::Internal,
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

/// Rows of a zstd frame of NDJSON. A frame that unpacks to more than it may is not unpacked.
fn unpack(bytes: &[u8]) -> Result<Vec<Row>, Trouble> {
    let decoder = zstd::stream::Decoder::new(bytes).map_err(|_| Trouble::Garbage)?;
    let mut text = Vec::new();
    let limit = CHUNK_BYTES_MAX as u64 + 1;
    decoder.take(limit).read_to_end(&mut text).map_err(|_| Trouble::Garbage)?;
    if text.len() > CHUNK_BYTES_MAX {
        return Err(Trouble::Garbage);
    }
    let lines = text.split(|byte| *byte == b'\n').filter(|line| !line.is_empty());
    lines.map(|line| serde_json::from_slice(line).map_err(|_| Trouble::Garbage)).collect()
}

#[derive(Deserialize)]
struct Head {
    head: i64,
}

fn news(answer: Response) -> impl futures_util::Stream<Item = Result<News, Trouble>> {
    let mut decoder = SseDecoder::default();
    let parts = answer.bytes_stream().map_err(broken);
    let events = parts.map(move |part| {
        let part = part?;
        let events = decoder.take(&part).map_err(|_| Trouble::Garbage)?;
        events.iter().filter_map(understand).collect::<Result<Vec<_>, Trouble>>()
    });
    events.flat_map(|events| {
        let items = match events {
            Ok(events) => events.into_iter().map(Ok).collect(),
            Err(trouble) => vec![Err(trouble)],
        };
        futures_util::stream::iter(items)
    })
}

/// Names that this version does not know are passed over.
fn understand(event: &SseEvent) -> Option<Result<News, Trouble>> {
    let head = || serde_json::from_str::<Head>(&event.data).map(|head| head.head);
    let news = match event.name.as_str() {
        "changes" => serde_json::from_str(&event.data).map(|frame| News::Frame(Box::new(frame))),
        "beat" => head().map(News::Beat),
        "poke" => head().map(News::Poke),
        _ => return None,
    };
    Some(news.map_err(|_| Trouble::Garbage))
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
            assert_eq!(Http::new(server).is_some(), want, "{server}");
        }
    }

    #[test]
    fn a_decompression_bomb_is_not_unpacked() -> std::io::Result<()> {
        let bomb = zstd::encode_all(std::io::repeat(b' ').take(1 << 30), 1)?;
        assert!(bomb.len() < 1 << 20);
        assert_eq!(unpack(&bomb), Err(Trouble::Garbage));
        assert_eq!(unpack(b"no frame at all"), Err(Trouble::Garbage));
        Ok(())
    }
}
