//! The outbox: what waits, what needs its author, what was sent; and the author's answers.

use std::collections::BTreeSet;

use holdfast_cache::table::operation::{Discard, State, Stored};
use holdfast_cache::{Db, WriteTx, table};
use holdfast_domain::outcome::{Conflict, FieldValue};
use holdfast_domain::words::{Attachment, preview};
use holdfast_domain::{Action, DraftId, MessageId, Operation, OperationId, Outcome};
use holdfast_protocol::row::TicketRow;
use jiff::Timestamp;

use crate::Desk;
use crate::forecast;
use crate::ipc::error::{Code, Failure};
use crate::ipc::view::{
    AnswerRequest, NeedAnswer, Nothing, OperationRequest, OperationState, OutboxItem, OutboxView,
    Undone,
};
use crate::open::Open;
use crate::outbox::{self, Change};
use crate::people::People;

/// Operations the panel looks at.
const LISTED_MAX: u32 = 200;
const SENT_MAX: usize = 50;

/// Everything that waits, and what was sent lately.
pub async fn list(desk: &Desk, _: Nothing) -> Result<OutboxView, Failure> {
    let open = desk.open().await?;
    let mut db = open.read().await?;
    let tray = super::tray::items(&mut db).await?;
    let mut view =
        OutboxView { needs_you: vec![], tray, saved: vec![], sent: vec![], sent_count: 0 };
    for stored in table::operation::needs_you(&mut db).await? {
        view.needs_you.push(item(&open, &mut db, stored).await?);
    }
    for stored in table::operation::waiting(&mut db).await? {
        view.saved.push(item(&open, &mut db, stored).await?);
    }
    for stored in table::operation::list(&mut db, None, LISTED_MAX).await? {
        if stored.state == State::Accepted {
            view.sent_count += 1;
            if view.sent.len() < SENT_MAX {
                view.sent.push(item(&open, &mut db, stored).await?);
            }
        }
    }
    Ok(view)
}

/// Takes a change back: without a trace before its first push, by the opposite change after.
pub async fn undo(desk: &Desk, request: OperationRequest) -> Result<Undone, Failure> {
    let open = desk.open().await?;
    let mut tx = open.write().await?;
    let gone = match table::operation::discard(&mut tx, request.operation).await? {
        Discard::Gone(gone) => gone,
        Discard::TooLate => {
            take_back(&open, &mut tx, request.operation).await?;
            tx.commit().await?;
            open.sync.written();
            return Ok(Undone { draft: None });
        }
    };
    let operation = gone.operation()?;
    let people = open.people();
    forecast::replay(&mut tx, &[gone.ticket].into(), open.agent, &people.directory, open.now())
        .await?;
    let draft = words_back(&open, &mut tx, &operation).await?;
    tx.commit().await?;
    Ok(Undone { draft })
}

/// The author's answer to what is held, in conflict or refused.
pub async fn answer(desk: &Desk, request: AnswerRequest) -> Result<Nothing, Failure> {
    let open = desk.open().await?;
    let mut tx = open.write().await?;
    let stored = table::operation::get(&mut tx, request.operation).await?;
    let stored = stored.ok_or_else(|| Failure::new(Code::NotFound, "no such operation"))?;
    let operation = stored.kept.operation()?;
    table::operation::acknowledge(&mut tx, operation.id).await?;
    match (request.answer, &stored.outcome) {
        (NeedAnswer::SendAsIs, Some(Outcome::Held { .. })) => {
            send_as_is(&open, &mut tx, &operation, request.seen_through).await?;
        }
        (NeedAnswer::ApplyMine, Some(Outcome::Conflict(conflict))) => {
            apply_mine(&open, &mut tx, &operation, (conflict, request.seen_through)).await?;
        }
        (NeedAnswer::Discard, Some(Outcome::Held { .. })) => {
            move_words(&open, &mut tx, &operation, table::draft::State::Discarded).await?;
        }
        (NeedAnswer::Edit, Some(Outcome::Held { .. })) => edit(&open, &mut tx, &operation).await?,
        // What could not be sent is not lost: the words go back to their author.
        (NeedAnswer::Understood, Some(Outcome::Refused { .. } | Outcome::Fault)) => {
            edit(&open, &mut tx, &operation).await?;
        }
        (NeedAnswer::KeepTheirs, Some(Outcome::Conflict(_))) => {}
        _ => return Err(Failure::new(Code::BadRequest, "that is no answer to this")),
    }
    tx.commit().await?;
    open.sync.written();
    Ok(Nothing {})
}

/// The held words or ending again, now that their author has seen what came. Words that came since
/// she looked hold them once more.
async fn send_as_is(
    open: &Open,
    tx: &mut WriteTx,
    operation: &Operation,
    seen_through: Option<MessageId>,
) -> Result<(), Failure> {
    let row = seen_row(tx, operation).await?;
    let mut action = operation.action.clone();
    if let Action::SendAndSolve { reply, .. } = &action
        && !row.category.is_active()
    {
        // Somebody has solved it meanwhile: the words still go.
        action = Action::Reply(reply.clone());
    }
    match &mut action {
        Action::Reply(reply) | Action::SendAndSolve { reply, .. } => {
            reply.seen_through = seen_through;
        }
        Action::Solve { seen_through: read, .. } => *read = seen_through,
        _ => {}
    }
    super::draft::must_be_here(tx, operation.action.attachments()).await?;
    revive(open, tx, operation).await?;
    move_words(open, tx, operation, table::draft::State::Sending).await?;
    let change = Change { replaces: Some(operation.id), ..Change::now(operation.ticket, action) };
    outbox::add(open, tx, change).await.map(|_| ())
}

/// Where she has thrown the draft of words away that came back, or it is not here any more, it is
/// there again: they are asked for.
async fn revive(open: &Open, tx: &mut WriteTx, operation: &Operation) -> Result<(), Failure> {
    use table::draft::{Draft, Kind, State};
    let words = operation.action.references().words.first().copied();
    let Some(id) = words.map(DraftId) else { return Ok(()) };
    let sent = table::message::get(tx, id.into()).await?.is_some()
        || table::note::get(tx, id.into()).await?.is_some();
    if sent {
        // They stand in the thread: what is sent is no draft.
        return Ok(());
    }
    let version = match table::draft::get(tx, id).await? {
        Some(draft) if draft.state != State::Discarded => return Ok(()),
        found => found.map_or(0, |draft| draft.version),
    };
    let seen_through = match &operation.action {
        Action::Reply(reply) | Action::SendAndSolve { reply, .. } => reply.seen_through,
        _ => None,
    };
    let draft = Draft {
        id,
        ticket: operation.ticket,
        kind: if matches!(operation.action, Action::Note(_)) { Kind::Note } else { Kind::Reply },
        version,
        words: super::ticket::words(&operation.action).to_owned(),
        attachments: operation.action.attachments().to_vec(),
        seen_through,
        state: State::Returned,
        updated_at: open.now(),
    };
    Ok(table::draft::give_back(tx, &draft, open.now()).await?)
}

/// Moves the draft of words that came back. One on which she has gone on writing is hers to send:
/// what is in it beside these words would go with them.
async fn move_words(
    open: &Open,
    tx: &mut WriteTx,
    operation: &Operation,
    to: table::draft::State,
) -> Result<(), Failure> {
    use table::draft::State;
    let words = operation.action.references().words.first().copied();
    let Some(id) = words.map(DraftId) else { return Ok(()) };
    let Some(draft) = table::draft::get(tx, id).await? else { return Ok(()) };
    match draft.state {
        State::Active | State::Returned if is_as_held(&draft, &operation.action) => {
            Ok(table::draft::set_state(tx, id, to, open.now()).await?)
        }
        State::Active | State::Returned => {
            let why = "the draft of these words has other words or files by now";
            Err(Failure::new(Code::WrittenOn, why))
        }
        State::Sending | State::Sent => {
            Err(Failure::new(Code::AlreadySent, "these words are on their way"))
        }
        State::Discarded => Ok(()),
    }
}

/// Whether a draft has the words and the files that are held, and nothing else.
fn is_as_held(draft: &table::draft::Draft, held: &Action) -> bool {
    let hashes = |files: &[Attachment]| -> BTreeSet<String> {
        files.iter().map(|file| file.hash.clone()).collect()
    };
    draft.words.trim() == super::ticket::words(held).trim()
        && hashes(&draft.attachments) == hashes(held.attachments())
}

async fn seen_row(tx: &mut WriteTx, operation: &Operation) -> Result<TicketRow, Failure> {
    let seen = table::ticket::get(tx, operation.ticket).await?;
    let gone = || Failure::new(Code::NotFound, "the ticket has left this desk");
    Ok(seen.ok_or_else(gone)?.row)
}

/// The held words go back into the composer: behind what she is writing there, if she is. Words
/// that were accepted without their file are in a draft named after the operation.
async fn edit(open: &Open, tx: &mut WriteTx, operation: &Operation) -> Result<(), Failure> {
    let without_file = super::draft::bring_back(open, tx, DraftId(operation.id.0)).await?;
    if without_file.is_none() && table::ticket::get(tx, operation.ticket).await?.is_some() {
        revive(open, tx, operation).await?;
    }
    if let Some(id) = operation.action.references().words.first().copied() {
        super::draft::bring_back(open, tx, DraftId(id)).await?;
    }
    Ok(())
}

/// What the author wanted, from what stands now.
async fn apply_mine(
    open: &Open,
    tx: &mut WriteTx,
    operation: &Operation,
    (conflict, seen_through): (&Conflict, Option<MessageId>),
) -> Result<(), Failure> {
    let row = seen_row(tx, operation).await?;
    let action = match conflict.yours.clone() {
        FieldValue::Subject(to) => Action::Subject { from: row.subject, to },
        FieldValue::Status(to) => {
            let pending_until = match operation.action {
                Action::Status { pending_until, .. } => pending_until,
                _ => None,
            };
            Action::Status { from: row.category, to, pending_until }
        }
        FieldValue::Severity(to) => Action::Severity { from: row.severity, to },
        FieldValue::Holder(to) => Action::Assign { from: row.holder, to },
        FieldValue::Stage(to) => Action::Stage { from: row.stage, to },
        FieldValue::Resolution(resolution) => {
            // It ended in another way: it is taken up again, then ended in this one.
            outbox::add(open, tx, Change::now(operation.ticket, Action::Reopen {})).await?;
            Action::Solve { resolution, seen_through }
        }
    };
    let change = Change { replaces: Some(operation.id), ..Change::now(operation.ticket, action) };
    outbox::add(open, tx, change).await.map(|_| ())
}

async fn take_back(open: &Open, tx: &mut WriteTx, id: OperationId) -> Result<(), Failure> {
    let too_late = || Failure::new(Code::TooLate, "it is on its way and cannot be taken back");
    let stored = table::operation::get(tx, id).await?.ok_or_else(too_late)?;
    // What waits is here because it was pushed under another number.
    let fine = matches!(stored.state, State::Waiting | State::Numbered | State::Accepted);
    let operation = stored.kept.operation()?;
    let inverse = operation.action.inverse().filter(|_| fine).ok_or_else(too_late)?;
    outbox::add(open, tx, Change::now(operation.ticket, inverse)).await.map(|_| ())
}

async fn words_back(
    open: &Open,
    tx: &mut WriteTx,
    operation: &Operation,
) -> Result<Option<crate::ipc::view::DraftView>, Failure> {
    if table::ticket::get(tx, operation.ticket).await?.is_none() {
        // There is no composer to go back to.
        for words in operation.action.references().words {
            table::draft::forget(tx, DraftId(words)).await?;
        }
        table::tray::put_operation(tx, operation, open.now()).await?;
        return Ok(None);
    }
    let Some(id) = operation.action.references().words.first().copied() else {
        return Ok(None);
    };
    let Some(draft) = table::draft::get(tx, DraftId(id)).await? else { return Ok(None) };
    let state = table::draft::State::Active;
    table::draft::set_state(tx, draft.id, state, open.now()).await?;
    Ok(Some(super::draft::view(tx, draft).await?))
}

async fn item(open: &Open, db: &mut Db, stored: Stored) -> Result<OutboxItem, Failure> {
    let operation = stored.kept.operation()?;
    let seen = table::ticket::get(db, operation.ticket).await?;
    let (number, subject, requester) = match &seen {
        Some(seen) => {
            let contact = table::contact::get(db, seen.row.requester).await?;
            (seen.row.number, seen.row.subject.clone(), contact.map(|row| row.name))
        }
        None => (None, String::new(), None),
    };
    let mut upload_bytes = 0;
    for file in operation.action.attachments() {
        let blob = table::blob::get(db, &file.hash).await?;
        if blob.is_some_and(|blob| blob.state.is_to_be_sent()) {
            upload_bytes += file.size_bytes;
        }
    }
    Ok(OutboxItem {
        operation: operation.id,
        ticket: operation.ticket,
        number,
        subject,
        requester: requester.unwrap_or_default(),
        name: operation.action.name().to_owned(),
        summary: summary(&open.people(), &operation.action),
        written_at: operation.written_at,
        sent_at: sent_at(db, &stored, &operation.action).await?,
        state: state(stored.state),
        upload_bytes,
        need: super::ticket::need_of(open, db, &stored).await?,
    })
}

fn state(state: State) -> OperationState {
    match state {
        State::Waiting => OperationState::Written,
        State::Numbered => OperationState::Numbered,
        State::Accepted => OperationState::Accepted,
        State::Conflict => OperationState::Conflict,
        State::Held => OperationState::Held,
        State::Refused | State::GivenUp => OperationState::Refused,
        State::Fault => OperationState::Fault,
    }
}

/// When the server took the words of an accepted operation.
async fn sent_at(
    db: &mut Db,
    stored: &Stored,
    action: &Action,
) -> Result<Option<Timestamp>, Failure> {
    if stored.state != State::Accepted {
        return Ok(None);
    }
    if let Action::Note(note) = action {
        return Ok(table::note::get(db, note.note).await?.map(|row| row.at));
    }
    let Some((message, _)) = action.message() else { return Ok(None) };
    Ok(table::message::get(db, message).await?.map(|row| row.at))
}

/// One line of what it says; codes stay codes, for the UI to say.
fn summary(people: &People, action: &Action) -> String {
    match action {
        Action::Note(note) => preview(&note.text),
        Action::Subject { to, .. } => to.clone(),
        Action::Tags { add, remove } => {
            let plus = add.iter().map(|tag| format!("+{tag}"));
            let minus = remove.iter().map(|tag| format!("-{tag}"));
            plus.chain(minus).collect::<Vec<_>>().join(" ")
        }
        Action::Severity { to, .. } => code(to),
        Action::Status { to, .. } => code(to),
        Action::Stage { to, .. } => code(to),
        Action::Solve { resolution, .. } => code(&resolution.code),
        Action::Assign { to, .. } => match to.agent {
            Some(agent) => people.agent_name(agent).to_owned(),
            None => people.team_name(to.team).to_owned(),
        },
        Action::Escalate(escalate) => preview(&escalate.packet.asked),
        Action::EscalationDecline { reason, .. } | Action::EscalationReturn { reason, .. } => {
            preview(reason)
        }
        Action::Create(create) => create.subject.clone(),
        _ => action.message().map(|(_, text)| preview(text)).unwrap_or_default(),
    }
}

/// The code of a plain enumeration, as it travels.
fn code(value: &impl serde::Serialize) -> String {
    let value = serde_json::to_value(value).unwrap_or_default();
    value.as_str().unwrap_or_default().to_owned()
}
