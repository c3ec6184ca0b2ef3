//! Desks and servers of different ages: they say so and keep everything.

use anyhow::Result;
use holdfast_journeys::desk::times;
use holdfast_journeys::{ELENA, Person, Server, TOMAS, Wire};
use serde_json::{Value, json};

/// The protocol a desk is taken for, and what its agent is told.
const AGES: [(u32, &str); 2] = [(99, "too_new"), (0, "too_old")];

#[tokio::test(flavor = "multi_thread")]
async fn an_older_and_a_newer_server_are_told_and_work_goes_on_and_is_sent_when_they_fit()
-> Result<()> {
    let server = Server::with_sample().await?;
    let wire = Wire::to(&server).await?;
    let (seat, elena) = Person::at_work_on(&wire, &server, ELENA).await?;
    elena.without_undo().await?;
    let ticket = elena.own_ticket().await?;
    let elena = {
        let mut elena = elena;
        for (protocol, trouble) in AGES {
            wire.speak(Some(protocol));
            // A desk of another age is a program that was just started.
            elena.quit().await;
            elena = seat.unlock().await?;
            let told = |status: &Value| status["trouble"] == trouble;
            elena.until("she is told", ("status.get", json!({})), told).await?;
            elena.note(&ticket, &format!("written while it was {trouble}")).await?;
            let status = elena.call("status.get", json!({})).await?;
            assert_eq!(status["connection"], "offline");
            assert!(status["saved"].as_u64() > Some(0), "the words are saved here");
        }
        elena
    };
    wire.speak(None);
    elena.tries_again().await?;
    elena.synced().await?;
    let (_other, tomas) = Person::at_work(&server, TOMAS).await?;
    let read = tomas.ticket(&ticket).await?;
    for (_, trouble) in AGES {
        let note = format!("written while it was {trouble}");
        assert_eq!(times(&read, &note), 1, "{note}");
    }
    Ok(())
}
