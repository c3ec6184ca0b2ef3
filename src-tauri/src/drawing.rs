//! Drawing on Linux machines without graphics hardware: virtual desktops, mostly.
//!
//! There the web view would draw through a GL that is computed: compiling its shaders takes a good
//! part of the start and a hundred megabytes of memory, to show the same picture. So such a machine
//! gets the web view's plain painter.

use std::path::Path;

use tauri::Runtime;
use tauri::plugin::{Builder, TauriPlugin};
use webkit2gtk::{HardwareAccelerationPolicy, SettingsExt, WebViewExt};

/// Asks each web view for the plain painter where nothing else would pay.
pub fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("drawing")
        .on_webview_ready(|webview| {
            let plain = !has_hardware(Path::new("/dev/dri"));
            let reached = webview.with_webview(move |native| {
                if let Some(settings) = native.inner().settings().filter(|_| plain) {
                    settings.set_hardware_acceleration_policy(HardwareAccelerationPolicy::Never);
                }
            });
            if let Err(error) = reached {
                tracing::warn!("pictures are computed the slow way: {error}");
            }
        })
        .build()
}

fn has_hardware(devices: &Path) -> bool {
    let mut entries = std::fs::read_dir(devices).into_iter().flatten().flatten();
    entries.any(|entry| entry.file_name().to_string_lossy().starts_with("renderD"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_machine_has_graphics_hardware_if_it_shows_something_to_render_with() {
        let devices = tempfile::tempdir().expect("a folder");
        std::fs::write(devices.path().join("card0"), "").expect("a file");
        assert!(!has_hardware(devices.path()), "a screen alone computes nothing");
        std::fs::write(devices.path().join("renderD128"), "").expect("a file");
        assert!(has_hardware(devices.path()));
    }
}
