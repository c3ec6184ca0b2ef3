//! Raw inserts: the same rows into the same tables of a file with the same kind of key, as fast as
//! this database takes them. What fetching a snapshot is measured against.
//!
//! Rows are in memory as the values that are bound; 500 a statement, 10,000 a transaction, one
//! connection with the cache's own settings for bulk. No network, no JSON, no digest, no search
//! index.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use futures_util::TryStreamExt;
use holdfast_cache::{Cache, Key, OpenOptions, Tokeniser};
use holdfast_domain::AgentId;
use sqlx::sqlite::{
    SqliteConnectOptions, SqliteConnection, SqliteJournalMode, SqliteRow, SqliteSynchronous,
};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, Row, TypeInfo, ValueRef};

use crate::say;
use crate::station::Station;

/// Rows of one statement.
const ROWS_A_STATEMENT: usize = 500;
/// Rows of one transaction.
const ROWS_A_TRANSACTION: usize = 10_000;
/// Memory of the writing connection, as the cache gives it.
const CACHE_KIB: u32 = 64 * 1024;
/// Pages in the log after which a commit checkpoints, as the cache does it for bulk.
const CHECKPOINT_PAGES: u32 = 2_000;
const NOBODY: &str = "00000000-0000-0000-0000-000000000000";
/// Tables whose rows the server sends; the others hang on them.
const OF_THE_SERVER: [&str; 11] = [
    "ticket",
    "message",
    "note",
    "event",
    "agent",
    "team",
    "center",
    "contact",
    "organization",
    "resource",
    "macro",
];
/// What a desk knows of itself, which a fresh file has as well.
const OF_THE_DESK: [&str; 7] = ["sync", "epoch", "setting", "scope", "mark", "unread", "draft"];

/// Tables with their rows.
pub struct Rows(Vec<Table>);

struct Table {
    name: String,
    columns: usize,
    cells: Vec<Cell>,
}

enum Cell {
    Null,
    Whole(i64),
    Text(String),
    Bytes(Vec<u8>),
}

impl Rows {
    /// Reads what a closed desk holds, without its search index.
    pub async fn of(station: &Station) -> Result<Self> {
        let (path, key) = station.database()?;
        let mut db = options(&path, &key).read_only(true).connect().await?;
        let names: Vec<String> = sqlx::query_scalar(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'search%'
             AND name NOT LIKE 'sqlite_%' AND name <> 'ticket_tokens' ORDER BY name",
        )
        .fetch_all(&mut db)
        .await?;
        let mut tables = Vec::new();
        for name in names {
            if !OF_THE_DESK.contains(&name.as_str()) {
                tables.push(Table::read(&mut db, name).await?);
            }
        }
        db.close().await?;
        Ok(Self(tables))
    }

    /// How many of them the server sent.
    pub fn of_the_server(&self) -> usize {
        let sent = self.0.iter().filter(|t| OF_THE_SERVER.contains(&t.name.as_str()));
        sent.map(Table::rows).sum()
    }

    /// Inserts them all into a fresh file and says how long that took.
    pub async fn insert(&self) -> Result<Duration> {
        say::begin("raw inserts of the same rows");
        let folder = tempfile::Builder::new().prefix("holdfast-raw-").tempdir()?;
        let (path, key) = (folder.path().join("raw.db"), [7; 32]);
        fresh(&path, key).await?;
        let mut db = options(&path, &key).connect().await?;
        let begun = Instant::now();
        for table in &self.0 {
            table.insert(&mut db).await?;
        }
        let took = begun.elapsed();
        let found: i64 =
            sqlx::query_scalar("SELECT count(*) FROM ticket").fetch_one(&mut db).await?;
        let tickets = self.0.iter().find(|table| table.name == "ticket");
        let wanted = tickets.map_or(0, Table::rows);
        ensure!(usize::try_from(found)? == wanted, "raw inserts lost rows");
        db.close().await?;
        Ok(took)
    }
}

impl Table {
    async fn read(db: &mut SqliteConnection, name: String) -> Result<Self> {
        let sql = format!("SELECT * FROM {name}");
        let mut cells = Vec::new();
        let mut columns = 1;
        let mut rows = sqlx::query(AssertSqlSafe(sql)).fetch(db);
        while let Some(row) = rows.try_next().await? {
            columns = row.len();
            for at in 0..columns {
                cells.push(cell(&row, at).with_context(|| format!("table {name}"))?);
            }
        }
        drop(rows);
        Ok(Self { name, columns, cells })
    }

    fn rows(&self) -> usize {
        self.cells.len() / self.columns
    }

    async fn insert(&self, db: &mut SqliteConnection) -> Result<()> {
        for transaction in self.cells.chunks(ROWS_A_TRANSACTION * self.columns) {
            let mut tx = db.begin().await?;
            for cells in transaction.chunks(ROWS_A_STATEMENT * self.columns) {
                let rows = cells.len() / self.columns;
                let mut query = sqlx::query(AssertSqlSafe(self.statement(rows)))
                    .persistent(rows == ROWS_A_STATEMENT);
                for cell in cells {
                    query = match cell {
                        Cell::Null => query.bind(None::<i64>),
                        Cell::Whole(whole) => query.bind(*whole),
                        Cell::Text(text) => query.bind(text.as_str()),
                        Cell::Bytes(bytes) => query.bind(bytes.as_slice()),
                    };
                }
                query.execute(&mut *tx).await?;
            }
            tx.commit().await?;
        }
        Ok(())
    }

    fn statement(&self, rows: usize) -> String {
        let one = format!("({})", vec!["?"; self.columns].join(","));
        let mut sql = String::new();
        let _ = write!(sql, "INSERT INTO {} VALUES {}", self.name, vec![one; rows].join(","));
        sql
    }
}

fn cell(row: &SqliteRow, at: usize) -> Result<Cell> {
    let raw = row.try_get_raw(at)?;
    if raw.is_null() {
        return Ok(Cell::Null);
    }
    let kind = raw.type_info().name().to_owned();
    Ok(match kind.as_str() {
        "INTEGER" => Cell::Whole(row.try_get_unchecked(at)?),
        "BLOB" => Cell::Bytes(row.try_get_unchecked(at)?),
        _ => Cell::Text(row.try_get_unchecked(at)?),
    })
}

/// The schema, made by the cache itself.
async fn fresh(path: &Path, key: [u8; 32]) -> Result<()> {
    let tokeniser = Tokeniser { version: 0, tokens: |_| holdfast_cache::search::Tokens::default() };
    let agent = NOBODY.parse::<AgentId>()?;
    let open = OpenOptions { agent, create: true, tokeniser, probe: None };
    let cache = Cache::open(path, &Key::new(key), open).await?;
    Ok(cache.close().await?)
}

/// As the cache opens its writing connection for bulk.
fn options(path: &Path, key: &[u8; 32]) -> SqliteConnectOptions {
    let mut digits = String::new();
    for byte in key {
        let _ = write!(digits, "{byte:02x}");
    }
    SqliteConnectOptions::new()
        .filename(path)
        .pragma("key", format!("\"x'{digits}'\""))
        .pragma("cache_size", format!("-{CACHE_KIB}"))
        .pragma("mmap_size", "0")
        .pragma("temp_store", "MEMORY")
        .pragma("secure_delete", "ON")
        .pragma("wal_autocheckpoint", CHECKPOINT_PAGES.to_string())
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Normal)
        .foreign_keys(false)
        .disable_statement_logging()
}
