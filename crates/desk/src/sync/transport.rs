//! Transport: what is said to the server, one call a function. What went wrong is a [`Trouble`],
//! never a panic; what comes back is bounded and checked before it is believed.
//!
//! Deliberately absent: how bytes travel ([`super::wire`]), when to call, and what to do with the
//! answer (the engine's and the driver's).

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use futures_util::stream::BoxStream;
use futures_util::{StreamExt, TryStreamExt};
use holdfast_domain::{OperationId, TicketId};
use holdfast_protocol::blob::BlobState;
use holdfast_protocol::change::{Batch, StreamFrame, Whole};
use holdfast_protocol::digest::{DigestAnswer, DigestRequest};
use holdfast_protocol::escrow::{Escrow, EscrowAnswer};
use holdfast_protocol::hello::{Hello, Welcome};
use holdfast_protocol::push::{Push, PushAnswer};
use holdfast_protocol::salvage::{Salvage, SalvageAnswer};
use holdfast_protocol::session::{Refresh, Session, SignIn};
use holdfast_protocol::snapshot::Manifest;
use holdfast_protocol::{Code, Failure, Row};
use holdfast_sync_engine::Trouble;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use uuid::Uuid;

use super::chunk::unpack;
use super::credentials::Credentials;
use super::sse::{SseDecoder, SseEvent};
use super::wire::{Answer, Method, Network, Request, StatusCode, Wire};

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

/// Why signing in did not work.
#[derive(Debug)]
pub enum SignInError {
    /// No server answers there.
    Unreachable,
    /// Who answers there is not believed.
    Unbelieved(Trouble),
    /// The server said no.
    Refused(Failure),
}

/// Signs in with a password, which is forgotten at once.
pub async fn sign_in(
    network: &dyn Network,
    server: &str,
    login: &str,
    password: &str,
) -> Result<Credentials, SignInError> {
    let wire = network.wire(server).ok_or(SignInError::Unreachable)?;
    let body = SignIn { login: login.to_owned(), password: password.to_owned() };
    let request = Request::new(Method::POST, "/v1/session", ANSWER_WITHIN).json(&body);
    let answer = wire.send(request).await.map_err(|trouble| match trouble {
        Trouble::WrongKey | Trouble::Untrusted => SignInError::Unbelieved(trouble),
        _ => SignInError::Unreachable,
    })?;
    let said_yes = answer.status.is_success();
    let bytes = whole(answer).await.map_err(|_| SignInError::Unreachable)?;
    if said_yes {
        let session: Session =
            serde_json::from_slice(&bytes).map_err(|_| SignInError::Unreachable)?;
        return Ok(session.into());
    }
    let failure = serde_json::from_slice(&bytes);
    Err(SignInError::Refused(
        failure.unwrap_or_else(|_| Failure::new(Code::Internal, "an answer without sense")),
    ))
}

/// The calls to one server.
pub struct Transport {
    wire: Arc<dyn Wire>,
    /// The desk that speaks.
    desk: Mutex<Option<Uuid>>,
}

impl Transport {
    /// Over that wire.
    pub fn new(wire: Arc<dyn Wire>) -> Self {
        Self { wire, desk: Mutex::default() }
    }

    /// From now on every request says that it comes from this desk.
    pub fn speak_for(&self, desk: Uuid) {
        *self.desk.lock().unwrap_or_else(PoisonError::into_inner) = Some(desk);
    }

    /// New tokens for the old.
    pub async fn refresh(&self, token: &str) -> Result<Session, Trouble> {
        let body = Refresh { refresh_token: token.to_owned() };
        let request = self.request(Method::POST, "/v1/session/refresh");
        self.json(request.json(&body)).await.map_err(|trouble| match trouble {
            // The refresh token itself is over.
            Trouble::TokenExpired => Trouble::SessionEnded,
            other => other,
        })
    }

    /// Where both stand.
    pub async fn hello(&self, token: &str, hello: &Hello) -> Result<Welcome, Trouble> {
        self.speak_for(hello.desk);
        self.json(self.ask(Method::POST, "/v1/sync/hello", token).json(hello)).await
    }

    /// The snapshot of a scope.
    pub async fn manifest(&self, token: &str, scope: &str) -> Result<Manifest, Trouble> {
        let request = self.ask(Method::GET, &format!("/v1/sync/snapshot/{scope}"), token);
        self.json(request.within(MANIFEST_WITHIN)).await
    }

    /// One chunk of it, checked and unpacked.
    pub async fn chunk(
        &self,
        token: &str,
        manifest: &Manifest,
        chunk: u32,
    ) -> Result<Vec<Row>, Trouble> {
        let Manifest { scope, snapshot, chunks, .. } = manifest;
        let path = format!("/v1/sync/snapshot/{scope}/{snapshot}/{chunk}");
        let bytes = self.body(self.ask(Method::GET, &path, token).within(BULK_WITHIN)).await?;
        let promised = chunks.get(chunk as usize).ok_or(Trouble::Garbage)?;
        if blake3::hash(&bytes).to_hex().as_str() != promised.blake3 {
            return Err(Trouble::Garbage);
        }
        unpack(&bytes)
    }

    /// What came after a cursor of an epoch.
    pub async fn changes(
        &self,
        token: &str,
        epoch: Uuid,
        since: i64,
        max_rows: u32,
    ) -> Result<Batch, Trouble> {
        let path = format!("/v1/sync/changes?since={since}&max_rows={max_rows}&epoch={epoch}");
        self.json(self.ask(Method::GET, &path, token).within(BULK_WITHIN)).await
    }

    /// What happens from a cursor of an epoch on. Ends with the trouble that ended it.
    pub async fn stream(
        &self,
        token: &str,
        epoch: Uuid,
        since: i64,
    ) -> Result<BoxStream<'static, Result<News, Trouble>>, Trouble> {
        let path = format!("/v1/sync/stream?since={since}&epoch={epoch}");
        let request = self.ask(Method::GET, &path, token).lasting();
        Ok(news(checked(self.wire.send(request).await?).await?).boxed())
    }

    /// Operations on their way.
    pub async fn push(&self, token: &str, push: &Push) -> Result<PushAnswer, Trouble> {
        self.json(self.ask(Method::POST, "/v1/sync/push", token).json(push)).await
    }

    /// Whether both hold the same.
    pub async fn digest(
        &self,
        token: &str,
        request: &DigestRequest,
    ) -> Result<DigestAnswer, Trouble> {
        self.json(self.ask(Method::POST, "/v1/sync/digest", token).json(request)).await
    }

    /// Words of others that a restored server may lack.
    pub async fn salvage(&self, token: &str, words: &Salvage) -> Result<SalvageAnswer, Trouble> {
        self.json(self.ask(Method::POST, "/v1/sync/salvage", token).json(words)).await
    }

    /// What left with its ticket, and a restored server may lack.
    pub async fn escrow(&self, token: &str, escrow: &Escrow) -> Result<EscrowAnswer, Trouble> {
        self.json(self.ask(Method::POST, "/v1/sync/escrow", token).json(escrow)).await
    }

    /// One whole ticket; `None` if there is none for this agent.
    pub async fn ticket(&self, token: &str, ticket: TicketId) -> Result<Option<Whole>, Trouble> {
        match self.json(self.ask(Method::GET, &format!("/v1/tickets/{ticket}"), token)).await {
            Ok(whole) => Ok(Some(whole)),
            Err(Trouble::NotFound) => Ok(None),
            Err(trouble) => Err(trouble),
        }
    }

    /// What the server has of a file.
    pub async fn blob_state(&self, token: &str, hash: &str) -> Result<BlobState, Trouble> {
        self.json(self.ask(Method::GET, &format!("/v1/blobs/{hash}"), token)).await
    }

    /// One chunk of a file, to the server; sealed to its key if it lay in escrow with an operation.
    pub async fn put_blob(
        &self,
        token: &str,
        (hash, chunk, size_bytes): (&str, u32, u64),
        (bytes, sealed_for): (Vec<u8>, Option<OperationId>),
    ) -> Result<BlobState, Trouble> {
        let mut path = format!("/v1/blobs/{hash}/{chunk}?size_bytes={size_bytes}");
        if let Some(operation) = sealed_for {
            path.push_str(&format!("&sealed_for={operation}"));
        }
        self.json(self.ask(Method::PUT, &path, token).bytes(bytes)).await
    }

    /// A file will not come: replies that wait for it there are not to go out any more.
    pub async fn forgo_blob(&self, token: &str, hash: &str) -> Result<BlobState, Trouble> {
        self.json(self.ask(Method::DELETE, &format!("/v1/blobs/{hash}"), token)).await
    }

    /// One chunk of a file, from the server.
    pub async fn get_blob(&self, token: &str, hash: &str, chunk: u32) -> Result<Vec<u8>, Trouble> {
        self.body(self.ask(Method::GET, &format!("/v1/blobs/{hash}/{chunk}"), token)).await
    }

    fn ask(&self, method: Method, path: &str, token: &str) -> Request {
        Request { token: Some(token.to_owned()), ..self.request(method, path) }
    }

    fn request(&self, method: Method, path: &str) -> Request {
        let desk = *self.desk.lock().unwrap_or_else(PoisonError::into_inner);
        Request { desk, ..Request::new(method, path, ANSWER_WITHIN) }
    }

    async fn json<T: DeserializeOwned>(&self, request: Request) -> Result<T, Trouble> {
        let bytes = self.body(request).await?;
        serde_json::from_slice(&bytes).map_err(|_| Trouble::Garbage)
    }

    async fn body(&self, request: Request) -> Result<Vec<u8>, Trouble> {
        let answer = self.wire.send(request).await?;
        whole(checked(answer).await?).await
    }
}

async fn whole(answer: Answer) -> Result<Vec<u8>, Trouble> {
    let mut bytes = Vec::new();
    let mut parts = answer.body;
    while let Some(part) = parts.try_next().await? {
        if bytes.len() + part.len() > ANSWER_BYTES_MAX {
            return Err(Trouble::Garbage);
        }
        bytes.extend_from_slice(&part);
    }
    Ok(bytes)
}

async fn checked(answer: Answer) -> Result<Answer, Trouble> {
    let Answer { status, retry_after_s, .. } = answer;
    if status.is_success() {
        return Ok(answer);
    }
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
        Code::DeskRevoked => Trouble::DeskRevoked,
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

#[derive(Deserialize)]
struct Head {
    head: i64,
}

fn news(answer: Answer) -> impl futures_util::Stream<Item = Result<News, Trouble>> {
    let mut decoder = SseDecoder::default();
    let events = answer.body.map(move |part| {
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
