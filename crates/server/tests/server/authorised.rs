//! Every id in every operation is authorised: all operations, all ids that can stand in them, all
//! roles. An id that is not the author's and one that does not exist come to the same, and change
//! nothing; its legitimate twin is accepted.
//!
//! A new operation, or a new field of one, does not compile until its ids are in [`slots`].

use std::collections::BTreeSet;

use holdfast_domain::escalation::{EscalationKind, Packet};
use holdfast_domain::operation::{Action, Create, Escalate, Note, Operation, Reply, Write};
use holdfast_domain::resolution::ResolutionCode;
use holdfast_domain::ticket::Channel;
use holdfast_domain::words::Attachment;
use holdfast_domain::{
    AgentId, Category, ContactId, EscalationId, Holder, MessageId, NoteId, OperationId, Outcome,
    Resolution, ResourceId, Severity, Stage, TeamId, TicketId,
};
use holdfast_protocol::{Code, Row, Whole};
use holdfast_server::load::key;
use uuid::Uuid;

use crate::world::*;

/// A place in an operation where an id stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Slot {
    Ticket,
    Needs,
    Replaces,
    Requester,
    Team,
    Agent,
    Words,
    SeenThrough,
    File,
    Resource,
    Escalation,
}

/// Which ids stand in an action. Every field is named, so that a new one is seen here first.
fn slots(action: &Action) -> BTreeSet<Slot> {
    let reply = |reply: &Reply| {
        let Reply { message: _, text: _, language: _, attachments: _, seen_through: _ } = reply;
        [Slot::Words, Slot::File, Slot::SeenThrough].into()
    };
    let own: BTreeSet<Slot> = match action {
        Action::Create(Create {
            subject: _,
            requester: _,
            channel: _,
            severity: _,
            holder: Holder { team: _, agent: _ },
            language: _,
            words: _,
        }) => [Slot::Requester, Slot::Team, Slot::Agent, Slot::Words, Slot::File].into(),
        Action::Write(Write { message: _, text: _, language: _, attachments: _ }) => {
            [Slot::Words, Slot::File].into()
        }
        Action::Reply(words) => reply(words),
        Action::Note(Note { note: _, text: _, language: _, attachments: _ }) => {
            [Slot::Words, Slot::File].into()
        }
        Action::SendAndSolve { reply: words, resolution: _ } => reply(words),
        Action::Subject { from: _, to: _ }
        | Action::Status { from: _, to: _, pending_until: _ }
        | Action::Severity { from: _, to: _ }
        | Action::Tags { add: _, remove: _ }
        | Action::Stage { from: _, to: _ }
        | Action::Reopen {}
        | Action::Close {} => [].into(),
        Action::Assign { from: _, to: Holder { team: _, agent: _ } } => {
            [Slot::Team, Slot::Agent].into()
        }
        Action::Claim { team: _ } => [Slot::Team].into(),
        Action::ResourceLink { resource: _ } | Action::ResourceUnlink { resource: _ } => {
            [Slot::Resource].into()
        }
        Action::Escalate(Escalate { kind: _, to: _, packet: _, accept_within_s: _ }) => {
            [Slot::Team, Slot::Agent].into()
        }
        Action::EscalationAccept { escalation: _ }
        | Action::EscalationDecline { escalation: _, reason: _ }
        | Action::EscalationWithdraw { escalation: _ }
        | Action::EscalationReturn { escalation: _, reason: _ } => [Slot::Escalation].into(),
        Action::Solve { resolution: _, seen_through: _ } => [Slot::SeenThrough].into(),
        Action::Attach { attachment: _ } => [Slot::File].into(),
    };
    [Slot::Ticket, Slot::Needs, Slot::Replaces].into_iter().chain(own).collect()
}

/// Ids of things that are, out of the reach of all but an administrator.
struct Foreign {
    message: MessageId,
    note: NoteId,
    escalation: EscalationId,
    operation: OperationId,
    file: Attachment,
}

fn attachment(bytes: &[u8]) -> Attachment {
    Attachment {
        hash: blake3::hash(bytes).to_hex().to_string(),
        name: "log.txt".into(),
        media_type: "text/plain".into(),
        size_bytes: bytes.len() as u64,
    }
}

const SECRET: &[u8] = b"the secret of the greens";

/// Gil's words, file and request on a ticket of the greens.
async fn foreign(world: &World) -> Foreign {
    let mut gil = world.desk("gil@desk.example").await;
    let file = attachment(SECRET);
    let (note, text) = (NoteId(new_id()), "Entre nosotros.".to_owned());
    let attachments = vec![file.clone()];
    let noting =
        operation(ticket("far"), Action::Note(Note { note, text, language: None, attachments }));
    let asking = operation(ticket("far"), escalate(key::team("green"), None));
    let escalation = EscalationId(asking.id.derive("escalation", 0));
    let operation = noting.id;
    let answer = gil.push(&[noting, asking]).await.expect("an answer");
    assert!(answer.settled.iter().all(|one| one.outcome == Some(Outcome::Accepted)));
    crate::blobs::put(&gil, &file, 0, SECRET).await.expect("his file");
    let message = last_message(&gil, ticket("far")).await.expect("words");
    Foreign { message, note, escalation, operation, file }
}

async fn whole(desk: &Desk, id: TicketId) -> Option<Whole> {
    desk.get(&format!("/v1/tickets/{id}")).await.ok()
}

async fn last_message(desk: &Desk, id: TicketId) -> Option<MessageId> {
    whole(desk, id).await?.rows.iter().rev().find_map(|row| match row {
        Row::Message(row) => Some(row.id),
        _ => None,
    })
}

fn escalate(team: TeamId, agent: Option<AgentId>) -> Action {
    Action::Escalate(Escalate {
        kind: EscalationKind::Consult,
        to: Holder { team, agent },
        packet: Packet { asked: "Is it the network?".into(), ..Packet::default() },
        accept_within_s: 600,
    })
}

fn solved() -> Resolution {
    Resolution { code: ResolutionCode::NoFaultFound, words: "Explained.".into() }
}

/// Who tries, and in which team.
struct Author {
    desk: Desk,
    agent: AgentId,
    team: &'static str,
    /// Nothing is out of an administrator's reach.
    sees_all: bool,
}

async fn outcome(desk: &mut Desk, one: Operation) -> Outcome {
    let answer = desk.push(&[one]).await.expect("an answer");
    answer.settled[0].outcome.clone().expect("an outcome")
}

/// A fresh ticket in the hands of the author, brought to where the action can be done.
async fn stage(author: &mut Author, action: &str) -> (TicketId, Option<EscalationId>) {
    let id = TicketId(new_id());
    let team = key::team(author.team);
    let mut before = vec![operation(id, create(team, None))];
    let mut escalation = None;
    let mut ask = || {
        let asking = operation(id, escalate(team, Some(author.agent)));
        escalation = Some(EscalationId(asking.id.derive("escalation", 0)));
        asking
    };
    match action {
        "escalation_accept@1" | "escalation_decline@1" | "escalation_withdraw@1" => {
            before.push(ask());
        }
        "escalation_return@1" => {
            before.push(ask());
            let escalation = escalation.expect("asked");
            before.push(operation(id, Action::EscalationAccept { escalation }));
        }
        "reopen@1" => {
            before.push(operation(id, Action::Claim { team }));
            let seen_through = None;
            let resolution = solved();
            before.push(operation(id, Action::Solve { resolution, seen_through }));
        }
        "resource_unlink@1" => {
            let resource = key::resource("acme-web");
            before.push(operation(id, Action::ResourceLink { resource }));
        }
        // Assigned by the author, whose hands are free to give.
        "subject@1" | "status@1" | "severity@1" | "stage@1" => {
            before.push(operation(id, Action::Claim { team }));
        }
        _ => {}
    }
    if matches!(action, "reply@1" | "send_and_solve@1" | "solve@1") {
        before.push(operation(id, reply("First words.", None)));
    }
    for one in before {
        let name = one.action.name();
        assert_eq!(outcome(&mut author.desk, one).await, Outcome::Accepted, "{action}: {name}");
    }
    (id, escalation)
}

fn create(team: TeamId, agent: Option<AgentId>) -> Action {
    Action::Create(Create {
        subject: "Called us".into(),
        requester: key::contact("ana"),
        channel: Channel::Phone,
        severity: Severity::P3,
        holder: Holder { team, agent },
        language: "en".into(),
        words: None,
    })
}

/// Every action an agent may do, as it would be legitimate on the staged ticket.
async fn legitimate(
    author: &Author,
    name: &str,
    (id, escalation): (TicketId, Option<EscalationId>),
) -> Operation {
    let team = key::team(author.team);
    let seen_through = last_message(&author.desk, id).await;
    let escalation = escalation.unwrap_or(EscalationId(new_id()));
    let reason = "Not today.".to_owned();
    let words = |text: &str| match reply(text, seen_through) {
        Action::Reply(reply) => reply,
        _ => unreachable!("a reply"),
    };
    let free = Holder { team, agent: None };
    let action = match name {
        "create@1" => create(team, Some(author.agent)),
        "reply@1" => Action::Reply(words("More words.")),
        "note@1" => note("Among us."),
        "send_and_solve@1" => {
            Action::SendAndSolve { reply: words("Goodbye."), resolution: solved() }
        }
        "subject@1" => Action::Subject { from: "Called us".into(), to: "Wrote to us".into() },
        "status@1" => {
            Action::Status { from: Category::Open, to: Category::OnHold, pending_until: None }
        }
        "severity@1" => Action::Severity { from: Severity::P3, to: Severity::P2 },
        "assign@1" => Action::Assign { from: free, to: Holder { team, agent: Some(author.agent) } },
        "claim@1" => Action::Claim { team },
        "tags@1" => Action::Tags { add: ["dns".to_owned()].into(), remove: [].into() },
        "resource_link@1" => Action::ResourceLink { resource: key::resource("acme-web") },
        "resource_unlink@1" => Action::ResourceUnlink { resource: key::resource("acme-web") },
        "escalate@1" => escalate(team, Some(author.agent)),
        "escalation_accept@1" => Action::EscalationAccept { escalation },
        "escalation_decline@1" => Action::EscalationDecline { escalation, reason },
        "escalation_withdraw@1" => Action::EscalationWithdraw { escalation },
        "escalation_return@1" => Action::EscalationReturn { escalation, reason },
        "stage@1" => Action::Stage { from: Stage::Intake, to: Stage::Diagnosis },
        "solve@1" => Action::Solve { resolution: solved(), seen_through },
        "reopen@1" => Action::Reopen {},
        "attach@1" => Action::Attach { attachment: attachment(b"a log") },
        other => panic!("{other} has no legitimate twin here: add it"),
    };
    let ticket = if name == "create@1" { TicketId(new_id()) } else { id };
    operation(ticket, action)
}

/// What stands in a slot instead: something of others, or something that is not.
struct Instead<'a> {
    foreign: &'a Foreign,
    exists: bool,
}

impl Instead<'_> {
    fn pick<T>(&self, of_others: T, none: impl FnOnce(Uuid) -> T) -> T {
        if self.exists { of_others } else { none(new_id()) }
    }

    fn file(&self) -> Attachment {
        let of_others = self.foreign.file.clone();
        let hash = of_others.hash.clone();
        let none = |id: Uuid| blake3::hash(id.as_bytes()).to_hex().to_string();
        Attachment { hash: self.pick(hash, none), ..of_others }
    }

    /// The operation with another id in that slot.
    fn put(&self, mut one: Operation, slot: Slot) -> Operation {
        one.id = OperationId(new_id());
        let other = self.foreign.operation;
        match slot {
            Slot::Ticket => one.ticket = self.pick(ticket("far"), TicketId),
            Slot::Needs => one.needs = vec![self.pick(other, OperationId)],
            Slot::Replaces => one.replaces = Some(self.pick(other, OperationId)),
            _ => self.put_into(&mut one.action, slot),
        }
        one
    }

    fn put_into(&self, action: &mut Action, slot: Slot) {
        let Foreign { message, note: foreign_note, escalation, .. } = self.foreign;
        match action {
            Action::Create(create) => self.put_into_create(create, slot),
            Action::Reply(reply) | Action::SendAndSolve { reply, .. } => match slot {
                Slot::Words => reply.message = *message,
                Slot::SeenThrough => reply.seen_through = Some(self.pick(*message, MessageId)),
                _ => reply.attachments = vec![self.file()],
            },
            Action::Note(note) if slot == Slot::Words => note.note = *foreign_note,
            Action::Note(note) => note.attachments = vec![self.file()],
            Action::Solve { seen_through, .. } => {
                *seen_through = Some(self.pick(*message, MessageId));
            }
            Action::Assign { to, .. } | Action::Escalate(Escalate { to, .. }) => match slot {
                Slot::Agent => to.agent = Some(self.pick(agent("gil"), AgentId)),
                _ => to.team = self.pick(key::team("green"), TeamId),
            },
            Action::Claim { team } => *team = self.pick(key::team("green"), TeamId),
            Action::ResourceLink { resource } | Action::ResourceUnlink { resource } => {
                *resource = self.pick(key::resource("zeta-db"), ResourceId);
            }
            Action::EscalationAccept { escalation: asked }
            | Action::EscalationDecline { escalation: asked, .. }
            | Action::EscalationWithdraw { escalation: asked }
            | Action::EscalationReturn { escalation: asked, .. } => {
                *asked = self.pick(*escalation, EscalationId);
            }
            Action::Attach { attachment } => *attachment = self.file(),
            other => panic!("{} has no {slot:?}", other.name()),
        }
    }

    fn put_into_create(&self, create: &mut Create, slot: Slot) {
        let write = |message, attachments| Write {
            message,
            text: "As the customer said.".into(),
            language: None,
            attachments,
        };
        match slot {
            Slot::Requester => create.requester = self.pick(key::contact("zoe"), ContactId),
            Slot::Team => create.holder.team = self.pick(key::team("green"), TeamId),
            Slot::Agent => create.holder.agent = Some(self.pick(agent("gil"), AgentId)),
            Slot::Words => create.words = Some(write(self.foreign.message, Vec::new())),
            _ => create.words = Some(write(MessageId(new_id()), vec![self.file()])),
        }
    }
}

/// What may come of an id that is not the author's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Expected {
    /// Not accepted, and the same whether it exists or not.
    Alike,
    /// Not accepted. That a team is there, or that an id is taken, is no secret.
    Refused,
    /// It means nothing to the server: accepted, alike, and what it names is out of reach still.
    Nothing,
    /// An id that is not there is a new one, and legitimate; only one of others is looked at.
    OfOthers,
}

fn expected(name: &str, slot: Slot) -> Expected {
    match (name, slot) {
        ("create@1", Slot::Ticket) | (_, Slot::Words) => Expected::OfOthers,
        (_, Slot::Replaces | Slot::File) | ("resource_unlink@1", Slot::Resource) => {
            Expected::Nothing
        }
        (_, Slot::Team) => Expected::Refused,
        _ => Expected::Alike,
    }
}

/// Everything that the author cannot see, as who sees all of it does.
async fn out_of_reach(rex: &Desk) -> String {
    let far = whole(rex, ticket("far")).await.expect("a ticket of the greens");
    serde_json::to_string(&far.rows).expect("JSON")
}

/// One author tries everything.
async fn tries_everything(author: &mut Author, foreign: &Foreign, rex: &Desk) -> (usize, usize) {
    let names = Action::NAMES.iter().filter(|name| **name != "write@1");
    let (mut tried, mut accepted) = (0, 0);
    for name in names {
        let staged = stage(author, name).await;
        let twin = legitimate(author, name, staged).await;
        for slot in slots(&twin.action) {
            let expected = expected(name, slot);
            let what = format!("{name}, {slot:?}");
            let before = (out_of_reach(rex).await, seen(rex, staged.0).await);
            let mut outcomes = Vec::new();
            for exists in [true, false] {
                if exists && author.sees_all && expected != Expected::OfOthers {
                    continue;
                }
                if !exists && expected == Expected::OfOthers {
                    continue;
                }
                let one = Instead { foreign, exists }.put(twin.clone(), slot);
                if expected == Expected::Nothing {
                    // It is done: what it would have reached is looked at, on a ticket of its own.
                    let staged = stage(author, name).await;
                    let twin = legitimate(author, name, staged).await;
                    let one = Instead { foreign, exists }.put(twin, slot);
                    outcomes.push(outcome(&mut author.desk, one).await);
                } else {
                    outcomes.push(outcome(&mut author.desk, one).await);
                }
                tried += 1;
            }
            outcomes.iter_mut().for_each(without_ids);
            match expected {
                Expected::Nothing => {
                    assert!(
                        outcomes.iter().all(|o| *o == Outcome::Accepted),
                        "{what}: {outcomes:?}"
                    );
                }
                _ => assert!(!outcomes.contains(&Outcome::Accepted), "{what}: {outcomes:?}"),
            }
            if expected == Expected::Alike {
                let alike = outcomes.windows(2).all(|pair| pair[0] == pair[1]);
                assert!(alike, "{what} tells what exists: {outcomes:?}");
            }
            let after = (out_of_reach(rex).await, seen(rex, staged.0).await);
            assert_eq!(before, after, "{what} has changed something");
        }
        let done = outcome(&mut author.desk, twin).await;
        assert_eq!(done, Outcome::Accepted, "the legitimate twin of {name}");
        accepted += 1;
    }
    let secret =
        author.desk.http.get(format!("{}/v1/blobs/{}/0", author.desk.url, foreign.file.hash));
    let secret = secret.bearer_auth(&author.desk.session.access_token).send().await;
    let status = secret.expect("an answer").status();
    assert_eq!(status.is_success(), author.sees_all, "naming a file does not open it");
    (tried, accepted)
}

async fn seen(rex: &Desk, id: TicketId) -> String {
    let rows = whole(rex, id).await.map(|whole| whole.rows);
    serde_json::to_string(&rows.unwrap_or_default()).expect("JSON")
}

/// A held operation names what it waits for: the id that was asked with, nothing else.
fn without_ids(outcome: &mut Outcome) {
    use holdfast_domain::outcome::HeldReason;
    if let Outcome::Held { reason: HeldReason::NeedsNotAccepted { operation } } = outcome {
        *operation = OperationId(Uuid::nil());
    }
}

#[tokio::test]
async fn no_operation_of_any_role_reaches_anything_by_an_id_that_is_not_its_authors() {
    let world = World::new().await;
    let lead = serde_json::json!({ "agent": {
        "key": "lea", "name": "Lea", "login": "lea@desk.example", "role": "lead",
        "teams": ["red"], "languages": ["en"],
    }});
    world.import(&lead.to_string()).await.expect("a lead");
    let foreign = foreign(&world).await;
    let rex = world.desk("rex@desk.example").await;
    let table = [
        ("ada@desk.example", "ada", "red", false),
        ("lea@desk.example", "lea", "red", false),
        ("sue@desk.example", "sue", "red", false),
        ("rex@desk.example", "rex", "blue", true),
    ];
    for (login, who, team, sees_all) in table {
        let desk = world.desk(login).await;
        let mut author = Author { desk, agent: agent(who), team, sees_all };
        let (tried, accepted) = tries_everything(&mut author, &foreign, &rex).await;
        assert!(tried > 70, "{login} tried {tried}");
        assert_eq!(accepted, Action::NAMES.len() - 1, "{login}");
    }
    world.check().await;
}

#[tokio::test]
async fn who_an_author_is_and_may_do_is_not_the_desks_to_say() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let claims = r#""role":"administrator","agent":"#;
    let gil = agent("gil");
    let one = operation(ticket("far"), note("As if I were somebody else."));
    let text = serde_json::to_string(&one).expect("JSON");
    let text = text.replacen('{', &format!("{{{claims}\"{gil}\",\"author\":\"{gil}\","), 1);
    ada.number += 1;
    let push = vec![frozen(ada.number, one.id, text)];
    let answer = ada.push_as(push).await.expect("an answer");
    let refusal = holdfast_domain::Refusal::NotFound;
    assert_eq!(answer.settled[0].outcome, Some(Outcome::Refused { refusal }));
    for path in [
        format!("/v1/tickets/{}?role=administrator&agent={gil}", ticket("far")),
        format!("/v1/sync/snapshot/team:{}", key::team("green")),
        "/v1/sync/snapshot/everywhere".to_owned(),
    ] {
        let request = ada.http.get(format!("{}{path}", ada.url));
        let request = request.bearer_auth(&ada.session.access_token);
        let request = request.header("x-role", "administrator").header("x-agent", gil.to_string());
        let failure = read::<serde_json::Value>(request).await.expect_err("not hers");
        assert_eq!(failure.code, Code::NotFound, "{path}");
    }
    let hello = serde_json::json!({
        "desk": new_id(), "protocol": 1, "schema": 1, "epoch": null, "cursor": 0,
        "last_number": 0, "acknowledged": 0, "role": "administrator", "agent": gil,
        "scopes": ["everywhere"],
    });
    let welcome: holdfast_protocol::hello::Welcome =
        ada.post("/v1/sync/hello", &hello).await.expect("a welcome");
    assert!(!welcome.scopes.contains(&"everywhere".to_owned()), "{:?}", welcome.scopes);
}
