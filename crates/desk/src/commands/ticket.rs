//! One ticket: opening it, reading it, changing it.

mod act;
mod candidates;
mod needs;
mod open;
mod thread;

pub use act::{act, create};
pub use candidates::{candidates, packet};
pub use open::{open, read};

pub(super) use needs::{need_of, words};
