//! Changes of an input: the attacker of the test command. The same number gives the same input, so
//! a failure is found again by its number.
//!
//! Deliberately absent: coverage. That is the engine's, which runs for hours and leaves what it
//! found in the corpus.

/// Most changes of one input.
const CHANGES_MAX: u64 = 8;
/// Longest input that grows any further, bytes.
const LONG_BYTES: usize = 64 * 1024;
/// Numbers at which things break.
const NUMBERS: [&str; 10] = [
    "0",
    "-1",
    "1e309",
    "255",
    "65536",
    "4294967296",
    "9007199254740993",
    "9223372036854775807",
    "-9223372036854775808",
    "18446744073709551616",
];

/// A stream of numbers from a seed (splitmix64).
pub struct Dice(u64);

impl Dice {
    /// From a seed.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// Below a bound; 0 for the bound 0.
    pub fn below(&mut self, bound: usize) -> usize {
        let bound = u64::try_from(bound.max(1)).unwrap_or(u64::MAX);
        usize::try_from(self.next() % bound).unwrap_or_default()
    }
}

/// One of `seeds`, changed a few times; words of the target's language are put in whole.
pub fn changed(seeds: &[Vec<u8>], words: &[&str], number: u64) -> Vec<u8> {
    let mut dice = Dice::new(number);
    let mut bytes = pick(seeds, &mut dice).cloned().unwrap_or_default();
    for _ in 0..=dice.next() % CHANGES_MAX {
        change(&mut bytes, seeds, words, &mut dice);
    }
    bytes
}

fn change(bytes: &mut Vec<u8>, seeds: &[Vec<u8>], words: &[&str], dice: &mut Dice) {
    let at = dice.below(bytes.len() + 1);
    let end = (at + 1 + dice.below(16)).min(bytes.len());
    match dice.below(10) {
        0 => flip(bytes, at, dice),
        1 => put(bytes, at..at, &[dice.next() as u8]),
        2 => put(bytes, at..end.max(at), &[]),
        3 => bytes.truncate(at),
        4 | 5 => put(bytes, at..at, pick(words, dice).copied().unwrap_or("{").as_bytes()),
        6 => number(bytes, at, dice),
        7 => {
            let again = bytes[at..end.max(at)].repeat(1 + dice.below(64));
            put(bytes, at..at, &again);
        }
        8 => {
            let other = pick(seeds, dice).cloned().unwrap_or_default();
            let from = dice.below(other.len() + 1);
            put(bytes, at..bytes.len(), &other[from..]);
        }
        _ => {
            let letters = ["\u{202e}", "\u{0}", "\u{feff}", "王", "é", "\u{10ffff}", "\u{ad}"];
            put(bytes, at..at, letters[dice.below(letters.len())].as_bytes());
        }
    }
}

fn flip(bytes: &mut [u8], at: usize, dice: &mut Dice) {
    if let Some(byte) = bytes.get_mut(at) {
        *byte ^= 1 << dice.below(8);
    }
}

/// Another number in place of the next one.
fn number(bytes: &mut Vec<u8>, at: usize, dice: &mut Dice) {
    let is_digit = |byte: &u8| byte.is_ascii_digit();
    let Some(begin) = bytes[at..].iter().position(is_digit).map(|n| at + n) else {
        return;
    };
    let length = bytes[begin..].iter().take_while(|byte| is_digit(byte)).count();
    put(bytes, begin..begin + length, NUMBERS[dice.below(NUMBERS.len())].as_bytes());
}

fn put(bytes: &mut Vec<u8>, place: std::ops::Range<usize>, by: &[u8]) {
    if bytes.len() + by.len() <= LONG_BYTES + place.len() {
        bytes.splice(place, by.iter().copied());
    }
}

fn pick<'a, T>(of: &'a [T], dice: &mut Dice) -> Option<&'a T> {
    of.get(dice.below(of.len()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_number_gives_the_same_input_and_another_gives_another() {
        let seeds = vec![b"event: changes\ndata: 1\n\n".to_vec(), b"{}".to_vec()];
        let all: Vec<_> = (0..200).map(|n| changed(&seeds, &["data:"], n)).collect();
        let again: Vec<_> = (0..200).map(|n| changed(&seeds, &["data:"], n)).collect();
        assert_eq!(all, again);
        let different: std::collections::BTreeSet<_> = all.iter().collect();
        assert!(different.len() > 150, "only {} are different", different.len());
    }
}
