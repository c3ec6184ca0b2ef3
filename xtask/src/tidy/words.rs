//! Words that do not belong in the tree: names that say nothing, tests that do not run, notes to
//! oneself, and the shell's library outside the one file that may use it.

use super::rust::{Rust, is_word};
use super::{File, Finding};

/// What a name may not end in, since it says nothing of what the thing is.
const EMPTY_NAMES: [&str; 6] = ["manager", "service", "helper", "helpers", "util", "utils"];
/// What stands before the name of a new type or module.
const DEFINES: [&str; 8] =
    ["struct ", "enum ", "trait ", "type ", "mod ", "union ", "class ", "interface "];
const SKIPS_RUST: [&str; 1] = ["#[ignore"];
const SKIPS_WEB: [&str; 9] = [
    "it.skip",
    "test.skip",
    "describe.skip",
    "it.only",
    "test.only",
    "describe.only",
    "xit(",
    "test.fixme",
    "test.todo",
];
const LEFTOVERS: [&str; 2] = ["TODO", "FIXME"];
const SHELL_LIBRARY: &str = "@tauri-apps/";
const SHELL_LIBRARY_MAY: &str = "ui/src/ipc/tauri.ts";

const WEB: [&str; 4] = [".ts", ".svelte", ".mjs", ".js"];
const PROSE: [&str; 6] = [".md", ".css", ".html", ".sh", ".yml", ".sql"];

/// All of it for one file.
pub fn check(file: &File, rust: Option<&Rust>) -> Vec<Finding> {
    let mut findings = Vec::new();
    let web = ends_with(file, &WEB);
    if rust.is_some() || web {
        findings.extend(file_name(file));
    }
    if let Some(rust) = rust {
        for (at, code) in rust.code.iter().enumerate() {
            findings.extend(definition(&file.path, at, code));
            findings.extend(skipped(&file.path, at, code, &SKIPS_RUST));
            findings.extend(leftover(&file.path, at, &rust.told[at]));
        }
    } else if web || ends_with(file, &PROSE) {
        for (at, line) in file.text.lines().enumerate() {
            findings.extend(leftover(&file.path, at, line));
            if web {
                findings.extend(definition(&file.path, at, line));
                findings.extend(skipped(&file.path, at, line, &SKIPS_WEB));
                findings.extend(shell_library(&file.path, at, line));
            }
        }
    }
    findings
}

fn ends_with(file: &File, ends: &[&str]) -> bool {
    ends.iter().any(|end| file.path.ends_with(end))
}

fn file_name(file: &File) -> Option<Finding> {
    let name = file.path.rsplit('/').next().unwrap_or(&file.path);
    let stem = name.split('.').next().unwrap_or(name);
    is_empty_name(stem).then(|| {
        let what = format!("`{stem}` says nothing: name the file after its noun");
        Finding::new(&file.path, 1, "name", what)
    })
}

fn definition(path: &str, at: usize, code: &str) -> Option<Finding> {
    let name = DEFINES.iter().find_map(|word| {
        let found = code.find(word).filter(|found| is_word(code, *found, word.trim()))?;
        let rest = &code[found + word.len()..];
        let name: String = rest.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        is_empty_name(&name).then_some(name)
    })?;
    let what = format!("`{name}` says nothing: name it after what it is or does");
    Some(Finding::new(path, at + 1, "name", what))
}

/// `TicketManager`, `ticket_manager`, `ticket-manager` and `manager`, but not `Interservice`.
fn is_empty_name(name: &str) -> bool {
    EMPTY_NAMES.iter().any(|word| {
        let Some(start) = name.len().checked_sub(word.len()) else {
            return false;
        };
        let Some(end) = name.get(start..) else {
            return false;
        };
        let begins_a_word = start == 0
            || name[..start].ends_with(['_', '-'])
            || end.starts_with(|c: char| c.is_ascii_uppercase());
        begins_a_word && end.eq_ignore_ascii_case(word)
    })
}

fn skipped(path: &str, at: usize, code: &str, patterns: &[&str]) -> Option<Finding> {
    let found = patterns.iter().find(|pattern| {
        code.match_indices(**pattern)
            .any(|(at, _)| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
    })?;
    let what = format!("`{found}`: a test runs or it goes");
    Some(Finding::new(path, at + 1, "skipped-test", what))
}

fn leftover(path: &str, at: usize, line: &str) -> Option<Finding> {
    let found = LEFTOVERS
        .iter()
        .find(|word| line.match_indices(**word).any(|(at, _)| is_word(line, at, word)))?;
    let what = format!("{found}: do it now or write an issue");
    Some(Finding::new(path, at + 1, "leftover", what))
}

fn shell_library(path: &str, at: usize, line: &str) -> Option<Finding> {
    if path == SHELL_LIBRARY_MAY || !path.starts_with("ui/src/") || !line.contains(SHELL_LIBRARY) {
        return None;
    }
    let what = format!("only {SHELL_LIBRARY_MAY} may know the shell: call through ipc");
    Some(Finding::new(path, at + 1, "tauri-import", what))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(path: &str, text: &str) -> Vec<&'static str> {
        let file = File { path: path.to_owned(), text: text.to_owned() };
        let rust = path.ends_with(".rs").then(|| Rust::scan(&file));
        check(&file, rust.as_ref()).into_iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn names_that_say_nothing_are_red_where_they_are_made() {
        for text in ["struct TicketManager;", "pub trait Helper {}", "mod utils;"] {
            assert_eq!(rules("a.rs", text), ["name"], "{text}");
        }
        assert_eq!(rules("ui/src/a.ts", "export class InboxService {}"), ["name"]);
        assert_eq!(rules("ui/src/date-utils.ts", ""), ["name"]);
        assert_eq!(rules("crates/desk/src/helpers.rs", ""), ["name"]);
    }

    #[test]
    fn using_somebody_elses_name_is_fine() {
        for text in ["use tauri::Manager;", "impl tower::Service for A {}", "struct Utility;"] {
            assert_eq!(rules("a.rs", text), Vec::<&str>::new(), "{text}");
        }
    }

    #[test]
    fn a_test_that_does_not_run_is_red() {
        assert_eq!(rules("a.rs", "#[ignore = \"slow\"]\nfn f() {}"), ["skipped-test"]);
        for pattern in SKIPS_WEB {
            let text = format!("{}('a', b)", pattern.trim_end_matches('('));
            assert_eq!(rules("ui/src/a.test.ts", &text), ["skipped-test"], "{pattern}");
        }
        assert_eq!(rules("ui/src/a.ts", "await exit(1)"), Vec::<&str>::new());
    }

    #[test]
    fn notes_to_oneself_are_red_in_comments_and_fine_in_texts() {
        assert_eq!(rules("a.rs", "// TODO later"), ["leftover"]);
        assert_eq!(rules("docs/a.md", "FIXME"), ["leftover"]);
        assert_eq!(rules("a.rs", "const A: &str = \"TODO el equipo\";"), Vec::<&str>::new());
        assert_eq!(rules("sample/tickets/es.toml", "TODO falla"), Vec::<&str>::new());
    }

    #[test]
    fn only_one_file_of_the_ui_knows_the_shell() {
        let text = "import { invoke } from '@tauri-apps/api/core'";
        assert_eq!(rules("ui/src/inbox/a.ts", text), ["tauri-import"]);
        assert_eq!(rules("ui/src/inbox/A.svelte", text), ["tauri-import"]);
        assert_eq!(rules("ui/src/ipc/tauri.ts", text), Vec::<&str>::new());
    }
}
