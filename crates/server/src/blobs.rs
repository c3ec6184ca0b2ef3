//! Blobs: the bytes of attachments, as files named by their BLAKE3.
//!
//! An upload collects in a folder of its author's own until all chunks are there and the hash was
//! checked; only then is the file put where everybody's is. So nobody can spoil, or learn by its
//! hash alone, what somebody else uploads.

use std::io::{Read, Seek, SeekFrom};
use std::path::PathBuf;

use anyhow::{Context, Result};
use holdfast_domain::{AgentId, TicketId};
use holdfast_protocol::blob::BlobState;
use holdfast_protocol::limits::BLOB_CHUNK_BYTES;
use holdfast_protocol::{Code, Failure};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use crate::core::Core;
use crate::error::{self, Error};
use crate::http::Caller;
use crate::store::attachment::{self, Named};
use crate::store::{Durability, delivery, ticket};
use crate::sync::sight::sees;

/// An upload that was not gone on with for so long is given up.
const FORGOTTEN_AFTER: SignedDuration = SignedDuration::from_hours(7 * 24);

/// What an upload is about.
#[derive(Clone, Debug)]
struct Upload {
    hash: String,
    author: AgentId,
    size_bytes: u64,
}

/// What is there of the caller's upload, or of a file the caller may read.
pub async fn state(core: &Core, caller: &Caller, hash: &str) -> error::Result<BlobState> {
    let named = named(core, caller, hash, is_by).await?;
    let size_bytes = named[0].size_bytes.unsigned_abs();
    let upload = Upload { hash: hash.to_owned(), author: caller.agent, size_bytes };
    // What the caller still owes counts, not what others have brought: a known hash never skips
    // the upload.
    let owed = owed_by(&named, caller.agent).is_some();
    let complete = !owed && named.iter().any(|named| named.completed_at.is_some());
    let all = 0..chunks(size_bytes);
    let chunks = match complete {
        true => all.collect(),
        false => all.filter(|chunk| upload.chunk_path(core, *chunk).exists()).collect(),
    };
    Ok(BlobState { hash: upload.hash, size_bytes, chunks, complete })
}

/// Takes a chunk of a file that the caller's own words name.
pub async fn put(
    core: &Core,
    caller: &Caller,
    (hash, chunk, size_bytes): (&str, u32, u64),
    bytes: Vec<u8>,
) -> error::Result<BlobState> {
    let limit = core.config.limits.attachment_bytes;
    if size_bytes > limit {
        let failure = Failure::new(Code::TooLarge, "the file is larger than this server takes");
        return Err(failure.with("limit_bytes", limit).into());
    }
    let named = named(core, caller, hash, is_by).await?;
    let own = |named: &&Named| is_by(named, caller.agent);
    let mine = owed_by(&named, caller.agent).or_else(|| named.iter().find(own));
    let mine = mine.ok_or_else(Error::not_found)?;
    if mine.size_bytes.unsigned_abs() != size_bytes {
        return Err(Error::bad_request("the words that name this file state another size"));
    }
    let upload = Upload { hash: hash.to_owned(), author: caller.agent, size_bytes };
    if chunk_bytes(size_bytes, chunk) != Some(bytes.len()) {
        return Err(Error::bad_request("no chunk of that place has that size"));
    }
    if mine.completed_at.is_none() {
        let (path, writing) = (upload.chunk_path(core, chunk), upload.clone());
        let whole = upload.path(core);
        let there: Vec<PathBuf> =
            (0..chunks(size_bytes)).map(|chunk| upload.chunk_path(core, chunk)).collect();
        let done = tokio::task::spawn_blocking(move || {
            write(&path, &bytes)?;
            writing.put_together(&there, &whole)
        });
        let done = done.await.context("writing a chunk")??;
        match done {
            Some(true) => complete(core, hash, caller.agent).await?,
            Some(false) => {
                return Err(Error::bad_request("the bytes do not have that hash: send them again"));
            }
            None => {}
        }
    }
    state(core, caller, hash).await
}

/// The caller will not bring a file: replies of theirs that wait for it go to nobody, also if the
/// same bytes come one day. What has gone out has gone out; the state says whether it has.
pub async fn forgo(core: &Core, caller: &Caller, hash: &str) -> error::Result<BlobState> {
    let named = named(core, caller, hash, is_by).await?;
    let owed = |named: &&Named| is_by(named, caller.agent) && named.completed_at.is_none();
    let mut writing = core.write(Durability::Power).await?;
    for named in named.iter().filter(owed) {
        delivery::end(&mut writing.tx, named.entry).await?;
    }
    writing.finish().await?;
    state(core, caller, hash).await
}

/// Gives a chunk of a file that visible words name and whose upload is complete.
pub async fn get(core: &Core, caller: &Caller, hash: &str, chunk: u32) -> error::Result<Vec<u8>> {
    let named = named(core, caller, hash, |_, _| false).await?;
    let found = named.iter().find(|named| named.completed_at.is_some());
    let size_bytes = found.ok_or_else(Error::not_found)?.size_bytes.unsigned_abs();
    self::chunk(core, hash, size_bytes, chunk).await
}

/// A chunk of a complete file, for whoever may read it.
pub async fn chunk(core: &Core, hash: &str, size_bytes: u64, chunk: u32) -> error::Result<Vec<u8>> {
    let bytes = chunk_bytes(size_bytes, chunk).ok_or_else(Error::not_found)?;
    let path = path(core, hash);
    let read = tokio::task::spawn_blocking(move || -> Result<Vec<u8>> {
        let mut file = std::fs::File::open(path).context("a complete blob without its file")?;
        file.seek(SeekFrom::Start(u64::from(chunk) * BLOB_CHUNK_BYTES as u64))?;
        let mut read = vec![0; bytes];
        file.read_exact(&mut read)?;
        Ok(read)
    });
    Ok(read.await.context("reading a chunk")??)
}

/// Removes uploads that nobody has gone on with for a week; whoever comes back begins anew.
pub fn sweep(core: &Core) -> Result<()> {
    let now = core.now();
    let Ok(authors) = std::fs::read_dir(core.config.data_dir.join("blobs").join("uploads")) else {
        return Ok(());
    };
    for author in authors {
        for upload in std::fs::read_dir(author?.path())? {
            let upload = upload?;
            let touched = Timestamp::try_from(upload.metadata()?.modified()?)?;
            if now.duration_since(touched) > FORGOTTEN_AFTER {
                std::fs::remove_dir_all(upload.path())?;
            }
        }
    }
    Ok(())
}

/// Where the bytes of a complete blob are.
pub fn path(core: &Core, hash: &str) -> PathBuf {
    core.config.data_dir.join("blobs").join(&hash[..2]).join(hash)
}

/// A naming whose bytes this author has still to bring.
fn owed_by(named: &[Named], author: AgentId) -> Option<&Named> {
    named.iter().find(|named| is_by(named, author) && named.completed_at.is_none())
}

fn is_by(named: &Named, author: AgentId) -> bool {
    named.author == Some(author.0)
}

/// The namings of a file in tickets the caller sees, and `besides` those; never empty. An upload is
/// its author's wherever the ticket is by now: words that were accepted wait for it.
async fn named(
    core: &Core,
    caller: &Caller,
    hash: &str,
    besides: fn(&Named, AgentId) -> bool,
) -> error::Result<Vec<Named>> {
    let hexadecimal = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    if hash.len() != 64 || !hash.bytes().all(hexadecimal) {
        return Err(Error::bad_request("a hash is 64 small hexadecimal digits"));
    }
    let directory = core.directory();
    let mut tx = core.db.read().await?;
    let mut found = Vec::new();
    for named in attachment::of_hash(&mut tx, hash).await? {
        if besides(&named, caller.agent) {
            found.push(named);
            continue;
        }
        let row = ticket::get(&mut tx, TicketId(named.ticket)).await?;
        let sight = row.map(|row| row.state().sight()).unwrap_or_default();
        if sees(&directory, caller.agent, &sight) {
            found.push(named);
        }
    }
    if found.is_empty() { Err(Error::not_found()) } else { Ok(found) }
}

/// The author has brought the bytes; replies that waited for them go out.
async fn complete(core: &Core, hash: &str, author: AgentId) -> Result<()> {
    let mut writing = core.write(Durability::Power).await?;
    let now_us = core.now().as_microsecond();
    attachment::complete(&mut writing.tx, hash, author, now_us).await?;
    let named = attachment::of_hash(&mut writing.tx, hash).await?;
    let entries: Vec<Uuid> = named.iter().map(|named| named.entry).collect();
    delivery::release(&mut writing.tx, &entries).await?;
    writing.finish().await
}

fn chunks(size_bytes: u64) -> u32 {
    let chunks = size_bytes.div_ceil(BLOB_CHUNK_BYTES as u64).max(1);
    u32::try_from(chunks).unwrap_or(u32::MAX)
}

/// The size that chunk must have; `None` if there is no such chunk.
fn chunk_bytes(size_bytes: u64, chunk: u32) -> Option<usize> {
    let begin = u64::from(chunk) * BLOB_CHUNK_BYTES as u64;
    let left = size_bytes.checked_sub(begin)?;
    let (all, last) = (chunks(size_bytes), chunk + 1 == chunks(size_bytes));
    (chunk < all && (left > 0 || last))
        .then(|| usize::try_from(left.min(BLOB_CHUNK_BYTES as u64)).unwrap_or_default())
}

impl Upload {
    fn path(&self, core: &Core) -> PathBuf {
        path(core, &self.hash)
    }

    fn chunk_path(&self, core: &Core, chunk: u32) -> PathBuf {
        let dir = core.config.data_dir.join("blobs").join("uploads");
        dir.join(self.author.to_string()).join(&self.hash).join(chunk.to_string())
    }

    /// Puts the file together once every chunk is there: `None` while some are missing, else
    /// whether the hash was right. The chunks are gone afterwards.
    fn put_together(&self, chunks: &[PathBuf], whole: &std::path::Path) -> Result<Option<bool>> {
        if !chunks.iter().all(|chunk| chunk.exists()) {
            return Ok(None);
        }
        let folder = chunks.first().and_then(|chunk| chunk.parent()).context("no chunks")?;
        let mut bytes = Vec::with_capacity(usize::try_from(self.size_bytes)?);
        for chunk in chunks {
            std::fs::File::open(chunk)?.read_to_end(&mut bytes)?;
        }
        let right = blake3::hash(&bytes).to_hex().as_str() == self.hash;
        if right && !whole.exists() {
            write(whole, &bytes)?;
        }
        std::fs::remove_dir_all(folder)?;
        Ok(Some(right))
    }
}

/// Writes a file so that it is there whole or not at all.
fn write(path: &std::path::Path, bytes: &[u8]) -> Result<()> {
    let folder = path.parent().context("a path without a folder")?;
    std::fs::create_dir_all(folder)?;
    let beside = path.with_extension("part");
    let mut file = std::fs::File::create(&beside)?;
    std::io::Write::write_all(&mut file, bytes)?;
    file.sync_all()?;
    std::fs::rename(&beside, path)?;
    Ok(())
}
