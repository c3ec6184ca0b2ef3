//! Jobs: what the server does beside answering desks. It listens at the admin socket, goes on with
//! an import that was cut off, brings its replica up to date, looks a large database through, and
//! tidies up: tokens that ran out, snapshots that are not pinned any more, uploads nobody goes on
//! with, the feed beyond its horizon, salvaged words after a month. Deliberately absent: anything a
//! ticket would notice.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;
use jiff::SignedDuration;
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::admin::{import, socket};
use crate::backup::replica;
use crate::core::Core;
use crate::error::causes;
use crate::http::health;
use crate::store::{Durability, salvage, session};
use crate::sync::horizon;
use crate::sync::salvage::KEPT;
use crate::{blobs, damage};

/// Between two rounds.
const ROUND: Duration = Duration::from_secs(10 * 60);
/// How long a token that ran out is remembered, so that its second use is still recognised.
const REMEMBERED: SignedDuration = SignedDuration::from_hours(24 * 30);

/// Starts them; they end when the server stops.
pub fn spawn(core: &Arc<Core>, stopping: &watch::Receiver<bool>) -> Vec<JoinHandle<()>> {
    let (for_admin, until) = (core.clone(), stopping.clone());
    let answering = tokio::spawn(async move {
        if let Err(error) = socket::answer(for_admin, until).await {
            tracing::error!(causes = causes(&error), "no admin socket: commands must wait");
        }
    });
    let mut jobs = beside(core, stopping);
    jobs.push(answering);
    jobs.push(tokio::spawn(replica::run(core.clone(), stopping.clone())));
    let (looker, mut until) = (core.clone(), stopping.clone());
    jobs.push(tokio::spawn(async move {
        tokio::select! {
            () = damage::look_behind(&looker) => {}
            _ = until.wait_for(|stopping| *stopping) => {}
        }
    }));
    jobs
}

/// Those of them that need nothing but the store.
pub fn beside(core: &Arc<Core>, stopping: &watch::Receiver<bool>) -> Vec<JoinHandle<()>> {
    let (importer, mut until) = (core.clone(), stopping.clone());
    let importing = tokio::spawn(async move {
        // A batch that is cut off is not in; the next start goes on before it.
        tokio::select! {
            () = go_on(&importer) => {}
            _ = until.wait_for(|stopping| *stopping) => {}
        }
    });
    vec![importing, tidying(core, stopping)]
}

/// Tidies up from time to time, until the server stops.
fn tidying(core: &Arc<Core>, stopping: &watch::Receiver<bool>) -> JoinHandle<()> {
    let (core, mut stopping) = (core.clone(), stopping.clone());
    tokio::spawn(async move {
        loop {
            tokio::select! {
                () = core.outside.sleep(ROUND) => {}
                _ = stopping.wait_for(|stopping| *stopping) => return,
            }
            core.job_done("tidying up", &tidy(&core).await);
        }
    })
}

/// Carries out the import that a stop has cut off.
async fn go_on(core: &Core) {
    let _turn = core.commands.lock().await;
    let told = |line: String| tracing::info!(line, "import");
    core.job_done("going on with an import", &import::go_on(core, &mut { told }).await);
}

async fn tidy(core: &Core) -> Result<()> {
    let now = core.now();
    core.snapshots.sweep(now)?;
    blobs::sweep(core)?;
    // What nobody comes to read must not pile up.
    if let Some(recorder) = health::recorder() {
        recorder.run_upkeep();
    }
    let mut writing = core.write(Durability::Process).await?;
    session::sweep(&mut writing.tx, (now - REMEMBERED).as_microsecond()).await?;
    salvage::sweep(&mut writing.tx, (now - KEPT).as_microsecond()).await?;
    writing.finish().await?;
    let horizon = horizon::advance(core).await?;
    tracing::debug!(horizon, "tidied up");
    Ok(())
}
