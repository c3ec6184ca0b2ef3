//! Text to [`Query`]. Forgiving where an agent is still typing (a quote not yet closed, a lone
//! `-`), exact where guessing would find the wrong tickets (dates, numbers, severities).
//!
//! Input methods write full-width punctuation: `：`, `＃`, `－` and `“ ”` mean what `:`, `#`, `-`
//! and `"` mean. An unknown word before a colon is text (`error:timeout` is searched as it is).

use std::iter::Peekable;
use std::str::CharIndices;

use crate::query::{ErrorCode, Field, Filter, Kind, Query, QueryError, Term, Value};
use crate::when::When;

/// A longer query is refused.
pub const MAX_QUERY_BYTES: usize = 4_096;

/// More words and filters than this are refused.
pub const MAX_QUERY_PARTS: usize = 64;

/// Reads a query. Never panics; the empty text is the empty query.
pub fn parse(text: &str) -> Result<Query, QueryError> {
    if text.len() > MAX_QUERY_BYTES {
        let at = text[..text.floor_char_boundary(MAX_QUERY_BYTES)].chars().count();
        let len = text.chars().count() - at;
        return Err(QueryError { at, len, code: ErrorCode::TooLong });
    }
    let mut reader = Reader { text, chars: text.char_indices().peekable(), at: 0 };
    let mut query = Query::default();
    while reader.skip_space() {
        let at = reader.at;
        reader.part(&mut query)?;
        if query.terms.len() + query.filters.len() > MAX_QUERY_PARTS {
            return Err(QueryError { at, len: reader.at - at, code: ErrorCode::TooManyParts });
        }
    }
    Ok(query)
}

struct Reader<'t> {
    text: &'t str,
    chars: Peekable<CharIndices<'t>>,
    /// Characters taken so far.
    at: usize,
}

impl<'t> Reader<'t> {
    fn part(&mut self, query: &mut Query) -> Result<(), QueryError> {
        let negated = self.minus();
        if self.next_is(is_quote) {
            let text = self.quoted();
            if !text.trim().is_empty() {
                query.terms.push(Term { text, kind: Kind::Phrase, negated });
            }
            return Ok(());
        }
        if let Some((field, key)) = self.key() {
            self.skip(key);
            let value = self.value(field)?;
            query.filters.push(Filter { field, value, negated });
            return Ok(());
        }
        let at = self.at;
        let word = self.word();
        if let Some(number) = hash_number(word) {
            let len = self.at - at;
            let number = number.map_err(|code| QueryError { at, len, code })?;
            let value = Value::Number(number);
            query.filters.push(Filter { field: Field::Number, value, negated });
        } else {
            query.terms.push(term(word, negated));
        }
        Ok(())
    }

    fn value(&mut self, field: Field) -> Result<Value, QueryError> {
        let at = self.at;
        let text = if self.next_is(is_quote) { self.quoted() } else { self.word().to_owned() };
        let len = self.at - at;
        let wrong = |code| QueryError { at, len, code };
        if text.trim().is_empty() {
            return Err(wrong(ErrorCode::EmptyValue));
        }
        typed(field, text).map_err(wrong)
    }

    /// A `-` that has something behind it.
    fn minus(&mut self) -> bool {
        let mut ahead = self.chars.clone();
        let minus = ahead.next().is_some_and(|(_, c)| matches!(c, '-' | '－'));
        let more = ahead.next().is_some_and(|(_, c)| !c.is_whitespace());
        if minus && more {
            self.skip(1);
        }
        minus && more
    }

    /// The field named here, and how many characters its name and colon take.
    fn key(&mut self) -> Option<(Field, usize)> {
        let rest = self.rest();
        let (name, _) = rest.split_once([':', '：'])?;
        let field = Field::ALL.into_iter().find(|f| f.as_str().eq_ignore_ascii_case(name))?;
        Some((field, name.len() + 1))
    }

    /// Up to the next space.
    fn word(&mut self) -> &'t str {
        let rest = self.rest();
        let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
        let word = &rest[..end];
        self.skip(word.chars().count());
        word
    }

    /// Up to the closing quote, or the end. A doubled `"` stands for one.
    fn quoted(&mut self) -> String {
        let closing = if self.next_is(|c| c == '"') { &['"'][..] } else { &['”', '“'][..] };
        self.skip(1);
        let mut out = String::new();
        while let Some((_, c)) = self.next() {
            if !closing.contains(&c) {
                out.push(c);
            } else if c == '"' && self.next_is(|next| next == '"') {
                self.skip(1);
                out.push('"');
            } else {
                break;
            }
        }
        out
    }

    fn skip_space(&mut self) -> bool {
        while self.next_is(char::is_whitespace) {
            self.skip(1);
        }
        self.chars.peek().is_some()
    }

    fn next_is(&mut self, wanted: impl Fn(char) -> bool) -> bool {
        self.chars.peek().is_some_and(|(_, c)| wanted(*c))
    }

    fn skip(&mut self, count: usize) {
        for _ in 0..count {
            self.next();
        }
    }

    fn next(&mut self) -> Option<(usize, char)> {
        let next = self.chars.next();
        self.at += usize::from(next.is_some());
        next
    }

    fn rest(&mut self) -> &'t str {
        let byte = self.chars.peek().map_or(self.text.len(), |(byte, _)| *byte);
        &self.text[byte..]
    }
}

fn is_quote(c: char) -> bool {
    matches!(c, '"' | '“' | '”')
}

fn term(word: &str, negated: bool) -> Term {
    let stem = word.trim_end_matches(['*', '＊']);
    let (text, kind) = match stem {
        "" => (word, Kind::Word),
        _ if stem.len() < word.len() => (stem, Kind::Prefix),
        _ => (word, Kind::Word),
    };
    Term { text: text.to_owned(), kind, negated }
}

/// `#48213`; `None` for anything else behind the `#`, which is text.
fn hash_number(word: &str) -> Option<Result<u64, ErrorCode>> {
    let digits = word.strip_prefix(['#', '＃'])?;
    let plain = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    plain.then(|| digits.parse().map_err(|_| ErrorCode::BadNumber))
}

fn typed(field: Field, text: String) -> Result<Value, ErrorCode> {
    let closed = |known: &[&str], code| {
        let lower = text.to_ascii_lowercase();
        if known.contains(&lower.as_str()) { Ok(Value::Text(lower)) } else { Err(code) }
    };
    match field {
        Field::Before | Field::After => {
            When::parse(&text).map(Value::When).ok_or(ErrorCode::BadDate)
        }
        Field::Number => {
            let digits = text.strip_prefix('#').unwrap_or(&text);
            let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
            let number = digits.parse().ok().filter(|_| plain);
            number.map(Value::Number).ok_or(ErrorCode::BadNumber)
        }
        Field::Severity => closed(&["p0", "p1", "p2", "p3", "p4"], ErrorCode::BadSeverity),
        Field::Has => closed(&["attachment"], ErrorCode::BadHas),
        Field::Is => closed(&["unread"], ErrorCode::BadIs),
        Field::Status => Ok(Value::Text(text.to_lowercase())),
        _ => Ok(Value::Text(text)),
    }
}
