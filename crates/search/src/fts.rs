//! The words of a query as FTS5 MATCH expressions over the columns of [`crate::tokens`].
//!
//! Every token goes into a quoted string with its column named, so that nothing an agent types is
//! ever an operator. A phrase of both kinds of script asks for each part in its column: that they
//! stand side by side across columns is not known to the index.
//!
//! Deliberately absent: SQL, and the choice of rows or ranking.

use crate::query::{Kind, Query, Term};
use crate::scan::{Glue, Item, Scan, Script, scan};
use crate::token::{grams, ids};

/// Conditions on one row of the index. All of `wanted` and none of `unwanted` must match.
///
/// They are kept apart because words may be spread over the rows of one ticket (one in its
/// subject, one in its third message), and because FTS5 has no NOT without something before it: a
/// query of `unwanted` alone is `rowid NOT IN (SELECT rowid … MATCH unwanted)`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Expression {
    /// One MATCH expression a word, in the order typed.
    pub wanted: Vec<String>,
    /// One MATCH expression a word that must not be found.
    pub unwanted: Vec<String>,
}

impl Expression {
    /// One expression for a row that satisfies all of it; `None` if nothing is wanted.
    pub fn in_one_row(&self) -> Option<String> {
        if self.wanted.is_empty() {
            return None;
        }
        let wanted = self.wanted.join(" AND ");
        match self.excluded() {
            None => Some(wanted),
            Some(unwanted) => Some(format!("({wanted}) NOT ({unwanted})")),
        }
    }

    /// What no row may match, as one expression.
    pub fn excluded(&self) -> Option<String> {
        (!self.unwanted.is_empty()).then(|| self.unwanted.join(" OR "))
    }
}

/// The expressions for a query's words. Words in which nothing can be searched (`!?`) are passed
/// over.
pub fn expression(query: &Query) -> Expression {
    let mut expression = Expression::default();
    for term in &query.terms {
        let side = if term.negated { &mut expression.unwanted } else { &mut expression.wanted };
        side.extend(term_expression(term));
    }
    expression
}

fn term_expression(term: &Term) -> Option<String> {
    let scanned = scan(&term.text);
    if let Some(id) = whole_id(term, &scanned) {
        return Some(clause("words", &[id], false));
    }
    let groups = groups(&scanned);
    let last = groups.len().checked_sub(1)?;
    let clauses: Vec<String> = groups
        .iter()
        .enumerate()
        .map(|(at, group)| match group[0].script {
            Script::Word => {
                let parts: Vec<String> =
                    group.iter().map(|item| scanned.text(item).to_owned()).collect();
                clause("words", &parts, at == last && term.kind == Kind::Prefix)
            }
            Script::Gram => gram_clause(&scanned, group),
        })
        .collect();
    match clauses.len() {
        1 => clauses.into_iter().next(),
        _ => Some(format!("({})", clauses.join(" AND "))),
    }
}

/// A quoted single id is asked for as the one token that was written for it.
fn whole_id(term: &Term, scanned: &Scan) -> Option<String> {
    let joined = |item: &Item| matches!(item.glue, Glue::Joined(_));
    let single = scanned.items.len() > 1 && scanned.items[1..].iter().all(joined);
    if term.kind != Kind::Phrase || !single {
        return None;
    }
    ids(scanned).pop()
}

/// Neighbours that go to the same column.
pub(crate) fn groups(scanned: &Scan) -> Vec<&[Item]> {
    scanned.items.chunk_by(|a, b| a.script == b.script).collect()
}

/// The last character of what is asked for may stand anywhere in a run, hence it begins no token
/// of its own unless it is all there is.
fn gram_clause(scanned: &Scan, group: &[Item]) -> String {
    let mut tokens = grams(scanned, group);
    let alone = group.last().is_some_and(|item| item.glue == Glue::Apart);
    if !alone {
        tokens.pop();
    }
    clause("grams", &tokens, alone)
}

fn clause(column: &str, tokens: &[String], prefix: bool) -> String {
    let star = if prefix { " *" } else { "" };
    format!("{column} : \"{}\"{star}", tokens.join(" ").replace('"', "\"\""))
}
