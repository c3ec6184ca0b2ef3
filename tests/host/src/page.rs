//! The pages and what they may do: the window's own content security policy, from its own file.

use std::path::Path;
use std::sync::LazyLock;

use axum::extract::Request;
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use serde_json::Value;
use tower_http::services::ServeDir;

/// The shell's settings: one policy for the window and for the browser.
const SHELL: &str = include_str!("../../../src-tauri/tauri.conf.json");

static POLICY: LazyLock<HeaderValue> = LazyLock::new(policy);

/// The files of the built UI.
pub fn files(ui: &Path) -> ServeDir {
    ServeDir::new(ui)
}

/// Adds to every answer what a page of ours may do.
pub async fn guard(request: Request, next: Next) -> Response {
    const OPENER: HeaderName = HeaderName::from_static("cross-origin-opener-policy");
    const RESOURCE: HeaderName = HeaderName::from_static("cross-origin-resource-policy");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    headers.insert(CONTENT_SECURITY_POLICY, POLICY.clone());
    headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
    headers.insert(REFERRER_POLICY, HeaderValue::from_static("no-referrer"));
    headers.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    headers.insert(OPENER, HeaderValue::from_static("same-origin"));
    headers.insert(RESOURCE, HeaderValue::from_static("same-origin"));
    response
}

/// The window's policy; only the way to the desk differs.
fn policy() -> HeaderValue {
    let shell: Value = serde_json::from_str(SHELL).expect("the shell is built from this file");
    let rules = shell["app"]["security"]["csp"].as_object();
    let rules = rules.expect("the shell's policy is a table of rules");
    let mut parts: Vec<String> = rules
        .iter()
        .filter(|(name, _)| *name != "connect-src")
        .map(|(name, rule)| format!("{name} {}", rule.as_str().unwrap_or("'none'")))
        .collect();
    parts.push("connect-src 'self'".to_owned());
    // Only a header can say this; the window is framed by nobody.
    parts.push("frame-ancestors 'none'".to_owned());
    HeaderValue::from_str(&parts.join("; ")).expect("the policy is plain text")
}
