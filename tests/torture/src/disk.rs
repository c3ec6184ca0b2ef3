//! Disk: a small file system of its own for each computer, so that it can be full, or be read only,
//! without harm to anybody else.
//!
//! Mounting needs a mount namespace of one's own, which a program that runs cannot enter. So the
//! program starts itself once more, inside; everything it starts ends with it. Where there is
//! nothing mounted (the tests of this crate), a disk is a folder.

use std::io::Write as _;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail, ensure};

const INSIDE: &str = "HOLDFAST_TORTURE_INSIDE";
const BALLAST: &str = "ballast";
const BLOCK_BYTES: usize = 64 * 1024;

/// Ways to a namespace of one's own: as root, and as anybody.
const NAMESPACES: [&[&str]; 2] = [
    &["--mount", "--pid", "--fork", "--kill-child", "--mount-proc"],
    &["--user", "--map-root-user", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc"],
];

/// A computer's disk.
#[derive(Clone, Debug)]
pub struct Disk {
    folder: PathBuf,
    mounted: bool,
}

/// Becomes this program inside a namespace of its own; returns only there.
pub fn enter() -> Result<()> {
    if std::env::var_os(INSIDE).is_some() {
        // What killed processes leave in shared memory goes with the namespace.
        return mount(&["-t", "tmpfs", "-o", "size=16m", "holdfast", "/dev/shm"]);
    }
    let try_out = ["--", "mount", "-t", "tmpfs", "-o", "size=64k", "holdfast", "/mnt"];
    for namespace in NAMESPACES {
        let tried = Command::new("unshare").args(namespace).args(try_out).output();
        if tried.is_ok_and(|tried| tried.status.success()) {
            let error = Command::new("unshare")
                .args(namespace)
                .arg("--")
                .arg(std::env::current_exe()?)
                .args(std::env::args_os().skip(1))
                .env(INSIDE, "1")
                .exec();
            bail!("unshare(1) does not start: {error}");
        }
    }
    bail!("no small disks can be had here: allow unshare(1) to mount (`--cap-add SYS_ADMIN`)")
}

impl Disk {
    /// A file system of so many MiB in memory; `None`: just a folder.
    pub fn new(folder: PathBuf, mib: Option<u32>) -> Result<Self> {
        std::fs::create_dir_all(&folder)?;
        if let Some(mib) = mib {
            let size = format!("size={mib}m");
            mount(&["-t", "tmpfs", "-o", &size, "holdfast", &text(&folder)])?;
        }
        Ok(Self { folder, mounted: mib.is_some() })
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Everything on it goes.
    pub fn wipe(&self) -> Result<()> {
        for entry in std::fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let is_folder = path.symlink_metadata()?.is_dir();
            if is_folder { std::fs::remove_dir_all(path)? } else { std::fs::remove_file(path)? }
        }
        Ok(())
    }

    /// All of the room goes but so many bytes.
    pub fn fill(&self, left_bytes: u64) -> Result<()> {
        ensure!(self.mounted, "this disk is everybody's");
        let found = Command::new("df")
            .args(["--output=avail", "--block-size=1"])
            .arg(&self.folder)
            .output()
            .context("df(1) is missing")?;
        let said = String::from_utf8_lossy(&found.stdout).into_owned();
        let free = said.split_whitespace().find_map(|word| word.parse::<u64>().ok());
        let free = free.with_context(|| format!("df(1) says {said:?}"))?;
        let mut ballast = std::fs::File::create(self.folder.join(BALLAST))?;
        let block = vec![0; BLOCK_BYTES];
        for _ in 0..free.saturating_sub(left_bytes) / BLOCK_BYTES as u64 {
            // Somebody else was faster: full it is.
            if ballast.write_all(&block).is_err() {
                break;
            }
        }
        Ok(())
    }

    /// The room is back.
    pub fn make_room(&self) {
        // It may not have been full.
        let _ = std::fs::remove_file(self.folder.join(BALLAST));
    }

    /// It is not needed any more.
    pub fn give_back(&self) -> Result<()> {
        if self.mounted { run(Command::new("umount").arg(&self.folder)) } else { Ok(()) }
    }

    /// Nothing can be written on it, or everything again.
    pub fn set_read_only(&self, is: bool) -> Result<()> {
        ensure!(self.mounted, "this disk is everybody's");
        let how = if is { "remount,ro" } else { "remount,rw" };
        mount(&["-o", how, &text(&self.folder)])
    }

    /// A file on it can only be read, by nobody else written either.
    pub fn pin(&self, file: &Path) -> Result<()> {
        ensure!(self.mounted, "this disk is everybody's");
        mount(&["--bind", &text(file), &text(file)])?;
        mount(&["-o", "remount,ro,bind", &text(file)])
    }

    /// It can be written again.
    pub fn unpin(&self, file: &Path) -> Result<()> {
        run(Command::new("umount").arg(file))
    }
}

fn text(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

fn mount(arguments: &[&str]) -> Result<()> {
    run(Command::new("mount").args(arguments))
}

fn run(command: &mut Command) -> Result<()> {
    let ran = command.stdin(Stdio::null()).output().with_context(|| format!("{command:?}"))?;
    ensure!(ran.status.success(), "{command:?}: {}", String::from_utf8_lossy(&ran.stderr).trim());
    Ok(())
}

/// Copies a folder with all files in it; sockets stay behind.
pub fn copy(from: &Path, to: &Path) -> Result<()> {
    std::fs::create_dir_all(to)?;
    for entry in std::fs::read_dir(from)? {
        let entry = entry?;
        let (kind, copy) = (entry.file_type()?, to.join(entry.file_name()));
        if kind.is_dir() {
            self::copy(&entry.path(), &copy)?;
        } else if kind.is_file() {
            std::fs::copy(entry.path(), &copy)?;
        }
    }
    Ok(())
}
