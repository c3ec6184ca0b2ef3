//! Native notifications; a click leads into the ticket where the system reports clicks.
//!
//! Deliberately absent: words and the decision whether to disturb. Both are the UI's.

use serde::{Deserialize, Serialize};
use tauri::{AppHandle, Emitter};
use tauri_plugin_notification::{ActionPerformed, NotificationExt};

use crate::window;

/// Event to the UI: go to what the notification was about.
const GO: &str = "go";
/// Where the notification keeps what it is about.
const KEY: &str = "key";

/// What to show, already worded.
#[derive(Deserialize)]
pub struct Words {
    title: String,
    body: String,
    /// Handed back when it is clicked.
    key: String,
}

#[derive(Clone, Serialize)]
struct Go {
    key: String,
}

/// Shows a notification.
#[tauri::command]
pub async fn notify(app: AppHandle, words: Words) -> Result<(), String> {
    app.notification()
        .builder()
        .title(words.title)
        .body(words.body)
        .extra(KEY, words.key)
        .show()
        .map_err(|error| error.to_string())
}

/// Brings the window forward and tells it where to go, at each click.
pub fn follow_clicks(app: &AppHandle) -> tauri::Result<()> {
    let window = app.clone();
    app.notification()
        .on_action(move |click| {
            window::raise(&window);
            if let Some(key) = key_of(click)
                && let Err(error) = window.emit_to(window::MAIN, GO, Go { key })
            {
                tracing::warn!("the window did not hear a click: {error}");
            }
        })
        .map_err(|error| tauri::Error::Anyhow(error.into()))
}

fn key_of(click: &ActionPerformed) -> Option<String> {
    let about = click.notification()?.extra().get(KEY)?;
    about.as_str().map(str::to_owned)
}
