//! Tortures for as long as is wanted, and prints what came of it; `cargo xtask torture` starts it.

use std::io::Write as _;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use clap::Parser;
use holdfast_torture::disk;
use holdfast_torture::look::Found;
use holdfast_torture::world::World;
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};

/// Tortures the real processes
#[derive(Parser)]
struct Flags {
    /// For how long
    #[arg(long, default_value_t = 1.0)]
    minutes: f64,
    /// Decides what breaks
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Where the figures are written
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Every round is told, and everything is kept
    #[arg(long)]
    verbose: bool,
}

/// Worlds that are kept for whoever wants to look.
const KEPT_MAX: usize = 3;

#[derive(Default)]
struct Sum {
    rounds: u64,
    operations: u64,
    messages: u64,
    /// Those of the chapter that goes on.
    chapter: u64,
    standing: (u64, u64),
    wrong: Vec<String>,
    kept: Vec<PathBuf>,
}

fn main() -> ExitCode {
    let flags = Flags::parse();
    match disk::enter().and_then(|()| torture(&flags)) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            writeln!(std::io::stderr(), "torture: {error:#}").ok();
            ExitCode::FAILURE
        }
    }
}

fn torture(flags: &Flags) -> Result<bool> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let root = tempfile::Builder::new().prefix("holdfast-torture-").tempdir()?;
    runtime.block_on(async {
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            done = all(flags, root.path()) => done,
            _ = tokio::signal::ctrl_c() => bail!("told to end"),
            _ = terminate.recv() => bail!("told to end"),
        }
    })
}

async fn all(flags: &Flags, root: &std::path::Path) -> Result<bool> {
    let begun = Instant::now();
    let mut world = World::new(root, flags.seed, true).await.context("the world does not begin")?;
    let lasts = Duration::from_secs_f64(flags.minutes * 60.0).saturating_sub(begun.elapsed());
    let mut sum = Sum::default();
    let lived = world.rounds(lasts, |world, found| sum.take(flags, world, found)).await;
    if let Err(error) = &lived {
        sum.wrong.push(format!("a round goes to its end: {error:#}"));
        sum.keep(flags, &world)?;
    }
    world.kill_all().await?;
    if flags.verbose && sum.kept.is_empty() {
        sum.keep(flags, &world)?;
    }
    sum.print(flags, &world, begun.elapsed())?;
    Ok(sum.wrong.is_empty())
}

impl Sum {
    fn take(&mut self, flags: &Flags, world: &World, found: &Found) -> Result<()> {
        if self.chapter != world.chapter {
            self.chapter = world.chapter;
            self.close();
        }
        self.rounds += 1;
        self.standing = (found.operations, found.messages);
        if flags.verbose {
            let mut out = std::io::stdout().lock();
            let kills = world.tally.of("kill: desk") + world.tally.of("kill: server");
            let (operations, messages) = self.standing;
            writeln!(
                out,
                "round {} (chapter {}): kills so far {kills}, operations {operations}, \
                 messages {messages}, wrong {}",
                world.rounds,
                world.chapter,
                found.wrong.len()
            )?;
        }
        if !found.wrong.is_empty() {
            let round = world.rounds;
            let told = found.wrong.iter().map(|one| format!("round {round}: {one}"));
            self.wrong.extend(told);
            self.keep(flags, world)?;
        }
        Ok(())
    }

    /// A chapter is over.
    fn close(&mut self) {
        let (operations, messages) = std::mem::take(&mut self.standing);
        self.operations += operations;
        self.messages += messages;
    }

    fn keep(&mut self, flags: &Flags, world: &World) -> Result<()> {
        if self.kept.len() == KEPT_MAX {
            return Ok(());
        }
        let name = format!("holdfast-torture-of-{}-round-{}", flags.seed, world.rounds);
        let folder = std::env::temp_dir().join(name);
        world.preserve(&folder)?;
        self.kept.push(folder);
        Ok(())
    }

    fn about(&self, begins: &[&str]) -> usize {
        let is = |one: &&String| begins.iter().any(|begin| one.contains(begin));
        self.wrong.iter().filter(is).count()
    }

    fn print(&mut self, flags: &Flags, world: &World, took: Duration) -> Result<()> {
        self.close();
        let lost = self.about(&[": nothing told is lost", ": nothing taken is lost"]);
        let doubled = self.about(&[": each message exists once"]);
        let other = self.wrong.len() - lost - doubled;
        let minutes = took.as_secs_f64() / 60.0;
        let counts = world.tally.all();
        let (desks, server) = (world.tally.of("kill: desk"), world.tally.of("kill: server"));
        let mut out = std::io::stdout().lock();
        writeln!(out, "torture of {minutes:.1} minutes, seed {}", flags.seed)?;
        writeln!(out, "rounds {}, chapters {}", self.rounds, world.chapter)?;
        writeln!(out, "kills: server {server}, desks {desks}")?;
        for (kind, count) in counts.iter().filter(|(kind, _)| !kind.starts_with("kill: ")) {
            writeln!(out, "  {kind}: {count}")?;
        }
        writeln!(out, "operations told {}, messages {}", self.operations, self.messages)?;
        for one in &self.wrong {
            writeln!(out, "  {}", one.chars().take(600).collect::<String>())?;
        }
        for folder in &self.kept {
            writeln!(out, "  kept in {}", folder.display())?;
        }
        writeln!(out, "lost {lost}, doubled {doubled}, other violations {other}")?;
        if let Some(path) = &flags.json {
            let figures = json!({
                "minutes": minutes, "seed": flags.seed, "rounds": self.rounds,
                "kills": { "server": server, "desks": desks }, "faults": counts,
                "operations": self.operations, "messages": self.messages,
                "lost": lost, "doubled": doubled, "other": other, "wrong": self.wrong,
            });
            std::fs::write(path, serde_json::to_vec_pretty(&figures)?)?;
        }
        Ok(())
    }
}
