//! `cargo xtask simulate`: thousands of simulated worlds, each from its seed, and what came of
//! them. The program is crates/simulator; it is built with the profile `worlds`, since a world that
//! is ten times as fast is ten times as many.

use std::path::PathBuf;

use anyhow::Result;

use crate::shell;
use crate::test::build::cargo;

#[derive(clap::Args)]
pub struct Options {
    /// How many worlds
    #[arg(long, default_value_t = 2_000)]
    seeds: u64,
    /// The first of them; alone, its whole story is told
    #[arg(long)]
    seed: Option<u64>,
    /// How many simulated hours each lasts; without it the seed says
    #[arg(long)]
    hours: Option<u32>,
    /// Where the figures are written
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Worlds of the test command.
const TESTED: u64 = 500;

/// Lives through worlds and prints what came of them.
pub fn simulate(options: &Options) -> Result<()> {
    let mut arguments = Vec::new();
    let mut add = |name: &str, value: String| arguments.extend([name.to_owned(), value]);
    match options.seed {
        Some(seed) => {
            add("--seed", seed.to_string());
            add("--seeds", "1".to_owned());
        }
        None => add("--seeds", options.seeds.to_string()),
    }
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

fn run(arguments: &[String]) -> Result<Vec<String>> {
    let mut command = cargo();
    command.args(["run", "--profile", "worlds", "-p", "holdfast-simulator", "--"]);
    shell::tee(command.args(arguments))
}
