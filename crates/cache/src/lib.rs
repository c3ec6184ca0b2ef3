//! The desk's encrypted SQLite: what an agent sees, what waits to be sent, and the search index,
//! in one SQLCipher file that one process owns.
//!
//! A noun's table, its row and how it is read and written are in `table/<noun>.rs`. Reading takes
//! `&mut Db`, which both [`ReadTx`] and [`WriteTx`] are; writing takes `&mut WriteTx`, so that
//! every write is inside a transaction whose commit tells the windows what changed.
//!
//! ```text
//! open ──▶ Cache ──read()──▶ ReadTx   four connections that cannot write
//!            └────write(p)─▶ WriteTx  one connection; agents before bulk ──commit()──▶ Notice
//! ```
//!
//! Deliberately absent: the network, the rules of support (the desk decides with `domain` and
//! hands rows over), tokenising (the desk hands a function over), the current time, randomness.

pub mod batch;
mod connect;
pub mod error;
pub mod judge;
pub mod key;
pub mod notice;
pub mod open;
pub mod pool;
pub mod probe;
pub mod purge;
pub mod quarantine;
pub mod schema;
pub mod seal;
pub mod search;
pub mod table;

pub use error::{CacheError, Result};
pub use key::Key;
pub use notice::{Notice, Notices};
pub use open::{Cache, OpenError, OpenOptions, Tokeniser};
pub use pool::{Db, ReadTx, WritePriority, WriteTx};
pub use probe::{Probe, Step};
pub use quarantine::{Salvage, Saved, quarantine_and_salvage};
