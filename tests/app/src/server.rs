//! A real server with the sample desk, in a process of its own that can be killed.

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde_json::Value;
use tempfile::TempDir;

use crate::{need, until};

/// What the customers' channel shows at the door.
const CHANNEL: &str = "a channel of the window's tests";

/// The server and its data.
pub struct Server {
    folder: TempDir,
    at: SocketAddr,
    running: Option<Child>,
    /// What opens the sample's people, as the server wrote it.
    secrets: String,
}

impl Server {
    /// Loads the sample desk and starts serving.
    pub async fn start() -> Result<Self> {
        let folder = tempfile::Builder::new().prefix("holdfast-server-").tempdir()?;
        let at = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?;
        let data = folder.path().join("data");
        let settings = format!(
            "listen = \"{at}\"\ndata_dir = {data:?}\nlog = \"info\"\n\
             channel_tokens = {{ portal = \"{CHANNEL}\" }}\n"
        );
        fs::write(folder.path().join("server.toml"), settings)?;
        let mut server = Self { folder, at, running: None, secrets: String::new() };
        let secrets = server.folder.path().join("secrets.json");
        let mut load = server.command()?;
        load.args(["sample", "load", "--passphrases"]).arg(&secrets);
        let loaded = load.output().context("the server does not start")?;
        let said = String::from_utf8_lossy(&loaded.stderr);
        ensure!(loaded.status.success(), "the sample was not loaded: {said}");
        server.secrets = fs::read_to_string(&secrets)?;
        server.resume().await?;
        Ok(server)
    }

    /// The address that desks are given.
    pub fn url(&self) -> String {
        format!("http://{}", self.at)
    }

    /// `{login: {password, passphrase}}` of everybody in the sample.
    pub fn secrets(&self) -> &str {
        &self.secrets
    }

    /// The password of a person of the sample.
    pub fn password(&self, login: &str) -> Result<String> {
        let people: Value = serde_json::from_str(&self.secrets)?;
        let password = people[login]["password"].as_str();
        Ok(password.with_context(|| format!("{login} is not in the sample"))?.to_owned())
    }

    /// Runs one of the administrator's commands; what it said.
    pub fn run(&self, arguments: &[&str]) -> Result<String> {
        let output = self.command()?.args(arguments).output()?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        let complained = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{arguments:?}: {said}{complained}");
        Ok(said)
    }

    /// A customer writes through their own channel: the body of an intake, as JSON.
    pub fn customer_writes(&self, words: &Value) -> Result<()> {
        let body = words.to_string();
        let mut tcp = TcpStream::connect(self.at)?;
        write!(
            tcp,
            "POST /v1/intake HTTP/1.1\r\nhost: {}\r\nauthorization: Bearer {CHANNEL}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
            self.at,
            body.len()
        )?;
        tcp.write_all(body.as_bytes())?;
        let mut answer = String::new();
        tcp.read_to_string(&mut answer)?;
        ensure!(answer.starts_with("HTTP/1.1 200"), "the intake refused: {answer}");
        Ok(())
    }

    /// The process is dead, as in an outage. Its port refuses from now on.
    pub fn kill(&mut self) -> Result<()> {
        if let Some(mut child) = self.running.take() {
            child.kill()?;
            child.wait()?;
        }
        Ok(())
    }

    /// The same server again, on its old port.
    pub async fn resume(&mut self) -> Result<()> {
        let mut command = self.command()?;
        let log = fs::File::options().create(true).append(true).open(self.log())?;
        command.arg("serve").stdout(Stdio::null()).stderr(log);
        self.running = Some(command.spawn().context("the server does not start")?);
        until("the server listens", async || Ok(TcpStream::connect(self.at).ok().map(drop))).await
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("server.log")
    }

    fn command(&self) -> Result<Command> {
        let mut command = Command::new(need::ours("holdfast-server")?);
        command.arg("--config").arg(self.folder.path().join("server.toml"));
        Ok(command)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // A server that is gone already needs no killing.
        let _ = self.kill();
    }
}
