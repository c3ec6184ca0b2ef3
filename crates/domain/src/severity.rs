//! Severity: the customer's impact, P0 (major fault) to P4 (question).

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// P0 is the gravest; the order is by gravity, gravest first.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Severity {
    /// Major fault.
    P0,
    /// Production down or badly impaired.
    P1,
    /// Complex problem.
    P2,
    /// Basic problem.
    P3,
    /// Question.
    P4,
}

impl Severity {
    /// Every severity, gravest first.
    pub const ALL: [Severity; 5] = [Self::P0, Self::P1, Self::P2, Self::P3, Self::P4];

    /// 0 for P0 to 4 for P4, as stored.
    pub fn rank(self) -> i64 {
        self as i64
    }

    /// The severity of a stored rank.
    pub fn from_rank(rank: i64) -> Option<Self> {
        usize::try_from(rank).ok().and_then(|rank| Self::ALL.get(rank).copied())
    }
}
