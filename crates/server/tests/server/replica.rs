//! Replicas: copies that are kept up to date, over restarts, full logs and missing folders.

use std::path::{Path, PathBuf};

use holdfast_server::admin::Request;
use holdfast_server::backup::folder::{About, FORMAT, Folder, Kind};
use holdfast_server::backup::replica;
use holdfast_server::backup::ship::{Broken, Shipper};
use holdfast_server::{Config, Outside};

use crate::backup::words;
use crate::world::*;

/// The replica's folder below the one that was named.
fn replica_of(to: &Path) -> PathBuf {
    let mut found = std::fs::read_dir(to).expect("a folder").filter_map(|entry| {
        let path = entry.expect("an entry").path();
        path.is_dir().then_some(path)
    });
    found.next().expect("a replica")
}

fn folder(world: &World) -> PathBuf {
    let to = world.dir.path().join("elsewhere");
    std::fs::create_dir_all(&to).expect("a folder");
    to
}

async fn says(desk: &mut Desk, text: &str) {
    desk.push(&[operation(ticket("mine"), note(text))]).await.expect("taken");
}

/// What the running server does every few seconds, now.
async fn shipped(world: &World) {
    replica::finish(world.server.core()).await;
    let going = world.server.core().backups.going();
    assert_eq!(going.failing, None);
    assert_eq!(going.reach.map(|reach| reach.seq), Some(world.server.core().head()));
}

#[tokio::test]
async fn a_replica_has_what_was_shipped_and_goes_on_after_a_stop_without_a_new_base() {
    let world = World::new().await;
    let to = folder(&world);
    let mut ada = world.desk("ada@desk.example").await;
    world.admin(Request::Replicate { to: Some(to.clone()) }).await.expect("replicated");
    says(&mut ada, "first").await;
    shipped(&world).await;
    let durable = ada.hello().await.expect("a welcome").durable_seq;
    assert_eq!(durable, Some(world.server.core().head()));
    let replica = Folder { path: replica_of(&to) };
    let bases = replica.bases().expect("bases");
    let world = world.restart().await;
    let mut ada = world.desk("ada@desk.example").await;
    says(&mut ada, "second").await;
    shipped(&world).await;
    assert_eq!(replica.bases().expect("bases"), bases, "the log went on where it was left");
    let set_aside = std::fs::read_dir(&to).expect("a folder").count();
    assert_eq!(set_aside, 2, "the mark and one replica");
    let (world, _) = world.lost_and_restored(&to).await;
    world.check().await;
    let ada = world.desk("ada@desk.example").await;
    let found = words(&ada, "mine").await;
    assert!(found.contains(&"first".into()) && found.contains(&"second".into()), "{found:?}");
    assert_eq!(world.server.core().backups.target(), None, "it writes into no other's copy");
}

#[tokio::test]
async fn a_log_that_is_emptied_again_and_again_leaves_nothing_out() {
    let world = World::new().await;
    let core = world.server.core();
    let mut ada = world.desk("ada@desk.example").await;
    core.db.keep_log(true).await.expect("kept");
    let at = world.dir.path().join("copy");
    let (format, kind, epoch) = (FORMAT, Kind::Replica, core.epoch);
    let about = About { format, kind, epoch, generation: 0, begun_at: core.now() };
    let shipper = Shipper::begin(core, &at, &about).expect("begun");
    let (shipper, reach) = shipper.ship(core).await;
    let shipper = shipper.expect("a shipper");
    let copying = shipper.base(core, reach.expect("shipped")).expect("a base");
    says(&mut ada, "while the file is copied").await;
    let copied = tokio::task::spawn_blocking(copying).await;
    let base = copied.expect("no panic").expect("copied");
    shipper.folder.put_base(&base).expect("a base");
    let mut shipper = shipper;
    for round in 0..5 {
        says(&mut ada, &format!("before {round}")).await;
        let (kept, reach) = shipper.ship_and_checkpoint(core).await;
        reach.expect("shipped and emptied");
        says(&mut ada, &format!("after {round}")).await;
        let (kept, reach) = kept.expect("a shipper").ship(core).await;
        assert_eq!(reach.expect("shipped").seq, core.head());
        shipper = kept.expect("a shipper");
    }
    drop(shipper);
    let (world, _) = world.lost_and_restored(&at).await;
    world.check().await;
    let ada = world.desk("ada@desk.example").await;
    let found = words(&ada, "mine").await;
    for round in 0..5 {
        assert!(found.contains(&format!("before {round}")), "{round}: {found:?}");
        assert!(found.contains(&format!("after {round}")), "{round}: {found:?}");
    }
}

#[tokio::test]
async fn a_log_that_somebody_else_emptied_is_noticed_and_copied_anew() {
    let world = World::new().await;
    let to = folder(&world);
    let core = world.server.core();
    let mut ada = world.desk("ada@desk.example").await;
    world.admin(Request::Replicate { to: Some(to.clone()) }).await.expect("replicated");
    says(&mut ada, "never shipped").await;
    core.db.checkpoint().await.expect("emptied");
    says(&mut ada, "begins the log anew").await;
    shipped(&world).await;
    let (world, _) = world.lost_and_restored(&to).await;
    world.check().await;
    let ada = world.desk("ada@desk.example").await;
    let found = words(&ada, "mine").await;
    assert!(found.contains(&"never shipped".into()), "{found:?}");
    assert!(found.contains(&"begins the log anew".into()), "{found:?}");
}

#[tokio::test]
async fn a_copy_whose_log_went_without_it_says_so() {
    let world = World::new().await;
    let core = world.server.core();
    let mut ada = world.desk("ada@desk.example").await;
    core.db.keep_log(true).await.expect("kept");
    let at = world.dir.path().join("copy");
    let (format, kind, epoch) = (FORMAT, Kind::Replica, core.epoch);
    let about = About { format, kind, epoch, generation: 0, begun_at: core.now() };
    says(&mut ada, "one").await;
    let shipper = Shipper::begin(core, &at, &about).expect("begun");
    let (shipper, reach) = shipper.ship_and_checkpoint(core).await;
    reach.expect("shipped");
    says(&mut ada, "two").await;
    core.db.checkpoint().await.expect("emptied");
    says(&mut ada, "three").await;
    let (_, reach) = shipper.expect("a shipper").ship(core).await;
    assert!(reach.expect_err("a gap").is::<Broken>());
}

#[tokio::test]
async fn a_replica_whose_folder_is_gone_stops_nobody_and_is_told() {
    let world = World::new().await;
    let to = folder(&world);
    let mut ada = world.desk("ada@desk.example").await;
    world.admin(Request::Replicate { to: Some(to.clone()) }).await.expect("replicated");
    let copied = world.server.core().head();
    std::fs::rename(&to, world.dir.path().join("unmounted")).expect("renamed");
    std::fs::create_dir(&to).expect("an empty mount point");
    says(&mut ada, "while it is away").await;
    replica::finish(world.server.core()).await;
    let told = world.admin(Request::Doctor).await.expect_err("it is told");
    assert!(told.contains("is not brought up to date since"), "{told}");
    assert_eq!(ada.hello().await.expect("a welcome").durable_seq, Some(copied));
    assert_eq!(std::fs::read_dir(&to).expect("a folder").count(), 0, "nothing is begun there");
    std::fs::remove_dir(&to).expect("removed");
    std::fs::rename(world.dir.path().join("unmounted"), &to).expect("renamed");
    shipped(&world).await;
    let told = world.admin(Request::Doctor).await.unwrap_or_else(|told| vec![told]).join("\n");
    assert!(!told.contains("is not brought up to date"), "{told}");
}

#[tokio::test]
async fn a_running_server_ships_by_itself() {
    let quick = |outside: Outside| {
        outside.sleeping(|_| Box::pin(tokio::time::sleep(std::time::Duration::from_millis(5))))
    };
    let world = World::with(|config: Config| config, quick).await;
    let to = folder(&world);
    let mut ada = world.desk("ada@desk.example").await;
    world.admin(Request::Replicate { to: Some(to) }).await.expect("replicated");
    says(&mut ada, "shipped by itself").await;
    let head = world.server.core().head();
    let all = async {
        while ada.hello().await.expect("a welcome").durable_seq < Some(head) {
            tokio::task::yield_now().await;
        }
    };
    let shipped = tokio::time::timeout(std::time::Duration::from_secs(60), all).await;
    shipped.expect("it is shipped without being asked");
    world.admin(Request::Replicate { to: None }).await.expect("no more");
    assert_eq!(world.server.core().backups.target(), None);
}
