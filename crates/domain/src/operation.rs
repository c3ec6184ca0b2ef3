//! Operation: one change made at a desk. Each kind is one type; what it expects stands in its
//! arguments, because row versions mean nothing after a restore.
//!
//! An operation is also what travels: its serialised form is frozen at the first push, so these
//! types, unlike the ticket's state, are `Serialize`. The name carries the version
//! (`reply@1`); a changed meaning is a new name.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::escalation::{EscalationKind, Packet};
use crate::id::{
    AgentId, ContactId, EscalationId, MessageId, NoteId, OperationId, ResourceId, TeamId, TicketId,
};
use crate::resolution::Resolution;
use crate::severity::Severity;
use crate::stage::Stage;
use crate::status::Category;
use crate::ticket::{Channel, Holder};
use crate::words::Attachment;

/// Largest serialised operation, bytes; checked when it is written.
pub const OPERATION_BYTES_MAX: usize = 256 * 1024;
/// Most operations one may build on.
pub const NEEDS_MAX: usize = 64;

/// One change, waiting or settled.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Operation {
    /// Made at the desk, unique for ever.
    pub id: OperationId,
    /// What it changes.
    pub ticket: TicketId,
    /// When it was written, the desk's best knowledge of server time. Shown, never decided by.
    #[ts(type = "string")]
    pub written_at: Timestamp,
    /// Operations it builds on; held with them unless all are accepted.
    #[serde(default)]
    pub needs: Vec<OperationId>,
    /// The held or conflicting operation that this one settles.
    #[serde(default)]
    pub replaces: Option<OperationId>,
    /// The change itself.
    pub action: Action,
}

/// The kinds of change.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
#[serde(tag = "name", content = "arguments")]
pub enum Action {
    /// Begin a ticket.
    #[serde(rename = "create@1")]
    Create(Create),
    /// The customer's words (intake only).
    #[serde(rename = "write@1")]
    Write(Write),
    /// Public words of ours.
    #[serde(rename = "reply@1")]
    Reply(Reply),
    /// Internal words.
    #[serde(rename = "note@1")]
    Note(Note),
    /// Public words that end it: one operation, since they belong together.
    #[serde(rename = "send_and_solve@1")]
    SendAndSolve {
        /// The words.
        reply: Reply,
        /// How it ended.
        resolution: Resolution,
    },
    /// Another subject.
    #[serde(rename = "subject@1")]
    Subject {
        /// As its author saw it.
        from: String,
        /// As it should be.
        to: String,
    },
    /// Another status.
    #[serde(rename = "status@1")]
    Status {
        /// As its author saw it.
        from: Category,
        /// Open, pending or on hold.
        to: Category,
        /// Only with pending: until when it may rest.
        #[ts(type = "string | null")]
        pending_until: Option<Timestamp>,
    },
    /// Another severity.
    #[serde(rename = "severity@1")]
    Severity {
        /// As its author saw it.
        from: Severity,
        /// As it should be.
        to: Severity,
    },
    /// Other hands.
    #[serde(rename = "assign@1")]
    Assign {
        /// As its author saw it.
        from: Holder,
        /// As it should be.
        to: Holder,
    },
    /// Take what nobody holds; never taken from anybody.
    #[serde(rename = "claim@1")]
    Claim {
        /// The author's team to hold it in.
        team: TeamId,
    },
    /// More and fewer tags; always merges.
    #[serde(rename = "tags@1")]
    Tags {
        /// To add.
        add: BTreeSet<String>,
        /// To remove.
        remove: BTreeSet<String>,
    },
    /// Link a cloud thing of the requester's company.
    #[serde(rename = "resource_link@1")]
    ResourceLink {
        /// Which.
        resource: ResourceId,
    },
    /// Unlink a cloud thing.
    #[serde(rename = "resource_unlink@1")]
    ResourceUnlink {
        /// Which.
        resource: ResourceId,
    },
    /// Ask somebody to take over or to join.
    #[serde(rename = "escalate@1")]
    Escalate(Escalate),
    /// Take what was asked.
    #[serde(rename = "escalation_accept@1")]
    EscalationAccept {
        /// Which.
        escalation: EscalationId,
    },
    /// Refuse what was asked.
    #[serde(rename = "escalation_decline@1")]
    EscalationDecline {
        /// Which.
        escalation: EscalationId,
        /// Why; not empty.
        reason: String,
    },
    /// Take one's own request back.
    #[serde(rename = "escalation_withdraw@1")]
    EscalationWithdraw {
        /// Which.
        escalation: EscalationId,
    },
    /// Give back what one had taken.
    #[serde(rename = "escalation_return@1")]
    EscalationReturn {
        /// Which.
        escalation: EscalationId,
        /// Why; not empty.
        reason: String,
    },
    /// The work moved on, or back.
    #[serde(rename = "stage@1")]
    Stage {
        /// As its author saw it.
        from: Stage,
        /// As it should be; not done.
        to: Stage,
    },
    /// End it.
    #[serde(rename = "solve@1")]
    Solve {
        /// How it ended.
        resolution: Resolution,
        /// The last public words its author had seen; `None` on a ticket without any.
        seen_through: Option<MessageId>,
    },
    /// It was not over.
    #[serde(rename = "reopen@1")]
    Reopen {},
    /// Make it final (the system only).
    #[serde(rename = "close@1")]
    Close {},
    /// A file for colleagues.
    #[serde(rename = "attach@1")]
    Attach {
        /// Which.
        attachment: Attachment,
    },
}

/// Begins a ticket.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Create {
    /// One line; not empty.
    pub subject: String,
    /// Who asked.
    pub requester: ContactId,
    /// How it came in.
    pub channel: Channel,
    /// The customer's impact.
    pub severity: Severity,
    /// Who is to work on it.
    pub holder: Holder,
    /// BCP 47 tag of the customer's language.
    pub language: String,
    /// The customer's first words, if there are any.
    pub words: Option<Write>,
}

/// The customer's words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Write {
    /// Their id.
    pub message: MessageId,
    /// As written.
    pub text: String,
    /// BCP 47 tag, if detected.
    pub language: Option<String>,
    /// Files under them.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
}

/// Public words of ours.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Reply {
    /// Their draft's id.
    pub message: MessageId,
    /// As written, Markdown; not empty unless a file is attached.
    pub text: String,
    /// BCP 47 tag, if detected.
    pub language: Option<String>,
    /// Files under them.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
    /// The last public words their author had seen; `None` on a ticket without any.
    pub seen_through: Option<MessageId>,
}

/// Internal words.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Note {
    /// Their draft's id.
    pub note: NoteId,
    /// As written, Markdown; not empty unless a file is attached.
    pub text: String,
    /// BCP 47 tag, if detected.
    pub language: Option<String>,
    /// Files under them.
    #[serde(default)]
    pub attachments: Vec<Attachment>,
}

/// Asks somebody to take over or to join.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS, ToSchema)]
pub struct Escalate {
    /// What is asked of them.
    pub kind: EscalationKind,
    /// One agent of a team, or the whole team.
    pub to: Holder,
    /// What they need to know; `asked` not empty.
    pub packet: Packet,
    /// How long they have to answer, seconds; at least 60.
    pub accept_within_s: u32,
}

/// Ids an operation names besides its ticket; the caller looks them up before deciding.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct References {
    /// Contacts.
    pub contacts: BTreeSet<ContactId>,
    /// Resources.
    pub resources: BTreeSet<ResourceId>,
    /// Agents.
    pub agents: BTreeSet<AgentId>,
    /// Ids of messages and notes it brings.
    pub words: BTreeSet<Uuid>,
}

impl Action {
    /// Every name this version understands, with its version.
    pub const NAMES: [&'static str; 22] = [
        "create@1",
        "write@1",
        "reply@1",
        "note@1",
        "send_and_solve@1",
        "subject@1",
        "status@1",
        "severity@1",
        "assign@1",
        "claim@1",
        "tags@1",
        "resource_link@1",
        "resource_unlink@1",
        "escalate@1",
        "escalation_accept@1",
        "escalation_decline@1",
        "escalation_withdraw@1",
        "escalation_return@1",
        "stage@1",
        "solve@1",
        "reopen@1",
        "attach@1",
    ];

    /// The public words it brings, if any: id and text.
    pub fn message(&self) -> Option<(MessageId, &str)> {
        match self {
            Self::Create(create) => create.words.as_ref().map(|w| (w.message, w.text.as_str())),
            Self::Write(write) => Some((write.message, &write.text)),
            Self::Reply(reply) | Self::SendAndSolve { reply, .. } => {
                Some((reply.message, &reply.text))
            }
            _ => None,
        }
    }

    /// The files it brings.
    pub fn attachments(&self) -> &[Attachment] {
        match self {
            Self::Create(Create { words: Some(write), .. }) | Self::Write(write) => {
                &write.attachments
            }
            Self::Reply(reply) | Self::SendAndSolve { reply, .. } => &reply.attachments,
            Self::Note(note) => &note.attachments,
            Self::Attach { attachment } => std::slice::from_ref(attachment),
            _ => &[],
        }
    }

    /// The change that takes this one back while it still holds; `None` for what cannot be taken
    /// back (words, answers) or has another way (solve and reopen).
    pub fn inverse(&self) -> Option<Action> {
        Some(match self.clone() {
            Self::Subject { from, to } => Self::Subject { from: to, to: from },
            Self::Status { from: Category::New, .. } => return None,
            Self::Status { from, to, .. } => {
                Self::Status { from: to, to: from, pending_until: None }
            }
            Self::Severity { from, to } => Self::Severity { from: to, to: from },
            Self::Assign { from, to } => Self::Assign { from: to, to: from },
            Self::Stage { from, to } => Self::Stage { from: to, to: from },
            Self::Tags { add, remove } => Self::Tags { add: remove, remove: add },
            Self::ResourceLink { resource } => Self::ResourceUnlink { resource },
            Self::ResourceUnlink { resource } => Self::ResourceLink { resource },
            Self::Solve { .. } => Self::Reopen {},
            _ => return None,
        })
    }

    /// Name with version, as a `hello` lists it.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Create(_) => "create@1",
            Self::Write(_) => "write@1",
            Self::Reply(_) => "reply@1",
            Self::Note(_) => "note@1",
            Self::SendAndSolve { .. } => "send_and_solve@1",
            Self::Subject { .. } => "subject@1",
            Self::Status { .. } => "status@1",
            Self::Severity { .. } => "severity@1",
            Self::Assign { .. } => "assign@1",
            Self::Claim { .. } => "claim@1",
            Self::Tags { .. } => "tags@1",
            Self::ResourceLink { .. } => "resource_link@1",
            Self::ResourceUnlink { .. } => "resource_unlink@1",
            Self::Escalate(_) => "escalate@1",
            Self::EscalationAccept { .. } => "escalation_accept@1",
            Self::EscalationDecline { .. } => "escalation_decline@1",
            Self::EscalationWithdraw { .. } => "escalation_withdraw@1",
            Self::EscalationReturn { .. } => "escalation_return@1",
            Self::Stage { .. } => "stage@1",
            Self::Solve { .. } => "solve@1",
            Self::Reopen {} => "reopen@1",
            Self::Close {} => "close@1",
            Self::Attach { .. } => "attach@1",
        }
    }

    /// What the caller must look up.
    pub fn references(&self) -> References {
        let mut found = References::default();
        found.words.extend(self.message().map(|(message, _)| message.0));
        match self {
            Self::Create(create) => {
                found.contacts.insert(create.requester);
                found.agents.extend(create.holder.agent);
            }
            Self::Note(note) => found.words.extend([note.note.0]),
            Self::Assign { to, .. } => found.agents.extend(to.agent),
            Self::Escalate(escalate) => found.agents.extend(escalate.to.agent),
            Self::ResourceLink { resource } | Self::ResourceUnlink { resource } => {
                found.resources.insert(*resource);
            }
            _ => {}
        }
        found
    }
}
