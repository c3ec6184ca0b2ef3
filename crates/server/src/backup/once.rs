//! Once: a backup, made of a running server or a stopped one, in a folder of its own.
//!
//! It is made under another name, read back, and then given its name: what has no `.part` at its
//! end is whole.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};

use super::Reach;
use super::folder::{About, FORMAT, Kind, sync_folder};
use super::restore;
use super::ship::Shipper;
use crate::core::Core;
use crate::damage;
use crate::store::{Durability, backup as stored};

/// Makes a backup below a folder; answers where it is and how far it reaches.
pub async fn backup(
    core: &Core,
    to: &Path,
    tell: &mut impl FnMut(String),
) -> Result<(PathBuf, Reach)> {
    ensure!(!to.starts_with(&core.config.data_dir), "a backup in the data folder goes with it");
    // A copy of damage would be found when it is too late.
    damage::look(core).await?;
    let _none_checkpoints = core.backups.copying.read().await;
    std::fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    let at = core.now();
    let name = format!("holdfast-{}", at.strftime("%Y-%m-%dT%H-%M-%SZ"));
    let (part, whole) = (to.join(format!("{name}.part")), to.join(&name));
    ensure!(!whole.exists() && !part.exists(), "{} is there already", whole.display());
    let (kind, epoch, generation) = (Kind::Backup, core.epoch, core.backups.generation);
    let about = About { format: FORMAT, kind, epoch, generation, begun_at: at };
    core.db.keep_log(true).await?;
    let made = make(core, &part, &about).await;
    core.db.keep_log(core.backups.target().is_some()).await?;
    let reach = made.with_context(|| format!("{} is not whole", part.display()))?;
    tell("copied; reading it back".to_owned());
    let read = part.clone();
    let read_back = tokio::task::spawn_blocking(move || {
        let found = restore::look(&read)?;
        found.read_whole()?;
        Ok::<_, anyhow::Error>((found.reach(), found.damage))
    });
    let (found, damage) = read_back.await??;
    // Its log may be empty: then the file tells no more than what it was when it was begun.
    let same = damage.is_none() && found.is_some_and(|found| found.seq <= reach.seq);
    ensure!(same, "{} was read back and is not what was copied", part.display());
    std::fs::rename(&part, &whole)?;
    sync_folder(to)?;
    let last = stored::Last { reach, folder: whole.display().to_string() };
    let mut writing = core.write(Durability::Power).await?;
    stored::set_last(&mut writing.tx, Some(&last)).await?;
    writing.finish().await?;
    core.backups.set_last(reach);
    Ok((whole, reach))
}

async fn make(core: &Core, part: &Path, about: &About) -> Result<Reach> {
    let shipper = Shipper::begin(core, part, about)?;
    let (shipper, shipped) = shipper.ship(core).await;
    let (shipper, reach) = (shipper.context("shipping ended early")?, shipped?);
    let copying = shipper.base(core, reach)?;
    let base = tokio::task::spawn_blocking(copying).await??;
    // What was written meanwhile belongs to it as well.
    let (shipper, shipped) = shipper.ship(core).await;
    let (shipper, reach) = (shipper.context("shipping ended early")?, shipped?);
    shipper.folder.put_base(&base)?;
    Ok(reach)
}
