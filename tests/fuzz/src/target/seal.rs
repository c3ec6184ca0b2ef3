//! The outbox's sealed second copy, damaged or forged, when the database beside it is no more.

use std::path::Path;
use std::sync::LazyLock;

use holdfast_cache::{Key, Salvage, quarantine_and_salvage};
use jiff::Timestamp;
use tokio::runtime::Runtime;

/// A copy with three operations in it, and a fourth that was settled.
static WHOLE: &[u8] = include_bytes!("../../corpus/seal/three-operations");
const KEY: [u8; 32] = [7; 32];

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().expect("a runtime needs nothing but memory")
});
/// Whether it was sealed in the copy. The settled one may come back when the record that settled it
/// cannot be read: the server knows it and takes it once.
fn is_sealed(bytes: &str) -> bool {
    (1..=4).any(|n| bytes == format!("{{\"operation\":{n}}}"))
}

pub(super) fn run(bytes: &[u8]) {
    let found = salvage(bytes, KEY);
    for kept in &found.operations {
        assert!(is_sealed(&kept.bytes), "an operation that nobody wrote was read");
    }
    if bytes == WHOLE {
        assert_eq!((found.operations.len(), found.lost), (3, 0), "whole, it is read whole");
    }
    let other = salvage(bytes, [8; 32]);
    assert!(other.operations.is_empty() && other.drafts.is_empty(), "another key opened it");
}

/// Quarantines a file of zeros with these bytes as its second copy.
fn salvage(bytes: &[u8], key: [u8; 32]) -> Salvage {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let database = folder.path().join("holdfast.db");
    std::fs::write(&database, [0; 4096]).expect("there is room for a file");
    std::fs::write(folder.path().join("holdfast.db.outbox"), bytes).expect("and for another");
    let key = Key::new(key);
    let quarantined = quarantine_and_salvage(&database, &key, Timestamp::UNIX_EPOCH);
    let found = RUNTIME.block_on(quarantined).expect("whatever became of it is set aside");
    assert!(is_kept(folder.path(), bytes), "the damaged copy is gone");
    found
}

/// Whether a file of the folder holds exactly these bytes.
fn is_kept(folder: &Path, bytes: &[u8]) -> bool {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.into_iter().any(|entry| std::fs::read(entry.path()).is_ok_and(|read| read == bytes))
}
