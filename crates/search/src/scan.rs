//! One pass over a text that says where its words and its unspaced runs stand. Tokens, queries
//! and excerpts all come from this pass, so that what is indexed is what is asked for and shown.
//!
//! Deliberately absent: dictionaries. Unspaced scripts are cut into characters, and pairs of
//! characters become tokens elsewhere.

use unicode_normalization::char::is_combining_mark;

use crate::fold::{extends_cluster, fold_cluster};

/// Letters of one word beyond this add nothing to finding it (encoded blobs, mostly).
pub(crate) const MAX_WORD_CHARS: usize = 64;

/// What an item is, hence the column it is indexed in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Script {
    /// A word of a script that puts spaces between words.
    Word,
    /// One character of a script that does not, or of Korean, whose endings cling to words.
    Gram,
}

/// How an item hangs on the item before it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Glue {
    /// Something stands between them.
    Apart,
    /// The next character of the same unspaced run.
    Run,
    /// The next part of one id, after this joiner: `i-bp1f4k9x`, `10.0.0.1`.
    Joined(char),
}

/// A word, or one character of an unspaced run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Item {
    pub script: Script,
    pub glue: Glue,
    /// Bytes of its folded form in [`Scan::folded`].
    folded: (usize, usize),
    /// First character in the source, and the one after the last.
    pub source: (usize, usize),
}

/// The items of a text, in order.
#[derive(Debug, Default)]
pub(crate) struct Scan {
    folded: String,
    pub items: Vec<Item>,
}

impl Scan {
    pub fn text(&self, item: &Item) -> &str {
        &self.folded[item.folded.0..item.folded.1]
    }
}

/// Reads `text` once; O(its length).
pub(crate) fn scan(text: &str) -> Scan {
    let mut reader = Reader::default();
    let mut cluster = String::new();
    let mut chars = text.char_indices().enumerate().peekable();
    while let Some((at, (byte, first))) = chars.next() {
        let mut end = at + 1;
        let mut end_byte = byte + first.len_utf8();
        while let Some((_, (_, mark))) = chars.next_if(|(_, (_, c))| extends_cluster(*c)) {
            end += 1;
            end_byte += mark.len_utf8();
        }
        cluster.clear();
        fold_cluster(&text[byte..end_byte], &mut cluster);
        for c in cluster.chars() {
            reader.take(c, (at, end));
        }
    }
    reader.scan
}

#[derive(Default)]
struct Reader {
    scan: Scan,
    last: Last,
    word_chars: usize,
}

#[derive(Clone, Copy, Default, PartialEq, Eq)]
enum Last {
    #[default]
    Nothing,
    Word,
    Joiner(char),
    Gram,
}

impl Reader {
    fn take(&mut self, c: char, source: (usize, usize)) {
        match class(c) {
            Class::Word if self.last == Last::Word => self.extend(c, source),
            Class::Word => {
                let glue = match self.last {
                    Last::Joiner(joiner) => Glue::Joined(joiner),
                    _ => Glue::Apart,
                };
                self.begin(Script::Word, glue, c, source);
                self.last = Last::Word;
                self.word_chars = 1;
            }
            Class::Gram => {
                let glue = if self.last == Last::Gram { Glue::Run } else { Glue::Apart };
                self.begin(Script::Gram, glue, c, source);
                self.last = Last::Gram;
            }
            Class::Joiner if self.last == Last::Word => self.last = Last::Joiner(c),
            Class::Joiner | Class::Break => self.last = Last::Nothing,
        }
    }

    fn begin(&mut self, script: Script, glue: Glue, c: char, source: (usize, usize)) {
        let from = self.scan.folded.len();
        self.scan.folded.push(c);
        let folded = (from, self.scan.folded.len());
        self.scan.items.push(Item { script, glue, folded, source });
    }

    fn extend(&mut self, c: char, source: (usize, usize)) {
        self.word_chars += 1;
        let Some(item) = self.scan.items.last_mut() else {
            return;
        };
        item.source.1 = source.1;
        if self.word_chars <= MAX_WORD_CHARS {
            self.scan.folded.push(c);
            item.folded.1 = self.scan.folded.len();
        }
    }
}

enum Class {
    Word,
    Gram,
    Joiner,
    Break,
}

fn class(c: char) -> Class {
    match c {
        'a'..='z' | '0'..='9' => Class::Word,
        '-' | '_' | '.' => Class::Joiner,
        '\0'..='\x7F' => Class::Break,
        _ if !c.is_alphanumeric() && !is_combining_mark(c) => Class::Break,
        _ if is_unspaced(c) => Class::Gram,
        _ => Class::Word,
    }
}

fn is_unspaced(c: char) -> bool {
    matches!(u32::from(c),
        // Thai, Lao, Tibetan, Burmese, Khmer
        0xE00..=0xFFF | 0x1000..=0x109F | 0x1780..=0x17FF
        // Hangul; kana, bopomofo, Han and their extensions
        | 0x1100..=0x11FF | 0xA960..=0xA97F | 0xAC00..=0xD7FF
        | 0x3005..=0x3007 | 0x3031..=0x318F | 0x31A0..=0x31FF | 0x3400..=0x4DBF
        | 0x4E00..=0x9FFF | 0xF900..=0xFAFF | 0x1AFF0..=0x1B16F | 0x20000..=0x3FFFF)
}

#[cfg(test)]
mod tests {
    use super::{Glue, scan};

    #[test]
    fn a_mixed_run_is_cut_where_the_script_changes() {
        let scanned = scan("重跑gen-itgc后");
        let texts: Vec<&str> = scanned.items.iter().map(|item| scanned.text(item)).collect();
        assert_eq!(texts, ["重", "跑", "gen", "itgc", "后"]);
        assert_eq!(scanned.items[1].glue, Glue::Run);
        assert_eq!(scanned.items[3].glue, Glue::Joined('-'));
        assert_eq!(scanned.items[4].glue, Glue::Apart);
        assert_eq!(scanned.items[3].source, (6, 10));
    }

    #[test]
    fn an_endless_word_is_cut_but_keeps_its_place() {
        let scanned = scan(&"A".repeat(1_000));
        assert_eq!(scanned.items.len(), 1);
        assert_eq!(scanned.text(&scanned.items[0]).len(), super::MAX_WORD_CHARS);
        assert_eq!(scanned.items[0].source, (0, 1_000));
    }
}
