//! A full disk: the agent is told, and nothing that was acknowledged is lost.

use anyhow::{Context, Result, bail, ensure};
use holdfast_journeys::desk::words;
use holdfast_journeys::small_disk::SmallDisk;
use holdfast_journeys::{ELENA, Person, Seat, Server, TOMAS};
use serde_json::{Value, json};

#[test]
fn on_a_full_disk_nothing_acknowledged_is_lost_and_with_room_it_goes_on() -> Result<()> {
    let Some(disk) = SmallDisk::here(
        "full_disk::on_a_full_disk_nothing_acknowledged_is_lost_and_with_room_it_goes_on",
    )?
    else {
        return Ok(());
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(full_disk(&disk))
}

async fn full_disk(disk: &SmallDisk) -> Result<()> {
    let mut server = Server::with_sample().await?;
    let seat = Seat::within(disk.folder(), &server)?;
    let elena = seat.sign_in(&server, ELENA).await?;
    elena.without_undo().await?;
    elena.synced().await?;
    let indexed = |status: &Value| status["indexing"].is_null();
    elena.until("the index is filled", ("status.get", json!({})), indexed).await?;
    let rows = elena.rows(json!({ "view": "mine" })).await?;
    let ticket = rows[0]["ticket"].as_str().context("an id")?.to_owned();
    server.kill().await?;
    elena.offline().await?;
    disk.fill()?;
    let mut acknowledged = Vec::new();
    let refused = loop {
        let note = format!("{} {}", acknowledged.len(), "long words ".repeat(800));
        match elena.note(&ticket, note.trim()).await {
            Ok(_) => acknowledged.push(note.trim().to_owned()),
            Err(failure) => break failure,
        }
        ensure!(acknowledged.len() < 500, "the disk never becomes full");
    };
    assert!(format!("{refused:#}").contains("DiskFull"), "she is told: {refused:#}");
    let status = elena.call("status.get", json!({})).await?;
    assert_eq!(status["saved"], acknowledged.len(), "what was acknowledged is there");
    elena.ticket(&ticket).await?;

    // Going home and coming back does not help, and does not hurt.
    elena.quit().await;
    let Err(refused) = seat.unlock().await else { bail!("there is no room for what it opens") };
    assert!(format!("{refused:#}").contains("DiskFull"), "she is told again: {refused:#}");
    disk.make_room()?;
    let elena = seat.unlock().await?;
    assert_eq!(elena.call("status.get", json!({})).await?["saved"], acknowledged.len());
    acknowledged.push("written with room again".to_owned());
    elena.note(&ticket, "written with room again").await?;
    server.start().await?;
    elena.call("status.retry_now", json!({})).await?;
    elena.synced().await?;
    let (_other, tomas) = Person::at_work(&server, TOMAS).await?;
    let read = words(&tomas.ticket(&ticket).await?);
    for (n, note) in acknowledged.iter().enumerate() {
        assert_eq!(read.iter().filter(|text| *text == note).count(), 1, "note {n}");
    }
    Ok(())
}
