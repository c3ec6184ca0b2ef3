//! People, teams, customers and what belongs to them.

use std::collections::{BTreeMap, BTreeSet};

use holdfast_domain::{
    AgentId, CenterId, ContactId, MacroId, OrganizationId, ResourceId, Role, TeamId,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A person who works here.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AgentRow {
    /// Id.
    pub id: AgentId,
    /// Commit of the last change.
    pub version: i64,
    /// Name in their own script.
    pub name: String,
    /// What they may do.
    pub role: Role,
    /// Where they work.
    pub teams: BTreeSet<TeamId>,
    /// What they oversee.
    pub centers: BTreeSet<CenterId>,
    /// BCP 47 tags, best first.
    pub languages: Vec<String>,
    /// Free words, lower case.
    pub skills: Vec<String>,
    /// Proofs of skill.
    pub certificates: Vec<Certificate>,
    /// When they work, in their centre's zone.
    pub shift: Shift,
    /// How many tickets they can hold.
    pub capacity: u32,
    /// False once disabled.
    pub active: bool,
}

/// A proof of skill.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Certificate {
    /// What it is called.
    pub name: String,
    /// Last local day on which it counts, `YYYY-MM-DD`.
    pub valid_until: String,
}

/// Working hours, half-open, local to the centre.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Shift {
    /// `HH:MM`
    pub start: String,
    /// `HH:MM`; at or before `start` means the next day.
    pub end: String,
    /// `mon-fri`, `sun-thu`, `all` …
    pub days: String,
}

/// A team.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TeamRow {
    /// Id.
    pub id: TeamId,
    /// Commit of the last change.
    pub version: i64,
    /// What it is called.
    pub name: String,
    /// Its site.
    pub center: CenterId,
    /// 1 to 3.
    pub tier: u8,
}

/// A site.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct CenterRow {
    /// Id.
    pub id: CenterId,
    /// Commit of the last change.
    pub version: i64,
    /// What it is called.
    pub name: String,
    /// City, in English.
    pub city: String,
    /// IANA zone.
    pub time_zone: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

/// A person at a customer.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ContactRow {
    /// Id.
    pub id: ContactId,
    /// Commit of the last change.
    pub version: i64,
    /// Their company.
    pub organization: OrganizationId,
    /// Name in their own script.
    pub name: String,
    /// What they do there.
    pub role: String,
    /// BCP 47 tag they write in.
    pub language: String,
    /// BCP 47 tags they read besides.
    pub also_reads: Vec<String>,
    /// IANA zone.
    pub time_zone: String,
    /// City, in English.
    pub city: String,
    /// Address; never logged.
    pub email: String,
    /// Number; never logged.
    pub phone: String,
}

/// A customer company.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct OrganizationRow {
    /// Id.
    pub id: OrganizationId,
    /// Commit of the last change.
    pub version: i64,
    /// What it is called.
    pub name: String,
    /// Cloud region it lives in.
    pub region: String,
    /// Industry, a word.
    pub industry: String,
    /// Where its data must stay: `cn`, `eu`, `in`, `any`.
    pub residency: String,
    /// `enterprise`, `business`, `developer`, `basic`.
    pub plan: String,
    /// IANA zone.
    pub time_zone: String,
    /// ISO 3166-1 alpha-2.
    pub country: String,
}

/// A customer's cloud thing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ResourceRow {
    /// Id.
    pub id: ResourceId,
    /// Commit of the last change.
    pub version: i64,
    /// Its owner.
    pub organization: OrganizationId,
    /// `instance`, `bucket`, `vpc`, `database`, `cluster`, `certificate`, `key` …
    pub kind: String,
    /// As the cloud calls it, `i-bp1f4k9x`.
    pub native_id: String,
    /// As the customer calls it.
    pub name: String,
    /// Where it is.
    pub region: String,
    /// `healthy`, `degraded`, `crashed`, `unknown`.
    pub health: String,
}

/// Texts by BCP 47 tag.
pub type Bodies = BTreeMap<String, String>;

/// Prepared words and actions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct MacroRow {
    /// Id.
    pub id: MacroId,
    /// Commit of the last change.
    pub version: i64,
    /// What it is called, by language.
    #[schema(value_type = BTreeMap<String, String>)]
    pub titles: Bodies,
    /// What it writes, by language; `{{requester.name}}` is filled in, `{{anything else}}` is a
    /// hole that blocks sending.
    #[schema(value_type = BTreeMap<String, String>)]
    pub bodies: Bodies,
    /// Tags it adds.
    pub add_tags: BTreeSet<String>,
}
