//! Round: things break, everything is mended, all come to agree, and then everything is looked at.

use std::time::{Duration, Instant};

use anyhow::Result;
use futures_util::future::try_join_all;
use holdfast_simulator::damage::Damage;

use crate::look::Found;
use crate::people::SEATS;
use crate::plan::{Facts, Keeping, Plan};
use crate::world::World;

/// Rounds of a chapter.
pub const CHAPTER_ROUNDS: u64 = 20;

impl World {
    /// A round as the seed has it.
    pub async fn round(&mut self) -> Result<Found> {
        self.rounds += 1;
        let facts = Facts {
            desks: self.seats.len(),
            is_copied: self.seats.len() > SEATS.len(),
            disks: self.disks,
        };
        let plan = Plan::of(self.seed, self.rounds, facts);
        self.live(&plan, async |_| Ok(())).await
    }

    /// A round by a plan. `tampers` does something to the files before they are looked at.
    pub async fn live(
        &mut self,
        plan: &Plan,
        tampers: impl AsyncFnOnce(&Self) -> Result<()>,
    ) -> Result<Found> {
        if let Some(of) = plan.copies_desk {
            self.copy_desk(of)?;
        }
        self.say(&format!("begins: {plan:?}"));
        let mut wrong = self.break_things(plan).await?;
        self.say("everything is mended");
        wrong.extend(self.mend(plan).await?);
        self.say(&format!("agreed; wrong: {wrong:?}"));
        if !wrong.is_empty() {
            self.kill_all().await?;
            return Ok(Found { wrong, ..Found::default() });
        }
        let loses_disk = plan.keeping == Keeping::LosesDisk;
        if loses_disk || plan.breaks_files() || plan.ends_copy {
            self.make_safe().await?;
        }
        if !plan.ends_well {
            self.kill_all().await?;
        } else if let Err(error) = self.end_all().await {
            wrong.push(format!("whoever is asked to end does: {error:#}"));
            self.kill_all().await?;
        }
        if plan.breaks_files() && self.show_damage().await? {
            wrong.extend(self.mend(plan).await?);
            self.end_all().await?;
        }
        tampers(self).await?;
        self.say("nothing runs");
        let found = self.look().await?;
        self.say(&format!("looked at: {:?}", found.wrong));
        wrong.extend(found.wrong);
        if plan.ends_copy {
            self.end_copy().await?;
        }
        Ok(Found { wrong, ..found })
    }

    /// A flipped page that nobody has read yet is no fault of anybody's, and cannot be compared: it
    /// is made so that it must be met. Nothing runs. Whether there was one.
    async fn show_damage(&self) -> Result<bool> {
        let mut any = false;
        for seat in &self.seats {
            if !self.is_readable(seat).await? {
                Damage::show(&seat.files()?)?;
                self.tally.add("desk: damage that nobody had met");
                any = true;
            }
        }
        Ok(any)
    }

    async fn break_things(&self, plan: &Plan) -> Result<Vec<String>> {
        for proxy in &self.proxies {
            proxy.set_weather(plan.weather);
        }
        let ends = Instant::now() + plan.lasts;
        let loses_disk = plan.keeping == Keeping::LosesDisk;
        if plan.server.is_empty() {
            self.server.must_start().await?;
        }
        let lives = self.seats.iter().enumerate().map(async |(n, seat)| {
            let lives = plan.desks.get(n).map(Vec::as_slice).unwrap_or_default();
            if lives.is_empty() {
                seat.must_open().await?;
            }
            self.desk_lives(seat, lives, ends).await
        });
        let (desks, server, ..) = tokio::try_join!(
            try_join_all(lives),
            self.server_lives(&plan.server, loses_disk, ends),
            self.work(ends),
            self.keep(plan),
            async {
                self.turn_wires(&plan.turns, ends).await;
                Ok(())
            },
        )?;
        let mut wrong: Vec<String> = desks.into_iter().flatten().collect();
        wrong.extend(server);
        Ok(wrong)
    }

    /// Rounds until the time is over; each result is told.
    pub async fn rounds(
        &mut self,
        lasts: Duration,
        mut told: impl FnMut(&Self, &Found) -> Result<()>,
    ) -> Result<()> {
        let ends = Instant::now() + lasts;
        while Instant::now() < ends {
            self.begin_chapter().await?;
            for _ in 0..CHAPTER_ROUNDS {
                if Instant::now() >= ends {
                    break;
                }
                let found = self.round().await?;
                told(self, &found)?;
                if !found.wrong.is_empty() {
                    break;
                }
            }
        }
        Ok(())
    }
}
