//! Which of the Latin-script languages: letter statistics vote, small words and own letters tip.

use std::sync::LazyLock;

use super::vote;
use super::words::{EUROPEAN_PORTUGUESE, INDONESIAN_FIRST, INDONESIAN_LAST, LATIN};

/// What the votes are worth, in small words. The trigrams are the weaker judge, but the only one
/// for the languages the letter groups do not know.
const VOTE_BY_LETTERS: f32 = 1.5;
const VOTE_BY_TRIGRAMS: f32 = 1.0;
const VOTE_UNOPPOSED: f32 = 2.5;
/// Fewer letters than this tell little, unless a small word is among them.
const MIN_LETTERS: usize = 12;

const COUNT: usize = LATIN.len();

/// A tag and how sure; `None` without a letter.
pub(super) fn guess(prose: &str) -> Option<(&'static str, f32)> {
    let lower = prose.to_lowercase();
    let words: Vec<&str> =
        lower.split(|c: char| !c.is_alphabetic()).filter(|word| !word.is_empty()).collect();
    if words.is_empty() {
        return None;
    }
    let mut scores = small_words(&words);
    for (score, letters) in scores.iter_mut().zip(&MARKS.letters) {
        *score += lower.chars().filter(|c| letters.contains(c)).count() as f32;
    }
    let evidence = scores;
    let letters = words.iter().map(|word| word.chars().count()).sum::<usize>();
    // Statistics over a few letters are noise.
    let enough = (letters as f32 / MIN_LETTERS as f32).min(1.0);
    for (tag, weight) in votes(&lower) {
        let voted = LATIN.iter().position(|marks| marks.tag == tag);
        scores[voted?] += weight * enough;
    }
    let best = (0..COUNT).max_by(|a, b| scores[*a].total_cmp(&scores[*b]).then(b.cmp(a)))?;
    let second = (0..COUNT).filter(|at| *at != best).map(|at| scores[at]).fold(0.0, f32::max);
    let lead = (scores[best] - second) / scores[best].max(f32::MIN_POSITIVE);
    let tag = match LATIN[best].tag {
        "pt" => portuguese(&words),
        tag => tag,
    };
    Some((tag, confidence(lead, evidence[best], letters)))
}

/// Grows with the lead over the next language, with marks of its own, and with enough letters.
fn confidence(lead: f32, evidence: f32, letters: usize) -> f32 {
    let enough = if letters >= MIN_LETTERS { 0.4 } else { 0.15 };
    enough + 0.25 * evidence.min(1.0) + 0.34 * lead
}

/// Tags, and what they are worth in small words.
fn votes(lower: &str) -> impl Iterator<Item = (&'static str, f32)> {
    let letters = vote::by_letters(lower).map(|tag| (tag, VOTE_BY_LETTERS));
    let trigrams = vote::latin_by_trigrams(lower).map(|tag| match tag {
        "id" | "pl" => (tag, VOTE_UNOPPOSED),
        _ => (tag, VOTE_BY_TRIGRAMS),
    });
    letters.into_iter().chain(trigrams)
}

/// A word that several languages have counts for each of them by its share.
fn small_words(words: &[&str]) -> [f32; COUNT] {
    let mut scores = [0.0; COUNT];
    for word in words {
        let found = MARKS.words.binary_search_by_key(word, |(known, _)| known);
        if let Ok(at) = found {
            let owners = &MARKS.words[at].1;
            for owner in owners {
                scores[*owner] += 1.0 / owners.len() as f32;
            }
        } else if is_indonesian_form(word) {
            scores[INDONESIAN] += 0.5;
        }
    }
    scores
}

fn is_indonesian_form(word: &str) -> bool {
    word.len() >= 7
        && word.is_ascii()
        && INDONESIAN_FIRST.iter().any(|first| word.starts_with(first))
        && INDONESIAN_LAST.iter().any(|last| word.ends_with(last))
}

fn portuguese(words: &[&str]) -> &'static str {
    let european = |word: &&str| EUROPEAN_PORTUGUESE.split_whitespace().any(|known| known == *word);
    if words.iter().any(european) { "pt-PT" } else { "pt-BR" }
}

const INDONESIAN: usize = COUNT - 1;

struct Index {
    /// Each small word with the languages that have it, sorted.
    words: Vec<(&'static str, Vec<usize>)>,
    letters: Vec<Vec<char>>,
}

static MARKS: LazyLock<Index> = LazyLock::new(|| {
    let mut all: Vec<(&'static str, usize)> = Vec::new();
    for (owner, marks) in LATIN.iter().enumerate() {
        all.extend(marks.words.split_whitespace().map(|word| (word, owner)));
    }
    all.sort_unstable();
    all.dedup();
    let by_word = all.chunk_by(|a, b| a.0 == b.0);
    Index {
        words: by_word.map(|c| (c[0].0, c.iter().map(|(_, owner)| *owner).collect())).collect(),
        letters: LATIN.iter().map(|marks| marks.letters.chars().collect()).collect(),
    }
});
