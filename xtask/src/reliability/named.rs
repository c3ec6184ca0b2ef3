//! What the page names: tests, commands and decisions, and which of them are not there.
//!
//! A test is named by its function in backticks, or for the browser's by its sentence in backticks;
//! a command as it is typed; a decision by its number.

use std::collections::BTreeSet;

use anyhow::Result;

use crate::tidy;

/// Where the promises begin in the page; what stands above is figures.
const PROMISES: &str = "## What each promise rests on";
/// Words of a test's name, at least; a name of a variable or of a file has fewer.
const WORDS_MIN: usize = 4;

/// Everything that the page names and that does not exist.
pub(super) fn missing(page: &str) -> Result<Vec<String>> {
    let (_, promises) = page.split_once(PROMISES).unwrap_or(("", page));
    let files = tidy::files()?;
    let texts = |end: &str| -> String {
        let of = files.iter().filter(|file| file.path.ends_with(end));
        of.map(|file| file.text.as_str()).collect()
    };
    let (rust, browser) = (texts(".rs"), texts(".test.mjs"));
    let text_of = |path: &str| files.iter().find(|file| file.path == path).map(|file| &file.text);
    let ours = text_of("xtask/src/main.rs").cloned().unwrap_or_default();
    let server = text_of("crates/server/src/main.rs").cloned().unwrap_or_default();
    let mut missing = BTreeSet::new();
    for name in named(promises) {
        let there = match name.as_str() {
            name if is_test(name) => rust.contains(&format!("fn {name}(")),
            name if name.starts_with("cargo xtask ") => has_command(&ours, name, 2),
            name if name.starts_with("holdfast-server ") => has_command(&server, name, 1),
            name if name.contains(' ') => browser.contains(&format!("journey(\"{name}\"")),
            name => files.iter().any(|file| file.path == name || file.path.starts_with(name)),
        };
        if !there {
            missing.insert(name);
        }
    }
    for number in decisions(promises) {
        let path = format!("docs/decisions/{number}-");
        if !files.iter().any(|file| file.path.starts_with(&path)) {
            missing.insert(path);
        }
    }
    Ok(missing.into_iter().collect())
}

/// What stands between backticks.
fn named(text: &str) -> Vec<String> {
    let parts = text.split('`').skip(1).step_by(2);
    parts.map(|part| part.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

fn is_test(name: &str) -> bool {
    let plain = name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_');
    plain && name.split('_').count() >= WORDS_MIN
}

/// A subcommand is a variant: `desk revoke` is `Desk(` or `Desk {` or `Desk,`.
fn has_command(source: &str, name: &str, before: usize) -> bool {
    let Some(word) = name.split(' ').nth(before) else { return false };
    let mut letters = word.chars();
    let first = letters.next().map(|c| c.to_ascii_uppercase()).into_iter();
    let variant: String = first.chain(letters).collect();
    ["(", " {", ","].iter().any(|end| source.contains(&format!("    {variant}{end}")))
}

/// `docs/decisions/0012`, wherever it stands.
fn decisions(text: &str) -> Vec<String> {
    let after = text.split("docs/decisions/").skip(1);
    let numbers = after.map(|rest| rest.chars().take_while(char::is_ascii_digit).collect());
    numbers.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_there_is_found_and_what_is_there_is_not() {
        let page = format!(
            "{PROMISES}\n`what_is_not_there_is_found_and_what_is_there_is_not`, `cargo xtask fuzz`,
             `holdfast-server doctor`, docs/decisions/0012, `crates/simulator`, and
             `a_test_that_nobody_has_written`, `cargo xtask forget`, `holdfast-server forget`,
             docs/decisions/9999, `crates/nowhere`, `a journey that nobody has walked`"
        );
        let missing = missing(&page).expect("the tree");
        let want = [
            "a journey that nobody has walked",
            "a_test_that_nobody_has_written",
            "cargo xtask forget",
            "crates/nowhere",
            "docs/decisions/9999-",
            "holdfast-server forget",
        ];
        assert_eq!(missing, want);
    }
}
