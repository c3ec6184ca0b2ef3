//! Requests to the server: paths, queries, cursors and bodies, by somebody who is signed in and by
//! a channel. The first line is `METHOD path?query`, the rest is the body.

use holdfast_protocol::{Code, Failure};

use super::world::{CHANNEL, request, world};

pub(super) const WORDS: &[&str] = &[
    "GET /v1/sync/changes?since=",
    "GET /v1/sync/stream?since=",
    "GET /v1/sync/snapshot/",
    "POST /v1/sync/push\n",
    "POST /v1/sync/hello\n",
    "POST /v1/sync/digest\n",
    "POST /v1/sync/escrow\n",
    "POST /v1/sync/salvage\n",
    "POST /v1/intake\n",
    "GET /v1/deliveries?after=",
    "GET /v1/tickets/",
    "PUT /v1/blobs/",
    "GET /v1/blobs/",
    "&max_rows=",
    "&epoch=",
    "?size_bytes=",
    "personal",
    "team:",
    "everywhere",
    "worked",
    "%00",
    "%ff",
    "+",
    "/0",
    "00000000-0000-0000-0000-0000000000d1",
    "-1",
    "null",
    "{}",
    "[]",
    "\"\"",
    "{\"operations\":[",
];

pub(super) fn run(bytes: &[u8]) {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let (line, body) = bytes.split_at(end);
    let Ok(line) = std::str::from_utf8(line) else {
        return;
    };
    let (method, path) = line.split_once(' ').unwrap_or(("GET", line));
    // Hashing a password on purpose takes long; its request is JSON of two texts (target `row`).
    if path.starts_with("/v1/session") && method == "POST" {
        return;
    }
    let world = world();
    let channels = path.starts_with("/v1/intake") || path.starts_with("/v1/deliveries");
    let token = if channels { CHANNEL } else { world.token.as_str() };
    let body = body.get(1..).unwrap_or_default().to_vec();
    // What is no request at all never leaves the socket's reader.
    let Ok(asked) = request(method, path, token, body) else {
        return;
    };
    let answer = world.ask(asked).expect("an answer is read whole");
    if answer.status.is_success() || answer.status == 405 {
        return;
    }
    let failure: Failure = serde_json::from_slice(&answer.body)
        .unwrap_or_else(|_| panic!("{} {line:?}: not in our own words", answer.status));
    assert_ne!(failure.code, Code::Internal, "{line:?}: {}", failure.message);
    assert!(!failure.message.is_empty(), "{line:?}: it does not say what is wrong");
}

/// After all of it.
pub fn all_is_sound() {
    world().check().expect("what is stored is sound");
}
