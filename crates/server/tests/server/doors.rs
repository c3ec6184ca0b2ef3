//! Those who only stand there: connections without a request, bodies that never end, answers that
//! nobody reads. They cost themselves and nobody else.

use std::time::Duration;

use holdfast_server::Config;
use holdfast_server::doors::{DOORS_MAX, PATIENCE};
use holdfast_server::places::REQUESTS_MAX;
use holdfast_server::snapshots::OWN_MAX;
use holdfast_server::streams::{DESK_MAX, STREAMS_MAX};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::world::*;

async fn connect(world: &World) -> TcpStream {
    let address = world.server.url.strip_prefix("http://").expect("http");
    TcpStream::connect(address).await.expect("a connection")
}

/// Whether it was shut: an end or an error, and no answer.
async fn is_shut(tcp: &mut TcpStream) -> bool {
    let mut byte = [0; 1];
    tcp.read(&mut byte).await.map_or(true, |read| read == 0)
}

/// Asks on a connection of its own, and reads nothing of the answer.
pub async fn ask_and_read_nothing(world: &World, desk: &Desk, path: &str) -> TcpStream {
    let token = &desk.session.access_token;
    let asked = format!(
        "GET {path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\
         authorization: Bearer {token}\r\n\r\n"
    );
    let mut tcp = connect(world).await;
    tcp.write_all(asked.as_bytes()).await.expect("written");
    tcp
}

async fn health(tcp: &mut TcpStream) -> String {
    tcp.write_all(b"GET /health HTTP/1.1\r\nhost: x\r\n\r\n").await.expect("written");
    let mut answer = vec![0; 1024];
    let read = tcp.read(&mut answer).await.expect("an answer");
    String::from_utf8_lossy(&answer[..read]).into_owned()
}

#[tokio::test]
async fn a_crowd_that_only_stands_there_pushes_itself_out_and_nobody_else() {
    let world = World::new().await;
    let mut old_customer = connect(&world).await;
    assert!(health(&mut old_customer).await.ends_with("ok\n"));
    let mut crowd = Vec::new();
    for _ in 0..DOORS_MAX + 40 {
        let mut tcp = connect(&world).await;
        // Half a request is no request.
        tcp.write_all(b"GET /health HTTP/1.1\r\nx:").await.expect("written");
        crowd.push(tcp);
    }
    for early in &mut crowd[..40] {
        assert!(is_shut(early).await, "the oldest make room");
    }
    assert!(health(&mut old_customer).await.ends_with("ok\n"), "who has asked stays");
    assert!(health(&mut connect(&world).await).await.ends_with("ok\n"), "who asks is answered");
    let last = crowd.last_mut().expect("a crowd");
    last.write_all(b"y\r\n\r\n").await.expect("written");
    let mut answer = vec![0; 1024];
    assert!(last.read(&mut answer).await.expect("an answer") > 0, "the newest keep their place");
}

#[tokio::test]
async fn who_says_nothing_is_shut_out_when_the_patience_is_over() {
    let world = World::new().await;
    let (mut silent, mut half) = (connect(&world).await, connect(&world).await);
    half.write_all(b"PRI * HTTP/2.0\r\n\r\n").await.expect("written");
    let both = async {
        assert!(is_shut(&mut silent).await, "who says nothing");
        assert!(is_shut(&mut half).await, "who says half a greeting");
    };
    let soon = PATIENCE + Duration::from_secs(20);
    tokio::time::timeout(soon, both).await.expect("the patience has an end");
}

#[tokio::test]
async fn a_body_that_never_ends_is_given_up_in_its_time() {
    let hasty = |config: Config| {
        let mut config = config;
        config.limits.request_s = 1;
        config
    };
    let world = World::with(hasty, |outside| outside).await;
    let ada = world.desk("ada@desk.example").await;
    let token = &ada.session.access_token;
    let mut slow = connect(&world).await;
    let head = format!(
        "POST /v1/sync/push HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ncontent-length: 1000\r\n\r\n{{\"desk\":"
    );
    slow.write_all(head.as_bytes()).await.expect("written");
    let mut answer = vec![0; 1024];
    let read = slow.read(&mut answer).await.expect("an answer");
    let answer = String::from_utf8_lossy(&answer[..read]);
    assert!(answer.starts_with("HTTP/1.1 408"), "{answer}");
}

#[tokio::test]
async fn a_body_without_an_end_is_refused_long_before_it_fills_anything() {
    let world = World::new().await;
    let ada = world.desk("ada@desk.example").await;
    let token = &ada.session.access_token;
    let mut endless = connect(&world).await;
    let head = format!(
        "POST /v1/sync/push HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         content-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    endless.write_all(head.as_bytes()).await.expect("written");
    let mut megabyte = b"100000\r\n".to_vec();
    megabyte.extend(std::iter::repeat_n(b' ', 1 << 20));
    megabyte.extend(b"\r\n");
    let mut sent = 0;
    while sent < 200 && endless.write_all(&megabyte).await.is_ok() {
        sent += 1;
    }
    assert!(sent < 200, "it took {sent} MiB and wanted more");
}

#[tokio::test]
async fn a_packed_body_is_not_unpacked() {
    let world = World::new().await;
    let ada = world.desk("ada@desk.example").await;
    let bomb = zstd::encode_all(std::io::Read::take(std::io::repeat(b' '), 1 << 28), 1);
    let request = ada
        .http
        .post(format!("{}/v1/sync/push", ada.url))
        .bearer_auth(&ada.session.access_token)
        .header("content-encoding", "zstd")
        .header("content-type", "application/json")
        .body(bomb.expect("packed"));
    let failure = read::<serde_json::Value>(request).await.expect_err("refused");
    assert_eq!(failure.code, holdfast_protocol::Code::BadRequest, "bytes are taken as they are");
}

/// The head of an answer, once it is there.
async fn answered(tcp: &mut TcpStream) -> String {
    let mut answer = vec![0; 4096];
    let read = tokio::time::timeout(Duration::from_secs(60), tcp.read(&mut answer)).await;
    let read = read.expect("an answer in time").expect("an answer");
    String::from_utf8_lossy(&answer[..read]).into_owned()
}

fn is_refused(answer: &str) -> bool {
    let later = answer.to_lowercase().contains("retry-after: 2");
    answer.starts_with("HTTP/1.1 429") && answer.contains("\"throttled\"") && later
}

#[tokio::test]
async fn a_desk_that_listens_again_and_again_keeps_the_newest_streams_only() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let path = format!("/v1/sync/stream?since={}", ada.head().await);
    let mut streams = Vec::new();
    for _ in 0..100 {
        let mut tcp = ask_and_read_nothing(&world, &ada, &path).await;
        assert!(answered(&mut tcp).await.starts_with("HTTP/1.1 200"));
        streams.push(tcp);
    }
    for old in &mut streams[..100 - DESK_MAX] {
        let mut rest = Vec::new();
        let ended = tokio::time::timeout(Duration::from_secs(20), old.read_to_end(&mut rest));
        ended.await.expect("it is ended").expect("in good order");
    }
    assert_eq!(world.server.core().streams.count(), DESK_MAX);
    ada.push(&[operation(ticket("mine"), note("heard"))]).await.expect("settled");
    // A copy of the desk's folder, run on another computer, listens as well.
    for newest in &mut streams[100 - DESK_MAX..] {
        let heard = answered(newest).await;
        assert!(heard.contains("heard"), "{heard}");
    }
}

#[tokio::test]
async fn an_agent_whose_desks_all_listen_is_told_to_wait_and_nobody_else_is() {
    let world = World::new().await;
    let ada = world.desk("ada@desk.example").await;
    let head = ada.head().await;
    let mut streams = Vec::new();
    for n in 0..STREAMS_MAX + 3 {
        // Each a desk of its own.
        let mut another = Desk { id: new_id(), ..ada.clone() };
        another.hello().await.expect("a welcome");
        let path = format!("/v1/sync/stream?since={head}");
        let mut tcp = ask_and_read_nothing(&world, &another, &path).await;
        let answer = answered(&mut tcp).await;
        assert_eq!(is_refused(&answer), n >= STREAMS_MAX, "{n}: {answer}");
        streams.push(tcp);
    }
    let ann = world.desk("ann@desk.example").await;
    let path = format!("/v1/sync/stream?since={head}");
    let mut hers = ask_and_read_nothing(&world, &ann, &path).await;
    assert!(answered(&mut hers).await.starts_with("HTTP/1.1 200"), "others have their own");
}

#[tokio::test]
async fn who_asks_for_a_hundred_snapshots_is_told_to_wait_and_nobody_else_waits() {
    let world = World::new().await;
    let ada = world.desk("ada@desk.example").await;
    let ann = world.desk("ann@desk.example").await;
    let mut asked = Vec::new();
    for _ in 0..100 {
        asked.push(ask_and_read_nothing(&world, &ada, "/v1/sync/snapshot/personal").await);
    }
    let others = tokio::time::timeout(Duration::from_secs(20), ann.snapshot("personal"));
    others.await.expect("in time").expect("a snapshot");
    let (mut given, mut refused) = (0, 0);
    for tcp in &mut asked {
        let answer = answered(tcp).await;
        given += usize::from(answer.starts_with("HTTP/1.1 200"));
        refused += usize::from(is_refused(&answer));
    }
    assert_eq!(given + refused, 100, "each is answered");
    assert!(given > 0 && refused > 0, "{given} were given, {refused} refused");
    for _ in 0..12 {
        ada.snapshot("personal").await.expect("one after the other is fine");
    }
    let files = std::fs::read_dir(world.server.core().config.data_dir.join("snapshots"));
    let files = files.expect("a folder").count();
    // A snapshot is two files.
    assert!(files <= 2 * (OWN_MAX + 1), "{files} files of two agents");
}

/// A request whose body does not come.
async fn begin(world: &World, head: &str) -> TcpStream {
    let mut tcp = connect(world).await;
    tcp.write_all(head.as_bytes()).await.expect("written");
    tcp
}

#[tokio::test]
async fn who_has_much_under_way_is_told_to_wait_and_nobody_else_waits() {
    let world = World::new().await;
    let ada = world.desk("ada@desk.example").await;
    let ann = world.desk("ann@desk.example").await;
    let token = &ada.session.access_token;
    let head = format!(
        "POST /v1/sync/push HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
         content-length: 1000\r\n\r\n{{"
    );
    let mut never_ending = Vec::new();
    let told = async {
        loop {
            // One more each time: whoever asks meanwhile may have the place of one of them.
            while never_ending.len() < REQUESTS_MAX {
                never_ending.push(begin(&world, &head).await);
            }
            let mut tcp = ask_and_read_nothing(&world, &ada, "/v1/sync/changes?since=0").await;
            if is_refused(&answered(&mut tcp).await) {
                return;
            }
            never_ending.push(begin(&world, &head).await);
        }
    };
    tokio::time::timeout(Duration::from_secs(20), told).await.expect("refused");
    assert!(ann.head().await > 0, "others are answered");
    drop(never_ending);
    let freed = async {
        loop {
            let mut tcp = ask_and_read_nothing(&world, &ada, "/v1/sync/changes?since=0").await;
            if answered(&mut tcp).await.starts_with("HTTP/1.1 200") {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(20), freed).await.expect("places are given back");
}
