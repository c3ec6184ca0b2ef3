//! Whom a desk believes: over real TLS, with a pin that fits, one that does not, and none.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use holdfast_desk::secrets::NoKeyring;
use holdfast_desk::sync::wire::{Method, Request};
use holdfast_desk::sync::{Internet, Network};
use holdfast_desk::{Desk, DeskConfig};
use holdfast_domain::Role;
use holdfast_server::admin::{self, NewAgent};
use holdfast_server::config::Tls;
use holdfast_server::{Config, Outside, Running};
use holdfast_sync_engine::Trouble;
use rcgen::PublicKeyData;
use serde_json::{Value, json};
use tempfile::TempDir;

/// A server whose certificate nobody vouches for, and a folder for a desk.
struct Ground {
    server: Running,
    desk: TempDir,
    _data: TempDir,
    password: String,
    /// SHA-256 of its public key.
    key: String,
}

const LOGIN: &str = "eve@desk.example";

impl Ground {
    async fn new() -> Result<Self> {
        let (data, desk) = (tempfile::tempdir()?, tempfile::tempdir()?);
        // Made for this run only: no key is ever kept beside the code.
        let made = rcgen::generate_simple_self_signed(["localhost".to_owned()])?;
        let tls = Tls { cert: data.path().join("cert.pem"), key: data.path().join("key.pem") };
        std::fs::write(&tls.cert, made.cert.pem())?;
        std::fs::write(&tls.key, made.signing_key.serialize_pem())?;
        let key = sha256(&made.signing_key.subject_public_key_info());
        let mut config = Config::local(data.path().join("data"));
        config.tls = Some(tls);
        let server = holdfast_server::start(config, Outside::of_this_machine()).await?;
        let mut password = String::new();
        let things = data.path().join("things.ndjson");
        std::fs::write(&things, THINGS)?;
        admin::perform(server.core(), admin::Request::Import { file: things }, drop).await?;
        let add = admin::Request::AgentAdd(NewAgent {
            login: LOGIN.into(),
            name: "Eve".into(),
            role: Role::Agent,
            teams: vec!["red".into()],
            centers: Vec::new(),
            languages: vec!["en".into()],
        });
        let told = |line: String| password = line.rsplit(' ').next().unwrap_or_default().to_owned();
        admin::perform(server.core(), add, told).await?;
        Ok(Self { server, desk, _data: data, password, key })
    }

    fn pin(&self, pins: &Value) -> Result<()> {
        let all = json!({ &self.server.url: pins });
        Ok(std::fs::write(self.desk.path().join("pins.json"), all.to_string())?)
    }

    async fn ask(&self) -> Result<Internet, Trouble> {
        let internet = Internet::new(self.desk.path());
        let wire = internet.wire(&self.server.url).expect("the address is safe to use");
        let request = Request::new(Method::GET, "/health", Duration::from_secs(10));
        wire.send(request).await.map(|_| internet)
    }

    async fn sign_in(&self) -> Result<(Desk, Value), String> {
        let folder = self.desk.path().to_path_buf();
        let url = self.server.url.clone();
        let desk = Desk::new(DeskConfig::of_this_machine(folder, url, Arc::new(NoKeyring)));
        let asked = json!({
            "server": self.server.url, "login": LOGIN, "password": self.password,
            "passphrase": "correct horse battery staple",
        });
        match desk.call("session.sign_in", asked).await {
            Ok(answer) => Ok((desk, serde_json::from_str(answer.get()).expect("JSON"))),
            Err(failure) => {
                desk.shutdown().await;
                let code = serde_json::to_value(failure.code).expect("a code");
                Err(code.as_str().unwrap_or_default().to_owned())
            }
        }
    }
}

const THINGS: &str = r#"
{"center":{"key":"north","name":"North","city":"Oslo","time_zone":"Europe/Oslo","country":"NO"}}
{"team":{"key":"red","name":"Red","center":"north","tier":"L1"}}
"#;

fn sha256(bytes: &[u8]) -> String {
    let suite = rustls::crypto::aws_lc_rs::cipher_suite::TLS13_AES_128_GCM_SHA256;
    let suite = suite.tls13().expect("a suite of TLS 1.3");
    let hash = suite.common.hash_provider.hash(bytes);
    hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// How often the server has agreed on an exchange of that name, by its own figures.
fn agreed_by_the_server(metrics: &str, exchange: &str) -> u64 {
    let line = metrics
        .lines()
        .find(|line| line.starts_with("holdfast_tls_handshakes_total") && line.contains(exchange));
    line.and_then(|line| line.rsplit(' ').next()?.parse().ok()).unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_the_pinned_key_is_believed_and_both_ends_agree_on_the_hybrid() -> Result<()>
{
    let ground = Ground::new().await?;
    ground.pin(&json!(["00".repeat(32), ground.key.to_uppercase()]))?;
    let (desk, _) = ground.sign_in().await.map_err(anyhow::Error::msg)?;
    // Before the first look, so that nothing is told between the two.
    let mut heard = desk.subscribe();
    let mut status = desk.call("status.get", json!({})).await?;
    while serde_json::from_str::<Value>(status.get())?["connection"] != "synced" {
        heard.recv().await?;
        status = desk.call("status.get", json!({})).await?;
    }
    let secured = serde_json::from_str::<Value>(status.get())?["secured"].take();
    assert_eq!(secured["version"], "TLS 1.3");
    assert_eq!(secured["exchange"], "X25519MLKEM768");
    assert_eq!(secured["key"], ground.key.as_str());
    assert_eq!(secured["pinned"], true);
    let internet = Internet::new(ground.desk.path());
    let wire = internet.wire(&ground.server.url).context("a wire")?;
    let answer = wire.send(Request::new(Method::GET, "/metrics", Duration::from_secs(10))).await;
    let answer = answer.map_err(|trouble| anyhow::anyhow!("{trouble:?}"))?;
    let text = futures_util::TryStreamExt::try_concat(answer.body).await;
    let text = String::from_utf8(text.map_err(|trouble| anyhow::anyhow!("{trouble:?}"))?)?;
    assert!(agreed_by_the_server(&text, "X25519MLKEM768") > 0, "{text}");
    desk.shutdown().await;
    ground.server.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_with_another_key_hears_nothing_and_there_is_no_way_back() -> Result<()> {
    let ground = Ground::new().await?;
    ground.pin(&json!(["00".repeat(32)]))?;
    assert_eq!(ground.ask().await.err(), Some(Trouble::WrongKey));
    assert_eq!(ground.sign_in().await.err().as_deref(), Some("wrong_key"));
    std::fs::write(ground.desk.path().join("pins.json"), "{")?;
    assert_eq!(ground.ask().await.err(), Some(Trouble::WrongKey), "unreadable pins pin all");
    ground.server.stop().await
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_pin_somebody_trusted_must_vouch_for_the_server() -> Result<()> {
    let ground = Ground::new().await?;
    assert_eq!(ground.ask().await.err(), Some(Trouble::Untrusted));
    assert_eq!(ground.sign_in().await.err().as_deref(), Some("untrusted"));
    assert!(!Path::new(&ground.desk.path().join("profiles")).exists(), "nothing was begun");
    ground.server.stop().await
}
