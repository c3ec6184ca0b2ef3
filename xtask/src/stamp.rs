//! Skipping work whose inputs are the same as last time.
//!
//! A stamp is a small file with a fingerprint of the inputs, written after the work was done. The
//! fingerprint guards against stale results, not against attackers. Deliberately absent: knowledge
//! of what the work is, and anything cargo decides better by itself.

use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::root;

/// A fingerprint of all files below `inputs` (files or folders): names and contents. Folders called
/// like one of `except` are left out. What does not exist counts as empty.
pub fn fingerprint(inputs: &[PathBuf], except: &[&str]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    for input in inputs {
        for file in files(input, except)? {
            file.hash(&mut hasher);
            fs::read(&file)
                .with_context(|| format!("cannot read {}", file.display()))?
                .hash(&mut hasher);
        }
    }
    Ok(format!("{:016x}", hasher.finish()))
}

/// Whether the work called `name` was last done on exactly these inputs.
pub fn is_fresh(name: &str, fingerprint: &str) -> bool {
    fs::read_to_string(place(name)).is_ok_and(|stamp| stamp == fingerprint)
}

/// Remember that the work called `name` was done on these inputs.
pub fn remember(name: &str, fingerprint: &str) -> Result<()> {
    let place = place(name);
    let dir = place.parent().expect("a stamp lies in the memory folder");
    fs::create_dir_all(dir)?;
    fs::write(&place, fingerprint).with_context(|| format!("cannot write {}", place.display()))
}

/// All files below `path`, sorted, without folders called like one of `except`.
pub fn files(path: &Path, except: &[&str]) -> Result<Vec<PathBuf>> {
    if path.is_file() {
        return Ok(vec![path.to_path_buf()]);
    }
    let mut found = Vec::new();
    if path.is_dir() {
        walk(path, except, &mut found)?;
    }
    found.sort();
    Ok(found)
}

fn walk(dir: &Path, except: &[&str], found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(dir).with_context(|| format!("cannot list {}", dir.display()))? {
        let entry = entry?;
        let path = entry.path();
        let kind = entry.file_type()?;
        if kind.is_dir() {
            if !except.contains(&entry.file_name().to_string_lossy().as_ref()) {
                walk(&path, except, found)?;
            }
        } else if kind.is_file() {
            found.push(path);
        }
    }
    Ok(())
}

fn place(name: &str) -> PathBuf {
    root::memory().join(format!("{name}.stamp"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_changed_or_renamed_file_changes_the_fingerprint_and_a_left_out_folder_does_not() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let inputs = [dir.path().to_path_buf()];
        let print = || fingerprint(&inputs, &["node_modules"]).expect("readable");
        fs::write(dir.path().join("a.ts"), "1").expect("write");
        let first = print();
        fs::create_dir(dir.path().join("node_modules")).expect("mkdir");
        fs::write(dir.path().join("node_modules/x.js"), "x").expect("write");
        assert_eq!(print(), first, "installed packages are no input");
        fs::write(dir.path().join("a.ts"), "2").expect("write");
        let second = print();
        assert_ne!(second, first, "contents count");
        fs::rename(dir.path().join("a.ts"), dir.path().join("b.ts")).expect("rename");
        assert_ne!(print(), second, "names count");
    }
}
