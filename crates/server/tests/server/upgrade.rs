//! A store that an earlier version wrote is opened by this one, and nobody notices.

use std::path::Path;

use holdfast_domain::{MessageId, TicketId};
use holdfast_server::store::{Db, Durability, delivery, desk, session};
use holdfast_server::succession::after_use;
use holdfast_server::{Config, channel};
use sqlx::ConnectOptions;
use sqlx::migrate::Migrator;
use sqlx::sqlite::SqliteConnectOptions;
use uuid::Uuid;

const FIRST: &str = include_str!("../../migrations/sqlite/0001_first.sql");
/// Each id is one byte, sixteen times.
const ROWS: &str = "
  INSERT INTO meta (id, epoch, head, next_delivery) VALUES
    (1, x'01010101010101010101010101010101', 9, 3);
  INSERT INTO session (id, agent, created_at) VALUES
    (x'02020202020202020202020202020202', x'03030303030303030303030303030303', 5);
  INSERT INTO token (hash, session, refresh, expires_at, used_at) VALUES
    (x'0404040404040404040404040404040404040404040404040404040404040404',
     x'02020202020202020202020202020202', 1, 1000, 6),
    (x'0505050505050505050505050505050505050505050505050505050505050505',
     x'02020202020202020202020202020202', 1, 1000, NULL);
  INSERT INTO desk (id, agent, epoch, acknowledged, seen_at) VALUES
    (x'06060606060606060606060606060606', x'03030303030303030303030303030303',
     x'01010101010101010101010101010101', 4, 7),
    (x'07070707070707070707070707070707', x'03030303030303030303030303030303',
     x'01010101010101010101010101010101', 0, 8);
  INSERT INTO intake (channel, external_id, ticket, message) VALUES
    ('letters', '1', x'08080808080808080808080808080808', x'09090909090909090909090909090909');
  INSERT INTO delivery (message, ticket, position) VALUES
    (x'0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A0A', x'08080808080808080808080808080808', 1),
    (x'0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B0B', x'0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C0C', 2);";

fn id(byte: u8) -> Uuid {
    Uuid::from_bytes([byte; 16])
}

async fn write_first(dir: &Path) {
    let migrations = dir.join("migrations");
    std::fs::create_dir(&migrations).expect("a folder");
    std::fs::write(migrations.join("0001_first.sql"), FIRST).expect("a file");
    let options = SqliteConnectOptions::new().filename(dir.join("holdfast.db"));
    let mut old = options.create_if_missing(true).connect().await.expect("a database");
    let migrator = Migrator::new(migrations).await.expect("the first schema");
    migrator.run(&mut old).await.expect("the first schema");
    sqlx::raw_sql(ROWS).execute(&mut old).await.expect("rows of then");
    sqlx::Connection::close(old).await.expect("closed");
}

#[tokio::test]
async fn a_store_of_the_first_schema_keeps_its_sessions_desks_and_deliveries() {
    let dir = tempfile::tempdir().expect("a folder");
    write_first(dir.path()).await;
    let db = Db::open(dir.path()).await.expect("it is brought up to date");
    let mut tx = db.write(Durability::Power).await.expect("a turn");

    let fresh = session::find(&mut tx, [5; 32], true, None).await.expect("read").expect("known");
    assert_eq!(after_use(fresh.line(), fresh.pair(), 99), Some(fresh.line()), "still signed in");
    let used =
        session::find(&mut tx, [4; 32], true, None).await.expect("read").expect("remembered");
    assert_eq!(after_use(used.line(), used.pair(), i64::MAX), None, "used before");

    let needed = desk::oldest_cursor(&mut tx, id(1), 7).await.expect("read");
    assert_eq!(needed, Some(4), "where it was");
    let needed = desk::oldest_cursor(&mut tx, id(1), 8).await.expect("read");
    assert_eq!(needed, Some(9), "one that had nothing begins with a snapshot");

    let mut config = Config::local("nowhere");
    config.channel_tokens.insert("portal".into(), "of the portal".into());
    let of = async |tx: &mut _, channel| delivery::after(tx, channel, 0, 9).await.expect("read");
    assert_eq!(of(&mut tx, "letters").await, [(1, MessageId(id(10)))], "its own ticket's");
    channel::settle(&mut tx, &Config::local("nowhere")).await.expect("no channel yet");
    assert_eq!(of(&mut tx, "portal").await, []);
    channel::settle(&mut tx, &config).await.expect("given");
    assert_eq!(of(&mut tx, "portal").await, [(2, MessageId(id(11)))], "nobody's");
    delivery::insert(&mut tx, MessageId(id(13)), TicketId(id(8)), "portal").await.expect("in");
    delivery::release(&mut tx, &[id(13)]).await.expect("released");
    assert_eq!(of(&mut tx, "letters").await.len(), 2, "what comes later goes the same way");
}
