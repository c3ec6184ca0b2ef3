//! Trial: the whole file is loaded into a store of its own first, beside a copy of everybody and
//! of all customers, and thrown away. So its errors are found, by the very code that will load it,
//! while desks go on writing. Refused: a second set of rules that only looks.

use std::path::Path;

use anyhow::{Result, bail};
use holdfast_protocol::Row;
use holdfast_protocol::limits::COMMIT_ROWS_MAX;

use super::lines::{Line, Lines};
use super::{ERRORS_TOLD, PROGRESS_LINES};
use crate::config::Config;
use crate::core::Core;
use crate::load::shape::Thing;
use crate::load::{Loader, key};
use crate::store::{Durability, customer, directory, ticket};

/// Fails if anything in the file cannot be loaded, after telling what.
pub(super) async fn check(core: &Core, file: &Path, tell: &mut impl FnMut(String)) -> Result<()> {
    let folder = file.with_extension("trial");
    let trial = Core::open(Config::local(&folder), core.outside.clone()).await?;
    let checked = check_in(core, &trial, file, tell).await;
    trial.db.close().await;
    drop(trial);
    std::fs::remove_dir_all(&folder)?;
    match checked? {
        0 => Ok(()),
        _ => bail!("nothing was imported"),
    }
}

/// How many errors were told.
async fn check_in(
    core: &Core,
    trial: &Core,
    file: &Path,
    tell: &mut impl FnMut(String),
) -> Result<usize> {
    furnish(core, trial).await?;
    let mut loader = Loader::begin(trial, Durability::Process).await?;
    let (mut lines, mut n, mut errors) = (Lines::open(file)?, 0, 0);
    while let Some(line) = lines.next()? {
        n += 1;
        if let Err(error) = take(core, &mut loader, &line).await {
            tell(format!("line {n}: {error:#}"));
            errors += 1;
        }
        if errors >= ERRORS_TOLD {
            tell(format!("{errors} errors; the rest of the file was not looked at"));
            break;
        }
        if n % PROGRESS_LINES == 0 {
            tell(format!("{n} lines looked at"));
        }
    }
    Ok(errors)
}

async fn take(core: &Core, loader: &mut Loader<'_>, line: &Line) -> Result<()> {
    let Some(thing) = line.thing()? else {
        return Ok(());
    };
    if let Thing::Ticket(new) = &thing {
        let id = key::ticket(&new.key);
        let before = loader.writing().commit.state(id).is_some()
            || ticket::get(&mut loader.writing().tx, id).await?.is_some();
        // Looked up one by one: a view that is held for as long as this takes would hold the log.
        if before || ticket::get(&mut core.db.read().await?, id).await?.is_some() {
            bail!("there is a ticket {:?} already", new.key);
        }
    }
    loader.load(&thing).await
}

/// Copies whatever things of a file may refer to.
async fn furnish(core: &Core, trial: &Core) -> Result<()> {
    let mut tx = core.db.read().await?;
    let mut writing = trial.write(Durability::Process).await?;
    let mut bodies = Vec::new();
    for entity in ["center", "team", "agent", "macro"] {
        bodies.extend(directory::bodies(&mut tx, entity).await?);
    }
    for entity in ["organization", "contact", "resource"] {
        bodies.extend(customer::bodies(&mut tx, entity).await?);
    }
    let mut logins = Vec::new();
    for body in bodies {
        let row: Row = serde_json::from_str(&body)?;
        if let Row::Agent(row) = &row {
            logins.extend(directory::login(&mut tx, row.id).await?.map(|login| (row.id, login)));
        }
        writing.commit.put(row);
        if writing.commit.len() >= COMMIT_ROWS_MAX {
            writing.seal().await?;
        }
    }
    writing.seal().await?;
    for (id, login) in logins {
        directory::set_login(&mut writing.tx, id, &login).await?;
    }
    writing.finish().await
}
