//! `cargo xtask reliability`: the table of docs/reliability.md, from what was really run.
//!
//! ```text
//!   simulate, torture, mutate, fuzz, bench ──--json──▶ files
//!                     │ cargo xtask reliability --torture FILE …
//!                     ▼
//!   docs/reliability.json (the last of each, its day, its machine) ──▶ the table
//! ```
//!
//! The last run of each counts; fuzzing adds up, target by target, since it goes on where it was.
//! What was not run says so. A test renders the page anew and compares, and looks for every test,
//! command and decision that the page names, so that it cannot rot. Deliberately absent: running
//! anything; and judging, beyond printing what was found.

mod named;
mod rows;

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use crate::{root, say, shell};

/// Files of figures, as the commands write them with `--json FILE`.
#[derive(clap::Args)]
pub struct Options {
    /// Of `cargo xtask simulate`
    #[arg(long, value_name = "FILE")]
    simulate: Option<PathBuf>,
    /// Of `cargo xtask mutate`
    #[arg(long, value_name = "FILE")]
    mutate: Option<PathBuf>,
    /// Of `cargo xtask torture`
    #[arg(long, value_name = "FILE")]
    torture: Option<PathBuf>,
    /// Of `cargo xtask fuzz`; added to what was there
    #[arg(long, value_name = "FILE")]
    fuzz: Option<PathBuf>,
    /// Of `cargo xtask bench --only restore`
    #[arg(long, value_name = "FILE")]
    restore: Option<PathBuf>,
    /// Of `cargo xtask bench --only siege`
    #[arg(long, value_name = "FILE")]
    siege: Option<PathBuf>,
    /// What is to be known about these runs, beside the table
    #[arg(long, value_name = "WORDS")]
    note: Option<String>,
}

/// Where the table begins and ends in the page.
const BEGIN: &str = "<!-- figures: cargo xtask reliability -->\n";
const END: &str = "<!-- end of figures -->";

/// What was run last, by the command it was.
type Runs = BTreeMap<String, Run>;

/// One run, or for fuzzing all of them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Run {
    /// The day, in UTC.
    on: String,
    /// Processors of the machine.
    cores: usize,
    /// Of the tree when they were taken in.
    commit: String,
    /// What is to be known about it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    note: String,
    /// As the command wrote them.
    figures: Value,
}

/// The command.
pub fn reliability(options: &Options) -> Result<()> {
    let mut runs = read()?;
    let given = [
        ("simulate", &options.simulate),
        ("mutate", &options.mutate),
        ("torture", &options.torture),
        ("fuzz", &options.fuzz),
        ("restore", &options.restore),
        ("siege", &options.siege),
    ];
    for (name, file) in given {
        let Some(file) = file else { continue };
        let text = fs::read(file).with_context(|| format!("cannot read {}", file.display()))?;
        let figures: Value = serde_json::from_slice(&text)
            .with_context(|| format!("{} holds no figures", file.display()))?;
        let before = runs.get(name).map(|run| &run.figures);
        let figures = match name {
            "fuzz" => added(before, &figures)?,
            _ => figures,
        };
        let note = options.note.clone().unwrap_or_default();
        runs.insert(name.to_owned(), Run { note, ..of_today(figures)? });
    }
    fs::write(figures_path(), format!("{}\n", serde_json::to_string_pretty(&runs)?))?;
    let page = rendered(&fs::read_to_string(page_path())?, &runs)?;
    fs::write(page_path(), &page)?;
    let missing = named::missing(&page)?;
    ensure!(missing.is_empty(), "docs/reliability.md names what is not there: {missing:#?}");
    say::line("docs/reliability.md is as docs/reliability.json has it");
    Ok(())
}

fn of_today(figures: Value) -> Result<Run> {
    let told = |program: &str, arguments: &[&str]| -> Result<String> {
        let output = Command::new(program).args(arguments).current_dir(root::dir()).output()?;
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let on = told("date", &["-u", "+%Y-%m-%d"]).context("date(1) is missing")?;
    let commit = match shell::find("git") {
        Some(_) => told("git", &["rev-parse", "--short", "HEAD"])?,
        None => String::new(),
    };
    let cores = std::thread::available_parallelism()?.get();
    Ok(Run { on, cores, commit, note: String::new(), figures })
}

/// Fuzzing goes on where it was: what was tried adds up, and so does what it took.
fn added(before: Option<&Value>, figures: &Value) -> Result<Value> {
    let mut all = before.cloned().unwrap_or_else(|| json!({ "files": [], "targets": {} }));
    let list = figures.as_array().context("figures of fuzzing are a list")?;
    let sum = format!("{figures}");
    let seen = all["files"].as_array_mut().context("files are a list")?;
    // The same file twice would count twice what was done once.
    let mark = json!(mark_of(&sum));
    ensure!(!seen.contains(&mark), "these figures were added before");
    seen.push(mark);
    for figure in list {
        let id = figure["id"].as_str().context("a figure without a name")?;
        let mut parts = id.split('.').skip(1);
        let (Some(target), Some(what)) = (parts.next(), parts.next()) else { continue };
        let value = figure["value"].as_f64().context("a figure without a value")?;
        let had = all["targets"][target][what].as_f64().unwrap_or_default();
        let value = if what == "corpus" { value } else { had + value };
        all["targets"][target][what] = json!(value);
    }
    Ok(all)
}

/// Enough to know figures again: FNV-1a.
fn mark_of(text: &str) -> String {
    let mut mark = 0xcbf2_9ce4_8422_2325_u64;
    for byte in text.bytes() {
        mark = (mark ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("{mark:016x}")
}

/// The page with the table of these runs.
fn rendered(page: &str, runs: &Runs) -> Result<String> {
    let (before, rest) = page.split_once(BEGIN).context("the page has no place for figures")?;
    let (_, after) = rest.split_once(END).context("the place for figures has no end")?;
    Ok(format!("{before}{BEGIN}\n{}\n{END}{after}", rows::table(runs)))
}

fn read() -> Result<Runs> {
    let text = fs::read(figures_path()).context("docs/reliability.json is missing")?;
    serde_json::from_slice(&text).context("docs/reliability.json cannot be read")
}

fn figures_path() -> PathBuf {
    docs().join("reliability.json")
}

fn page_path() -> PathBuf {
    docs().join("reliability.md")
}

fn docs() -> PathBuf {
    Path::new(root::dir()).join("docs")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_shows_what_was_run_and_nothing_else() {
        let page = fs::read_to_string(page_path()).expect("docs/reliability.md");
        let fresh = rendered(&page, &read().expect("figures")).expect("a page");
        assert!(fresh == page, "docs/reliability.md is stale: cargo xtask reliability");
    }

    #[test]
    fn every_test_command_and_decision_that_the_page_names_exists() {
        let page = fs::read_to_string(page_path()).expect("docs/reliability.md");
        let missing = named::missing(&page).expect("the tree");
        assert!(missing.is_empty(), "docs/reliability.md names what is not there: {missing:#?}");
    }

    #[test]
    fn what_was_not_run_says_so() {
        let table = rows::table(&Runs::new());
        let rows = table.lines().skip(2).count();
        assert_eq!(table.matches("not run").count(), rows, "{table}");
    }

    #[test]
    fn fuzzing_adds_up_and_no_run_counts_twice() {
        let run = |n: u64| {
            json!([
                { "id": "fuzz.sse.executions", "value": n },
                { "id": "fuzz.sse.took", "value": 60.0 },
                { "id": "fuzz.sse.corpus", "value": n }, { "id": "fuzz.sse.crashes", "value": 0 },
            ])
        };
        let once = added(None, &run(5)).expect("figures");
        let twice = added(Some(&once), &run(7)).expect("figures");
        assert_eq!(twice["targets"]["sse"]["executions"], 12.0);
        assert_eq!(twice["targets"]["sse"]["took"], 120.0);
        assert_eq!(twice["targets"]["sse"]["corpus"], 7.0, "what there is, not what there was");
        assert!(added(Some(&twice), &run(7)).is_err(), "the same run again");
    }
}
