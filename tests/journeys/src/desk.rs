//! A person at a desk: calls commands by name, waits by listening.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use holdfast_desk::clock::{Clock, WallClock};
use holdfast_desk::ipc::error::{Code, Failure};
use holdfast_desk::notice::NoticeView;
use holdfast_desk::secrets::NoKeyring;
use holdfast_desk::{Desk, DeskConfig};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::runtime::Handle;

use crate::{Server, Wire};

/// How long something that is on its way may take on a busy machine.
const WITHIN: Duration = Duration::from_secs(60);
/// How often a condition without a notice of its own is looked at again.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// What everybody's profile is opened with.
pub const PASSPHRASE: &str = "a passphrase for journeys";

/// A computer: it stays when the program on it is killed.
pub struct Seat {
    folder: TempDir,
    server: String,
}

impl Seat {
    /// A fresh computer that knows where the server is.
    pub fn new(server: &Server) -> Result<Self> {
        Ok(Self { folder: tempfile::tempdir()?, server: server.url() })
    }

    /// A fresh computer that knows the server by the wire to it.
    pub fn on(wire: &Wire) -> Result<Self> {
        Ok(Self { folder: tempfile::tempdir()?, server: wire.url() })
    }

    /// A fresh computer whose disk is below that folder.
    pub fn within(folder: &Path, server: &Server) -> Result<Self> {
        Ok(Self { folder: tempfile::tempdir_in(folder)?, server: server.url() })
    }

    /// Whoever unlocks its profile from now on reaches the server by that wire.
    pub fn moves_to(&self, wire: &Wire) -> Result<()> {
        let path = self.profile()?.join("profile.json");
        let mut card: Value = serde_json::from_slice(&std::fs::read(&path)?)?;
        card["server"] = wire.url().into();
        std::fs::write(&path, serde_json::to_vec(&card)?)?;
        // What was sealed goes where its envelope says.
        let path = self.profile()?.join("letter.json");
        if path.exists() {
            let mut envelope: Value = serde_json::from_slice(&std::fs::read(&path)?)?;
            envelope["server"] = wire.url().into();
            std::fs::write(&path, serde_json::to_vec(&envelope)?)?;
        }
        Ok(())
    }

    /// Where everything of it is.
    pub fn folder(&self) -> PathBuf {
        self.folder.path().to_owned()
    }

    /// The folder of its only profile.
    pub fn profile(&self) -> Result<PathBuf> {
        let mut profiles = std::fs::read_dir(self.folder().join("profiles"))?;
        Ok(profiles.next().context("nobody has signed in here")??.path())
    }

    /// Another computer with what is on this one's disk now, whatever runs here.
    pub fn copied(&self) -> Result<Self> {
        let copy = Self { folder: tempfile::tempdir()?, server: self.server.clone() };
        copy_all(&self.folder(), &copy.folder())?;
        Ok(copy)
    }

    /// Starts the program, nobody in.
    pub fn start(&self) -> Person {
        self.start_by(Arc::new(WallClock))
    }

    /// The same, with that clock on the wall.
    pub fn start_by(&self, clock: Arc<dyn Clock>) -> Person {
        let (folder, server) = (self.folder(), self.server.clone());
        let config = DeskConfig::of_this_machine(folder, server, Arc::new(NoKeyring));
        Person { desk: Desk::new(DeskConfig { clock, ..config }) }
    }

    /// Starts the program and signs in online.
    pub async fn sign_in(&self, server: &Server, login: &str) -> Result<Person> {
        self.sign_in_with(login, &server.password(login)?).await
    }

    /// Starts the program and signs in online with that password.
    pub async fn sign_in_with(&self, login: &str, password: &str) -> Result<Person> {
        self.sign_in_by(Arc::new(WallClock), login, password).await
    }

    /// The same, with that clock on the wall.
    pub async fn sign_in_by(
        &self,
        clock: Arc<dyn Clock>,
        login: &str,
        password: &str,
    ) -> Result<Person> {
        let person = self.start_by(clock);
        let request = json!({
            "server": self.server,
            "login": login,
            "password": password,
            "passphrase": PASSPHRASE,
        });
        person.call("session.sign_in", request).await?;
        Ok(person)
    }

    /// Starts the program and opens its only profile, without the network.
    pub async fn unlock(&self) -> Result<Person> {
        let (person, unlocked) = self.try_unlock().await?;
        unlocked?;
        Ok(person)
    }

    /// The same; and what came of opening it.
    pub async fn try_unlock(&self) -> Result<(Person, Result<Value>)> {
        let person = self.start();
        let session = person.call("session.get", json!({})).await?;
        let profile = session["profiles"][0]["id"].clone();
        let request = json!({ "profile": profile, "passphrase": PASSPHRASE });
        let unlocked = person.call("session.unlock", request).await;
        Ok((person, unlocked))
    }
}

fn copy_all(from: &Path, to: &Path) -> Result<()> {
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let copy = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            std::fs::create_dir_all(&copy)?;
            copy_all(&entry.path(), &copy)?;
        } else {
            std::fs::copy(entry.path(), &copy)?;
        }
    }
    Ok(())
}

/// Somebody at a desk.
pub struct Person {
    desk: Desk,
}

impl Drop for Person {
    /// The program ends in good order, also at the end of a journey: the cipher's library clears up
    /// when the process ends and must find no connection that is still being closed.
    fn drop(&mut self) {
        let ending = tokio::time::timeout(WITHIN, self.desk.shutdown());
        let ended = tokio::task::block_in_place(|| Handle::current().block_on(ending));
        if ended.is_err() && !std::thread::panicking() {
            panic!("the desk does not end");
        }
    }
}

impl Person {
    /// A fresh computer, signed in and everything fetched.
    pub async fn at_work(server: &Server, login: &str) -> Result<(Seat, Person)> {
        let seat = Seat::new(server)?;
        let person = seat.sign_in(server, login).await?;
        person.synced().await?;
        Ok((seat, person))
    }

    /// The same over a wire.
    pub async fn at_work_on(wire: &Wire, server: &Server, login: &str) -> Result<(Seat, Person)> {
        let seat = Seat::on(wire)?;
        let person = seat.sign_in(server, login).await?;
        person.synced().await?;
        Ok((seat, person))
    }

    /// What the windows would hear from now on.
    pub fn hears(&self) -> tokio::sync::broadcast::Receiver<NoticeView> {
        self.desk.subscribe()
    }

    /// Calls a command.
    pub async fn call(&self, name: &str, request: Value) -> Result<Value> {
        let answer = self.desk.call(name, request).await;
        let answer = answer.map_err(|failure| anyhow!("{name}: {failure}"))?;
        Ok(serde_json::from_str(answer.get())?)
    }

    /// Calls a command that must fail, and gives its code.
    pub async fn fails(&self, name: &str, request: Value) -> Result<Code> {
        self.failure(name, request).await.map(|failure| failure.code)
    }

    /// Calls a command that must fail, and gives what it fails with.
    pub async fn failure(&self, name: &str, request: Value) -> Result<Failure> {
        match self.desk.call(name, request).await {
            Ok(_) => bail!("{name} should have failed"),
            Err(failure) => Ok(failure),
        }
    }

    /// Waits until what a command answers is as wanted; looks again at every notice.
    pub async fn until(
        &self,
        what: &str,
        (name, request): (&str, Value),
        wanted: impl Fn(&Value) -> bool,
    ) -> Result<Value> {
        let mut heard = self.desk.subscribe();
        let mut last = Value::Null;
        let wait = async {
            loop {
                last = self.call(name, request.clone()).await?;
                if wanted(&last) {
                    return Ok::<_, anyhow::Error>(());
                }
                // Whatever is heard, or was missed, is a reason to look again.
                let _ = tokio::time::timeout(LOOK_EVERY, heard.recv()).await;
            }
        };
        match tokio::time::timeout(WITHIN, wait).await {
            Ok(done) => done.map(|()| last),
            Err(_) => bail!("not in time: {what}; last seen: {last:#}"),
        }
    }

    /// Waits until everything is fetched and nothing waits.
    pub async fn synced(&self) -> Result<Value> {
        let fine = |status: &Value| {
            status["connection"] == "synced"
                && status["fetching"].is_null()
                && status["saved"] == 0
                && status["sending"] == 0
        };
        self.until("synced", ("status.get", json!({})), fine).await
    }

    /// Waits until the desk has noticed that there is no server.
    pub async fn offline(&self) -> Result<Value> {
        let gone = |status: &Value| status["connection"] == "offline";
        self.until("offline", ("status.get", json!({})), gone).await
    }

    /// Rows of a view.
    pub async fn rows(&self, view: Value) -> Result<Vec<Value>> {
        let request = json!({ "view": view, "sort": "due", "offset": 0, "limit": 200 });
        let page = self.call("view.page", request).await?;
        Ok(page["rows"].as_array().context("a page has rows")?.clone())
    }

    /// The tickets in her own hands, the most urgent first.
    pub async fn own_tickets(&self) -> Result<Vec<String>> {
        let rows = self.rows(json!({ "view": "mine" })).await?;
        Ok(rows.iter().filter_map(|row| row["ticket"].as_str()).map(str::to_owned).collect())
    }

    /// The first of them.
    pub async fn own_ticket(&self) -> Result<String> {
        let tickets = self.own_tickets().await?;
        tickets.into_iter().next().context("the sample gives her tickets")
    }

    /// Tries the server now instead of after the pause.
    pub async fn tries_again(&self) -> Result<()> {
        self.call("status.retry_now", json!({})).await.map(drop)
    }

    /// A whole ticket.
    pub async fn ticket(&self, ticket: &str) -> Result<Value> {
        self.call("ticket.open", json!({ "ticket": ticket })).await
    }

    /// Types and sends a reply to what is on the screen; answers the operation.
    pub async fn reply(&self, ticket: &str, text: &str) -> Result<String> {
        self.say(ticket, "reply", text).await
    }

    /// Types and saves a note; answers the operation.
    pub async fn note(&self, ticket: &str, text: &str) -> Result<String> {
        self.say(ticket, "note", text).await
    }

    async fn say(&self, ticket: &str, kind: &str, text: &str) -> Result<String> {
        let seen = self.ticket(ticket).await?["seen_through"].clone();
        let save = json!({ "ticket": ticket, "kind": kind, "text": text });
        let draft = self.call("draft.save", save).await?;
        let send = json!({
            "draft": draft["id"], "text": text, "seen_through": seen, "solve": null,
        });
        let acted = self.call("draft.send", send).await?;
        Ok(acted["operation"].as_str().context("an operation")?.to_owned())
    }

    /// Changes a ticket; answers the operation.
    pub async fn act(&self, ticket: &str, act: Value) -> Result<String> {
        let acted = self.call("ticket.act", json!({ "ticket": ticket, "act": act })).await?;
        Ok(acted["operation"].as_str().context("an operation")?.to_owned())
    }

    /// Sets that sending leaves at once, so that journeys need not sit out the undo.
    pub async fn without_undo(&self) -> Result<()> {
        let mut settings = self.call("settings.get", json!({})).await?;
        settings["undo_send_s"] = json!(0);
        self.call("settings.set", settings).await.map(|_| ())
    }

    /// What a host does before its window asks who is in.
    pub async fn resume(&self) {
        self.desk.resume().await;
    }

    /// Ends the program in good order.
    pub async fn quit(self) {
        self.desk.shutdown().await;
    }
}

/// Texts of the messages and notes of a ticket, in order.
pub fn words(ticket: &Value) -> Vec<String> {
    let entries = ticket["thread"].as_array().into_iter().flatten();
    let texts = entries.filter_map(|entry| entry["text"].as_str());
    texts.map(str::to_owned).collect()
}

/// How often a ticket holds exactly these words.
pub fn times(ticket: &Value, text: &str) -> usize {
    words(ticket).iter().filter(|words| *words == text).count()
}
