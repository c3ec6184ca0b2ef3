//! The closing lines of each runner, for the summary: how many tests ran, how many passed.
//!
//! Pure. Rust's harness closes once per program; those lines are added up into one of the same
//! form. Deliberately absent: judging. The exit code does that, except that no test at all is red.

use anyhow::{Result, ensure};

/// How many lines of a step without a known runner are shown.
const LAST_LINES: usize = 1;

/// The lines of `output` that a reader wants to see at the end.
pub fn lines(output: &[String]) -> Vec<String> {
    let mut closing: Vec<String> = output
        .iter()
        .map(|line| line.trim())
        .filter(|line| is_closing(line))
        .map(str::to_owned)
        .collect();
    closing.extend(sum(output).map(|sum| sum.to_string()));
    if closing.is_empty() {
        let last = output.iter().rev().filter(|line| !line.trim().is_empty()).take(LAST_LINES);
        closing.extend(last.map(|line| line.trim().to_owned()));
    }
    closing
}

/// A run of Rust's own harness without a single test is a mistake of ours, not a success.
pub fn some_ran(output: &[String]) -> Result<()> {
    let passed = sum(output).map_or(0, |sum| sum.passed);
    ensure!(passed > 0, "not a single test ran");
    Ok(())
}

#[derive(Default, PartialEq, Eq, Debug)]
struct Sum {
    programs: u32,
    passed: u32,
    failed: u32,
    ignored: u32,
}

impl std::fmt::Display for Sum {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { programs, passed, failed, ignored } = self;
        let word = if *failed == 0 { "ok" } else { "FAILED" };
        write!(
            f,
            "test result: {word}. {passed} passed; {failed} failed; {ignored} ignored; \
             in {programs} programs"
        )
    }
}

fn sum(output: &[String]) -> Option<Sum> {
    let mut sum = Sum::default();
    for line in output.iter().filter_map(|line| line.trim().strip_prefix("test result: ")) {
        sum.programs += 1;
        sum.passed += number_before(line, "passed");
        sum.failed += number_before(line, "failed");
        sum.ignored += number_before(line, "ignored");
    }
    (sum.programs > 0).then_some(sum)
}

/// In `ok. 12 passed; 0 failed`, the number before `passed` is 12.
fn number_before(line: &str, word: &str) -> u32 {
    let words: Vec<&str> = line.split([' ', ';']).filter(|word| !word.is_empty()).collect();
    words
        .windows(2)
        .find(|pair| pair[1] == word)
        .and_then(|pair| pair[0].parse().ok())
        .unwrap_or_default()
}

fn is_closing(line: &str) -> bool {
    let nextest = line.starts_with("Summary [");
    let vitest = line.starts_with("Test Files ") || line.starts_with("Tests ");
    let svelte_check = line.contains("svelte-check found");
    let biome = line.starts_with("Checked ") && line.contains(" files in ");
    let node = line.starts_with("ℹ pass ") || line.starts_with("ℹ fail ");
    let own = line.starts_with("browser tests: ");
    nextest || vitest || svelte_check || biome || node || own
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(lines: &[&str]) -> Vec<String> {
        lines.iter().map(|line| (*line).to_owned()).collect()
    }

    #[test]
    fn closing_lines_of_many_programs_are_added_up() {
        let output = told(&[
            "running 2 tests",
            "test result: ok. 2 passed; 0 failed; 0 ignored; 0 measured; 0 filtered out; finished",
            "test result: ok. 40 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished",
        ]);
        assert_eq!(
            lines(&output),
            ["test result: ok. 42 passed; 0 failed; 1 ignored; in 2 programs"]
        );
    }

    #[test]
    fn runners_of_the_ui_are_heard() {
        let output =
            told(&["svelte-check found 0 errors and 0 warnings", " Tests  12 passed (12)"]);
        assert_eq!(lines(&output).len(), 2);
    }

    #[test]
    fn a_step_without_a_runner_closes_with_its_last_line() {
        assert_eq!(lines(&told(&["one", "two", ""])), ["two"]);
    }

    #[test]
    fn no_test_at_all_is_red() {
        assert!(some_ran(&told(&["test result: ok. 0 passed; 0 failed"])).is_err());
        assert!(some_ran(&told(&["test result: ok. 1 passed; 0 failed"])).is_ok());
    }
}
