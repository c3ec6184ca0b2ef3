//! Bad input of a size or a shape: each is told, and nothing breaks.

use holdfast_domain::{Outcome, Refusal};
use holdfast_protocol::Code;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::world::*;

#[tokio::test]
async fn a_push_of_two_mebibytes_is_refused_with_the_limit() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let huge = operation(ticket("mine"), note(&"x".repeat(2 * 1024 * 1024)));
    let failure = ada.push(&[huge]).await.expect_err("too large");
    assert_eq!(failure.code, Code::TooLarge);
    assert_eq!(failure.params["limit_bytes"], 1024 * 1024);
    ada.number = 0;
    ada.push(&[operation(ticket("mine"), note("Small."))]).await.expect("goes on");
}

#[tokio::test]
async fn a_message_beyond_its_own_bound_is_refused_and_consumes_its_number() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    for bytes in [200 * 1024, 300 * 1024] {
        let long = operation(ticket("mine"), note(&"x".repeat(bytes)));
        let answer = ada.push(&[long]).await.expect("an answer");
        let refusal = Refusal::TooMuch;
        assert_eq!(answer.settled[0].outcome, Some(Outcome::Refused { refusal }), "{bytes}");
    }
}

#[tokio::test]
async fn a_hundred_operations_are_welcome_and_one_more_is_not() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let many: Vec<_> =
        (0..100).map(|n| operation(ticket("mine"), note(&format!("Note {n}")))).collect();
    let answer = ada.push(&many).await.expect("an answer");
    assert_eq!(answer.last_number, 100);
    let many: Vec<_> = (0..101).map(|_| operation(ticket("mine"), note("x"))).collect();
    let failure = ada.push(&many).await.expect_err("too many");
    assert_eq!(failure.code, Code::BadRequest);
}

#[tokio::test]
async fn bodies_queries_and_paths_that_make_no_sense_are_told() {
    let world = World::new().await;
    let ada = world.desk("ada@desk.example").await;
    let token = &ada.session.access_token;
    let post = |path: &str, body: &'static str| {
        ada.http.post(format!("{}{path}", ada.url)).bearer_auth(token).body(body)
    };
    let get = |path: &str| ada.http.get(format!("{}{path}", ada.url)).bearer_auth(token);
    let table = [
        (post("/v1/sync/push", "{"), Code::BadRequest),
        (post("/v1/sync/push", r#"{"desk":7}"#), Code::BadRequest),
        (post("/v1/sync/hello", "\u{0}"), Code::BadRequest),
        (get("/v1/sync/changes?since=soon"), Code::BadRequest),
        (get("/v1/sync/changes"), Code::BadRequest),
        (get("/v1/tickets/not-an-id"), Code::NotFound),
        (get("/v1/nowhere"), Code::NotFound),
    ];
    for (request, code) in table {
        let failure = read::<serde_json::Value>(request).await.expect_err("refused");
        assert_eq!(failure.code, code, "{failure:?}");
        assert!(!failure.message.is_empty());
    }
}

#[tokio::test]
async fn words_of_any_script_and_trickery_come_back_as_they_were_written() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let since = ada.head().await;
    let words = "<script>alert(1)</script> \u{202E}abc \u{0} 蓝屏 🖥️ שלום";
    let answer = ada.push(&[operation(ticket("mine"), note(words))]).await.expect("an answer");
    assert_eq!(answer.settled[0].outcome, Some(Outcome::Accepted));
    let (changes, _) = ada.all_changes(since).await;
    let found = rows(&changes)
        .iter()
        .any(|row| matches!(row, holdfast_protocol::Row::Note(row) if row.text == words));
    assert!(found, "bodies stay exactly as written");
}

#[tokio::test]
async fn the_servers_own_pages_answer() {
    let world = World::new().await;
    let http = reqwest::Client::new();
    let text = |path: &str| {
        let request = http.get(format!("{}{path}", world.server.url));
        async { request.send().await.expect("an answer").text().await.expect("text") }
    };
    assert_eq!(text("/health").await, "ok\n");
    assert_eq!(text("/ready").await, "ready\n");
    assert!(text("/metrics").await.contains("holdfast_head"));
    let document: serde_json::Value =
        serde_json::from_str(&text("/v1/openapi.json").await).expect("JSON");
    let paths = document["paths"].as_object().expect("paths");
    for path in ["/v1/session", "/v1/sync/push", "/v1/sync/stream", "/v1/blobs/{hash}/{chunk}"] {
        assert!(paths.contains_key(path), "{path}");
    }
}

#[tokio::test]
async fn connections_beyond_the_bound_are_closed_and_there_is_room_again_afterwards() {
    let two = |config: holdfast_server::Config| {
        let mut config = config;
        config.limits.connections = 2;
        config
    };
    let world = World::with(two, |outside| outside).await;
    let address = world.server.url.strip_prefix("http://").expect("http").to_owned();
    let ask = async |address: &str| {
        let mut tcp = TcpStream::connect(address).await.expect("a connection");
        tcp.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await.ok();
        let mut answer = vec![0; 1024];
        let read = tcp.read(&mut answer).await.unwrap_or(0);
        (tcp, read > 0)
    };
    let (one, answered) = ask(&address).await;
    assert!(answered);
    let (two, answered) = ask(&address).await;
    assert!(answered);
    assert!(!ask(&address).await.1, "the third is closed");
    drop((one, two));
    // The server hears of the ends in its own time.
    let patience = tokio::time::Instant::now() + std::time::Duration::from_secs(10);
    while !ask(&address).await.1 {
        assert!(tokio::time::Instant::now() < patience, "there is room again");
        tokio::task::yield_now().await;
    }
}
