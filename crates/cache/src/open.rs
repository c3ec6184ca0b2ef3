//! Opening: the asserts, the migrations, what was left undone; and the open file itself.
//!
//! Deliberately absent: deleting anything when something is wrong.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use holdfast_domain::AgentId;
use sqlx::sqlite::{SqliteConnection, SqlitePool};
use sqlx::{ConnectOptions, Connection};
use tokio::sync::watch;

use crate::error::{self, CacheError, Result};
use crate::key::{self, Check, Key};
use crate::notice::{Board, Notices};
use crate::pool::{Db, ReadTx, WritePriority, WriteTx, Writers};
use crate::probe::{Probe, Step};
use crate::quarantine::{Beyond, Saved};
use crate::seal::{self, Bytes, Cipher, Contents, Live, Record, Seal};
use crate::search::Tokens;
use crate::table::{blob, draft, operation, sync, tray};
use crate::{connect, purge, quarantine, schema, search};

/// How texts become tokens. A contentless index forgets a text only when it is told the same
/// tokens again, so the same text must always give the same tokens within a version.
#[derive(Clone, Copy)]
pub struct Tokeniser {
    /// Another version: the index is emptied and filled anew.
    pub version: u32,
    /// The tokens of a text.
    pub tokens: fn(&str) -> Tokens,
}

/// How to open.
#[derive(Clone)]
pub struct OpenOptions {
    /// Whose desk this is.
    pub agent: AgentId,
    /// Make a new file if there is none.
    pub create: bool,
    /// How texts become tokens.
    pub tokeniser: Tokeniser,
    /// Asked at each step of a commit, if there is one.
    pub probe: Option<Probe>,
}

/// Why a file was not opened. It was not changed.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// There is no file, and none was to be made.
    #[error("there is no cache file")]
    Missing,
    /// The key is another file's.
    #[error("the key does not fit the cache file")]
    WrongKey,
    /// The key is right and the file is not: [`crate::quarantine_and_salvage`].
    #[error("the cache file is damaged: {why}")]
    Damaged {
        /// What the database said.
        why: String,
    },
    /// A newer Holdfast wrote it.
    #[error("the cache file has schema {found}, newer than this program's")]
    TooNew {
        /// Its schema.
        found: i64,
    },
    /// It is another agent's.
    #[error("the cache file is another agent's")]
    OtherAgent,
    /// Another process has it open.
    #[error("another process has the cache file open")]
    Locked,
    /// The program was built with another SQLite than it was made for.
    #[error("built with another SQLite: {0}")]
    Build(String),
    /// The disk, or a page that cannot be read.
    #[error(transparent)]
    Disk(CacheError),
}

impl From<CacheError> for OpenError {
    fn from(error: CacheError) -> Self {
        match error {
            CacheError::Damaged => Self::Damaged { why: error.to_string() },
            error => Self::Disk(error),
        }
    }
}

/// The open file. Cheap to clone.
#[derive(Clone)]
pub struct Cache(Arc<Shared>);

pub(crate) struct Shared {
    pub(crate) board: Board,
    pub(crate) seal: Seal,
    pub(crate) cipher: Cipher,
    pub(crate) copies: Arc<Bytes>,
    pub(crate) tokeniser: Tokeniser,
    /// Transactions committed since it was opened.
    pub(crate) commits: AtomicU64,
    pub(crate) probe: Option<Probe>,
    /// What opening has saved from damage.
    saved: OnceLock<Saved>,
    /// Whether a reader has met what cannot be read.
    doubt: watch::Sender<bool>,
    path: PathBuf,
    readers: SqlitePool,
    writers: Writers,
}

/// How long dropping waits for connections that somebody still holds.
const LET_GO_WITHIN: Duration = Duration::from_secs(1);

impl Drop for Shared {
    /// Closes what was not closed in good order. At the end of the process SQLCipher frees its
    /// memory whoever uses it: a connection that is still being closed then would crash it.
    fn drop(&mut self) {
        let pools = [self.readers.clone(), self.writers.pool().clone()];
        if pools.iter().all(SqlitePool::is_closed) {
            return;
        }
        let closing = std::thread::spawn(move || {
            let Ok(runtime) = tokio::runtime::Builder::new_current_thread().enable_time().build()
            else {
                return;
            };
            let [readers, writer] = pools;
            let close = async { tokio::join!(readers.close(), writer.close()) };
            let _ = runtime.block_on(async { tokio::time::timeout(LET_GO_WITHIN, close).await });
        });
        if closing.join().is_err() {
            tracing::warn!("the cache was let go without being closed");
        }
    }
}

impl Shared {
    /// Asks the probe, if there is one.
    pub(crate) fn probe(&self, step: Step) -> Result<()> {
        self.probe.as_ref().map_or(Ok(()), |probe| probe(step))
    }

    /// Removes the second copies of files. Those that stay are swept up at the next start, or when
    /// anything is erased.
    pub(crate) async fn remove_copies(&self, hashes: BTreeSet<String>) {
        if hashes.is_empty() {
            return;
        }
        let copies = self.copies.clone();
        let remove = move || {
            for error in hashes.iter().filter_map(|hash| copies.remove(hash).err()) {
                tracing::warn!(%error, "the second copy of a file that is gone stays for now");
            }
        };
        tokio::task::spawn_blocking(remove).await.ok();
    }
}

impl Cache {
    /// Opens, migrates, finishes an unfinished purge, takes in what a quarantine saved. Where there
    /// is nothing of that to do a full disk is no hindrance: everything can be read, and writing
    /// fails until there is room ([`Self::is_disk_full`]).
    pub async fn open(
        path: &Path,
        key: &Key,
        options: OpenOptions,
    ) -> std::result::Result<Self, OpenError> {
        match Self::open_sound(path, key, options).await {
            // A page that cannot be decrypted may show as a value that is not what it should be.
            Err(OpenError::Disk(error @ (CacheError::Stored(_) | CacheError::Sqlite(_)))) => {
                match connect::is_sound(&connect::reading(path, key)).await {
                    Ok(false) => Err(OpenError::Damaged { why: error.to_string() }),
                    _ => Err(OpenError::Disk(error)),
                }
            }
            opened => opened,
        }
    }

    async fn open_sound(
        path: &Path,
        key: &Key,
        options: OpenOptions,
    ) -> std::result::Result<Self, OpenError> {
        let check = key::check(path, key);
        let gone = match std::fs::metadata(path).map_or(0, |found| found.len()) {
            0 => begin_anew(path, key, (check, options.create))?,
            _ => 0,
        };
        if check != Check::Right && path.exists() {
            connect::try_key(path, key).await.map_err(|error| why_not(path, key, error))?;
        }
        let writer = match connect::writer(path, key).await {
            Ok(writer) => writer,
            Err(error) => return Err(why_not(path, key, error)),
        };
        let sealed = seal::path(path);
        let copy = seal::read(&sealed, key).unwrap_or_else(|error| {
            tracing::warn!(%error, "the outbox's second copy cannot be read: it is written anew");
            None
        });
        let (live, beyond) = match prepare(&writer, options.agent, copy.as_ref()).await {
            Ok((mut live, beyond)) => {
                let lost = beyond.lost + gone;
                // The copy is written anew before damage may be met that sets all of this aside.
                live.take(Record::Lost(lost));
                (live, Beyond { lost, ..beyond })
            }
            Err(error) => {
                writer.close().await;
                return Err(error);
            }
        };
        if check != Check::Right {
            // It has opened: whatever the check says, it is the key.
            note_check(path, key)?;
        }
        let doubt = watch::Sender::new(false);
        let readers = connect::readers(path, key, doubt.clone()).await.map_err(CacheError::from)?;
        let tokeniser = options.tokeniser;
        let shared = Shared {
            board: Board::new(),
            seal: Seal::begin(&sealed, key, live)?,
            cipher: Cipher::new(key),
            copies: Arc::new(Bytes::new(path, key)),
            tokeniser,
            commits: AtomicU64::new(0),
            probe: options.probe,
            saved: OnceLock::new(),
            doubt,
            path: path.to_owned(),
            readers,
            writers: Writers::new(writer),
        };
        let cache = Self(Arc::new(shared));
        let lost = beyond.lost;
        cache.take_up(key, beyond, tokeniser.version).await?;
        if lost > 0 {
            cache.0.seal.tell().await;
        }
        Ok(cache)
    }

    /// What opening it has saved from damage, if there was any.
    pub fn saved_from_damage(&self) -> Option<Saved> {
        self.0.saved.get().copied()
    }

    /// A place among the readers. Waits while all are taken.
    pub async fn read(&self) -> Result<ReadTx> {
        // Before the transaction begins: what it reads is then at least as new as the number.
        let commits = self.0.commits.load(Ordering::Acquire);
        Ok(ReadTx::new(self.0.readers.begin().await?, commits))
    }

    /// Turns true when a reader has met something that cannot be read; [`Self::check`] knows
    /// whether the file is damaged. SQLCipher gives zeros for a page that it cannot decrypt, and
    /// only the next statement of that connection fails: where the page is the last of a long text,
    /// whoever read it does not hear of it. So every reader is tried when it has been used. (The
    /// writer cannot commit then.)
    pub fn doubt(&self) -> watch::Receiver<bool> {
        self.0.doubt.subscribe()
    }

    /// The writing connection.
    pub async fn write(&self, priority: WritePriority) -> Result<WriteTx> {
        self.0.writers.begin(priority, self.0.clone()).await
    }

    /// Whether the disk has been too full for anything to be written since this was opened. Looks
    /// again, so that room is found without anybody having to write first.
    pub async fn is_disk_full(&self) -> bool {
        self.0.seal.is_kept_out().await
    }

    /// Whether nobody reads or writes just now, nor waits to.
    pub fn is_at_rest(&self) -> bool {
        let readers = &self.0.readers;
        let idle = readers.size() as usize == readers.num_idle();
        idle && self.0.writers.is_at_rest()
    }

    /// What the database says about its own soundness; empty if it is sound.
    pub async fn complaints(&self) -> Result<Vec<String>> {
        let mut db = self.stranger().await?;
        let said: Vec<String> =
            sqlx::query_scalar("PRAGMA integrity_check(20)").fetch_all(&mut db).await?;
        db.close().await?;
        Ok(said.into_iter().filter(|line| line != "ok").collect())
    }

    /// How many rows a bulk transaction may have now.
    pub fn bulk_rows(&self) -> usize {
        self.0.writers.bulk_rows()
    }

    /// Hears what changes from now on.
    pub fn notices(&self) -> Notices {
        self.0.board.listen()
    }

    /// Erases in slices what [`crate::purge::begin`] wrote down and the bytes of files that are
    /// gone, then empties the log, so that nothing of it is left on the disk.
    pub async fn erase_purged(&self) -> Result<()> {
        let mut done = false;
        while !done {
            let mut tx = self.write(WritePriority::Bulk).await?;
            done = purge::step(&mut tx, self.bulk_rows().min(ERASE_ROWS)).await?
                && blob::erase(&mut tx, ERASE_CHUNKS).await?;
            tx.commit().await?;
        }
        self.rewrite_index().await?;
        self.sweep_copies().await?;
        self.0.seal.forget_the_past().await?;
        quarantine::forget_what_was_set_aside(&self.0.path)?;
        self.empty_log().await
    }

    /// What a write that was not committed has left of second copies of files, or could not be
    /// removed then. Nobody writes one meanwhile.
    async fn sweep_copies(&self) -> Result<()> {
        let (_place, writer) = self.0.writers.alone().await?;
        blob::sweep_copies(&mut *writer.acquire().await?, &self.0.copies).await
    }

    /// Words that were taken out of the index may stand in its own table of contents.
    async fn rewrite_index(&self) -> Result<()> {
        if !search::is_worn(&mut *self.read().await?).await? {
            return Ok(());
        }
        let mut tx = self.write(WritePriority::Index).await?;
        search::begin_rewriting(&mut tx).await?;
        tx.commit().await?;
        let mut first = true;
        loop {
            let mut tx = self.write(WritePriority::Index).await?;
            let more = search::rewrite(&mut tx, std::mem::replace(&mut first, false)).await?;
            if !more {
                search::end_rewriting(&mut tx).await?;
            }
            tx.commit().await?;
            if !more {
                return Ok(());
            }
        }
    }

    /// Empties the log and gives back the memory that a long write has taken; for when a snapshot
    /// or the filling of the index is over.
    pub async fn rest(&self) -> Result<()> {
        self.empty_log().await?;
        let (_place, writer) = self.0.writers.alone().await?;
        sqlx::raw_sql("PRAGMA shrink_memory").execute(writer).await?;
        Ok(())
    }

    /// Waits for what is under way, empties the log and closes.
    pub async fn close(self) -> Result<()> {
        self.0.readers.close().await;
        let emptied = self.empty_log().await;
        self.0.writers.close().await;
        emptied
    }

    /// Reads every page; [`CacheError::Damaged`] if one cannot be read. Slow: for when something
    /// has failed already. A connection that has met a page that cannot be decrypted fails from
    /// then on without saying why, so whatever else the database says counts as damage, too.
    pub async fn check(&self) -> Result<()> {
        // Nobody writes into the file meanwhile.
        let _place = self.0.writers.alone().await?;
        if !connect::is_sound(&self.0.readers.connect_options()).await? {
            return Err(CacheError::Damaged);
        }
        self.0.doubt.send_replace(false);
        Ok(())
    }

    /// A connection that remembers nothing. One that has searched remembers how the index was made
    /// up, and FTS5's own check believes it: what others have written since looks like damage.
    async fn stranger(&self) -> Result<SqliteConnection> {
        Ok(self.0.readers.connect_options().connect().await?)
    }

    /// Readers hold the log only while they read, so a few tries are enough.
    async fn empty_log(&self) -> Result<()> {
        for _ in 0..EMPTY_LOG_TRIES {
            let (_place, writer) = self.0.writers.alone().await?;
            let (busy, _, _): (i64, i64, i64) =
                sqlx::query_as("PRAGMA wal_checkpoint(TRUNCATE)").fetch_one(writer).await?;
            if busy == 0 {
                return Ok(());
            }
        }
        tracing::warn!("the log could not be emptied: a reader stays");
        Ok(())
    }

    /// What was left undone: what the second copy had beyond the file, a quarantine's savings, a
    /// purge, an index of another tokeniser.
    async fn take_up(&self, key: &Key, beyond: Beyond, tokens_version: u32) -> Result<()> {
        let Beyond { missing, lost } = beyond;
        let mut told = quarantine::take_back(self, &self.0.path, key).await?;
        let mut lost = lost;
        if !missing.is_empty() {
            tracing::error!(missing = missing.len(), "the log of the cache had lost its end");
            let mut tx = self.write(WritePriority::Agent).await?;
            lost += quarantine::take_in(&mut tx, &missing).await?;
            tx.commit().await?;
        }
        blob::tidy_copies(&mut *self.read().await?, &self.0.copies).await?;
        if missing.told() + lost > 0 {
            let told = told.get_or_insert_default();
            (told.saved, told.lost) = (told.saved + missing.told(), told.lost + lost);
        }
        told.map(|told| self.0.saved.set(told));
        self.check_tokens(tokens_version).await?;
        let pending = {
            let mut db = self.read().await?;
            purge::is_pending(&mut db).await? || blob::is_erasing(&mut db).await?
        };
        if pending { self.erase_purged().await } else { Ok(()) }
    }

    async fn check_tokens(&self, version: u32) -> Result<()> {
        let mut tx = self.write(WritePriority::Agent).await?;
        let filled: i64 =
            sqlx::query_scalar("SELECT tokens_version FROM sync").fetch_one(&mut *tx).await?;
        if filled == i64::from(version) {
            return Ok(());
        }
        search::clear(&mut tx).await?;
        sqlx::query("UPDATE sync SET tokens_version = $1").bind(version).execute(&mut *tx).await?;
        tx.commit().await
    }
}

/// Rows of one slice of a purge.
const ERASE_ROWS: usize = 400;
/// Pieces of files of one slice: about 5 ms each.
const ERASE_CHUNKS: u32 = 1;
const EMPTY_LOG_TRIES: usize = 5;
/// The SQLite that was measured and whose WAL bug the one-writer rule answers.
pub const SQLITE_VERSION: &str = "3.50.4";
/// Without this the file would be plain text.
const CIPHER_MAJOR: &str = "4.";

/// There is no file, or an empty one. Makes sure that there never was one; answers 1 if there was,
/// and nothing is left of it.
fn begin_anew(
    path: &Path,
    key: &Key,
    (check, create): (Check, bool),
) -> std::result::Result<usize, OpenError> {
    let copy = seal::path(path);
    let left = std::fs::metadata(&copy).is_ok_and(|left| left.is_file());
    let opened = || seal::read(&copy, key).is_ok_and(|copy| copy.is_some_and(|copy| copy.opened));
    match (left, check) {
        (false, Check::Wrong) => Err(OpenError::WrongKey),
        (false, _) if !path.exists() && !create => Err(OpenError::Missing),
        (false, Check::Unknown) => Ok(0),
        // The check is written when a file has been made.
        (false, Check::Right) => Ok(usize::from(!quarantine::is_any_set_aside(path))),
        (true, check) if check == Check::Right || opened() => {
            Err(OpenError::Damaged { why: "the file is gone, what belongs to it is not".into() })
        }
        (true, _) => Err(OpenError::WrongKey),
    }
}

/// On a full disk the check is written at another start.
fn note_check(path: &Path, key: &Key) -> Result<()> {
    match key::write_check(path, key).map_err(CacheError::from) {
        Err(CacheError::Full) => Ok(()),
        written => written,
    }
}

/// Asserts, migrations, the first row. Returns what the second copy is to keep, and what of that it
/// had beyond the file.
async fn prepare(
    writer: &SqlitePool,
    agent: AgentId,
    copy: Option<&Contents>,
) -> std::result::Result<(Live, Beyond), OpenError> {
    assert_build(writer).await?;
    let mut tx = writer.begin_with("BEGIN IMMEDIATE").await.map_err(CacheError::from)?;
    let found = schema::version(&mut tx).await?;
    if found > schema::VERSION {
        return Err(OpenError::TooNew { found });
    }
    if found < schema::VERSION {
        schema::migrate(&mut tx).await?;
    }
    sqlx::query("INSERT INTO sync (one, agent) VALUES (1, $1) ON CONFLICT (one) DO NOTHING")
        .bind(agent.bytes().as_slice())
        .execute(&mut *tx)
        .await
        .map_err(CacheError::from)?;
    if sync::get(&mut tx).await?.agent != agent {
        return Err(OpenError::OtherAgent);
    }
    let beyond = quarantine::beyond(&mut tx, copy).await?;
    let mut live = standing(&mut tx).await?;
    beyond.missing.records().into_iter().for_each(|record| live.take(record));
    tx.commit().await.map_err(CacheError::from)?;
    Ok((live, beyond))
}

/// What the second copy keeps of this file.
async fn standing(db: &mut Db) -> Result<Live> {
    let mut live = Live::default();
    for waiting in operation::waiting(db).await? {
        live.take(Record::Kept(Box::new(waiting.kept)));
    }
    for draft in draft::unended(db).await? {
        live.take(Record::Draft(Box::new(draft)));
    }
    for (key, item) in tray::sealed(db).await? {
        live.take(Record::Tray(key, Box::new(item)));
    }
    for file in blob::copied(db).await? {
        live.take(Record::File(Box::new(file)));
    }
    Ok(live)
}

/// A lock file can silently bring another SQLite; then nothing here was measured or is encrypted.
async fn assert_build(writer: &SqlitePool) -> std::result::Result<(), OpenError> {
    let ask = async {
        let sqlite: String =
            sqlx::query_scalar("SELECT sqlite_version()").fetch_one(writer).await?;
        let cipher: Option<String> =
            sqlx::query_scalar("PRAGMA cipher_version").fetch_optional(writer).await?;
        let journal: String = sqlx::query_scalar("PRAGMA journal_mode").fetch_one(writer).await?;
        Ok::<_, sqlx::Error>((sqlite, cipher.unwrap_or_default(), journal))
    };
    let (sqlite, cipher, journal) = ask.await.map_err(CacheError::from)?;
    if sqlite != SQLITE_VERSION || !cipher.starts_with(CIPHER_MAJOR) || journal != "wal" {
        let what = format!("SQLite {sqlite}, SQLCipher {cipher:?}, journal {journal}");
        return Err(OpenError::Build(what));
    }
    Ok(())
}

/// Wrong key and damage look the same to the database; the key check, or else the outbox's second
/// copy, knows which it is.
fn why_not(path: &Path, key: &Key, error: sqlx::Error) -> OpenError {
    const BUSY: u32 = 5;
    const NOT_A_DATABASE: u32 = 26;
    let why = error.to_string();
    let code = error::code(&error);
    match (CacheError::from(error), code) {
        (_, Some(BUSY)) => OpenError::Locked,
        (CacheError::Damaged, Some(code)) => {
            let sealed = seal::read(&seal::path(path), key);
            let sealed = sealed.is_ok_and(|sealed| sealed.is_some_and(|sealed| sealed.opened));
            let right = sealed || key::check(path, key) == Check::Right;
            if code == NOT_A_DATABASE && !right {
                OpenError::WrongKey
            } else {
                OpenError::Damaged { why }
            }
        }
        (error, _) => OpenError::Disk(error),
    }
}
