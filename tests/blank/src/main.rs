//! A blank window of the same shell library with the same features: the baseline for Holdfast's
//! start and memory. `holdfast-blank FILE` writes the moment of the first picture (ms of the
//! monotonic clock) into FILE, as `holdfast-app --painted-file FILE` does.
//!
//! Deliberately absent: everything else.

use std::path::PathBuf;

use tauri::State;

struct Told(PathBuf);

// Commands are handed their state by value.
#[allow(clippy::needless_pass_by_value)]
#[tauri::command]
fn painted(told: State<'_, Told>) -> Result<(), String> {
    let now = rustix::time::clock_gettime(rustix::time::ClockId::Monotonic);
    let at_ms = now.tv_sec as f64 * 1e3 + now.tv_nsec as f64 / 1e6;
    std::fs::write(&told.0, format!("{at_ms}\n")).map_err(|error| error.to_string())
}

fn main() -> tauri::Result<()> {
    let file = std::env::args_os().nth(1).unwrap_or_default();
    tauri::Builder::default()
        .manage(Told(file.into()))
        .invoke_handler(tauri::generate_handler![painted])
        .run(embedded())
}

/// The page, as build.rs embedded it.
// Tauri's generator writes it, by other rules than ours.
#[allow(clippy::unwrap_used, clippy::disallowed_methods)]
fn embedded() -> tauri::Context {
    tauri::tauri_build_context!()
}
