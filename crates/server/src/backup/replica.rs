//! Replica: a copy that is kept up to date.
//!
//! ```text
//!   begun ─▶ ship ─ every 10 s ─▶ ship ─▶ …          log too long: ship, empty it, in one turn
//!              │ the copy does not follow the log    more log than database: another base
//!              └──────▶ another base, while shipping goes on
//! ```
//!
//! A round that fails is tried again in the next; nobody who works notices. If rounds fail for so
//! long that the log grows beyond [`LOG_BYTES_MAX`], it is emptied all the same: a copy can be made
//! anew, a full disk would stop everybody. `doctor` and the metrics tell of it.
//!
//! Below the folder that was named, each epoch has a folder of its own: a server that was restored
//! never writes into the copy it came from.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tokio::sync::watch;

use super::Reach;
use super::folder::{About, Base, FORMAT, Folder, Kind};
use super::ship::{Broken, Shipper, forget_emptied};
use crate::core::Core;
use crate::error::causes;
use crate::store::{Durability, backup as stored};

/// Between two rounds. What a lost disk costs is at most what was written since the last, and the
/// issue allows a minute.
pub const SHIP_EVERY: Duration = Duration::from_secs(10);
/// Bytes at which the log is emptied.
const LOG_BYTES: u64 = 64 << 20;
/// Bytes at which it is emptied although it could not be shipped.
const LOG_BYTES_MAX: u64 = 1 << 30;
/// Bytes of log that are worth no new base, however small the database is.
const LOG_KEPT_BYTES: u64 = 256 << 20;
/// Bases that are kept: the newest, and one more should that be damaged.
const BASES_KEPT: usize = 2;
/// Stands in a folder that was given for replicas: an empty mount point has none.
const MARK: &str = "holdfast-replicas";

/// Begins to replicate into a folder; when it ends a whole copy is there, and it is gone on with.
pub async fn begin(core: &Core, to: &Path, tell: &mut impl FnMut(String)) -> Result<()> {
    ensure!(to.is_dir(), "{} is not a folder", to.display());
    ensure!(!to.starts_with(&core.config.data_dir), "a copy in the data folder goes with it");
    std::fs::write(to.join(MARK), "copies of a Holdfast server\n")
        .with_context(|| format!("cannot write in {}", to.display()))?;
    let mut writing = core.write(Durability::Power).await?;
    stored::set_replica(&mut writing.tx, Some(&to.display().to_string())).await?;
    writing.finish().await?;
    core.db.keep_log(true).await?;
    let backups = &core.backups;
    *backups.shipper.lock().await = None;
    backups.forget_replica();
    if let Err(error) = round(core, to).await {
        end(core, &mut |_| ()).await?;
        return Err(error);
    }
    backups.target.send_replace(Some(to.to_owned()));
    let seq = backups.going().reach.map_or(0, |reach| reach.seq);
    tell(format!("a whole copy up to commit {seq} is in {}", folder_of(core, to).display()));
    tell(format!("it is brought up to date every {} s", SHIP_EVERY.as_secs()));
    Ok(())
}

/// Replicates no more; what was copied stays.
pub async fn end(core: &Core, tell: &mut impl FnMut(String)) -> Result<()> {
    let mut writing = core.write(Durability::Power).await?;
    stored::set_replica(&mut writing.tx, None).await?;
    writing.finish().await?;
    core.backups.target.send_replace(None);
    *core.backups.shipper.lock().await = None;
    core.backups.forget_replica();
    forget_emptied(&core.config.data_dir)?;
    core.db.keep_log(false).await?;
    tell("replicated no more; what was copied stays".to_owned());
    Ok(())
}

/// Replicates whenever there is a target, until the server stops.
pub async fn run(core: Arc<Core>, mut stopping: watch::Receiver<bool>) {
    let mut target = core.backups.target.subscribe();
    while !*stopping.borrow() {
        let to = target.borrow_and_update().clone();
        if let Some(to) = &to {
            tried(&core, to).await;
        }
        tokio::select! {
            _ = stopping.wait_for(|stopping| *stopping) => {}
            _ = target.changed() => {}
            () = core.outside.sleep(SHIP_EVERY), if to.is_some() => {}
        }
    }
}

/// What was written until the end. The caller sees to it that nothing is written any more.
pub async fn finish(core: &Core) {
    if let Some(to) = core.backups.target() {
        tried(core, &to).await;
    }
}

async fn tried(core: &Core, to: &Path) {
    if let Err(error) = round(core, to).await {
        tracing::error!(causes = causes(&error), "the replica could not be brought up to date");
        core.backups.failed(format!("{error:#}"), core.now());
    }
    if let Err(error) = keep_short(core).await {
        tracing::error!(causes = causes(&error), "the log could not be emptied");
    }
}

/// Ships what is new, and makes another base if one is needed.
async fn round(core: &Core, to: &Path) -> Result<Reach> {
    let mut held = core.backups.shipper.lock().await;
    let mark = to.join(MARK);
    ensure!(mark.exists(), "{} is missing: is that folder there?", mark.display());
    let shipper = match held.take() {
        Some(shipper) => shipper,
        None => open(core, to)?,
    };
    let (shipper, shipped) = match shipper.ship(core).await {
        (_, Err(error)) if error.is::<Broken>() => {
            tracing::warn!("the copy does not follow the log any more: another is begun");
            set_aside(&folder_of(core, to))?;
            begin_folder(core, to)?.ship(core).await
        }
        shipped => shipped,
    };
    let (shipper, mut reach) = match (shipper, shipped) {
        (Some(shipper), Ok(reach)) => (shipper, reach),
        (shipper, Err(error)) => {
            *held = shipper;
            return Err(error);
        }
        (None, Ok(_)) => bail!("shipping ended early"),
    };
    let mut shipper = shipper;
    let new_base = needs_base(&shipper)?;
    if new_base {
        (shipper, reach) = with_base(core, shipper, reach).await?;
    }
    if (new_base || shipper.log_bytes() > LOG_BYTES)
        && let Ok(_nobody_copies) = core.backups.copying.try_write()
    {
        let (emptied, shipped) = shipper.ship_and_checkpoint(core).await;
        *held = emptied;
        reach = shipped?;
    } else {
        *held = Some(shipper);
    }
    core.backups.shipped(reach);
    Ok(reach)
}

/// Goes on with the copy of this epoch, if it can be, or begins one.
fn open(core: &Core, to: &Path) -> Result<Shipper> {
    let at = folder_of(core, to);
    if at.exists() {
        match Shipper::resume(core, Folder { path: at.clone() }) {
            Ok(shipper) => return Ok(shipper),
            Err(error) => tracing::warn!(causes = causes(&error), "a copy cannot be gone on with"),
        }
        set_aside(&at)?;
    }
    begin_folder(core, to)
}

fn begin_folder(core: &Core, to: &Path) -> Result<Shipper> {
    let (kind, begun_at) = (Kind::Replica, core.now());
    let (epoch, generation) = (core.epoch, core.backups.generation);
    let about = About { format: FORMAT, kind, epoch, generation, begun_at };
    Shipper::begin(core, &folder_of(core, to), &about)
}

/// A copy that does not follow the log any more stays until another is whole.
fn set_aside(at: &Path) -> Result<()> {
    let number = (1..).find(|number| !aside(at, *number).exists());
    std::fs::rename(at, aside(at, number.context("numbers do not end")?))?;
    Ok(())
}

fn aside(at: &Path, number: u32) -> PathBuf {
    at.with_extension(format!("before-{number}"))
}

fn folder_of(core: &Core, to: &Path) -> PathBuf {
    to.join(format!("replica-{}", core.epoch))
}

/// No base yet, or so much log that applying it would take longer than copying anew.
fn needs_base(shipper: &Shipper) -> Result<bool> {
    let Some(newest) = shipper.folder.bases()?.pop() else {
        return Ok(true);
    };
    let behind = shipper.folder.log_bytes(newest.log_from)?;
    Ok(behind > newest.bytes.max(LOG_KEPT_BYTES))
}

/// Copies the database's file, and ships meanwhile.
async fn with_base(core: &Core, shipper: Shipper, reach: Reach) -> Result<(Shipper, Reach)> {
    let _none_checkpoints = core.backups.copying.read().await;
    let mut copying = tokio::task::spawn_blocking(shipper.base(core, reach)?);
    let (mut shipper, mut reach) = (shipper, reach);
    let base: Base = loop {
        tokio::select! {
            base = &mut copying => break base??,
            () = core.outside.sleep(SHIP_EVERY) => {
                let (shipped, done) = shipper.ship(core).await;
                shipper = shipped.context("shipping ended early")?;
                reach = done?;
                core.backups.shipped(reach);
            }
        }
    };
    shipper.folder.put_base(&base)?;
    let bases = shipper.folder.bases()?;
    if let Some(oldest) = bases.len().checked_sub(BASES_KEPT).and_then(|at| bases.get(at)) {
        shipper.folder.forget_before(oldest)?;
    }
    remove_asides(&shipper.folder.path)?;
    Ok((shipper, reach))
}

/// Copies that could not be gone on with go when another is whole.
fn remove_asides(at: &Path) -> Result<()> {
    for number in 1.. {
        let aside = aside(at, number);
        if !aside.exists() {
            break;
        }
        std::fs::remove_dir_all(aside)?;
    }
    Ok(())
}

/// Nobody may be stopped by a copy that cannot be written.
async fn keep_short(core: &Core) -> Result<()> {
    let log = super::ship::log_path(&core.config.data_dir);
    let bytes = log.metadata().map_or(0, |metadata| metadata.len());
    if core.backups.going().failing.is_none() || bytes < LOG_BYTES_MAX {
        return Ok(());
    }
    // From here on the copy has a gap, and whoever goes on with it finds that out.
    *core.backups.shipper.lock().await = None;
    let Ok(_nobody_copies) = core.backups.copying.try_write() else { return Ok(()) };
    let _turn = core.gate().await;
    forget_emptied(&core.config.data_dir)?;
    core.db.checkpoint().await?;
    Ok(())
}
