//! One writer, agents first, readers that cannot write.

use std::sync::Arc;
use std::sync::Mutex;

use holdfast_cache::pool::{BULK_ROWS_MAX, BULK_ROWS_MIN};
use holdfast_cache::table::setting;
use holdfast_cache::{Cache, WritePriority};
use tokio::sync::oneshot;

use crate::world::{self, Home};

/// Starts a writer that writes its name down when its turn comes; answers when it stands in line.
async fn enqueue(
    cache: &Cache,
    priority: WritePriority,
    name: &'static str,
    order: &Arc<Mutex<Vec<&'static str>>>,
) -> tokio::task::JoinHandle<()> {
    let (cache, order) = (cache.clone(), order.clone());
    let (ready, stands) = oneshot::channel();
    let writer = tokio::spawn(async move {
        let mut turn = Box::pin(cache.write(priority));
        let first = futures_lite_poll(&mut turn).await;
        assert!(first.is_none(), "the writing connection is taken");
        ready.send(()).expect("the test waits");
        let mut tx = turn.await.expect("a turn");
        order.lock().expect("not poisoned").push(name);
        setting::set(&mut tx, name, &true).await.expect("set");
        tx.commit().await.expect("commit");
    });
    stands.await.expect("it stands in line");
    writer
}

/// Polls once, so that the future takes its place in the queue.
async fn futures_lite_poll<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
    std::future::poll_fn(|context| {
        std::task::Poll::Ready(match std::pin::Pin::new(&mut *future).poll(context) {
            std::task::Poll::Ready(value) => Some(value),
            std::task::Poll::Pending => None,
        })
    })
    .await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_goes_before_bulk_that_came_earlier() {
    let home = Home::new();
    let cache = home.begin().await;
    let order = Arc::default();
    let held = world::bulk(&cache).await;
    let mut waiting = Vec::new();
    for name in ["bulk 1", "bulk 2"] {
        waiting.push(enqueue(&cache, WritePriority::Bulk, name, &order).await);
    }
    assert!(!held.agent_waits());
    for name in ["agent 1", "agent 2"] {
        waiting.push(enqueue(&cache, WritePriority::Agent, name, &order).await);
    }
    assert!(held.agent_waits());
    held.commit().await.expect("commit");
    for writer in waiting {
        writer.await.expect("a writer");
    }
    let order = order.lock().expect("not poisoned");
    assert_eq!(*order, ["agent 1", "agent 2", "bulk 1", "bulk 2"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_gives_up_waiting_is_passed_over_and_a_dropped_write_never_was() {
    let home = Home::new();
    let cache = home.begin().await;
    let mut held = world::agent(&cache).await;
    setting::set(&mut held, "never", &1).await.expect("set");
    let mut given_up = Box::pin(cache.write(WritePriority::Agent));
    assert!(futures_lite_poll(&mut given_up).await.is_none());
    let order = Arc::default();
    let waiting = enqueue(&cache, WritePriority::Bulk, "next", &order).await;
    drop(given_up);
    drop(held);
    waiting.await.expect("the next one had its turn");
    let mut tx = world::read(&cache).await;
    assert_eq!(setting::get::<u32>(&mut tx, "never").await.expect("read"), None);
    assert_eq!(setting::get(&mut tx, "next").await.expect("read"), Some(true));
}

#[tokio::test(flavor = "multi_thread")]
async fn bulk_takes_more_while_nobody_else_writes_and_little_after_an_agent_wrote() {
    let home = Home::new();
    let cache = home.begin().await;
    assert_eq!(cache.bulk_rows(), BULK_ROWS_MIN);
    for _ in 0..10 {
        world::bulk(&cache).await.commit().await.expect("commit");
    }
    assert_eq!(cache.bulk_rows(), BULK_ROWS_MAX);
    world::agent(&cache).await.commit().await.expect("commit");
    assert_eq!(cache.bulk_rows(), BULK_ROWS_MIN);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_cannot_write_and_sees_one_moment() {
    let home = Home::new();
    let cache = home.begin().await;
    let mut reader = world::read(&cache).await;
    let written = sqlx::query("DELETE FROM setting").execute(&mut *reader).await;
    assert!(written.is_err(), "opened READONLY");
    assert_eq!(setting::get::<u32>(&mut reader, "n").await.expect("read"), None);
    let mut tx = world::agent(&cache).await;
    setting::set(&mut tx, "n", &1).await.expect("set");
    tx.commit().await.expect("commit");
    assert_eq!(setting::get::<u32>(&mut reader, "n").await.expect("read"), None, "its moment");
    drop(reader);
    let now = setting::get::<u32>(&mut *world::read(&cache).await, "n").await.expect("read");
    assert_eq!(now, Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_long_write_the_log_is_empty() {
    let home = Home::new();
    let cache = home.begin().await;
    world::apply(
        &cache,
        (1..400).map(|n| holdfast_protocol::Row::Ticket(world::ticket(n, 5))).collect(),
    )
    .await;
    let log = || {
        let mut log = home.path().into_os_string();
        log.push("-wal");
        std::fs::metadata(log).expect("a log").len()
    };
    assert!(log() > 0, "there is something to empty");
    cache.rest().await.expect("rest");
    assert_eq!(log(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn agents_commit_in_full_and_bulk_does_not() {
    let home = Home::new();
    let cache = home.begin().await;
    for (priority, want) in
        [(WritePriority::Agent, 2_i64), (WritePriority::Bulk, 1), (WritePriority::Agent, 2)]
    {
        let mut tx = cache.write(priority).await.expect("a turn");
        let level: i64 =
            sqlx::query_scalar("PRAGMA synchronous").fetch_one(&mut *tx).await.expect("a level");
        assert_eq!(level, want, "{priority:?}");
        let pragmas =
            ["secure_delete", "mmap_size", "cipher_use_hmac"].map(|name| format!("PRAGMA {name}"));
        let mut found = Vec::new();
        for sql in pragmas {
            let row = sqlx::query(sqlx::AssertSqlSafe(sql)).fetch_optional(&mut *tx).await;
            let row = row.expect("a pragma");
            found.push(row.map(|row| {
                use sqlx::Row;
                row.try_get::<i64, _>(0).map_or_else(
                    |_| row.try_get::<String, _>(0).unwrap_or_default(),
                    |value| value.to_string(),
                )
            }));
        }
        let [secure_delete, mmap, hmac] = found.try_into().expect("three");
        assert_eq!(secure_delete.as_deref(), Some("1"));
        assert!(mmap.is_none_or(|mmap| mmap == "0"), "no mmap");
        assert_eq!(hmac.as_deref(), Some("1"), "pages are authenticated");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_readings_of_the_same_number_see_the_same() {
    let home = Home::new();
    let cache = home.begin().await;
    let before = cache.read().await.expect("a reader").commits();
    let again = cache.read().await.expect("a reader").commits();
    assert_eq!(before, again, "nothing was committed between them");

    let mut tx = cache.write(WritePriority::Agent).await.expect("the writer");
    setting::set(&mut tx, "a change", &true).await.expect("set");
    let meanwhile = cache.read().await.expect("a reader").commits();
    assert_eq!(before, meanwhile, "what is not committed counts for nothing");
    tx.commit().await.expect("commit");

    let mut after = cache.read().await.expect("a reader");
    assert!(after.commits() > before);
    let seen: Option<bool> = setting::get(&mut after, "a change").await.expect("read");
    assert_eq!(seen, Some(true));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_commit_that_nobody_waits_for_is_counted_when_it_is_done() {
    let home = Home::new();
    let cache = home.begin().await;
    let look = async || {
        let mut db = world::read(&cache).await;
        let value: Option<u32> = setting::get(&mut db, "n").await.expect("read");
        (db.commits(), value)
    };
    let mut abandoned = 0;
    for n in 0..20 {
        let mut tx = world::agent(&cache).await;
        setting::set(&mut tx, "n", &n).await.expect("set");
        let mut commit = Box::pin(tx.commit());
        abandoned += u32::from(futures_lite_poll(&mut commit).await.is_none());
        drop(commit);
        let meanwhile = look().await;
        // The next writer has its turn when that commit is over.
        drop(world::agent(&cache).await);
        let after = look().await;
        assert_eq!(after.1, Some(n), "what was begun is done");
        assert!(meanwhile.1 == after.1 || meanwhile.0 != after.0, "{meanwhile:?} {after:?}");
    }
    assert!(abandoned > 0, "a commit takes a while");
}
