//! `cargo xtask run`: Holdfast on the sample desk, from nothing to a window.
//!
//! Builds what is not fresh, starts the server on `.run/`, loads the sample once, and opens one
//! window per person, or serves the same UI to a browser where there is no display. Ctrl-C, or
//! closing the last window, stops everything it started; a server that dies stops nothing. Sample
//! people only: their passphrases stand in `.run/`, so that no keyring is needed to look around.
//! What was asked for wrongly is said before anything is built.

mod children;
mod display;
mod enter;
mod ground;
mod http;
mod people;
mod server;

use std::path::PathBuf;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};

use self::children::{Child, Children, Output};
use self::ground::{Ground, Sample};
use crate::{npm, root, say, setup, test};

/// How often running things are looked at.
const LOOK_EVERY: Duration = Duration::from_millis(100);

#[derive(clap::Args)]
pub struct Options {
    /// How many desks to open, each as another person
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..=8))]
    pub agents: u8,
    /// Who sits at the first desk: agent, lead, supervisor, administrator, or a login
    #[arg(long = "as", default_value = "agent", value_name = "WHO")]
    pub who: String,
    /// Generate so many tickets beside the written ones
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..))]
    pub scale: Option<u32>,
    /// Take the words of generated tickets from the texts in this folder
    #[arg(long, requires = "scale", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Forget the last run: its server, its desks, their unsent work
    #[arg(long)]
    pub fresh: bool,
    /// Let the sample customers answer
    #[arg(long)]
    pub live: bool,
    /// Port of the page where there is no display (further desks take the next ones)
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    pub port: Option<u16>,
}

/// The command.
pub fn run(options: &Options) -> Result<()> {
    let people = people::choose(&people::sample()?, &options.who, options.agents)?;
    let sample = Sample::wanted(options)?;
    Ground::ensure_free()?;
    build()?;
    let ground = Ground::prepare(options)?;
    let stop = on_ctrl_c()?;
    let mut children = Children::default();
    let ended = server::start(&ground, &mut children, &stop)
        .and_then(|()| load_sample(&sample, &ground, &mut children, &stop))
        .and_then(|()| open_desks(options, &ground, &people, &mut children))
        .and_then(|()| watch(&ground, &mut children, &stop));
    children.stop();
    match ended {
        Err(_) if stop.load(Ordering::Relaxed) => Ok(()),
        ended => ended,
    }
}

fn build() -> Result<()> {
    for line in setup::ensure(&[setup::Group::Build])? {
        say::line(&format!("    {line}"));
    }
    let begun = Instant::now();
    say::begin("the UI: packages and pages");
    npm::install()?;
    let closing = npm::build()?;
    say::done(closing.last().map_or("built", String::as_str), begun.elapsed());
    let begun = Instant::now();
    say::begin("the desk and the server (the first time takes several minutes)");
    test::build::binaries()?;
    say::done("built", begun.elapsed());
    Ok(())
}

fn load_sample(
    sample: &Sample,
    ground: &Ground,
    children: &mut Children,
    stop: &AtomicBool,
) -> Result<()> {
    let Some(mut command) = ground.loading(sample)? else {
        if ground.has_other_tables()? {
            say::line("The tables have changed since .run/ was made.");
            say::line("If a desk does not open: --fresh begins anew.");
        }
        return Ok(());
    };
    let begun = Instant::now();
    say::begin("loading the sample desk (once)");
    children.finish("sample", &mut command, stop).context("the sample was not loaded")?;
    ground.loaded(sample)?;
    say::done("the sample desk is loaded", begun.elapsed());
    Ok(())
}

fn open_desks(
    options: &Options,
    ground: &Ground,
    people: &[String],
    children: &mut Children,
) -> Result<()> {
    if options.live {
        say::begin("sample customers answer from now on");
        let mut customers = Command::new(root::debug().join(root::exe("holdfast-customers")));
        customers.args(["--server", &ground.url()]);
        customers.env("HOLDFAST_CHANNEL_TOKEN", ground.channel_token()?);
        children.start("sample customers", &mut customers, Output::Log(ground.log("live")))?;
    }
    let display = display::is_here();
    if !display {
        say::line("There is no display here, so the same UI is served to a browser.");
    }
    for (at, login) in people.iter().enumerate() {
        let program = if display { "holdfast-app" } else { "holdfast-host" };
        let mut command = Command::new(root::debug().join(root::exe(program)));
        command
            .arg("--profile-root")
            .arg(ground.desk(login)?)
            .args(["--server", &ground.url(), "--sample-login", login, "--sample-secrets"])
            .arg(ground.secrets());
        let output = if display {
            Output::Log(ground.log(&format!("desk-{login}")))
        } else {
            let port = options.port.map_or(0, |port| port.saturating_add(at as u16));
            command.args(["--listen", &format!("127.0.0.1:{port}")]);
            Output::Told
        };
        say::begin(&format!("opening a desk for {login}"));
        children.start(&format!("desk {login}"), &mut command, output)?;
    }
    Ok(())
}

/// Until Ctrl-C, until the last desk is closed, or until one fails.
fn watch(ground: &Ground, children: &mut Children, stop: &AtomicBool) -> Result<()> {
    say::line("Ctrl-C stops everything.");
    let mut server = server::Watch::default();
    let ending = loop {
        if stop.load(Ordering::Relaxed) {
            break Ok("stopping");
        }
        if let Err(error) = children.all_well() {
            break Err(error);
        }
        if !children.running().any(Child::is_desk) {
            break Ok("the last desk is closed; stopping");
        }
        server.look(ground, children, stop);
        thread::sleep(LOOK_EVERY);
    };
    ending.map(say::line)
}

fn on_ctrl_c() -> Result<Arc<AtomicBool>> {
    let stop = Arc::new(AtomicBool::new(false));
    let told = Arc::clone(&stop);
    ctrlc::set_handler(move || told.store(true, Ordering::Relaxed))
        .context("cannot listen for Ctrl-C")?;
    Ok(stop)
}
