//! The shell: a window around the desk.
//!
//! Deliberately absent: SQL, HTTP, the words of the business and words for people. What the window
//! asks goes to the desk by name; what the desk notices goes to the window unread; what the system
//! shows (tray, notifications) is worded by the UI, where the catalogues are.

#![cfg_attr(not(debug_assertions), windows_subsystem = "windows")]

mod bridge;
#[cfg(target_os = "linux")]
mod drawing;
mod flags;
#[cfg(target_os = "linux")]
mod input_method;
mod link;
mod log;
mod notification;
mod painted;
mod stop;
mod tray;
mod window;

use std::process::ExitCode;

use anyhow::{Context, Result};
use clap::Parser;

use crate::bridge::Bridge;
use crate::flags::Flags;
use crate::painted::Painted;

fn main() -> ExitCode {
    // Before anything opens a connection: who comes first decides the key exchange of all.
    rustls::crypto::aws_lc_rs::default_provider()
        .install_default()
        .expect("nothing was installed before main began");
    match run(Flags::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            tracing::error!("the window could not be opened: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(flags: Flags) -> Result<()> {
    let root = flags.profile_root()?;
    log::begin(&root)?;
    let mut context = embedded();
    if let Some(identifier) = flags.identifier(&root) {
        context.config_mut().identifier = identifier;
    }
    let bridge = Bridge::new(&flags, &root);
    let painted = Painted::new(flags.painted_file.clone());
    let (beginning, telling) = (bridge.clone(), bridge.clone());
    let app = tauri::Builder::default()
        .plugin(tauri_plugin_single_instance::init(|app, _, _| {
            window::raise(app);
        }))
        .plugin(window::state(&root))
        .plugin(tauri_plugin_notification::init())
        .plugin(tauri_plugin_opener::Builder::new().open_js_links_on_click(false).build())
        .manage(bridge)
        .manage(painted)
        .manage(window::Ground::of(&root))
        .invoke_handler(tauri::generate_handler![
            bridge::call,
            link::open_link,
            notification::notify,
            painted::painted,
            tray::tray,
            window::ground
        ]);
    #[cfg(target_os = "linux")]
    let app = app.plugin(input_method::plugin()).plugin(drawing::plugin());
    let app = app
        .setup(move |app| {
            stop::on_signals(app.handle().clone());
            notification::follow_clicks(app.handle())?;
            tauri::async_runtime::spawn(telling.tell(app.handle().clone()));
            // The desk opens while the web process starts: neither waits for the other.
            tauri::async_runtime::spawn(beginning.begin(flags));
            window::open(app, &root)?;
            Ok(())
        })
        .build(context)
        .context("the shell could not be built")?;
    app.run(stop::on_exit);
    Ok(())
}

/// The UI, the icons and the table of who may call what, as build.rs embedded them.
// Tauri's generator writes it, by other rules than ours.
#[allow(clippy::unwrap_used, clippy::disallowed_methods)]
fn embedded() -> tauri::Context {
    tauri::tauri_build_context!()
}
