//! Story: one world from beginning to end, and a failure cut short: steps are left out as long as
//! the same thing still goes wrong.

use std::collections::BTreeMap;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use anyhow::Result;
use futures_util::FutureExt;

use crate::plan::Plan;
use crate::quiet::Quiet;
use crate::template::{self, Template};
use crate::time::BEGUN_US;
use crate::world::World;

/// What came of a world.
#[derive(Clone, Debug, Default)]
pub struct Told {
    /// Whose.
    pub seed: u64,
    /// Of everything that happened.
    pub hash: String,
    /// Simulated time, microseconds.
    pub lasted_us: i64,
    /// Commands at windows.
    pub deeds: u64,
    /// Operations that agents were told are saved.
    pub operations: u64,
    /// What broke, by kind.
    pub faults: BTreeMap<&'static str, u64>,
    /// What turned out to be untrue.
    pub violations: Vec<String>,
    /// What happened, if it was kept.
    pub lines: Vec<String>,
}

/// Lives through a plan.
pub fn tell(plan: &Plan, template: &Arc<Template>, keeps: bool) -> Result<Told> {
    let folder = template::folder()?;
    let (quiet, runtime) = Quiet::runtime()?;
    let told = runtime.block_on(async {
        let mut world = World::new(quiet, folder.path().to_owned(), plan.seed, keeps);
        let lived = AssertUnwindSafe(world.live(plan, template)).catch_unwind().await;
        match lived {
            Ok(Ok(())) => {}
            Ok(Err(error)) => world.violated(format!("the world goes on: {error:#}")),
            Err(_) => world.violated("nobody panics"),
        }
        let lasted_us = world.time.now_us() - BEGUN_US;
        let operations = world.ledger.operations.len() as u64;
        let (journal, violations) = world.end().await;
        Told {
            seed: plan.seed,
            hash: journal.hash(),
            lasted_us,
            deeds: journal.deeds,
            operations,
            faults: journal.faults.clone(),
            violations,
            lines: journal.lines().to_vec(),
        }
    });
    Ok(told)
}

/// The kind of a violation: what it says before the particulars.
fn kind(violation: &str) -> &str {
    violation.split(':').next().unwrap_or_default()
}

/// The shortest plan found in so many tries that still goes wrong in the same way.
pub fn cut(plan: &Plan, template: &Arc<Template>, tries: u32) -> Result<Plan> {
    let first = tell(plan, template, false)?;
    let Some(wanted) = first.violations.first().map(|one| kind(one).to_owned()) else {
        return Ok(plan.clone());
    };
    let mut shortest = plan.clone();
    let (mut left, mut size) = (tries, shortest.steps.len().div_ceil(2));
    while size > 0 && left > 0 {
        let mut at = 0;
        while at < shortest.steps.len() && left > 0 {
            let mut tried = shortest.clone();
            tried.steps.drain(at..(at + size).min(shortest.steps.len()));
            left -= 1;
            let told = tell(&tried, template, false)?;
            if told.violations.iter().any(|one| kind(one) == wanted) {
                shortest = tried;
            } else {
                at += size;
            }
        }
        size = if size == 1 { 0 } else { size.div_ceil(2) };
    }
    Ok(shortest)
}
