//! The outbox's sealed second copy: an append-only file beside the database, written and synced
//! before a commit says "saved", so that a flipped page of the database cannot take acknowledged
//! work.
//!
//! ```text
//! file   = MAGIC, record*
//! record = length u32 LE, nonce 24, XChaCha20-Poly1305(JSON of Record), aad = place in the file
//! ```
//!
//! The key is derived from the database key; the nonce from key, place and text (a synthetic
//! nonce: equal only for equal records in one place, which is harmless, and no randomness is
//! needed). A torn tail and a garbled record are passed over; the database is the truth whenever it
//! can be read, and the file is written anew from it at every start.
//!
//! Deliberately absent: anything but operations.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{Key as AeadKey, KeyInit, XChaCha20Poly1305, XNonce};
use holdfast_domain::OperationId;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::key::{Key, beside};
use crate::table::operation::Kept;

const MAGIC: &[u8] = b"holdfast outbox 1\n";
/// A longer record is a garbled length. The longest operation twice over, and its frame.
const RECORD_BYTES_MAX: usize = 2 * holdfast_domain::operation::OPERATION_BYTES_MAX + 4096;
/// Records after which the file is written anew without what is settled.
const COMPACT_AFTER_RECORDS: u64 = 1_000;

/// One line of the file.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) enum Record {
    /// An operation waits.
    Kept(Box<Kept>),
    /// It does not wait any more.
    Gone(OperationId),
}

/// `<name>.outbox`, beside the database.
pub fn path(database: &Path) -> PathBuf {
    beside(database, "outbox")
}

/// What a file holds.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    /// What waits, in the order it was written.
    pub(crate) waiting: Vec<Kept>,
    /// Records that could not be read.
    pub(crate) lost: usize,
    /// Whether at least one record was read: the key is right.
    pub(crate) opened: bool,
}

/// The open file.
pub(crate) struct Seal {
    cipher: Arc<Cipher>,
    path: PathBuf,
    file: Arc<Mutex<Open>>,
}

struct Open {
    file: File,
    records: u64,
    waiting: BTreeMap<i64, Kept>,
}

impl Seal {
    /// Starts anew with exactly what the database says waits.
    pub(crate) fn begin(path: &Path, key: &Key, waiting: Vec<Kept>) -> io::Result<Self> {
        let cipher = Arc::new(Cipher::new(key));
        let waiting = waiting.into_iter().map(|kept| (kept.position, kept)).collect();
        let open = write_anew(path, &cipher, waiting)?;
        Ok(Self { cipher, path: path.to_owned(), file: Arc::new(Mutex::new(open)) })
    }

    /// Appends and syncs; after `Ok` the records survive a power cut. Returns what takes them back,
    /// for when the database does not commit.
    pub(crate) async fn append(&self, records: Vec<Record>) -> io::Result<Vec<Record>> {
        let (cipher, path, file) = (self.cipher.clone(), self.path.clone(), self.file.clone());
        let work = move || {
            let mut open = file.lock().unwrap_or_else(PoisonError::into_inner);
            let undo = open.undo(&records);
            open.append(&cipher, records)?;
            if open.records > COMPACT_AFTER_RECORDS + open.waiting.len() as u64 {
                let waiting = std::mem::take(&mut open.waiting);
                *open = write_anew(&path, &cipher, waiting)?;
            }
            Ok(undo)
        };
        tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
    }
}

impl Open {
    fn undo(&self, records: &[Record]) -> Vec<Record> {
        let inverse = |record: &Record| match record {
            Record::Kept(kept) => Some(Record::Gone(kept.id)),
            Record::Gone(id) => {
                let kept = self.waiting.values().find(|kept| kept.id == *id)?;
                Some(Record::Kept(Box::new(kept.clone())))
            }
        };
        records.iter().rev().filter_map(inverse).collect()
    }

    fn append(&mut self, cipher: &Cipher, records: Vec<Record>) -> io::Result<()> {
        let mut bytes = Vec::new();
        let mut place = self.records;
        for record in &records {
            cipher.seal(place, record, &mut bytes)?;
            place += 1;
        }
        let before = self.file.metadata()?.len();
        if let Err(error) = self.file.write_all(&bytes).and_then(|()| self.file.sync_data()) {
            // What was half written would hide what is appended later.
            self.file.set_len(before).ok();
            return Err(error);
        }
        self.records = place;
        for record in records {
            match record {
                Record::Kept(kept) => {
                    self.waiting.insert(kept.position, *kept);
                }
                Record::Gone(id) => self.waiting.retain(|_, kept| kept.id != id),
            }
        }
        Ok(())
    }
}

fn write_anew(path: &Path, cipher: &Cipher, waiting: BTreeMap<i64, Kept>) -> io::Result<Open> {
    let mut bytes = MAGIC.to_vec();
    let mut records = 0;
    for kept in waiting.values() {
        cipher.seal(records, &Record::Kept(Box::new(kept.clone())), &mut bytes)?;
        records += 1;
    }
    crate::key::replace(path, &bytes)?;
    let file = File::options().append(true).open(path)?;
    Ok(Open { file, records, waiting })
}

/// Reads whatever can be read; a missing file holds nothing.
pub(crate) fn read(path: &Path, key: &Key) -> io::Result<Contents> {
    let mut bytes = Vec::new();
    match File::open(path) {
        Ok(mut file) => file.read_to_end(&mut bytes)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Contents::default()),
        Err(error) => return Err(error),
    };
    Ok(contents(&bytes, &Cipher::new(key)))
}

fn contents(bytes: &[u8], cipher: &Cipher) -> Contents {
    let mut found = Contents::default();
    let mut rest = bytes.get(MAGIC.len()..).unwrap_or_default();
    let mut waiting = BTreeMap::new();
    for place in 0.. {
        let Some((length, after)) = rest.split_first_chunk::<4>() else {
            found.lost += usize::from(!rest.is_empty());
            break;
        };
        let length = u32::from_le_bytes(*length) as usize;
        if length > RECORD_BYTES_MAX || length > after.len() {
            found.lost += 1;
            break;
        }
        let (sealed, next) = after.split_at(length);
        let record = cipher.open(place, sealed);
        found.opened |= record.is_some();
        match record {
            Some(Record::Kept(kept)) => {
                waiting.insert(kept.position, *kept);
            }
            Some(Record::Gone(id)) => waiting.retain(|_, kept| kept.id != id),
            None => found.lost += 1,
        }
        rest = next;
    }
    found.waiting = waiting.into_values().collect();
    found
}

/// Seals and opens single texts. Also used for the tray.
pub(crate) struct Cipher {
    aead: XChaCha20Poly1305,
    nonces: Zeroizing<[u8; 32]>,
}

impl Cipher {
    pub(crate) fn new(key: &Key) -> Self {
        let sealing = key.derive("holdfast 2026-11 outbox second copy");
        Self {
            aead: XChaCha20Poly1305::new(&AeadKey::from(*sealing)),
            nonces: key.derive("holdfast 2026-11 outbox second copy, nonces"),
        }
    }

    /// Nonce and ciphertext of a text that stands at `place`.
    pub(crate) fn close(&self, place: &[u8], text: &[u8]) -> Option<Vec<u8>> {
        let mut hasher = blake3::Hasher::new_keyed(&self.nonces);
        hasher.update(&(place.len() as u64).to_le_bytes()).update(place).update(text);
        let mut nonce = [0; 24];
        hasher.finalize_xof().fill(&mut nonce);
        let payload = Payload { msg: text, aad: place };
        let sealed = self.aead.encrypt(&XNonce::from(nonce), payload).ok()?;
        Some([nonce.as_slice(), &sealed].concat())
    }

    /// The text, unless it was garbled or belongs elsewhere.
    pub(crate) fn reveal(&self, place: &[u8], sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, sealed) = sealed.split_first_chunk::<24>()?;
        self.aead.decrypt(&XNonce::from(*nonce), Payload { msg: sealed, aad: place }).ok()
    }

    fn seal(&self, place: u64, record: &Record, out: &mut Vec<u8>) -> io::Result<()> {
        let text = Zeroizing::new(serde_json::to_vec(record)?);
        let too_long = || io::Error::other("an operation is too long to be sealed");
        let sealed = self.close(&place.to_le_bytes(), &text).ok_or_else(too_long)?;
        if sealed.len() > RECORD_BYTES_MAX {
            return Err(too_long());
        }
        let length = u32::try_from(sealed.len()).map_err(io::Error::other)?;
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&sealed);
        Ok(())
    }

    fn open(&self, place: u64, sealed: &[u8]) -> Option<Record> {
        let text = Zeroizing::new(self.reveal(&place.to_le_bytes(), sealed)?);
        serde_json::from_slice(&text).ok()
    }
}
