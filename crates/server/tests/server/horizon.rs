//! The feed is forgotten by age, and nothing is lost by it.

use std::slice;

use holdfast_domain::{Outcome, Refusal};
use holdfast_protocol::hello::{Hello, PERSONAL, Welcome};
use holdfast_protocol::{Batch, Code, Failure};
use holdfast_server::Config;
use holdfast_server::sync::horizon::advance;
use jiff::SignedDuration;

use crate::world::*;

const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Keeps changes for two days, desks for four.
async fn forgetful() -> World {
    let short = |config: Config| {
        let mut config = config;
        (config.limits.feed_days, config.limits.read_lease_days) = (2, 4);
        config
    };
    World::with(short, |outside| outside).await
}

/// Tokens have run out meanwhile: the same desk in a new session, with this cursor on its disk.
async fn come_back(world: &World, desk: &mut Desk, cursor: i64) -> Welcome {
    let password = world.password("ada@desk.example").await;
    let fresh = Desk::sign_in(&world.server.url, "ada@desk.example", &password).await;
    desk.session = fresh.expect("a session").session;
    let said = |hello| Hello { cursor, acknowledged: cursor, ..hello };
    desk.hello_with(said).await.expect("a welcome")
}

async fn ask(desk: &Desk, since: i64) -> Result<Batch, Failure> {
    desk.get(&format!("/v1/sync/changes?since={since}")).await
}

async fn write_notes(desk: &mut Desk, count: usize) {
    for n in 0..count {
        let noted = operation(ticket("mine"), note(&format!("Note {n}")));
        desk.push(&[noted]).await.expect("an answer");
    }
}

#[tokio::test]
async fn what_is_older_than_the_feed_is_kept_is_forgotten_and_the_sequence_goes_on() {
    let world = forgetful().await;
    let core = world.server.core();
    let mut ada = world.desk("ada@desk.example").await;
    write_notes(&mut ada, 3).await;
    let old = ada.head().await;
    assert_eq!(advance(core).await.expect("a round"), 0, "everything is young");
    world.clock.forward(DAY + DAY + DAY);
    come_back(&world, &mut ada, old).await;
    write_notes(&mut ada, 1).await;
    assert_eq!(advance(core).await.expect("a round"), old, "what was noted three days ago");
    assert_eq!(advance(core).await.expect("a round"), old, "and nothing younger");

    let welcome = come_back(&world, &mut ada, old).await;
    assert_eq!((welcome.horizon, welcome.head), (old, old + 1));
    let batch = ask(&ada, old).await.expect("what came after it");
    assert_eq!(batch.commits.iter().map(|commit| commit.seq).collect::<Vec<_>>(), [old + 1]);
    let failure = ask(&ada, old - 1).await.expect_err("gone");
    assert_eq!(failure.code, Code::Horizon);
    assert_eq!(failure.params["horizon"], old);
    let answer = ada.push(&[operation(ticket("mine"), note("Next."))]).await.expect("an answer");
    assert_eq!(answer.settled[0].seq, old + 2, "without a gap");
    world.check().await;
    let world = world.restart().await;
    world.check().await;
}

#[tokio::test]
async fn a_desk_within_its_read_lease_is_waited_for_and_one_beyond_it_is_not() {
    let world = forgetful().await;
    let core = world.server.core();
    let mut ada = world.desk("ada@desk.example").await;
    let needed = ada.head().await - 2;
    come_back(&world, &mut ada, needed).await;
    let head = ada.head().await;
    advance(core).await.expect("a round");
    world.clock.forward(DAY + DAY + DAY);
    assert_eq!(advance(core).await.expect("a round"), needed, "not beyond its cursor");
    world.clock.forward(DAY + DAY);
    assert_eq!(advance(core).await.expect("a round"), head, "its lease has run out");
    world.check().await;
}

#[tokio::test]
async fn a_desk_without_a_cursor_holds_nothing_up() {
    let world = forgetful().await;
    let core = world.server.core();
    let head = world.desk("ada@desk.example").await.head().await;
    advance(core).await.expect("a round");
    world.clock.forward(DAY + DAY + DAY);
    world.desk("ann@desk.example").await;
    assert_eq!(advance(core).await.expect("a round"), head);
}

#[tokio::test]
async fn who_comes_back_below_the_horizon_fetches_everything_and_hears_every_outcome() {
    let world = forgetful().await;
    let core = world.server.core();
    let mut ada = world.desk("ada@desk.example").await;
    let cursor = ada.head().await;
    let far = operation(ticket("far"), note("Not there."));
    ada.push(slice::from_ref(&far)).await.expect("an answer that is lost");
    write_notes(&mut ada, 1).await;
    advance(core).await.expect("a round");
    world.clock.forward(DAY * 10);
    let horizon = advance(core).await.expect("a round");
    assert!(horizon > cursor);

    let welcome = come_back(&world, &mut ada, cursor).await;
    assert_eq!((welcome.horizon, welcome.last_number), (horizon, 2));
    assert_eq!(ask(&ada, cursor).await.expect_err("gone").code, Code::Horizon);
    let (manifest, rows) = ada.snapshot(PERSONAL).await.expect("a snapshot");
    assert_eq!(manifest.seq, horizon);
    let text = serde_json::to_string(&rows).expect("JSON");
    assert!(text.contains("Note 0"), "what happened meanwhile");
    let refused = Some(Outcome::Refused { refusal: Refusal::NotFound });
    assert_eq!(manifest.outcomes[0].outcome, refused, "why is told, ten days later");
    let again = ada.push_as(vec![pushed(1, &far)]).await.expect("the stored outcome");
    assert_eq!(again.settled[0], manifest.outcomes[0]);
    ask(&ada, manifest.seq).await.expect("and goes on from there");
    world.check().await;
}
