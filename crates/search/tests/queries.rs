//! What an agent types into the search field, and what it is taken for.

use holdfast_search::{
    ErrorCode, Field, Filter, Kind, MAX_QUERY_BYTES, MAX_QUERY_PARTS, Query, Term, Unit, Value,
    When, parse, render,
};
use proptest::prelude::*;

fn text(field: Field, value: &str) -> Filter {
    Filter { field, value: Value::Text(value.to_owned()), negated: false }
}

fn term(text: &str, kind: Kind) -> Term {
    Term { text: text.to_owned(), kind, negated: false }
}

#[test]
fn each_filter_is_read() {
    let day = When::Day("2026-11-01".parse().expect("a day"));
    let table = [
        ("from:wang", text(Field::From, "wang")),
        ("from:\"Müller AG\"", text(Field::From, "Müller AG")),
        ("From：“周 启明”", text(Field::From, "周 启明")),
        ("status:Open", text(Field::Status, "open")),
        ("tag:ddos", text(Field::Tag, "ddos")),
        ("tag:a:b", text(Field::Tag, "a:b")),
        ("lang:zh-Hans", text(Field::Lang, "zh-Hans")),
        ("team:kernel-l3", text(Field::Team, "kernel-l3")),
        ("assignee:me", text(Field::Assignee, "me")),
        ("severity:P0", text(Field::Severity, "p0")),
        ("has:attachment", text(Field::Has, "attachment")),
        ("is:unread", text(Field::Is, "unread")),
        (
            "before:2026-11-01",
            Filter { field: Field::Before, value: Value::When(day), negated: false },
        ),
        (
            "-after:7d",
            Filter {
                field: Field::After,
                value: Value::When(When::Ago(7, Unit::Day)),
                negated: true,
            },
        ),
        ("#48213", Filter { field: Field::Number, value: Value::Number(48213), negated: false }),
        ("number:7", Filter { field: Field::Number, value: Value::Number(7), negated: false }),
        ("-tag:x", Filter { field: Field::Tag, value: Value::Text("x".to_owned()), negated: true }),
    ];
    for (typed, filter) in table {
        let query = parse(typed).expect(typed);
        assert_eq!(query, Query { terms: Vec::new(), filters: vec![filter] }, "{typed}");
    }
}

#[test]
fn everything_else_is_text() {
    let table = [
        ("蓝屏", vec![term("蓝屏", Kind::Word)]),
        ("crash*", vec![term("crash", Kind::Prefix)]),
        ("\"blue screen\"", vec![term("blue screen", Kind::Phrase)]),
        ("“蓝 屏”", vec![term("蓝 屏", Kind::Phrase)]),
        ("\"say \"\"no\"\"\"", vec![term("say \"no\"", Kind::Phrase)]),
        ("\"not closed", vec![term("not closed", Kind::Phrase)]),
        ("error:timeout", vec![term("error:timeout", Kind::Word)]),
        ("#abc", vec![term("#abc", Kind::Word)]),
        ("- a", vec![term("-", Kind::Word), term("a", Kind::Word)]),
        ("*", vec![term("*", Kind::Word)]),
        ("\"\" \" \"", vec![]),
        ("  ", vec![]),
        ("-x", vec![Term { text: "x".to_owned(), kind: Kind::Word, negated: true }]),
        ("－\"x y\"", vec![Term { text: "x y".to_owned(), kind: Kind::Phrase, negated: true }]),
    ];
    for (typed, terms) in table {
        let query = parse(typed).expect(typed);
        assert_eq!(query, Query { terms, filters: Vec::new() }, "{typed}");
    }
}

#[test]
fn an_error_says_what_is_wrong_and_where() {
    let table = [
        ("蓝屏 from:", ErrorCode::EmptyValue, 8, 0),
        ("tag:\"\"", ErrorCode::EmptyValue, 4, 2),
        ("a before:yesterday b", ErrorCode::BadDate, 9, 9),
        ("after:2026-02-30", ErrorCode::BadDate, 6, 10),
        ("severity:p9", ErrorCode::BadSeverity, 9, 2),
        ("has:cheese", ErrorCode::BadHas, 4, 6),
        ("is:late", ErrorCode::BadIs, 3, 4),
        ("number:x", ErrorCode::BadNumber, 7, 1),
        ("x #99999999999999999999", ErrorCode::BadNumber, 2, 21),
    ];
    for (typed, code, at, len) in table {
        let error = parse(typed).expect_err(typed);
        assert_eq!((error.code, error.at, error.len), (code, at, len), "{typed}");
        assert!(!error.to_string().is_empty() && !code.as_str().is_empty());
    }
    let long = "网".repeat(MAX_QUERY_BYTES);
    assert_eq!(parse(&long).expect_err("too long").code, ErrorCode::TooLong);
    let many = "a ".repeat(MAX_QUERY_PARTS + 1);
    let error = parse(&many).expect_err("too many parts");
    assert_eq!((error.code, error.at), (ErrorCode::TooManyParts, 2 * MAX_QUERY_PARTS));
}

/// Text that has the signs of the language in it, often.
fn typed() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        Just("from:".to_owned()),
        Just("-".to_owned()),
        Just("\"".to_owned()),
        Just("”".to_owned()),
        Just("tag:".to_owned()),
        Just("number:".to_owned()),
        Just("before:7d".to_owned()),
        Just("#12".to_owned()),
        Just("*".to_owned()),
        Just("：".to_owned()),
        Just(" ".to_owned()),
        "[a-z蓝屏é0-9]{1,4}",
        ".{0,3}",
    ];
    proptest::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
}

proptest! {
    #[test]
    fn no_text_is_too_odd_to_read(text in any::<String>()) {
        let _ = parse(&text);
    }

    #[test]
    fn a_query_written_back_reads_the_same(text in typed()) {
        if let Ok(query) = parse(&text) {
            let written = render(&query);
            prop_assert_eq!(parse(&written), Ok(query), "written as {}", written);
        }
    }

    #[test]
    fn an_error_points_into_the_text(text in typed()) {
        if let Err(error) = parse(&text) {
            prop_assert!(error.at + error.len <= text.chars().count());
        }
    }
}
