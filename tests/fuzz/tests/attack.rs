//! Each target over its corpus, and over a bounded number of changes of it. What fails is told with
//! the file, or with the number that makes the input again.

use std::panic::{AssertUnwindSafe, catch_unwind};

use holdfast_fuzz::change::changed;
use holdfast_fuzz::{TARGETS, corpus, target};

fn holds(name: &str) {
    let target = TARGETS.iter().find(|target| target.name == name).expect("a target");
    let inputs = corpus::read(name).expect("a corpus");
    assert!(inputs.len() >= 3, "{name} has {} inputs", inputs.len());
    for (file, bytes) in &inputs {
        attack(target.run, bytes, &format!("corpus/{name}/{file}"));
    }
    let seeds: Vec<_> = inputs.into_iter().map(|(_, bytes)| bytes).collect();
    for number in 0..target.rounds {
        let bytes = changed(&seeds, target.words, number);
        attack(target.run, &bytes, &format!("change {number} of {name}"));
    }
}

fn attack(run: fn(&[u8]), bytes: &[u8], what: &str) {
    if catch_unwind(AssertUnwindSafe(|| run(bytes))).is_err() {
        panic!("{what} broke it; the input: {:?}", String::from_utf8_lossy(bytes));
    }
}

#[test]
fn events_are_the_same_in_whatever_pieces_they_arrive() {
    holds("sse");
}

#[test]
fn a_chunk_is_read_whole_or_not_at_all() {
    holds("chunk");
}

#[test]
fn what_travels_reads_the_same_once_it_was_written_again() {
    holds("row");
}

#[test]
fn an_operation_is_decided_alike_twice_and_what_is_not_accepted_has_no_effect() {
    holds("operation");
}

#[test]
fn a_query_reads_the_same_once_it_was_written_again_and_holds_no_operator() {
    holds("query");
}

#[test]
fn words_of_any_script_are_cut_and_shown_within_their_bounds() {
    holds("text");
}

#[test]
fn markdown_comes_out_as_harmless_markup() {
    holds("markdown");
}

#[test]
fn markup_comes_out_without_anything_that_runs_loads_or_sends() {
    holds("markup");
}

#[test]
fn what_is_filled_into_prepared_words_is_no_hole_any_more() {
    holds("holes");
}

#[test]
fn a_damaged_outbox_copy_gives_back_what_was_sealed_and_nothing_else() {
    holds("seal");
}

#[test]
fn a_file_is_imported_whole_or_has_changed_nothing() {
    holds("import");
}

#[test]
fn the_server_answers_every_request_in_its_own_words_and_stays_sound() {
    holds("request");
    target::request::all_is_sound();
}

#[test]
fn every_target_is_run_here() {
    let here = include_str!("attack.rs");
    for target in &TARGETS {
        assert!(here.contains(&format!("holds(\"{}\")", target.name)), "{}", target.name);
    }
}
