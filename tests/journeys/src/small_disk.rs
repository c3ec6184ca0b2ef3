//! A disk that can be filled: a small file system of its own, in memory.
//!
//! Mounting needs a mount namespace of one's own, and a namespace cannot be entered by a program
//! that runs already. So the journey starts itself once more, inside. Everybody may do that on
//! Debian; a container must be allowed to (`--cap-add SYS_ADMIN`, or user namespaces), or have a
//! small `/dev/shm` of its own, as they do by default. Deliberately absent: Windows and macOS.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

/// Where the journey inside finds its disk.
const INSIDE: &str = "HOLDFAST_SMALL_DISK";
const BYTES: u64 = 48 * 1024 * 1024;
/// A memory disk that is not larger than this may be filled without harm to others.
const SHARED_BYTES_MAX: u64 = 1024 * 1024 * 1024;
/// What is left when it has been filled.
const LEFT_BYTES: u64 = 768 * 1024;
const BALLAST: &str = "ballast";

/// Mounts, then becomes the journey.
const ENTER: &str = r#"mount -t tmpfs -o "size=$1" holdfast "$2" && shift 2 && exec "$@""#;

/// The disk.
pub struct SmallDisk(PathBuf);

impl SmallDisk {
    /// The disk, inside; outside the journey of that name is walked inside, and there is nothing
    /// left to do.
    pub fn here(journey: &str) -> Result<Option<Self>> {
        if let Some(folder) = std::env::var_os(INSIDE) {
            return Ok(Some(Self(folder.into())));
        }
        let folder = tempfile::tempdir()?;
        for namespace in [&["--mount"][..], &["--user", "--map-root-user", "--mount"]] {
            if can(namespace) {
                walk(namespace, folder.path(), journey)?;
                return Ok(None);
            }
        }
        let shared = Path::new("/dev/shm");
        let (_, all) = room(shared)?;
        ensure!(
            all <= SHARED_BYTES_MAX,
            "no small disk can be had here: allow unshare(1) to mount, or have a small /dev/shm"
        );
        Ok(Some(Self(shared.to_owned())))
    }

    /// Where it is.
    pub fn folder(&self) -> &Path {
        &self.0
    }

    /// Nearly all of the room goes.
    pub fn fill(&self) -> Result<()> {
        let (free, _) = room(&self.0)?;
        let mut ballast = std::fs::File::create(self.0.join(BALLAST))?;
        let block = vec![0_u8; 64 * 1024];
        for _ in 0..free.saturating_sub(LEFT_BYTES) / (64 * 1024) {
            ballast.write_all(&block)?;
        }
        Ok(ballast.sync_all()?)
    }

    /// Nothing can be written to it any more; nobody may have a file of it open for writing.
    pub fn make_read_only(&self) -> Result<()> {
        self.mount_again("ro")
    }

    /// It can be written to again.
    pub fn make_writable(&self) -> Result<()> {
        self.mount_again("rw")
    }

    fn mount_again(&self, how: &str) -> Result<()> {
        let mut mount = Command::new("mount");
        let mounted = mount.args(["-o", &format!("remount,{how}")]).arg(&self.0).output()?;
        let said = String::from_utf8_lossy(&mounted.stderr);
        ensure!(mounted.status.success(), "{} cannot be mounted again: {said}", self.0.display());
        Ok(())
    }

    /// The room is back.
    pub fn make_room(&self) -> Result<()> {
        Ok(std::fs::remove_file(self.0.join(BALLAST))?)
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // Gone already, unless the journey ended early.
        let _ = self.make_room();
    }
}

fn can(namespace: &[&str]) -> bool {
    let mount = ["--", "mount", "-t", "tmpfs", "-o", "size=64k", "holdfast", "/mnt"];
    let tried = Command::new("unshare").args(namespace).args(mount).output();
    tried.is_ok_and(|tried| tried.status.success())
}

fn walk(namespace: &[&str], folder: &Path, journey: &str) -> Result<()> {
    let walked = Command::new("unshare")
        .args(namespace)
        .args(["--", "sh", "-euc", ENTER, "sh", &BYTES.to_string()])
        .arg(folder)
        .arg(std::env::current_exe()?)
        .args(["--exact", journey, "--nocapture"])
        .env(INSIDE, folder)
        .env("TMPDIR", folder)
        .output()
        .context("unshare(1) is missing")?;
    let said = String::from_utf8_lossy(&walked.stdout);
    if !walked.status.success() || !said.contains("1 passed") {
        bail!("{said}\n{}", String::from_utf8_lossy(&walked.stderr));
    }
    Ok(())
}

/// Bytes that are free, and bytes in all.
fn room(folder: &Path) -> Result<(u64, u64)> {
    let mut df = Command::new("df");
    df.args(["--output=avail,size", "--block-size=1"]).arg(folder);
    let told = df.output().context("df(1) is missing")?;
    let text = String::from_utf8_lossy(&told.stdout).into_owned();
    let mut numbers = text.split_whitespace().filter_map(|word| word.parse().ok());
    let both = numbers.next().zip(numbers.next());
    both.with_context(|| format!("df(1) says {text:?}"))
}
