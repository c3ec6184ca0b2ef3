//! Journal: what happened, line by line. Two runs of a seed write the same, byte for byte; its
//! hash is what is compared.

use std::collections::BTreeMap;

use crate::time::BEGUN_US;

/// Lines that are kept for whoever reads; the hash is of all.
const LINES_MAX: usize = 200_000;

/// What happened.
#[derive(Debug, Default)]
pub struct Journal {
    hasher: blake3::Hasher,
    lines: Vec<String>,
    keeps: bool,
    /// Things that broke, by kind.
    pub faults: BTreeMap<&'static str, u64>,
    /// Things that people and their programs did.
    pub deeds: u64,
}

impl Journal {
    /// Keeps its lines, or their hash only.
    pub fn new(keeps: bool) -> Self {
        Self { keeps, ..Self::default() }
    }

    /// Writes a line.
    pub fn say(&mut self, now_us: i64, line: impl AsRef<str>) {
        let since_us = now_us - BEGUN_US;
        let line = format!("{:>12}.{:06} {}", since_us / 1_000_000, since_us % 1_000_000, {
            line.as_ref()
        });
        self.hasher.update(line.as_bytes());
        self.hasher.update(b"\n");
        if self.keeps && self.lines.len() < LINES_MAX {
            self.lines.push(line);
        }
    }

    /// Counts something that broke.
    pub fn fault(&mut self, kind: &'static str) {
        *self.faults.entry(kind).or_default() += 1;
    }

    /// Of every line so far.
    pub fn hash(&self) -> String {
        self.hasher.finalize().to_hex().to_string()
    }

    /// The lines that were kept.
    pub fn lines(&self) -> &[String] {
        &self.lines
    }
}
