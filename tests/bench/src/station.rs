//! A station: a desk on a computer of its own, used through the commands of the UI's contract.
//!
//! Deliberately absent: any way into the desk that the UI has not. Its file is looked into only
//! after the desk is closed, to take the rows for the raw inserts.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use holdfast_desk::notice::NoticeView;
use holdfast_desk::profile::Profile;
use holdfast_desk::secrets::{self, Keyring, NoKeyring};
use holdfast_desk::{Desk, DeskConfig};
use holdfast_journeys::Server;
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::broadcast::Receiver;

use crate::spread::Spread;

const PASSPHRASE: &str = "a passphrase for measuring";
/// Rows of a page, as the window asks for them.
pub const PAGE_ROWS: u64 = 50;
/// How often something without a notice of its own is looked at again.
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// How long fetching, indexing and settling may take at the largest scale.
pub const WITHIN: Duration = Duration::from_secs(30 * 60);

/// A desk and its folder.
pub struct Station {
    desk: Desk,
    folder: TempDir,
    server: String,
    login: String,
}

impl Station {
    /// A fresh computer on which somebody has just signed in. Fetching has begun.
    pub async fn sign_in(server: &Server, login: &str) -> Result<Self> {
        Self::sign_in_with(server, login, Arc::new(NoKeyring)).await
    }

    /// The same with a keyring.
    pub async fn sign_in_with(
        server: &Server,
        login: &str,
        keyring: Arc<dyn Keyring>,
    ) -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("holdfast-bench-").tempdir()?;
        let (server_url, password) = (server.url(), server.password(login)?);
        let desk = desk(folder.path().to_owned(), server_url.clone(), keyring);
        let station = Self { desk, folder, server: server_url, login: login.to_owned() };
        let request = json!({
            "server": station.server,
            "login": login,
            "password": password,
            "passphrase": PASSPHRASE,
        });
        station.call("session.sign_in", request).await?;
        Ok(station)
    }

    /// The same computer after the program was closed and opened again.
    pub async fn reopen(self) -> Result<Self> {
        let station = self.closed().await;
        let session = station.call("session.get", json!({})).await?;
        let profile = session["profiles"][0]["id"].clone();
        let request = json!({ "profile": profile, "passphrase": PASSPHRASE });
        station.call("session.unlock", request).await?;
        Ok(station)
    }

    /// The same computer with the program closed: nobody has the file.
    pub async fn closed(self) -> Self {
        self.desk.shutdown().await;
        self
    }

    /// Calls a command.
    pub async fn call(&self, name: &str, request: Value) -> Result<Value> {
        self.time(name, request, &mut Spread::default()).await
    }

    /// Calls a command and adds how long it took until its answer could go to the window.
    pub async fn time(&self, name: &str, request: Value, spread: &mut Spread) -> Result<Value> {
        let answer = spread.time(self.desk.call(name, request)).await;
        let answer = answer.map_err(|failure| anyhow!("{name}: {failure}"))?;
        Ok(serde_json::from_str(answer.get())?)
    }

    /// Hears what the windows would hear.
    pub fn subscribe(&self) -> Receiver<NoticeView> {
        self.desk.subscribe()
    }

    /// Looks at how things stand, at every notice and in between, until `done`.
    pub async fn until(&self, what: &str, done: impl FnMut(&Value) -> bool) -> Result<Value> {
        let mut done = done;
        let mut heard = self.subscribe();
        let mut last = Value::Null;
        let wait = async {
            loop {
                last = self.call("status.get", json!({})).await?;
                if done(&last) {
                    return Ok::<_, anyhow::Error>(());
                }
                // Whatever is heard, or was missed, is a reason to look again.
                let _ = tokio::time::timeout(LOOK_EVERY, heard.recv()).await;
            }
        };
        match tokio::time::timeout(WITHIN, wait).await {
            Ok(looked) => looked.map(|()| last),
            Err(_) => bail!("not in time: {what}; last: {last}"),
        }
    }

    /// Waits until everything is fetched.
    pub async fn fetched(&self) -> Result<Value> {
        self.until("fetched", |status| {
            status["connection"] == "synced" && status["fetching"].is_null()
        })
        .await
    }

    /// Waits until everything is fetched and indexed and nothing waits.
    pub async fn at_rest(&self) -> Result<Value> {
        self.until("at rest", |status| {
            status["connection"] == "synced"
                && status["fetching"].is_null()
                && status["indexing"].is_null()
                && status["saved"] == 0
                && status["sending"] == 0
        })
        .await
    }

    /// A page of a list, as many rows as the window asks for.
    pub async fn page(&self, view: &Value, offset: u64) -> Result<Value> {
        self.time_page(view, offset, &mut Spread::default()).await
    }

    /// The same, timed.
    pub async fn time_page(&self, view: &Value, offset: u64, spread: &mut Spread) -> Result<Value> {
        let request = json!({ "view": view, "sort": "due", "offset": offset, "limit": PAGE_ROWS });
        self.time("view.page", request, spread).await
    }

    /// A whole ticket.
    pub async fn ticket(&self, ticket: &str) -> Result<Value> {
        self.call("ticket.open", json!({ "ticket": ticket })).await
    }

    /// Writes a note and answers when it is saved on this computer.
    pub async fn note(&self, ticket: &str, text: &str) -> Result<()> {
        let save = json!({ "ticket": ticket, "kind": "note", "text": text });
        let draft = self.call("draft.save", save).await?;
        self.send(&draft, text).await
    }

    /// Sends a draft that was saved.
    pub async fn send(&self, draft: &Value, text: &str) -> Result<()> {
        self.time_send(draft, text, &mut Spread::default()).await
    }

    /// The same, timed.
    pub async fn time_send(&self, draft: &Value, text: &str, spread: &mut Spread) -> Result<()> {
        let send = json!({
            "draft": draft["id"], "text": text, "seen_through": null, "solve": null,
        });
        self.time("draft.send", send, spread).await.map(drop)
    }

    /// Where its profiles lie.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// The encrypted file and what opens it, for a look inside after it is closed.
    pub fn database(&self) -> Result<(PathBuf, secrets::DatabaseKey)> {
        let profile = Profile::of(self.folder.path(), &self.server, &self.login);
        let key = secrets::unwrap(&profile.wrapped_key(), PASSPHRASE)?;
        Ok((profile.database(), key.context("our own passphrase")?))
    }
}

fn desk(profile_root: PathBuf, server: String, keyring: Arc<dyn Keyring>) -> Desk {
    Desk::new(DeskConfig::of_this_machine(profile_root, server, keyring))
}
