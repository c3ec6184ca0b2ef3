//! Look: what is asked of everybody's databases, at any moment and at the end.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use holdfast_cache::{Cache, Key, OpenOptions};
use holdfast_desk::clock::Clock;
use holdfast_desk::profile::Profile;
use holdfast_server::load::key;

use super::World;
use crate::desk::SERVER;
use crate::property::{AtDesk, Scene, always};

impl World {
    /// What the server has, and what people were told.
    pub(super) fn scene(&self) -> Result<Scene<'_>> {
        let server = self.host.running.as_ref().context("the server lives")?;
        Ok(Scene { core: &server.core, ledger: &self.ledger })
    }

    /// Everybody goes home, and everything is looked at.
    pub(super) async fn look_at_all(&mut self) -> Result<()> {
        let mut desks = Vec::new();
        for number in 0..self.seats.len() {
            let Some(station) = self.seats[number].running.take() else { continue };
            station.end().await;
            let folder = self.seats[number].folder.clone();
            if let Some(cache) = self.open(number, &folder).await? {
                desks.push(AtDesk { number, agent: key::agent(&self.seats[number].name), cache });
            }
        }
        let wrong = self.scene()?.check(&desks).await?;
        for desk in desks {
            desk.cache.close().await?;
        }
        for one in wrong {
            self.violated(one);
        }
        Ok(())
    }

    /// What is at a desk right now, in a copy, as a kill would leave it.
    pub(super) async fn look_at(&mut self, number: usize) -> Result<()> {
        if self.seats[number].running.is_none() || self.seats[number].is_damaged {
            return Ok(());
        }
        let copy = self.fresh_folder("look");
        crate::disk::copy(&self.seats[number].folder, &copy)?;
        let seat = &self.seats[number];
        let agent = key::agent(&seat.name);
        // What is played with the time of a wrong clock is played with another a moment later.
        let now = self.forecasts_are_certain.then(|| seat.wall.now());
        let server = self.host.running.as_ref();
        let server = server.map(|server| (server.core.epoch, server.core.head()));
        if let Some(cache) = self.open(number, &copy).await? {
            let wrong = always::check(&cache, agent, now, server).await?;
            cache.close().await?;
            for one in wrong {
                self.violated(format!("{one} (desk {number})"));
            }
        }
        Ok(std::fs::remove_dir_all(copy)?)
    }

    /// Where a desk's files are.
    pub(super) fn files_of(&self, number: usize) -> PathBuf {
        let seat = &self.seats[number];
        let database = Profile::of(&seat.folder, SERVER, &seat.login).database();
        database.parent().map_or(database.clone(), Path::to_owned)
    }

    /// Whether every page of a desk's database can be read. It does not run.
    pub(super) async fn is_readable(&mut self, number: usize) -> Result<bool> {
        let copy = self.fresh_folder("pages");
        crate::disk::copy(&self.seats[number].folder, &copy)?;
        let is = match self.open(number, &copy).await {
            Ok(Some(cache)) => {
                let is = cache.check().await.is_ok();
                // It may not be possible in good order.
                let _ = cache.close().await;
                is
            }
            Ok(None) => true,
            Err(_) => false,
        };
        std::fs::remove_dir_all(copy)?;
        Ok(is)
    }

    /// A desk's database in a folder; `None` if nobody is signed in there.
    pub(super) async fn open(&self, number: usize, folder: &Path) -> Result<Option<Cache>> {
        let seat = &self.seats[number];
        let profile = Profile::of(folder, SERVER, &seat.login);
        let Some(key) = seat.keys.of(&profile.id) else { return Ok(None) };
        let tokeniser = holdfast_desk::sync::index::TOKENISER;
        let agent = key::agent(&seat.name);
        let options = OpenOptions { agent, create: false, tokeniser, probe: None };
        Ok(Some(Cache::open(&profile.database(), &Key::new(key), options).await?))
    }
}
