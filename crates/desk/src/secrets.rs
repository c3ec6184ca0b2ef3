//! Secrets: the database key, wrapped twice. In the keyring of the operating system, so that the
//! agent need not type; and under a recovery passphrase, so that nothing is lost with the keyring.
//!
//! The key itself is 32 random bytes. The passphrase is stretched by Argon2id (RFC 9106, 64 MiB,
//! 3 passes) and the key sealed with XChaCha20-Poly1305. Without a keyring the desk asks for the
//! passphrase; there is no third way, and never plain text. Deliberately absent: Linux keyutils,
//! which forgets at reboot.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, anyhow, bail};
use argon2::{Algorithm, Argon2, Params, Version};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use chacha20poly1305::aead::{Aead, KeyInit};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::entropy::Entropy;
use crate::profile::write_whole;

/// The database key.
pub type DatabaseKey = Zeroizing<[u8; 32]>;

/// Fewest characters of a passphrase that a person chooses.
pub const PASSPHRASE_CHARS_MIN: usize = 12;
/// How long the keyring may take to answer; a locked one may wait for a person.
const KEYRING_WITHIN: Duration = Duration::from_secs(20);
const SERVICE: &str = "Holdfast";

/// Where keys are kept for this person: the operating system's, or none.
pub trait Keyring: Send + Sync {
    /// The stored secret, `None` if there is none. Blocks.
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>>;
    /// Stores a secret. Blocks.
    fn set(&self, name: &str, secret: &[u8]) -> Result<()>;
    /// Forgets a secret; there may be none. Blocks.
    fn remove(&self, name: &str) -> Result<()>;
}

/// Secret Service, Keychain or the Windows credential store.
#[derive(Clone, Copy, Debug, Default)]
pub struct OsKeyring;

impl Keyring for OsKeyring {
    fn get(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let entry = keyring::Entry::new(SERVICE, name).map_err(keyring_failed)?;
        match entry.get_secret() {
            Ok(secret) => Ok(Some(secret)),
            Err(keyring::Error::NoEntry) => Ok(None),
            Err(error) => Err(keyring_failed(error)),
        }
    }

    fn set(&self, name: &str, secret: &[u8]) -> Result<()> {
        let entry = keyring::Entry::new(SERVICE, name).map_err(keyring_failed)?;
        entry.set_secret(secret).map_err(keyring_failed)?;
        // A store may accept and not keep (a missing default collection): read it back.
        let kept = entry.get_secret().map_err(keyring_failed)?;
        if kept != secret {
            bail!("the keyring does not keep what it is given");
        }
        Ok(())
    }

    fn remove(&self, name: &str) -> Result<()> {
        forget(&keyring::Entry::new(SERVICE, name).map_err(keyring_failed)?)
    }
}

fn forget(entry: &keyring::Entry) -> Result<()> {
    match entry.delete_credential() {
        Ok(()) | Err(keyring::Error::NoEntry) => Ok(()),
        Err(error) => Err(keyring_failed(error)),
    }
}

fn keyring_failed(error: impl std::fmt::Display) -> anyhow::Error {
    anyhow!("the keyring does not answer: {error}")
}

/// No keyring: the passphrase is asked for each time. For sample desks and bare machines.
#[derive(Clone, Copy, Debug, Default)]
pub struct NoKeyring;

impl Keyring for NoKeyring {
    fn get(&self, _: &str) -> Result<Option<Vec<u8>>> {
        bail!("this desk uses no keyring")
    }

    fn set(&self, _: &str, _: &[u8]) -> Result<()> {
        bail!("this desk uses no keyring")
    }

    fn remove(&self, _: &str) -> Result<()> {
        Ok(())
    }
}

/// The key from the keyring; `None` if it does not have it or does not answer.
pub async fn from_keyring(keyring: Arc<dyn Keyring>, profile: &str) -> Option<DatabaseKey> {
    let name = profile.to_owned();
    let asked = tokio::task::spawn_blocking(move || keyring.get(&name));
    let secret = match tokio::time::timeout(KEYRING_WITHIN, asked).await {
        Ok(Ok(Ok(secret))) => Zeroizing::new(secret?),
        Ok(Ok(Err(error))) => {
            tracing::info!(%error, "keyring");
            return None;
        }
        Ok(Err(_)) | Err(_) => {
            tracing::warn!("the keyring did not answer in time");
            return None;
        }
    };
    <[u8; 32]>::try_from(secret.as_slice()).ok().map(Zeroizing::new)
}

/// Puts the key into the keyring; false if it does not take it.
pub async fn to_keyring(keyring: Arc<dyn Keyring>, profile: &str, key: &DatabaseKey) -> bool {
    let (name, key) = (profile.to_owned(), key.clone());
    let asked = tokio::task::spawn_blocking(move || keyring.set(&name, key.as_slice()));
    match tokio::time::timeout(KEYRING_WITHIN, asked).await {
        Ok(Ok(Ok(()))) => true,
        Ok(Ok(Err(error))) => {
            tracing::info!(%error, "keyring");
            false
        }
        Ok(Err(_)) | Err(_) => false,
    }
}

/// Forgets the key everywhere: in the keyring, and in the files in which it is wrapped, whose bytes
/// are overwritten first. False if the keyring may still have it.
pub async fn destroy(keyring: Arc<dyn Keyring>, profile: &str, wrapped: &[PathBuf]) -> bool {
    for path in wrapped {
        if let Err(error) = overwrite(path)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            tracing::error!(%error, "a wrapped key is not overwritten");
        }
        std::fs::remove_file(path).ok();
    }
    let name = profile.to_owned();
    let asked = tokio::task::spawn_blocking(move || keyring.remove(&name));
    matches!(tokio::time::timeout(KEYRING_WITHIN, asked).await, Ok(Ok(Ok(()))))
}

fn overwrite(path: &Path) -> std::io::Result<()> {
    let mut file = std::fs::File::options().write(true).open(path)?;
    let length = usize::try_from(file.metadata()?.len()).unwrap_or_default();
    file.write_all(&vec![0; length])?;
    file.sync_all()
}

/// A fresh database key.
pub fn fresh_key(entropy: &dyn Entropy) -> DatabaseKey {
    let mut key = Zeroizing::new([0; 32]);
    entropy.fill(key.as_mut_slice());
    key
}

/// A passphrase to be written down: six groups of four, 120 bits, without letters that look alike
/// (Crockford's base 32).
pub fn fresh_passphrase(entropy: &dyn Entropy) -> Zeroizing<String> {
    const LETTERS: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";
    let mut random = Zeroizing::new([0u8; 24]);
    entropy.fill(random.as_mut_slice());
    let groups: Vec<String> = random
        .chunks(4)
        .map(|group| group.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect())
        .collect();
    Zeroizing::new(groups.join("-"))
}

#[derive(Serialize, Deserialize)]
struct Wrapped {
    version: u32,
    memory_kib: u32,
    passes: u32,
    salt: String,
    nonce: String,
    sealed: String,
}

const VERSION: u32 = 1;
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
/// A file that asks for more than this is not ours.
const MEMORY_KIB_MAX: u32 = 1024 * 1024;

/// Seals the key under the passphrase into a file. Takes about a tenth of a second.
pub fn wrap(path: &Path, key: &DatabaseKey, passphrase: &str, entropy: &dyn Entropy) -> Result<()> {
    let (mut salt, mut nonce) = ([0; 16], [0; 24]);
    entropy.fill(&mut salt);
    entropy.fill(&mut nonce);
    let cipher = cipher(passphrase, &salt, MEMORY_KIB, PASSES)?;
    let sealed = cipher
        .encrypt(&XNonce::from(nonce), key.as_slice())
        .map_err(|_| anyhow!("sealing the key"))?;
    let wrapped = Wrapped {
        version: VERSION,
        memory_kib: MEMORY_KIB,
        passes: PASSES,
        salt: BASE64.encode(salt),
        nonce: BASE64.encode(nonce),
        sealed: BASE64.encode(sealed),
    };
    write_whole(path, &serde_json::to_vec_pretty(&wrapped).context("plain data")?)
}

/// The key from the first of these files that gives it; `None` if the passphrase opens none that is
/// whole. Damaged ones are written anew from it.
pub fn unwrap_any(paths: &[PathBuf; 2], passphrase: &str) -> Result<Option<DatabaseKey>> {
    let read: Vec<_> = paths.iter().map(|path| unwrap(path, passphrase)).collect();
    let good = read.iter().position(|read| matches!(read, Ok(Some(_))));
    if let Some(good) = good {
        let bytes = std::fs::read(&paths[good])?;
        for path in paths.iter().filter(|path| std::fs::read(path).is_ok_and(|b| b != bytes)) {
            write_whole(path, &bytes)?;
        }
        if !paths[1 - good].exists() {
            write_whole(&paths[1 - good], &bytes)?;
        }
    }
    // A passphrase that opens nothing is said to be wrong only where a whole file says so.
    let whole = good.or_else(|| read.iter().position(Result::is_ok)).unwrap_or(0);
    read.into_iter().nth(whole).unwrap_or(Ok(None))
}

/// The key from the file; `None` if the passphrase opens nothing.
pub fn unwrap(path: &Path, passphrase: &str) -> Result<Option<DatabaseKey>> {
    let bytes = std::fs::read(path).context("reading the wrapped key")?;
    let wrapped: Wrapped = serde_json::from_slice(&bytes).context("the wrapped key is damaged")?;
    if wrapped.version != VERSION || wrapped.memory_kib > MEMORY_KIB_MAX || wrapped.passes > 64 {
        bail!("the wrapped key is from another version");
    }
    let decode = |text: &str| BASE64.decode(text).context("the wrapped key is damaged");
    let nonce = <[u8; 24]>::try_from(decode(&wrapped.nonce)?)
        .map_err(|_| anyhow!("the wrapped key is damaged"))?;
    let salt = decode(&wrapped.salt)?;
    let cipher = cipher(passphrase, &salt, wrapped.memory_kib, wrapped.passes)?;
    let Ok(key) = cipher.decrypt(&XNonce::from(nonce), decode(&wrapped.sealed)?.as_slice()) else {
        return Ok(None);
    };
    let key = Zeroizing::new(key);
    Ok(<[u8; 32]>::try_from(key.as_slice()).ok().map(Zeroizing::new))
}

fn cipher(passphrase: &str, salt: &[u8], memory: u32, passes: u32) -> Result<XChaCha20Poly1305> {
    let params = Params::new(memory, passes, 1, Some(32)).map_err(|error| anyhow!("{error}"))?;
    let stretch = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
    let mut key = Zeroizing::new([0; 32]);
    stretch
        .hash_password_into(passphrase.trim().as_bytes(), salt, key.as_mut_slice())
        .map_err(|error| anyhow!("stretching the passphrase: {error}"))?;
    XChaCha20Poly1305::new_from_slice(key.as_slice()).map_err(|_| anyhow!("a key has 32 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::entropy::OsEntropy;

    #[test]
    fn only_the_right_passphrase_opens_the_key() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("key.json");
        let key = fresh_key(&OsEntropy);
        let passphrase = fresh_passphrase(&OsEntropy);
        wrap(&path, &key, &passphrase, &OsEntropy)?;
        assert_eq!(unwrap(&path, &passphrase)?.as_deref(), Some(&*key));
        assert_eq!(unwrap(&path, "something else entirely")?, None);
        let text = std::fs::read_to_string(&path)?;
        assert!(!text.contains(passphrase.as_str()));
        Ok(())
    }

    #[test]
    fn a_damaged_key_file_is_told_from_a_wrong_passphrase() -> Result<()> {
        let folder = tempfile::tempdir()?;
        let path = folder.path().join("key.json");
        std::fs::write(&path, "{")?;
        assert!(unwrap(&path, "anything at all").is_err());
        Ok(())
    }
}
