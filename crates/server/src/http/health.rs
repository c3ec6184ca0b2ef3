//! Whether the server lives, whether it can work, and its figures.

use std::sync::OnceLock;

use axum::extract::State;
use holdfast_protocol::Code;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use super::Served;
use crate::error::{Error, Result};
use crate::store::meta;

/// The process lives.
#[utoipa::path(get, path = "/health", tag = "health", responses(
    (status = 200, description = "the process lives", body = String),
))]
pub async fn health() -> &'static str {
    "ok\n"
}

/// The store answers and the server is not stopping.
#[utoipa::path(get, path = "/ready", tag = "health", responses(
    (status = 200, description = "requests are welcome", body = String),
    (status = 503, description = "busy"),
))]
pub async fn ready(State(served): State<Served>) -> Result<&'static str> {
    if *served.stop.borrow() {
        return Err(Error::told(Code::Busy, "the server is stopping"));
    }
    let mut tx = served.core.db.read().await?;
    meta::place(&mut tx).await?;
    Ok("ready\n")
}

/// Figures in Prometheus' text format; no ids, no content.
#[utoipa::path(get, path = "/metrics", tag = "health", responses(
    (status = 200, description = "figures", body = String, content_type = "text/plain"),
))]
pub async fn metrics(State(served): State<Served>) -> String {
    let head = f64::from(u32::try_from(served.core.head()).unwrap_or(u32::MAX));
    metrics::gauge!("holdfast_head").set(head);
    recorder().map(PrometheusHandle::render).unwrap_or_default()
}

/// One recorder a process, however many servers run in it.
pub fn recorder() -> Option<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    RECORDER.get_or_init(|| PrometheusBuilder::new().install_recorder().ok()).as_ref()
}
