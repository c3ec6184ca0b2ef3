//! The server's process: started, killed, started again on the same data.

use std::io::Write as _;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::net::TcpSocket;
use tokio::process::{Child, Command};

/// How long the server may take to be ready on a busy machine.
const READY_WITHIN: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(20);
/// The files of its database; the second and third are not always there.
const DATABASE: [&str; 3] = ["holdfast.db", "holdfast.db-wal", "holdfast.db-shm"];
const CHANNEL_TOKEN: &str = "a channel's token, for journeys only";

/// A server with the sample desk in it.
pub struct Server {
    folder: TempDir,
    port: u16,
    /// Keeps the port from other journeys' servers while this one does not run.
    place: Option<TcpSocket>,
    process: Option<Child>,
    web: reqwest::Client,
}

impl Server {
    /// Loads the sample desk into a fresh folder and starts serving it.
    pub async fn with_sample() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let place = free_place()?;
        let port = place.local_addr()?.port();
        let config = format!(
            "listen = \"127.0.0.1:{port}\"\ndata_dir = {:?}\nlog = \"warn\"\n\n\
             [channel_tokens]\njourneys = {CHANNEL_TOKEN:?}\n",
            folder.path().join("data"),
        );
        std::fs::write(folder.path().join("server.toml"), config)?;
        let mut server =
            Self { folder, port, place: Some(place), process: None, web: reqwest::Client::new() };
        let secrets = server.secrets_path();
        server.run(&["sample", "load", "--passphrases", &secrets.to_string_lossy()]).await?;
        server.start().await?;
        Ok(server)
    }

    /// Where it is, or would be.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Adds lines to its configuration, for its next start.
    pub fn configure(&self, lines: &str) -> Result<()> {
        let path = self.folder.path().join("server.toml");
        let mut file = std::fs::File::options().append(true).open(path)?;
        Ok(file.write_all(lines.as_bytes())?)
    }

    /// Starts it and waits until it is ready.
    pub async fn start(&mut self) -> Result<()> {
        ensure!(self.process.is_none(), "the server is running");
        self.place = None;
        let child = self.command().arg("serve").kill_on_drop(true).spawn()?;
        self.process = Some(child);
        tokio::time::timeout(READY_WITHIN, self.ready()).await.context("the server is not ready")?
    }

    /// Kills it as a power cut would.
    pub async fn kill(&mut self) -> Result<()> {
        let mut child = self.process.take().context("the server is not running")?;
        child.kill().await?;
        self.place = Some(place(self.port)?);
        Ok(())
    }

    /// Its process.
    pub fn process_id(&self) -> Result<u32> {
        let process = self.process.as_ref().context("the server is not running")?;
        process.id().context("the server has ended")
    }

    /// Copies its database while it is not running, for [`Self::restore`].
    pub fn back_up(&self) -> Result<()> {
        ensure!(self.process.is_none(), "the server is running");
        let data = self.folder.path().join("data");
        let backup = self.folder.path().join("backup");
        std::fs::create_dir(&backup)?;
        for name in DATABASE.into_iter().filter(|name| data.join(name).exists()) {
            std::fs::copy(data.join(name), backup.join(name))?;
        }
        Ok(())
    }

    /// Puts the copy back, as a keeper does who has lost the rest.
    pub async fn restore(&self) -> Result<()> {
        ensure!(self.process.is_none(), "the server is running");
        let data = self.folder.path().join("data");
        let backup = self.folder.path().join("backup");
        for name in DATABASE {
            if data.join(name).exists() {
                std::fs::remove_file(data.join(name))?;
            }
            if backup.join(name).exists() {
                std::fs::copy(backup.join(name), data.join(name))?;
            }
        }
        self.run(&["restored"]).await.map(drop)
    }

    /// Its database, for looking into or spoiling it while it is not running.
    pub fn database(&self) -> Result<PathBuf> {
        ensure!(self.process.is_none(), "the server is running");
        Ok(self.folder.path().join("data").join("holdfast.db"))
    }

    /// Whether anybody has asked for that path since it was started.
    pub async fn was_asked(&self, path: &str) -> Result<bool> {
        let answer = self.web.get(format!("{}/metrics", self.url())).send().await?;
        let figures = answer.error_for_status()?.text().await?;
        let asked = format!("holdfast_requests_total{{path=\"{path}\"");
        Ok(figures.lines().any(|line| line.starts_with(&asked)))
    }

    /// A folder beside its data, for copies.
    pub fn elsewhere(&self) -> Result<PathBuf> {
        let folder = self.folder.path().join("elsewhere");
        std::fs::create_dir_all(&folder)?;
        Ok(folder)
    }

    /// Its disk is lost; another is made of the newest copy in [`Self::elsewhere`]. What was told.
    pub async fn lose_disk(&self) -> Result<String> {
        ensure!(self.process.is_none(), "the server is running");
        let data = self.folder.path().join("data");
        std::fs::remove_dir_all(&data)?;
        let (from, to) = (self.elsewhere()?, data);
        self.run(&["restore", "--from", &from.to_string_lossy(), "--to", &to.to_string_lossy()])
            .await
    }

    /// Runs a subcommand to its end and gives back what it said.
    pub async fn run(&self, arguments: &[&str]) -> Result<String> {
        let output = self.command().args(arguments).output().await?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            bail!("{arguments:?} failed: {said}{}", String::from_utf8_lossy(&output.stderr));
        }
        Ok(said)
    }

    /// Imports things, one a line.
    pub async fn import(&self, things: &[Value]) -> Result<()> {
        let mut file = tempfile::NamedTempFile::new()?;
        for thing in things {
            writeln!(file, "{thing}")?;
        }
        self.run(&["import", &file.path().to_string_lossy()]).await.map(|_| ())
    }

    /// Gives an agent a new password.
    pub async fn reset(&self, login: &str) -> Result<String> {
        let said = self.run(&["agent", "reset", login]).await?;
        let password = said.split_whitespace().last().context("it is said once")?;
        Ok(password.to_owned())
    }

    /// The password of a sample agent.
    pub fn password(&self, login: &str) -> Result<String> {
        let secrets: Value = serde_json::from_slice(&std::fs::read(self.secrets_path())?)?;
        let password = secrets[login]["password"].as_str();
        Ok(password.with_context(|| format!("no sample agent {login}"))?.to_owned())
    }

    /// Everybody of the sample, in order.
    pub fn logins(&self) -> Result<Vec<String>> {
        let secrets: Value = serde_json::from_slice(&std::fs::read(self.secrets_path())?)?;
        let people = secrets.as_object().context("an object")?;
        let mut logins: Vec<_> = people.keys().cloned().collect();
        logins.sort();
        Ok(logins)
    }

    /// The customer writes on a ticket, through their own channel.
    pub async fn customer_writes(&self, contact: &str, ticket: &str, text: &str) -> Result<()> {
        let body = json!({
            "external_id": format!("journey {ticket} {text}"),
            "contact": contact,
            "ticket": ticket,
            "text": text,
        });
        let url = format!("{}/v1/intake", self.url());
        let answer = self.web.post(url).bearer_auth(CHANNEL_TOKEN).json(&body).send().await?;
        ensure!(answer.status().is_success(), "intake: {}", answer.text().await?);
        Ok(())
    }

    /// The replies that are on their way to customers.
    pub async fn deliveries(&self) -> Result<Vec<Value>> {
        let mut all = Vec::new();
        loop {
            let after = all.last().map_or(0, |row: &Value| row["position"].as_i64().unwrap_or(0));
            let url = format!("{}/v1/deliveries?after={after}", self.url());
            let answer = self.web.get(url).bearer_auth(CHANNEL_TOKEN).send().await?;
            let page: Vec<Value> = answer.error_for_status()?.json().await?;
            if page.is_empty() {
                return Ok(all);
            }
            all.extend(page);
        }
    }

    fn secrets_path(&self) -> PathBuf {
        self.folder.path().join("secrets.json")
    }

    fn command(&self) -> Command {
        let mut command = Command::new(binary("holdfast-server"));
        command
            .arg("--config")
            .arg(self.folder.path().join("server.toml"))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        command
    }

    async fn ready(&mut self) -> Result<()> {
        let url = format!("{}/ready", self.url());
        loop {
            let answer = self.web.get(&url).send().await;
            // Before an answer is believed: it may be another's, at the port that this one wanted.
            let child = self.process.as_mut().context("the server is not running")?;
            if let Some(status) = child.try_wait()? {
                bail!("the server ended at once: {status}");
            }
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            // A process that comes up tells nobody: it has to be asked again.
            tokio::time::sleep(LOOK_EVERY).await;
        }
    }
}

/// A binary of this workspace, beside the test that runs. Missing is a failure, not a skip.
fn binary(name: &str) -> PathBuf {
    if let Some(folder) = std::env::var_os("HOLDFAST_BIN_DIR") {
        return Path::new(&folder).join(name);
    }
    let here = std::env::current_exe().unwrap_or_default();
    let folder = here.parent().and_then(Path::parent).unwrap_or(Path::new("."));
    let path = folder.join(name);
    if !path.exists() {
        let _ =
            writeln!(std::io::stderr(), "{} is not built: cargo build --workspace", path.display());
    }
    path
}

/// A port that nobody else is given for as long as it is held; whoever connects there is refused.
fn free_place() -> Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.bind((Ipv4Addr::LOCALHOST, 0).into())?;
    Ok(socket)
}

/// The same of that port. Connections of whoever was there before may still be closing.
fn place(port: u16) -> Result<TcpSocket> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind((Ipv4Addr::LOCALHOST, port).into())?;
    Ok(socket)
}
