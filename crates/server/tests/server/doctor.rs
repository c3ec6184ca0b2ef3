//! What the doctor says, and the figures behind it.

use holdfast_server::admin::Request;
use holdfast_server::store::{Durability, desk};
use jiff::SignedDuration;

use crate::world::*;

/// Whether all is well but for the room on the disk, which is this machine's and not the world's.
async fn doctor(world: &World) -> (bool, String) {
    let told = world.admin(Request::Doctor).await;
    let told = told.map_or_else(|told| told, |told| told.join("\n"));
    let looks = |line: &str| line.starts_with("look") && !line.contains("MiB are free");
    (!told.lines().any(looks), told)
}

async fn replicated() -> World {
    let world = World::new().await;
    let to = world.dir.path().join("elsewhere");
    std::fs::create_dir(&to).expect("a folder");
    world.admin(Request::Replicate { to: Some(to) }).await.expect("replicated");
    world
}

#[tokio::test]
async fn a_server_without_a_copy_is_told_so_and_one_that_is_replicated_is_well() {
    let world = World::new().await;
    let (well, told) = doctor(&world).await;
    assert!(!well && told.contains("there is no copy of this server"), "{told}");
    world.backup().await;
    let (well, told) = doctor(&world).await;
    assert!(well && told.contains("the last backup is 0 hours old"), "{told}");
    world.clock.forward(SignedDuration::from_hours(49));
    let (well, told) = doctor(&world).await;
    assert!(!well && told.contains("the last backup is 2 days old"), "{told}");
    let world = replicated().await;
    let (well, told) = doctor(&world).await;
    assert!(well && told.contains("copied to"), "{told}");
    world.clock.forward(SignedDuration::from_secs(61));
    let (well, told) = doctor(&world).await;
    assert!(!well && told.contains("behind for more than a minute"), "{told}");
}

#[tokio::test]
async fn operations_that_make_the_server_fail_and_desks_that_stay_away_are_told() {
    let world = replicated().await;
    let ada = world.desk("ada@desk.example").await;
    let core = world.server.core();
    for _ in 0..2 {
        let mut tx = core.db.write(Durability::Power).await.expect("a turn");
        desk::count_attempts(&mut tx, ada.id, &[1]).await.expect("counted");
        tx.commit().await.expect("kept");
    }
    let (well, told) = doctor(&world).await;
    assert!(!well && told.contains("1 operations made the server fail"), "{told}");
    world.clock.forward(SignedDuration::from_hours(24 * 4));
    let (well, told) = doctor(&world).await;
    assert!(!well && told.contains("1 of 1 desks were not heard of"), "{told}");
}

#[tokio::test]
async fn desks_that_are_too_old_are_told() {
    let world = replicated().await;
    let mut ada = world.desk("ada@desk.example").await;
    let old = |hello| holdfast_protocol::hello::Hello { protocol: 0, ..hello };
    ada.hello_with(old).await.expect_err("too old");
    let (well, told) = doctor(&world).await;
    assert!(!well && told.contains("were refused 1 times"), "{told}");
}

#[tokio::test]
async fn the_same_figures_are_metrics() {
    let world = replicated().await;
    let desk = world.desk("ada@desk.example").await;
    let answer = desk.http.get(format!("{}/metrics", desk.url)).send().await.expect("an answer");
    let text = answer.text().await.expect("text");
    for name in [
        "holdfast_durable_seq",
        "holdfast_copy_age_seconds",
        "holdfast_free_bytes",
        "holdfast_log_bytes",
        "holdfast_failing_operations",
        "holdfast_desks_away",
        "holdfast_damaged 0",
        "holdfast_jobs_failing 0",
        "holdfast_salvaged",
        "holdfast_horizon",
    ] {
        assert!(text.contains(name), "{name} is not in {text}");
    }
}
