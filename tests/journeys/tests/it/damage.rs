//! A damaged cache: set aside, and nothing that was acknowledged is lost.

use std::io::{Seek, SeekFrom, Write};
use std::path::Path;

use anyhow::Result;
use holdfast_journeys::desk::times;
use holdfast_journeys::{Disk, ELENA, Outage, Person, Server, TOMAS};
use serde_json::{Value, json};

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
