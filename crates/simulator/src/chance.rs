//! Chance: randomness that a seed decides, one stream a purpose, so that one more draw for one
//! purpose changes nothing for another.

use std::sync::{Mutex, PoisonError};

use holdfast_desk::entropy::Entropy;
use rand_chacha::ChaCha8Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};

/// A stream of chance.
#[derive(Clone, Debug)]
pub struct Chance(ChaCha8Rng);

impl Chance {
    /// The stream of a seed for a purpose.
    pub fn new(seed: u64, purpose: &str) -> Self {
        let key = blake3::derive_key("holdfast 2026-11 simulator", purpose.as_bytes());
        let mut hasher = blake3::Hasher::new_keyed(&key);
        hasher.update(&seed.to_le_bytes());
        Self(ChaCha8Rng::from_seed(*hasher.finalize().as_bytes()))
    }

    /// Any number.
    pub fn number(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A number below `end`, which is not 0.
    pub fn below(&mut self, end: u64) -> u64 {
        // The bias of a remainder is far below anything a seed could notice.
        self.0.next_u64() % end.max(1)
    }

    /// A number from `least` to below `end`.
    pub fn between(&mut self, least: i64, end: i64) -> i64 {
        let width = u64::try_from(end.saturating_sub(least)).unwrap_or(1);
        least.saturating_add(i64::try_from(self.below(width)).unwrap_or(0))
    }

    /// Whether something happens that does so `per_mille` times in a thousand.
    pub fn happens(&mut self, per_mille: u64) -> bool {
        self.below(1000) < per_mille
    }

    /// One of them.
    pub fn one<'a, T>(&mut self, of: &'a [T]) -> Option<&'a T> {
        let n = self.below(of.len() as u64);
        of.get(usize::try_from(n).unwrap_or(0))
    }

    /// Fills with random bytes.
    pub fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }
}

/// Chance as a desk is given it.
#[derive(Debug)]
pub struct Dice(Mutex<Chance>);

impl Dice {
    /// These dice.
    pub fn new(chance: Chance) -> Self {
        Self(Mutex::new(chance))
    }

    /// Fills with random bytes.
    pub fn roll(&self, bytes: &mut [u8]) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).fill(bytes);
    }
}

impl Entropy for Dice {
    fn fill(&self, bytes: &mut [u8]) {
        self.roll(bytes);
    }
}
