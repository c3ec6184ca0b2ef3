//! Damage of every kind to every file of a profile: what an agent was told is saved is there
//! afterwards, or she is told that it is not. With one file damaged, all of it is there.

use std::collections::BTreeMap;

use holdfast_cache::table::{blob, draft, operation, thread, ticket, tray};
use holdfast_cache::{Cache, CacheError, OpenError, Saved, quarantine_and_salvage};
use holdfast_domain::{AgentId, DraftId, Outcome, Refusal};
use holdfast_protocol::Row;

use crate::world::{self, Home};

const PAGE: usize = 4096;
const DATABASE: &str = "desk.db";
const LOG: &str = "desk.db-wal";
const COPY: &str = "desk.db.outbox";
const CHECK: &str = "desk.db.keycheck";
const FILES: &str = "desk.db.file-";

type Files = BTreeMap<String, Vec<u8>>;

/// What the server had said its word about.
const OVER: [&str; 3] =
    ["reply 2, said to be saved", "reply 3, said to be saved", "reply with file 3"];

/// What was acknowledged, by kind: words in operations, drafts and the tray, and files.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Words {
    sent: Vec<String>,
    drafted: Vec<String>,
    put_away: Vec<String>,
    files: Vec<String>,
}

impl Words {
    /// All of them are there, what was taken back is not. (What the server had settled may wait
    /// again, if the desk has forgotten that: it is told so again.)
    fn are_in(&self, found: &Words) -> bool {
        let mut here = found.clone();
        here.sent.retain(|words| !OVER.contains(&words.as_str()));
        here == *self
    }

    fn count(&self) -> usize {
        self.sent.len() + self.drafted.len() + self.put_away.len() + self.files.len()
    }
}

/// A profile with everything in it: trees with inner pages, long texts that run over, pages that
/// are free again, work that waits, work that is over. As it lies there when the program is killed,
/// and as it lies there after it was closed.
async fn lived_in() -> (Files, Files, Words) {
    let home = Home::new();
    let cache = home.begin().await;
    let long = "so long that it runs over its page ".repeat(150);
    let rows = (1..80).flat_map(|n| {
        let text = if n % 8 == 0 { &long } else { "a few words" };
        let place = i64::try_from(n).expect("small");
        [Row::Ticket(world::ticket(n, 5)), Row::Message(world::message(n, 5, place, text))]
    });
    world::apply(&cache, rows.collect()).await;
    world::index_all(&cache).await;
    let mut tx = world::agent(&cache).await;
    for n in 60..80 {
        let gone = world::ticket_id(n);
        holdfast_cache::purge::begin(&mut tx, gone, 9, world::at(9)).await.expect("purged");
    }
    tx.commit().await.expect("commit");
    cache.erase_purged().await.expect("pages that are free");
    for n in 1..=12 {
        let words = format!("reply {n}, said to be saved");
        world::write(&cache, &world::reply(n, world::ticket_id(n), &words)).await;
    }
    let mut tx = world::agent(&cache).await;
    for n in [2, 3] {
        let done = world::reply(n, world::ticket_id(n), "").id;
        operation::settle(&mut tx, done, Some(&Outcome::Accepted), 7).await.expect("settled");
    }
    tx.commit().await.expect("commit");
    let mut tx = world::agent(&cache).await;
    let taken_back = world::reply(4, world::ticket_id(4), "").id;
    operation::discard(&mut tx, taken_back).await.expect("taken back");
    tx.commit().await.expect("commit");
    for n in 1..=6 {
        for words in ["half a", "half a sentence of mine", &format!("{long}{n}")] {
            // One is so long that its row runs over into pages without any order of their own.
            if words.len() > 100 && n < 6 {
                continue;
            }
            let mut tx = world::agent(&cache).await;
            let at = i64::from(words.len() > 6) + i64::from(words.len() > 100);
            let typed = crate::draft::draft(40 + n, words);
            let typed = draft::Draft { version: at, ticket: world::ticket_id(n), ..typed };
            draft::save(&mut tx, &typed, world::at(20)).await.expect("saved");
            tx.commit().await.expect("commit");
        }
    }
    add_files(&cache).await;
    let mut tx = world::agent(&cache).await;
    let lost = world::reply(90, world::ticket_id(79), "mine, on a ticket that has left");
    assert!(tray::put_operation(&mut tx, &lost, world::at(1)).await.expect("put away"));
    tx.commit().await.expect("commit");
    let killed = home.files();
    let words = acknowledged(&cache).await.expect("all of it");
    let drafted = (words.drafted.len(), words.files.len());
    assert_eq!((words.sent.len(), drafted, words.put_away.len()), (10, (6, 3), 1));
    cache.close().await.expect("closed");
    (killed, home.files(), words)
}

/// The same bytes for the same number, so many that they take some pages.
fn file(n: u8) -> (String, Vec<u8>) {
    let bytes = vec![n; 9_000];
    (blake3::hash(&bytes).to_hex().to_string(), bytes)
}

/// A file under a draft, one under a reply that waits, one that accepted words name. Of the last,
/// only the file is her own still.
async fn add_files(cache: &Cache) {
    let named = |n| {
        let (hash, bytes) = file(n);
        (world::attachment(&hash, bytes.len()), bytes)
    };
    let mut tx = world::agent(cache).await;
    for n in 1..=3 {
        let (file, bytes) = named(n);
        blob::keep(&mut tx, &file.hash, world::ticket_id(n.into()), &bytes).await.expect("kept");
    }
    let draft = draft::get(&mut tx, crate::draft::draft(41, "").id).await.expect("read");
    let draft = draft::Draft { attachments: vec![named(1).0], ..draft.expect("a draft") };
    draft::save(&mut tx, &draft, world::at(20)).await.expect("saved");
    tx.commit().await.expect("commit");
    for n in 2..=3 {
        let ticket = world::ticket_id(n.into());
        let reply = world::reply(20 + u128::from(n), ticket, &format!("reply with file {n}"));
        world::write(cache, &world::with_file(reply, named(n).0)).await;
    }
    let mut tx = world::agent(cache).await;
    let accepted = world::reply(23, world::ticket_id(3), "").id;
    operation::settle(&mut tx, accepted, Some(&Outcome::Accepted), 8).await.expect("settled");
    blob::offer(&mut tx, world::ticket_id(3), &file(3).0).await.expect("owed");
    tx.commit().await.expect("commit");
}

/// What of the author's is there.
async fn acknowledged(cache: &Cache) -> holdfast_cache::Result<Words> {
    let mut words = Words::default();
    let mut tx = cache.write(holdfast_cache::WritePriority::Agent).await?;
    for waiting in operation::waiting(&mut tx).await? {
        let action = waiting.kept.operation()?.action;
        words.sent.extend(action.message().map(|(_, text)| text.to_owned()));
    }
    words.drafted.extend(draft::open(&mut tx, 99).await?.into_iter().map(|draft| draft.words));
    for item in tray::list(&mut tx).await? {
        words.put_away.extend(tray::open(&mut tx, item.key).await?);
    }
    for n in 1..=3 {
        let (hash, bytes) = file(n);
        let here = blob::get(&mut tx, &hash).await?.filter(blob::Blob::is_whole);
        if blob::chunk(&mut tx, &hash, 0).await?.as_ref() == Some(&bytes) {
            words.files.extend(here.map(|blob| blob.hash));
        }
    }
    for list in [&mut words.sent, &mut words.drafted, &mut words.put_away] {
        list.sort();
    }
    // Whatever this connection was given for what cannot be read, it cannot commit then.
    tx.commit().await?;
    Ok(words)
}

/// Reads what an agent reads in a day.
async fn work(cache: &Cache) -> holdfast_cache::Result<Words> {
    let mut tx = cache.read().await?;
    for n in 1..80 {
        ticket::get(&mut tx, world::ticket_id(n)).await?;
        thread::entries(&mut tx, world::ticket_id(n), None, 10).await?;
    }
    drop(tx);
    let words = acknowledged(cache).await?;
    if is_doubted(cache).await {
        cache.check().await?;
    }
    Ok(words)
}

/// Whether what was read is not to be believed: a reader says so when it comes back.
async fn is_doubted(cache: &Cache) -> bool {
    let doubt = cache.doubt();
    // All of them have been used and have come back once they are handed out again.
    let mut readers = Vec::new();
    for _ in 0..holdfast_cache::pool::READERS {
        readers.push(cache.read().await);
    }
    *doubt.borrow()
}

/// As a desk starts and works: damage is answered by a quarantine, whenever it shows.
async fn start(home: &Home) -> (Words, Saved) {
    let mut told = Saved::default();
    for now_s in 3_000_000..3_000_004 {
        let opened = match home.try_open().await {
            Ok(cache) => {
                let saved = cache.saved_from_damage().unwrap_or_default();
                told = Saved { saved: told.saved.max(saved.saved), lost: told.lost + saved.lost };
                let worked = work(&cache).await;
                cache.close().await.ok();
                worked
            }
            Err(OpenError::Damaged { .. }) => Err(CacheError::Damaged),
            Err(error) => panic!("it cannot be opened, nor set aside: {error:?}"),
        };
        match opened {
            Ok(words) => return (words, told),
            Err(CacheError::Damaged) => {
                let now = world::at(now_s);
                quarantine_and_salvage(&home.path(), &Home::key(), now).await.expect("set aside");
            }
            Err(error) => panic!("damage that does not say that it is one: {error:?}"),
        }
    }
    panic!("what was set aside is still damaged");
}

/// Numbers of one seed.
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 11).expect("53 bits") % limit.max(1)
    }
}

fn flip(bytes: &mut [u8], at: usize) {
    bytes[at] ^= 0x10;
}

/// Damages a file in one of the ways in which files are; says how.
fn damage(files: &mut Files, name: &str, dice: &mut Dice) -> String {
    let bytes = files.get_mut(name).expect("that file");
    let length = bytes.len();
    let how = match dice.below(6) {
        0 => {
            files.remove(name);
            "is gone".to_owned()
        }
        1 => {
            bytes.clear();
            "is empty".to_owned()
        }
        2 => {
            let at = dice.below(length);
            bytes.truncate(at);
            format!("is cut at {at} of {length}")
        }
        3 => {
            let (from, count) = (dice.below(length), dice.below(20_000));
            bytes[from..(from + count).min(length)].fill(0xA5);
            format!("has {count} bytes of noise from {from} of {length}")
        }
        _ => {
            let at = dice.below(length);
            flip(bytes, at);
            format!("has a flipped byte at {at} of {length}")
        }
    };
    format!("{name} {how}")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_flipped_byte_in_any_page_of_the_database_takes_nothing_that_was_acknowledged() {
    let (_, closed, words) = lived_in().await;
    let pages = closed[DATABASE].len() / PAGE;
    assert!(pages > 60, "{pages} pages of all kinds");
    let (mut dice, mut noticed) = (Dice(0x5EED), 0);
    for page in 0..pages {
        let mut files = closed.clone();
        let at = page * PAGE + dice.below(PAGE);
        flip(files.get_mut(DATABASE).expect("the database"), at);
        let home = Home::with(&files);
        let (found, told) = start(&home).await;
        assert!(words.are_in(&found), "page {page}, byte {at}: {told:?} {found:?}");
        assert_eq!(told.lost, 0, "page {page}, byte {at}");
        noticed += usize::from(told.saved > 0);
    }
    assert!(noticed * 3 > pages, "many pages are read in a day's work: {noticed} of {pages}");
}

/// A file as a window reads it.
async fn read_file(cache: &Cache, n: u8) -> holdfast_cache::Result<Option<Vec<u8>>> {
    blob::chunk(&mut *cache.read().await?, &file(n).0, 0).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_whose_end_cannot_be_read_is_not_believed() {
    let (_, closed, _) = lived_in().await;
    let (mut wrong, mut dice) = (0, Dice(0xE4D));
    for page in 1..closed[DATABASE].len() / PAGE {
        let mut files = closed.clone();
        flip(files.get_mut(DATABASE).expect("the database"), page * PAGE + dice.below(PAGE));
        let home = Home::with(&files);
        let Ok(cache) = home.try_open().await else { continue };
        for n in 1..=3 {
            let Ok(Some(read)) = read_file(&cache, n).await else { break };
            if read != file(n).1 {
                wrong += 1;
                assert!(is_doubted(&cache).await, "page {page}");
                assert!(matches!(cache.check().await, Err(CacheError::Damaged)), "page {page}");
            }
        }
    }
    assert!(wrong > 0, "SQLCipher gives zeros for a page that it cannot decrypt");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_log_that_is_damaged_anywhere_takes_nothing_that_was_acknowledged() {
    let (killed, _, words) = lived_in().await;
    let frames = (killed[LOG].len() - 32) / (24 + PAGE);
    assert!(frames > 10, "{frames} frames");
    let mut places: Vec<usize> = (0..32).step_by(5).collect();
    // In the head of a frame, and in its page.
    places.extend((0..frames).step_by(5).map(|frame| 32 + frame * (24 + PAGE) + frame % 24));
    places.extend((0..frames).step_by(9).map(|frame| 32 + frame * (24 + PAGE) + 1_000));
    for at in places {
        let mut files = killed.clone();
        flip(files.get_mut(LOG).expect("the log"), at);
        let home = Home::with(&files);
        let (found, told) = start(&home).await;
        assert!(words.are_in(&found), "byte {at} of the log: {told:?} {found:?}");
        assert_eq!(told.lost, 0, "byte {at} of the log");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_copy_or_a_key_check_that_is_damaged_anywhere_takes_nothing() {
    let (killed, closed, words) = lived_in().await;
    for (files, name, step) in [(&killed, COPY, 131), (&closed, COPY, 197), (&closed, CHECK, 7)] {
        for at in (0..files[name].len()).step_by(step) {
            let mut files = files.clone();
            flip(files.get_mut(name).expect("it"), at);
            let home = Home::with(&files);
            let (found, _) = start(&home).await;
            assert!(words.are_in(&found), "{name}, byte {at}: {found:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_to_one_file_nothing_that_was_acknowledged_is_lost() {
    let (killed, closed, words) = lived_in().await;
    for seed in 1..=120_u64 {
        let mut dice = Dice(seed * 0x9E37_79B9);
        let mut files = if seed % 2 == 0 { killed.clone() } else { closed.clone() };
        let names: Vec<String> = files.keys().cloned().collect();
        let name = &names[dice.below(names.len())];
        let how = damage(&mut files, name, &mut dice);
        let home = Home::with(&files);
        let (found, told) = start(&home).await;
        assert!(words.are_in(&found), "seed {seed}: {how}: {told:?} {found:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_happens_to_several_files_what_is_lost_is_said_to_be_lost() {
    let (killed, closed, words) = lived_in().await;
    let mut lost_any = 0;
    for seed in 1..=120_u64 {
        let mut dice = Dice(seed * 0xD1B5_4A33);
        let mut files = if seed % 2 == 0 { killed.clone() } else { closed.clone() };
        let mut how = vec![damage(&mut files, COPY, &mut dice)];
        how.push(damage(&mut files, DATABASE, &mut dice));
        if files.contains_key(LOG) && dice.below(2) == 0 {
            how.push(damage(&mut files, LOG, &mut dice));
        }
        let copies = files.keys().filter(|name| name.starts_with(FILES)).cloned();
        for name in copies.collect::<Vec<_>>() {
            if dice.below(2) == 0 {
                how.push(damage(&mut files, &name, &mut dice));
            }
        }
        let home = Home::with(&files);
        let (found, told) = start(&home).await;
        let missing = words.count() - found.count().min(words.count());
        assert!(missing == 0 || told.lost > 0, "seed {seed}: {how:?}: {missing} {told:?}");
        lost_any += usize::from(missing > 0);
    }
    assert!(lost_any > 10, "two files at once do take something: {lost_any}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_saved_may_be_damaged_before_it_is_taken_in() {
    let (_, mut closed, words) = lived_in().await;
    closed.get_mut(DATABASE).expect("the database")[..PAGE].fill(0xA5);
    let home = Home::with(&closed);
    let now = world::at(3_000_000);
    quarantine_and_salvage(&home.path(), &Home::key(), now).await.expect("set aside");
    let set_aside = home.files();
    let name = "desk.db.salvage";
    for at in [0, 30, set_aside[name].len() / 2, set_aside[name].len() - 1] {
        let mut files = set_aside.clone();
        flip(files.get_mut(name).expect("what was saved"), at);
        let home = Home::with(&files);
        let (found, told) = start(&home).await;
        assert_eq!((found, told.lost), (words.clone(), 0), "byte {at}");
        let kept = home.files();
        assert!(kept.keys().any(|name| name.contains("salvage-damaged-")), "nothing is deleted");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reply_that_was_never_said_to_be_saved_does_not_come_back_from_the_second_copy() {
    let home = Home::new();
    let cache = home.begin().await;
    world::write(&cache, &world::reply(1, world::ticket_id(1), "said to be saved")).await;
    let before = home.files();
    world::write(&cache, &world::reply(2, world::ticket_id(2), "about to be said")).await;
    let after = home.files();
    cache.close().await.expect("closed");
    // As a program that is killed between the second copy and the commit leaves it: a copy whose
    // last record nobody has called committed, beside a database without it.
    let mut files = before.clone();
    let (old, new) = (&before[COPY], &after[COPY]);
    assert!(old.len() < new.len(), "a record more");
    files.insert(COPY.to_owned(), with_open_end(new, old));
    let (found, told) = start(&Home::with(&files)).await;
    assert_eq!(found.sent, ["said to be saved"]);
    assert_eq!(told, Saved { saved: 0, lost: 1 }, "what was being saved then may not be there");
    // The same with its end committed: then the database has lost it.
    files.insert(COPY.to_owned(), new.clone());
    let (found, told) = start(&Home::with(&files)).await;
    assert_eq!((found.sent.len(), told), (2, Saved { saved: 1, lost: 0 }));
}

/// The database as it was before, beside the copy as it is now: the log has lost its end. What
/// waits then, and the state of the draft.
async fn behind(mut before: Files, now: &Home, id: DraftId) -> (usize, draft::State) {
    before.insert(COPY.to_owned(), now.files()[COPY].clone());
    let home = Home::with(&before);
    let cache = home.open().await;
    let mut tx = world::agent(&cache).await;
    let waiting = operation::waiting(&mut tx).await.expect("waiting").len();
    let draft = draft::get(&mut tx, id).await.expect("read").expect("it is there");
    (waiting, draft.state)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_or_taken_back_is_so_again_when_the_log_has_lost_it() {
    let home = Home::new();
    let cache = home.begin().await;
    world::apply(&cache, vec![Row::Ticket(world::ticket(1, 5))]).await;
    let id = crate::draft::draft(1, "").id;
    let mut tx = world::agent(&cache).await;
    let typed = crate::draft::draft(1, "said to be saved");
    draft::save(&mut tx, &typed, world::at(1)).await.expect("saved");
    tx.commit().await.expect("commit");
    let written = home.files();
    let reply = world::reply(1, world::ticket_id(1), "said to be saved");
    let mut tx = world::agent(&cache).await;
    let me = AgentId(world::id(world::ME));
    operation::insert(&mut tx, &reply, me, world::at(0)).await.expect("sent");
    draft::set_state(&mut tx, id, draft::State::Sending, world::at(2)).await.expect("sent");
    tx.commit().await.expect("commit");
    assert_eq!(behind(written, &home, id).await, (1, draft::State::Sending), "on its way");
    let sent = home.files();
    let mut tx = world::agent(&cache).await;
    operation::discard(&mut tx, reply.id).await.expect("taken back");
    draft::set_state(&mut tx, id, draft::State::Active, world::at(3)).await.expect("hers again");
    tx.commit().await.expect("commit");
    assert_eq!(behind(sent, &home, id).await, (0, draft::State::Active), "hers again");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_sent_and_accepted_is_no_draft_again_when_the_log_has_lost_it() {
    let home = Home::new();
    let cache = home.begin().await;
    world::apply(&cache, vec![Row::Ticket(world::ticket(1, 5))]).await;
    let id = crate::draft::draft(1, "").id;
    let mut tx = world::agent(&cache).await;
    let typed = crate::draft::draft(1, "half of it");
    draft::save(&mut tx, &typed, world::at(1)).await.expect("saved");
    tx.commit().await.expect("commit");
    let written = home.files();
    let reply = world::reply(1, world::ticket_id(1), "half of it, and the rest");
    let mut tx = world::agent(&cache).await;
    let me = AgentId(world::id(world::ME));
    operation::insert(&mut tx, &reply, me, world::at(0)).await.expect("sent");
    draft::set_state(&mut tx, id, draft::State::Sending, world::at(2)).await.expect("sent");
    tx.commit().await.expect("commit");
    let mut tx = world::bulk(&cache).await;
    let accepted = Some(&Outcome::Accepted);
    operation::settle(&mut tx, reply.id, accepted, 9).await.expect("settled");
    draft::set_state(&mut tx, id, draft::State::Sent, world::at(3)).await.expect("sent");
    tx.commit().await.expect("commit");
    assert_eq!(behind(written, &home, id).await, (0, draft::State::Discarded), "it was sent");
}

/// What she is asked about when the database comes back as it was, with the copy as it is now, and
/// when that outcome has come again.
async fn asked_again(mut before: BTreeMap<String, Vec<u8>>, home: &Home, held: &Outcome) -> usize {
    before.insert(COPY.to_owned(), home.files()[COPY].clone());
    let home = Home::with(&before);
    let cache = home.open().await;
    let reply = world::reply(1, world::ticket_id(1), "").id;
    let mut tx = world::bulk(&cache).await;
    operation::settle(&mut tx, reply, Some(held), 9).await.expect("it comes again, or is here");
    tx.commit().await.expect("commit");
    operation::needs_you(&mut *world::read(&cache).await).await.expect("read").len()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_she_has_answered_is_not_asked_again_when_the_log_has_lost_it() {
    let home = Home::new();
    let cache = home.begin().await;
    world::apply(&cache, vec![Row::Ticket(world::ticket(1, 5))]).await;
    let reply = world::reply(1, world::ticket_id(1), "written too early");
    world::write(&cache, &reply).await;
    let mut tx = world::agent(&cache).await;
    operation::number(&mut tx, &[reply.id]).await.expect("numbered");
    tx.commit().await.expect("commit");
    let sent = home.files();
    let held = Outcome::Refused { refusal: Refusal::NotFound };
    let mut tx = world::bulk(&cache).await;
    operation::settle(&mut tx, reply.id, Some(&held), 9).await.expect("settled");
    tx.commit().await.expect("commit");
    let told = home.files();
    assert_eq!(asked_again(told.clone(), &home, &held).await, 1, "she has not answered yet");
    let mut tx = world::agent(&cache).await;
    operation::acknowledge(&mut tx, reply.id).await.expect("answered");
    tx.commit().await.expect("commit");
    // One commit more: that she answered is nobody's guess.
    let mut tx = world::agent(&cache).await;
    let another = crate::draft::draft(1, "another");
    draft::save(&mut tx, &another, world::at(4)).await.expect("saved");
    tx.commit().await.expect("commit");
    for lost in [sent, told] {
        assert_eq!(asked_again(lost, &home, &held).await, 0);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_pushed_cannot_be_taken_back_when_the_log_has_lost_that_it_was() {
    let home = Home::new();
    let cache = home.begin().await;
    let reply = world::reply(1, world::ticket_id(1), "perhaps there already");
    world::write(&cache, &reply).await;
    let mut written = home.files();
    let mut tx = world::agent(&cache).await;
    operation::number(&mut tx, &[reply.id]).await.expect("numbered");
    tx.commit().await.expect("before the first byte leaves");
    written.insert(COPY.to_owned(), home.files()[COPY].clone());
    let home = Home::with(&written);
    let cache = home.open().await;
    let mut tx = world::agent(&cache).await;
    let discarded = operation::discard(&mut tx, reply.id).await.expect("asked");
    assert_eq!(discarded, operation::Discard::TooLate);
}

/// The newer copy without its end: nobody knows what became of its last record.
fn with_open_end(new: &[u8], old: &[u8]) -> Vec<u8> {
    let end = old.len() - last_mark(old);
    new[..new.len() - end].to_vec()
}

fn last_mark(bytes: &[u8]) -> usize {
    let mark = b"\x00\xF0record";
    bytes.windows(mark.len()).rposition(|window| window == mark).expect("a mark")
}
