//! A full disk: the agent is told, and nothing that was acknowledged is lost.

use std::collections::BTreeMap;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use holdfast_journeys::desk::{times, words};
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

/// Elena at work without a server, and a ticket of hers.
async fn offline(disk: &SmallDisk) -> Result<(Server, Seat, Person, String)> {
    let mut server = Server::with_sample().await?;
    let seat = Seat::within(disk.folder(), &server)?;
    let elena = seat.sign_in(&server, ELENA).await?;
    elena.without_undo().await?;
    elena.synced().await?;
    let indexed = |status: &Value| status["indexing"].is_null();
    elena.until("the index is filled", ("status.get", json!({})), indexed).await?;
    let ticket = elena.own_ticket().await?;
    server.kill().await?;
    elena.offline().await?;
    Ok((server, seat, elena, ticket))
}

async fn full_disk(disk: &SmallDisk) -> Result<()> {
    let (mut server, seat, elena, ticket) = offline(disk).await?;
    disk.fill()?;
    let mut acknowledged = Vec::new();
    write_until_refused(&elena, &ticket, &mut acknowledged).await?;
    let status = elena.call("status.get", json!({})).await?;
    assert_eq!(status["saved"], acknowledged.len(), "what was acknowledged is there");
    elena.ticket(&ticket).await?;

    // Going home and coming back does not help, and does not hurt: everything can be read.
    elena.quit().await;
    let elena = seat.unlock().await.context("reading needs no room")?;
    let read = words(&elena.ticket(&ticket).await?);
    assert!(acknowledged.iter().all(|note| read.contains(note)), "all of it is shown");
    write_until_refused(&elena, &ticket, &mut acknowledged).await?;
    elena.quit().await;
    let elena = seat.unlock().await?;
    let full = |status: &Value| status["trouble"] == "disk";
    elena.until("she is told", ("status.get", json!({})), full).await?;
    disk.make_room()?;
    let saves = |status: &Value| status["trouble"] != "disk";
    elena.until("it is found by itself", ("status.get", json!({})), saves).await?;
    assert_eq!(elena.call("status.get", json!({})).await?["saved"], acknowledged.len());
    acknowledged.push("written with room again".to_owned());
    elena.note(&ticket, "written with room again").await?;
    server.start().await?;
    elena.tries_again().await?;
    elena.synced().await?;
    let (_other, tomas) = Person::at_work(&server, TOMAS).await?;
    let read = tomas.ticket(&ticket).await?;
    for (n, note) in acknowledged.iter().enumerate() {
        assert_eq!(times(&read, note), 1, "note {n}");
    }
    Ok(())
}

#[test]
fn what_a_full_disk_refuses_spoils_no_second_copy() -> Result<()> {
    let Some(disk) = SmallDisk::here("full_disk::what_a_full_disk_refuses_spoils_no_second_copy")?
    else {
        return Ok(());
    };
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    runtime.block_on(refused(&disk))
}

async fn refused(disk: &SmallDisk) -> Result<()> {
    let (mut server, seat, elena, ticket) = offline(disk).await?;
    let mut acknowledged = Vec::new();
    for n in 0..3 {
        acknowledged.push(format!("written with room {n}"));
        elena.note(&ticket, &acknowledged[n]).await?;
    }
    disk.fill()?;
    write_until_refused(&elena, &ticket, &mut acknowledged).await?;

    // As a kill would leave it; and then the log of the database has lost its end.
    let profile = seat.profile()?;
    let left = files(&profile)?;
    elena.quit().await;
    disk.make_room()?;
    std::fs::remove_dir_all(&profile)?;
    std::fs::create_dir(&profile)?;
    for (name, bytes) in left {
        let is_log = name == "holdfast.db-wal";
        ensure!(!(is_log && bytes.is_empty()), "what was written is in the log");
        std::fs::write(profile.join(name), if is_log { Vec::new() } else { bytes })?;
    }
    let elena = seat.unlock().await?;
    let status = elena.call("status.get", json!({})).await?;
    assert_eq!(status["salvaged"]["lost"], 0, "she is told what was saved: {status:#}");
    server.start().await?;
    elena.tries_again().await?;
    elena.synced().await?;
    let (_other, tomas) = Person::at_work(&server, TOMAS).await?;
    let read = tomas.ticket(&ticket).await?;
    for (n, note) in acknowledged.iter().enumerate() {
        assert_eq!(times(&read, note), 1, "note {n}");
    }
    Ok(())
}

fn files(folder: &Path) -> Result<BTreeMap<String, Vec<u8>>> {
    let mut all = BTreeMap::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        all.insert(name, std::fs::read(entry.path())?);
    }
    Ok(all)
}

/// Writes notes until the disk takes no more, of which she is told.
async fn write_until_refused(
    elena: &Person,
    ticket: &str,
    acknowledged: &mut Vec<String>,
) -> Result<()> {
    let refused = loop {
        let note = format!("{} {}", acknowledged.len(), "long words ".repeat(800));
        match elena.note(ticket, note.trim()).await {
            Ok(_) => acknowledged.push(note.trim().to_owned()),
            Err(failure) => break failure,
        }
        ensure!(acknowledged.len() < 500, "the disk never becomes full");
    };
    assert!(format!("{refused:#}").contains("DiskFull"), "she is told: {refused:#}");
    Ok(())
}
