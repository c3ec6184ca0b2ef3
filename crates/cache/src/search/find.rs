//! Finding: which tickets hold the words, newest words first.
//!
//! Words of a query may be spread over a ticket (one in its subject, one in its third message), so
//! each expression is looked up by itself and tickets are intersected. What is looked through has
//! a bound ([`HITS_MAX`] of each expression, newest first), and the answer says when it was
//! reached. Of one expression without conditions fewer hits in tickets' own words are looked at
//! ([`TICKETS_MAX`]): their rows are long and lie all over the file.
//!
//! Deliberately absent: bm25. It counts every hit of the word before it ranks one (16–42 ms on a
//! common word); agents look for what was written lately.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_domain::TicketId;
use jiff::Timestamp;
use sqlx::{QueryBuilder, Sqlite};

use crate::error::Result;
use crate::pool::Db;
use crate::table::view::{self, Filter};
use crate::table::{json, uuid};

/// Newest hits of one expression that are looked at.
pub const HITS_MAX: u32 = 5_000;
/// Hits in tickets' own words that are looked at where there is nothing to intersect with: those
/// that came to this desk last. The same for every page, so that pages continue each other.
pub const TICKETS_MAX: u32 = 400;
/// Hits whose rows are read at a time.
const SLICE: usize = 200;

/// What to look for. Every expression is an FTS5 MATCH expression over both columns.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Request {
    /// Each must be found somewhere in the ticket or its thread.
    pub wanted: Vec<String>,
    /// None may be found in it.
    pub unwanted: Vec<String>,
    /// Conditions on the ticket.
    pub filter: Filter,
    /// Words of this person (agent or contact), if any.
    pub from: Option<::uuid::Uuid>,
    /// Words at or after.
    pub after: Option<Timestamp>,
    /// Words before.
    pub before: Option<Timestamp>,
}

/// One found ticket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hit {
    /// Which.
    pub ticket: TicketId,
    /// The newest entry of its thread in which something was found; `None` if it was found in the
    /// ticket's own words.
    pub entry: Option<i64>,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Found {
    /// Newest words first.
    pub hits: Vec<Hit>,
    /// There may be more than was looked through.
    pub more: bool,
}

/// Looks. Tickets, those with the newest words first. An expression that FTS5 does not understand
/// is an error.
pub async fn search(db: &mut Db, request: &Request, (offset, limit): (u32, u32)) -> Result<Found> {
    let most = if request.is_plain() { TICKETS_MAX } else { HITS_MAX };
    let mut terms = Vec::with_capacity(request.wanted.len());
    for expression in &request.wanted {
        terms.push(Rows::of(db, expression, most).await?);
    }
    let mut unwanted = Vec::with_capacity(request.unwanted.len());
    for expression in &request.unwanted {
        unwanted.push(Rows::of(db, expression, most).await?);
    }
    let more = terms.iter().any(|rows| rows.is_cut(most));
    let rarest = (0..terms.len()).min_by_key(|at| terms[*at].len());
    let candidates = match rarest {
        Some(at) => Candidates::of(terms.swap_remove(at)),
        None => Candidates::of(Rows::newest(db).await?),
    };
    let search = Search { request, others: terms, unwanted };
    let enough = (offset + limit) as usize;
    let (mut hits, more_left) = search.run(db, candidates, enough).await?;
    hits.drain(..(offset as usize).min(hits.len()));
    Ok(Found { hits, more: more || more_left })
}

impl Request {
    /// One expression and nothing to intersect it with.
    fn is_plain(&self) -> bool {
        let Self { wanted, unwanted, filter, from, after, before } = self;
        let conditions = from.is_some() || after.is_some() || before.is_some();
        wanted.len() == 1 && unwanted.is_empty() && *filter == Filter::default() && !conditions
    }
}

/// The rows of one expression: thread keys and ticket keys, newest first.
struct Rows {
    threads: Vec<i64>,
    tickets: Vec<i64>,
}

impl Rows {
    async fn of(db: &mut Db, expression: &str, tickets_max: u32) -> Result<Self> {
        let (threads, tickets): (String, String) = sqlx::query_as(
            "SELECT
               (SELECT json_group_array(rowid) FROM (SELECT rowid FROM search
                  WHERE search MATCH $1 ORDER BY rowid DESC LIMIT $2)),
               (SELECT json_group_array(rowid) FROM (SELECT rowid FROM search_ticket
                  WHERE search_ticket MATCH $1 ORDER BY rowid DESC LIMIT $3))",
        )
        .bind(expression)
        .bind(HITS_MAX)
        .bind(tickets_max)
        .fetch_one(db)
        .await?;
        Ok(Self { threads: json(&threads, "list")?, tickets: json(&tickets, "list")? })
    }

    /// Without words to look for: the newest words of all.
    async fn newest(db: &mut Db) -> Result<Self> {
        let threads: String = sqlx::query_scalar(
            "SELECT json_group_array(key) FROM (
               SELECT key FROM message UNION ALL SELECT key FROM note ORDER BY key DESC LIMIT $1)",
        )
        .bind(HITS_MAX)
        .fetch_one(db)
        .await?;
        Ok(Self { threads: json(&threads, "list")?, tickets: Vec::new() })
    }

    fn len(&self) -> usize {
        self.threads.len() + self.tickets.len()
    }

    fn is_cut(&self, tickets_max: u32) -> bool {
        self.threads.len() >= HITS_MAX as usize || self.tickets.len() >= tickets_max as usize
    }

    fn has(&self, ticket: i64, entries: &[i64]) -> bool {
        self.tickets.binary_search_by(|key| ticket.cmp(key)).is_ok()
            || entries.iter().any(|e| self.threads.binary_search_by(|key| e.cmp(key)).is_ok())
    }
}

/// What is still to be looked at, newest first.
struct Candidates {
    threads: std::vec::IntoIter<i64>,
    tickets: Vec<i64>,
}

impl Candidates {
    fn of(rows: Rows) -> Self {
        Self { threads: rows.threads.into_iter(), tickets: rows.tickets }
    }
}

/// A place where something was found.
struct Place {
    ticket: Vec<u8>,
    key: i64,
    entry: Option<i64>,
    at: i64,
}

struct Search<'a> {
    request: &'a Request,
    others: Vec<Rows>,
    unwanted: Vec<Rows>,
}

impl Search<'_> {
    /// Merges finds in threads and finds in tickets by time, until there are enough.
    async fn run(
        &self,
        db: &mut Db,
        mut candidates: Candidates,
        enough: usize,
    ) -> Result<(Vec<Hit>, bool)> {
        let mut hits = Vec::new();
        let mut known = BTreeSet::new();
        let mut of_tickets = self.tickets(db, &candidates.tickets).await?.into_iter().peekable();
        loop {
            let slice: Vec<i64> = candidates.threads.by_ref().take(SLICE).collect();
            let mut places = self.entries(db, &slice).await?;
            let oldest = places.last().map_or(i64::MIN, |place| place.at);
            let last = slice.len() < SLICE;
            while let Some(place) = of_tickets.next_if(|place| last || place.at >= oldest) {
                places.push(place);
            }
            places.sort_by_key(|place| std::cmp::Reverse(place.at));
            let fresh: Vec<Place> =
                places.into_iter().filter(|place| known.insert(place.ticket.clone())).collect();
            self.keep(db, fresh, &mut hits).await?;
            if last || hits.len() >= enough {
                let more = hits.len() > enough || !last || of_tickets.peek().is_some();
                hits.truncate(enough);
                return Ok((hits, more));
            }
        }
    }

    async fn tickets(&self, db: &mut Db, keys: &[i64]) -> Result<Vec<Place>> {
        if keys.is_empty() || self.request.from.is_some() {
            return Ok(Vec::new());
        }
        let rows: Vec<(i64, Vec<u8>, i64)> = sqlx::query_as(
            "SELECT key, id, updated_at FROM ticket
             WHERE key IN (SELECT value FROM json_each($1))
               AND updated_at >= $2 AND updated_at < $3 ORDER BY updated_at DESC",
        )
        .bind(format!("{keys:?}"))
        .bind(self.request.after.map_or(i64::MIN, Timestamp::as_microsecond))
        .bind(self.request.before.map_or(i64::MAX, Timestamp::as_microsecond))
        .fetch_all(db)
        .await?;
        let place = |(key, ticket, at)| Place { ticket, key, entry: None, at };
        Ok(rows.into_iter().map(place).collect())
    }

    async fn entries(&self, db: &mut Db, keys: &[i64]) -> Result<Vec<Place>> {
        if keys.is_empty() {
            return Ok(Vec::new());
        }
        let rows: Vec<(i64, i64, Vec<u8>, i64)> = sqlx::query_as(
            "SELECT w.key, t.key, t.id, w.at FROM (
               SELECT key, ticket, author, at FROM message
                 WHERE key IN (SELECT value FROM json_each($1))
               UNION ALL
               SELECT key, ticket, author, at FROM note
                 WHERE key IN (SELECT value FROM json_each($1))) w
             CROSS JOIN ticket t ON t.id = w.ticket
             WHERE w.at >= $2 AND w.at < $3 AND ($4 IS NULL OR w.author = $4)",
        )
        .bind(format!("{keys:?}"))
        .bind(self.request.after.map_or(i64::MIN, Timestamp::as_microsecond))
        .bind(self.request.before.map_or(i64::MAX, Timestamp::as_microsecond))
        .bind(self.request.from.map(|id| id.as_bytes().to_vec()))
        .fetch_all(db)
        .await?;
        let place = |(entry, key, ticket, at)| Place { ticket, key, entry: Some(entry), at };
        let mut places: Vec<Place> = rows.into_iter().map(place).collect();
        places.sort_by_key(|place| std::cmp::Reverse(place.at));
        Ok(places)
    }

    /// Of these, those whose ticket has all the other words and fits the filter.
    async fn keep(&self, db: &mut Db, places: Vec<Place>, hits: &mut Vec<Hit>) -> Result<()> {
        let threads = match self.others.is_empty() && self.unwanted.is_empty() {
            true => BTreeMap::new(),
            false => threads(db, &places).await?,
        };
        let fits = |place: &Place| {
            let entries = threads.get(&place.key).map_or([].as_slice(), Vec::as_slice);
            self.others.iter().all(|rows| rows.has(place.key, entries))
                && !self.unwanted.iter().any(|rows| rows.has(place.key, entries))
        };
        let places: Vec<Place> = places.into_iter().filter(fits).collect();
        let allowed = filtered(db, &self.request.filter, &places).await?;
        for place in places {
            if allowed.as_ref().is_none_or(|allowed| allowed.contains(&place.key)) {
                hits.push(Hit { ticket: TicketId(uuid(&place.ticket)?), entry: place.entry });
            }
        }
        Ok(())
    }
}

/// The thread keys of these tickets.
async fn threads(db: &mut Db, places: &[Place]) -> Result<BTreeMap<i64, Vec<i64>>> {
    let keys: Vec<i64> = places.iter().map(|place| place.key).collect();
    let rows: Vec<(i64, i64)> = sqlx::query_as(
        "SELECT t.key, m.key FROM ticket t JOIN message m ON m.ticket = t.id
         WHERE t.key IN (SELECT value FROM json_each($1))
         UNION ALL
         SELECT t.key, n.key FROM ticket t JOIN note n ON n.ticket = t.id
         WHERE t.key IN (SELECT value FROM json_each($1))",
    )
    .bind(format!("{keys:?}"))
    .fetch_all(db)
    .await?;
    let mut threads: BTreeMap<i64, Vec<i64>> = BTreeMap::new();
    for (ticket, entry) in rows {
        threads.entry(ticket).or_default().push(entry);
    }
    Ok(threads)
}

/// Keys of these tickets that fit the filter; `None` if every ticket does.
async fn filtered(db: &mut Db, filter: &Filter, places: &[Place]) -> Result<Option<BTreeSet<i64>>> {
    if *filter == Filter::default() || places.is_empty() {
        return Ok(None);
    }
    let keys: Vec<i64> = places.iter().map(|place| place.key).collect();
    let mut sql = QueryBuilder::<Sqlite>::new(
        "SELECT ticket.key FROM ticket WHERE ticket.key IN (SELECT value FROM json_each(",
    );
    sql.push_bind(format!("{keys:?}")).push("))");
    view::push_filter(&mut sql, filter);
    let keys: Vec<i64> = sql.build_query_scalar().fetch_all(db).await?;
    Ok(Some(keys.into_iter().collect()))
}
