//! Commands: what the UI can ask, a module a noun, in the order of [`crate::ipc::schema`].
//!
//! Each reads or writes the cache and answers; none waits for the network but signing in.

pub mod attachment;
pub mod bulk;
pub mod contact;
pub mod directory;
pub mod draft;
pub mod macros;
pub mod outbox;
pub mod search;
pub mod session;
pub mod settings;
pub mod status;
pub mod ticket;
pub mod tray;
pub mod view;
