//! Worlds that have to go well, and the promise that a seed is a world: lived through twice it
//! says the same, byte for byte.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Result, ensure};
use holdfast_simulator::plan::Plan;
use holdfast_simulator::story::{Told, tell};
use holdfast_simulator::template::Template;

fn live(seed: u64, template: &Arc<Template>) -> Result<Told> {
    tell(&Plan::of(seed, None), template, false)
}

#[test]
fn a_seed_is_a_world_and_says_the_same_twice() -> Result<()> {
    let template = Arc::new(Template::make()?);
    for seed in [1, 2, 7] {
        let (first, second) = (live(seed, &template)?, live(seed, &template)?);
        assert_eq!(first.hash, second.hash, "seed {seed}");
        assert!(first.operations > 0, "seed {seed} is a world in which somebody works");
    }
    assert_ne!(live(1, &template)?.hash, live(2, &template)?.hash);
    Ok(())
}

/// Plans that once went wrong, each in a file with the name of what it found. A plan and not a
/// seed: what a seed brings about changes whenever worlds learn something new.
#[test]
fn worlds_that_once_went_wrong_go_well() -> Result<()> {
    let template = Arc::new(Template::make()?);
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/found");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<Result<_>>()?;
    files.sort();
    ensure!(files.len() >= 12, "no plan that found something is ever thrown away");
    for file in files {
        let plan: Plan = serde_json::from_slice(&std::fs::read(&file)?)?;
        let told = tell(&plan, &template, false)?;
        ensure!(told.violations.is_empty(), "{}: {:?}", file.display(), told.violations);
    }
    Ok(())
}
