//! Who sees and does what: sight, purge, foreign ids, rights that change.

use holdfast_domain::escalation::{EscalationKind, Packet};
use holdfast_domain::operation::{Create, Escalate, Write};
use holdfast_domain::ticket::Channel;
use holdfast_domain::{
    Action, Category, EscalationId, Holder, MessageId, Outcome, Refusal, Severity, TicketId,
};
use holdfast_protocol::{Change, Code, Row, Whole};
use holdfast_server::admin::Request;
use holdfast_server::load::key;

use crate::world::*;

async fn outcome_of(desk: &mut Desk, id: TicketId, action: Action) -> Outcome {
    let answer = desk.push(&[operation(id, action)]).await.expect("an answer");
    answer.settled[0].outcome.clone().expect("an outcome")
}

pub fn holder(team: &str, who: Option<&str>) -> Holder {
    Holder { team: key::team(team), agent: who.map(agent) }
}

#[tokio::test]
async fn everybody_sees_the_tickets_of_their_reach_and_no_others() {
    let world = World::new().await;
    let table = [
        ("ada@desk.example", ["fresh", "mine", "over"].as_slice(), ["far"].as_slice()),
        ("ben@desk.example", &[], &["fresh", "mine", "over", "far"]),
        ("gil@desk.example", &["far"], &["fresh", "mine", "over"]),
        ("sue@desk.example", &["fresh", "mine", "over"], &["far"]),
        ("rex@desk.example", &["fresh", "mine", "over", "far"], &[]),
    ];
    for (login, sees, sees_not) in table {
        let desk = world.desk(login).await;
        let (changes, _) = desk.all_changes(0).await;
        for key in sees {
            assert!(shows(&changes, ticket(key)), "{login} sees {key}");
            desk.get::<Whole>(&format!("/v1/tickets/{}", ticket(key))).await.expect("one ticket");
        }
        for key in sees_not {
            assert!(!shows(&changes, ticket(key)), "{login} does not see {key}");
            let path = format!("/v1/tickets/{}", ticket(key));
            let failure = desk.get::<Whole>(&path).await.expect_err("not in sight");
            assert_eq!(failure.code, Code::NotFound, "{login} {key}");
        }
        let zeta =
            rows(&changes).iter().any(|row| matches!(row, Row::Contact(c) if c.name == "Zoe"));
        assert_eq!(zeta, sees.contains(&"far"), "{login} and the customers of others");
        let secrets = serde_json::to_string(&changes).expect("JSON");
        assert!(!secrets.contains("@desk.example"), "logins never leave the server");
        assert!(secrets.contains("\"Gil\""), "names of colleagues do");
    }
}

#[tokio::test]
async fn a_ticket_that_leaves_is_purged_and_one_that_enters_comes_whole() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let ben = world.desk("ben@desk.example").await;
    let since = ada.head().await;
    let (from, to) = (holder("red", Some("ada")), holder("blue", None));
    let moved = outcome_of(&mut ada, ticket("mine"), Action::Assign { from, to }).await;
    assert_eq!(moved, Outcome::Accepted);

    let (changes, _) = ada.all_changes(since).await;
    assert!(changes.contains(&Change::Purge { ticket: ticket("mine") }), "{changes:?}");
    assert!(!shows(&changes, ticket("mine")), "nothing of it is sent any more");

    let (changes, _) = ben.all_changes(since).await;
    let entered = rows(&changes);
    let count = |is: fn(&Row) -> bool| entered.iter().filter(|row| is(row)).count();
    assert_eq!(count(|row| matches!(row, Row::Message(_))), 3, "the whole thread");
    assert_eq!(count(|row| matches!(row, Row::Note(_))), 1);
    assert_eq!(count(|row| matches!(row, Row::Organization(_))), 1, "whose it is");
    assert_eq!(count(|row| matches!(row, Row::Resource(_))), 1, "what they have");
    assert_eq!(count(|row| matches!(row, Row::Ticket(_))), 1);
    let Some(Row::Ticket(row)) = entered.iter().find(|row| matches!(row, Row::Ticket(_))) else {
        panic!("a ticket row");
    };
    let thread = count(|row| matches!(row, Row::Message(_) | Row::Note(_) | Row::Event(_)));
    assert_eq!(row.entries, i64::try_from(thread).expect("a count"));
}

#[tokio::test]
async fn one_who_comes_late_hears_nothing_of_what_happened_out_of_her_sight() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let mut ben = world.desk("ben@desk.example").await;
    let since = ada.head().await;
    let (red, blue) = (holder("red", Some("ada")), holder("blue", None));
    outcome_of(&mut ada, ticket("mine"), Action::Assign { from: red, to: blue }).await;
    outcome_of(&mut ben, ticket("mine"), note("Among us blues.")).await;
    let (changes, _) = ada.all_changes(since).await;
    let text = serde_json::to_string(&changes).expect("JSON");
    assert!(!text.contains("Among us blues."), "{text}");
}

#[tokio::test]
async fn who_was_asked_to_join_sees_it_until_it_is_over() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let mut ben = world.desk("ben@desk.example").await;
    let since = ben.head().await;
    let asked = Action::Escalate(Escalate {
        kind: EscalationKind::Consult,
        to: holder("blue", Some("ben")),
        packet: Packet { asked: "Is it the network?".into(), ..Packet::default() },
        accept_within_s: 600,
    });
    let asking = operation(ticket("mine"), asked);
    let escalation = EscalationId(asking.id.derive("escalation", 0));
    ada.push(&[asking]).await.expect("an answer");
    let (changes, now) = ben.all_changes(since).await;
    assert!(shows(&changes, ticket("mine")), "asked, so it is in sight");

    let reason = "Not today.".to_owned();
    let declined = Action::EscalationDecline { escalation, reason };
    assert_eq!(outcome_of(&mut ben, ticket("mine"), declined).await, Outcome::Accepted);
    let (changes, _) = ben.all_changes(now).await;
    assert!(changes.contains(&Change::Purge { ticket: ticket("mine") }), "{changes:?}");
}

pub fn create(requester: &str, team: &str) -> Action {
    Action::Create(Create {
        subject: "Called us".into(),
        requester: key::contact(requester),
        channel: Channel::Phone,
        severity: Severity::P3,
        holder: holder(team, None),
        language: "en".into(),
        words: None,
    })
}

#[tokio::test]
async fn foreign_and_unknown_tickets_contacts_and_teams_do_not_exist() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let new = || TicketId(new_id());
    let (not_found, not_allowed) = (Refusal::NotFound, Refusal::NotAllowed);
    let table = [
        ("a ticket that is not", new(), note("?"), not_found.clone()),
        ("a ticket of others", ticket("far"), note("?"), not_found.clone()),
        ("a ticket of others, anew", ticket("far"), create("ana", "red"), not_found.clone()),
        ("a contact of others", new(), create("zoe", "red"), not_found.clone()),
        ("a contact that is not", new(), create("nobody", "red"), not_found.clone()),
        ("a team that is not", new(), create("ana", "nowhere"), not_found),
        ("a team of others", new(), create("ana", "green"), not_allowed),
    ];
    for (what, id, action, refusal) in table {
        let outcome = outcome_of(&mut ada, id, action).await;
        assert_eq!(outcome, Outcome::Refused { refusal }, "{what}");
    }
    let known = outcome_of(&mut ada, new(), create("abe", "red")).await;
    assert_eq!(known, Outcome::Accepted, "a contact of a company in sight");
    world.check().await;
}

#[tokio::test]
async fn foreign_and_unknown_ids_inside_of_a_ticket_do_not_exist() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let link = |resource| Action::ResourceLink { resource };
    let from = holder("red", Some("ada"));
    let write = Write {
        message: MessageId(new_id()),
        text: "As if I were the customer".into(),
        language: None,
        attachments: Vec::new(),
    };
    let escalation = EscalationId(new_id());
    let table = [
        ("a thing of others", link(key::resource("zeta-db")), Refusal::NotFound),
        ("a thing that is not", link(key::resource("none")), Refusal::NotFound),
        (
            "an agent outside of the team",
            Action::Assign { from, to: holder("red", Some("gil")) },
            Refusal::NotInTeam,
        ),
        (
            "an agent who is not",
            Action::Assign { from, to: holder("red", Some("nobody")) },
            Refusal::NotInTeam,
        ),
        (
            "an escalation that is not",
            Action::EscalationAccept { escalation },
            Refusal::EscalationOver,
        ),
        ("the customer's words", Action::Write(write), Refusal::NotAllowed),
    ];
    for (what, action, refusal) in table {
        let outcome = outcome_of(&mut ada, ticket("mine"), action).await;
        assert_eq!(outcome, Outcome::Refused { refusal }, "{what}");
    }
    world.check().await;
}

#[tokio::test]
async fn closing_is_the_systems_and_a_closed_ticket_is_final() {
    let world = World::new().await;
    let mut ann = world.desk("ann@desk.example").await;
    let refusal = outcome_of(&mut ann, ticket("over"), note("Too late.")).await;
    assert_eq!(refusal, Outcome::Refused { refusal: Refusal::Closed });
    let pushed = ann.push(&[operation(ticket("mine"), Action::Close {})]).await;
    assert_eq!(pushed.expect_err("not a desk's").code, Code::UnknownOperation);
}

#[tokio::test]
async fn a_conflict_tells_whose_value_stands() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let mut ann = world.desk("ann@desk.example").await;
    let to = |to| Action::Severity { from: Severity::P3, to };
    assert_eq!(outcome_of(&mut ada, ticket("mine"), to(Severity::P1)).await, Outcome::Accepted);
    let outcome = outcome_of(&mut ann, ticket("mine"), to(Severity::P4)).await;
    let Outcome::Conflict(conflict) = outcome else { panic!("a conflict: {outcome:?}") };
    assert_eq!(conflict.by, holdfast_domain::By::Agent(agent("ada")));
    let merged = outcome_of(&mut ann, ticket("mine"), to(Severity::P1)).await;
    assert_eq!(merged, Outcome::Accepted, "already so");
}

#[tokio::test]
async fn two_claims_race_and_the_loser_is_told_who_has_it() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let mut ann = world.desk("ann@desk.example").await;
    let claim = || Action::Claim { team: key::team("red") };
    let (a, b) = tokio::join!(
        outcome_of(&mut ada, ticket("fresh"), claim()),
        outcome_of(&mut ann, ticket("fresh"), claim()),
    );
    let (won, lost) = if a == Outcome::Accepted { ("ada", b) } else { ("ann", a) };
    let by = agent(won);
    assert_eq!(lost, Outcome::Refused { refusal: Refusal::AlreadyTaken { by } });
    let rex = world.desk("rex@desk.example").await;
    let whole: Whole =
        rex.get(&format!("/v1/tickets/{}", ticket("fresh"))).await.expect("the ticket");
    let row = whole.rows.iter().find_map(|row| match row {
        Row::Ticket(row) => Some(row),
        _ => None,
    });
    let row = row.expect("a ticket row");
    assert_eq!((row.holder.agent, row.category), (Some(by), Category::Open));
}

#[tokio::test]
async fn changed_rights_are_told_and_count_at_once() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let since = ada.head().await;
    let moved = r#"{"agent":{"key":"ada","name":"Ada","login":"ada@desk.example",
        "role":"agent","teams":["green"],"languages":["en"]}}"#;
    world.import(&moved.replace('\n', " ")).await.expect("an import");
    let (changes, _) = ada.all_changes(since).await;
    assert!(changes.contains(&Change::Rights), "{changes:?}");
    let welcome = ada.hello().await.expect("a welcome");
    assert_eq!(welcome.scopes.len(), 3);
    assert!(welcome.scopes[1].ends_with(&key::team("green").to_string()));
    let lost = outcome_of(&mut ada, ticket("fresh"), note("Still there?")).await;
    assert_eq!(lost, Outcome::Refused { refusal: Refusal::NotFound });
    let held = outcome_of(&mut ada, ticket("mine"), note("In my own hands.")).await;
    assert_eq!(held, Outcome::Accepted, "what she holds she sees, whatever her team");
    let gained = outcome_of(&mut ada, ticket("far"), note("Hello, greens.")).await;
    assert_eq!(gained, Outcome::Accepted);
}

#[tokio::test]
async fn a_disabled_agent_is_out_everywhere() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let login = "ada@desk.example".to_owned();
    world.admin(Request::AgentDisable { login }).await.expect("disabled");
    let failure = ada.push(&[operation(ticket("mine"), note("?"))]).await.expect_err("out");
    assert_eq!(failure.code, Code::Revoked);
    let failure = ada.hello().await.expect_err("out");
    assert_eq!(failure.code, Code::Revoked);
}
