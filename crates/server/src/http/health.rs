//! Whether the server lives, whether it can work, and its figures.

use std::sync::OnceLock;

use axum::extract::State;
use holdfast_protocol::Code;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};

use super::Served;
use crate::error::{Error, Result};
use crate::store::meta;
use crate::vitals;

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
    if let Some(what) = served.core.damage.found() {
        return Err(Error::Damaged(what));
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
    // Figures of yesterday would say that all is well.
    match vitals::take(&served.core).await {
        Ok(vitals) => vitals.tell(served.core.now()),
        Err(error) => drop(Error::from(error)),
    }
    let jobs = u32::try_from(served.core.troubles().len()).unwrap_or(u32::MAX);
    metrics::gauge!("holdfast_jobs_failing").set(f64::from(jobs));
    let damaged = f64::from(u8::from(served.core.damage.is_found()));
    metrics::gauge!("holdfast_damaged").set(damaged);
    let unwritable = f64::from(u8::from(served.core.unwritten().is_some()));
    metrics::gauge!("holdfast_unwritable").set(unwritable);
    recorder().map(PrometheusHandle::render).unwrap_or_default()
}

/// One recorder a process, however many servers run in it.
pub fn recorder() -> Option<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    RECORDER.get_or_init(|| PrometheusBuilder::new().install_recorder().ok()).as_ref()
}
