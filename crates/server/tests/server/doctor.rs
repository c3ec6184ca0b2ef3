//! What the doctor says, and the figures behind it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use holdfast_server::Step;
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
    // Where copies go is gone, or the next would be made under the later clock.
    std::fs::remove_dir_all(world.dir.path().join("elsewhere")).expect("removed");
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
        "holdfast_unwritable 0",
        "holdfast_salvaged",
        "holdfast_horizon",
        "holdfast_streams_unread",
        "holdfast_desks_stuck",
        "holdfast_pushes_slow",
    ] {
        assert!(text.contains(name), "{name} is not in {text}");
    }
}

#[tokio::test]
async fn a_desk_that_does_not_get_on_is_told() {
    let world = replicated().await;
    let mut ada = world.desk("ada@desk.example").await;
    ada.push(&[operation(ticket("mine"), note("cannot be taken"))]).await.expect("settled");
    for _ in 0..5 {
        ada.changes(0).await;
        let (_, told) = doctor(&world).await;
        assert!(told.contains("no stream and no push stands still"), "not at once: {told}");
        world.clock.forward(SignedDuration::from_mins(2));
    }
    ada.changes(0).await;
    let (well, told) = doctor(&world).await;
    assert!(!well && told.contains("1 desks have asked for what comes after the same"), "{told}");
    let head = ada.head().await;
    ada.changes(head).await;
    let (_, told) = doctor(&world).await;
    assert!(told.contains("no stream and no push stands still"), "it got on: {told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_push_that_hangs_is_told() {
    let (hang, hangs) = std::sync::mpsc::channel::<()>();
    let (hangs, hang_now) = (std::sync::Mutex::new(hangs), AtomicBool::new(false));
    let hang_now = Arc::new(hang_now);
    let wanted = hang_now.clone();
    let (met, mut meets) = tokio::sync::mpsc::unbounded_channel();
    let probe = Arc::new(move |step| {
        if step == Step::Committing && wanted.swap(false, Ordering::SeqCst) {
            met.send(()).expect("the test waits");
            hangs.lock().expect("one waits").recv().ok();
        }
        Ok(())
    });
    let world = World::with(|config| config, |outside| outside.probed(probe)).await;
    let mut ada = world.desk("ada@desk.example").await;
    hang_now.store(true, Ordering::SeqCst);
    let pushing =
        tokio::spawn(async move { ada.push(&[operation(ticket("mine"), note("slow"))]).await });
    meets.recv().await.expect("it hangs");
    world.clock.forward(SignedDuration::from_secs(61));
    let (well, told) = doctor(&world).await;
    assert!(!well && told.contains("1 pushes are under way for more than 60 s"), "{told}");
    drop(hang);
    pushing.await.expect("no panic").expect("settled");
    let (_, told) = doctor(&world).await;
    assert!(told.contains("no stream and no push stands still"), "{told}");
}

#[tokio::test]
async fn a_stream_that_nobody_reads_is_told() {
    let world = replicated().await;
    let mut ada = world.desk("ada@desk.example").await;
    let ann = world.desk("ann@desk.example").await;
    let unread = crate::doors::ask_and_read_nothing(&world, &ann, "/v1/sync/stream?since=0").await;
    let core = world.server.core();
    let none = SignedDuration::ZERO;
    let filled = async {
        while core.streams.unread(core.now(), none) == 0 {
            let many: Vec<_> =
                (0..3).map(|_| operation(ticket("mine"), note(&"x".repeat(60_000)))).collect();
            ada.push(&many).await.expect("nobody is stopped by it");
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(60), filled).await.expect("filled");
    let (_, told) = doctor(&world).await;
    assert!(told.contains("1 desks listen; no stream"), "not at once: {told}");
    world.clock.forward(SignedDuration::from_mins(21));
    let (well, told) = doctor(&world).await;
    assert!(!well && told.contains("1 of 1 streams are not read"), "{told}");
    drop(unread);
}
