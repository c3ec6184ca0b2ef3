//! Words of any script: cut into tokens, told apart by language, shown as an excerpt.

use holdfast_search::{detect, excerpt, guess, parse, tokens};

/// About as long as the window's excerpts, characters.
const EXCERPT_CHARS: usize = 120;

pub(super) fn run(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    let cut = tokens(&text);
    for column in [&cut.words, &cut.grams] {
        let tidy = !column.starts_with(' ') && !column.ends_with(' ') && !column.contains("  ");
        assert!(tidy, "tokens are separated by single spaces");
        let whole = |c: char| c != '"' && !c.is_control();
        assert!(column.chars().all(whole), "a token holds a quote or a control character");
    }
    assert_eq!(cut, tokens(&text), "the same text gives the same tokens");
    let told = detect(&text);
    assert_eq!(told, detect(&text));
    let _ = guess(&text);
    let (query, words) = text.split_at(text.floor_char_boundary(text.len().min(24)));
    let Ok(query) = parse(query) else {
        return;
    };
    let shown = excerpt(words, &query, EXCERPT_CHARS);
    let characters = shown.text.chars().count();
    assert!(characters <= EXCERPT_CHARS, "{characters} characters are shown");
    let mut end = 0;
    for hit in &shown.matches {
        assert!(!hit.is_empty() && hit.start >= end && hit.end <= characters, "{shown:?}");
        end = hit.end;
    }
}
