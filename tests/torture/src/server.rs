//! Server: the shipped program on a disk of its own, its keeper's commands, and customers, who
//! write to it and not over any desk's wire.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant, SystemTime};

use anyhow::{Context, Result, bail, ensure};
use holdfast_server::load::key;
use holdfast_simulator::ledger::Ledger;
use serde_json::{Value, json};
use tokio::process::Command;
use tokio::sync::{Mutex, watch};

use crate::clock::Clock;
use crate::disk::Disk;
use crate::people::{self, CHANNEL};
use crate::process::{Ended, Process, program};

/// How long it may take to be ready when nothing is in its way.
const READY_WITHIN: Duration = Duration::from_secs(60);
/// A process that comes up tells nobody: it is asked again.
const LOOK_EVERY: Duration = Duration::from_millis(10);
/// How long a customer waits for an answer.
const CUSTOMER_WITHIN: Duration = Duration::from_secs(5);
/// Longer than any command takes that is not stuck.
const COMMAND_WITHIN: Duration = Duration::from_secs(120);

/// Where the server is.
pub struct Server {
    /// Its disk.
    pub disk: Disk,
    /// Where copies of it are.
    pub elsewhere: Disk,
    config: PathBuf,
    log: PathBuf,
    at: watch::Sender<Option<SocketAddr>>,
    process: Mutex<Option<Process>>,
    clock: Mutex<Option<Clock>>,
    web: reqwest::Client,
    /// One keeper, who does one thing at a time.
    keeper: Mutex<()>,
}

impl Server {
    /// Its place; nothing runs there.
    pub fn new(disk: Disk, elsewhere: Disk, config: PathBuf, log: PathBuf) -> Result<Self> {
        let data = disk.folder().join("data");
        // Passwords are typed more often here than people type them.
        let lines = format!(
            "listen = \"127.0.0.1:0\"\ndata_dir = {data:?}\nlog = \"warn\"\n\n[channel_tokens]\n\
             {} = {:?}\n\n[limits]\nsign_ins_per_login = 10000\nsign_ins_per_address = 10000\n\
             sign_in_every_s = 1\n",
            CHANNEL.0, CHANNEL.1
        );
        std::fs::write(&config, lines)?;
        let web = reqwest::Client::builder().timeout(CUSTOMER_WITHIN).build()?;
        Ok(Self {
            disk,
            elsewhere,
            config,
            log,
            at: watch::Sender::default(),
            process: Mutex::default(),
            clock: Mutex::default(),
            web,
            keeper: Mutex::default(),
        })
    }

    /// Its data folder.
    pub fn data(&self) -> PathBuf {
        self.disk.folder().join("data")
    }

    /// Where it is while it runs.
    pub fn at(&self) -> watch::Receiver<Option<SocketAddr>> {
        self.at.subscribe()
    }

    /// From its next start on it looks at this clock.
    pub async fn hang(&self, clock: Option<Clock>) {
        *self.clock.lock().await = clock;
    }

    /// Starts it if it does not run; until it is ready. Whoever gives up waiting leaves it
    /// as it is.
    pub async fn start(&self) -> Result<()> {
        let mut held = self.process.lock().await;
        if held.is_some() {
            return Ok(());
        }
        let mut command = self.command()?;
        command.arg("serve");
        if let Some(clock) = &*self.clock.lock().await {
            clock.hang_before(&mut command);
        }
        let process = held.insert(Process::start(command, &self.log)?);
        let said = process.says("listening on http://").await;
        let at = match said {
            Ok(at) => at.parse().context("an address")?,
            Err(error) => {
                *held = None;
                return Err(error);
            }
        };
        self.at.send_replace(Some(at));
        drop(held);
        let url = format!("http://{at}/ready");
        loop {
            if let Ok(answer) = self.web.get(&url).send().await
                && answer.status().is_success()
            {
                return Ok(());
            }
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }

    /// Starts it and does not take no for an answer: a keeper's command may have its data just now.
    pub async fn must_start(&self) -> Result<()> {
        let begun = Instant::now();
        loop {
            let left = READY_WITHIN.saturating_sub(begun.elapsed());
            match tokio::time::timeout(left, self.start()).await {
                Ok(Ok(())) => return Ok(()),
                Ok(Err(error)) if begun.elapsed() > READY_WITHIN / 2 => return Err(error),
                Ok(Err(_)) => tokio::time::sleep(LOOK_EVERY * 10).await,
                Err(_) => bail!("the server is not ready within {READY_WITHIN:?}"),
            }
        }
    }

    /// `kill -9`; what it met, if there was anything at all.
    pub async fn kill(&self) -> Result<Option<Ended>> {
        let taken = self.process.lock().await.take();
        self.at.send_replace(None);
        let Some(process) = taken else { return Ok(None) };
        process.kill().await.map(Some).context("the server")
    }

    /// Ends it in good order.
    pub async fn end(&self) -> Result<()> {
        let taken = self.process.lock().await.take();
        self.at.send_replace(None);
        match taken {
            Some(process) => process.end().await.context("the server"),
            None => Ok(()),
        }
    }

    /// A keeper's command; what it says.
    pub async fn run(&self, arguments: &[&str]) -> Result<String> {
        let _turn = self.keeper.lock().await;
        let mut command = self.command()?;
        let ran = command.args(arguments).kill_on_drop(true).output();
        let ran = tokio::time::timeout(COMMAND_WITHIN, ran).await.context("it does not end")??;
        let said = String::from_utf8_lossy(&ran.stdout).into_owned();
        let error = String::from_utf8_lossy(&ran.stderr);
        ensure!(ran.status.success(), "{arguments:?} failed: {said}{error}");
        Ok(said)
    }

    /// The newest commit, if it can be asked.
    pub async fn head(&self) -> Option<i64> {
        let at = (*self.at.borrow())?;
        let told = self.web.get(format!("http://{at}/metrics")).send().await.ok()?;
        let told = told.text().await.ok()?;
        let line = told.lines().find_map(|line| line.strip_prefix("holdfast_head "))?;
        line.trim().parse::<f64>().ok().map(|head| head as i64)
    }

    /// A customer writes. Only what was answered with yes is in the ledger.
    pub async fn hear_customer(&self, ledger: &mut Ledger, word: &str, pick: u64) -> bool {
        let Some(at) = *self.at.borrow() else { return false };
        let (about, contact) = people::some_ticket(pick >> 8);
        let about =
            if pick.is_multiple_of(5) { Value::Null } else { json!(key::id("ticket", &about)) };
        let body = json!({
            "external_id": word, "contact": key::contact(contact), "ticket": about,
            "subject": "It is slow", "text": format!("{word} it is slow"),
        });
        let asked = self.web.post(format!("http://{at}/v1/intake")).bearer_auth(CHANNEL.1);
        let answered = asked.json(&body).send().await;
        if !answered.is_ok_and(|answer| answer.status().is_success()) {
            return false;
        }
        // Whoever cannot be asked has taken it at a commit that no copy is known to reach.
        let at_most = self.head().await.unwrap_or(i64::MAX);
        ledger.customers.insert(word.to_owned(), at_most);
        true
    }

    /// Everything is copied: as a replica, which goes on, or as a backup. What is there now is in
    /// the copy when this returns.
    pub async fn copy(&self, as_replica: bool) -> Result<()> {
        let (replica, backups) = (self.replica(), self.backups());
        if as_replica {
            std::fs::create_dir_all(&replica)?;
            return self.run(&["replicate", "--to", &replica.to_string_lossy()]).await.map(drop);
        }
        self.run(&["backup", "--to", &backups.to_string_lossy()]).await?;
        prune(&backups)
    }

    /// The disk is gone, and the newest copy takes its place; the commit to which it reaches.
    pub async fn lose_disk(&self) -> Result<i64> {
        std::fs::remove_dir_all(self.data())?;
        let from = if self.replica().exists() { self.replica() } else { self.backups() };
        let (from, to) = (from.to_string_lossy().into_owned(), self.data());
        let said = self.run(&["restore", "--from", &from, "--to", &to.to_string_lossy()]).await?;
        let reaches = said.lines().find_map(|line| line.strip_prefix("restored to commit "));
        let reaches = reaches.and_then(|rest| rest.split(':').next()?.parse().ok());
        // It does not go on in the copy it comes from.
        self.elsewhere.wipe()?;
        reaches.with_context(|| format!("it says to which commit: {said}"))
    }

    fn replica(&self) -> PathBuf {
        self.elsewhere.folder().join("replica")
    }

    fn backups(&self) -> PathBuf {
        self.elsewhere.folder().join("backups")
    }

    fn command(&self) -> Result<Command> {
        let mut command = Command::new(program("holdfast-server")?);
        command.arg("--config").arg(&self.config);
        Ok(command)
    }
}

/// Only the newest backup stays, and nothing that was not finished.
fn prune(backups: &Path) -> Result<()> {
    let entries = std::fs::read_dir(backups)?.flatten();
    let mut all: Vec<(SystemTime, PathBuf)> = Vec::new();
    for entry in entries {
        all.push((entry.metadata()?.modified()?, entry.path()));
    }
    all.sort();
    let is_whole = |path: &Path| path.extension().is_none_or(|ending| ending != "part");
    let newest = all.iter().rposition(|(_, path)| is_whole(path));
    for (n, (_, path)) in all.iter().enumerate() {
        if Some(n) != newest {
            std::fs::remove_dir_all(path)?;
        }
    }
    Ok(())
}
