//! Finding: subjects, messages, notes, customers, resource ids, in every script.

use holdfast_cache::search::{self as index, Hit, Request};
use holdfast_cache::table::thread::Entry;
use holdfast_cache::{Db, table};
use holdfast_domain::markup;
use holdfast_search::{Query, excerpt, expression};

use crate::Desk;
use crate::filter::{self, Conditions};
use crate::ipc::error::Failure;
use crate::ipc::view::{HitView, RowView, SearchRequest, SearchView, Sort};
use crate::open::Open;
use crate::show::row;

/// Hits of one page.
const HITS_MAX: u32 = 100;
const EXCERPT_CHARS: usize = 120;

/// Searches everything on this computer.
pub async fn run(desk: &Desk, request: SearchRequest) -> Result<SearchView, Failure> {
    let open = desk.open().await?;
    let query = filter::parse(&request.query)?;
    let mut db = open.read().await?;
    let conditions = filter::resolve(&open, &mut db, &query).await?;
    let indexing = open.sync.status().borrow().indexing;
    if conditions.nothing || (query.terms.is_empty() && query.filters.is_empty()) {
        return Ok(SearchView { hits: Vec::new(), more: false, indexing });
    }
    let place = (request.offset, request.limit.min(HITS_MAX));
    let (hits, more) = if query.terms.is_empty() {
        by_conditions(&mut db, conditions, place).await?
    } else {
        by_words(&mut db, &query, conditions, place).await?
    };
    Ok(SearchView { hits: show(&open, &mut db, hits, &query).await?, more, indexing })
}

async fn by_words(
    db: &mut Db,
    query: &Query,
    conditions: Conditions,
    place: (u32, u32),
) -> Result<(Vec<Hit>, bool), Failure> {
    let expression = expression(query);
    let Conditions { tickets, after, before, .. } = conditions;
    let (wanted, unwanted) = (expression.wanted, expression.unwanted);
    let request = Request { wanted, unwanted, filter: tickets, from: None, after, before };
    let found = index::search(db, &request, place).await?;
    Ok((found.hits, found.more))
}

/// Without words it is a list: the newest first.
async fn by_conditions(
    db: &mut Db,
    conditions: Conditions,
    (offset, limit): (u32, u32),
) -> Result<(Vec<Hit>, bool), Failure> {
    let mut filter = conditions.tickets;
    (filter.after, filter.before) = (conditions.after, conditions.before);
    let view = table::view::View::Filter(Box::new(filter));
    let order = super::view::order(Sort::Newest);
    let place = table::view::Place { offset, limit: limit + 1, total: None };
    let mut seen = table::view::page(db, &view, order, place).await?;
    let more = seen.len() > limit as usize;
    seen.truncate(limit as usize);
    let hits = seen.into_iter().map(|seen| Hit { ticket: seen.row.id, entry: None }).collect();
    Ok((hits, more))
}

async fn show(
    open: &Open,
    db: &mut Db,
    hits: Vec<Hit>,
    query: &Query,
) -> Result<Vec<HitView>, Failure> {
    let ids: Vec<_> = hits.iter().map(|hit| hit.ticket).collect();
    let seen = table::ticket::get_many(db, &ids).await?;
    let rows: Vec<RowView> = seen.into_iter().map(|seen| row::row(open, seen)).collect();
    let places: Vec<i64> = hits.iter().filter_map(|hit| hit.entry).collect();
    let words = table::thread::words_at(db, &places).await?;
    let view = |hit: Hit| {
        let row = rows.iter().find(|row| row.ticket == hit.ticket)?;
        Some(hit_view(row.clone(), hit.entry.and_then(|key| words.get(&key)), query))
    };
    Ok(hits.into_iter().filter_map(view).collect())
}

fn hit_view(row: RowView, entry: Option<&Entry>, query: &Query) -> HitView {
    let (place, text) = match entry {
        Some(Entry::Message(words)) => ("message", markup::seen(words.by, &words.text)),
        Some(Entry::Note(words)) => ("note", words.text.as_str().into()),
        Some(Entry::Event(_)) | None => ("subject", row.subject.as_str().into()),
    };
    let found = excerpt(&text, query, EXCERPT_CHARS);
    let units = |chars: usize| -> u32 {
        let before = found.text.chars().take(chars).map(char::len_utf16).sum::<usize>();
        u32::try_from(before).unwrap_or(u32::MAX)
    };
    let marks = found.matches.iter().map(|mark| (units(mark.start), units(mark.end))).collect();
    let (place, excerpt) = (place.to_owned(), found.text.clone());
    HitView { row, place, excerpt, marks }
}
