//! A siege: thousands who open connections and ask for nothing, who read nothing of what they asked
//! for, who never end what they say. What it costs the server, and the agents who work meanwhile.
//!
//! One agent is refused what is too much at the same time, so the besiegers are many agents, each
//! just within what is allowed. They share a process with the one who measures, so that what they
//! cost the machine is in the figures, too. What an agent feels is a pull of changes and a health
//! check, each on a connection of its own, alone and under siege.

use std::fs;
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use holdfast_journeys::Server;
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

use crate::figure::{Aim, Figure};
use crate::ground::{self, AGENT};
use crate::spread::Spread;
use crate::{memory, say};

/// Connections that ask for nothing: a third say nothing, a third half a request, a third half a
/// handshake.
const HALF_OPEN: usize = 10_000;
/// Agents who besiege.
const AGENTS: usize = 20;
/// Of each: chunks of snapshots that are asked for and not read, beside one stream.
const NOT_READ: usize = 9;
/// Of each: bodies that come a byte at a time, if at all. One has room for 32 requests.
const NEVER_ENDING: usize = 25;
/// Requests of an agent, each before and during.
const ASKED: usize = 300;
/// Tickets beside the sample's, so that there is something to read.
const TICKETS: u64 = 2_000;
/// How long a besieger waits until its connection is taken.
const TAKEN_WITHIN: Duration = Duration::from_secs(60);
/// What others may feel of it.
const P99_RATIO_MAX: f64 = 2.0;
/// What it may cost the server, MiB.
const MEMORY_MAX_MIB: f64 = 256.0;

/// Half a greeting, half a handshake, nothing.
const BEGINNINGS: [&[u8]; 3] =
    [b"", b"GET /v1/sync/changes?since=0 HTTP/1.1\r\nhost:", b"\x16\x03\x01"];

/// The figures.
pub async fn measure() -> Result<Vec<Figure>> {
    let server = ground::server(TICKETS).await?;
    let process = serving()?;
    let at: SocketAddr = server.url().trim_start_matches("http://").parse()?;
    let agent = enter(&server, AGENT, 0).await?.token;
    let besiegers = besiegers(&server).await?;
    let calm_mib = memory::settled_mib(process)?;
    say::begin("an agent alone");
    let calm = ask(&server, &agent).await?;
    say::begin(&format!(
        "{HALF_OPEN} half open; of each of {AGENTS} agents {NOT_READ} not read, {NEVER_ENDING} \
         never ending"
    ));
    let besiegers = tokio::spawn(besiege(at, besiegers)).await??;
    let held = ask(&server, &agent).await?;
    let held_mib = memory::settled_mib(process)?;
    let stood = besiegers.len() as f64;
    drop(besiegers);
    Ok(vec![
        Figure::new("siege.besiegers", stood, "connections"),
        Figure::new("siege.changes.p50", held.p50(), "ms").against(calm.p50()),
        Figure::new("siege.changes.p99", held.p99(), "ms")
            .against(calm.p99())
            .aim(Aim::RatioAtMost(P99_RATIO_MAX)),
        Figure::new("siege.memory", held_mib, "MiB").against(calm_mib),
        Figure::new("siege.memory.more", held_mib - calm_mib, "MiB")
            .aim(Aim::ValueAtMost(MEMORY_MAX_MIB)),
    ])
}

/// The process of the server that this one has started.
fn serving() -> Result<u32> {
    for thread in fs::read_dir("/proc/self/task")?.flatten() {
        let children = fs::read_to_string(thread.path().join("children")).unwrap_or_default();
        for child in children.split_whitespace() {
            let line = fs::read(format!("/proc/{child}/cmdline")).unwrap_or_default();
            if line.ends_with(b"\0serve\0") {
                return Ok(child.parse()?);
            }
        }
    }
    bail!("no server serves")
}

/// Somebody with a session.
struct Entered {
    token: String,
    /// The newest commit.
    head: i64,
}

/// The besiegers, and the path of a chunk that each may fetch.
async fn besiegers(server: &Server) -> Result<Vec<(Entered, String)>> {
    let mut logins = server.logins()?;
    logins.retain(|login| login != AGENT);
    let mut besiegers = Vec::new();
    for (n, login) in logins.iter().take(AGENTS).enumerate() {
        let entered = enter(server, login, n + 1).await?;
        let chunk = chunk(server, &entered.token).await?;
        besiegers.push((entered, chunk));
    }
    ensure!(besiegers.len() == AGENTS, "the sample has only {} agents", besiegers.len());
    Ok(besiegers)
}

/// Signs in and says hello, as a desk of that number.
async fn enter(server: &Server, login: &str, number: usize) -> Result<Entered> {
    let web = reqwest::Client::new();
    let said = json!({ "login": login, "password": server.password(login)? });
    let answer = web.post(format!("{}/v1/session", server.url())).json(&said).send().await?;
    let session: Value = answer.error_for_status()?.json().await?;
    let token = session["access_token"].as_str().context("a token")?.to_owned();
    let mut desk = String::from("00000000-0000-4000-8000-");
    desk.push_str(&format!("{:012x}", number + 1));
    let hello = json!({
        "desk": desk, "protocol": 1, "schema": 1, "epoch": null, "cursor": 0, "last_number": 0,
        "acknowledged": 0,
    });
    let hello = web.post(format!("{}/v1/sync/hello", server.url())).json(&hello);
    let welcome = hello.bearer_auth(&token).send().await?.error_for_status()?;
    let welcome: Value = welcome.json().await?;
    Ok(Entered { token, head: welcome["head"].as_i64().context("a head")? })
}

/// The path of a snapshot's first chunk.
async fn chunk(server: &Server, token: &str) -> Result<String> {
    let url = format!("{}/v1/sync/snapshot/personal", server.url());
    let answer = reqwest::Client::new().get(url).bearer_auth(token).send().await?;
    let manifest: Value = answer.error_for_status()?.json().await?;
    let id = manifest["snapshot"].as_str().context("a snapshot")?;
    Ok(format!("/v1/sync/snapshot/personal/{id}/0"))
}

async fn ask(server: &Server, token: &str) -> Result<Spread> {
    let mut spread = Spread::default();
    let url = format!("{}/v1/sync/changes?since=0&max_rows=50", server.url());
    for _ in 0..ASKED {
        // A connection of its own: that one comes in at all is part of it.
        let web = reqwest::Client::builder().pool_max_idle_per_host(0).build()?;
        let asked = async {
            let answer = web.get(&url).bearer_auth(token).send().await?.error_for_status()?;
            answer.bytes().await
        };
        let bytes = spread.time(asked).await?;
        ensure!(!bytes.is_empty(), "an answer without words");
    }
    Ok(spread)
}

/// Everybody who stands before the server. Who is shut out is not counted any more.
async fn besiege(at: SocketAddr, agents: Vec<(Entered, String)>) -> Result<Vec<TcpStream>> {
    let begun = Instant::now();
    let mut besiegers = Vec::new();
    for (Entered { token, head }, chunk) in &agents {
        let say = |method: &str, path: &str, more: &str| {
            format!(
                "{method} {path} HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\n\
                 {more}\r\n"
            )
        };
        let stream = say("GET", &format!("/v1/sync/stream?since={head}"), "");
        besiegers.push(say_to(at, stream.as_bytes()).await?);
        for _ in 0..NOT_READ {
            besiegers.push(say_to(at, say("GET", chunk, "").as_bytes()).await?);
        }
        let body = say("POST", "/v1/sync/push", "content-length: 100000\r\n");
        for _ in 0..NEVER_ENDING {
            besiegers.push(say_to(at, format!("{body}{{").as_bytes()).await?);
        }
    }
    for n in 0..HALF_OPEN {
        besiegers.push(say_to(at, BEGINNINGS[n % BEGINNINGS.len()]).await?);
    }
    say::begin(&format!("they stand after {} s", begun.elapsed().as_secs()));
    Ok(besiegers)
}

async fn say_to(at: SocketAddr, words: &[u8]) -> Result<TcpStream> {
    let connecting = tokio::time::timeout(TAKEN_WITHIN, TcpStream::connect(at));
    let mut tcp = connecting.await.context("nobody takes the connection")??;
    match tcp.write_all(words).await {
        Err(error) if error.kind() != ErrorKind::ConnectionReset => Err(error.into()),
        _ => Ok(tcp),
    }
}
