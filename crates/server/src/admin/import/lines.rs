//! Lines of a file, each of a bounded length: a file without line ends must not fill the memory.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::load::shape::Thing;

/// Longest line, bytes.
pub(super) const LINE_BYTES_MAX: usize = 8 * 1024 * 1024;

/// A line as it stands in the file, without its end.
pub(super) enum Line {
    Whole(Vec<u8>),
    /// Longer than [`LINE_BYTES_MAX`]; it was read away.
    TooLong,
}

/// The lines of a file.
pub(super) struct Lines<R>(R);

impl Lines<BufReader<File>> {
    pub(super) fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).with_context(|| format!("cannot open {}", path.display()))?;
        Ok(Self(BufReader::new(file)))
    }
}

impl<R: BufRead> Lines<R> {
    /// The next one; `None` at the end.
    pub(super) fn next(&mut self) -> io::Result<Option<Line>> {
        let mut line = Vec::new();
        // One more for the end of a line that is just as long as it may be.
        let bound = u64::try_from(LINE_BYTES_MAX).unwrap_or(u64::MAX).saturating_add(1);
        if self.0.by_ref().take(bound).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        if line.last() == Some(&b'\n') {
            line.pop();
        }
        if line.len() > LINE_BYTES_MAX {
            self.read_away()?;
            return Ok(Some(Line::TooLong));
        }
        Ok(Some(Line::Whole(line)))
    }

    fn read_away(&mut self) -> io::Result<()> {
        loop {
            let part = self.0.fill_buf()?;
            if part.is_empty() {
                return Ok(());
            }
            let end = part.iter().position(|byte| *byte == b'\n');
            let read = end.map_or(part.len(), |end| end + 1);
            self.0.consume(read);
            if end.is_some() {
                return Ok(());
            }
        }
    }
}

impl Line {
    /// What it says; `None` for an empty one.
    pub(super) fn thing(&self) -> Result<Option<Thing>> {
        let Self::Whole(line) = self else {
            bail!("longer than {LINE_BYTES_MAX} bytes");
        };
        let text = std::str::from_utf8(line).context("not UTF-8")?.trim();
        if text.is_empty() { Ok(None) } else { Ok(Some(serde_json::from_str(text)?)) }
    }

    pub(super) fn bytes(&self) -> usize {
        match self {
            Self::Whole(line) => line.len(),
            Self::TooLong => LINE_BYTES_MAX,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lengths(text: &[u8]) -> Vec<Option<usize>> {
        let mut lines = Lines(text);
        let mut lengths = Vec::new();
        while let Some(line) = lines.next().expect("it can be read") {
            lengths.push(match line {
                Line::Whole(line) => Some(line.len()),
                Line::TooLong => None,
            });
        }
        lengths
    }

    #[test]
    fn a_line_that_is_too_long_is_one_line_and_the_next_is_read() {
        let long = |bytes: usize| [vec![b'x'; bytes], b"\nabc".to_vec()].concat();
        assert_eq!(lengths(&long(LINE_BYTES_MAX)), [Some(LINE_BYTES_MAX), Some(3)]);
        assert_eq!(lengths(&long(LINE_BYTES_MAX + 1)), [None, Some(3)]);
        assert_eq!(lengths(&long(3 * LINE_BYTES_MAX)), [None, Some(3)]);
        assert_eq!(lengths(&vec![b'x'; LINE_BYTES_MAX + 1]), [None]);
    }

    #[test]
    fn empty_lines_and_the_last_one_without_an_end_are_lines() {
        assert_eq!(lengths(b"a\n\nbc"), [Some(1), Some(0), Some(2)]);
        assert_eq!(lengths(b"a\n"), [Some(1)]);
        assert_eq!(lengths(b""), []);
    }
}
