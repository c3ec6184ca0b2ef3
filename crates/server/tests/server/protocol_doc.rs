//! docs/protocol.md is the specification: every example in it is replayed.
//!
//! A block ```` ```json POST /path ```` is sent, the block after it (```` ```json 200 type ````) is
//! what must come back: the same fields with values of the same kind, and the same values where
//! the document cannot help being exact. Other blocks name a type and must read as it. `$name` in
//! what is sent is what an earlier answer had there. What is sent and what comes back is also held
//! against the server's OpenAPI document.

use std::collections::BTreeMap;

use holdfast_protocol::blob::BlobState;
use holdfast_protocol::digest::DigestAnswer;
use holdfast_protocol::escrow::EscrowAnswer;
use holdfast_protocol::hello::Welcome;
use holdfast_protocol::intake::{Delivery, IntakeAnswer};
use holdfast_protocol::push::{PushAnswer, digest_of};
use holdfast_protocol::salvage::SalvageAnswer;
use holdfast_protocol::session::Session;
use holdfast_protocol::snapshot::Manifest;
use holdfast_protocol::{Batch, Change, Failure, Row, StreamFrame, Whole};
use holdfast_server::load::key;
use serde_json::Value;

use crate::openapi::Document;
use crate::world::*;

const DOCUMENT: &str = include_str!("../../../../docs/protocol.md");
const IMPORT: &str = include_str!("../../../../docs/import.md");

/// Blocks as (what stands after `json`, content).
fn blocks() -> Vec<(&'static str, &'static str)> {
    let mut blocks = Vec::new();
    let mut rest = DOCUMENT;
    while let Some((_, after)) = rest.split_once("\n```json ") {
        let (info, after) = after.split_once('\n').expect("a line");
        let end = if after.starts_with("```") { 0 } else { after.find("\n```").expect("an end") };
        blocks.push((info, after[..end].trim()));
        rest = &after[end..];
    }
    blocks
}

fn parse<T: serde::de::DeserializeOwned>(json: &Value) -> Result<(), serde_json::Error> {
    serde_json::from_value::<T>(json.clone()).map(|_| ())
}

/// Whether it reads as the type of that name.
fn reads_as(name: &str, json: &Value) -> Result<(), serde_json::Error> {
    match name {
        "failure" => parse::<Failure>(json),
        "session" => parse::<Session>(json),
        "welcome" => parse::<Welcome>(json),
        "manifest" => parse::<Manifest>(json),
        "row" => parse::<Row>(json),
        "push_answer" => parse::<PushAnswer>(json),
        "outcome" => parse::<holdfast_domain::Outcome>(json),
        "batch" => parse::<Batch>(json),
        "change" => parse::<Change>(json),
        "frame" => parse::<StreamFrame>(json),
        "digest_answer" => parse::<DigestAnswer>(json),
        "escrow_answer" => parse::<EscrowAnswer>(json),
        "salvage_answer" => parse::<SalvageAnswer>(json),
        "whole" => parse::<Whole>(json),
        "blob_state" => parse::<BlobState>(json),
        "intake_answer" => parse::<IntakeAnswer>(json),
        "deliveries" => parse::<Vec<Delivery>>(json),
        "delivery" => parse::<Delivery>(json),
        other => panic!("the document names a type {other:?} that this test does not know"),
    }
}

/// Compares an answer with what is printed: the same fields and kinds everywhere, equal words and
/// truth values; numbers, times and `$names` may differ. Remembers what stood where `$name` is.
fn compare(at: &str, printed: &Value, came: &Value, names: &mut BTreeMap<String, String>) {
    match (printed, came) {
        (Value::String(text), Value::String(value)) if text.contains('$') => {
            if let Some(name) = text.strip_prefix('$') {
                names.insert(name.to_owned(), value.clone());
            }
        }
        (Value::String(text), Value::String(value)) => {
            let time = |text: &str| text.parse::<jiff::Timestamp>().is_ok();
            assert!(text == value || (time(text) && time(value)), "{at}: {text} and {value}");
        }
        (Value::Object(printed), Value::Object(came)) => {
            let keys = |map: &serde_json::Map<String, Value>| {
                map.keys().cloned().collect::<std::collections::BTreeSet<_>>()
            };
            // Printed empty: what is in it is not the example's matter.
            if !printed.is_empty() {
                assert_eq!(keys(printed), keys(came), "{at}");
            }
            for (key, value) in printed {
                compare(&format!("{at}.{key}"), value, &came[key], names);
            }
        }
        (Value::Array(printed), Value::Array(came)) => {
            assert!(printed.is_empty() || printed.len() == came.len(), "{at}: {}", came.len());
            for (n, (value, came)) in printed.iter().zip(came).enumerate() {
                compare(&format!("{at}[{n}]"), value, came, names);
            }
        }
        (Value::Number(_), Value::Number(_)) => {}
        (printed, came) => assert_eq!(printed, came, "{at}"),
    }
}

fn filled(text: &str, names: &BTreeMap<String, String>) -> String {
    // Longest first, so that no name is taken for the beginning of another.
    let mut ordered: Vec<_> = names.iter().collect();
    ordered.sort_by_key(|(name, _)| std::cmp::Reverse(name.len()));
    ordered
        .iter()
        .fold(text.to_owned(), |text, (name, value)| text.replace(&format!("${name}"), value))
}

/// The digest is over the frozen text of the operation, as it travels.
fn freeze(body: &str) -> String {
    let Some(begin) = body.find("\"operation\":") else {
        return body.to_owned();
    };
    let raw = body[begin + "\"operation\":".len()..].trim_start();
    let raw: Box<serde_json::value::RawValue> = serde_json::Deserializer::from_str(raw)
        .into_iter()
        .next()
        .expect("an operation")
        .expect("JSON");
    body.replace("$blake3_of_operation", &digest_of(raw.get().as_bytes()))
}

#[tokio::test]
async fn the_examples_of_the_document_happen_as_they_are_printed() {
    let world = World::new().await;
    let http = reqwest::Client::new();
    let mut names = BTreeMap::from([
        ("password".to_owned(), world.password("ada@desk.example").await),
        ("desk".to_owned(), new_id().to_string()),
        ("mine".to_owned(), ticket("mine").to_string()),
        ("ana".to_owned(), key::contact("ana").to_string()),
    ]);
    let blocks = blocks();
    let document = Document::of(&world).await;
    let mut sent = 0;
    for (n, (info, content)) in blocks.iter().enumerate() {
        let words: Vec<&str> = info.split(' ').collect();
        let [method @ ("GET" | "POST"), path, of @ ..] = words.as_slice() else {
            continue;
        };
        let url = filled(&format!("{}{path}", world.server.url), &names);
        let token = match of {
            ["channel"] => CHANNEL.to_owned(),
            _ => names.get("access_token").cloned().unwrap_or_default(),
        };
        let mut request = match *method {
            "GET" => http.get(url),
            _ => http.post(url),
        };
        let path = filled(path, &names);
        if !content.is_empty() {
            let body = freeze(&filled(content, &names));
            let json = serde_json::from_str(&body).expect("JSON");
            document.assert_asks(method, &path, &json);
            request = request.body(body);
        }
        let response = request.bearer_auth(token).send().await.expect("an answer");
        let (status, text) = (response.status().as_u16(), response.text().await.expect("text"));
        let (answer, printed) = blocks[n + 1];
        let (wanted, name) = answer.split_once(' ').expect("a status and a type");
        assert_eq!(status.to_string(), wanted, "{info}: {text}");
        let came: Value = serde_json::from_str(&text).expect("JSON");
        reads_as(name, &came).unwrap_or_else(|error| panic!("{info}: {error}: {text}"));
        document.assert_answers((method, &path), status, &came);
        let printed: Value = serde_json::from_str(printed).expect("the document's JSON");
        compare(info, &printed, &came, &mut names);
        sent += 1;
    }
    assert!(sent >= 9, "the document shows the main calls");
}

#[test]
fn every_other_example_reads_as_what_it_is_called() {
    let mut read = 0;
    for (info, content) in blocks() {
        let name = info.split(' ').next().expect("a word");
        if matches!(name, "GET" | "POST" | "200") {
            continue;
        }
        let json: Value = serde_json::from_str(content).expect("the document's JSON");
        reads_as(name, &json).unwrap_or_else(|error| panic!("{info}: {error}"));
        read += 1;
    }
    assert!(read >= 8);
}

#[tokio::test]
async fn the_example_of_the_import_document_can_be_imported() {
    let example = IMPORT.split("```ndjson\n").nth(1).and_then(|rest| rest.split("```").next());
    let world = World::new().await;
    world.import(example.expect("an example")).await.expect("an import");
    world.check().await;
}
