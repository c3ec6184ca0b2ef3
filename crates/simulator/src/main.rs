//! Lives through worlds, as many as are wanted, and prints what came of them; `cargo xtask
//! simulate` starts it.

use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::{Context, Result};
use clap::Parser;
use holdfast_simulator::plan::Plan;
use holdfast_simulator::story::{self, Told};
use holdfast_simulator::template::Template;
use serde_json::json;
use tracing_subscriber::EnvFilter;

/// A world allocates much and keeps little; this takes a tenth less of its time than the system's
/// allocator. It serves the C libraries, too.
#[global_allocator]
static MEMORY: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Lives through simulated worlds
#[derive(Parser)]
struct Flags {
    /// How many worlds
    #[arg(long, default_value_t = 500)]
    seeds: u64,
    /// The first of them; with `--seeds 1` its whole story is printed
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// How many simulated hours each lasts; without it, the seed says
    #[arg(long)]
    hours: Option<u32>,
    /// Write the figures there, as JSON
    #[arg(long)]
    json: Option<PathBuf>,
    /// Live through the plan in this file instead
    #[arg(long, value_name = "FILE", conflicts_with = "seeds")]
    plan: Option<PathBuf>,
    /// Write the plan of the one world there, or the shortest that goes wrong: tests keep it
    #[arg(long, value_name = "FILE")]
    keep: Option<PathBuf>,
    /// Stop at the first failure, and do not cut it short: for mutations
    #[arg(long)]
    until_failure: bool,
    /// Worlds at a time
    #[arg(long, default_value_t = 2)]
    threads: usize,
    /// Tries at cutting a failure short
    #[arg(long, default_value_t = 200)]
    tries: u32,
}

/// What came of all worlds.
#[derive(Default)]
struct Sum {
    worlds: u64,
    lasted_us: i64,
    deeds: u64,
    operations: u64,
    faults: BTreeMap<&'static str, u64>,
    failed: Vec<Told>,
}

impl Sum {
    fn add(&mut self, told: Told) {
        self.worlds += 1;
        self.lasted_us += told.lasted_us;
        self.deeds += told.deeds;
        self.operations += told.operations;
        for (kind, count) in &told.faults {
            *self.faults.entry(kind).or_default() += count;
        }
        if !told.violations.is_empty() {
            self.failed.push(told);
        }
    }
}

fn main() -> Result<ExitCode> {
    let flags = Flags::parse();
    let filter = EnvFilter::try_from_env("HOLDFAST_LOG").unwrap_or_else(|_| EnvFilter::new("off"));
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let template = Arc::new(Template::make().context("preparing the worlds")?);
    if flags.seeds == 1 || flags.plan.is_some() {
        return one(&flags, &template);
    }
    let begun = Instant::now();
    let sum = many(&flags, &template)?;
    let took_s = begun.elapsed().as_secs_f64();
    report(&flags, &sum, took_s)?;
    if let Some(first) = sum.failed.first()
        && !flags.until_failure
    {
        shorten(&flags, &Plan::of(first.seed, flags.hours), &template)?;
    }
    Ok(if sum.failed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn many(flags: &Flags, template: &Arc<Template>) -> Result<Sum> {
    let sum = Mutex::new(Sum::default());
    let next = AtomicU64::new(flags.seed);
    let end = flags.seed + flags.seeds;
    let work = |core: usize| -> Result<()> {
        stay_on(core);
        loop {
            let seed = next.fetch_add(1, Ordering::Relaxed);
            if seed >= end {
                return Ok(());
            }
            let told = story::tell(&Plan::of(seed, flags.hours), template, false)?;
            let failed = !told.violations.is_empty();
            sum.lock().unwrap_or_else(PoisonError::into_inner).add(told);
            if failed && flags.until_failure {
                next.store(end, Ordering::Relaxed);
            }
        }
    };
    let work = &work;
    std::thread::scope(|scope| {
        let threads: Vec<_> =
            (0..flags.threads.max(1)).map(|core| scope.spawn(move || work(core))).collect();
        for thread in threads {
            thread.join().map_err(|_| anyhow::anyhow!("a thread of worlds panicked"))??;
        }
        anyhow::Ok(())
    })?;
    Ok(sum.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// A world does one thing at a time: on one core its threads wake each other without waking another
/// core, which takes longer than what they have to say.
fn stay_on(core: usize) {
    #[cfg(target_os = "linux")]
    {
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        let mut set = rustix::thread::CpuSet::new();
        set.set(core % cores);
        // Where that is not allowed it only takes longer.
        let _ = rustix::thread::sched_setaffinity(None, &set);
    }
    #[cfg(not(target_os = "linux"))]
    let _ = core;
}

fn report(flags: &Flags, sum: &Sum, took_s: f64) -> Result<()> {
    let hours = sum.lasted_us / 3_600_000_000;
    let mut out = std::io::stdout().lock();
    writeln!(out, "worlds {}, simulated hours {hours}, in {took_s:.1} s", sum.worlds)?;
    writeln!(out, "commands {}, operations told {}", sum.deeds, sum.operations)?;
    for (kind, count) in &sum.faults {
        writeln!(out, "  {kind}: {count}")?;
    }
    writeln!(out, "violations: {}", sum.failed.len())?;
    for told in sum.failed.iter().take(20) {
        writeln!(out, "  seed {}: {}", told.seed, told.violations[0])?;
    }
    if let Some(path) = &flags.json {
        let failed: Vec<u64> = sum.failed.iter().map(|told| told.seed).collect();
        let wrong: Vec<&str> = sum.failed.iter().map(|told| told.violations[0].as_str()).collect();
        let figures = json!({
            "worlds": sum.worlds, "simulated_hours": hours, "took_s": took_s,
            "commands": sum.deeds, "operations": sum.operations, "faults": sum.faults,
            "violations": failed, "wrong": wrong,
        });
        std::fs::write(path, serde_json::to_vec_pretty(&figures)?)?;
    }
    Ok(())
}

fn one(flags: &Flags, template: &Arc<Template>) -> Result<ExitCode> {
    let plan = match &flags.plan {
        Some(file) => serde_json::from_slice(&std::fs::read(file)?).context("a plan, as JSON")?,
        None => Plan::of(flags.seed, flags.hours),
    };
    let told = story::tell(&plan, template, true)?;
    let mut out = std::io::stdout().lock();
    for line in &told.lines {
        writeln!(out, "{line}")?;
    }
    writeln!(out, "{}", told.hash)?;
    drop(out);
    if told.violations.is_empty() {
        keep(flags, &plan)?;
        return Ok(ExitCode::SUCCESS);
    }
    shorten(flags, &plan, template)?;
    Ok(ExitCode::FAILURE)
}

fn keep(flags: &Flags, plan: &Plan) -> Result<()> {
    match &flags.keep {
        Some(file) => Ok(std::fs::write(file, serde_json::to_vec(plan)?)?),
        None => Ok(()),
    }
}

fn shorten(flags: &Flags, plan: &Plan, template: &Arc<Template>) -> Result<()> {
    let short = story::cut(plan, template, flags.tries)?;
    keep(flags, &short)?;
    let told = story::tell(&short, template, true)?;
    let mut out = std::io::stdout().lock();
    writeln!(out, "seed {}, the shortest story, {} steps:", plan.seed, short.steps.len())?;
    for line in &told.lines {
        writeln!(out, "{line}")?;
    }
    for violation in &told.violations {
        writeln!(out, "{violation}")?;
    }
    Ok(())
}
