//! Trouble: why something did not work, as far as the engine acts on it.
//!
//! Deliberately absent: messages for people. A trouble is a code; the window says it in words.

/// Why something did not work.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// Nobody listens there, or there is no way there.
    Unreachable,
    /// Somebody answers there, with a key that is not the pinned one.
    WrongKey,
    /// Somebody answers there, and nobody whom this computer trusts vouches for them.
    Untrusted,
    /// No answer in time.
    TimedOut,
    /// The connection broke in the middle.
    Cut,
    /// The stream said nothing for too long.
    Silent,
    /// The server is ahead and nothing of it arrives.
    Stuck,
    /// The server asks for patience.
    Busy {
        /// How long, seconds, if it said so.
        retry_after_s: Option<u32>,
    },
    /// The server's fault.
    Internal,
    /// The access token is over.
    TokenExpired,
    /// The agent must sign in again.
    SessionEnded,
    /// The account is disabled.
    Revoked,
    /// This desk may never go on.
    DeskRevoked,
    /// The desk is older than the server takes.
    DeskTooOld,
    /// The desk is newer than the server knows.
    DeskTooNew,
    /// What was asked for is gone from the feed.
    Horizon,
    /// What the agent may see is not what was told at the last hello.
    RightsChanged,
    /// The server was restored.
    EpochChanged,
    /// A number was skipped.
    Gap,
    /// Another disk used this desk's id.
    Fork,
    /// The server does not know this kind of operation.
    UnknownOperation {
        /// `name@version`
        name: String,
    },
    /// More bytes than the server takes.
    TooLarge,
    /// Not there, or not for this agent.
    NotFound,
    /// The server says that the request is wrong.
    BadRequest,
    /// The answer makes no sense.
    Garbage,
    /// The desk's own disk is full or fails.
    Disk,
}

/// What follows from a trouble, whatever was being done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Consequence {
    /// The way to the server is broken: rest, then say hello.
    Rest,
    /// Get a token, then say hello.
    Refresh,
    /// Only the agent can help; the desk goes on offline.
    Away,
    /// Say hello: the two do not agree where they stand.
    Greet,
    /// Take a new desk id.
    Renew,
    /// Only what was being done waits.
    Wait,
}

impl Trouble {
    /// Stable name for the window's table of texts.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Unreachable => "refused",
            Self::WrongKey => "wrong_key",
            Self::Untrusted => "untrusted",
            Self::TimedOut => "timed_out",
            Self::Cut => "cut",
            Self::Silent => "silent",
            Self::Stuck => "stuck",
            Self::Busy { .. } => "busy",
            Self::Internal => "server_fault",
            Self::TokenExpired => "token_expired",
            Self::SessionEnded => "signed_out",
            Self::Revoked => "revoked",
            Self::DeskRevoked => "desk_revoked",
            Self::DeskTooOld => "too_old",
            Self::DeskTooNew => "too_new",
            Self::Horizon => "horizon",
            Self::RightsChanged => "rights_changed",
            Self::EpochChanged => "epoch_changed",
            Self::Gap => "gap",
            Self::Fork => "fork",
            Self::UnknownOperation { .. } => "unknown_operation",
            Self::TooLarge => "too_large",
            Self::NotFound => "not_found",
            Self::BadRequest => "bad_request",
            Self::Garbage => "garbage",
            Self::Disk => "disk",
        }
    }

    /// Nothing is wrong with the way to the server, the session or the desk: only nothing can be
    /// made of this request now. What is merely offered on the way to something else goes unsaid
    /// then, rather than keep a desk from going on.
    pub fn is_of_this_request(&self) -> bool {
        matches!(
            self,
            Self::BadRequest | Self::NotFound | Self::TooLarge | Self::Internal | Self::Garbage
        )
    }

    /// How long the server asked to be left alone, seconds.
    pub(crate) fn retry_after_s(&self) -> Option<u32> {
        match self {
            Self::Busy { retry_after_s } => *retry_after_s,
            _ => None,
        }
    }

    pub(crate) fn consequence(&self) -> Consequence {
        match self {
            Self::Unreachable
            | Self::WrongKey
            | Self::Untrusted
            | Self::TimedOut
            | Self::Cut
            | Self::Silent
            | Self::Stuck => Consequence::Rest,
            Self::TokenExpired => Consequence::Refresh,
            Self::SessionEnded
            | Self::Revoked
            | Self::DeskRevoked
            | Self::DeskTooOld
            | Self::DeskTooNew => Consequence::Away,
            Self::RightsChanged
            | Self::EpochChanged
            | Self::Horizon
            | Self::Gap
            | Self::BadRequest => Consequence::Greet,
            Self::Fork => Consequence::Renew,
            Self::Busy { .. }
            | Self::Internal
            | Self::UnknownOperation { .. }
            | Self::TooLarge
            | Self::NotFound
            | Self::Garbage
            | Self::Disk => Consequence::Wait,
        }
    }
}
