//! One agent, no network.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use futures_util::future::BoxFuture;
use holdfast_desk::clock::{Clock, WallClock};
use holdfast_journeys::desk::times;
use holdfast_journeys::{ELENA, Outage, Person, Seat, Server};
use jiff::{SignedDuration, Timestamp};
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_written_in_an_outage_is_sent_once_when_it_ends() -> Result<()> {
    let Outage { mut server, seat: _seat, elena, ticket } = Outage::begins().await?;
    let text = "驱动已回滚，实例应在五分钟内恢复。";
    elena.reply(&ticket, text).await?;
    let status = elena.call("status.get", json!({})).await?;
    assert_eq!(status["saved"], 1, "it is saved on this computer");
    let shown = elena.ticket(&ticket).await?;
    assert_eq!(times(&shown, text), 1, "and shown at once");
    server.start().await?;
    elena.tries_again().await?;
    elena.synced().await?;
    let settled = elena.ticket(&ticket).await?;
    assert_eq!(times(&settled, text), 1);
    let sent = server.deliveries().await?;
    assert_eq!(sent.iter().filter(|row| row["text"] == text).count(), 1, "to the customer once");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_saved_offline_outlives_the_program() -> Result<()> {
    let Outage { mut server, seat, elena, ticket } = Outage::begins().await?;
    elena.note(&ticket, "snapshot taken before the rollback").await?;
    let draft = json!({ "ticket": ticket, "kind": "reply", "text": "half a sen" });
    elena.call("draft.save", draft).await?;
    elena.quit().await;
    let elena = seat.unlock().await?;
    let shown = elena.ticket(&ticket).await?;
    assert_eq!(times(&shown, "snapshot taken before the rollback"), 1);
    assert_eq!(shown["drafts"][0]["text"], "half a sen");
    server.start().await?;
    elena.synced().await?;
    let (_other, tomas) = Person::at_work(&server, holdfast_journeys::TOMAS).await?;
    let seen = tomas.ticket(&ticket).await?;
    assert_eq!(times(&seen, "snapshot taken before the rollback"), 1, "a colleague reads it");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn undoing_before_the_push_leaves_no_trace_and_gives_the_words_back() -> Result<()> {
    let mut server = Server::with_sample().await?;
    let (_seat, elena) = Person::at_work(&server, ELENA).await?;
    let ticket = elena.own_ticket().await?;
    server.kill().await?;
    elena.offline().await?;
    let operation = elena.reply(&ticket, "sent too early").await?;
    let undone = elena.call("outbox.undo", json!({ "operation": operation })).await?;
    assert_eq!(undone["draft"]["text"], "sent too early");
    assert_eq!(times(&elena.ticket(&ticket).await?, "sent too early"), 0);
    server.start().await?;
    elena.tries_again().await?;
    elena.synced().await?;
    assert!(server.deliveries().await?.iter().all(|row| row["text"] != "sent too early"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_while_the_desk_pushes_neither_loses_nor_doubles() -> Result<()> {
    let Outage { mut server, seat: _seat, elena, ticket } = Outage::begins().await?;
    let notes: Vec<String> = (0..40).map(|n| format!("step {n} of the rollback")).collect();
    for note in &notes {
        elena.note(&ticket, note).await?;
    }
    for _ in 0..3 {
        server.start().await?;
        elena.tries_again().await?;
        let moving = |status: &serde_json::Value| status["connection"] != "offline";
        elena.until("it has begun", ("status.get", json!({})), moving).await?;
        server.kill().await?;
    }
    server.start().await?;
    elena.tries_again().await?;
    elena.synced().await?;
    let (_other, tomas) = Person::at_work(&server, holdfast_journeys::TOMAS).await?;
    for seen in [elena.ticket(&ticket).await?, tomas.ticket(&ticket).await?] {
        for note in &notes {
            assert_eq!(times(&seen, note), 1, "{note}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_snapshot_that_was_cut_off_goes_on_where_it_stopped() -> Result<()> {
    let mut server = Server::with_sample().await?;
    server.run(&["sample", "load", "--scale", "4000"]).await?;
    let seat = Seat::new(&server)?;
    let hannah = seat.sign_in(&server, holdfast_journeys::HANNAH).await?;
    let begun = |status: &serde_json::Value| {
        let done = status["fetching"]["done"].as_u64().unwrap_or(0);
        done > 0 || status["connection"] == "synced"
    };
    hannah.until("the snapshot has begun", ("status.get", json!({})), begun).await?;
    server.kill().await?;
    hannah.offline().await?;
    hannah.quit().await;
    server.start().await?;
    let hannah = seat.unlock().await?;
    hannah.synced().await?;
    let (_other, fresh) = Person::at_work(&server, holdfast_journeys::HANNAH).await?;
    let all = json!({ "view": { "view": "all" }, "sort": "due", "offset": 0, "limit": 1 });
    let (resumed, whole) = (
        hannah.call("view.page", all.clone()).await?["total"].clone(),
        fresh.call("view.page", all).await?["total"].clone(),
    );
    assert_eq!(resumed, whole, "the resumed desk holds what a fresh one holds");
    assert!(whole.as_u64().unwrap_or(0) > 100, "there is something to resume: {whole}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_that_is_closed_in_an_outage_opens_with_the_age_it_had() -> Result<()> {
    let Outage { server: _dead, seat, elena, .. } = Outage::begins().await?;
    let status = elena.call("status.get", json!({})).await?;
    elena.quit().await;
    let elena = seat.unlock().await?;
    let opened = elena.call("status.get", json!({})).await?;
    assert_eq!(opened["data_as_of"], status["data_as_of"]);
    Ok(())
}

/// A clock that can be told that time has passed, on the wall and in ticks.
#[derive(Default)]
struct Passing {
    s: AtomicI64,
}

impl Clock for Passing {
    fn now(&self) -> Timestamp {
        WallClock.now() + SignedDuration::from_secs(self.s.load(Ordering::Relaxed))
    }

    fn ticks_us(&self) -> i64 {
        WallClock.ticks_us() + self.s.load(Ordering::Relaxed) * 1_000_000
    }

    fn sleep(&self, time: Duration) -> BoxFuture<'static, ()> {
        WallClock.sleep(time)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_desk_that_is_cut_off_with_a_change_just_in_opens_with_the_age_of_the_change()
-> Result<()> {
    // Less than a silence in which the server would be greeted again.
    const PASSED: SignedDuration = SignedDuration::from_secs(15);
    let mut server = Server::with_sample().await?;
    let (seat, clock) = (Seat::new(&server)?, Arc::new(Passing::default()));
    let on_wall = Arc::<Passing>::clone(&clock);
    let elena = seat.sign_in_by(on_wall, ELENA, &server.password(ELENA)?).await?;
    elena.synced().await?;
    elena.without_undo().await?;
    let began: Timestamp = as_of(&elena).await?;
    clock.s.store(PASSED.as_secs(), Ordering::Relaxed);
    let ticket = elena.own_ticket().await?;
    elena.note(&ticket, "the last thing that came").await?;
    elena.synced().await?;
    // What a power failure leaves: the disk as it is, of a program that has said no goodbye.
    let after = seat.copied()?;
    server.kill().await?;
    let elena = after.unlock().await?;
    let opened = as_of(&elena).await?;
    assert!(opened >= began + PASSED, "{opened} is not {PASSED:#} after {began}");
    Ok(())
}

async fn as_of(person: &Person) -> Result<Timestamp> {
    let status = person.call("status.get", json!({})).await?;
    Ok(status["data_as_of"].as_str().context("it has heard the server")?.parse()?)
}
