//! The tray: whether something needs the agent, how much, and the way back to the window.
//!
//! It appears when the UI first words it, off the way to the first picture. On a Linux without the
//! indicator library there is none, and the window loses nothing else.

use serde::Deserialize;
use tauri::image::Image;
use tauri::menu::{Menu, MenuItem};
use tauri::tray::{TrayIcon, TrayIconBuilder};
use tauri::{AppHandle, Manager, include_image};

use crate::window;

const ID: &str = "main";
const OPEN: &str = "open";
const QUIT: &str = "quit";
const CALM: Image<'static> = include_image!("../icons/tray.png");
const NEEDS: Image<'static> = include_image!("../icons/tray-needs.png");

/// What the tray says, already worded.
#[derive(Deserialize)]
pub struct Words {
    /// How many things need the agent.
    count: u32,
    tooltip: String,
    open: String,
    quit: String,
}

/// Shows `words`, and the count at the program's icon where the system has a place for it.
#[tauri::command]
pub async fn tray(app: AppHandle, words: Words) -> Result<(), String> {
    let on_main = app.clone();
    app.run_on_main_thread(move || {
        badge(&on_main, words.count);
        if is_possible()
            && let Err(error) = show(&on_main, &words)
        {
            tracing::warn!("no tray: {error}");
        }
    })
    .map_err(|error| error.to_string())
}

/// Whether the indicator library is installed. It is loaded at the first use, and its absence
/// would be a panic there; so the system's own list of libraries is asked before.
fn is_possible() -> bool {
    const LIST: &str = "/etc/ld.so.cache";
    const LIBRARY: &[u8] = b"appindicator3.so.1";
    !cfg!(target_os = "linux")
        || std::fs::read(LIST)
            .is_ok_and(|list| list.windows(LIBRARY.len()).any(|name| name == LIBRARY))
}

fn badge(app: &AppHandle, count: u32) {
    let Some(window) = app.get_webview_window(window::MAIN) else {
        return;
    };
    #[cfg(target_os = "windows")]
    let set = window.set_overlay_icon((count > 0).then_some(NEEDS));
    #[cfg(not(target_os = "windows"))]
    let set = window.set_badge_count((count > 0).then_some(i64::from(count)));
    if let Err(error) = set {
        tracing::debug!("no badge: {error}");
    }
}

fn show(app: &AppHandle, words: &Words) -> tauri::Result<()> {
    let tray = match app.tray_by_id(ID) {
        Some(tray) => tray,
        None => build(app)?,
    };
    let open = MenuItem::with_id(app, OPEN, &words.open, true, None::<&str>)?;
    let quit = MenuItem::with_id(app, QUIT, &words.quit, true, None::<&str>)?;
    tray.set_menu(Some(Menu::with_items(app, &[&open, &quit])?))?;
    tray.set_tooltip(Some(&words.tooltip))?;
    tray.set_icon(Some(if words.count > 0 { NEEDS } else { CALM }))
}

fn build(app: &AppHandle) -> tauri::Result<TrayIcon> {
    TrayIconBuilder::with_id(ID)
        .icon(CALM)
        .on_menu_event(|app, event| match event.id().as_ref() {
            OPEN => window::raise(app),
            QUIT => app.exit(0),
            _ => {}
        })
        .build(app)
}
