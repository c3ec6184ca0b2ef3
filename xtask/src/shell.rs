//! Running other programs: with their output shown, kept, or both.
//!
//! Errors name the command line and what to do when the program is not there. Deliberately absent:
//! a shell. Arguments are passed as they are, so nothing needs quoting.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::path::PathBuf;
use std::process::{Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, RecvTimeoutError, SyncSender};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

/// How many of the last lines of a program are kept to look for its closing words.
const KEPT_LINES: usize = 400;
/// How long a program that has ended must have been silent before its output counts as whole.
const QUIET: Duration = Duration::from_millis(200);

/// Run and show the output. An exit code other than zero is an error.
pub fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| cannot_start(command))?;
    judge(command, status)
}

/// Run, show the output, and return its last lines.
pub fn tee(command: &mut Command) -> Result<Vec<String>> {
    let (status, lines) = watch(command)?;
    judge(command, status)?;
    Ok(lines)
}

/// Run, show the output, and return how it ended together with its last lines.
///
/// Ends when the program ends, even if something it left behind still holds the pipe.
pub fn watch(command: &mut Command) -> Result<(ExitStatus, Vec<String>)> {
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| cannot_start(command))?;
    let (send, receive) = mpsc::sync_channel::<Vec<u8>>(KEPT_LINES);
    forward(child.stdout.take().expect("stdout was piped"), send.clone());
    forward(child.stderr.take().expect("stderr was piped"), send);
    let mut kept = VecDeque::with_capacity(KEPT_LINES);
    loop {
        match receive.recv_timeout(QUIET) {
            Ok(bytes) => {
                show(&bytes)?;
                if kept.len() == KEPT_LINES {
                    kept.pop_front();
                }
                kept.push_back(without_colours(String::from_utf8_lossy(&bytes).trim_end()));
            }
            Err(RecvTimeoutError::Timeout) if child.try_wait()?.is_none() => {}
            Err(_) => break,
        }
    }
    Ok((child.wait()?, kept.into()))
}

/// Run and return what it wrote to stdout; stderr is shown only if it fails.
pub fn text(command: &mut Command) -> Result<String> {
    let output = command.stderr(Stdio::piped()).output().with_context(|| cannot_start(command))?;
    if !output.status.success() {
        bail!("{} failed: {}", words(command), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Where `program` is found on PATH, if it is.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|dir| dir.join(crate::root::exe(program)))
        .find(|candidate| candidate.is_file())
}

/// The command line as one would type it.
pub fn words(command: &Command) -> String {
    let mut line = command.get_program().to_string_lossy().into_owned();
    for arg in command.get_args() {
        line.push(' ');
        line.push_str(&arg.to_string_lossy());
    }
    line
}

/// `npm`, `npx` and their like are command files on Windows and need their whole name.
pub fn script(name: &str) -> Command {
    if cfg!(windows) { Command::new(format!("{name}.cmd")) } else { Command::new(name) }
}

fn judge(command: &Command, status: ExitStatus) -> Result<()> {
    if status.success() {
        return Ok(());
    }
    bail!("`{}` ended with {status}", words(command))
}

fn cannot_start(command: &Command) -> String {
    format!(
        "cannot start `{}`; `cargo xtask setup --tests` installs what is missing",
        words(command)
    )
}

fn forward(from: impl Read + Send + 'static, to: SyncSender<Vec<u8>>) {
    thread::spawn(move || {
        let mut reader = BufReader::new(from);
        loop {
            let mut line = Vec::new();
            match reader.read_until(b'\n', &mut line) {
                Ok(0) | Err(_) => return,
                Ok(_) if to.send(line).is_err() => return,
                Ok(_) => {}
            }
        }
    });
}

fn show(bytes: &[u8]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(bytes)?;
    out.flush()?;
    Ok(())
}

/// The line without terminal escape sequences (`ESC [ … letter`).
fn without_colours(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        if c == '\u{1b}' {
            chars.by_ref().find(char::is_ascii_alphabetic);
        } else {
            plain.push(c);
        }
    }
    plain
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn colours_are_taken_out_of_kept_lines() {
        assert_eq!(without_colours("\u{1b}[32mok\u{1b}[0m 3 passed"), "ok 3 passed");
    }

    #[test]
    #[cfg(unix)]
    fn output_is_kept_and_a_bad_exit_code_is_an_error() {
        let lines = tee(Command::new("sh").args(["-c", "echo one; echo two"])).expect("sh runs");
        assert_eq!(lines, ["one", "two"]);
        let error = tee(Command::new("sh").args(["-c", "exit 3"])).expect_err("3 is not 0");
        assert!(error.to_string().contains("exit 3"), "{error}");
    }

    #[test]
    fn a_missing_program_says_what_installs_it() {
        let error = run(&mut Command::new("no-such-program-here")).expect_err("it does not exist");
        assert!(error.to_string().contains("cargo xtask setup"), "{error}");
    }
}
