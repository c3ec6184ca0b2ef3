//! A spread: many durations of the same thing, and the percentiles that are told of them.

use std::future::Future;
use std::time::{Duration, Instant};

/// Durations in the order in which they were measured.
#[derive(Clone, Debug, Default)]
pub struct Spread(Vec<Duration>);

impl Spread {
    /// One more.
    pub fn add(&mut self, took: Duration) {
        self.0.push(took);
    }

    /// Runs something and adds how long it took; a failure is not added.
    pub async fn time<T, E>(&mut self, doing: impl Future<Output = Result<T, E>>) -> Result<T, E> {
        let begun = Instant::now();
        let done = doing.await?;
        self.add(begun.elapsed());
        Ok(done)
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Median, milliseconds.
    pub fn p50(&self) -> f64 {
        self.at(0.50)
    }

    /// 99th percentile, milliseconds.
    pub fn p99(&self) -> f64 {
        self.at(0.99)
    }

    /// The nearest rank; not a number where nothing was measured.
    fn at(&self, part: f64) -> f64 {
        let mut sorted = self.0.clone();
        sorted.sort_unstable();
        let rank = (part * sorted.len() as f64).ceil() as usize;
        let found = sorted.get(rank.saturating_sub(1));
        found.map_or(f64::NAN, |took| took.as_secs_f64() * 1e3)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percentiles_are_ranks_not_averages() {
        let mut spread = Spread::default();
        for ms in (1..=100).rev() {
            spread.add(Duration::from_millis(ms));
        }
        assert_eq!((spread.p50(), spread.p99()), (50.0, 99.0));
    }

    #[test]
    fn nothing_measured_is_no_number() {
        assert!(Spread::default().p99().is_nan());
    }
}
