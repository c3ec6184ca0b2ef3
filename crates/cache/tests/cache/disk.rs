//! What lies on the disk: nothing in plain text, and pages decrypted by hand, so that a search for
//! words in them could find something, on the free list and in the log too.

use aes::cipher::{BlockModeDecrypt, KeyIvInit, block_padding::NoPadding};
use holdfast_protocol::Row;
use sqlx::ConnectOptions;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};

use crate::world::{self, Home};

const PAGE: usize = 4096;
/// Initialisation vector (16) and HMAC-SHA512 (64) at the end of every page.
const RESERVED: usize = 80;
const SALT: usize = 16;

/// A plain connection with the right key; the cache must be closed.
pub async fn connect(home: &Home) -> SqliteConnection {
    let key = format!("\"x'{}'\"", hex::encode([7_u8; 32]));
    let options = SqliteConnectOptions::new().filename(home.path()).pragma("key", key);
    options.disable_statement_logging().connect().await.expect("a connection")
}

/// Every page of the file and of the log, decrypted, used or free.
pub fn decrypted(home: &Home) -> Vec<u8> {
    let mut plain = Vec::new();
    let file = std::fs::read(home.path()).expect("the database");
    for (n, page) in file.chunks_exact(PAGE).enumerate() {
        plain.extend(decrypt(page, if n == 0 { SALT } else { 0 }));
    }
    let mut log = home.path().into_os_string();
    log.push("-wal");
    let log = std::fs::read(log).unwrap_or_default();
    for frame in log.get(32..).unwrap_or_default().chunks_exact(24 + PAGE) {
        let first = frame[..4] == [0, 0, 0, 1];
        plain.extend(decrypt(&frame[24..], if first { SALT } else { 0 }));
    }
    plain
}

fn decrypt(page: &[u8], skip: usize) -> Vec<u8> {
    let (body, reserved) = page.split_at(PAGE - RESERVED);
    let mut body = body[skip..].to_vec();
    let iv: [u8; 16] = reserved[..16].try_into().expect("16 bytes");
    let cipher = cbc::Decryptor::<aes::Aes256>::new(&[7; 32].into(), &iv.into());
    cipher.decrypt_padded::<NoPadding>(&mut body).expect("whole blocks");
    body
}

pub fn holds(bytes: &[u8], word: &str) -> bool {
    bytes.windows(word.len()).any(|window| window == word.as_bytes())
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_lies_on_the_disk_in_plain_text_and_the_search_for_it_could_fail() {
    let home = Home::new();
    let cache = home.begin().await;
    let rows = vec![
        Row::Ticket(world::ticket(1, 5)),
        Row::Message(world::message(1, 5, 0, "the canary word is zorkmid, all day")),
    ];
    world::apply(&cache, rows).await;
    world::index_all(&cache).await;
    let outbox = world::reply(1, world::ticket_id(1), "another canary is quuxberry");
    world::write(&cache, &outbox).await;
    let raw = home.raw();
    for word in ["zorkmid", "quuxberry", "CREATE TABLE", "SQLite format 3"] {
        assert!(!holds(&raw, word), "{word} lies on the disk in plain text");
    }
    let plain = decrypted(&home);
    assert!(holds(&plain, "zorkmid"), "the log was decrypted, so it could be found");
    assert!(holds(&plain, "quuxberry"), "the outbox too");
    cache.close().await.expect("closed");
    assert!(!holds(&home.raw(), "zorkmid"));
    assert!(holds(&decrypted(&home), "zorkmid"), "and in the file itself");
}
