//! The two columns of the search index for a text.
//!
//! `words`: folded words in order, then each id that joins several words (`i-bp1f4k9x`,
//! `10.0.0.1`, `req_id-7`) once more as one token. `grams`: for each run of an unspaced script its
//! overlapping pairs and its last character, so that every character begins a token: pairs find
//! two-character words, and a single character is found as a prefix.
//!
//! Deliberately absent: ranking, stop words, stemming: an agent searches for what stands there.

use crate::scan::{Glue, Item, Scan, Script, scan};

/// Changes whenever [`tokens`] would answer differently; an index filled by another is refilled.
pub const TOKENS_VERSION: u32 = 1;

/// What lies beyond is not indexed: as long as the longest operation that is accepted.
pub const MAX_INPUT_BYTES: usize = 256 * 1024;

/// An id longer than this is found by its parts only.
const MAX_ID_BYTES: usize = 128;

/// The two columns; tokens are separated by single spaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tokens {
    /// Words of spaced scripts, then whole ids.
    pub words: String,
    /// Pairs and last characters of unspaced runs.
    pub grams: String,
}

/// The tokens of the first [`MAX_INPUT_BYTES`] of `text`. The same text gives the same tokens.
pub fn tokens(text: &str) -> Tokens {
    let scanned = scan(&text[..text.floor_char_boundary(MAX_INPUT_BYTES)]);
    let mut tokens = Tokens::default();
    let mut runs: Vec<Item> = Vec::new();
    for item in &scanned.items {
        match item.script {
            Script::Word => push(&mut tokens.words, scanned.text(item)),
            Script::Gram => runs.push(*item),
        }
    }
    for id in ids(&scanned) {
        push(&mut tokens.words, &id);
    }
    for gram in grams(&scanned, &runs) {
        push(&mut tokens.grams, &gram);
    }
    tokens
}

/// Whole ids: two words or more, each joined to the one before.
pub(crate) fn ids(scanned: &Scan) -> Vec<String> {
    let mut ids: Vec<String> = Vec::new();
    let mut open: Option<String> = None;
    let mut joined = false;
    for item in &scanned.items {
        match (item.glue, &mut open) {
            (Glue::Joined(joiner), Some(id)) => {
                id.push(joiner);
                id.push_str(scanned.text(item));
                joined = true;
            }
            _ => {
                ids.extend(open.take().filter(|id| joined && id.len() <= MAX_ID_BYTES));
                open = (item.script == Script::Word).then(|| scanned.text(item).to_owned());
                joined = false;
            }
        }
    }
    ids.extend(open.filter(|id| joined && id.len() <= MAX_ID_BYTES));
    ids
}

/// Pairs and last characters of the unspaced `items`, in order.
pub(crate) fn grams(scanned: &Scan, items: &[Item]) -> Vec<String> {
    let follows = |next: &Item| next.glue == Glue::Run;
    let mut grams = Vec::with_capacity(items.len());
    for (at, item) in items.iter().enumerate() {
        let mut gram = scanned.text(item).to_owned();
        if let Some(next) = items.get(at + 1).filter(|next| follows(next)) {
            gram.push_str(scanned.text(next));
        }
        grams.push(gram);
    }
    grams
}

fn push(column: &mut String, token: &str) {
    if !column.is_empty() {
        column.push(' ');
    }
    column.push_str(token);
}

#[cfg(test)]
mod tests {
    use super::{MAX_INPUT_BYTES, tokens};

    #[test]
    fn each_script_goes_to_its_column() {
        let table = [
            ("Müller's ECS is down", "muller s ecs is down", ""),
            ("i-bp1f4k9x", "i bp1f4k9x i-bp1f4k9x", ""),
            ("stop code 0x7E at 10.0.0.1:443.", "stop code 0x7e at 10 0 0 1 443 10.0.0.1", ""),
            ("req_id-9A77", "req id 9a77 req_id-9a77", ""),
            ("ECS 实例蓝屏", "ecs", "实例 例蓝 蓝屏 屏"),
            ("實例藍屏", "", "实例 例蓝 蓝屏 屏"),
            ("周", "", "周"),
            ("用户,历史", "", "用户 户 历史 史"),
            ("사용자가 ＥＣＳ", "ecs", "사용 용자 자가 가"),
            ("ｻｰﾊﾞｰ", "", "サー ーバ バー ー"),
            ("हिन्दी में", "हिन्दी में", ""),
            ("सर्वर ७", "सर्वर 7", ""),
            ("السَّلامُ عليكم", "السلام عليكم", ""),
            ("重跑gen-itgc后", "gen itgc gen-itgc", "重跑 跑 后"),
            ("a--b ... -x- ", "a b x", ""),
            ("", "", ""),
            ("🔥 — !", "", ""),
        ];
        for (text, words, grams) in table {
            let found = tokens(text);
            assert_eq!((found.words.as_str(), found.grams.as_str()), (words, grams), "{text}");
        }
    }

    #[test]
    fn what_lies_beyond_the_bound_is_left_out() {
        let text = "网".repeat(MAX_INPUT_BYTES);
        let found = tokens(&text);
        assert!(found.grams.len() < 3 * MAX_INPUT_BYTES);
        assert!(found.grams.starts_with("网网 网网"));
    }
}
