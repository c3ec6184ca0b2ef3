//! The shell around the page: what the page may not do, one window for each folder of profiles,
//! its size as the reader likes it, and an end in good order.

use std::process::Command;

use anyhow::{Context, Result, ensure};
use holdfast_app_tests::stage::Stage;
use holdfast_app_tests::until;
use holdfast_app_tests::window::Window;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn the_page_asks_the_desk_and_nothing_else() -> Result<()> {
    let stage = Stage::set()?;
    let window = Window::open(&stage, &stage.folder("desk")?, &[]).await?;
    let answer = window.invoke("call", json!({ "name": "session.get", "request": {} })).await?;
    assert_eq!(answer["ok"]["state"], "signed_out", "{answer}");
    let wrong = window.invoke("call", json!({ "name": "no.such", "request": {} })).await?;
    assert_eq!(wrong["failed"]["code"], "bad_request", "{wrong}");
    for (command, request) in [
        ("plugin:window|close", json!({})),
        ("plugin:window|create", json!({ "options": { "label": "x" } })),
        ("plugin:opener|open_url", json!({ "url": "https://evil.example" })),
        ("plugin:opener|open_path", json!({ "path": "/etc/passwd" })),
        ("plugin:notification|notify", json!({ "options": { "title": "x" } })),
        ("plugin:event|emit", json!({ "event": "notice", "payload": {} })),
        ("plugin:path|resolve_directory", json!({ "directory": 1 })),
        ("open_link", json!({ "url": "file:///etc/passwd" })),
    ] {
        let answer = window.invoke(command, request).await?;
        ensure!(answer["failed"] != json!(null), "{command} was allowed: {answer}");
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_stays_where_it_is_and_reaches_no_network() -> Result<()> {
    let stage = Stage::set()?;
    let window = Window::open(&stage, &stage.folder("desk")?, &[]).await?;
    let opened = window.run("return window.open('https://evil.example') === null", vec![]).await?;
    assert_eq!(opened, true);
    window.run("location.href = 'https://evil.example/'", vec![]).await?;
    let refused = "return fetch('http://127.0.0.1:9/').then(() => false, () => true)";
    assert_eq!(window.run(refused, vec![]).await?, true);
    let script = "const s = document.createElement('script'); s.textContent = 'window.ran = 1';
        document.head.append(s); return window.ran ?? null";
    assert_eq!(window.run(script, vec![]).await?, json!(null));
    let at = window.run("return location.origin", vec![]).await?;
    assert_eq!(at, "tauri://localhost");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn control_with_plus_and_minus_zooms_also_while_typing_and_with_zero_as_it_was() -> Result<()>
{
    let stage = Stage::set()?;
    let window = Window::open(&stage, &stage.folder("desk")?, &[]).await?;
    window.find("login").await?.click().await?;
    window.focus(&stage).await?;
    // The larger everything is drawn, the fewer of the page's own pixels fit.
    let width = async || {
        let width = window.run("return innerWidth", vec![]).await?;
        width.as_i64().context("a width")
    };
    let usual = width().await?;
    for (keys, what, wanted) in [
        ("ctrl+plus", "larger", -1),
        ("ctrl+0", "as it was", 0),
        ("ctrl+minus", "smaller", 1),
        ("ctrl+0", "as it was again", 0),
        ("ctrl+equal", "larger without Shift", -1),
    ] {
        stage.ask("xdotool", &["key", keys])?;
        until(what, async || Ok(((width().await? - usual).signum() == wanted).then_some(())))
            .await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn one_folder_of_profiles_has_one_window() -> Result<()> {
    let stage = Stage::set()?;
    let (desk, other) = (stage.folder("desk")?, stage.folder("other")?);
    let _first = Window::open(&stage, &desk, &[]).await?;
    let mut again = started(&stage, &desk)?;
    let mut second = again.spawn()?;
    let ended = until("the second start gives way", async || Ok(second.try_wait()?)).await?;
    ensure!(ended.success(), "the second start ended with {ended}");
    let _other = Window::open(&stage, &other, &[]).await?;
    let windows = stage.ask("xdotool", &["search", "--onlyvisible", "--name", "^Holdfast$"])?;
    assert_eq!(windows.lines().count(), 2, "another folder, another window");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_polite_kill_ends_it_in_good_order() -> Result<()> {
    let stage = Stage::set()?;
    let desk = stage.folder("desk")?;
    let mut running = started(&stage, &desk)?.spawn()?;
    until("the window is there", async || {
        let found = stage.ask("xdotool", &["search", "--onlyvisible", "--name", "^Holdfast$"])?;
        Ok((!found.is_empty()).then_some(()))
    })
    .await?;
    let id = running.id().to_string();
    ensure!(Command::new("kill").arg(&id).status()?.success(), "kill failed");
    let ended = until("the window ends", async || Ok(running.try_wait()?)).await?;
    assert_eq!(ended.code(), Some(0));
    let log = std::fs::read_to_string(desk.join("holdfast.log")).context("a log")?;
    ensure!(!log.contains("did not close"), "{log}");
    Ok(())
}

fn started(stage: &Stage, desk: &std::path::Path) -> Result<Command> {
    let mut command = stage.command_at(&stage.bring("holdfast-app")?);
    command.arg("--profile-root").arg(desk);
    Ok(command)
}
