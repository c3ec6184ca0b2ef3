//! `POST /v1/sync/salvage`: words of others that a desk holds and a restored server may lack.
//!
//! After another epoch a desk finds among its rows words from commits beyond those of the copy the
//! server was restored from. Its agent's own come again as operations; those of others, customers'
//! above all, nobody else may hold any more. They are offered here before the desk lets go of
//! them. The server keeps what it lacks for 30 days, and a keeper decides.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::row::{MessageRow, NoteRow};

/// Most words in one body.
pub const SALVAGE_WORDS_MAX: usize = 100;

/// Body of it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Salvage {
    /// Public words, as they stood at the desk.
    #[serde(default)]
    pub messages: Vec<MessageRow>,
    /// Internal words.
    #[serde(default)]
    pub notes: Vec<NoteRow>,
}

/// Answer of it: the desk need not hold them any more.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct SalvageAnswer {
    /// How many of them the server lacked and keeps now.
    pub kept: u32,
}
