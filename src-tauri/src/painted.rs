//! The end of starting: the UI says once that its first picture stands.

use std::path::PathBuf;
use std::sync::Mutex;

use tauri::State;

/// Where the moment is written, until it is.
pub struct Painted(Mutex<Option<PathBuf>>);

impl Painted {
    /// `file`: for measurements only.
    pub fn new(file: Option<PathBuf>) -> Self {
        Self(Mutex::new(file))
    }
}

/// The first picture stands.
// Commands are handed their state by value.
#[allow(clippy::needless_pass_by_value)]
#[tauri::command]
pub fn painted(painted: State<'_, Painted>) {
    let at_ms = monotonic_ms();
    let file = painted.0.lock().expect("nothing panics while it holds this").take();
    if let Some(file) = file
        && let Err(error) = std::fs::write(&file, format!("{at_ms}\n"))
    {
        tracing::warn!("{} was not written: {error}", file.display());
    }
}

/// The clock that a measuring program shares with us. It measures on Linux only.
#[cfg(target_os = "linux")]
fn monotonic_ms() -> f64 {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    now.tv_sec as f64 * 1e3 + now.tv_nsec as f64 / 1e6
}

#[cfg(not(target_os = "linux"))]
fn monotonic_ms() -> f64 {
    f64::NAN
}
