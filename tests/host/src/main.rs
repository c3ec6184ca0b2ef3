//! `holdfast-host`: serves one desk to a browser on this machine.

use std::io::Write as _;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use anyhow::{Context, Result, ensure};
use clap::Parser;
use holdfast_desk::sample::Sample;
use holdfast_desk::secrets::{Keyring, NoKeyring, OsKeyring};
use holdfast_desk::{Desk, DeskConfig};
use holdfast_host::Host;
use holdfast_host::gate::Gate;
use tokio::net::TcpListener;
use tracing_subscriber::EnvFilter;

/// The built UI of the tree this program was built in.
const UI: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../ui/dist");

/// Serves a desk to a browser on this machine
#[derive(Parser)]
#[command(name = "holdfast-host", version)]
struct Flags {
    /// Folder of the profiles
    #[arg(long, value_name = "DIR")]
    profile_root: PathBuf,
    /// Server that is offered when signing in
    #[arg(long, value_name = "URL", default_value = "")]
    server: String,
    /// Sign in or unlock as this person of the sample desk
    #[arg(long, value_name = "LOGIN", requires = "sample_secrets")]
    sample_login: Option<String>,
    /// What opens sample desks: {"LOGIN": {"password": …, "passphrase": …}}
    #[arg(long, value_name = "FILE", requires = "sample_login")]
    sample_secrets: Option<PathBuf>,
    /// Where to listen; only the loopback is allowed
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Folder of the built UI
    #[arg(long, value_name = "DIR", default_value = UI)]
    ui: PathBuf,
}

#[tokio::main]
async fn main() -> Result<()> {
    rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .expect("nothing was installed before main began");
    let filter = EnvFilter::try_from_env("HOLDFAST_LOG").unwrap_or_else(|_| "warn".into());
    let filter = filter.add_directive(holdfast_desk::NEVER_LOGGED.parse()?);
    tracing_subscriber::fmt().with_env_filter(filter).with_writer(std::io::stderr).init();
    let flags = Flags::parse();
    ensure!(flags.listen.ip().is_loopback(), "only the loopback is allowed");
    let index = flags.ui.join("index.html");
    ensure!(index.is_file(), "{} is missing: build the UI first", index.display());
    std::fs::create_dir_all(&flags.profile_root).context("cannot make the profiles' folder")?;
    let listener = TcpListener::bind(flags.listen)
        .await
        .with_context(|| format!("cannot listen on {}", flags.listen))?;
    let desk = Arc::new(desk(&flags));
    enter(&flags, &desk).await?;
    serve(listener, Arc::clone(&desk), &flags).await?;
    desk.shutdown().await;
    Ok(())
}

fn desk(flags: &Flags) -> Desk {
    let keyring: Arc<dyn Keyring> = match flags.sample_login {
        Some(_) => Arc::new(NoKeyring),
        None => Arc::new(OsKeyring),
    };
    let (root, server) = (flags.profile_root.clone(), flags.server.clone());
    Desk::new(DeskConfig::of_this_machine(root, server, keyring))
}

/// Lets the sample's person in, or opens the last profile. Whoever fails here can still sign in by
/// hand.
async fn enter(flags: &Flags, desk: &Desk) -> Result<()> {
    let (Some(login), Some(file)) = (&flags.sample_login, &flags.sample_secrets) else {
        desk.resume().await;
        return Ok(());
    };
    if let Err(error) = Sample::read(file, login)?.enter(desk, &flags.server).await {
        tracing::warn!("the sample's person is not in: {error:#}");
    }
    Ok(())
}

/// Serves until Ctrl-C or a polite kill. Open streams are dropped: the page opens them again.
async fn serve(listener: TcpListener, desk: Arc<Desk>, flags: &Flags) -> Result<()> {
    let at = listener.local_addr().context("the socket has no address")?;
    let token = random()?;
    writeln!(std::io::stdout(), "open http://{at}/#token={token}")?;
    let host = Host::new(desk, Gate::new(at, token, &random()?));
    tokio::select! {
        served = axum::serve(listener, host.router(&flags.ui)).into_future() => {
            served.context("serving ended")
        }
        ended = asked_to_end() => ended,
    }
}

/// 256 random bits, readable.
fn random() -> Result<String> {
    let mut bytes = [0u8; 32];
    getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
    Ok(hex::encode(bytes))
}

#[cfg(unix)]
async fn asked_to_end() -> Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        ended = tokio::signal::ctrl_c() => Ok(ended?),
    }
}

#[cfg(not(unix))]
async fn asked_to_end() -> Result<()> {
    Ok(tokio::signal::ctrl_c().await?)
}
