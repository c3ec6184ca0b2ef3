//! Import: a file of one thing a line; all of it or nothing.
//!
//! ```text
//!   copied ─▶ trial ─┬ errors ─▶ told with their lines; the copy goes, nothing was imported
//!                    └ none ─▶ under way ─ batch ─ batch ─ … ─▶ in; the copy goes
//!                                  ▲           │ stop, crash, full disk
//!                                  └───────────┘ next start, next import
//! ```
//!
//! Nothing is written before all of the file was found right. From then on it is a job that is
//! carried to its end in short commits, each of which remembers how far it came, so desks write in
//! between and half a file is never what is left. Desks see it come. What administrators do in
//! between is neither undone by it nor able to stop it (`load`). docs/import.md documents the
//! format.

mod lines;
mod trial;

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::core::Core;
use crate::load::Loader;
use crate::store::import::{self as stored, Import};
use crate::store::{Db, Durability};
use lines::Lines;

/// Errors that are told before the rest of the file is not looked at any more.
const ERRORS_TOLD: usize = 20;
/// Lines between two words of progress.
const PROGRESS_LINES: usize = 10_000;
/// Lines of one batch.
const BATCH_LINES: usize = 100;
/// Bytes after which a batch ends early.
const BATCH_BYTES: usize = 256 * 1024;

/// Imports a file, after what an earlier import has left.
pub(super) async fn import(core: &Core, file: &Path, tell: &mut impl FnMut(String)) -> Result<()> {
    go_on(core, tell).await?;
    let name = format!("{}.ndjson", core.outside.id());
    let copy = copy_of(core, &name);
    let checked = async {
        set_aside(file, &copy)?;
        trial::check(core, &copy, tell).await?;
        let mut writing = core.write(Durability::Power).await?;
        stored::begin(&mut writing.tx, &name).await?;
        writing.finish().await
    };
    if let Err(error) = checked.await {
        if copy.exists() {
            std::fs::remove_file(&copy)?;
        }
        return Err(error);
    }
    go_on(core, tell).await
}

/// Carries out what is under way, if anything is.
pub(crate) async fn go_on(core: &Core, tell: &mut impl FnMut(String)) -> Result<()> {
    let Some(import) = under_way(&core.db).await? else {
        return clear(core);
    };
    if !copy_of(core, &import.file).exists() {
        // A database that was put back remembers an import whose copy went when it was in.
        tell(format!("the copy of an import is gone: it ends at line {}", import.line));
        return end(core).await;
    }
    let loaded = carry_out(core, &import, tell).await;
    let loaded = loaded.context("the import is not in yet; the next import or start goes on")?;
    tell(format!("{loaded} things imported"));
    Ok(())
}

/// Removes what a trial that was cut off has left.
fn clear(core: &Core) -> Result<()> {
    let folder = core.config.data_dir.join("import");
    if folder.exists() {
        std::fs::remove_dir_all(&folder)?;
    }
    Ok(())
}

async fn under_way(db: &Db) -> Result<Option<Import>> {
    stored::get(&mut db.read().await?).await
}

async fn carry_out(core: &Core, import: &Import, tell: &mut impl FnMut(String)) -> Result<usize> {
    let copy = copy_of(core, &import.file);
    let mut lines = Lines::open(&copy)?;
    let mut n = usize::try_from(import.line)?;
    for _ in 0..n {
        lines.next()?;
    }
    let mut loader = Loader::begin(core, Durability::Process).await?.found_right();
    let (mut loaded, mut batch_lines, mut batch_bytes) = (0, 0, 0);
    while let Some(line) = lines.next()? {
        n += 1;
        if let Some(thing) = line.thing()? {
            loader.load(&thing).await.with_context(|| format!("line {n}"))?;
            loader.told().into_iter().for_each(|told| tell(format!("line {n}: {told}")));
            loaded += 1;
        }
        (batch_lines, batch_bytes) = (batch_lines + 1, batch_bytes + line.bytes());
        if batch_lines >= BATCH_LINES || batch_bytes >= BATCH_BYTES {
            (batch_lines, batch_bytes) = (0, 0);
            stored::set_line(&mut loader.writing().tx, i64::try_from(n)?).await?;
            loader = loader.breathe().await?;
        }
        if n.is_multiple_of(PROGRESS_LINES) {
            tell(format!("{n} lines in"));
        }
    }
    stored::set_line(&mut loader.writing().tx, i64::try_from(n)?).await?;
    loader.finish().await?;
    // Durable with everything before it; only then may the copy go.
    end(core).await?;
    std::fs::remove_file(&copy)?;
    Ok(loaded)
}

async fn end(core: &Core) -> Result<()> {
    let mut writing = core.write(Durability::Power).await?;
    stored::end(&mut writing.tx).await?;
    writing.finish().await
}

fn copy_of(core: &Core, name: &str) -> PathBuf {
    core.config.data_dir.join("import").join(name)
}

/// Copies the file, so that what was found right is what is imported.
fn set_aside(file: &Path, copy: &Path) -> Result<()> {
    let folder = copy.parent().context("a path without a folder")?;
    std::fs::create_dir_all(folder)?;
    std::fs::copy(file, copy).with_context(|| format!("cannot copy {}", file.display()))?;
    std::fs::OpenOptions::new().write(true).open(copy)?.sync_all()?;
    Ok(())
}
