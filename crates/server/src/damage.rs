//! Damage: a database file that does not hold what was written into it.
//!
//! ```text
//!   sound ──a start finds damage──────────────▶ not served; the file stays as it is
//!     └─────a statement or the look finds it──▶ damaged: every request is refused, the log tells
//! ```
//!
//! Wrong data must never be served, and a damaged file must not be written into: what can still be
//! read of it may be wanted. So nothing is mended and nothing deleted; the keeper is told how to
//! put a copy back. A small file is looked through before it is served, a large one behind that
//! (reading ten gigabytes takes longer than a restart may). SQLite has no checksums over pages: a
//! look finds pages that are no pages any more, not a letter that has become another one; `check`
//! compares every ticket with its history and every attachment with its hash.

use std::path::Path;
use std::sync::{Mutex, MutexGuard, PoisonError};

use anyhow::{Result, bail};

use crate::core::Core;
use crate::error::causes;
use crate::store::{self, Db};

/// Largest file that is looked through before it is served.
const LOOKED_AT_START_BYTES: u64 = 256 << 20;

/// Whether damage was found while the server ran.
#[derive(Debug, Default)]
pub struct Damage(Mutex<Option<String>>);

impl Damage {
    /// What was found.
    pub fn found(&self) -> Option<String> {
        self.lock().clone()
    }

    /// Whether anything was found.
    pub fn is_found(&self) -> bool {
        self.lock().is_some()
    }

    /// Notes that it was found; told once.
    pub fn note(&self, what: &str, data_dir: &Path) {
        let mut found = self.lock();
        if found.is_none() {
            tracing::error!(what, "{}", sentence(data_dir));
            metrics::gauge!("holdfast_damaged").set(1.0);
            *found = Some(what.to_owned());
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<String>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a keeper is told, whole.
pub fn sentence(data_dir: &Path) -> String {
    format!(
        "the database in {} is damaged and is not served. Nothing was changed or deleted. Put a \
         copy back into a new folder with `holdfast-server restore --from COPY --to FOLDER`, and \
         serve that; keep the damaged one until everything is found again",
        data_dir.display()
    )
}

/// Puts the sentence before an error that is damage.
pub fn told(error: anyhow::Error, data_dir: &Path) -> anyhow::Error {
    match store::is_damage(&error) {
        true => error.context(sentence(data_dir)),
        false => error,
    }
}

/// Looks a file through that is about to be opened, if it is small.
pub async fn look_at_start(db: &Db, data_dir: &Path) -> Result<()> {
    if db.file().metadata()?.len() > LOOKED_AT_START_BYTES {
        return Ok(());
    }
    let complaints = db.quick_complaints().await.map_err(|error| told(error, data_dir))?;
    if !complaints.is_empty() {
        bail!("{}: {}", sentence(data_dir), complaints.join("; "));
    }
    Ok(())
}

/// Looks a large file through that is being served.
pub async fn look_behind(core: &Core) {
    let large = core.db.file().metadata().is_ok_and(|file| file.len() > LOOKED_AT_START_BYTES);
    if !large {
        return;
    }
    match look(core).await {
        Ok(()) => tracing::info!("the database is sound"),
        Err(_) if core.damage.is_found() => {}
        Err(error) => {
            tracing::warn!(causes = causes(&error), "the database was not looked through");
        }
    }
}

/// Looks the file through, however large it is; damage ends serving.
pub async fn look(core: &Core) -> Result<()> {
    let dir = &core.config.data_dir;
    let what = match core.db.quick_complaints().await {
        Ok(complaints) if complaints.is_empty() => return Ok(()),
        Ok(complaints) => complaints.join("; "),
        Err(error) if store::is_damage(&error) => causes(&error),
        Err(error) => return Err(error),
    };
    core.damage.note(&what, dir);
    bail!("{}: {what}", sentence(dir))
}
