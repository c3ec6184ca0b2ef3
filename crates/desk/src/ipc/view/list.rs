//! Lists: the rail's views, pages of rows, search results.

use std::collections::BTreeSet;

use holdfast_domain::clock::Metric;
use holdfast_domain::ticket::Channel;
use holdfast_domain::{Category, OperationId, Severity, TeamId, TicketId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// A list of tickets.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS)]
#[serde(tag = "view", content = "id", rename_all = "snake_case")]
pub enum View {
    /// Mine and those nobody in my teams holds, active.
    Inbox,
    /// In my hands, active.
    Mine,
    /// In a team's hands, active.
    Team(TeamId),
    /// In nobody's hands, active.
    Unassigned,
    /// A promise is past three quarters or broken.
    AtRisk,
    /// Something of mine is held, in conflict or refused.
    NeedsYou,
    /// I have begun to write.
    Drafts,
    /// Escalations that wait for my answer.
    Asked,
    /// All that are active.
    All,
    /// Solved and closed.
    Finished,
    /// A filter of mine.
    Saved(String),
}

/// A number beside a view.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ViewCount {
    /// Which.
    pub view: View,
    /// The team's or saved view's name; empty for the others.
    pub name: String,
    /// How many tickets.
    pub count: u64,
    /// How many of them are unread.
    pub unread: u64,
}

/// How a list is ordered.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum Sort {
    /// Next broken promise first.
    Due,
    /// Newest change first.
    Newest,
    /// Gravest first, then next broken promise.
    Gravest,
}

/// Asks for a page of a list.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct PageRequest {
    /// Which list.
    pub view: View,
    /// In which order.
    pub sort: Sort,
    /// Rows before the page.
    pub offset: u64,
    /// Rows wanted, at most 200.
    pub limit: u32,
}

/// A page of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct PageView {
    /// Rows in the whole list.
    pub total: u64,
    /// Rows before this page.
    pub offset: u64,
    /// The page.
    pub rows: Vec<RowView>,
}

/// A ticket in a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct RowView {
    /// Which.
    pub ticket: TicketId,
    /// `None` until the server has seen it.
    pub number: Option<i64>,
    /// One line.
    pub subject: String,
    /// First words of the newest public message.
    pub preview: String,
    /// Name of who asked.
    pub requester: String,
    /// Name of their company.
    pub organization: String,
    /// The customer's impact.
    pub severity: Severity,
    /// Where it stands.
    pub category: Category,
    /// How it came in.
    pub channel: Channel,
    /// BCP 47 tag.
    pub language: String,
    /// Who holds it; `None` for nobody.
    pub assignee: Option<String>,
    /// Whether that is the reader.
    pub mine: bool,
    /// The clock to show.
    pub clock: Option<ClockView>,
    /// There are public words the reader has not seen.
    pub unread: bool,
    /// The reader has begun to write.
    pub draft: bool,
    /// Changes saved on this computer.
    pub saved: u32,
    /// Things of the reader's that wait for a decision.
    pub needs_you: u32,
    /// When anything last happened.
    pub updated_at: Timestamp,
}

/// A clock with the marks at which its look changes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ClockView {
    /// What is measured.
    pub metric: Metric,
    /// What was promised, seconds.
    pub target_s: i64,
    /// How it stands.
    pub state: ClockState,
    /// When this run began.
    pub started_at: Timestamp,
    /// Counted up to the start of its present state, seconds.
    pub counted_s: i64,
    /// When half is used; `None` unless it runs.
    pub half_at: Option<Timestamp>,
    /// When three quarters are used; `None` unless it runs.
    pub risk_at: Option<Timestamp>,
    /// When the promise is broken; `None` unless it runs.
    pub due_at: Option<Timestamp>,
    /// When it was met or paused.
    pub stopped_at: Option<Timestamp>,
    /// Met too late.
    pub late: bool,
}

/// How a clock stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, TS)]
#[serde(rename_all = "snake_case")]
pub enum ClockState {
    /// Counts.
    Running,
    /// Rests: the ticket is pending.
    Paused,
    /// Fulfilled.
    Met,
}

/// A filter with a name. The query language is that of search.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct SavedView {
    /// Made at the desk.
    pub id: String,
    /// What it is called.
    pub name: String,
    /// `status:open lang:ja tag:billing` …
    pub query: String,
}

/// Saves a filter; a new one if `id` is absent.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SaveViewRequest {
    /// Which.
    pub id: Option<String>,
    /// What it is called; not empty.
    pub name: String,
    /// The filter.
    pub query: String,
}

/// Names a saved view.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SavedViewId {
    /// Which.
    pub id: String,
}

/// Searches the whole cache.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct SearchRequest {
    /// In the query language.
    pub query: String,
    /// Hits before the page.
    pub offset: u32,
    /// Hits wanted, at most 100.
    pub limit: u32,
}

/// What was found.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct SearchView {
    /// Newest first.
    pub hits: Vec<HitView>,
    /// Whether there are more.
    pub more: bool,
    /// Still being indexed; `None` when everything is.
    pub indexing: Option<super::Progress>,
}

/// One hit.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct HitView {
    /// The ticket.
    pub row: RowView,
    /// Where in it: `subject`, `message`, `note`, `contact`, `resource`, `number`.
    pub place: String,
    /// Words around the hit.
    pub excerpt: String,
    /// Hit ranges in the excerpt, UTF-16 code units, half-open.
    pub marks: Vec<(u32, u32)>,
}

/// Which tickets a bulk act means.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
#[serde(tag = "select", rename_all = "snake_case")]
pub enum Selection {
    /// These.
    Tickets {
        /// Which.
        tickets: BTreeSet<TicketId>,
    },
    /// All that a view holds but these: the view, not the page.
    AllOf {
        /// Which view.
        view: View,
        /// But not these.
        except: BTreeSet<TicketId>,
    },
}

/// Moves many tickets into other hands.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BulkRequest {
    /// Which tickets.
    pub selection: Selection,
    /// To which team.
    pub team: TeamId,
    /// To whom in it; nobody leaves them with the team.
    pub agent: Option<holdfast_domain::AgentId>,
}

/// What would happen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct BulkPlan {
    /// How many would move.
    pub moves: u64,
    /// How many are there already.
    pub already: u64,
    /// Which would stay, and why: at most 50 are named.
    pub stays: Vec<BulkStay>,
    /// How many would stay.
    pub stay_count: u64,
}

/// A ticket that a bulk act leaves alone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct BulkStay {
    /// Which.
    pub ticket: TicketId,
    /// Its number.
    pub number: Option<i64>,
    /// One line.
    pub subject: String,
    /// A refusal's code.
    pub why: String,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct BulkDone {
    /// For undoing.
    pub batch: String,
    /// The operations that were written.
    pub operations: Vec<OperationId>,
    /// How many stayed.
    pub stayed: u64,
    /// Until when undoing takes them back before they are sent.
    pub undo_until: Option<Timestamp>,
}

/// Names a bulk act.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct BulkId {
    /// Which.
    pub batch: String,
}
