//! One spelling for what readers take as the same letter: compatibility forms, case, diacritics,
//! digits of other scripts, traditional and simplified Han.
//!
//! Marks are dropped only where they are ornaments (Latin, Greek, Cyrillic, Hebrew, Arabic). In
//! Indic and South-East Asian scripts they are vowels, in Japanese they change the consonant, and
//! there they stay.
//!
//! Deliberately absent: transliteration between scripts, stemming, "ue" for "ü".

use any_ascii::any_ascii_char;
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::{decompose_canonical, is_combining_mark};

use crate::han;

/// Whether `c` belongs to the letter before it, so that both must be normalised together.
pub(crate) fn extends_cluster(c: char) -> bool {
    match u32::from(c) {
        0..0x300 => false,
        // Vowel and final jamo, and the half-width voiced marks, compose with what precedes.
        0x1160..=0x11FF | 0xFF9E | 0xFF9F => true,
        // No marks among ideographs, syllables and full-width letters.
        0x3400..=0x9FFF | 0xAC00..=0xD7A3 | 0xFF01..=0xFFEF => false,
        _ => is_combining_mark(c),
    }
}

/// Appends the folded form of one cluster (a letter and its marks) to `out`.
pub(crate) fn fold_cluster(cluster: &str, out: &mut String) {
    let mut chars = cluster.chars();
    if let (Some(first), None) = (chars.next(), chars.next()) {
        match u32::from(first) {
            0..0x80 => return out.push(first.to_ascii_lowercase()),
            0x4E00..=0x9FFF => return out.push(han::simplified(first)),
            0x3041..=0x3096 | 0x30A1..=0x30FA | 0xAC00..=0xD7A3 => return out.push(first),
            _ => {}
        }
    }
    for composed in cluster.nfkc() {
        for lower in composed.to_lowercase() {
            fold_letter(lower, out);
        }
    }
}

fn fold_letter(c: char, out: &mut String) {
    if is_ornament(c) {
        return;
    }
    match u32::from(c) {
        0..0x80 => out.push(c),
        0x80..0x530 | 0x620..0x700 | 0x1E00..0x2000 => decompose_canonical(c, |part| {
            if !is_ornament(part) {
                fold_base(part, out);
            }
        }),
        _ => fold_base(c, out),
    }
}

fn fold_base(c: char, out: &mut String) {
    if let Some(digit) = digit(c) {
        return out.push(digit);
    }
    match c {
        '\u{C0}'..='\u{2AF}' | '\u{1E00}'..='\u{1EFF}' | '\u{2C60}'..='\u{2C7F}'
            if c.is_alphabetic() =>
        {
            out.extend(any_ascii_char(c).chars().map(|a| a.to_ascii_lowercase()));
        }
        'ς' => out.push('σ'),
        // Persian and Urdu keyboards write other code points for the same Arabic letters.
        'ى' | 'ی' => out.push('ي'),
        'ک' => out.push('ك'),
        'ہ' | 'ھ' | 'ة' => out.push('ه'),
        _ => out.push(han::simplified(c)),
    }
}

/// Marks that readers leave out when they type, and characters that cannot be seen at all.
fn is_ornament(c: char) -> bool {
    matches!(u32::from(c),
        0xAD | 0x300..=0x36F | 0x483..=0x489 | 0x591..=0x5BD | 0x5BF..=0x5C7
        | 0x610..=0x61A | 0x61C | 0x640 | 0x64B..=0x65F | 0x670 | 0x6D6..=0x6DC | 0x6DF..=0x6E8
        | 0x6EA..=0x6ED | 0x1AB0..=0x1AFF | 0x1DC0..=0x1DFF | 0x200B..=0x200F | 0x202A..=0x202E
        | 0x2060..=0x2069 | 0x20D0..=0x20FF | 0xFE00..=0xFE0F | 0xFE20..=0xFE2F | 0xFEFF
        | 0xE0100..=0xE01EF)
}

/// The ASCII digit for a decimal digit of the scripts our customers write in.
fn digit(c: char) -> Option<char> {
    const ZEROS: [u32; 8] = [0x660, 0x6F0, 0x966, 0x9E6, 0xE50, 0xED0, 0x1040, 0x17E0];
    let code = u32::from(c);
    let zero = ZEROS.into_iter().find(|zero| (*zero..zero + 10).contains(&code))?;
    char::from_digit(code - zero, 10)
}

#[cfg(test)]
mod tests {
    use super::fold_cluster;

    fn folded(text: &str) -> String {
        let mut out = String::new();
        fold_cluster(text, &mut out);
        out
    }

    #[test]
    fn letters_readers_take_as_the_same_are_spelt_the_same() {
        let table = [
            ("Ü", "u"),
            ("u\u{308}", "u"),
            ("ß", "ss"),
            ("Đ", "d"),
            ("ế", "e"),
            ("ł", "l"),
            ("İ", "i"),
            ("ı", "i"),
            ("ё", "е"),
            ("Σ", "σ"),
            ("ς", "σ"),
            ("Ａ", "a"),
            ("７", "7"),
            ("٧", "7"),
            ("७", "7"),
            ("๗", "7"),
            ("أ", "ا"),
            ("ی", "ي"),
            ("ﬁ", "fi"),
            ("ｶﾞ", "ガ"),
            ("か\u{3099}", "が"),
            ("\u{1112}\u{1161}\u{11AB}", "한"),
            ("網", "网"),
            ("\u{200B}", ""),
            ("ー", "ー"),
        ];
        for (given, wanted) in table {
            assert_eq!(folded(given), wanted, "{given}");
        }
    }

    #[test]
    fn vowel_signs_that_carry_meaning_stay() {
        assert_eq!(folded("कि"), "कि");
        assert_eq!(folded("นี"), "นี");
    }
}
