//! What an agent types into the search field.

use holdfast_search::{MAX_QUERY_PARTS, expression, parse, render};

pub(super) const WORDS: &[&str] = &[
    "from:",
    "status:",
    "tag:",
    "lang:",
    "before:",
    "after:",
    "team:",
    "assignee:",
    "severity:",
    "has:attachment",
    "is:unread",
    "#48213",
    "number:",
    "-",
    "*",
    "\"",
    "“",
    "”",
    "：",
    "＃",
    "－",
    " ",
    "7d",
    "2026-11-01",
    " OR ",
    " NEAR(",
    "NOT ",
    "words : ",
    "蓝屏",
    "i-bp1f4k9x",
];

pub(super) fn run(bytes: &[u8]) {
    let Ok(text) = std::str::from_utf8(bytes) else {
        return;
    };
    let characters = text.chars().count();
    let query = match parse(text) {
        Ok(query) => query,
        Err(error) => {
            assert!(error.at <= characters, "{error:?} points behind {characters} characters");
            assert!(error.at + error.len <= characters, "{error:?} marks more than there is");
            return;
        }
    };
    assert!(query.terms.len() + query.filters.len() <= MAX_QUERY_PARTS);
    let rendered = render(&query);
    if let Ok(again) = parse(&rendered) {
        assert_eq!(again, query, "{text:?} was written as {rendered:?}");
    } else {
        // Only quotes that had to be doubled can have made it too long.
        assert!(rendered.len() > text.len(), "{text:?} was written as {rendered:?}");
    }
    let expression = expression(&query);
    for match_ in expression.wanted.iter().chain(&expression.unwanted) {
        only_ours_outside_quotes(match_);
    }
}

/// Outside of quoted strings there is nothing but what we write there ourselves.
fn only_ours_outside_quotes(expression: &str) {
    assert_eq!(expression.matches('"').count() % 2, 0, "a quote is open in {expression}");
    let outside: String = expression.split('"').step_by(2).collect();
    for word in outside.split([' ', '(', ')']).filter(|word| !word.is_empty()) {
        let ours = ["words", "grams", ":", "*", "AND", "OR", "NOT"].contains(&word);
        assert!(ours, "`{word}` stands outside of quotes in {expression}");
    }
}
