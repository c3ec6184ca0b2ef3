//! `cargo xtask setup`: what this machine lacks to build, test or package Holdfast.
//!
//! `run` and `test` begin with the same code. On Debian and its kin the missing packages are named
//! and installed with apt-get, as root or by sudo. Elsewhere it says what to install. Deliberately
//! absent: installing Rust or Node, which people choose themselves.

mod packages;

use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};

pub use packages::Group;

use crate::{say, shell};

/// Oldest Node that the UI's tools run on: (major, minor).
const NODE_AT_LEAST: (u32, u32) = (20, 19);
/// Packages must not ask questions; said on the command line, since sudo drops the environment.
const QUIETLY: &str = "DEBIAN_FRONTEND=noninteractive";

#[derive(clap::Args)]
pub struct Options {
    /// Also what the tests need: a display, a keyring, input methods, a browser
    #[arg(long)]
    pub tests: bool,
    /// Also what packaging needs
    #[arg(long)]
    pub dist: bool,
}

/// The command: install and say so.
pub fn setup(options: &Options) -> Result<()> {
    let mut groups = vec![Group::Build];
    groups.extend(options.tests.then_some(Group::Test));
    groups.extend(options.dist.then_some(Group::Dist));
    for line in ensure(&groups)? {
        say::line(&line);
    }
    Ok(())
}

/// Make sure that the packages of `groups` and a good Node are there. Returns what it found.
pub fn ensure(groups: &[Group]) -> Result<Vec<String>> {
    let mut found = vec![format!("Node {}", node_version()?)];
    if !cfg!(target_os = "linux") {
        say::line(packages::elsewhere(std::env::consts::OS));
        return Ok(found);
    }
    let wanted = packages::of(groups);
    if shell::find("dpkg-query").is_none() || shell::find("apt-get").is_none() {
        say::line("This is no Debian; Holdfast needs what these packages contain:");
        say::line(&format!("  {}", wanted.join(" ")));
        return Ok(found);
    }
    let missing = packages::missing(&wanted, &installed(&wanted)?);
    if missing.is_empty() {
        found.push(format!("all {} system packages are there", wanted.len()));
        return Ok(found);
    }
    install(&missing)?;
    found.push(format!("installed {} system packages", missing.len()));
    Ok(found)
}

/// The cargo that runs us.
pub fn cargo() -> std::ffi::OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

fn node_version() -> Result<String> {
    let words = shell::text(Command::new("node").arg("--version"))
        .context("Node is not installed; Holdfast needs Node 20.19 or later")?;
    let (major, minor) = packages::version(&words)
        .with_context(|| format!("`node --version` says {words:?}, which is no version"))?;
    ensure!(
        (major, minor) >= NODE_AT_LEAST,
        "Node {major}.{minor} is too old; Holdfast needs Node 20.19 or later"
    );
    Ok(format!("{major}.{minor}"))
}

/// dpkg's word on each package. It fails when one is unknown, which is an answer too.
fn installed(wanted: &[&'static str]) -> Result<String> {
    let output = Command::new("dpkg-query")
        .args(["--show", "--showformat", "${Package} ${db:Status-Status}\n"])
        .args(wanted)
        .output()
        .context("cannot ask dpkg-query which packages are installed")?;
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

fn install(missing: &[&str]) -> Result<()> {
    say::begin(&format!("installing system packages: {}", missing.join(" ")));
    let begun = Instant::now();
    shell::run(&mut as_root(&[QUIETLY, "apt-get", "update", "-q"])?)?;
    let mut line = vec![QUIETLY, "apt-get", "install", "-q", "-y", "--no-install-recommends"];
    line.extend(missing);
    shell::run(&mut as_root(&line)?).context("the packages above could not be installed")?;
    say::done("system packages are installed", begun.elapsed());
    Ok(())
}

fn as_root(line: &[&str]) -> Result<Command> {
    if shell::text(Command::new("id").arg("-u"))?.trim() == "0" {
        let mut command = Command::new("env");
        command.args(line);
        return Ok(command);
    }
    if shell::find("sudo").is_none() {
        bail!("run this as root, for there is no sudo here: {}", line.join(" "));
    }
    say::line("    asking sudo, since installing packages needs root");
    let mut command = Command::new("sudo");
    command.arg("env").args(line);
    Ok(command)
}
