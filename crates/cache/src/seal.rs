//! The outbox's sealed second copy: a file beside the database, written and synced before a commit
//! says "saved", so that a flipped page of the database cannot take acknowledged work: operations,
//! drafts, what lies in the tray, and which files the server is to get from here; the bytes of
//! those stand beside it, each in a sealed file of its own (`bytes`).
//!
//! The database is the truth whenever it can be read whole, and the file is written anew from it at
//! every start. One thing the database cannot see by itself: that its log has lost its end. So what
//! the copy has beyond the database is taken in at the start (`crate::quarantine`).
//!
//! Once most of it is over it is written anew without that, into a file of its own that takes the
//! old one's place whole. When that fails, the old one goes on: what was appended is safe whatever
//! becomes of the rewriting. On a full disk it cannot be written at the start either: then the old
//! one stays, the cache can be read, and the first append writes it anew or says that there is no
//! room. What a right has taken away is not left in it either ([`Seal::forget_the_past`]).
//!
//! Deliberately absent: anything that the server has.

mod bytes;
mod live;
mod paper;

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

pub(crate) use self::bytes::{Bytes, piece_count, pieces};
pub(crate) use self::live::{Live, Record};
pub(crate) use self::paper::{Cipher, Contents};
use crate::error::{CacheError, Result};
use crate::key::{self, Key, beside};

/// Records beyond those that stand after which the file is written anew, and after which that is
/// tried again when it failed.
const REWRITE_AFTER_RECORDS: u64 = 1_000;
/// Bytes after which it is, unless it was a quarter of that when it was new: what is typed is saved
/// whole every time.
const REWRITE_AFTER_BYTES: u64 = 1024 * 1024;

/// `<name>.outbox`, beside the database.
pub fn path(database: &Path) -> PathBuf {
    beside(database, "outbox")
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
    live: Live,
    /// What takes back a batch that the database did not commit, while the disk refuses even that.
    owed: Vec<Record>,
    /// Written anew once it has more records or bytes than this.
    rewrite_after: (u64, u64),
}

/// The file as it lies on the disk.
struct Sheet {
    file: File,
    records: u64,
    batches: u64,
    /// Where the last whole record ends, and the end stands.
    bytes: u64,
    /// The end that stands there.
    end: Vec<u8>,
    /// It took an old one's place, and only the folder's next sync makes that durable.
    folder_due: bool,
}

impl Seal {
    /// Starts anew with exactly what stands; on a full disk as soon as there is room.
    pub(crate) fn begin(path: &Path, key: &Key, live: Live) -> Result<Self> {
        let cipher = Arc::new(Cipher::new(key));
        let mut open = Open { sheet: None, live, owed: Vec::new(), rewrite_after: (0, 0) };
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
        self.work(|open, path, cipher| Ok(open.sheet(path, cipher).is_err())).await.unwrap_or(true)
    }

    /// Appends and syncs; after `Ok` the records survive a power cut. Returns what takes them back,
    /// for when the database does not commit.
    pub(crate) async fn append(&self, records: Vec<Record>) -> io::Result<Vec<Record>> {
        let append = move |open: &mut Open, path: &Path, cipher: &Cipher| {
            open.owed.iter().cloned().for_each(|record| open.live.take(record));
            let undo = open.live.undo(&records);
            let all = [open.owed.as_slice(), &records].concat();
            open.sheet(path, cipher)?.append(path, cipher, &all)?;
            open.owed.clear();
            records.into_iter().for_each(|record| open.live.take(record));
            open.cut_down(path, cipher);
            Ok(undo)
        };
        self.work(append).await
    }

    /// Whoever opens the cache is told how much could not be read: not again at the next start.
    pub(crate) async fn tell(&self) {
        match self.append(vec![Record::Lost(0)]).await {
            Ok(_) => self.committed().await,
            Err(error) => tracing::warn!(%error, "what is lost is told at the next start, too"),
        }
    }

    /// The database did not commit what was appended last. Where there is no room to say so, it is
    /// said before whatever is appended next: that must not make it look committed.
    pub(crate) async fn take_back(&self, undo: Vec<Record>) {
        if self.append(undo.clone()).await.is_err() {
            tracing::warn!("the outbox's second copy holds what was not saved");
            let owe = |open: &mut Open, _: &Path, _: &Cipher| {
                open.owed = undo;
                Ok(())
            };
            self.work(owe).await.ok();
        }
    }

    /// The database has committed what was appended last. Not synced: without it, nobody knows
    /// whether the last batch was ever acknowledged, and that matters only to a database that has
    /// lost its end, too.
    pub(crate) async fn committed(&self) {
        let noted = self.work(|open, _, cipher| match &mut open.sheet {
            Some(sheet) => sheet.note_committed(cipher),
            None => Ok(()),
        });
        if let Err(error) = noted.await {
            tracing::warn!(%error, "the outbox's second copy does not know of the last commit");
        }
    }

    /// Writes it anew with what stands only, so that nothing else can be read in it.
    pub(crate) async fn forget_the_past(&self) -> io::Result<()> {
        let anew = |open: &mut Open, path: &Path, cipher: &Cipher| {
            open.sheet = None;
            open.sheet(path, cipher).map(drop)
        };
        self.work(anew).await
    }

    async fn work<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Open, &Path, &Cipher) -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let (cipher, path, file) = (self.cipher.clone(), self.path.clone(), self.file.clone());
        let work = move || {
            let mut open = file.lock().unwrap_or_else(PoisonError::into_inner);
            work(&mut open, &path, &cipher)
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
                let sheet = write_anew(path, cipher, &self.live)?;
                self.rewrite_after = sheet.far();
                sheet
            }
        };
        Ok(self.sheet.insert(sheet))
    }

    /// Writes the file anew once most of it is over. What is in it is safe where it is, so a
    /// failure changes nothing but when it is tried again.
    fn cut_down(&mut self, path: &Path, cipher: &Cipher) {
        let Some(sheet) = &self.sheet else { return };
        let (records, bytes) = self.rewrite_after;
        let records = records.max(2 * self.live.len() as u64);
        if sheet.records <= records && sheet.bytes <= bytes {
            return;
        }
        self.rewrite_after = sheet.far();
        match write_anew(path, cipher, &self.live) {
            Ok(sheet) => {
                self.rewrite_after = sheet.far();
                self.sheet = Some(sheet);
            }
            Err(error) => tracing::warn!(%error, "the outbox's second copy stays as long as it is"),
        }
    }
}

impl Sheet {
    /// So many records and bytes are worth being written anew.
    fn far(&self) -> (u64, u64) {
        (self.records + REWRITE_AFTER_RECORDS, REWRITE_AFTER_BYTES.max(4 * self.bytes))
    }

    fn append(&mut self, path: &Path, cipher: &Cipher, records: &[Record]) -> io::Result<()> {
        let (mut bytes, length) = paper::batch(cipher, (self.records, self.batches), records)?;
        if self.folder_due {
            key::sync_folder(path)?;
            self.folder_due = false;
        }
        if let Err(error) = self.write(&bytes).and_then(|()| self.file.sync_data()) {
            if self.write(&self.end.clone()).is_err() {
                self.file.set_len(self.bytes).ok();
            }
            return Err(error);
        }
        self.records += records.len() as u64;
        self.batches += 1;
        self.bytes += length;
        self.end = bytes.split_off(usize::try_from(length).unwrap_or(bytes.len()));
        Ok(())
    }

    fn note_committed(&mut self, cipher: &Cipher) -> io::Result<()> {
        let end = paper::end(cipher, self.records, true)?;
        self.write(&end)?;
        self.end = end;
        Ok(())
    }

    /// Over the end; nothing that was half written before stays behind it. The room that it needs
    /// is taken first: where there is none the end stays, and the file is whole.
    fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        let (before, end) = (self.file.metadata()?.len(), self.bytes + bytes.len() as u64);
        if end > before {
            self.file.seek(SeekFrom::Start(before))?;
            let room = vec![0; usize::try_from(end - before).unwrap_or_default()];
            self.file.write_all(&room)?;
        }
        self.file.seek(SeekFrom::Start(self.bytes))?;
        self.file.write_all(bytes)?;
        if before > end { self.file.set_len(end) } else { Ok(()) }
    }
}

/// Writes a new file and puts it in the old one's place. Until then the old one is as it was; from
/// then on the answer is the new one, whatever the folder says.
fn write_anew(path: &Path, cipher: &Cipher, live: &Live) -> io::Result<Sheet> {
    let standing = live.records();
    let (frames, length) = paper::batch(cipher, (0, 0), &standing)?;
    let mut bytes = paper::MAGIC.to_vec();
    bytes.extend_from_slice(frames.get(..usize::try_from(length).unwrap_or(0)).unwrap_or(&[]));
    let (records, length) = (standing.len() as u64, bytes.len() as u64);
    let end = paper::end(cipher, records, true)?;
    bytes.extend_from_slice(&end);
    let new = beside(path, "new");
    let written = write_new(&new, &bytes).and_then(|file| {
        std::fs::rename(&new, path)?;
        Ok(file)
    });
    if written.is_err() {
        // Half a file would only take the room that the rest needs.
        std::fs::remove_file(&new).ok();
    }
    let folder_due = written.is_ok() && key::sync_folder(path).is_err();
    Ok(Sheet { file: written?, records, batches: 1, bytes: length, end, folder_due })
}

fn write_new(new: &Path, bytes: &[u8]) -> io::Result<File> {
    let mut file = File::options().write(true).create(true).truncate(true).open(new)?;
    file.write_all(bytes)?;
    file.sync_all()?;
    Ok(file)
}

/// Reads whatever can be read; a missing file holds nothing, `None`.
pub(crate) fn read(path: &Path, key: &Key) -> io::Result<Option<Contents>> {
    let mut bytes = Vec::new();
    match File::open(path) {
        Ok(mut file) => file.read_to_end(&mut bytes)?,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error),
    };
    Ok(Some(paper::read(&bytes, &Cipher::new(key))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::table::operation::Kept;
    use holdfast_domain::{AgentId, OperationId, TicketId};
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
            pushed: false,
        }))
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_was_half_written_does_not_hide_what_comes_after_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, key) = (folder.path().join("copy"), Key::new([7; 32]));
        let seal = Seal::begin(&path, &key, Live::default()).expect("begun");
        seal.append(vec![kept(1)]).await.expect("one");
        // As a write leaves it that ended in the middle, and could not be cut off again.
        let mut file = File::options().append(true).open(&path).expect("the file");
        file.write_all(&[200, 0, 0, 0, 1, 2, 3]).expect("half a record");
        seal.append(vec![kept(2)]).await.expect("two");
        let found = read(&path, &key).expect("read").expect("a file");
        let places: Vec<i64> = found.live.waiting().iter().map(|kept| kept.position).collect();
        assert_eq!((places, found.lost), (vec![1, 2], 0));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_the_database_did_not_commit_is_taken_back_as_soon_as_there_is_room() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, key) = (folder.path().join("copy"), Key::new([7; 32]));
        let seal = Seal::begin(&path, &key, Live::default()).expect("begun");
        let undo = seal.append(vec![kept(1)]).await.expect("one");
        // As on a disk that is full by then.
        let sheet = seal.file.lock().expect("open").sheet.replace(Sheet {
            file: File::open(&path).expect("for reading"),
            records: 0,
            batches: 0,
            bytes: 0,
            end: Vec::new(),
            folder_due: false,
        });
        seal.take_back(undo).await;
        seal.file.lock().expect("open").sheet = sheet;
        seal.append(vec![kept(2)]).await.expect("there is room");
        let found = read(&path, &key).expect("read").expect("a file");
        let places: Vec<i64> = found.live.waiting().iter().map(|kept| kept.position).collect();
        assert_eq!((places, found.lost), (vec![2], 0));
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn what_could_not_be_read_of_an_earlier_copy_is_known_until_somebody_is_told() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, key) = (folder.path().join("copy"), Key::new([7; 32]));
        let live = Live { lost: 2, ..Live::default() };
        let seal = Seal::begin(&path, &key, live).expect("begun");
        seal.append(vec![kept(1)]).await.expect("one");
        let found = || read(&path, &key).expect("read").expect("a file");
        assert_eq!(found().live.lost, 2, "whoever sets it aside now must say so");
        assert_eq!(found().lost, 0, "it is whole itself");
        seal.tell().await;
        assert_eq!(found().live.lost, 0, "once");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn nothing_is_said_to_be_saved_while_the_folder_may_still_name_the_old_file() {
        let folder = tempfile::tempdir().expect("a folder");
        let (path, key) = (folder.path().join("copy"), Key::new([7; 32]));
        let seal = Seal::begin(&path, &key, Live::default()).expect("begun");
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
