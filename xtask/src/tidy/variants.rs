//! Variants: what the rooms do must not hang on how they were built. What the simulator and the
//! torture find out is true of what agents use only because it is the same code; so nothing but
//! the operating system, and tests themselves, may be asked of the compiler.
//!
//! Deliberately absent: the shell and the test programs, which no simulator runs.

use super::rust::Rust;
use super::{File, Finding};

/// Rooms that worlds are made of.
const ROOMS: [&str; 7] = [
    "crates/cache/",
    "crates/desk/",
    "crates/domain/",
    "crates/protocol/",
    "crates/search/",
    "crates/server/",
    "crates/sync-engine/",
];

/// What may be asked of the compiler.
const ASKED: [&str; 7] = ["all", "any", "not", "target_os", "test", "unix", "windows"];

/// Conditions of the compiler in a room's source.
pub fn check(rust: &Rust) -> Vec<Finding> {
    let mut findings = Vec::new();
    if !ROOMS.iter().any(|room| rust.path.starts_with(room)) || rust.is_test_file() {
        return findings;
    }
    for (at, code) in rust.code.iter().enumerate() {
        let calls = ["cfg(", "cfg!(", "cfg_attr("].iter();
        let asked =
            calls.flat_map(|call| code.match_indices(call).map(|(at, call)| at + call.len()));
        for condition in asked.map(|from| inside(&code[from..])) {
            let words = condition.split(|c: char| !c.is_alphanumeric() && c != '_');
            let first = words.filter(|word| !word.is_empty()).find(|word| !ASKED.contains(word));
            if let Some(word) = first {
                findings.push(finding(rust.path, at, word));
            }
        }
    }
    findings
}

/// What stands before the parenthesis that closes, or on the rest of the line.
fn inside(text: &str) -> &str {
    let mut open = 1;
    let end = text.char_indices().find(|(_, c)| {
        open += i32::from(*c == '(') - i32::from(*c == ')');
        open == 0
    });
    &text[..end.map_or(text.len(), |(at, _)| at)]
}

/// Features of a room.
pub fn manifest(file: &File) -> Vec<Finding> {
    let of_room = ROOMS.iter().any(|room| file.path == format!("{room}Cargo.toml"));
    let lines = file.text.lines().enumerate().filter(|_| of_room);
    let features = lines.filter(|(_, line)| line.trim() == "[features]");
    features.map(|(at, _)| finding(&file.path, at, "[features]")).collect()
}

fn finding(path: &str, at: usize, word: &str) -> Finding {
    let what = format!("no `{word}`: what the simulator runs is what agents run; pass it in");
    Finding::new(path, at + 1, "variant", what)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(path: &str, text: &str) -> usize {
        let file = File { path: path.to_owned(), text: text.to_owned() };
        check(&Rust::scan(&file)).len() + manifest(&file).len()
    }

    #[test]
    fn a_room_that_hangs_on_how_it_was_built_is_red() {
        for line in [
            "#[cfg(feature = \"simulator\")]\nfn f() {}",
            "#[cfg(simulated)]\nfn f() {}",
            "fn f() -> bool {\n    cfg!(debug_assertions)\n}",
            "#[cfg_attr(unix, feature = \"x\")]\nfn f() {}",
            "#[cfg(all(target_os = \"linux\", simulated))]\nfn f() {}",
            "fn f() -> bool {\n    cfg!(unix) && cfg!(simulated)\n}",
        ] {
            assert_eq!(found("crates/desk/src/a.rs", line), 1, "{line}");
            assert_eq!(found("tests/host/src/a.rs", line), 0, "{line}");
        }
        assert_eq!(found("crates/cache/Cargo.toml", "[features]\nslow = []\n"), 1);
    }

    #[test]
    fn the_operating_system_and_tests_may_be_asked_for() {
        for line in [
            "#[cfg(unix)]",
            "#[cfg(not(unix))]",
            "#[cfg(any(unix, target_os = \"windows\"))]",
            "fn f() {\n    if cfg!(unix) { g() }\n}",
        ] {
            assert_eq!(found("crates/server/src/a.rs", line), 0, "{line}");
        }
        assert_eq!(found("crates/desk/src/a.rs", "#[cfg(test)]\nmod tests {}\n"), 0);
    }
}
