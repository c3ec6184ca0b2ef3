//! Files that hang on words.

use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use holdfast_desk::ipc::error::{Code, Failure};
use holdfast_journeys::desk::times;
use holdfast_journeys::{ELENA, Person, Server, TOMAS, Wire};
use serde_json::{Value, json};

pub const PART_BYTES: usize = 1024 * 1024;
/// The largest file the rules allow.
const LARGEST_BYTES: usize = 25 * PART_BYTES;

/// Bytes that look like nothing, the same every time.
pub fn noise(bytes: usize) -> Vec<u8> {
    let mut state = 0x9E37_79B9_7F4A_7C15_u64;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        state.to_le_bytes()
    };
    let mut made: Vec<u8> =
        std::iter::repeat_with(next).take(bytes.div_ceil(8)).flatten().collect();
    made.truncate(bytes);
    made
}

fn base64(bytes: &[u8]) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::with_capacity(bytes.len().div_ceil(3) * 4);
    for group in bytes.chunks(3) {
        let [a, b, c] = [0, 1, 2].map(|n| u32::from(group.get(n).copied().unwrap_or(0)));
        let bits = a << 16 | b << 8 | c;
        for n in 0..4 {
            let letter = LETTERS[(bits >> (18 - 6 * n) & 63) as usize];
            text.push(if n > group.len() { '=' } else { letter.into() });
        }
    }
    text
}

/// Hangs a file on the reply that is written on a ticket; its hash.
async fn attach(person: &Person, ticket: &str, bytes: &[u8]) -> Result<String> {
    attach_to(person, (ticket, "reply"), bytes).await
}

/// Hangs a file on the reply or the note that is written on a ticket; its hash.
pub async fn attach_to(
    person: &Person,
    (ticket, kind): (&str, &str),
    bytes: &[u8],
) -> Result<String> {
    let begin = json!({
        "ticket": ticket, "kind": kind, "name": "memory.dmp", "media_type": "",
        "size_bytes": bytes.len(),
    });
    let upload = person.call("attachment.begin", begin).await?["upload"].clone();
    for part in bytes.chunks(PART_BYTES) {
        let part = json!({ "upload": upload, "base64": base64(part) });
        person.call("attachment.append", part).await?;
    }
    let draft = person.call("attachment.finish", json!({ "upload": upload })).await?;
    let last = draft["attachments"].as_array().and_then(|files| files.last());
    Ok(last.and_then(|file| file["hash"].as_str()).context("a hash")?.to_owned())
}

/// Writes a reply with the file under it and sends it.
async fn reply_with_file(person: &Person, ticket: &str, text: &str) -> Result<()> {
    attach(person, ticket, &noise(3 * PART_BYTES)).await?;
    person.reply(ticket, text).await.map(drop)
}

/// The bytes of a file as a desk shows them, in pieces, as they cross the border.
async fn read(person: &Person, ticket: &str, hash: &str, bytes: usize) -> Result<Vec<String>> {
    let mut parts = Vec::new();
    for offset in (0..bytes).step_by(PART_BYTES) {
        let request = json!({ "ticket": ticket, "hash": hash, "offset": offset });
        let here = |part: &Value| part["here"] == true;
        let part = person.until("the file is here", ("attachment.read", request), here).await?;
        parts.push(part["base64"].as_str().context("bytes")?.to_owned());
    }
    Ok(parts)
}

/// How often these words went out, once they have.
pub async fn delivered(server: &Server, person: &Person, text: &str) -> Result<usize> {
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
    let tickets = elena.own_tickets().await?;
    let (first, second) = (tickets.first().context("one")?, tickets.get(1).context("two")?);
    server.kill().await?;
    elena.offline().await?;
    reply_with_file(&elena, first, "the dump, as asked").await?;
    server.start().await?;
    elena.tries_again().await?;
    assert_eq!(delivered(&server, &elena, "the dump, as asked").await?, 1);
    reply_with_file(&elena, second, "the same dump for you").await?;
    assert_eq!(delivered(&server, &elena, "the same dump for you").await?, 1);
    tomas.synced().await?;
    reply_with_file(&tomas, first, "and once more from Tomás").await?;
    assert_eq!(delivered(&server, &tomas, "and once more from Tomás").await?, 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_25_mib_cut_off_in_the_middle_goes_on_from_the_piece_it_had() -> Result<()> {
    const CUT_AT: u32 = 11;
    let mut server = Server::with_sample().await?;
    let wire = Wire::to(&server).await?;
    let (seat, elena) = Person::at_work_on(&wire, &server, ELENA).await?;
    let (_b, tomas) = Person::at_work(&server, TOMAS).await?;
    elena.without_undo().await?;
    let ticket = elena.own_ticket().await?;
    let file = noise(LARGEST_BYTES);
    let hash = attach(&elena, &ticket, &file).await?;
    let piece = format!("/v1/blobs/{hash}/{CUT_AT}");
    let mut held = wire.hold(move |path| path == piece);
    elena.reply(&ticket, "the whole dump").await?;
    // The server has the piece, the desk has not heard so, and both go down.
    held.answered().await?;
    server.kill().await?;
    elena.quit().await;
    held.let_go();
    server.start().await?;
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (seen, pieces) = (Arc::clone(&asked), format!("/v1/blobs/{hash}/"));
    let _listening = wire.hold(move |path| {
        let n = path.strip_prefix(&pieces).and_then(|n| n.parse::<u32>().ok());
        seen.lock().unwrap_or_else(PoisonError::into_inner).extend(n);
        false
    });
    let elena = seat.unlock().await?;
    assert_eq!(delivered(&server, &elena, "the whole dump").await?, 1);
    let asked = asked.lock().unwrap_or_else(PoisonError::into_inner).clone();
    assert_eq!(asked, Vec::from_iter(CUT_AT + 1..25), "each missing piece once, no other");
    tomas.synced().await?;
    let shown = tomas.ticket(&ticket).await?;
    assert_eq!(times(&shown, "the whole dump"), 1, "a colleague reads the words once");
    let parts = read(&tomas, &ticket, &hash, LARGEST_BYTES).await?;
    assert!(parts.iter().eq(file.chunks(PART_BYTES).map(base64).collect::<Vec<_>>().iter()));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn more_files_than_are_looked_at_in_one_pass_are_all_sent() -> Result<()> {
    // One pass looks at 64.
    const REPLIES: usize = 7;
    const FILES: usize = 10;
    let mut server = Server::with_sample().await?;
    let (_seat, elena) = Person::at_work(&server, ELENA).await?;
    elena.without_undo().await?;
    let ticket = elena.own_ticket().await?;
    server.kill().await?;
    elena.offline().await?;
    for reply in 0..REPLIES {
        for file in 0..FILES {
            attach(&elena, &ticket, format!("line {file} of {reply}").as_bytes()).await?;
        }
        elena.reply(&ticket, &format!("part {reply} of the logs")).await?;
    }
    server.start().await?;
    elena.tries_again().await?;
    for reply in 0..REPLIES {
        let text = format!("part {reply} of the logs");
        assert_eq!(delivered(&server, &elena, &text).await?, 1, "{text}");
    }
    let outbox = elena.call("outbox.list", json!({})).await?;
    let sent = outbox["sent"].as_array().context("what was sent")?;
    assert!(sent.iter().all(|item| item["upload_bytes"] == 0), "nothing travels any more");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_empty_file_is_a_file() -> Result<()> {
    let server = Server::with_sample().await?;
    let (_seat, elena) = Person::at_work(&server, ELENA).await?;
    elena.without_undo().await?;
    let ticket = elena.own_ticket().await?;
    attach(&elena, &ticket, &[]).await?;
    elena.reply(&ticket, "nothing in the log").await?;
    assert_eq!(delivered(&server, &elena, "nothing in the log").await?, 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_taken_off_again_is_not_sent_and_the_others_are() -> Result<()> {
    let server = Server::with_sample().await?;
    let wire = Wire::to(&server).await?;
    let (_seat, elena) = Person::at_work_on(&wire, &server, ELENA).await?;
    elena.without_undo().await?;
    let ticket = elena.own_ticket().await?;
    let wrong = attach(&elena, &ticket, b"of another customer").await?;
    let right = attach(&elena, &ticket, b"of this one").await?;
    let kind = json!({ "ticket": ticket, "kind": "reply" });
    let draft = elena.call("draft.get", kind).await?["id"].clone();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    let _listening = wire.hold(move |path| {
        seen.lock().unwrap_or_else(PoisonError::into_inner).push(path.to_owned());
        false
    });
    elena.call("attachment.remove", json!({ "draft": draft, "hash": wrong })).await?;
    let gone = json!({ "ticket": ticket, "hash": wrong, "offset": 0 });
    let not_here = |part: &Value| part["here"] == false;
    elena.until("its bytes are gone", ("attachment.read", gone), not_here).await?;
    elena.reply(&ticket, "see the file").await?;
    assert_eq!(delivered(&server, &elena, "see the file").await?, 1);
    let asked = asked.lock().unwrap_or_else(PoisonError::into_inner).clone();
    let sent = |hash: &str| asked.contains(&format!("/v1/blobs/{hash}/0"));
    assert_eq!((sent(&right), sent(&wrong)), (true, false));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_one_byte_over_the_limit_is_refused_and_one_of_the_limit_is_not() -> Result<()> {
    let mut server = Server::with_sample().await?;
    let (_seat, elena) = Person::at_work(&server, ELENA).await?;
    let ticket = elena.own_ticket().await?;
    let begin = |size_bytes: usize| {
        json!({
            "ticket": ticket, "kind": "reply", "name": "disk.img", "media_type": "",
            "size_bytes": size_bytes,
        })
    };
    elena.call("attachment.begin", begin(LARGEST_BYTES)).await?;
    let refused = elena.failure("attachment.begin", begin(LARGEST_BYTES + 1)).await?;
    let limit = |failure: &Failure| failure.params.get("limit_bytes").cloned();
    assert_eq!((refused.code, limit(&refused)), (Code::TooMuch, Some(LARGEST_BYTES.to_string())));
    // A server that takes less says so, and is believed when it is gone, too.
    server.kill().await?;
    server.configure(&format!("\n[limits]\nattachment_bytes = {PART_BYTES}\n"))?;
    elena.offline().await?;
    server.start().await?;
    elena.tries_again().await?;
    elena.synced().await?;
    server.kill().await?;
    elena.offline().await?;
    elena.call("attachment.begin", begin(PART_BYTES)).await?;
    let refused = elena.failure("attachment.begin", begin(PART_BYTES + 1)).await?;
    assert_eq!((refused.code, limit(&refused)), (Code::TooMuch, Some(PART_BYTES.to_string())));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_the_server_refuses_for_good_gives_the_words_back_and_holds_up_no_other()
-> Result<()> {
    let mut server = Server::with_sample().await?;
    let wire = Wire::to(&server).await?;
    let (_seat, elena) = Person::at_work_on(&wire, &server, ELENA).await?;
    elena.without_undo().await?;
    let tickets = elena.own_tickets().await?;
    let (first, second) = (tickets.first().context("one")?, tickets.get(1).context("two")?);
    server.kill().await?;
    elena.offline().await?;
    let large = attach(&elena, first, &noise(2 * PART_BYTES)).await?;
    attach(&elena, first, b"a small one").await?;
    elena.reply(first, "both dumps, as asked").await?;
    attach(&elena, second, b"another small one").await?;
    elena.reply(second, "only a small one").await?;
    // While she was offline the server's keeper has made up his mind.
    server.configure(&format!("\n[limits]\nattachment_bytes = {PART_BYTES}\n"))?;
    server.start().await?;
    elena.tries_again().await?;
    assert_eq!(delivered(&server, &elena, "only a small one").await?, 1);
    let told = |outbox: &Value| outbox["needs_you"].as_array().is_some_and(|all| all.len() == 1);
    let outbox = elena.until("she is told", ("outbox.list", json!({})), told).await?;
    let item = &outbox["needs_you"][0];
    assert_eq!((&item["ticket"], &item["state"]), (&json!(first), &json!("refused")));
    assert_eq!(item["need"]["need"]["why"], "file_refused");
    let answer = json!({
        "operation": item["operation"], "answer": "understood", "seen_through": null,
    });
    elena.call("outbox.answer", answer).await?;
    let draft = elena.call("draft.get", json!({ "ticket": first, "kind": "reply" })).await?;
    assert_eq!(draft["text"], "both dumps, as asked");
    let names = draft["attachments"].as_array().map(Vec::len);
    assert_eq!(names, Some(1), "the file that is taken is under it, the other is not");
    let asked = Arc::new(Mutex::new(0));
    let (seen, path_of_large) = (Arc::clone(&asked), format!("/v1/blobs/{large}"));
    let _listening = wire.hold(move |path| {
        let again = usize::from(path.starts_with(&path_of_large));
        *seen.lock().unwrap_or_else(PoisonError::into_inner) += again;
        false
    });
    elena.reply(first, "the small one alone").await?;
    assert_eq!(delivered(&server, &elena, "the small one alone").await?, 1);
    assert_eq!(*asked.lock().unwrap_or_else(PoisonError::into_inner), 0, "not by itself");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_server_that_has_forgotten_the_words_of_a_file_gets_both() -> Result<()> {
    let mut server = Server::with_sample().await?;
    let wire = Wire::to(&server).await?;
    let (_seat, elena) = Person::at_work_on(&wire, &server, ELENA).await?;
    elena.without_undo().await?;
    let ticket = elena.own_ticket().await?;
    server.kill().await?;
    server.back_up()?;
    server.start().await?;
    elena.tries_again().await?;
    elena.synced().await?;
    let hash = attach(&elena, &ticket, b"a dump").await?;
    let path = format!("/v1/blobs/{hash}");
    let of_file = move |asked: &str| asked.starts_with(&path);
    // The words are accepted, and before the file comes the server loses all since the backup.
    let mut file = wire.hold_back(of_file.clone());
    elena.reply(&ticket, "the dump, as asked").await?;
    file.asked().await?;
    server.kill().await?;
    server.restore().await?;
    let mut hello = wire.hold(|path| path == "/v1/sync/hello");
    server.start().await?;
    elena.tries_again().await?;
    hello.answered().await?;
    // What the desk hears of the file first, it hears before it knows that the server is another.
    let mut unknown = wire.hold(of_file);
    file.let_go();
    unknown.answered().await?;
    unknown.let_go();
    let draft = elena.call("draft.get", json!({ "ticket": ticket, "kind": "reply" })).await?;
    assert_ne!(draft["text"], "the dump, as asked", "it is not hers again");
    hello.let_go();
    assert_eq!(delivered(&server, &elena, "the dump, as asked").await?, 1);
    let outbox = elena.call("outbox.list", json!({})).await?;
    assert_eq!(outbox["needs_you"].as_array().map(Vec::len), Some(0));
    assert_eq!(times(&elena.ticket(&ticket).await?, "the dump, as asked"), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_of_three_gibibytes_is_refused_before_a_byte_of_it_is_read() -> Result<()> {
    let server = Server::with_sample().await?;
    let (_seat, elena) = Person::at_work(&server, ELENA).await?;
    let ticket = elena.own_ticket().await?;
    let begin = json!({
        "ticket": ticket, "kind": "reply", "name": "disk.img", "media_type": "",
        "size_bytes": 3_u64 << 30,
    });
    assert_eq!(elena.fails("attachment.begin", begin).await?, Code::TooMuch);
    Ok(())
}
