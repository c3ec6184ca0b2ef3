//! Exemptions: `tidy: allow(rule): reason` in a comment lets one line off, `allow-file` a file.
//!
//! Each needs a reason, a rule that exists and something to let off, so that exemptions do not
//! outlive their cause.

use super::finding::RULES;
use super::rust::Rust;
use super::{File, Finding};

const LINE: &str = "tidy: allow(";
const FILE: &str = "tidy: allow-file(";
/// How a comment begins, in all languages of the tree.
const MARKS: [&str; 5] = ["//", "#", "<!--", "/*", "--"];

struct Exemption {
    /// Line of the comment, from 1.
    at: usize,
    /// The line let off, from 1; none for the whole file.
    line: Option<usize>,
    rule: String,
    reason: String,
}

/// `found` less what is let off, plus what is wrong with the exemptions themselves.
pub fn let_off(file: &File, rust: Option<&Rust>, found: Vec<Finding>) -> Vec<Finding> {
    let exemptions = match rust {
        Some(rust) => read(rust.told.iter().map(String::as_str)),
        None => read(file.text.lines()),
    };
    let mut used = vec![false; exemptions.len()];
    let mut left: Vec<Finding> = found
        .into_iter()
        .filter(|finding| {
            let covers = exemptions.iter().position(|exemption| exemption.covers(finding));
            if let Some(at) = covers {
                used[at] = true;
            }
            covers.is_none()
        })
        .collect();
    for (exemption, used) in exemptions.iter().zip(used) {
        if let Some(what) = exemption.fault(used) {
            left.push(Finding::new(&file.path, exemption.at, "exemption", what));
        }
    }
    left
}

impl Exemption {
    fn covers(&self, finding: &Finding) -> bool {
        !self.reason.is_empty()
            && self.rule == finding.rule
            && self.line.is_none_or(|line| line == finding.line)
    }

    fn fault(&self, used: bool) -> Option<String> {
        if !RULES.contains(&self.rule.as_str()) {
            return Some(format!("there is no rule `{}`", self.rule));
        }
        if self.reason.is_empty() {
            return Some("say why: `tidy: allow(rule): reason`".to_owned());
        }
        (!used).then(|| format!("nothing here breaks `{}` any more: take it out", self.rule))
    }
}

fn read<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<Exemption> {
    let lines: Vec<&str> = lines.collect();
    let mut exemptions = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let comment = ["//", "#", "<!--", "/*", "--"].iter().any(|mark| line.contains(mark));
        if !comment {
            continue;
        }
        if let Some((rule, reason)) = parse(line, FILE) {
            exemptions.push(Exemption { at: at + 1, line: None, rule, reason });
        } else if let Some((rule, reason)) = parse(line, LINE) {
            let line = Some(target(&lines, at) + 1);
            exemptions.push(Exemption { at: at + 1, line, rule, reason });
        }
    }
    exemptions
}

fn parse(line: &str, begins: &str) -> Option<(String, String)> {
    let (before, rest) = line.split_once(begins)?;
    // It begins its comment; prose about exemptions quotes them.
    let before = before.trim_end();
    let mark = MARKS.iter().find(|mark| before.ends_with(**mark))?;
    if before[..before.len() - mark.len()].ends_with('`') {
        return None;
    }
    let (rule, rest) = rest.split_once(')')?;
    let reason = rest.trim_start_matches(':').trim().trim_end_matches("-->").trim_end_matches("*/");
    Some((rule.to_owned(), reason.trim().to_owned()))
}

/// A comment on a line of its own speaks of the next line that is no comment.
fn target(lines: &[&str], at: usize) -> usize {
    let alone = |line: &str| {
        let line = line.trim_start();
        ["//", "#", "<!--", "/*", "--"].iter().any(|mark| line.starts_with(mark))
            && !line.starts_with("#[")
    };
    if !alone(lines[at]) {
        return at;
    }
    (at + 1..lines.len()).find(|next| !alone(lines[*next])).unwrap_or(at)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_comment_of_its_own_speaks_of_the_next_line_of_code() {
        let lines = ["// tidy: allow(name): theirs", "// more words", "struct A;"];
        let read = read(lines.into_iter());
        assert_eq!((read[0].at, read[0].line), (1, Some(3)));
    }

    #[test]
    fn a_comment_at_the_end_speaks_of_its_own_line() {
        let read = read(["struct A; // tidy: allow(name): theirs"].into_iter());
        assert_eq!((read[0].line, read[0].reason.as_str()), (Some(1), "theirs"));
    }

    #[test]
    fn prose_about_exemptions_is_none() {
        assert!(read(["//! `tidy: allow(rule): reason` lets off"].into_iter()).is_empty());
        assert!(read(["//! write `// tidy: allow(rule): reason`"].into_iter()).is_empty());
    }
}
