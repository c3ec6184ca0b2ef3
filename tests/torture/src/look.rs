//! Look: everybody has gone home, and copies of all files are looked at with the simulator's own
//! properties.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::Result;
use holdfast_cache::{Cache, Key, OpenOptions, WritePriority, table};
use holdfast_protocol::Row;
use holdfast_server::core::Core;
use holdfast_server::store::{thread, ticket};
use holdfast_server::{Config, Outside};
use holdfast_simulator::property::{AtDesk, Scene};

use crate::disk;
use crate::seat::Seat;
use crate::world::World;

/// Drafts that are read of a desk.
const DRAFTS_MAX: u32 = 10_000;

/// What was found.
#[derive(Debug, Default)]
pub struct Found {
    /// What is wrong, each with what it is about before a colon.
    pub wrong: Vec<String>,
    /// Operations of which somebody was told that they are saved.
    pub operations: u64,
    /// Messages and notes at the server.
    pub messages: u64,
}

impl World {
    /// Looks at everything. Nothing runs.
    pub(crate) async fn look(&self) -> Result<Found> {
        let scratch = self.root.join("look");
        let at = scratch.join("server");
        disk::copy(&self.server.data(), &at)?;
        let found = match Core::open(Config::local(&at), Outside::of_this_machine()).await {
            Ok(core) => {
                let core = Arc::new(core);
                let found = self.look_at(&core, &scratch).await;
                core.db.close().await;
                found?
            }
            Err(error) => {
                let wrong = vec![format!("the server's books are in order: {error:#}")];
                Found { wrong, ..Found::default() }
            }
        };
        for entry in std::fs::read_dir(&scratch)? {
            std::fs::remove_dir_all(entry?.path())?;
        }
        Ok(found)
    }

    async fn look_at(&self, core: &Arc<Core>, scratch: &Path) -> Result<Found> {
        let (mut desks, mut wrong) = (Vec::new(), Vec::new());
        for seat in &self.seats {
            let copy = scratch.join(format!("desk-{}", seat.number));
            match open(seat, copy).await {
                Ok(cache) => {
                    // What is written down to be erased is so at the next start.
                    cache.erase_purged().await?;
                    desks.push(AtDesk { number: seat.number, agent: seat.agent(), cache });
                }
                Err(error) => {
                    wrong.push(format!("desk {}'s file is sound: {error:#}", seat.number));
                }
            }
        }
        let ledger = self.ledger.lock().await;
        let scene = Scene { core, ledger: &ledger };
        wrong.extend(scene.check(&desks).await?);
        for desk in desks {
            desk.cache.close().await?;
        }
        let operations = ledger.operations.len() as u64;
        Ok(Found { wrong, operations, messages: messages(core).await? })
    }
}

impl World {
    /// Whether every page of a desk's database can be read. It does not run.
    pub(crate) async fn is_readable(&self, seat: &Seat) -> Result<bool> {
        let copy = self.root.join("look").join(format!("pages-{}", seat.number));
        let is = match open(seat, copy.clone()).await {
            Ok(cache) => {
                let is = cache.check().await.is_ok();
                // It may not be possible in good order.
                let _ = cache.close().await;
                is
            }
            Err(_) => false,
        };
        std::fs::remove_dir_all(copy)?;
        Ok(is)
    }

    /// What a desk has of its own, as it is read from a copy of its files. It does not run.
    pub(crate) async fn own(&self, seat: &Seat) -> Result<String> {
        let copy = self.root.join("look").join(format!("own-{}", seat.number));
        let cache = open(seat, copy.clone()).await?;
        let mut tx = cache.write(WritePriority::Agent).await?;
        let waiting = table::operation::waiting(&mut tx).await?;
        let needs = table::operation::needs_you(&mut tx).await?;
        let drafts = table::draft::open(&mut tx, DRAFTS_MAX).await?;
        let sync = table::sync::get(&mut tx).await?;
        tx.commit().await?;
        cache.close().await?;
        std::fs::remove_dir_all(copy)?;
        Ok(format!("{sync:?} {waiting:?} {needs:?} {drafts:?}"))
    }
}

async fn open(seat: &Seat, copy: PathBuf) -> Result<Cache> {
    disk::copy(seat.disk.folder(), &copy)?;
    let key = Key::new(seat.key()?);
    let tokeniser = holdfast_desk::sync::index::TOKENISER;
    let options = OpenOptions { agent: seat.agent(), create: false, tokeniser, probe: None };
    Ok(Cache::open(&seat.profile(&copy).database(), &key, options).await?)
}

async fn messages(core: &Core) -> Result<u64> {
    let mut tx = core.db.read().await?;
    let mut count = 0;
    for id in ticket::ids(&mut tx).await? {
        let thread = thread::whole(&mut tx, id).await?;
        let said = thread.iter().filter(|row| matches!(row, Row::Message(_) | Row::Note(_)));
        count += said.count() as u64;
    }
    Ok(count)
}
