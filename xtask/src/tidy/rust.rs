//! A Rust file as the rules see it: code without its strings and comments, its functions, and
//! which of its lines are tests.
//!
//! A scanner, not a parser: it knows strings, characters, comments and braces, which is enough for
//! every rule and cannot fail on code that does not compile yet. Columns stay what they were,
//! since what is hidden becomes spaces of the same length.

use super::File;

/// A scanned file.
pub struct Rust<'a> {
    pub path: &'a str,
    /// The lines as they are.
    pub raw: Vec<&'a str>,
    /// The lines without comments and without what stands in strings (their quotes stay).
    pub code: Vec<String>,
    /// The lines without what stands in strings.
    pub told: Vec<String>,
    /// Per line: whether it belongs to a test.
    pub test: Vec<bool>,
    pub functions: Vec<Function>,
}

/// Lines from 0, both inclusive.
pub struct Function {
    pub name: String,
    pub first: usize,
    pub last: usize,
}

impl<'a> Rust<'a> {
    /// Scan `file`.
    pub fn scan(file: &'a File) -> Self {
        let (code, told) = hide(&file.text);
        let functions = functions(&code);
        let mut rust = Self {
            path: &file.path,
            raw: file.text.lines().collect(),
            code: code.lines().map(str::to_owned).collect(),
            told: told.lines().map(str::to_owned).collect(),
            test: Vec::new(),
            functions,
        };
        rust.test = rust.test_lines(&code);
        rust
    }

    /// Whether the whole file is a test: it lies in a folder of tests or is named so.
    pub fn is_test_file(&self) -> bool {
        let path = self.path;
        path.starts_with("tests/journeys/")
            || path.starts_with("tests/app/")
            || path.contains("/tests/")
            || path.contains("/benches/")
            || path.ends_with("/tests.rs")
    }

    fn test_lines(&self, code: &str) -> Vec<bool> {
        let mut test = vec![self.is_test_file(); self.raw.len()];
        for (at, _) in code.match_indices("#[cfg(test)]") {
            let first = line_of(code, at);
            let last = end_of_item(code, at + "#[cfg(test)]".len());
            for line in &mut test[first..=last.min(self.raw.len().saturating_sub(1))] {
                *line = true;
            }
        }
        test
    }
}

/// Byte offset → line, from 0.
pub fn line_of(text: &str, at: usize) -> usize {
    text.as_bytes()[..at].iter().filter(|byte| **byte == b'\n').count()
}

/// Where the bracket that opens at `open` closes. `code` has no strings or comments.
pub fn closes_at(code: &str, open: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, byte) in code.bytes().enumerate().skip(open) {
        match byte {
            b'(' | b'[' | b'{' => depth += 1,
            b')' | b']' | b'}' => {
                depth = depth.saturating_sub(1);
                if depth == 0 {
                    return Some(at);
                }
            }
            _ => {}
        }
    }
    None
}

/// Whether `at..at + word.len()` is a whole word of `code`.
pub fn is_word(code: &str, at: usize, word: &str) -> bool {
    let letter = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let bytes = code.as_bytes();
    let before = at.checked_sub(1).and_then(|at| bytes.get(at)).is_some_and(letter);
    let after = bytes.get(at + word.len()).is_some_and(letter);
    !before && !after
}

/// The last line of the item that follows `from`: its closing brace or its semicolon.
fn end_of_item(code: &str, from: usize) -> usize {
    let end = match body_opens_at(code, from) {
        Some(open) => closes_at(code, open).unwrap_or(code.len()),
        None => code[from..].find(';').map_or(code.len(), |at| from + at),
    };
    line_of(code, end)
}

/// The first `{` after `from` that no bracket holds, unless a `;` comes first.
fn body_opens_at(code: &str, from: usize) -> Option<usize> {
    let mut depth = 0_i32;
    for (at, byte) in code.bytes().enumerate().skip(from) {
        match byte {
            b'(' | b'[' => depth += 1,
            b')' | b']' => depth -= 1,
            b'{' if depth == 0 => return Some(at),
            b';' if depth == 0 => return None,
            _ => {}
        }
    }
    None
}

fn functions(code: &str) -> Vec<Function> {
    let mut functions = Vec::new();
    for (at, _) in code.match_indices("fn ") {
        if !is_word(code, at, "fn") {
            continue;
        }
        let name: String =
            code[at + 3..].chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect();
        let Some(close) = body_opens_at(code, at).and_then(|open| closes_at(code, open)) else {
            continue;
        };
        if !name.is_empty() {
            functions.push(Function { name, first: line_of(code, at), last: line_of(code, close) });
        }
    }
    functions
}

/// What the scanner is inside of.
enum Inside {
    Code,
    LineComment,
    BlockComment(usize),
    Text,
    /// A raw string that ends with a quote and so many hashes.
    RawText(usize),
}

/// The text twice: without comments and strings, and without strings only.
fn hide(text: &str) -> (String, String) {
    let mut hidden = Hidden { code: String::new(), told: String::new() };
    let mut inside = Inside::Code;
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        let (length, next) = match inside {
            Inside::Code => hidden.code(text, at),
            Inside::LineComment => {
                let length = rest.find('\n').unwrap_or(rest.len());
                hidden.comment(&rest[..length]);
                (length, Inside::Code)
            }
            Inside::BlockComment(depth) => hidden.block(rest, depth),
            Inside::Text => hidden.text(rest),
            Inside::RawText(hashes) => {
                let end = format!("\"{}", "#".repeat(hashes));
                let length = rest.find(&end).map_or(rest.len(), |found| found + end.len());
                hidden.blank(&rest[..length]);
                (length, Inside::Code)
            }
        };
        at += length;
        inside = next;
    }
    (hidden.code, hidden.told)
}

struct Hidden {
    code: String,
    told: String,
}

impl Hidden {
    /// One step in plain code: how many bytes, and what it is inside of afterwards.
    fn code(&mut self, text: &str, at: usize) -> (usize, Inside) {
        let rest = &text[at..];
        if rest.starts_with("//") {
            return (0, Inside::LineComment);
        }
        if rest.starts_with("/*") {
            self.comment("/*");
            return (2, Inside::BlockComment(1));
        }
        if let Some((length, hashes)) = raw_text_opens(text, at) {
            self.keep(&rest[..length]);
            return (length, Inside::RawText(hashes));
        }
        if rest.starts_with('"') {
            self.keep("\"");
            return (1, Inside::Text);
        }
        if let Some(length) = character(rest) {
            self.blank(&rest[..length]);
            return (length, Inside::Code);
        }
        let length = rest.chars().next().map_or(1, char::len_utf8);
        self.keep(&rest[..length]);
        (length, Inside::Code)
    }

    fn text(&mut self, rest: &str) -> (usize, Inside) {
        let mut chars = rest.char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '\\' => {
                    chars.next();
                }
                '"' => {
                    self.blank(&rest[..at]);
                    self.keep("\"");
                    return (at + 1, Inside::Code);
                }
                _ => {}
            }
        }
        self.blank(rest);
        (rest.len(), Inside::Code)
    }

    fn block(&mut self, rest: &str, depth: usize) -> (usize, Inside) {
        let (length, depth) = if rest.starts_with("/*") {
            (2, depth + 1)
        } else if rest.starts_with("*/") {
            (2, depth - 1)
        } else {
            (rest.chars().next().map_or(1, char::len_utf8), depth)
        };
        self.comment(&rest[..length]);
        (length, if depth == 0 { Inside::Code } else { Inside::BlockComment(depth) })
    }

    fn keep(&mut self, part: &str) {
        self.code.push_str(part);
        self.told.push_str(part);
    }

    fn comment(&mut self, part: &str) {
        push_blank(&mut self.code, part);
        self.told.push_str(part);
    }

    fn blank(&mut self, part: &str) {
        push_blank(&mut self.code, part);
        push_blank(&mut self.told, part);
    }
}

fn push_blank(to: &mut String, part: &str) {
    for byte in part.bytes() {
        to.push(if byte == b'\n' { '\n' } else { ' ' });
    }
}

/// `r"`, `r##"`, `br#"`: how long the opening is and how many hashes it has.
fn raw_text_opens(text: &str, at: usize) -> Option<(usize, usize)> {
    let rest = &text[at..];
    let after = rest.strip_prefix("br").or_else(|| rest.strip_prefix('r'))?;
    let prefix = rest.len() - after.len();
    let hashes = after.bytes().take_while(|byte| *byte == b'#').count();
    let opens = after[hashes..].starts_with('"') && is_start(text, at);
    opens.then_some((prefix + hashes + 1, hashes))
}

fn is_start(text: &str, at: usize) -> bool {
    let before = text[..at].bytes().next_back();
    !before.is_some_and(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}

/// The length of a character literal. A lifetime is none.
fn character(rest: &str) -> Option<usize> {
    let inner = rest.strip_prefix('\'')?;
    if inner.starts_with('\\') {
        let end = inner.get(2..)?.find('\'')?;
        return Some(1 + 2 + end + 1);
    }
    let length = inner.chars().next()?.len_utf8();
    inner[length..].starts_with('\'').then_some(length + 2)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> String {
        hide(text).0
    }

    #[test]
    fn strings_and_comments_are_hidden_and_columns_stay() {
        assert_eq!(code("let a = \"x // y\"; // z"), "let a = \"      \";     ");
        assert_eq!(code("r#\"a\"b\"# + c"), "r#\"      + c");
        assert_eq!(code("/* a /* b */ c */ d"), "                  d");
        assert_eq!(code("\"a\\\"b\" + c"), "\"    \" + c");
        assert_eq!(hide("f(\"s\") // why").1, "f(\" \") // why");
    }

    #[test]
    fn characters_are_hidden_and_lifetimes_stay() {
        assert_eq!(code("'\"' == c"), "    == c");
        assert_eq!(code("'\\'' == c"), "     == c");
        assert_eq!(code("&'a str"), "&'a str");
    }

    #[test]
    fn functions_are_found_with_their_first_and_last_lines() {
        let file = File {
            path: "a.rs".to_owned(),
            text: "fn one(\n    a: [u8; 2],\n) {\n    two();\n}\ntrait T {\n    fn none();\n}\n"
                .to_owned(),
        };
        let rust = Rust::scan(&file);
        let found: Vec<_> =
            rust.functions.iter().map(|f| (f.name.as_str(), f.first, f.last)).collect();
        assert_eq!(found, [("one", 0, 4)]);
    }

    #[test]
    fn lines_of_a_test_module_are_tests() {
        let file = File {
            path: "a.rs".to_owned(),
            text: "fn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n".to_owned(),
        };
        assert_eq!(Rust::scan(&file).test, [false, true, true, true, true, false]);
    }
}
