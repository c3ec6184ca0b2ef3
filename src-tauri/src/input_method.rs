//! Typing Chinese, Japanese and Korean on Linux.
//!
//! The web view is built with inline preedit switched off, which loses or misplaces half-typed
//! words: a syllable in the making belongs in the text, where the page sees its composition.

use tauri::Runtime;
use tauri::plugin::{Builder, TauriPlugin};
use webkit2gtk::{InputMethodContextExt, WebViewExt};

/// Switches inline preedit on in each web view.
pub fn plugin<R: Runtime>() -> TauriPlugin<R> {
    Builder::new("input-method")
        .on_webview_ready(|webview| {
            let reached = webview.with_webview(|native| {
                if let Some(context) = native.inner().input_method_context() {
                    context.set_enable_preedit(true);
                }
            });
            if let Err(error) = reached {
                tracing::warn!("input methods will not show what is being typed: {error}");
            }
        })
        .build()
}
