//! A machine without a keyring: the passphrase is asked for each time, and nothing lies in clear.

use std::path::Path;

use anyhow::{Context, Result, ensure};
use holdfast_app_tests::server::Server;
use holdfast_app_tests::stage::Stage;
use holdfast_app_tests::window::Window;
use holdfast_app_tests::{LOGIN, until};

const PASSPHRASE: &str = "seven cold anchors hold";
/// How every SQLite file begins that is not encrypted.
const IN_CLEAR: &[u8] = b"SQLite format 3\0";

#[tokio::test(flavor = "multi_thread")]
async fn without_a_keyring_a_passphrase_opens_the_desk_and_nothing_else_does() -> Result<()> {
    let server = Server::start().await?;
    let mut stage = Stage::set()?;
    // No session bus, no Secret Service; and nothing that could start one.
    stage.tell("DBUS_SESSION_BUS_ADDRESS", "disabled:");
    let walked = walk(&stage, &server).await;
    if walked.is_err() {
        eprintln!("the screen as it was: {}", stage.picture("keyring")?.display());
    }
    walked
}

async fn walk(stage: &Stage, server: &Server) -> Result<()> {
    let desk = stage.folder("desk")?;
    let window = Window::open(stage, &desk, &["--server", &server.url()]).await?;
    window.type_into("login", LOGIN).await?;
    window.type_into("password", &server.password(LOGIN)?).await?;
    window.click("sign-in").await?;
    window.type_into("passphrase", PASSPHRASE).await?;
    window.type_into("passphrase-again", PASSPHRASE).await?;
    window.click("sign-in").await?;
    window.find("row").await?;
    window.kill()?;
    nothing_lies_in_clear(&desk)?;

    let window = Window::open(stage, &desk, &["--server", &server.url()]).await?;
    window.type_into("passphrase", "seven cold anchors slip").await?;
    window.click("unlock").await?;
    until("it says that the passphrase is wrong", async || {
        let invalid = window.find("passphrase").await?.attr("aria-invalid").await?;
        Ok((invalid.as_deref() == Some("true")).then_some(()))
    })
    .await?;
    ensure!(window.look("row").await?.is_none(), "a wrong passphrase showed tickets");
    window.find("passphrase").await?.clear().await?;
    window.type_into("passphrase", PASSPHRASE).await?;
    window.click("unlock").await?;
    window.find("row").await?;
    Ok(())
}

/// Neither the database nor any other file of the profiles can be read without the passphrase.
fn nothing_lies_in_clear(desk: &Path) -> Result<()> {
    let profiles = desk.join("profiles");
    let profile = std::fs::read_dir(&profiles)?.next().context("a profile")??.path();
    let mut databases = 0;
    for entry in std::fs::read_dir(profile)? {
        let path = entry?.path();
        let bytes = std::fs::read(&path)?;
        databases += usize::from(path.extension().is_some_and(|end| end == "db"));
        ensure!(!bytes.starts_with(IN_CLEAR), "{} is not encrypted", path.display());
        let secret = bytes.windows(PASSPHRASE.len()).any(|part| part == PASSPHRASE.as_bytes());
        ensure!(!secret, "{} holds the passphrase", path.display());
    }
    ensure!(databases == 1, "{databases} databases in a profile");
    Ok(())
}
