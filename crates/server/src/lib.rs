//! The server: one support organisation's truth, in one sequence, for many desks.
//!
//! Reading order: [`core`] (what everything shares), [`sync`] (how operations become truth and
//! truth reaches desks), [`store`] (what is remembered), [`http`] (the endpoints).
//!
//! Deliberately absent: rules about tickets (`holdfast_domain`), what travels
//! (`holdfast_protocol`), the current time and randomness (given as [`Outside`]).

pub mod admin;
pub mod backup;
pub mod channel;
mod clock;
pub mod config;
pub mod core;
pub mod damage;
pub mod doors;
mod entropy;
pub mod error;
pub mod following;
#[macro_use]
pub mod store;
pub mod blobs;
mod handshake;
pub mod http;
pub mod intake;
pub mod jobs;
pub mod letter;
pub mod load;
mod outside;
pub mod passwords;
pub mod places;
pub mod sample;
pub mod serve;
pub mod snapshots;
pub mod streams;
pub mod succession;
pub mod sync;
pub mod vitals;

use std::sync::Arc;

use anyhow::Result;

pub use config::Config;
pub use core::Core;
pub use outside::{Outside, Probe, Step};
pub use serve::Running;

/// Opens the data folder and serves it.
pub async fn start(config: Config, outside: Outside) -> Result<Running> {
    serve::serve(Arc::new(Core::open(config, outside).await?)).await
}
