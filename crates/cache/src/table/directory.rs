//! What the tables of people, teams, customers and macros have in common: an id, a version and the
//! whole row as JSON.
//!
//! Deliberately absent: their names; each noun's SQL stands in its own file.

use serde::de::DeserializeOwned;

use super::{Stamp, hex_list, insert_all, json};
use crate::error::Result;
use crate::pool::{Db, WriteTx};

pub(crate) struct Line {
    pub(crate) id: [u8; 16],
    pub(crate) version: i64,
    pub(crate) organization: Option<[u8; 16]>,
    pub(crate) body: String,
}

pub(crate) async fn put(
    db: &mut Db,
    sql: (&'static str, &'static str),
    lines: &[Line],
    stamp: Stamp,
) -> Result<()> {
    insert_all(db, sql, lines, |values, line| {
        values
            .push_bind(line.id.as_slice())
            .push_bind(line.version)
            .push_bind(stamp.epoch)
            .push_bind(stamp.generation);
        if let Some(organization) = &line.organization {
            values.push_bind(organization.as_slice());
        }
        values.push_bind(line.body.as_str());
    })
    .await
}

pub(crate) async fn one<T: DeserializeOwned>(
    db: &mut Db,
    sql: &'static str,
    id: [u8; 16],
) -> Result<Option<T>> {
    Ok(of(db, sql, id).await?.pop())
}

pub(crate) async fn of<T: DeserializeOwned>(
    db: &mut Db,
    sql: &'static str,
    id: [u8; 16],
) -> Result<Vec<T>> {
    let bodies = sqlx::query_scalar(sql).bind(id.as_slice()).fetch_all(db).await?;
    read(&bodies)
}

pub(crate) async fn all<T: DeserializeOwned>(db: &mut Db, sql: &'static str) -> Result<Vec<T>> {
    let bodies = sqlx::query_scalar(sql).fetch_all(db).await?;
    read(&bodies)
}

pub(crate) async fn these<'a, T: DeserializeOwned>(
    db: &mut Db,
    sql: &'static str,
    ids: impl IntoIterator<Item = &'a [u8]>,
) -> Result<Vec<T>> {
    let bodies = sqlx::query_scalar(sql).bind(hex_list(ids)).fetch_all(db).await?;
    read(&bodies)
}

fn read<T: DeserializeOwned>(bodies: &[String]) -> Result<Vec<T>> {
    bodies.iter().map(|body| json(body, "row of the directory")).collect()
}

/// Removes people, teams, sites and macros that the finished personal snapshot did not show.
pub(crate) async fn remove_unseen(
    tx: &mut WriteTx,
    (generation, epoch, seq): (i64, i64, i64),
) -> Result<()> {
    for sql in [
        "DELETE FROM agent WHERE generation < $1 AND (epoch < $2 OR version <= $3)",
        "DELETE FROM team WHERE generation < $1 AND (epoch < $2 OR version <= $3)",
        "DELETE FROM center WHERE generation < $1 AND (epoch < $2 OR version <= $3)",
        "DELETE FROM macro WHERE generation < $1 AND (epoch < $2 OR version <= $3)",
    ] {
        sqlx::query(sql).bind(generation).bind(epoch).bind(seq).execute(&mut **tx).await?;
    }
    Ok(())
}

/// Removes a company, and its people and things, that no ticket names any more. What a snapshot
/// that is being fetched has shown stays, for customers come before their tickets; at its end
/// [`remove_all_orphans`] follows.
pub(crate) async fn remove_orphans(tx: &mut WriteTx, organization: &[u8]) -> Result<()> {
    let named: bool = sqlx::query_scalar(
        "SELECT EXISTS (SELECT 1 FROM ticket WHERE organization = $1)
           OR EXISTS (SELECT 1 FROM scope s
             WHERE s.held = 1 AND s.complete = 0 AND s.snapshot <> x'' AND s.generation <= (
               SELECT max(generation) FROM
                 (SELECT generation FROM organization WHERE id = $1
                  UNION ALL SELECT generation FROM contact WHERE organization = $1
                  UNION ALL SELECT generation FROM resource WHERE organization = $1)))",
    )
    .bind(organization)
    .fetch_one(&mut **tx)
    .await?;
    if named { Ok(()) } else { remove_company(tx, organization).await }
}

/// The same for every company, when no snapshot is fetched any more.
pub(crate) async fn remove_all_orphans(tx: &mut WriteTx) -> Result<()> {
    let companies: Vec<Vec<u8>> = sqlx::query_scalar(
        "SELECT organization FROM
           (SELECT id AS organization FROM organization UNION SELECT organization FROM contact
            UNION SELECT organization FROM resource) known
         WHERE NOT EXISTS (SELECT 1 FROM ticket WHERE ticket.organization = known.organization)",
    )
    .fetch_all(&mut **tx)
    .await?;
    for organization in companies {
        remove_company(tx, &organization).await?;
    }
    Ok(())
}

async fn remove_company(tx: &mut WriteTx, organization: &[u8]) -> Result<()> {
    for sql in [
        "DELETE FROM contact WHERE organization = $1",
        "DELETE FROM resource WHERE organization = $1",
        "DELETE FROM organization WHERE id = $1",
    ] {
        sqlx::query(sql).bind(organization).execute(&mut **tx).await?;
    }
    Ok(())
}
