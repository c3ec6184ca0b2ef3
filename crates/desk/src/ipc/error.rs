//! Failures as the UI sees them: a code from a closed list, a message for logs, parameters.
//!
//! The UI has one table from code to severity, text and button. Being offline is a state, not a
//! failure: no command of an open session answers `unreachable`.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Why a command failed. A code that the UI does not branch on does not exist.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Code {
    /// Login or password is wrong.
    SignInFailed,
    /// Too many tries; `retry_after_s`.
    Throttled,
    /// The server cannot be reached (only while signing in).
    Unreachable,
    /// Who answers has not the server's pinned key (only while signing in).
    WrongKey,
    /// Nobody whom this computer trusts vouches for who answers (only while signing in).
    Untrusted,
    /// The keyring does not answer: a passphrase is needed.
    PassphraseNeeded,
    /// The passphrase is too short; `least_chars`.
    PassphraseWeak,
    /// The passphrase opens nothing.
    PassphraseWrong,
    /// Another window has this profile open.
    ProfileInUse,
    /// The cache is damaged; what could be saved was; sign in again.
    CacheDamaged,
    /// No session is open.
    Locked,
    /// The desk is too old for the server.
    DeskTooOld,
    /// The server is too old for the desk.
    ServerTooOld,
    /// The server was not reached for longer than the read lease; `days`.
    LeaseOver,
    /// The server has disabled this account.
    Revoked,
    /// This desk was revoked: it has sealed what it had not sent and destroyed its key.
    DeskRevoked,
    /// It is not there, or not any more.
    NotFound,
    /// The role does not allow it.
    NotAllowed,
    /// Nothing was written.
    Empty,
    /// Too long or too many; `limit`.
    TooMuch,
    /// A placeholder is still unfilled; `holes`.
    Holes,
    /// A file under the words was lost with a damaged disk; `name`.
    FileLost,
    /// Somebody has it; `by`.
    AlreadyTaken,
    /// Public words arrived that are not on the screen: look, then send again.
    NewerWords,
    /// Their author has gone on writing on these words: they are sent from their draft.
    WrittenOn,
    /// These words were sent.
    AlreadySent,
    /// It is on its way and cannot be taken back.
    TooLate,
    /// The lifecycle has no such step.
    NoSuchStep,
    /// A tag with white space or nothing visible.
    BadTag,
    /// The query cannot be read; `at`, `len`.
    BadQuery,
    /// The disk is full: nothing was changed.
    DiskFull,
    /// The disk fails or is read-only: nothing was changed.
    DiskFails,
    /// The caller's mistake.
    BadRequest,
    /// Ours; the message goes to the log.
    Internal,
}

/// A failed command.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS, thiserror::Error)]
#[error("{code:?}: {message}")]
pub struct Failure {
    /// To branch on.
    pub code: Code,
    /// For logs: English, without words of tickets.
    pub message: String,
    /// What belongs to the code.
    pub params: BTreeMap<String, String>,
}

impl Failure {
    /// A failure without parameters.
    pub fn new(code: Code, message: impl Into<String>) -> Self {
        Self { code, message: message.into(), params: BTreeMap::new() }
    }

    /// The same with one more parameter.
    #[must_use]
    pub fn with(mut self, key: &str, value: impl std::fmt::Display) -> Self {
        self.params.insert(key.to_owned(), format!("{value}"));
        self
    }
}
