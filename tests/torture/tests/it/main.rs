//! Torture tells what is wrong: after a round in which nothing breaks, something is taken away or
//! doubled on purpose, in the files, and is found. The disks of these worlds are folders.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use holdfast_cache::table::draft::{self, State};
use holdfast_cache::{Cache, Key, OpenOptions, WritePriority};
use holdfast_torture::plan::Plan;
use holdfast_torture::seat::Seat;
use holdfast_torture::world::World;
use jiff::Timestamp;
use sqlx::Connection as _;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

/// Long enough for some of everything.
const WORKED: Duration = Duration::from_millis(2_500);

async fn after_a_fair_round(
    tampers: impl AsyncFnOnce(&World) -> Result<()>,
) -> Result<Vec<String>> {
    let root = tempfile::tempdir()?;
    let mut world = World::new(root.path(), 7, false).await?;
    world.begin_chapter().await?;
    let plan = Plan::fair(world.seats.len(), WORKED);
    let found = world.live(&plan, tampers).await?;
    ensure!(found.operations > 0, "nobody did anything");
    Ok(found.wrong)
}

/// Does something to what the server's file holds.
async fn at_the_server(world: &World, sql: &'static str) -> Result<()> {
    let file = world.server.data().join("holdfast.db");
    let mut db =
        SqliteConnection::connect_with(&SqliteConnectOptions::new().filename(file)).await?;
    let changed = sqlx::query(sql).execute(&mut db).await?.rows_affected();
    db.close().await?;
    ensure!(changed == 1, "{changed} rows");
    Ok(())
}

fn told(wrong: &[String], about: &str) -> bool {
    wrong.iter().any(|one| one.starts_with(about))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_in_which_nothing_breaks_is_well() -> Result<()> {
    let wrong = after_a_fair_round(async |_| Ok(())).await?;
    ensure!(wrong.is_empty(), "{wrong:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_is_there_twice_is_told() -> Result<()> {
    let wrong = after_a_fair_round(async |world| {
        let sql = "INSERT INTO message (key, id, ticket, body)
                   SELECT key + 1, randomblob(16), ticket, body FROM message
                   WHERE body LIKE '%words%x thank you%' ORDER BY key DESC LIMIT 1";
        at_the_server(world, sql).await
    });
    let wrong = wrong.await?;
    ensure!(told(&wrong, "each message exists once"), "{wrong:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_message_that_the_server_has_forgotten_is_told() -> Result<()> {
    let wrong = after_a_fair_round(async |world| {
        let sql = "DELETE FROM message WHERE key =
                   (SELECT max(key) FROM message WHERE body LIKE '%words%x thank you%')";
        at_the_server(world, sql).await
    });
    let wrong = wrong.await?;
    ensure!(told(&wrong, "nothing told is lost"), "{wrong:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_outcome_that_the_server_has_forgotten_is_told() -> Result<()> {
    let wrong = after_a_fair_round(async |world| {
        let sql = "DELETE FROM outcome WHERE rowid = (SELECT max(rowid) FROM outcome)";
        at_the_server(world, sql).await
    });
    let wrong = wrong.await?;
    ensure!(told(&wrong, "nothing told is lost"), "{wrong:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn words_that_a_desk_has_forgotten_are_told() -> Result<()> {
    let wrong = after_a_fair_round(async |world| {
        for seat in &world.seats {
            forget_drafts(seat).await?;
        }
        Ok(())
    });
    let wrong = wrong.await?;
    ensure!(told(&wrong, "nothing told is lost"), "{wrong:?}");
    Ok(())
}

async fn forget_drafts(seat: &Seat) -> Result<()> {
    let database = seat.profile(seat.disk.folder()).database();
    let tokeniser = holdfast_desk::sync::index::TOKENISER;
    let options = OpenOptions { agent: seat.agent(), create: false, tokeniser, probe: None };
    let cache = Cache::open(&database, &Key::new(seat.key()?), options).await?;
    let mut tx = cache.write(WritePriority::Agent).await?;
    for one in draft::open(&mut tx, 1_000).await? {
        draft::set_state(&mut tx, one.id, State::Discarded, Timestamp::UNIX_EPOCH).await?;
    }
    tx.commit().await?;
    cache.close().await.context("it closes")
}
