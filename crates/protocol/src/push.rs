//! `POST /v1/sync/push`: operations on their way, and what became of them.
//!
//! The bytes of an operation are frozen when it is numbered; `digest` is over exactly those
//! bytes, so a desk that was copied is found out. An outcome in the answer only means "need not be
//! sent again"; a desk settles when its cursor reaches the outcome in the feed.

use holdfast_domain::{OperationId, Outcome};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::ToSchema;
use uuid::Uuid;

/// Body of a push.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Push {
    /// Which desk.
    pub desk: Uuid,
    /// The epoch the numbers belong to.
    pub epoch: Uuid,
    /// Contiguous numbers, ascending.
    pub operations: Vec<Pushed>,
}

/// One operation on its way.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct Pushed {
    /// Contiguous per desk and epoch, from 1.
    pub number: i64,
    /// Of the operation inside; also its id for ever.
    pub id: OperationId,
    /// [`digest_of`] the frozen bytes.
    pub digest: String,
    /// The frozen bytes: a [`holdfast_domain::Operation`] as JSON.
    #[schema(value_type = holdfast_domain::Operation)]
    pub operation: Box<RawValue>,
}

/// BLAKE3 of an operation's frozen bytes, hexadecimal. The bytes contain id, name@version and
/// arguments.
pub fn digest_of(bytes: &[u8]) -> String {
    blake3::hash(bytes).to_hex().to_string()
}

/// Answer of a push.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PushAnswer {
    /// The last number settled now.
    pub last_number: i64,
    /// In the order pushed.
    pub settled: Vec<Settled>,
}

/// An operation that is settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Settled {
    /// Which.
    pub id: OperationId,
    /// Its number.
    pub number: i64,
    /// What became of it; `None` once its body was acknowledged and forgotten.
    pub outcome: Option<Outcome>,
    /// The commit in which it was settled: the cursor that settles it on the desk.
    pub seq: i64,
}
