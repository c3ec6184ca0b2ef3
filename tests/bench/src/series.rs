//! A series: the same thing measured at several numbers of tickets, and how it grows.

use std::collections::BTreeMap;

use crate::figure::{Aim, Figure, both};
use crate::spread::Spread;

/// From the smallest to the largest number of tickets the median may at most double.
const GROWTH_AT_MOST: f64 = 2.0;

/// What was measured: id, then tickets. Kept in the order of the ids.
#[derive(Clone, Debug, Default)]
pub struct Series(BTreeMap<&'static str, BTreeMap<u64, Spread>>);

impl Series {
    /// What was measured of `id` with so many tickets.
    pub fn put(&mut self, id: &'static str, tickets: u64, spread: Spread) {
        self.0.entry(id).or_default().insert(tickets, spread);
    }

    /// All figures. From the second number of tickets on, the baseline is that of the first.
    pub fn figures(&self, aim_ms: impl Fn(&str) -> Option<f64>) -> Vec<Figure> {
        let mut figures = Vec::new();
        for (id, by_tickets) in &self.0 {
            let Some((least, first)) = by_tickets.first_key_value() else {
                continue;
            };
            let baselines = [first.p50(), first.p99()];
            for (tickets, spread) in by_tickets {
                let told = both(id, &format!("@{tickets}"), spread, aim_ms(id));
                for (at, figure) in told.into_iter().enumerate() {
                    figures.push(match (tickets == least, at) {
                        (true, _) => figure,
                        (false, 0) => {
                            figure.against(baselines[0]).aim(Aim::RatioAtMost(GROWTH_AT_MOST))
                        }
                        (false, _) => figure.against(baselines[at]),
                    });
                }
            }
        }
        figures
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn spread(ms: u64) -> Spread {
        let mut spread = Spread::default();
        spread.add(Duration::from_millis(ms));
        spread
    }

    #[test]
    fn growth_is_told_against_the_smallest_number_of_tickets() {
        let mut series = Series::default();
        series.put("ticket.open", 1_000, spread(2));
        series.put("ticket.open", 100_000, spread(6));
        let figures = series.figures(|_| None);
        let large = figures.iter().find(|f| f.id == "ticket.open.p50@100000");
        let large = large.expect("it was measured");
        assert_eq!((large.ratio, large.is_met()), (Some(3.0), Some(false)));
    }
}
