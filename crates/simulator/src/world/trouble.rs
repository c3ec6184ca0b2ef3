//! Trouble: what breaks, and customers, who do not wait for it to be mended.

use std::sync::Arc;

use anyhow::Result;
use holdfast_desk::sync::wire::{Method, Request};
use holdfast_server::load::key;
use holdfast_server::store::ticket;
use serde_json::{Value, json};

use super::{Event, World};
use crate::chance::Chance;
use crate::damage::Damage;
use crate::disk::{End, Strike};
use crate::plan::{DAY_US, Line, Step};
use crate::server::{CHANNEL, Said};

/// A desk that dies at a step of a commit does so within this, microseconds, or at its end.
const STRIKE_WITHIN_US: i64 = 600_000_000;

impl World {
    pub(super) async fn trouble(&mut self, step: Step) -> Result<()> {
        match step {
            Step::Line { desk, line, for_us } => {
                let kind = if for_us < DAY_US { "line" } else { "alone for days" };
                self.journal.fault(kind);
                self.set_line(desk, line);
                self.later(for_us, Event::Line(desk, Line::Up));
            }
            Step::DeskDies { desk, strike, at_step, away_us } => {
                self.desk_dies(desk, strike, at_step)?;
                self.later(away_us + STRIKE_WITHIN_US * i64::from(at_step), Event::StartDesk(desk));
            }
            Step::DeskQuits { desk, away_us } => {
                self.close(desk).await;
                self.later(away_us, Event::StartDesk(desk));
            }
            Step::ServerDies { strike, at_step, away_us } => {
                self.server_dies(strike, at_step)?;
                self.later(away_us + STRIKE_WITHIN_US * i64::from(at_step), Event::StartServer);
            }
            Step::FullDisk { desk, for_us } => self.full_disk(desk, for_us),
            Step::Clock { desk, wrong_by_us } => self.set_clock(desk, wrong_by_us),
            Step::Rights { pick } => self.rights(pick).await?,
            Step::Role { who, is_lowered } => self.role(who, is_lowered).await?,
            Step::BackUp => self.back_up().await?,
            Step::Disable { pick, for_us } => self.disable(pick, for_us).await,
            Step::Restore { away_us } => self.lose_server(away_us).await?,
            Step::Fork { desk } => self.fork(desk).await?,
            Step::Damage { desk, damage, pick, away_us } => {
                self.damage(desk, damage, pick).await?;
                self.later(away_us, Event::StartDesk(desk));
            }
            Step::Age { age, for_us } => self.age(age, for_us).await?,
            Step::Off { for_us } => self.switch_off(for_us).await,
            Step::Deed { .. } | Step::Customer { .. } => {}
        }
        Ok(())
    }

    /// Somebody closes the window.
    pub(super) async fn close(&mut self, desk: usize) {
        if let Some(station) = self.seats[desk].running.take() {
            self.say(format!("desk {desk} is closed"));
            station.end().await;
        }
    }

    /// One of a desk's files at a time: what was written stands in two. What an earlier damage took
    /// of one is there again once the desk was started.
    async fn damage(&mut self, desk: usize, damage: Damage, pick: u64) -> Result<()> {
        if self.seats[desk].is_damaged {
            self.close(desk).await;
            self.show_damage(desk).await?;
            self.start_desk(desk).await?;
        }
        if let (Damage::LogCut | Damage::LogGarbled, Some(station)) =
            (damage, &self.seats[desk].running)
        {
            // Whoever is closed in good order leaves no log.
            station.doom.strike_now(End::Kill)?;
            self.bury().await?;
        }
        self.close(desk).await;
        let files = self.files_of(desk);
        if damage.strike(&files, &mut Chance::new(pick, "damage"))? {
            self.seats[desk].is_damaged = true;
            self.journal.fault(damage.kind());
            self.say(format!("desk {desk} is damaged: {damage:?}"));
        }
        Ok(())
    }

    /// A flipped page that nobody has read yet is no fault of anybody's, and cannot be compared: it
    /// is made so that it must be met. The desk does not run.
    pub(super) async fn show_damage(&mut self, desk: usize) -> Result<()> {
        if !std::mem::take(&mut self.seats[desk].is_damaged) || self.is_readable(desk).await? {
            return Ok(());
        }
        self.say(format!("desk {desk}: damage that nobody had met"));
        Damage::show(&self.files_of(desk))?;
        self.start_desk(desk).await?;
        self.close(desk).await;
        Ok(())
    }

    fn desk_dies(&mut self, desk: usize, strike: Strike, at_step: bool) -> Result<()> {
        let Some(station) = &self.seats[desk].running else { return Ok(()) };
        if at_step {
            station.doom.prepare(strike);
        } else {
            station.doom.strike_now(strike.end)?;
        }
        self.say(format!("desk {desk} is doomed: {strike:?}, at a step: {at_step}"));
        Ok(())
    }

    fn server_dies(&mut self, strike: Strike, at_step: bool) -> Result<()> {
        let Some(server) = &self.host.running else { return Ok(()) };
        if at_step {
            server.doom.prepare(strike);
        } else {
            server.doom.strike_now(strike.end)?;
        }
        self.say(format!("the server is doomed: {strike:?}, at a step: {at_step}"));
        Ok(())
    }

    /// Takes away whoever was struck; what is left of them is where they will be started again.
    pub(super) async fn bury(&mut self) -> Result<bool> {
        let mut any = false;
        for desk in 0..self.seats.len() {
            let struck = self.seats[desk].running.as_ref().and_then(|it| it.doom.struck());
            let Some(end) = struck else { continue };
            let seat = &mut self.seats[desk];
            let Some(station) = seat.running.take() else { continue };
            let left = station.doom.left();
            let before = std::mem::replace(&mut seat.folder, left);
            station.end().await;
            let _ = std::fs::remove_dir_all(before);
            self.journal.fault(if end == End::Kill { "desk killed" } else { "desk without power" });
            self.say(format!("desk {desk} is dead: {end:?}"));
            self.later(30_000_000, Event::StartDesk(desk));
            any = true;
        }
        let struck = self.host.running.as_ref().and_then(|server| server.doom.struck());
        if let Some(end) = struck
            && let Some(server) = self.host.running.take()
        {
            let left = server.doom.left();
            let before = std::mem::replace(&mut self.host.folder, left);
            server.end().await;
            let _ = std::fs::remove_dir_all(before);
            match end {
                End::Kill => self.cut(|_| true),
                End::Power => self.let_hang(),
            }
            self.journal.fault(if end == End::Kill {
                "server killed"
            } else {
                "server without power"
            });
            self.say(format!("the server is dead: {end:?}"));
            self.later(30_000_000, Event::StartServer);
            any = true;
        }
        Ok(any)
    }

    fn full_disk(&mut self, desk: Option<usize>, for_us: i64) {
        self.journal.fault("disk full");
        self.set_full(desk, true);
        self.later(for_us, Event::Room(desk));
    }

    pub(super) fn room(&mut self, desk: Option<usize>) {
        self.set_full(desk, false);
    }

    fn set_full(&mut self, desk: Option<usize>, is_full: bool) {
        match desk {
            Some(desk) => {
                if let Some(station) = &self.seats[desk].running {
                    station.doom.set_full(is_full);
                }
            }
            None => {
                if let Some(server) = &self.host.running {
                    server.doom.set_full(is_full);
                }
            }
        }
        self.say(format!("the disk of {desk:?} is full: {is_full}"));
    }

    fn set_clock(&mut self, desk: Option<usize>, wrong_by_us: i64) {
        self.journal.fault("clock set");
        self.forecasts_are_certain = false;
        match desk {
            Some(desk) => self.seats[desk].wall.set_wrong_by(wrong_by_us),
            None => self.host.wall.set_wrong_by(wrong_by_us),
        }
        self.say(format!("the clock of {desk:?} is wrong by {} s", wrong_by_us / 1_000_000));
    }

    async fn switch_off(&mut self, for_us: i64) {
        self.say("everything is switched off");
        self.off_until_us = self.time.now_us() + for_us;
        for desk in 0..self.seats.len() {
            if let Some(station) = self.seats[desk].running.take() {
                station.end().await;
            }
            self.later(for_us, Event::StartDesk(desk));
        }
        if let Some(server) = self.host.running.take() {
            server.end().await;
        }
        self.later(for_us, Event::StartServer);
        self.cut(|_| true);
        self.journal.fault("days switched off");
    }

    /// A desk's disk is copied to another computer, and both are used.
    async fn fork(&mut self, desk: usize) -> Result<()> {
        if self.copied.is_some() {
            return Ok(());
        }
        let folder = self.fresh_folder("desk");
        crate::disk::copy(&self.seats[desk].folder, &folder)?;
        let (name, keys) = (self.seats[desk].name.clone(), self.seats[desk].keys.copied());
        let copy = self.add_seat(&name, folder, keys);
        self.seats[copy].is_damaged = self.seats[desk].is_damaged;
        self.seats[copy].newer_by = self.seats[desk].newer_by;
        self.ledger.copied(desk);
        self.copied = Some((desk, copy));
        self.journal.fault("desk copied");
        self.say(format!("desk {desk} is copied: desk {copy}"));
        self.start_desk(copy).await
    }

    /// A customer writes on a ticket of theirs, or begins one; not over any desk's line.
    pub(super) async fn customer_writes(&mut self, pick: u64) -> Result<()> {
        let Some(server) = &self.host.running else { return Ok(()) };
        let (contact, about) =
            if pick.is_multiple_of(3) { ("zoe", "far") } else { ("ana", "mine") };
        let number = self.ledger.customers.len() as u64 + (pick >> 32) * 1000;
        let word = format!("customer{number}x");
        let ids = {
            let mut tx = server.core.db.read().await?;
            ticket::ids(&mut tx).await?
        };
        let about = match pick % 4 {
            0 => Value::Null,
            1 => json!(key::id("ticket", about)),
            _ => json!(ids.get(usize::try_from((pick >> 8) % ids.len() as u64).unwrap_or(0))),
        };
        let body = json!({
            "external_id": word, "contact": key::contact(contact), "ticket": about,
            "subject": "It is slow", "text": format!("{word} it is slow"),
        });
        let mut request = Request::new(Method::POST, "/v1/intake", std::time::Duration::MAX);
        request.token = Some(CHANNEL.1.to_owned());
        let heard = Arc::clone(&server.heard);
        server.bring(0, &request.json(&body));
        self.quiet.wait().await?;
        let mut status = 0;
        heard.lock().expect("nobody panics while it is held").retain(|(call, said)| {
            if let (0, Said::Whole { status: said, .. }) = (call, said) {
                status = *said;
            }
            *call != 0
        });
        let head = self.host.running.as_ref().map_or(0, |server| server.core.head());
        if status == 200 {
            self.ledger.customers.insert(word.clone(), head);
        }
        self.say(format!("{contact} writes {word}: {status}"));
        Ok(())
    }
}
