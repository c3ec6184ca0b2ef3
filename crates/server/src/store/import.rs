//! Import: the file that is being carried out, and how far it is in.

use anyhow::Result;

use super::Tx;

/// An import under way.
#[derive(Clone, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Import {
    /// Name of the copy in the data folder.
    pub file: String,
    /// Lines that are in.
    pub line: i64,
}

/// The import under way, if there is one.
pub async fn get(tx: &mut Tx) -> Result<Option<Import>> {
    let sql = "SELECT file, line FROM import WHERE id = 1";
    Ok(on!(tx, c => sqlx::query_as(sql).fetch_optional(c).await)?)
}

/// Begins one.
pub async fn begin(tx: &mut Tx, file: &str) -> Result<()> {
    let sql = "INSERT INTO import (id, file) VALUES (1, $1)";
    on!(tx, c => sqlx::query(sql).bind(file.to_owned()).execute(c).await)?;
    Ok(())
}

/// Lines up to this one are in, as of this commit.
pub async fn set_line(tx: &mut Tx, line: i64) -> Result<()> {
    let sql = "UPDATE import SET line = $1 WHERE id = 1";
    on!(tx, c => sqlx::query(sql).bind(line).execute(c).await)?;
    Ok(())
}

/// It has come to its end.
pub async fn end(tx: &mut Tx) -> Result<()> {
    let sql = "DELETE FROM import WHERE id = 1";
    on!(tx, c => sqlx::query(sql).execute(c).await)?;
    Ok(())
}
