//! Serving: sockets, TLS, how many connections, and stopping without cutting anybody off.

use std::io;
use std::net::{SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};
use axum::extract::ConnectInfo;
use axum::middleware::AddExtension;
use axum::{Extension, Router};
use axum_server::Handle;
use axum_server::tls_rustls::RustlsConfig;
use hyper_util::rt::TokioTimer;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::net::TcpSocket;
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use tokio::task::JoinHandle;
use tower::Layer;

use crate::backup::replica;
use crate::channel;
use crate::config::{Config, Tls};
use crate::core::Core;
use crate::doors::{self, Doors};
use crate::handshake::Counting;
use crate::http;
use crate::jobs;

/// How long requests may go on after a stop.
const GRACE: Duration = Duration::from_secs(10);
/// Connections that the system may hold for us. With fewer a crowd at the door makes others knock
/// again after a second.
const BACKLOG: u32 = 4_096;
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
    let (stop, stopping) = watch::channel(false);
    let router = answering(&core, stopping.clone()).await?;
    let listener = listen(&core.config)?;
    let address = listener.local_addr()?;
    let handle = Handle::new();
    let permits = Arc::new(Semaphore::new(core.config.limits.connections));
    let mut server = axum_server::from_tcp(listener)?.handle(handle.clone());
    let builder = server.http_builder();
    builder.http1().timer(TokioTimer::new()).header_read_timeout(doors::PATIENCE);
    builder.http2().max_concurrent_streams(HTTP2_STREAMS_MAX);
    let service = tower::service_fn(move |address| {
        let admitted = admit(&router, &permits, address);
        async move { admitted.ok_or_else(|| io::Error::other("too many connections")) }
    });
    let (serving, scheme) = match &core.config.tls {
        Some(tls) => {
            let acceptor = Counting::new(rustls_config(tls)?, Doors::default());
            (tokio::spawn(server.acceptor(acceptor).serve(service)), "https")
        }
        None => (tokio::spawn(server.acceptor(Doors::default()).serve(service)), "http"),
    };
    let jobs = jobs::spawn(&core, &stopping);
    let url = format!("{scheme}://{address}");
    tracing::info!(%url, head = core.head(), "listening");
    Ok(Running { url, core, handle, stop, serving, jobs })
}

/// What answers, for whoever brings requests without a socket. From now on desks may have come.
pub async fn answering(core: &Arc<Core>, stop: watch::Receiver<bool>) -> Result<Router> {
    http::health::recorder();
    for told in channel::nobody_reads(&mut core.db.read().await?, &core.config).await? {
        tracing::warn!("{told}");
    }
    core.begin_serving();
    Ok(http::router(core.clone(), stop))
}

impl Running {
    /// Streams end, requests are finished, pushes are carried to their end even if nobody waits
    /// for them any more; then the store is closed.
    pub async fn stop(self) -> Result<()> {
        self.stop.send_replace(true);
        self.handle.graceful_shutdown(Some(GRACE));
        self.serving.await.context("serving")??;
        for job in self.jobs {
            job.await.context("a job")?;
        }
        let _none_begins = self.core.pushes.ended().await;
        replica::finish(&self.core).await;
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
    let socket = if config.listen.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
    // A port of a server that has just stopped is free; elsewhere the word means another thing.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    let bound = socket.bind(config.listen).and_then(|()| socket.listen(BACKLOG));
    let listener = bound.with_context(|| format!("cannot listen on {}", config.listen))?;
    Ok(listener.into_std()?)
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

/// The router for one connection: with its address, and with a permit that lives as long as it.
/// Without a free permit there is no router, and the connection is closed at once.
fn admit(router: &Router, permits: &Arc<Semaphore>, address: SocketAddr) -> Option<Admitted> {
    let permit = Arc::new(permits.clone().try_acquire_owned().ok()?);
    let with_address = Extension(ConnectInfo(address)).layer(router.clone());
    Some(Extension(permit).layer(with_address))
}

type Addressed = AddExtension<Router, ConnectInfo<SocketAddr>>;
type Admitted = AddExtension<Addressed, Arc<OwnedSemaphorePermit>>;
