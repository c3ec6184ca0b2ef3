//! Every named bound that both sides must agree on.

/// Protocol major: both sides must speak the same.
pub const PROTOCOL: u32 = 1;
/// Schema of the rows; additive within a protocol major. A server takes desks two older.
pub const SCHEMA: u32 = 1;
/// Oldest schema that a server of this version takes.
pub const SCHEMA_OLDEST: u32 = 1;
/// Most operations in one push.
pub const PUSH_OPERATIONS_MAX: usize = 100;
/// Most bytes in one push body.
pub const PUSH_BYTES_MAX: usize = 1024 * 1024;
/// Most feed rows in one commit.
pub const COMMIT_ROWS_MAX: usize = 1_000;
/// Rows a desk asks for at a time; a commit is never split.
pub const CHANGES_ROWS: u32 = 200;
/// About how many bytes one answer of changes may have.
pub const CHANGES_BYTES_MAX: usize = 1024 * 1024;
/// Uncompressed bytes after which a snapshot chunk is closed. A desk writes a chunk in one
/// transaction if nobody else writes: larger ones spare it writing the same index pages again.
pub const CHUNK_BYTES: usize = 4 * 1024 * 1024;
/// Largest decompressed chunk a desk accepts: one row over the closing size, doubled.
pub const CHUNK_BYTES_MAX: usize = 16 * 1024 * 1024;
/// Seconds between heartbeats of the stream.
pub const HEARTBEAT_S: u64 = 15;
/// Seconds of silence after which a desk tears the stream down.
pub const SILENCE_S: u64 = 35;
/// Bytes of one attachment chunk.
pub const BLOB_CHUNK_BYTES: usize = 1024 * 1024;
/// How often an operation may fail alone before it settles as a fault.
pub const FAULT_ATTEMPTS_MAX: u32 = 5;
/// Days a desk may stay without a server before it locks.
pub const READ_LEASE_DAYS: u32 = 14;
