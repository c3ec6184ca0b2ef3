//! Mend: everything works again. Now all must come to agree, by themselves and in good time, and
//! nothing that anybody was told may turn out to be untrue.

use std::sync::Arc;

use anyhow::Result;
use holdfast_cache::{Cache, WritePriority, purge};
use holdfast_desk::clock::Clock as _;
use holdfast_domain::TicketId;
use serde_json::{Value, json};
use uuid::Uuid;

use super::age::UNKNOWN_MAX;
use super::{Event, World};
use crate::chance::Chance;
use crate::plan::{Line, SECOND_US, Weather};

/// Until everybody must have found out that everything works, microseconds.
const WITHIN_US: i64 = 45 * 60 * SECOND_US;
/// Between two looks.
const LOOK_US: i64 = 5 * SECOND_US;
/// All agree, and what is said behind everything has been said too: a comparison of digests.
const AFTERWARDS_US: i64 = 30 * SECOND_US;
/// Within this a desk that has come back compares what it has with the server, microseconds.
const COMPARED_US: i64 = 60 * SECOND_US;
/// Calls of a desk that has nothing to do, in that time.
const CALLS_MAX: u64 = 15;

impl World {
    pub(super) async fn mend(&mut self, forgets: Option<(usize, u64)>) -> Result<()> {
        self.say("everything is mended");
        self.queue.retain(|_, event| !matches!(event, Event::Line(..) | Event::Room(_)));
        self.air.weather =
            Weather { wire_gives_up: self.air.weather.wire_gives_up, ..Weather::fair() };
        self.host.wall.set_wrong_by(0);
        if let Some(server) = &self.host.running {
            server.doom.mend();
        } else {
            self.start_server().await?;
        }
        self.upgrade_all().await?;
        self.enable_all().await;
        for desk in 0..self.seats.len() {
            if self.seats[desk].is_damaged {
                self.close(desk).await;
                self.show_damage(desk).await?;
            }
            if self.seats[desk].line != Line::Up {
                self.set_line(desk, Line::Up);
            }
            if let Some(station) = &self.seats[desk].running {
                station.doom.mend();
            } else {
                self.start_desk(desk).await?;
            }
        }
        self.agree().await?;
        if let Some((desk, pick)) = forgets {
            self.forget(desk, pick).await?;
            self.until(self.time.now_us() + COMPARED_US).await?;
            self.agree().await?;
        }
        let called = self.called;
        self.until(self.time.now_us() + AFTERWARDS_US).await?;
        let (called, desks) = (self.called - called, self.seats.len() as u64);
        if called > CALLS_MAX * desks {
            self.violated(format!("it is calm when all is well: {called} calls in half a minute"));
        }
        for desk in 0..self.seats.len() {
            let times = self.seats[desk].unknown;
            if times > UNKNOWN_MAX {
                self.violated(format!(
                    "a server is told once what it does not know: {times} times"
                ));
            }
        }
        self.look_at_all().await
    }

    /// Waits until everybody has everything, if they come to have it.
    async fn agree(&mut self) -> Result<()> {
        let ends_us = self.time.now_us() + WITHIN_US;
        let mut left = vec!["nobody has looked".to_owned()];
        while !left.is_empty() && self.time.now_us() < ends_us {
            let look_us = self.time.now_us() + LOOK_US;
            self.put(look_us, Event::Passed);
            self.until(look_us).await?;
            left = self.not_yet().await?;
        }
        for line in left {
            self.violated(format!("no silent stall: {line}"));
        }
        Ok(())
    }

    /// A desk loses a ticket with all that stands on it, and knows nothing of it.
    async fn forget(&mut self, desk: usize, pick: u64) -> Result<()> {
        self.close(desk).await;
        let (folder, now) = (self.seats[desk].folder.clone(), self.seats[desk].wall.now());
        if let Some(cache) = self.open(desk, &folder).await? {
            let known = known(&cache).await?;
            if let Some(ticket) = Chance::new(pick, "ticket").one(&known).copied() {
                let mut tx = cache.write(WritePriority::Bulk).await?;
                purge::begin(&mut tx, ticket, 0, now).await?;
                while !purge::step(&mut tx, usize::MAX).await? {}
                tx.commit().await?;
                self.journal.fault("ticket forgotten");
                self.say(format!("desk {desk} knows nothing of {ticket}"));
            }
            cache.close().await?;
        }
        self.start_desk(desk).await
    }

    /// Who has not caught up yet, and why.
    async fn not_yet(&mut self) -> Result<Vec<String>> {
        let mut left = Vec::new();
        for desk in 0..self.seats.len() {
            let status = match self.command(desk, "status.get", json!({})).await? {
                Ok(status) => status,
                Err(said) => {
                    left.push(format!("desk {desk}: {said}"));
                    continue;
                }
            };
            let fine = status["connection"] == "synced"
                && status["fetching"].is_null()
                && status["saved"] == 0
                && status["sending"] == 0;
            if status["connection"] == "sign_in_needed" || status["trouble"] == "revoked" {
                self.sign_in(desk).await?;
            }
            if !fine {
                left.push(format!("desk {desk}: {}", short(&status)));
            }
        }
        Ok(left)
    }

    /// The agent types her password.
    pub async fn sign_in(&mut self, desk: usize) -> Result<()> {
        let seat = &self.seats[desk];
        let Some(station) = &seat.running else { return Ok(()) };
        let request = json!({
            "server": crate::desk::SERVER,
            "login": seat.login,
            "password": self.passwords.get(&seat.login),
            "passphrase": null,
        });
        let asked = Arc::clone(&station.desk);
        let task = tokio::spawn(async move { asked.call("session.sign_in", request).await });
        let mut goes = 0;
        self.settle().await?;
        while !task.is_finished() && goes < 20_000 {
            goes += 1;
            if self.is_signing_in(desk) && self.next(i64::MAX).await? {
                continue;
            }
            // Keys are stretched on another thread of this machine, in real time.
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
            self.settle().await?;
        }
        let came = match task.await {
            Ok(Ok(_)) => "signed in".to_owned(),
            Ok(Err(failure)) => format!("{:?}", failure.code),
            Err(error) => error.to_string(),
        };
        self.say(format!("desk {desk}: {came}"));
        Ok(())
    }

    /// Lets time pass until every desk has everything; for whoever prepares a world.
    pub async fn until_synced(&mut self) -> Result<()> {
        for _ in 0..1_000 {
            self.until(self.time.now_us() + SECOND_US).await?;
            if self.not_yet().await?.is_empty() {
                return Ok(());
            }
        }
        anyhow::bail!("the desks do not come to have everything")
    }
}

/// Tickets of a desk on which nobody writes.
async fn known(cache: &Cache) -> Result<Vec<TicketId>> {
    let mut db = cache.read().await?;
    let all: Vec<Vec<u8>> = sqlx::query_scalar(
        "SELECT id FROM ticket
         WHERE pending = 0
           AND NOT EXISTS (SELECT 1 FROM draft WHERE draft.ticket = ticket.id AND draft.open = 1)
         ORDER BY id",
    )
    .fetch_all(&mut *db)
    .await?;
    Ok(all.iter().filter_map(|id| Some(TicketId(Uuid::from_slice(id).ok()?))).collect())
}

fn short(status: &Value) -> String {
    let of = |name: &str| status[name].to_string();
    let names = ["connection", "fetching", "saved", "sending", "trouble"];
    names.map(|name| format!("{name} {}", of(name))).join(", ")
}
