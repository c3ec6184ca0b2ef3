//! Lists: the rail's views and pages of them.

use std::collections::BTreeSet;

use holdfast_cache::Db;
use holdfast_cache::table::view::{self as cached, Filter};
use holdfast_cache::table::{draft, saved_view};
use holdfast_domain::{Category, TeamId};
use uuid::Uuid;

use crate::Desk;
use crate::filter;
use crate::ipc::error::{Code, Failure};
use crate::ipc::view::{
    Nothing, PageRequest, PageView, SaveViewRequest, SavedView, SavedViewId, Sort, View, ViewCount,
};
use crate::open::Open;
use crate::show::row;

/// Rows of one page.
const PAGE_MAX: u32 = 200;
/// Saved views of one person.
const SAVED_MAX: usize = 50;
const NAME_CHARS_MAX: usize = 80;

/// Every view of the rail with its number, in the rail's order.
pub async fn counts(desk: &Desk, _: Nothing) -> Result<Vec<ViewCount>, Failure> {
    let open = desk.open().await?;
    let mut db = open.read().await?;
    let people = open.people();
    let mut views = vec![
        (View::Inbox, String::new()),
        (View::Mine, String::new()),
        (View::Unassigned, String::new()),
        (View::AtRisk, String::new()),
        (View::Asked, String::new()),
        (View::NeedsYou, String::new()),
        (View::Drafts, String::new()),
        (View::All, String::new()),
    ];
    let teams = teams(&open);
    views.extend(teams.iter().map(|t| (View::Team(*t), people.team_name(*t).to_owned())));
    let saved = saved_view::all(&mut db).await?;
    views.extend(saved.into_iter().map(|v| (View::Saved(v.id.to_string()), v.name)));
    let mut counts = Vec::with_capacity(views.len());
    for (view, name) in views {
        let wanted = resolve(&open, &mut db, &view).await?;
        let count = match view {
            // The list has a line for each draft, not for each ticket.
            View::Drafts => draft::open_count(&mut db).await?,
            _ => open.totals.of(&mut db, &wanted).await?,
        };
        let unread = u64::from(cached::count_unread(&mut db, &wanted).await?);
        counts.push(ViewCount { view, name, count: count.into(), unread });
    }
    Ok(counts)
}

/// One page of a list.
pub async fn page(desk: &Desk, request: PageRequest) -> Result<PageView, Failure> {
    let open = desk.open().await?;
    let mut db = open.read().await?;
    let view = resolve(&open, &mut db, &request.view).await?;
    let offset = u32::try_from(request.offset).unwrap_or(u32::MAX);
    let limit = request.limit.min(PAGE_MAX);
    let total = open.totals.of(&mut db, &view).await?;
    let place = cached::Place { offset, limit, total: Some(total) };
    let seen = cached::page(&mut db, &view, order(request.sort), place).await?;
    let rows = seen.into_iter().map(|seen| row::row(&open, seen)).collect();
    Ok(PageView { total: total.into(), offset: request.offset, rows })
}

/// Saves a filter under a name.
pub async fn save(desk: &Desk, request: SaveViewRequest) -> Result<SavedView, Failure> {
    let open = desk.open().await?;
    let name: String =
        holdfast_domain::words::plain(&request.name).chars().take(NAME_CHARS_MAX).collect();
    if name.is_empty() {
        return Err(Failure::new(Code::Empty, "a saved view needs a name"));
    }
    filter::parse(&request.query)?;
    let id = match request.id.as_deref().map(Uuid::parse_str) {
        None => open.fresh_id(),
        Some(Ok(id)) => id,
        Some(Err(_)) => return Err(Failure::new(Code::NotFound, "no such view")),
    };
    let mut tx = open.write().await?;
    let known = saved_view::all(&mut tx).await?;
    if known.len() >= SAVED_MAX && known.iter().all(|view| view.id != id) {
        return Err(Failure::new(Code::TooMuch, "too many views").with("limit", SAVED_MAX));
    }
    let place = i64::try_from(known.len()).unwrap_or(i64::MAX);
    let view =
        saved_view::SavedView { id, name: name.clone(), place, query: request.query.clone() };
    saved_view::put(&mut tx, &view).await?;
    tx.commit().await?;
    Ok(SavedView { id: id.to_string(), name, query: request.query })
}

/// Forgets a saved filter.
pub async fn delete(desk: &Desk, request: SavedViewId) -> Result<Nothing, Failure> {
    let open = desk.open().await?;
    let Ok(id) = Uuid::parse_str(&request.id) else { return Ok(Nothing {}) };
    let mut tx = open.write().await?;
    saved_view::remove(&mut tx, id).await?;
    tx.commit().await?;
    Ok(Nothing {})
}

/// What the cache calls a view.
pub(super) async fn resolve(
    open: &Open,
    db: &mut Db,
    view: &View,
) -> Result<cached::View, Failure> {
    Ok(match view {
        View::Inbox => cached::View::Inbox(open.agent, teams(open)),
        View::Mine => cached::View::Mine(open.agent),
        View::Team(team) => cached::View::Team(BTreeSet::from([*team])),
        View::Unassigned => cached::View::Unassigned(teams(open)),
        View::AtRisk => cached::View::AtRisk(open.now()),
        View::NeedsYou => cached::View::NeedsYou,
        View::Drafts => cached::View::Drafts,
        View::Asked => cached::View::Asked(open.agent, teams(open)),
        View::All => cached::View::All,
        View::Finished => {
            let categories = BTreeSet::from([Category::Solved, Category::Closed]);
            cached::View::Filter(Box::new(Filter { categories, ..Filter::default() }))
        }
        View::Saved(id) => saved(open, db, id).await?,
    })
}

async fn saved(open: &Open, db: &mut Db, id: &str) -> Result<cached::View, Failure> {
    let views = saved_view::all(db).await?;
    let view = views.into_iter().find(|view| view.id.to_string() == id);
    let view = view.ok_or_else(|| Failure::new(Code::NotFound, "no such view"))?;
    let filter = filter::resolve(open, db, &filter::parse(&view.query)?).await?;
    Ok(cached::View::Filter(Box::new(filter.tickets)))
}

pub(super) fn order(sort: Sort) -> cached::Sort {
    match sort {
        Sort::Due => cached::Sort::Due,
        Sort::Newest => cached::Sort::Updated,
        Sort::Gravest => cached::Sort::Severity,
    }
}

fn teams(open: &Open) -> BTreeSet<TeamId> {
    open.people().agents.get(&open.agent).map(|row| row.teams.clone()).unwrap_or_default()
}
