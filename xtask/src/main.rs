//! What a developer of Holdfast types: `cargo xtask run`, `cargo xtask test`, and the smaller
//! commands those two are made of.
//!
//! One module per command. This is a composition root: it may ask for the time and for randomness.
//! Deliberately absent: any rule of the business, and anything that only a package manager or
//! cargo itself should know.

mod audit;
mod bench;
mod dist;
mod fuzz;
mod mutate;
mod npm;
mod reliability;
mod root;
mod run;
mod say;
mod setup;
mod shell;
mod shots;
mod simulate;
mod stamp;
mod test;
mod tidy;
mod torture;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Build, run and check Holdfast")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build everything and open Holdfast on the sample desk
    Run(run::Options),
    /// Check everything: style, rooms, units, journeys, browser, real window
    Test(test::Options),
    /// Install what this machine lacks to build (and with --tests, to test)
    Setup(setup::Options),
    /// Hold the limits that no compiler holds
    Tidy,
    /// Write a picture of each screen to target/shots/
    Shots(shots::Options),
    /// Measure what an agent would feel, for release, and write the figures to a file
    Bench(bench::Options),
    /// Attack what reads what others wrote, for as long as asked, guided by coverage
    Fuzz(fuzz::Options),
    /// Live through simulated worlds in which everything breaks
    Simulate(simulate::Options),
    /// Make deliberate mistakes, and live through worlds until each is found out
    Mutate(mutate::Options),
    /// Kill the real processes, break their disks and wires, and see that nothing is lost
    Torture(torture::Options),
    /// Write what was run, and how it went, into docs/reliability.md
    Reliability(reliability::Options),
    /// Make .deb and .rpm packages of desk and server under target/dist/
    Dist,
    /// Check licences, sources and unused dependencies, offline
    Audit(audit::Options),
}

fn main() -> ExitCode {
    if let Some(ended) = fuzz::as_compiler() {
        return ended;
    }
    let done = match Cli::parse().command {
        Command::Run(options) => run::run(&options),
        Command::Test(options) => test::test(&options),
        Command::Setup(options) => setup::setup(&options),
        Command::Tidy => tidy::tidy(),
        Command::Shots(options) => shots::shots(&options),
        Command::Bench(options) => bench::bench(&options),
        Command::Fuzz(options) => fuzz::fuzz(&options),
        Command::Simulate(options) => simulate::simulate(&options),
        Command::Mutate(options) => mutate::mutate(&options),
        Command::Torture(options) => torture::torture(&options),
        Command::Reliability(options) => reliability::reliability(&options),
        Command::Dist => dist::dist(),
        Command::Audit(options) => audit::audit(&options),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::error(&error);
            ExitCode::FAILURE
        }
    }
}
