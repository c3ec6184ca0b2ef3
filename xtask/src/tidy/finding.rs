//! One thing to put right, and the names of the rules.

use std::fmt;

/// All rules. Exemptions may name these and no others.
pub const RULES: [&str; 17] = [
    "banned-call",
    "component-length",
    "crate",
    "exemption",
    "expect",
    "file-length",
    "function-length",
    "leftover",
    "line-length",
    "log-field",
    "module-doc",
    "name",
    "place",
    "room",
    "skipped-test",
    "tauri-import",
    "variant",
];

/// Where, which rule, and what to do.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Path from the root.
    pub file: String,
    /// From 1.
    pub line: usize,
    pub rule: &'static str,
    pub what: String,
}

impl Finding {
    pub fn new(file: &str, line: usize, rule: &'static str, what: impl Into<String>) -> Self {
        debug_assert!(RULES.contains(&rule), "{rule} is not in the list of rules");
        Self { file: file.to_owned(), line, rule, what: what.into() }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}: {}", self.file, self.line, self.rule, self.what)
    }
}
