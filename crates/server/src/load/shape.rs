//! Shapes: what can be loaded, as it is written in files. docs/import.md explains each field.
//!
//! Things refer to each other by key. Unknown fields are errors: a file that says more than is
//! understood would lose it silently.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_domain::ticket::Channel;
use holdfast_domain::{Category, Resolution, Role, Severity, Stage};
use holdfast_protocol::row::{Certificate, Shift};
use jiff::Timestamp;
use serde::Deserialize;

/// One thing.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Thing {
    /// A site.
    Center(Center),
    /// A team.
    Team(Team),
    /// A person who works here.
    Agent(Agent),
    /// Prepared words and actions.
    Macro(Macro),
    /// A customer company.
    Organization(Organization),
    /// A person at a customer.
    Contact(Contact),
    /// A customer's cloud thing.
    Resource(Resource),
    /// A problem with its history.
    Ticket(Ticket),
}

/// A site.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are CenterRow's, documented there")]
pub struct Center {
    pub key: String,
    pub name: String,
    pub city: String,
    pub time_zone: String,
    pub country: String,
    /// Languages spoken there; for people who read the file.
    #[serde(default)]
    pub languages: Vec<String>,
}

/// A team.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are TeamRow's, documented there")]
pub struct Team {
    pub key: String,
    pub name: String,
    /// Key of its centre.
    pub center: String,
    /// `L1`, `L2` or `L3`.
    pub tier: String,
    /// Only `24x7` is understood so far.
    #[serde(default)]
    pub calendar: Option<String>,
}

/// A person who works here.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are AgentRow's, documented there")]
pub struct Agent {
    pub key: String,
    pub name: String,
    /// Unique; a password is given by `agent reset`.
    pub login: String,
    pub role: Role,
    /// Keys.
    pub teams: BTreeSet<String>,
    /// Keys.
    #[serde(default)]
    pub centers: BTreeSet<String>,
    #[serde(default)]
    pub languages: Vec<String>,
    #[serde(default)]
    pub skills: Vec<String>,
    #[serde(default)]
    pub certificates: Vec<Certificate>,
    #[serde(default)]
    pub shift: Shift,
    /// The tier of the first team counts; for people who read the file.
    #[serde(default)]
    pub tier: Option<String>,
    #[serde(default)]
    pub capacity: u32,
}

/// Prepared words and actions.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are MacroRow's, documented there")]
pub struct Macro {
    pub key: String,
    /// In English; `titles` has others.
    pub title: String,
    #[serde(default)]
    pub titles: BTreeMap<String, String>,
    #[serde(default)]
    pub actions: Actions,
    /// Words by BCP 47 tag.
    pub bodies: BTreeMap<String, String>,
}

/// What a macro does besides writing.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Actions {
    /// Tags it adds.
    #[serde(default)]
    pub add_tags: BTreeSet<String>,
    /// The status it suggests; for people who read the file.
    #[serde(default)]
    pub status: Option<Category>,
    /// The severity it suggests; for people who read the file.
    #[serde(default)]
    pub severity: Option<Severity>,
}

/// A customer company.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are OrganizationRow's, documented there")]
pub struct Organization {
    pub key: String,
    pub name: String,
    pub region: String,
    pub industry: String,
    pub residency: String,
    pub plan: String,
    pub time_zone: String,
    pub country: String,
}

/// A person at a customer.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are ContactRow's, documented there")]
pub struct Contact {
    /// Key of their company.
    #[serde(default)]
    pub organization: String,
    pub key: String,
    pub name: String,
    #[serde(default)]
    pub role: String,
    pub language: String,
    #[serde(default)]
    pub also_reads: Vec<String>,
    pub time_zone: String,
    #[serde(default)]
    pub city: String,
    #[serde(default)]
    pub email: String,
    #[serde(default)]
    pub phone: String,
}

/// A customer's cloud thing.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
#[expect(missing_docs, reason = "the fields are ResourceRow's, documented there")]
pub struct Resource {
    /// Key of its owner.
    #[serde(default)]
    pub organization: String,
    pub key: String,
    pub kind: String,
    pub native_id: String,
    pub name: String,
    #[serde(default)]
    pub region: String,
    #[serde(default)]
    pub health: String,
}

/// A problem with its history.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ticket {
    /// Unique.
    pub key: String,
    /// One line.
    pub subject: String,
    /// Key of the contact who asked.
    pub requester: String,
    /// BCP 47 tag.
    pub language: String,
    /// How it came in.
    pub channel: Channel,
    /// The customer's impact.
    pub severity: Severity,
    /// Key of the team that holds it.
    pub team: String,
    /// Key of the agent who holds it.
    #[serde(default)]
    pub assignee: Option<String>,
    /// Where it stands in the end.
    pub category: Category,
    /// How far the work has come in the end.
    pub stage: Stage,
    /// Tags.
    #[serde(default)]
    pub tags: BTreeSet<String>,
    /// Keys of the requester's company's things.
    #[serde(default)]
    pub resources: BTreeSet<String>,
    /// How it ended; with solved and closed only.
    #[serde(default)]
    pub resolution: Option<Resolution>,
    /// In order of time; the first is the customer's.
    pub entries: Vec<Entry>,
}

/// Words in a history.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// When.
    pub at: Timestamp,
    /// `customer`, or the key of an agent.
    pub by: String,
    /// Public or internal.
    pub kind: EntryKind,
    /// As written.
    pub words: String,
    /// BCP 47 tag; told from the words if it is not given.
    #[serde(default)]
    pub language: Option<String>,
}

/// Public or internal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum EntryKind {
    /// To or from the customer.
    Message,
    /// Among colleagues.
    Note,
}
