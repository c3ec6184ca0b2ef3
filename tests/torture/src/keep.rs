//! Keep: what goes on while things break: agents work, customers write, wires do what wires do, and
//! the server has a keeper.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use holdfast_server::core::Core;
use holdfast_server::{Config, Outside};
use holdfast_simulator::chance::Chance;
use holdfast_simulator::plan::{Plan as Deeds, Step};
use holdfast_simulator::property::Scene;
use holdfast_simulator::template::agent_line;
use holdfast_simulator::work::Work;
use std::sync::Arc;

use crate::people::{SEATS, TEAMS};
use crate::plan::{Keeping, Plan, Turn};
use crate::window::AtWindow;
use crate::world::World;

/// Hours of a simulated plan from which the deeds of a stretch are taken.
const STRETCH_H: u32 = 12;
/// While no desk is up, somebody looks again after this.
const LOOK_EVERY: Duration = Duration::from_millis(3);

impl World {
    /// People work until then.
    pub(crate) async fn work(&self, ends: Instant) -> Result<()> {
        let mut chance = Chance::new(self.seed, &format!("work {}", self.rounds));
        while Instant::now() < ends {
            for planned in Deeds::of(chance.number(), Some(STRETCH_H)).steps {
                if Instant::now() >= ends {
                    break;
                }
                match planned.step {
                    Step::Deed { deed, pick, .. } => self.deed(&mut chance, deed, pick).await?,
                    Step::Customer { pick } => self.customer(pick).await,
                    _ => {}
                }
            }
        }
        Ok(())
    }

    async fn deed(
        &self,
        chance: &mut Chance,
        deed: holdfast_simulator::plan::Deed,
        pick: u64,
    ) -> Result<()> {
        let up: Vec<_> = self.seats.iter().filter_map(|seat| Some((seat, seat.door()?))).collect();
        let Some((seat, door)) = chance.one(&up) else {
            tokio::time::sleep(LOOK_EVERY).await;
            return Ok(());
        };
        let mut ledger = self.ledger.lock().await;
        let mut window = AtWindow::new(door.clone());
        let mut work = Work { window: &mut window, ledger: &mut ledger, desk: seat.number, pick };
        let came = work.go(deed).await?;
        self.say(&format!("desk {} {deed:?}: {came}", seat.number));
        self.tally.add("deed");
        if window.unanswered > 0 {
            self.tally.add("deed cut short");
        }
        window.note(&mut ledger);
        Ok(())
    }

    async fn customer(&self, pick: u64) {
        let number = self.tally.of("customer tried");
        self.tally.add("customer tried");
        let mut ledger = self.ledger.lock().await;
        if self.server.hear_customer(&mut ledger, &format!("customer{number}x"), pick).await {
            self.tally.add("customer heard");
        }
    }

    /// Wires do what the plan says.
    pub(crate) async fn turn_wires(&self, turns: &[Turn], ends: Instant) {
        for turn in turns {
            let at = (Instant::now() + turn.after).min(ends);
            tokio::time::sleep_until(at.into()).await;
            let proxy = &self.proxies[turn.wire % self.proxies.len()];
            match turn.line {
                Some(line) => proxy.set_line(line),
                None => proxy.cut(),
            }
            self.tally.add("wire: line changed");
        }
    }

    /// The keeper of the server does what the plan says, while everything else goes on.
    pub(crate) async fn keep(&self, plan: &Plan) -> Result<()> {
        let done = match plan.keeping {
            Keeping::Copies => self.server.copy(self.chapter.is_multiple_of(2)).await,
            Keeping::Rights(pick) => self.change_rights(pick).await,
            Keeping::Nothing | Keeping::LosesDisk => return Ok(()),
        };
        // The server may be killed meanwhile, or its disk be full.
        let kind = match (plan.keeping, done.is_ok()) {
            (Keeping::Copies, true) => "keeper: copied",
            (Keeping::Copies, false) => "keeper: copy cut short",
            (_, true) => "keeper: rights changed",
            (_, false) => "keeper: rights cut short",
        };
        self.tally.add(kind);
        Ok(())
    }

    async fn change_rights(&self, pick: u64) -> Result<()> {
        let who = SEATS[usize::try_from(pick % 3).unwrap_or(0)];
        let teams = TEAMS[usize::try_from((pick >> 8) % TEAMS.len() as u64).unwrap_or(0)];
        let file = self.root.join("rights.ndjson");
        std::fs::write(&file, agent_line(who, "agent", teams, &[]))?;
        self.server.run(&["import", &file.to_string_lossy()]).await.map(drop)
    }

    /// The server's disk is lost; the last copy takes its place. It does not run.
    pub(crate) async fn lose_disk(&self) -> Result<()> {
        let mut ledger = self.ledger.lock().await;
        let core = Core::open(Config::local(self.server.data()), Outside::of_this_machine()).await;
        let core = Arc::new(core.context("what is about to be lost is sound")?);
        let scene = Scene { core: &core, ledger: &ledger };
        let answered = scene.answered_with_no().await;
        core.db.close().await;
        ledger.answered_with_no(&answered?);
        let reaches = self.server.lose_disk().await?;
        ledger.lost_after(reaches);
        self.tally.add("server: disk lost, restored");
        Ok(())
    }
}
