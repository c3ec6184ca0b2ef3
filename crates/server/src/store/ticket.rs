//! Tickets: the row, and beside it whom it may be shown to.

use anyhow::{Context, Result};
use holdfast_domain::{OrganizationId, Sight, TicketId};
use holdfast_protocol::Row;
use holdfast_protocol::row::TicketRow;
use sqlx::QueryBuilder;
use uuid::Uuid;

use super::{INSERT_ROWS_MAX, Tx};
use crate::sync::sight::Part;

/// One ticket.
pub async fn get(tx: &mut Tx, id: TicketId) -> Result<Option<TicketRow>> {
    let sql = "SELECT body FROM ticket WHERE id = $1";
    let body: Option<String> =
        on!(tx, c => sqlx::query_scalar(sql).bind(id.0).fetch_optional(c).await)?;
    body.map(|body| serde_json::from_str(&body).context("a stored ticket")).transpose()
}

/// Ids and versions of the tickets of a scope, in order of id.
pub async fn versions(tx: &mut Tx, part: &Part) -> Result<Vec<(TicketId, i64)>> {
    let sql = "SELECT t.id, t.version FROM ticket_sight s JOIN ticket t ON t.id = s.ticket
        WHERE s.who = $1 AND t.category >= $2 AND t.category < $3 ORDER BY s.ticket";
    let query = sqlx::query_as(sql).bind(part.who).bind(part.ranks.start).bind(part.ranks.end);
    let rows: Vec<(Uuid, i64)> = on!(tx, c => query.fetch_all(c).await)?;
    Ok(rows.into_iter().map(|(id, version)| (TicketId(id), version)).collect())
}

/// Whether any of these (teams, an agent) has a ticket of that company in sight.
pub async fn any_of_organization(
    tx: &mut Tx,
    organization: OrganizationId,
    who: &[Uuid],
) -> Result<bool> {
    let sql = "SELECT EXISTS (SELECT 1 FROM ticket t JOIN ticket_sight s ON s.ticket = t.id
        WHERE t.organization = $1 AND s.who = $2)";
    for who in who {
        let query = sqlx::query_scalar(sql).bind(organization.0).bind(*who);
        let found: bool = on!(tx, c => query.fetch_one(c).await)?;
        if found {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The team that holds the newest ticket of a company, if it has any.
pub async fn newest_team(tx: &mut Tx, organization: OrganizationId) -> Result<Option<Uuid>> {
    let sql = "SELECT team FROM ticket WHERE organization = $1 ORDER BY number DESC LIMIT 1";
    Ok(on!(tx, c => sqlx::query_scalar(sql).bind(organization.0).fetch_optional(c).await)?)
}

/// How many there are.
pub async fn count(tx: &mut Tx) -> Result<i64> {
    Ok(on!(tx, c => sqlx::query_scalar("SELECT COUNT(*) FROM ticket").fetch_one(c).await)?)
}

/// Every id, in order.
pub async fn ids(tx: &mut Tx) -> Result<Vec<TicketId>> {
    let rows: Vec<Uuid> =
        on!(tx, c => sqlx::query_scalar("SELECT id FROM ticket ORDER BY id").fetch_all(c).await)?;
    Ok(rows.into_iter().map(TicketId).collect())
}

/// Writes rows over whatever stands; their sight is written by [`put_sights`].
pub async fn put(tx: &mut Tx, rows: Vec<TicketRow>) -> Result<()> {
    let mut rest = rows.into_iter().peekable();
    while rest.peek().is_some() {
        let mut columns = Vec::with_capacity(INSERT_ROWS_MAX);
        for row in rest.by_ref().take(INSERT_ROWS_MAX) {
            let head = (row.id, row.number.context("a ticket without a number")?, row.version);
            let keys = (row.organization, row.requester, row.holder.team, row.category);
            columns.push((head, keys, serde_json::to_string(&Row::Ticket(row))?));
        }
        on!(tx, c => {
            let mut sql = QueryBuilder::<Base>::new(
                "INSERT INTO ticket
                    (id, number, version, organization, requester, team, category, body) ",
            );
            sql.push_values(columns, |mut to, ((id, number, version), keys, body)| {
                to.push_bind(id.0).push_bind(number).push_bind(version);
                to.push_bind(keys.0.0).push_bind(keys.1.0).push_bind(keys.2.0);
                to.push_bind(keys.3.rank()).push_bind(body);
            });
            sql.push(
                " ON CONFLICT (id) DO UPDATE SET version = excluded.version,
                    team = excluded.team, category = excluded.category, body = excluded.body",
            );
            sql.build().execute(c).await
        })?;
    }
    Ok(())
}

/// Writes whom tickets may be shown to: `(ticket, whether it is new, sight)`.
pub async fn put_sights(tx: &mut Tx, sights: &[(TicketId, bool, Sight)]) -> Result<()> {
    for (ticket, new, _) in sights {
        if !new {
            let sql = "DELETE FROM ticket_sight WHERE ticket = $1";
            on!(tx, c => sqlx::query(sql).bind(ticket.0).execute(c).await)?;
        }
    }
    let all: Vec<(Uuid, Uuid)> = sights
        .iter()
        .flat_map(|(ticket, _, sight)| who(sight).into_iter().map(|who| (who, ticket.0)))
        .collect();
    for rows in all.chunks(INSERT_ROWS_MAX) {
        on!(tx, c => {
            let mut sql = QueryBuilder::<Base>::new("INSERT INTO ticket_sight (who, ticket) ");
            sql.push_values(rows, |mut to, (who, ticket)| {
                to.push_bind(*who).push_bind(*ticket);
            });
            sql.build().execute(c).await
        })?;
    }
    Ok(())
}

/// Beside the teams and agents of its sight each ticket is in this one's: the scope of those who
/// see everywhere is looked up as every other.
pub const EVERYBODY: Uuid = Uuid::nil();

/// Teams and agents of a sight, and [`EVERYBODY`], as they are stored.
pub fn who(sight: &Sight) -> Vec<Uuid> {
    let teams = sight.teams.iter().map(|team| team.0);
    teams.chain(sight.agents.iter().map(|agent| agent.0)).chain([EVERYBODY]).collect()
}

/// Teams and agents who may be shown a ticket, and [`EVERYBODY`], as stored, in order.
pub async fn sight_of(tx: &mut Tx, ticket: TicketId) -> Result<Vec<Uuid>> {
    let sql = "SELECT who FROM ticket_sight WHERE ticket = $1 ORDER BY who";
    Ok(on!(tx, c => sqlx::query_scalar(sql).bind(ticket.0).fetch_all(c).await)?)
}
