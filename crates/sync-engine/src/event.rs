//! Everything that can happen to a desk that syncs. One closed list: whatever can wake the engine
//! stands here.
//!
//! Each [`crate::Action`] that asks for something is answered by exactly one event, success or
//! [`Event::Failed`]; the driver owes that answer within a time-out of its own. Deliberately
//! absent: how an answer was come by.

use holdfast_domain::{OperationId, TicketId};
use holdfast_protocol::change::{Batch, StreamFrame};
use holdfast_protocol::hello::{Hello, Scope, Welcome};
use holdfast_protocol::push::PushAnswer;
use holdfast_protocol::row::Row;
use holdfast_protocol::snapshot::Manifest;
use uuid::Uuid;

use crate::outbox::Waiting;
use crate::trouble::Trouble;

/// Something that happened.
#[derive(Clone, Debug)]
pub enum Event {
    /// Try now: the agent asked for it, or the machine woke up or found a network.
    Wake,
    /// The outbox has changed.
    Written,
    /// The moment of the last [`crate::Action::SetTimer`] has come. It is always replaced then.
    TimerFired,
    /// Answers `Hello`: what was said and what came back.
    HelloAnswered {
        /// As sent.
        said: Hello,
        /// As answered.
        welcome: Box<Welcome>,
    },
    /// Answers `RefreshToken`.
    TokenRefreshed,
    /// Answers `Renew`: it is on disk.
    Renewed,
    /// Answers `SetScopes`: nothing that they do not show is seen any more.
    ScopesSet,
    /// Answers `FetchManifest`.
    ManifestFetched(Box<Manifest>),
    /// Answers `BeginScope`: chunks may be taken.
    ScopeBegun {
        /// Which.
        scope: Scope,
        /// The first chunk that is not on disk.
        next_chunk: u32,
    },
    /// Answers `FetchChunk`.
    ChunkFetched {
        /// Of which snapshot.
        snapshot: Uuid,
        /// From 0.
        chunk: u32,
        /// Its rows, checked against the manifest.
        rows: Vec<Row>,
    },
    /// Answers `TakeChunk`: it is on disk.
    ChunkTaken {
        /// Of which snapshot.
        snapshot: Uuid,
        /// From 0.
        chunk: u32,
    },
    /// Answers `FinishScope`: the scope is complete.
    ScopeFinished {
        /// Which.
        scope: Scope,
        /// The cursor now.
        cursor: i64,
        /// Operations that settled by the way.
        settled: Vec<OperationId>,
    },
    /// Answers `Pull`.
    Pulled(Batch),
    /// Answers `TakeRows`: rows, outcomes and cursor are on disk.
    BatchTaken {
        /// The cursor now.
        cursor: i64,
        /// Whether the agent's rights changed in it.
        rights: bool,
        /// Operations that settled in it.
        settled: Vec<OperationId>,
    },
    /// Answers `OpenStream`.
    StreamOpened,
    /// News on the open stream.
    StreamFrame(StreamFrame),
    /// The open stream says that it lives.
    StreamBeat {
        /// The newest commit.
        head: i64,
    },
    /// The open stream could not keep up.
    StreamPoke {
        /// The newest commit.
        head: i64,
    },
    /// The open stream ended.
    StreamClosed,
    /// Answers `ReadOutbox`: what is not settled, in order of position.
    OutboxRead(Vec<Waiting>),
    /// Answers `NumberAndPush`.
    PushAnswered(PushAnswer),
    /// Answers `Digest`.
    DigestAnswered {
        /// Which scope was compared.
        scope: Scope,
        /// The result.
        verdict: Verdict,
    },
    /// Answers `Refetch`: each ticket is as the server has it, or gone.
    Refetched(Scope),
    /// Answers any of them: it did not work.
    Failed {
        /// What was asked for.
        call: Call,
        /// Why.
        trouble: Trouble,
    },
}

impl Event {
    /// What was asked for, if this is an answer.
    pub fn answers(&self) -> Option<Call> {
        Some(match self {
            Self::Wake
            | Self::Written
            | Self::TimerFired
            | Self::StreamFrame(_)
            | Self::StreamBeat { .. }
            | Self::StreamPoke { .. }
            | Self::StreamClosed => return None,
            Self::HelloAnswered { .. } => Call::Hello,
            Self::TokenRefreshed => Call::RefreshToken,
            Self::Renewed => Call::Renew,
            Self::ScopesSet => Call::SetScopes,
            Self::ManifestFetched(_) => Call::FetchManifest,
            Self::ScopeBegun { .. } => Call::BeginScope,
            Self::ChunkFetched { .. } => Call::FetchChunk,
            Self::ChunkTaken { .. } => Call::TakeChunk,
            Self::ScopeFinished { .. } => Call::FinishScope,
            Self::Pulled(_) => Call::Pull,
            Self::BatchTaken { .. } => Call::TakeRows,
            Self::StreamOpened => Call::OpenStream,
            Self::OutboxRead(_) => Call::ReadOutbox,
            Self::PushAnswered(_) => Call::NumberAndPush,
            Self::DigestAnswered { .. } => Call::Digest,
            Self::Refetched(_) => Call::Refetch,
            Self::Failed { call, .. } => *call,
        })
    }
}

/// What comparing a scope with the server said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Both hold the same.
    Equal,
    /// The server has moved on: compare later.
    NotAtHead,
    /// These tickets differ, or stand on one side only.
    Differs(Vec<TicketId>),
}

/// What can fail; named after the action that asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
#[expect(missing_docs, reason = "each is the action of that name")]
pub enum Call {
    Hello,
    RefreshToken,
    Renew,
    SetScopes,
    FetchManifest,
    BeginScope,
    FetchChunk,
    TakeChunk,
    FinishScope,
    Pull,
    TakeRows,
    OpenStream,
    ReadOutbox,
    NumberAndPush,
    Digest,
    Refetch,
}
