//! `cargo xtask fuzz`: attacks everything that reads what others wrote, guided by coverage.
//!
//! The engine is libFuzzer, linked into one program with all targets of tests/fuzz. It needs our
//! code to count which of its branches were taken. That is asked of the compiler for the members of
//! this workspace alone, by standing between cargo and the compiler ([`as_compiler`]): so the one
//! stable toolchain is enough, and no library is built a second time. docs/decisions/0009 says what
//! that leaves out.
//!
//! What is found and not yet known goes to `target/fuzz/TARGET`, and with `--keep` the smallest
//! part of it that reaches as much goes to the corpus in tests/fuzz. What breaks a target is kept
//! in `target/fuzz/crashes/TARGET` and is an error.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use crate::test::build::cargo;
use crate::{root, say, shell};

#[derive(clap::Args)]
pub struct Options {
    /// These targets only
    #[arg(long, value_name = "TARGET")]
    target: Vec<String>,
    /// How long each of them is attacked
    #[arg(long, value_name = "MINUTES", default_value_t = 1.0)]
    minutes: f64,
    /// Where the figures are written, as a list of {id, value, unit, baseline, ratio}
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Take what was found and reaches more than the corpus into the corpus
    #[arg(long)]
    keep: bool,
}

/// Set while the engine is built: whoever is called with it is called in place of the compiler.
const BUILDING: &str = "HOLDFAST_FUZZ_BUILD";
/// Asks for a count a branch, for where each count stands, and for what is compared with what.
const COUNTED: [&str; 6] = [
    "-Cpasses=sancov-module",
    "-Cllvm-args=-sanitizer-coverage-level=4",
    "-Cllvm-args=-sanitizer-coverage-inline-8bit-counters",
    "-Cllvm-args=-sanitizer-coverage-pc-table",
    "-Cllvm-args=-sanitizer-coverage-trace-compares",
    "-Ccodegen-units=1",
];
/// More memory than any input may take, MiB.
const MEMORY_MAX_MIB: &str = "1024";
/// One input may take so long.
const INPUT_WITHIN_S: &str = "10";
/// Longest input that is kept, bytes.
const KEPT_BYTES_MAX: &str = "2048";

/// What became of one target.
struct Attacked {
    name: String,
    executions: u64,
    corpus: usize,
    crashes: usize,
    took: Duration,
}

/// The command.
pub fn fuzz(options: &Options) -> Result<()> {
    let targets = chosen(build()?, &options.target)?;
    let mut all = Vec::new();
    for (name, words) in &targets {
        let attacked = attack(name, words, options)?;
        say::line(&format!(
            "{:<10} {:>11} executions  {:>5} inputs  {} crashes  {}",
            attacked.name,
            attacked.executions,
            attacked.corpus,
            attacked.crashes,
            say::duration(attacked.took)
        ));
        all.push(attacked);
    }
    if let Some(file) = &options.json {
        fs::write(file, format!("{:#}\n", figures(&all)))
            .with_context(|| format!("cannot write {}", file.display()))?;
    }
    let crashes: usize = all.iter().map(|attacked| attacked.crashes).sum();
    ensure!(crashes == 0, "{crashes} inputs broke something: {}", crashes_of("").display());
    Ok(())
}

/// In place of the compiler: the same call, with counting for what is not run while building.
/// `None` if this is an ordinary call of xtask.
pub fn as_compiler() -> Option<ExitCode> {
    std::env::var_os(BUILDING)?;
    let mut arguments = std::env::args_os().skip(1);
    let compiler = arguments.next()?;
    let arguments: Vec<_> = arguments.collect();
    let has = |word: &str| arguments.iter().any(|argument| argument == word);
    let builds = has("build_script_build") || has("proc-macro") || has("--print") || has("-vV");
    let mut command = Command::new(compiler);
    command.args(&arguments);
    if !builds {
        command.args(COUNTED);
    }
    let code = command.status().ok().and_then(|status| u8::try_from(status.code()?).ok());
    Some(ExitCode::from(code.unwrap_or(1)))
}

/// Builds the engine; returns the targets in it and the words of each.
fn build() -> Result<BTreeMap<String, Vec<String>>> {
    say::begin("building the engine, with our own code counted");
    let begun = Instant::now();
    let mut command = cargo();
    command.args(["build", "--package", "holdfast-fuzz", "--features", "engine", "--bins"]);
    let ourselves = std::env::current_exe().context("this program has a path")?;
    command.env("RUSTC_WORKSPACE_WRAPPER", ourselves).env(BUILDING, "1");
    shell::run(&mut command)?;
    say::done("built", begun.elapsed());
    let told = engine().arg("-runs=0").output().context("the engine does not start")?;
    let told = String::from_utf8_lossy(&told.stdout).into_owned();
    let line = told.lines().next().context("the engine does not say what targets there are")?;
    serde_json::from_str(line).context("the list of targets is plain JSON")
}

fn chosen(
    mut targets: BTreeMap<String, Vec<String>>,
    names: &[String],
) -> Result<BTreeMap<String, Vec<String>>> {
    if let Some(unknown) = names.iter().find(|name| !targets.contains_key(*name)) {
        let known: Vec<_> = targets.keys().map(String::as_str).collect();
        bail!("there is no target `{unknown}`; there are {}", known.join(", "));
    }
    targets.retain(|name, _| names.is_empty() || names.contains(name));
    Ok(targets)
}

fn attack(name: &str, words: &[String], options: &Options) -> Result<Attacked> {
    let (corpus, found, crashes) = (corpus_of(name), found_of(name), crashes_of(name));
    fs::create_dir_all(&found)?;
    fs::create_dir_all(&crashes)?;
    let dictionary = root::target().join("fuzz").join(format!("{name}.words"));
    fs::write(&dictionary, words.iter().map(|word| entry(word)).collect::<String>())?;
    let before = count(&crashes);
    let begun = Instant::now();
    let seconds = (options.minutes * 60.0).max(1.0) as u64;
    let mut command = engine();
    command.env("HOLDFAST_FUZZ_TARGET", name);
    command
        .arg(format!("-max_total_time={seconds}"))
        .arg(format!("-dict={}", dictionary.display()))
        .arg(format!("-artifact_prefix={}/", crashes.display()))
        .args([format!("-rss_limit_mb={MEMORY_MAX_MIB}"), format!("-timeout={INPUT_WITHIN_S}")])
        .args(["-print_final_stats=1", "-verbosity=0"])
        .args([&found, &corpus]);
    let output = command.output().context("the engine does not start")?;
    let told = String::from_utf8_lossy(&output.stderr);
    let took = begun.elapsed();
    let broke = count(&crashes) - before;
    if !output.status.success() {
        say::line(&told);
        ensure!(broke > 0, "the engine ended with {} and kept no input", output.status);
    }
    if options.keep {
        keep(name, &corpus, &found)?;
    }
    let executions = executions(&told);
    let corpus = count(&corpus) + count(&found);
    Ok(Attacked { name: name.to_owned(), executions, corpus, crashes: broke, took })
}

/// The smallest part of what was found that reaches what the corpus does not.
fn keep(name: &str, corpus: &Path, found: &Path) -> Result<()> {
    let before = count(corpus);
    let mut command = engine();
    command.env("HOLDFAST_FUZZ_TARGET", name);
    command.args(["-merge=1", "-verbosity=0"]).arg(format!("-max_len={KEPT_BYTES_MAX}"));
    let output = command.args([corpus, found]).output().context("the engine does not start")?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    say::line(&format!("{name}: {} inputs are new in the corpus", count(corpus) - before));
    Ok(())
}

fn engine() -> Command {
    let mut command = Command::new(root::debug().join(root::exe("holdfast-fuzz-engine")));
    command.current_dir(root::dir()).env_remove("HOLDFAST_FUZZ_TARGET");
    command
}

/// A line of the engine's dictionary.
fn entry(word: &str) -> String {
    let letters: String = word.bytes().map(|byte| format!("\\x{byte:02x}")).collect();
    format!("\"{letters}\"\n")
}

fn executions(told: &str) -> u64 {
    let line = told.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"));
    line.and_then(|number| number.trim().parse().ok()).unwrap_or_default()
}

fn figures(all: &[Attacked]) -> Value {
    let mut figures = Vec::new();
    for Attacked { name, executions, corpus, crashes, took } in all {
        let values = [
            ("executions", json!(executions), "inputs"),
            ("corpus", json!(corpus), "inputs"),
            ("crashes", json!(crashes), "inputs"),
            ("took", json!(took.as_secs_f64()), "s"),
        ];
        for (what, value, unit) in values {
            let id = format!("fuzz.{name}.{what}");
            figures.push(json!({
                "id": id, "value": value, "unit": unit, "baseline": null, "ratio": null,
            }));
        }
    }
    Value::Array(figures)
}

fn corpus_of(target: &str) -> PathBuf {
    root::dir().join("tests/fuzz/corpus").join(target)
}

fn found_of(target: &str) -> PathBuf {
    root::target().join("fuzz").join(target)
}

fn crashes_of(target: &str) -> PathBuf {
    root::target().join("fuzz/crashes").join(target)
}

fn count(folder: &Path) -> usize {
    fs::read_dir(folder).into_iter().flatten().count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn how_many_inputs_were_tried_is_read_from_the_engines_last_words() {
        let told = "Done 12 runs in 1 second(s)\nstat::number_of_executed_units: 12\nstat::x: 1\n";
        assert_eq!(executions(told), 12);
        assert_eq!(executions(""), 0);
    }

    #[test]
    fn a_word_of_any_script_is_a_line_of_the_dictionary() {
        assert_eq!(entry("a\"\n"), "\"\\x61\\x22\\x0a\"\n");
    }

    #[test]
    fn a_target_that_does_not_exist_is_named_with_those_that_do() {
        let targets = BTreeMap::from([("sse".to_owned(), Vec::new())]);
        let error = chosen(targets.clone(), &["ssse".to_owned()]).expect_err("no such target");
        assert!(error.to_string().contains("there are sse"), "{error}");
        assert_eq!(chosen(targets, &[]).expect("all").len(), 1);
    }
}
