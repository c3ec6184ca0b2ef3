//! Files that hang on words.

use anyhow::{Context, Result};
use holdfast_desk::ipc::error::Code;
use holdfast_journeys::{ELENA, Person, Server, TOMAS};
use serde_json::{Value, json};

/// Three pieces' worth of bytes, as base64 parts of a mebibyte each.
const PARTS: [u8; 3] = [b'a', b'b', b'c'];
const PART_BYTES: usize = 1024 * 1024;

async fn own_tickets(person: &Person) -> Result<Vec<String>> {
    let rows = person.rows(json!({ "view": "mine" })).await?;
    Ok(rows.iter().filter_map(|row| row["ticket"].as_str()).map(str::to_owned).collect())
}

/// Writes a reply with the file under it and sends it.
async fn reply_with_file(person: &Person, ticket: &str, text: &str) -> Result<()> {
    let begin = json!({
        "ticket": ticket, "kind": "reply", "name": "memory.dmp", "media_type": "",
        "size_bytes": PARTS.len() * PART_BYTES,
    });
    let upload = person.call("attachment.begin", begin).await?["upload"].clone();
    for byte in PARTS {
        let base64 = base64(byte);
        let part = json!({ "upload": upload, "base64": base64 });
        person.call("attachment.append", part).await?;
    }
    person.call("attachment.finish", json!({ "upload": upload })).await?;
    person.reply(ticket, text).await?;
    Ok(())
}

/// Base64 of a mebibyte of one letter: three letters are four, the rest is padded.
fn base64(byte: u8) -> String {
    let group = match byte {
        b'a' => "YWFh",
        b'b' => "YmJi",
        _ => "Y2Nj",
    };
    let last = match byte {
        b'a' => "YQ==",
        b'b' => "Yg==",
        _ => "Yw==",
    };
    group.repeat(PART_BYTES / 3) + last
}

async fn delivered(server: &Server, person: &Person, text: &str) -> Result<usize> {
    let settled = |outbox: &Value| outbox["saved"].as_array().is_some_and(Vec::is_empty);
    person.until("everything is sent", ("outbox.list", json!({})), settled).await?;
    for _ in 0..240 {
        let rows = server.deliveries().await?;
        let count = rows.iter().filter(|row| row["text"] == text).count();
        if count > 0 {
            return Ok(count);
        }
        // The file travels behind the words, and the customer's channel is told nothing: look.
        tokio::time::sleep(std::time::Duration::from_millis(250)).await;
    }
    Ok(0)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_goes_out_once_its_file_is_there_and_the_same_file_serves_again() -> Result<()> {
    let mut server = Server::with_sample().await?;
    let (_a, elena) = Person::at_work(&server, ELENA).await?;
    let (_b, tomas) = Person::at_work(&server, TOMAS).await?;
    elena.without_undo().await?;
    tomas.without_undo().await?;
    let tickets = own_tickets(&elena).await?;
    let (first, second) = (tickets.first().context("one")?, tickets.get(1).context("two")?);
    server.kill().await?;
    elena.offline().await?;
    reply_with_file(&elena, first, "the dump, as asked").await?;
    server.start().await?;
    elena.call("status.retry_now", json!({})).await?;
    assert_eq!(delivered(&server, &elena, "the dump, as asked").await?, 1);
    reply_with_file(&elena, second, "the same dump for you").await?;
    assert_eq!(delivered(&server, &elena, "the same dump for you").await?, 1);
    tomas.synced().await?;
    reply_with_file(&tomas, first, "and once more from Tomás").await?;
    assert_eq!(delivered(&server, &tomas, "and once more from Tomás").await?, 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_three_gibibytes_is_refused_before_a_byte_of_it_is_read() -> Result<()> {
    let server = Server::with_sample().await?;
    let (_seat, elena) = Person::at_work(&server, ELENA).await?;
    let ticket = own_tickets(&elena).await?.swap_remove(0);
    let begin = json!({
        "ticket": ticket, "kind": "reply", "name": "disk.img", "media_type": "",
        "size_bytes": 3_u64 << 30,
    });
    assert_eq!(elena.fails("attachment.begin", begin).await?, Code::TooMuch);
    Ok(())
}
