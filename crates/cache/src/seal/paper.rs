//! Paper: how the second copy stands in its file, and how it is read from what is left of one.
//!
//! ```text
//! file   = MAGIC, frame*, end
//! frame  = MARK, length u32 LE, place u64 LE, sealed(Line::Of)        one record each
//! end    = the same of Line::End: how many frames there are, and whether the last batch of them
//!          was committed; the next batch is written over it
//! sealed = nonce 24, XChaCha20-Poly1305(JSON), aad = place
//! ```
//!
//! A frame that cannot be read costs itself: the next is found by its mark, and the places say how
//! many were lost. An end that is missing means that the file was cut, or torn while it was
//! written. The first format (`holdfast outbox 1`) had neither marks, places nor an end; it is read
//! where a damaged cache of an earlier version left one.
//!
//! The nonce comes from key, place and text (a synthetic nonce: equal only for equal records in one
//! place, which is harmless, and no randomness is needed).

use std::io;

use chacha20poly1305::aead::{Aead, Payload};
use chacha20poly1305::{Key as AeadKey, KeyInit, XChaCha20Poly1305, XNonce};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use super::live::{Live, Record};
use crate::key::Key;

pub(super) const MAGIC: &[u8] = b"holdfast outbox 2\n";
const MAGIC_1: &[u8] = b"holdfast outbox 1\n";
const MARK: [u8; 8] = *b"\x00\xF0record";
/// Mark, length, place.
const HEAD: usize = 20;

/// What a frame holds.
#[derive(Serialize, Deserialize)]
enum Line {
    /// One of the records that were written together.
    Of { batch: u64, record: Record },
    /// Nothing stands behind it. A number, so that both have one length.
    End { committed: u8 },
}

/// What a file holds.
#[derive(Debug, Default)]
pub(crate) struct Contents {
    /// Everything that was written.
    pub(crate) live: Live,
    /// The same without the last batch, if nobody knows whether that was ever committed.
    sure: Option<Live>,
    /// Records that could not be read, and one if the end is missing.
    pub(crate) lost: usize,
    /// Whether at least one record was read: the key is right.
    pub(crate) opened: bool,
}

impl Contents {
    /// What was certainly committed.
    pub(crate) fn sure(&self) -> &Live {
        self.sure.as_ref().unwrap_or(&self.live)
    }
}

/// The frames of a batch that begins at `place`, with an end behind it that says that nobody knows
/// yet whether it was committed. Answers them, and how long they are without the end.
pub(super) fn batch(
    cipher: &Cipher,
    (place, batch): (u64, u64),
    records: &[Record],
) -> io::Result<(Vec<u8>, u64)> {
    let mut bytes = Vec::new();
    for (place, record) in (place..).zip(records) {
        let line = Line::Of { batch, record: record.clone() };
        cipher.frame(place, &line, &mut bytes)?;
    }
    let length = bytes.len() as u64;
    bytes.extend(end(cipher, place + records.len() as u64, false)?);
    Ok((bytes, length))
}

/// The end that stands behind that many frames.
pub(super) fn end(cipher: &Cipher, frames: u64, committed: bool) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    cipher.frame(frames, &Line::End { committed: u8::from(committed) }, &mut bytes)?;
    Ok(bytes)
}

/// Reads whatever can be read.
pub(super) fn read(bytes: &[u8], cipher: &Cipher) -> Contents {
    match bytes.strip_prefix(MAGIC_1) {
        Some(rest) => read_first(rest, cipher),
        None => conclude(lines(bytes, cipher)),
    }
}

/// Every frame that can be read, with its place, wherever it stands.
fn lines(bytes: &[u8], cipher: &Cipher) -> Vec<(u64, Line)> {
    let (mut found, mut at) = (Vec::new(), 0);
    while let Some(next) = bytes.get(at..).and_then(find_mark) {
        at += next;
        match frame(&bytes[at..], cipher) {
            Some((place, line, length)) => {
                found.push((place, line));
                at += length;
            }
            None => at += 1,
        }
    }
    found
}

fn find_mark(bytes: &[u8]) -> Option<usize> {
    bytes.windows(MARK.len()).position(|window| window == MARK)
}

/// The frame that begins here: place, what is in it, its length.
fn frame(bytes: &[u8], cipher: &Cipher) -> Option<(u64, Line, usize)> {
    let (length, rest) = bytes.get(MARK.len()..)?.split_first_chunk::<4>()?;
    let (place, rest) = rest.split_first_chunk::<8>()?;
    let (length, place) = (u32::from_le_bytes(*length) as usize, u64::from_le_bytes(*place));
    let sealed = rest.get(..length)?;
    Some((place, cipher.open(place, sealed)?, HEAD + length))
}

fn conclude(lines: Vec<(u64, Line)>) -> Contents {
    let mut found = Contents { opened: !lines.is_empty(), ..Contents::default() };
    let (mut places, mut committed) = (Vec::new(), None);
    let mut last: (u64, Vec<Record>) = (0, Vec::new());
    for (place, line) in lines {
        match line {
            Line::End { committed: said } => committed = Some((place, said > 0)),
            Line::Of { batch, record } => {
                places.push(place);
                if batch != last.0 {
                    let before = std::mem::replace(&mut last, (batch, Vec::new()));
                    before.1.into_iter().for_each(|record| found.live.take(record));
                }
                last.1.push(record);
            }
        }
    }
    let written = places.last().map_or(0, |last| last + 1);
    let read = places.len() as u64;
    let count = |until: u64| usize::try_from(until.saturating_sub(read)).unwrap_or(usize::MAX);
    found.lost = match committed {
        Some((frames, _)) if frames >= written => count(frames),
        _ => count(written) + 1,
    };
    let sure = matches!(committed, Some((frames, true)) if frames >= written);
    found.sure = (!sure).then(|| found.live.clone());
    last.1.into_iter().for_each(|record| found.live.take(record));
    found
}

/// The format of the first version: length, record; a garbled length ends it.
fn read_first(mut rest: &[u8], cipher: &Cipher) -> Contents {
    let mut found = Contents::default();
    for place in 0.. {
        let Some((length, after)) = rest.split_first_chunk::<4>() else {
            found.lost += usize::from(!rest.is_empty());
            break;
        };
        let length = u32::from_le_bytes(*length) as usize;
        if length > after.len() {
            found.lost += 1;
            break;
        }
        let (sealed, next) = after.split_at(length);
        let record = cipher.open::<Record>(place, sealed);
        found.opened |= record.is_some();
        match record {
            Some(record) => found.live.take(record),
            None => found.lost += 1,
        }
        rest = next;
    }
    found
}

/// Seals and opens single texts. Also used for the tray and for what a quarantine saves.
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

    fn frame(&self, place: u64, line: &Line, out: &mut Vec<u8>) -> io::Result<()> {
        let text = Zeroizing::new(serde_json::to_vec(line)?);
        let too_long = || io::Error::other("what was written is too long to be sealed");
        let sealed = self.close(&place.to_le_bytes(), &text).ok_or_else(too_long)?;
        let length = u32::try_from(sealed.len()).map_err(|_| too_long())?;
        out.extend_from_slice(&MARK);
        out.extend_from_slice(&length.to_le_bytes());
        out.extend_from_slice(&place.to_le_bytes());
        out.extend_from_slice(&sealed);
        Ok(())
    }

    fn open<T: DeserializeOwned>(&self, place: u64, sealed: &[u8]) -> Option<T> {
        let text = Zeroizing::new(self.reveal(&place.to_le_bytes(), sealed)?);
        serde_json::from_slice(&text).ok()
    }
}
