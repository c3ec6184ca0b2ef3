//! The stage: a display, a session bus, a window manager, a keyring and a home folder that belong
//! to one test and are gone afterwards. Nothing of the developer's own session is read or written.

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{DirBuilderExt, MetadataExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::{need, until};

/// Whom programs run as when the tests run as root: input methods and web processes want an
/// ordinary user.
const NOBODY: u32 = 65_534;
/// Larger than the window wants to be.
const SCREEN: &str = "1600x1000x24";

/// A display with all that belongs to it.
pub struct Stage {
    /// Ended in the opposite order.
    children: Vec<Child>,
    home: TempDir,
    env: BTreeMap<String, String>,
    as_nobody: bool,
}

impl Stage {
    /// A stage without a keyring.
    pub fn set() -> Result<Self> {
        let home = tempfile::Builder::new().prefix("holdfast-stage-").tempdir()?;
        let mut stage = Self {
            children: Vec::new(),
            as_nobody: fs::metadata("/proc/self")?.uid() == 0,
            env: BTreeMap::new(),
            home,
        };
        stage.give_away(stage.home.path())?;
        let runtime = stage.folder("run")?;
        stage.tell("XDG_RUNTIME_DIR", &runtime.to_string_lossy());
        let home_path = stage.home.path().to_string_lossy().into_owned();
        stage.tell("HOME", &home_path);
        for (name, value) in [("PATH", need::PATH), ("LANG", "C.UTF-8"), ("NO_AT_BRIDGE", "1")] {
            stage.tell(name, value);
        }
        let display = stage
            .first_line("Xvfb", &["-displayfd", "1", "-screen", "0", SCREEN, "-nolisten", "tcp"])?;
        stage.tell("DISPLAY", &format!(":{display}"));
        let bus =
            stage.first_line("dbus-daemon", &["--session", "--nofork", "--print-address=1"])?;
        stage.tell("DBUS_SESSION_BUS_ADDRESS", &bus);
        let mut openbox = stage.command("openbox")?;
        stage.keep(&mut openbox)?;
        Ok(stage)
    }

    /// A stage with an unlocked keyring, as after a login.
    pub async fn with_keyring() -> Result<Self> {
        let mut stage = Self::set()?;
        let mut command = stage.command("gnome-keyring-daemon")?;
        command.args(["--foreground", "--unlock", "--components=secrets"]).stdin(Stdio::piped());
        let mut child = command.spawn().context("the keyring does not start")?;
        let mut stdin = child.stdin.take().context("stdin was piped")?;
        stdin.write_all(b"stage")?;
        drop(stdin);
        stage.children.push(child);
        stage.bus_has("org.freedesktop.secrets").await?;
        Ok(stage)
    }

    /// Waits until somebody on the session bus has this name.
    pub async fn bus_has(&self, name: &str) -> Result<()> {
        until(&format!("{name} on the session bus"), async || {
            let told = self.ask(
                "dbus-send",
                &[
                    "--session",
                    "--print-reply=literal",
                    "--dest=org.freedesktop.DBus",
                    "/",
                    "org.freedesktop.DBus.NameHasOwner",
                    &format!("string:{name}"),
                ],
            )?;
            Ok(told.contains("true").then_some(()))
        })
        .await
    }

    /// How many keys of ours the keyring holds.
    pub fn keys(&self) -> Result<usize> {
        let found = self.ask(
            "dbus-send",
            &[
                "--session",
                "--print-reply=literal",
                "--dest=org.freedesktop.secrets",
                "/org/freedesktop/secrets",
                "org.freedesktop.Secret.Service.SearchItems",
                "dict:string:string:service,Holdfast",
            ],
        )?;
        Ok(found.matches("/org/freedesktop/secrets/collection/").count())
    }

    /// Sets a variable for every program that starts later.
    pub fn tell(&mut self, name: &str, value: &str) {
        self.env.insert(name.to_owned(), value.to_owned());
    }

    /// A folder below the home folder that only the stage's user may enter.
    pub fn folder(&self, name: &str) -> Result<PathBuf> {
        let path = self.home.path().join(name);
        for part in Path::new(name).ancestors().collect::<Vec<_>>().into_iter().rev().skip(1) {
            let part = self.home.path().join(part);
            if !part.is_dir() {
                fs::DirBuilder::new().mode(0o700).create(&part)?;
                self.give_away(&part)?;
            }
        }
        Ok(path)
    }

    /// A file below the home folder.
    pub fn file(&self, name: &str, text: &str) -> Result<PathBuf> {
        if let Some(folder) = Path::new(name).parent().and_then(Path::to_str) {
            self.folder(folder)?;
        }
        let path = self.home.path().join(name);
        fs::write(&path, text)?;
        self.give_away(&path)?;
        Ok(path)
    }

    /// One of our programs where the stage's user can run it.
    pub fn bring(&self, name: &str) -> Result<PathBuf> {
        let built = need::ours(name)?;
        if !self.as_nobody {
            return Ok(built);
        }
        let here = self.home.path().join(name);
        if !here.exists() {
            fs::copy(&built, &here).with_context(|| format!("cannot copy {name}"))?;
        }
        Ok(here)
    }

    /// A program with the stage's surroundings and nothing else.
    pub fn command(&self, program: &str) -> Result<Command> {
        Ok(self.command_at(&need::program(program)?))
    }

    /// The same for a program whose path is known.
    pub fn command_at(&self, program: &Path) -> Command {
        let mut command = Command::new(program);
        command.env_clear().envs(&self.env).current_dir(self.home.path());
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        if self.as_nobody {
            command.uid(NOBODY).gid(NOBODY);
        }
        command
    }

    /// Starts a program that ends with the stage.
    pub fn keep(&mut self, command: &mut Command) -> Result<()> {
        let name = command.get_program().to_string_lossy().into_owned();
        let child = command.spawn().with_context(|| format!("{name} does not start"))?;
        self.children.push(child);
        Ok(())
    }

    /// Runs a program to its end and returns what it said, trimmed.
    pub fn ask(&self, program: &str, args: &[&str]) -> Result<String> {
        let output = self.command(program)?.args(args).stdout(Stdio::piped()).output()?;
        ensure!(output.status.success(), "{program} {args:?} failed");
        Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
    }

    /// A picture of the whole screen, for people who look into a failure.
    pub fn picture(&self, name: &str) -> Result<PathBuf> {
        let taken = self.home.path().join("screen.png");
        self.ask("import", &["-window", "root", &taken.to_string_lossy()])?;
        let folder = need::failures()?;
        fs::create_dir_all(&folder)?;
        let kept = folder.join(format!("{name}.png"));
        fs::copy(&taken, &kept)?;
        Ok(kept)
    }

    /// Starts a program that ends with the stage and returns the first line it says.
    fn first_line(&mut self, program: &str, args: &[&str]) -> Result<String> {
        let mut command = self.command(program)?;
        let mut child = command.args(args).stdout(Stdio::piped()).spawn()?;
        let stdout = child.stdout.take().context("stdout was piped")?;
        self.children.push(child);
        let mut line = String::new();
        BufReader::new(stdout).read_line(&mut line)?;
        ensure!(!line.trim().is_empty(), "{program} ended before it was ready");
        Ok(line.trim().to_owned())
    }

    fn give_away(&self, path: &Path) -> Result<()> {
        if self.as_nobody {
            chown(path, Some(NOBODY), Some(NOBODY))?;
        }
        Ok(())
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        for child in self.children.iter_mut().rev() {
            // It may have ended by itself; waiting frees its display number.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}
