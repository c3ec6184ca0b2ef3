//! The entry that the coverage-guided engine (libFuzzer) calls. Built by `cargo xtask fuzz` only,
//! with our own crates counted; which target it is about stands in the environment. Without one it
//! says what targets there are, with their words, as a line of JSON.
#![no_main]
#![allow(unsafe_code, reason = "the engine is C++ and calls one function of ours by its name")]

use std::collections::BTreeMap;
use std::io::Write;
use std::sync::LazyLock;

use holdfast_fuzz::{TARGETS, Target};

static TARGET: LazyLock<Option<&'static Target>> = LazyLock::new(|| {
    let name = std::env::var("HOLDFAST_FUZZ_TARGET").ok()?;
    Some(TARGETS.iter().find(|target| target.name == name).expect("the target is of the table"))
});

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| match *TARGET {
    Some(target) => (target.run)(bytes),
    None => list(),
});

fn list() {
    let all: BTreeMap<_, _> = TARGETS.iter().map(|target| (target.name, target.words)).collect();
    let line = serde_json::to_string(&all).expect("names and words are plain data");
    writeln!(std::io::stdout(), "{line}").expect("whoever asked reads the answer");
}
