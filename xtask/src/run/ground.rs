//! What a run leaves in `.run/` and finds again: the server's settings and data, the sample's
//! marker, the secrets of the sample people, their desks.
//!
//! All of it may be deleted at any time; `--fresh` does. What was cut off in the middle is named
//! together with that way out. Deliberately absent: anything of a real person. Passwords and
//! passphrases here open the sample and nothing else.

use std::collections::BTreeMap;
use std::fs::{self, File, TryLockError};
use std::io::Write;
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Options, http};
use crate::{root, say, stamp};

/// The server's port unless something else has it.
const USUAL_PORT: u16 = 47_310;

/// What the sample customers' channel is called in the server's settings.
const CHANNEL: &str = "sample";

const SETTINGS: &str = "server.toml";
/// Holds a fingerprint of the tables that the sample was loaded into.
const TABLES: &str = "tables";
/// Holds the process number of the server, for whoever finds it running.
const SERVER_NUMBER: &str = "server.pid";

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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sample {
    /// Generated tickets.
    scale: Option<u32>,
    /// The folder their words come from.
    data: Option<PathBuf>,
}

impl Sample {
    /// What the options ask for. A folder that is not there is said at once.
    pub fn wanted(options: &Options) -> Result<Self> {
        let whole = |dir: &PathBuf| match dir.canonicalize() {
            Ok(whole) if whole.is_dir() => Ok(whole),
            _ => bail!("--data {}: there is no such folder", dir.display()),
        };
        let data = options.data.as_ref().map(whole).transpose()?;
        Ok(Self { scale: options.scale, data })
    }

    /// Whether anything must be loaded to have this. More generated tickets can come on top of
    /// those that are there; fewer, or others, cannot.
    fn lacks(&self, loaded: Option<&Self>) -> Result<bool> {
        let Some(loaded) = loaded else { return Ok(true) };
        if self.scale.is_none() || self == loaded {
            return Ok(false);
        }
        let other = loaded.scale.is_some() && self.data != loaded.data;
        ensure!(
            !other && self.scale > loaded.scale,
            "the sample in .run/ has {} generated tickets{}; --fresh forgets them",
            loaded.scale.unwrap_or_default(),
            loaded.data.as_ref().map(|dir| format!(" from {}", dir.display())).unwrap_or_default(),
        );
        Ok(true)
    }
}

impl Ground {
    /// An error when a server runs on `.run/` already, whoever started it.
    pub fn ensure_free() -> Result<()> {
        let dir = folder();
        if !is_held(&dir.join("server/lock")) {
            return Ok(());
        }
        let number = fs::read_to_string(dir.join(SERVER_NUMBER)).unwrap_or_default();
        let process = match number.trim() {
            "" => String::new(),
            number => format!(" (its server is process {number})"),
        };
        bail!("Holdfast runs from .run/ already{process}; stop it first");
    }

    /// Make or find the folder. With `fresh`, what was there goes.
    pub fn prepare(options: &Options) -> Result<Self> {
        Self::ensure_free()?;
        let dir = folder();
        if options.fresh && dir.exists() {
            say::begin("forgetting the last run");
            fs::remove_dir_all(&dir).context("cannot delete .run/")?;
        }
        make_private(&dir).context("cannot make .run/")?;
        let port = match read::<Settings>(&dir.join(SETTINGS), |text| Ok(toml::from_str(text)?))? {
            Some(settings) => same_port(&settings.listen)?,
            None if http::is_taken(USUAL_PORT) => free_port()?,
            None => USUAL_PORT,
        };
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
        command.arg("--config").arg(self.dir.join(SETTINGS));
        command
    }

    pub fn log(&self, name: &str) -> PathBuf {
        self.dir.join(format!("{name}.log"))
    }

    /// The profile root of one person. Each has one, so that two windows never share a lock.
    pub fn desk(&self, login: &str) -> Result<PathBuf> {
        let desk = self.dir.join("desks").join(login);
        make_private(&desk).with_context(|| format!("cannot make {}", desk.display()))?;
        Ok(desk)
    }

    /// The file `{login: {password, passphrase}}`, as the server writes it.
    pub fn secrets(&self) -> PathBuf {
        self.dir.join("secrets.json")
    }

    /// The command that loads what is wanted and not there; none if all of it is there.
    pub fn loading(&self, wanted: &Sample) -> Result<Option<Command>> {
        let loaded: Option<Sample> = read(&self.marker(), |text| Ok(serde_json::from_str(text)?))?;
        // Without the secrets nobody could enter: the server makes new ones.
        if self.secrets().exists() && !wanted.lacks(loaded.as_ref())? {
            return Ok(None);
        }
        let mut command = self.server();
        command.args(["sample", "load", "--passphrases"]).arg(self.secrets());
        if let Some(scale) = wanted.scale {
            command.args(["--scale", &scale.to_string()]);
        }
        if let Some(data) = &wanted.data {
            command.arg("--data").arg(data);
        }
        Ok(Some(command))
    }

    /// Remember that the sample is loaded.
    pub fn loaded(&self, wanted: &Sample) -> Result<()> {
        write_whole(&self.dir.join(TABLES), &tables()?)?;
        write_whole(&self.marker(), &serde_json::to_string(wanted)?)
    }

    /// Whether the tables have changed since the sample was loaded. Those of a released version
    /// migrate; those of a branch may not.
    pub fn has_other_tables(&self) -> Result<bool> {
        let Ok(then) = fs::read_to_string(self.dir.join(TABLES)) else { return Ok(false) };
        Ok(then != tables()?)
    }

    /// Remember which process the server is.
    pub fn note_server(&self, number: u32) -> Result<()> {
        write_whole(&self.dir.join(SERVER_NUMBER), &format!("{number}\n"))
    }

    fn write_settings(&self) -> Result<()> {
        let settings = Settings {
            listen: format!("127.0.0.1:{}", self.port),
            data_dir: self.dir.join("server"),
            log: "info".to_owned(),
            channel_tokens: BTreeMap::from([(CHANNEL.to_owned(), self.channel_token()?)]),
        };
        let text = toml::to_string(&settings).context("settings are plain values")?;
        write_whole(&self.dir.join(SETTINGS), &text)
    }

    /// The token of the sample customers' channel: made once, kept beside the other secrets.
    pub fn channel_token(&self) -> Result<String> {
        let path = self.dir.join("channel-token");
        if let Ok(token) = fs::read_to_string(&path)
            && !token.is_empty()
        {
            return Ok(token);
        }
        let mut bytes = [0_u8; 16];
        getrandom::fill(&mut bytes).map_err(|error| anyhow::anyhow!("no randomness: {error}"))?;
        let token: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        write_whole(&path, &token)?;
        Ok(token)
    }

    fn marker(&self) -> PathBuf {
        self.dir.join("sample.json")
    }
}

fn folder() -> PathBuf {
    root::dir().join(".run")
}

/// The port of the last run. Desks are bound to their server's address, so it must be the same.
fn same_port(listen: &str) -> Result<u16> {
    let port = listen.rsplit(':').next().and_then(|port| port.parse().ok());
    let port = port.with_context(|| format!("{SETTINGS} in .run/ names no port; {ANEW}"))?;
    ensure!(
        !http::is_taken(port),
        "port {port}, which the desks in .run/ know, is used by another program; \
         stop that, or take --fresh"
    );
    Ok(port)
}

fn tables() -> Result<String> {
    let told = ["docs/schema.sql", "crates/server/migrations"];
    stamp::fingerprint(&told.map(|path| root::dir().join(path)), &[])
}

const ANEW: &str = "--fresh begins anew";

/// What a file of ours says; `None` if there is none.
fn read<T: DeserializeOwned>(path: &Path, parse: fn(&str) -> Result<T>) -> Result<Option<T>> {
    let Ok(text) = fs::read_to_string(path) else {
        return Ok(None);
    };
    let parsed = parse(&text);
    parsed.map(Some).with_context(|| format!("{} cannot be understood; {ANEW}", path.display()))
}

/// Whether another process holds this lock. The server takes it for as long as it runs.
fn is_held(lock: &Path) -> bool {
    let Ok(file) = File::options().write(true).open(lock) else {
        return false;
    };
    matches!(file.try_lock(), Err(TryLockError::WouldBlock))
}

fn free_port() -> Result<u16> {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).context("no free port")?;
    Ok(listener.local_addr()?.port())
}

/// A folder that only its owner may look into.
fn make_private(dir: &Path) -> std::io::Result<()> {
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.recursive(true).create(dir)
}

/// A file that only its owner may read, the old one or the new one, never half of it.
fn write_whole(path: &Path, text: &str) -> Result<()> {
    let new = path.with_extension("new");
    let mut options = File::options();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let written = options.open(&new).and_then(|mut file| file.write_all(text.as_bytes()));
    written
        .and_then(|()| fs::rename(&new, path))
        .with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ground(dir: &Path) -> Ground {
        Ground { dir: dir.to_path_buf(), port: 4711 }
    }

    fn settings(dir: &Path) -> Result<Option<Settings>> {
        read(&dir.join(SETTINGS), |text| Ok(toml::from_str(text)?))
    }

    #[test]
    fn settings_are_found_again_with_their_port() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        ground(dir.path()).write_settings().expect("written");
        let found = settings(dir.path()).expect("readable").expect("there");
        assert_eq!(found.listen, "127.0.0.1:4711");
    }

    #[test]
    #[cfg(unix)]
    fn what_stands_in_run_is_its_owners_only() {
        use std::os::unix::fs::PermissionsExt;
        let dir = tempfile::tempdir().expect("a temporary folder");
        let ground = ground(dir.path());
        ground.write_settings().expect("written");
        let desk = ground.desk("elena").expect("made");
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!(mode(&desk), 0o700);
        assert_eq!(mode(&dir.path().join(SETTINGS)), 0o600);
        assert_eq!(mode(&dir.path().join("channel-token")), 0o600);
    }

    #[test]
    fn a_half_written_file_is_named_with_the_way_out() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        fs::write(dir.path().join(SETTINGS), "listen = \"127.0").expect("written");
        let error = settings(dir.path()).err().expect("it is no TOML").to_string();
        assert!(error.contains(SETTINGS) && error.contains("--fresh"), "{error}");
        fs::write(dir.path().join("sample.json"), "{").expect("written");
        fs::write(dir.path().join("secrets.json"), "{}").expect("written");
        let error = ground(dir.path()).loading(&Sample::default()).expect_err("it is no JSON");
        assert!(error.to_string().contains("--fresh"), "{error}");
    }

    #[test]
    fn a_taken_port_is_an_error_when_desks_know_it() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).expect("a free port");
        let at = listener.local_addr().expect("it is bound").to_string();
        let error = same_port(&at).expect_err("somebody listens there").to_string();
        assert!(error.contains("another program"), "{error}");
        drop(listener);
        assert!(same_port(&at).is_ok());
    }

    #[test]
    fn a_running_server_is_known_by_its_lock() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("lock");
        assert!(!is_held(&path), "there is none");
        let lock = File::create(&path).expect("made");
        assert!(!is_held(&path), "nobody holds it");
        lock.try_lock().expect("free");
        assert!(is_held(&path));
    }

    #[test]
    fn more_tickets_are_loaded_on_top_and_fewer_or_others_are_refused() {
        let sample = |scale, data: Option<&str>| Sample { scale, data: data.map(PathBuf::from) };
        let lacks = |wanted: &Sample, loaded: &Sample| wanted.lacks(Some(loaded)).ok();
        let table = [
            (sample(None, None), sample(Some(9), None), Some(false)),
            (sample(Some(9), None), sample(Some(9), None), Some(false)),
            (sample(Some(9), None), sample(None, None), Some(true)),
            (sample(Some(9), Some("a")), sample(None, None), Some(true)),
            (sample(Some(20), None), sample(Some(9), None), Some(true)),
            (sample(Some(5), None), sample(Some(9), None), None),
            (sample(Some(20), Some("a")), sample(Some(9), None), None),
        ];
        for (wanted, loaded, want) in table {
            assert_eq!(lacks(&wanted, &loaded), want, "{wanted:?} after {loaded:?}");
        }
        assert_eq!(sample(None, None).lacks(None).ok(), Some(true));
    }
}
