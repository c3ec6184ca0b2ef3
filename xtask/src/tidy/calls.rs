//! Calls that make a room impure: the current time and randomness belong to composition roots.
//!
//! Also `expect` without an invariant as its message. Tests may do all of it.

use super::Finding;
use super::rust::{Rust, is_word};

/// Where time and randomness enter, and why there.
const COMPOSITION_ROOTS: [(&str, &str); 9] = [
    ("crates/desk/src/clock.rs", "the desk's clock, behind a trait that tests replace"),
    ("crates/desk/src/entropy.rs", "the desk's randomness, behind a trait that tests replace"),
    ("crates/server/src/clock.rs", "the server's clock"),
    ("crates/server/src/entropy.rs", "the server's randomness: tokens, salts, ids"),
    ("crates/simulator/src/main.rs", "measures how long all worlds took"),
    ("tests/host/src/main.rs", "makes its one-time token"),
    ("tests/bench/", "measures durations"),
    ("tests/torture/", "real time passes between real processes"),
    ("xtask/", "measures durations and makes the sample profiles' passphrases"),
];

const BANNED: [(&str, &str); 11] = [
    ("Timestamp::now", "take `now` as an argument"),
    ("SystemTime::now", "take `now` as an argument"),
    ("Instant::now", "take `now` as an argument, or measure in a composition root"),
    ("Zoned::now", "take a Timestamp and a zone"),
    ("Uuid::now_v7", "ids come from the room that is given randomness and a clock"),
    ("Uuid::new_v4", "ids come from the room that is given randomness and a clock"),
    ("getrandom::fill", "take randomness as an argument"),
    ("getrandom::u64", "take randomness as an argument"),
    ("thread_rng", "take randomness as an argument"),
    ("OsRng", "take randomness as an argument"),
    ("RandomState::new", "use BTreeMap where order can be seen"),
];

/// An invariant takes at least so many words.
const EXPECT_WORDS: usize = 2;

/// Banned calls and wordless expects of one file.
pub fn check(rust: &Rust) -> Vec<Finding> {
    let mut findings = Vec::new();
    let is_root = COMPOSITION_ROOTS.iter().any(|(path, _)| rust.path.starts_with(path));
    for (at, code) in rust.code.iter().enumerate() {
        if rust.test[at] {
            continue;
        }
        if !is_root {
            findings.extend(banned(rust.path, at, code));
        }
        if let Some(message) = expect_message(rust, at)
            && message.split_whitespace().count() < EXPECT_WORDS
        {
            let what = "say the invariant in the message, or return an error";
            findings.push(Finding::new(rust.path, at + 1, "expect", what));
        }
    }
    findings
}

fn banned(path: &str, at: usize, code: &str) -> Vec<Finding> {
    BANNED
        .iter()
        .filter(|(call, _)| code.match_indices(call).any(|(at, _)| is_word(code, at, call)))
        .map(|(call, cure)| {
            Finding::new(path, at + 1, "banned-call", format!("no `{call}` here: {cure}"))
        })
        .collect()
}

/// The literal of an `.expect("…")` that begins in line `at`, on this line or the next.
fn expect_message<'a>(rust: &Rust<'a>, at: usize) -> Option<&'a str> {
    let call = rust.code[at].find(".expect(")?;
    let open = call + ".expect(".len();
    let (line, from) = if rust.code[at][open..].trim().is_empty() {
        (at + 1, rust.code.get(at + 1)?.find('"')?)
    } else {
        (at, open)
    };
    let literal = rust.raw[line][from..].trim_start().strip_prefix('"')?;
    Some(literal.split('"').next().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::super::File;
    use super::*;

    fn rules(path: &str, text: &str) -> Vec<&'static str> {
        let file = File { path: path.to_owned(), text: text.to_owned() };
        check(&Rust::scan(&file)).into_iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn every_banned_call_is_red_in_a_pure_room() {
        for (call, _) in BANNED {
            let text = format!("fn f() {{ {call}(); }}");
            assert_eq!(rules("crates/domain/src/a.rs", &text), ["banned-call"], "{call}");
        }
    }

    #[test]
    fn composition_roots_tests_strings_and_comments_may_name_the_time() {
        let call = "fn f() { Timestamp::now(); }";
        for (path, _) in COMPOSITION_ROOTS {
            assert_eq!(rules(path, call), Vec::<&str>::new(), "{path}");
        }
        let test = format!("#[cfg(test)]\nmod tests {{\n{call}\n}}");
        assert_eq!(rules("crates/domain/src/a.rs", &test), Vec::<&str>::new());
        let words = "// Timestamp::now\nconst A: &str = \"Timestamp::now\";";
        assert_eq!(rules("crates/domain/src/a.rs", words), Vec::<&str>::new());
    }

    #[test]
    fn an_expect_without_an_invariant_is_red() {
        assert_eq!(rules("a.rs", "fn f() { x.expect(\"failed\"); }"), ["expect"]);
        assert_eq!(rules("a.rs", "fn f() {\n x.expect(\n  \"\",\n );\n}"), ["expect"]);
        let good = "fn f() { x.expect(\"the list is never empty\"); }";
        assert_eq!(rules("a.rs", good), Vec::<&str>::new());
    }
}
