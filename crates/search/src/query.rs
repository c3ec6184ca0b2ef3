//! A search as an agent types it, taken apart: words to find and filters to hold.
//!
//! [`render`] writes it back; what it writes reads as the same query, so that saved views are kept
//! as text. Filters on one field that has one value a ticket (`status:open status:new`) mean "any
//! of these"; tags, `has:` and `is:` mean "all of these". What `me` or a team's name stands for is
//! known to the caller.
//!
//! Deliberately absent: OR and parentheses between words, and any knowledge of who or what exists.

use crate::when::When;

/// Words and filters, each in the order typed.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query {
    /// What the text must, or must not, contain.
    pub terms: Vec<Term>,
    /// What must, or must not, hold for the ticket.
    pub filters: Vec<Filter>,
}

/// A word or phrase.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Term {
    /// As typed, without quotes, `-` and `*`; never empty.
    pub text: String,
    /// How it is to be matched.
    pub kind: Kind,
    /// Typed with a `-` before it.
    pub negated: bool,
}

/// How a [`Term`] is matched.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// `word`: as a word; in unspaced scripts anywhere in a run.
    Word,
    /// `word*`: words that begin so.
    Prefix,
    /// `"these words"`: in this order; a single id in quotes is matched whole.
    Phrase,
}

/// A condition on the ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Filter {
    /// What is looked at.
    pub field: Field,
    /// What it is compared with.
    pub value: Value,
    /// Typed with a `-` before it.
    pub negated: bool,
}

/// What a filter looks at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Field {
    /// Who asks: name, organisation or address.
    From,
    /// `new open pending on_hold solved closed`, or a deployment's own name.
    Status,
    /// A tag, whole.
    Tag,
    /// A language; see [`crate::Language::is_within`].
    Lang,
    /// Last changed before this instant.
    Before,
    /// Last changed at this instant or later.
    After,
    /// A team's key or name, or `none`.
    Team,
    /// A person's key or name, `me` or `none`.
    Assignee,
    /// `p0` to `p4`.
    Severity,
    /// `attachment`.
    Has,
    /// `unread`.
    Is,
    /// The ticket's number.
    Number,
}

/// What a filter compares with: which one follows from the [`Field`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// `from tag lang team assignee status severity has is`; the closed words are lowercase.
    Text(String),
    /// `before after`.
    When(When),
    /// `number`.
    Number(u64),
}

/// Why a query cannot be understood, and where; for the reader's eyes by way of `code`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{code} at character {at}")]
pub struct QueryError {
    /// First character that is wrong, counted in Unicode scalar values.
    pub at: usize,
    /// How many characters are wrong; 0 where something is missing.
    pub len: usize,
    /// What is wrong.
    pub code: ErrorCode,
}

/// What can be wrong in a query.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ErrorCode {
    /// `from:` and nothing behind it.
    #[error("a value is missing")]
    EmptyValue,
    /// Not `p0` to `p4`.
    #[error("the severity is not one of p0 to p4")]
    BadSeverity,
    /// Neither a day nor an amount and a unit.
    #[error("the date is neither like 2026-11-01 nor like 7d")]
    BadDate,
    /// Not a ticket's number.
    #[error("the number is not a number")]
    BadNumber,
    /// `has:` something that nothing has.
    #[error("only has:attachment is known")]
    BadHas,
    /// `is:` something that nothing is.
    #[error("only is:unread is known")]
    BadIs,
    /// More than [`crate::MAX_QUERY_BYTES`].
    #[error("the query is too long")]
    TooLong,
    /// More than [`crate::MAX_QUERY_PARTS`].
    #[error("the query has too many parts")]
    TooManyParts,
}

impl ErrorCode {
    /// A stable name for tables of messages.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EmptyValue => "empty_value",
            Self::BadSeverity => "bad_severity",
            Self::BadDate => "bad_date",
            Self::BadNumber => "bad_number",
            Self::BadHas => "bad_has",
            Self::BadIs => "bad_is",
            Self::TooLong => "too_long",
            Self::TooManyParts => "too_many_parts",
        }
    }
}

impl Field {
    /// Every field, in the order in which they are offered.
    pub const ALL: [Self; 12] = [
        Self::From,
        Self::Status,
        Self::Tag,
        Self::Lang,
        Self::Before,
        Self::After,
        Self::Team,
        Self::Assignee,
        Self::Severity,
        Self::Has,
        Self::Is,
        Self::Number,
    ];

    /// The word before the colon.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::From => "from",
            Self::Status => "status",
            Self::Tag => "tag",
            Self::Lang => "lang",
            Self::Before => "before",
            Self::After => "after",
            Self::Team => "team",
            Self::Assignee => "assignee",
            Self::Severity => "severity",
            Self::Has => "has",
            Self::Is => "is",
            Self::Number => "number",
        }
    }
}

impl Query {
    /// Whether it asks for nothing at all.
    pub fn is_empty(&self) -> bool {
        self.terms.is_empty() && self.filters.is_empty()
    }
}

/// The query as text: filters first, then words; reads as the same query again.
pub fn render(query: &Query) -> String {
    let filters = query.filters.iter().map(render_filter);
    filters.chain(query.terms.iter().map(render_term)).collect::<Vec<_>>().join(" ")
}

fn render_filter(filter: &Filter) -> String {
    let minus = if filter.negated { "-" } else { "" };
    let value = match &filter.value {
        Value::Number(number) => return format!("{minus}#{number}"),
        Value::When(when) => when.to_string(),
        Value::Text(text) if needs_quotes(text) => quoted(text),
        Value::Text(text) => text.clone(),
    };
    format!("{minus}{}:{value}", filter.field.as_str())
}

fn render_term(term: &Term) -> String {
    let mut out = String::from(if term.negated { "-" } else { "" });
    match term.kind {
        Kind::Phrase => out.push_str(&quoted(&term.text)),
        Kind::Word | Kind::Prefix => out.push_str(&term.text),
    }
    if term.kind == Kind::Prefix {
        out.push('*');
    }
    out
}

fn needs_quotes(text: &str) -> bool {
    text.contains(char::is_whitespace) || text.starts_with(['"', '“', '”'])
}

fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}
