//! A day in the real window: signing in, reading, replying in an outage, a crash, and the server
//! back again.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use holdfast_app_tests::server::Server;
use holdfast_app_tests::stage::Stage;
use holdfast_app_tests::window::Window;
use holdfast_app_tests::{LOGIN, until};

const WORDS: &str = "The disk is healthy again; please start the instance once more.";

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_written_in_an_outage_survives_a_crash_and_is_sent() -> Result<()> {
    let mut server = Server::start().await?;
    let stage = Stage::with_keyring().await?;
    let walked = walk(&stage, &mut server).await;
    if walked.is_err() {
        eprintln!("the screen as it was: {}", stage.picture("journey")?.display());
    }
    walked
}

async fn walk(stage: &Stage, server: &mut Server) -> Result<()> {
    let desk = stage.folder("desk")?;
    let window = Window::open(stage, &desk, &["--server", &server.url()]).await?;
    sign_in(&window, server).await?;
    let ticket = open_first(&window).await?;

    server.kill()?;
    window.has("status-connection", "data-state", "offline").await?;
    window.click("composer-reply").await?;
    window.type_into("composer-text", WORDS).await?;
    window.click("send").await?;
    assert_eq!(ours(&window).await?, "saved");
    window.kill()?;

    let window = reopen(stage, &desk, server).await?;
    open(&window, &ticket).await?;
    ours(&window).await?;
    window.has("status-connection", "data-state", "offline").await?;

    server.resume().await?;
    window.has("status-connection", "data-state", "synced").await?;
    until("the reply is sent", async || Ok((ours(&window).await? == "sent").then_some(()))).await
}

async fn sign_in(window: &Window, server: &Server) -> Result<()> {
    window.type_into("login", LOGIN).await?;
    window.type_into("password", &server.password(LOGIN)?).await?;
    window.click("sign-in").await?;
    // The keyring has the key; the passphrase for the day it is lost is shown this once.
    let shown = window.find("recovery").await?.text().await?;
    ensure!(!shown.trim().is_empty(), "the recovery passphrase is empty");
    window.click("recovery-kept").await
}

/// The second start finds the key in the keyring and asks for nothing.
async fn reopen(stage: &Stage, desk: &Path, server: &Server) -> Result<Window> {
    let window = Window::open(stage, desk, &["--server", &server.url()]).await?;
    window.find("row").await?;
    let asked = window.look("password").await?.is_some();
    ensure!(!asked && window.look("passphrase").await?.is_none(), "it asks for a secret");
    Ok(window)
}

/// Opens the first ticket of the list; returns its id.
async fn open_first(window: &Window) -> Result<String> {
    let row = window.find("row").await?;
    let ticket = row.attr("data-id").await?.context("a row without data-id")?;
    open(window, &ticket).await?;
    Ok(ticket)
}

async fn open(window: &Window, ticket: &str) -> Result<()> {
    until("the ticket is open", async || {
        for row in window.all("row").await? {
            if row.attr("data-id").await?.as_deref() == Some(ticket) {
                row.click().await?;
                let subject = window.find("subject").await?.text().await?;
                return Ok((!subject.trim().is_empty()).then_some(()));
            }
        }
        Ok(None)
    })
    .await
}

/// Waits for our reply in the thread; returns how far it has come. It stands there once, whatever
/// happened in between.
async fn ours(window: &Window) -> Result<String> {
    until("our reply in the thread, once", async || {
        let mut states = Vec::new();
        for entry in window.all("entry").await? {
            if entry.text().await?.contains(WORDS) {
                states.push(entry.attr("data-state").await?.context("our words without a state")?);
            }
        }
        ensure!(states.len() <= 1, "the reply stands in the thread {} times", states.len());
        Ok(states.pop())
    })
    .await
}
