//! Backups: what is in one, what a server that was restored from one is, and what is no backup.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use futures_util::FutureExt;
use holdfast_domain::NoteId;
use holdfast_domain::operation::{Action, Note};
use holdfast_domain::words::Attachment;
use holdfast_protocol::{Row, Whole};
use holdfast_server::Outside;
use holdfast_server::admin::Request;
use holdfast_server::backup::ship::REST;
use jiff::SignedDuration;

use crate::blobs::{file, put};
use crate::world::*;

/// The words of a ticket, in order.
pub async fn words(desk: &Desk, of: &str) -> Vec<String> {
    let whole: Whole = desk.get(&format!("/v1/tickets/{}", ticket(of))).await.expect("a ticket");
    let texts = whole.rows.iter().filter_map(|row| match row {
        Row::Message(row) => Some(row.text.clone()),
        Row::Note(row) => Some(row.text.clone()),
        _ => None,
    });
    texts.collect()
}

fn all_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        match path.is_dir() {
            true => found.extend(all_files(&path)),
            false => found.push(path),
        }
    }
    found.sort();
    found
}

fn copy_all(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for path in all_files(from) {
        let copy = to.join(path.strip_prefix(from).expect("below it"));
        std::fs::create_dir_all(copy.parent().expect("a folder")).expect("a folder");
        std::fs::copy(&path, &copy).expect("a copy");
    }
}

fn note_with(text: &str, file: &Attachment) -> Action {
    Action::Note(Note {
        note: NoteId(new_id()),
        text: text.into(),
        language: None,
        attachments: vec![file.clone()],
    })
}

/// A note with a file is taken, and so is the file.
async fn note_and_file(ada: &mut Desk, text: &str, bytes: &[u8]) {
    let log = file(bytes);
    ada.push(&[operation(ticket("mine"), note_with(text, &log))]).await.expect("taken");
    put(ada, &log, 0, bytes).await.expect("uploaded");
}

#[tokio::test]
async fn a_restored_server_has_what_was_there_at_the_backup_and_begins_another_epoch() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let bytes = b"a log of a hundred lines";
    note_and_file(&mut ada, "before the backup", bytes).await;
    let copy = world.backup().await;
    let copied = world.server.core().head();
    ada.push(&[operation(ticket("mine"), note("after the backup"))]).await.expect("taken");
    let welcome = ada.hello().await.expect("a welcome");
    assert_eq!(welcome.durable_seq, Some(copied), "what is in the backup, and no more");
    let epoch = welcome.epoch;

    world.clock.forward(SignedDuration::from_mins(7));
    let (world, told) = world.lost_and_restored(&copy).await;
    assert!(told.iter().any(|line| line.contains("in the 7 minutes after that")), "{told:?}");
    world.check().await;
    let ada = world.desk("ada@desk.example").await;
    assert_ne!(ada.epoch, epoch);
    let found = words(&ada, "mine").await;
    assert!(found.contains(&"before the backup".to_owned()));
    assert!(!found.contains(&"after the backup".to_owned()));
    let told = world.admin(Request::Doctor).await;
    let told = told.map_or_else(|told| told, |told| told.join("\n"));
    assert!(told.contains(&format!("to commit {copied} of")), "{told}");
    assert!(told.contains(&epoch.to_string()), "the gap is explained: {told}");
}

#[tokio::test]
async fn of_several_backups_the_furthest_is_restored_whatever_the_clock_said() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    ada.push(&[operation(ticket("mine"), note("in both"))]).await.expect("taken");
    world.clock.forward(SignedDuration::from_hours(20));
    let first = world.backup().await;
    world.clock.forward(SignedDuration::from_hours(-20));
    let world = world.restart().await;
    let mut ada = world.desk("ada@desk.example").await;
    ada.push(&[operation(ticket("mine"), note("in the second"))]).await.expect("taken");
    world.backup().await;
    let durable = ada.hello().await.expect("a welcome").durable_seq;
    assert_eq!(durable, Some(world.server.core().head()), "desks forget what is in the second");
    let (world, _) = world.lost_and_restored(first.parent().expect("a folder of both")).await;
    let ada = world.desk("ada@desk.example").await;
    assert!(words(&ada, "mine").await.contains(&"in the second".to_owned()));
}

#[tokio::test]
async fn numbers_that_may_have_been_told_to_customers_are_not_given_again() {
    let world = World::new().await;
    let copy = world.backup().await;
    let told = crate::intake::begin_ticket(&world, "one").await;
    let (world, _) = world.lost_and_restored(&copy).await;
    let again = crate::intake::begin_ticket(&world, "two").await;
    assert!(again > told, "{again} is another ticket than {told} was");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_made_while_desks_push_is_of_one_moment_and_has_all_that_was_settled_before_it() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let mut ann = world.desk("ann@desk.example").await;
    for n in 0..40 {
        let noted = operation(ticket("mine"), note(&format!("settled {n}")));
        ada.push(&[noted]).await.expect("taken");
    }
    let stop = Arc::new(std::sync::atomic::AtomicBool::new(false));
    let until = stop.clone();
    let pushing = tokio::spawn(async move {
        let mut pushed = 0;
        while !until.load(std::sync::atomic::Ordering::Relaxed) {
            let batch: Vec<_> = (0..20)
                .map(|n| operation(ticket("fresh"), note(&format!("meanwhile {pushed} {n}"))))
                .collect();
            ann.push(&batch).await.expect("nobody is stopped by a backup");
            pushed += 1;
        }
        pushed
    });
    let first = world.backup().await;
    world.clock.forward(SignedDuration::from_secs(2));
    let second = world.backup().await;
    stop.store(true, std::sync::atomic::Ordering::Relaxed);
    assert!(pushing.await.expect("pushed") > 0, "there was something to disturb");
    let mut world = world;
    for copy in [first, second] {
        (world, _) = world.lost_and_restored(&copy).await;
        world.check().await;
        let ada = world.desk("ada@desk.example").await;
        let found = words(&ada, "mine").await;
        for n in 0..40 {
            assert!(found.contains(&format!("settled {n}")), "settled {n} is missing");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_written_while_the_file_is_copied_does_not_tear_the_backup() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let large = |n: usize| {
        let texts = (0..15).map(move |at| format!("large {n} {at} {}", "x".repeat(60_000)));
        texts.map(|text| operation(ticket("mine"), note(&text))).collect::<Vec<_>>()
    };
    for n in 0..3 {
        ada.push(&large(n)).await.expect("taken");
    }
    let (rests, mut rested) = tokio::sync::mpsc::unbounded_channel();
    let written = Arc::new(tokio::sync::Semaphore::new(0));
    let until = written.clone();
    let resting = move |outside: Outside| {
        outside.sleeping(move |time| {
            let (rests, until) = (rests.clone(), until.clone());
            let rest = async move {
                match time == REST {
                    true => {
                        rests.send(()).ok();
                        // Closed when all is written.
                        until.acquire().await.map(drop).unwrap_or_default();
                    }
                    false => tokio::time::sleep(time).await,
                }
            };
            rest.boxed()
        })
    };
    // The log is in the file then, and begins anew.
    let world = world.restart_with(resting).await;
    let mut ada = world.desk("ada@desk.example").await;
    ada.push(&[operation(ticket("mine"), note("settled before"))]).await.expect("taken");
    let meanwhile = async {
        rested.recv().await.expect("a part of the file is copied, the other is not");
        for n in 3..15 {
            ada.push(&large(n)).await.expect("nobody is stopped by a backup");
        }
        written.close();
    };
    let (copy, ()) = tokio::join!(world.backup(), meanwhile);
    let (world, _) = world.lost_and_restored(&copy).await;
    world.check().await;
    let ada = world.desk("ada@desk.example").await;
    let found = words(&ada, "mine").await;
    assert!(found.contains(&"settled before".to_owned()));
    for n in 0..15 {
        let begin = format!("large {n} ");
        let count = found.iter().filter(|text| text.starts_with(&begin)).count();
        assert_eq!(count, 15, "of push {n}");
    }
}

#[tokio::test]
async fn a_backup_that_was_cut_off_is_never_taken_for_a_whole_one() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    ada.push(&[operation(ticket("mine"), note("kept"))]).await.expect("taken");
    let whole = world.backup().await;
    let clock = world.clock.clone();
    let dir = tempfile::tempdir().expect("a folder");
    let cut = |name: &str, damage: &dyn Fn(&Path)| {
        let all = dir.path().join(name);
        let copy = all.join(whole.file_name().expect("a name"));
        copy_all(&whole, &copy);
        damage(&copy);
        all
    };
    let cases = [
        cut("still being made", &|copy| {
            std::fs::rename(copy, copy.with_extension("part")).expect("renamed");
        }),
        cut("without its base", &|copy| {
            std::fs::remove_file(copy.join("bases/1/base.json")).expect("removed");
        }),
        cut("half a database", &|copy| {
            let file = std::fs::File::options().write(true).open(copy.join("bases/1/holdfast.db"));
            file.expect("a file").set_len(8192).expect("cut");
        }),
        cut("without its log", &|copy| {
            std::fs::remove_dir_all(copy.join("log")).expect("removed");
            std::fs::create_dir(copy.join("log")).expect("a folder");
        }),
        cut("half a log", &|copy| {
            let path = all_files(&copy.join("log")).remove(0);
            let bytes = path.metadata().expect("a file").len();
            let file = std::fs::File::options().write(true).open(path);
            file.expect("a file").set_len(bytes - 1000).expect("cut");
        }),
    ];
    for from in cases {
        let to = dir.path().join("to").join(new_id().to_string());
        let error = restore(&clock, &from, &to).await.expect_err("not whole");
        let started = holdfast_server::start(holdfast_server::Config::local(&to), clock.outside());
        if to.join("holdfast.db").exists() || to.join("restoring").exists() {
            let refused = started.await.err().expect("it is not served");
            assert!(format!("{refused:#}").contains("restore again"), "{refused:#}");
        }
        assert!(!error.is_empty(), "{}", from.display());
    }
}

#[tokio::test]
async fn a_flipped_byte_anywhere_in_a_backup_is_found_before_anything_is_served() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    note_and_file(&mut ada, "with a file", b"the file").await;
    let whole = world.backup().await;
    let clock = world.clock.clone();
    let dir = tempfile::tempdir().expect("a folder");
    let files = all_files(&whole);
    assert!(files.len() >= 5, "copy, base, its file, a piece of the log, an attachment: {files:?}");
    for (n, path) in files.iter().enumerate() {
        let bytes = std::fs::read(path).expect("a file");
        for at in [0, bytes.len() / 3, bytes.len() - 1] {
            let mut flipped = bytes.clone();
            flipped[at] ^= 0x04;
            std::fs::write(path, &flipped).expect("written");
            let to = dir.path().join(format!("{n}-{at}"));
            let restored = restore(&clock, &whole, &to).await;
            assert!(restored.is_err(), "byte {at} of {}", path.display());
        }
        std::fs::write(path, &bytes).expect("written");
    }
    restore(&clock, &whole, &dir.path().join("whole")).await.expect("it is whole again");
}

#[tokio::test]
async fn nothing_that_stands_is_written_over() {
    let world = World::new().await;
    let copy = world.backup().await;
    let taken = world.dir.path().join("taken");
    std::fs::create_dir(&taken).expect("a folder");
    std::fs::write(taken.join("holdfast.db"), "somebody's").expect("a file");
    let error = restore(&world.clock, &copy, &taken).await.expect_err("it is not empty");
    assert!(error.contains("nothing is written over"), "{error}");
    assert_eq!(std::fs::read(taken.join("holdfast.db")).expect("a file"), b"somebody's");
    assert_eq!(all_files(&taken).len(), 1);
    let inside = world.server.core().config.data_dir.join("backups");
    let error = world.admin(Request::Backup { to: inside }).await.expect_err("it goes with it");
    assert!(error.contains("goes with it"), "{error}");
}

#[tokio::test]
async fn a_file_brought_after_the_backup_keeps_its_words_at_the_desk() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    let bytes = b"the file";
    let log = file(bytes);
    let with_file = operation(ticket("mine"), note_with("with a file", &log));
    let answer = ada.push(&[with_file]).await.expect("taken");
    let seq = answer.settled[0].seq;
    world.backup().await;
    assert_eq!(ada.hello().await.expect("a welcome").durable_seq, Some(seq));
    put(&ada, &log, 0, bytes).await.expect("uploaded");
    let durable = ada.hello().await.expect("a welcome").durable_seq;
    assert_eq!(durable, Some(seq - 1), "the words are in the backup, their file is not");
    world.clock.forward(SignedDuration::from_secs(2));
    world.backup().await;
    assert_eq!(ada.hello().await.expect("a welcome").durable_seq, Some(seq));
}

#[tokio::test]
async fn without_any_backup_desks_keep_what_is_younger_than_the_feed() {
    let world = World::new().await;
    let mut ada = world.desk("ada@desk.example").await;
    ada.push(&[operation(ticket("mine"), note("young"))]).await.expect("taken");
    assert_eq!(ada.hello().await.expect("a welcome").durable_seq, Some(0));
    let head = world.server.core().head();
    holdfast_server::sync::horizon::advance(world.server.core()).await.expect("noted");
    world.clock.forward(SignedDuration::from_hours(24 * 31));
    holdfast_server::sync::horizon::advance(world.server.core()).await.expect("forgotten");
    let mut ada = world.desk("ada@desk.example").await;
    assert_eq!(ada.hello().await.expect("a welcome").durable_seq, Some(head));
}
