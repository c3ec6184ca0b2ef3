//! One ticket, whole: head, dimensions, thread, context, and what the reader may do.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_domain::escalation::{Answer, EscalationKind};
use holdfast_domain::outcome::{FieldValue, HeldReason};
use holdfast_domain::ticket::{Channel, Holder};
use holdfast_domain::words::Attachment;
use holdfast_domain::{
    AgentId, Category, ContactId, EscalationId, Fact, MessageId, OperationId, Resolution,
    ResolutionCode, ResourceId, Severity, Stage, TeamId, TicketId,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

use super::{ClockView, ContactView, DraftView, Packet, PersonView, ResourceView, RowView};

/// Names a ticket.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct TicketRequest {
    /// Which.
    pub ticket: TicketId,
}

/// A whole ticket.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct TicketView {
    /// What a list shows of it.
    pub row: RowView,
    /// Who asked.
    pub contact: Option<ContactView>,
    /// Their company's things, linked ones first.
    pub resources: Vec<ResourceView>,
    /// In whose hands.
    pub holder: Holder,
    /// Who that is.
    pub assignee: Option<PersonView>,
    /// Name of the team.
    pub team: String,
    /// 1 to 3.
    pub tier: u8,
    /// Since when.
    pub held_since: Timestamp,
    /// How many agents have held it.
    pub hands: u32,
    /// How far the work has come.
    pub stage: Stage,
    /// Until when a pending ticket may rest.
    pub pending_until: Option<Timestamp>,
    /// Every clock, the most urgent first.
    pub clocks: Vec<ClockView>,
    /// How it ended.
    pub resolution: Option<Resolution>,
    /// Tags.
    pub tags: BTreeSet<String>,
    /// Escalations that bind somebody.
    pub escalations: Vec<EscalationView>,
    /// Oldest first.
    pub thread: Vec<EntryView>,
    /// The newest public words; goes back with a reply as what its author has seen.
    pub seen_through: Option<MessageId>,
    /// Held words and conflicts that wait for the reader.
    pub needs: Vec<NeedView>,
    /// What the reader has begun to write here.
    pub drafts: Vec<DraftView>,
    /// Other tickets of the same requester's company, newest first, at most 12.
    pub past: Vec<RowView>,
    /// Tickets like it, at most 5.
    pub similar: Vec<RowView>,
    /// Names of the people, teams and things that events mention, by id.
    pub names: BTreeMap<String, String>,
    /// What the reader may do here.
    pub may: MayView,
    /// When it began.
    pub created_at: Timestamp,
}

/// What the reader may do on a ticket now. The server decides again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[expect(clippy::struct_excessive_bools, reason = "independent answers, one per button")]
pub struct MayView {
    /// Reply, note, change fields.
    pub work: bool,
    /// Give it to somebody.
    pub assign: bool,
    /// Take it: nobody holds it.
    pub claim: bool,
    /// End it.
    pub solve: bool,
    /// Take it up again.
    pub reopen: bool,
    /// Ask somebody.
    pub escalate: bool,
}

/// One entry of the thread.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum EntryView {
    /// Public words.
    Message(WordsView),
    /// Internal words.
    Note(WordsView),
    /// A fact.
    Event {
        /// Its place.
        key: i64,
        /// Who.
        person: PersonView,
        /// When.
        at: Timestamp,
        /// What; names of ids are in [`TicketView::names`].
        fact: Box<Fact>,
        /// Not yet at the server.
        saved: bool,
    },
}

/// Words as they are shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct WordsView {
    /// Message or note id.
    pub id: String,
    /// Its place.
    pub key: i64,
    /// Who wrote them.
    pub person: PersonView,
    /// Safe HTML, made from Markdown on this computer; empty for markup.
    pub html: String,
    /// A customer's mail that came as an HTML document: for a frame of its own.
    pub markup: Option<MarkupView>,
    /// As written.
    pub text: String,
    /// BCP 47 tag, if detected.
    pub language: Option<String>,
    /// Files under them.
    pub attachments: Vec<Attachment>,
    /// When the server took them.
    pub at: Timestamp,
    /// When they were written; shown when it differs.
    pub written_at: Timestamp,
    /// How far they have come.
    pub state: WordsState,
    /// The operation that waits; `None` once settled.
    pub operation: Option<OperationId>,
}

/// Mail that came as an HTML document, made safe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
pub struct MarkupView {
    /// Safe HTML for a frame that runs and loads nothing; links in it are numbers in brackets.
    pub html: String,
    /// Where the links truly lead, in the order of their numbers, from 1.
    pub links: Vec<String>,
}

/// How far words have come. Only the true word stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum WordsState {
    /// The customer's, or a colleague's note.
    Received,
    /// Saved on this computer.
    Saved,
    /// On its way now.
    Sending,
    /// The server has them and sends them on.
    Sent,
}

/// Something of the reader's that waits for a decision.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct NeedView {
    /// Which operation.
    pub operation: OperationId,
    /// When it was written.
    pub written_at: Timestamp,
    /// What about it.
    pub need: Need,
}

/// What a decision is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
#[serde(tag = "need", rename_all = "snake_case")]
pub enum Need {
    /// A reply was not sent, or an ending not made.
    Held {
        /// Name of the operation, as `hello` lists it.
        name: String,
        /// Why.
        reason: HeldReason,
        /// What was written: the reply, or the words of the ending.
        text: String,
        /// Public words that arrived since, oldest first.
        newer: Vec<WordsView>,
        /// The draft that keeps the words.
        draft: Option<DraftView>,
    },
    /// Somebody set the field to something else.
    Conflict {
        /// What was wanted.
        yours: FieldValue,
        /// What stands.
        theirs: FieldValue,
        /// Who set it.
        by: PersonView,
        /// When.
        at: Timestamp,
    },
    /// It cannot be.
    Refused {
        /// The operation's name.
        name: String,
        /// A refusal's code.
        why: String,
        /// Who has it, where that is why.
        by: Option<PersonView>,
    },
}

/// An escalation as it is shown.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct EscalationView {
    /// Which.
    pub id: EscalationId,
    /// What is asked.
    pub kind: EscalationKind,
    /// Who asks.
    pub from: PersonView,
    /// Whom.
    pub to: String,
    /// What they need to know.
    pub packet: Packet,
    /// Until when they should answer.
    pub answer_by: Timestamp,
    /// How it was answered.
    pub answer: Answer,
    /// Whether the reader is asked.
    pub asks_you: bool,
    /// Whether the reader asked.
    pub yours: bool,
    /// Whether the reader took it and may return it.
    pub taken_by_you: bool,
}

/// One change to one ticket. What the reader saw before is added by the desk.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct ActRequest {
    /// Which ticket.
    pub ticket: TicketId,
    /// What.
    pub act: Act,
}

/// The changes that are not words.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "act", rename_all = "snake_case")]
#[expect(missing_docs, reason = "as in holdfast_domain::Action, without what was seen")]
pub enum Act {
    Subject { to: String },
    Status { to: Category, pending_until: Option<Timestamp> },
    Severity { to: Severity },
    Stage { to: Stage },
    Assign { team: TeamId, agent: Option<AgentId> },
    Claim {},
    Tags { add: BTreeSet<String>, remove: BTreeSet<String> },
    ResourceLink { resource: ResourceId },
    ResourceUnlink { resource: ResourceId },
    Solve { code: ResolutionCode, words: String, seen_through: Option<MessageId> },
    Reopen {},
    Escalate(EscalateRequest),
    EscalationAccept { escalation: EscalationId },
    EscalationDecline { escalation: EscalationId, reason: String },
    EscalationWithdraw { escalation: EscalationId },
    EscalationReturn { escalation: EscalationId, reason: String },
}

/// Asks somebody to take over or to join.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct EscalateRequest {
    /// What is asked of them.
    pub kind: EscalationKind,
    /// Which team.
    pub team: TeamId,
    /// Who in it.
    pub agent: Option<AgentId>,
    /// What they need to know.
    pub packet: Packet,
    /// How long they have to answer, seconds.
    pub accept_within_s: u32,
}

/// Begins a ticket in the name of a customer.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CreateRequest {
    /// Who asked.
    pub requester: ContactId,
    /// One line.
    pub subject: String,
    /// The customer's words, as told; may be empty.
    pub text: String,
    /// The customer's impact.
    pub severity: Severity,
    /// How it came in.
    pub channel: Channel,
    /// Which team.
    pub team: TeamId,
}

/// A change is saved on this computer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct Acted {
    /// The operation.
    pub operation: OperationId,
    /// The ticket.
    pub ticket: TicketId,
    /// Until when it is not pushed and undoing leaves no trace; `None` if it leaves at once.
    pub undo_until: Option<Timestamp>,
}

/// Asks who could take a ticket.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct CandidatesRequest {
    /// Which.
    pub ticket: TicketId,
    /// For an escalation of that kind; absent: for assigning.
    pub escalation: Option<EscalationKind>,
}

/// Somebody who could take it, best first; those who cannot come last.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct CandidateView {
    /// Who; `None` is the team as a whole.
    pub person: Option<PersonView>,
    /// Agent id.
    pub agent: Option<AgentId>,
    /// Team.
    pub team: TeamId,
    /// Name of the team.
    pub team_name: String,
    /// City of its centre.
    pub city: String,
    /// 1 to 3.
    pub tier: u8,
    /// Whether their shift covers now.
    pub on_shift: bool,
    /// 0 to 100.
    pub score: u32,
    /// What weighed: code and points. Codes: `language`, `tier`, `past_tickets`, `load`, `shift`.
    pub reasons: Vec<(String, i32)>,
    /// The rule that forbids it: `residency`, `not_in_team`, `inactive`.
    pub cannot: Option<String>,
}
