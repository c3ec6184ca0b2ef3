//! Customers: companies, their people and their cloud things. They are shown to whoever has a
//! ticket of the company in sight.

use anyhow::{Context, Result};
use holdfast_domain::{ContactId, OrganizationId, ResourceId};
use holdfast_protocol::Row;
use holdfast_protocol::row::{ContactRow, OrganizationRow};
use uuid::Uuid;

use super::Tx;

/// One company.
pub async fn organization(tx: &mut Tx, id: OrganizationId) -> Result<Option<OrganizationRow>> {
    let sql = "SELECT body FROM organization WHERE id = $1";
    let body: Option<String> =
        on!(tx, c => sqlx::query_scalar(sql).bind(id.0).fetch_optional(c).await)?;
    body.map(|body| serde_json::from_str(&body).context("a stored organization")).transpose()
}

/// One person at a company.
pub async fn contact(tx: &mut Tx, id: ContactId) -> Result<Option<ContactRow>> {
    let sql = "SELECT body FROM contact WHERE id = $1";
    let body: Option<String> =
        on!(tx, c => sqlx::query_scalar(sql).bind(id.0).fetch_optional(c).await)?;
    body.map(|body| serde_json::from_str(&body).context("a stored contact")).transpose()
}

/// Whose a resource is, if it exists.
pub async fn owner(tx: &mut Tx, id: ResourceId) -> Result<Option<OrganizationId>> {
    let sql = "SELECT organization FROM resource WHERE id = $1";
    let found: Option<Uuid> =
        on!(tx, c => sqlx::query_scalar(sql).bind(id.0).fetch_optional(c).await)?;
    Ok(found.map(OrganizationId))
}

/// A company with its people and its things, in that order.
pub async fn whole(tx: &mut Tx, id: OrganizationId) -> Result<Vec<Row>> {
    let sql = "SELECT 0, id, body FROM organization WHERE id = $1
        UNION ALL SELECT 1, id, body FROM contact WHERE organization = $1
        UNION ALL SELECT 2, id, body FROM resource WHERE organization = $1
        ORDER BY 1, 2";
    let rows: Vec<(i64, Uuid, String)> =
        on!(tx, c => sqlx::query_as(sql).bind(id.0).fetch_all(c).await)?;
    let rows = rows.iter().map(|(_, _, body)| serde_json::from_str(body));
    rows.collect::<Result<_, _>>().context("a stored row of a customer")
}

/// Every row of an entity as JSON.
pub async fn bodies(tx: &mut Tx, entity: &str) -> Result<Vec<String>> {
    let sql = match entity {
        "organization" => "SELECT body FROM organization ORDER BY id",
        "contact" => "SELECT body FROM contact ORDER BY id",
        _ => "SELECT body FROM resource ORDER BY id",
    };
    Ok(on!(tx, c => sqlx::query_scalar(sql).fetch_all(c).await)?)
}

/// Writes a row of a customer over whatever stands; other rows are left to their modules.
pub async fn put(tx: &mut Tx, row: &Row) -> Result<bool> {
    let (sql, id, organization, version) = match row {
        Row::Organization(row) => (
            "INSERT INTO organization (id, version, body) VALUES ($1, $2, $3)
                ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body",
            row.id.0,
            None,
            row.version,
        ),
        Row::Contact(row) => (
            "INSERT INTO contact (id, version, body, organization) VALUES ($1, $2, $3, $4)
                ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body,
                organization = excluded.organization",
            row.id.0,
            Some(row.organization.0),
            row.version,
        ),
        Row::Resource(row) => (
            "INSERT INTO resource (id, version, body, organization) VALUES ($1, $2, $3, $4)
                ON CONFLICT (id) DO UPDATE SET version = excluded.version, body = excluded.body,
                organization = excluded.organization",
            row.id.0,
            Some(row.organization.0),
            row.version,
        ),
        _ => return Ok(false),
    };
    let body = serde_json::to_string(row)?;
    on!(tx, c => {
        let query = sqlx::query(sql).bind(id).bind(version).bind(body);
        match organization {
            Some(organization) => query.bind(organization).execute(c).await,
            None => query.execute(c).await,
        }
    })?;
    Ok(true)
}

/// The row of a contact, a company or a thing, and the company it belongs to.
pub async fn row(tx: &mut Tx, entity: &str, id: Uuid) -> Result<Option<(OrganizationId, Row)>> {
    let sql = match entity {
        "organization" => "SELECT id, body FROM organization WHERE id = $1",
        "contact" => "SELECT organization, body FROM contact WHERE id = $1",
        _ => "SELECT organization, body FROM resource WHERE id = $1",
    };
    let found: Option<(Uuid, String)> =
        on!(tx, c => sqlx::query_as(sql).bind(id).fetch_optional(c).await)?;
    let Some((organization, body)) = found else {
        return Ok(None);
    };
    Ok(Some((OrganizationId(organization), serde_json::from_str(&body)?)))
}

/// Contacts and resources whose company does not exist.
pub async fn orphans(tx: &mut Tx) -> Result<i64> {
    let sql = "SELECT (SELECT COUNT(*) FROM contact c WHERE NOT EXISTS
            (SELECT 1 FROM organization o WHERE o.id = c.organization))
        + (SELECT COUNT(*) FROM resource r WHERE NOT EXISTS
            (SELECT 1 FROM organization o WHERE o.id = r.organization))";
    Ok(on!(tx, c => sqlx::query_scalar(sql).fetch_one(c).await)?)
}
