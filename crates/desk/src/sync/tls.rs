//! TLS: whom the desk believes, and what was agreed on.
//!
//! Without a pin the authorities that this computer trusts decide. With one, the server's own key
//! is known: it decides, and nothing else does, so that neither a forged certificate of a real
//! authority nor a proxy that reads along is believed, and a server without an authority is.
//! There is no way back from a pin that does not fit: the desk stays offline and says so.
//!
//! ```text
//! <profile root>/pins.json    { "https://holdfast.example": ["<SHA-256 of the public key>", …] }
//! ```
//!
//! A second pin is that of the next key. Deliberately absent: choosing protocols and exchanges by
//! hand; the library's own order begins with the hybrid that no quantum computer breaks.

mod exchange;

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use anyhow::{Context, Result};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::CryptoProvider;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{CertificateError, ClientConfig, DigitallySignedStruct, SignatureScheme};
use rustls_platform_verifier::Verifier as Authorities;

const PINS: &str = "pins.json";

/// What was agreed on with the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Agreed {
    /// `TLS 1.3`
    pub version: &'static str,
    /// How the keys were exchanged, `X25519MLKEM768`.
    pub exchange: String,
    /// SHA-256 of the certificate, hexadecimal.
    pub certificate: String,
    /// SHA-256 of the public key, hexadecimal: what a pin is.
    pub key: String,
    /// Whether a pin decided.
    pub pinned: bool,
}

/// What the last handshake came to.
#[derive(Debug, Default)]
pub struct Handshake {
    /// What was agreed on, if it was.
    pub agreed: Option<Agreed>,
    /// The key is not a pinned one.
    pub wrong_key: bool,
    /// Nobody whom this computer trusts vouches for the certificate.
    pub untrusted: bool,
}

/// Where handshakes are noted.
pub type Noted = Arc<Mutex<Handshake>>;

/// The pins of a server; `None` if it has none. A file that cannot be read pins everything to
/// nothing: whoever damages it must not gain by that.
pub fn pins(root: &Path, server: &str) -> Option<Vec<String>> {
    read(root, server).unwrap_or_else(|error| {
        tracing::error!("{PINS} cannot be read, so no server is believed: {error:#}");
        Some(Vec::new())
    })
}

fn read(root: &Path, server: &str) -> Result<Option<Vec<String>>> {
    let text = match std::fs::read(root.join(PINS)) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        text => text?,
    };
    let all: BTreeMap<String, Vec<String>> =
        serde_json::from_slice(&text).context("not servers with their pins")?;
    let same = |known: &str| known.trim_end_matches('/') == server.trim_end_matches('/');
    let found = all.into_iter().find(|(known, _)| same(known));
    Ok(found.map(|(_, pins)| pins.iter().map(|pin| plain(pin)).collect()))
}

/// As people copy them: with colons, in capitals.
fn plain(pin: &str) -> String {
    pin.chars().filter(char::is_ascii_hexdigit).collect::<String>().to_lowercase()
}

/// How the desk speaks TLS to a server with these pins.
pub fn client(pins: Option<Vec<String>>, noted: &Noted) -> Result<ClientConfig> {
    let provider = Arc::new(CryptoProvider {
        kx_groups: exchange::noted(),
        ..rustls::crypto::aws_lc_rs::default_provider()
    });
    let believing = Believing {
        authorities: Authorities::new(provider.clone())?,
        provider: provider.clone(),
        pins,
        noted: noted.clone(),
    };
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()?
        // Dangerous is what believes everything; this believes less than the usual.
        .dangerous()
        .with_custom_certificate_verifier(Arc::new(believing))
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

#[derive(Debug)]
struct Believing {
    authorities: Authorities,
    provider: Arc<CryptoProvider>,
    pins: Option<Vec<String>>,
    noted: Noted,
}

impl Believing {
    fn note(&self, how: impl FnOnce(&mut Handshake)) {
        how(&mut self.noted.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// Signed by the key of the certificate: it is the server's.
    fn agreed(&self, version: &'static str, certificate: &CertificateDer<'_>) {
        let agreed = Agreed {
            version,
            exchange: exchange::last(),
            certificate: hex::encode(sha256(certificate)),
            key: key_of(certificate).unwrap_or_default(),
            pinned: self.pins.is_some(),
        };
        self.note(|handshake| {
            *handshake = Handshake { agreed: Some(agreed), ..Handshake::default() }
        });
    }
}

impl ServerCertVerifier for Believing {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        chain: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        ocsp: &[u8],
        now: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        let Some(pins) = &self.pins else {
            let believed = self.authorities.verify_server_cert(certificate, chain, name, ocsp, now);
            return believed.inspect_err(|_| self.note(|handshake| handshake.untrusted = true));
        };
        if key_of(certificate).is_some_and(|key| pins.contains(&key)) {
            return Ok(ServerCertVerified::assertion());
        }
        self.note(|handshake| handshake.wrong_key = true);
        Err(CertificateError::ApplicationVerificationFailure.into())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls12_signature(message, certificate, signed, algorithms)
            .inspect(|_| self.agreed("TLS 1.2", certificate))
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        let algorithms = &self.provider.signature_verification_algorithms;
        rustls::crypto::verify_tls13_signature(message, certificate, signed, algorithms)
            .inspect(|_| self.agreed("TLS 1.3", certificate))
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// SHA-256 of the public key of a certificate, hexadecimal.
fn key_of(certificate: &CertificateDer<'_>) -> Option<String> {
    let read = webpki::EndEntityCert::try_from(certificate).ok()?;
    Some(hex::encode(sha256(&read.subject_public_key_info())))
}

fn sha256(bytes: &[u8]) -> Vec<u8> {
    let suite = rustls::crypto::aws_lc_rs::cipher_suite::TLS13_AES_128_GCM_SHA256;
    let suite = suite.tls13().expect("a suite of TLS 1.3 is one");
    suite.common.hash_provider.hash(bytes).as_ref().to_vec()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn root_with(text: &str) -> tempfile::TempDir {
        let root = tempfile::tempdir().expect("a folder");
        std::fs::write(root.path().join(PINS), text).expect("a file");
        root
    }

    #[test]
    fn a_server_has_the_pins_that_stand_under_its_address() {
        let root = root_with(r#"{"https://a.example/": ["AB:cd:01", "ef02"]}"#);
        let of = |server: &str| pins(root.path(), server);
        assert_eq!(of("https://a.example"), Some(vec!["abcd01".into(), "ef02".into()]));
        assert_eq!(of("https://b.example"), None);
        let empty = tempfile::tempdir().expect("a folder");
        assert_eq!(pins(empty.path(), "https://a.example"), None);
    }

    #[test]
    fn pins_that_cannot_be_read_let_nobody_in() {
        for garbled in ["", "{", "[]", r#"{"https://a.example": "abcd"}"#, "\u{0}"] {
            let root = root_with(garbled);
            assert_eq!(pins(root.path(), "https://b.example"), Some(Vec::new()), "{garbled}");
        }
    }

    #[test]
    fn the_first_exchange_that_is_offered_is_the_hybrid() {
        let config = client(None, &Noted::default()).expect("a configuration");
        let offered = config.crypto_provider().kx_groups.first().expect("an exchange");
        assert_eq!(offered.name(), rustls::NamedGroup::X25519MLKEM768);
    }
}
