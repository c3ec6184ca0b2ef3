//! Bytes: the second copy of files that the server is still to get from here, a sealed file each
//! beside the database.
//!
//! ```text
//! name  = <name of the database>.file-<32 digits of the hash's own hash, under a key of ours>
//! file  = piece*
//! piece = nonce 24, XChaCha20-Poly1305(at most BLOB_CHUNK_BYTES), aad = "file", hash, n
//! ```
//!
//! All pieces but the last are equally long, so that each is found whatever became of the others.
//! The folder does not say which file it is: who has a file could ask for it otherwise. One is
//! written and synced before the commit that keeps the file, and removed after the one that lets it
//! go; what a crash leaves between the two is swept up at the next start.
//!
//! Deliberately absent: which files those are (`Live`), and files that the server has.

use std::collections::BTreeSet;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use holdfast_protocol::limits::BLOB_CHUNK_BYTES;
use zeroize::Zeroizing;

use super::paper::Cipher;
use crate::key::{self, Key, beside};

const ENDING: &str = "file-";
/// Nonce and tag of a piece.
const SEAL_BYTES: usize = 24 + 16;

/// The second copies of the files of one database.
pub(crate) struct Bytes {
    cipher: Cipher,
    names: Zeroizing<[u8; 32]>,
    database: PathBuf,
}

impl Bytes {
    pub(crate) fn new(database: &Path, key: &Key) -> Self {
        Self {
            cipher: Cipher::new(key),
            names: key.derive("holdfast 2026-11 names of second copies of files"),
            database: database.to_owned(),
        }
    }

    /// Writes a whole file; after `Ok` it survives a power cut.
    pub(crate) fn write(&self, hash: &str, bytes: &[u8]) -> io::Result<()> {
        let mut sealed = Vec::with_capacity(bytes.len() + SEAL_BYTES);
        for (n, piece) in (0u32..).zip(pieces(bytes)) {
            let piece = self.cipher.close(&place(hash, n), piece);
            sealed.extend(piece.ok_or_else(|| io::Error::other("a file is too long"))?);
        }
        let path = self.path(hash);
        let written = key::replace(&path, &sealed);
        if written.is_err() {
            // Half a file would only take the room that the rest needs.
            std::fs::remove_file(beside(&path, "new")).ok();
        }
        written
    }

    /// One piece of a file of that size, unless it is not there or was garbled.
    pub(crate) fn piece(&self, hash: &str, size_bytes: u64, n: u32) -> Option<Vec<u8>> {
        let stride = (BLOB_CHUNK_BYTES + SEAL_BYTES) as u64;
        let at = u64::from(n) * stride;
        let length = stride.min(sealed_bytes(size_bytes).checked_sub(at)?);
        let mut file = File::open(self.path(hash)).ok()?;
        file.seek(SeekFrom::Start(at)).ok()?;
        let mut sealed = vec![0; usize::try_from(length).ok()?];
        file.read_exact(&mut sealed).ok()?;
        self.cipher.reveal(&place(hash, n), &sealed)
    }

    /// Whether one lies there that is as long as a file of that size. It is not read.
    pub(crate) fn is_there(&self, hash: &str, size_bytes: u64) -> bool {
        std::fs::metadata(self.path(hash)).is_ok_and(|copy| copy.len() == sealed_bytes(size_bytes))
    }

    /// Removes it, if it is there.
    pub(crate) fn remove(&self, hash: &str) -> io::Result<()> {
        match std::fs::remove_file(self.path(hash)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// Removes all but these.
    pub(crate) fn keep_only(&self, hashes: &BTreeSet<String>) -> io::Result<()> {
        let kept: BTreeSet<PathBuf> = hashes.iter().map(|hash| self.path(hash)).collect();
        let begin = beside(&self.database, ENDING);
        let begin = begin.file_name().unwrap_or_default().to_string_lossy().into_owned();
        for entry in std::fs::read_dir(self.database.parent().unwrap_or(Path::new(".")))? {
            let entry = entry?;
            let ours = entry.file_name().to_string_lossy().starts_with(&begin);
            if ours && !kept.contains(&entry.path()) {
                std::fs::remove_file(entry.path())?;
            }
        }
        Ok(())
    }

    fn path(&self, hash: &str) -> PathBuf {
        let name = blake3::keyed_hash(&self.names, hash.as_bytes()).to_hex();
        beside(&self.database, &format!("{ENDING}{}", &name[..32]))
    }
}

/// The pieces in which a file is kept and sent. One of no bytes has one, too.
pub(crate) fn pieces(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let (first, rest) = bytes.split_at(bytes.len().min(BLOB_CHUNK_BYTES));
    std::iter::once(first).chain(rest.chunks(BLOB_CHUNK_BYTES))
}

/// How many pieces a file of that size has.
pub(crate) fn piece_count(size_bytes: u64) -> u32 {
    let count = size_bytes.div_ceil(BLOB_CHUNK_BYTES as u64).max(1);
    u32::try_from(count).unwrap_or(u32::MAX)
}

fn sealed_bytes(size_bytes: u64) -> u64 {
    size_bytes + u64::from(piece_count(size_bytes)) * SEAL_BYTES as u64
}

fn place(hash: &str, n: u32) -> Vec<u8> {
    [b"file", hash.as_bytes(), &n.to_le_bytes()].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_damaged_piece_costs_no_other() {
        let folder = tempfile::tempdir().expect("a folder");
        let bytes = Bytes::new(&folder.path().join("desk.db"), &Key::new([7; 32]));
        let file: Vec<u8> = (0..2 * BLOB_CHUNK_BYTES + 5).map(|n| (n % 251) as u8).collect();
        let (hash, size_bytes) = (blake3::hash(&file).to_hex(), file.len() as u64);
        bytes.write(&hash, &file).expect("written");
        assert!(bytes.is_there(&hash, size_bytes) && !bytes.is_there(&hash, size_bytes + 1));
        let path = bytes.path(&hash);
        let mut copy = std::fs::read(&path).expect("the copy");
        copy[BLOB_CHUNK_BYTES + SEAL_BYTES + 9] ^= 1;
        std::fs::write(&path, copy).expect("damaged");
        let found = (0..4).map(|n| bytes.piece(&hash, size_bytes, n)).collect::<Vec<_>>();
        assert_eq!(found[0].as_deref(), Some(&file[..BLOB_CHUNK_BYTES]));
        assert_eq!(found[1], None, "garbled");
        assert_eq!(found[2].as_deref(), Some(&file[2 * BLOB_CHUNK_BYTES..]));
        assert_eq!(found[3], None, "there are three");
    }

    #[test]
    fn what_nobody_names_is_swept_up_and_nothing_else_is() {
        let folder = tempfile::tempdir().expect("a folder");
        let database = folder.path().join("desk.db");
        let bytes = Bytes::new(&database, &Key::new([7; 32]));
        let (mine, old) = ("a".repeat(64), "b".repeat(64));
        bytes.write(&mine, b"").expect("a file of no bytes");
        bytes.write(&old, b"old").expect("written");
        std::fs::write(&database, b"the database").expect("written");
        bytes.keep_only(&BTreeSet::from([mine.clone()])).expect("swept");
        assert_eq!(bytes.piece(&mine, 0, 0).as_deref(), Some(&b""[..]));
        assert!(!bytes.is_there(&old, 3) && database.exists());
    }
}
