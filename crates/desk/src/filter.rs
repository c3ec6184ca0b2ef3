//! Filters: what an agent types, understood as conditions on tickets.
//!
//! The language is `holdfast-search`'s; here its words become people, teams and categories.
//! Deliberately absent: free words, which are the search index's.

use std::collections::BTreeSet;

use holdfast_cache::table::view::Filter;
use holdfast_cache::{Db, table};
use holdfast_domain::{AgentId, Category, Severity, TeamId};
use holdfast_search::{Field, Language, Query, Value};
use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::ipc::error::{Code, Failure};
use crate::open::Open;
use crate::people::People;

/// People a `from:` may mean at a time.
const FROM_MAX: u32 = 200;

/// What a query asks of tickets and of the words in them.
#[derive(Clone, Debug, Default)]
pub struct Conditions {
    /// Of tickets.
    pub tickets: Filter,
    /// Words at or after.
    pub after: Option<Timestamp>,
    /// Words before.
    pub before: Option<Timestamp>,
    /// Something was named that this desk does not know: nothing can be found.
    pub nothing: bool,
}

/// Reads a query; an error says where and why.
pub fn parse(text: &str) -> Result<Query, Failure> {
    holdfast_search::parse(text).map_err(|error| {
        Failure::new(Code::BadQuery, error.to_string())
            .with("at", error.at)
            .with("len", error.len)
            .with("why", error.code.as_str())
    })
}

/// What the filters of a query mean on this desk.
pub async fn resolve(open: &Open, db: &mut Db, query: &Query) -> Result<Conditions, Failure> {
    let mut found = Conditions::default();
    for filter in &query.filters {
        match &filter.value {
            Value::When(when) => {
                let at = when.instant(open.now(), &zone(open));
                match filter.field {
                    Field::Before => found.before = at,
                    _ => found.after = at,
                }
            }
            Value::Number(number) => {
                let number = i64::try_from(*number).unwrap_or(i64::MAX);
                let tickets: BTreeSet<_> =
                    table::ticket::by_number(db, number).await?.into_iter().collect();
                found.nothing |= tickets.is_empty();
                found.tickets.tickets = tickets;
            }
            Value::Text(text) if filter.field == Field::From => {
                from(db, &mut found, text, filter.negated).await?;
            }
            Value::Text(text) => {
                word(&mut found, &open.people(), open.agent, (filter.field, text), filter.negated);
            }
        }
    }
    Ok(found)
}

async fn from(
    db: &mut Db,
    found: &mut Conditions,
    text: &str,
    negated: bool,
) -> Result<(), Failure> {
    let contacts = table::contact::find(db, text, FROM_MAX).await?;
    let ids = contacts.into_iter().map(|row| row.id);
    if negated {
        found.tickets.not_requesters.extend(ids);
    } else {
        let ids: BTreeSet<_> = ids.collect();
        found.nothing |= ids.is_empty();
        found.tickets.requesters = ids;
    }
    Ok(())
}

/// A condition whose values are known without asking the cache. The excluding form of a closed
/// set is the rest of the set.
fn word(
    found: &mut Conditions,
    people: &People,
    reader: AgentId,
    (field, text): (Field, &str),
    negated: bool,
) {
    let tickets = &mut found.tickets;
    let empty = match field {
        Field::Status => {
            let set = Category::ALL.into_iter().filter(|c| (status(*c) == text) != negated);
            put(&mut tickets.categories, set)
        }
        Field::Severity => {
            let of = |s: &Severity| (severity(*s) == text) != negated;
            put(&mut tickets.severities, Severity::ALL.into_iter().filter(of))
        }
        Field::Team => put(&mut tickets.teams, teams(people, text, negated)),
        Field::Assignee if text == "none" => {
            tickets.unassigned = true;
            false
        }
        Field::Assignee => put(&mut tickets.assignees, agents(people, reader, text, negated)),
        Field::Lang => {
            let tags = languages(text);
            let into = if negated { &mut tickets.not_languages } else { &mut tickets.languages };
            put(into, tags)
        }
        Field::Tag => {
            let into = if negated { &mut tickets.not_tags } else { &mut tickets.tags };
            put(into, [text.to_lowercase()])
        }
        Field::Is => {
            tickets.unread = true;
            false
        }
        Field::Has => {
            tickets.attachments = true;
            false
        }
        Field::From | Field::Before | Field::After | Field::Number => false,
    };
    found.nothing |= empty;
}

/// Adds values to a set; true if it is still empty.
fn put<T: Ord>(set: &mut BTreeSet<T>, values: impl IntoIterator<Item = T>) -> bool {
    set.extend(values);
    set.is_empty()
}

fn teams(people: &People, text: &str, negated: bool) -> Vec<TeamId> {
    let is = |name: &str| squeezed(name).contains(&squeezed(text));
    people.teams.values().filter(|row| is(&row.name) != negated).map(|row| row.id).collect()
}

fn agents(people: &People, reader: AgentId, text: &str, negated: bool) -> Vec<AgentId> {
    let is = |id: AgentId, name: &str| {
        if text == "me" { id == reader } else { squeezed(name).contains(&squeezed(text)) }
    };
    let rows = people.agents.values();
    rows.filter(|row| is(row.id, &row.name) != negated).map(|row| row.id).collect()
}

fn languages(text: &str) -> Vec<String> {
    let within = Language::ALL.into_iter().filter(|language| language.is_within(text));
    within.map(|language| language.tag().to_owned()).collect()
}

/// Lower case without spaces and dashes, so that `network-l2` finds "Network L2".
fn squeezed(name: &str) -> String {
    name.to_lowercase().chars().filter(|c| c.is_alphanumeric()).collect()
}

fn status(category: Category) -> &'static str {
    match category {
        Category::New => "new",
        Category::Open => "open",
        Category::Pending => "pending",
        Category::OnHold => "on_hold",
        Category::Solved => "solved",
        Category::Closed => "closed",
    }
}

fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::P0 => "p0",
        Severity::P1 => "p1",
        Severity::P2 => "p2",
        Severity::P3 => "p3",
        Severity::P4 => "p4",
    }
}

fn zone(open: &Open) -> TimeZone {
    let people = open.people();
    let name = people.center_of(open.agent).map(|row| row.time_zone.as_str());
    name.and_then(|name| TimeZone::get(name).ok()).unwrap_or(TimeZone::UTC)
}
