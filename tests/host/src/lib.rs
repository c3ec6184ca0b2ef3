//! The small web host: the real desk and the real UI for a browser instead of the window.
//!
//! For tests, pictures, and looking around where there is no display. It listens on the loopback
//! only, and lets in whoever brings its one-time token. Deliberately absent: TLS, more than one
//! person, anything the window does not have.

pub mod gate;
pub mod page;

use std::convert::Infallible;
use std::path::Path;
use std::sync::Arc;

use axum::extract::{DefaultBodyLimit, State};
use axum::http::StatusCode;
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::{get, post};
use axum::{Json, Router, middleware};
use futures_util::{Stream, StreamExt};
use holdfast_desk::Desk;
use holdfast_desk::ipc::error::{Code, Failure};
use holdfast_desk::notice::NoticeView;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;
use tokio_stream::wrappers::BroadcastStream;

use crate::gate::Gate;

/// A part of a file comes as text in a request; parts are smaller than this.
const REQUEST_BYTES_MAX: usize = 8 * 1024 * 1024;

/// What every request needs.
#[derive(Clone)]
pub struct Host {
    desk: Arc<Desk>,
    gate: Arc<Gate>,
}

impl Host {
    /// `desk` behind `gate`.
    pub fn new(desk: Arc<Desk>, gate: Gate) -> Self {
        Self { desk, gate: Arc::new(gate) }
    }

    /// Everything it serves; the pages are the files in `ui`.
    pub fn router(self, ui: &Path) -> Router {
        let gate = Arc::clone(&self.gate);
        Router::new()
            .route("/call", post(call))
            .route("/events", get(events))
            .route_layer(middleware::from_fn_with_state(Arc::clone(&gate), gate::entered))
            .route("/enter", post(gate::enter))
            .layer(DefaultBodyLimit::max(REQUEST_BYTES_MAX))
            .with_state(self)
            .fallback_service(page::files(ui))
            .layer(middleware::from_fn_with_state(gate, gate::near))
            .layer(middleware::from_fn(page::guard))
    }
}

#[derive(Deserialize)]
struct Call {
    name: String,
    request: Value,
}

type Answer = Result<Json<Box<RawValue>>, (StatusCode, Json<Failure>)>;

async fn call(State(host): State<Host>, Json(call): Json<Call>) -> Answer {
    match host.desk.call(&call.name, call.request).await {
        Ok(answer) => Ok(Json(answer)),
        Err(failure) => Err((StatusCode::UNPROCESSABLE_ENTITY, Json(failure))),
    }
}

async fn events(State(host): State<Host>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let notices = BroadcastStream::new(host.desk.subscribe());
    let events = notices.map(|heard| {
        let notice = heard.unwrap_or(NoticeView::Everything);
        let event = Event::default().event("notice").json_data(notice);
        Ok(event.expect("a notice is plain data"))
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

fn refused(why: &str) -> (StatusCode, Json<Failure>) {
    (StatusCode::FORBIDDEN, Json(Failure::new(Code::NotAllowed, why)))
}
