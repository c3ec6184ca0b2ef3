//! What a run leaves in `.run/` and finds again: the server's settings and data, the sample's
//! marker, the secrets of the sample people, their desks.
//!
//! All of it may be deleted at any time; `--fresh` does. Deliberately absent: anything of a real
//! person. Passwords and passphrases here open the sample and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail, ensure};
use serde::{Deserialize, Serialize};

use super::{Options, http};
use crate::{root, say, shell};

/// The server's port unless something else has it.
const USUAL_PORT: u16 = 47_310;

/// What the sample customers' channel is called in the server's settings.
const CHANNEL: &str = "sample";

/// The folder `.run/` and the port of its server.
pub struct Ground {
    dir: PathBuf,
    pub port: u16,
}

/// The settings file of the server: the keys that this run cares for.
#[derive(Serialize, Deserialize)]
struct Settings {
    listen: String,
    data_dir: PathBuf,
    log: String,
    #[serde(default)]
    channel_tokens: BTreeMap<String, String>,
}

/// What the sample was loaded with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Sample {
    scale: Option<u32>,
    data: Option<PathBuf>,
}

impl Ground {
    /// Make or find the folder. With `fresh`, what was there goes.
    pub fn prepare(options: &Options) -> Result<Self> {
        let dir = root::dir().join(".run");
        let last = last_port(&dir.join("server.toml"))?;
        if let Some(port) = last.filter(|port| http::is_ready(*port)) {
            bail!("Holdfast already runs from .run/ (server on port {port}); stop it first");
        }
        if options.fresh && dir.exists() {
            say::begin("forgetting the last run");
            fs::remove_dir_all(&dir).context("cannot delete .run/")?;
        }
        fs::create_dir_all(&dir).context("cannot make .run/")?;
        private(&dir, 0o700)?;
        let port = last.unwrap_or(USUAL_PORT);
        let port = if http::is_taken(port) { free_port()? } else { port };
        let ground = Self { dir, port };
        ground.write_settings()?;
        Ok(ground)
    }

    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// The server's program with its settings, without a subcommand.
    pub fn server(&self) -> Command {
        let mut command = Command::new(root::debug().join(root::exe("holdfast-server")));
        command.arg("--config").arg(self.dir.join("server.toml"));
        command
    }

    pub fn log(&self, name: &str) -> PathBuf {
        self.dir.join(format!("{name}.log"))
    }

    /// The profile root of one person. Each has one, so that two windows never share a lock.
    pub fn desk(&self, login: &str) -> Result<PathBuf> {
        let desk = self.dir.join("desks").join(login);
        fs::create_dir_all(&desk).with_context(|| format!("cannot make {}", desk.display()))?;
        Ok(desk)
    }

    /// The file `{login: {password, passphrase}}`, as the server writes it.
    pub fn secrets(&self) -> PathBuf {
        self.dir.join("secrets.json")
    }

    /// Load the sample desk unless it was loaded before.
    pub fn load_sample(&self, options: &Options) -> Result<()> {
        let data = options.data.as_ref().map(|dir| {
            dir.canonicalize().with_context(|| format!("there is no folder {}", dir.display()))
        });
        let wanted = Sample { scale: options.scale, data: data.transpose()? };
        if let Ok(text) = fs::read_to_string(self.marker()) {
            let loaded: Sample = serde_json::from_str(&text).context("cannot read the marker")?;
            let asks = wanted.scale.is_some() || wanted.data.is_some();
            ensure!(
                !asks || loaded == wanted,
                "the sample in .run/ was loaded in another way; --fresh loads it anew"
            );
            return Ok(());
        }
        let begun = Instant::now();
        say::begin("loading the sample desk (once)");
        let mut command = self.server();
        command.args(["sample", "load", "--passphrases"]).arg(self.secrets());
        if let Some(scale) = wanted.scale {
            command.args(["--scale", &scale.to_string()]);
        }
        if let Some(data) = &wanted.data {
            command.arg("--data").arg(data);
        }
        shell::run(&mut command).context("the sample was not loaded; --fresh begins anew")?;
        fs::write(self.marker(), serde_json::to_string(&wanted)?)?;
        say::done("the sample desk is loaded", begun.elapsed());
        Ok(())
    }

    /// Everybody in the sample.
    pub fn logins(&self) -> Result<BTreeSet<String>> {
        let text = fs::read_to_string(self.secrets())
            .context("the sample's secrets are gone; --fresh makes new ones")?;
        let people: BTreeMap<String, serde_json::Value> =
            serde_json::from_str(&text).context(".run/secrets.json is not what was written")?;
        Ok(people.into_keys().collect())
    }

    fn write_settings(&self) -> Result<()> {
        let settings = Settings {
            listen: format!("127.0.0.1:{}", self.port),
            data_dir: self.dir.join("server"),
            log: "info".to_owned(),
            channel_tokens: BTreeMap::from([(CHANNEL.to_owned(), self.channel_token()?)]),
        };
        let text = toml::to_string(&settings).context("settings are plain values")?;
        let path = self.dir.join("server.toml");
        fs::write(&path, text).context("cannot write .run/server.toml")?;
        private(&path, 0o600)
    }

    /// The token of the sample customers' channel: made once, kept beside the other secrets.
    pub fn channel_token(&self) -> Result<String> {
        let path = self.dir.join("channel-token");
        if let Ok(token) = fs::read_to_string(&path) {
            return Ok(token);
        }
        let mut bytes = [0_u8; 16];
        getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
        let token: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        fs::write(&path, &token).context("cannot write .run/channel-token")?;
        private(&path, 0o600)?;
        Ok(token)
    }

    fn marker(&self) -> PathBuf {
        self.dir.join("sample.json")
    }
}

fn last_port(settings: &Path) -> Result<Option<u16>> {
    let Ok(text) = fs::read_to_string(settings) else {
        return Ok(None);
    };
    let settings: Settings = toml::from_str(&text).context("cannot read .run/server.toml")?;
    Ok(settings.listen.rsplit(':').next().and_then(|port| port.parse().ok()))
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok(listener.local_addr()?.port())
}

#[cfg(unix)]
fn private(path: &Path, mode: u32) -> Result<()> {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(mode))
        .with_context(|| format!("cannot make {} private", path.display()))
}

/// On other systems the folder inherits the user's own rights.
#[cfg(not(unix))]
fn private(_: &Path, _: u32) -> Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn settings_are_found_again_with_their_port() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let ground = Ground { dir: dir.path().to_path_buf(), port: 4711 };
        ground.write_settings().expect("written");
        let port = last_port(&dir.path().join("server.toml")).expect("readable");
        assert_eq!(port, Some(4711));
    }
}
