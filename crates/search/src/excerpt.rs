//! The piece of a text that shows why it was found: the surroundings of the first hit, with every
//! hit in them marked. It reads text and query by the same pass as the index, so that what was
//! found can be seen.
//!
//! All positions are counted in characters (Unicode scalar values), never in bytes or UTF-16.
//! Deliberately absent: markup; ellipses are the window's business (`cut_before`, `cut_after`).

use std::ops::Range;

use crate::fold::extends_cluster;
use crate::fts::groups;
use crate::query::{Kind, Query};
use crate::scan::{Glue, Item, Scan, Script, scan};
use crate::token::MAX_INPUT_BYTES;

/// A part of a text with its hits.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Excerpt {
    /// At most as many characters as were asked for, without space at its ends.
    pub text: String,
    /// Where the hits stand in `text`: ascending, not overlapping, never empty.
    pub matches: Vec<Range<usize>>,
    /// Whether words were left out before it.
    pub cut_before: bool,
    /// Whether words were left out after it.
    pub cut_after: bool,
}

/// The surroundings of the first hit of any wanted word, `max_chars` long at most; the beginning
/// of the text if there is none.
pub fn excerpt(text: &str, query: &Query, max_chars: usize) -> Excerpt {
    let text = &text[..text.floor_char_boundary(MAX_INPUT_BYTES)];
    let hits = hits(text, query);
    let chars: Vec<char> = text.chars().collect();
    let window = window(&chars, hits.first(), max_chars);
    let is_word = |c: &char| !c.is_whitespace();
    Excerpt {
        cut_before: chars[..window.start].iter().any(is_word),
        cut_after: chars[window.end..].iter().any(is_word),
        matches: inside(&hits, &window),
        text: chars[window].iter().collect(),
    }
}

/// Hits in characters of `text`, ascending and merged.
fn hits(text: &str, query: &Query) -> Vec<Range<usize>> {
    let hay = scan(text);
    let (words, grams): (Vec<Item>, Vec<Item>) =
        hay.items.iter().partition(|item| item.script == Script::Word);
    let mut hits = Vec::new();
    for term in query.terms.iter().filter(|term| !term.negated) {
        let needle = scan(&term.text);
        let groups = groups(&needle);
        for (at, group) in groups.iter().enumerate() {
            let prefix = term.kind == Kind::Prefix && at + 1 == groups.len();
            let column = if group[0].script == Script::Word { &words } else { &grams };
            let found = column
                .windows(group.len())
                .filter(|items| stands_here((&hay, items), (&needle, group), prefix));
            hits.extend(found.map(|items| items[0].source.0..items[items.len() - 1].source.1));
        }
    }
    merged(hits)
}

fn stands_here(hay: (&Scan, &[Item]), needle: (&Scan, &[Item]), prefix: bool) -> bool {
    let last = needle.1.len() - 1;
    hay.1.iter().zip(needle.1).enumerate().all(|(at, (there, wanted))| {
        let (text, word) = (hay.0.text(there), needle.0.text(wanted));
        let same_run = (there.glue == Glue::Run) == (wanted.glue == Glue::Run);
        let text_fits = text == word || (prefix && at == last && text.starts_with(word));
        text_fits && (at == 0 || same_run)
    })
}

fn merged(mut hits: Vec<Range<usize>>) -> Vec<Range<usize>> {
    hits.sort_by_key(|hit| (hit.start, hit.end));
    let mut merged: Vec<Range<usize>> = Vec::with_capacity(hits.len());
    for hit in hits {
        match merged.last_mut() {
            Some(last) if hit.start < last.end => last.end = last.end.max(hit.end),
            _ => merged.push(hit),
        }
    }
    merged
}

/// Up to a quarter of the room goes before the hit; room the end of the text leaves over goes
/// there too. Neither end tears a letter from its marks or, if it can be helped, a word.
fn window(chars: &[char], first: Option<&Range<usize>>, max_chars: usize) -> Range<usize> {
    let hit = first.cloned().unwrap_or(0..0);
    let lead = hit.start.saturating_sub(max_chars / 4);
    let start = lead.min(chars.len().saturating_sub(max_chars));
    let start = start_of_word(chars, start, hit.start);
    let end = chars.len().min(start + max_chars);
    let end = end_of_word(chars, end, hit.end.clamp(start, end));
    trimmed(chars, start..end)
}

/// The first place at or after `at`, and not after `limit`, where a word begins.
fn start_of_word(chars: &[char], at: usize, limit: usize) -> usize {
    if at == 0 || chars[at - 1].is_whitespace() {
        return at;
    }
    let space = (at..limit).find(|i| chars[*i].is_whitespace());
    let mut start = space.unwrap_or(at);
    while start < limit && extends_cluster(chars[start]) {
        start += 1;
    }
    start
}

/// The last place at or before `at`, and not before `limit`, where a word ends.
fn end_of_word(chars: &[char], at: usize, limit: usize) -> usize {
    if at == chars.len() || chars[at].is_whitespace() {
        return at;
    }
    let nearest = limit.max(at.saturating_sub(MAX_WORD_LOOKBACK));
    let space = (nearest..at).rev().find(|i| chars[*i].is_whitespace());
    let mut end = space.unwrap_or(at);
    while end > limit && extends_cluster(chars[end]) {
        end -= 1;
    }
    end
}

/// Text without spaces is cut where the room ends rather than at a space far away.
const MAX_WORD_LOOKBACK: usize = 24;

fn trimmed(chars: &[char], mut window: Range<usize>) -> Range<usize> {
    while window.start < window.end && chars[window.start].is_whitespace() {
        window.start += 1;
    }
    while window.start < window.end && chars[window.end - 1].is_whitespace() {
        window.end -= 1;
    }
    window
}

fn inside(hits: &[Range<usize>], window: &Range<usize>) -> Vec<Range<usize>> {
    hits.iter()
        .map(|hit| hit.start.max(window.start)..hit.end.min(window.end))
        .filter(|hit| hit.start < hit.end)
        .map(|hit| hit.start - window.start..hit.end - window.start)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::{Excerpt, excerpt};
    use crate::parse;

    fn of(text: &str, query: &str, max_chars: usize) -> (Excerpt, Vec<String>) {
        let query = parse(query).expect("a well-formed query");
        let found = excerpt(text, &query, max_chars);
        let chars: Vec<char> = found.text.chars().collect();
        let marked = found.matches.iter().map(|m| chars[m.clone()].iter().collect()).collect();
        (found, marked)
    }

    #[test]
    fn hits_are_marked_as_they_are_written() {
        let table = [
            ("Herr Müller meldet sich", "muller", vec!["Müller"]),
            ("u\u{308}ber Mu\u{308}ller", "Müller", vec!["Mu\u{308}ller"]),
            ("這台 ECS 實例藍屏了", "实例 ecs", vec!["ECS", "實例"]),
            ("实例蓝屏", "例蓝屏", vec!["例蓝屏"]),
            ("id i-bp1f4k9x, again", "i-bp1f4k9x", vec!["i-bp1f4k9x"]),
            ("crash, crashed; Crashes", "crash*", vec!["crash", "crashed", "Crashes"]),
            ("one two, two one", "\"two one\"", vec!["two one"]),
            ("실례지만 사용자가", "사용", vec!["사용"]),
            ("ＥＣＳ and ｻｰﾊﾞｰ", "ecs サーバ", vec!["ＥＣＳ", "ｻｰﾊﾞ"]),
            ("nothing here", "-nothing here", vec!["here"]),
            ("用户 户籍", "户", vec!["户", "户"]),
        ];
        for (text, query, marked) in table {
            assert_eq!(of(text, query, 200).1, marked, "{query} in {text}");
        }
    }

    #[test]
    fn a_long_text_is_cut_at_words_around_the_first_hit() {
        let text = "filler words ".repeat(40) + "the disk is full " + &"and more ".repeat(40);
        let (found, marked) = of(&text, "disk", 60);
        assert_eq!(marked, ["disk"]);
        assert!(found.cut_before && found.cut_after);
        assert!(found.text.chars().count() <= 60);
        assert!(found.text.starts_with("words the disk is full"), "{}", found.text);
        assert!(found.text.ends_with("and more"), "{}", found.text);
    }

    #[test]
    fn unspaced_text_is_cut_where_the_room_ends() {
        let text = "前".repeat(300) + "蓝屏" + &"后".repeat(300);
        let (found, marked) = of(&text, "蓝屏", 40);
        assert_eq!(marked, ["蓝屏"]);
        assert_eq!(found.text.chars().count(), 40);
        assert_eq!(found.matches[0], 10..12);
    }

    #[test]
    fn without_a_hit_the_beginning_is_shown() {
        let (found, marked) = of("  Dear team, hello", "absent", 9);
        assert_eq!((found.text.as_str(), marked.len()), ("Dear", 0));
        assert!(!found.cut_before && found.cut_after);
        assert_eq!(of("", "x", 9).0, Excerpt::default());
        assert_eq!(of("abc", "abc", 0).0.text, "");
    }
}
