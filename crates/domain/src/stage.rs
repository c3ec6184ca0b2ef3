//! Stage: how far the work has come, the ticket's dimension "Progress".

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// Stages of work in their usual order; work may go back.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Stage {
    /// Just arrived.
    Intake,
    /// What is it, how grave, whose?
    Triage,
    /// Why does it happen?
    Diagnosis,
    /// Making it right.
    Remedy,
    /// Is it right for the customer?
    Verification,
    /// Finished; set by solving.
    Done,
}

impl Stage {
    /// Every stage, in order.
    pub const ALL: [Stage; 6] =
        [Self::Intake, Self::Triage, Self::Diagnosis, Self::Remedy, Self::Verification, Self::Done];

    /// 0 for intake to 5 for done, as stored.
    pub fn rank(self) -> i64 {
        self as i64
    }

    /// The stage of a stored rank.
    pub fn from_rank(rank: i64) -> Option<Self> {
        usize::try_from(rank).ok().and_then(|rank| Self::ALL.get(rank).copied())
    }
}
