// Generated from crates/desk/src/ipc/schema.rs. Do not edit.

export type Act = { "act": "subject", to: string, } | { "act": "status", to: Category, pending_until: string | null, } | { "act": "severity", to: Severity, } | { "act": "stage", to: Stage, } | { "act": "assign", team: TeamId, agent: AgentId | null, } | { "act": "claim", } | { "act": "tags", add: Array<string>, remove: Array<string>, } | { "act": "resource_link", resource: ResourceId, } | { "act": "resource_unlink", resource: ResourceId, } | { "act": "solve", code: ResolutionCode, words: string, seen_through: MessageId | null, } | { "act": "reopen", } | { "act": "escalate" } & EscalateRequest | { "act": "escalation_accept", escalation: EscalationId, } | { "act": "escalation_decline", escalation: EscalationId, reason: string, } | { "act": "escalation_withdraw", escalation: EscalationId, } | { "act": "escalation_return", escalation: EscalationId, reason: string, };
export type ActRequest = { 
/**
 * Which ticket.
 */
ticket: TicketId, 
/**
 * What.
 */
act: Act, };
export type Acted = { 
/**
 * The operation.
 */
operation: OperationId, 
/**
 * The ticket.
 */
ticket: TicketId, 
/**
 * Until when it is not pushed and undoing leaves no trace; `None` if it leaves at once.
 */
undo_until: string | null, };
export type AgentId = string;
export type AgentView = { 
/**
 * Id.
 */
id: AgentId, 
/**
 * Who.
 */
person: PersonView, 
/**
 * What they may do.
 */
role: Role, 
/**
 * Where they work.
 */
teams: Array<TeamId>, 
/**
 * BCP 47 tags.
 */
languages: Array<string>, 
/**
 * Whether their shift covers now.
 */
on_shift: boolean, 
/**
 * Active tickets in their hands, as far as this desk can see.
 */
load: number, 
/**
 * How many they can hold.
 */
capacity: number, };
export type Answer = { "state": "requested" } | { "state": "accepted", 
/**
 * Who took it.
 */
by: AgentId, } | { "state": "declined", 
/**
 * Who refused.
 */
by: AgentId, 
/**
 * Why.
 */
reason: string, } | { "state": "withdrawn" } | { "state": "returned", 
/**
 * Why.
 */
reason: string, } | { "state": "expired" };
export type AnswerRequest = { 
/**
 * Which.
 */
operation: OperationId, 
/**
 * What to do.
 */
answer: NeedAnswer, 
/**
 * The newest public words on the screen: nothing is sent over words that came since.
 */
seen_through: MessageId | null, };
export type AppendAttachment = { 
/**
 * Which.
 */
upload: string, 
/**
 * Base64, at most 1 MiB of bytes.
 */
base64: string, };
export type Attachment = { 
/**
 * BLAKE3 of the bytes, 64 hexadecimal digits.
 */
hash: string, 
/**
 * File name as given, without folders.
 */
name: string, 
/**
 * Media type, `application/octet-stream` when unknown.
 */
media_type: string, 
/**
 * Size in bytes.
 */
size_bytes: number, };
export type AttachmentPart = { 
/**
 * Base64, at most 1 MiB of bytes; empty if the file is not on this computer yet.
 */
base64: string, 
/**
 * Size of the whole file.
 */
size_bytes: number, 
/**
 * Whether the file is on this computer; if not, it is being fetched.
 */
here: boolean, };
export type AttachmentUpload = { 
/**
 * Names it until it is finished.
 */
upload: string, 
/**
 * Bytes so far.
 */
received_bytes: number, };
export type BeginAttachment = { 
/**
 * Where.
 */
ticket: TicketId, 
/**
 * For whom.
 */
kind: DraftKind, 
/**
 * File name.
 */
name: string, 
/**
 * Media type, may be empty.
 */
media_type: string, 
/**
 * Size in bytes.
 */
size_bytes: number, };
export type BulkDone = { 
/**
 * For undoing.
 */
batch: string, 
/**
 * The operations that were written.
 */
operations: Array<OperationId>, 
/**
 * How many stayed.
 */
stayed: number, 
/**
 * Until when undoing takes them back before they are sent.
 */
undo_until: string | null, };
export type BulkId = { 
/**
 * Which.
 */
batch: string, };
export type BulkPlan = { 
/**
 * How many would move.
 */
moves: number, 
/**
 * How many are there already.
 */
already: number, 
/**
 * Which would stay, and why: at most 50 are named.
 */
stays: Array<BulkStay>, 
/**
 * How many would stay.
 */
stay_count: number, };
export type BulkRequest = { 
/**
 * Which tickets.
 */
selection: Selection, 
/**
 * To which team.
 */
team: TeamId, 
/**
 * To whom in it; nobody leaves them with the team.
 */
agent: AgentId | null, };
export type BulkStay = { 
/**
 * Which.
 */
ticket: TicketId, 
/**
 * Its number.
 */
number: number | null, 
/**
 * One line.
 */
subject: string, 
/**
 * A refusal's code.
 */
why: string, };
export type CandidateView = { 
/**
 * Who; `None` is the team as a whole.
 */
person: PersonView | null, 
/**
 * Agent id.
 */
agent: AgentId | null, 
/**
 * Team.
 */
team: TeamId, 
/**
 * Name of the team.
 */
team_name: string, 
/**
 * City of its centre.
 */
city: string, 
/**
 * 1 to 3.
 */
tier: number, 
/**
 * Whether their shift covers now.
 */
on_shift: boolean, 
/**
 * 0 to 100.
 */
score: number, 
/**
 * What weighed: code and points. Codes: `language`, `tier`, `past_tickets`, `load`, `shift`.
 */
reasons: Array<[string, number]>, 
/**
 * The rule that forbids it: `residency`, `not_in_team`, `inactive`.
 */
cannot: string | null, };
export type CandidatesRequest = { 
/**
 * Which.
 */
ticket: TicketId, 
/**
 * For an escalation of that kind; absent: for assigning.
 */
escalation: EscalationKind | null, };
export type Category = "new" | "open" | "pending" | "on_hold" | "solved" | "closed";
export type CenterView = { 
/**
 * City.
 */
city: string, 
/**
 * IANA zone.
 */
time_zone: string, 
/**
 * End of the shift, `HH:MM` there.
 */
shift_end: string, };
export type Channel = "phone" | "chat" | "portal" | "mail";
export type ClockState = "running" | "paused" | "met";
export type ClockView = { 
/**
 * What is measured.
 */
metric: Metric, 
/**
 * What was promised, seconds.
 */
target_s: number, 
/**
 * How it stands.
 */
state: ClockState, 
/**
 * When this run began.
 */
started_at: string, 
/**
 * Counted up to the start of its present state, seconds.
 */
counted_s: number, 
/**
 * When half is used; `None` unless it runs.
 */
half_at: string | null, 
/**
 * When three quarters are used; `None` unless it runs.
 */
risk_at: string | null, 
/**
 * When the promise is broken; `None` unless it runs.
 */
due_at: string | null, 
/**
 * When it was met or paused.
 */
stopped_at: string | null, 
/**
 * Met too late.
 */
late: boolean, };
export type Code = "sign_in_failed" | "throttled" | "unreachable" | "wrong_key" | "untrusted" | "passphrase_needed" | "passphrase_weak" | "passphrase_wrong" | "profile_in_use" | "cache_damaged" | "locked" | "desk_too_old" | "server_too_old" | "lease_over" | "revoked" | "desk_revoked" | "not_found" | "not_allowed" | "empty" | "too_much" | "holes" | "file_lost" | "already_taken" | "newer_words" | "written_on" | "already_sent" | "too_late" | "no_such_step" | "bad_tag" | "bad_query" | "disk_full" | "disk_fails" | "bad_request" | "internal";
export type Connection = "synced" | "syncing" | "offline" | "sign_in_needed";
export type ContactId = string;
export type ContactView = { 
/**
 * Id.
 */
id: ContactId, 
/**
 * Who.
 */
person: PersonView, 
/**
 * What they do.
 */
role: string, 
/**
 * BCP 47 tag they write in.
 */
language: string, 
/**
 * BCP 47 tags they read besides.
 */
also_reads: Array<string>, 
/**
 * City.
 */
city: string, 
/**
 * Address.
 */
email: string, 
/**
 * Number.
 */
phone: string, 
/**
 * Their now; `None` if their zone is unknown.
 */
local_time: LocalTimeView | null, 
/**
 * Their company.
 */
organization: OrganizationView, };
export type CreateRequest = { 
/**
 * Who asked.
 */
requester: ContactId, 
/**
 * One line.
 */
subject: string, 
/**
 * The customer's words, as told; may be empty.
 */
text: string, 
/**
 * The customer's impact.
 */
severity: Severity, 
/**
 * How it came in.
 */
channel: Channel, 
/**
 * Which team.
 */
team: TeamId, };
export type Daylight = "night" | "dawn" | "day" | "evening";
export type DirectoryView = { 
/**
 * Active agents by name.
 */
agents: Array<AgentView>, 
/**
 * Teams by name.
 */
teams: Array<TeamView>, };
export type DraftId = string;
export type DraftIdRequest = { 
/**
 * Which.
 */
draft: DraftId, };
export type DraftKind = "reply" | "note";
export type DraftRequest = { 
/**
 * Where.
 */
ticket: TicketId, 
/**
 * For whom.
 */
kind: DraftKind, };
export type DraftView = { 
/**
 * Becomes the message's or note's id.
 */
id: DraftId, 
/**
 * Where.
 */
ticket: TicketId, 
/**
 * Its number.
 */
number: number | null, 
/**
 * Its subject.
 */
subject: string, 
/**
 * For whom.
 */
kind: DraftKind, 
/**
 * As typed.
 */
text: string, 
/**
 * Files.
 */
attachments: Array<Attachment>, 
/**
 * Hashes of those whose bytes were lost with a damaged disk: they are added again or taken off
 * before anything is sent.
 */
lost: Array<string>, 
/**
 * Placeholders that are still to be filled: they block sending.
 */
holes: Array<string>, 
/**
 * BCP 47 tag, if detected.
 */
language: string | null, 
/**
 * When it was last saved.
 */
saved_at: string, 
/**
 * Grows by one with every save.
 */
version: number, };
export type EntryView = { "kind": "message" } & WordsView | { "kind": "note" } & WordsView | { "kind": "event", 
/**
 * Its place.
 */
key: number, 
/**
 * Who.
 */
person: PersonView, 
/**
 * When.
 */
at: string, 
/**
 * What; names of ids are in [`TicketView::names`].
 */
fact: Fact, 
/**
 * Not yet at the server.
 */
saved: boolean, };
export type EscalateRequest = { 
/**
 * What is asked of them.
 */
kind: EscalationKind, 
/**
 * Which team.
 */
team: TeamId, 
/**
 * Who in it.
 */
agent: AgentId | null, 
/**
 * What they need to know.
 */
packet: Packet, 
/**
 * How long they have to answer, seconds.
 */
accept_within_s: number, };
export type Escalation = { 
/**
 * Derived from the operation that asked.
 */
id: EscalationId, 
/**
 * What is asked of them.
 */
kind: EscalationKind, 
/**
 * Who asks.
 */
from: AgentId, 
/**
 * Who held the ticket when it was asked; a return goes back there.
 */
held_by: Holder, 
/**
 * Who is asked: one agent of a team, or the whole team.
 */
to: Holder, 
/**
 * What they need to know.
 */
packet: Packet, 
/**
 * How long they have to answer, seconds.
 */
accept_within_s: number, 
/**
 * When it was asked, server time.
 */
requested_at: string, 
/**
 * How it was answered.
 */
answer: Answer, };
export type EscalationId = string;
export type EscalationKind = "functional" | "hierarchical" | "consult";
export type EscalationView = { 
/**
 * Which.
 */
id: EscalationId, 
/**
 * What is asked.
 */
kind: EscalationKind, 
/**
 * Who asks.
 */
from: PersonView, 
/**
 * Whom.
 */
to: string, 
/**
 * What they need to know.
 */
packet: Packet, 
/**
 * Until when they should answer.
 */
answer_by: string, 
/**
 * How it was answered.
 */
answer: Answer, 
/**
 * Whether the reader is asked.
 */
asks_you: boolean, 
/**
 * Whether the reader asked.
 */
yours: boolean, 
/**
 * Whether the reader took it and may return it.
 */
taken_by_you: boolean, };
export type Fact = { "code": "created", 
/**
 * First subject.
 */
subject: string, 
/**
 * Who asked.
 */
requester: ContactId, 
/**
 * The requester's company.
 */
organization: OrganizationId, 
/**
 * How it came in.
 */
channel: Channel, 
/**
 * First severity.
 */
severity: Severity, 
/**
 * Who is to work on it.
 */
holder: Holder, 
/**
 * BCP 47 tag of the customer's language.
 */
language: string, } | { "code": "customer_wrote", 
/**
 * Which words.
 */
message: MessageId, } | { "code": "replied", 
/**
 * Which words.
 */
message: MessageId, } | { "code": "noted", 
/**
 * Which words.
 */
note: NoteId, } | { "code": "subject_changed", 
/**
 * Before.
 */
from: string, 
/**
 * After.
 */
to: string, } | { "code": "status_changed", 
/**
 * Before.
 */
from: Category, 
/**
 * After.
 */
to: Category, 
/**
 * Until when a pending ticket may rest.
 */
pending_until: string | null, } | { "code": "severity_changed", 
/**
 * Before.
 */
from: Severity, 
/**
 * After.
 */
to: Severity, } | { "code": "assigned", 
/**
 * Before.
 */
from: Holder, 
/**
 * After.
 */
to: Holder, } | { "code": "tagged", 
/**
 * Which; never empty.
 */
tags: Array<string>, } | { "code": "untagged", 
/**
 * Which; never empty.
 */
tags: Array<string>, } | { "code": "resource_linked", 
/**
 * Which.
 */
resource: ResourceId, } | { "code": "resource_unlinked", 
/**
 * Which.
 */
resource: ResourceId, } | { "code": "escalation_requested", 
/**
 * The whole request.
 */
escalation: Escalation, } | { "code": "escalation_answered", 
/**
 * Which request.
 */
escalation: EscalationId, 
/**
 * How.
 */
answer: Answer, } | { "code": "stage_changed", 
/**
 * Before.
 */
from: Stage, 
/**
 * After.
 */
to: Stage, } | { "code": "solved", 
/**
 * How it ended.
 */
resolution: Resolution, } | { "code": "reopened", 
/**
 * Category before.
 */
from: Category, } | { "code": "attached", 
/**
 * Which.
 */
attachment: Attachment, };
export type Failure = { 
/**
 * To branch on.
 */
code: Code, 
/**
 * For logs: English, without words of tickets.
 */
message: string, 
/**
 * What belongs to the code.
 */
params: { [key in string]: string }, };
export type FieldValue = { "field": "subject", "value": string } | { "field": "status", "value": Category } | { "field": "severity", "value": Severity } | { "field": "holder", "value": Holder } | { "field": "stage", "value": Stage } | { "field": "resolution", "value": Resolution };
export type FillMacroRequest = { 
/**
 * Which.
 */
macro: MacroId, 
/**
 * For which ticket.
 */
ticket: TicketId, };
export type FilledMacro = { 
/**
 * To insert.
 */
text: string, 
/**
 * Placeholders that are still to be filled.
 */
holes: Array<string>, 
/**
 * Tags to offer.
 */
add_tags: Array<string>, };
export type FindContactRequest = { 
/**
 * Part of a name.
 */
text: string, };
export type FinishAttachment = { 
/**
 * Which.
 */
upload: string, };
export type HeldReason = { "why": "newer_words", 
/**
 * The newest of them.
 */
message: MessageId, } | { "why": "needs_not_accepted", 
/**
 * Which.
 */
operation: OperationId, };
export type HitView = { 
/**
 * The ticket.
 */
row: RowView, 
/**
 * Where in it: `subject`, `message`, `note`, `contact`, `resource`, `number`.
 */
place: string, 
/**
 * Words around the hit.
 */
excerpt: string, 
/**
 * Hit ranges in the excerpt, UTF-16 code units, half-open.
 */
marks: Array<[number, number]>, };
export type Holder = { 
/**
 * Always a team.
 */
team: TeamId, 
/**
 * Perhaps one of its people.
 */
agent: AgentId | null, };
export type LocalTime = { 
/**
 * Hour and minute there, minutes since midnight.
 */
minute_of_day: number, 
/**
 * Offset from UTC, minutes.
 */
offset_min: number, 
/**
 * Part of the day.
 */
daylight: Daylight, 
/**
 * Whether it is a weekend there.
 */
weekend: boolean, 
/**
 * Code of the public holiday there, a key of the catalogues.
 */
holiday: string | null, };
export type LocalTimeView = { 
/**
 * As computed.
 */
local: LocalTime, 
/**
 * IANA zone, for a clock that runs.
 */
time_zone: string, 
/**
 * Minutes ahead of the reader's centre.
 */
ahead_min: number, 
/**
 * May one call: `welcome`, `urgent_only`.
 */
call: string, };
export type MacroId = string;
export type MacroView = { 
/**
 * Which.
 */
id: MacroId, 
/**
 * In the reader's language if there is one.
 */
title: string, 
/**
 * The language its words would be in.
 */
language: string, };
export type MarkupView = { 
/**
 * Safe HTML for a frame that runs and loads nothing; links in it are numbers in brackets.
 */
html: string, 
/**
 * Where the links truly lead, in the order of their numbers, from 1.
 */
links: Array<string>, };
export type MayView = { 
/**
 * Reply, note, change fields.
 */
work: boolean, 
/**
 * Give it to somebody.
 */
assign: boolean, 
/**
 * Take it: nobody holds it.
 */
claim: boolean, 
/**
 * End it.
 */
solve: boolean, 
/**
 * Take it up again.
 */
reopen: boolean, 
/**
 * Ask somebody.
 */
escalate: boolean, };
export type MessageId = string;
export type Metric = "first_reply" | "next_reply" | "resolution";
export type Need = { "need": "held", 
/**
 * Name of the operation, as `hello` lists it.
 */
name: string, 
/**
 * Why.
 */
reason: HeldReason, 
/**
 * What was written: the reply, or the words of the ending.
 */
text: string, 
/**
 * Public words that arrived since, oldest first.
 */
newer: Array<WordsView>, 
/**
 * The draft that keeps the words.
 */
draft: DraftView | null, } | { "need": "conflict", 
/**
 * What was wanted.
 */
yours: FieldValue, 
/**
 * What stands.
 */
theirs: FieldValue, 
/**
 * Who set it.
 */
by: PersonView, 
/**
 * When.
 */
at: string, } | { "need": "refused", 
/**
 * The operation's name.
 */
name: string, 
/**
 * A refusal's code.
 */
why: string, 
/**
 * Who has it, where that is why.
 */
by: PersonView | null, };
export type NeedAnswer = "send_as_is" | "edit" | "discard" | "apply_mine" | "keep_theirs" | "understood";
export type NeedView = { 
/**
 * Which operation.
 */
operation: OperationId, 
/**
 * When it was written.
 */
written_at: string, 
/**
 * What about it.
 */
need: Need, };
export type NoteId = string;
export type Nothing = Record<symbol, never>;
export type NoticeView = { "noun": "ticket", "key": string } | { "noun": "list" } | { "noun": "outbox" } | { "noun": "draft" } | { "noun": "directory" } | { "noun": "status" } | { "noun": "session" } | { "noun": "everything" };
export type OperationId = string;
export type OperationRequest = { 
/**
 * Which.
 */
operation: OperationId, };
export type OperationState = "written" | "numbered" | "accepted" | "conflict" | "held" | "refused" | "fault";
export type OrganizationId = string;
export type OrganizationView = { 
/**
 * Id.
 */
id: OrganizationId, 
/**
 * What it is called.
 */
name: string, 
/**
 * Cloud region.
 */
region: string, 
/**
 * Industry.
 */
industry: string, 
/**
 * `cn`, `eu`, `in`, `any`.
 */
residency: string, 
/**
 * `enterprise`, `business`, `developer`, `basic`.
 */
plan: string, };
export type OutboxItem = { 
/**
 * Which.
 */
operation: OperationId, 
/**
 * The ticket.
 */
ticket: TicketId, 
/**
 * Its number.
 */
number: number | null, 
/**
 * Its subject.
 */
subject: string, 
/**
 * Name of the requester.
 */
requester: string, 
/**
 * `reply@1` …
 */
name: string, 
/**
 * What it says: words, tag, severity …; one line.
 */
summary: string, 
/**
 * When it was written.
 */
written_at: string, 
/**
 * When the server took it.
 */
sent_at: string | null, 
/**
 * How far it has come.
 */
state: OperationState, 
/**
 * Bytes of files that still travel.
 */
upload_bytes: number, 
/**
 * What it waits for the agent for.
 */
need: NeedView | null, };
export type OutboxView = { 
/**
 * Waits for the agent.
 */
needs_you: Array<OutboxItem>, 
/**
 * Her words on tickets that left her sight, oldest first; they wait for her too.
 */
tray: Array<TrayItem>, 
/**
 * Saved on this computer, in order.
 */
saved: Array<OutboxItem>, 
/**
 * Settled today, newest first, at most 50.
 */
sent: Array<OutboxItem>, 
/**
 * Settled today in all.
 */
sent_count: number, };
export type Packet = { 
/**
 * What is asked.
 */
asked: string, 
/**
 * What was tried.
 */
tried: string, 
/**
 * What was found.
 */
found: string, 
/**
 * What should happen next.
 */
next: string, 
/**
 * The customer's own words.
 */
customer_words: string, 
/**
 * Hashes of attachments, native ids, log lines.
 */
evidence: string, };
export type PageRequest = { 
/**
 * Which list.
 */
view: View, 
/**
 * In which order.
 */
sort: Sort, 
/**
 * Rows before the page.
 */
offset: number, 
/**
 * Rows wanted, at most 200.
 */
limit: number, };
export type PageView = { 
/**
 * Rows in the whole list.
 */
total: number, 
/**
 * Rows before this page.
 */
offset: number, 
/**
 * The page.
 */
rows: Array<RowView>, };
export type PersonView = { 
/**
 * Agent or contact id; empty for Holdfast itself.
 */
id: string, 
/**
 * Name in their own script.
 */
name: string, 
/**
 * One or two letters, one family-name character in Chinese, Japanese and Korean.
 */
initials: string, 
/**
 * Whether it is the reader.
 */
you: boolean, 
/**
 * Whether it is a customer.
 */
customer: boolean, };
export type PreviewRequest = { 
/**
 * As typed.
 */
text: string, };
export type PreviewView = { 
/**
 * Safe HTML.
 */
html: string, 
/**
 * BCP 47 tag, if detected.
 */
language: string | null, 
/**
 * Placeholders that are still to be filled.
 */
holes: Array<string>, };
export type ProfileView = { 
/**
 * Its folder's name.
 */
id: string, 
/**
 * The login it belongs to.
 */
login: string, 
/**
 * The server it belongs to.
 */
server: string, 
/**
 * Changes that wait in it, as far as is known without opening it.
 */
waiting: number, };
export type Progress = { 
/**
 * So far.
 */
done: number, 
/**
 * In all.
 */
all: number, };
export type QuietHours = { 
/**
 * The first minute, `HH:MM`.
 */
from: string, 
/**
 * The first minute after them, `HH:MM`.
 */
to: string, };
export type ReadAttachment = { 
/**
 * The ticket it hangs on.
 */
ticket: TicketId, 
/**
 * BLAKE3 of the file.
 */
hash: string, 
/**
 * Bytes before the part.
 */
offset: number, };
export type RemoveAttachment = { 
/**
 * Which draft.
 */
draft: DraftId, 
/**
 * BLAKE3 of the file.
 */
hash: string, };
export type Resolution = { 
/**
 * What to count by.
 */
code: ResolutionCode, 
/**
 * For colleagues; may be empty. At most [`crate::words::RESOLUTION_BYTES_MAX`].
 */
words: string, };
export type ResolutionCode = "fixed" | "workaround" | "configuration" | "no_fault_found" | "duplicate" | "self_solved" | "remedied_automatically";
export type ResourceId = string;
export type ResourceView = { 
/**
 * Id.
 */
id: ResourceId, 
/**
 * `instance`, `bucket` …
 */
kind: string, 
/**
 * As the cloud calls it.
 */
native_id: string, 
/**
 * As the customer calls it.
 */
name: string, 
/**
 * `healthy`, `degraded`, `crashed`, `unknown`.
 */
health: string, 
/**
 * Whether it is linked to the ticket shown.
 */
linked: boolean, };
export type Role = "agent" | "lead" | "supervisor" | "administrator";
export type RowView = { 
/**
 * Which.
 */
ticket: TicketId, 
/**
 * `None` until the server has seen it.
 */
number: number | null, 
/**
 * One line.
 */
subject: string, 
/**
 * First words of the newest public message.
 */
preview: string, 
/**
 * Name of who asked.
 */
requester: string, 
/**
 * Name of their company.
 */
organization: string, 
/**
 * The customer's impact.
 */
severity: Severity, 
/**
 * Where it stands.
 */
category: Category, 
/**
 * How it came in.
 */
channel: Channel, 
/**
 * BCP 47 tag.
 */
language: string, 
/**
 * Who holds it; `None` for nobody.
 */
assignee: string | null, 
/**
 * Whether that is the reader.
 */
mine: boolean, 
/**
 * The clock to show.
 */
clock: ClockView | null, 
/**
 * There are public words the reader has not seen.
 */
unread: boolean, 
/**
 * The reader has begun to write.
 */
draft: boolean, 
/**
 * Changes saved on this computer.
 */
saved: number, 
/**
 * Things of the reader's that wait for a decision.
 */
needs_you: number, 
/**
 * When anything last happened.
 */
updated_at: string, };
export type SalvagedView = { 
/**
 * Changes and drafts that were saved.
 */
saved: number, 
/**
 * Those that could not be read any more.
 */
lost: number, };
export type SaveDraftRequest = { 
/**
 * Where.
 */
ticket: TicketId, 
/**
 * For whom.
 */
kind: DraftKind, 
/**
 * As typed.
 */
text: string, };
export type SaveViewRequest = { 
/**
 * Which.
 */
id: string | null, 
/**
 * What it is called; not empty.
 */
name: string, 
/**
 * The filter.
 */
query: string, };
export type SavedView = { 
/**
 * Made at the desk.
 */
id: string, 
/**
 * What it is called.
 */
name: string, 
/**
 * `status:open lang:ja tag:billing` …
 */
query: string, };
export type SavedViewId = { 
/**
 * Which.
 */
id: string, };
export type SearchRequest = { 
/**
 * In the query language.
 */
query: string, 
/**
 * Hits before the page.
 */
offset: number, 
/**
 * Hits wanted, at most 100.
 */
limit: number, };
export type SearchView = { 
/**
 * Newest first.
 */
hits: Array<HitView>, 
/**
 * Whether there are more.
 */
more: boolean, 
/**
 * Still being indexed; `None` when everything is.
 */
indexing: Progress | null, };
export type SecuredView = { 
/**
 * `TLS 1.3`
 */
version: string, 
/**
 * How the keys were exchanged, `X25519MLKEM768`.
 */
exchange: string, 
/**
 * SHA-256 of the certificate, hexadecimal.
 */
certificate: string, 
/**
 * SHA-256 of the public key, hexadecimal: what a pin is.
 */
key: string, 
/**
 * Whether a pin decided; else an authority that this computer trusts.
 */
pinned: boolean, };
export type Selection = { "select": "tickets", 
/**
 * Which.
 */
tickets: Array<TicketId>, } | { "select": "all_of", 
/**
 * Which view.
 */
view: View, 
/**
 * But not these.
 */
except: Array<TicketId>, };
export type SendDraftRequest = { 
/**
 * Which.
 */
draft: DraftId, 
/**
 * Exactly what is on the screen, so that nothing unseen is sent.
 */
text: string, 
/**
 * The newest public words on the screen.
 */
seen_through: MessageId | null, 
/**
 * Ends the ticket in the same operation.
 */
solve: SolveWith | null, };
export type SessionState = "signed_out" | "locked" | "open" | "lease_over" | "revoked";
export type SessionView = { 
/**
 * Whether tickets can be shown.
 */
state: SessionState, 
/**
 * Who is in.
 */
agent: PersonView | null, 
/**
 * What they may do.
 */
role: Role | null, 
/**
 * Names of their teams, own first.
 */
teams: Array<string>, 
/**
 * The city and zone of their centre.
 */
center: CenterView | null, 
/**
 * Profiles on this machine, last used first.
 */
profiles: Array<ProfileView>, 
/**
 * The server offered for signing in.
 */
server: string, 
/**
 * Why the last profile did not open by itself, while nobody is in.
 */
shut: Failure | null, };
export type SettingsView = { 
/**
 * BCP 47 tag of the UI.
 */
language: string, 
/**
 * `system`, `light`, `dark`, `contrast`.
 */
theme: string, 
/**
 * `dense`, `cosy`, `roomy`.
 */
density: string, 
/**
 * `holdfast`, `zendesk`.
 */
key_preset: string, 
/**
 * Command id → keys, over the preset.
 */
keys: { [key in string]: Array<string> }, 
/**
 * Seconds in which sending can be undone.
 */
undo_send_s: number, 
/**
 * When nothing but a P0 disturbs her.
 */
quiet: QuietHours | null, };
export type Severity = "p0" | "p1" | "p2" | "p3" | "p4";
export type SignInRequest = { 
/**
 * `https://…`; plain only on the loopback.
 */
server: string, 
/**
 * The agent's login.
 */
login: string, 
/**
 * The agent's password.
 */
password: string, 
/**
 * Recovery passphrase of the agent's own choosing; one is made if absent. Needed where there
 * is no keyring.
 */
passphrase: string | null, };
export type SignOutRequest = { 
/**
 * The agent knows that unsent work stays here until the next sign-in.
 */
keep_unsent: boolean, };
export type SignedIn = { 
/**
 * Who is in now.
 */
session: SessionView, 
/**
 * A passphrase that was made: shown once, kept nowhere.
 */
recovery_passphrase: string | null, };
export type SolveWith = { 
/**
 * To count by.
 */
code: ResolutionCode, 
/**
 * For colleagues.
 */
words: string, };
export type Sort = "due" | "newest" | "gravest";
export type Stage = "intake" | "triage" | "diagnosis" | "remedy" | "verification" | "done";
export type StatusView = { 
/**
 * Connection.
 */
connection: Connection, 
/**
 * Since when it has been so.
 */
since: string, 
/**
 * The server's last word, by the desk's clock; `None` before the first.
 */
data_as_of: string | null, 
/**
 * Operations, and files, on their way now.
 */
sending: number, 
/**
 * Operations, and files, saved on this computer, not on their way.
 */
saved: number, 
/**
 * Held, conflicting, refused ones that wait for the agent, and what lies in the tray.
 */
needs_you: number, 
/**
 * Held replies among them.
 */
held: number, 
/**
 * Words in the sealed tray among them.
 */
tray: number, 
/**
 * Tickets still to be fetched: done and all; `None` when complete.
 */
fetching: Progress | null, 
/**
 * Entries still to be indexed for search; `None` when complete.
 */
indexing: Progress | null, 
/**
 * The computer's clock jumped.
 */
clock_unsure: boolean, 
/**
 * The desk's best knowledge of server time.
 */
now: string, 
/**
 * Why there is no connection, as a code: `refused`, `timed_out`, `signed_out`, `too_old` …
 */
trouble: string | null, 
/**
 * What was agreed on with the server; `None` before the first time, and without TLS.
 */
secured: SecuredView | null, 
/**
 * The file of this computer was damaged when it was opened; `None` if it was not.
 */
salvaged: SalvagedView | null, };
export type TeamId = string;
export type TeamView = { 
/**
 * Id.
 */
id: TeamId, 
/**
 * What it is called.
 */
name: string, 
/**
 * City of its centre.
 */
city: string, 
/**
 * 1 to 3.
 */
tier: number, 
/**
 * Whether the reader works in it.
 */
yours: boolean, };
export type TicketId = string;
export type TicketRequest = { 
/**
 * Which.
 */
ticket: TicketId, };
export type TicketView = { 
/**
 * What a list shows of it.
 */
row: RowView, 
/**
 * Who asked.
 */
contact: ContactView | null, 
/**
 * Their company's things, linked ones first.
 */
resources: Array<ResourceView>, 
/**
 * In whose hands.
 */
holder: Holder, 
/**
 * Who that is.
 */
assignee: PersonView | null, 
/**
 * Name of the team.
 */
team: string, 
/**
 * 1 to 3.
 */
tier: number, 
/**
 * Since when.
 */
held_since: string, 
/**
 * How many agents have held it.
 */
hands: number, 
/**
 * How far the work has come.
 */
stage: Stage, 
/**
 * Until when a pending ticket may rest.
 */
pending_until: string | null, 
/**
 * Every clock, the most urgent first.
 */
clocks: Array<ClockView>, 
/**
 * How it ended.
 */
resolution: Resolution | null, 
/**
 * Tags.
 */
tags: Array<string>, 
/**
 * Escalations that bind somebody.
 */
escalations: Array<EscalationView>, 
/**
 * Oldest first.
 */
thread: Array<EntryView>, 
/**
 * The newest public words; goes back with a reply as what its author has seen.
 */
seen_through: MessageId | null, 
/**
 * Held words and conflicts that wait for the reader.
 */
needs: Array<NeedView>, 
/**
 * What the reader has begun to write here.
 */
drafts: Array<DraftView>, 
/**
 * Other tickets of the same requester's company, newest first, at most 12.
 */
past: Array<RowView>, 
/**
 * Tickets like it, at most 5.
 */
similar: Array<RowView>, 
/**
 * Names of the people, teams and things that events mention, by id.
 */
names: { [key in string]: string }, 
/**
 * What the reader may do here.
 */
may: MayView, 
/**
 * When it began.
 */
created_at: string, };
export type TrayItem = { 
/**
 * Names it on this desk.
 */
key: number, 
/**
 * What it was to be.
 */
kind: TrayKind, 
/**
 * When she wrote it.
 */
written_at: string, 
/**
 * When its ticket left her sight.
 */
left_at: string, 
/**
 * Its ticket, if that is in her sight again.
 */
ticket: TicketId | null, 
/**
 * That ticket's number.
 */
number: number | null, };
export type TrayKind = "reply" | "note" | "other";
export type TrayRequest = { 
/**
 * Which.
 */
key: number, };
export type TrayView = { 
/**
 * Without the words.
 */
items: Array<TrayItem>, };
export type TrayWords = { 
/**
 * What it is.
 */
item: TrayItem, 
/**
 * As she typed them.
 */
text: string, };
export type Undone = { 
/**
 * The words, back as a draft.
 */
draft: DraftView | null, };
export type UnlockRequest = { 
/**
 * Which.
 */
profile: string, 
/**
 * Absent: ask the keyring.
 */
passphrase: string | null, };
export type View = { "view": "inbox" } | { "view": "mine" } | { "view": "team", "id": TeamId } | { "view": "unassigned" } | { "view": "at_risk" } | { "view": "needs_you" } | { "view": "drafts" } | { "view": "asked" } | { "view": "all" } | { "view": "finished" } | { "view": "saved", "id": string };
export type ViewCount = { 
/**
 * Which.
 */
view: View, 
/**
 * The team's or saved view's name; empty for the others.
 */
name: string, 
/**
 * How many tickets.
 */
count: number, 
/**
 * How many of them are unread.
 */
unread: number, };
export type WordsState = "received" | "saved" | "sending" | "sent";
export type WordsView = { 
/**
 * Message or note id.
 */
id: string, 
/**
 * Its place.
 */
key: number, 
/**
 * Who wrote them.
 */
person: PersonView, 
/**
 * Safe HTML, made from Markdown on this computer; empty for markup.
 */
html: string, 
/**
 * A customer's mail that came as an HTML document: for a frame of its own.
 */
markup: MarkupView | null, 
/**
 * As written.
 */
text: string, 
/**
 * BCP 47 tag, if detected.
 */
language: string | null, 
/**
 * Files under them.
 */
attachments: Array<Attachment>, 
/**
 * When the server took them.
 */
at: string, 
/**
 * When they were written; shown when it differs.
 */
written_at: string, 
/**
 * How far they have come.
 */
state: WordsState, 
/**
 * The operation that waits; `None` once settled.
 */
operation: OperationId | null, };

export interface Commands {
  "session.get": [Nothing, SessionView];
  "session.sign_in": [SignInRequest, SignedIn];
  "session.unlock": [UnlockRequest, SessionView];
  "session.lock": [Nothing, SessionView];
  "session.sign_out": [SignOutRequest, SessionView];
  "status.get": [Nothing, StatusView];
  "status.retry_now": [Nothing, Nothing];
  "view.counts": [Nothing, Array<ViewCount>];
  "view.page": [PageRequest, PageView];
  "view.save": [SaveViewRequest, SavedView];
  "view.delete": [SavedViewId, Nothing];
  "ticket.open": [TicketRequest, TicketView];
  "ticket.read": [TicketRequest, Nothing];
  "ticket.act": [ActRequest, Acted];
  "ticket.create": [CreateRequest, Acted];
  "ticket.candidates": [CandidatesRequest, Array<CandidateView>];
  "ticket.packet": [TicketRequest, Packet];
  "bulk.dry_run": [BulkRequest, BulkPlan];
  "bulk.apply": [BulkRequest, BulkDone];
  "bulk.undo": [BulkId, BulkDone];
  "draft.get": [DraftRequest, DraftView | null];
  "draft.list": [Nothing, Array<DraftView>];
  "draft.save": [SaveDraftRequest, DraftView];
  "draft.resume": [DraftIdRequest, DraftView];
  "draft.discard": [DraftIdRequest, Nothing];
  "draft.send": [SendDraftRequest, Acted];
  "draft.preview": [PreviewRequest, PreviewView];
  "attachment.begin": [BeginAttachment, AttachmentUpload];
  "attachment.append": [AppendAttachment, AttachmentUpload];
  "attachment.finish": [FinishAttachment, DraftView];
  "attachment.remove": [RemoveAttachment, DraftView];
  "attachment.read": [ReadAttachment, AttachmentPart];
  "macro.list": [TicketRequest, Array<MacroView>];
  "macro.fill": [FillMacroRequest, FilledMacro];
  "outbox.list": [Nothing, OutboxView];
  "outbox.undo": [OperationRequest, Undone];
  "outbox.answer": [AnswerRequest, Nothing];
  "tray.list": [Nothing, TrayView];
  "tray.open": [TrayRequest, TrayWords];
  "tray.discard": [TrayRequest, Nothing];
  "search.run": [SearchRequest, SearchView];
  "contact.find": [FindContactRequest, Array<ContactView>];
  "directory.get": [Nothing, DirectoryView];
  "settings.get": [Nothing, SettingsView];
  "settings.set": [SettingsView, SettingsView];
}

export const FIELDS = [
  "from",
  "status",
  "tag",
  "lang",
  "before",
  "after",
  "team",
  "assignee",
  "severity",
  "has",
  "is",
  "number",
] as const;
