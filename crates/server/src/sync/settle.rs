//! Settling: what one pushed operation comes to, in the turn to write.
//!
//! ```text
//!   number settled before ─ same bytes ─▶ the stored outcome again
//!                         └ other bytes ─▶ stop: fork
//!   number too high ─▶ stop: gap            name@version unknown ─▶ stop, number not consumed
//!   next number ─┬ id settled for the same author ─▶ the same outcome, for this desk, too
//!                ├ id belongs to somebody else ─▶ refused: not found
//!                ├ not readable, or tried too often ─▶ fault
//!                └ otherwise ─▶ decided
//! ```

use anyhow::Result;
use holdfast_domain::operation::{NEEDS_MAX, OPERATION_BYTES_MAX};
use holdfast_domain::{Action, Actor, AgentId, EventId, Operation, OperationId, Outcome, Refusal};
use holdfast_protocol::limits::FAULT_ATTEMPTS_MAX;
use holdfast_protocol::push::{Pushed, Settled, digest_of};
use holdfast_protocol::{Code, Failure};
use jiff::Timestamp;
use serde::Deserialize;
use uuid::Uuid;

use super::write::Writing;
use crate::store::outcome::{self, Verdict};
use crate::store::{Tx, thread};

/// A pushed operation, read as far as it can be.
#[derive(Debug)]
pub struct Incoming {
    /// Its number at its desk.
    pub number: i64,
    id: OperationId,
    digest: String,
    name: String,
    body: Body,
}

#[derive(Debug)]
enum Body {
    Readable(Box<Operation>),
    TooLarge,
    /// The name is known, the arguments are not: no retry can help.
    Unreadable,
}

/// What every operation has, whatever its name.
#[derive(Deserialize)]
struct Head {
    id: OperationId,
    action: Name,
}

#[derive(Deserialize)]
struct Name {
    name: String,
}

/// Who pushes.
#[derive(Clone, Copy, Debug)]
pub struct Pusher {
    /// The author.
    pub agent: AgentId,
    /// Their desk.
    pub desk: Uuid,
    /// Of its numbering.
    pub epoch: Uuid,
    /// Server time.
    pub now: Timestamp,
}

/// Where an operation ended.
#[derive(Debug)]
pub enum Ended {
    /// It was settled before.
    Before(Settled),
    /// It is settled by the commit that is being made.
    Now(outcome::New),
    /// It stops this push; what came before it holds.
    Stopped(Failure),
}

impl Incoming {
    /// Reads one; a failure stops the push there.
    pub fn read(pushed: &Pushed) -> Result<Self, Failure> {
        let bytes = pushed.operation.get().as_bytes();
        let number = pushed.number;
        let bad = |why: &str| Failure::new(Code::BadRequest, why).with("number", number);
        if digest_of(bytes) != pushed.digest {
            return Err(bad("the digest is not that of the bytes"));
        }
        let head: Head =
            serde_json::from_slice(bytes).map_err(|_| bad("an operation without id or name"))?;
        if head.id != pushed.id {
            return Err(bad("the id is not that of the operation"));
        }
        let name = head.action.name;
        if !Action::NAMES.contains(&name.as_str()) {
            let failure = Failure::new(Code::UnknownOperation, "this server does not know it");
            return Err(failure.with("name", name).with("number", number));
        }
        let body = if bytes.len() > OPERATION_BYTES_MAX {
            Body::TooLarge
        } else {
            serde_json::from_slice(bytes).map_or(Body::Unreadable, Body::Readable)
        };
        Ok(Self { number, id: pushed.id, digest: pushed.digest.clone(), name, body })
    }
}

/// Where an operation stands in the order of its desk's numbers.
#[derive(Debug)]
pub enum Place {
    /// Settled before.
    Before(Settled),
    /// The next to be settled.
    Next,
    /// A gap or a fork: it stops its push, and is not tried.
    Stopped(Failure),
}

/// Finds the place of an operation; `last` is the last number settled at this desk.
pub async fn place_of(
    tx: &mut Tx,
    pusher: Pusher,
    incoming: &Incoming,
    last: i64,
) -> Result<Place> {
    let Pusher { desk, epoch, .. } = pusher;
    let number = incoming.number;
    if number == last + 1 {
        return Ok(Place::Next);
    }
    if number > last {
        let failure = Failure::new(Code::Gap, "a number was skipped").with("expected", last + 1);
        return Ok(Place::Stopped(failure));
    }
    let stored = outcome::by_number(tx, desk, epoch, number).await?;
    Ok(match stored {
        Some(stored) if stored.operation == incoming.id.0 && stored.digest == incoming.digest => {
            Place::Before(stored.settled()?)
        }
        _ => {
            let why = "this number is settled with other bytes: a copied desk";
            Place::Stopped(Failure::new(Code::ForkDetected, why).with("number", number))
        }
    })
}

/// Settles one operation, or stops. `last` is the last number settled at this desk, `tries` how
/// often this one was tried before.
pub async fn settle(
    writing: &mut Writing<'_>,
    pusher: Pusher,
    incoming: &Incoming,
    (last, tries): (i64, i64),
) -> Result<Ended> {
    match place_of(&mut writing.tx, pusher, incoming, last).await? {
        Place::Before(settled) => return Ok(Ended::Before(settled)),
        Place::Stopped(failure) => return Ok(Ended::Stopped(failure)),
        Place::Next => {}
    }
    let Pusher { desk, epoch, agent, .. } = pusher;
    let number = incoming.number;
    let verdict = match known(writing, incoming, agent).await? {
        Some(verdict) => verdict,
        None => Verdict::of(&judge(writing, pusher, incoming, tries).await?)?,
    };
    let Incoming { id, digest, name, .. } = incoming;
    let (digest, name) = (digest.clone(), name.clone());
    let new =
        outcome::New { desk, epoch, number, operation: *id, author: agent, digest, name, verdict };
    writing.commit.settle(new.clone());
    Ok(Ended::Now(new))
}

/// The verdict on an id that was settled before, at whatever desk.
async fn known(
    writing: &mut Writing<'_>,
    incoming: &Incoming,
    author: AgentId,
) -> Result<Option<Verdict>> {
    let not_found = || Verdict::of(&Outcome::Refused { refusal: Refusal::NotFound });
    let here = writing.commit.settled(incoming.id).find(|outcome| outcome.author == author);
    let here = here.map(|outcome| (outcome.digest.clone(), outcome.verdict.clone()));
    let stored = outcome::by_operation(&mut writing.tx, incoming.id).await?;
    let mine = stored.iter().find(|stored| stored.author == author.0);
    let mine = here.or_else(|| mine.map(|mine| (mine.digest.clone(), mine.verdict())));
    if let Some((digest, verdict)) = mine {
        // The same id with other words is not the same operation, and was not sent.
        let same = digest == incoming.digest;
        let other = || Verdict::of(&Outcome::Refused { refusal: Refusal::AlreadySent });
        return if same { Ok(Some(verdict)) } else { other().map(Some) };
    }
    let others = stored.iter().any(outcome::Stored::is_accepted);
    let trace = EventId(incoming.id.derive("event", 0));
    if others || thread::event_exists(&mut writing.tx, trace).await? {
        return not_found().map(Some);
    }
    Ok(None)
}

/// The outcome of an operation that is seen for the first time.
async fn judge(
    writing: &mut Writing<'_>,
    pusher: Pusher,
    incoming: &Incoming,
    tries: i64,
) -> Result<Outcome> {
    if tries >= i64::from(FAULT_ATTEMPTS_MAX) {
        return Ok(Outcome::Fault);
    }
    let operation = match &incoming.body {
        Body::Readable(operation) => operation,
        Body::TooLarge => {
            return Ok(Outcome::Refused { refusal: Refusal::TooMuch });
        }
        Body::Unreadable => return Ok(Outcome::Fault),
    };
    if operation.needs.len() > NEEDS_MAX {
        return Ok(Outcome::Refused { refusal: Refusal::TooMuch });
    }
    writing.decide(operation, Actor::Agent(pusher.agent), pusher.now).await
}
