//! The stream: frames that continue each other, pokes, and ends.

use std::time::Duration;

use futures_util::{Stream, StreamExt};
use holdfast_protocol::{Change, StreamFrame};
use holdfast_server::admin::Request;
use reqwest::Method;

use crate::world::*;

/// Longer than anything a test waits for; shorter than patience.
const PATIENCE: Duration = Duration::from_secs(20);

/// Events of a stream as (name, data); read by hand, since it is a few lines.
struct Events<S> {
    bytes: S,
    text: String,
}

impl<S: Stream<Item = reqwest::Result<Vec<u8>>> + Unpin> Events<S> {
    /// The next event; `None` at the end of the stream.
    async fn next(&mut self) -> Option<(String, String)> {
        let reading = async {
            loop {
                if let Some((event, rest)) = self.text.split_once("\n\n") {
                    let field = |name: &str| {
                        let line = event.lines().find_map(|line| line.strip_prefix(name));
                        line.unwrap_or_default().trim().to_owned()
                    };
                    let found = (field("event:"), field("data:"));
                    self.text = rest.to_owned();
                    return Some(found);
                }
                let bytes = self.bytes.next().await?.ok()?;
                self.text.push_str(&String::from_utf8(bytes).expect("UTF-8"));
            }
        };
        tokio::time::timeout(PATIENCE, reading).await.expect("an event or the end")
    }

    /// The next frame that shows something.
    async fn frame(&mut self) -> StreamFrame {
        loop {
            let (name, data) = self.next().await.expect("an event");
            if name == "changes" {
                let frame: StreamFrame = serde_json::from_str(&data).expect("a frame");
                if !frame.commits.is_empty() {
                    return frame;
                }
            }
        }
    }
}

async fn open(
    desk: &Desk,
    since: i64,
) -> Events<impl Stream<Item = reqwest::Result<Vec<u8>>> + Unpin> {
    let request = desk.ask(Method::GET, &format!("/v1/sync/stream?since={since}"));
    let response = request.send().await.expect("a stream");
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    let bytes = response.bytes_stream().map(|bytes| bytes.map(|bytes| bytes.to_vec()));
    Events { bytes: Box::pin(bytes), text: String::new() }
}

#[tokio::test]
async fn what_one_writes_the_other_hears_and_frames_continue_each_other() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let ann = world.desk("ann@desk.example").await;
    let since = ann.head().await;
    let mut heard = open(&ann, since).await;
    let mut cursor = since;
    for n in 0..3 {
        let text = format!("Heard {n}");
        ada.push(&[operation(ticket("mine"), note(&text))]).await.expect("an answer");
        let frame = heard.frame().await;
        assert_eq!(frame.prev, cursor, "it continues the one before");
        assert_eq!(frame.epoch, ann.epoch);
        cursor = frame.to;
        let json = serde_json::to_string(&frame).expect("JSON");
        assert!(json.contains(&text), "{json}");
        assert!(!json.contains("\"outcome\""), "outcomes are their desk's alone");
    }
}

#[tokio::test]
async fn a_stream_begins_at_its_cursor() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let since = ada.head().await;
    ada.push(&[operation(ticket("mine"), note("Before it."))]).await.expect("an answer");
    let frame = open(&ada, since).await.frame().await;
    assert_eq!((frame.prev, frame.to), (since, since + 1));
    let outcome = |change: &Change| matches!(change, Change::Outcome { .. });
    assert!(frame.commits[0].changes.iter().any(outcome), "with this desk's outcome");
}

#[tokio::test]
async fn what_concerns_somebody_else_moves_the_cursor_without_content() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let gil = world.desk("gil@desk.example").await;
    let since = gil.head().await;
    let mut heard = open(&gil, since).await;
    ada.push(&[operation(ticket("mine"), note("Among reds."))]).await.expect("an answer");
    let (name, data) = heard.next().await.expect("an event");
    assert_eq!(name, "changes");
    let frame: StreamFrame = serde_json::from_str(&data).expect("a frame");
    assert_eq!((frame.prev, frame.to, frame.commits.len()), (since, since + 1, 0));
}

#[tokio::test]
async fn more_than_a_frame_holds_becomes_one_poke() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let since = ada.head().await;
    let many: Vec<_> =
        (0..6).map(|_| operation(ticket("mine"), note(&"x".repeat(60_000)))).collect();
    ada.push(&many).await.expect("an answer");
    let (name, data) = open(&ada, since).await.next().await.expect("an event");
    assert_eq!((name.as_str(), data), ("poke", format!("{{\"head\":{}}}", since + 1)));
}

#[tokio::test]
async fn a_revoked_agent_and_a_stopped_server_end_the_stream() {
    let world = World::new().await;
    let ada = world.desk("ada@desk.example").await;
    let ann = world.desk("ann@desk.example").await;
    let since = ann.head().await;
    let (mut of_ada, mut of_ann) = (open(&ada, since).await, open(&ann, since).await);
    let login = "ada@desk.example".to_owned();
    world.admin(Request::AgentDisable { login }).await.expect("disabled");
    while let Some((name, _)) = of_ada.next().await {
        assert_eq!(name, "changes", "nothing but what was on its way");
    }
    let frame = of_ann.frame().await;
    assert_eq!(frame.prev, since, "others go on, and hear of it");
    world.server.stop().await.expect("a stop");
    assert_eq!(of_ann.next().await, None, "the server stopped");
}
