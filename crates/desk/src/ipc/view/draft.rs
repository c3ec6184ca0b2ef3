//! Drafts, attachments, macros.

use std::collections::BTreeSet;

use holdfast_domain::words::Attachment;
use holdfast_domain::{DraftId, MacroId, MessageId, ResolutionCode, TicketId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Whom a draft is for. The two never turn into each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum DraftKind {
    /// The customer.
    Reply,
    /// Colleagues.
    Note,
}

/// Words not yet sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct DraftView {
    /// Becomes the message's or note's id.
    pub id: DraftId,
    /// Where.
    pub ticket: TicketId,
    /// Its number.
    pub number: Option<i64>,
    /// Its subject.
    pub subject: String,
    /// For whom.
    pub kind: DraftKind,
    /// As typed.
    pub text: String,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// Hashes of those whose bytes were lost with a damaged disk: they are added again or taken off
    /// before anything is sent.
    pub lost: Vec<String>,
    /// Placeholders that are still to be filled: they block sending.
    pub holes: Vec<String>,
    /// BCP 47 tag, if detected.
    pub language: Option<String>,
    /// When it was last saved.
    pub saved_at: Timestamp,
    /// Grows by one with every save.
    pub version: i64,
}

/// Names the draft of a kind on a ticket.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct DraftRequest {
    /// Where.
    pub ticket: TicketId,
    /// For whom.
    pub kind: DraftKind,
}

/// Saves as typed; makes the draft if there is none.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SaveDraftRequest {
    /// Where.
    pub ticket: TicketId,
    /// For whom.
    pub kind: DraftKind,
    /// As typed.
    pub text: String,
}

/// Names a draft.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct DraftIdRequest {
    /// Which.
    pub draft: DraftId,
}

/// Sends a reply or saves a note.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SendDraftRequest {
    /// Which.
    pub draft: DraftId,
    /// Exactly what is on the screen, so that nothing unseen is sent.
    pub text: String,
    /// The newest public words on the screen.
    pub seen_through: Option<MessageId>,
    /// Ends the ticket in the same operation.
    pub solve: Option<SolveWith>,
}

/// How a ticket ends.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SolveWith {
    /// To count by.
    pub code: ResolutionCode,
    /// For colleagues.
    pub words: String,
}

/// Renders Markdown as the customer will see it.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PreviewRequest {
    /// As typed.
    pub text: String,
}

/// As the customer will see it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct PreviewView {
    /// Safe HTML.
    pub html: String,
    /// BCP 47 tag, if detected.
    pub language: Option<String>,
    /// Placeholders that are still to be filled.
    pub holes: Vec<String>,
}

/// Begins to add a file; its size is checked before a byte is read.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BeginAttachment {
    /// Where.
    pub ticket: TicketId,
    /// For whom.
    pub kind: DraftKind,
    /// File name.
    pub name: String,
    /// Media type, may be empty.
    pub media_type: String,
    /// Size in bytes.
    pub size_bytes: u64,
}

/// A file being added.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct AttachmentUpload {
    /// Names it until it is finished.
    pub upload: String,
    /// Bytes so far.
    pub received_bytes: u64,
}

/// The next part of a file.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct AppendAttachment {
    /// Which.
    pub upload: String,
    /// Base64, at most 1 MiB of bytes.
    pub base64: String,
}

/// The file is whole.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct FinishAttachment {
    /// Which.
    pub upload: String,
}

/// Takes a file off a draft.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct RemoveAttachment {
    /// Which draft.
    pub draft: DraftId,
    /// BLAKE3 of the file.
    pub hash: String,
}

/// Asks for a part of a file.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ReadAttachment {
    /// The ticket it hangs on.
    pub ticket: TicketId,
    /// BLAKE3 of the file.
    pub hash: String,
    /// Bytes before the part.
    pub offset: u64,
}

/// A part of a file.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct AttachmentPart {
    /// Base64, at most 1 MiB of bytes; empty if the file is not on this computer yet.
    pub base64: String,
    /// Size of the whole file.
    pub size_bytes: u64,
    /// Whether the file is on this computer; if not, it is being fetched.
    pub here: bool,
}

/// A macro in the palette.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct MacroView {
    /// Which.
    pub id: MacroId,
    /// In the reader's language if there is one.
    pub title: String,
    /// The language its words would be in.
    pub language: String,
}

/// Asks for a macro's words for a ticket.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct FillMacroRequest {
    /// Which.
    #[serde(rename = "macro")]
    pub id: MacroId,
    /// For which ticket.
    pub ticket: TicketId,
}

/// A macro's words with what is known filled in. Nothing is saved or sent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct FilledMacro {
    /// To insert.
    pub text: String,
    /// Placeholders that are still to be filled.
    pub holes: Vec<String>,
    /// Tags to offer.
    pub add_tags: BTreeSet<String>,
}
