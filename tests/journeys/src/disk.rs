//! What lies on a desk's disk: the pages of its cache decrypted by hand, used or free, in the file
//! or in the log. The database does not show its free pages; whoever steals the disk and the
//! passphrase has them.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::time::Duration;

use aes::cipher::{BlockModeDecrypt, KeyIvInit, block_padding::NoPadding};
use anyhow::{Context, Result, bail, ensure};
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{Key, XChaCha20Poly1305, XNonce};
use holdfast_desk::secrets;

use crate::Seat;
use crate::desk::PASSPHRASE;

const PAGE: usize = 4096;
/// Initialisation vector (16) and HMAC-SHA512 (64) at the end of every page.
const RESERVED: usize = 80;
const SALT: usize = 16;
const LOG_HEAD: usize = 32;
const FRAME_HEAD: usize = 24;

/// How long erasing may take on a busy machine.
const WITHIN: Duration = Duration::from_secs(60);
const LOOK_EVERY: Duration = Duration::from_millis(100);

/// The cache of a computer's only profile.
pub struct Disk {
    database: PathBuf,
    key: secrets::DatabaseKey,
}

impl Disk {
    /// Of that computer; somebody must have signed in there.
    pub fn of(seat: &Seat) -> Result<Self> {
        let profile = seat.profile()?;
        let key = secrets::unwrap(&profile.join("key.json"), PASSPHRASE)?;
        Ok(Self { database: profile.join("holdfast.db"), key: key.context("another passphrase")? })
    }

    /// Where the encrypted file is.
    pub fn database(&self) -> PathBuf {
        self.database.clone()
    }

    /// Whether these letters stand anywhere.
    pub fn holds(&self, letters: &str) -> Result<bool> {
        let plain = self.decrypted()?;
        Ok(plain.windows(letters.len()).any(|window| window == letters.as_bytes()))
    }

    /// Waits until these letters stand nowhere. Erasing goes on behind everything else and tells
    /// nobody when it is done.
    pub async fn until_gone(&self, letters: &str) -> Result<()> {
        let wait = async {
            while self.holds(letters)? {
                tokio::time::sleep(LOOK_EVERY).await;
            }
            Ok(())
        };
        match tokio::time::timeout(WITHIN, wait).await {
            Ok(done) => done,
            Err(_) => bail!("{letters} is still on the disk"),
        }
    }

    fn decrypted(&self) -> Result<Vec<u8>> {
        let mut plain = self.pages(&self.database)?;
        let mut log = self.database.clone().into_os_string();
        log.push("-wal");
        plain.extend(self.frames(Path::new(&log))?);
        Ok(plain)
    }

    /// Every file of the profile, decrypted as far as it is encrypted, by its name.
    pub fn everything(&self) -> Result<BTreeMap<String, Vec<u8>>> {
        let folder = self.database.parent().context("a profile")?;
        let (mut all, mut files) = (BTreeMap::new(), Vec::new());
        for entry in std::fs::read_dir(folder)? {
            let path = entry?.path();
            let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let own = name.strip_prefix("holdfast.db");
            let plain = match own {
                Some(ending) if ending.starts_with(".file-") => {
                    files.push((name, path));
                    continue;
                }
                Some(ending) if ending.ends_with("-wal") => self.frames(&path),
                Some(ending) if ending.ends_with("-shm") => {
                    std::fs::read(&path).map_err(Into::into)
                }
                Some(ending) if ending.contains(".outbox") => self.copy(&path),
                Some(ending) if ending.is_empty() || ending.starts_with(".damaged-") => {
                    self.pages(&path)
                }
                _ => std::fs::read(&path).map_err(Into::into),
            };
            match plain {
                // A desk that works may have put it in its place, or removed it, meanwhile.
                Err(_) if !path.exists() => {}
                plain => drop(all.insert(name, plain?)),
            }
        }
        let hashes: BTreeSet<Vec<u8>> = all.values().flat_map(|plain| hashes(plain)).collect();
        for (name, path) in files {
            let plain = self.file(&path, &hashes)?;
            all.insert(name, plain);
        }
        Ok(all)
    }

    /// The second copy of a file, which only whoever knows its hash can open.
    fn file(&self, path: &Path, hashes: &BTreeSet<Vec<u8>>) -> Result<Vec<u8>> {
        let sealed = std::fs::read(path)?;
        let cipher = self.copy_cipher();
        let (nonce, first) = sealed.split_first_chunk::<24>().context("a nonce")?;
        let open = |hash: &Vec<u8>| {
            let place = [b"file", hash.as_slice(), &0_u32.to_le_bytes()].concat();
            let payload = Payload { msg: first, aad: &place };
            cipher.decrypt(&XNonce::from(*nonce), payload).ok()
        };
        let plain = hashes.iter().find_map(open);
        plain.with_context(|| format!("{} is of no file that is named here", path.display()))
    }

    fn copy_cipher(&self) -> XChaCha20Poly1305 {
        let key = blake3::derive_key("holdfast 2026-11 outbox second copy", &*self.key);
        XChaCha20Poly1305::new(&Key::from(key))
    }

    /// The outbox's second copy, record by record: mark, length, place, nonce, ciphertext.
    fn copy(&self, path: &Path) -> Result<Vec<u8>> {
        const MARK: &[u8] = b"\x00\xF0record";
        let cipher = self.copy_cipher();
        let bytes = std::fs::read(path)?;
        let (mut plain, mut rest) = (Vec::new(), bytes.as_slice());
        while let Some(at) = rest.windows(MARK.len()).position(|window| window == MARK) {
            let frame = &rest[at + MARK.len()..];
            let (length, frame) = frame.split_first_chunk::<4>().context("a length")?;
            let (place, frame) = frame.split_first_chunk::<8>().context("a place")?;
            let sealed = frame.get(..u32::from_le_bytes(*length) as usize).context("a record")?;
            let (nonce, sealed) = sealed.split_first_chunk::<24>().context("a nonce")?;
            let payload = Payload { msg: sealed, aad: place };
            let text = cipher.decrypt(&XNonce::from(*nonce), payload);
            plain.extend(text.ok().context("a record of the copy cannot be opened")?);
            plain.push(b'\n');
            rest = &frame[24 + sealed.len()..];
        }
        ensure!(!plain.is_empty(), "{} holds no record", path.display());
        Ok(plain)
    }

    fn pages(&self, path: &Path) -> Result<Vec<u8>> {
        let file = std::fs::read(path)?;
        let mut plain = Vec::with_capacity(file.len());
        for (n, page) in file.chunks_exact(PAGE).enumerate() {
            self.decrypt(page, n == 0, &mut plain)?;
        }
        Ok(plain)
    }

    fn frames(&self, path: &Path) -> Result<Vec<u8>> {
        let log = std::fs::read(path).unwrap_or_default();
        let mut plain = Vec::with_capacity(log.len());
        for frame in log.get(LOG_HEAD..).unwrap_or_default().chunks_exact(FRAME_HEAD + PAGE) {
            let (head, page) = frame.split_at(FRAME_HEAD);
            self.decrypt(page, head.starts_with(&[0, 0, 0, 1]), &mut plain)?;
        }
        Ok(plain)
    }

    fn decrypt(&self, page: &[u8], is_first: bool, plain: &mut Vec<u8>) -> Result<()> {
        let (body, reserved) = page.split_at(PAGE - RESERVED);
        let mut body = body[if is_first { SALT } else { 0 }..].to_vec();
        let iv: [u8; 16] = reserved[..16].try_into()?;
        let cipher = cbc::Decryptor::<aes::Aes256>::new(&(*self.key).into(), &iv.into());
        let whole = cipher.decrypt_padded::<NoPadding>(&mut body);
        plain.extend(whole.ok().context("pages are whole blocks")?);
        Ok(())
    }
}

/// Everything that looks like the hash of a file.
fn hashes(plain: &[u8]) -> impl Iterator<Item = Vec<u8>> + '_ {
    let runs = plain.split(|byte| !matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    runs.filter(|run| run.len() >= 64).flat_map(|run| run.windows(64).map(<[u8]>::to_vec))
}
