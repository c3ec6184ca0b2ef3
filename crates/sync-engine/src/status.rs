//! Status: what the engine knows about the connection, as facts.
//!
//! Deliberately absent: what the disk knows (how much is saved, held, indexed) and wall clocks.

/// How things stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Status {
    /// Connection to the server.
    pub connection: Connection,
    /// Operations on their way: numbered, and their outcome not reached yet.
    pub sending: u32,
    /// Tickets of snapshots still being fetched; `None` when every scope is complete.
    pub fetching: Option<Progress>,
    /// Why things are not well; `None` when they are.
    pub trouble: Option<&'static str>,
}

/// Part of a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// So far.
    pub done: u64,
    /// In all, as far as is known.
    pub all: u64,
}

/// Connection to the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Connection {
    /// Everything fetched, cursor at the head, stream open.
    Synced,
    /// The server answers; catching up.
    Syncing,
    /// The server does not answer.
    Offline,
    /// Only a person can help: session over, device revoked, versions apart. Of versions the server
    /// is asked again by and by.
    Away,
}
