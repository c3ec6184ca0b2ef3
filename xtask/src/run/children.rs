//! The programs a run has started, each in a process group of its own, all stopped at the end.
//!
//! Only what was started here is ever stopped, by its id. Windows first, the server last, so that
//! nobody's last words meet a closed door; a server that was started again has its old place. A
//! polite signal, some patience, then force.

use std::fs::{self, File};
use std::io::{BufRead, BufReader};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::{say, shell};

/// How long a child may take to end by itself.
const PATIENCE: Duration = Duration::from_secs(8);
const LOOK_EVERY: Duration = Duration::from_millis(50);
const SERVER: &str = "server";
/// How much of a log is shown when its program failed.
const LAST_LINES: usize = 20;

/// Where a child's words go.
pub enum Output {
    /// Into this file.
    Log(PathBuf),
    /// To the reader, line by line.
    Told,
}

/// One program.
pub struct Child {
    name: String,
    process: std::process::Child,
    log: Option<PathBuf>,
    ended: Option<ExitStatus>,
}

/// All programs of this run, in the order of their start. Dropping stops them.
#[derive(Default)]
pub struct Children(Vec<Child>);

impl Child {
    /// A desk may be closed by its agent.
    pub fn is_desk(&self) -> bool {
        self.name.starts_with("desk")
    }

    /// A server may die: the desks work on.
    fn is_server(&self) -> bool {
        self.name == SERVER
    }

    fn start(name: &str, command: &mut Command, output: Output) -> Result<Self> {
        command.stdin(Stdio::null());
        let log = match output {
            Output::Log(path) => {
                let file = File::options()
                    .append(true)
                    .create(true)
                    .open(&path)
                    .with_context(|| format!("cannot write {}", path.display()))?;
                command.stdout(file.try_clone()?).stderr(file);
                Some(path)
            }
            Output::Told => {
                command.stdout(Stdio::piped());
                None
            }
        };
        own_group(command);
        let mut process =
            command.spawn().with_context(|| format!("cannot start `{}`", shell::words(command)))?;
        if let Some(stdout) = process.stdout.take() {
            thread::spawn(move || {
                for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                    say::line(&format!("    {line}"));
                }
            });
        }
        Ok(Self { name: name.to_owned(), process, log, ended: None })
    }

    fn look(&mut self) -> Result<()> {
        if self.ended.is_none() {
            self.ended = self.process.try_wait().context("cannot look after a child")?;
        }
        Ok(())
    }

    fn ended_badly(&self, status: ExitStatus) -> anyhow::Error {
        self.show_log();
        anyhow::anyhow!("the {} ended with {status}", self.name)
    }

    fn show_log(&self) {
        if let Some(log) = &self.log {
            say::line(&format!("the last lines of {}:", log.display()));
            let text = fs::read_to_string(log).unwrap_or_default();
            let lines: Vec<&str> = text.lines().collect();
            for line in &lines[lines.len().saturating_sub(LAST_LINES)..] {
                say::line(&format!("    {line}"));
            }
        }
    }
}

impl Children {
    /// Start a program and keep it. Returns its process number.
    pub fn start(&mut self, name: &str, command: &mut Command, output: Output) -> Result<u32> {
        if let Output::Log(path) = &output {
            File::create(path).with_context(|| format!("cannot write {}", path.display()))?;
        }
        self.0.push(Child::start(name, command, output)?);
        Ok(self.0.last().expect("it was just put there").process.id())
    }

    /// Start the server, or start it again in the place of the one that has ended: it is stopped
    /// last all the same. Its log goes on then. Returns its process number.
    pub fn start_server(&mut self, command: &mut Command, output: Output) -> Result<u32> {
        let Some(place) = self.0.iter_mut().find(|child| child.is_server()) else {
            return self.start(SERVER, command, output);
        };
        ensure!(place.ended.is_some(), "the server runs");
        *place = Child::start(SERVER, command, output)?;
        Ok(place.process.id())
    }

    /// Start a program that ends by itself and wait for that; `stop` ends the waiting.
    pub fn finish(&mut self, name: &str, command: &mut Command, stop: &AtomicBool) -> Result<()> {
        self.start(name, command, Output::Told)?;
        loop {
            let child = self.0.last_mut().expect("it was just started");
            child.look()?;
            if let Some(status) = child.ended {
                self.0.pop();
                ensure!(status.success(), "`{}` ended with {status}", shell::words(command));
                return Ok(());
            }
            ensure!(!stop.load(Ordering::Relaxed), "stopped");
            thread::sleep(LOOK_EVERY);
        }
    }

    /// Those that still run, as of the last look.
    pub fn running(&self) -> impl Iterator<Item = &Child> {
        self.0.iter().filter(|child| child.ended.is_none())
    }

    /// An error when the server has ended, however well.
    pub fn server_alive(&mut self) -> Result<()> {
        for child in self.0.iter_mut().filter(|child| child.is_server()) {
            child.look()?;
            if let Some(status) = child.ended {
                return Err(child.ended_badly(status));
            }
        }
        Ok(())
    }

    /// Whether the server has ended, as of the last look.
    pub fn is_server_gone(&self) -> bool {
        self.0.iter().any(|child| child.is_server() && child.ended.is_some())
    }

    /// An error when a desk has ended with one, or anything else at all but the server. A desk that
    /// somebody closed is fine. Why a server gave up by itself is shown.
    pub fn all_well(&mut self) -> Result<()> {
        for child in &mut self.0 {
            let before = child.ended;
            child.look()?;
            match child.ended {
                Some(status) if child.is_server() => {
                    let gave_up = status.code().is_some_and(|code| code != 0);
                    if before.is_none() && gave_up {
                        child.show_log();
                    }
                }
                Some(status) if !child.is_desk() || !status.success() => {
                    bail!(child.ended_badly(status));
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Stop all that run, the last started first.
    pub fn stop(&mut self) {
        while let Some(mut child) = self.0.pop() {
            if child.look().is_ok() && child.ended.is_none() {
                end(&mut child.process);
            }
        }
    }
}

impl Drop for Children {
    fn drop(&mut self) {
        self.stop();
    }
}

/// Ask, wait, insist. What cannot be stopped any more has ended already.
fn end(process: &mut std::process::Child) {
    signal(process, false);
    let begun = Instant::now();
    while begun.elapsed() < PATIENCE {
        if !matches!(process.try_wait(), Ok(None)) {
            return;
        }
        thread::sleep(LOOK_EVERY);
    }
    signal(process, true);
    let _ = process.wait();
}

#[cfg(unix)]
fn own_group(command: &mut Command) {
    use std::os::unix::process::CommandExt;
    command.process_group(0);
}

#[cfg(unix)]
fn signal(process: &mut std::process::Child, force: bool) {
    use rustix::process::{Pid, Signal, kill_process_group};
    let signal = if force { Signal::KILL } else { Signal::TERM };
    let id = i32::try_from(process.id()).ok().and_then(Pid::from_raw);
    if let Some(group) = id {
        let _ = kill_process_group(group, signal);
    }
}

#[cfg(not(unix))]
fn own_group(_: &mut Command) {}

/// Elsewhere there is no polite signal for a program without a console.
#[cfg(not(unix))]
fn signal(process: &mut std::process::Child, _: bool) {
    let _ = process.kill();
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    fn sh(script: &str) -> Command {
        let mut command = Command::new("sh");
        command.args(["-c", script]);
        command
    }

    fn wait_until(mut good: impl FnMut() -> bool) {
        let begun = Instant::now();
        while !good() {
            assert!(begun.elapsed() < PATIENCE, "it did not happen in time");
            thread::sleep(LOOK_EVERY);
        }
    }

    #[test]
    fn stopping_stops_grandchildren_too() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let note = dir.path().join("pid");
        let script = format!("sleep 600 & echo $! > '{}'; wait", note.display());
        let mut children = Children::default();
        let log = Output::Log(dir.path().join("log"));
        children.start("desk", &mut sh(&script), log).expect("sh starts");
        wait_until(|| fs::read_to_string(&note).is_ok_and(|pid| pid.ends_with('\n')));
        let pid = fs::read_to_string(&note).expect("it was noted");
        children.stop();
        let alive = || sh(&format!("kill -0 {}", pid.trim())).stderr(Stdio::null()).status();
        wait_until(|| !alive().expect("sh runs").success());
    }

    #[test]
    fn neither_a_server_that_dies_nor_a_closed_desk_is_a_failure_and_a_lost_customer_is() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let mut children = Children::default();
        let log = || Output::Log(dir.path().join("log"));
        children.start_server(&mut sh("kill -9 $$"), log()).expect("sh starts");
        children.start("desk", &mut sh("exit 0"), log()).expect("sh starts");
        wait_until(|| {
            children.all_well().expect("both are fine");
            children.running().count() == 0
        });
        assert!(children.is_server_gone());
        children.start("sample customers", &mut sh("exit 0"), log()).expect("sh starts");
        wait_until(|| children.all_well().is_err());
    }

    #[test]
    fn a_server_is_started_again_in_its_old_place_and_its_log_goes_on() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let path = dir.path().join("log");
        let log = || Output::Log(path.clone());
        let mut children = Children::default();
        children.start_server(&mut sh("echo first; exit 1"), log()).expect("sh starts");
        children.start("desk", &mut sh("sleep 600"), Output::Told).expect("sh starts");
        wait_until(|| children.server_alive().is_err());
        let mut second = sh("echo second; sleep 600");
        children.start_server(&mut second, log()).expect("sh starts");
        assert!(!children.is_server_gone());
        let names: Vec<&str> = children.running().map(|child| child.name.as_str()).collect();
        assert_eq!(names, ["server", "desk"], "the last started is stopped first");
        wait_until(|| fs::read_to_string(&path).is_ok_and(|text| text == "first\nsecond\n"));
        children.start_server(&mut second, log()).expect_err("it runs");
    }

    #[test]
    fn what_ends_by_itself_is_waited_for_and_left_when_told_to_stop() {
        let stop = AtomicBool::new(false);
        let mut children = Children::default();
        children.finish("sample", &mut sh("exit 0"), &stop).expect("it ends well");
        let error = children.finish("sample", &mut sh("exit 3"), &stop).expect_err("3 is not 0");
        assert!(error.to_string().contains("exit 3"), "{error}");
        children.all_well().expect("what has ended is nobody's business any more");
        stop.store(true, Ordering::Relaxed);
        children.finish("sample", &mut sh("sleep 600"), &stop).expect_err("told to stop");
        children.stop();
        assert_eq!(children.running().count(), 0);
    }

    #[test]
    fn a_desk_that_fails_is_a_failure() {
        let dir = tempfile::tempdir().expect("a temporary folder");
        let mut children = Children::default();
        let log = Output::Log(dir.path().join("log"));
        children.start("desk", &mut sh("exit 3"), log).expect("sh starts");
        wait_until(|| children.all_well().is_err());
    }
}
