//! Where the real window is tested: a display, a session bus, an unlocked keyring and a window
//! manager of its own, all gone afterwards.
//!
//! The home folder is a temporary one and stands before the bus starts, so that nothing of the
//! developer's own session is read or written. What is missing is an error that names it. What a
//! test needs beyond this (an input method, a locked keyring) it starts itself.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context, Result, ensure};
use tempfile::TempDir;

use crate::shell;

/// Programs that the window's tests need. Each stands in a package that setup installs.
const PROGRAMS: [&str; 11] = [
    "Xvfb",
    "dbus-run-session",
    "gnome-keyring-daemon",
    "openbox",
    "xdotool",
    "import",
    "WebKitWebDriver",
    "fcitx5",
    "ibus-daemon",
    "node",
    "bash",
];

/// Unlocks a new keyring, starts the window manager, then becomes the test. Neither of the two may
/// hold our pipe, so both write to files.
const ENTER: &str = r#"
printf %s stage | gnome-keyring-daemon --unlock --components=secrets >"$HOME/keyring.log" 2>&1
openbox >"$HOME/openbox.log" 2>&1 &
exec "$@"
"#;

/// A display with a home folder.
pub struct Stage {
    home: TempDir,
    server: Child,
    display: String,
}

impl Stage {
    /// Start a display on a free number.
    pub fn set() -> Result<Self> {
        let missing: Vec<&str> =
            PROGRAMS.into_iter().filter(|program| shell::find(program).is_none()).collect();
        ensure!(
            missing.is_empty(),
            "the real window cannot be tested without {}: cargo xtask setup --tests",
            missing.join(", ")
        );
        let home = tempfile::tempdir().context("no temporary folder for a home")?;
        private_folder(&home.path().join("run"))?;
        let mut server = Command::new("Xvfb")
            .args(["-displayfd", "1", "-screen", "0", "1400x900x24", "-nolisten", "tcp"])
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .context("cannot start Xvfb")?;
        let stdout = server.stdout.take().expect("stdout was piped");
        let mut number = String::new();
        BufReader::new(stdout).read_line(&mut number).context("Xvfb does not say its number")?;
        let stage = Self { home, server, display: format!(":{}", number.trim()) };
        ensure!(stage.display.len() > 1, "Xvfb ended before it had a display");
        Ok(stage)
    }

    /// The command that runs a program on this stage; its arguments can be added.
    pub fn program(&self, program: &Path) -> Command {
        let mut command = Command::new("dbus-run-session");
        command
            .args(["--", "bash", "-euc", ENTER, "stage"])
            .arg(program)
            .env("DISPLAY", &self.display)
            .env("HOME", self.home.path())
            .env("XDG_RUNTIME_DIR", self.runtime())
            .env("LANG", "C.UTF-8")
            .env("NO_AT_BRIDGE", "1");
        for own in [
            "WAYLAND_DISPLAY",
            "XDG_CONFIG_HOME",
            "XDG_DATA_HOME",
            "XDG_CACHE_HOME",
            "GTK_IM_MODULE",
            "XMODIFIERS",
        ] {
            command.env_remove(own);
        }
        command
    }

    fn runtime(&self) -> PathBuf {
        self.home.path().join("run")
    }
}

impl Drop for Stage {
    fn drop(&mut self) {
        // It may have ended by itself; waiting for it frees its display number.
        let _ = self.server.kill();
        let _ = self.server.wait();
    }
}

/// A session bus refuses a runtime folder that others may enter.
fn private_folder(path: &Path) -> Result<()> {
    fs::create_dir(path)?;
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(path, fs::Permissions::from_mode(0o700))?;
    }
    Ok(())
}
