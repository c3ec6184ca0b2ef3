//! Outcomes: what became of every numbered operation. Status and commit are kept for ever, the
//! body until the desk has acknowledged it.

use anyhow::{Context, Result};
use holdfast_domain::{AgentId, OperationId, Outcome};
use holdfast_protocol::push::Settled;
use uuid::Uuid;

use super::Tx;

/// A settled operation as it is stored.
#[derive(Clone, Debug, sqlx::FromRow)]
pub struct Stored {
    /// Its number at its desk.
    pub number: i64,
    /// Its id.
    pub operation: Uuid,
    /// Whose it was.
    pub author: Uuid,
    /// Over its frozen bytes.
    pub digest: String,
    /// `accepted`, `conflict`, `held`, `refused`, `fault`.
    pub status: String,
    /// The whole outcome as JSON, unless forgotten.
    pub body: Option<String>,
    /// The commit that settled it.
    pub seq: i64,
}

/// A new one.
#[derive(Clone, Debug)]
pub struct New {
    /// Which desk.
    pub desk: Uuid,
    /// Of its numbering.
    pub epoch: Uuid,
    /// Its number at its desk.
    pub number: i64,
    /// Its id.
    pub operation: OperationId,
    /// Whose it is.
    pub author: AgentId,
    /// Over its frozen bytes.
    pub digest: String,
    /// `name@version`.
    pub name: String,
    /// What became of it.
    pub verdict: Verdict,
}

/// What became of an operation, as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verdict {
    /// `accepted`, `conflict`, `held`, `refused`, `fault`.
    pub status: String,
    /// The whole outcome as JSON; `None` where it was forgotten.
    pub body: Option<String>,
}

impl Verdict {
    /// Of an outcome.
    pub fn of(outcome: &Outcome) -> Result<Self> {
        let status = status(outcome).to_owned();
        Ok(Self { status, body: Some(serde_json::to_string(outcome)?) })
    }

    /// The outcome, if its body is still there or it has none.
    pub fn outcome(&self) -> Result<Option<Outcome>> {
        Ok(match (self.status.as_str(), &self.body) {
            // These two have no more to say than their status.
            ("accepted", _) => Some(Outcome::Accepted),
            ("fault", _) => Some(Outcome::Fault),
            (_, Some(body)) => Some(serde_json::from_str(body).context("a stored outcome")?),
            (_, None) => None,
        })
    }
}

impl New {
    /// Whether it holds.
    pub fn is_accepted(&self) -> bool {
        self.verdict.status == "accepted"
    }
}

impl Stored {
    /// What became of it.
    pub fn verdict(&self) -> Verdict {
        Verdict { status: self.status.clone(), body: self.body.clone() }
    }

    /// Whether it holds.
    pub fn is_accepted(&self) -> bool {
        self.status == "accepted"
    }

    /// As it travels.
    pub fn settled(&self) -> Result<Settled> {
        let (id, outcome) = (OperationId(self.operation), self.verdict().outcome()?);
        Ok(Settled { id, number: self.number, outcome, seq: self.seq })
    }
}

/// The word of an outcome.
fn status(outcome: &Outcome) -> &'static str {
    match outcome {
        Outcome::Accepted => "accepted",
        Outcome::Conflict(_) => "conflict",
        Outcome::Held { .. } => "held",
        Outcome::Refused { .. } => "refused",
        Outcome::Fault => "fault",
    }
}

/// The outcome of a number.
pub async fn by_number(
    tx: &mut Tx,
    desk: Uuid,
    epoch: Uuid,
    number: i64,
) -> Result<Option<Stored>> {
    let sql = "SELECT number, operation, author, digest, status, body, seq FROM outcome
        WHERE desk = $1 AND epoch = $2 AND number = $3";
    let query = sqlx::query_as(sql).bind(desk).bind(epoch).bind(number);
    Ok(on!(tx, c => query.fetch_optional(c).await)?)
}

/// Outcomes of an operation at any desk, oldest first.
pub async fn by_operation(tx: &mut Tx, operation: OperationId) -> Result<Vec<Stored>> {
    let sql = "SELECT number, operation, author, digest, status, body, seq FROM outcome
        WHERE operation = $1 ORDER BY seq, number";
    Ok(on!(tx, c => sqlx::query_as(sql).bind(operation.0).fetch_all(c).await)?)
}

/// What one commit settled of an operation at a desk.
pub async fn of_commit(
    tx: &mut Tx,
    desk: Uuid,
    operation: Uuid,
    seq: i64,
) -> Result<Option<Stored>> {
    let sql = "SELECT number, operation, author, digest, status, body, seq FROM outcome
        WHERE desk = $1 AND seq = $2 AND operation = $3";
    let query = sqlx::query_as(sql).bind(desk).bind(seq).bind(operation);
    Ok(on!(tx, c => query.fetch_optional(c).await)?)
}

/// Everything settled for a desk after a commit, in order.
pub async fn after(tx: &mut Tx, desk: Uuid, seq: i64) -> Result<Vec<Stored>> {
    let sql = "SELECT number, operation, author, digest, status, body, seq FROM outcome
        WHERE desk = $1 AND seq > $2 ORDER BY seq, number";
    Ok(on!(tx, c => sqlx::query_as(sql).bind(desk).bind(seq).fetch_all(c).await)?)
}

/// Adds one, settled in that commit.
pub async fn insert(tx: &mut Tx, new: &New, seq: i64) -> Result<()> {
    let sql = "INSERT INTO outcome
        (desk, epoch, number, operation, author, digest, name, status, body, seq)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    let query = sqlx::query(sql).bind(new.desk).bind(new.epoch).bind(new.number);
    let query = query.bind(new.operation.0).bind(new.author.0).bind(new.digest.clone());
    let Verdict { status, body } = new.verdict.clone();
    let query = query.bind(new.name.clone()).bind(status).bind(body).bind(seq);
    on!(tx, c => query.execute(c).await)?;
    Ok(())
}

/// Forgets bodies that the desk has on its disk.
pub async fn forget(tx: &mut Tx, desk: Uuid, acknowledged: i64) -> Result<()> {
    let sql = "UPDATE outcome SET body = NULL
        WHERE desk = $1 AND seq <= $2 AND body IS NOT NULL";
    on!(tx, c => sqlx::query(sql).bind(desk).bind(acknowledged).execute(c).await)?;
    Ok(())
}
