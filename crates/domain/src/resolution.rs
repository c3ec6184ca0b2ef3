//! Resolution: how a ticket ended, the ticket's fourth dimension.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

/// What ended the problem.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum ResolutionCode {
    /// The cause was removed.
    Fixed,
    /// The cause stands, the customer can work.
    Workaround,
    /// The customer's configuration was changed.
    Configuration,
    /// Nothing was wrong.
    NoFaultFound,
    /// Another ticket carries it.
    Duplicate,
    /// The customer solved it.
    SelfSolved,
    /// The platform healed itself.
    RemediedAutomatically,
}

/// How a ticket ended: a code to count by and words for colleagues.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Resolution {
    /// What to count by.
    pub code: ResolutionCode,
    /// For colleagues; may be empty. At most [`crate::words::RESOLUTION_BYTES_MAX`].
    pub words: String,
}
