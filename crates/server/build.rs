//! Lists the files of the sample desk, so that they are part of the binary whatever they are
//! called. Deliberately absent: reading them (the server does, when it is asked to).

use std::fmt::Write;
use std::path::{Path, PathBuf};

fn main() -> std::io::Result<()> {
    let sample = PathBuf::from(std::env::var("CARGO_MANIFEST_DIR").expect("cargo sets it"))
        .join("../../sample");
    println!("cargo::rerun-if-changed={}", sample.display());
    println!("cargo::rerun-if-changed=migrations");
    let mut files = Vec::new();
    collect(&sample, &mut files)?;
    files.sort();
    let mut list = String::from("pub static FILES: &[(&str, &str)] = &[\n");
    for file in &files {
        let name = file.strip_prefix(&sample).expect("it was found there").to_string_lossy();
        let name = name.replace('\\', "/");
        let path = file.canonicalize()?;
        writeln!(list, "    ({name:?}, include_str!({:?})),", path.display().to_string())
            .expect("a string takes everything");
    }
    list.push_str("];\n");
    let out = PathBuf::from(std::env::var("OUT_DIR").expect("cargo sets it"));
    std::fs::write(out.join("sample_files.rs"), list)
}

fn collect(folder: &Path, files: &mut Vec<PathBuf>) -> std::io::Result<()> {
    if !folder.exists() {
        return Ok(());
    }
    println!("cargo::rerun-if-changed={}", folder.display());
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            collect(&path, files)?;
        } else if path.extension().is_some_and(|extension| extension == "toml") {
            files.push(path);
        }
    }
    Ok(())
}
