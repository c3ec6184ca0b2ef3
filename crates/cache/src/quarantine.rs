//! Quarantine: a damaged file is moved aside, never deleted, and what its author had written is
//! saved from it and from the outbox's second copy.
//!
//! ```text
//! read both ──▶ <name>.salvage (sealed, synced) ──▶ damaged files renamed ──▶ new file opened
//!                   └──────── its outbox and drafts take it in ───────▶ renamed <name>.salvaged-…
//! ```
//!
//! A crash after any arrow loses nothing: the next start goes on from what it finds. The new file
//! notes in the transaction of taking in what it has taken, so nothing comes twice, whatever its
//! author has done with it meanwhile. A `.salvage` that is damaged itself is set aside, too, and
//! made again from what was.
//!
//! One damage does not show itself: a log that has lost its end. The database is then whole and
//! older than what was acknowledged. So at every start a whole second copy is asked what it has
//! beyond the database ([`beyond`]).
//!
//! The bytes of files that were not sent stand in second copies of their own, which stay where they
//! are; one that is damaged is made whole from the damaged database first. A file of which neither
//! has all pieces is put back without its bytes, and counted as lost.
//!
//! What was set aside shows tickets. It stays until a right is taken away: then it leaves with them
//! ([`forget_what_was_set_aside`]), as all that was her own has been taken in.
//!
//! Deliberately absent: repairing pages; what the server has is fetched again.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use holdfast_domain::{DraftId, OperationId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::{ConnectOptions, Connection};

use crate::connect;
use crate::error::{CacheError, Result};
use crate::key::{self, Key, beside};
use crate::open::Cache;
use crate::pool::{Db, WritePriority, WriteTx};
use crate::seal::{self, Bytes, Cipher, Contents, Live, Record, piece_count};
use crate::table::blob::{self, Copied};
use crate::table::draft::{self, Draft};
use crate::table::operation::{self, Kept};
use crate::table::{setting, sync, tray};

/// What was saved. It is also in a sealed file beside the database, from which the next
/// [`crate::Cache::open`] takes it into the new outbox by itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Salvage {
    /// Operations without an outcome, in order of writing.
    pub operations: Vec<Kept>,
    /// Drafts that were not ended.
    pub drafts: Vec<Draft>,
    /// What lay in the tray, sealed as it was.
    #[serde(default)]
    tray: Vec<tray::Sealed>,
    /// Files that had a second copy.
    #[serde(default)]
    files: Vec<Copied>,
    /// Records that could not be read, at most.
    pub lost: usize,
    /// Where the damaged file is now.
    pub moved_to: PathBuf,
}

/// What a start has saved from damage.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Saved {
    /// Operations, drafts and words in the tray.
    pub saved: usize,
    /// Records that could not be read, at most.
    pub lost: usize,
}

const PLACE: &[u8] = b"salvage";
/// The setting that names, by its hash, the salvage that a file has taken in.
const TAKEN: &str = "salvage_taken";
/// Endings of what is set aside.
const ASIDE: [&str; 3] = ["damaged-", "salvaged-from-", "salvage-damaged-"];

/// Files that belong to a database and go aside with it.
const ENDINGS: [&str; 4] = ["", "-wal", "-shm", ".outbox"];

/// Moves the damaged file aside and saves what was written. No cache may be open on it.
pub async fn quarantine_and_salvage(path: &Path, key: &Key, now: Timestamp) -> Result<Salvage> {
    let moved_to = free_name(path, &format!("damaged-{}", now.as_microsecond()));
    let mut found = gather(path, key).await?;
    mend_copies(path, &Bytes::new(path, key), key, &found).await?;
    if let Some((earlier, _)) = read_salvage(path, key).await? {
        found.add(earlier);
    }
    let salvage = found.salvage(moved_to);
    write_salvage(path, key, &salvage)?;
    move_aside(path, &salvage.moved_to)?;
    Ok(salvage)
}

/// Takes what a quarantine saved into the new file's outbox and drafts; once.
pub(crate) async fn take_back(cache: &Cache, path: &Path, key: &Key) -> Result<Option<Saved>> {
    let Some((salvage, bytes)) = read_salvage(path, key).await? else {
        return Ok(None);
    };
    let which = blake3::hash(&bytes).to_hex().to_string();
    // Words on their way are an operation's already.
    let drafts = salvage.drafts.iter().filter(|draft| draft.state.is_open()).count();
    let saved = salvage.operations.len() + drafts + salvage.tray.len();
    let mut told = Saved { saved, lost: salvage.lost };
    let mut tx = cache.write(WritePriority::Agent).await?;
    if setting::get(&mut tx, TAKEN).await?.as_ref() == Some(&which) {
        return note_taken(path, &salvage).map(|()| None);
    }
    for kept in &salvage.operations {
        operation::keep(&mut tx, kept.clone()).await?;
    }
    for draft in &salvage.drafts {
        draft::put_back(&mut tx, draft).await?;
    }
    for item in &salvage.tray {
        tray::put_back(&mut tx, item).await?;
    }
    let files = named(&salvage.files, &salvage.drafts, &salvage.operations);
    told.lost += put_files_back(&mut tx, files).await?;
    setting::set(&mut tx, TAKEN, &which).await?;
    tx.commit().await?;
    note_taken(path, &salvage).map(|()| Some(told))
}

/// What the second copy has beyond the database.
#[derive(Default)]
pub(crate) struct Beyond {
    /// What the database never had, or has in an older version: its log has lost its end.
    pub(crate) missing: Live,
    /// Records that could not be read, at most. The database has them, unless it is damaged, too.
    pub(crate) lost: usize,
}

/// Compares them. A copy of which anything cannot be read does not know what was ended meanwhile:
/// then the database is right. The same where there is none, as in a file that was just made.
pub(crate) async fn beyond(db: &mut Db, copy: Option<&Contents>) -> Result<Beyond> {
    let Some(copy) = copy else {
        let lost = usize::from(sync::get(db).await?.desk.is_some());
        return Ok(Beyond { lost, ..Beyond::default() });
    };
    if copy.lost > 0 {
        return Ok(Beyond { lost: copy.lost + copy.live.lost, ..Beyond::default() });
    }
    let mut missing = missing(db, copy.sure()).await?;
    // What was never committed was never acknowledged, unless more than that is gone.
    if !missing.is_empty() {
        missing = self::missing(db, &copy.live).await?;
    }
    // What an earlier copy had lost, and nobody was told.
    Ok(Beyond { missing, lost: copy.live.lost })
}

async fn missing(db: &mut Db, copy: &Live) -> Result<Live> {
    let mut missing = Live::default();
    for (id, kept) in &copy.operations {
        let here = operation::get(db, *id).await?;
        if here.is_none_or(|here| kept.pushed && !here.kept.pushed) {
            missing.operations.insert(*id, kept.clone());
        }
    }
    for (id, draft) in &copy.drafts {
        if draft::get(db, *id).await?.is_none_or(|here| here.is_behind(draft)) {
            missing.drafts.insert(*id, draft.clone());
        }
    }
    let here = tray::sealed(db).await?;
    for (key, item) in &copy.tray {
        if here.iter().all(|(_, here)| here != item) {
            missing.tray.insert(*key, item.clone());
        }
    }
    for id in &copy.taken_back {
        if operation::get(db, *id).await?.is_some_and(|here| !here.kept.pushed) {
            missing.taken_back.insert(*id);
        }
    }
    for id in &copy.answered {
        if operation::get(db, *id).await?.is_some_and(|here| !here.seen) {
            missing.answered.insert(*id);
        }
    }
    for id in &copy.ended {
        if draft::get(db, *id).await?.is_some_and(|here| here.state.is_unended()) {
            missing.ended.insert(*id);
        }
    }
    for (hash, file) in &copy.files {
        let here = blob::get(db, hash).await?;
        let owed = |state| !file.owed || state > blob::State::Kept;
        if !here.is_some_and(|blob| blob.state > blob::State::Partial && owed(blob.state)) {
            missing.files.insert(hash.clone(), file.clone());
        }
    }
    Ok(missing)
}

/// Takes in what the copy had beyond the database. Answers how many files are lost.
pub(crate) async fn take_in(tx: &mut WriteTx, missing: &Live) -> Result<usize> {
    // Under their old keys nothing lies in the tray of this file.
    missing.tray.keys().for_each(|key| tx.seal(Record::TrayGone(*key)));
    for kept in missing.waiting() {
        operation::keep(tx, kept).await?;
    }
    for draft in missing.drafts.values() {
        draft::put_back(tx, draft).await?;
    }
    for item in missing.tray.values() {
        tray::put_back(tx, item).await?;
    }
    for id in &missing.taken_back {
        operation::discard(tx, *id).await?;
    }
    for id in &missing.answered {
        operation::set_seen(tx, *id).await?;
    }
    for id in &missing.ended {
        draft::end(tx, *id).await?;
    }
    let files = named(missing.files.values(), missing.drafts.values(), &missing.waiting());
    put_files_back(tx, files).await
}

/// These files, and those that drafts and operations name besides, by their hash.
pub(crate) fn named<'a>(
    files: impl IntoIterator<Item = &'a Copied>,
    drafts: impl IntoIterator<Item = &'a Draft>,
    operations: impl IntoIterator<Item = &'a Kept>,
) -> BTreeMap<String, Copied> {
    let files = files.into_iter().map(|file| (file.hash.clone(), file.clone()));
    let mut all: BTreeMap<_, _> = files.collect();
    let mut name = |ticket, hash: &str, size_bytes| {
        let (hash, tickets) = (hash.to_owned(), BTreeMap::new());
        let new = Copied { hash: hash.clone(), size_bytes, owed: false, tickets };
        all.entry(hash).or_insert(new).tickets.entry(ticket).or_insert(false);
    };
    for draft in drafts {
        let files = draft.attachments.iter();
        files.for_each(|file| name(draft.ticket, &file.hash, file.size_bytes));
    }
    for operation in operations.into_iter().filter_map(|kept| kept.operation().ok()) {
        let files = operation.action.attachments().iter();
        files.for_each(|file| name(operation.ticket, &file.hash, file.size_bytes));
    }
    all
}

/// Puts files back from their second copies, those of which no whole one is left without their
/// bytes. Answers how many those are.
async fn put_files_back(tx: &mut WriteTx, files: BTreeMap<String, Copied>) -> Result<usize> {
    let mut lost = 0;
    for (hash, file) in &files {
        let here = blob::get(tx, hash).await?.is_some_and(|blob| blob.is_whole());
        let copies = tx.shared().copies.clone();
        let bytes = if here { None } else { whole(None, &copies, file).await };
        if !here && bytes.is_none() {
            tracing::error!("the bytes of a file that was not sent are lost");
            lost += 1;
        }
        blob::put_back(tx, file, bytes.as_deref()).await?;
    }
    Ok(lost)
}

/// The bytes of a file, piece by piece from its second copy or the damaged database; `None` unless
/// all of them are those of its hash.
async fn whole(mut db: Option<&mut Db>, copies: &Bytes, file: &Copied) -> Option<Vec<u8>> {
    let mut bytes = Vec::new();
    for n in 0..piece_count(file.size_bytes) {
        let piece = match (copies.piece(&file.hash, file.size_bytes, n), db.as_deref_mut()) {
            (Some(piece), _) => piece,
            (None, Some(db)) => blob::chunk(db, &file.hash, n).await.ok().flatten()?,
            (None, None) => return None,
        };
        bytes.extend(piece);
    }
    (blake3::hash(&bytes).to_hex().as_str() == file.hash).then_some(bytes)
}

/// Makes second copies of files whole from a damaged database, as far as it can be read.
async fn mend_copies(base: &Path, copies: &Bytes, key: &Key, found: &Gathered) -> Result<()> {
    let files = named(found.files.values(), found.drafts.values(), found.operations.values());
    for (hash, file) in &files {
        if whole(None, copies, file).await.is_some() {
            continue;
        }
        let bytes = look(base, key, async |db| Ok(whole(Some(db), copies, file).await)).await;
        if let Some(bytes) = bytes.flatten() {
            copies.write(hash, &bytes)?;
        }
    }
    Ok(())
}

/// Removes what was set aside: it shows what may not be seen any more. Only when nothing is to be
/// taken in from it.
pub(crate) fn forget_what_was_set_aside(path: &Path) -> std::io::Result<()> {
    if salvage_path(path).exists() {
        return Ok(());
    }
    for file in set_aside(path, &ASIDE)? {
        std::fs::remove_file(file)?;
    }
    key::sync_folder(path)
}

/// Whether there was a quarantine, so that no file is as it should be.
pub(crate) fn is_any_set_aside(path: &Path) -> bool {
    let aside = || set_aside(path, &ASIDE).is_ok_and(|files| !files.is_empty());
    salvage_path(path).exists() || aside()
}

/// It has another name from now on; for the next start there is nothing to take.
fn note_taken(path: &Path, salvage: &Salvage) -> Result<()> {
    let name = salvage.moved_to.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let taken = free_name(path, &format!("salvaged-from-{name}"));
    std::fs::rename(salvage_path(path), taken)?;
    key::sync_folder(path).map_err(CacheError::from)
}

/// What stands in a file and its second copy.
#[derive(Default)]
struct Gathered {
    operations: BTreeMap<OperationId, Kept>,
    drafts: BTreeMap<DraftId, Draft>,
    tray: Vec<tray::Sealed>,
    files: BTreeMap<String, Copied>,
    lost: usize,
}

impl Gathered {
    fn salvage(self, moved_to: PathBuf) -> Salvage {
        let Self { operations, drafts, tray, files, lost } = self;
        let mut operations: Vec<Kept> = operations.into_values().collect();
        operations.sort_by_key(|kept| kept.position);
        let (drafts, files) = (drafts.into_values().collect(), files.into_values().collect());
        Salvage { operations, drafts, tray, files, lost, moved_to }
    }

    fn draft(&mut self, draft: Draft) {
        let here = self.drafts.get(&draft.id);
        if here.is_none_or(|here| here.version < draft.version) {
            self.drafts.insert(draft.id, draft);
        }
    }

    fn add(&mut self, earlier: Salvage) {
        for kept in earlier.operations {
            self.operations.entry(kept.id).or_insert(kept);
        }
        earlier.drafts.into_iter().for_each(|draft| self.draft(draft));
        self.items(earlier.tray);
        self.files(earlier.files);
        self.lost += earlier.lost;
    }

    fn files(&mut self, files: impl IntoIterator<Item = Copied>) {
        for file in files {
            let here = self.files.entry(file.hash.clone()).or_insert_with(|| file.clone());
            here.owed |= file.owed;
            for (ticket, settled) in file.tickets {
                *here.tickets.entry(ticket).or_insert(settled) |= settled;
            }
        }
    }

    fn items(&mut self, items: impl IntoIterator<Item = tray::Sealed>) {
        for item in items {
            if !self.tray.contains(&item) {
                self.tray.push(item);
            }
        }
    }
}

/// Reads the database and its copy, whatever is left of them. If the copy cannot be read at all and
/// the database not whole, that is an error: it may be readable later.
async fn gather(path: &Path, key: &Key) -> Result<Gathered> {
    let file = read_damaged(path, key).await;
    let copy = match seal::read(&seal::path(path), key) {
        Err(error) if !file.whole => return Err(error.into()),
        copy => copy.ok().flatten(),
    };
    // Said whatever the database gave: it cannot know whether its log has lost its end, too.
    let lost = copy.as_ref().map_or(usize::from(path.exists()), |copy| copy.lost);
    let live = copy.map(|copy| copy.live).unwrap_or_default();
    let mut file = file;
    file.kept.retain(|id, _| !live.taken_back.contains(id));
    let mut found = Gathered { lost: lost + live.lost, ..Gathered::default() };
    // A copy that was read whole knows best what still waits: it was written first.
    if lost > 0 {
        found.operations.extend(file.kept);
    }
    for mut kept in live.operations.into_values().filter(|kept| !file.settled.contains(&kept.id)) {
        kept.pushed |= found.operations.get(&kept.id).is_some_and(|here| here.pushed);
        found.operations.insert(kept.id, kept);
    }
    for draft in live.drafts.into_values() {
        if file.drafts.get(&draft.id).is_none_or(|here| here.state.is_unended()) {
            found.draft(draft);
        }
    }
    // A copy without its end does not know what became of a draft later.
    let is_over = |id: &DraftId| lost == 0 && live.ended.contains(id);
    let open = file.drafts.into_values();
    let open = open.filter(|draft| draft.state.is_unended() && !is_over(&draft.id));
    open.for_each(|draft| found.draft(draft));
    found.items(file.tray.into_iter().chain(live.tray.into_values()));
    // A copy that was read whole knows which the server has by now.
    found.files(file.files.into_iter().filter(|_| lost > 0).chain(live.files.into_values()));
    Ok(found)
}

/// What a damaged file still gives.
#[derive(Default)]
struct Found {
    kept: BTreeMap<OperationId, Kept>,
    /// Settled or discarded, as far as the database knows.
    settled: BTreeSet<OperationId>,
    /// Ended ones, too.
    drafts: BTreeMap<DraftId, Draft>,
    tray: Vec<tray::Sealed>,
    files: Vec<Copied>,
    /// All of this could be read.
    whole: bool,
}

/// Whatever the damaged file still gives; nothing is no error. A connection that has met a page
/// that cannot be decrypted gives nothing any more, so each look has one of its own.
async fn read_damaged(path: &Path, key: &Key) -> Found {
    let mut found = Found::default();
    let outbox = match connect::reading(path, key).connect().await {
        Ok(mut db) => read_outbox(&mut db, &mut found).await.is_ok(),
        Err(_) => return found,
    };
    let drafts = look(path, key, async |db| draft::all(db).await).await;
    let tray = look(path, key, async |db| tray::sealed(db).await).await;
    let files = look(path, key, async |db| blob::copied(db).await).await;
    found.whole = outbox && drafts.is_some() && tray.is_some() && files.is_some();
    found.files = files.unwrap_or_default();
    let drafts = drafts.unwrap_or_default().into_iter();
    found.drafts = drafts.map(|draft| (draft.id, draft)).collect();
    found.tray = tray.unwrap_or_default().into_iter().map(|(_, item)| item).collect();
    found
}

async fn look<T>(
    path: &Path,
    key: &Key,
    look: impl AsyncFnOnce(&mut Db) -> Result<T>,
) -> Option<T> {
    let mut db = connect::reading(path, key).connect().await.ok()?;
    let found = look(&mut db).await.ok();
    db.close().await.ok();
    found
}

async fn read_outbox(db: &mut Db, found: &mut Found) -> Result<()> {
    let mut below = None;
    // Newest first in small steps, so that one bad page takes as little as possible with it.
    loop {
        let slice = operation::list(db, below, 16).await?;
        let Some(last) = slice.last() else { return Ok(()) };
        below = Some(last.kept.position);
        for stored in slice {
            if stored.state.is_waiting() {
                found.kept.insert(stored.kept.id, stored.kept);
            } else {
                found.settled.insert(stored.kept.id);
            }
        }
    }
}

fn salvage_path(path: &Path) -> PathBuf {
    beside(path, "salvage")
}

/// The salvage with its bytes. One that is damaged itself is set aside and made again from the
/// files that were.
async fn read_salvage(path: &Path, key: &Key) -> Result<Option<(Salvage, Vec<u8>)>> {
    let bytes = match std::fs::read(salvage_path(path)) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error.into()),
    };
    if let Some(salvage) = reveal(&bytes, key) {
        return Ok(Some((salvage, bytes)));
    }
    tracing::error!("what was saved from a damaged cache is damaged: saving it again");
    let mut all = Gathered::default();
    let bases = not_taken(path)?;
    for base in &bases {
        let found = gather(base, key).await?;
        mend_copies(base, &Bytes::new(path, key), key, &found).await?;
        let Gathered { operations, drafts, tray, files, lost } = found;
        all.operations.extend(operations);
        drafts.into_values().for_each(|draft| all.draft(draft));
        all.items(tray);
        all.files(files.into_values());
        all.lost += lost;
    }
    all.lost += usize::from(bases.is_empty());
    let moved_to = bases.into_iter().next_back().unwrap_or_else(|| path.to_owned());
    let salvage = all.salvage(moved_to);
    std::fs::rename(salvage_path(path), free_name(path, "salvage-damaged-"))?;
    let bytes = write_salvage(path, key, &salvage)?;
    Ok(Some((salvage, bytes)))
}

/// Databases that were set aside and from which nothing was taken in yet, in order of time.
fn not_taken(path: &Path) -> Result<Vec<PathBuf>> {
    let is_base = |file: &PathBuf| file.extension().is_some_and(|ending| !ending.eq("outbox"));
    let is_base = |file: &PathBuf| {
        let name = file.to_string_lossy().into_owned();
        is_base(file) && !name.ends_with("-wal") && !name.ends_with("-shm")
    };
    let taken = |file: &PathBuf| {
        let name = file.file_name().unwrap_or_default().to_string_lossy().into_owned();
        beside(path, &format!("salvaged-from-{name}")).exists()
    };
    let mut bases = set_aside(path, &ASIDE[..1])?;
    bases.retain(|file| is_base(file) && !taken(file));
    bases.sort();
    Ok(bases)
}

fn set_aside(path: &Path, endings: &[&str]) -> std::io::Result<Vec<PathBuf>> {
    let folder = path.parent().unwrap_or(Path::new("."));
    let own = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let ours = |name: &str| {
        let ending = name.strip_prefix(&own).and_then(|rest| rest.strip_prefix('.'));
        ending.is_some_and(|ending| endings.iter().any(|begin| ending.starts_with(begin)))
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        if ours(&entry.file_name().to_string_lossy()) {
            found.push(entry.path());
        }
    }
    Ok(found)
}

/// A name beside the database that nothing has yet.
fn free_name(path: &Path, ending: &str) -> PathBuf {
    let mut name = beside(path, ending);
    for n in 1.. {
        if !name.exists() {
            break;
        }
        name = beside(path, &format!("{ending}-{n}"));
    }
    name
}

fn reveal(bytes: &[u8], key: &Key) -> Option<Salvage> {
    serde_json::from_slice(&Cipher::new(key).reveal(PLACE, bytes)?).ok()
}

fn write_salvage(path: &Path, key: &Key, salvage: &Salvage) -> Result<Vec<u8>> {
    let text = serde_json::to_vec(salvage).map_err(|_| CacheError::Misuse("a path of no text"))?;
    let sealed = Cipher::new(key).close(PLACE, &text);
    let sealed = sealed.ok_or(CacheError::Misuse("too much to be sealed"))?;
    key::replace(&salvage_path(path), &sealed)?;
    Ok(sealed)
}

fn move_aside(path: &Path, to: &Path) -> std::io::Result<()> {
    let with = |path: &Path, ending: &str| {
        let mut name = path.as_os_str().to_owned();
        name.push(ending);
        PathBuf::from(name)
    };
    for ending in ENDINGS {
        let from = with(path, ending);
        if from.exists() {
            std::fs::rename(from, with(to, ending))?;
        }
    }
    key::sync_folder(path)
}
