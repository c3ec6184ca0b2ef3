//! Drafts: saved as they are typed; sent exactly as they stand on the screen.

use holdfast_cache::table::draft::{self as cached, Draft, Kind, Saved, State};
use holdfast_cache::{Db, WriteTx, table};
use holdfast_domain::operation::{Note, Reply};
use holdfast_domain::words::{Attachment, TEXT_BYTES_MAX};
use holdfast_domain::{Action, DraftId, MessageId, NoteId, OperationId, Resolution, TicketId};

use crate::Desk;
use crate::ipc::error::{Code, Failure};
use crate::ipc::view::{
    Acted, DraftIdRequest, DraftKind, DraftRequest, DraftView, Nothing, PreviewRequest,
    PreviewView, SaveDraftRequest, SendDraftRequest,
};
use crate::open::Open;
use crate::outbox::{self, Change};
use crate::{holes, html};

/// Drafts listed at a time.
const DRAFTS_MAX: u32 = 500;

/// The draft of a kind on a ticket, if she has begun one.
pub async fn get(desk: &Desk, request: DraftRequest) -> Result<Option<DraftView>, Failure> {
    let open = desk.open().await?;
    let mut db = open.read().await?;
    match cached::active(&mut db, request.ticket, kind(request.kind)).await? {
        Some(draft) => Ok(Some(view(&mut db, draft).await?)),
        None => Ok(None),
    }
}

/// Everything she has begun, newest first.
pub async fn list(desk: &Desk, _: Nothing) -> Result<Vec<DraftView>, Failure> {
    let open = desk.open().await?;
    let mut db = open.read().await?;
    let mut views = Vec::new();
    for draft in cached::open(&mut db, DRAFTS_MAX).await? {
        views.push(view(&mut db, draft).await?);
    }
    Ok(views)
}

/// Saves what was typed; the first save makes the draft.
pub async fn save(desk: &Desk, request: SaveDraftRequest) -> Result<DraftView, Failure> {
    let open = desk.open().await?;
    if request.text.len() > TEXT_BYTES_MAX {
        return Err(too_long());
    }
    let mut tx = open.write().await?;
    let draft = obtain(&open, &mut tx, request.ticket, kind(request.kind)).await?;
    let draft = put(&open, &mut tx, Draft { words: request.text, ..draft }).await?;
    let saved = view(&mut tx, draft).await?;
    tx.commit().await?;
    Ok(saved)
}

/// Brings words that came back into their composer: behind what she is writing there, if she is.
/// The draft she writes in then.
pub async fn resume(desk: &Desk, request: DraftIdRequest) -> Result<DraftView, Failure> {
    let open = desk.open().await?;
    let mut tx = open.write().await?;
    // What was held or refused is answered by this: its card must not send the old words.
    if let Some(draft) = cached::get(&mut tx, request.draft).await? {
        held_with(&mut tx, &draft).await?;
    }
    let draft = bring_back(&open, &mut tx, request.draft).await?;
    let draft = draft.ok_or_else(|| Failure::new(Code::NotFound, "no such draft"))?;
    let resumed = view(&mut tx, draft).await?;
    tx.commit().await?;
    Ok(resumed)
}

/// Throws a draft away. Only its author comes here.
pub async fn discard(desk: &Desk, request: DraftIdRequest) -> Result<Nothing, Failure> {
    let open = desk.open().await?;
    let mut tx = open.write().await?;
    cached::set_state(&mut tx, request.draft, State::Discarded, open.now()).await?;
    tx.commit().await?;
    Ok(Nothing {})
}

/// Sends a reply or saves a note: the draft and its operation in one transaction.
pub async fn send(desk: &Desk, request: SendDraftRequest) -> Result<Acted, Failure> {
    let open = desk.open().await?;
    let undo_s = super::settings::get(desk, Nothing {}).await?.undo_send_s;
    let mut tx = open.write().await?;
    let draft = cached::get(&mut tx, request.draft).await?;
    let draft = draft.ok_or_else(|| Failure::new(Code::NotFound, "no such draft"))?;
    if matches!(draft.state, State::Sending | State::Sent) {
        return Err(Failure::new(Code::AlreadySent, "these words are on their way"));
    }
    let holes = holes::find(&request.text);
    if !holes.is_empty() {
        let named = holes.join(", ");
        return Err(Failure::new(Code::Holes, "a placeholder is unfilled").with("holes", named));
    }
    let draft = put(&open, &mut tx, Draft { words: request.text.clone(), ..draft }).await?;
    must_be_here(&mut tx, &draft.attachments).await?;
    let change = change(&mut tx, &draft, &request, undo_s).await?;
    cached::set_state(&mut tx, draft.id, State::Sending, open.now()).await?;
    let acted = outbox::add(&open, &mut tx, change).await?;
    tx.commit().await?;
    open.sync.written();
    Ok(acted)
}

/// As the customer will see it.
pub async fn preview(_: &Desk, request: PreviewRequest) -> Result<PreviewView, Failure> {
    Ok(PreviewView {
        html: html::render(&request.text),
        language: language(&request.text),
        holes: holes::find(&request.text),
    })
}

/// Makes a returned draft the one she writes in, or puts its words behind those she has begun;
/// `None` if there is none of that id. One that did not return stays as it is.
pub(super) async fn bring_back(
    open: &Open,
    tx: &mut WriteTx,
    id: DraftId,
) -> Result<Option<Draft>, Failure> {
    let Some(draft) = cached::get(tx, id).await? else { return Ok(None) };
    if draft.state != State::Returned {
        return Ok(Some(draft));
    }
    let Some(mut begun) = cached::active(tx, draft.ticket, draft.kind).await? else {
        cached::set_state(tx, id, State::Active, open.now()).await?;
        return Ok(Some(Draft { state: State::Active, ..draft }));
    };
    begun.words = match begun.words.trim_end() {
        "" => draft.words,
        words => format!("{words}\n\n{}", draft.words),
    };
    begun.attachments.extend(draft.attachments);
    let begun = put(open, tx, begun).await?;
    cached::set_state(tx, id, State::Discarded, open.now()).await?;
    Ok(Some(begun))
}

/// The draft she writes in, or a fresh one.
pub(super) async fn obtain(
    open: &Open,
    tx: &mut WriteTx,
    ticket: TicketId,
    kind: Kind,
) -> Result<Draft, Failure> {
    if let Some(draft) = cached::active(tx, ticket, kind).await? {
        return Ok(draft);
    }
    let seen = table::ticket::get(tx, ticket).await?;
    let seen = seen.ok_or_else(|| Failure::new(Code::NotFound, "no such ticket here"))?;
    Ok(Draft {
        id: DraftId(open.fresh_id()),
        ticket,
        kind,
        version: 0,
        words: String::new(),
        attachments: Vec::new(),
        seen_through: seen.row.last_message,
        state: State::Active,
        updated_at: open.now(),
    })
}

/// Saves over whatever version stands: one person types at one desk.
pub(super) async fn put(open: &Open, tx: &mut WriteTx, mut draft: Draft) -> Result<Draft, Failure> {
    let now = open.now();
    match cached::save(tx, &draft, now).await? {
        Saved::Version(version) => {
            (draft.version, draft.updated_at) = (version, now);
            Ok(draft)
        }
        Saved::Stale(_) => Err(Failure::new(Code::AlreadySent, "these words are on their way")),
    }
}

async fn change(
    tx: &mut WriteTx,
    draft: &Draft,
    request: &SendDraftRequest,
    undo_s: u32,
) -> Result<Change, Failure> {
    let (text, language) = (draft.words.clone(), language(&draft.words));
    let attachments = draft.attachments.clone();
    if draft.kind == Kind::Note {
        let note = NoteId::from(draft.id);
        let action = Action::Note(Note { note, text, language, attachments });
        return Ok(Change::now(draft.ticket, action));
    }
    let seen_through = request.seen_through;
    let message = MessageId::from(draft.id);
    let reply = Reply { message, text, language, attachments, seen_through };
    let action = match &request.solve {
        Some(solve) => {
            let resolution = Resolution { code: solve.code, words: solve.words.clone() };
            Action::SendAndSolve { reply, resolution }
        }
        None => Action::Reply(reply),
    };
    let needs = writer_of(tx, draft.ticket, seen_through).await?.into_iter().collect();
    let replaces = held_with(tx, draft).await?;
    Ok(Change { needs, replaces, undo_s, ..Change::now(draft.ticket, action) })
}

/// The waiting operation that brings the words she has seen last: what she does now builds on it.
pub(super) async fn writer_of(
    db: &mut Db,
    ticket: TicketId,
    seen_through: Option<MessageId>,
) -> Result<Option<OperationId>, Failure> {
    let Some(seen) = seen_through else { return Ok(None) };
    for waiting in table::operation::waiting_of(db, ticket).await? {
        let operation = waiting.kept.operation()?;
        if operation.action.message().is_some_and(|(message, _)| message == seen) {
            return Ok(Some(operation.id));
        }
    }
    Ok(None)
}

/// The held operation whose words came back in this draft; sending it again settles that one.
async fn held_with(tx: &mut WriteTx, draft: &Draft) -> Result<Option<OperationId>, Failure> {
    for stored in table::operation::open_of(tx, draft.ticket).await? {
        let operation = stored.kept.operation()?;
        let same = operation.action.references().words.contains(&draft.id.0);
        if same && !stored.state.is_waiting() {
            table::operation::acknowledge(tx, operation.id).await?;
            return Ok(Some(operation.id));
        }
    }
    Ok(None)
}

/// Words are not sent while the bytes of a file under them are lost.
pub(super) async fn must_be_here(db: &mut Db, files: &[Attachment]) -> Result<(), Failure> {
    match lost(db, files).await?.first() {
        Some(file) => {
            let failure = Failure::new(Code::FileLost, "a file under the words is lost");
            Err(failure.with("name", &file.name))
        }
        None => Ok(()),
    }
}

/// Files under words that are to be sent whose bytes are not here.
async fn lost(db: &mut Db, files: &[Attachment]) -> Result<Vec<Attachment>, Failure> {
    let mut lost = Vec::new();
    for file in files {
        let here = table::blob::get(db, &file.hash).await?;
        if !here.is_some_and(|blob| blob.is_whole()) {
            lost.push(file.clone());
        }
    }
    Ok(lost)
}

pub(super) async fn view(db: &mut Db, draft: Draft) -> Result<DraftView, Failure> {
    let lost = lost(db, &draft.attachments).await?;
    let seen = table::ticket::get(db, draft.ticket).await?;
    let (number, subject) = seen.map(|s| (s.row.number, s.row.subject)).unwrap_or_default();
    Ok(DraftView {
        id: draft.id,
        ticket: draft.ticket,
        number,
        subject,
        kind: match draft.kind {
            Kind::Reply => DraftKind::Reply,
            Kind::Note => DraftKind::Note,
        },
        holes: holes::find(&draft.words),
        language: language(&draft.words),
        text: draft.words,
        attachments: draft.attachments,
        lost: lost.into_iter().map(|file| file.hash).collect(),
        saved_at: draft.updated_at,
        version: draft.version,
    })
}

pub(super) fn kind(kind: DraftKind) -> Kind {
    match kind {
        DraftKind::Reply => Kind::Reply,
        DraftKind::Note => Kind::Note,
    }
}

pub(super) fn too_long() -> Failure {
    let message = "longer than a message may be";
    Failure::new(Code::TooMuch, message).with("limit", TEXT_BYTES_MAX)
}

fn language(text: &str) -> Option<String> {
    holdfast_search::detect(text).map(|language| language.tag().to_owned())
}
