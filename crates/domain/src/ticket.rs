//! Ticket: one customer problem, as a bounded state that is the fold of its events.
//!
//! Deliberately absent: the thread. A decision needs to know the last public words, never all of
//! them, so that deciding costs the same on a ticket with three messages and with three thousand.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use utoipa::ToSchema;

use crate::clock::{Clock, Metric};
use crate::escalation::{Answer, Escalation, EscalationKind};
use crate::event::{By, Event, Fact};
use crate::id::{
    AgentId, ContactId, EscalationId, MessageId, OrganizationId, ResourceId, TeamId, TicketId,
};
use crate::resolution::Resolution;
use crate::severity::Severity;
use crate::stage::Stage;
use crate::status::Category;

/// How a ticket came in.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Channel {
    /// A call.
    Phone,
    /// A chat.
    Chat,
    /// The customer's console.
    Portal,
    /// A letter by electronic mail.
    Mail,
}

/// In whose hands a ticket is.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema,
)]
pub struct Holder {
    /// Always a team.
    pub team: TeamId,
    /// Perhaps one of its people.
    pub agent: Option<AgentId>,
}

/// The newest public words.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LastWords {
    /// Which.
    pub message: MessageId,
    /// When the server took them.
    pub at: Timestamp,
    /// Whether the customer wrote them.
    pub from_customer: bool,
}

/// Fields that two people can set to different values.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, TS, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    /// Subject line.
    Subject,
    /// Status category.
    Status,
    /// Severity.
    Severity,
    /// Team and agent.
    Holder,
    /// Progress.
    Stage,
    /// How it ended.
    Resolution,
}

/// Who set a field last, and when.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Touch {
    /// Who.
    pub by: By,
    /// When, server time.
    pub at: Timestamp,
}

/// Whom a ticket may be shown to: members of these teams and these agents.
#[derive(
    Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema,
)]
pub struct Sight {
    /// The team that holds it and teams asked to take it.
    pub teams: BTreeSet<TeamId>,
    /// The agent who holds it and agents asked to take it or to join.
    pub agents: BTreeSet<AgentId>,
}

/// One customer problem.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TicketState {
    /// Which.
    pub id: TicketId,
    /// One line.
    pub subject: String,
    /// Who asked.
    pub requester: ContactId,
    /// Their company.
    pub organization: OrganizationId,
    /// How it came in.
    pub channel: Channel,
    /// BCP 47 tag of the customer's language.
    pub language: String,
    /// Where it stands.
    pub category: Category,
    /// Until when a pending ticket may rest.
    pub pending_until: Option<Timestamp>,
    /// The customer's impact.
    pub severity: Severity,
    /// In whose hands.
    pub holder: Holder,
    /// Since when.
    pub held_since: Timestamp,
    /// How many agents have held it.
    pub hands: u32,
    /// How far the work has come.
    pub stage: Stage,
    /// How it ended, once it did.
    pub resolution: Option<Resolution>,
    /// Tags.
    pub tags: BTreeSet<String>,
    /// Linked cloud things.
    pub resources: BTreeSet<ResourceId>,
    /// Newest public words.
    pub last_words: Option<LastWords>,
    /// Escalations that still bind somebody.
    pub escalations: BTreeMap<EscalationId, Escalation>,
    /// At most one per metric, the current run.
    pub clocks: BTreeMap<Metric, Clock>,
    /// Who set what last.
    pub touched: BTreeMap<Field, Touch>,
    /// When it began, server time.
    pub created_at: Timestamp,
    /// When anything last happened, server time.
    pub updated_at: Timestamp,
}

impl TicketState {
    /// The ticket that a first event begins; `None` if the event is not a beginning.
    pub fn begin(event: &Event) -> Option<Self> {
        let Fact::Created {
            // Everything a ticket begins with.
            subject,
            requester,
            organization,
            channel,
            severity,
            holder,
            language,
        } = &event.fact
        else {
            return None;
        };
        let at = event.at;
        let clock = |metric| (metric, Clock::start(metric, *severity, at));
        Some(Self {
            id: event.ticket,
            subject: subject.clone(),
            requester: *requester,
            organization: *organization,
            channel: *channel,
            language: language.clone(),
            category: Category::New,
            pending_until: None,
            severity: *severity,
            holder: *holder,
            held_since: at,
            hands: u32::from(holder.agent.is_some()),
            stage: Stage::Intake,
            resolution: None,
            tags: BTreeSet::new(),
            resources: BTreeSet::new(),
            last_words: None,
            escalations: BTreeMap::new(),
            clocks: BTreeMap::from([clock(Metric::FirstReply), clock(Metric::Resolution)]),
            touched: BTreeMap::new(),
            created_at: at,
            updated_at: at,
        })
    }

    /// The ticket that a whole history tells; `None` unless it begins with a beginning.
    pub fn from_events<'a>(events: impl IntoIterator<Item = &'a Event>) -> Option<Self> {
        let mut events = events.into_iter();
        let mut state = Self::begin(events.next()?)?;
        for event in events {
            state.apply(event);
        }
        Some(state)
    }

    /// Takes one more fact in.
    pub fn apply(&mut self, event: &Event) {
        self.updated_at = event.at;
        match &event.fact {
            Fact::Created { .. } | Fact::Noted { .. } | Fact::Attached { .. } => {}
            Fact::CustomerWrote { message } => self.hear(*message, event.at),
            Fact::Replied { message } => self.answer(*message, event.at),
            Fact::SubjectChanged { to, .. } => {
                self.subject.clone_from(to);
                self.touch(Field::Subject, event);
            }
            Fact::StatusChanged { to, pending_until, .. } => {
                self.set_category(*to, *pending_until, event);
            }
            Fact::SeverityChanged { to, .. } => {
                self.severity = *to;
                self.clocks.values_mut().for_each(|clock| clock.retarget(*to));
                self.touch(Field::Severity, event);
            }
            Fact::Assigned { to, .. } => self.hand_to(*to, event),
            Fact::Tagged { tags } => self.tags.extend(tags.iter().cloned()),
            Fact::Untagged { tags } => self.tags.retain(|tag| !tags.contains(tag)),
            Fact::ResourceLinked { resource } => {
                self.resources.insert(*resource);
            }
            Fact::ResourceUnlinked { resource } => {
                self.resources.remove(resource);
            }
            Fact::EscalationRequested { escalation } => {
                self.escalations.insert(escalation.id, (**escalation).clone());
            }
            Fact::EscalationAnswered { escalation, answer } => {
                self.answer_escalation(*escalation, answer);
            }
            Fact::StageChanged { to, .. } => {
                self.stage = *to;
                self.touch(Field::Stage, event);
            }
            Fact::Solved { resolution } => self.solve(resolution, event),
            Fact::Reopened { .. } => self.reopen(event),
        }
    }

    /// When the next promise is broken if nothing happens; `None` if none is running.
    pub fn due(&self) -> Option<Timestamp> {
        self.clocks.values().filter_map(Clock::due).min()
    }

    /// Whom it may be shown to.
    pub fn sight(&self) -> Sight {
        let mut sight = Sight::default();
        sight.teams.insert(self.holder.team);
        sight.agents.extend(self.holder.agent);
        for escalation in self.escalations.values() {
            match escalation.to.agent {
                Some(agent) => sight.agents.extend([agent]),
                None => sight.teams.extend([escalation.to.team]),
            }
            if let Answer::Accepted { by } = escalation.answer {
                sight.agents.insert(by);
            }
            // Who asked keeps sight until it is settled, even after the ticket has moved on.
            sight.agents.insert(escalation.from);
        }
        sight
    }

    fn touch(&mut self, field: Field, event: &Event) {
        self.touched.insert(field, Touch { by: event.by, at: event.at });
    }

    fn hear(&mut self, message: MessageId, at: Timestamp) {
        let answered = !self.last_words.is_some_and(|last| last.from_customer);
        let first = self.clocks.get(&Metric::FirstReply);
        let replied = first.is_none_or(|clock| clock.due().is_none());
        if answered && replied && self.last_words.is_some() {
            let clock = Clock::start(Metric::NextReply, self.severity, at);
            self.clocks.insert(Metric::NextReply, clock);
        }
        self.last_words = Some(LastWords { message, at, from_customer: true });
    }

    fn answer(&mut self, message: MessageId, at: Timestamp) {
        for metric in [Metric::FirstReply, Metric::NextReply] {
            if let Some(clock) = self.clocks.get_mut(&metric) {
                clock.meet(at);
            }
        }
        self.last_words = Some(LastWords { message, at, from_customer: false });
    }

    fn set_category(&mut self, to: Category, until: Option<Timestamp>, event: &Event) {
        self.category = to;
        self.pending_until = until;
        for clock in self.clocks.values_mut() {
            match (to, clock.run) {
                (_, crate::clock::Run::Met { .. }) => {}
                (Category::Pending, _) => clock.pause(event.at),
                _ => clock.resume(event.at),
            }
        }
        self.touch(Field::Status, event);
    }

    fn hand_to(&mut self, to: Holder, event: &Event) {
        if to.agent.is_some() && to.agent != self.holder.agent {
            self.hands += 1;
        }
        self.holder = to;
        self.held_since = event.at;
        self.touch(Field::Holder, event);
    }

    fn answer_escalation(&mut self, id: EscalationId, answer: &Answer) {
        let Some(escalation) = self.escalations.get_mut(&id) else {
            return;
        };
        escalation.answer = answer.clone();
        // An accepted one stays, so that it can be returned to whom it came from.
        if !answer.is_open() {
            self.escalations.remove(&id);
        }
    }

    fn solve(&mut self, resolution: &Resolution, event: &Event) {
        self.resolution = Some(resolution.clone());
        self.category = Category::Solved;
        self.pending_until = None;
        self.stage = Stage::Done;
        self.escalations.clear();
        self.clocks.values_mut().for_each(|clock| clock.meet(event.at));
        for field in [Field::Status, Field::Resolution, Field::Stage] {
            self.touch(field, event);
        }
    }

    fn reopen(&mut self, event: &Event) {
        self.category = Category::Open;
        self.resolution = None;
        self.stage = Stage::Diagnosis;
        if let Some(clock) = self.clocks.get_mut(&Metric::Resolution) {
            clock.resume(event.at);
        }
        for field in [Field::Status, Field::Resolution, Field::Stage] {
            self.touch(field, event);
        }
    }
}

/// Whether taking this kind of escalation moves the ticket.
pub fn moves_ticket(kind: EscalationKind) -> bool {
    !matches!(kind, EscalationKind::Consult)
}
