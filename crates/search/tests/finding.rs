//! That what stands in a text is found: the tokens of texts against the expressions of queries,
//! by a small reader of MATCH expressions that does what FTS5 does with them.

use std::collections::BTreeSet;

use holdfast_search::{Tokens, excerpt, expression, parse, tokens};
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

/// Whether FTS5 would find `tokens` by `matching`.
fn found(tokens: &Tokens, matching: &str) -> bool {
    let mut rest = matching;
    let answer = or(tokens, &mut rest);
    assert!(rest.is_empty(), "not understood: {rest} in {matching}");
    answer
}

fn take(rest: &mut &str, sign: &str) -> bool {
    let after = rest.strip_prefix(sign);
    *rest = after.unwrap_or(rest);
    after.is_some()
}

/// In FTS5, NOT binds tighter than AND, and AND tighter than OR.
fn or(tokens: &Tokens, rest: &mut &str) -> bool {
    let mut answer = and(tokens, rest);
    while take(rest, " OR ") {
        answer |= and(tokens, rest);
    }
    answer
}

fn and(tokens: &Tokens, rest: &mut &str) -> bool {
    let mut answer = not(tokens, rest);
    while take(rest, " AND ") {
        answer &= not(tokens, rest);
    }
    answer
}

fn not(tokens: &Tokens, rest: &mut &str) -> bool {
    let mut answer = clause(tokens, rest);
    while take(rest, " NOT ") {
        answer &= !clause(tokens, rest);
    }
    answer
}

fn clause(tokens: &Tokens, rest: &mut &str) -> bool {
    if take(rest, "(") {
        let answer = or(tokens, rest);
        assert!(take(rest, ")"));
        return answer;
    }
    let column = if take(rest, "words : \"") {
        &tokens.words
    } else {
        assert!(take(rest, "grams : \""), "no column: {rest}");
        &tokens.grams
    };
    let (phrase, after) = rest.split_once('"').expect("a closed string");
    *rest = after;
    let prefix = take(rest, " *");
    stands_in(column, phrase, prefix)
}

fn stands_in(column: &str, phrase: &str, prefix: bool) -> bool {
    let column: Vec<&str> = column.split(' ').collect();
    let wanted: Vec<&str> = phrase.split(' ').collect();
    let last = wanted.len() - 1;
    column.windows(wanted.len()).any(|window| {
        window.iter().zip(&wanted).enumerate().all(|(at, (token, word))| {
            token == word || (prefix && at == last && token.starts_with(word))
        })
    })
}

fn finds(query: &str, text: &str) -> bool {
    let query = parse(query).expect("a well-formed query");
    let matching = expression(&query).in_one_row().expect("something to find");
    found(&tokens(text), &matching)
}

#[test]
fn what_stands_there_is_found() {
    let table = [
        ("muller", "Herr Müller"),
        ("Müller", "herr MULLER"),
        ("ecs", "ＥＣＳ 实例"),
        ("实例", "我的實例藍屏"),
        ("蓝屏", "我的實例藍屏"),
        ("用户", "所有用户无法登录"),
        ("周", "周启明"),
        ("明", "周启明"),
        ("역사", "회사의 역사가"),
        ("사용", "사용자가"),
        ("障害", "本番障害が発生"),
        ("サーバ", "ｻｰﾊﾞｰが落ちた"),
        ("ระบบ", "เข้าใช้งานระบบไม่ได้"),
        ("हिन्दी", "यह हिन्दी है"),
        ("السلام", "السَّلامُ عليكم"),
        ("i-bp1f4k9x", "see (i-bp1f4k9x)."),
        ("bp1f4k9x", "see i-bp1f4k9x"),
        ("i-bp1f*", "see i-bp1f4k9x"),
        ("example.com", "from mail.example.com:443"),
        ("10.0.0.1", "10.0.0.1:443 refused"),
        ("10.0.0", "10.0.0.1:443 refused"),
        ("0x7E", "STOP 0x0000007E (0x7e)"),
        ("\"10.0.0.1\"", "peer 10.0.0.1."),
        ("req_id-9A77", "req_id-9a77"),
        ("gen-itgc", "重跑gen-itgc后"),
        ("重跑gen-itgc后", "请重跑gen-itgc后再试"),
        ("\"blue screen\"", "a Blue, screen"),
        ("\"version 2.1\"", "on version 2.1.3 now"),
        ("\"ECS 实例\"", "ECS 实例"),
        ("\"实例，蓝屏\"", "我的实例，蓝屏了"),
        ("crash*", "it crashed"),
        ("实例 -重启", "实例蓝屏"),
        ("l'instance", "l’instance est arrêtée"),
        ("straße", "STRASSE"),
        ("đà nẵng", "Da Nang"),
    ];
    for (query, text) in table {
        assert!(finds(query, text), "{query} in {text}");
        if !query.contains(" -") {
            let query = parse(query).expect("a well-formed query");
            assert!(!excerpt(text, &query, 100).matches.is_empty(), "unmarked: {text}");
        }
    }
}

#[test]
fn what_does_not_stand_there_is_not_found() {
    let table = [
        ("crash", "it crashed"),
        ("屏蓝", "蓝屏"),
        ("户历", "用户,历史"),
        ("\"screen blue\"", "blue screen"),
        ("\"10.0.0.1\"", "10.0.0.11 and 10.0.0.1.5"),
        ("10.0.0.1", "10.0.1.0"),
        ("实例 -蓝屏", "实例蓝屏"),
        ("i-bp1f", "i-bp1f4k9x"),
    ];
    for (query, text) in table {
        assert!(!finds(query, text), "{query} in {text}");
    }
}

#[test]
fn words_that_are_only_excluded_are_kept_apart() {
    let query = parse("-重启 -reboot").expect("a well-formed query");
    let expression = expression(&query);
    assert_eq!(expression.in_one_row(), None);
    let excluded = expression.excluded().expect("two words");
    assert_eq!(excluded, "grams : \"重启\" OR words : \"reboot\"");
    assert!(found(&tokens("请重启"), &excluded) && !found(&tokens("请等待"), &excluded));
    assert_eq!(holdfast_search::expression(&parse("!? …").expect("text")).in_one_row(), None);
}

#[test]
fn nothing_an_agent_types_becomes_an_operator() {
    for typed in
        ["a OR b", "NEAR(a b)", "words:x", "a\"b", "a^b", "{words}:x", "'; drop --", "a+b", "(a"]
    {
        let query = parse(typed).expect("text");
        let matching = expression(&query).in_one_row().unwrap_or_default();
        let mut in_string = false;
        let outside: String = matching
            .chars()
            .filter(|c| {
                in_string ^= *c == '"';
                !in_string
            })
            .collect();
        for word in outside.split_whitespace() {
            let known = ["words", "grams", ":", "\"", "*", "AND", "(words", "\")", "(grams"];
            assert!(known.contains(&word), "{word} in {matching}");
        }
        found(&tokens(typed), &matching);
    }
}

/// Runs of unspaced scripts among other things.
fn cjk() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        "[一-龥]{1,8}",
        "[ぁ-んァ-ヴー]{1,8}",
        "[가-힣]{1,6}",
        "[ก-ฮะาิี่้]{1,8}",
        "[a-zA-Z0-9.-]{1,6}",
        "[ ,。!]{1,2}",
    ];
    proptest::collection::vec(piece, 1..8).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn every_pair_of_characters_is_found(text in cjk()) {
        let index = tokens(&text);
        let chars: Vec<char> = text.chars().collect();
        let pairs: BTreeSet<String> = chars
            .windows(2)
            .filter(|pair| pair.iter().all(|c| u32::from(*c) >= 0xE00 && c.is_alphanumeric()))
            .map(|pair| pair.iter().collect())
            .collect();
        for pair in pairs {
            let query = parse(&pair).expect("two letters are text");
            let matching = expression(&query).in_one_row().expect("letters can be found");
            prop_assert!(found(&index, &matching), "{} by {} in {:?}", pair, matching, index);
            prop_assert!(!excerpt(&text, &query, 50).matches.is_empty());
        }
    }

    #[test]
    fn a_text_is_found_by_any_of_its_words(text in cjk()) {
        let index = tokens(&text);
        for word in text.split_whitespace() {
            let quoted = format!("\"{word}\"");
            let query = parse(&quoted).expect("a phrase");
            if let Some(matching) = expression(&query).in_one_row() {
                prop_assert!(found(&index, &matching), "{} by {}", word, matching);
            }
        }
    }

    #[test]
    fn tokens_are_single_and_survive_the_tokenizer(text in any::<String>()) {
        let index = tokens(&text);
        prop_assert_eq!(&index, &tokens(&text));
        for column in [&index.words, &index.grams] {
            prop_assert!(!column.contains("  ") && !column.starts_with(' '));
            let kept = |c: char| !c.is_ascii() || c.is_ascii_alphanumeric() || "-_. ".contains(c);
            prop_assert!(column.chars().all(kept), "{}", column);
            prop_assert!(!column.chars().any(|c| c.is_ascii_uppercase()));
        }
    }

    #[test]
    fn composed_and_decomposed_letters_are_the_same(text in "[a-zà-žΆ-ώЀ-ѿ가-힣が-ヾ ]{0,20}") {
        let composed: String = text.nfc().collect();
        let decomposed: String = text.nfd().collect();
        prop_assert_eq!(tokens(&composed), tokens(&decomposed));
    }

    #[test]
    fn an_excerpt_is_within_its_bounds(
        text in any::<String>(),
        word in "\\PC{1,4}",
        max in 0_usize..80,
    ) {
        if let Ok(query) = parse(&word) {
            let shown = excerpt(&text, &query, max);
            let length = shown.text.chars().count();
            prop_assert!(length <= max);
            let mut from = 0;
            for hit in &shown.matches {
                prop_assert!(from <= hit.start && hit.start < hit.end && hit.end <= length);
                from = hit.end;
            }
            prop_assert!(text.contains(&shown.text));
        }
    }
}
