//! `cargo xtask tidy`: the limits that no compiler holds, so that the rooms stay what they are.
//!
//! Each finding reads `file:line: rule: what to do`. A line is let off by a comment that says why,
//! `// tidy: allow(rule): reason`, above it or at its end; `allow-file` near the top lets off a
//! whole file. An exemption without a reason, or one that lets off nothing, is a finding itself.
//! Deliberately absent: everything that rustfmt, clippy or biome can hold.

mod calls;
mod exempt;
mod finding;
mod lengths;
mod logs;
mod places;
mod rooms;
mod rust;
mod variants;
mod words;

use std::collections::BTreeMap;
use std::fs;

use anyhow::{Context, Result, bail};

pub use finding::Finding;

use crate::{root, say, stamp};

/// Folders that hold results or other people's code.
const NOT_OURS: [&str; 6] = ["target", "node_modules", ".git", ".run", ".svelte-kit", "coverage"];
/// The same, by path.
const RESULTS: [&str; 3] = ["ui/dist/", "src-tauri/gen/", "tests/blank/gen/"];
/// Files that are text, by the end of their name.
const TEXT: [&str; 17] = [
    ".rs", ".ts", ".svelte", ".mjs", ".js", ".css", ".html", ".json", ".toml", ".md", ".sql",
    ".ftl", ".sh", ".yml", ".yaml", ".lock", ".ci/run",
];

/// A text file of the workspace, with its path from the root (`/` between folders).
pub struct File {
    pub path: String,
    pub text: String,
}

/// The command.
pub fn tidy() -> Result<()> {
    for line in check()? {
        say::line(&line);
    }
    Ok(())
}

/// Print every finding; any finding is an error.
pub fn check() -> Result<Vec<String>> {
    let files = files()?;
    let mut findings = rooms::check(&rooms::members()?);
    findings.extend(judge(&files));
    findings.sort();
    for finding in &findings {
        say::line(&finding.to_string());
    }
    if !findings.is_empty() {
        bail!("tidy: {} findings in {} files", findings.len(), files_of(&findings));
    }
    Ok(vec![format!("tidy: {} files, nothing to do", files.len())])
}

/// All rules over all files, less what is let off with a reason.
fn judge(files: &[File]) -> Vec<Finding> {
    let mut findings = lengths::shell(files);
    for file in files {
        let scanned = file.path.ends_with(".rs").then(|| rust::Rust::scan(file));
        let mut found = places::check(file);
        found.extend(variants::manifest(file));
        found.extend(words::check(file, scanned.as_ref()));
        found.extend(lengths::check(file, scanned.as_ref()));
        if let Some(rust) = &scanned {
            found.extend(calls::check(rust));
            found.extend(logs::check(rust));
            found.extend(variants::check(rust));
        }
        findings.extend(exempt::let_off(file, scanned.as_ref(), found));
    }
    findings
}

/// The text files of the workspace.
pub fn files() -> Result<Vec<File>> {
    let root = root::dir();
    let mut files = Vec::new();
    for path in stamp::files(root, &NOT_OURS)? {
        let relative = path.strip_prefix(root).context("a file lies below the root")?;
        let name = relative.to_string_lossy().replace('\\', "/");
        if !TEXT.iter().any(|end| name.ends_with(end))
            || RESULTS.iter().any(|folder| name.starts_with(folder))
        {
            continue;
        }
        let text = fs::read_to_string(&path).with_context(|| format!("{name} is not UTF-8"))?;
        files.push(File { path: name, text });
    }
    Ok(files)
}

fn files_of(findings: &[Finding]) -> usize {
    let mut count: BTreeMap<&str, usize> = BTreeMap::new();
    for finding in findings {
        *count.entry(&finding.file).or_default() += 1;
    }
    count.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rules(path: &str, text: &str) -> Vec<&'static str> {
        let file = File { path: path.to_owned(), text: text.to_owned() };
        judge(&[file]).into_iter().map(|finding| finding.rule).collect()
    }

    #[test]
    fn a_good_file_has_no_findings() {
        let text = "//! Why.\n\n/// What.\npub fn one() -> u8 {\n    1\n}\n";
        assert_eq!(rules("crates/domain/src/one.rs", text), Vec::<&str>::new());
    }

    #[test]
    fn an_exemption_with_a_reason_lets_one_line_off() {
        let call = "fn f() {\n    // tidy: allow(banned-call): the clock of the world\n    \
                    Timestamp::now();\n}\n";
        let text = format!("//! Why.\n{call}");
        assert_eq!(rules("crates/desk/src/x.rs", &text), Vec::<&str>::new());
        let twice = text.replace("now();\n", "now();\n    Timestamp::now();\n");
        assert_eq!(rules("crates/desk/src/x.rs", &twice), ["banned-call"], "only one line");
    }

    #[test]
    fn an_exemption_must_say_why_and_must_be_needed() {
        let bare = "//! Why.\n// tidy: allow(banned-call)\nfn f() { Timestamp::now(); }\n";
        assert!(rules("crates/desk/src/x.rs", bare).contains(&"exemption"));
        let idle = "//! Why.\n// tidy: allow(banned-call): long ago\nfn f() {}\n";
        assert_eq!(rules("crates/desk/src/x.rs", idle), ["exemption"]);
        let unknown = "//! Why.\n// tidy: allow(everything): please\nfn f() {}\n";
        assert_eq!(rules("crates/desk/src/x.rs", unknown), ["exemption"]);
    }

    #[test]
    fn a_finding_reads_file_line_rule_and_what_to_do() {
        let file = File { path: "a.rs".to_owned(), text: "fn f() {}\n".to_owned() };
        let told = judge(&[file])[0].to_string();
        assert!(told.starts_with("a.rs:1: module-doc: begin with `//!`"), "{told}");
    }
}
