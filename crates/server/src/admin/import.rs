//! Import: a file of one thing a line; all of it or nothing.
//!
//! The whole file is one database transaction (of many commits of the sequence), so others wait
//! to write while it runs. Errors are told with their lines, up to a bound, and then nothing was
//! imported. docs/import.md documents the format.

use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::core::Core;
use crate::load::shape::Thing;
use crate::load::{Loader, key};
use crate::store::{Durability, ticket};

/// Errors that are told before the rest of the file is not looked at any more.
const ERRORS_TOLD: usize = 20;
/// Longest line, bytes.
const LINE_BYTES_MAX: usize = 8 * 1024 * 1024;
/// Lines between two words of progress.
const PROGRESS_LINES: usize = 10_000;

/// Imports a file.
pub(super) async fn import(core: &Core, file: &Path, tell: &mut impl FnMut(String)) -> Result<()> {
    let opened = std::fs::File::open(file);
    let opened = opened.with_context(|| format!("cannot open {}", file.display()))?;
    let mut loader = Loader::begin(core, Durability::Power).await?;
    let (mut errors, mut loaded) = (0, 0_usize);
    for (n, line) in BufReader::new(opened).split(b'\n').enumerate() {
        let line = line.with_context(|| format!("line {}: cannot be read", n + 1))?;
        match take(&mut loader, &line).await {
            Ok(taken) => loaded += usize::from(taken),
            Err(error) => {
                tell(format!("line {}: {error:#}", n + 1));
                errors += 1;
            }
        }
        if errors >= ERRORS_TOLD {
            tell(format!("{errors} errors; the rest of the file was not looked at"));
            break;
        }
        if (n + 1) % PROGRESS_LINES == 0 {
            tell(format!("{} lines read", n + 1));
        }
    }
    if errors > 0 {
        bail!("nothing was imported");
    }
    loader.finish().await?;
    tell(format!("{loaded} things imported"));
    Ok(())
}

/// Takes a line; false for an empty one.
async fn take(loader: &mut Loader<'_>, line: &[u8]) -> Result<bool> {
    if line.len() > LINE_BYTES_MAX {
        bail!("longer than {LINE_BYTES_MAX} bytes");
    }
    let text = std::str::from_utf8(line).context("not UTF-8")?.trim();
    if text.is_empty() {
        return Ok(false);
    }
    let thing: Thing = serde_json::from_str(text)?;
    if let Thing::Ticket(new) = &thing {
        let id = key::ticket(&new.key);
        let known = loader.writing().commit.state(id).is_some();
        if known || ticket::get(&mut loader.writing().tx, id).await?.is_some() {
            bail!("there is a ticket {:?} already", new.key);
        }
    }
    loader.load(&thing).await?;
    Ok(true)
}
