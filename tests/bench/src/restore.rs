//! Losing the server's disk: how long a backup takes of a server that runs, and how long it is from
//! an empty disk to a server that is ready. The figures are of this machine's disk, both ways.

use std::path::Path;
use std::time::Instant;

use anyhow::{Result, ensure};

use crate::figure::{Aim, Figure};
use crate::{ground, say};

/// What a company may be without its service, seconds.
const READY_WITHIN_S: f64 = 15.0 * 60.0;
/// Of the database, with a thread of some fifteen entries; with something to spare.
const TICKET_BYTES: u64 = 14_000;
const MIB: f64 = 1024.0 * 1024.0;

/// All of it at one number of tickets.
pub async fn measure(tickets: u64) -> Result<Vec<Figure>> {
    has_room(tickets)?;
    let mut server = ground::server(tickets).await?;
    let to = server.elsewhere()?;
    let at = |id: &str| format!("{id}@{tickets}");
    say::begin("a backup of the running server");
    let begun = Instant::now();
    server.run(&["backup", "--to", &to.to_string_lossy()]).await?;
    let copied_s = begun.elapsed().as_secs_f64();
    let bytes = bytes_below(&to)?;
    server.kill().await?;
    say::begin("its disk is lost");
    let begun = Instant::now();
    server.lose_disk().await?;
    let restored_s = begun.elapsed().as_secs_f64();
    server.start().await?;
    let ready_s = begun.elapsed().as_secs_f64();
    Ok(vec![
        Figure::new(at("backup.copy"), copied_s, "s"),
        Figure::new(at("backup.size"), bytes as f64 / MIB, "MiB"),
        Figure::new(at("restore.copy"), restored_s, "s"),
        Figure::new(at("restore.ready"), ready_s, "s").aim(Aim::ValueAtMost(READY_WITHIN_S)),
    ])
}

/// The database and its copy, then the copy and what is restored from it. Said before an hour of
/// generating has gone.
fn has_room(tickets: u64) -> Result<()> {
    let folder = std::env::temp_dir();
    let mut df = std::process::Command::new("df");
    let told = df.args(["--output=avail", "--block-size=1"]).arg(&folder).output()?;
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let free: u64 = told.lines().last().unwrap_or_default().trim().parse()?;
    let needed = 2 * tickets * TICKET_BYTES;
    ensure!(
        free >= needed,
        "{tickets} tickets need {} GiB in {}, and {} are free: TMPDIR may be another disk",
        needed >> 30,
        folder.display(),
        free >> 30
    );
    Ok(())
}

fn bytes_below(folder: &Path) -> Result<u64> {
    let mut bytes = 0;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let metadata = entry.metadata()?;
        bytes += if metadata.is_dir() { bytes_below(&entry.path())? } else { metadata.len() };
    }
    Ok(bytes)
}
