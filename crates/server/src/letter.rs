//! Letters of revoked desks: the key they are sealed to, who may bring one, and opening it.
//!
//! The key pair is made at the first hello and lies in the store, so that every copy of the store
//! can open what was sealed to it. A revoked desk has no session; what it may do is to bring one
//! letter, with a stamp that it was told when it still had one. The stamp is derived from the
//! private key and the desk, so nothing is kept of it.
//!
//! Deliberately absent: carrying out what stands in a letter. Whoever had the desk may have written
//! in it; a person reads it.

use anyhow::{Context, Result, ensure};
use aws_lc_rs::agreement::{PrivateKey, X25519};
use holdfast_protocol::letter::{Closed, Letter, MAGIC, Sealing};
use holdfast_protocol::sealing::{self, KEY_BYTES, Sealed, Unsealable};
use holdfast_protocol::{Code, Failure};
use uuid::Uuid;

use crate::core::Core;
use crate::error::{Error, Result as Told};
use crate::outside::Outside;
use crate::store::{Durability, Tx, letter};

const STAMPS: &str = "holdfast 2026-11 stamps of letters";
/// Longest text of a letter once it is unpacked.
const TEXT_BYTES_MAX: usize = 256 * 1024 * 1024;

/// The key pair; made if there is none.
async fn keys(tx: &mut Tx, outside: &Outside) -> Result<(Vec<u8>, Vec<u8>)> {
    if let Some(keys) = letter::keys(tx).await? {
        return Ok(keys);
    }
    let private: [u8; KEY_BYTES] = outside.random();
    let pair = PrivateKey::from_private_key(&X25519, &private).context("a fresh key")?;
    let public = pair.compute_public_key().context("a fresh key")?.as_ref().to_vec();
    letter::set_keys(tx, &private, &public).await?;
    Ok((private.to_vec(), public))
}

fn stamp(private: &[u8], desk: Uuid) -> blake3::Hash {
    blake3::keyed_hash(&blake3::derive_key(STAMPS, private), desk.as_bytes())
}

/// What a desk is told in its hello.
pub async fn told(tx: &mut Tx, outside: &Outside, desk: Uuid) -> Result<Sealing> {
    let (private, public) = keys(tx, outside).await?;
    let stamp = stamp(&private, desk).to_hex().to_string();
    Ok(Sealing { public_key: hex::encode(public), stamp })
}

/// Whether that stamp is that desk's, and the desk revoked. Unknown, not revoked and wrong are one.
pub async fn check(core: &Core, desk: Uuid, said: &str) -> Told<()> {
    let mut tx = core.db.read().await?;
    let keys = letter::keys(&mut tx).await?;
    let said = blake3::Hash::from_hex(said).ok();
    let right = keys.is_some_and(|(private, _)| said == Some(stamp(&private, desk)));
    let revoked = letter::is_revoked(&mut tx, desk).await?;
    if right && revoked { Ok(()) } else { Err(Error::not_found()) }
}

/// Keeps the letter that a revoked desk brings; the same one again is fine, another is not.
pub async fn take(core: &Core, desk: Uuid, bytes: Vec<u8>) -> Told<()> {
    if Closed::read(&bytes).is_none_or(|closed| closed.desk != desk) {
        return Err(Error::bad_request("that is no letter of this desk"));
    }
    let mut writing = core.write(Durability::Power).await?;
    let kept = letter::letter(&mut writing.tx, desk).await?.ok_or_else(Error::not_found)?;
    if kept.is_empty() {
        letter::keep(&mut writing.tx, desk, bytes, core.now().as_microsecond()).await?;
        writing.finish().await?;
        tracing::warn!(%desk, "a revoked desk has brought what it had not sent");
        return Ok(());
    }
    if kept == bytes {
        return Ok(());
    }
    Err(Failure::new(Code::NotAllowed, "this desk has brought its letter").into())
}

/// Opens what was sealed to this server.
pub struct Key(Vec<u8>);

/// The key. An error where no desk was ever told one.
pub async fn key(tx: &mut Tx) -> Result<Key> {
    let keys = letter::keys(tx).await?;
    keys.map(|(private, _)| Key(private)).context("this server has never told a desk a key")
}

impl Key {
    /// `of`: what it was sealed for, and what it belongs to.
    pub fn open(&self, of: (&[u8], &[u8]), sealed: Sealed) -> Result<Vec<u8>, Unsealable> {
        sealing::open(self.0.clone(), of, sealed)
    }
}

/// Opens one.
pub async fn open(core: &Core, bytes: &[u8]) -> Result<Letter> {
    let closed = Closed::read(bytes).context("that is no letter of a desk, or not the whole")?;
    let key = key(&mut core.db.read().await?).await?;
    let packed = key.open((MAGIC, closed.desk.as_bytes()), closed.sealed)?;
    let text = zstd::bulk::decompress(&packed, TEXT_BYTES_MAX).context("unpacking it")?;
    let letter: Letter = serde_json::from_slice(&text).context("reading it")?;
    ensure!(letter.desk == closed.desk, "it names another desk than the one it came from");
    Ok(letter)
}
