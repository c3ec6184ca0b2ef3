//! `holdfast-server`: flags and configuration become a server, or a command to one.
//!
//! Commands other than `serve` ask the running server over its local admin socket; without one
//! they take the data lock and do it themselves.

use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context, Result, bail};
use clap::{Parser, Subcommand};
use holdfast_domain::Role;
use holdfast_server::admin::{self, NewAgent, Request, socket};
use holdfast_server::backup::restore::{Wanted, restore};
use holdfast_server::sample;
use holdfast_server::{Config, Core, Outside, serve};
use tracing_subscriber::EnvFilter;
use uuid::Uuid;

/// The Holdfast server.
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Configuration file (TOML).
    #[arg(long, global = true, env = "HOLDFAST_CONFIG")]
    config: Option<PathBuf>,
    /// Data folder.
    #[arg(long, global = true)]
    data_dir: Option<PathBuf>,
    /// Where to listen, `address:port`.
    #[arg(long, global = true)]
    listen: Option<String>,
    /// What to log.
    #[arg(long, global = true)]
    log: Option<String>,
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve desks until told to stop.
    Serve,
    /// People who work here.
    Agent {
        #[command(subcommand)]
        command: AgentCommand,
    },
    /// Computers that agents use.
    Desk {
        #[command(subcommand)]
        command: DeskCommand,
    },
    /// What revoked desks had not sent.
    Outbox {
        #[command(subcommand)]
        command: OutboxCommand,
    },
    /// The sample desk.
    Sample {
        #[command(subcommand)]
        command: SampleCommand,
    },
    /// Import people, customers and histories; all or nothing (docs/import.md).
    Import {
        /// One thing a line, as JSON.
        file: PathBuf,
    },
    /// Check that what is stored is sound.
    Check,
    /// Say in words what is wrong and what to do; fails if anything is.
    Doctor,
    /// Copy everything as it is now, into a new folder in this one.
    Backup {
        /// Best on another disk.
        #[arg(long)]
        to: PathBuf,
    },
    /// Copy everything without end: what a lost disk costs is less than a minute.
    Replicate {
        /// An existing folder, best on another machine's disk.
        #[arg(long, required_unless_present = "off")]
        to: Option<PathBuf>,
        /// No more; what was copied stays.
        #[arg(long, conflicts_with = "to")]
        off: bool,
    },
    /// Words that desks held when this server was restored, and that it lacks.
    Salvage {
        #[command(subcommand)]
        command: SalvageCommand,
    },
    /// Make a data folder of a copy.
    Restore {
        /// A copy, or a folder of copies: then the newest.
        #[arg(long)]
        from: PathBuf,
        /// The new data folder; must not exist, or be empty.
        #[arg(long)]
        to: PathBuf,
        /// If a part of the copy is damaged, restore what stands before it.
        #[arg(long)]
        what_is_whole: bool,
    },
    /// Say that the database was put back by other means: begins another epoch.
    Restored,
}

#[derive(Subcommand)]
enum AgentCommand {
    /// A new one; the password is shown once.
    Add {
        /// To sign in with.
        #[arg(long)]
        login: String,
        /// In their own script.
        #[arg(long)]
        name: String,
        /// agent, lead, supervisor, administrator.
        #[arg(long, default_value = "agent", value_parser = role)]
        role: Role,
        /// Id, key or name; may be given several times.
        #[arg(long = "team")]
        teams: Vec<String>,
        /// Id, key or name of a centre a supervisor oversees; may be given several times.
        #[arg(long = "center")]
        centers: Vec<String>,
        /// BCP 47 tag; may be given several times, best first.
        #[arg(long = "language")]
        languages: Vec<String>,
    },
    /// End their sessions and let them in no more.
    Disable {
        /// Whose.
        login: String,
    },
    /// A new password, shown once; their sessions end.
    Reset {
        /// Whose.
        login: String,
    },
}

#[derive(Subcommand)]
enum SalvageCommand {
    /// Which there are, without their words.
    List,
    /// One of them, with its words.
    Show {
        /// Of the message or the note.
        id: Uuid,
    },
    /// Put them where they stood; customers are sent nothing.
    Apply {
        /// Of the message or the note.
        #[arg(required_unless_present = "all")]
        id: Option<Uuid>,
        /// All that can be put back.
        #[arg(long, conflicts_with = "id")]
        all: bool,
    },
}

#[derive(Subcommand)]
enum DeskCommand {
    /// The desks of a login, and when they were seen.
    List {
        /// Whose.
        login: String,
    },
    /// A lost or stolen one: it seals what it had not sent to this server, and destroys its key.
    Revoke {
        /// Which; see `desk list`.
        desk: Uuid,
    },
}

#[derive(Subcommand)]
enum OutboxCommand {
    /// Which desks were revoked, and what has come of them.
    List,
    /// Show one, with its words.
    Open {
        /// A desk, or a file that was brought by hand.
        which: String,
    },
}

#[derive(Subcommand)]
enum SampleCommand {
    /// Load what is not loaded yet.
    Load {
        /// Generated tickets besides the written ones.
        #[arg(long, default_value_t = 0)]
        scale: u64,
        /// A folder with real text for them.
        #[arg(long)]
        data: Option<PathBuf>,
        /// Write how each sample agent signs in to this file, unless it exists.
        #[arg(long)]
        passphrases: Option<PathBuf>,
    },
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            writeln!(std::io::stderr(), "holdfast-server: {error:#}").ok();
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> Result<()> {
    // First of all: libraries that bring another provider must not be asked to choose.
    rustls::crypto::aws_lc_rs::default_provider().install_default().ok();
    if let Command::Restore { from, to, what_is_whole } = arguments.command {
        return put_back(Wanted { from, to, what_is_whole });
    }
    let mut flags = Vec::new();
    if let Some(data_dir) = &arguments.data_dir {
        flags.push(("data_dir", data_dir.display().to_string()));
    }
    flags.extend(arguments.listen.map(|listen| ("listen", listen)));
    flags.extend(arguments.log.map(|log| ("log", log)));
    let config = Config::load(arguments.config.as_deref(), std::env::vars(), &flags)?;
    let filter = EnvFilter::try_new(&config.log).context("log")?;
    let logs = tracing_subscriber::fmt().json().with_env_filter(filter);
    logs.with_writer(std::io::stderr).init();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outside = Outside::of_this_machine();
    let command = arguments.command;
    runtime.block_on(async move {
        match request(command)? {
            None => serve_until_told(config, outside).await,
            Some(request) => ask_or_do(config, outside, request).await,
        }
    })
}

/// Needs no configuration: neither the server of the copy nor one of the folder is there.
fn put_back(wanted: Wanted) -> Result<()> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build()?;
    let outside = Outside::of_this_machine();
    runtime.block_on(restore(&outside, wanted, &mut |line: String| tell(&line)))
}

/// What a command asks; `None` for serving.
fn request(command: Command) -> Result<Option<Request>> {
    let absolute = |path: PathBuf| std::path::absolute(path).context("a path");
    Ok(Some(match command {
        Command::Serve => return Ok(None),
        Command::Agent { command } => match command {
            AgentCommand::Add { login, name, role, teams, centers, languages } => {
                Request::AgentAdd(NewAgent { login, name, role, teams, centers, languages })
            }
            AgentCommand::Disable { login } => Request::AgentDisable { login },
            AgentCommand::Reset { login } => Request::AgentReset { login },
        },
        Command::Desk { command: DeskCommand::List { login } } => Request::DeskList { login },
        Command::Desk { command: DeskCommand::Revoke { desk } } => Request::DeskRevoke { desk },
        Command::Outbox { command: OutboxCommand::List } => Request::LetterList,
        Command::Outbox { command: OutboxCommand::Open { which } } => match which.parse() {
            Ok(desk) => Request::LetterOpen { desk: Some(desk), file: None },
            Err(_) => Request::LetterOpen { desk: None, file: Some(absolute(which.into())?) },
        },
        Command::Sample { command: SampleCommand::Load { scale, data, passphrases } } => {
            let data = data.map(absolute).transpose()?;
            let passphrases = passphrases.map(absolute).transpose()?;
            Request::SampleLoad(sample::Wanted { scale, data, passphrases })
        }
        Command::Import { file } => Request::Import { file: absolute(file)? },
        Command::Check => Request::Check,
        Command::Doctor => Request::Doctor,
        Command::Salvage { command } => match command {
            SalvageCommand::List => Request::SalvageList,
            SalvageCommand::Show { id } => Request::SalvageShow { id },
            SalvageCommand::Apply { id, .. } => Request::SalvageApply { id },
        },
        Command::Backup { to } => Request::Backup { to: absolute(to)? },
        Command::Replicate { to, .. } => Request::Replicate { to: to.map(absolute).transpose()? },
        Command::Restore { .. } => bail!("restoring is nothing to ask a server"),
        Command::Restored => Request::Restored,
    }))
}

async fn serve_until_told(config: Config, outside: Outside) -> Result<()> {
    let running = serve::serve(Arc::new(Core::open(config, outside).await?)).await?;
    tell(&format!("listening on {}", running.url));
    told_to_stop().await?;
    running.stop().await
}

async fn ask_or_do(config: Config, outside: Outside, request: Request) -> Result<()> {
    let say = |line: String| tell(&line);
    if socket::ask(&config.data_dir, &request, say).await?.is_some() {
        return Ok(());
    }
    let core = Core::open(config, outside).await?;
    let done = admin::perform(&core, request, say).await;
    core.db.close().await;
    done
}

#[cfg(unix)]
async fn told_to_stop() -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        interrupt = tokio::signal::ctrl_c() => interrupt?,
        _ = terminate.recv() => {}
    }
    Ok(())
}

#[cfg(not(unix))]
async fn told_to_stop() -> Result<()> {
    Ok(tokio::signal::ctrl_c().await?)
}

/// To whoever called this command. A closed pipe is not our failure.
fn tell(line: &str) {
    writeln!(std::io::stdout(), "{line}").ok();
}

fn role(text: &str) -> Result<Role, String> {
    serde_json::from_value(text.into())
        .map_err(|_| "one of agent, lead, supervisor, administrator".to_owned())
}
