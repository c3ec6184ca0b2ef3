//! What the UI is shown and what it asks: plain data, ready to be rendered.
//!
//! Rules stay below: the UI compares times with the marks it is given and prints codes in the
//! reader's language; it decides nothing. Everything here is `camelCase`-free, as on the wire.

mod directory;
mod draft;
mod list;
mod outbox;
mod session;
mod ticket;
mod tray;

pub use directory::*;
pub use draft::*;
pub use holdfast_domain::escalation::Packet;
pub use list::*;
pub use outbox::*;
pub use session::*;
pub use ticket::*;
pub use tray::*;

use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// No request, or nothing to say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct Nothing {}
