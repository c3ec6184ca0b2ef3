//! A desk that may not show its tickets any more: too long without the server, or shut out by it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use futures_util::future::BoxFuture;
use holdfast_desk::clock::{Clock, WallClock};
use holdfast_desk::ipc::error::Code;
use holdfast_journeys::desk::{PASSPHRASE, times};
use holdfast_journeys::{ELENA, Outage, Person, Seat, Server};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};

const DAY_S: i64 = 24 * 60 * 60;

/// A clock on the wall that can be set. What ticks is not set with it.
#[derive(Default)]
pub struct Wall {
    ahead_s: AtomicI64,
}

impl Wall {
    pub fn set(&self, days: i64) {
        self.ahead_s.store(days * DAY_S, Ordering::Relaxed);
    }
}

impl Clock for Wall {
    fn now(&self) -> Timestamp {
        WallClock.now() + SignedDuration::from_secs(self.ahead_s.load(Ordering::Relaxed))
    }

    fn ticks_us(&self) -> i64 {
        WallClock.ticks_us()
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        WallClock.sleep(time)
    }
}

/// Commands that show or change what is the tickets'.
fn of_tickets(ticket: &str) -> Vec<(&'static str, Value)> {
    let page = json!({ "view": { "view": "mine" }, "sort": "due", "offset": 0, "limit": 20 });
    let words = json!({ "ticket": ticket, "kind": "reply", "text": "?" });
    vec![
        ("ticket.open", json!({ "ticket": ticket })),
        ("ticket.act", json!({ "ticket": ticket, "act": { "act": "claim" } })),
        ("view.page", page),
        ("view.counts", json!({})),
        ("search.run", json!({ "query": "a", "offset": 0, "limit": 10 })),
        ("draft.list", json!({})),
        ("draft.save", words),
        ("outbox.list", json!({})),
        ("tray.list", json!({})),
        ("directory.get", json!({})),
    ]
}

async fn shows_nothing(person: &Person, ticket: &str, why: Code) -> Result<()> {
    for (command, request) in of_tickets(ticket) {
        assert_eq!(person.fails(command, request).await?, why, "{command}");
    }
    Ok(())
}

async fn unlock(person: &Person) -> Result<Code> {
    let session = person.call("session.get", json!({})).await?;
    let profile = session["profiles"][0]["id"].clone();
    let request = json!({ "profile": profile, "passphrase": PASSPHRASE });
    person.fails("session.unlock", request).await
}

fn is(state: &'static str) -> impl Fn(&Value) -> bool {
    move |session| session["state"] == state
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_too_long_without_the_server_locks_keeps_what_was_written_and_opens_with_it()
-> Result<()> {
    let mut server = Server::with_sample().await?;
    let (seat, wall) = (Seat::new(&server)?, Arc::new(Wall::default()));
    let clock = Arc::<Wall>::clone(&wall);
    let elena = seat.sign_in_by(clock, ELENA, &server.password(ELENA)?).await?;
    elena.synced().await?;
    elena.without_undo().await?;
    let ticket = elena.own_ticket().await?;
    server.kill().await?;
    elena.offline().await?;
    elena.note(&ticket, "written within the lease").await?;
    let draft = json!({ "ticket": ticket, "kind": "reply", "text": "half a sen" });
    elena.call("draft.save", draft).await?;
    wall.set(13);
    elena.ticket(&ticket).await?;
    wall.set(15);
    shows_nothing(&elena, &ticket, Code::LeaseOver).await?;
    let session = ("session.get", json!({}));
    elena.until("it says why", session.clone(), is("lease_over")).await?;
    assert_eq!(elena.call("status.get", json!({})).await?["saved"], 1, "the outbox is kept");
    wall.set(0);
    shows_nothing(&elena, &ticket, Code::LeaseOver).await.context("the clock set back")?;
    elena.quit().await;
    let elena = seat.start_by(Arc::<Wall>::clone(&wall));
    assert_eq!(unlock(&elena).await?, Code::LeaseOver, "nor over a restart");
    shows_nothing(&elena, &ticket, Code::LeaseOver).await?;
    server.start().await?;
    elena.tries_again().await?;
    elena.until("it opens by itself", session, is("open")).await?;
    elena.synced().await?;
    let shown = elena.ticket(&ticket).await?;
    assert_eq!(times(&shown, "written within the lease"), 1);
    assert_eq!(shown["drafts"][0]["text"], "half a sen");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disabled_agent_is_shown_nothing_and_finds_her_words_when_she_is_let_in_again()
-> Result<()> {
    let Outage { mut server, seat, elena, ticket } = Outage::begins().await?;
    elena.note(&ticket, "written before she was shut out").await?;
    server.run(&["agent", "disable", ELENA]).await?;
    server.start().await?;
    elena.tries_again().await?;
    let session = ("session.get", json!({}));
    elena.until("she is told", session.clone(), is("revoked")).await?;
    shows_nothing(&elena, &ticket, Code::Revoked).await?;
    let told = |status: &Value| status["trouble"] == "revoked" && status["saved"] == 1;
    elena.until("the bar says why", ("status.get", json!({})), told).await?;
    elena.quit().await;
    server.kill().await?;
    let elena = seat.start();
    assert_eq!(unlock(&elena).await?, Code::Revoked, "without the server, too");
    shows_nothing(&elena, &ticket, Code::Revoked).await?;
    server.start().await?;
    let password = server.reset(ELENA).await?;
    let again = json!({
        "server": server.url(), "login": ELENA, "password": password, "passphrase": PASSPHRASE,
    });
    elena.call("session.sign_in", again).await?;
    elena.until("she is in", session, is("open")).await?;
    elena.synced().await?;
    let shown = elena.ticket(&ticket).await?;
    let text = "written before she was shut out";
    assert_eq!(times(&shown, text), 1);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_agent_who_is_disabled_at_work_is_shown_nothing_from_then_on_and_nothing_is_sent()
-> Result<()> {
    let server = Server::with_sample().await?;
    let (_seat, elena) = Person::at_work(&server, ELENA).await?;
    let ticket = elena.own_ticket().await?;
    elena.reply(&ticket, "taken back by nobody, sent by nobody").await?;
    server.run(&["agent", "disable", ELENA]).await?;
    elena.until("she is told", ("session.get", json!({})), is("revoked")).await?;
    shows_nothing(&elena, &ticket, Code::Revoked).await?;
    elena.tries_again().await?;
    let told = |status: &Value| status["trouble"] == "revoked" && status["saved"] == 1;
    elena.until("it stays so", ("status.get", json!({})), told).await?;
    let left = elena.call("session.sign_out", json!({ "keep_unsent": true })).await?;
    assert_eq!(left["state"], "signed_out", "she may go");
    assert_eq!(left["profiles"][0]["waiting"], 1, "and what she wrote stays");
    let sent = server.deliveries().await?;
    assert!(sent.iter().all(|row| row["text"] != "taken back by nobody, sent by nobody"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_while_the_server_is_there_closes_the_desk_for_a_moment_only()
-> Result<()> {
    let server = Server::with_sample().await?;
    let (seat, wall) = (Seat::new(&server)?, Arc::new(Wall::default()));
    let clock = Arc::<Wall>::clone(&wall);
    let elena = seat.sign_in_by(clock, ELENA, &server.password(ELENA)?).await?;
    elena.synced().await?;
    wall.set(30);
    elena.until("the server says what time it is", ("session.get", json!({})), is("open")).await?;
    let sure = |status: &Value| status["connection"] == "synced" && status["clock_unsure"] == false;
    elena.until("and the desk knows", ("status.get", json!({})), sure).await?;
    elena.own_ticket().await.map(|_| ())
}
