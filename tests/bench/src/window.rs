//! The window: from exec to the first picture, and the memory of all its processes, each against a
//! blank window that is opened in turns with it. Needs a display and a session bus with a keyring.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use holdfast_desk::secrets::OsKeyring;
use rustix::process::{Pid, Signal, kill_process};
use rustix::time::{ClockId, clock_gettime};

use crate::figure::{Aim, Figure};
use crate::memory;
use crate::station::Station;
use crate::{ground, say};

/// Of a blank window.
const TIMES_BLANK: f64 = 1.3;
/// How long a window may take to paint, and to end, on a busy machine.
const WITHIN: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(5);

/// What one start came to.
struct Start {
    painted_ms: f64,
    pss_mib: f64,
}

/// Opens both in turns, `rounds` times after one that does not count.
///
/// The desk has a profile with the sample in it, whose key is in the keyring, and its server is
/// there: the start of a working day.
pub async fn measure(rounds: usize) -> Result<Vec<Figure>> {
    let server = ground::server(0).await?;
    say::begin("a profile whose key is in the keyring");
    let station = Station::sign_in_with(&server, ground::AGENT, Arc::new(OsKeyring)).await?;
    station.at_rest().await?;
    let station = station.closed().await;
    let root = station.folder();
    let (mut blanks, mut desks) = (Vec::new(), Vec::new());
    for round in 0..=rounds {
        say::begin(&format!("opening windows, round {round} of {rounds}"));
        let painted = root.join("painted");
        let mut blank = Command::new(program("holdfast-blank")?);
        blank.arg(&painted);
        let mut desk = Command::new(program("holdfast-app")?);
        desk.arg("--profile-root").arg(&root);
        desk.args(["--server", &server.url()]);
        desk.arg("--painted-file").arg(&painted);
        let (blank, desk) = (start(&mut blank, &painted)?, start(&mut desk, &painted)?);
        if round > 0 {
            blanks.push(blank);
            desks.push(desk);
        }
    }
    let of = |starts: &[Start], what: fn(&Start) -> f64| median(starts.iter().map(what).collect());
    let aim = Aim::RatioAtMost(TIMES_BLANK);
    let start = Figure::new("window.start", of(&desks, |s| s.painted_ms), "ms");
    let pss = Figure::new("window.pss", of(&desks, |s| s.pss_mib), "MiB");
    Ok(vec![
        start.against(of(&blanks, |s| s.painted_ms)).aim(aim),
        pss.against(of(&blanks, |s| s.pss_mib)).aim(aim),
    ])
}

fn start(command: &mut Command, painted: &Path) -> Result<Start> {
    let _ = fs::remove_file(painted);
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let begun_ms = monotonic_ms();
    let child = command
        .spawn()
        .with_context(|| format!("cannot start {}", command.get_program().display()))?;
    let mut window = Window(child);
    let painted_ms = window.painted(painted)? - begun_ms;
    let pss_mib = memory::settled_mib(window.0.id())?;
    window.close()?;
    Ok(Start { painted_ms, pss_mib })
}

/// A running window; gone when dropped.
struct Window(Child);

impl Window {
    /// The moment that stands in the file, as soon as it does.
    fn painted(&mut self, file: &Path) -> Result<f64> {
        let begun = Instant::now();
        while begun.elapsed() < WITHIN {
            let told = fs::read_to_string(file).unwrap_or_default();
            if told.ends_with('\n') {
                return told.trim().parse().context("the moment is a number");
            }
            if let Some(status) = self.0.try_wait()? {
                bail!("the window ended before it painted: {status}");
            }
            std::thread::sleep(LOOK_EVERY);
        }
        bail!("the window did not paint within {} s", WITHIN.as_secs())
    }

    /// Asks it to end and waits, so that the next start finds nobody at home.
    fn close(&mut self) -> Result<()> {
        let pid = Pid::from_child(&self.0);
        kill_process(pid, Signal::TERM).context("the window cannot be ended")?;
        let begun = Instant::now();
        while begun.elapsed() < WITHIN {
            if self.0.try_wait()?.is_some() {
                return Ok(());
            }
            std::thread::sleep(LOOK_EVERY);
        }
        bail!("the window does not end")
    }
}

impl Drop for Window {
    fn drop(&mut self) {
        // It has ended already unless something went wrong.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A program that was built with this one.
pub fn program(name: &str) -> Result<PathBuf> {
    let folder = std::env::var_os("HOLDFAST_BIN_DIR")
        .context("HOLDFAST_BIN_DIR says where the programs are; `cargo xtask bench` sets it")?;
    let path = Path::new(&folder).join(name);
    ensure!(path.is_file(), "{} is not built", path.display());
    Ok(path)
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn monotonic_ms() -> f64 {
    let now = clock_gettime(ClockId::Monotonic);
    now.tv_sec as f64 * 1e3 + now.tv_nsec as f64 / 1e6
}
