//! The log: one file in the profile root and the one before it. Facts about the program, never
//! what anybody wrote.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Mutex;

use anyhow::{Context, Result};
use holdfast_desk::NEVER_LOGGED;
use tracing_subscriber::EnvFilter;

/// A longer log is put aside at the next start.
const MOST_BYTES: u64 = 4 * 1024 * 1024;
const USUAL: &str = "info";

/// Log into `root` from now on.
pub fn begin(root: &Path) -> Result<()> {
    let path = root.join("holdfast.log");
    if fs::metadata(&path).is_ok_and(|log| log.len() > MOST_BYTES) {
        fs::rename(&path, root.join("holdfast.1.log")).context("cannot put the old log aside")?;
    }
    let file = File::options()
        .create(true)
        .append(true)
        .open(&path)
        .with_context(|| format!("cannot write {}", path.display()))?;
    let filter = EnvFilter::try_from_env("HOLDFAST_LOG").unwrap_or_else(|_| EnvFilter::new(USUAL));
    let filter = filter.add_directive(NEVER_LOGGED.parse().context("a directive")?);
    tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(Mutex::new(file))
        .with_ansi(false)
        .init();
    Ok(())
}
