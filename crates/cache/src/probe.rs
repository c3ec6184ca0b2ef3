//! Probe: places where whoever opened the cache may interfere: a simulated world that is short of
//! disk or cut off from power. On an agent's computer there is none.
//!
//! Deliberately absent: any way to change what is written.

use std::sync::Arc;

use crate::error::Result;
use crate::pool::WritePriority;

/// A moment at which a probe is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// Somebody wants to write.
    Beginning(WritePriority),
    /// Everything of a transaction is written; neither it nor the outbox's second copy of what is
    /// in it is on the disk.
    Sealing(WritePriority),
    /// The second copy is on the disk; the transaction is not committed.
    Committing(WritePriority),
    /// It is committed; nobody has been told.
    Committed(WritePriority),
}

/// Asked at each [`Step`]; an error from it is a failure of the disk at that step.
pub type Probe = Arc<dyn Fn(Step) -> Result<()> + Send + Sync>;
