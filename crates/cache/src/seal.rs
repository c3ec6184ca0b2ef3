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
//! Once most of it is settled it is written anew without that, into a file of its own that takes
//! the old one's place whole. When that fails, the old one goes on: an operation that was appended
//! is safe whatever becomes of the rewriting. On a full disk it cannot be written at the start
//! either: then the old one stays, the cache can be read, and the first append writes it anew or
//! says that there is no room.
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

use crate::error::{CacheError, Result};
use crate::key::{self, Key, beside};
use crate::table::operation::Kept;

const MAGIC: &[u8] = b"holdfast outbox 1\n";
/// A longer record is a garbled length. The longest operation twice over, and its frame.
const RECORD_BYTES_MAX: usize = 2 * holdfast_domain::operation::OPERATION_BYTES_MAX + 4096;
/// Records beyond those that wait after which the file is written anew, and after which that is
/// tried again when it failed.
const REWRITE_AFTER_RECORDS: u64 = 1_000;

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
    /// `None` until there is room for it.
    sheet: Option<Sheet>,
    waiting: BTreeMap<i64, Kept>,
    /// Written anew once it has more records than this.
    rewrite_after: u64,
}

/// The file as it lies on the disk.
struct Sheet {
    file: File,
    records: u64,
    /// Where the last whole record ends.
    bytes: u64,
    /// It took an old one's place, and only the folder's next sync makes that durable.
    folder_due: bool,
}

impl Seal {
    /// Starts anew with exactly what the database says waits; on a full disk as soon as there is
    /// room.
    pub(crate) fn begin(path: &Path, key: &Key, waiting: Vec<Kept>) -> Result<Self> {
        let cipher = Arc::new(Cipher::new(key));
        let waiting = waiting.into_iter().map(|kept| (kept.position, kept)).collect();
        let mut open = Open { sheet: None, waiting, rewrite_after: 0 };
        match open.sheet(path, &cipher).map(drop).map_err(CacheError::from) {
            Err(CacheError::Full) => tracing::warn!("the disk is full: nothing can be saved"),
            begun => begun?,
        }
        Ok(Self { cipher, path: path.to_owned(), file: Arc::new(Mutex::new(open)) })
    }

    /// Whether the disk has been too full since the start; asks it once more.
    pub(crate) async fn is_kept_out(&self) -> bool {
        // Whoever holds the lock is writing.
        if self.file.try_lock().map_or(true, |open| open.sheet.is_some()) {
            return false;
        }
        let (cipher, path, file) = (self.cipher.clone(), self.path.clone(), self.file.clone());
        let work = move || {
            let mut open = file.lock().unwrap_or_else(PoisonError::into_inner);
            open.sheet(&path, &cipher).is_err()
        };
        tokio::task::spawn_blocking(work).await.unwrap_or(true)
    }

    /// Appends and syncs; after `Ok` the records survive a power cut. Returns what takes them back,
    /// for when the database does not commit.
    pub(crate) async fn append(&self, records: Vec<Record>) -> io::Result<Vec<Record>> {
        let (cipher, path, file) = (self.cipher.clone(), self.path.clone(), self.file.clone());
        let work = move || {
            let mut open = file.lock().unwrap_or_else(PoisonError::into_inner);
            let undo = open.undo(&records);
            open.sheet(&path, &cipher)?.append(&path, &cipher, &records)?;
            open.take(records);
            open.cut_down(&path, &cipher);
            Ok(undo)
        };
        tokio::task::spawn_blocking(work).await.map_err(io::Error::other)?
    }
}

impl Open {
    /// The file; written anew if that has not been possible before.
    fn sheet(&mut self, path: &Path, cipher: &Cipher) -> io::Result<&mut Sheet> {
        let sheet = match self.sheet.take() {
            Some(sheet) => sheet,
            None => {
                let sheet = write_anew(path, cipher, &self.waiting)?;
                self.rewrite_after = sheet.records + REWRITE_AFTER_RECORDS;
                sheet
            }
        };
        Ok(self.sheet.insert(sheet))
    }

    /// Writes the file anew once most of it is settled. What is in it is safe where it is, so a
    /// failure changes nothing but when it is tried again.
    fn cut_down(&mut self, path: &Path, cipher: &Cipher) {
        let records = self.sheet.as_ref().map_or(0, |sheet| sheet.records);
        if records <= self.rewrite_after.max(2 * self.waiting.len() as u64) {
            return;
        }
        match write_anew(path, cipher, &self.waiting) {
            Ok(sheet) => {
                self.rewrite_after = sheet.records + REWRITE_AFTER_RECORDS;
                self.sheet = Some(sheet);
            }
            Err(error) => {
                tracing::warn!(%error, "the outbox's second copy stays as long as it is");
                self.rewrite_after = records + REWRITE_AFTER_RECORDS;
            }
        }
    }

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

    fn take(&mut self, records: Vec<Record>) {
        for record in records {
            match record {
                Record::Kept(kept) => {
                    self.waiting.insert(kept.position, *kept);
                }
                Record::Gone(id) => self.waiting.retain(|_, kept| kept.id != id),
            }
        }
    }
}

impl Sheet {
    fn append(&mut self, path: &Path, cipher: &Cipher, records: &[Record]) -> io::Result<()> {
        let mut bytes = Vec::new();
        for (place, record) in (self.records..).zip(records) {
            cipher.seal(place, record, &mut bytes)?;
        }
        if self.folder_due {
            key::sync_folder(path)?;
            self.folder_due = false;
        }
        // What was half written before would hide what comes after it.
        if self.file.metadata()?.len() != self.bytes {
            self.file.set_len(self.bytes)?;
        }
        if let Err(error) = self.file.write_all(&bytes).and_then(|()| self.file.sync_data()) {
            self.file.set_len(self.bytes).ok();
            return Err(error);
        }
        self.records += records.len() as u64;
        self.bytes += bytes.len() as u64;
        Ok(())
    }
}

/// Writes a new file and puts it in the old one's place. Until then the old one is as it was; from
/// then on the answer is the new one, whatever the folder says.
fn write_anew(path: &Path, cipher: &Cipher, waiting: &BTreeMap<i64, Kept>) -> io::Result<Sheet> {
    let mut bytes = MAGIC.to_vec();
    for (place, kept) in (0..).zip(waiting.values()) {
        cipher.seal(place, &Record::Kept(Box::new(kept.clone())), &mut bytes)?;
    }
    let new = beside(path, "new");
    let written = write_new(&new, &bytes).and_then(|file| {
        std::fs::rename(&new, path)?;
        Ok(file)
    });
    if written.is_err() {
        // Half a file would only take the room that the rest needs.
        std::fs::remove_file(&new).ok();
    }
    let (records, length) = (waiting.len() as u64, bytes.len() as u64);
    let folder_due = written.is_ok() && key::sync_folder(path).is_err();
    Ok(Sheet { file: written?, records, bytes: length, folder_due })
}

fn write_new(new: &Path, bytes: &[u8]) -> io::Result<File> {
    let mut file = File::options().append(true).create(true).open(new)?;
    file.set_len(0)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(file)
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

#[cfg(test)]
mod tests {
    use super::*;
    use holdfast_domain::{AgentId, TicketId};
    use jiff::Timestamp;
    use uuid::Uuid;

    fn kept(n: u128) -> Record {
        let id = Uuid::from_u128(n);
        Record::Kept(Box::new(Kept {
            position: i64::try_from(n).expect("a small number"),
            id: OperationId(id),
            ticket: TicketId(id),
            author: AgentId(id),
            bytes: "{}".to_owned(),
            release_at: Timestamp::UNIX_EPOCH,
        }))
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_was_half_written_does_not_hide_what_comes_after_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, key) = (folder.path().join("copy"), Key::new([7; 32]));
        let seal = Seal::begin(&path, &key, Vec::new()).expect("begun");
        seal.append(vec![kept(1)]).await.expect("one");
        // As a write leaves it that ended in the middle, and could not be cut off again.
        let mut file = File::options().append(true).open(&path).expect("the file");
        file.write_all(&[200, 0, 0, 0, 1, 2, 3]).expect("half a record");
        seal.append(vec![kept(2)]).await.expect("two");
        let found = read(&path, &key).expect("read");
        let places: Vec<i64> = found.waiting.iter().map(|kept| kept.position).collect();
        assert_eq!((places, found.lost), (vec![1, 2], 0));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn nothing_is_said_to_be_saved_while_the_folder_may_still_name_the_old_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, key) = (folder.path().join("copy"), Key::new([7; 32]));
        let seal = Seal::begin(&path, &key, Vec::new()).expect("begun");
        let due = |due| {
            let mut open = seal.file.lock().expect("open");
            let sheet = open.sheet.as_mut().expect("begun");
            std::mem::replace(&mut sheet.folder_due, due)
        };
        due(true);
        seal.append(vec![kept(1)]).await.expect("the folder is synced first");
        assert!(!due(true));
        folder.close().expect("gone");
        assert!(seal.append(vec![kept(2)]).await.is_err(), "refused");
    }
}
