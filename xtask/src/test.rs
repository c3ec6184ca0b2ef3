//! `cargo xtask test`: everything that must hold, in one command, cheapest first.
//!
//! Says what it will do, does it step by step, stops at the first step that fails, and always ends
//! with a summary. What is missing (a display, a keyring, an input method) fails; nothing skips.
//! `--fast` is the inner loop: no journeys, worlds, browser or window.

mod closing;
mod units;

pub mod build;
pub mod stage;

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Result, bail, ensure};

use crate::{npm, root, say, setup, shell, simulate, tidy};

#[derive(clap::Args)]
pub struct Options {
    /// Style, lints, limits, unit tests and the UI's own checks only
    #[arg(long)]
    pub fast: bool,
}

/// What earlier steps leave for later ones.
struct Ground {
    fast: bool,
    binaries: Vec<build::TestBinary>,
}

struct Step {
    name: &'static str,
    what: &'static str,
    fast: bool,
    run: Run,
}

struct Report {
    name: &'static str,
    took: Duration,
    closing: Vec<String>,
    failed: bool,
}

const STEPS: [Step; 13] = [
    always("setup", "Node, system packages", prepare),
    always("npm", "the UI's packages as locked", |_| npm::install()),
    always("fmt", "cargo fmt --check", |_| fmt()),
    always("tidy", "rooms, lengths, words, banned calls", |_| tidy::check()),
    always("ui check", "svelte-check, biome, vitest", |_| npm::check()),
    always("ui build", "ui/dist, embedded by the app", |_| npm::build()),
    always("clippy", "all targets, warnings are errors", |_| clippy()),
    always("build", "all binaries and tests, one feature set", compile),
    always("units", "unit tests and journeys (--fast: no journeys)", units),
    in_full("doc tests", "examples in the documentation", |_| doc_tests()),
    in_full("worlds", "500 simulated worlds in which everything breaks", |_| simulate::tested()),
    in_full("browser", "the real UI in Chromium", |_| browser()),
    in_full("window", "the real window, its keyring, input methods", window),
];

type Run = fn(&mut Ground) -> Result<Vec<String>>;

const fn always(name: &'static str, what: &'static str, run: Run) -> Step {
    Step { name, what, fast: true, run }
}

const fn in_full(name: &'static str, what: &'static str, run: Run) -> Step {
    Step { name, what, fast: false, run }
}

/// Run the plan.
pub fn test(options: &Options) -> Result<()> {
    let steps: Vec<&Step> = STEPS.iter().filter(|step| step.fast || !options.fast).collect();
    say::line("The plan:");
    for (at, step) in steps.iter().enumerate() {
        say::line(&format!("  {:>2}. {:<10} {}", at + 1, step.name, step.what));
    }
    let begun = Instant::now();
    let mut ground = Ground { fast: options.fast, binaries: Vec::new() };
    let (reports, failure) = walk(&steps, &mut ground);
    summarise(&reports, steps.len(), begun.elapsed());
    match failure {
        None => Ok(()),
        Some(error) => Err(error),
    }
}

fn walk(steps: &[&Step], ground: &mut Ground) -> (Vec<Report>, Option<anyhow::Error>) {
    let mut reports = Vec::new();
    for (at, step) in steps.iter().enumerate() {
        say::line("");
        say::begin(&format!("[{}/{}] {}: {}", at + 1, steps.len(), step.name, step.what));
        let begun = Instant::now();
        let outcome = (step.run)(ground);
        let took = begun.elapsed();
        let failed = outcome.is_err();
        let (closing, error) = match outcome {
            Ok(lines) => (closing::lines(&lines), None),
            Err(error) => (vec![error.to_string()], Some(error)),
        };
        say::done(&format!("{} {}", step.name, if failed { "FAILED" } else { "ok" }), took);
        reports.push(Report { name: step.name, took, closing, failed });
        if let Some(error) = error {
            return (reports, Some(error.context(format!("the step `{}` failed", step.name))));
        }
    }
    (reports, None)
}

fn summarise(reports: &[Report], planned: usize, took: Duration) {
    say::line("\nSummary");
    for report in reports {
        let mark = if report.failed { "FAILED" } else { "ok" };
        say::line(&format!("  {mark:<6} {:<10} {:>12}", report.name, say::duration(report.took)));
        for line in &report.closing {
            say::line(&format!("           {line}"));
        }
    }
    let good = reports.iter().filter(|report| !report.failed).count();
    say::line(&format!("{good} of {planned} steps passed in {}", say::duration(took)));
}

fn prepare(ground: &mut Ground) -> Result<Vec<String>> {
    if ground.fast {
        return setup::ensure(&[setup::Group::Build]);
    }
    setup::ensure(&[setup::Group::Build, setup::Group::Test])
}

fn fmt() -> Result<Vec<String>> {
    shell::tee(build::cargo().args(["fmt", "--all", "--check"]))
}

fn clippy() -> Result<Vec<String>> {
    let mut command = build::cargo();
    command.arg("clippy").args(build::EVERYTHING).args(["--", "-D", "warnings"]);
    shell::tee(&mut command)
}

fn compile(ground: &mut Ground) -> Result<Vec<String>> {
    ground.binaries = build::everything()?;
    Ok(vec![format!("{} test binaries", ground.binaries.len())])
}

/// Everything but the window's tests; in the inner loop the journeys wait, too.
fn units(ground: &mut Ground) -> Result<Vec<String>> {
    let later: &[&str] =
        if ground.fast { &[build::WINDOW_TESTS, build::JOURNEYS] } else { &[build::WINDOW_TESTS] };
    units::run(&ground.binaries, later)
}

fn doc_tests() -> Result<Vec<String>> {
    shell::tee(build::cargo().args(["test", "--doc"]).args(build::WORKSPACE))
}

fn browser() -> Result<Vec<String>> {
    ensure!(shell::find("chromium").is_some(), "Chromium is missing: cargo xtask setup --tests");
    shell::tee(npm::node("tests/ui/run.mjs").env("HOLDFAST_BIN_DIR", root::debug()))
}

fn window(ground: &mut Ground) -> Result<Vec<String>> {
    let tests: Vec<_> =
        ground.binaries.iter().filter(|binary| binary.package == build::WINDOW_TESTS).collect();
    if tests.is_empty() {
        bail!("no tests of the real window were built");
    }
    let mut lines = Vec::new();
    for binary in tests {
        // Each test sets its own stage: display, bus, keyring, input method.
        let mut command = Command::new(&binary.executable);
        command
            .arg("--test-threads=1")
            .current_dir(&binary.folder)
            .env("CARGO_MANIFEST_DIR", &binary.folder)
            .env("HOLDFAST_BIN_DIR", root::debug());
        lines.extend(shell::tee(&mut command)?);
    }
    closing::some_ran(&lines)?;
    Ok(lines)
}
