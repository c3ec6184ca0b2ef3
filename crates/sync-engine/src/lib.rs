//! What to send, take, replay, retry and distrust: how a desk and the server agree and lose
//! nothing. The rules are those of docs/protocol.md; this room decides, the desk's driver does.
//!
//! - [`Engine`] takes an [`Event`], answers with [`Action`]s. The same events at the same moments
//!   with the same seed give the same actions.
//! - [`replay`] puts what waits on top of what the server said, with the rules of the domain.
//! - [`plan`] compares lists.
//!
//! Why a machine without input and output, and not tasks that wait for each other: every
//! interleaving of a dropped frame, a late answer and a full disk can be written down as a list of
//! events and tried. Refused: one task per concern with channels between them (its states are
//! nowhere written down); an actor that does I/O itself (nothing can be tried without a network).
//!
//! Deliberately absent: disk, sockets, async, clocks, chance; how operations are decided.

mod action;
mod backoff;
mod engine;
mod event;
mod outbox;
pub mod plan;
mod replay;
mod status;
mod trouble;

pub use action::{Action, Renewal, Taking};
pub use backoff::{REST_MAX_MS, REST_MIN_MS, RETRY_AFTER_MAX_S};
pub use engine::{
    COMPARE_AGAIN_MS, COMPARE_EVERY_MS, Engine, FRAMES_MAX, NUDGE_MS, REFETCH_MAX, STUCK_MS, Start,
};
pub use event::{Call, Event, Verdict};
pub use outbox::Waiting;
pub use replay::{Replayed, WaitingOperation, replay};
pub use status::{Connection, Progress, Status};
pub use trouble::Trouble;
