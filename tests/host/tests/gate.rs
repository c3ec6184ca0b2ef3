//! The gate of the web host: who is let in, and what a page may do.

use std::sync::Arc;

use anyhow::{Context, Result};
use axum::Router;
use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, ORIGIN, SET_COOKIE};
use axum::http::{Request, Response, StatusCode};
use holdfast_desk::secrets::NoKeyring;
use holdfast_desk::{Desk, DeskConfig};
use holdfast_host::Host;
use holdfast_host::gate::Gate;
use tempfile::TempDir;
use tower::ServiceExt;

const AT: &str = "127.0.0.1:47311";
const OURS: &str = "http://127.0.0.1:47311";
const COOKIE_VALUE: &str = "holdfast-47311=cookie";

struct Stand {
    _folder: TempDir,
    router: Router,
}

impl Stand {
    fn new() -> Result<Self> {
        let folder = tempfile::tempdir()?;
        std::fs::write(folder.path().join("index.html"), "<!doctype html>")?;
        let (root, keyring) = (folder.path().join("desk"), Arc::new(NoKeyring));
        let desk = Desk::new(DeskConfig::of_this_machine(root, String::new(), keyring));
        let gate = Gate::new(AT.parse()?, "token".to_owned(), "cookie");
        let router = Host::new(Arc::new(desk), gate).router(folder.path());
        Ok(Self { _folder: folder, router })
    }

    async fn ask(&self, request: Request<Body>) -> Result<Response<Body>> {
        Ok(self.router.clone().oneshot(request).await?)
    }

    async fn post(&self, path: &str, origin: &str, cookie: &str, body: &str) -> Result<StatusCode> {
        let request = Request::post(path)
            .header(HOST, AT)
            .header(ORIGIN, origin)
            .header(COOKIE, cookie)
            .header(CONTENT_TYPE, "application/json")
            .body(Body::from(body.to_owned()))?;
        Ok(self.ask(request).await?.status())
    }
}

const ENTER: &str = r#"{"token":"token"}"#;
const SESSION: &str = r#"{"name":"session.get","request":{}}"#;

#[tokio::test]
async fn the_token_opens_once_and_the_cookie_from_then_on() -> Result<()> {
    let stand = Stand::new()?;
    let request = Request::post("/enter")
        .header(HOST, AT)
        .header(ORIGIN, OURS)
        .header(CONTENT_TYPE, "application/json")
        .body(Body::from(ENTER))?;
    let entered = stand.ask(request).await?;
    assert_eq!(entered.status(), StatusCode::NO_CONTENT);
    let cookie = entered.headers().get(SET_COOKIE).context("a cookie")?.to_str()?;
    assert_eq!(cookie, "holdfast-47311=cookie; Path=/; HttpOnly; SameSite=Strict");
    assert_eq!(stand.post("/enter", OURS, "", ENTER).await?, StatusCode::FORBIDDEN);
    assert_eq!(stand.post("/enter", OURS, COOKIE_VALUE, ENTER).await?, StatusCode::NO_CONTENT);
    assert_eq!(stand.post("/call", OURS, COOKIE_VALUE, SESSION).await?, StatusCode::OK);
    Ok(())
}

#[tokio::test]
async fn a_wrong_token_opens_nothing_and_leaves_the_right_one() -> Result<()> {
    let stand = Stand::new()?;
    let wrong = stand.post("/enter", OURS, "", r#"{"token":"guess"}"#).await?;
    assert_eq!(wrong, StatusCode::FORBIDDEN);
    assert_eq!(stand.post("/enter", OURS, "", ENTER).await?, StatusCode::NO_CONTENT);
    Ok(())
}

#[tokio::test]
async fn without_the_cookie_nothing_reaches_the_desk() -> Result<()> {
    let stand = Stand::new()?;
    for cookie in ["", "holdfast-47311=guess", "holdfast-1=cookie"] {
        assert_eq!(stand.post("/call", OURS, cookie, SESSION).await?, StatusCode::FORBIDDEN);
    }
    let events = Request::get("/events").header(HOST, AT).body(Body::empty())?;
    assert_eq!(stand.ask(events).await?.status(), StatusCode::FORBIDDEN);
    Ok(())
}

#[tokio::test]
async fn another_page_is_refused_even_with_the_cookie() -> Result<()> {
    let stand = Stand::new()?;
    for origin in ["http://evil.example", "http://127.0.0.1:9", "null", "https://127.0.0.1:47311"] {
        let status = stand.post("/call", origin, COOKIE_VALUE, SESSION).await?;
        assert_eq!(status, StatusCode::FORBIDDEN, "{origin}");
    }
    let unnamed = Request::post("/call")
        .header(HOST, AT)
        .header(COOKIE, COOKIE_VALUE)
        .header(CONTENT_TYPE, "application/json")
        .body(Body::from(SESSION))?;
    assert_eq!(stand.ask(unnamed).await?.status(), StatusCode::FORBIDDEN);
    Ok(())
}

#[tokio::test]
async fn a_name_that_was_made_to_mean_this_machine_is_refused() -> Result<()> {
    let stand = Stand::new()?;
    let page = |host: &str| Request::get("/").header(HOST, host).body(Body::empty());
    assert_eq!(stand.ask(page("evil.example:47311")?).await?.status(), StatusCode::FORBIDDEN);
    assert_eq!(stand.ask(page("localhost:47311")?).await?.status(), StatusCode::OK);
    Ok(())
}

#[tokio::test]
async fn every_answer_carries_the_policy_of_the_window() -> Result<()> {
    let stand = Stand::new()?;
    let page = Request::get("/").header(HOST, AT).body(Body::empty())?;
    let answer = stand.ask(page).await?;
    let policy = answer.headers().get("content-security-policy").context("a policy")?.to_str()?;
    for rule in ["script-src 'self'", "connect-src 'self'", "default-src 'self'"] {
        assert!(policy.contains(rule), "{policy}");
    }
    assert!(!policy.contains("ipc:") && !policy.contains("unsafe-eval"), "{policy}");
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    Ok(())
}
