//! A damaged database: not served, not touched, and told in a sentence.

use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use holdfast_protocol::Code;
use holdfast_server::Config;

use crate::world::*;

const PAGE: u64 = 4096;

fn garble(database: &Path, from: u64, bytes: usize) {
    let mut file = std::fs::File::options().write(true).open(database).expect("a database");
    file.seek(SeekFrom::Start(from)).expect("a place");
    file.write_all(&vec![0xa5; bytes]).expect("written");
}

#[tokio::test]
async fn a_damaged_database_is_not_served_and_its_keeper_is_told_what_to_do() {
    let world = World::new().await;
    let (dir, clock) = (world.dir, world.clock);
    world.server.stop().await.expect("a stop");
    let data = dir.path().join("data");
    let database = data.join("holdfast.db");
    let sound = std::fs::read(&database).expect("a database");
    let pages = u64::try_from(sound.len()).expect("a size") / PAGE;
    for (name, from, bytes) in [
        ("no database", 0, 16),
        ("the first page", 100, 200),
        ("the schema", PAGE, 4096),
        ("a page in the middle", (pages / 2) * PAGE, 4096),
        ("the last page", (pages - 1) * PAGE, 4096),
    ] {
        std::fs::write(&database, &sound).expect("written");
        garble(&database, from, bytes);
        let garbled = std::fs::read(&database).expect("a database");
        let refused = holdfast_server::start(Config::local(&data), clock.outside()).await;
        let Err(error) = refused else { panic!("{name}: it is served") };
        let told = format!("{error:#}");
        assert!(told.contains("is damaged and is not served"), "{name}: {told}");
        assert!(told.contains("holdfast-server restore --from"), "{name}: {told}");
        let after = std::fs::read(&database).expect("a database");
        assert!(after == garbled, "{name}: nothing was changed or deleted");
    }
    std::fs::write(&database, &sound).expect("written");
    let served = holdfast_server::start(Config::local(&data), clock.outside()).await;
    served.expect("a sound one is served").stop().await.expect("a stop");
}

#[tokio::test]
async fn damage_that_is_met_while_serving_ends_serving() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    ada.push(&[operation(ticket("mine"), note("before"))]).await.expect("taken");
    // So that readers must go to the file, whatever they have in memory.
    let core = world.server.core();
    core.db.checkpoint().await.expect("emptied");
    let database = core.config.data_dir.join("holdfast.db");
    let pages = database.metadata().expect("a database").len() / PAGE;
    let rest = usize::try_from((pages - 2) * PAGE).expect("a size");
    garble(&database, 2 * PAGE, rest);
    let meet = async {
        while !core.damage.is_found() {
            let whole: Result<serde_json::Value, _> =
                ada.get(&format!("/v1/tickets/{}", ticket("mine"))).await;
            drop(whole);
            ada.get::<serde_json::Value>("/v1/sync/snapshot/personal").await.ok();
            let batch = ada.get::<serde_json::Value>("/v1/sync/changes?since=0").await;
            drop(batch);
        }
    };
    let met = tokio::time::timeout(std::time::Duration::from_secs(60), meet).await;
    met.expect("some reader goes to the file");
    let to = world.dir.path().join("copies");
    let backup = holdfast_server::admin::Request::Backup { to: to.clone() };
    let told = world.admin(backup).await.expect_err("damage is not copied");
    assert!(told.contains("is damaged and is not served") && !to.exists(), "{told}");
    let pushed = ada.push(&[operation(ticket("mine"), note("after"))]).await;
    assert_eq!(pushed.expect_err("nothing is taken").code, Code::Busy, "the desk waits");
    let url = &world.server.url;
    let ready = ada.http.get(format!("{url}/ready")).send().await.expect("an answer");
    assert_eq!(ready.status(), 503);
    let lives = ada.http.get(format!("{url}/health")).send().await.expect("an answer");
    assert_eq!(lives.status(), 200);
    let told = world.admin(holdfast_server::admin::Request::Doctor).await.expect_err("it is told");
    assert!(told.contains("restore --from COPY"), "{told}");
}
