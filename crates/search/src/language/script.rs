//! The script of a text, and the language where the script or a few of its letters say it.

use super::vote;
use super::words::{ARABIC, CYRILLIC, Marks};
use crate::han::{Writing, writing};

pub(super) enum Found {
    /// A tag and how sure.
    Language(&'static str, f32),
    /// One of many; letters and words must tell.
    Latin,
}

/// Scripts that carry a language or a small group of them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Script {
    Latin,
    Han,
    Kana,
    Hangul,
    Cyrillic,
    Arabic,
    Other(&'static str),
}

/// Scripts read as one language: first and last code point.
const OTHERS: [(u32, u32, &str); 15] = [
    (0x370, 0x3FF, "el"),
    (0x530, 0x58F, "hy"),
    (0x590, 0x5FF, "he"),
    (0x900, 0x97F, "hi"),
    (0x980, 0x9FF, "bn"),
    (0xA80, 0xAFF, "gu"),
    (0xB80, 0xBFF, "ta"),
    (0xC00, 0xC7F, "te"),
    (0xE00, 0xE7F, "th"),
    (0xE80, 0xEFF, "lo"),
    (0x1000, 0x109F, "my"),
    (0x10A0, 0x10FF, "ka"),
    (0x1200, 0x139F, "am"),
    (0x1780, 0x17FF, "km"),
    (0x1F00, 0x1FFF, "el"),
];

/// The script most of `prose` is written in; `None` without letters.
pub(super) fn of(prose: &str) -> Option<Found> {
    let mut weights: Vec<(Script, u32)> = Vec::new();
    for (script, weight) in prose.chars().filter_map(script) {
        match weights.iter_mut().find(|(known, _)| *known == script) {
            Some((_, sum)) => *sum += weight,
            None => weights.push((script, weight)),
        }
    }
    let weight = |wanted| weights.iter().find(|(s, _)| *s == wanted).map_or(0, |(_, w)| *w);
    // Kanji belong to the kana around them. A kana or two in Chinese (の) is decoration.
    let (han, kana) = (weight(Script::Han), weight(Script::Kana));
    let japanese = kana > 0 && kana * 10 >= han;
    let merged = |(script, own): &(Script, u32)| match script {
        Script::Han if japanese => (Script::Kana, han + kana),
        Script::Kana if !japanese => (Script::Han, han + kana),
        Script::Han | Script::Kana => (*script, han + kana),
        _ => (*script, *own),
    };
    let (script, weight) = weights.iter().map(merged).max_by_key(|(script, w)| (*w, *script))?;
    let sure = if weight >= 4 { 0.99 } else { 0.8 };
    Some(match script {
        Script::Latin => Found::Latin,
        Script::Han => han_language(prose),
        Script::Kana => Found::Language("ja", sure),
        Script::Hangul => Found::Language("ko", sure),
        Script::Cyrillic => cyrillic(prose),
        Script::Arabic => arabic(prose),
        Script::Other(tag) => Found::Language(tag, sure),
    })
}

/// A letter's script and how many Latin letters it is worth: an ideograph is half a word, and
/// product names in Latin letters stand in sentences of every script.
fn script(c: char) -> Option<(Script, u32)> {
    if !c.is_alphabetic() {
        return None;
    }
    match u32::from(c) {
        0..=0x24F | 0x1E00..=0x1EFF => Some((Script::Latin, 1)),
        0x3040..=0x30FF | 0x31F0..=0x31FF | 0xFF66..=0xFF9F if c != 'ー' => {
            Some((Script::Kana, 3))
        }
        0x3400..=0x4DBF | 0x4E00..=0x9FFF | 0x20000..=0x3FFFF => Some((Script::Han, 4)),
        0x1100..=0x11FF | 0x3130..=0x318F | 0xAC00..=0xD7A3 => Some((Script::Hangul, 4)),
        0x400..=0x52F => Some((Script::Cyrillic, 2)),
        0x600..=0x6FF | 0x750..=0x77F | 0xFB50..=0xFDFF | 0xFE70..=0xFEFC => {
            Some((Script::Arabic, 2))
        }
        code => {
            let other = OTHERS.iter().find(|(first, last, _)| (*first..=*last).contains(&code))?;
            Some((Script::Other(other.2), 2))
        }
    }
}

fn han_language(prose: &str) -> Found {
    let (mut simplified, mut traditional, mut japanese) = (0_u32, 0_u32, 0_u32);
    for c in prose.chars() {
        match writing(c) {
            Some(Writing::Simplified) => simplified += 1,
            Some(Writing::Traditional) => traditional += 1,
            Some(Writing::Japanese) => japanese += 1,
            None => {}
        }
    }
    let chinese = simplified.max(traditional);
    if japanese > 0 && japanese * 4 >= chinese {
        return Found::Language("ja", 0.8);
    }
    let confidence = match (chinese, simplified.min(traditional)) {
        (0, _) => 0.6,
        (most, least) if least * 3 > most => 0.7,
        (1, _) => 0.85,
        _ => 0.98,
    };
    Found::Language(if traditional > simplified { "zh-Hant" } else { "zh-Hans" }, confidence)
}

fn cyrillic(prose: &str) -> Found {
    let (best, lead) = most_marked(&CYRILLIC, prose);
    Found::Language(CYRILLIC[best].tag, if lead > 0 { 0.95 } else { 0.7 })
}

fn arabic(prose: &str) -> Found {
    match most_marked(&ARABIC, prose) {
        (_, 0) => Found::Language(vote::arabic_by_trigrams(prose).unwrap_or("ar"), 0.7),
        (best, _) => Found::Language(ARABIC[best].tag, 0.95),
    }
}

/// The language that shows most of itself, and by how many marks it leads; the first if none does.
fn most_marked(languages: &[Marks], prose: &str) -> (usize, usize) {
    let lower = prose.to_lowercase();
    let words: Vec<&str> = lower.split(|c: char| !c.is_alphabetic()).collect();
    let shown = |marks: &Marks| {
        let letters = lower.chars().filter(|c| marks.letters.contains(*c)).count();
        let own = |word: &&&str| marks.words.split_whitespace().any(|known| known == **word);
        letters + words.iter().filter(own).count()
    };
    let shown: Vec<usize> = languages.iter().map(shown).collect();
    let most = shown.iter().max().copied().unwrap_or(0);
    let best = shown.iter().position(|count| *count == most).unwrap_or(0);
    let others = shown.iter().enumerate().filter(|(at, _)| *at != best);
    (best, most - others.map(|(_, count)| *count).max().unwrap_or(0))
}
