//! Embeds the UI, the icons and the table of who may call what.

/// The commands that exist; a capability must name each one it gives away.
const COMMANDS: &[&str] = &["call", "ground", "notify", "open_link", "painted", "tray"];

fn main() {
    let attributes = tauri_build::Attributes::new()
        .app_manifest(tauri_build::AppManifest::new().commands(COMMANDS))
        .codegen(tauri_build::CodegenContext::new());
    tauri_build::try_build(attributes).expect("the configuration beside this file is well formed");
}
