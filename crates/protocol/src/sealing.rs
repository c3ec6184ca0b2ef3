//! Sealing to the server's key: what only the server may read again. A letter ([`crate::letter`])
//! and what lies in escrow ([`crate::escrow`]) are sealed so.
//!
//! HPKE (RFC 9180) in base mode, DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, ChaCha20-Poly1305. `info`
//! says what for, the additional data what it belongs to: sealed for one thing, it opens as no
//! other.
//!
//! Deliberately absent: who wrote it. Whoever knows the public key can seal, so what is opened is
//! believed no more than what an agent says.

use rustls::crypto::aws_lc_rs::hpke::DH_KEM_X25519_HKDF_SHA256_CHACHA20_POLY1305 as SUITE;
use rustls::crypto::hpke::{EncapsulatedSecret, Hpke, HpkePrivateKey, HpkePublicKey};

/// Bytes of an X25519 key.
pub const KEY_BYTES: usize = 32;

/// It cannot be sealed or opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Unsealable {
    /// The public key is not [`KEY_BYTES`] in hexadecimal, or no point.
    #[error("the server's key is none")]
    Key,
    /// Sealed to another key, for something else, or damaged.
    #[error("it was not sealed to this server's key for this, or is damaged")]
    Other,
}

/// What is sealed: the encapsulated key and the ciphertext.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sealed {
    /// The encapsulated key, [`KEY_BYTES`].
    pub key: Vec<u8>,
    /// The rest.
    pub text: Vec<u8>,
}

/// Seals `plain` to a public key in hexadecimal. The randomness is the library's own.
pub fn seal(
    public_key: &str,
    (info, belongs_to): (&[u8], &[u8]),
    plain: &[u8],
) -> Result<Sealed, Unsealable> {
    let key = blake3::Hash::from_hex(public_key).map_err(|_| Unsealable::Key)?;
    let key = HpkePublicKey(key.as_bytes().to_vec());
    let sealed = SUITE.seal(info, belongs_to, plain, &key).map_err(|_| Unsealable::Key)?;
    Ok(Sealed { key: sealed.0.0, text: sealed.1 })
}

/// Opens it with the private key.
pub fn open(
    private_key: Vec<u8>,
    (info, belongs_to): (&[u8], &[u8]),
    sealed: Sealed,
) -> Result<Vec<u8>, Unsealable> {
    let (key, private) = (EncapsulatedSecret(sealed.key), HpkePrivateKey::from(private_key));
    let opened = SUITE.open(&key, info, belongs_to, &sealed.text, &private);
    opened.map_err(|_| Unsealable::Other)
}

impl Sealed {
    /// As it travels and lies on disks: the key, then the rest.
    pub fn bytes(&self) -> Vec<u8> {
        [self.key.as_slice(), &self.text].concat()
    }

    /// `None` if it is too short to be anything.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let (key, text) = bytes.split_at_checked(KEY_BYTES)?;
        Some(Self { key: key.to_vec(), text: text.to_vec() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair() -> (Vec<u8>, String) {
        let (public, private) = SUITE.generate_key_pair().expect("keys");
        let public: String = public.0.iter().map(|byte| format!("{byte:02x}")).collect();
        (private.secret_bytes().to_vec(), public)
    }

    #[test]
    fn what_is_sealed_opens_with_the_private_key_for_what_it_was_sealed_for_and_nothing_else() {
        let (private, public) = pair();
        let sealed = seal(&public, (b"escrow", b"one"), b"her words").expect("sealed");
        let read = Sealed::read(&sealed.bytes()).expect("it is long enough");
        assert_eq!(read, sealed);
        let opened = open(private.clone(), (b"escrow", b"one"), sealed.clone());
        assert_eq!(opened.as_deref(), Ok(b"her words".as_slice()));
        for other in [(b"letter".as_slice(), b"one".as_slice()), (b"escrow", b"two")] {
            assert_eq!(open(private.clone(), other, sealed.clone()), Err(Unsealable::Other));
        }
        let (foreign, _) = pair();
        assert_eq!(open(foreign, (b"escrow", b"one"), sealed), Err(Unsealable::Other));
    }

    #[test]
    fn what_is_no_key_seals_nothing() {
        for key in ["", "abc", "no hexadecimal digits at all, but sixty-four letters of a text "] {
            assert_eq!(seal(key, (b"", b""), b"her words"), Err(Unsealable::Key), "{key}");
        }
        assert_eq!(Sealed::read(&[0; 31]), None);
    }
}
