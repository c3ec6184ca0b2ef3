//! Those who only stand there: connections without a request, bodies that never end, answers that
//! nobody reads. They cost themselves and nobody else.

use std::time::Duration;

use holdfast_server::Config;
use holdfast_server::doors::{DOORS_MAX, PATIENCE};
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
