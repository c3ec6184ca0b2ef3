//! `POST /v1/sync/hello`: how a desk and the server find out where they stand.
//!
//! After it every request says in [`DESK_HEADER`] which desk it comes from: changes, stream and
//! the personal snapshot carry the outcomes of that desk. Where the header is missing it is the
//! desk that said hello last in the session; before any hello they answer `bad_request`. Two desks
//! may share a session: a copied profile holds the tokens, too. A desk id that belongs to another
//! agent is `fork_detected`: take a new one.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::letter::Sealing;

/// The header that names the desk of a request, as a UUID.
pub const DESK_HEADER: &str = "holdfast-desk";

/// A part of the world that is snapshotted and fetched together.
///
/// `personal`: the directory (people, teams, macros), the desk's outcomes, and the active tickets
/// in the agent's own sight, whatever team holds them: small, and enough to work with.
/// `team:<id>`: all tickets in sight of that team. `worked`: the finished tickets in the agent's
/// own sight. `everywhere`: all tickets, for who sees all of them, instead of a scope a team. A
/// ticket belongs to a scope by its row alone, so both sides agree on what one holds.
pub type Scope = String;

/// The personal scope.
pub const PERSONAL: &str = "personal";

/// The scope of all tickets. The active and then the finished ones come in the order in which they
/// were made; team by team they would come all over a desk's file.
pub const EVERYWHERE: &str = "everywhere";

/// The scope of what the agent has worked on and is over. Its name stands behind those of teams,
/// and so does its turn.
pub const WORKED: &str = "worked";

/// The scope of a team.
pub fn team_scope(team: holdfast_domain::TeamId) -> Scope {
    format!("team:{team}")
}

/// Under which rights something was told: a fingerprint of the scopes that its reader might hold
/// then, the first 16 hex digits of BLAKE3 over their names, sorted, each with a line feed behind.
///
/// Changes are rows of now under rights of now. A desk that took some that were told under other
/// rights than it has heard of would miss, for ever and unseen, what those did not show.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(transparent)]
pub struct Rights(String);

impl Rights {
    /// Of who may hold these scopes, in any order.
    pub fn of<'a>(scopes: impl IntoIterator<Item = &'a Scope>) -> Self {
        let scopes: BTreeSet<&Scope> = scopes.into_iter().collect();
        let mut hasher = blake3::Hasher::new();
        for scope in scopes {
            hasher.update(scope.as_bytes()).update(b"\n");
        }
        Self(hasher.finalize().to_hex()[..16].to_owned())
    }
}

/// What the desk says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Hello {
    /// The desk's id; new for every profile, and after a fork or a damaged cache.
    pub desk: Uuid,
    /// [`crate::limits::PROTOCOL`] of the desk.
    pub protocol: u32,
    /// [`crate::limits::SCHEMA`] of the desk.
    pub schema: u32,
    /// The epoch it last saw; `None` at its first hello.
    pub epoch: Option<Uuid>,
    /// The last commit it holds.
    pub cursor: i64,
    /// The last number it gave to an operation; 0 for none.
    pub last_number: i64,
    /// Outcomes up to this commit are on its disk: their bodies may be forgotten.
    pub acknowledged: i64,
}

/// What the server answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Welcome {
    /// New at first start and on every restore.
    pub epoch: Uuid,
    /// The newest commit.
    pub head: i64,
    /// Changes after this commit can be asked for; older cursors need a snapshot.
    pub horizon: i64,
    /// The last number of this desk that is settled.
    pub last_number: i64,
    /// Commits up to here are in a backup; `None` while there is no backup.
    pub durable_seq: Option<i64>,
    /// To a desk of another epoch: commits up to here are the same in both, those after it are not
    /// here. What others wrote in them is asked for ([`crate::salvage`]).
    #[serde(default)]
    pub common_seq: Option<i64>,
    /// Operations the server understands, `name@version`.
    pub operations: Vec<String>,
    /// What the agent may hold.
    #[schema(value_type = Vec<String>)]
    pub scopes: Vec<Scope>,
    /// For the day on which this desk is revoked; `None` from an older server.
    #[serde(default)]
    pub sealing: Option<Sealing>,
    /// For the desk's clock offset.
    pub server_time: Timestamp,
    /// Bounds that may differ between deployments.
    pub limits: Limits,
}

/// Bounds that may differ between deployments.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Limits {
    /// Most operations in one push.
    pub push_operations: usize,
    /// Most bytes in one push.
    pub push_bytes: usize,
    /// Largest attachment, bytes.
    pub attachment_bytes: u64,
    /// Days without contact after which the desk locks.
    pub read_lease_days: u32,
}
