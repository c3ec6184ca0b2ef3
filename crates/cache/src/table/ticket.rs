//! Ticket: what the agent sees, one indexed row a ticket; the server's image beside it only while
//! an operation waits.
//!
//! `version`, `epoch` and `scopes` are always those of the server's image, also while the rest of
//! the row is a forecast. Deliberately absent: subject and preview as columns (no list is ordered
//! or filtered by them; they are in `body`).

use std::collections::{BTreeMap, BTreeSet};

use holdfast_domain::clock::{Clock, Run};
use holdfast_domain::escalation::Answer;
use holdfast_domain::{Category, OrganizationId, TicketId};
use holdfast_protocol::row::TicketRow;
use jiff::Timestamp;
use sqlx::{QueryBuilder, Sqlite};

use super::{hex_list, insert_all, json, thread, to_json, uuid};
use crate::error::{CacheError, Result};
use crate::pool::{Db, WriteTx};

pub(crate) const SCHEMA: &str = "\
CREATE TABLE ticket (
  key          INTEGER PRIMARY KEY,        -- local; also the row of its words in the search index
  id           BLOB NOT NULL UNIQUE,
  number       INTEGER,                    -- the server's; NULL while the ticket waits here
  version      INTEGER NOT NULL DEFAULT 0, -- of the server's image; 0 while the server has none
  epoch        INTEGER NOT NULL DEFAULT 0, -- ordinal, of the server's image
  scopes       TEXT NOT NULL DEFAULT '[]', -- keys of the scopes that show the server's image
  pending      INTEGER NOT NULL DEFAULT 0, -- operations that wait on it
  team         BLOB NOT NULL,
  assignee     BLOB,                       -- NULL: in nobody's hands
  category     INTEGER NOT NULL,           -- 0 new to 5 closed
  active       INTEGER NOT NULL,           -- 1 while category < 4
  severity     INTEGER NOT NULL,           -- 0 gravest to 4
  due          INTEGER NOT NULL,           -- next promise broken; far future for none
  risk_at      INTEGER NOT NULL,           -- three quarters of a promise used; far future for none
  language     TEXT NOT NULL,
  organization BLOB NOT NULL,
  requester    BLOB NOT NULL,
  updated_at   INTEGER NOT NULL,
  body         TEXT NOT NULL               -- the whole row as it is seen, JSON
) STRICT;
CREATE INDEX ticket_mine ON ticket (assignee, due, key, severity, updated_at) WHERE active = 1;
CREATE INDEX ticket_team ON ticket (team, due) WHERE active = 1;
CREATE INDEX ticket_team_updated ON ticket (team, updated_at) WHERE active = 1;
CREATE INDEX ticket_team_severity ON ticket (team, severity, due) WHERE active = 1;
CREATE INDEX ticket_unassigned ON ticket (team, due, key, severity, updated_at, assignee)
  WHERE active = 1 AND assignee IS NULL;
CREATE INDEX ticket_risk ON ticket (risk_at) WHERE active = 1;
CREATE INDEX ticket_all ON ticket (active, due);
CREATE INDEX ticket_all_updated ON ticket (active, updated_at);
CREATE INDEX ticket_all_severity ON ticket (active, severity, due);
CREATE INDEX ticket_organization ON ticket (organization, updated_at);
CREATE INDEX ticket_requester ON ticket (requester, updated_at);
CREATE INDEX ticket_filter
  ON ticket (active, due, key, category, severity, language, team, assignee, updated_at);
CREATE INDEX ticket_number ON ticket (number) WHERE number IS NOT NULL;
CREATE TABLE ticket_confirmed (
  ticket INTEGER PRIMARY KEY,              -- key of a ticket on which operations wait
  body   TEXT NOT NULL                     -- the server's image of it, JSON
) STRICT;
CREATE TABLE ticket_tag (
  ticket INTEGER NOT NULL,                 -- key
  tag    TEXT NOT NULL,
  PRIMARY KEY (ticket, tag)
) STRICT, WITHOUT ROWID;
CREATE INDEX ticket_tag_tag ON ticket_tag (tag, ticket);
CREATE TABLE ticket_resource (
  ticket   INTEGER NOT NULL,               -- key
  resource BLOB NOT NULL,
  PRIMARY KEY (ticket, resource)
) STRICT, WITHOUT ROWID;
CREATE INDEX ticket_resource_resource ON ticket_resource (resource, ticket);
CREATE TABLE ticket_asked (
  ticket INTEGER NOT NULL,                 -- key
  asked  BLOB NOT NULL,                    -- agent, or team as a whole, that has not answered yet
  PRIMARY KEY (ticket, asked)
) STRICT, WITHOUT ROWID;
CREATE INDEX ticket_asked_asked ON ticket_asked (asked, ticket);
";

/// A ticket as lists and windows see it.
#[derive(Clone, Debug, PartialEq)]
pub struct Seen {
    /// Local row; also its row in the search index.
    pub key: i64,
    /// The row, with what waits played onto it.
    pub row: TicketRow,
    /// Operations that wait on it.
    pub pending: u32,
    /// Words of others that came after what was read.
    pub unread: bool,
    /// An outcome that its author must see.
    pub needs_you: bool,
    /// A draft that is not sent.
    pub draft: bool,
    /// Name of the customer who asked; empty while they are not here.
    pub requester_name: String,
    /// Name of their company; empty while it is not here.
    pub organization_name: String,
}

/// One ticket as seen.
pub async fn get(db: &mut Db, id: TicketId) -> Result<Option<Seen>> {
    Ok(get_many(db, &[id]).await?.pop())
}

/// These tickets as seen, in this order; those not here are left out.
pub async fn get_many(db: &mut Db, ids: &[TicketId]) -> Result<Vec<Seen>> {
    let mut sql = select_seen();
    sql.push("ticket WHERE ticket.id IN (SELECT unhex(value) FROM json_each(");
    sql.push_bind(hex_list(ids.iter().map(|id| id.0.as_bytes().as_slice()))).push("))");
    let seen = fetch_seen(db, sql).await?;
    let mut by_id: BTreeMap<TicketId, Seen> =
        seen.into_iter().map(|seen| (seen.row.id, seen)).collect();
    Ok(ids.iter().filter_map(|id| by_id.remove(id)).collect())
}

/// Of a company, the newest change first, finished ones too; at most `limit`.
pub async fn of_organization(db: &mut Db, of: OrganizationId, limit: u32) -> Result<Vec<Seen>> {
    let mut sql = select_seen();
    sql.push("ticket INDEXED BY ticket_organization WHERE organization = ");
    sql.push_bind(blob(of.0)).push(" ORDER BY updated_at DESC, key DESC LIMIT ").push_bind(limit);
    fetch_seen(db, sql).await
}

/// With a tag, those that came to this desk last first; at most `limit`. A tag may stand on every
/// seventh ticket: ordering them all by anything else would read them all.
pub async fn of_tag(db: &mut Db, tag: &str, limit: u32) -> Result<Vec<Seen>> {
    let mut sql = select_seen();
    sql.push("(SELECT ticket FROM ticket_tag INDEXED BY ticket_tag_tag WHERE tag = ");
    sql.push_bind(tag.to_owned()).push(" ORDER BY ticket DESC LIMIT ").push_bind(limit);
    sql.push(") found CROSS JOIN ticket ON ticket.key = found.ticket ORDER BY found.ticket DESC");
    fetch_seen(db, sql).await
}

/// By number, as the server gave it.
pub async fn by_number(db: &mut Db, number: i64) -> Result<Option<TicketId>> {
    let id: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT id FROM ticket WHERE number = $1 ORDER BY epoch DESC LIMIT 1")
            .bind(number)
            .fetch_optional(db)
            .await?;
    id.map(|id| uuid(&id).map(TicketId)).transpose()
}

/// Every ticket that is here.
pub async fn ids(db: &mut Db) -> Result<BTreeSet<TicketId>> {
    let ids: Vec<Vec<u8>> = sqlx::query_scalar("SELECT id FROM ticket").fetch_all(db).await?;
    ids.iter().map(|id| uuid(id).map(TicketId)).collect()
}

/// The server's image: what the desk replays onto. `None` if the server has none.
pub async fn confirmed(db: &mut Db, id: TicketId) -> Result<Option<TicketRow>> {
    let body: Option<String> = sqlx::query_scalar(
        "SELECT coalesce(ticket_confirmed.body, ticket.body)
         FROM ticket LEFT JOIN ticket_confirmed ON ticket_confirmed.ticket = ticket.key
         WHERE id = $1 AND version > 0",
    )
    .bind(id.0.as_bytes().as_slice())
    .fetch_optional(db)
    .await?;
    body.map(|body| json(&body, "ticket")).transpose()
}

/// Writes the forecast: the image with what waits played onto it, or a ticket that begins with
/// what waits. Only while an operation waits on it.
pub async fn put_seen(tx: &mut WriteTx, row: &TicketRow) -> Result<()> {
    let pending = pending(tx, row.id).await?;
    if pending == 0 {
        return Err(CacheError::Misuse("a forecast is written only while an operation waits"));
    }
    let head = heads(tx, &[row.id]).await?.remove(&row.id);
    let head = match head {
        Some(head) => head,
        None => Head { key: next_key(tx).await?, ..Head::default() },
    };
    put_lines(tx, &[Line { row, head: Head { pending, ..head } }]).await?;
    tx.notice_ticket(row.id);
    Ok(())
}

/// What the server's image of a ticket is, without reading it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Head {
    pub(crate) key: i64,
    pub(crate) version: i64,
    pub(crate) epoch: i64,
    pub(crate) pending: i64,
    pub(crate) scopes: Vec<i64>,
}

pub(crate) struct Line<'a> {
    pub(crate) row: &'a TicketRow,
    pub(crate) head: Head,
}

type HeadColumns = (Vec<u8>, i64, i64, i64, i64, String);

pub(crate) async fn heads(db: &mut Db, ids: &[TicketId]) -> Result<BTreeMap<TicketId, Head>> {
    let list = hex_list(ids.iter().map(|id| id.0.as_bytes().as_slice()));
    let rows: Vec<HeadColumns> = sqlx::query_as(
        "SELECT id, key, version, epoch, pending, scopes FROM ticket
         WHERE id IN (SELECT unhex(value) FROM json_each($1))",
    )
    .bind(list)
    .fetch_all(db)
    .await?;
    let head = |(id, key, version, epoch, pending, scopes): HeadColumns| {
        let scopes = json(&scopes, "list of scopes")?;
        Ok((TicketId(uuid(&id)?), Head { key, version, epoch, pending, scopes }))
    };
    rows.into_iter().map(head).collect()
}

pub(crate) async fn next_key(db: &mut Db) -> Result<i64> {
    let next = "SELECT coalesce(max(key), 0) + 1 FROM ticket";
    Ok(sqlx::query_scalar(next).fetch_one(db).await?)
}

/// Writes whole rows with their tags and resources. The caller has settled versions and keys.
pub(crate) async fn put_lines(tx: &mut WriteTx, lines: &[Line<'_>]) -> Result<()> {
    const HEAD: &str = "INSERT INTO ticket (key, id, number, version, epoch, scopes, pending, team,
        assignee, category, active, severity, due, risk_at, language, organization, requester,
        updated_at, body) ";
    const TAIL: &str = " ON CONFLICT (id) DO UPDATE SET number = excluded.number,
        version = excluded.version, epoch = excluded.epoch, scopes = excluded.scopes,
        pending = excluded.pending, team = excluded.team, assignee = excluded.assignee,
        category = excluded.category, active = excluded.active, severity = excluded.severity,
        due = excluded.due, risk_at = excluded.risk_at, language = excluded.language,
        organization = excluded.organization, requester = excluded.requester,
        updated_at = excluded.updated_at, body = excluded.body";
    let bodies: Vec<String> = lines.iter().map(|line| to_json(line.row)).collect::<Result<_>>()?;
    let rows: Vec<_> = lines.iter().zip(bodies).collect();
    insert_all(tx, (HEAD, TAIL), &rows, |values, (line, body)| {
        let Line { row, head } = line;
        values
            .push_bind(head.key)
            .push_bind(blob(row.id.0))
            .push_bind(row.number)
            .push_bind(head.version)
            .push_bind(head.epoch)
            .push_bind(format!("{:?}", head.scopes))
            .push_bind(head.pending)
            .push_bind(blob(row.holder.team.0))
            .push_bind(row.holder.agent.map(|agent| blob(agent.0)))
            .push_bind(row.category.rank())
            .push_bind(row.category < Category::Solved)
            .push_bind(row.severity.rank())
            .push_bind(row.due().map_or(i64::MAX, Timestamp::as_microsecond))
            .push_bind(risk_at(row))
            .push_bind(row.language.as_str())
            .push_bind(blob(row.organization.0))
            .push_bind(blob(row.requester.0))
            .push_bind(row.updated_at.as_microsecond())
            .push_bind(body.as_str());
    })
    .await?;
    put_sets(tx, lines).await
}

async fn put_sets(tx: &mut WriteTx, lines: &[Line<'_>]) -> Result<()> {
    let keys: Vec<i64> = lines.iter().map(|line| line.head.key).collect();
    let keys = format!("{keys:?}");
    for sql in [
        "DELETE FROM ticket_tag WHERE ticket IN (SELECT value FROM json_each($1))",
        "DELETE FROM ticket_resource WHERE ticket IN (SELECT value FROM json_each($1))",
        "DELETE FROM ticket_asked WHERE ticket IN (SELECT value FROM json_each($1))",
    ] {
        sqlx::query(sql).bind(keys.clone()).execute(&mut **tx).await?;
    }
    let tags: Vec<(i64, &String)> = lines
        .iter()
        .flat_map(|line| line.row.tags.iter().map(|tag| (line.head.key, tag)))
        .collect();
    let head = "INSERT INTO ticket_tag (ticket, tag) ";
    insert_all(tx, (head, ""), &tags, |values, (key, tag)| {
        values.push_bind(*key).push_bind(tag.as_str());
    })
    .await?;
    let resources: Vec<_> = lines
        .iter()
        .flat_map(|line| line.row.resources.iter().map(|id| (line.head.key, *id)))
        .collect();
    let head = "INSERT INTO ticket_resource (ticket, resource) ";
    insert_all(tx, (head, ""), &resources, |values, (key, id)| {
        values.push_bind(*key).push_bind(blob(id.0));
    })
    .await?;
    put_asked(tx, lines).await
}

/// Who has an escalation to answer.
async fn put_asked(tx: &mut WriteTx, lines: &[Line<'_>]) -> Result<()> {
    let of_line = |line: &Line<'_>| {
        let waiting = line.row.escalations.iter().filter(|e| e.answer == Answer::Requested);
        let asked = waiting.map(|e| e.to.agent.map_or(e.to.team.0, |agent| agent.0));
        let key = line.head.key;
        asked.map(move |asked| (key, asked)).collect::<BTreeSet<_>>()
    };
    let asked: Vec<_> = lines.iter().flat_map(of_line).collect();
    let head = "INSERT INTO ticket_asked (ticket, asked) ";
    insert_all(tx, (head, ""), &asked, |values, (key, asked)| {
        values.push_bind(*key).push_bind(blob(*asked));
    })
    .await
}

/// Keeps the server's new image while the seen row stays a forecast.
pub(crate) async fn put_confirmed(tx: &mut WriteTx, line: &Line<'_>) -> Result<()> {
    sqlx::query(
        "INSERT INTO ticket_confirmed (ticket, body) VALUES ($1, $2)
         ON CONFLICT (ticket) DO UPDATE SET body = excluded.body",
    )
    .bind(line.head.key)
    .bind(to_json(line.row)?)
    .execute(&mut **tx)
    .await?;
    sqlx::query("UPDATE ticket SET version = $2, epoch = $3, scopes = $4 WHERE key = $1")
        .bind(line.head.key)
        .bind(line.head.version)
        .bind(line.head.epoch)
        .bind(format!("{:?}", line.head.scopes))
        .execute(&mut **tx)
        .await?;
    Ok(())
}

/// One more operation waits on it: the seen row is kept as the server's image, if it is that.
pub(crate) async fn begin_waiting(tx: &mut WriteTx, id: TicketId) -> Result<()> {
    sqlx::query(
        "INSERT INTO ticket_confirmed (ticket, body)
         SELECT key, body FROM ticket WHERE id = $1 AND pending = 0 AND version > 0",
    )
    .bind(blob(id.0))
    .execute(&mut **tx)
    .await?;
    sqlx::query("UPDATE ticket SET pending = pending + 1 WHERE id = $1")
        .bind(blob(id.0))
        .execute(&mut **tx)
        .await?;
    tx.notice_ticket(id);
    Ok(())
}

/// One operation less waits on it. With the last one the server's image is what is seen again; a
/// ticket that the server has not is gone.
pub(crate) async fn end_waiting(tx: &mut WriteTx, id: TicketId) -> Result<()> {
    tx.notice_ticket(id);
    let pending = pending(tx, id).await?;
    let Some(head) = heads(tx, &[id]).await?.remove(&id) else {
        return Ok(());
    };
    if pending > 0 {
        sqlx::query("UPDATE ticket SET pending = $2 WHERE key = $1")
            .bind(head.key)
            .bind(pending)
            .execute(&mut **tx)
            .await?;
        return Ok(());
    }
    thread::clear_waiting(tx, id).await?;
    match confirmed(tx, id).await? {
        Some(row) => {
            let head = Head { pending: 0, ..head };
            put_lines(tx, &[Line { row: &row, head: head.clone() }]).await?;
            drop_confirmed(tx, head.key).await
        }
        None => remove(tx, head.key).await,
    }
}

async fn drop_confirmed(tx: &mut WriteTx, key: i64) -> Result<()> {
    let sql = "DELETE FROM ticket_confirmed WHERE ticket = $1";
    sqlx::query(sql).bind(key).execute(&mut **tx).await?;
    Ok(())
}

/// Removes the rows that lists use; the search index and the thread are the caller's.
pub(crate) async fn remove(tx: &mut WriteTx, key: i64) -> Result<()> {
    crate::search::forget_ticket(tx, key).await?;
    drop_confirmed(tx, key).await?;
    for sql in [
        "DELETE FROM ticket_tag WHERE ticket = $1",
        "DELETE FROM ticket_resource WHERE ticket = $1",
        "DELETE FROM ticket_asked WHERE ticket = $1",
        "DELETE FROM ticket WHERE key = $1",
    ] {
        sqlx::query(sql).bind(key).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Operations that wait on a ticket.
pub(crate) async fn pending(db: &mut Db, id: TicketId) -> Result<i64> {
    let sql = "SELECT count(*) FROM operation WHERE ticket = $1 AND state < 2";
    Ok(sqlx::query_scalar(sql).bind(blob(id.0)).fetch_one(db).await?)
}

/// The beginning of every question for tickets as they are seen: what follows names `ticket`. One
/// question answers all that a list shows; each more would wake the connection's thread again.
pub(crate) fn select_seen() -> QueryBuilder<Sqlite> {
    QueryBuilder::new(
        "SELECT ticket.key, ticket.body, ticket.pending,
           EXISTS (SELECT 1 FROM unread u WHERE u.ticket = ticket.id),
           EXISTS (SELECT 1 FROM operation o
             WHERE o.ticket = ticket.id AND o.state > 2 AND o.seen = 0),
           EXISTS (SELECT 1 FROM draft d WHERE d.ticket = ticket.id AND d.open = 1),
           (SELECT c.body ->> '$.name' FROM contact c WHERE c.id = ticket.requester),
           (SELECT o.body ->> '$.name' FROM organization o WHERE o.id = ticket.organization)
         FROM ",
    )
}

type SeenColumns = (i64, String, i64, bool, bool, bool, Option<String>, Option<String>);

/// What a question that began with [`select_seen`] finds.
pub(crate) async fn fetch_seen(db: &mut Db, sql: QueryBuilder<Sqlite>) -> Result<Vec<Seen>> {
    let mut sql = sql;
    let rows: Vec<SeenColumns> = sql.build_query_as().fetch_all(db).await?;
    let seen = |(key, body, pending, unread, needs_you, draft, requester, company): SeenColumns| {
        Ok(Seen {
            key,
            row: json(&body, "ticket")?,
            pending: u32::try_from(pending).map_err(|_| CacheError::Stored("counter"))?,
            unread,
            needs_you,
            draft,
            requester_name: requester.unwrap_or_default(),
            organization_name: company.unwrap_or_default(),
        })
    };
    rows.into_iter().map(seen).collect()
}

fn blob(id: ::uuid::Uuid) -> Vec<u8> {
    id.as_bytes().to_vec()
}

/// When three quarters of some running promise are used up if nothing happens, microseconds.
fn risk_at(row: &TicketRow) -> i64 {
    let of_clock = |clock: &Clock| match clock.run {
        Run::Running { since } => {
            let three_quarters_us = clock.target_s.saturating_mul(750_000);
            Some(since.as_microsecond().saturating_add(three_quarters_us - clock.counted_us))
        }
        Run::Paused { .. } | Run::Met { .. } => None,
    };
    row.clocks.iter().filter_map(of_clock).min().unwrap_or(i64::MAX)
}
