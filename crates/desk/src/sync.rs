//! Sync: what carries out what the engine decides. One task drives; calls to the network and to
//! the disk run beside it and answer with one event each.
//!
//! ```text
//!             wake, written, timer            actions
//!   commands ────────────────────▶ driver ──────────────▶ perform (network), take (disk)
//!                                    ▲                          │
//!                                    └──────── events ──────────┘
//! ```
//!
//! Beside it, and behind everything an agent does: the search index is filled ([`index`]), files
//! travel ([`blobs`]), and what a restored server lacks is given back ([`escrow`]).
//! Deliberately absent: deciding what to do next (the engine's), and waiting for any of this by a
//! command.

mod blobs;
pub mod chunk;
mod contact;
mod context;
mod credentials;
mod driver;
mod escrow;
pub mod index;
mod perform;
mod salvage;
pub mod sse;
mod status;
mod take;
pub mod tls;
pub mod transport;
pub mod wire;

use std::sync::Arc;

use anyhow::{Context as _, Result};
use holdfast_cache::Cache;
use holdfast_domain::{AgentId, TicketId};
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

use self::context::{Bells, Context, Vault};
pub use credentials::{Credentials, keep_credentials};
pub use status::SyncStatus;
pub use tls::Agreed;
pub use transport::Transport;
pub use wire::{Internet, Network, Wire};

use crate::clock::Clock;
use crate::entropy::Entropy;
use crate::lease::Lease;

/// Files that may be asked for at a time.
const WANTED_MAX: usize = 64;

/// What syncing needs.
pub struct Parts {
    /// The desk's disk.
    pub cache: Cache,
    /// Learns when the server was heard, and when it wants nothing more of this agent.
    pub lease: Arc<Lease>,
    /// Where the time comes from.
    pub clock: Arc<dyn Clock>,
    /// Where randomness comes from.
    pub entropy: Arc<dyn Entropy>,
    /// How anything is reached.
    pub network: Arc<dyn Network>,
    /// Where the server is.
    pub server: String,
    /// Whose desk it is.
    pub agent: AgentId,
}

/// The running sync of one session.
pub struct SyncHandle {
    wire: Arc<dyn Wire>,
    bells: Arc<Bells>,
    vault: Vault,
    wanted: mpsc::Sender<(TicketId, String)>,
    status: watch::Receiver<SyncStatus>,
    stop: watch::Sender<bool>,
    tasks: tokio::sync::Mutex<Vec<JoinHandle<()>>>,
}

impl SyncHandle {
    /// Tries the server now instead of after the rest.
    pub fn wake(&self) {
        self.bells.wake.notify_one();
    }

    /// The agent has signed in again: goes on with the new tokens, at once.
    pub async fn sign_in_again(&self, fresh: Credentials) -> holdfast_cache::Result<()> {
        self.vault.renew(fresh).await?;
        self.bells.wake.notify_one();
        Ok(())
    }

    /// The outbox has changed.
    pub fn written(&self) {
        self.bells.written.notify_one();
    }

    /// How things stand, now and from now on.
    pub fn status(&self) -> watch::Receiver<SyncStatus> {
        self.status.clone()
    }

    /// What was agreed on with the server, if it is spoken to over TLS.
    pub fn agreed(&self) -> Option<Agreed> {
        self.wire.agreed()
    }

    /// Asks for a file that hangs on a ticket; it comes when it comes.
    pub fn fetch_blob(&self, ticket: TicketId, hash: &str) {
        let _ = self.wanted.try_send((ticket, hash.to_owned()));
    }

    /// Ends everything; what is being written to the disk is finished.
    pub async fn stop(&self) {
        let _ = self.stop.send(true);
        for task in self.tasks.lock().await.drain(..) {
            if let Err(error) = task.await {
                tracing::error!(%error, "a task of the sync ended badly");
            }
        }
    }
}

/// Starts syncing.
pub async fn start(parts: Parts) -> Result<SyncHandle> {
    let wire = parts.network.wire(&parts.server);
    let wire = wire.context("the server's address is not safe to use")?;
    let transport = Transport::new(wire.clone());
    let (context, status) = Context::load(parts, transport).await?;
    let context = Arc::new(context);
    let (bells, vault) = (Arc::clone(&context.bells), context.vault());
    let (wanted, wants) = mpsc::channel(WANTED_MAX);
    let (stop, stopped) = watch::channel(false);
    let tasks = vec![
        tokio::spawn(driver::drive(Arc::clone(&context), stopped.clone())),
        tokio::spawn(index::fill(Arc::clone(&context), stopped.clone())),
        tokio::spawn(escrow::watch(Arc::clone(&context), stopped.clone())),
        tokio::spawn(blobs::carry(context, wants, stopped)),
    ];
    let tasks = tokio::sync::Mutex::new(tasks);
    Ok(SyncHandle { wire, bells, vault, wanted, status, stop, tasks })
}
