//! A desk that was stolen and revoked: what was not sent reaches the administrator and nobody else,
//! and nothing on its disk can be read, by whoever had the key before.

use std::path::Path;

use anyhow::{Context, Result};
use holdfast_desk::ipc::error::Code;
use holdfast_desk::secrets;
use holdfast_journeys::desk::PASSPHRASE;
use holdfast_journeys::{Disk, ELENA, Outage, Person, Seat, Server};
use serde_json::{Value, json};

const REPLY: &str = "a reply that was never sent, zorkmid";
const DRAFT: &str = "half a note, frobnitz";

/// The only desk of Elena's.
async fn desk_of_elena(server: &Server) -> Result<String> {
    let listed = server.run(&["desk", "list", ELENA]).await?;
    let line = listed.lines().next().context("a desk")?;
    let id = line.strip_prefix("desk ").and_then(|rest| rest.split(';').next());
    Ok(id.context("an id")?.to_owned())
}

/// She has written, and cannot send.
async fn written(elena: &Person, ticket: &str) -> Result<()> {
    elena.reply(ticket, REPLY).await?;
    let draft = json!({ "ticket": ticket, "kind": "note", "text": DRAFT });
    elena.call("draft.save", draft).await.map(drop)
}

fn revoked(session: &Value) -> bool {
    session["state"] == "signed_out" && session["shut"]["code"] == "desk_revoked"
}

fn holds_any(folder: &Path, words: &[&str]) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let bytes = std::fs::read(&path)?;
        let is_in = |word: &&&str| bytes.windows(word.len()).any(|w| w == word.as_bytes());
        found.extend(words.iter().filter(is_in).map(|word| format!("{word} in {path:?}")));
    }
    Ok(found)
}

/// Names of what lies in the profile.
fn names(seat: &Seat) -> Result<Vec<String>> {
    let mut names = Vec::new();
    for entry in std::fs::read_dir(seat.profile()?)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

/// Nothing that was encrypted is there any more, and the key is nowhere, in no form.
fn nothing_can_be_read(seat: &Seat, before: &secrets::DatabaseKey) -> Result<()> {
    assert_eq!(names(seat)?, ["letter.json", "letter.sealed", "lock", "profile.json"]);
    for entry in std::fs::read_dir(seat.profile()?)? {
        let bytes = std::fs::read(entry?.path())?;
        assert!(bytes.windows(32).all(|window| window != before.as_slice()), "the key itself");
    }
    assert_eq!(holds_any(&seat.profile()?, &[REPLY, DRAFT])?, Vec::<String>::new());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_stolen_desk_that_is_revoked_sends_its_words_to_the_administrator_and_erases_itself()
-> Result<()> {
    let Outage { mut server, seat, elena, ticket } = Outage::begins().await?;
    written(&elena, &ticket).await?;
    let key = secrets::unwrap(&seat.profile()?.join("key.json"), PASSPHRASE)?.context("a key")?;
    assert!(Disk::of(&seat)?.holds(REPLY)?, "with its key it can be read, as a thief would");
    server.start().await?;
    let desk = desk_of_elena(&server).await?;
    server.kill().await?;
    server.run(&["desk", "revoke", &desk]).await?;
    server.start().await?;
    elena.tries_again().await?;
    let told = elena.until("she is told", ("session.get", json!({})), revoked).await?;
    assert_eq!(told["shut"]["params"]["holds"], "2", "the reply and the half note");
    nothing_can_be_read(&seat, &key)?;
    let brought = |session: &Value| session["shut"]["params"]["brought"] == "true";
    elena.until("it is brought", ("session.get", json!({})), brought).await?;
    let opened = server.run(&["outbox", "open", &desk]).await?;
    assert!(opened.contains(REPLY) && opened.contains(DRAFT), "{opened}");
    let sent = server.deliveries().await?;
    assert!(sent.iter().all(|row| row["text"] != REPLY), "nobody sent it in her name");
    let profile = elena.call("session.get", json!({})).await?["profiles"][0]["id"].clone();
    let unlock = json!({ "profile": profile, "passphrase": PASSPHRASE });
    assert_eq!(elena.fails("session.unlock", unlock).await?, Code::DeskRevoked);
    elena.quit().await;
    // The computer comes back to her: she signs in anew, as another desk.
    let elena = seat.sign_in(&server, ELENA).await?;
    elena.synced().await?;
    elena.ticket(&ticket).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_revoked_desk_could_not_bring_is_brought_later_or_by_hand() -> Result<()> {
    let Outage { mut server, seat, elena, ticket } = Outage::begins().await?;
    written(&elena, &ticket).await?;
    elena.quit().await;
    server.start().await?;
    let desk = desk_of_elena(&server).await?;
    server.run(&["desk", "revoke", &desk]).await?;
    // On a wire that swallows the letter, until the program is ended.
    let wire = holdfast_journeys::Wire::to(&server).await?;
    let mut held = wire.hold_back(|path| path.ends_with("/letter"));
    seat.moves_to(&wire)?;
    // She may be told so before it is open.
    let (elena, _open_or_told) = seat.try_unlock().await?;
    elena.until("she is told", ("session.get", json!({})), revoked).await?;
    held.asked().await?;
    elena.quit().await;
    let said = server.run(&["outbox", "list"]).await?;
    assert!(said.contains("nothing has come"), "{said}");
    // The program that held the letter out has ended, and so does what it was sending.
    server.kill().await?;
    drop(held);
    drop(wire);
    server.start().await?;
    let file = seat.profile()?.join("letter.sealed");
    let opened = server.run(&["outbox", "open", &file.to_string_lossy()]).await?;
    assert!(opened.contains(REPLY) && opened.contains(DRAFT), "by hand: {opened}");
    let wire = holdfast_journeys::Wire::to(&server).await?;
    seat.moves_to(&wire)?;
    let next = seat.start();
    next.resume().await;
    let brought = |session: &Value| session["shut"]["params"]["brought"] == "true";
    let shut = ("session.get", json!({}));
    next.until("the next start brings it", shut, brought).await?;
    let said = server.run(&["outbox", "list"]).await?;
    assert!(said.contains("a letter of"), "{said}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thief_with_the_stamp_can_neither_replace_a_letter_nor_bring_one_for_another_desk()
-> Result<()> {
    let Outage { mut server, seat, elena, ticket } = Outage::begins().await?;
    written(&elena, &ticket).await?;
    server.start().await?;
    let desk = desk_of_elena(&server).await?;
    server.run(&["desk", "revoke", &desk]).await?;
    elena.tries_again().await?;
    let brought = |session: &Value| session["shut"]["params"]["brought"] == "true";
    elena.until("it is brought", ("session.get", json!({})), brought).await?;
    let profile = seat.profile()?;
    let envelope: Value = serde_json::from_slice(&std::fs::read(profile.join("letter.json"))?)?;
    let stamp = envelope["stamp"].as_str().context("a stamp")?;
    let letter = std::fs::read(profile.join("letter.sealed"))?;
    let other = "0195f3a0-0000-7000-8000-000000000001";
    let mut forged = letter.clone();
    *forged.last_mut().context("bytes")? ^= 1;
    let table = [
        ("the same again", desk.as_str(), stamp, letter.clone(), 204),
        ("another one", &desk, stamp, forged, 403),
        ("for another desk", other, stamp, letter.clone(), 404),
        ("with another stamp", &desk, &"0".repeat(64), letter.clone(), 404),
        ("no letter at all", &desk, stamp, b"words".to_vec(), 400),
    ];
    for (what, desk, stamp, body, want) in table {
        let url = format!("{}/v1/desks/{desk}/letter", server.url());
        let asked = reqwest::Client::new().put(url).bearer_auth(stamp).body(body);
        assert_eq!(asked.send().await?.status(), want, "{what}");
    }
    let opened = server.run(&["outbox", "open", &desk]).await?;
    assert!(opened.contains(REPLY), "the first one is kept");
    Ok(())
}
