//! The sample desk: centres, people, customers and tickets written by us, part of the binary.
//!
//! Loading it twice changes nothing (a marker in the store says what was loaded); the same clock
//! gives the same desk. Generated tickets for measuring come on top, in any number.
//! Deliberately absent: any rule of its own; it all goes through [`crate::load`].

mod bodies;
mod files;
mod passphrases;
mod scale;
mod shift;

use std::path::PathBuf;

use anyhow::{Context, Result};
use holdfast_protocol::limits::COMMIT_ROWS_MAX;
use serde::{Deserialize, Serialize};

use crate::core::Core;
use crate::load::Loader;
use crate::load::shape::Thing;
use crate::store::{Durability, meta};

pub use files::Sample;

/// The first number of a sample ticket; five digits, as on a desk that has been there for years.
const FIRST_NUMBER: i64 = 48_001;

/// What to load.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Wanted {
    /// Generated tickets besides the written ones.
    pub scale: u64,
    /// A folder with real text for them.
    pub data: Option<PathBuf>,
    /// Where to write how each sample agent signs in.
    pub passphrases: Option<PathBuf>,
}

/// What is loaded, as the marker tells.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct Marker {
    /// The written tickets.
    tickets: usize,
    /// The generated ones.
    scale: u64,
}

/// Loads what is not there yet, telling how far it is.
pub async fn load(core: &Core, wanted: &Wanted, mut tell: impl FnMut(String)) -> Result<()> {
    let mut tx = core.db.read().await?;
    let marker = meta::sample(&mut tx).await?;
    drop(tx);
    let sample = Sample::read(core.now())?;
    let mut marker: Option<Marker> = match marker.as_str() {
        "" => None,
        marker => Some(serde_json::from_str(marker).context("the marker of the sample desk")?),
    };
    if marker.is_none() {
        written(core, &sample, &mut tell).await?;
        marker = Some(Marker { tickets: sample.tickets.len(), scale: 0 });
    } else {
        tell("the sample desk is loaded already".into());
    }
    let loaded = marker.map_or(0, |marker| marker.scale);
    if wanted.scale > loaded {
        let bodies = bodies::Bodies::read(wanted.data.as_deref())?;
        scale::load(core, &sample, &bodies, loaded..wanted.scale, &mut tell).await?;
    }
    if let Some(path) = &wanted.passphrases
        && !path.exists()
    {
        passphrases::write(core, &sample, path).await?;
        tell(format!("passwords of the sample agents: {}", path.display()));
    }
    Ok(())
}

/// The desk that was written by us: all or nothing.
async fn written(core: &Core, sample: &Sample, tell: &mut impl FnMut(String)) -> Result<()> {
    tell(format!("loading {} sample tickets", sample.tickets.len()));
    let mut loader = Loader::begin(core, Durability::Power).await?;
    meta::raise_ticket_number(&mut loader.writing().tx, FIRST_NUMBER).await?;
    for thing in &sample.directory {
        loader.load(thing).await.context("the sample's directory")?;
    }
    for ticket in &sample.tickets {
        let key = ticket.key.clone();
        // A ticket stays within one commit, so that it enters every desk whole.
        if loader.writing().commit.len() * 2 > COMMIT_ROWS_MAX {
            loader.writing().seal().await?;
        }
        let thing = Thing::Ticket(ticket.clone());
        loader.load(&thing).await.with_context(|| format!("sample ticket {key}"))?;
    }
    mark(&mut loader, sample, 0).await?;
    loader.finish().await
}

/// Writes down what is loaded, in the same transaction: a load that is cut goes on from there.
async fn mark(loader: &mut Loader<'_>, sample: &Sample, scale: u64) -> Result<()> {
    let marker = serde_json::to_string(&Marker { tickets: sample.tickets.len(), scale })?;
    meta::set_sample(&mut loader.writing().tx, &marker).await
}
