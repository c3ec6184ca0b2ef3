//! Opening: wrong keys, damaged files, full disks, and what is saved from them.

use std::collections::BTreeMap;
use std::io::{Seek, SeekFrom, Write};

use holdfast_cache::key::check_path;
use holdfast_cache::table::{draft, operation, setting, sync, ticket, tray};
use holdfast_cache::{
    Cache, CacheError, Key, OpenError, OpenOptions, WritePriority, quarantine_and_salvage,
};
use holdfast_domain::{AgentId, DraftId};
use holdfast_protocol::Row;

use crate::world::{self, Home};

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_is_told_from_a_damaged_file() {
    let home = Home::new();
    home.begin().await.close().await.expect("closed");
    let wrong = Key::new([8; 32]);
    let opened = Cache::open(&home.path(), &wrong, Home::options()).await;
    assert!(matches!(opened, Err(OpenError::WrongKey)));
    // Without the check file the outbox's second copy knows, and without both it is the key.
    std::fs::remove_file(check_path(&home.path())).expect("removed");
    let opened = Cache::open(&home.path(), &wrong, Home::options()).await;
    assert!(matches!(opened, Err(OpenError::WrongKey)));
    home.open().await.close().await.expect("the right key still opens");
    garble(&home, 100, &[0xAA; 64]);
    assert!(matches!(home.try_open().await, Err(OpenError::Damaged { .. })));
    let opened = Cache::open(&home.path(), &wrong, Home::options()).await;
    assert!(matches!(opened, Err(OpenError::WrongKey)), "wrong key and damaged: the key first");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_key_changes_no_byte_of_the_files() {
    let home = Home::new();
    let cache = home.begin().await;
    // As after a crash: what was committed last is in the log alone.
    let mut files = home.files();
    cache.close().await.expect("closed");
    // The index of the log is made anew by whoever opens it.
    files.retain(|name, _| !name.ends_with("-shm"));
    let unchecked = files.iter().filter(|(name, _)| !name.ends_with("keycheck"));
    let unchecked = unchecked.map(|(name, bytes)| (name.clone(), bytes.clone())).collect();
    for before in [files, unchecked] {
        let home = Home::with(&before);
        let opened = Cache::open(&home.path(), &Key::new([8; 32]), Home::options()).await;
        assert!(matches!(opened, Err(OpenError::WrongKey)));
        let mut after = home.files();
        after.retain(|name, _| !name.ends_with("-shm"));
        let names = |files: &BTreeMap<String, _>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&after), names(&before));
        assert!(after == before, "a file has other bytes");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_missing_file_and_another_agents_file_are_not_opened() {
    let home = Home::new();
    let no = OpenOptions { create: false, ..Home::options() };
    let opened = Cache::open(&home.path(), &Home::key(), no).await;
    assert!(matches!(opened, Err(OpenError::Missing)));
    assert!(!home.path().exists(), "asking does not make one");
    home.begin().await.close().await.expect("closed");
    let other = OpenOptions { agent: AgentId(world::id(world::OTHER)), ..Home::options() };
    let opened = Cache::open(&home.path(), &Home::key(), other).await;
    assert!(matches!(opened, Err(OpenError::OtherAgent)));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_truncated_file_is_damaged_and_what_was_written_is_saved() {
    let home = Home::new();
    fill(&home).await;
    let length = std::fs::metadata(home.path()).expect("a file").len();
    truncate(&home, length / 2);
    let opened = home.try_open().await;
    let reads_fail = match opened {
        Err(OpenError::Damaged { .. }) => true,
        Err(other) => panic!("{other}"),
        Ok(cache) => {
            let all = read_everything(&cache).await;
            cache.close().await.ok();
            matches!(all, Err(CacheError::Damaged))
        }
    };
    assert!(reads_fail, "half a file is found out at the latest when it is read");
    saved_whole(&home).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_page_is_found_when_it_is_read_and_the_outbox_survives_it() {
    let home = Home::new();
    fill(&home).await;
    let length = std::fs::metadata(home.path()).expect("a file").len();
    // Every page but the first two: the file opens, and nothing in it can be read.
    for page in 2..length / 4096 {
        garble(&home, page * 4096 + 77, &[0x55; 8]);
    }
    match home.try_open().await {
        Err(OpenError::Damaged { .. }) => {}
        Err(other) => panic!("{other}"),
        Ok(cache) => {
            let all = read_everything(&cache).await;
            assert!(matches!(all, Err(CacheError::Damaged)), "{all:?}");
            cache.close().await.ok();
        }
    }
    saved_whole(&home).await;
}

/// Quarantines, opens anew and finds the acknowledged words; the damaged file stays beside.
async fn saved_whole(home: &Home) {
    let now = world::at(3_000_000);
    let salvage = quarantine_and_salvage(&home.path(), &Home::key(), now).await.expect("salvage");
    let ids: Vec<_> = salvage.operations.iter().map(|kept| kept.id).collect();
    let ticket = world::ticket_id(1);
    let want = [world::reply(1, ticket, "").id, world::reply(3, ticket, "").id];
    assert_eq!(ids, want, "what waits, in order; not what was discarded");
    assert!(salvage.moved_to.exists(), "nothing is deleted");
    // Again, as after a crash in between: the savings are still there.
    let again = quarantine_and_salvage(&home.path(), &Home::key(), now).await.expect("again");
    assert_eq!(again.operations, salvage.operations);
    let cache = home.open().await;
    let mut tx = world::read(&cache).await;
    let waiting = operation::waiting(&mut tx).await.expect("outbox");
    assert_eq!(waiting.iter().map(|found| found.kept.id).collect::<Vec<_>>(), want);
    assert!(waiting.iter().all(|found| found.number.is_none()), "they get new numbers");
    assert_eq!(waiting[0].kept.bytes, salvage.operations[0].bytes);
    assert_eq!(sync::get(&mut tx).await.expect("sync").desk, None, "a new desk id is due");
    drop(tx);
    cache.close().await.expect("closed");
    let twice = home.open().await;
    let counted = operation::counts(&mut *world::read(&twice).await).await.expect("counts");
    assert_eq!(counted.waiting, 2, "taken in once");
}

#[tokio::test(flavor = "multi_thread")]
async fn drafts_are_saved_from_a_file_whose_pages_can_still_be_read() {
    let home = Home::new();
    let cache = home.begin().await;
    let mut tx = world::agent(&cache).await;
    let draft = crate::draft::draft(1, "half a sentence");
    draft::save(&mut tx, &draft, world::at(1)).await.expect("saved");
    tx.commit().await.expect("commit");
    cache.close().await.expect("closed");
    let now = world::at(3_000_000);
    let salvage = quarantine_and_salvage(&home.path(), &Home::key(), now).await.expect("salvage");
    assert_eq!(salvage.drafts.len(), 1);
    let cache = home.open().await;
    let found = draft::get(&mut *world::read(&cache).await, DraftId(world::id(0xD4AF_0001))).await;
    assert_eq!(found.expect("read").expect("a draft").words, "half a sentence");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_tray_is_saved_from_a_file_whose_pages_can_still_be_read_once() {
    let home = Home::new();
    let cache = home.begin().await;
    let mut tx = world::agent(&cache).await;
    let reply = world::reply(1, world::ticket_id(1), "mine: gnusto rezrov");
    assert!(tray::put_operation(&mut tx, &reply, world::at(1)).await.expect("put away"));
    tx.commit().await.expect("commit");
    cache.close().await.expect("closed");
    let now = world::at(3_000_000);
    for _ in 0..2 {
        quarantine_and_salvage(&home.path(), &Home::key(), now).await.expect("salvage");
    }
    let cache = home.open().await;
    let mut tx = world::agent(&cache).await;
    let items = tray::list(&mut tx).await.expect("tray");
    assert_eq!((items.len(), items[0].written_at), (1, reply.written_at));
    let opened = tray::open(&mut tx, items[0].key).await.expect("open");
    assert_eq!(opened.as_deref(), Some("mine: gnusto rezrov"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_saved_is_taken_in_once_though_the_program_dies_before_it_has_noted_so() {
    let home = Home::new();
    let cache = home.begin().await;
    let mut tx = world::agent(&cache).await;
    let reply = world::reply(1, world::ticket_id(1), "mine: gnusto rezrov");
    assert!(tray::put_operation(&mut tx, &reply, world::at(1)).await.expect("put away"));
    draft::save(&mut tx, &crate::draft::draft(1, "half"), world::at(1)).await.expect("saved");
    tx.commit().await.expect("commit");
    cache.close().await.expect("closed");
    let now = world::at(3_000_000);
    quarantine_and_salvage(&home.path(), &Home::key(), now).await.expect("salvage");
    let saved = home.path().with_file_name("desk.db.salvage");
    let bytes = std::fs::read(&saved).expect("what was saved");
    let cache = home.open().await;
    // She throws the draft away; then the start is played again as if it had not come to its end.
    let mut tx = world::agent(&cache).await;
    draft::forget(&mut tx, DraftId(world::id(0xD4AF_0001))).await.expect("forgotten");
    tx.commit().await.expect("commit");
    cache.close().await.expect("closed");
    std::fs::write(&saved, bytes).expect("still there");
    let cache = home.open().await;
    assert!(!saved.exists(), "and now it is noted");
    let mut tx = world::read(&cache).await;
    assert_eq!(tray::count(&mut tx).await.expect("tray"), 1);
    assert!(draft::open(&mut tx, 10).await.expect("drafts").is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_is_said_and_what_was_there_stays() {
    let home = Home::new();
    let cache = home.begin().await;
    let mut tx = world::agent(&cache).await;
    setting::set(&mut tx, "kept", &true).await.expect("set");
    tx.commit().await.expect("commit");
    limit_pages(&cache).await;
    let mut failed = None;
    for n in 0..2_000 {
        let words = "x".repeat(20_000);
        let mut tx = world::agent(&cache).await;
        let me = AgentId(world::id(world::ME));
        let reply = world::reply(n, world::ticket_id(1), &words);
        let written = async {
            operation::insert(&mut tx, &reply, me, world::at(0)).await?;
            tx.commit().await
        };
        if let Err(error) = written.await {
            failed = Some((n, error));
            break;
        }
    }
    let (written, error) = failed.expect("the disk becomes full");
    assert!(matches!(error, CacheError::Full), "{error:?}");
    for _ in 0..3 {
        // Neither a failed statement nor a failed commit is in the way of the next one.
        let mut tx = cache.write(WritePriority::Agent).await.expect("a transaction begins");
        let large = "x".repeat(4_000_000);
        let failed = match setting::set(&mut tx, "large", &large).await {
            Ok(()) => tx.commit().await,
            Err(error) => Err(error),
        };
        assert!(matches!(failed, Ok(()) | Err(CacheError::Full)), "{failed:?}");
    }
    let mut tx = world::read(&cache).await;
    assert_eq!(setting::get(&mut tx, "kept").await.expect("read"), Some(true));
    let waiting = operation::counts(&mut tx).await.expect("counts").waiting;
    assert_eq!(u128::try_from(waiting).expect("small"), written, "acknowledged is kept");
    drop(tx);
    drop(cache);
    home.ruin();
    let now = world::at(3_000_000);
    let salvage = quarantine_and_salvage(&home.path(), &Home::key(), now).await.expect("salvage");
    assert_eq!(salvage.operations.len() as u128, written, "and in the second copy, no more");
}

async fn limit_pages(cache: &Cache) {
    let mut tx = cache.write(WritePriority::Bulk).await.expect("the writer");
    let pages: i64 =
        sqlx::query_scalar("PRAGMA page_count").fetch_one(&mut *tx).await.expect("pages");
    let sql = format!("PRAGMA max_page_count = {}", pages + 60);
    sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut *tx).await.expect("a limit");
}

/// Two replies that wait, one that was taken back, and rows around them.
async fn fill(home: &Home) {
    let cache = home.begin().await;
    let rows = (1..200)
        .flat_map(|n| {
            let words = Row::Message(world::message(n, 5, i64::try_from(n).expect("small"), "w"));
            [Row::Ticket(world::ticket(n, 5)), words]
        })
        .collect();
    world::apply(&cache, rows).await;
    let ticket = world::ticket_id(1);
    for n in 1..=3 {
        world::write(&cache, &world::reply(n, ticket, "acknowledged words")).await;
    }
    let mut tx = world::agent(&cache).await;
    let taken_back = world::reply(2, ticket, "").id;
    operation::discard(&mut tx, taken_back).await.expect("discarded");
    tx.commit().await.expect("commit");
    cache.close().await.expect("closed");
}

async fn read_everything(cache: &Cache) -> holdfast_cache::Result<()> {
    let mut tx = cache.read().await?;
    for n in 1..200 {
        ticket::get(&mut tx, world::ticket_id(n)).await?;
        let id = world::ticket_id(n);
        holdfast_cache::table::thread::entries(&mut tx, id, None, 10).await?;
    }
    operation::waiting(&mut tx).await?;
    Ok(())
}

fn garble(home: &Home, place: u64, bytes: &[u8]) {
    let mut file = std::fs::File::options().write(true).open(home.path()).expect("the file");
    file.seek(SeekFrom::Start(place)).expect("a place");
    file.write_all(bytes).expect("garbled");
}

fn truncate(home: &Home, length: u64) {
    let file = std::fs::File::options().write(true).open(home.path()).expect("the file");
    file.set_len(length).expect("truncated");
}

#[tokio::test(flavor = "multi_thread")]
async fn sqlite_is_built_as_the_configuration_of_cargo_says() {
    let home = Home::new();
    let cache = home.open().await;
    let mut tx = world::read(&cache).await;
    let built: Vec<String> = sqlx::query_scalar("PRAGMA compile_options")
        .fetch_all(&mut *tx)
        .await
        .expect("how it was built");
    for wanted in ["DEFAULT_MEMSTATUS=0", "ENABLE_QPSG"] {
        assert!(built.iter().any(|option| option == wanted), "{wanted}: {built:?}");
    }
}
