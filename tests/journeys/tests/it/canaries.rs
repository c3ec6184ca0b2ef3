//! Rights that are taken away, searched for to the last byte: every page of the cache decrypted,
//! used or free, in the file and in the log, in words and in the tokens of the index; the outbox's
//! second copy; whatever else lies in the profile; all that was logged. What stays hers is found.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use holdfast_journeys::logs::Logs;
use holdfast_journeys::{Aviary, Disk, Person, Seat, Server, Wire};
use serde_json::{Value, json};

use crate::files::attach_to;
use crate::lapse::Wall;

const TICKETS: u32 = 24;
/// Tickets and bytes of a team whose snapshot has more than one chunk.
const LARGE: (u32, usize) = (160, 40_000);
const WITHIN: Duration = Duration::from_secs(60);

fn search(word: &str) -> (&'static str, Value) {
    ("search.run", json!({ "query": word, "offset": 0, "limit": 5 }))
}

async fn indexed(person: &Person) -> Result<()> {
    person.synced().await?;
    let done = |status: &Value| status["indexing"].is_null();
    person.until("all is indexed", ("status.get", json!({})), done).await.map(drop)
}

/// Erasing goes on behind everything else and tells nobody when it is done.
async fn until_nothing_is_left(aviary: &Aviary, disk: &Disk, logs: &Logs) -> Result<()> {
    let begun = tokio::time::Instant::now();
    loop {
        let left = aviary.left_of_the_lost(disk, logs)?;
        if left.is_empty() {
            return Ok(());
        }
        if begun.elapsed() > WITHIN {
            bail!("{} traces are left: {:?}", left.len(), &left[..left.len().min(6)]);
        }
        tokio::time::sleep(Duration::from_millis(250)).await;
    }
}

/// Nothing is left now, nor when the program has ended, nor when it has begun again; all that is
/// still hers is there, in words and in the index.
async fn only_hers_is_left(aviary: &Aviary, seat: &Seat, mia: Person, logs: &Logs) -> Result<()> {
    indexed(&mia).await?;
    let disk = Disk::of(seat)?;
    until_nothing_is_left(aviary, &disk, logs).await?;
    assert_eq!(aviary.found_in(&disk)?, (0, aviary.size()), "what is hers is found");
    mia.quit().await;
    assert_eq!(aviary.left_of_the_lost(&disk, logs)?, Vec::<String>::new(), "it has ended");
    let mia = seat.unlock().await?;
    let found = mia.call("search.run", search(aviary.lost(3).word()).1).await?;
    assert_eq!(found["hits"], json!([]));
    until_nothing_is_left(aviary, &disk, logs).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_team_taken_away_in_the_middle_of_its_snapshot_not_a_byte_is_left() -> Result<()> {
    let logs = Logs::listen()?;
    let server = Server::with_sample().await?;
    let aviary = Aviary::found(&server, LARGE.0, LARGE.1).await?;
    let wire = Wire::to(&server).await?;
    let second = |path: &str| path.contains("/snapshot/team:") && path.ends_with("/1");
    let mut held = wire.hold(second);
    let seat = Seat::on(&wire)?;
    let mia = aviary.sign_in(&seat).await?;
    held.answered().await?;
    let disk = Disk::of(&seat)?;
    while aviary.left_of_the_lost(&disk, &logs)?.is_empty() {
        // The first part is being written: it can be found.
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    aviary.take_away(&server).await?;
    held.let_go();
    only_hers_is_left(&aviary, &seat, mia, &logs).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_team_taken_away_in_the_middle_of_a_push_not_a_byte_is_left() -> Result<()> {
    let logs = Logs::listen()?;
    let server = Server::with_sample().await?;
    let aviary = Aviary::found(&server, TICKETS, 400).await?;
    let wire = Wire::to(&server).await?;
    let seat = Seat::on(&wire)?;
    let mia = aviary.sign_in(&seat).await?;
    mia.without_undo().await?;
    indexed(&mia).await?;
    let disk = Disk::of(&seat)?;
    assert_eq!(aviary.found_in(&disk)?, (TICKETS as usize, TICKETS as usize), "all are found");
    let ticket = aviary.tickets(&mia).await?[aviary.lost(0).word()].clone();
    let mut held = wire.hold_back(|path| path == "/v1/sync/push");
    // Its arguments hold the ticket's words, not hers.
    let subject = mia.ticket(&ticket).await?["row"]["subject"].clone();
    let renamed = json!({ "act": "subject", "from": subject, "to": "mine alone" });
    mia.act(&ticket, renamed).await?;
    mia.note(&ticket, "a note of my own").await?;
    held.asked().await?;
    aviary.take_away(&server).await?;
    held.let_go();
    let settled = |outbox: &Value| outbox["saved"].as_array().is_some_and(Vec::is_empty);
    mia.until("nothing waits", ("outbox.list", json!({})), settled).await?;
    only_hers_is_left(&aviary, &seat, mia, &logs).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_team_taken_away_while_she_is_offline_not_a_byte_is_left() -> Result<()> {
    let logs = Logs::listen()?;
    let mut server = Server::with_sample().await?;
    let aviary = Aviary::found(&server, TICKETS, 400).await?;
    let seat = Seat::new(&server)?;
    let mia = aviary.sign_in(&seat).await?;
    mia.without_undo().await?;
    indexed(&mia).await?;
    let disk = Disk::of(&seat)?;
    let ticket = aviary.tickets(&mia).await?[aviary.lost(1).word()].clone();
    server.kill().await?;
    mia.offline().await?;
    let subject = mia.ticket(&ticket).await?["row"]["subject"].clone();
    mia.act(&ticket, json!({ "act": "subject", "from": subject, "to": "mine alone" })).await?;
    let dump = format!("a dump of {}", aviary.lost(1).word());
    attach_to(&mia, (&ticket, "reply"), dump.as_bytes()).await?;
    let waits: Vec<String> = aviary.left_of_the_lost(&disk, &logs)?;
    for copy in [".outbox", ".file-"] {
        assert!(waits.iter().any(|place| place.contains(copy)), "{copy} holds it: {waits:?}");
    }
    aviary.take_away(&server).await?;
    server.start().await?;
    mia.tries_again().await?;
    let settled = |outbox: &Value| outbox["saved"].as_array().is_some_and(Vec::is_empty);
    mia.until("nothing waits", ("outbox.list", json!({})), settled).await?;
    only_hers_is_left(&aviary, &seat, mia, &logs).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_team_taken_away_while_her_lease_ran_out_not_a_byte_is_left() -> Result<()> {
    let logs = Logs::listen()?;
    let mut server = Server::with_sample().await?;
    let aviary = Aviary::found(&server, TICKETS, 400).await?;
    let (seat, wall) = (Seat::new(&server)?, Arc::new(Wall::default()));
    let (login, password) = aviary.who();
    let mia = seat.sign_in_by(Arc::<Wall>::clone(&wall), login, password).await?;
    indexed(&mia).await?;
    server.kill().await?;
    mia.offline().await?;
    wall.set(15);
    let state = |wanted: &'static str| move |session: &Value| session["state"] == wanted;
    let session = ("session.get", json!({}));
    mia.until("she is locked out", session.clone(), state("lease_over")).await?;
    let (lost, kept) = aviary.found_in(&Disk::of(&seat)?)?;
    assert_eq!((lost, kept), (TICKETS as usize, TICKETS as usize), "locked is not erased");
    aviary.take_away(&server).await?;
    server.start().await?;
    wall.set(0);
    mia.tries_again().await?;
    mia.until("it opens by itself", session, state("open")).await?;
    only_hers_is_left(&aviary, &seat, mia, &logs).await
}

#[tokio::test(flavor = "multi_thread")]
async fn of_a_team_taken_away_nothing_is_left_in_what_damage_had_set_aside() -> Result<()> {
    let logs = Logs::listen()?;
    let server = Server::with_sample().await?;
    let aviary = Aviary::found(&server, TICKETS, 400).await?;
    let seat = Seat::new(&server)?;
    let mia = aviary.sign_in(&seat).await?;
    indexed(&mia).await?;
    mia.quit().await;
    let disk = Disk::of(&seat)?;
    let database = disk.database();
    let mut bytes = std::fs::read(&database)?;
    bytes[200] ^= 1;
    std::fs::write(&database, bytes)?;
    let mia = seat.unlock().await?;
    let aside = aviary.left_of_the_lost(&disk, &logs)?;
    assert!(aside.iter().any(|place| place.contains(".damaged-")), "{aside:?}");
    let (login, password) = aviary.who();
    let again = json!({
        "server": server.url(), "login": login, "password": password, "passphrase": null,
    });
    mia.call("session.sign_in", again).await?;
    indexed(&mia).await?;
    aviary.take_away(&server).await?;
    let gone = |page: &Value| page["total"] == TICKETS;
    let all = json!({ "view": { "view": "all" }, "sort": "due", "offset": 0, "limit": 5 });
    mia.until("they leave her lists", ("view.page", all), gone).await?;
    only_hers_is_left(&aviary, &seat, mia, &logs).await
}
