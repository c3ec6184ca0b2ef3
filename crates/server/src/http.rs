//! HTTP: the endpoints, a module a noun. docs/protocol.md is their specification.
//!
//! Deliberately absent: rules. A handler reads, asks `sync` (or `blobs`, `intake`), and answers.

mod answer;
mod blob;
mod caller;
mod document;
pub(crate) mod health;
mod intake;
mod letter;
mod read;
mod session;
mod snapshot;
mod stream;
mod sync;
mod throttle;
mod ticket;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::{MatchedPath, Request, State};
use axum::http::StatusCode;
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::{Extension, Router};
use tokio::sync::watch;
use tower_http::compression::CompressionLayer;
use tower_http::timeout::TimeoutLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use answer::{MetDamage, NotWritten};
pub use caller::Caller;
use throttle::Throttle;

use crate::clock::Stopwatch;
use crate::core::Core;
use crate::error::Error;

/// What every handler is given.
#[derive(Clone)]
pub struct Served {
    core: Arc<Core>,
    throttle: Arc<Throttle>,
    /// Becomes true when streams must end.
    stop: watch::Receiver<bool>,
}

/// Every route.
pub fn router(core: Arc<Core>, stop: watch::Receiver<bool>) -> Router {
    let limits = &core.config.limits;
    let timeout = |seconds| {
        let after = Duration::from_secs(seconds);
        TimeoutLayer::with_status_code(StatusCode::REQUEST_TIMEOUT, after)
    };
    let quick = OpenApiRouter::new()
        .routes(routes!(session::sign_in, session::sign_out))
        .routes(routes!(session::refresh))
        .routes(routes!(sync::hello))
        .routes(routes!(sync::changes))
        .routes(routes!(sync::push))
        .routes(routes!(sync::digest))
        .routes(routes!(sync::salvage))
        .routes(routes!(sync::escrow))
        .routes(routes!(ticket::get))
        .routes(routes!(blob::state, blob::forgo))
        .routes(routes!(blob::put, blob::get))
        .routes(routes!(letter::put))
        .routes(routes!(intake::post))
        .routes(routes!(intake::deliveries))
        .routes(routes!(intake::file))
        .routes(routes!(health::health))
        .routes(routes!(health::ready))
        .routes(routes!(health::metrics))
        .routes(routes!(document::document))
        .layer(CompressionLayer::new())
        .layer(timeout(limits.request_s));
    let slow = OpenApiRouter::new()
        .routes(routes!(snapshot::manifest))
        .routes(routes!(snapshot::chunk))
        .layer(timeout(limits.snapshot_s));
    // Outside of compression (it buffers) and of time limits (it lasts).
    let lasting = OpenApiRouter::new().routes(routes!(stream::stream));
    let all = OpenApiRouter::with_openapi(document::begin());
    let (router, document) = all.merge(quick).merge(slow).merge(lasting).split_for_parts();
    let document = Arc::new(document::with_failures(document));
    let served = Served { throttle: Arc::new(Throttle::new(limits)), core, stop };
    router
        .fallback(answer::nothing_here)
        .layer(Extension(document))
        .layer(middleware::from_fn_with_state(served.clone(), observe))
        .with_state(served)
}

/// Counts and times requests by their pattern; never by what stands in them.
/// A damaged database answers nobody.
async fn observe(State(served): State<Served>, request: Request, next: Next) -> Response {
    let path = request.extensions().get::<MatchedPath>();
    let path = path.map_or("other", MatchedPath::as_str).to_owned();
    let method = request.method().clone();
    let watch = Stopwatch::start();
    let silent = served.core.damage.found().filter(|_| path.starts_with("/v1/"));
    let response = match silent {
        Some(what) => Error::Damaged(what).into_response(),
        None => next.run(request).await,
    };
    if let Some(MetDamage(what)) = response.extensions().get() {
        served.core.damage.note(what, &served.core.config.data_dir);
    }
    if let Some(NotWritten(why)) = response.extensions().get() {
        served.core.not_written(why);
    }
    let status = response.status().as_u16();
    let took_s = watch.elapsed().as_secs_f64();
    let labels = [("path", path.clone()), ("status", status.to_string())];
    metrics::counter!("holdfast_requests_total", &labels).increment(1);
    metrics::histogram!("holdfast_request_seconds", "path" => path.clone()).record(took_s);
    tracing::debug!(%method, path, status, took_s, "request");
    response
}
