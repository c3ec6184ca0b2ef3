//! What waits for a decision of its author: held words, conflicts, refusals.

use holdfast_cache::table::operation::Stored;
use holdfast_cache::table::thread::Entry;
use holdfast_cache::table::ticket::Seen;
use holdfast_cache::{Db, table};
use holdfast_domain::outcome::Conflict;
use holdfast_domain::{Action, DraftId, Operation, Outcome, Refusal};

use super::thread;
use crate::ipc::error::Failure;
use crate::ipc::view::{Need, NeedView, WordsState, WordsView};
use crate::open::Open;
use crate::outbox::refusal_code;
use crate::show::person;

/// Newer words shown beside held ones.
const NEWER_MAX: usize = 20;

/// What waits for the reader on one ticket.
pub(super) async fn of_ticket(
    open: &Open,
    db: &mut Db,
    seen: &Seen,
    entries: &[Entry],
) -> Result<Vec<NeedView>, Failure> {
    let mut needs = Vec::new();
    for stored in table::operation::open_of(db, seen.row.id).await? {
        let operation = stored.kept.operation()?;
        let newer = newer(open, entries, &operation, &seen.requester_name);
        needs.extend(need(open, db, &stored, operation, newer).await?);
    }
    Ok(needs)
}

/// What one settled operation asks of its author; `None` if nothing.
pub(in crate::commands) async fn need_of(
    open: &Open,
    db: &mut Db,
    stored: &Stored,
) -> Result<Option<NeedView>, Failure> {
    let operation = stored.kept.operation()?;
    need(open, db, stored, operation, Vec::new()).await
}

async fn need(
    open: &Open,
    db: &mut Db,
    stored: &Stored,
    operation: Operation,
    newer: Vec<WordsView>,
) -> Result<Option<NeedView>, Failure> {
    let Some(outcome) = stored.outcome.clone().filter(|_| !stored.seen) else { return Ok(None) };
    let need = match outcome {
        Outcome::Accepted => return Ok(None),
        Outcome::Held { reason } => {
            let draft = draft_of(db, &operation).await?;
            let name = operation.action.name().to_owned();
            let text = words(&operation.action).to_owned();
            Need::Held { name, reason, text, newer, draft }
        }
        Outcome::Conflict(Conflict { yours, theirs, by, at }) => {
            let by = person::by(&open.people(), by, open.agent, "");
            Need::Conflict { yours, theirs, by, at }
        }
        Outcome::Refused { refusal } => match file_refused(db, &operation).await? {
            Some(why) => {
                let name = operation.action.name().to_owned();
                Need::Refused { name, why: why.to_owned(), by: None }
            }
            None => refused(open, &operation, &refusal),
        },
        Outcome::Fault => {
            let name = operation.action.name().to_owned();
            Need::Refused { name, why: "fault".into(), by: None }
        }
    };
    let (operation, written_at) = (operation.id, operation.written_at);
    Ok(Some(NeedView { operation, written_at, need }))
}

/// Why the server did not get a file of words that it took, if that is so.
async fn file_refused(db: &mut Db, operation: &Operation) -> Result<Option<&'static str>, Failure> {
    for file in operation.action.attachments() {
        let blob = table::blob::get(db, &file.hash).await?;
        match blob.filter(|blob| blob.state == table::blob::State::Refused) {
            Some(blob) if blob.is_lost() => return Ok(Some("file_lost")),
            Some(_) => return Ok(Some("file_refused")),
            None => {}
        }
    }
    Ok(None)
}

fn refused(open: &Open, operation: &Operation, refusal: &Refusal) -> Need {
    let by = match refusal {
        Refusal::AlreadyTaken { by } => Some(person::agent(&open.people(), *by, open.agent)),
        _ => None,
    };
    Need::Refused { name: operation.action.name().to_owned(), why: refusal_code(refusal), by }
}

async fn draft_of(
    db: &mut Db,
    operation: &Operation,
) -> Result<Option<crate::ipc::view::DraftView>, Failure> {
    let id = operation.action.references().words.first().copied();
    let Some(id) = id else { return Ok(None) };
    match table::draft::get(db, DraftId(id)).await? {
        Some(draft) => Ok(Some(crate::commands::draft::view(db, draft).await?)),
        None => Ok(None),
    }
}

/// The words that an operation carries; empty if none.
pub fn words(action: &Action) -> &str {
    match action {
        Action::Note(note) => &note.text,
        Action::Solve { resolution, .. } => &resolution.words,
        _ => action.message().map_or("", |(_, text)| text),
    }
}

/// Public words that stand after what the author had seen.
fn newer(open: &Open, entries: &[Entry], operation: &Operation, requester: &str) -> Vec<WordsView> {
    let seen_through = match &operation.action {
        Action::Reply(reply) | Action::SendAndSolve { reply, .. } => reply.seen_through,
        Action::Solve { seen_through, .. } => *seen_through,
        _ => return Vec::new(),
    };
    let messages = entries.iter().filter_map(|entry| match entry {
        Entry::Message(row) if !entry.is_waiting() => Some(row),
        _ => None,
    });
    let people = open.people();
    messages
        .rev()
        .take_while(|row| Some(row.id) != seen_through)
        .take(NEWER_MAX)
        .map(|row| {
            let by = person::by(&people, row.by, open.agent, requester);
            thread::message(row.clone(), by, WordsState::Received)
        })
        .collect::<Vec<_>>()
        .into_iter()
        .rev()
        .collect()
}
