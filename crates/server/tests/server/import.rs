//! Import: all of a file or nothing, and errors with their lines.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use holdfast_domain::Role;
use holdfast_protocol::{Row, Whole};
use holdfast_server::admin::{NewAgent, Request};
use holdfast_server::{Step, store};
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

/// That many tickets, and before them a contact of their own.
fn many_tickets(count: usize) -> String {
    let mut lines = vec![json!({"contact": {
        "key": "many", "organization": "acme", "name": "Many", "language": "en",
        "time_zone": "Europe/Oslo",
    }})];
    lines.extend((0..count).map(|n| {
        json!({"ticket": {
            "key": format!("many-{n}"), "subject": format!("Number {n}"), "requester": "many",
            "language": "en", "channel": "mail", "severity": "p3", "team": "red",
            "category": "new", "stage": "intake", "entries": [{
                "at": "2026-11-20T09:00:00Z", "by": "customer", "kind": "message",
                "words": format!("Words {n}"),
            }],
        }})
    }));
    lines.iter().map(|line| format!("{line}\n")).collect()
}

async fn count_tickets(world: &World) -> i64 {
    let mut tx = world.server.core().db.read().await.expect("a reader");
    store::ticket::count(&mut tx).await.expect("a count")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn desks_write_between_the_batches_of_a_long_file() {
    let world = Arc::new(World::new().await);
    let mut ada = world.desk("ada@desk.example").await;
    let mut heard = world.server.core().subscribe();
    let importer = world.clone();
    let importing = tokio::spawn(async move { importer.import(&many_tickets(1_500)).await });
    heard.recv().await.expect("the first batch");
    let noted = operation(ticket("mine"), note("In between."));
    let answer = ada.push(&[noted]).await.expect("an answer");
    assert!(!importing.is_finished(), "there is much left");
    importing.await.expect("a task").expect("an import");
    assert!(answer.settled[0].seq < ada.head().await, "batches came after it");
    assert_eq!(count_tickets(&world).await, 1_504);
    world.check().await;
}

/// A probe that lets so many more commits be made.
fn counting() -> (holdfast_server::Probe, Arc<AtomicUsize>) {
    let left = Arc::new(AtomicUsize::new(usize::MAX));
    let counted = left.clone();
    let probe: holdfast_server::Probe = Arc::new(move |step| {
        if step == Step::Committing {
            let before = counted.load(Ordering::Relaxed);
            anyhow::ensure!(before > 0, "cut off");
            counted.store(before.saturating_sub(1), Ordering::Relaxed);
        }
        Ok(())
    });
    (probe, left)
}

/// A world whose import of a file was cut off after two batches of a hundred lines.
async fn cut_off(file: &str) -> World {
    let (probe, left) = counting();
    let world = World::with(|config| config, |outside| outside.probed(probe)).await;
    // The trial's furniture, the beginning, and two batches.
    left.store(4, Ordering::Relaxed);
    let error = world.import(file).await.expect_err("cut off");
    assert!(error.contains("goes on"), "{error}");
    left.store(usize::MAX, Ordering::Relaxed);
    world
}

#[tokio::test]
async fn an_import_that_is_cut_off_goes_on_at_the_next_start_and_brings_nothing_twice() {
    let world = cut_off(&many_tickets(350)).await;
    assert_eq!(count_tickets(&world).await, 4 + 199, "two batches of a hundred lines");
    let world = world.restart().await;
    // Commands wait for it.
    world.import("").await.expect("nothing more");
    assert_eq!(count_tickets(&world).await, 354);
    world.check().await;
    let copies = std::fs::read_dir(world.dir.path().join("data/import"));
    assert_eq!(copies.map_or(0, Iterator::count), 0, "nothing is left of it");
    let error = world.import(&many_tickets(1)).await.expect_err("it is there already");
    assert!(error.contains("line 2: there is a ticket \"many-0\" already"), "{error}");
}

#[tokio::test]
async fn an_import_whose_copy_is_gone_is_told_and_blocks_no_other() {
    let world = World::new().await;
    // The start looks for an import, too: its turn is over when this one is.
    world.import("").await.expect("nothing to import");
    let mut tx = world.server.core().db.write(store::Durability::Power).await.expect("a turn");
    store::import::begin(&mut tx, "gone.ndjson").await.expect("remembered");
    store::import::set_line(&mut tx, 7).await.expect("remembered");
    tx.commit().await.expect("committed");
    let told = world.import(&many_tickets(1)).await.expect("an import");
    assert!(told[0].contains("it ends at line 7"), "{told:?}");
    assert_eq!(count_tickets(&world).await, 5);
}

#[tokio::test]
async fn a_line_without_an_end_is_told_and_what_follows_it_is_looked_at() {
    let world = World::new().await;
    let before = count_tickets(&world).await;
    let long = "x".repeat(9 * 1024 * 1024);
    let error = world.import(&format!("{long}\n\n{{\n")).await.expect_err("refused");
    assert!(error.contains("line 1: longer than 8388608 bytes"), "{error}");
    assert!(error.contains("line 3: ") && !error.contains("line 2: "), "{error}");
    assert_eq!(count_tickets(&world).await, before);
}

/// A ticket that Ann answered, as the last line of a file.
fn answered_by_ann() -> String {
    let entry = |at: &str, by: &str| {
        let at = format!("2026-11-20T{at}:00Z");
        json!({"at": at, "by": by, "kind": "message", "words": format!("Words of {by}")})
    };
    let ticket = json!({"ticket": {
        "key": "answered", "subject": "Answered", "requester": "many", "language": "en",
        "channel": "mail", "severity": "p3", "team": "red", "assignee": "ann",
        "category": "pending", "stage": "triage",
        "entries": [entry("09:00", "customer"), entry("09:30", "ann")],
    }});
    format!("{ticket}\n")
}

fn ann() -> String {
    let ann = json!({"agent": {
        "key": "ann", "name": "Ann", "login": "ann@desk.example", "role": "agent",
        "teams": ["red"],
    }});
    format!("{ann}\n")
}

async fn is_active(world: &World, key: &str) -> bool {
    let mut tx = world.server.core().db.read().await.expect("a reader");
    let row = store::directory::agent(&mut tx, agent(key)).await.expect("read");
    row.expect("an agent").active
}

fn disable(login: &str) -> Request {
    Request::AgentDisable { login: login.into() }
}

#[tokio::test]
async fn an_agent_who_is_disabled_before_an_import_goes_on_stays_so_and_her_history_comes() {
    for agents in [ann(), String::new()] {
        let world = cut_off(&(many_tickets(350) + &agents + &answered_by_ann())).await;
        world.admin(disable("ann@desk.example")).await.expect("disabled");
        let world = world.restart().await;
        world.import("").await.expect("it has come to its end");
        assert_eq!(count_tickets(&world).await, 355);
        assert!(!is_active(&world, "ann").await, "only an administrator undoes it");
        world.check().await;
    }
}

#[tokio::test]
async fn a_file_tells_of_disabled_agents_and_does_not_let_them_in_again() {
    let world = World::new().await;
    world.admin(disable("ann@desk.example")).await.expect("disabled");
    world.import(&(many_tickets(0) + &ann() + &answered_by_ann())).await.expect("an import");
    assert_eq!(count_tickets(&world).await, 5);
    assert!(!is_active(&world, "ann").await);
}

#[tokio::test]
async fn a_login_that_is_given_away_before_an_import_goes_on_is_told_and_does_not_stop_it() {
    let zed = json!({"agent": {
        "key": "zed", "name": "Zed", "login": "zed@desk.example", "role": "agent",
        "teams": ["red"],
    }});
    let world = cut_off(&format!("{}{zed}\n", many_tickets(350))).await;
    let other = Request::AgentAdd(NewAgent {
        login: "zed@desk.example".into(),
        name: "Zoltan".into(),
        role: Role::Agent,
        teams: vec!["red".into()],
        centers: Vec::new(),
        languages: Vec::new(),
    });
    world.admin(other).await.expect("added");
    let told = world.import("").await.expect("it has come to its end").join("\n");
    assert!(told.contains("line 352: the login \"zed@desk.example\" belongs to"), "{told}");
    assert!(is_active(&world, "zed").await, "he is there, without a login");
    world.desk("zed@desk.example").await;
    world.check().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn an_agent_can_be_disabled_and_reset_while_a_file_is_imported() {
    let world = Arc::new(World::new().await);
    let mut heard = world.server.core().subscribe();
    let importer = world.clone();
    let importing = tokio::spawn(async move { importer.import(&many_tickets(1_500)).await });
    heard.recv().await.expect("the first batch");
    world.admin(disable("ann@desk.example")).await.expect("disabled");
    assert!(!is_active(&world, "ann").await);
    let reset = Request::AgentReset { login: "ann@desk.example".into() };
    world.admin(reset).await.expect("a new password");
    assert!(!importing.is_finished(), "there is much left");
    importing.await.expect("a task").expect("an import");
    assert!(is_active(&world, "ann").await);
}
