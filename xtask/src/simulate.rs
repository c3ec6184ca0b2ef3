//! `cargo xtask simulate`: thousands of simulated worlds, each from its seed, and what came of
//! them. The program is crates/simulator; it is built with the profile `worlds`, since a world that
//! is ten times as fast is ten times as many.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::Result;

use crate::test::build::cargo;
use crate::{root, shell};

#[derive(clap::Args)]
pub struct Options {
    /// How many worlds; 2000 if neither this nor `--seed` is said
    #[arg(long)]
    seeds: Option<u64>,
    /// The first of them; without `--seeds` it is the only one, and its whole story is told
    #[arg(long)]
    seed: Option<u64>,
    /// How many simulated hours each lasts; without it the seed says
    #[arg(long)]
    hours: Option<u32>,
    /// Where the figures are written
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Worlds, if nobody says how many.
const USUAL: u64 = 2_000;
/// Worlds of the test command.
const TESTED: u64 = 500;

/// Lives through worlds and prints what came of them.
pub fn simulate(options: &Options) -> Result<()> {
    let mut arguments = Vec::new();
    let mut add = |name: &str, value: String| arguments.extend([name.to_owned(), value]);
    let seeds = options.seeds.unwrap_or(if options.seed.is_some() { 1 } else { USUAL });
    add("--seeds", seeds.to_string());
    add("--seed", options.seed.unwrap_or(0).to_string());
    if let Some(hours) = options.hours {
        add("--hours", hours.to_string());
    }
    if let Some(json) = &options.json {
        add("--json", std::path::absolute(json)?.display().to_string());
    }
    run(&arguments).map(drop)
}

/// The worlds of the test command; answers the last lines of what was said.
pub fn tested() -> Result<Vec<String>> {
    run(&["--seeds".to_owned(), TESTED.to_string()])
}

/// Starts the program of the worlds. Its threads hand each thing to another thread and wait for it:
/// where whoever is woken does not push aside whoever has woken it, a world takes an eighth less.
pub fn program(built: &Path) -> Command {
    let program = built.join("worlds").join(root::exe("holdfast-simulator"));
    let Some(chrt) = shell::find("chrt") else { return Command::new(program) };
    let mut command = Command::new(chrt);
    command.args(["--batch", "0"]).arg(program);
    command
}

fn run(arguments: &[String]) -> Result<Vec<String>> {
    let mut build = cargo();
    shell::run(build.args(["build", "--profile", "worlds", "-p", "holdfast-simulator"]))?;
    shell::tee(program(&root::target()).args(arguments))
}
