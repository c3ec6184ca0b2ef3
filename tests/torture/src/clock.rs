//! Clock: the wall clock of a process, set while it runs. libfaketime stands before the calls that
//! ask for the time of day; the clock that only counts on is left alone, as it is when somebody
//! sets a computer's.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use tokio::process::Command;

/// Below one of these, `faketime/` holds the library.
const PLACES: [&str; 2] = ["/usr/lib", "/usr/local/lib"];
const LIBRARY: &str = "faketime/libfaketimeMT.so.1";

/// A clock on a wall.
#[derive(Clone, Debug)]
pub struct Clock {
    library: PathBuf,
    /// Says how wrong it is; read anew whenever somebody looks at the clock.
    file: PathBuf,
}

impl Clock {
    /// A clock; the file says how wrong it is.
    pub fn at(file: PathBuf) -> Result<Self> {
        let library = library().with_context(|| {
            format!("clocks are set with {LIBRARY}, which is missing: cargo xtask setup --tests")
        })?;
        Ok(Self { library, file })
    }

    /// It is wrong by so many seconds from now on.
    pub fn set(&self, wrong_by_s: i64) -> Result<()> {
        let beside = self.file.with_extension("new");
        std::fs::write(&beside, format!("{wrong_by_s:+}\n"))?;
        Ok(std::fs::rename(&beside, &self.file)?)
    }

    /// That program looks at this clock.
    pub fn hang_before(&self, command: &mut Command) {
        command
            .env("LD_PRELOAD", &self.library)
            .env("FAKETIME_TIMESTAMP_FILE", &self.file)
            .env("FAKETIME_NO_CACHE", "1")
            .env("FAKETIME_DONT_FAKE_MONOTONIC", "1");
    }
}

/// Clears up behind a process that was killed and could not.
pub fn forget(process: u32) {
    for name in [format!("faketime_shm_{process}"), format!("sem.faketime_sem_{process}")] {
        // Most processes look at the real clock and leave nothing.
        let _ = std::fs::remove_file(Path::new("/dev/shm").join(name));
    }
}

fn library() -> Option<PathBuf> {
    let folders = PLACES.iter().flat_map(|place| {
        let below = std::fs::read_dir(place).into_iter().flatten().flatten();
        std::iter::once(PathBuf::from(place)).chain(below.map(|entry| entry.path()))
    });
    folders.map(|folder| folder.join(LIBRARY)).find(|library| library.is_file())
}
