//! Links leave the window only for the system's own browser or mail program.
//!
//! The UI has shown the true host before it asks. Deliberately absent: every scheme but these two;
//! `file:` or a program's own scheme in a customer's words would start programs here.

use tauri::{AppHandle, Url};
use tauri_plugin_opener::OpenerExt;

/// Schemes that leave the window.
const SCHEMES: [&str; 2] = ["https", "mailto"];

/// Opens `url` outside.
#[tauri::command]
pub async fn open_link(app: AppHandle, url: String) -> Result<(), String> {
    let url = leaving(&url).ok_or_else(|| "this link cannot be opened".to_owned())?;
    app.opener().open_url(url.as_str(), None::<&str>).map_err(|error| error.to_string())
}

fn leaving(url: &str) -> Option<Url> {
    let url = Url::parse(url).ok()?;
    let plain = url.username().is_empty() && url.password().is_none();
    (SCHEMES.contains(&url.scheme()) && plain).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_and_addresses_leave_and_nothing_else_does() {
        assert!(leaving("https://status.cloud.example/a?b=c").is_some());
        assert!(leaving("mailto:wang@yunzhan.example").is_some());
        for bad in [
            "http://status.cloud.example/",
            "file:///etc/passwd",
            "javascript:alert(1)",
            "https://bank.example@evil.example/",
            "ssh://host.example",
            "not a link",
        ] {
            assert!(leaving(bad).is_none(), "{bad}");
        }
    }
}
