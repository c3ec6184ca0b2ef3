//! Snapshots: what is in them, whose they are, and that changes tell the same.

use std::collections::BTreeMap;

use holdfast_domain::resolution::{Resolution, ResolutionCode};
use holdfast_domain::{Action, Holder, MessageId, Outcome, TicketId};
use holdfast_protocol::digest::{Digest, DigestAnswer, DigestRequest, Tail};
use holdfast_protocol::hello::{EVERYWHERE, PERSONAL, WORKED, team_scope};
use holdfast_protocol::{Change, Code, Row, Whole};
use holdfast_server::load::key;

use crate::world::*;

/// Rows by what they are, as a desk would keep them: the last one wins.
fn kept<'a>(rows: impl IntoIterator<Item = &'a Row>) -> BTreeMap<String, Row> {
    let name = |row: &Row| {
        let json = serde_json::to_value(row).expect("JSON");
        format!("{} {}", json["entity"], json["id"])
    };
    rows.into_iter().map(|row| (name(row), row.clone())).collect()
}

#[tokio::test]
async fn all_scopes_together_are_what_all_changes_tell() {
    let world = World::new().await;
    for login in ["ada@desk.example", "sue@desk.example", "gil@desk.example", "rex@desk.example"] {
        let mut desk = world.desk(login).await;
        desk.push(&[operation(ticket("mine"), note("One more."))]).await.expect("an answer");
        let welcome = desk.hello().await.expect("a welcome");
        let mut all = Vec::new();
        for scope in &welcome.scopes {
            let (manifest, rows) = desk.snapshot(scope).await.expect("a snapshot");
            assert_eq!(&manifest.scope, scope);
            // A shared one may be older: changes bring it up to date.
            all.extend(rows);
            let (changes, _) = desk.all_changes(manifest.seq).await;
            all.extend(rows_of(&changes));
        }
        let (changes, _) = desk.all_changes(0).await;
        let (snapshot, told) = (kept(&all), kept(rows(&changes)));
        assert_eq!(
            snapshot.keys().collect::<Vec<_>>(),
            told.keys().collect::<Vec<_>>(),
            "{login}: the same rows"
        );
        assert_eq!(snapshot, told, "{login}: with the same content");
    }
}

fn rows_of(changes: &[Change]) -> Vec<Row> {
    rows(changes).into_iter().cloned().collect()
}

#[tokio::test]
async fn the_personal_one_carries_outcomes_that_were_not_acknowledged() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let operations: Vec<_> =
        (0..3).map(|n| operation(ticket("mine"), note(&format!("Note {n}")))).collect();
    let settled = ada.push(&operations).await.expect("an answer").settled;
    let (manifest, rows) = ada.snapshot(PERSONAL).await.expect("a snapshot");
    assert_eq!(manifest.outcomes, settled, "a snapshot must not jump over outcomes");
    assert!(rows.iter().any(|row| matches!(row, Row::Agent(agent) if agent.name == "Gil")));
    let other = world.desk("ada@desk.example").await;
    let (manifest, _) = other.snapshot(PERSONAL).await.expect("a snapshot");
    assert!(manifest.outcomes.is_empty(), "those are another desk's");
    ada.hello_with(|hello| holdfast_protocol::hello::Hello {
        acknowledged: settled[2].seq,
        ..hello
    })
    .await
    .expect("a welcome");
    let (manifest, _) = ada.snapshot(PERSONAL).await.expect("a snapshot");
    assert!(manifest.outcomes.is_empty(), "acknowledged");
}

fn tickets(rows: &[Row]) -> Vec<TicketId> {
    let id = |row: &Row| if let Row::Ticket(row) = row { Some(row.id) } else { None };
    rows.iter().filter_map(id).collect()
}

#[tokio::test]
async fn the_personal_one_holds_what_can_be_worked_on_and_nothing_that_is_over() {
    let world = World::new().await;
    for (login, active, finished) in [
        ("ada@desk.example", ["mine"].as_slice(), [].as_slice()),
        ("ann@desk.example", &[], &["over"]),
        ("gil@desk.example", &["far"], &[]),
        ("sue@desk.example", &[], &[]),
    ] {
        let desk = world.desk(login).await;
        for (scope, wanted) in [(PERSONAL, active), (WORKED, finished)] {
            let (manifest, rows) = desk.snapshot(scope).await.expect("a snapshot");
            let wanted: Vec<_> = wanted.iter().map(|key| ticket(key)).collect();
            assert_eq!(tickets(&rows), wanted, "{login} {scope}");
            assert_eq!(usize::try_from(manifest.tickets), Ok(wanted.len()));
            let of_customers = rows.iter().any(|row| matches!(row, Row::Organization(_)));
            assert_eq!(of_customers, !wanted.is_empty(), "{login} {scope}: whose they are");
            let scope = scope.to_owned();
            let asked = DigestRequest::of_all(scope, manifest.seq, manifest.digest);
            let answer: DigestAnswer = desk.post("/v1/sync/digest", &asked).await.expect("one");
            assert_eq!(answer, DigestAnswer::Equal);
        }
    }
}

#[tokio::test]
async fn a_teams_snapshot_is_built_once_and_outlives_a_restart() {
    let world = World::new().await;
    let red = team_scope(key::team("red"));
    let mut ada = world.desk("ada@desk.example").await;
    let ann = world.desk("ann@desk.example").await;
    let (of_ada, rows) = ada.snapshot(&red).await.expect("a snapshot");
    let (of_ann, _) = ann.snapshot(&red).await.expect("a snapshot");
    assert_eq!(of_ada.snapshot, of_ann.snapshot, "shared");

    let world = world.restart().await;
    ada.url.clone_from(&world.server.url);
    let mut again = Vec::new();
    for n in 0..of_ada.chunks.len() {
        again.extend(ada.chunk(&of_ada, n).await.expect("still pinned"));
    }
    assert_eq!(again, rows);
    world.clock.forward(jiff::SignedDuration::from_mins(61));
    let password = world.password("ada@desk.example").await;
    let mut ada =
        Desk::sign_in(&world.server.url, "ada@desk.example", &password).await.expect("a session");
    ada.hello().await.expect("a welcome");
    let failure = ada.chunk(&of_ada, 0).await.expect_err("pinned for an hour");
    assert_eq!(failure.code, Code::NotFound);
    let (anew, _) = ada.snapshot(&red).await.expect("a new one");
    assert_ne!(anew.snapshot, of_ada.snapshot);
}

#[tokio::test]
async fn who_sees_everywhere_has_one_scope_of_all_tickets() {
    let world = World::new().await;
    let mut rex = world.desk("rex@desk.example").await;
    let welcome = rex.hello().await.expect("a welcome");
    assert_eq!(welcome.scopes, [PERSONAL, EVERYWHERE, WORKED]);
    let (manifest, rows) = rex.snapshot(EVERYWHERE).await.expect("a snapshot");
    assert_eq!(tickets(&rows), ["fresh", "mine", "far", "over"].map(ticket));
    let scope = EVERYWHERE.to_owned();
    let asked = DigestRequest::of_all(scope, manifest.seq, manifest.digest);
    let answer: DigestAnswer = rex.post("/v1/sync/digest", &asked).await.expect("one");
    assert_eq!(answer, DigestAnswer::Equal);
    world.check().await;
}

#[tokio::test]
async fn scopes_and_snapshots_of_others_do_not_exist() {
    let world = World::new().await;
    let ada = world.desk("ada@desk.example").await;
    let gil = world.desk("gil@desk.example").await;
    let (personal, _) = ada.snapshot(PERSONAL).await.expect("a snapshot");
    let (of_red, _) = ada.snapshot(&team_scope(key::team("red"))).await.expect("a snapshot");
    for manifest in [&personal, &of_red] {
        let failure = gil.chunk(manifest, 0).await.expect_err("not his");
        assert_eq!(failure.code, Code::NotFound, "{}", manifest.scope);
    }
    let red = team_scope(key::team("red"));
    for scope in [red, "team:nonsense".into(), "everything".into(), EVERYWHERE.into()] {
        let failure = gil.snapshot(&scope).await.expect_err("not his");
        assert_eq!(failure.code, Code::NotFound, "{scope}");
    }
    let failure = ada.chunk(&personal_with_more(&personal), 99).await.expect_err("no such chunk");
    assert_eq!(failure.code, Code::NotFound);
}

fn personal_with_more(
    manifest: &holdfast_protocol::snapshot::Manifest,
) -> holdfast_protocol::snapshot::Manifest {
    let mut more = manifest.clone();
    more.chunks = vec![more.chunks[0].clone(); 100];
    more
}

#[tokio::test]
async fn digests_agree_with_snapshots_and_tell_where_they_differ() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let red = team_scope(key::team("red"));
    let (manifest, rows) = ada.snapshot(&red).await.expect("a snapshot");
    let tickets = rows.iter().filter_map(|row| match row {
        Row::Ticket(row) => Some((row.id, row.version)),
        _ => None,
    });
    let own = tickets.fold(Digest::default(), |sum, (id, version)| sum.with(id, version));
    assert_eq!(own, manifest.digest);
    let ask = |cursor, digest| DigestRequest::of_all(red.clone(), cursor, digest);
    let head = ada.head().await;
    let equal: DigestAnswer =
        ada.post("/v1/sync/digest", &ask(head, own)).await.expect("an answer");
    assert_eq!(equal, DigestAnswer::Equal);

    ada.push(&[operation(ticket("mine"), note("Changes it."))]).await.expect("an answer");
    let late: DigestAnswer = ada.post("/v1/sync/digest", &ask(head, own)).await.expect("an answer");
    assert_eq!(late, DigestAnswer::NotAtHead { head: head + 1 });
    let differs: DigestAnswer =
        ada.post("/v1/sync/digest", &ask(head + 1, own)).await.expect("an answer");
    let DigestAnswer::Listed { tickets } = differs else { panic!("they differ in a few") };
    assert_eq!(tickets.len(), 3);
    let sums = Tail::default().sums(&tickets);
    for byte in 0..=u8::MAX {
        let (tail, digest) = (Tail::default().with(byte), sums[usize::from(byte)]);
        let asked = DigestRequest { tail, ..ask(head + 1, digest) };
        let answer: DigestAnswer = ada.post("/v1/sync/digest", &asked).await.expect("an answer");
        assert_eq!(answer, DigestAnswer::Equal, "the parts ending with {byte:02x}");
    }
}

#[tokio::test]
async fn a_scope_of_many_tickets_is_told_in_sums_until_a_part_is_short() {
    let world = World::new().await;
    let mut things = String::new();
    for n in 0..1_200 {
        let line = serde_json::json!({ "ticket": {
            "key": format!("many-{n}"), "subject": "Many", "requester": "ana", "language": "en",
            "channel": "mail", "severity": "p4", "team": "red", "category": "new",
            "stage": "intake", "entries": [{ "at": "2026-11-20T09:00:00Z", "by": "customer",
            "kind": "message", "words": "One of many." }],
        }});
        things.push_str(&format!("{line}\n"));
    }
    world.import(&things).await.expect("many");
    let ada = world.desk("ada@desk.example").await;
    let red = team_scope(key::team("red"));
    let head = ada.head().await;
    let ask = async |tail: Tail| {
        let asked = DigestRequest { tail, ..DigestRequest::of_all(red.clone(), head, Digest(1)) };
        ada.post::<DigestAnswer>("/v1/sync/digest", &asked).await.expect("an answer")
    };
    let DigestAnswer::Differs { sums } = ask(Tail::default()).await else { panic!("too many") };
    assert_eq!(sums.len(), 256);
    let mut all = 0;
    for byte in (0..=u8::MAX).filter(|byte| sums[usize::from(*byte)] != Digest::default()) {
        let part = ask(Tail::default().with(byte)).await;
        let DigestAnswer::Listed { tickets } = part else { panic!("a part is short") };
        let add = |sum: Digest, (id, version): &(TicketId, i64)| sum.with(*id, *version);
        let sum = tickets.iter().fold(Digest::default(), add);
        assert_eq!(sum, sums[usize::from(byte)]);
        all += tickets.len();
    }
    assert_eq!(all, 1_203);
}

#[tokio::test]
async fn a_cursor_beyond_the_head_or_of_another_epoch_is_told_to_begin_anew() {
    let world = World::new().await;
    let ada = world.desk("ada@desk.example").await;
    let beyond = ada.head().await + 1;
    let failure = ada
        .get::<holdfast_protocol::Batch>(&format!("/v1/sync/changes?since={beyond}"))
        .await
        .expect_err("beyond the head");
    assert_eq!(failure.code, Code::Horizon);
    let path = format!("/v1/sync/changes?since=0&epoch={}", new_id());
    let failure = ada.get::<holdfast_protocol::Batch>(&path).await.expect_err("another epoch");
    assert_eq!(failure.code, Code::EpochChanged);
}

#[tokio::test]
async fn batches_are_cut_between_commits_and_cover_everything() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let since = ada.head().await;
    for n in 0..12 {
        let noted = operation(ticket("mine"), note(&format!("Note {n}")));
        ada.push(&[noted]).await.expect("an answer");
    }
    let (mut cursor, mut seen) = (since, Vec::new());
    while cursor < since + 12 {
        let batch: holdfast_protocol::Batch = ada
            .get(&format!("/v1/sync/changes?since={cursor}&max_rows=10"))
            .await
            .expect("a batch");
        assert!(batch.to > cursor, "never empty before the head");
        assert!(batch.commits.len() <= 3, "about ten changes: {}", batch.commits.len());
        seen.extend(batch.commits.iter().map(|commit| commit.seq));
        cursor = batch.to;
    }
    assert_eq!(seen, (since + 1..=since + 12).collect::<Vec<_>>(), "each commit once, in order");
}

/// What a desk has of a ticket that took two snapshots with something happening in between, and the
/// changes after the first: without the rows of the directory.
async fn fetched(
    desk: &Desk,
    [first, second]: [&str; 2],
    between: impl AsyncFnOnce(),
) -> BTreeMap<String, Row> {
    let (manifest, mut all) = desk.snapshot(first).await.expect("a snapshot");
    between().await;
    all.extend(desk.snapshot(second).await.expect("a snapshot").1);
    let (changes, _) = desk.all_changes(manifest.seq).await;
    all.extend(rows_of(&changes));
    kept(&all)
}

async fn assert_whole(desk: &Desk, id: TicketId, have: &BTreeMap<String, Row>) {
    let whole: Whole = desk.get(&format!("/v1/tickets/{id}")).await.expect("the ticket");
    for (name, row) in kept(&whole.rows) {
        assert_eq!(have.get(&name), Some(&row), "{name}");
    }
}

async fn accepted(desk: &mut Desk, id: TicketId, action: Action) {
    let answer = desk.push(&[operation(id, action)]).await.expect("an answer");
    assert_eq!(answer.settled[0].outcome, Some(Outcome::Accepted));
}

fn solve(seen_through: Option<MessageId>) -> Action {
    let resolution = Resolution { code: ResolutionCode::Fixed, words: "It is warm.".into() };
    Action::Solve { resolution, seen_through }
}

/// Ada holds `mine`, which is her old team's: nothing but her own scopes shows it to her.
async fn ada_in_another_team(world: &World) -> (Desk, Desk, Option<MessageId>) {
    let moved = r#"{"agent":{"key":"ada","name":"Ada","login":"ada@desk.example","role":"agent",
        "teams":["blue"],"languages":["en"]}}"#;
    world.import(&moved.replace('\n', " ")).await.expect("ada's new team");
    let (ada, sue) = (world.desk("ada@desk.example").await, world.desk("sue@desk.example").await);
    let whole: Whole =
        ada.get(&format!("/v1/tickets/{}", ticket("mine"))).await.expect("the ticket");
    let seen = whole.rows.iter().find_map(|row| match row {
        Row::Ticket(row) => row.last_message,
        _ => None,
    });
    (ada, sue, seen)
}

#[tokio::test]
async fn a_ticket_that_is_reopened_between_two_snapshots_comes_with_its_thread() {
    let world = World::new().await;
    let (ada, mut sue, seen) = ada_in_another_team(&world).await;
    accepted(&mut sue, ticket("mine"), solve(seen)).await;
    let reopen = async || accepted(&mut sue, ticket("mine"), Action::Reopen {}).await;
    let have = fetched(&ada, [PERSONAL, WORKED], reopen).await;
    assert_whole(&ada, ticket("mine"), &have).await;
}

#[tokio::test]
async fn a_ticket_that_is_solved_between_two_snapshots_comes_with_its_thread() {
    let world = World::new().await;
    let (ada, mut sue, seen) = ada_in_another_team(&world).await;
    let solved = async || accepted(&mut sue, ticket("mine"), solve(seen)).await;
    let have = fetched(&ada, [WORKED, PERSONAL], solved).await;
    assert_whole(&ada, ticket("mine"), &have).await;
}

#[tokio::test]
async fn a_ticket_that_goes_to_another_team_between_two_snapshots_comes_with_its_thread() {
    let world = World::new().await;
    let (sue, mut ada) =
        (world.desk("sue@desk.example").await, world.desk("ada@desk.example").await);
    let [red, blue] = ["red", "blue"].map(|team| team_scope(key::team(team)));
    let from = Holder { team: key::team("red"), agent: Some(agent("ada")) };
    let to = Holder { team: key::team("blue"), agent: None };
    let moved = async || accepted(&mut ada, ticket("mine"), Action::Assign { from, to }).await;
    let have = fetched(&sue, [&blue, &red], moved).await;
    assert_whole(&sue, ticket("mine"), &have).await;
}
