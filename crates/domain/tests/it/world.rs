//! A small support organisation: two teams in one centre, one in another, a customer each.

use std::collections::BTreeSet;

use holdfast_domain::directory::{AgentEntry, TeamEntry};
use holdfast_domain::operation::{Create, Reply, Write};
use holdfast_domain::ticket::Channel;
use holdfast_domain::*;
use jiff::Timestamp;
use uuid::Uuid;

pub const CHEN: AgentId = AgentId(Uuid::from_u128(0xa1));
pub const MINA: AgentId = AgentId(Uuid::from_u128(0xa2));
pub const LEAD: AgentId = AgentId(Uuid::from_u128(0xa3));
pub const SUPERVISOR: AgentId = AgentId(Uuid::from_u128(0xa4));
pub const FOREIGN: AgentId = AgentId(Uuid::from_u128(0xa5));
pub const GONE: AgentId = AgentId(Uuid::from_u128(0xa6));
pub const ADMIN: AgentId = AgentId(Uuid::from_u128(0xa7));
pub const EXPERT: AgentId = AgentId(Uuid::from_u128(0xa8));
pub const L1: TeamId = TeamId(Uuid::from_u128(0xb1));
pub const L2: TeamId = TeamId(Uuid::from_u128(0xb2));
pub const ABROAD: TeamId = TeamId(Uuid::from_u128(0xb3));
pub const WANG: ContactId = ContactId(Uuid::from_u128(0xc1));
pub const OTHER_CONTACT: ContactId = ContactId(Uuid::from_u128(0xc2));
pub const COMPANY: OrganizationId = OrganizationId(Uuid::from_u128(0xd1));
pub const OTHER_COMPANY: OrganizationId = OrganizationId(Uuid::from_u128(0xd2));
pub const INSTANCE: ResourceId = ResourceId(Uuid::from_u128(0xe1));
pub const OTHER_INSTANCE: ResourceId = ResourceId(Uuid::from_u128(0xe2));
pub const TICKET: TicketId = TicketId(Uuid::from_u128(0xf1));

pub fn at(s: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + s).expect("a time")
}

pub fn directory() -> Directory {
    let center = CenterId(Uuid::from_u128(1));
    let abroad = CenterId(Uuid::from_u128(2));
    let mut directory = Directory::default();
    for (team, center, tier) in [(L1, center, 1), (L2, center, 2), (ABROAD, abroad, 1)] {
        directory.teams.insert(team, TeamEntry { center, tier });
    }
    let mut add = |id, role, teams: &[TeamId], centers: &[CenterId], active| {
        let (teams, centers) = (teams.iter().copied().collect(), centers.iter().copied().collect());
        directory.agents.insert(id, AgentEntry { role, teams, centers, active });
    };
    add(CHEN, Role::Agent, &[L1], &[], true);
    add(MINA, Role::Agent, &[L1], &[], true);
    add(EXPERT, Role::Agent, &[L2], &[], true);
    add(LEAD, Role::Lead, &[L1], &[], true);
    add(SUPERVISOR, Role::Supervisor, &[], &[center], true);
    add(FOREIGN, Role::Agent, &[ABROAD], &[], true);
    add(GONE, Role::Agent, &[L1], &[], false);
    add(ADMIN, Role::Administrator, &[], &[], true);
    directory.contacts.extend([(WANG, COMPANY), (OTHER_CONTACT, OTHER_COMPANY)]);
    directory.resources.extend([(INSTANCE, COMPANY), (OTHER_INSTANCE, OTHER_COMPANY)]);
    directory
}

pub fn message(n: u128) -> MessageId {
    MessageId(Uuid::from_u128(0x1000 + n))
}

pub fn written(text: &str, n: u128) -> Write {
    Write { message: message(n), text: text.into(), language: None, attachments: vec![] }
}

pub fn reply(n: u128, seen_through: Option<MessageId>) -> Reply {
    Reply {
        message: message(n),
        text: format!("answer {n}"),
        language: None,
        attachments: vec![],
        seen_through,
    }
}

pub fn creation(holder: Holder, words: Option<Write>) -> Action {
    Action::Create(Create {
        subject: "ECS 实例蓝屏".into(),
        requester: WANG,
        channel: Channel::Portal,
        severity: Severity::P2,
        holder,
        language: "zh-Hans".into(),
        words,
    })
}

/// A ticket with the history that made it.
pub struct Story {
    pub directory: Directory,
    pub state: Option<TicketState>,
    pub events: Vec<Event>,
    pub now_s: i64,
    next: u128,
}

impl Story {
    /// Wang has written; the ticket waits in L1.
    pub fn begun() -> Self {
        let mut story =
            Self { directory: directory(), state: None, events: vec![], now_s: 0, next: 0 };
        let holder = Holder { team: L1, agent: None };
        story.accept(Actor::Customer(WANG), creation(holder, Some(written("蓝屏", 1))));
        story
    }

    pub fn state(&self) -> &TicketState {
        self.state.as_ref().expect("the story has begun")
    }

    pub fn operation(&mut self, action: Action) -> Operation {
        self.next += 1;
        Operation {
            id: OperationId(Uuid::from_u128(0x2000 + self.next)),
            ticket: TICKET,
            written_at: at(self.now_s),
            needs: vec![],
            replaces: None,
            action,
        }
    }

    pub fn decide(&self, actor: Actor, operation: &Operation) -> Decision {
        let (directory, none) = (&self.directory, BTreeSet::new());
        decide(self.state.as_ref(), operation, actor, directory, &none, at(self.now_s))
    }

    /// Somebody does something; a minute passes first.
    pub fn act(&mut self, actor: Actor, action: Action) -> Outcome {
        self.now_s += 60;
        let operation = self.operation(action);
        let decision = self.decide(actor, &operation);
        self.state = decision.after(self.state.as_ref());
        self.events.extend(decision.events);
        decision.outcome
    }

    pub fn accept(&mut self, actor: Actor, action: Action) {
        assert_eq!(self.act(actor, action), Outcome::Accepted);
    }

    pub fn refused(&mut self, actor: Actor, action: Action) -> Refusal {
        match self.act(actor, action) {
            Outcome::Refused { refusal } => refusal,
            other => panic!("expected a refusal, got {other:?}"),
        }
    }
}
