//! The sample desk: loaded once, the same every time, and alive.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_domain::Category;
use holdfast_domain::clock::ClockStage;
use holdfast_protocol::Row;
use holdfast_protocol::limits::COMMIT_ROWS_MAX;
use holdfast_server::admin::{Request, perform};
use holdfast_server::sample::{Sample, Wanted};
use holdfast_server::{Config, Running};

use crate::world::*;

async fn loaded(scale: u64) -> (Running, tempfile::TempDir, BTreeMap<String, serde_json::Value>) {
    let dir = tempfile::tempdir().expect("a folder");
    let clock = TestClock::new();
    let config = Config::local(dir.path().join("data"));
    let server = holdfast_server::start(config, clock.outside()).await.expect("a server");
    let passphrases = dir.path().join("access.json");
    let wanted = Wanted { scale, data: None, passphrases: Some(passphrases.clone()) };
    perform(server.core(), Request::SampleLoad(wanted), |_| {}).await.expect("the sample");
    let access = std::fs::read(passphrases).expect("a file");
    (server, dir, serde_json::from_slice(&access).expect("JSON"))
}

async fn desk(server: &Running, access: &BTreeMap<String, serde_json::Value>, login: &str) -> Desk {
    let password = access[login]["password"].as_str().expect("a password");
    let mut desk = Desk::sign_in(&server.url, login, password).await.expect("a session");
    desk.hello().await.expect("a welcome");
    desk
}

#[tokio::test]
async fn the_sample_loads_once_and_is_sound_and_its_agents_sign_in() {
    let (server, dir, access) = loaded(40).await;
    let now = server.core().now();
    let sample = Sample::read(now).expect("the sample");
    assert_eq!(access.len(), sample.agents.len());
    let rex = desk(&server, &access, "erik.falk@holdfast.example").await;
    let head = rex.head().await;
    let wanted =
        Wanted { scale: 40, data: None, passphrases: Some(dir.path().join("access.json")) };
    perform(server.core(), Request::SampleLoad(wanted), |_| {}).await.expect("again");
    assert_eq!(rex.head().await, head, "loading again changes nothing");
    perform(server.core(), Request::Check, |_| {}).await.expect("sound");

    let (changes, _) = rex.all_changes(0).await;
    let tickets: BTreeSet<_> = rows(&changes)
        .into_iter()
        .filter_map(|row| match row {
            Row::Ticket(row) => Some(row.id),
            _ => None,
        })
        .collect();
    assert_eq!(tickets.len(), sample.tickets.len() + 40);
}

#[tokio::test]
async fn a_load_that_was_cut_goes_on_where_it_stopped() {
    let (server, _dir, access) = loaded(0).await;
    let wanted = || Request::SampleLoad(Wanted { scale: 520, ..Wanted::default() });
    let (say, mut heard) = tokio::sync::mpsc::unbounded_channel();
    let load = perform(server.core(), wanted(), move |line| drop(say.send(line)));
    let cut = async {
        while let Some(line) = heard.recv().await {
            if line.starts_with("500 of") {
                return;
            }
        }
    };
    tokio::select! {
        biased;
        () = cut => {}
        done = load => panic!("it was to be cut: {done:?}"),
    }
    perform(server.core(), wanted(), |_| {}).await.expect("it goes on");
    perform(server.core(), Request::Check, |_| {}).await.expect("sound");
    let rex = desk(&server, &access, "erik.falk@holdfast.example").await;
    let (changes, _) = rex.all_changes(0).await;
    let tickets = rows(&changes).into_iter().filter(|row| matches!(row, Row::Ticket(_)));
    let sample = Sample::read(server.core().now()).expect("the sample");
    assert_eq!(tickets.count(), sample.tickets.len() + 520);
}

#[tokio::test]
async fn no_commit_of_a_load_has_more_rows_than_a_commit_may_have() {
    let (server, _dir, access) = loaded(300).await;
    let rex = desk(&server, &access, "erik.falk@holdfast.example").await;
    let mut cursor = 0;
    let head = rex.head().await;
    while cursor < head {
        let batch = rex.changes(cursor).await;
        for commit in &batch.commits {
            let own = rows(&commit.changes).into_iter().filter(|row| {
                matches!(row, Row::Ticket(_) | Row::Message(_) | Row::Note(_) | Row::Event(_))
            });
            assert!(own.count() <= COMMIT_ROWS_MAX, "commit {}", commit.seq);
        }
        cursor = batch.to;
    }
}

#[tokio::test]
async fn the_same_clock_gives_the_same_sample_and_most_promises_can_still_be_kept() {
    let now = BEGUN.parse().expect("a time");
    let (one, two) = (Sample::read(now).expect("a sample"), Sample::read(now).expect("a sample"));
    assert_eq!(format!("{one:?}"), format!("{two:?}"));
    let (server, _dir, access) = loaded(0).await;
    let rex = desk(&server, &access, "erik.falk@holdfast.example").await;
    let (changes, _) = rex.all_changes(0).await;
    let now = server.core().now();
    let mut stages: BTreeMap<ClockStage, usize> = BTreeMap::new();
    for row in rows(&changes) {
        let Row::Ticket(row) = row else { continue };
        if !matches!(row.category, Category::New | Category::Open) {
            continue;
        }
        let clocks = row.clocks.iter().filter(|clock| clock.due().is_some());
        if let Some(next) = clocks.min_by_key(|clock| clock.due()) {
            *stages.entry(next.stage(now)).or_default() += 1;
        }
    }
    let all: usize = stages.values().sum();
    let breached = stages.get(&ClockStage::Breached).copied().unwrap_or(0);
    assert!(all > 0, "there are open tickets");
    assert!(breached * 2 < all, "most can still be kept: {stages:?}");
    assert!(breached > 0, "and some cannot: {stages:?}");
}

#[cfg(unix)]
#[tokio::test]
async fn the_file_of_passwords_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (_server, dir, _access) = loaded(0).await;
    let metadata = std::fs::metadata(dir.path().join("access.json")).expect("a file");
    assert_eq!(metadata.permissions().mode() & 0o777, 0o600);
    let data = std::fs::metadata(dir.path().join("data")).expect("a folder");
    assert_eq!(data.permissions().mode() & 0o777, 0o700);
}
