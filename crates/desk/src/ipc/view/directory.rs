//! People, teams, customers, their cloud things.

use holdfast_domain::calendar::LocalTime;
use holdfast_domain::{AgentId, ContactId, OrganizationId, ResourceId, Role, TeamId};
use serde::{Deserialize, Serialize};
use ts_rs::TS;

/// Who somebody is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct PersonView {
    /// Agent or contact id; empty for Holdfast itself.
    pub id: String,
    /// Name in their own script.
    pub name: String,
    /// One or two letters, one family-name character in Chinese, Japanese and Korean.
    pub initials: String,
    /// Whether it is the reader.
    pub you: bool,
    /// Whether it is a customer.
    pub customer: bool,
}

/// Everybody and every team.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct DirectoryView {
    /// Active agents by name.
    pub agents: Vec<AgentView>,
    /// Teams by name.
    pub teams: Vec<TeamView>,
}

/// An agent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct AgentView {
    /// Id.
    pub id: AgentId,
    /// Who.
    pub person: PersonView,
    /// What they may do.
    pub role: Role,
    /// Where they work.
    pub teams: Vec<TeamId>,
    /// BCP 47 tags.
    pub languages: Vec<String>,
    /// Whether their shift covers now.
    pub on_shift: bool,
    /// Active tickets in their hands, as far as this desk can see.
    pub load: u32,
    /// How many they can hold.
    pub capacity: u32,
}

/// A team.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct TeamView {
    /// Id.
    pub id: TeamId,
    /// What it is called.
    pub name: String,
    /// City of its centre.
    pub city: String,
    /// 1 to 3.
    pub tier: u8,
    /// Whether the reader works in it.
    pub yours: bool,
}

/// A customer.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ContactView {
    /// Id.
    pub id: ContactId,
    /// Who.
    pub person: PersonView,
    /// What they do.
    pub role: String,
    /// BCP 47 tag they write in.
    pub language: String,
    /// BCP 47 tags they read besides.
    pub also_reads: Vec<String>,
    /// City.
    pub city: String,
    /// Address.
    pub email: String,
    /// Number.
    pub phone: String,
    /// Their now; `None` if their zone is unknown.
    pub local_time: Option<LocalTimeView>,
    /// Their company.
    pub organization: OrganizationView,
}

/// The customer's now.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct LocalTimeView {
    /// As computed.
    pub local: LocalTime,
    /// IANA zone, for a clock that runs.
    pub time_zone: String,
    /// Minutes ahead of the reader's centre.
    pub ahead_min: i32,
    /// May one call: `welcome`, `urgent_only`.
    pub call: String,
}

/// A customer company.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct OrganizationView {
    /// Id.
    pub id: OrganizationId,
    /// What it is called.
    pub name: String,
    /// Cloud region.
    pub region: String,
    /// Industry.
    pub industry: String,
    /// `cn`, `eu`, `in`, `any`.
    pub residency: String,
    /// `enterprise`, `business`, `developer`, `basic`.
    pub plan: String,
}

/// A customer's cloud thing.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, TS)]
pub struct ResourceView {
    /// Id.
    pub id: ResourceId,
    /// `instance`, `bucket` …
    pub kind: String,
    /// As the cloud calls it.
    pub native_id: String,
    /// As the customer calls it.
    pub name: String,
    /// `healthy`, `degraded`, `crashed`, `unknown`.
    pub health: String,
    /// Whether it is linked to the ticket shown.
    pub linked: bool,
}

/// Looks for contacts by name or company.
#[derive(Clone, Debug, Serialize, Deserialize, TS)]
pub struct FindContactRequest {
    /// Part of a name.
    pub text: String,
}
