//! Passwords and tokens: argon2id off the async threads and a few at a time; tokens opaque.

use anyhow::{Context, Result};
use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use tokio::sync::Semaphore;

use crate::outside::Outside;
use crate::store::session::Hash;

/// Hashes at the same time: each takes 19 MiB and a core.
static TURNS: Semaphore = Semaphore::const_new(2);
/// Letters and digits that are not mistaken for each other.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Random letters of a generated password: 100 bits.
const GENERATED_LETTERS: usize = 20;

/// The argon2id hash of a password, in PHC form.
pub async fn hash(password: &str) -> Result<String> {
    let password = password.to_owned();
    blocking(move || {
        let hash = Argon2::default().hash_password(password.as_bytes());
        Ok(hash.map_err(|error| anyhow::anyhow!("hashing a password: {error}"))?.to_string())
    })
    .await
}

/// Whether the password is that of the hash. Without a hash it takes as long and is wrong, so
/// that nobody learns which logins exist.
pub async fn verify(password: &str, hash: Option<String>) -> Result<bool> {
    let password = password.to_owned();
    blocking(move || {
        let Some(hash) = hash.filter(|hash| !hash.is_empty()) else {
            Argon2::default().hash_password(password.as_bytes()).ok();
            return Ok(false);
        };
        let parsed = PasswordHash::new(&hash)
            .map_err(|error| anyhow::anyhow!("a stored password hash: {error}"))?;
        Ok(Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok())
    })
    .await
}

async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let _turn = TURNS.acquire().await?;
    tokio::task::spawn_blocking(work).await.context("a password")?
}

/// A password fit to be read aloud, in groups of five.
pub fn generate(outside: &Outside) -> String {
    let random: [u8; GENERATED_LETTERS] = outside.random();
    let letters: Vec<u8> =
        random.iter().map(|byte| ALPHABET[usize::from(*byte) % ALPHABET.len()]).collect();
    let groups: Vec<String> =
        letters.chunks(5).map(|group| String::from_utf8_lossy(group).into_owned()).collect();
    groups.join("-")
}

/// A new opaque token: 256 random bits.
pub fn token(outside: &Outside) -> String {
    URL_SAFE_NO_PAD.encode(outside.random::<32>())
}

/// What is stored of a token.
pub fn token_hash(token: &str) -> Hash {
    *blake3::hash(token.as_bytes()).as_bytes()
}
