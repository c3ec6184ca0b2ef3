//! Sizes on the disk: the programs as built for release, and the packages if they were made.

use std::fs;
use std::path::Path;

use anyhow::Result;

use crate::figure::Figure;
use crate::window::program;

const MIB: f64 = 1024.0 * 1024.0;

/// Programs, and packages in `dist` if it is there.
pub fn measure(dist: Option<&Path>) -> Result<Vec<Figure>> {
    let mut figures = Vec::new();
    for name in ["holdfast-app", "holdfast-server"] {
        figures.push(figure(&program(name)?, format!("size.{name}"))?);
    }
    let packages = dist.and_then(|dist| fs::read_dir(dist).ok());
    let mut paths: Vec<_> = packages.into_iter().flatten().flatten().map(|e| e.path()).collect();
    paths.sort();
    for path in paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.ends_with(".deb") {
            figures.push(figure(&path, format!("size.{name}"))?);
        }
    }
    Ok(figures)
}

fn figure(path: &Path, id: String) -> Result<Figure> {
    Ok(Figure::new(id, fs::metadata(path)?.len() as f64 / MIB, "MiB"))
}
