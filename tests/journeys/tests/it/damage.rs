//! A damaged cache: set aside, and nothing that was acknowledged is lost.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::io::{Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result};
use holdfast_desk::ipc::error::Code;
use holdfast_desk::notice::NoticeView;
use holdfast_journeys::desk::times;
use holdfast_journeys::{Disk, ELENA, Outage, Person, Seat, Server, TOMAS, Wire};
use serde_json::{Value, json};

use crate::files::{PART_BYTES, attach_to, delivered, noise};

/// How often a colleague reads these words.
async fn read_by_tomas(server: &Server, ticket: &str, wanted: &[String]) -> Result<Vec<usize>> {
    let (_seat, tomas) = Person::at_work(server, TOMAS).await?;
    let read = tomas.ticket(ticket).await?;
    Ok(wanted.iter().map(|wanted| times(&read, wanted)).collect())
}

/// Noise over every page behind the first.
fn damage(database: &Path) -> Result<()> {
    let length = std::fs::metadata(database)?.len();
    let mut file = std::fs::File::options().write(true).open(database)?;
    file.seek(SeekFrom::Start(100))?;
    let noise = vec![0xA5; usize::try_from(length - 100)?];
    Ok(file.write_all(&noise)?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_cache_is_set_aside_and_what_was_not_sent_is_sent_once() -> Result<()> {
    let Outage { mut server, seat, elena, ticket } = Outage::begins().await?;
    let tickets = elena.own_tickets().await?.len();
    let notes: Vec<String> = (0..3).map(|n| format!("step {n}, before the disk failed")).collect();
    for note in &notes {
        elena.note(&ticket, note).await?;
    }
    elena.quit().await;
    let disk = Disk::of(&seat)?;
    damage(&disk.database())?;

    let elena = seat.unlock().await?;
    let status = elena.call("status.get", json!({})).await?;
    assert_eq!(status["saved"], 3, "what waited was saved from it");
    assert_eq!(status["salvaged"], json!({ "saved": 3, "lost": 0 }), "and she is told so");
    let aside = std::fs::read_dir(seat.profile()?)?.flatten();
    let aside = aside.filter(|file| file.file_name().to_string_lossy().contains("damaged"));
    assert!(aside.count() > 0, "the damaged file is kept");
    server.start().await?;
    elena.tries_again().await?;
    let told = |status: &Value| status["connection"] == "sign_in_needed";
    elena.until("she is told to sign in", ("status.get", json!({})), told).await?;
    let again = json!({
        "server": server.url(), "login": ELENA, "password": server.password(ELENA)?,
        "passphrase": null,
    });
    elena.call("session.sign_in", again).await?;
    elena.synced().await?;
    assert_eq!(elena.own_tickets().await?.len(), tickets, "all of it is back");
    assert_eq!(read_by_tomas(&server, &ticket, &notes).await?, [1, 1, 1]);
    Ok(())
}

/// At the address at which she knows the server.
async fn sign_in_again(elena: &Person, server: &Server, url: String) -> Result<()> {
    let told = |status: &Value| status["connection"] == "sign_in_needed";
    elena.until("she is told to sign in", ("status.get", json!({})), told).await?;
    let again = json!({
        "server": url, "login": ELENA, "password": server.password(ELENA)?,
        "passphrase": null,
    });
    elena.call("session.sign_in", again).await?;
    elena.synced().await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_that_shows_while_she_works_is_told_and_nothing_she_wrote_is_lost() -> Result<()> {
    let Outage { mut server, seat, elena, ticket } = Outage::begins().await?;
    let notes: Vec<String> = (0..3).map(|n| format!("step {n}, while the disk failed")).collect();
    for note in &notes {
        elena.note(&ticket, note).await?;
    }
    let draft = json!({ "ticket": ticket, "kind": "reply", "text": "half a sentence" });
    elena.call("draft.save", draft).await?;
    let tickets: Vec<Value> = elena.rows(json!({ "view": "all" })).await?;
    damage(&Disk::of(&seat)?.database())?;
    for row in &tickets {
        // The first page that is read from the disk says so; from then on it is mended.
        let opened = elena.call("ticket.open", json!({ "ticket": row["ticket"] })).await;
        if opened.is_err() {
            break;
        }
    }
    let status = elena.call("status.get", json!({})).await?;
    assert_eq!(status["salvaged"]["lost"], 0, "she is told: {status:#}");
    assert_eq!(status["saved"], 3, "what waited still waits");
    assert_eq!(elena.call("session.get", json!({})).await?["state"], "open", "she works on");
    server.start().await?;
    elena.tries_again().await?;
    sign_in_again(&elena, &server, server.url()).await?;
    assert_eq!(read_by_tomas(&server, &ticket, &notes).await?, [1, 1, 1]);
    let shown = elena.ticket(&ticket).await?;
    assert_eq!(shown["drafts"][0]["text"], "half a sentence");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn while_damage_is_set_aside_nobody_is_told_that_she_is_out() -> Result<()> {
    let Outage { server: _server, seat, elena, ticket } = Outage::begins().await?;
    elena.note(&ticket, "before the disk failed").await?;
    let tickets: Vec<Value> = elena.rows(json!({ "view": "all" })).await?;
    damage(&Disk::of(&seat)?.database())?;
    let done = Cell::new(false);
    let works = async {
        for row in &tickets {
            let asked = json!({ "ticket": row["ticket"] });
            if elena.call("ticket.open", asked).await.is_err() {
                break;
            }
        }
        done.set(true);
    };
    let mut states = BTreeSet::new();
    let looks = async {
        while !done.get() {
            states.insert(elena.call("session.get", json!({})).await?["state"].to_string());
            tokio::task::yield_now().await;
        }
        anyhow::Ok(())
    };
    let ((), looked) = tokio::join!(works, looks);
    looked?;
    let status = elena.call("status.get", json!({})).await?;
    assert_eq!(status["salvaged"]["lost"], 0, "there was damage: {status:#}");
    assert_eq!(states, BTreeSet::from(["\"open\"".to_owned()]));
    Ok(())
}

/// Pages of a stopped desk's database in which these letters stand.
fn pages_with(disk: &Disk, letters: &[u8]) -> Result<BTreeSet<u64>> {
    /// Bytes of the first page, and of the others, as they come decrypted.
    const FIRST: usize = 4000;
    const OTHERS: usize = 4016;
    let all = disk.everything()?;
    let plain = all.get("holdfast.db").context("a database")?;
    let at = plain.windows(letters.len()).enumerate();
    let found = at.filter(|(_, window)| *window == letters);
    let page = |(at, _): (usize, _)| at.checked_sub(FIRST).map_or(1, |rest| rest / OTHERS + 2);
    Ok(found.map(|found| page(found) as u64).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_that_only_the_beginning_of_a_session_meets_keeps_nobody_out() -> Result<()> {
    const PAGE_BYTES: u64 = 4096;
    let Outage { server: _server, seat, elena, ticket } = Outage::begins().await?;
    elena.note(&ticket, "before the disk failed").await?;
    elena.quit().await;
    // Opening the file does not read what the server is asked with.
    let pages = pages_with(&Disk::of(&seat)?, b"refresh_token")?;
    assert!(!pages.is_empty(), "it is there");
    for page in pages {
        let seat = seat.copied()?;
        let database = Disk::of(&seat)?.database();
        let mut file = std::fs::File::options().write(true).open(database)?;
        file.seek(SeekFrom::Start((page - 1) * PAGE_BYTES + 100))?;
        file.write_all(&[0xA5; 16])?;
        let elena = seat.unlock().await.with_context(|| format!("page {page}"))?;
        let status = elena.call("status.get", json!({})).await?;
        assert_eq!(status["saved"], 1, "what waited is there: {status:#}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn damage_that_the_sync_finds_is_mended_without_her_doing_anything() -> Result<()> {
    let server = Server::with_sample().await?;
    let (seat, elena) = Person::at_work(&server, ELENA).await?;
    let (_b, tomas) = Person::at_work(&server, TOMAS).await?;
    tomas.without_undo().await?;
    let tickets = tomas.rows(json!({ "view": "all" })).await?;
    elena.quit().await;
    // A program that has just begun has read little.
    let elena = seat.unlock().await?;
    elena.synced().await?;
    let mut heard = elena.hears();
    damage(&Disk::of(&seat)?.database())?;
    for row in &tickets {
        let ticket = row["ticket"].as_str().unwrap_or_default();
        tomas.note(ticket, "something new, far and wide").await?;
    }
    let mended = async {
        while heard.recv().await? != NoticeView::Session {}
        Ok::<_, anyhow::Error>(())
    };
    tokio::time::timeout(Duration::from_secs(60), mended).await??;
    let told = |status: &Value| status["salvaged"]["lost"] == 0;
    elena.until("she is told", ("status.get", json!({})), told).await?;
    sign_in_again(&elena, &server, server.url()).await
}

/// What she writes in an outage: a reply with a file that waits, and the beginning of another.
struct Written {
    outage: Outage,
    /// The ticket of the one that she has only begun.
    begun: String,
    /// The hash of its file.
    hash: String,
}

impl Written {
    async fn in_an_outage() -> Result<Self> {
        let outage = Outage::begins().await?;
        let Outage { elena, ticket, .. } = &outage;
        attach_to(elena, (ticket, "reply"), &noise(PART_BYTES + 9)).await?;
        elena.reply(ticket, "the dump, as asked").await?;
        let tickets = elena.own_tickets().await?;
        let begun = tickets.iter().find(|other| *other != ticket).context("another")?.clone();
        let hash = attach_to(elena, (&begun, "reply"), b"another dump").await?;
        Ok(Self { outage, begun, hash })
    }
}

/// Garbles the second copies of files that lie beside a database; how many there are.
fn garble_files(database: &Path) -> Result<usize> {
    let mut garbled = 0;
    for file in std::fs::read_dir(database.parent().context("a profile")?)? {
        let path = file?.path();
        if path.to_string_lossy().contains("holdfast.db.file-") {
            let length = std::fs::metadata(&path)?.len();
            std::fs::write(path, vec![0xA5; usize::try_from(length)?])?;
            garbled += 1;
        }
    }
    Ok(garbled)
}

async fn draft_of(elena: &Person, ticket: &str) -> Result<Value> {
    elena.call("draft.get", json!({ "ticket": ticket, "kind": "reply" })).await
}

#[tokio::test(flavor = "multi_thread")]
async fn files_that_were_not_sent_outlive_a_damaged_cache() -> Result<()> {
    let Written { outage, begun, .. } = Written::in_an_outage().await?;
    let Outage { mut server, seat, elena, ticket } = outage;
    elena.quit().await;
    damage(&Disk::of(&seat)?.database())?;
    let elena = seat.unlock().await?;
    let status = elena.call("status.get", json!({})).await?;
    assert_eq!(status["salvaged"], json!({ "saved": 2, "lost": 0 }), "a reply and a draft");
    assert_eq!(draft_of(&elena, &begun).await?["lost"], json!([]));
    server.start().await?;
    elena.tries_again().await?;
    sign_in_again(&elena, &server, server.url()).await?;
    assert_eq!(delivered(&server, &elena, "the dump, as asked").await?, 1, "{ticket}");
    elena.reply(&begun, "and the other").await?;
    assert_eq!(delivered(&server, &elena, "and the other").await?, 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_lost_with_both_its_copies_is_told_and_goes_to_nobody_unseen() -> Result<()>
{
    let Written { outage, begun, hash } = Written::in_an_outage().await?;
    let Outage { mut server, seat, elena, ticket } = outage;
    elena.quit().await;
    let database = Disk::of(&seat)?.database();
    damage(&database)?;
    assert_eq!(garble_files(&database)?, 2);
    let elena = seat.unlock().await?;
    let status = elena.call("status.get", json!({})).await?;
    assert_eq!(status["salvaged"], json!({ "saved": 2, "lost": 2 }), "she is told");
    let draft = draft_of(&elena, &begun).await?;
    assert_eq!(draft["lost"], json!([hash]), "and which: {draft:#}");
    let send = json!({
        "draft": draft["id"], "text": "and the other", "seen_through": null, "solve": null,
    });
    let refused = elena.failure("draft.send", send).await?;
    assert_eq!((refused.code, refused.params["name"].as_str()), (Code::FileLost, "memory.dmp"));
    attach_to(&elena, (&begun, "reply"), b"another dump").await?;
    assert_eq!(draft_of(&elena, &begun).await?["lost"], json!([]), "added again");
    server.start().await?;
    elena.tries_again().await?;
    sign_in_again(&elena, &server, server.url()).await?;
    elena.reply(&begun, "and the other").await?;
    assert_eq!(delivered(&server, &elena, "and the other").await?, 1);
    let told = |outbox: &Value| outbox["needs_you"][0]["need"]["need"]["why"] == "file_lost";
    elena.until("she is told", ("outbox.list", json!({})), told).await?;
    let shown = elena.ticket(&ticket).await?;
    assert_eq!(shown["drafts"][0]["text"], "the dump, as asked", "hers again, without the file");
    assert_eq!(shown["drafts"][0]["attachments"], json!([]));
    let sent = server.deliveries().await?;
    assert!(sent.iter().all(|row| row["text"] != "the dump, as asked"), "it has gone to nobody");
    Ok(())
}

/// The database and its log as they are now.
fn database_of(seat: &Seat) -> Result<Vec<(PathBuf, Vec<u8>)>> {
    let files =
        ["holdfast.db", "holdfast.db-wal"].map(|name| seat.profile().map(|at| at.join(name)));
    files
        .into_iter()
        .map(|path| path.and_then(|path| Ok((path.clone(), std::fs::read(path)?))))
        .collect()
}

/// Held words with which she has gone on; then the log has forgotten that she took them back, and
/// another window of hers may still ask.
struct Forgotten {
    server: Server,
    _seat: Seat,
    elena: Person,
    ticket: String,
    operation: Value,
}

impl Forgotten {
    async fn after(goes_on: impl AsyncFnOnce(&Person, &str) -> Result<()>) -> Result<Self> {
        let Outage { mut server, seat, elena, ticket } = Outage::begins().await?;
        let contact =
            elena.ticket(&ticket).await?["contact"]["id"].as_str().unwrap_or("").to_owned();
        elena.reply(&ticket, "it is done").await?;
        elena.quit().await;
        server.start().await?;
        server.customer_writes(&contact, &ticket, "is it done?").await?;
        let elena = seat.unlock().await?;
        let request = ("ticket.open", json!({ "ticket": ticket }));
        let held = |ticket: &Value| ticket["needs"][0]["need"]["need"] == "held";
        let shown = elena.until("she is told", request, held).await?;
        elena.synced().await?;
        let before = database_of(&seat)?;
        let operation = shown["needs"][0]["operation"].clone();
        let edit = json!({ "operation": operation, "answer": "edit", "seen_through": null });
        elena.call("outbox.answer", edit).await?;
        goes_on(&elena, &ticket).await?;
        elena.quit().await;
        for (path, bytes) in before {
            std::fs::write(path, bytes)?;
        }
        let elena = seat.unlock().await?;
        let asked = elena.ticket(&ticket).await?["needs"].clone();
        anyhow::ensure!(asked == json!([]), "she has answered, and is not asked again");
        Ok(Self { server, _seat: seat, elena, ticket, operation })
    }

    async fn sending_as_is_fails(&self) -> Result<Code> {
        let read = self.elena.ticket(&self.ticket).await?["seen_through"].clone();
        let answer =
            json!({ "operation": self.operation, "answer": "send_as_is", "seen_through": read });
        self.elena.fails("outbox.answer", answer).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn held_words_on_which_she_has_written_on_are_sent_from_their_draft_alone() -> Result<()> {
    let forgotten = Forgotten::after(async |elena, ticket| {
        let more = json!({ "ticket": ticket, "kind": "reply", "text": "it is done, since noon" });
        elena.call("draft.save", more).await.map(drop)
    });
    let forgotten = forgotten.await?;
    assert_eq!(forgotten.sending_as_is_fails().await?, Code::WrittenOn);
    let Forgotten { server, elena, ticket, .. } = &forgotten;
    let draft = draft_of(elena, ticket).await?;
    assert_eq!(draft["text"], "it is done, since noon", "nothing of it is lost");
    elena.reply(ticket, "it is done, since noon").await?;
    assert_eq!(delivered(server, elena, "it is done, since noon").await?, 1);
    let needs = elena.ticket(ticket).await?["needs"].clone();
    assert_eq!(needs, json!([]), "it answers what was held");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn held_words_under_which_she_has_put_a_file_are_not_sent_without_it() -> Result<()> {
    let forgotten = Forgotten::after(async |elena, ticket| {
        attach_to(elena, (ticket, "reply"), b"the log of the night").await.map(drop)
    });
    let forgotten = forgotten.await?;
    assert_eq!(forgotten.sending_as_is_fails().await?, Code::WrittenOn);
    let draft = draft_of(&forgotten.elena, &forgotten.ticket).await?;
    assert_eq!(draft["attachments"].as_array().map(Vec::len), Some(1), "it is still under them");
    assert_eq!(draft["lost"], json!([]));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_accepted_reply_whose_file_is_lost_on_its_way_is_its_authors_again() -> Result<()> {
    let server = Server::with_sample().await?;
    let wire = Wire::to(&server).await?;
    let (seat, elena) = Person::at_work_on(&wire, &server, ELENA).await?;
    elena.without_undo().await?;
    let ticket = elena.own_ticket().await?;
    let mut held = wire.hold_back(|path| path.starts_with("/v1/blobs"));
    attach_to(&elena, (&ticket, "reply"), b"a dump").await?;
    elena.reply(&ticket, "the dump, as asked").await?;
    held.asked().await?;
    elena.quit().await;
    held.let_go();
    let database = Disk::of(&seat)?.database();
    damage(&database)?;
    assert_eq!(garble_files(&database)?, 1);
    let elena = seat.unlock().await?;
    sign_in_again(&elena, &server, wire.url()).await?;
    let open = ("ticket.open", json!({ "ticket": ticket }));
    let back = |ticket: &Value| ticket["drafts"][0]["text"] == "the dump, as asked";
    let shown = elena.until("the words are hers again", open, back).await?;
    assert_eq!(shown["drafts"][0]["attachments"], json!([]), "without the file");
    let sent = server.deliveries().await?;
    assert!(sent.iter().all(|row| row["text"] != "the dump, as asked"), "it has gone to nobody");
    Ok(())
}
