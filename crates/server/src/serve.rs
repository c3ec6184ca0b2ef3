//! Serving: sockets, TLS, how many connections, and stopping without cutting anybody off.

use std::future::Future;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::Extension;
use axum::middleware::AddExtension;
use axum_server::Handle;
use axum_server::accept::{Accept, NoDelayAcceptor};
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use hyper_util::rt::TokioTimer;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinHandle;
use tower::Layer;

use crate::config::{Config, Tls};
use crate::core::Core;
use crate::http;
use crate::jobs;

/// How long requests may go on after a stop.
const GRACE: Duration = Duration::from_secs(10);
/// How long a client may take to say what it wants.
const HEADERS: Duration = Duration::from_secs(15);
/// Streams and requests on one HTTP/2 connection.
const HTTP2_STREAMS_MAX: u32 = 64;

/// A server that runs.
pub struct Running {
    /// `http://127.0.0.1:7420`
    pub url: String,
    core: Arc<Core>,
    handle: Handle<SocketAddr>,
    stop: watch::Sender<bool>,
    serving: JoinHandle<io::Result<()>>,
    jobs: Vec<JoinHandle<()>>,
}

/// Listens and serves until [`Running::stop`].
pub async fn serve(core: Arc<Core>) -> Result<Running> {
    http::health::recorder();
    core.begin_serving();
    let (stop, stopping) = watch::channel(false);
    let router = http::router(core.clone(), stopping.clone());
    let listener = listen(&core.config)?;
    let address = listener.local_addr()?;
    let handle = Handle::new();
    let limited = Limited(Arc::new(Semaphore::new(core.config.limits.connections)));
    let mut server = axum_server::from_tcp(listener)?.handle(handle.clone());
    let builder = server.http_builder();
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEADERS);
    builder.http2().max_concurrent_streams(HTTP2_STREAMS_MAX);
    let service = router.into_make_service_with_connect_info::<SocketAddr>();
    let (serving, scheme) = match &core.config.tls {
        Some(tls) => {
            let acceptor = RustlsAcceptor::new(rustls_config(tls)?).acceptor(limited);
            (tokio::spawn(server.acceptor(acceptor).serve(service)), "https")
        }
        None => (tokio::spawn(server.acceptor(limited).serve(service)), "http"),
    };
    let jobs = jobs::spawn(&core, &stopping);
    let url = format!("{scheme}://{address}");
    tracing::info!(%url, head = core.head(), "listening");
    Ok(Running { url, core, handle, stop, serving, jobs })
}

impl Running {
    /// Streams end, requests are finished, then the store is closed.
    pub async fn stop(self) -> Result<()> {
        self.stop.send_replace(true);
        self.handle.graceful_shutdown(Some(GRACE));
        self.serving.await.context("serving")??;
        for job in self.jobs {
            job.await.context("a job")?;
        }
        self.core.db.close().await;
        tracing::info!("stopped");
        Ok(())
    }

    /// What it serves, for commands in the same process.
    pub fn core(&self) -> &Arc<Core> {
        &self.core
    }
}

fn listen(config: &Config) -> Result<TcpListener> {
    let listener = TcpListener::bind(config.listen)
        .with_context(|| format!("cannot listen on {}", config.listen))?;
    listener.set_nonblocking(true)?;
    Ok(listener)
}

/// TLS 1.3 and 1.2, hybrid post-quantum key exchange first (the provider's order).
fn rustls_config(tls: &Tls) -> Result<RustlsConfig> {
    let certificates = CertificateDer::pem_file_iter(&tls.cert)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .with_context(|| format!("reading {}", tls.cert.display()))?;
    let key = PrivateKeyDer::from_pem_file(&tls.key)
        .with_context(|| format!("reading {}", tls.key.display()))?;
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_single_cert(certificates, key)
        .context("certificate and key do not fit")?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(RustlsConfig::from_config(Arc::new(config)))
}

/// Closes connections beyond the bound at once. The permit lives in the service, which lives as
/// long as its connection.
#[derive(Clone)]
struct Limited(Arc<Semaphore>);

type Accepted<S> = (TcpStream, AddExtension<S, Arc<OwnedSemaphorePermit>>);

impl<S: Send + 'static> Accept<TcpStream, S> for Limited {
    type Stream = TcpStream;
    type Service = AddExtension<S, Arc<OwnedSemaphorePermit>>;
    type Future = Pin<Box<dyn Future<Output = io::Result<Accepted<S>>> + Send>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let permit = self.0.clone().try_acquire_owned();
        Box::pin(async move {
            let permit = permit.map_err(|_| io::Error::other("too many connections"))?;
            let service = Extension(Arc::new(permit)).layer(service);
            NoDelayAcceptor::new().accept(stream, service).await
        })
    }
}
