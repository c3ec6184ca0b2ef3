//! Wrap: the key of a database, sealed under a passphrase that is stretched as little as the file's
//! form allows. Stretching is slow on purpose, against whoever guesses; here nobody guesses, and
//! every start would spend most of its time with it.

use anyhow::{Result, anyhow};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use holdfast_simulator::chance::Chance;
use serde_json::json;

const MEMORY_KIB: u32 = 8;
const PASSES: u32 = 1;

/// The file that holds the key, as the desk reads it.
pub fn lightly(key: &[u8; 32], passphrase: &str, chance: &mut Chance) -> Result<Vec<u8>> {
    let (mut salt, mut nonce, mut stretched) = ([0; 16], [0; 24], [0; 32]);
    chance.fill(&mut salt);
    chance.fill(&mut nonce);
    let params =
        Params::new(MEMORY_KIB, PASSES, 1, Some(32)).map_err(|error| anyhow!("{error}"))?;
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
        .hash_password_into(passphrase.as_bytes(), &salt, &mut stretched)
        .map_err(|error| anyhow!("{error}"))?;
    let cipher = XChaCha20Poly1305::new(&Key::from(stretched));
    let sealed = cipher.encrypt(&XNonce::from(nonce), key.as_slice());
    let sealed = sealed.map_err(|_| anyhow!("sealing the key"))?;
    let wrapped = json!({
        "version": 1, "memory_kib": MEMORY_KIB, "passes": PASSES,
        "salt": BASE64.encode(salt), "nonce": BASE64.encode(nonce),
        "sealed": BASE64.encode(sealed),
    });
    Ok(serde_json::to_vec_pretty(&wrapped)?)
}
