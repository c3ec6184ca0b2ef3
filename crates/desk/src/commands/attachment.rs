//! Attachments: a file comes in parts, is kept encrypted under its hash, and travels after the
//! words it hangs on.
//!
//! Its size is checked before the first byte, by what the server said last that it takes. A file
//! that is being added lives in memory (at most 25 MiB each, a few at a time) until it is whole.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use holdfast_cache::table::blob::{self, Blob};
use holdfast_cache::table::draft::{self as cached, Draft};
use holdfast_cache::{WriteTx, table};
use holdfast_domain::TicketId;
use holdfast_domain::words::{ATTACHMENT_BYTES_MAX, ATTACHMENTS_MAX, Attachment, plain};
use holdfast_protocol::limits::BLOB_CHUNK_BYTES;
use uuid::Uuid;

use crate::Desk;
use crate::ipc::error::{Code, Failure};
use crate::ipc::view::{
    AppendAttachment, AttachmentPart, AttachmentUpload, BeginAttachment, DraftKind, DraftView,
    FinishAttachment, ReadAttachment, RemoveAttachment,
};
use crate::open::Open;

/// Files that are being added at a time.
const UPLOADS_MAX: usize = 8;

/// A file that is being added.
pub struct Upload {
    ticket: TicketId,
    kind: DraftKind,
    name: String,
    media_type: String,
    size_bytes: u64,
    bytes: Vec<u8>,
}

/// Begins to add a file.
pub async fn begin(desk: &Desk, request: BeginAttachment) -> Result<AttachmentUpload, Failure> {
    let open = desk.open().await?;
    let limit = limit_bytes(&open).await?;
    if request.size_bytes > limit {
        let failure = Failure::new(Code::TooMuch, "larger than a file may be here");
        return Err(failure.with("limit", limit).with("limit_bytes", limit));
    }
    let name = plain(request.name.rsplit(['/', '\\']).next().unwrap_or_default());
    if name.is_empty() {
        return Err(Failure::new(Code::Empty, "a file needs a name"));
    }
    let mut uploads = desk.uploads.lock().await;
    if uploads.len() >= UPLOADS_MAX {
        // The window adds one after the other: the oldest was given up.
        uploads.pop_first();
    }
    let id = desk.fresh_id();
    let upload = Upload {
        ticket: request.ticket,
        kind: request.kind,
        name,
        media_type: plain(&request.media_type),
        size_bytes: request.size_bytes,
        bytes: Vec::new(),
    };
    uploads.insert(id, upload);
    Ok(AttachmentUpload { upload: id.to_string(), received_bytes: 0 })
}

/// What the server takes, as it said last, and never more than the rules allow.
async fn limit_bytes(open: &Open) -> Result<u64, Failure> {
    let said = table::sync::get(&mut *open.read().await?).await?.attachment_bytes;
    Ok(said.map_or(ATTACHMENT_BYTES_MAX, |said| said.min(ATTACHMENT_BYTES_MAX)))
}

/// Takes the next part of a file.
pub async fn append(desk: &Desk, request: AppendAttachment) -> Result<AttachmentUpload, Failure> {
    let bytes = BASE64
        .decode(&request.base64)
        .map_err(|error| Failure::new(Code::BadRequest, format!("a part of a file: {error}")))?;
    let mut uploads = desk.uploads.lock().await;
    let upload = uploads.get_mut(&id(&request.upload)?).ok_or_else(unknown)?;
    let received = upload.bytes.len() as u64 + bytes.len() as u64;
    if bytes.len() > BLOB_CHUNK_BYTES || received > upload.size_bytes {
        return Err(Failure::new(Code::TooMuch, "more than was announced"));
    }
    upload.bytes.extend_from_slice(&bytes);
    Ok(AttachmentUpload { upload: request.upload, received_bytes: received })
}

/// The file is whole: keeps it and hangs it on the draft.
pub async fn finish(desk: &Desk, request: FinishAttachment) -> Result<DraftView, Failure> {
    let open = desk.open().await?;
    let upload = desk.uploads.lock().await.remove(&id(&request.upload)?).ok_or_else(unknown)?;
    if upload.bytes.len() as u64 != upload.size_bytes {
        return Err(Failure::new(Code::BadRequest, "less than was announced"));
    }
    let hash = blake3::hash(&upload.bytes).to_hex().to_string();
    let mut tx = open.write().await?;
    let draft =
        super::draft::obtain(&open, &mut tx, upload.ticket, super::draft::kind(upload.kind))
            .await?;
    blob::keep(&mut tx, &hash, upload.ticket, &upload.bytes).await?;
    let draft = hang(&open, &mut tx, draft, hash, upload).await?;
    let view = super::draft::view(&mut tx, draft).await?;
    tx.commit().await?;
    Ok(view)
}

/// Takes a file off a draft.
pub async fn remove(desk: &Desk, request: RemoveAttachment) -> Result<DraftView, Failure> {
    let open = desk.open().await?;
    let mut tx = open.write().await?;
    let draft = cached::get(&mut tx, request.draft).await?;
    let mut draft = draft.ok_or_else(|| Failure::new(Code::NotFound, "no such draft"))?;
    draft.attachments.retain(|file| file.hash != request.hash);
    let draft = super::draft::put(&open, &mut tx, draft).await?;
    let view = super::draft::view(&mut tx, draft).await?;
    tx.commit().await?;
    Ok(view)
}

/// A part of a file; asks the sync for it if it is not here.
pub async fn read(desk: &Desk, request: ReadAttachment) -> Result<AttachmentPart, Failure> {
    let open = desk.open().await?;
    let mut db = open.read().await?;
    let known = blob::get(&mut db, &request.hash).await?;
    let Some(known) = known.filter(Blob::is_whole) else {
        open.sync.fetch_blob(request.ticket, &request.hash);
        return Ok(AttachmentPart { base64: String::new(), size_bytes: 0, here: false });
    };
    let n = u32::try_from(request.offset / BLOB_CHUNK_BYTES as u64).unwrap_or(u32::MAX);
    let bytes = blob::chunk(&mut db, &request.hash, n).await?.unwrap_or_default();
    Ok(AttachmentPart { base64: BASE64.encode(bytes), size_bytes: known.size_bytes, here: true })
}

async fn hang(
    open: &Open,
    tx: &mut WriteTx,
    mut draft: Draft,
    hash: String,
    upload: Upload,
) -> Result<Draft, Failure> {
    let Upload { name, media_type, size_bytes, .. } = upload;
    let media_type =
        if media_type.is_empty() { "application/octet-stream".into() } else { media_type };
    if draft.attachments.iter().all(|file| file.hash != hash) {
        draft.attachments.push(Attachment { hash, name, media_type, size_bytes });
    }
    if draft.attachments.len() > ATTACHMENTS_MAX {
        let failure = Failure::new(Code::TooMuch, "too many files under one message");
        return Err(failure.with("limit", ATTACHMENTS_MAX));
    }
    super::draft::put(open, tx, draft).await
}

fn id(text: &str) -> Result<Uuid, Failure> {
    Uuid::parse_str(text).map_err(|_| unknown())
}

fn unknown() -> Failure {
    Failure::new(Code::NotFound, "no such file is being added")
}
