//! Prepared words with placeholders.

use holdfast_desk::holes::{fill, find};

const VALUE: &str = "x";

pub(super) fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    assert_eq!(fill(&text, |_| None), text, "nothing is known and yet it changed");
    for name in find(&text) {
        assert!(!name.trim().is_empty() && !name.contains(['{', '\n']), "{name:?} is no name");
        let filled = fill(&text, |asked| (asked == name).then(|| VALUE.to_owned()));
        // A value may come to stand between braces that were left over, and so in a name.
        let left = find(&filled).contains(&name) && !name.contains(VALUE);
        assert!(!left, "{name:?} was filled in and is a hole again in {filled:?}");
    }
}
