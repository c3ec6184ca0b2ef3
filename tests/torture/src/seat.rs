//! Seat: a computer with a desk on it. The program is the desk's core with all that the window
//! calls, started and killed like the window's own; only nobody has to look at it.

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use holdfast_desk::profile::Profile;
use holdfast_desk::secrets;
use holdfast_domain::AgentId;
use holdfast_server::load::key;
use serde_json::{Value, json};
use tokio::process::Command;
use tokio::sync::{Mutex, watch};

use crate::clock::Clock;
use crate::disk::Disk;
use crate::people::{self, PASSPHRASE};
use crate::process::{Ended, Process, program};
use crate::window::Door;

/// How long the program may take to come up when nothing is in its way.
const OPEN_WITHIN: Duration = Duration::from_secs(60);

/// What every desk is started with.
#[derive(Clone, Debug)]
pub struct Surroundings {
    /// Where the passwords are.
    pub secrets: PathBuf,
    /// Where a page would be.
    pub ui: PathBuf,
    /// Where what the programs say besides goes.
    pub logs: PathBuf,
}

/// A computer and who sits there.
pub struct Seat {
    /// As the ledger names it.
    pub number: usize,
    /// Who.
    pub name: &'static str,
    /// The computer's disk.
    pub disk: Disk,
    /// Where her desk believes the server to be.
    pub server: String,
    surroundings: Surroundings,
    process: Mutex<Option<Process>>,
    door: watch::Sender<Option<Door>>,
    clock: Mutex<Option<Clock>>,
}

impl Seat {
    /// The place; nothing runs there.
    pub fn new(
        number: usize,
        name: &'static str,
        disk: Disk,
        server: &str,
        surroundings: Surroundings,
    ) -> Self {
        Self {
            number,
            name,
            disk,
            server: server.to_owned(),
            surroundings,
            process: Mutex::default(),
            door: watch::Sender::default(),
            clock: Mutex::default(),
        }
    }

    /// Whose it is.
    pub fn agent(&self) -> AgentId {
        key::agent(self.name)
    }

    /// Her profile, in this folder or in a copy of it.
    pub fn profile(&self, folder: &Path) -> Profile {
        Profile::of(folder, &self.server, &people::login(self.name))
    }

    /// Where the files of her profile are.
    pub fn files(&self) -> Result<PathBuf> {
        let database = self.profile(self.disk.folder()).database();
        Ok(database.parent().context("a profile has a folder")?.to_owned())
    }

    /// The key of her database.
    pub fn key(&self) -> Result<[u8; 32]> {
        let wrapped = self.profile(self.disk.folder()).wrapped_keys();
        let key = secrets::unwrap_any(&wrapped, PASSPHRASE)?;
        Ok(*key.context("the passphrase opens it")?)
    }

    /// The way to her desk, while it runs.
    pub fn door(&self) -> Option<Door> {
        self.door.borrow().clone()
    }

    /// From its next start on her computer's clock is this one.
    pub async fn hang(&self, clock: Option<Clock>) {
        *self.clock.lock().await = clock;
    }

    /// Starts the program if it does not run; until it can be asked. Whoever gives up waiting
    /// leaves it as it is.
    pub async fn start(&self) -> Result<()> {
        let mut held = self.process.lock().await;
        if held.is_some() {
            return Ok(());
        }
        let log = self.surroundings.logs.join(format!("desk-{}.log", self.number));
        let process = held.insert(Process::start(self.command().await?, &log)?);
        let door = match process.says("open http://").await {
            Ok(at) => Door::open(&at).await,
            Err(error) => Err(error),
        };
        match door {
            Ok(door) => self.door.send_replace(Some(door)),
            Err(error) => {
                *held = None;
                return Err(error);
            }
        };
        Ok(())
    }

    /// Starts it, and finds her at work. What was in its way when it was started is gone: so it is
    /// started anew if it did not open.
    pub async fn must_open(&self) -> Result<()> {
        let mut said = String::new();
        for _ in 0..3 {
            let started = tokio::time::timeout(OPEN_WITHIN, self.start()).await;
            match started.context("it does not come up")? {
                Ok(()) => match self.not_open().await {
                    Ok(None) => return Ok(()),
                    Ok(Some(session)) => said = format!("nobody is in: {session}"),
                    Err(error) => said = format!("{error:#}"),
                },
                Err(error) => said = format!("{error:#}"),
            }
            self.kill().await?;
        }
        bail!("desk {} does not open: {said}", self.number)
    }

    /// Her session, unless she is in.
    async fn not_open(&self) -> Result<Option<Value>> {
        let door = self.door().context("it does not run")?;
        let session = door.must("session.get", json!({})).await?;
        Ok((session["state"] != "open").then_some(session))
    }

    /// `kill -9`; what it met, if there was anything at all.
    pub async fn kill(&self) -> Result<Option<Ended>> {
        let taken = self.process.lock().await.take();
        self.door.send_replace(None);
        let Some(process) = taken else { return Ok(None) };
        process.kill().await.map(Some).context("a desk")
    }

    /// Ends it in good order.
    pub async fn end(&self) -> Result<()> {
        let taken = self.process.lock().await.take();
        self.door.send_replace(None);
        match taken {
            Some(process) => process.end().await.with_context(|| format!("desk {}", self.number)),
            None => Ok(()),
        }
    }

    /// She types her password into a desk that asks for it.
    pub async fn sign_in(&self) -> Result<()> {
        let door = self.door().context("it does not run")?;
        let secrets: Value = serde_json::from_slice(&std::fs::read(&self.surroundings.secrets)?)?;
        let login = people::login(self.name);
        let request = json!({
            "server": self.server, "login": login, "password": secrets[&login]["password"],
            "passphrase": null,
        });
        door.must("session.sign_in", request).await.map(drop)
    }

    async fn command(&self) -> Result<Command> {
        let Surroundings { secrets, ui, .. } = &self.surroundings;
        let mut command = Command::new(program("holdfast-host")?);
        command
            .arg("--profile-root")
            .arg(self.disk.folder())
            .args(["--server", &self.server, "--sample-login", &people::login(self.name)])
            .arg("--sample-secrets")
            .arg(secrets)
            .arg("--ui")
            .arg(ui);
        if let Some(clock) = &*self.clock.lock().await {
            clock.hang_before(&mut command);
        }
        Ok(command)
    }
}
