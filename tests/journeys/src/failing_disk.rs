//! A disk that fails in the middle of work: the system refuses whatever a process writes to a file,
//! and goes on answering what it reads.
//!
//! It is the limit of a file's length (`RLIMIT_FSIZE`) that does it, lowered to nothing and raised
//! again from outside, for files that are open, too. A database meets a failed write, as of a disk
//! that breaks or was mounted read-only after an error of its own. Everybody may do that. Whoever
//! meets the limit is killed unless it has said that it does not care; only a shell can say so
//! without unsafe code, so the journey starts itself once more behind one, and what it starts does
//! not care either. Deliberately absent: Windows and macOS.

use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

const INSIDE: &str = "HOLDFAST_FAILING_DISK";
/// Does not care, then becomes the journey.
const ENTER: &str = r#"trap '' XFSZ && exec "$@""#;

/// The disk.
pub struct FailingDisk(());

impl FailingDisk {
    /// The disk, inside; outside the journey of that name is walked inside, and there is nothing
    /// left to do.
    pub fn here(journey: &str) -> Result<Option<Self>> {
        if std::env::var_os(INSIDE).is_some() {
            return Ok(Some(Self(())));
        }
        let walked = Command::new("sh")
            .args(["-euc", ENTER, "sh"])
            .arg(std::env::current_exe()?)
            .args(["--exact", journey, "--nocapture"])
            .env(INSIDE, "1")
            .output()?;
        let said = String::from_utf8_lossy(&walked.stdout);
        if !walked.status.success() || !said.contains("1 passed") {
            bail!("{said}\n{}", String::from_utf8_lossy(&walked.stderr));
        }
        Ok(None)
    }

    /// It takes nothing of that process any more.
    pub fn fails(&self, process: u32) -> Result<()> {
        limit(process, "--fsize=0:")
    }

    /// It works again.
    pub fn works(&self, process: u32) -> Result<()> {
        limit(process, "--fsize=unlimited:")
    }
}

fn limit(process: u32, what: &str) -> Result<()> {
    let mut prlimit = Command::new("prlimit");
    let output = prlimit.args(["--pid", &process.to_string(), what]).output();
    let output = output.context("prlimit(1) is missing: apt-get install util-linux")?;
    ensure!(output.status.success(), "prlimit: {}", String::from_utf8_lossy(&output.stderr));
    Ok(())
}
