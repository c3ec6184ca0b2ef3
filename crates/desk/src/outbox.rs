//! Writing: one transaction with the operation, its sealed copy and what it will look like.
//!
//! The forecast is `domain::decide` over everything that waits on the ticket; what would be
//! refused is refused here and now, so that nothing hopeless is queued. Only after the commit is
//! anything called saved. Deliberately absent: numbering and sending, which are the sync's.

use holdfast_cache::{WriteTx, table};
use holdfast_domain::{Action, Operation, OperationId, Outcome, Refusal, TicketId};
use jiff::{SignedDuration, Timestamp};

use crate::forecast;
use crate::ipc::error::{Code, Failure};
use crate::ipc::view::Acted;
use crate::open::Open;

/// One change to be written.
pub struct Change {
    /// Of which ticket.
    pub ticket: TicketId,
    /// What.
    pub action: Action,
    /// Operations it builds on.
    pub needs: Vec<OperationId>,
    /// The operation whose question it answers.
    pub replaces: Option<OperationId>,
    /// Seconds in which it can be taken back without a trace.
    pub undo_s: u32,
}

impl Change {
    /// A change that leaves at once and builds on nothing but the ticket.
    pub fn now(ticket: TicketId, action: Action) -> Self {
        Self { ticket, action, needs: Vec::new(), replaces: None, undo_s: 0 }
    }
}

/// Writes one change and wakes the sync.
pub async fn write(open: &Open, change: Change) -> Result<Acted, Failure> {
    let mut tx = open.write().await?;
    let acted = add(open, &mut tx, change).await?;
    tx.commit().await?;
    open.sync.written();
    Ok(acted)
}

/// Writes one change inside a transaction: the operation and its forecast. An error means that
/// the transaction must be dropped.
pub async fn add(open: &Open, tx: &mut WriteTx, change: Change) -> Result<Acted, Failure> {
    let now = open.now();
    let operation = Operation {
        id: OperationId(open.fresh_id()),
        ticket: change.ticket,
        written_at: now,
        needs: with_creation(tx, change.ticket, change.needs).await?,
        replaces: change.replaces,
        action: change.action,
    };
    let undo = SignedDuration::from_secs(i64::from(change.undo_s));
    let release_at = open.config.clock.now().checked_add(undo).unwrap_or(Timestamp::MAX);
    table::operation::insert(tx, &operation, open.agent, release_at).await?;
    let forecast =
        forecast::replay(tx, &[operation.ticket].into(), open.agent, &open.people().directory, now)
            .await?;
    match forecast.get(&operation.id) {
        Some(Outcome::Accepted) => {}
        Some(outcome) => return Err(refused(outcome)),
        None => return Err(Failure::new(Code::NotFound, "the ticket is not on this desk")),
    }
    let undo_until = (change.undo_s > 0).then_some(release_at);
    Ok(Acted { operation: operation.id, ticket: operation.ticket, undo_until })
}

/// What is written on a ticket that waits to be created builds on its creation.
async fn with_creation(
    tx: &mut WriteTx,
    ticket: TicketId,
    mut needs: Vec<OperationId>,
) -> Result<Vec<OperationId>, Failure> {
    for waiting in table::operation::waiting_of(tx, ticket).await? {
        let operation = waiting.kept.operation()?;
        if matches!(operation.action, Action::Create(_)) && !needs.contains(&operation.id) {
            needs.push(operation.id);
        }
    }
    Ok(needs)
}

/// A forecast that is not an acceptance, as the agent is told.
fn refused(outcome: &Outcome) -> Failure {
    match outcome {
        Outcome::Refused { refusal } => refusal_failure(refusal),
        Outcome::Held { .. } => {
            Failure::new(Code::NewerWords, "public words arrived that were not on the screen")
        }
        Outcome::Conflict(_) | Outcome::Accepted | Outcome::Fault => {
            Failure::new(Code::Internal, "a forecast of one's own change cannot collide")
        }
    }
}

fn refusal_failure(refusal: &Refusal) -> Failure {
    let code = match refusal {
        Refusal::NotFound | Refusal::EscalationOver | Refusal::Exists => Code::NotFound,
        Refusal::NotAllowed | Refusal::NotInTeam => Code::NotAllowed,
        Refusal::AlreadySent => Code::AlreadySent,
        Refusal::AlreadyTaken { .. } => Code::AlreadyTaken,
        Refusal::Closed | Refusal::NoSuchStep { .. } => Code::NoSuchStep,
        Refusal::Empty => Code::Empty,
        Refusal::TooMuch => Code::TooMuch,
        Refusal::BadTag => Code::BadTag,
    };
    let failure = Failure::new(code, format!("the rules refuse it: {refusal:?}"));
    match refusal {
        Refusal::AlreadyTaken { by } => failure.with("by", by),
        _ => failure,
    }
}

/// A refusal's code, as the UI's catalogues name it.
pub fn refusal_code(refusal: &Refusal) -> String {
    let value = serde_json::to_value(refusal).ok();
    let code = value.as_ref().and_then(|value| value.get("code")).and_then(|code| code.as_str());
    code.unwrap_or("not_allowed").to_owned()
}
