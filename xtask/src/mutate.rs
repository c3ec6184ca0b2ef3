//! `cargo xtask mutate`: proves that the simulator can fail. Each deliberate mistake of the list is
//! made in a copy of the source, built, and worlds are lived through until one goes wrong.
//!
//! The copy lies in `target/mutants/`, with a target directory of its own: cargo does not tell two
//! checkouts of one workspace apart, and a mistake must not get into anything else. Deliberately
//! absent: mistakes made by a program (these were thought out: each is a way to lose something).

mod list;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use self::list::{MUTATIONS, Mutation};
use crate::test::build::cargo;
use crate::{root, say, shell, simulate};

#[derive(clap::Args)]
pub struct Options {
    /// Worlds in which a mistake must show
    #[arg(long, default_value_t = 1_000)]
    seeds: u64,
    /// Only mistakes with this in their name; may be said several times
    #[arg(long, value_name = "WORDS")]
    only: Vec<String>,
    /// Where the figures are written, beside what the file has of other mistakes
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
}

/// Worlds that must go well without a mistake.
const CONTROL_SEEDS: u64 = 200;

/// What became of a mistake.
struct Tried {
    name: &'static str,
    /// The seed of the world in which it showed, how many had been lived through, and what was
    /// wrong.
    caught: Option<(Value, Value, String)>,
}

/// Makes every mistake in turn; one that is not found out is an error.
pub fn mutate(options: &Options) -> Result<()> {
    let wanted = wanted(&options.only)?;
    let tree = folder().join("tree");
    copy_source(&tree)?;
    // What goes wrong without a mistake proves nothing about one.
    let without = live(&tree, "none", options.seeds.min(CONTROL_SEEDS))?;
    ensure!(without.caught.is_none(), "worlds go wrong without a mistake: `cargo xtask simulate`");
    let mut all = Vec::new();
    for mutation in wanted {
        let tried = with(&tree, mutation, || live(&tree, mutation.name, options.seeds));
        let tried = tried.with_context(|| mutation.name)?;
        say::line(&told(&tried));
        all.push(tried);
        // Whoever stops it in the middle keeps what was found.
        if let Some(path) = &options.json {
            write(path, &all)?;
        }
    }
    let caught = all.iter().filter(|tried| tried.caught.is_some()).count();
    say::line(&format!("mutations {}, caught {caught}", all.len()));
    ensure!(caught == all.len(), "{} mistakes were not found out", all.len() - caught);
    Ok(())
}

fn write(path: &Path, all: &[Tried]) -> Result<()> {
    let each = with_others(path, all.iter().map(figures).collect())?;
    let caught = each.iter().filter(|one| !one["seed"].is_null()).count();
    let sum = json!({ "mutations": each.len(), "caught": caught, "each": each });
    Ok(fs::write(path, serde_json::to_vec_pretty(&sum)?)?)
}

/// What is known of this list's other mistakes from a run before.
fn with_others(path: &Path, mut each: Vec<Value>) -> Result<Vec<Value>> {
    let Ok(before) = fs::read(path) else { return Ok(each) };
    let before: Value = serde_json::from_slice(&before)
        .with_context(|| format!("{} holds other things than figures", path.display()))?;
    let others = before["each"].as_array().into_iter().flatten().filter(|one| {
        let is_listed = MUTATIONS.iter().any(|mutation| one["name"] == mutation.name);
        is_listed && each.iter().all(|mine| mine["name"] != one["name"])
    });
    let others: Vec<Value> = others.cloned().collect();
    each.extend(others);
    Ok(each)
}

/// Those that have one of these in their name; all, if there are none.
fn wanted(only: &[String]) -> Result<Vec<&'static Mutation>> {
    let is = |mutation: &&Mutation| {
        only.is_empty() || only.iter().any(|words| mutation.name.contains(words.as_str()))
    };
    let wanted: Vec<&Mutation> = MUTATIONS.iter().filter(is).collect();
    let names = || MUTATIONS.iter().map(|it| it.name).collect::<Vec<_>>().join("\n  ");
    ensure!(!wanted.is_empty(), "no mistake has that in its name; there are:\n  {}", names());
    Ok(wanted)
}

/// Where it all happens.
fn folder() -> PathBuf {
    root::target().join("mutants")
}

fn told(tried: &Tried) -> String {
    match &tried.caught {
        Some((seed, worlds, wrong)) => {
            format!("caught: {}: seed {seed}, after {worlds} worlds: {wrong}", tried.name)
        }
        None => format!("NOT CAUGHT: {}", tried.name),
    }
}

fn figures(tried: &Tried) -> Value {
    match &tried.caught {
        Some((seed, worlds, wrong)) => {
            json!({ "name": tried.name, "seed": seed, "worlds": worlds, "wrong": wrong })
        }
        None => json!({ "name": tried.name, "seed": null }),
    }
}

/// The source as it is, without what git ignores. Files that are the same stay untouched, so that
/// cargo builds only what has changed.
fn copy_source(tree: &Path) -> Result<()> {
    let mut git = Command::new("git");
    git.current_dir(root::dir()).args(["ls-files", "-z", "-co", "--exclude-standard"]);
    let listed = shell::text(&mut git)?;
    let mut wanted = BTreeSet::new();
    for name in listed.split('\0').filter(|name| !name.is_empty()) {
        let (from, to) = (root::dir().join(name), tree.join(name));
        // A file that is deleted and not yet committed is still listed.
        let Ok(bytes) = fs::read(&from) else { continue };
        wanted.insert(to.clone());
        if fs::read(&to).is_ok_and(|there| there == bytes) {
            continue;
        }
        fs::create_dir_all(to.parent().context("a file lies in a folder")?)?;
        fs::write(&to, bytes).with_context(|| format!("writing {}", to.display()))?;
    }
    remove_others(tree, &wanted)
}

fn remove_others(folder: &Path, wanted: &BTreeSet<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            remove_others(&path, wanted)?;
        } else if !wanted.contains(&path) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

/// Does something while a mistake stands in the copy.
fn with<T>(tree: &Path, mutation: &Mutation, then: impl FnOnce() -> Result<T>) -> Result<T> {
    let path = tree.join(mutation.file);
    let before = fs::read_to_string(&path)?;
    ensure!(
        before.matches(mutation.right).count() == 1,
        "{} does not say once what the mistake changes: set it right in xtask/src/mutate/list.rs",
        mutation.file
    );
    fs::write(&path, before.replacen(mutation.right, mutation.wrong, 1))?;
    let done = then();
    fs::write(&path, before)?;
    done
}

fn live(tree: &Path, name: &'static str, seeds: u64) -> Result<Tried> {
    let mut build = cargo();
    build.current_dir(tree).env("CARGO_TARGET_DIR", folder().join("target"));
    build.args(["build", "--quiet", "--profile", "worlds", "-p", "holdfast-simulator"]);
    // It warns of what a mistake leaves unused.
    shell::text(&mut build).context("the mistake cannot be built")?;
    let figures = folder().join("figures.json");
    let _none_from_before = fs::remove_file(&figures);
    let mut worlds = simulate::program(&folder().join("target"));
    worlds.args(["--seeds", &seeds.to_string(), "--until-failure", "--json"]).arg(&figures);
    let ended = worlds.stdout(Stdio::null()).stderr(Stdio::null()).status()?;
    if ended.success() {
        return Ok(Tried { name, caught: None });
    }
    let caught = match fs::read(&figures) {
        Ok(figures) => {
            let figures: Value = serde_json::from_slice(&figures)?;
            let wrong = figures["wrong"][0].as_str().unwrap_or_default();
            let kind = wrong.split(':').next().unwrap_or_default().to_owned();
            (figures["violations"][0].clone(), figures["worlds"].clone(), kind)
        }
        Err(error) => bail!("the worlds ended without figures: {error}"),
    };
    Ok(Tried { name, caught: Some(caught) })
}
