//! Administration: what `holdfast-server`'s commands ask, carried out by whoever has the data
//! lock: the running server, over its local socket, or the command itself.
//!
//! Deliberately absent: any of this over the network.

mod agent;
mod check;
mod desk;
mod doctor;
pub(crate) mod import;
mod salvage;
pub mod socket;

use std::path::PathBuf;

use anyhow::{Result, ensure};
use holdfast_domain::Role;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::backup::{once, replica};
use crate::core::Core;
use crate::sample;
use crate::store::{Durability, backup};

/// What can be asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Request {
    /// A new person who works here.
    AgentAdd(NewAgent),
    /// They may not act any more; their sessions end.
    AgentDisable {
        /// Whose login.
        login: String,
    },
    /// A new password; their sessions end. A disabled agent may act again.
    AgentReset {
        /// Whose login.
        login: String,
    },
    /// The desks of an agent.
    DeskList {
        /// Whose login.
        login: String,
    },
    /// A desk that was lost may never come again.
    DeskRevoke {
        /// Which.
        desk: Uuid,
    },
    /// What revoked desks have brought.
    LetterList,
    /// Opens what a revoked desk had not sent.
    LetterOpen {
        /// Which desk's, of those that have come.
        desk: Option<Uuid>,
        /// Or which file; absolute.
        file: Option<PathBuf>,
    },
    /// The sample desk.
    SampleLoad(sample::Wanted),
    /// A file of people, customers and histories.
    Import {
        /// Absolute.
        file: PathBuf,
    },
    /// Is everything sound?
    Check,
    /// A copy of everything, at one moment.
    Backup {
        /// Absolute; a folder of its own is made in it.
        to: PathBuf,
    },
    /// A copy of everything, kept up to date.
    Replicate {
        /// Absolute; `None` for no more.
        to: Option<PathBuf>,
    },
    /// Words that desks brought after a restore: which there are.
    SalvageList,
    /// One of them, whole.
    SalvageShow {
        /// Of the message or the note.
        id: Uuid,
    },
    /// Puts them where they stood.
    SalvageApply {
        /// `None` for all.
        id: Option<Uuid>,
    },
    /// What is wrong, and what to do about it?
    Doctor,
    /// The database was put back from a backup: another epoch begins, so that desks bring again
    /// what the backup lacks. Only while the server does not run.
    Restored,
}

/// A new person who works here.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct NewAgent {
    /// To sign in with.
    pub login: String,
    /// In their own script.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Ids, keys or names.
    pub teams: Vec<String>,
    /// Ids, keys or names.
    pub centers: Vec<String>,
    /// BCP 47 tags, best first.
    pub languages: Vec<String>,
}

/// Carries out a request; `tell` is given lines for the person who asked.
pub async fn perform(
    core: &Core,
    request: Request,
    mut tell: impl FnMut(String) + Send,
) -> Result<()> {
    let _turn = match request {
        // Whoever must not act any more must not act until the end of an import either.
        Request::AgentDisable { .. } | Request::AgentReset { .. } => None,
        Request::DeskRevoke { .. } => None,
        Request::Check | Request::Doctor => None,
        _ => Some(core.commands.lock().await),
    };
    match request {
        Request::AgentAdd(new) => agent::add(core, &new, &mut tell).await,
        Request::AgentDisable { login } => agent::disable(core, &login, &mut tell).await,
        Request::AgentReset { login } => agent::reset(core, &login, &mut tell).await,
        Request::DeskList { login } => desk::list(core, &login, &mut tell).await,
        Request::DeskRevoke { desk: id } => desk::revoke(core, id, &mut tell).await,
        Request::LetterList => desk::letters(core, &mut tell).await,
        Request::LetterOpen { desk: id, file } => {
            desk::open_letter(core, (id, file.as_deref()), &mut tell).await
        }
        Request::SampleLoad(wanted) => sample::load(core, &wanted, tell).await,
        Request::Import { file } => import::import(core, &file, &mut tell).await,
        Request::Check => check::check(core, &mut tell).await,
        Request::Backup { to } => {
            let (whole, reach) = once::backup(core, &to, &mut tell).await?;
            tell(format!("commits up to {} are in {}", reach.seq, whole.display()));
            Ok(())
        }
        Request::Replicate { to: Some(to) } => replica::begin(core, &to, &mut tell).await,
        Request::Replicate { to: None } => replica::end(core, &mut tell).await,
        Request::Doctor => doctor::doctor(core, &mut tell).await,
        Request::SalvageList => salvage::list(core, &mut tell).await,
        Request::SalvageShow { id } => salvage::show(core, id, &mut tell).await,
        Request::SalvageApply { id } => salvage::apply(core, id, &mut tell).await,
        Request::Restored => restored(core, &mut tell).await,
    }
}

async fn restored(core: &Core, tell: &mut impl FnMut(String)) -> Result<()> {
    ensure!(!core.is_served(), "stop the server first: its desks must hear of it at their hello");
    let epoch = core.outside.id();
    let mut writing = core.write(Durability::Power).await?;
    let (at, head) = (core.now().as_microsecond(), core.head());
    let epoch_before = core.epoch;
    let gap = backup::Restoration { at, epoch_before, epoch, head, copied_at: 0 };
    backup::restored(&mut writing.tx, &gap, None).await?;
    writing.finish().await?;
    tell(format!("epoch {epoch} begins"));
    Ok(())
}
