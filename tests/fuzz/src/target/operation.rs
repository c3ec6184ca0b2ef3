//! Operations: read, decided in a small world, by everybody in it.

use std::collections::BTreeSet;

use holdfast_domain::directory::{AgentEntry, TeamEntry};
use holdfast_domain::operation::{Create, Write};
use holdfast_domain::ticket::Channel;
use holdfast_domain::{
    Action, Actor, AgentId, CenterId, ContactId, Directory, Holder, MessageId, Operation,
    OperationId, OrganizationId, Outcome, ResourceId, Role, Severity, TeamId, TicketId,
    TicketState, decide,
};
use jiff::Timestamp;
use uuid::Uuid;

pub(super) const WORDS: &[&str] = &[
    "\"name\":\"reply@1\",\"arguments\":",
    "\"name\":\"note@1\",\"arguments\":",
    "\"name\":\"create@1\",\"arguments\":",
    "\"name\":\"escalate@1\",\"arguments\":",
    "\"name\":\"tags@1\",\"arguments\":",
    "\"00000000-0000-0000-0000-000000000011\"",
    "\"00000000-0000-0000-0000-000000000021\"",
    "\"attachments\":",
    "\"seen_through\":",
    "\"needs\":",
    "null",
    "\"\"",
    "[]",
];

const TEAM: TeamId = TeamId(Uuid::from_u128(0x21));
const CUSTOMER: ContactId = ContactId(Uuid::from_u128(0x31));
const COMPANY: OrganizationId = OrganizationId(Uuid::from_u128(0x41));
const RESOURCE: ResourceId = ResourceId(Uuid::from_u128(0x51));
const TICKET: TicketId = TicketId(Uuid::from_u128(0x61));
const ROLES: [Role; 4] = [Role::Agent, Role::Lead, Role::Supervisor, Role::Administrator];

pub(super) fn run(bytes: &[u8]) {
    let Some(operation) = super::row::again::<Operation>(bytes) else {
        return;
    };
    let (directory, state) = world();
    let agents = directory.agents.keys().map(|id| Actor::Agent(*id));
    for actor in agents.chain([Actor::Customer(CUSTOMER)]) {
        for state in [None, Some(&state)] {
            check(state, &operation, actor, &directory);
        }
    }
}

fn check(state: Option<&TicketState>, operation: &Operation, actor: Actor, directory: &Directory) {
    let decided = || decide(state, operation, actor, directory, &BTreeSet::new(), now());
    let decision = decided();
    assert_eq!(decision, decided(), "it was decided in two ways");
    if decision.outcome != Outcome::Accepted {
        let nothing =
            decision.events.is_empty() && decision.messages.is_empty() && decision.notes.is_empty();
        assert!(nothing, "what was not accepted has effects");
        return;
    }
    let after = decision.after(state).expect("what was accepted leaves a ticket");
    assert_eq!(after.id, state.map_or(operation.ticket, |state| state.id));
}

fn now() -> Timestamp {
    Timestamp::from_second(1_800_000_000).expect("a time within the range of times")
}

fn world() -> (Directory, TicketState) {
    let center = CenterId(Uuid::from_u128(1));
    let mut directory = Directory::default();
    directory.teams.insert(TEAM, TeamEntry { center, tier: 1 });
    for (n, role) in (0x11..).zip(ROLES) {
        let entry = AgentEntry {
            role,
            teams: BTreeSet::from([TEAM]),
            centers: BTreeSet::from([center]),
            active: true,
        };
        directory.agents.insert(AgentId(Uuid::from_u128(n)), entry);
    }
    directory.contacts.insert(CUSTOMER, COMPANY);
    directory.resources.insert(RESOURCE, COMPANY);
    let words = Write {
        message: MessageId(Uuid::from_u128(0x71)),
        text: "It does not start.".to_owned(),
        language: None,
        attachments: Vec::new(),
    };
    let create = Create {
        subject: "No start".to_owned(),
        requester: CUSTOMER,
        channel: Channel::Portal,
        severity: Severity::P3,
        holder: Holder { team: TEAM, agent: None },
        language: "en".to_owned(),
        words: Some(words),
    };
    let operation = Operation {
        id: OperationId(Uuid::from_u128(0x81)),
        ticket: TICKET,
        written_at: now(),
        needs: Vec::new(),
        replaces: None,
        action: Action::Create(create),
    };
    let actor = Actor::Customer(CUSTOMER);
    let decision = decide(None, &operation, actor, &directory, &BTreeSet::new(), now());
    let state = decision.after(None).expect("a customer may begin a ticket");
    (directory, state)
}
