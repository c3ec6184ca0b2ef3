//! Ending in order: whatever asks the window to end, the desk closes its file before the process.

use std::time::Duration;

use tauri::{AppHandle, Manager, RunEvent};

use crate::bridge::Bridge;

/// What was committed is safe anyhow; a server that does not answer may not keep the window alive.
const CLOSE_WITHIN: Duration = Duration::from_secs(3);

/// Closes the desk when the last window has gone or somebody asked the process to end.
// The event loop hands both over by these types.
#[allow(clippy::needless_pass_by_value)]
pub fn on_exit(app: &AppHandle, event: RunEvent) {
    if matches!(event, RunEvent::Exit) {
        let bridge = app.state::<Bridge>().inner().clone();
        let closing = tauri::async_runtime::block_on(async {
            tokio::time::timeout(CLOSE_WITHIN, bridge.close()).await
        });
        if closing.is_err() {
            tracing::warn!("the desk did not close within {} s", CLOSE_WITHIN.as_secs());
        }
    }
}

/// Ctrl-C and a polite kill end the window as closing it does.
pub fn on_signals(app: AppHandle) {
    tauri::async_runtime::spawn(async move {
        match asked_to_end().await {
            Ok(()) => app.exit(0),
            Err(error) => tracing::warn!("signals cannot be heard: {error}"),
        }
    });
}

#[cfg(unix)]
async fn asked_to_end() -> std::io::Result<()> {
    use tokio::signal::unix::{SignalKind, signal};
    let mut terminate = signal(SignalKind::terminate())?;
    tokio::select! {
        _ = terminate.recv() => Ok(()),
        ended = tokio::signal::ctrl_c() => ended,
    }
}

#[cfg(not(unix))]
async fn asked_to_end() -> std::io::Result<()> {
    tokio::signal::ctrl_c().await
}
