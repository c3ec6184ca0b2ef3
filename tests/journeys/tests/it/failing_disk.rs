//! Disks that fail or are read-only, at the desk and at the server: who works or keeps is told in
//! one sentence, and nothing that was acknowledged is lost.

use std::time::Duration;

use anyhow::{Context, Result};
use holdfast_journeys::desk::times;
use holdfast_journeys::failing_disk::FailingDisk;
use holdfast_journeys::small_disk::SmallDisk;
use holdfast_journeys::{ELENA, Outage, Person, Seat, Server, TOMAS};
use serde_json::{Value, json};

/// Whoever looks after a server does not wait longer for a start that cannot be.
const STARTED_WITHIN: Duration = Duration::from_secs(30);

fn runtime() -> Result<tokio::runtime::Runtime> {
    Ok(tokio::runtime::Builder::new_multi_thread().enable_all().build()?)
}

/// A note that was not taken, and what she was told.
async fn refused(elena: &Person, ticket: &str) -> String {
    match elena.note(ticket, "not acknowledged").await {
        Ok(_) => "it was acknowledged".to_owned(),
        Err(failure) => format!("{failure:#}"),
    }
}

async fn everything_arrived_once(server: &Server, ticket: &str, notes: &[&str]) -> Result<()> {
    let (_other, tomas) = Person::at_work(server, TOMAS).await?;
    let read = tomas.ticket(ticket).await?;
    for note in notes {
        assert_eq!(times(&read, note), 1, "{note}");
    }
    assert_eq!(times(&read, "not acknowledged"), 0, "what was refused was not kept either");
    Ok(())
}

#[test]
fn a_desks_disk_that_fails_in_the_middle_of_work_is_told_and_loses_nothing() -> Result<()> {
    let journey =
        "failing_disk::a_desks_disk_that_fails_in_the_middle_of_work_is_told_and_loses_nothing";
    match FailingDisk::here(journey)? {
        Some(disk) => runtime()?.block_on(desks_disk_fails(&disk)),
        None => Ok(()),
    }
}

async fn desks_disk_fails(disk: &FailingDisk) -> Result<()> {
    let Outage { mut server, seat, elena, ticket } = Outage::begins().await?;
    elena.note(&ticket, "before it failed").await?;
    disk.fails(std::process::id())?;
    let told = refused(&elena, &ticket).await;
    assert!(told.contains("DiskFails"), "she is told: {told}");
    let read = elena.ticket(&ticket).await?;
    assert_eq!(times(&read, "before it failed"), 1, "reading goes on");
    assert_eq!(elena.call("status.get", json!({})).await?["saved"], 1);
    disk.works(std::process::id())?;
    elena.note(&ticket, "after it worked again").await?;
    elena.quit().await;
    let elena = seat.unlock().await?;
    let read = elena.ticket(&ticket).await?;
    assert_eq!(times(&read, "before it failed"), 1);
    server.start().await?;
    elena.tries_again().await?;
    elena.synced().await?;
    everything_arrived_once(&server, &ticket, &["before it failed", "after it worked again"]).await
}

#[test]
fn a_servers_disk_that_fails_in_the_middle_of_work_is_told_and_desks_wait() -> Result<()> {
    let journey =
        "failing_disk::a_servers_disk_that_fails_in_the_middle_of_work_is_told_and_desks_wait";
    match FailingDisk::here(journey)? {
        Some(disk) => runtime()?.block_on(servers_disk_fails(&disk)),
        None => Ok(()),
    }
}

async fn servers_disk_fails(disk: &FailingDisk) -> Result<()> {
    let server = Server::with_sample().await?;
    let seat = Seat::new(&server)?;
    let elena = seat.sign_in(&server, ELENA).await?;
    elena.without_undo().await?;
    elena.synced().await?;
    let ticket = elena.own_ticket().await?;
    disk.fails(server.process_id()?)?;
    elena.note(&ticket, "while its disk failed").await?;
    let told = async {
        loop {
            let doctor = server.run(&["doctor"]).await;
            let told = format!("{:#}", doctor.expect_err("something is always wrong here"));
            if told.contains("the disk under") {
                return told;
            }
            elena.tries_again().await.expect("it may be asked again");
        }
    };
    let told = tokio::time::timeout(STARTED_WITHIN, told).await.context("the keeper is told")?;
    assert!(told.contains("mend the disk, or restore onto another"), "{told}");
    let status = elena.call("status.get", json!({})).await?;
    assert_eq!(status["saved"], 1, "it waits at the desk");
    disk.works(server.process_id()?)?;
    elena.tries_again().await?;
    elena.synced().await?;
    let told = format!("{:?}", server.run(&["doctor"]).await);
    assert!(!told.contains("the disk under"), "{told}");
    everything_arrived_once(&server, &ticket, &["while its disk failed"]).await
}

#[test]
fn on_a_read_only_disk_neither_desk_nor_server_starts_and_both_say_why() -> Result<()> {
    let journey =
        "failing_disk::on_a_read_only_disk_neither_desk_nor_server_starts_and_both_say_why";
    match SmallDisk::here(journey)? {
        Some(disk) => runtime()?.block_on(read_only(&disk)),
        None => Ok(()),
    }
}

async fn read_only(disk: &SmallDisk) -> Result<()> {
    let Outage { mut server, seat, elena, ticket } = Outage::begins().await?;
    elena.note(&ticket, "before it was read-only").await?;
    elena.quit().await;
    disk.make_read_only()?;
    let told = match seat.unlock().await {
        Ok(_) => "it opened".to_owned(),
        Err(failure) => format!("{failure:#}"),
    };
    assert!(told.contains("DiskFails"), "she is told: {told}");
    let serving = tokio::time::timeout(STARTED_WITHIN, server.run(&["serve"])).await;
    let told = format!("{:#}", serving.context("it ends")?.expect_err("it cannot serve"));
    assert!(told.contains("cannot be written to"), "the keeper is told: {told}");
    disk.make_writable()?;
    let elena = seat.unlock().await?;
    let saved = |status: &Value| status["saved"] == 1;
    elena.until("it is still there", ("status.get", json!({})), saved).await?;
    server.start().await?;
    elena.tries_again().await?;
    elena.synced().await?;
    everything_arrived_once(&server, &ticket, &["before it was read-only"]).await
}
