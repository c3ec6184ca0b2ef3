//! Handshake: takes connections over TLS, and counts by version and exchange of keys, so that an
//! administrator sees whether any desk is left that could not agree on the hybrid.

use std::io;

use axum_server::accept::Accept;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use futures_util::future::BoxFuture;
use tokio::net::TcpStream;
use tokio_rustls::server::TlsStream;

use crate::doors::{Asking, Doors, Guarded};

/// Takes connections over TLS.
#[derive(Clone)]
pub(crate) struct Counting(RustlsAcceptor<Doors>);

impl Counting {
    pub(crate) fn new(config: RustlsConfig, doors: Doors) -> Self {
        Self(RustlsAcceptor::new(config).acceptor(doors))
    }
}

impl<S: Send + 'static> Accept<TcpStream, S> for Counting {
    type Stream = TlsStream<Guarded>;
    // tidy: allow(name): the trait calls it so
    type Service = Asking<S>;
    type Future = BoxFuture<'static, io::Result<(Self::Stream, Asking<S>)>>;

    fn accept(&self, stream: TcpStream, service: S) -> Self::Future {
        let accepting = self.0.accept(stream, service);
        Box::pin(async move {
            let (stream, service) = accepting.await?;
            let connection = stream.get_ref().1;
            let version = connection.protocol_version().map(|version| format!("{version:?}"));
            let group = connection.negotiated_key_exchange_group();
            let exchange = group.map(|group| format!("{:?}", group.name()));
            let labels = [
                ("version", version.unwrap_or_default()),
                ("exchange", exchange.unwrap_or_default()),
            ];
            metrics::counter!("holdfast_tls_handshakes_total", &labels).increment(1);
            Ok((stream, service))
        })
    }
}
