//! Signing in and what tokens are worth.

use holdfast_protocol::session::{Refresh, Session};
use holdfast_protocol::{Batch, Code, Failure};
use holdfast_server::Config;
use holdfast_server::admin::{NewAgent, Request};
use jiff::SignedDuration;

use crate::world::*;

async fn refresh(desk: &Desk, token: &str) -> Result<Session, Failure> {
    let said = Refresh { refresh_token: token.to_owned() };
    read(desk.http.post(format!("{}/v1/session/refresh", desk.url)).json(&said)).await
}

#[tokio::test]
async fn a_wrong_password_and_an_unknown_login_are_told_alike() {
    let world = World::new().await;
    world.password("ada@desk.example").await;
    let url = &world.server.url;
    let wrong = Desk::sign_in(url, "ada@desk.example", "wrong").await.err().expect("refused");
    let unknown = Desk::sign_in(url, "nobody@desk.example", "wrong").await.err().expect("refused");
    assert_eq!(wrong, unknown);
    assert_eq!(wrong.code, Code::SignInFailed);
    // Imported people have no password until one is given.
    let none = Desk::sign_in(url, "gil@desk.example", "").await.err().expect("refused");
    assert_eq!(none.code, Code::SignInFailed);
}

#[tokio::test]
async fn too_many_tries_are_throttled_by_login_and_by_address() {
    let tight = |config: Config| {
        let mut config = config;
        config.limits.sign_ins_per_login = 3;
        config.limits.sign_ins_per_address = 5;
        config.limits.sign_in_every_s = 600;
        config
    };
    let world = World::with(tight, |outside| outside).await;
    let url = &world.server.url;
    let tries = |login: &'static str| async move {
        Desk::sign_in(url, login, "wrong").await.err().expect("refused").code
    };
    let mut codes = Vec::new();
    for _ in 0..4 {
        codes.push(tries("ada@desk.example").await);
    }
    let failed = Code::SignInFailed;
    assert_eq!(codes, [failed, failed, failed, Code::Throttled], "the login");
    assert_eq!(tries("ben@desk.example").await, failed, "another login is not throttled yet");
    let failure = Desk::sign_in(url, "gil@desk.example", "x").await.err().expect("refused");
    assert_eq!(failure.code, Code::Throttled, "the address");
    assert!(failure.params["retry_after_s"].as_u64().is_some_and(|seconds| seconds > 0));
}

#[tokio::test]
async fn an_access_token_runs_out_and_a_refresh_brings_new_ones_of_the_same_session() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    world.clock.forward(SignedDuration::from_mins(16));
    let failure = ada.hello().await.expect_err("it has run out");
    assert_eq!(failure.code, Code::TokenExpired);
    ada.session = refresh(&ada, &ada.session.refresh_token).await.expect("new tokens");
    ada.changes(0).await;
}

/// Longer than requests of before a refresh are still served.
const NOT_IN_FLIGHT: SignedDuration = SignedDuration::from_secs(61);

#[tokio::test]
async fn a_refresh_whose_answer_was_lost_is_made_again_and_nobody_is_signed_out() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    world.clock.forward(SignedDuration::from_mins(16));
    let old = ada.session.refresh_token.clone();
    refresh(&ada, &old).await.expect("an answer that is lost");
    // A desk that was killed over a weekend comes back with what it has on its disk.
    world.clock.forward(SignedDuration::from_hours(60));
    ada.session = refresh(&ada, &old).await.expect("still signed in");
    ada.changes(0).await;
    world.clock.forward(NOT_IN_FLIGHT);
    ada.session = refresh(&ada, &ada.session.refresh_token).await.expect("and goes on");
    ada.changes(0).await;
}

#[tokio::test]
async fn several_answers_lost_in_a_row_end_nothing_even_over_a_restart() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let old = ada.session.refresh_token.clone();
    for _ in 0..5 {
        refresh(&ada, &old).await.expect("an answer that is lost");
        world.clock.forward(SignedDuration::from_hours(2));
    }
    let world = world.restart().await;
    ada.url.clone_from(&world.server.url);
    ada.session = refresh(&ada, &old).await.expect("still signed in");
    ada.changes(0).await;
    ada.session = refresh(&ada, &ada.session.refresh_token).await.expect("and goes on");
    ada.changes(0).await;
}

#[tokio::test]
async fn an_old_refresh_token_ends_the_session_once_its_successor_was_used() {
    for used_by in ["access", "refresh"] {
        let world = World::new().await;
        let mut ada = world.desk("ada@desk.example").await;
        let old = ada.session.refresh_token.clone();
        ada.session = refresh(&ada, &old).await.expect("new tokens");
        match used_by {
            "access" => drop(ada.changes(0).await),
            _ => ada.session = refresh(&ada, &ada.session.refresh_token).await.expect("tokens"),
        }
        world.clock.forward(NOT_IN_FLIGHT);
        let failure = refresh(&ada, &old).await.err().expect("somebody has a copy");
        assert_eq!(failure.code, Code::SessionEnded, "{used_by}");
        let failure = ada.hello().await.expect_err("ended for both");
        assert_eq!(failure.code, Code::SessionEnded, "{used_by}");
        let failure = refresh(&ada, &ada.session.refresh_token).await.err().expect("ended");
        assert_eq!(failure.code, Code::SessionEnded, "{used_by}");
    }
}

#[tokio::test]
async fn a_lost_answer_that_turns_up_with_somebody_else_ends_the_session() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let old = ada.session.refresh_token.clone();
    let lost = refresh(&ada, &old).await.expect("an answer that is lost");
    ada.session = refresh(&ada, &old).await.expect("made again");
    ada.changes(0).await;
    world.clock.forward(NOT_IN_FLIGHT);
    let thief = Desk { session: lost.clone(), ..ada.clone() };
    let failure = thief.get::<Batch>("/v1/sync/changes?since=0").await.expect_err("superseded");
    assert_eq!(failure.code, Code::TokenExpired);
    let failure = refresh(&ada, &lost.refresh_token).await.err().expect("superseded");
    assert_eq!(failure.code, Code::SessionEnded);
    assert_eq!(ada.hello().await.expect_err("for both").code, Code::SessionEnded);
}

#[tokio::test]
async fn requests_that_were_under_way_during_a_refresh_are_served() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let before = ada.clone();
    ada.session = refresh(&ada, &ada.session.refresh_token).await.expect("new tokens");
    ada.changes(0).await;
    before.changes(0).await;
    refresh(&before, &before.session.refresh_token).await.expect("sent twice by the network");
    ada.changes(0).await;
    world.clock.forward(NOT_IN_FLIGHT);
    let failure = before.get::<Batch>("/v1/sync/changes?since=0").await.expect_err("over");
    assert_eq!(failure.code, Code::TokenExpired);
    ada.changes(0).await;
}

#[tokio::test]
async fn nonsense_and_missing_tokens_open_nothing() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let bare = ada.http.get(format!("{}/v1/sync/changes?since=0", ada.url));
    let failure = read::<serde_json::Value>(bare).await.expect_err("no token");
    assert_eq!(failure.code, Code::TokenExpired);
    // A refresh token is not an access token.
    ada.session.access_token = ada.session.refresh_token.clone();
    assert_eq!(ada.hello().await.expect_err("no access").code, Code::TokenExpired);
    ada.session.access_token = CHANNEL.into();
    assert_eq!(ada.hello().await.expect_err("no access").code, Code::TokenExpired);
}

#[tokio::test]
async fn signing_out_ends_the_session_on_the_server() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let gone = ada
        .http
        .delete(format!("{}/v1/session", ada.url))
        .bearer_auth(&ada.session.access_token)
        .send()
        .await
        .expect("an answer");
    assert_eq!(gone.status(), 204);
    assert_eq!(ada.hello().await.expect_err("signed out").code, Code::SessionEnded);
}

#[tokio::test]
async fn an_older_and_a_newer_desk_are_told_which_side_to_update() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let table = [
        (0, 1, Code::DeskTooOld),
        (1, 0, Code::DeskTooOld),
        (2, 1, Code::DeskTooNew),
        (1, 9, Code::DeskTooNew),
    ];
    for (protocol, schema, code) in table {
        let failure = ada
            .hello_with(|hello| holdfast_protocol::hello::Hello { protocol, schema, ..hello })
            .await
            .expect_err("not understood");
        assert_eq!(failure.code, code, "protocol {protocol}, schema {schema}");
    }
}

#[tokio::test]
async fn a_session_that_has_not_said_hello_is_told_to() {
    let world = World::new().await;
    let password = world.password("ada@desk.example").await;
    let desk = Desk::sign_in(&world.server.url, "ada@desk.example", &password).await;
    let desk = desk.expect("a session");
    for path in
        ["/v1/sync/changes?since=0", "/v1/sync/stream?since=0", "/v1/sync/snapshot/personal"]
    {
        let failure = desk.get::<serde_json::Value>(path).await.expect_err("no hello");
        assert_eq!(failure.code, Code::BadRequest, "{path}");
    }
}

#[tokio::test]
async fn an_added_agent_signs_in_with_the_password_that_was_shown_once() {
    let world = World::new().await;
    let new = |login: &str, name: &str, teams: &[&str]| {
        Request::AgentAdd(NewAgent {
            login: login.into(),
            name: name.into(),
            role: holdfast_domain::Role::Lead,
            teams: teams.iter().map(|team| (*team).to_owned()).collect(),
            centers: Vec::new(),
            languages: vec!["en".into()],
        })
    };
    let told = world.admin(new("kim@desk.example", "Kim\u{202E}", &["red", "Blue"])).await;
    let told = told.expect("added");
    let password = told[0].rsplit(' ').next().expect("a password");
    let mut kim = Desk::sign_in(&world.server.url, "kim@desk.example", password).await.expect("in");
    assert_eq!(kim.hello().await.expect("a welcome").scopes.len(), 4);
    let (changes, _) = kim.all_changes(0).await;
    let text = serde_json::to_string(&changes).expect("JSON");
    assert!(text.contains("\"Kim\""), "names lose what turns the line round");
    for (login, name, teams) in [
        ("kim@desk.example", "Kim", ["red"].as_slice()),
        ("lou@desk.example", "Lou", &["nowhere"]),
        ("lou@desk.example", "\u{200B}", &["red"]),
        (" ", "Lou", &["red"]),
    ] {
        world.admin(new(login, name, teams)).await.expect_err("refused");
    }
}
