//! Plan: how SQLite goes about a question, for tests of questions over a hundred thousand tickets.

use sqlx::Connection;

use super::{scope, sync, ticket};

/// Asserts that a question over tickets and scopes takes these steps among others.
pub(crate) async fn assert_takes(sql: &str, steps: &[&str]) -> sqlx::Result<()> {
    let plan = of(sql).await?;
    for step in steps {
        assert!(plan.iter().any(|found| found == step), "{step} is not in {plan:#?}");
    }
    Ok(())
}

async fn of(sql: &str) -> sqlx::Result<Vec<String>> {
    let mut db = sqlx::SqliteConnection::connect("sqlite::memory:").await?;
    for schema in [scope::SCHEMA, ticket::SCHEMA, sync::SCHEMA] {
        sqlx::raw_sql(schema).execute(&mut db).await?;
    }
    let sql = sqlx::AssertSqlSafe(format!("EXPLAIN QUERY PLAN {sql}"));
    let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(sql).fetch_all(&mut db).await?;
    Ok(plan.into_iter().map(|(.., step)| step).collect())
}
