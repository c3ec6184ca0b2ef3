//! The window and the hands on it: WebKit's own driver, and real keys where they matter.

use std::fs;
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Child;

use anyhow::{Context, Result, anyhow};
use fantoccini::elements::Element;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};

use crate::stage::Stage;
use crate::until;

/// A running desk in its window.
pub struct Window {
    client: Client,
    driver: Child,
    profile_root: PathBuf,
}

impl Window {
    /// Opens the desk whose profiles lie in `profile_root`.
    pub async fn open(stage: &Stage, profile_root: &Path, more: &[&str]) -> Result<Self> {
        let app = stage.bring("holdfast-app")?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port();
        let mut command = stage.command("WebKitWebDriver")?;
        command.arg(format!("--port={port}")).env("TAURI_WEBVIEW_AUTOMATION", "true");
        let driver = command.spawn().context("WebKitWebDriver does not start")?;
        let mut opening = Opening(Some(driver));
        until("WebKitWebDriver listens", async || {
            Ok(TcpStream::connect((Ipv4Addr::LOCALHOST, port)).ok().map(drop))
        })
        .await?;
        let mut args = vec!["--profile-root", profile_root.to_str().context("a plain path")?];
        args.extend(more);
        let wanted = json!({ "webkitgtk:browserOptions": { "binary": app, "args": args } });
        let wanted = wanted.as_object().context("an object was written")?.clone();
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(wanted)
            .connect(&format!("http://127.0.0.1:{port}"))
            .await
            .context("the window does not open")?;
        let driver = opening.0.take().context("it was put there")?;
        Ok(Self { client, driver, profile_root: profile_root.to_path_buf() })
    }

    /// Waits for the element with that test id.
    pub async fn find(&self, id: &str) -> Result<Element> {
        let css = by_id(id);
        until(&format!("`{id}` in the window"), async || {
            Ok(self.client.find(Locator::Css(&css)).await.ok())
        })
        .await
    }

    /// The element with that test id, if it is there now.
    pub async fn look(&self, id: &str) -> Result<Option<Element>> {
        Ok(self.client.find_all(Locator::Css(&by_id(id))).await?.into_iter().next())
    }

    /// All elements with that test id that are there now.
    pub async fn all(&self, id: &str) -> Result<Vec<Element>> {
        Ok(self.client.find_all(Locator::Css(&by_id(id))).await?)
    }

    /// Clicks it as soon as it is there and can be clicked.
    pub async fn click(&self, id: &str) -> Result<()> {
        until(&format!("a click on `{id}`"), async || {
            self.find(id).await?.click().await?;
            Ok(Some(()))
        })
        .await
    }

    /// Puts the cursor into a field and types.
    pub async fn type_into(&self, id: &str, text: &str) -> Result<()> {
        let field = self.find(id).await?;
        field.click().await?;
        Ok(field.send_keys(text).await?)
    }

    /// Waits until the attribute of the element with that test id has that value.
    pub async fn has(&self, id: &str, attribute: &str, value: &str) -> Result<()> {
        until(&format!("`{id}` with {attribute}={value}"), async || {
            let found = self.find(id).await?.attr(attribute).await?;
            Ok((found.as_deref() == Some(value)).then_some(()))
        })
        .await
    }

    /// Runs a script in the page.
    pub async fn run(&self, script: &str, args: Vec<Value>) -> Result<Value> {
        Ok(self.client.execute(script, args).await?)
    }

    /// Asks the shell for one of its commands: `{ok}` or `{failed}`.
    pub async fn invoke(&self, command: &str, request: Value) -> Result<Value> {
        const ASK: &str = "return window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1])
            .then((ok) => ({ ok }), (failed) => ({ failed }))";
        self.run(ASK, vec![json!(command), request]).await
    }

    /// Brings the window to the front, so that real keys reach it.
    pub async fn focus(&self, stage: &Stage) -> Result<()> {
        until("the window in front", async || {
            let found =
                stage.ask("xdotool", &["search", "--onlyvisible", "--name", "^Holdfast$"])?;
            let window = found.lines().last().context("no window yet")?;
            stage.ask("xdotool", &["windowactivate", "--sync", window])?;
            Ok(Some(()))
        })
        .await
    }

    /// What a power failure does: no goodbye, no flush.
    pub fn kill(self) -> Result<()> {
        let pid = self.process()?;
        kill_process(pid, Signal::KILL).context("the desk cannot be killed")
    }

    fn process(&self) -> Result<Pid> {
        let root = self.profile_root.to_str().context("a plain path")?;
        let ours = |id: &u32| {
            fs::read(format!("/proc/{id}/cmdline")).is_ok_and(|line| {
                let words: Vec<&[u8]> = line.split(|byte| *byte == 0).collect();
                words.first().is_some_and(|program| program.ends_with(b"/holdfast-app"))
                    && words.contains(&root.as_bytes())
            })
        };
        let ids = fs::read_dir("/proc")?.flatten();
        let found = ids.filter_map(|entry| entry.file_name().to_str()?.parse().ok()).find(ours);
        let id = found.and_then(|id| Pid::from_raw(i32::try_from(id).ok()?));
        id.ok_or_else(|| anyhow!("the desk does not run"))
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // The window goes with its driver, unless it was killed before.
        if let Ok(pid) = self.process() {
            let _ = kill_process(pid, Signal::TERM);
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

/// A driver whose window is not there yet.
struct Opening(Option<Child>);

impl Drop for Opening {
    fn drop(&mut self) {
        if let Some(driver) = &mut self.0 {
            let _ = driver.kill();
            let _ = driver.wait();
        }
    }
}

fn by_id(id: &str) -> String {
    format!("[data-testid=\"{id}\"]")
}
