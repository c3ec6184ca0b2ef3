//! Words: every one stands in one place, what customers wrote is there once, and no reply passed
//! by what its author had not read.

use std::collections::BTreeMap;

use serde_json::Value;

use super::{Kept, Tickets};
use crate::ledger::{Ledger, words_in};

pub(super) fn check(ledger: &Ledger, truth: &Tickets, kept: &Kept) -> Vec<String> {
    let mut wrong = words(ledger, truth, kept);
    wrong.extend(customers(ledger, truth));
    wrong.extend(truth.values().flat_map(|whole| unread(ledger, &whole.thread)));
    wrong
}

fn words(ledger: &Ledger, truth: &Tickets, kept: &Kept) -> Vec<String> {
    let mut public: BTreeMap<String, u32> = BTreeMap::new();
    let mut internal: BTreeMap<String, u32> = BTreeMap::new();
    for entry in truth.values().flat_map(|whole| &whole.thread) {
        let count = match entry["is"].as_str() {
            Some("message") => &mut public,
            Some("note") => &mut internal,
            _ => continue,
        };
        for word in words_in(entry["text"].as_str().unwrap_or_default()) {
            *count.entry(word.to_owned()).or_default() += 1;
        }
    }
    let mut wrong = Vec::new();
    for (word, typed) in &ledger.words {
        let of = |count: &BTreeMap<String, u32>| count.get(word).copied().unwrap_or_default();
        let (public, internal) = (of(&public), of(&internal));
        if public + internal > 1 {
            wrong.push(format!("each message exists once: {word} is there {public} + {internal}"));
        }
        if !typed.public && public > 0 {
            wrong.push(format!("a note stays a note: {word} is public"));
        }
        let author = kept.agents.get(&typed.desk);
        let mut keepers = kept.words.get(word).into_iter().flatten();
        let hers = author.is_some_and(|author| keepers.clone().any(|keeper| keeper == author));
        if keepers.any(|keeper| Some(keeper) != author) {
            wrong.push(format!("words are their author's: {word} lies at another agent's desk"));
        }
        if public + internal > 0 && hers && !typed.shared {
            wrong.push(format!("what is sent is no draft: {word} is there, and at her desk"));
        }
        let salvaged = kept.salvaged.contains(word);
        let somewhere = public + internal > 0 || hers || salvaged;
        if typed.saved && !typed.thrown && !somewhere {
            wrong.push(format!("nothing told is lost: {word} of desk {} is nowhere", typed.desk));
        }
    }
    wrong
}

/// What the server took of customers is there, once.
fn customers(ledger: &Ledger, truth: &Tickets) -> Vec<String> {
    let mut found: BTreeMap<&str, u32> = BTreeMap::new();
    for entry in truth.values().flat_map(|whole| &whole.thread) {
        if let Some(word) = entry["text"].as_str().and_then(|words| words.split(' ').next()) {
            *found.entry(word).or_default() += 1;
        }
    }
    let taken = ledger.customers.keys();
    let lost = taken.filter(|word| found.get(word.as_str()) != Some(&1));
    lost.map(|word| format!("nothing taken is lost: {word} of a customer")).collect()
}

/// A reply comes after what its author had read, and after nothing else that a customer wrote.
fn unread(ledger: &Ledger, thread: &[Value]) -> Vec<String> {
    let mut wrong = Vec::new();
    let mut order: BTreeMap<&str, usize> = BTreeMap::new();
    let mut customer: Option<usize> = None;
    let messages = thread.iter().filter(|entry| entry["is"] == "message");
    for (at, message) in messages.enumerate() {
        order.insert(message["id"].as_str().unwrap_or_default(), at);
        if message["by"]["by"] == "customer" {
            customer = Some(at);
            continue;
        }
        let Some(customer) = customer else { continue };
        for word in words_in(message["text"].as_str().unwrap_or_default()) {
            let Some(typed) = ledger.words.get(word) else { continue };
            let has_read =
                |seen: &String| order.get(seen.as_str()).is_some_and(|seen| *seen >= customer);
            if !typed.sent_after.is_empty() && !typed.sent_after.iter().any(has_read) {
                wrong.push(format!("a reply that waits is not sent unread: {word} of a reply"));
            }
        }
    }
    wrong
}
