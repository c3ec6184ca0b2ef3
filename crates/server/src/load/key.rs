//! Keys: the names by which files refer to things, and the ids that derive from them.

use holdfast_domain::{
    AgentId, CenterId, ContactId, MacroId, OrganizationId, ResourceId, TeamId, TicketId,
};
use uuid::Uuid;

/// Namespace of ids that derive from keys (UUIDv5). Never changes.
const NAMESPACE: Uuid = Uuid::from_u128(0x1d0b_8a4e_9f7c_5a53_8c1e_4f6a_7b2d_90c5);

/// The id of a key of some kind.
pub fn id(kind: &str, key: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, format!("{kind}/{key}").as_bytes())
}

/// A centre's.
pub fn center(key: &str) -> CenterId {
    CenterId(id("center", key))
}

/// A team's.
pub fn team(key: &str) -> TeamId {
    TeamId(id("team", key))
}

/// An agent's.
pub fn agent(key: &str) -> AgentId {
    AgentId(id("agent", key))
}

/// A macro's.
pub fn prepared(key: &str) -> MacroId {
    MacroId(id("macro", key))
}

/// A company's.
pub fn organization(key: &str) -> OrganizationId {
    OrganizationId(id("organization", key))
}

/// A contact's.
pub fn contact(key: &str) -> ContactId {
    ContactId(id("contact", key))
}

/// A resource's.
pub fn resource(key: &str) -> ResourceId {
    ResourceId(id("resource", key))
}

/// A ticket's.
pub fn ticket(key: &str) -> TicketId {
    TicketId(id("ticket", key))
}
