//! How the sample agents sign in: passwords made now, written to a file that only its owner reads.

use std::collections::BTreeMap;
use std::fs::OpenOptions;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use serde::Serialize;

use super::Sample;
use crate::core::Core;
use crate::load::key;
use crate::passwords::{generate, hash};
use crate::store::{Durability, directory};

/// How one of them signs in, and opens the desk's profile where there is no keyring.
#[derive(Serialize)]
struct Access {
    password: String,
    passphrase: String,
}

/// Gives every sample agent a new password and writes them down.
pub(super) async fn write(core: &Core, sample: &Sample, path: &Path) -> Result<()> {
    let mut access = BTreeMap::new();
    let mut hashes = Vec::new();
    for agent in &sample.agents {
        let (password, passphrase) = (generate(&core.outside), generate(&core.outside));
        hashes.push((key::agent(&agent.key), hash(&password).await?));
        access.insert(agent.login.clone(), Access { password, passphrase });
    }
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path).with_context(|| format!("making {}", path.display()))?;
    file.write_all(&serde_json::to_vec_pretty(&access)?)?;
    file.sync_all()?;
    let mut writing = core.write(Durability::Power).await?;
    for (agent, hash) in &hashes {
        directory::set_password(&mut writing.tx, *agent, hash).await?;
    }
    writing.finish().await
}
