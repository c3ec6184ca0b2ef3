//! Who may ask: a browser that was told the token, on a page that we served, by our own name.
//!
//! Any page on the web can send requests to the loopback, and a name under a stranger's control
//! can be made to mean 127.0.0.1. So the Host must be ours, an Origin that is named must be ours,
//! and everything that reaches the desk carries a cookie that no script can read.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use axum::Json;
use axum::extract::{Request, State};
use axum::http::header::{COOKIE, HOST, ORIGIN, SET_COOKIE};
use axum::http::{HeaderMap, HeaderName, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;

use crate::{Host, refused};

/// The token, the cookie it is exchanged for, and the names we go by.
pub struct Gate {
    /// Gone once it was used.
    token: Mutex<Option<String>>,
    /// `name=value`. Cookies do not know ports, so the name does.
    cookie: String,
    /// `127.0.0.1:47311`, `localhost:47311`.
    names: [String; 2],
}

impl Gate {
    /// For a host that listens at `at`. `token` and `cookie` are random and hold no `;`.
    pub fn new(at: SocketAddr, token: String, cookie: &str) -> Self {
        let port = at.port();
        Self {
            token: Mutex::new(Some(token)),
            cookie: format!("holdfast-{port}={cookie}"),
            names: [at.to_string(), format!("localhost:{port}")],
        }
    }

    fn holds_cookie(&self, headers: &HeaderMap) -> bool {
        let cookies = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        cookies.flat_map(|all| all.split("; ")).any(|one| same(one, &self.cookie))
    }

    fn spend(&self, token: &str) -> bool {
        let mut kept = self.token.lock().expect("nothing panics while it holds this");
        let right = kept.as_deref().is_some_and(|kept| same(kept, token));
        if right {
            *kept = None;
        }
        right
    }

    fn is_near(&self, method: &Method, headers: &HeaderMap) -> bool {
        let named = |name: &HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
        let Some(host) = named(&HOST).filter(|host| self.names.iter().any(|name| name == host))
        else {
            return false;
        };
        match named(&ORIGIN) {
            Some(origin) => origin.strip_prefix("http://") == Some(host),
            // Browsers name the origin of whatever changes something.
            None => !headers.contains_key(ORIGIN) && method == Method::GET,
        }
    }
}

/// What a page sends to get in.
#[derive(Deserialize)]
pub struct Enter {
    token: String,
}

/// Exchanges the token for the cookie, once. Whoever has the cookie already is let through.
pub async fn enter(
    State(host): State<Host>,
    headers: HeaderMap,
    Json(enter): Json<Enter>,
) -> Response {
    if host.gate.spend(&enter.token) {
        let cookie = format!("{}; Path=/; HttpOnly; SameSite=Strict", host.gate.cookie);
        return (StatusCode::NO_CONTENT, [(SET_COOKIE, cookie)]).into_response();
    }
    if host.gate.holds_cookie(&headers) {
        return StatusCode::NO_CONTENT.into_response();
    }
    refused("this token opens nothing any more").into_response()
}

/// Lets through what came from our own page under our own name.
pub async fn near(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    if gate.is_near(request.method(), request.headers()) {
        next.run(request).await
    } else {
        refused("this request did not come from our own page").into_response()
    }
}

/// Lets through what carries the cookie.
pub async fn entered(State(gate): State<Arc<Gate>>, request: Request, next: Next) -> Response {
    if gate.holds_cookie(request.headers()) {
        next.run(request).await
    } else {
        refused("open the address with its token first").into_response()
    }
}

/// Equality that takes the same time wherever the two differ.
fn same(a: &str, b: &str) -> bool {
    blake3::hash(a.as_bytes()) == blake3::hash(b.as_bytes())
}
