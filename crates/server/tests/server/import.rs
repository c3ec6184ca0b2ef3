//! Import: all of a file or nothing, and errors with their lines.

use holdfast_protocol::{Row, Whole};
use serde_json::json;

use crate::world::*;

#[tokio::test]
async fn errors_are_told_with_their_lines_and_nothing_is_imported() {
    let world = World::new().await;
    let ada = world.desk("ada@desk.example").await;
    let head = ada.head().await;
    let error = world.import(include_str!("import_errors.ndjson")).await.expect_err("refused");
    assert!(error.contains("nothing was imported"), "{error}");
    for wrong in [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16] {
        assert!(error.contains(&format!("line {wrong}: ")), "line {wrong} in:\n{error}");
    }
    for right in [1, 15] {
        assert!(!error.contains(&format!("line {right}: ")), "line {right} in:\n{error}");
    }
    assert_eq!(ada.head().await, head, "nothing, not even the good line");
    world.check().await;
}

#[tokio::test]
async fn an_import_is_seen_by_desks_at_once_and_a_second_one_changes_rows() {
    let world = World::new().await;
    let ada = world.desk("ada@desk.example").await;
    let since = ada.head().await;
    let renamed = json!({"contact": {
        "key": "ana", "organization": "acme", "name": "Ana Berg", "language": "en",
        "time_zone": "Europe/Oslo",
    }});
    world.import(&renamed.to_string()).await.expect("an import");
    let (changes, _) = ada.all_changes(since).await;
    let names: Vec<_> = rows(&changes)
        .into_iter()
        .filter_map(|row| match row {
            Row::Contact(row) => Some(row.name.clone()),
            _ => None,
        })
        .collect();
    assert_eq!(names, ["Ana Berg"]);
    let gil = world.desk("gil@desk.example").await;
    let (changes, _) = gil.all_changes(since).await;
    assert!(rows(&changes).iter().all(|row| !matches!(row, Row::Contact(_))), "not his customer");
}

#[tokio::test]
async fn a_history_longer_than_a_commit_is_imported_whole_and_in_order() {
    let world = World::new().await;
    let ada = world.desk("ada@desk.example").await;
    let entry = |n: usize| {
        let by = if n.is_multiple_of(2) { "customer" } else { "ada" };
        let at = format!("2026-11-19T{:02}:{:02}:00Z", n / 60, n % 60);
        json!({"at": at, "by": by, "kind": "message", "words": format!("Number {n}")})
    };
    let entries: Vec<_> = (0..700).map(entry).collect();
    let long = json!({"ticket": {
        "key": "long", "subject": "Long", "requester": "ana", "language": "en", "channel": "mail",
        "severity": "p3", "team": "red", "assignee": "ada", "category": "pending",
        "stage": "triage", "entries": entries,
    }});
    world.import(&long.to_string()).await.expect("an import");
    world.check().await;
    let whole: Whole =
        ada.get(&format!("/v1/tickets/{}", ticket("long"))).await.expect("the ticket");
    let words: Vec<_> = whole
        .rows
        .iter()
        .filter_map(|row| match row {
            Row::Message(row) => Some(row.text.clone()),
            _ => None,
        })
        .collect();
    let wanted: Vec<_> = (0..700).map(|n| format!("Number {n}")).collect();
    assert_eq!(words, wanted);
    let (changes, _) = ada.all_changes(0).await;
    assert!(shows(&changes, ticket("long")));
}
