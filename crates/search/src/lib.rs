//! What desk and server share about searching and about languages: the query language an agent
//! types, the tokens that let two-character words be found in every script, the language of a
//! short text, and the excerpt that shows why something was found.
//!
//! Deliberately absent: SQL, files, clocks, the domain's nouns. This room gives strings to those
//! who own a database and takes strings back; values such as a status or a team are words here.
//!
//! # The index this room expects
//!
//! ```sql
//! CREATE VIRTUAL TABLE search USING fts5(
//!   words, grams, content='', tokenize = "ascii tokenchars '-_.'"
//! );
//! ```
//!
//! `ascii` splits only at ASCII characters that are neither letters nor digits, folds nothing
//! beyond ASCII and needs no Unicode tables, so that SQLite cuts exactly where [`tokens`] wrote a
//! space, whatever its version. (`unicode61` would cut Hindi at its vowel signs.) `detail` must
//! stay `full`: phrases carry the bigrams. Contentless tables are emptied with the same tokens
//! they were filled with, therefore [`TOKENS_VERSION`] is stored beside the index, and the index
//! is filled anew when it differs.

mod excerpt;
mod fold;
mod fts;
mod han;
mod language;
mod parse;
mod query;
mod scan;
mod token;
mod when;

pub use excerpt::{Excerpt, excerpt};
pub use fts::{Expression, expression};
pub use language::{Guess, Language, detect, guess};
pub use parse::{MAX_QUERY_BYTES, MAX_QUERY_PARTS, parse};
pub use query::{ErrorCode, Field, Filter, Kind, Query, QueryError, Term, Value, render};
pub use token::{MAX_INPUT_BYTES, TOKENS_VERSION, Tokens, tokens};
pub use when::{Unit, When};
