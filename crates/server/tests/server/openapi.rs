//! The OpenAPI document: every route is in it with its bodies, and what travels is as it says.
//! `protocol_doc` holds the exchanges of docs/protocol.md against it.

use std::collections::BTreeSet;

use holdfast_protocol::push::Push;
use serde_json::{Value, json};

use crate::world::*;

/// Every route, with whether it is asked and whether it answers in JSON.
const ROUTES: [(&str, &str, bool, bool); 25] = [
    ("delete", "/v1/session", false, false),
    ("get", "/health", false, false),
    ("get", "/metrics", false, false),
    ("get", "/ready", false, false),
    ("delete", "/v1/blobs/{hash}", false, true),
    ("get", "/v1/blobs/{hash}", false, true),
    ("get", "/v1/blobs/{hash}/{chunk}", false, false),
    ("get", "/v1/deliveries", false, true),
    ("get", "/v1/deliveries/{message}/blobs/{hash}/{chunk}", false, false),
    ("get", "/v1/openapi.json", false, true),
    ("get", "/v1/sync/changes", false, true),
    ("get", "/v1/sync/snapshot/{scope}", false, true),
    ("get", "/v1/sync/snapshot/{scope}/{snapshot}/{chunk}", false, false),
    ("get", "/v1/sync/stream", false, false),
    ("get", "/v1/tickets/{id}", false, true),
    ("post", "/v1/intake", true, true),
    ("post", "/v1/session", true, true),
    ("post", "/v1/session/refresh", true, true),
    ("post", "/v1/sync/digest", true, true),
    ("post", "/v1/sync/salvage", true, true),
    ("post", "/v1/sync/escrow", true, true),
    ("post", "/v1/sync/hello", true, true),
    ("post", "/v1/sync/push", true, true),
    ("put", "/v1/blobs/{hash}/{chunk}", false, true),
    ("put", "/v1/desks/{desk}/letter", false, false),
];

/// The document as a server tells it.
pub struct Document(Value);

impl Document {
    pub async fn of(world: &World) -> Self {
        let url = format!("{}/v1/openapi.json", world.server.url);
        Self(read(reqwest::Client::new().get(url)).await.expect("the document"))
    }

    /// What it says of a request, by the path as it was asked.
    fn operation(&self, method: &str, path: &str) -> &Value {
        let asked: Vec<&str> = path.split('?').next().unwrap_or(path).split('/').collect();
        let fits = |known: &str| {
            let known: Vec<&str> = known.split('/').collect();
            let same = |(a, b): (&&str, &&str)| a == b || a.starts_with('{');
            known.len() == asked.len() && known.iter().zip(&asked).all(same)
        };
        let paths = self.0["paths"].as_object().expect("paths");
        // A path without holes fits better than one with them.
        let exact = paths.iter().find(|(known, _)| *known == &asked.join("/"));
        let found = exact.or_else(|| paths.iter().find(|(known, _)| fits(known)));
        let (_, item) = found.unwrap_or_else(|| panic!("no route for {path}"));
        &item[method.to_lowercase()]
    }

    fn assert_fits(&self, at: &str, body: &Value, json: &Value) {
        let mut schema = body["content"]["application/json"]["schema"].clone();
        assert!(schema.is_object(), "{at}: no shape in {body}");
        schema["components"] = self.0["components"].clone();
        let validator = jsonschema::validator_for(&schema).expect("a schema");
        let errors: Vec<String> =
            validator.iter_errors(json).map(|error| error.to_string()).collect();
        assert!(errors.is_empty(), "{at}: {errors:?} in {json}");
    }

    /// A request's body is as the document says.
    pub fn assert_asks(&self, method: &str, path: &str, json: &Value) {
        self.assert_fits(path, &self.operation(method, path)["requestBody"], json);
    }

    /// An answer is as the document says.
    pub fn assert_answers(&self, (method, path): (&str, &str), status: u16, json: &Value) {
        let at = format!("{method} {path} {status}");
        self.assert_fits(&at, &self.operation(method, path)["responses"][status.to_string()], json);
    }
}

/// Every reference in a value.
fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            found.extend(map.get("$ref").and_then(Value::as_str).map(str::to_owned));
            map.values().for_each(|value| references(value, found));
        }
        Value::Array(values) => values.iter().for_each(|value| references(value, found)),
        _ => {}
    }
}

#[tokio::test]
async fn every_route_is_in_the_document_with_its_bodies_and_every_reference_leads_somewhere() {
    let world = World::new().await;
    let document = Document::of(&world).await;
    let mut told = BTreeSet::new();
    for (path, item) in document.0["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("methods") {
            let asks =
                operation["requestBody"]["content"]["application/json"]["schema"].is_object();
            let answers = &operation["responses"]["200"]["content"];
            let answers = answers["application/json"].get("schema").is_some();
            told.insert((method.as_str(), path.as_str(), asks, answers));
        }
    }
    assert_eq!(told, ROUTES.into_iter().collect());
    let router = include_str!("../../src/http.rs");
    assert!(!router.contains(".route("), "a route that the document does not hear of");
    let mut all = BTreeSet::new();
    references(&document.0, &mut all);
    assert!(all.len() > 40, "the shapes of what travels: {all:?}");
    for reference in all {
        let pointer = reference.strip_prefix('#').expect("in the document itself");
        assert!(document.0.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
}

#[tokio::test]
async fn whatever_a_desk_is_told_of_the_small_world_is_as_the_document_says() {
    let world = World::new().await;
    let document = Document::of(&world).await;
    for login in ["ada@desk.example", "rex@desk.example"] {
        let desk = world.desk(login).await;
        let operations = vec![pushed(1, &operation(ticket("mine"), note("As it is written.")))];
        let push = Push { desk: desk.id, epoch: desk.epoch, operations };
        let push = serde_json::to_value(&push).expect("JSON");
        document.assert_asks("post", "/v1/sync/push", &push);
        let mut broken = push.clone();
        broken["operations"][0]["operation"]["action"]["arguments"] = json!({"note": 7});
        let broken = std::panic::AssertUnwindSafe(|| {
            document.assert_asks("post", "/v1/sync/push", &broken);
        });
        assert!(std::panic::catch_unwind(broken).is_err(), "it could fail");
        for path in [
            "/v1/sync/changes?since=0&max_rows=2000".to_owned(),
            "/v1/sync/snapshot/personal".to_owned(),
            format!("/v1/tickets/{}", ticket("mine")),
        ] {
            let came: Value = desk.get(&path).await.expect("an answer");
            document.assert_answers(("get", &path), 200, &came);
        }
        let missing = format!("/v1/tickets/{}", new_id());
        let failure = desk.get::<Value>(&missing).await.expect_err("not found");
        let failure = serde_json::to_value(&failure).expect("JSON");
        document.assert_answers(("get", &missing), 404, &failure);
    }
}
