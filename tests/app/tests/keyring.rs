//! The keyring: a machine without one, where the passphrase is asked for each time and nothing lies
//! in clear; and a desk that is revoked, whose key leaves it.

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

#[tokio::test(flavor = "multi_thread")]
async fn a_revoked_desks_key_leaves_the_keyring_and_a_copy_of_its_file_cannot_be_opened()
-> Result<()> {
    let (mut server, stage) = (Server::start().await?, Stage::with_keyring().await?);
    let walked = revoked(&stage, &mut server).await;
    if walked.is_err() {
        eprintln!("the screen as it was: {}", stage.picture("revoked")?.display());
    }
    walked
}

async fn revoked(stage: &Stage, server: &mut Server) -> Result<()> {
    let desk = stage.folder("desk")?;
    let url = server.url();
    let window = Window::open(stage, &desk, &["--server", &url]).await?;
    window.type_into("login", LOGIN).await?;
    window.type_into("password", &server.password(LOGIN)?).await?;
    window.click("sign-in").await?;
    window.click("recovery-kept").await?;
    window.has("status-connection", "data-state", "synced").await?;
    window.kill()?;
    ensure!(stage.keys()? == 1, "{} keys in the keyring after signing in", stage.keys()?);
    // A thief has a copy of everything on the disk, and the session of whoever is signed in to the
    // computer: what he lacks is the passphrase.
    let (at, copy) = (desk.to_string_lossy(), format!("{}-copy", desk.display()));
    stage.ask("cp", &["-a", &at, &copy])?;
    let window = Window::open(stage, &desk, &["--server", &url]).await?;
    window.find("row").await?;

    let listed = server.run(&["desk", "list", LOGIN])?;
    let id = listed.strip_prefix("desk ").and_then(|rest| rest.split(';').next());
    server.run(&["desk", "revoke", id.context("an id")?])?;
    until("the keyring has no key of ours", async || Ok((stage.keys()? == 0).then_some(())))
        .await?;
    until("no ticket is shown", async || Ok(window.look("row").await?.is_none().then_some(())))
        .await?;
    window.kill()?;
    let profile = std::fs::read_dir(desk.join("profiles"))?.next().context("a profile")??.path();
    for entry in std::fs::read_dir(profile)? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        ensure!(!name.contains(".db") && !name.starts_with("key"), "{name} is still there");
    }

    // His copy, where the server cannot tell it that it was revoked.
    server.kill()?;
    let window = Window::open(stage, Path::new(&copy), &["--server", &url]).await?;
    window.find("passphrase").await?;
    ensure!(window.look("row").await?.is_none(), "the copy shows tickets");
    Ok(())
}
