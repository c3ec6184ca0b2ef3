//! History: that of a ticket is one line: every change begins where the one before it ended, and
//! nobody claims what somebody holds. And what an operation brings about stands in one commit.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_domain::OperationId;
use holdfast_protocol::row::commit_of;
use serde_json::Value;

use super::{Tickets, Whole};
use crate::ledger::Ledger;

pub(super) fn check(ledger: &Ledger, truth: &Tickets) -> Vec<String> {
    let mut wrong = Vec::new();
    for (id, whole) in truth {
        let said = of_one(ledger, whole);
        wrong.extend(said.into_iter().map(|said| format!("one claim, one history: {id}: {said}")));
    }
    wrong.extend(twice(truth));
    wrong
}

/// Operations that have acted in several commits.
fn twice(truth: &Tickets) -> Vec<String> {
    let mut acted: BTreeMap<&str, BTreeSet<i64>> = BTreeMap::new();
    for entry in truth.values().flat_map(|whole| &whole.thread) {
        if let (Some(operation), Some(key)) = (entry["operation"].as_str(), entry["key"].as_i64()) {
            acted.entry(operation).or_default().insert(commit_of(key));
        }
    }
    let twice = acted.into_iter().filter(|(_, commits)| commits.len() > 1);
    twice.map(|(id, commits)| format!("an operation acts once: {id} in {commits:?}")).collect()
}

fn of_one(ledger: &Ledger, whole: &Whole) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut stands: BTreeMap<&str, &Value> = BTreeMap::new();
    for event in whole.thread.iter().filter(|entry| entry["is"] == "event") {
        let fact = &event["fact"];
        let field = match fact["code"].as_str() {
            Some("created") => {
                stands.extend([("holder", &fact["holder"]), ("severity", &fact["severity"])]);
                continue;
            }
            Some("assigned") => "holder",
            Some("severity_changed") => "severity",
            Some("stage_changed") => "stage",
            // Endings and new beginnings move the stage without a word of their own.
            Some("status_changed" | "solved" | "reopened") => {
                stands.remove("stage");
                continue;
            }
            _ => continue,
        };
        let before = stands.insert(field, &fact["to"]);
        if before.is_some_and(|before| *before != fact["from"]) {
            wrong.push(format!("{field} changes from what it was not: {fact}"));
        }
        if field == "holder" && is_claim(ledger, event) && !fact["from"]["agent"].is_null() {
            wrong.push(format!("it is claimed while somebody holds it: {fact}"));
        }
    }
    for (field, value) in stands {
        if field != "stage" && whole.row[field] != *value {
            wrong.push(format!("{field} is not what its history says"));
        }
    }
    wrong
}

fn is_claim(ledger: &Ledger, event: &Value) -> bool {
    let id = serde_json::from_value(event["operation"].clone()).ok();
    let told = id.and_then(|id: OperationId| ledger.operations.get(&id));
    told.is_some_and(|told| told.what == "claim")
}
