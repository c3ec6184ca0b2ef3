//! Process: one of the shipped programs, started and killed. Nobody else's is ever touched: each is
//! ended by the handle with which it was started.

use std::os::unix::process::ExitStatusExt as _;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use tokio::io::{AsyncBufReadExt, BufReader, Lines};
use tokio::process::{Child, ChildStdout, Command};

use crate::clock;

/// How long a program may take to end when it is asked to.
const END_WITHIN: Duration = Duration::from_secs(30);
/// Of what a program said at last, so much is told.
const TOLD_BYTES: usize = 2_000;

/// What a kill met.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ended {
    /// It ran until then.
    Killed,
    /// It had ended by itself: it could not begin.
    Before,
}

/// A program that runs, or did.
pub struct Process {
    child: Child,
    lines: Lines<BufReader<ChildStdout>>,
    log: PathBuf,
}

impl Process {
    /// Starts a program; what it says besides goes behind the end of a log.
    pub fn start(mut command: Command, log: &Path) -> Result<Self> {
        let file = std::fs::File::options().create(true).append(true).open(log)?;
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(file)
            .kill_on_drop(true)
            .spawn()
            .with_context(|| format!("{command:?} does not start"))?;
        let stdout = child.stdout.take().context("it was piped")?;
        Ok(Self { child, lines: BufReader::new(stdout).lines(), log: log.to_owned() })
    }

    /// What stands behind these words on a line it says.
    pub async fn says(&mut self, words: &str) -> Result<String> {
        while let Some(line) = self.lines.next_line().await? {
            if let Some(rest) = line.strip_prefix(words) {
                return Ok(rest.to_owned());
            }
        }
        let status = self.child.wait().await?;
        bail!("it ended at once: {status}: {}", self.last_words());
    }

    /// `kill -9`. A program that fell over by itself before is an error.
    pub async fn kill(mut self) -> Result<Ended> {
        let number = self.child.id();
        if let Some(status) = self.child.try_wait()? {
            ensure!(status.signal().is_none(), "it fell over: {status}: {}", self.last_words());
            return Ok(Ended::Before);
        }
        self.child.kill().await?;
        if let Some(number) = number {
            clock::forget(number);
        }
        Ok(Ended::Killed)
    }

    /// Asks it to end, and waits until it has.
    pub async fn end(mut self) -> Result<()> {
        let Some(number) = self.child.id() else { return Ok(()) };
        let asked = Command::new("kill").args(["-TERM", &number.to_string()]).status().await?;
        ensure!(asked.success(), "it cannot be asked to end");
        match tokio::time::timeout(END_WITHIN, self.child.wait()).await {
            Ok(status) => judge(status?, &self.last_words()),
            Err(_) => {
                self.child.kill().await?;
                bail!("it was asked to end and did not within {END_WITHIN:?}")
            }
        }
    }

    /// What it said at last.
    fn last_words(&self) -> String {
        let said = std::fs::read(&self.log).unwrap_or_default();
        let from = said.len().saturating_sub(TOLD_BYTES);
        String::from_utf8_lossy(said.get(from..).unwrap_or_default()).into_owned()
    }
}

fn judge(status: ExitStatus, last_words: &str) -> Result<()> {
    ensure!(status.success(), "it was asked to end and failed: {status}: {last_words}");
    Ok(())
}

/// A program of this workspace. Missing is a failure that names it.
pub fn program(name: &str) -> Result<PathBuf> {
    let folder = match std::env::var_os("HOLDFAST_BIN_DIR") {
        Some(folder) => PathBuf::from(folder),
        None => {
            let here = std::env::current_exe()?;
            let folder = here.parent().context("a program is in a folder")?;
            // Tests lie one below the programs.
            if folder.ends_with("deps") { folder.join("..") } else { folder.to_owned() }
        }
    };
    let path = folder.join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    ensure!(path.is_file(), "{} is not built: cargo build --workspace", path.display());
    Ok(path)
}
