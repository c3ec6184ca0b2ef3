//! Logs hold no words of customers, addresses, tokens or keys.
//!
//! Looks at what the logging macros are given: a field or variable named like something private is
//! red, whatever it holds. Lengths and emptiness of such a thing are fine.

use super::Finding;
use super::rust::{Rust, closes_at, is_word, line_of};

const MACROS: [&str; 10] = [
    "trace!",
    "debug!",
    "info!",
    "warn!",
    "error!",
    "event!",
    "info_span!",
    "debug_span!",
    "error_span!",
    "span!",
];

const PRIVATE: [&str; 18] = [
    "address",
    "authorization",
    "body",
    "content",
    "cookie",
    "email",
    "key",
    "passphrase",
    "password",
    "phone",
    "preview",
    "query",
    "recipient",
    "secret",
    "subject",
    "text",
    "token",
    "words",
];

/// What may be told of a private thing.
const HARMLESS: [&str; 5] = [".len()", ".is_some()", ".is_none()", ".is_empty()", "::"];

/// Logging calls of one file.
pub fn check(rust: &Rust) -> Vec<Finding> {
    let code = rust.code.join("\n");
    let raw = rust.raw.join("\n");
    let mut findings = Vec::new();
    for name in MACROS {
        for (at, _) in code.match_indices(name) {
            let open = at + name.len();
            let Some(close) = opens_here(&code, at, open).then(|| closes_at(&code, open)).flatten()
            else {
                continue;
            };
            if !rust.test[line_of(&code, at)] {
                findings.extend(arguments(rust.path, &code, &raw, open..close));
            }
        }
    }
    findings.extend(instrumented(rust));
    findings
}

/// `info!` is not the end of `my_info!`, and a macro without brackets is none of ours.
fn opens_here(code: &str, at: usize, open: usize) -> bool {
    let before = code[..at].bytes().next_back();
    let whole = !before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
    whole && code[open..].starts_with('(')
}

fn arguments(path: &str, code: &str, raw: &str, range: std::ops::Range<usize>) -> Vec<Finding> {
    let mut findings = Vec::new();
    for word in PRIVATE {
        for (offset, _) in code[range.clone()].match_indices(word) {
            let at = range.start + offset;
            let rest = &code[at + word.len()..];
            let harmless = HARMLESS.iter().any(|end| rest.starts_with(end));
            if is_word(code, at, word) && !harmless {
                findings.push(finding(path, code, at, word));
            }
        }
        let captured = format!("{{{word}");
        for (offset, _) in raw[range.clone()].match_indices(&captured) {
            let at = range.start + offset + 1;
            let in_text = code[at..].starts_with(' ');
            if in_text && raw[at + word.len()..].starts_with(['}', ':']) {
                findings.push(finding(path, code, at, word));
            }
        }
    }
    findings
}

/// `#[instrument]` records every argument unless it is told not to.
fn instrumented(rust: &Rust) -> Vec<Finding> {
    let told = |line: &str| line.contains("instrument") && line.trim_start().starts_with("#[");
    rust.code
        .iter()
        .enumerate()
        .filter(|(_, line)| told(line) && !line.contains("skip_all"))
        .map(|(at, _)| {
            Finding::new(rust.path, at + 1, "log-field", "say `skip_all` and name the fields")
        })
        .collect()
}

fn finding(path: &str, code: &str, at: usize, word: &str) -> Finding {
    let what = format!("`{word}` does not belong in a log: give an id or a length");
    Finding::new(path, line_of(code, at) + 1, "log-field", what)
}

#[cfg(test)]
mod tests {
    use super::super::File;
    use super::*;

    fn lines(text: &str) -> Vec<usize> {
        let file = File { path: "a.rs".to_owned(), text: text.to_owned() };
        check(&Rust::scan(&file)).into_iter().map(|finding| finding.line).collect()
    }

    #[test]
    fn private_fields_are_red_however_they_are_written() {
        for call in [
            "info!(subject = %row.subject, \"seen\");",
            "tracing::warn!(token, \"refused\");",
            "debug!(what = ?message.words, \"held\");",
            "error!(\"cannot send to {address}\");",
            "info!(\"{email:?} signed in\");",
            "let _s = info_span!(\"push\", passphrase);",
        ] {
            assert!(!lines(&format!("fn f() {{ {call} }}")).is_empty(), "{call}");
        }
    }

    #[test]
    fn ids_lengths_and_plain_words_are_fine() {
        for call in [
            "info!(ticket = %id, \"the subject changed\");",
            "info!(bytes = body.len(), \"taken\");",
            "my_info!(token);",
            "format!(\"{token}\");",
        ] {
            assert_eq!(lines(&format!("fn f() {{ {call} }}")), Vec::<usize>::new(), "{call}");
        }
    }

    #[test]
    fn the_line_of_the_field_is_named_in_a_long_call() {
        assert_eq!(lines("fn f() {\n  info!(\n    ticket,\n    %body,\n  );\n}"), [4]);
    }

    #[test]
    fn an_instrumented_function_must_skip_its_arguments() {
        assert_eq!(lines("#[tracing::instrument]\nfn f() {}"), [1]);
        assert_eq!(
            lines("#[instrument(skip_all, fields(ticket))]\nfn f() {}"),
            Vec::<usize>::new()
        );
    }
}
