//! The corpus: inputs that are kept, a folder a target. Written by hand, or found by the engine
//! and kept because they reach what no other reaches, or because they once broke something.

use std::path::PathBuf;

use anyhow::{Context, Result};

/// The folder of a target's inputs.
pub fn folder(target: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target)
}

/// A target's inputs with their names, in the order of their names.
pub fn read(target: &str) -> Result<Vec<(String, Vec<u8>)>> {
    let folder = folder(target);
    let entries = std::fs::read_dir(&folder);
    let entries = entries.with_context(|| format!("{} has no corpus", folder.display()))?;
    let mut inputs = Vec::new();
    for entry in entries {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        inputs.push((name, std::fs::read(entry.path())?));
    }
    inputs.sort();
    Ok(inputs)
}
