//! View: which tickets, in which order, from where to where.
//!
//! A page is its keys, from one index that holds them in the order asked for, so that row 90,000
//! costs what an index of 90,000 small entries costs; and only then the rows of those keys. Beyond
//! the middle of a list rows are counted from its last one, which is nearer. Views over several
//! teams are merged from one index walk a team. `INDEXED BY` makes a lost index an error instead of
//! a slow list.
//!
//! A saved filter walks the index of its narrowest condition (a company's or a person's tickets, a
//! tag's) and sorts those, or the one index that holds every column a filter is made of.
//!
//! Deliberately absent: counts kept in tables.

use std::collections::BTreeSet;

use holdfast_domain::{
    AgentId, Category, ContactId, OrganizationId, ResourceId, Severity, TeamId, TicketId,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::{QueryBuilder, Sqlite};

use super::ticket::{Seen, fetch_seen, select_seen};
use super::{hex_list, uuid};
use crate::error::{CacheError, Result};
use crate::pool::Db;

/// Teams of one view.
pub const TEAMS_MAX: usize = 64;

/// Which tickets.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum View {
    /// Active and in this agent's hands.
    Mine(AgentId),
    /// Active and held by one of these teams.
    Team(BTreeSet<TeamId>),
    /// Active, held by one of these teams, in nobody's hands.
    Unassigned(BTreeSet<TeamId>),
    /// In this agent's hands, or in nobody's in one of these teams; active.
    Inbox(AgentId, BTreeSet<TeamId>),
    /// With an escalation that waits for an answer of this agent or one of these teams; active.
    Asked(AgentId, BTreeSet<TeamId>),
    /// Active, with a promise three quarters used up or broken at this time; the one that is
    /// longest in danger first, whatever the sort.
    AtRisk(Timestamp),
    /// Active.
    All,
    /// With an outcome that its author has not seen.
    NeedsYou,
    /// With a draft that is not sent.
    Drafts,
    /// A filter.
    Filter(Box<Filter>),
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// The promise that is broken first.
    #[default]
    Due,
    /// The newest change.
    Updated,
    /// The gravest, then the promise that is broken first.
    Severity,
}

/// All that is said must hold; what is empty says nothing.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Filter {
    /// One of these categories.
    pub categories: BTreeSet<Category>,
    /// Held by one of these teams.
    pub teams: BTreeSet<TeamId>,
    /// In one of these hands.
    pub assignees: BTreeSet<AgentId>,
    /// In nobody's hands.
    pub unassigned: bool,
    /// One of these.
    pub severities: BTreeSet<Severity>,
    /// All of these.
    pub tags: BTreeSet<String>,
    /// The customer's language, one of these.
    pub languages: BTreeSet<String>,
    /// One of these companies.
    pub organizations: BTreeSet<OrganizationId>,
    /// One of these people.
    pub requesters: BTreeSet<ContactId>,
    /// Linked to one of these.
    pub resources: BTreeSet<ResourceId>,
    /// One of these (what a search for words found); empty means any.
    pub tickets: BTreeSet<TicketId>,
    /// None of these.
    pub not_tags: BTreeSet<String>,
    /// None of these.
    pub not_languages: BTreeSet<String>,
    /// None of these people.
    pub not_requesters: BTreeSet<ContactId>,
    /// With words of others that were not read.
    pub unread: bool,
    /// With a file under some words.
    pub attachments: bool,
    /// Changed at this time or later.
    pub after: Option<Timestamp>,
    /// Changed before this time.
    pub before: Option<Timestamp>,
}

/// Which rows of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// Rows before it.
    pub offset: u32,
    /// Rows at most.
    pub limit: u32,
    /// Rows of the whole list ([`count`]), if they have been counted. Counted one commit before or
    /// after, rows beyond the middle stand one off until the list is read again at its notice.
    pub total: Option<u32>,
}

impl Place {
    /// From which edge it is counted, how many rows lie before it, and how many it has at most.
    fn nearer_edge(self) -> (Edge, u32, u32) {
        let Self { offset, limit, total } = self;
        match total {
            Some(total) if offset > total / 2 => {
                let rows = limit.min(total.saturating_sub(offset));
                (Edge::Last, total.saturating_sub(offset).saturating_sub(rows), rows)
            }
            _ => (Edge::First, offset, limit),
        }
    }
}

/// Where counting the rows of a list begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Edge {
    /// Its first row.
    First,
    /// Its last row.
    Last,
}

/// Rows of a view, in its order.
pub async fn page(db: &mut Db, view: &View, sort: Sort, place: Place) -> Result<Vec<Seen>> {
    let (from, skipped, rows) = place.nearer_edge();
    let mut sql = select_seen();
    sql.push("(SELECT * FROM (");
    push_arms(&mut sql, view, Some(sort))?;
    sql.push(") found ORDER BY ").push(order(view, sort, from)).push(" LIMIT ").push_bind(rows);
    sql.push(" OFFSET ").push_bind(skipped);
    sql.push(") found CROSS JOIN ticket ON ticket.key = found.key ORDER BY ");
    sql.push(order(view, sort, Edge::First));
    fetch_seen(db, sql).await
}

/// How many rows a view has.
pub async fn count(db: &mut Db, view: &View) -> Result<u32> {
    let mut sql = QueryBuilder::<Sqlite>::new("SELECT count(*) FROM (");
    push_arms(&mut sql, view, None)?;
    sql.push(")");
    Ok(sql.build_query_scalar().fetch_one(db).await?)
}

/// How many rows of a view hold words of others that were not read. Costs what there is unread.
pub async fn count_unread(db: &mut Db, view: &View) -> Result<u32> {
    let mut sql = QueryBuilder::<Sqlite>::new(
        "SELECT count(*) FROM unread CROSS JOIN ticket ON ticket.id = unread.ticket WHERE true",
    );
    push_belongs(&mut sql, view);
    Ok(sql.build_query_scalar().fetch_one(db).await?)
}

/// Ids of all rows of a view, in its order, at most `limit`: for "all that match".
pub async fn ids(db: &mut Db, view: &View, sort: Sort, limit: u32) -> Result<Vec<TicketId>> {
    let mut sql = QueryBuilder::<Sqlite>::new("SELECT id FROM ticket JOIN (SELECT key AS k, ");
    sql.push("row_number() OVER (ORDER BY ")
        .push(order(view, sort, Edge::First))
        .push(") AS place FROM (");
    push_arms(&mut sql, view, Some(sort))?;
    sql.push(") found) ON k = ticket.key ORDER BY place LIMIT ").push_bind(limit);
    let ids: Vec<Vec<u8>> = sql.build_query_scalar().fetch_all(db).await?;
    ids.iter().map(|id| uuid(id).map(TicketId)).collect()
}

/// What `EXPLAIN QUERY PLAN` says of a page: tests hold it against sorting and scanning.
pub async fn explain(db: &mut Db, view: &View, sort: Sort, from: Edge) -> Result<Vec<String>> {
    let mut sql = QueryBuilder::<Sqlite>::new("EXPLAIN QUERY PLAN SELECT * FROM (");
    push_arms(&mut sql, view, Some(sort))?;
    sql.push(") found ORDER BY ").push(order(view, sort, from)).push(" LIMIT ").push_bind(50);
    sql.push(" OFFSET ").push_bind(100);
    let rows: Vec<(i64, i64, i64, String)> = sql.build_query_as().fetch_all(db).await?;
    Ok(rows.into_iter().map(|(_, _, _, detail)| detail).collect())
}

fn order(view: &View, sort: Sort, from: Edge) -> &'static str {
    match (view, sort, from) {
        (View::AtRisk(_), _, Edge::First) => "found.risk_at, found.key",
        (View::AtRisk(_), _, Edge::Last) => "found.risk_at DESC, found.key DESC",
        (_, Sort::Due, Edge::First) => "found.due, found.key",
        (_, Sort::Due, Edge::Last) => "found.due DESC, found.key DESC",
        (_, Sort::Updated, Edge::First) => "found.updated_at DESC, found.key DESC",
        (_, Sort::Updated, Edge::Last) => "found.updated_at, found.key",
        (_, Sort::Severity, Edge::First) => "found.severity, found.due, found.key",
        (_, Sort::Severity, Edge::Last) => "found.severity DESC, found.due DESC, found.key DESC",
    }
}

/// Columns the outer order needs, so that the walk of an index covers them.
fn columns(sort: Option<Sort>) -> &'static str {
    match sort {
        None => "ticket.key",
        Some(Sort::Due) => "ticket.key AS key, ticket.due AS due",
        Some(Sort::Updated) => "ticket.key AS key, ticket.updated_at AS updated_at",
        Some(Sort::Severity) => "ticket.key AS key, ticket.severity AS severity, ticket.due AS due",
    }
}

fn push_arms(sql: &mut QueryBuilder<Sqlite>, view: &View, sort: Option<Sort>) -> Result<()> {
    let select = |sql: &mut QueryBuilder<Sqlite>, rest: &str| {
        sql.push("SELECT ").push(columns(sort)).push(" FROM ticket ").push(rest);
    };
    match view {
        View::Mine(agent) => {
            select(sql, "INDEXED BY ticket_mine WHERE active = 1 AND assignee = ");
            sql.push_bind(agent.bytes().to_vec());
        }
        View::Team(teams) => push_team_arms(sql, teams, |sql, team| {
            select(sql, by_sort(sort, TEAM));
            sql.push(" WHERE active = 1 AND team = ").push_bind(team.bytes().to_vec());
        })?,
        View::Unassigned(teams) => push_team_arms(sql, teams, |sql, team| {
            select(sql, "INDEXED BY ticket_unassigned WHERE active = 1 AND assignee IS NULL");
            sql.push(" AND team = ").push_bind(team.bytes().to_vec());
        })?,
        View::Inbox(agent, teams) => {
            push_arms(sql, &View::Mine(*agent), sort)?;
            sql.push(" UNION ALL ");
            push_arms(sql, &View::Unassigned(teams.clone()), sort)?;
        }
        View::Asked(agent, teams) => {
            let asked = teams.iter().map(|team| team.0.as_bytes().as_slice());
            let asked = hex_list(asked.chain([agent.0.as_bytes().as_slice()]));
            select(sql, "WHERE +active = 1 AND ticket.key IN (SELECT ticket FROM ticket_asked ");
            sql.push("WHERE asked IN (SELECT unhex(value) FROM json_each(").push_bind(asked);
            sql.push(")))");
        }
        View::AtRisk(now) => {
            sql.push("SELECT key, risk_at FROM ticket INDEXED BY ticket_risk ");
            sql.push("WHERE active = 1 AND risk_at <= ").push_bind(now.as_microsecond());
        }
        View::All => {
            select(sql, by_sort(sort, ALL));
            sql.push(" WHERE active = 1");
        }
        View::NeedsYou => select(
            sql,
            "WHERE ticket.id IN (SELECT ticket FROM operation INDEXED BY operation_needs_you
               WHERE state > 2 AND seen = 0)",
        ),
        View::Drafts => select(
            sql,
            "WHERE ticket.id IN (SELECT ticket FROM draft INDEXED BY draft_open WHERE open = 1)",
        ),
        View::Filter(filter) => push_filter_arms(sql, filter, sort),
    }
    Ok(())
}

type BySort = [&'static str; 3];
const TEAM: BySort =
    ["INDEXED BY ticket_team", "INDEXED BY ticket_team_updated", "INDEXED BY ticket_team_severity"];
const ALL: BySort =
    ["INDEXED BY ticket_all", "INDEXED BY ticket_all_updated", "INDEXED BY ticket_all_severity"];

fn by_sort(sort: Option<Sort>, indexes: BySort) -> &'static str {
    indexes[sort.unwrap_or_default() as usize]
}

fn push_team_arms(
    sql: &mut QueryBuilder<Sqlite>,
    teams: &BTreeSet<TeamId>,
    mut arm: impl FnMut(&mut QueryBuilder<Sqlite>, TeamId),
) -> Result<()> {
    if teams.len() > TEAMS_MAX {
        return Err(CacheError::Misuse("a view has at most TEAMS_MAX teams"));
    }
    for (at, team) in teams.iter().enumerate() {
        if at > 0 {
            sql.push(" UNION ALL ");
        }
        arm(sql, *team);
    }
    if teams.is_empty() {
        arm(sql, TeamId(::uuid::Uuid::nil()));
    }
    Ok(())
}

/// One arm for active tickets and one for the others, each in the order asked for.
fn push_filter_arms(sql: &mut QueryBuilder<Sqlite>, filter: &Filter, sort: Option<Sort>) {
    let mut arms = 0;
    for active in [true, false] {
        let Some(filter) = filter.of_arm(active) else { continue };
        if arms > 0 {
            sql.push(" UNION ALL ");
        }
        arms += 1;
        let (index, active_is) = match filter.way() {
            // Must not be led astray to the index of all active tickets.
            Way::Narrow => ("", " WHERE +active = "),
            Way::Covered => ("INDEXED BY ticket_filter", " WHERE active = "),
            Way::Ordered => (by_sort(sort, ALL), " WHERE active = "),
        };
        sql.push("SELECT ").push(columns(sort)).push(" FROM ticket ").push(index);
        sql.push(active_is).push(i32::from(active));
        push_filter(sql, &filter);
    }
}

/// How a filter finds its tickets.
enum Way {
    /// Some condition has an index that leads to few tickets.
    Narrow,
    /// One index holds all columns that are asked for: 100,000 small entries at worst.
    Covered,
    /// In order, looking at each ticket until the page is full.
    Ordered,
}

impl Filter {
    /// The filter on active tickets or on the others, without conditions that all of them fulfil;
    /// `None` if it wants none of them.
    fn of_arm(&self, active: bool) -> Option<Self> {
        let side = Category::ALL.into_iter().filter(|category| category.is_active() == active);
        let side: BTreeSet<Category> = side.collect();
        let mut arm = self.clone();
        arm.categories = arm.categories.intersection(&side).copied().collect();
        if arm.categories.is_empty() && !self.categories.is_empty() {
            return None;
        }
        if arm.categories == side {
            arm.categories.clear();
        }
        Some(arm)
    }

    fn way(&self) -> Way {
        let narrow = !self.tickets.is_empty()
            || !self.requesters.is_empty()
            || !self.organizations.is_empty()
            || !self.resources.is_empty()
            || !self.tags.is_empty()
            || self.unread;
        match () {
            () if narrow => Way::Narrow,
            () if *self == Self::default() => Way::Ordered,
            () if !self.not_requesters.is_empty() || self.attachments => Way::Ordered,
            () => Way::Covered,
        }
    }
}

/// Appends ` AND …` for what makes a ticket belong to the view.
fn push_belongs(sql: &mut QueryBuilder<Sqlite>, view: &View) {
    let teams =
        |teams: &BTreeSet<TeamId>| hex_list(teams.iter().map(|team| team.0.as_bytes().as_slice()));
    const ONE_OF: &str = "IN (SELECT unhex(value) FROM json_each(";
    if !matches!(view, View::NeedsYou | View::Drafts | View::Filter(_)) {
        sql.push(" AND active = 1");
    }
    match view {
        View::All => {}
        View::Mine(agent) => {
            sql.push(" AND assignee = ").push_bind(agent.bytes().to_vec());
        }
        View::Team(held) => {
            sql.push(" AND team ").push(ONE_OF).push_bind(teams(held)).push("))");
        }
        View::Unassigned(held) => {
            sql.push(" AND assignee IS NULL AND team ").push(ONE_OF);
            sql.push_bind(teams(held)).push("))");
        }
        View::Inbox(agent, held) => {
            sql.push(" AND (assignee = ").push_bind(agent.bytes().to_vec());
            sql.push(" OR (assignee IS NULL AND team ").push(ONE_OF);
            sql.push_bind(teams(held)).push("))))");
        }
        View::Asked(agent, held) => {
            let asked = held.iter().map(|team| team.0).chain([agent.0]).collect::<Vec<_>>();
            let asked = hex_list(asked.iter().map(|id| id.as_bytes().as_slice()));
            sql.push(" AND ticket.key IN (SELECT ticket FROM ticket_asked WHERE asked ");
            sql.push(ONE_OF).push_bind(asked).push(")))");
        }
        View::AtRisk(now) => {
            sql.push(" AND risk_at <= ").push_bind(now.as_microsecond());
        }
        View::NeedsYou => {
            sql.push(" AND ticket.id IN (SELECT ticket FROM operation ");
            sql.push("WHERE state > 2 AND seen = 0)");
        }
        View::Drafts => {
            sql.push(" AND ticket.id IN (SELECT ticket FROM draft WHERE open = 1)");
        }
        View::Filter(filter) => push_filter(sql, filter),
    }
}

/// Appends ` AND …` for every condition of the filter on `ticket`.
pub(crate) fn push_filter(sql: &mut QueryBuilder<Sqlite>, filter: &Filter) {
    let mut ids = |column: &str, ids: Vec<&[u8]>| {
        if !ids.is_empty() {
            sql.push(" AND ").push(column).push(" IN (SELECT unhex(value) FROM json_each(");
            sql.push_bind(hex_list(ids)).push("))");
        }
    };
    ids("ticket.id", filter.tickets.iter().map(|id| id.0.as_bytes().as_slice()).collect());
    ids("+team", filter.teams.iter().map(|id| id.0.as_bytes().as_slice()).collect());
    ids("+assignee", filter.assignees.iter().map(|id| id.0.as_bytes().as_slice()).collect());
    ids("requester", filter.requesters.iter().map(|id| id.0.as_bytes().as_slice()).collect());
    let organizations = filter.organizations.iter().map(|id| id.0.as_bytes().as_slice());
    ids("organization", organizations.collect());
    if !filter.resources.is_empty() {
        let resources = hex_list(filter.resources.iter().map(|id| id.0.as_bytes().as_slice()));
        sql.push(" AND ticket.key IN (SELECT ticket FROM ticket_resource WHERE resource IN ");
        sql.push("(SELECT unhex(value) FROM json_each(").push_bind(resources).push(")))");
    }
    for tag in &filter.tags {
        sql.push(" AND ticket.key IN (SELECT ticket FROM ticket_tag WHERE tag = ");
        sql.push_bind(tag.clone()).push(")");
    }
    if filter.unassigned {
        sql.push(" AND assignee IS NULL");
    }
    push_values(sql, filter);
    push_excluded(sql, filter);
    push_marks(sql, filter);
}

fn push_excluded(sql: &mut QueryBuilder<Sqlite>, filter: &Filter) {
    for tag in &filter.not_tags {
        sql.push(" AND ticket.key NOT IN (SELECT ticket FROM ticket_tag WHERE tag = ");
        sql.push_bind(tag.clone()).push(")");
    }
    if !filter.not_languages.is_empty() {
        let languages: Vec<&String> = filter.not_languages.iter().collect();
        sql.push(" AND language NOT IN (SELECT value FROM json_each(");
        sql.push_bind(serde_json::json!(languages).to_string()).push("))");
    }
    if !filter.not_requesters.is_empty() {
        let people = filter.not_requesters.iter().map(|id| id.0.as_bytes().as_slice());
        sql.push(" AND requester NOT IN (SELECT unhex(value) FROM json_each(");
        sql.push_bind(hex_list(people)).push("))");
    }
}

fn push_marks(sql: &mut QueryBuilder<Sqlite>, filter: &Filter) {
    if filter.unread {
        sql.push(" AND ticket.id IN (SELECT ticket FROM unread)");
    }
    if filter.attachments {
        sql.push(" AND (EXISTS (SELECT 1 FROM message m WHERE m.ticket = ticket.id ");
        sql.push("AND m.attachments <> '[]') OR EXISTS (SELECT 1 FROM note n ");
        sql.push("WHERE n.ticket = ticket.id AND n.attachments <> '[]'))");
    }
    if let Some(after) = filter.after {
        sql.push(" AND +updated_at >= ").push_bind(after.as_microsecond());
    }
    if let Some(before) = filter.before {
        sql.push(" AND +updated_at < ").push_bind(before.as_microsecond());
    }
}

fn push_values(sql: &mut QueryBuilder<Sqlite>, filter: &Filter) {
    let mut ranks = |column: &str, ranks: Vec<i64>| {
        if !ranks.is_empty() {
            sql.push(" AND ").push(column).push(" IN (SELECT value FROM json_each(");
            sql.push_bind(format!("{ranks:?}")).push("))");
        }
    };
    ranks("+category", filter.categories.iter().map(|category| category.rank()).collect());
    ranks("+severity", filter.severities.iter().map(|severity| severity.rank()).collect());
    if !filter.languages.is_empty() {
        let languages: Vec<&String> = filter.languages.iter().collect();
        sql.push(" AND +language IN (SELECT value FROM json_each(");
        sql.push_bind(serde_json::json!(languages).to_string()).push("))");
    }
}
