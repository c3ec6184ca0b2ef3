//! Many tickets into other hands: first what would happen, then one operation each, then undo.
//!
//! "All" means all that the view holds, not the page. Each ticket is its own operation, so one
//! that cannot move stops no other.

use holdfast_cache::table::view as cached;
use holdfast_cache::{Db, WriteTx, table};
use holdfast_domain::{Action, Directory, Holder, OperationId, Outcome, Refusal, TicketId};
use holdfast_domain::{Actor, Operation, decide};
use holdfast_protocol::row::TicketRow;
use uuid::Uuid;

use crate::Desk;
use crate::ipc::error::{Code, Failure};
use crate::ipc::view::{
    BulkDone, BulkId, BulkPlan, BulkRequest, BulkStay, Nothing, Selection, Sort,
};
use crate::open::Open;
use crate::outbox::{self, Change, refusal_code};

/// Tickets in one bulk act.
const BULK_MAX: u32 = 5_000;
/// Staying tickets that are named.
const NAMED_MAX: usize = 50;
/// Tickets written in one transaction.
const AT_ONCE: usize = 50;

/// What would happen, by the rules the server will apply.
pub async fn dry_run(desk: &Desk, request: BulkRequest) -> Result<BulkPlan, Failure> {
    let open = desk.open().await?;
    let to = Holder { team: request.team, agent: request.agent };
    let rows = chosen(&open, &request.selection).await?;
    let sorted = sort(&open, rows, to);
    let stays: Vec<BulkStay> = sorted.stay.iter().take(NAMED_MAX).map(stay).collect();
    Ok(BulkPlan {
        moves: sorted.moves.len() as u64,
        already: sorted.already as u64,
        stays,
        stay_count: sorted.stay.len() as u64,
    })
}

/// Does it: saved on this computer when it answers.
pub async fn apply(desk: &Desk, request: BulkRequest) -> Result<BulkDone, Failure> {
    let open = desk.open().await?;
    let to = Holder { team: request.team, agent: request.agent };
    let undo_s = super::settings::get(desk, Nothing {}).await?.undo_send_s;
    let rows = chosen(&open, &request.selection).await?;
    let sorted = sort(&open, rows, to);
    let batch = open.fresh_id();
    let (mut operations, mut undo_until) = (Vec::new(), None);
    for rows in sorted.moves.chunks(AT_ONCE) {
        let mut tx = open.write().await?;
        for row in rows {
            let action = Action::Assign { from: row.holder, to };
            let change = Change { undo_s, ..Change::now(row.id, action) };
            let acted = outbox::add(&open, &mut tx, change).await?;
            undo_until = acted.undo_until;
            operations.push(acted.operation);
        }
        remember(&mut tx, batch, &operations).await?;
        tx.commit().await?;
    }
    open.sync.written();
    let stayed = (sorted.stay.len() + sorted.already) as u64;
    Ok(BulkDone { batch: batch.to_string(), operations, stayed, undo_until })
}

/// Takes a bulk act back, ticket by ticket; what cannot be taken back stays.
pub async fn undo(desk: &Desk, request: BulkId) -> Result<BulkDone, Failure> {
    let open = desk.open().await?;
    let unknown = || Failure::new(Code::NotFound, "no such bulk act");
    let batch = Uuid::parse_str(&request.batch).map_err(|_| unknown())?;
    let operations: Vec<OperationId> = {
        let mut db = open.read().await?;
        table::setting::get(&mut db, &key(batch)).await?.ok_or_else(unknown)?
    };
    let (mut undone, mut stayed) = (Vec::new(), 0);
    for operation in operations {
        let request = crate::ipc::view::OperationRequest { operation };
        match super::outbox::undo(desk, request).await {
            Ok(_) => undone.push(operation),
            Err(failure) if failure.code == Code::DiskFull => return Err(failure),
            Err(_) => stayed += 1,
        }
    }
    Ok(BulkDone { batch: request.batch, operations: undone, stayed, undo_until: None })
}

struct Sorted {
    moves: Vec<TicketRow>,
    stay: Vec<(TicketRow, Refusal)>,
    already: usize,
}

fn sort(open: &Open, rows: Vec<TicketRow>, to: Holder) -> Sorted {
    let directory = open.people().directory.clone();
    let mut sorted = Sorted { moves: Vec::new(), stay: Vec::new(), already: 0 };
    for row in rows {
        if row.holder == to {
            sorted.already += 1;
            continue;
        }
        match verdict(open, &directory, &row, to) {
            Outcome::Refused { refusal } => sorted.stay.push((row, refusal)),
            _ => sorted.moves.push(row),
        }
    }
    sorted
}

fn verdict(open: &Open, directory: &Directory, row: &TicketRow, to: Holder) -> Outcome {
    let now = open.now();
    let operation = Operation {
        id: OperationId(Uuid::nil()),
        ticket: row.id,
        written_at: now,
        needs: Vec::new(),
        replaces: None,
        action: Action::Assign { from: row.holder, to },
    };
    let (state, none) = (row.state(), std::collections::BTreeSet::new());
    decide(Some(&state), &operation, Actor::Agent(open.agent), directory, &none, now).outcome
}

async fn chosen(open: &Open, selection: &Selection) -> Result<Vec<TicketRow>, Failure> {
    let mut db = open.read().await?;
    let ids: Vec<TicketId> = match selection {
        Selection::Tickets { tickets } => tickets.iter().copied().collect(),
        Selection::AllOf { view, except } => {
            let view = super::view::resolve(open, &mut db, view).await?;
            let order = super::view::order(Sort::Due);
            let all = cached::ids(&mut db, &view, order, BULK_MAX + 1).await?;
            all.into_iter().filter(|id| !except.contains(id)).collect()
        }
    };
    if ids.len() > BULK_MAX as usize {
        return Err(Failure::new(Code::TooMuch, "too many at once").with("limit", BULK_MAX));
    }
    rows(&mut db, &ids).await
}

async fn rows(db: &mut Db, ids: &[TicketId]) -> Result<Vec<TicketRow>, Failure> {
    let mut rows = Vec::with_capacity(ids.len());
    for ids in ids.chunks(AT_ONCE) {
        let seen = table::ticket::get_many(db, ids).await?;
        rows.extend(seen.into_iter().map(|seen| seen.row));
    }
    Ok(rows)
}

async fn remember(
    tx: &mut WriteTx,
    batch: Uuid,
    operations: &[OperationId],
) -> Result<(), Failure> {
    Ok(table::setting::set(tx, &key(batch), &operations).await?)
}

fn key(batch: Uuid) -> String {
    format!("bulk/{batch}")
}

fn stay((row, refusal): &(TicketRow, Refusal)) -> BulkStay {
    BulkStay {
        ticket: row.id,
        number: row.number,
        subject: row.subject.clone(),
        why: refusal_code(refusal),
    }
}
