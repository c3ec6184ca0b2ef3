//! Everything that travels between desk, server and channels, as JSON.

use holdfast_protocol::blob::BlobState;
use holdfast_protocol::change::{Batch, Change, StreamFrame, Whole};
use holdfast_protocol::digest::{DigestAnswer, DigestRequest};
use holdfast_protocol::hello::{Hello, Welcome};
use holdfast_protocol::intake::{Delivery, Intake, IntakeAnswer};
use holdfast_protocol::push::{Push, PushAnswer};
use holdfast_protocol::row::TicketRow;
use holdfast_protocol::session::{Refresh, Session, SignIn};
use holdfast_protocol::snapshot::Manifest;
use holdfast_protocol::{Failure, Row};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub(super) const WORDS: &[&str] = &[
    "{\"entity\":\"ticket\",",
    "\"change\":\"row\",\"row\":",
    "\"change\":\"purge\"",
    "\"version\":",
    "\"2026-11-20T12:00:00.000001Z\"",
    "\"-009999-01-02T01:59:59Z\"",
    "\"00000000-0000-0000-0000-000000000001\"",
    "null",
    "[]",
    "{}",
    "\"\\ud800\"",
    "\"\\u0000\"",
    "\n",
    "[[[[",
];

pub(super) fn run(bytes: &[u8]) {
    again::<Row>(bytes);
    again::<Change>(bytes);
    again::<Batch>(bytes);
    again::<StreamFrame>(bytes);
    again::<Whole>(bytes);
    again::<Manifest>(bytes);
    again::<Hello>(bytes);
    again::<Welcome>(bytes);
    again::<Push>(bytes);
    again::<PushAnswer>(bytes);
    again::<DigestRequest>(bytes);
    again::<DigestAnswer>(bytes);
    again::<BlobState>(bytes);
    again::<Session>(bytes);
    again::<SignIn>(bytes);
    again::<Refresh>(bytes);
    again::<Failure>(bytes);
    again::<Intake>(bytes);
    again::<IntakeAnswer>(bytes);
    again::<Delivery>(bytes);
    if let Ok(row) = serde_json::from_slice::<TicketRow>(bytes) {
        // What a desk decides on is the row, no more and no less.
        let state = row.state();
        let back = TicketRow::of(&state, (row.version, row.number, row.entries), row.preview);
        assert_eq!(back.state(), state);
    }
}

/// What was read, written and read again is the same.
pub(super) fn again<T: Serialize + DeserializeOwned>(bytes: &[u8]) -> Option<T> {
    let read: T = serde_json::from_slice(bytes).ok()?;
    let once = serde_json::to_string(&read).expect("what was read can be written");
    let reread: T = serde_json::from_str(&once).expect("what was written can be read");
    let twice = serde_json::to_string(&reread).expect("what was read can be written");
    assert_eq!(once, twice, "it does not read as it was written");
    Some(read)
}
