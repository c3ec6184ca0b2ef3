//! Numbers, forks, gaps, epochs, repeats, faults: what a push may come to.

use std::slice;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::time::Duration;

use holdfast_domain::outcome::HeldReason;
use holdfast_domain::{Action, Holder, OperationId, Outcome, Refusal};
use holdfast_protocol::hello::DESK_HEADER;
use holdfast_protocol::push::Settled;
use holdfast_protocol::{Batch, Change, Code};
use holdfast_server::admin::Request;
use holdfast_server::store::{Durability, desk, meta};
use holdfast_server::{Probe, Step};
use serde_json::json;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

use crate::world::*;

fn refused(refusal: Refusal) -> Option<Outcome> {
    Some(Outcome::Refused { refusal })
}

#[tokio::test]
async fn an_operation_is_settled_once_and_its_outcome_comes_back_in_the_feed() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let since = ada.head().await;
    let noted = operation(ticket("mine"), note("Asked the network people."));
    let answer = ada.push(slice::from_ref(&noted)).await.expect("an answer");
    assert_eq!(answer.last_number, 1);
    assert_eq!(answer.settled[0].outcome, Some(Outcome::Accepted));

    let again = ada.push_as(vec![pushed(1, &noted)]).await.expect("the same answer");
    assert_eq!(again, answer, "the same number with the same bytes has the same outcome");

    let (changes, to) = ada.all_changes(since).await;
    assert_eq!(to, since + 1, "pushing again makes no commit");
    let outcomes: Vec<_> =
        changes.iter().filter(|change| matches!(change, Change::Outcome { .. })).collect();
    assert_eq!(outcomes.len(), 1);
    assert_eq!(*outcomes[0], Change::Outcome { settled: answer.settled[0].clone() });
    assert!(shows(&changes, ticket("mine")), "the effect is in the same commit");
    world.check().await;
}

#[tokio::test]
async fn a_profile_and_its_copy_share_a_session_and_each_is_told_what_became_of_its_own() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let since = ada.head().await;
    let noted = operation(ticket("mine"), note("Asked the network people."));
    ada.push(slice::from_ref(&noted)).await.expect("an answer");

    let mut copy = Desk { id: new_id(), number: 0, ..ada.clone() };
    copy.hello().await.expect("a welcome");
    let of_copy = operation(ticket("mine"), note("And the power people."));
    copy.push(slice::from_ref(&of_copy)).await.expect("an answer");
    let outcomes = |changes: &[Change]| -> Vec<OperationId> {
        let settled = changes.iter().filter_map(|change| match change {
            Change::Outcome { settled } => Some(settled.id),
            _ => None,
        });
        settled.collect()
    };
    assert_eq!(outcomes(&ada.all_changes(since).await.0), [noted.id]);
    assert_eq!(outcomes(&copy.all_changes(since).await.0), [of_copy.id]);
    let later = operation(ticket("mine"), note("They look into it."));
    ada.push(slice::from_ref(&later)).await.expect("the other's hello is not in its way");
    world.check().await;
}

#[tokio::test]
async fn of_a_profile_and_its_copy_one_is_revoked_and_the_other_signs_in_anew() {
    let world = World::new().await;
    let ada = world.desk("ada@desk.example").await;
    let mut copy = Desk { id: new_id(), number: 0, ..ada.clone() };
    copy.hello().await.expect("a welcome");
    let request = Request::DeskRevoke { desk: ada.id };
    world.admin(request).await.expect("revoked");
    let told = async |desk: &Desk| {
        let asked = desk.get::<Batch>("/v1/sync/changes?since=0&max_rows=10").await;
        asked.expect_err("a refusal").code
    };
    assert_eq!(told(&ada).await, Code::DeskRevoked, "whoever said hello last");
    assert_eq!(told(&copy).await, Code::SessionEnded, "its tokens are the thief's, too");
    let mut ann = world.desk("ann@desk.example").await;
    ann.id = ada.id;
    assert_eq!(told(&ann).await, Code::BadRequest, "of another agent's desk she learns nothing");
    assert_eq!(ann.hello().await.expect_err("a refusal").code, Code::ForkDetected);
}

#[tokio::test]
async fn a_desk_that_names_another_agents_desk_is_told_nothing() {
    let world = World::new().await;
    let ada = world.desk("ada@desk.example").await;
    let ann = world.desk("ann@desk.example").await;
    let disguised = Desk { id: ann.id, ..ada.clone() };
    let told = disguised.get::<Batch>("/v1/sync/changes?since=0&max_rows=10").await;
    assert_eq!(told.expect_err("a refusal").code, Code::BadRequest);
    let nonsense = ada.http.get(format!("{}/v1/sync/changes?since=0", ada.url));
    let nonsense = nonsense.bearer_auth(&ada.session.access_token).header(DESK_HEADER, "mine");
    assert_eq!(read::<Batch>(nonsense).await.expect_err("a refusal").code, Code::BadRequest);
}

#[tokio::test]
async fn operations_of_one_push_share_a_commit_and_see_each_other() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let since = ada.head().await;
    let claim =
        operation(ticket("fresh"), Action::Claim { team: holdfast_server::load::key::team("red") });
    let mut noted = operation(ticket("fresh"), note("I have it."));
    noted.needs.push(claim.id);
    let answer = ada.push(&[claim, noted]).await.expect("an answer");
    assert!(answer.settled.iter().all(|settled| settled.outcome == Some(Outcome::Accepted)));
    assert!(answer.settled.iter().all(|settled| settled.seq == since + 1), "{answer:?}");
}

#[tokio::test]
async fn tickets_that_change_hands_share_a_commit_only_as_far_as_their_threads_are_short() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let entry = |n: usize| {
        let at = format!("2026-11-19T{:02}:{:02}:00Z", n / 60, n % 60);
        json!({"at": at, "by": "customer", "kind": "message", "words": format!("Number {n}")})
    };
    let entries: Vec<_> = (0..300).map(entry).collect();
    let long = |key: &str| {
        let ticket = json!({"ticket": {
            "key": key, "subject": "Long", "requester": "ana", "language": "en", "channel": "mail",
            "severity": "p3", "team": "red", "assignee": "ada", "category": "open",
            "stage": "triage", "entries": entries,
        }});
        ticket.to_string()
    };
    let keys = ["first", "second", "third"];
    world.import(&keys.map(long).join("\n")).await.expect("an import");
    let team = holdfast_server::load::key::team;
    let from = Holder { team: team("red"), agent: Some(agent("ada")) };
    let to = Holder { team: team("blue"), agent: None };
    let moved = keys.map(|key| operation(ticket(key), Action::Assign { from, to }));
    let since = ada.head().await;
    let answer = ada.push(&moved).await.expect("an answer");
    assert!(answer.settled.iter().all(|settled| settled.outcome == Some(Outcome::Accepted)));
    let places: Vec<_> = answer.settled.iter().map(|settled| settled.seq - since).collect();
    assert_eq!(places, [1, 1, 2], "whoever gains them is sent each thread whole");
    let noted = keys.map(|key| operation(ticket(key), note("Still mine to tell.")));
    let sue = world.desk("sue@desk.example").await.push(&noted).await.expect("an answer");
    assert!(sue.settled.iter().all(|settled| settled.seq == since + 3), "these stay: {sue:?}");
}

#[tokio::test]
async fn what_builds_on_something_that_was_not_accepted_is_held_with_it() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let refused = operation(ticket("far"), note("Not mine to see."));
    let mut builds = operation(ticket("mine"), note("Because of that."));
    builds.needs.push(refused.id);
    let answer = ada.push(&[refused.clone(), builds]).await.expect("an answer");
    let reason = HeldReason::NeedsNotAccepted { operation: refused.id };
    assert_eq!(answer.settled[1].outcome, Some(Outcome::Held { reason }));
    assert_eq!(answer.last_number, 2, "held and refused consume their numbers");
}

#[tokio::test]
async fn a_number_settled_with_other_bytes_is_a_fork() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    ada.push(&[operation(ticket("mine"), note("One."))]).await.expect("an answer");
    let other = operation(ticket("mine"), note("Another."));
    let failure = ada.push_as(vec![pushed(1, &other)]).await.expect_err("a fork");
    assert_eq!(failure.code, Code::ForkDetected);
    ada.number = 1;
    ada.push(&[other]).await.expect("under a new number it is welcome");
}

#[tokio::test]
async fn a_skipped_number_stops_the_push_and_says_what_is_expected() {
    let world = World::new().await;
    let ada = world.desk("ada@desk.example").await;
    let (one, three) =
        (operation(ticket("mine"), note("One.")), operation(ticket("mine"), note("Three.")));
    let pushes = vec![pushed(1, &one), pushed(3, &three)];
    let failure = ada.push_as(pushes).await.expect_err("a gap");
    assert_eq!(failure.code, Code::Gap);
    assert_eq!(failure.params["expected"], 2);
    let answer = ada.push_as(vec![pushed(1, &one), pushed(2, &three)]).await.expect("an answer");
    assert_eq!(answer.last_number, 2, "what stood before the gap was settled");
}

#[tokio::test]
async fn another_epoch_and_another_desk_are_told_apart() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let one = operation(ticket("mine"), note("One."));
    let right = ada.epoch;
    ada.epoch = new_id();
    let failure = ada.push_as(vec![pushed(1, &one)]).await.expect_err("another epoch");
    assert_eq!(failure.code, Code::EpochChanged);
    assert_eq!(failure.params["epoch"], right.to_string());
    ada.epoch = right;

    let mut ben = world.desk("ben@desk.example").await;
    ben.id = ada.id;
    let failure = ben.hello().await.expect_err("ada's desk");
    assert_eq!(failure.code, Code::ForkDetected);
    let failure = ben.push_as(vec![pushed(1, &one)]).await.expect_err("not greeted");
    assert_eq!(failure.code, Code::BadRequest);
}

#[tokio::test]
async fn an_unknown_name_stops_the_push_and_consumes_no_number() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let known = operation(ticket("mine"), note("Known."));
    let unknown = operation(ticket("mine"), note("Unknown."));
    let bytes = serde_json::to_string(&unknown).expect("JSON").replace("note@1", "note@9");
    let pushes = vec![pushed(1, &known), frozen(2, unknown.id, bytes)];
    let failure = ada.push_as(pushes).await.expect_err("an unknown name");
    assert_eq!(failure.code, Code::UnknownOperation);
    assert_eq!(failure.params["name"], "note@9");
    ada.number = 1;
    let answer = ada.push(&[operation(ticket("mine"), note("Next."))]).await.expect("an answer");
    assert_eq!(answer.last_number, 2, "number 2 was free, number 1 was settled");
}

#[tokio::test]
async fn bytes_that_do_not_fit_their_digest_or_id_are_told_and_consume_no_number() {
    let world = World::new().await;
    let ada = world.desk("ada@desk.example").await;
    let one = operation(ticket("mine"), note("One."));
    let mut wrong_digest = pushed(1, &one);
    wrong_digest.digest = "00".repeat(32);
    let mut wrong_id = pushed(1, &one);
    wrong_id.id = OperationId(new_id());
    for wrong in [wrong_digest, wrong_id] {
        let failure = ada.push_as(vec![wrong]).await.expect_err("a bad request");
        assert_eq!(failure.code, Code::BadRequest);
    }
    ada.push_as(vec![pushed(1, &one)]).await.expect("the right bytes");
}

#[tokio::test]
async fn an_operation_whose_arguments_cannot_be_read_settles_as_a_fault() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let id = OperationId(new_id());
    let bytes = format!(
        r#"{{"id":"{id}","ticket":"{}","written_at":"2026-11-20T12:00:00Z",
            "action":{{"name":"note@1","arguments":{{"note":7}}}}}}"#,
        ticket("mine")
    );
    let answer = ada.push_as(vec![frozen(1, id, bytes)]).await.expect("an answer");
    assert_eq!(answer.settled[0].outcome, Some(Outcome::Fault));
    ada.number = 1;
    ada.push(&[operation(ticket("mine"), note("Goes on."))]).await.expect("an answer");
}

#[tokio::test]
async fn a_settled_id_from_another_desk_of_its_author_gets_an_outcome_there_too() {
    let world = World::new().await;
    let mut first = world.desk("ada@desk.example").await;
    let noted = operation(ticket("mine"), note("Once."));
    let settled = first.push(slice::from_ref(&noted)).await.expect("an answer");

    let mut second = world.desk("ada@desk.example").await;
    let since = second.head().await;
    let again = second.push(slice::from_ref(&noted)).await.expect("an answer");
    assert_eq!(again.settled[0].outcome, settled.settled[0].outcome);
    assert!(again.settled[0].seq > settled.settled[0].seq, "a new row, for this desk");
    let (changes, _) = second.all_changes(since).await;
    assert_eq!(changes, [Change::Outcome { settled: again.settled[0].clone() }]);
    let whole: holdfast_protocol::Whole =
        second.get(&format!("/v1/tickets/{}", ticket("mine"))).await.expect("the ticket");
    let once = whole
        .rows
        .iter()
        .filter(|row| matches!(row, holdfast_protocol::Row::Note(row) if row.text == "Once."));
    assert_eq!(once.count(), 1, "the note exists once");

    let mut ann = world.desk("ann@desk.example").await;
    let stolen = ann.push(&[noted]).await.expect("an answer");
    assert_eq!(stolen.settled[0].outcome, refused(Refusal::NotFound), "not hers");
    world.check().await;
}

#[tokio::test]
async fn the_same_words_are_sent_once_whatever_the_operation() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let once = operation(ticket("mine"), note("Once."));
    let twice = operation(ticket("mine"), once.action.clone());
    let answer = ada.push(&[once, twice]).await.expect("an answer");
    assert_eq!(answer.settled[1].outcome, refused(Refusal::AlreadySent));
}

#[tokio::test]
async fn outcomes_are_forgotten_only_as_far_as_they_were_acknowledged() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let far = operation(ticket("far"), note("Not there."));
    let near = operation(ticket("mine"), note("Here."));
    let settled = ada.push(&[far.clone(), near]).await.expect("an answer").settled;
    ada.hello_with(|hello| holdfast_protocol::hello::Hello {
        acknowledged: settled[0].seq,
        ..hello
    })
    .await
    .expect("a welcome");
    let again = ada.push_as(vec![pushed(1, &far)]).await.expect("an answer");
    assert_eq!(again.settled[0].outcome, None, "its body is on the desk");
    assert_eq!(again.settled[0].seq, settled[0].seq, "its place is kept for ever");
}

/// A probe that fails whatever decides this operation, while it is switched on.
fn failing(id: OperationId) -> (Probe, Arc<AtomicBool>) {
    let on = Arc::new(AtomicBool::new(true));
    let switch = on.clone();
    let probe: Probe = Arc::new(move |step| {
        anyhow::ensure!(
            step != Step::Deciding(id) || !switch.load(Ordering::Relaxed),
            "a deterministic failure"
        );
        Ok(())
    });
    (probe, on)
}

#[tokio::test]
async fn an_operation_that_fails_alone_five_times_is_a_fault_and_blocks_nobody() {
    let bad = operation(ticket("mine"), note("Breaks the server."));
    let (probe, _on) = failing(bad.id);
    let world = World::with(|config| config, |outside| outside.probed(probe.clone())).await;
    let ada = world.desk("ada@desk.example").await;
    let before = operation(ticket("mine"), note("Before."));
    let after = operation(ticket("mine"), note("After."));
    let all = || vec![pushed(1, &before), pushed(2, &bad), pushed(3, &after)];
    for time in 1..=5 {
        let failure = ada.push_as(all()).await.expect_err("the server fails");
        assert_eq!(failure.code, Code::Internal, "time {time}");
    }
    // Tries are counted durably: a restart in between changes nothing.
    let world = world.restart_with(|outside| outside.probed(probe)).await;
    let ada = Desk { url: world.server.url.clone(), ..ada };
    let answer = ada.push_as(all()).await.expect("an answer");
    let outcomes: Vec<_> =
        answer.settled.iter().filter_map(|settled| settled.outcome.clone()).collect();
    assert_eq!(outcomes, [Outcome::Accepted, Outcome::Fault, Outcome::Accepted]);
    world.check().await;
}

#[tokio::test]
async fn an_operation_that_fails_once_is_settled_when_the_server_is_well_again() {
    let noted = operation(ticket("mine"), note("Patience."));
    let (probe, on) = failing(noted.id);
    let world = World::with(|config| config, |outside| outside.probed(probe)).await;
    let ada = world.desk("ada@desk.example").await;
    ada.push_as(vec![pushed(1, &noted)]).await.expect_err("the server fails");
    on.store(false, Ordering::Relaxed);
    let answer = ada.push_as(vec![pushed(1, &noted)]).await.expect("an answer");
    assert_eq!(answer.settled[0].outcome, Some(Outcome::Accepted));
}

#[tokio::test]
async fn a_failure_just_before_the_commit_leaves_nothing_behind() {
    let on = Arc::new(AtomicBool::new(false));
    let switch = on.clone();
    let probe: Probe = Arc::new(move |step| {
        anyhow::ensure!(step != Step::Committing || !switch.load(Ordering::Relaxed), "no commit");
        Ok(())
    });
    let world = World::with(|config| config, |outside| outside.probed(probe)).await;
    let ada = world.desk("ada@desk.example").await;
    let head = ada.head().await;
    let noted = operation(ticket("mine"), note("All or nothing."));
    on.store(true, Ordering::Relaxed);
    ada.push_as(vec![pushed(1, &noted)]).await.expect_err("no commit");
    on.store(false, Ordering::Relaxed);
    assert_eq!(ada.head().await, head);
    let answer = ada.push_as(vec![pushed(1, &noted)]).await.expect("an answer");
    assert_eq!(answer.settled[0].seq, head + 1, "the sequence has no gap");
    world.check().await;
}

#[tokio::test]
async fn a_reply_that_has_not_read_the_customers_newest_words_is_held() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let stale = operation(ticket("mine"), reply("Restart it, please.", None));
    let answer = ada.push(&[stale]).await.expect("an answer");
    let outcome = answer.settled[0].outcome.clone();
    let Some(Outcome::Held { reason: HeldReason::NewerWords { message } }) = outcome else {
        panic!("must be held: {answer:?}");
    };
    let now = operation(ticket("mine"), reply("Restart it, please.", Some(message)));
    let answer = ada.push(&[now]).await.expect("an answer");
    assert_eq!(answer.settled[0].outcome, Some(Outcome::Accepted));
}

/// How long a test waits for what must come.
const PATIENCE: Duration = Duration::from_secs(20);

/// A probe that stops where this operation is decided, once: it tells, and waits to be let go.
fn stopping(id: OperationId) -> (Probe, UnboundedReceiver<()>, mpsc::Sender<()>) {
    let (reached, reaching) = unbounded_channel();
    let (go, going) = mpsc::channel();
    let going = Mutex::new(Some(going));
    let probe: Probe = Arc::new(move |step| {
        if step == Step::Deciding(id)
            && let Some(going) = going.lock().expect("a lock").take()
        {
            reached.send(())?;
            going.recv()?;
        }
        Ok(())
    });
    (probe, reaching, go)
}

async fn tries(world: &World, id: uuid::Uuid) -> Vec<(i64, i64)> {
    let mut tx = world.server.core().db.read().await.expect("a reader");
    desk::attempts(&mut tx, id).await.expect("read")
}

/// Pushes one operation and cuts the connection while the server decides it.
async fn cut_in_mid_push(
    ada: &Desk,
    noted: &holdfast_domain::Operation,
    reaching: &mut UnboundedReceiver<()>,
) {
    let (desk, push) = (ada.clone(), vec![pushed(1, noted)]);
    let pushing = tokio::spawn(async move { desk.push_as(push).await });
    let reached = tokio::time::timeout(PATIENCE, reaching.recv()).await;
    reached.expect("it is decided").expect("the probe tells");
    pushing.abort();
    pushing.await.expect_err("nobody waits for the answer");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_push_whose_connection_is_cut_is_carried_to_its_end_and_counts_no_try() {
    let noted = operation(ticket("mine"), note("Cut off."));
    let (probe, mut reaching, go) = stopping(noted.id);
    let world = World::with(|config| config, |outside| outside.probed(probe)).await;
    let ada = world.desk("ada@desk.example").await;
    let since = ada.head().await;
    let mut head = world.server.core().subscribe();
    cut_in_mid_push(&ada, &noted, &mut reaching).await;
    go.send(()).expect("it waits");
    tokio::time::timeout(PATIENCE, head.recv()).await.expect("a commit").expect("a notice");

    assert_eq!(tries(&world, ada.id).await, [], "nobody's fault");
    let answer = ada.push_as(vec![pushed(1, &noted)]).await.expect("the stored outcome");
    assert_eq!(answer.settled[0].outcome, Some(Outcome::Accepted));
    assert_eq!(answer.settled[0].seq, since + 1, "settled once, by the first push");
    assert_eq!(ada.head().await, since + 1);
    world.check().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_desk_that_pushes_again_while_its_first_push_is_carried_waits_for_it() {
    let noted = operation(ticket("mine"), note("Sent twice."));
    let (probe, mut reaching, go) = stopping(noted.id);
    let world = World::with(|config| config, |outside| outside.probed(probe)).await;
    let ada = world.desk("ada@desk.example").await;
    let since = ada.head().await;
    cut_in_mid_push(&ada, &noted, &mut reaching).await;
    let (desk, push) = (ada.clone(), vec![pushed(1, &noted)]);
    let again = tokio::spawn(async move { desk.push_as(push).await });
    go.send(()).expect("it waits");
    let answer = again.await.expect("a task").expect("the stored outcome");
    assert_eq!((answer.last_number, answer.settled[0].seq), (1, since + 1));
    assert_eq!(tries(&world, ada.id).await, []);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_graceful_stop_waits_for_a_push_that_nobody_waits_for() {
    let noted = operation(ticket("mine"), note("Before the stop."));
    let (probe, mut reaching, go) = stopping(noted.id);
    let world = World::with(|config| config, |outside| outside.probed(probe)).await;
    let ada = world.desk("ada@desk.example").await;
    cut_in_mid_push(&ada, &noted, &mut reaching).await;
    let restarting = tokio::spawn(world.restart());
    go.send(()).expect("it waits");
    let world = restarting.await.expect("a restart");
    assert_eq!(tries(&world, ada.id).await, [], "a stop is nobody's fault");
    let ada = Desk { url: world.server.url.clone(), ..ada };
    let answer = ada.push_as(vec![pushed(1, &noted)]).await.expect("the stored outcome");
    assert_eq!(answer.settled[0].outcome, Some(Outcome::Accepted));
    world.check().await;
}

/// A probe under which a commit that decided something fails as on a full disk, and so does the
/// one after it.
fn full_disk() -> (Probe, Arc<AtomicBool>) {
    let on = Arc::new(AtomicBool::new(false));
    let (switch, left) = (on.clone(), Mutex::new(0));
    let probe: Probe = Arc::new(move |step| {
        let mut left = left.lock().expect("a lock");
        match step {
            Step::Deciding(_) if switch.load(Ordering::Relaxed) => *left = 2,
            Step::Committing if *left > 0 => {
                *left -= 1;
                return Err(sqlx::Error::Io(std::io::Error::other("no space left")).into());
            }
            _ => {}
        }
        Ok(())
    });
    (probe, on)
}

#[tokio::test]
async fn a_full_disk_is_never_counted_even_if_the_count_cannot_be_taken_back() {
    let (probe, full) = full_disk();
    let world = World::with(|config| config, |outside| outside.probed(probe)).await;
    let ada = world.desk("ada@desk.example").await;
    let noted = operation(ticket("mine"), note("Innocent."));
    full.store(true, Ordering::Relaxed);
    for time in 1..=7 {
        let failure = ada.push_as(vec![pushed(1, &noted)]).await.expect_err("no space");
        assert_eq!(failure.code, Code::Busy, "time {time}");
    }
    full.store(false, Ordering::Relaxed);
    let answer = ada.push_as(vec![pushed(1, &noted)]).await.expect("space again");
    assert_eq!(answer.settled[0].outcome, Some(Outcome::Accepted));
    assert_eq!(tries(&world, ada.id).await, []);
}

#[tokio::test]
async fn an_operation_behind_a_gap_or_a_fork_was_not_tried_however_often_it_is_pushed() {
    let world = World::new().await;
    let ada = world.desk("ada@desk.example").await;
    let [one, two, three, other] =
        ["One.", "Two.", "Three.", "Another."].map(|text| operation(ticket("mine"), note(text)));
    for _ in 0..7 {
        let behind_a_gap = vec![pushed(2, &two), pushed(3, &three)];
        let failure = ada.push_as(behind_a_gap).await.expect_err("a gap");
        assert_eq!(failure.code, Code::Gap);
        assert_eq!(tries(&world, ada.id).await, []);
    }
    ada.push_as(vec![pushed(1, &one)]).await.expect("an answer");
    for _ in 0..7 {
        let behind_a_fork = vec![pushed(1, &other), pushed(2, &two)];
        let failure = ada.push_as(behind_a_fork).await.expect_err("a fork");
        assert_eq!(failure.code, Code::ForkDetected);
        assert_eq!(tries(&world, ada.id).await, []);
    }
    let all = vec![pushed(1, &one), pushed(2, &two), pushed(3, &three)];
    let answer = ada.push_as(all).await.expect("an answer");
    let accepted = |settled: &Settled| settled.outcome == Some(Outcome::Accepted);
    assert!(answer.settled.iter().all(accepted), "{answer:?}");
}

#[tokio::test]
async fn tries_of_an_epoch_end_with_it_and_nothing_is_pushed_before_a_hello_of_the_new_one() {
    let bad = operation(ticket("mine"), note("Breaks the server."));
    let (probe, _on) = failing(bad.id);
    let world = World::with(|config| config, |outside| outside.probed(probe)).await;
    let ada = world.desk("ada@desk.example").await;
    for _ in 0..5 {
        ada.push_as(vec![pushed(1, &bad)]).await.expect_err("the server fails");
    }
    let mut tx = world.server.core().db.write(Durability::Power).await.expect("a turn");
    let epoch = new_id();
    meta::set_epoch(&mut tx, epoch).await.expect("another epoch");
    tx.commit().await.expect("committed");
    let world = world.restart().await;
    let mut ada = Desk { url: world.server.url.clone(), epoch, ..ada };
    let good = operation(ticket("mine"), note("Harmless."));
    let failure = ada.push_as(vec![pushed(1, &good)]).await.expect_err("no hello yet");
    assert_eq!(failure.code, Code::EpochChanged);
    ada.hello().await.expect("a welcome");
    let answer = ada.push(&[good]).await.expect("an answer");
    assert_eq!(answer.settled[0].outcome, Some(Outcome::Accepted));
}
