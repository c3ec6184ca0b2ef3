//! docs/schema.sql documents every table and column, and is the real schema.

use holdfast_cache::schema::{MIGRATIONS, VERSION};
use holdfast_cache::table::operation;
use holdfast_cache::{Cache, OpenError};
use sqlx::Connection;

use crate::disk::connect;
use crate::world::{self, Home};

const HEAD: &str = "\
-- The desk's tables, all of them. Held against the real schema by a test of crates/cache, which
-- writes this file anew when HOLDFAST_BLESS is set. Ids are 16-byte blobs (UUIDs), times
-- microseconds since 1970 in UTC, `key` a local row, `ticket` elsewhere than said the ticket's id,
-- `version` the commit that changed a row last. See sync.md, \"The desk's disk\".

";

fn document() -> String {
    let tables: Vec<&str> = MIGRATIONS.iter().flat_map(|tables| tables.iter().copied()).collect();
    format!("{HEAD}{}", tables.join("\n"))
}

#[test]
fn the_document_is_the_schema() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/schema.sql");
    if std::env::var_os("HOLDFAST_BLESS").is_some() {
        std::fs::write(path, document()).expect("the document can be written");
    }
    let found = std::fs::read_to_string(path).expect("docs/schema.sql");
    assert!(found == document(), "docs/schema.sql is out of date: HOLDFAST_BLESS=1 writes it");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_is_as_documented_and_strict() {
    let home = Home::new();
    home.open().await.close().await.expect("closed");
    let mut db = connect(&home).await;
    let real: Vec<(String, String)> = sqlx::query_as(
        "SELECT name, sql FROM sqlite_schema
         WHERE sql IS NOT NULL AND name NOT LIKE 'search%' AND name <> 'sqlite_sequence'",
    )
    .fetch_all(&mut db)
    .await
    .expect("the schema");
    assert!(real.len() > 40, "tables and indexes");
    let document = document();
    for (name, sql) in real {
        assert!(document.contains(&sql), "{name} is not as documented");
        let table = sql.starts_with("CREATE TABLE");
        assert!(!table || sql.contains("STRICT"), "{name} is not strict");
    }
    db.close().await.expect("closed");
}

#[tokio::test(flavor = "multi_thread")]
async fn opening_again_migrates_nothing_and_a_newer_file_is_left_alone() {
    let home = Home::new();
    home.open().await.close().await.expect("closed");
    home.open().await.close().await.expect("opened twice");
    let mut db = connect(&home).await;
    let version: i64 =
        sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut db).await.expect("a version");
    assert_eq!(version, VERSION);
    sqlx::raw_sql("PRAGMA user_version = 99").execute(&mut db).await.expect("set");
    db.close().await.expect("closed");
    let newer = Cache::open(&home.path(), &Home::key(), Home::options()).await;
    assert!(matches!(newer, Err(OpenError::TooNew { found: 99 })));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_the_first_version_is_brought_to_this_one_with_all_that_waits_in_it() {
    let home = Home::new();
    let cache = home.begin().await;
    for n in [1, 2] {
        world::write(&cache, &world::reply(n, world::ticket_id(n), "before the upgrade")).await;
    }
    cache.close().await.expect("closed");
    let mut db = connect(&home).await;
    let former = "DROP TABLE escrow; DROP TABLE escrow_piece; DROP TABLE tombstone;
        CREATE TABLE tombstone (ticket BLOB PRIMARY KEY, seq INTEGER NOT NULL)
          STRICT, WITHOUT ROWID;
        INSERT INTO tombstone VALUES (x'01', 7);
        PRAGMA user_version = 1";
    sqlx::raw_sql(former).execute(&mut db).await.expect("as the first version left it");
    db.close().await.expect("closed");

    let cache = home.open().await;

    let found = operation::waiting_tickets(&mut *world::read(&cache).await).await;
    assert_eq!(found.expect("what waits"), [1, 2].map(world::ticket_id).into());
    cache.close().await.expect("closed");
    let mut db = connect(&home).await;
    let version: i64 =
        sqlx::query_scalar("PRAGMA user_version").fetch_one(&mut db).await.expect("a version");
    assert_eq!(version, VERSION);
    let rows: i64 =
        sqlx::query_scalar("SELECT count(*) FROM escrow").fetch_one(&mut db).await.expect("there");
    assert_eq!(rows, 0);
    let gone: Vec<(Vec<u8>, i64)> = sqlx::query_as(
        "SELECT t.ticket, t.seq FROM tombstone t JOIN scope s ON s.key = t.scope WHERE s.held = 1",
    )
    .fetch_all(&mut db)
    .await
    .expect("there");
    assert!(!gone.is_empty() && gone.iter().all(|gone| *gone == (vec![1], 7)), "{gone:?}");
    db.close().await.expect("closed");
}

#[test]
fn the_sql_of_threads_knows_where_waiting_entries_begin() {
    let begin = format!("key >= {}", holdfast_cache::table::thread::WAITING);
    let parts = MIGRATIONS.iter().flat_map(|tables| tables.iter());
    assert_eq!(parts.filter(|table| table.contains(&begin)).count(), 3, "words, notes, facts");
}
