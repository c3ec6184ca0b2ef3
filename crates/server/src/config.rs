//! Configuration: a TOML file, then `HOLDFAST_*` from the environment, then flags; the later wins.
//!
//! Nested keys are written with two underscores in the environment: `HOLDFAST_TLS__CERT`. A key
//! that does not exist is an error, so that a typing mistake is not a silent default.

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::ops::RangeInclusive;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, ensure};
use holdfast_domain::ticket::Channel;
use holdfast_domain::words::ATTACHMENT_BYTES_MAX;
use serde::Deserialize;

/// The keys at the top of the file.
const KEYS: [&str; 7] =
    ["listen", "data_dir", "log", "tls", "channel_tokens", "channel_kinds", "limits"];

/// In which range each number must be: what its use can hold, and what anybody could mean.
const RANGES: [(&str, RangeInclusive<i128>); 11] = [
    ("limits.connections", 1..=1_000_000),
    ("limits.request_s", 1..=86_400),
    ("limits.snapshot_s", 1..=86_400),
    // More is refused by the rules of desk and server alike.
    ("limits.attachment_bytes", 1..=ATTACHMENT_BYTES_MAX as i128),
    ("limits.sign_ins_per_login", 1..=1_000_000),
    ("limits.sign_ins_per_address", 1..=1_000_000),
    ("limits.sign_in_every_s", 1..=86_400),
    ("limits.access_token_s", 1..=86_400),
    ("limits.refresh_token_days", 1..=3_650),
    ("limits.read_lease_days", 1..=3_650),
    // At least one: snapshots stand for hours, and what came after them must still be there.
    ("limits.feed_days", 1..=3_650),
];

/// Everything that can be set.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// Where to listen; plain HTTP only on loopback.
    #[serde(default = "default_listen")]
    pub listen: SocketAddr,
    /// Database, blobs, snapshots, lock and admin socket.
    pub data_dir: PathBuf,
    /// What to log, as `tracing` filters: `info`, `holdfast_server=debug`.
    #[serde(default = "default_log")]
    pub log: String,
    /// Certificate and key in PEM.
    #[serde(default)]
    pub tls: Option<Tls>,
    /// Tokens of the customers' channels, by the channel's name.
    #[serde(default)]
    pub channel_tokens: BTreeMap<String, String>,
    /// What a channel is, where its name does not say: `phone`, `chat`, `portal`, `mail`. A channel
    /// of another name is a portal if nothing stands here.
    #[serde(default)]
    pub channel_kinds: BTreeMap<String, Channel>,
    /// Bounds.
    #[serde(default)]
    pub limits: Limits,
}

/// Certificate and key in PEM.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Tls {
    /// The chain, leaf first.
    pub cert: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// Bounds; each default is fit for a centre of a few hundred agents.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Limits {
    /// Connections at the same time; more are closed at once.
    pub connections: usize,
    /// Seconds a request may take; streams and snapshots are outside of it.
    pub request_s: u64,
    /// Seconds the building of a snapshot may take.
    pub snapshot_s: u64,
    /// Largest attachment, bytes.
    pub attachment_bytes: u64,
    /// Sign-ins at once per login; one more comes every `sign_in_every_s`.
    pub sign_ins_per_login: u32,
    /// Sign-ins at once per address; sixty more come every `sign_in_every_s`.
    pub sign_ins_per_address: u32,
    /// Seconds until one more sign-in of a login is allowed.
    pub sign_in_every_s: u32,
    /// Seconds an access token lives.
    pub access_token_s: u64,
    /// Days a refresh token lives.
    pub refresh_token_days: u32,
    /// Days without contact after which a desk locks.
    pub read_lease_days: u32,
    /// Days for which desks can ask for changes; whoever comes back later fetches anew.
    pub feed_days: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 10_000,
            request_s: 30,
            snapshot_s: 600,
            attachment_bytes: ATTACHMENT_BYTES_MAX,
            sign_ins_per_login: 10,
            sign_ins_per_address: 120,
            sign_in_every_s: 30,
            access_token_s: 15 * 60,
            refresh_token_days: 30,
            read_lease_days: holdfast_protocol::limits::READ_LEASE_DAYS,
            feed_days: 30,
        }
    }
}

impl Config {
    /// Defaults around a data folder, listening on a free port of this machine.
    pub fn local(data_dir: impl Into<PathBuf>) -> Self {
        Self {
            listen: SocketAddr::from(([127, 0, 0, 1], 0)),
            data_dir: data_dir.into(),
            log: default_log(),
            tls: None,
            channel_tokens: BTreeMap::new(),
            channel_kinds: BTreeMap::new(),
            limits: Limits::default(),
        }
    }

    /// Reads file, environment and flags (`key`, `value`), and checks what can be checked.
    pub fn load(
        file: Option<&Path>,
        environment: impl IntoIterator<Item = (String, String)>,
        flags: &[(&str, String)],
    ) -> Result<Self> {
        let mut builder = config::Config::builder();
        if let Some(file) = file {
            let source = config::File::from(file).format(config::FileFormat::Toml);
            builder = builder.add_source(source);
        }
        let environment: config::Map<String, String> =
            environment.into_iter().filter(|(name, _)| is_ours(name)).collect();
        let source = config::Environment::with_prefix("HOLDFAST").prefix_separator("_");
        builder = builder.add_source(source.separator("__").source(Some(environment)));
        for (key, value) in flags {
            builder = builder.set_override(*key, value.clone())?;
        }
        let built = builder.build()?;
        check_ranges(&built)?;
        let config: Self = built.try_deserialize().context("the configuration is not complete")?;
        config.check()?;
        Ok(config)
    }

    fn check(&self) -> Result<()> {
        ensure!(
            self.tls.is_some() || self.listen.ip().is_loopback(),
            "{} can be reached from other machines: set tls.cert and tls.key, \
             or listen on 127.0.0.1",
            self.listen
        );
        for (channel, token) in &self.channel_tokens {
            ensure!(token.len() >= 16, "the token of channel {channel} is shorter than 16 letters");
            ensure!(!channel.is_empty(), "a channel without a name");
        }
        for channel in self.channel_kinds.keys() {
            let known = self.channel_tokens.contains_key(channel);
            ensure!(known, "channel_kinds names {channel}, which has no token");
        }
        Ok(())
    }
}

/// Before any number is read as its type, which would tell what does not fit it in other words.
fn check_ranges(built: &config::Config) -> Result<()> {
    for (key, range) in RANGES {
        let value = built.get_string(key).ok().and_then(|said| said.parse::<i128>().ok());
        let fits = value.is_none_or(|value| range.contains(&value));
        let (value, least, most) = (value.unwrap_or_default(), range.start(), range.end());
        ensure!(fits, "{key} is {value}: it must be from {least} to {most}");
    }
    Ok(())
}

/// Other programs of ours have `HOLDFAST_*` variables, too.
fn is_ours(name: &str) -> bool {
    let Some(key) = name.strip_prefix("HOLDFAST_") else {
        return false;
    };
    let top = key.split("__").next().unwrap_or_default().to_lowercase();
    KEYS.contains(&top.as_str())
}

fn default_listen() -> SocketAddr {
    SocketAddr::from(([127, 0, 0, 1], 7420))
}

fn default_log() -> String {
    "info".to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn flags(listen: &str) -> Vec<(&'static str, String)> {
        vec![("data_dir", "/srv/holdfast".into()), ("listen", listen.into())]
    }

    #[test]
    fn plain_http_is_refused_beyond_this_machine_with_a_sentence() {
        let error = Config::load(None, [], &flags("0.0.0.0:7420")).expect_err("must be refused");
        assert!(format!("{error:#}").contains("tls.cert"), "{error:#}");
        Config::load(None, [], &flags("127.0.0.1:0")).expect("loopback needs no certificate");
    }

    #[test]
    fn the_environment_wins_over_the_file_and_flags_over_both() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("server.toml");
        std::fs::write(&file, "data_dir = 'a'\nlisten = '127.0.0.1:1'\nlog = 'warn'\n")
            .expect("a file");
        let environment = [
            ("HOLDFAST_LISTEN".to_owned(), "127.0.0.1:2".to_owned()),
            ("HOLDFAST_LIMITS__CONNECTIONS".to_owned(), "7".to_owned()),
            ("HOLDFAST_PROFILE".to_owned(), "of the desk".to_owned()),
        ];
        let flags = [("log", "debug".to_owned())];
        let config = Config::load(Some(&file), environment, &flags).expect("a configuration");
        assert_eq!(config.listen.port(), 2);
        assert_eq!(config.log, "debug");
        assert_eq!(config.limits.connections, 7);
        assert_eq!(config.data_dir, PathBuf::from("a"));
    }

    #[test]
    fn a_kind_without_its_channel_is_told() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("server.toml");
        let text = "data_dir = 'a'\nchannel_tokens = { letters = 'sixteen letters or more' }\n";
        let with = |kinds: &str| std::fs::write(&file, format!("{text}channel_kinds = {kinds}\n"));
        with("{ letters = 'mail' }").expect("a file");
        let config = Config::load(Some(&file), [], &[]).expect("a configuration");
        assert_eq!(config.channel_kinds["letters"], Channel::Mail);
        with("{ leters = 'mail' }").expect("a file");
        let error = Config::load(Some(&file), [], &[]).expect_err("must be refused");
        assert!(format!("{error:#}").contains("leters"), "{error:#}");
    }

    #[test]
    fn a_key_that_does_not_exist_is_told() {
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("server.toml");
        std::fs::write(&file, "data_dir = 'a'\nchanel_tokens = {}\n").expect("a file");
        let error = Config::load(Some(&file), [], &[]).expect_err("must be refused");
        assert!(format!("{error:#}").contains("chanel_tokens"), "{error:#}");
    }

    #[test]
    fn a_number_out_of_its_range_is_told_with_its_key_and_the_range() {
        let table = [
            ("HOLDFAST_LIMITS__FEED_DAYS", "4294967295", "limits.feed_days is 4294967295", "3650"),
            ("HOLDFAST_LIMITS__FEED_DAYS", "0", "limits.feed_days is 0", "from 1"),
            ("HOLDFAST_LIMITS__FEED_DAYS", "-3", "limits.feed_days is -3", "from 1"),
            ("HOLDFAST_LIMITS__READ_LEASE_DAYS", "4294967295", "limits.read_lease_days", "3650"),
            ("HOLDFAST_LIMITS__REFRESH_TOKEN_DAYS", "99999", "limits.refresh_token_days", "3650"),
            ("HOLDFAST_LIMITS__ACCESS_TOKEN_S", "18446744073709551616", "access_token_s", "86400"),
            ("HOLDFAST_LIMITS__REQUEST_S", "18446744073709551615", "limits.request_s", "86400"),
            ("HOLDFAST_LIMITS__SNAPSHOT_S", "0", "limits.snapshot_s", "86400"),
            ("HOLDFAST_LIMITS__CONNECTIONS", "18446744073709551615", "limits.connections", "from"),
            ("HOLDFAST_LIMITS__ATTACHMENT_BYTES", "26214401", "attachment_bytes", "26214400"),
            ("HOLDFAST_LIMITS__SIGN_INS_PER_LOGIN", "0", "limits.sign_ins_per_login", "from 1"),
            ("HOLDFAST_LIMITS__SIGN_INS_PER_ADDRESS", "0", "sign_ins_per_address", "from 1"),
            ("HOLDFAST_LIMITS__SIGN_IN_EVERY_S", "4294967295", "sign_in_every_s", "86400"),
        ];
        for (name, value, named, range) in table {
            let environment = [(name.to_owned(), value.to_owned())];
            let error = Config::load(None, environment, &flags("127.0.0.1:0"));
            let error = format!("{:#}", error.expect_err(name));
            assert!(error.contains(named) && error.contains(range), "{name}: {error}");
            assert!(error.contains(value), "{name}: {error}");
        }
        let dir = tempfile::tempdir().expect("a folder");
        let file = dir.path().join("server.toml");
        let write = |days: &str| {
            std::fs::write(&file, format!("data_dir = 'a'\n[limits]\nfeed_days = {days}\n"))
        };
        write("3651").expect("a file");
        let error = format!("{:#}", Config::load(Some(&file), [], &[]).expect_err("refused"));
        assert!(error.contains("limits.feed_days is 3651: it must be from 1 to 3650"), "{error}");
        write("3650").expect("a file");
        assert_eq!(Config::load(Some(&file), [], &[]).expect("in range").limits.feed_days, 3650);
    }
}
