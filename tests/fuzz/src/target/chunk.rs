//! A chunk of a snapshot: a zstd frame of NDJSON.

use holdfast_desk::sync::chunk::unpack;
use holdfast_protocol::limits::CHUNK_BYTES_MAX;

pub(super) fn run(bytes: &[u8]) {
    // As it comes …
    let _ = unpack(bytes);
    // … and what a server could have packed.
    let Ok(packed) = zstd::encode_all(bytes, 1) else {
        return;
    };
    let Ok(rows) = unpack(&packed) else {
        return;
    };
    assert!(bytes.len() <= CHUNK_BYTES_MAX);
    let mut text = Vec::new();
    for row in &rows {
        serde_json::to_writer(&mut text, row).expect("a row is JSON");
        text.push(b'\n');
    }
    let again = zstd::encode_all(text.as_slice(), 1).expect("memory takes it");
    assert_eq!(unpack(&again).as_ref(), Ok(&rows), "it does not read as it was written");
    // Cut off anywhere it is not taken for a shorter one.
    if let Some(cut) = packed.len().checked_sub(1 + packed.len() / 3) {
        assert!(unpack(&packed[..cut]).is_err(), "half a chunk was taken");
    }
}
