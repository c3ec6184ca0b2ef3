//! Words: what people write, its limits, and the trickery that is taken out of names.
//!
//! Message bodies stay exactly as written (they are rendered harmlessly elsewhere); names and
//! subjects, which stand beside our own text, lose invisible and direction-turning characters.

use serde::{Deserialize, Serialize};
use ts_rs::TS;
use unicode_normalization::UnicodeNormalization;
use utoipa::ToSchema;

/// Longest public message or note, bytes of UTF-8.
pub const TEXT_BYTES_MAX: usize = 128 * 1024;
/// Longest subject, bytes of UTF-8.
pub const SUBJECT_BYTES_MAX: usize = 1024;
/// Longest resolution, bytes of UTF-8.
pub const RESOLUTION_BYTES_MAX: usize = 8 * 1024;
/// Longest tag, bytes of UTF-8.
pub const TAG_BYTES_MAX: usize = 64;
/// Most tags on one ticket.
pub const TAGS_MAX: usize = 64;
/// Most attachments under one message or note.
pub const ATTACHMENTS_MAX: usize = 32;
/// Largest attachment by default, bytes.
pub const ATTACHMENT_BYTES_MAX: u64 = 25 * 1024 * 1024;
/// Longest preview, characters.
pub const PREVIEW_CHARS_MAX: usize = 140;

/// A file that hangs under words; its bytes travel after the words.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, TS, ToSchema)]
pub struct Attachment {
    /// BLAKE3 of the bytes, 64 hexadecimal digits.
    pub hash: String,
    /// File name as given, without folders.
    pub name: String,
    /// Media type, `application/octet-stream` when unknown.
    pub media_type: String,
    /// Size in bytes.
    #[ts(type = "number")]
    pub size_bytes: u64,
}

/// A tag: lower case, no white space, no invisible characters.
pub fn tag(raw: &str) -> Option<String> {
    let tag: String = plain(raw).to_lowercase();
    let ok = !tag.is_empty()
        && tag.len() <= TAG_BYTES_MAX
        && !tag.chars().any(|c| c.is_whitespace() || c.is_control() || c == ',');
    ok.then_some(tag)
}

/// A one-line text fit to stand beside our own: NFC, no control, zero-width or bidirectional
/// control characters (Unicode TR 36), white space folded and trimmed.
pub fn plain(raw: &str) -> String {
    let visible = raw.nfc().filter(|c| !is_invisible(*c));
    let mut out = String::with_capacity(raw.len());
    for c in visible {
        let c = if c.is_whitespace() || c.is_control() { ' ' } else { c };
        if c != ' ' || !out.ends_with(' ') {
            out.push(c);
        }
    }
    out.trim().to_owned()
}

/// The first words of a message on one line, at most [`PREVIEW_CHARS_MAX`] characters.
pub fn preview(text: &str) -> String {
    let head: String = text.chars().take(PREVIEW_CHARS_MAX * 2).collect();
    plain(&head).chars().take(PREVIEW_CHARS_MAX).collect()
}

/// A text on one line, of at most `chars_max` characters: what is longer ends between two words,
/// where its script has spaces, and with a mark.
pub fn line(text: &str, chars_max: usize) -> String {
    let whole = plain(text);
    if whole.chars().count() <= chars_max {
        return whole;
    }
    let cut: String = whole.chars().take(chars_max.saturating_sub(1)).collect();
    let space = cut.rfind(' ').filter(|at| at * 2 > cut.len());
    format!("{}…", cut[..space.unwrap_or(cut.len())].trim_end())
}

/// Joiners that scripts need (ZWNJ, ZWJ) are kept inside words of those scripts by leaving
/// U+200C and U+200D to names in them; everything else invisible goes.
fn is_invisible(c: char) -> bool {
    matches!(c,
        '\u{00AD}' | '\u{061C}' | '\u{180E}' | '\u{200B}' | '\u{200E}' | '\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{206A}'..='\u{206F}'
        | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_cannot_turn_the_line_round_or_hide_letters() {
        let table = [
            ("Anna\u{202E}gnp.exe", "Annagnp.exe"),
            ("pay\u{200B}pal", "paypal"),
            ("  two   spaces\n", "two spaces"),
            ("\u{2066}x\u{2069}", "x"),
            ("王伟", "王伟"),
            ("می\u{200C}خواهم", "می\u{200C}خواهم"),
        ];
        for (raw, want) in table {
            assert_eq!(plain(raw), want);
        }
    }

    #[test]
    fn tags_are_one_lower_case_word() {
        assert_eq!(tag(" Driver "), Some("driver".into()));
        assert_eq!(tag("two words"), None);
        assert_eq!(tag("\u{200B}"), None);
        assert_eq!(tag(&"x".repeat(65)), None);
    }

    #[test]
    fn a_long_line_ends_between_two_words_with_a_mark() {
        let table = [
            ("Sorting by date\nfails", 30, "Sorting by date fails"),
            ("Sorting by date fails", 14, "Sorting by…"),
            ("Sortierreihenfolge", 8, "Sortier…"),
            ("按日期排序失败", 5, "按日期排…"),
        ];
        for (text, chars_max, want) in table {
            assert_eq!(line(text, chars_max), want);
        }
    }

    #[test]
    fn a_preview_is_one_short_line() {
        let long = "第一行\n".repeat(100);
        assert_eq!(preview(&long).chars().count(), PREVIEW_CHARS_MAX);
        assert!(!preview(&long).contains('\n'));
    }
}
