//! The one window: its size, its ground before the first picture, and where it may not go.

use std::path::{Path, PathBuf};

use tauri::plugin::TauriPlugin;
use tauri::utils::config::Color;
use tauri::webview::NewWindowResponse;
use tauri::{App, AppHandle, Manager, State, Url, WebviewUrl, WebviewWindow, WebviewWindowBuilder};
use tauri_plugin_window_state::StateFlags;

/// The only window there is; the capabilities name it too.
pub const MAIN: &str = "main";
const SIZE_PX: (f64, f64) = (1440.0, 900.0);
const LEAST_SIZE_PX: (f64, f64) = (720.0, 480.0);
/// The ground of the first start: the frame of the light theme.
const FIRST_GROUND: &str = "#edf2f4";

/// Where the colour behind the page is remembered, so that a dark desk does not start with a flash
/// of white.
pub struct Ground(PathBuf);

impl Ground {
    /// The one of this folder of profiles.
    pub fn of(root: &Path) -> Self {
        Self(root.join("ground"))
    }

    fn colour(&self) -> Color {
        let remembered = std::fs::read_to_string(&self.0).unwrap_or_default();
        let light = || FIRST_GROUND.parse().expect("the constant is a colour");
        remembered.trim().parse().unwrap_or_else(|_| light())
    }
}

/// Remembers the colour behind the page (`#rrggbb`) for the next start and takes it on now.
#[tauri::command]
pub async fn ground(
    window: WebviewWindow,
    ground: State<'_, Ground>,
    colour: String,
) -> Result<(), String> {
    let parsed: Color = colour.parse()?;
    std::fs::write(&ground.0, &colour).map_err(|error| error.to_string())?;
    window.set_background_color(Some(parsed)).map_err(|error| error.to_string())
}

/// Opens the window. It is shown at once: a hidden one is never painted.
pub fn open(app: &App, root: &Path) -> tauri::Result<()> {
    let window = WebviewWindowBuilder::new(app, MAIN, WebviewUrl::default())
        .title("Holdfast")
        .inner_size(SIZE_PX.0, SIZE_PX.1)
        .min_inner_size(LEAST_SIZE_PX.0, LEAST_SIZE_PX.1)
        .prevent_overflow()
        .background_color(app.state::<Ground>().colour())
        .data_directory(root.join("window"))
        // Files are dropped on the page, which reads them itself.
        .disable_drag_drop_handler()
        .zoom_hotkeys_enabled(true)
        .devtools(cfg!(debug_assertions))
        .on_navigation(is_ours)
        .on_new_window(|_, _| NewWindowResponse::Deny)
        .build()?;
    #[cfg(target_os = "macos")]
    app.set_menu(tauri::menu::Menu::default(app.handle())?)?;
    window.set_focus()
}

/// Brings the window forward.
pub fn raise(app: &AppHandle) {
    let Some(window) = app.get_webview_window(MAIN) else {
        return;
    };
    let raised = window.unminimize().and_then(|()| window.show()).and_then(|()| window.set_focus());
    if let Err(error) = raised {
        tracing::warn!("the window stays behind: {error}");
    }
}

/// Remembers size and place, beside the profiles.
pub fn state(root: &Path) -> TauriPlugin<tauri::Wry> {
    tauri_plugin_window_state::Builder::new()
        .with_filename(root.join("window-state.json").to_string_lossy())
        .with_state_flags(StateFlags::SIZE | StateFlags::POSITION | StateFlags::MAXIMIZED)
        .build()
}

/// The page is ours and stays: no link and no script leads the window anywhere else. Markup's
/// frame is asked about as well: it begins with the text it is given, and goes nowhere.
fn is_ours(url: &Url) -> bool {
    let host = url.host_str().unwrap_or_default();
    let embedded = matches!(
        (url.scheme(), host),
        ("tauri", "localhost") | ("http" | "https", "tauri.localhost")
    );
    let developing = cfg!(dev) && host == "127.0.0.1";
    embedded || developing || url.as_str() == "about:srcdoc"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_goes_nowhere_else() {
        let ours = |url: &str| is_ours(&Url::parse(url).expect("a url"));
        assert!(ours("tauri://localhost/index.html"));
        assert!(ours("http://tauri.localhost/"));
        assert!(!ours("https://evil.example/"));
        assert!(!ours("https://tauri.localhost.evil.example/"));
        assert!(!ours("file:///etc/passwd"));
        assert!(!ours("data:text/html,x"));
        assert!(ours("about:srcdoc") && !ours("about:blank"));
    }
}
