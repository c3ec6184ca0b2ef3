//! Holdfast's bench: what an agent would feel, measured through the commands that her window calls,
//! on a real server in a process of its own.
//!
//! `cargo xtask bench` builds for release, sets a stage for the window and runs this. Each part is
//! measured on fresh temporary folders; one that fails is named and the others go on.
//!
//! Deliberately absent: ways into desk or cache that the window has not, except for the rows that
//! the raw inserts take; and judging, beyond saying which aims are missed.

mod acting;
mod dice;
mod figure;
mod ground;
mod index;
mod memory;
mod propagation;
mod raw;
mod reading;
mod restore;
mod say;
mod series;
mod siege;
mod size;
mod snapshot;
mod spread;
mod station;
mod window;

use std::path::PathBuf;
use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::{Parser, ValueEnum};

use crate::figure::Figure;
use crate::series::Series;

/// Numbers of tickets at which commands are measured.
const SCALES: [u64; 3] = [1_000, 10_000, 100_000];
const QUICK_SCALES: [u64; 2] = [1_000, 5_000];
/// Starts of each window.
const ROUNDS: usize = 7;
const QUICK_ROUNDS: usize = 3;

#[derive(Parser)]
#[command(name = "holdfast-bench")]
struct Options {
    /// Where the figures are written, as a list of {id, value, unit, baseline, ratio}
    #[arg(long, value_name = "FILE")]
    json: PathBuf,
    /// The largest number of tickets instead of 100,000
    #[arg(long, value_name = "N", conflicts_with = "quick")]
    scale: Option<u64>,
    /// Small numbers and few rounds, for working on the bench itself
    #[arg(long)]
    quick: bool,
    /// These parts only
    #[arg(long, value_name = "PART", value_delimiter = ',')]
    only: Vec<Part>,
    /// Where packages are, if any were made
    #[arg(long, value_name = "DIR")]
    dist: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    /// Start and memory
    Window,
    /// Snapshot, index, reading and acting at each number of tickets
    Tickets,
    /// From desk to desk
    Propagation,
    /// Programs and packages
    Size,
    /// Thousands who stand before the server
    Siege,
    /// A lost disk of the server, at the largest number of tickets
    Restore,
}

impl Options {
    fn scales(&self) -> Vec<u64> {
        if self.quick {
            return QUICK_SCALES.to_vec();
        }
        let top = self.scale.unwrap_or(SCALES[2]);
        let below = SCALES.into_iter().filter(|scale| *scale < top);
        below.chain([top]).collect()
    }

    fn rounds(&self) -> usize {
        if self.quick { QUICK_ROUNDS } else { ROUNDS }
    }

    async fn run(&self, part: Part) -> Result<Vec<Figure>> {
        match part {
            Part::Window => window::measure(self.rounds()).await,
            Part::Tickets => tickets(&self.scales()).await,
            Part::Propagation => propagation::measure().await,
            Part::Siege => siege::measure().await,
            Part::Size => size::measure(self.dist.as_deref()),
            Part::Restore => {
                let tickets = self.scales().pop().context("at least one number of tickets")?;
                restore::measure(tickets).await
            }
        }
    }
}

#[tokio::main]
async fn main() -> ExitCode {
    let options = Options::parse();
    match run(&options).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            say::line(&format!("error: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

/// Whether every part was measured.
async fn run(options: &Options) -> Result<bool> {
    let (mut figures, mut whole) = (Vec::new(), true);
    for part in Part::value_variants() {
        if !options.only.is_empty() && !options.only.contains(part) {
            continue;
        }
        match options.run(*part).await {
            Ok(measured) => {
                say::line(&figure::table(&measured));
                figures.extend(measured);
            }
            Err(error) => {
                whole = false;
                say::line(&format!("NOT MEASURED: {part:?}: {error:#}"));
            }
        }
    }
    say::line(&figure::table(&figures));
    let text = serde_json::to_string_pretty(&figures).context("figures are plain data")?;
    std::fs::write(&options.json, text + "\n")
        .with_context(|| format!("cannot write {}", options.json.display()))?;
    Ok(whole)
}

/// What an agent may wait for, milliseconds.
fn aim_ms(id: &str) -> Option<f64> {
    match id.split('.').next().unwrap_or_default() {
        "ticket" | "page" => Some(2.0),
        "view" => (id != "view.counts").then_some(2.0),
        "search" => Some(20.0),
        "action" => Some(10.0),
        _ => None,
    }
}

async fn tickets(scales: &[u64]) -> Result<Vec<Figure>> {
    let (mut figures, mut series) = (Vec::new(), Series::default());
    for (at, scale) in scales.iter().enumerate() {
        let largest = at + 1 == scales.len();
        let server = ground::server(*scale).await?;
        let fetched = snapshot::fetch(&server).await?;
        let mut station = fetched.station;
        if largest {
            station = station.closed().await;
            let rows = raw::Rows::of(&station).await?;
            figures.extend(snapshot::speed(fetched.took, &rows, rows.insert().await?));
            drop(rows);
            figures.extend(snapshot::shared(&server, fetched.took).await?);
            station = station.reopen().await?;
            let active = index::active(&station).await?;
            figures.extend(index::fill(&station, &active).await?);
        }
        station.at_rest().await?;
        reading::measure(&station, *scale, &mut series).await?;
        acting::measure(&station, *scale, &mut series).await?;
        station.closed().await;
        if largest {
            figures.extend(snapshot::usable(&server).await?);
        }
    }
    figures.extend(series.figures(aim_ms));
    Ok(figures)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scales(arguments: &[&str]) -> Vec<u64> {
        let all = ["holdfast-bench", "--json", "x"].iter().chain(arguments);
        Options::parse_from(all).scales()
    }

    #[test]
    fn the_largest_number_of_tickets_is_measured_beside_the_smaller_ones() {
        assert_eq!(scales(&[]), [1_000, 10_000, 100_000]);
        assert_eq!(scales(&["--scale", "5000"]), [1_000, 5_000]);
        assert_eq!(scales(&["--scale", "500"]), [500]);
    }

    #[test]
    fn what_has_an_aim_is_held_to_it() {
        assert_eq!(aim_ms("search.rare"), Some(20.0));
        assert_eq!(aim_ms("view.counts"), None);
    }
}
