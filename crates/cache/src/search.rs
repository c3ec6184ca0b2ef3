//! Search: the index over words of threads and of tickets.
//!
//! Two contentless FTS5 tables in the one file, so that an index entry commits with its row. They
//! hold tokens, never texts. A contentless index forgets a row only when it is told the same tokens
//! again: those of a thread's words are made anew from the stored text by the desk's tokeniser,
//! those of a ticket (whose people and resources may be renamed meanwhile) are kept beside it.
//! Plain `'delete'` with `secure-delete` leaves nothing of a text but single words, in the index's
//! own table of contents: what was taken out is rewritten away ([`is_worn`]).
//! `contentless_delete=1` would leave all of it.
//!
//! The index can be emptied at any time without loss; it is filled again, newest first.
//!
//! Deliberately absent: tokenising, the query language, stop words, excerpts; looking is in
//! `search/find.rs`.

mod find;

use std::collections::BTreeMap;

use crate::error::Result;
use crate::notice::Notice;
use crate::pool::{Db, WriteTx};
use crate::table::setting;
use holdfast_domain::TicketId;

pub use find::{Found, Hit, Request, search};

pub(crate) const SCHEMA: &str = "\
CREATE VIRTUAL TABLE search USING fts5(
  words, grams, content='', tokenize=\"ascii tokenchars '-_.'\"
);
CREATE VIRTUAL TABLE search_ticket USING fts5(
  words, grams, content='', tokenize=\"ascii tokenchars '-_.'\"
);
INSERT INTO search (search, rank) VALUES ('secure-delete', 1);
INSERT INTO search_ticket (search_ticket, rank) VALUES ('secure-delete', 1);
CREATE TABLE ticket_tokens (
  ticket INTEGER PRIMARY KEY, -- key
  words  TEXT NOT NULL,       -- as the index holds them
  grams  TEXT NOT NULL        -- as the index holds them
) STRICT;
";

/// Words that wait for the index.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unindexed {
    /// Thread key.
    pub key: i64,
    /// As written.
    pub text: String,
}

/// The two columns of the index for one row, as the desk's tokeniser makes them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Words of scripts with spaces; ids.
    pub words: String,
    /// Pairs of characters of scripts without.
    pub grams: String,
}

/// How far the index has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// Messages and notes in the index.
    pub indexed: i64,
    /// Messages and notes there are.
    pub total: i64,
}

/// Indexes words of threads. What is indexed already, or is not here any more as it was read, is
/// passed over: in another epoch other words may stand at the same key.
///
/// The oldest first: FTS5 closes a segment whenever a row comes before the last one, and segments
/// must be merged.
pub async fn index_threads(tx: &mut WriteTx, rows: &[(Unindexed, Tokens)]) -> Result<()> {
    let mut rows: Vec<&(Unindexed, Tokens)> = rows.iter().collect();
    rows.sort_by_key(|(row, _)| row.key);
    for (row, tokens) in rows {
        sqlx::query(
            "INSERT INTO search (rowid, words, grams) SELECT $1, $2, $3
             WHERE NOT EXISTS (SELECT 1 FROM search_docsize WHERE id = $1)
               AND (EXISTS (SELECT 1 FROM message WHERE key = $1 AND text = $4)
                    OR EXISTS (SELECT 1 FROM note WHERE key = $1 AND text = $4))",
        )
        .bind(row.key)
        .bind(&tokens.words)
        .bind(&tokens.grams)
        .bind(&row.text)
        .execute(&mut **tx)
        .await?;
    }
    tx.notice(Notice::Search);
    Ok(())
}

/// Indexes tickets' own words (subject, people, companies, resources, number), replacing what was
/// there.
pub async fn index_tickets(tx: &mut WriteTx, rows: &[(TicketId, Tokens)]) -> Result<()> {
    let mut known = BTreeMap::new();
    for (id, tokens) in rows {
        let key: Option<i64> = sqlx::query_scalar("SELECT key FROM ticket WHERE id = $1")
            .bind(id.bytes().to_vec())
            .fetch_optional(&mut **tx)
            .await?;
        known.extend(key.map(|key| (key, tokens)));
    }
    for (key, tokens) in known {
        index_ticket(tx, key, tokens).await?;
    }
    tx.notice(Notice::Search);
    Ok(())
}

async fn index_ticket(tx: &mut WriteTx, key: i64, tokens: &Tokens) -> Result<()> {
    let same: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM ticket_tokens
         WHERE ticket = $1 AND words = $2 AND grams = $3)",
    )
    .bind(key)
    .bind(&tokens.words)
    .bind(&tokens.grams)
    .fetch_one(&mut **tx)
    .await?;
    if same {
        return Ok(());
    }
    forget_ticket(tx, key).await?;
    for sql in [
        "INSERT INTO search_ticket (rowid, words, grams) VALUES ($1, $2, $3)",
        "INSERT INTO ticket_tokens (ticket, words, grams) VALUES ($1, $2, $3)",
    ] {
        sqlx::query(sql)
            .bind(key)
            .bind(&tokens.words)
            .bind(&tokens.grams)
            .execute(&mut **tx)
            .await?;
    }
    Ok(())
}

/// Words not in the index with keys below `below` (`None`: from the newest), newest first. Go on
/// with the last key; empty means that the pass is over.
pub async fn unindexed(db: &mut Db, below: Option<i64>, limit: u32) -> Result<Vec<Unindexed>> {
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "SELECT key, text FROM (
           SELECT * FROM (SELECT key, text FROM message WHERE key < $1
             AND NOT EXISTS (SELECT 1 FROM search_docsize WHERE id = message.key)
             ORDER BY key DESC LIMIT $2)
           UNION ALL
           SELECT * FROM (SELECT key, text FROM note WHERE key < $1
             AND NOT EXISTS (SELECT 1 FROM search_docsize WHERE id = note.key)
             ORDER BY key DESC LIMIT $2))
         ORDER BY key DESC LIMIT $2",
    )
    .bind(below.unwrap_or(i64::MAX))
    .bind(limit)
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(key, text)| Unindexed { key, text }).collect())
}

/// The words at these thread keys, those that are here and not indexed: what
/// [`crate::batch::Applied::words`] names.
pub async fn texts(db: &mut Db, keys: &[i64]) -> Result<Vec<Unindexed>> {
    let rows: Vec<(i64, String)> = sqlx::query_as(
        "SELECT key, text FROM message WHERE key IN (SELECT value FROM json_each($1))
           AND NOT EXISTS (SELECT 1 FROM search_docsize WHERE id = message.key)
         UNION ALL
         SELECT key, text FROM note WHERE key IN (SELECT value FROM json_each($1))
           AND NOT EXISTS (SELECT 1 FROM search_docsize WHERE id = note.key)",
    )
    .bind(format!("{keys:?}"))
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(|(key, text)| Unindexed { key, text }).collect())
}

/// Tickets whose own words are not in the index, with local keys below `below`, newest first: key
/// and id.
pub async fn unindexed_tickets(
    db: &mut Db,
    below: Option<i64>,
    limit: u32,
) -> Result<Vec<(i64, TicketId)>> {
    let rows: Vec<(i64, Vec<u8>)> = sqlx::query_as(
        "SELECT key, id FROM ticket WHERE key < $1
           AND NOT EXISTS (SELECT 1 FROM ticket_tokens WHERE ticket_tokens.ticket = ticket.key)
         ORDER BY key DESC LIMIT $2",
    )
    .bind(below.unwrap_or(i64::MAX))
    .bind(limit)
    .fetch_all(db)
    .await?;
    rows.iter().map(|(key, id)| Ok((*key, TicketId(crate::table::uuid(id)?)))).collect()
}

/// How far the index has come. Counts rows: ask now and then, not at every frame. Her own words
/// that wait are not counted: they are indexed at the latest with their outcome, of which nobody is
/// told who has counted.
pub async fn progress(db: &mut Db) -> Result<Progress> {
    let (indexed, total) = sqlx::query_as(
        "SELECT (SELECT count(*) FROM search_docsize WHERE id < $1),
                (SELECT count(*) FROM message WHERE key < $1)
                  + (SELECT count(*) FROM note WHERE key < $1)",
    )
    .bind(crate::table::thread::WAITING)
    .fetch_one(db)
    .await?;
    Ok(Progress { indexed, total })
}

/// Whether the index merges its parts by itself, in the transactions that write to it. While it
/// fills, [`merge`] does: by itself it does so in pieces of hundreds of pages, and an agent waits.
pub async fn merge_by_itself(tx: &mut WriteTx, by_itself: bool) -> Result<()> {
    const PARTS: i64 = 4; // FTS5's own choice
    sqlx::query("INSERT INTO search (search, rank) VALUES ('automerge', $1)")
        .bind(if by_itself { PARTS } else { 0 })
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Merges parts of the index, about so many pages of it; fewer if there is less to merge.
pub async fn merge(tx: &mut WriteTx, pages: u32) -> Result<()> {
    sqlx::query("INSERT INTO search (search, rank) VALUES ('merge', $1)")
        .bind(pages)
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// Empties the index; it is filled again.
pub async fn clear(tx: &mut WriteTx) -> Result<()> {
    for sql in [
        "INSERT INTO search (search) VALUES ('delete-all')",
        "INSERT INTO search_ticket (search_ticket) VALUES ('delete-all')",
        "DELETE FROM ticket_tokens",
    ] {
        sqlx::query(sql).execute(&mut **tx).await?;
    }
    tx.notice(Notice::Search);
    Ok(())
}

/// Entries below which an index is rewritten whenever anything was taken out of it; above, when one
/// in a hundred was.
const SMALL: i64 = 20_000;
/// How many were taken out since it was rewritten last.
const TAKEN_OUT: &str = "index_taken_out";
/// Pages of the index that one slice of rewriting touches.
const REWRITE_PAGES: i64 = 64;
/// A row that stands for a moment. Keys of words and of tickets are positive.
const STANDIN: i64 = -1;

async fn count_out(tx: &mut WriteTx, entries: i64) -> Result<()> {
    let before: Option<i64> = setting::get(tx, TAKEN_OUT).await?;
    setting::set(tx, TAKEN_OUT, &(before.unwrap_or(0) + entries)).await
}

/// Whether so much was taken out of the index that what is left of it must be rewritten. FTS5 names
/// the first term of each of its pages in a table of its own (`search_idx`), and leaves the name
/// when it deletes the term, `secure-delete` or not: single words of what was taken out.
pub(crate) async fn is_worn(db: &mut Db) -> Result<bool> {
    let out: i64 = setting::get(db, TAKEN_OUT).await?.unwrap_or(0);
    if out == 0 {
        return Ok(false);
    }
    let all: i64 = sqlx::query_scalar("SELECT count(*) FROM search_docsize").fetch_one(db).await?;
    Ok(all < SMALL || out >= all / 100)
}

/// Begins to rewrite the index into one part. One part alone would not be rewritten, so there is
/// another for the moment.
pub(crate) async fn begin_rewriting(tx: &mut WriteTx) -> Result<()> {
    end_standins(tx).await?;
    for sql in [
        "INSERT INTO search (rowid, words, grams) VALUES ($1, 'x', 'x')",
        "INSERT INTO search_ticket (rowid, words, grams) VALUES ($1, 'x', 'x')",
    ] {
        sqlx::query(sql).bind(STANDIN).execute(&mut **tx).await?;
    }
    Ok(())
}

/// One slice of it; true while there is more. `first`: the slices before were another rewriting's.
pub(crate) async fn rewrite(tx: &mut WriteTx, first: bool) -> Result<bool> {
    let pages = if first { -REWRITE_PAGES } else { REWRITE_PAGES };
    let mut more = false;
    for sql in [
        "INSERT INTO search (search, rank) VALUES ('merge', $1)",
        "INSERT INTO search_ticket (search_ticket, rank) VALUES ('merge', $1)",
    ] {
        let before = changes(tx).await?;
        sqlx::query(sql).bind(pages).execute(&mut **tx).await?;
        // The statement itself counts as one.
        more |= changes(tx).await? - before > 1;
    }
    Ok(more)
}

async fn changes(db: &mut Db) -> Result<i64> {
    Ok(sqlx::query_scalar("SELECT total_changes()").fetch_one(db).await?)
}

/// It is rewritten.
pub(crate) async fn end_rewriting(tx: &mut WriteTx) -> Result<()> {
    end_standins(tx).await?;
    setting::set(tx, TAKEN_OUT, &0_i64).await
}

async fn end_standins(tx: &mut WriteTx) -> Result<()> {
    for (there, sql) in [
        (
            "SELECT EXISTS (SELECT 1 FROM search_docsize WHERE id = $1)",
            "INSERT INTO search (search, rowid, words, grams) VALUES ('delete', $1, 'x', 'x')",
        ),
        (
            "SELECT EXISTS (SELECT 1 FROM search_ticket_docsize WHERE id = $1)",
            "INSERT INTO search_ticket (search_ticket, rowid, words, grams)
             VALUES ('delete', $1, 'x', 'x')",
        ),
    ] {
        if sqlx::query_scalar(there).bind(STANDIN).fetch_one(&mut **tx).await? {
            sqlx::query(sql).bind(STANDIN).execute(&mut **tx).await?;
        }
    }
    Ok(())
}

/// Takes a ticket's own words out.
pub(crate) async fn forget_ticket(tx: &mut WriteTx, key: i64) -> Result<()> {
    let gone: Option<(String, String)> =
        sqlx::query_as("DELETE FROM ticket_tokens WHERE ticket = $1 RETURNING words, grams")
            .bind(key)
            .fetch_optional(&mut **tx)
            .await?;
    if let Some((words, grams)) = gone {
        let sql = "INSERT INTO search_ticket (search_ticket, rowid, words, grams)
                   VALUES ('delete', $1, $2, $3)";
        sqlx::query(sql).bind(key).bind(words).bind(grams).execute(&mut **tx).await?;
        count_out(tx, 1).await?;
    }
    Ok(())
}

/// Takes words of threads out; their rows are gone, or are going in this transaction.
pub(crate) async fn forget_texts(tx: &mut WriteTx, rows: &[(i64, String)]) -> Result<()> {
    let mut out = 0;
    for (key, text) in rows {
        let indexed: bool =
            sqlx::query_scalar("SELECT EXISTS (SELECT 1 FROM search_docsize WHERE id = $1)")
                .bind(key)
                .fetch_one(&mut **tx)
                .await?;
        if !indexed {
            continue;
        }
        out += 1;
        let tokens = (tx.shared().tokeniser.tokens)(text);
        let sql = "INSERT INTO search (search, rowid, words, grams) VALUES ('delete', $1, $2, $3)";
        sqlx::query(sql).bind(key).bind(tokens.words).bind(tokens.grams).execute(&mut **tx).await?;
    }
    if out > 0 {
        count_out(tx, out).await?;
    }
    Ok(())
}
