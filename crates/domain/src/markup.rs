//! Markup: words that came as an HTML document, because a mail had no plain part.
//!
//! What counts as markup, and which words of it a reader would see, in one place for desk and
//! server. Deliberately absent: guessing (only what says of itself that it is a document is one; a
//! customer who quotes markup is shown their words), and making it safe to show as HTML, which
//! needs a parser and is the desk's. What [`words`] gives is plain text and shown as such, so the
//! worst that a strange document can do here is to be told badly.

use std::borrow::Cow;

use crate::event::By;

/// What stands at the beginning of an HTML document, in lower case.
const BEGINNINGS: [&str; 3] = ["<!doctype html", "<html", "<body"];
/// Elements whose content is not for readers.
const SILENT: [&str; 5] = ["script", "style", "template", "title", "noscript"];
/// Elements within a line: words on both sides of their tags may be one word.
#[rustfmt::skip]
const WITHIN_WORDS: [&str; 20] = [
    "a", "abbr", "b", "bdi", "bdo", "code", "del", "em", "font", "i", "ins", "kbd", "mark", "s",
    "small", "span", "strong", "sub", "sup", "u",
];
/// References that stand in ordinary mail; what is not known here stays as it was written.
const REFERENCES: [(&str, char); 7] = [
    ("amp", '&'),
    ("lt", '<'),
    ("gt", '>'),
    ("quot", '"'),
    ("apos", '\''),
    ("nbsp", ' '),
    ("hellip", '…'),
];
/// Longest reference, bytes, without its ampersand.
const REFERENCE_BYTES_MAX: usize = 10;

/// The document that a text is, without what stands before it; `None` if it is plain words.
pub fn document(text: &str) -> Option<&str> {
    let begin = text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}');
    BEGINNINGS.iter().any(|beginning| begins(begin, beginning)).then_some(begin)
}

/// Whether the text begins with that tag, whole.
fn begins(text: &str, tag: &str) -> bool {
    let Some((start, rest)) = text.split_at_checked(tag.len()) else {
        return false;
    };
    start.eq_ignore_ascii_case(tag)
        && rest.starts_with(|c: char| c == '>' || c == '/' || c.is_ascii_whitespace())
}

/// A message as a reader sees it, where a line or a piece of it is shown: a customer's markup
/// without its tags. Ours are Markdown, whatever they begin with.
pub fn seen(by: By, text: &str) -> Cow<'_, str> {
    match (by, document(text)) {
        (By::Customer(_), Some(document)) => words(document).into(),
        _ => text.into(),
    }
}

/// The words of a document as a reader sees them, in one line with single spaces.
pub fn words(document: &str) -> String {
    let mut words = String::new();
    let mut rest = document;
    while let Some(at) = rest.find('<') {
        put(&mut words, &rest[..at]);
        rest = &rest[at..];
        if let Some(comment) = rest.strip_prefix("<!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let name = name(rest);
        if name.is_empty() && !rest[1..].starts_with(['/', '!', '?']) {
            put(&mut words, "<");
            rest = &rest[1..];
            continue;
        }
        let begins = !rest[1..].starts_with('/');
        rest = after_tag(rest);
        if begins && SILENT.contains(&name.as_str()) {
            rest = after_end(rest, &name);
        }
        if !WITHIN_WORDS.contains(&name.as_str()) && !words.ends_with(' ') {
            words.push(' ');
        }
    }
    put(&mut words, rest);
    words.trim().to_owned()
}

/// The element that a tag begins or ends, in lower case.
fn name(tag: &str) -> String {
    let name = tag[1..].strip_prefix('/').unwrap_or(&tag[1..]);
    let end = name.find(|c: char| !c.is_ascii_alphanumeric()).unwrap_or(name.len());
    name[..end].to_ascii_lowercase()
}

/// What stands behind a tag; a quoted value may hold what looks like its end.
fn after_tag(tag: &str) -> &str {
    let mut quote = None;
    for (at, c) in tag.char_indices() {
        match (quote, c) {
            (None, '>') => return &tag[at + 1..],
            (None, '"' | '\'') if tag[..at].ends_with('=') => quote = Some(c),
            (Some(open), c) if open == c => quote = None,
            _ => {}
        }
    }
    ""
}

/// What stands behind the end of a silent element. A document that never ends it says no more.
fn after_end<'t>(inside: &'t str, name: &str) -> &'t str {
    let mut rest = inside;
    while let Some(at) = rest.find("</") {
        let tag = &rest[at..];
        if self::name(tag) == name {
            return after_tag(tag);
        }
        rest = &rest[at + 2..];
    }
    ""
}

/// Adds text with its references read and its white space folded.
fn put(words: &mut String, text: &str) {
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (c, after) = match c {
            '&' => reference(rest).unwrap_or(('&', &rest[1..])),
            c => (c, &rest[c.len_utf8()..]),
        };
        rest = after;
        match c.is_whitespace() || c == '\u{a0}' {
            true if words.is_empty() || words.ends_with(' ') => {}
            true => words.push(' '),
            false => words.push(c),
        }
    }
}

/// What a reference stands for, and what stands behind it.
fn reference(text: &str) -> Option<(char, &str)> {
    // No further than that: a document may consist of ampersands.
    let near = text.bytes().skip(1).take(REFERENCE_BYTES_MAX + 1);
    let end = near.enumerate().find(|(_, byte)| *byte == b';')?.0 + 1;
    let (name, after) = (&text[1..end], &text[end + 1..]);
    let number = match name.strip_prefix('#') {
        Some(hex) if hex.starts_with(['x', 'X']) => u32::from_str_radix(&hex[1..], 16).ok(),
        Some(decimal) => decimal.parse().ok(),
        None => {
            let known = REFERENCES.iter().find(|(known, _)| *known == name);
            return known.map(|(_, c)| (*c, after));
        }
    };
    number.and_then(char::from_u32).map(|c| (c, after))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_what_says_of_itself_that_it_is_a_document_is_one() {
        for text in ["<html><p>x", "\u{feff}\n <!DOCTYPE HTML>\n<p>x", "<BODY bgcolor=red>x"] {
            assert!(document(text).is_some(), "{text}");
        }
        for text in ["<p>x</p>", "See: <html>", "<htmlx>", "<!doctype xml>", "", "<", "<html"] {
            assert!(document(text).is_none(), "{text}");
        }
    }

    #[test]
    fn words_are_what_a_reader_sees() {
        let table = [
            ("<html><p>one</p><p>two</p>", "one two"),
            ("<html>un<b>believ</b>able", "unbelievable"),
            ("<html><head><title>t</title></head>x", "x"),
            ("<html><head><title>t</title><body>x", "x"),
            ("<html><STYLE>a > b { }</STYLE>x<script>if (a < b) c()</script>y", "x y"),
            ("<html>a</title>b</script>c", "a b c"),
            ("<html><script>say('</script>')</script>x", "') x"),
            ("<html><!-- <p>no</p> -->x<br>y", "x y"),
            ("<html><a title='a > b' href=x>l</a>", "l"),
            ("<html>a &lt;b&gt; &amp;amp; &#39;c&#x27; &nbsp; d", "a <b> &amp; 'c' d"),
            ("<html>&unknown; & &amp;&", "&unknown; & &&"),
            ("<html>1 < 2 and\n\t3", "1 < 2 and 3"),
            ("<html>王伟<br/>您好", "王伟 您好"),
            ("<html>cut <sty", "cut"),
            ("<html>cut <style> p {", "cut"),
        ];
        for (document, want) in table {
            assert_eq!(words(document), want, "{document}");
        }
    }

    proptest! {
        #[test]
        fn any_document_is_told_in_one_line(
            text in "(<[a-z/!\"'= -]{0,6}>?|&#?x?[a-f0-9]{0,4};?|[ \\PC])*",
        ) {
            let told = words(&text);
            prop_assert!(!told.contains("  ") && !told.contains('\n'), "{told:?}");
            prop_assert!(told.len() <= text.len() + 1, "{told:?}");
        }
    }
}
