//! A figure: one number with its unit, what it is compared with, and what it should be.
//!
//! The file for machines is a list of `{id, value, unit, baseline, ratio}`. Aims stand in the table
//! for people only: they are this project's wishes, not measurements.

use serde::Serialize;

use crate::spread::Spread;

/// One measured number.
#[derive(Clone, Debug, Serialize)]
pub struct Figure {
    /// What was measured, `noun.verb.percentile@tickets`.
    pub id: String,
    /// How much.
    pub value: f64,
    /// Of what.
    pub unit: &'static str,
    /// What it is compared with, in the same unit.
    pub baseline: Option<f64>,
    /// Value over baseline.
    pub ratio: Option<f64>,
    /// What it should be.
    #[serde(skip)]
    pub aims: Vec<Aim>,
}

/// What a figure should be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Aim {
    /// The value, at most.
    ValueAtMost(f64),
    /// The ratio, at most.
    RatioAtMost(f64),
    /// The ratio, at least.
    RatioAtLeast(f64),
}

impl Figure {
    /// A number by itself.
    pub fn new(id: impl Into<String>, value: f64, unit: &'static str) -> Self {
        Self { id: id.into(), value, unit, baseline: None, ratio: None, aims: Vec::new() }
    }

    /// Compared with another number of the same unit.
    #[must_use]
    pub fn against(self, baseline: f64) -> Self {
        Self {
            ratio: (baseline != 0.0).then_some(self.value / baseline),
            baseline: Some(baseline),
            ..self
        }
    }

    /// With one more aim.
    #[must_use]
    pub fn aim(mut self, aim: Aim) -> Self {
        self.aims.push(aim);
        self
    }

    /// Whether every aim is met; `None` without aims.
    pub fn is_met(&self) -> Option<bool> {
        let met = |aim: &Aim| match (*aim, self.ratio) {
            (Aim::ValueAtMost(most), _) => self.value <= most,
            (Aim::RatioAtMost(most), Some(ratio)) => ratio <= most,
            (Aim::RatioAtLeast(least), Some(ratio)) => ratio >= least,
            (Aim::RatioAtMost(_) | Aim::RatioAtLeast(_), None) => false,
        };
        (!self.aims.is_empty()).then(|| self.aims.iter().all(met))
    }
}

impl std::fmt::Display for Aim {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::ValueAtMost(most) => write!(f, "≤ {most}"),
            Self::RatioAtMost(most) => write!(f, "≤ {most} ×"),
            Self::RatioAtLeast(least) => write!(f, "≥ {least} ×"),
        }
    }
}

/// Median and 99th percentile of a spread, in milliseconds, each held to the same aim.
pub fn both(id: &str, at: &str, spread: &Spread, most_ms: Option<f64>) -> Vec<Figure> {
    let one = |name: &str, value: f64| {
        let figure = Figure::new(format!("{id}.{name}{at}"), value, "ms");
        match most_ms {
            Some(most) => figure.aim(Aim::ValueAtMost(most)),
            None => figure,
        }
    };
    vec![one("p50", spread.p50()), one("p99", spread.p99())]
}

/// The table for people: a line a figure.
pub fn table(figures: &[Figure]) -> String {
    let header = ["figure", "value", "unit", "baseline", "ratio", "aim", ""].map(str::to_owned);
    let lines: Vec<[String; 7]> = std::iter::once(header).chain(figures.iter().map(line)).collect();
    let width = |column: usize| {
        let chars = lines.iter().map(|line| line[column].chars().count());
        chars.max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..7).map(width).collect();
    let mut out = String::new();
    for line in &lines {
        for (at, (cell, width)) in line.iter().zip(&widths).enumerate() {
            let cell = match at {
                1 | 3 | 4 => format!("{cell:>width$}"),
                _ => format!("{cell:<width$}"),
            };
            out.push_str(&cell);
            out.push_str("  ");
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
    }
    out
}

fn line(figure: &Figure) -> [String; 7] {
    let aims: Vec<String> = figure.aims.iter().map(ToString::to_string).collect();
    let word = match figure.is_met() {
        Some(true) => "met",
        Some(false) => "MISSED",
        None => "",
    };
    [
        figure.id.clone(),
        number(figure.value),
        figure.unit.to_owned(),
        figure.baseline.map(number).unwrap_or_default(),
        figure.ratio.map(number).unwrap_or_default(),
        aims.join(", "),
        word.to_owned(),
    ]
}

/// Three digits that matter; whole numbers from 100 on.
fn number(value: f64) -> String {
    match value.abs() {
        0.0 => "0".to_owned(),
        ..10.0 => format!("{value:.2}"),
        ..100.0 => format!("{value:.1}"),
        _ => format!("{value:.0}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_aim_on_the_ratio_is_missed_without_a_baseline() {
        let figure = Figure::new("start", 100.0, "ms").aim(Aim::RatioAtMost(1.3));
        assert_eq!(figure.is_met(), Some(false));
        assert_eq!(figure.against(90.0).is_met(), Some(true));
    }

    #[test]
    fn one_missed_aim_is_a_miss() {
        let figure = Figure::new("open", 3.0, "ms").against(1.0);
        let figure = figure.aim(Aim::ValueAtMost(4.0)).aim(Aim::RatioAtMost(2.0));
        assert_eq!(figure.is_met(), Some(false));
    }

    #[test]
    fn machines_read_five_fields() {
        let figure = Figure::new("start", 2.0, "ms").against(1.0);
        let told = serde_json::to_value(figure).expect("plain data");
        let wanted = serde_json::json!({
            "id": "start", "value": 2.0, "unit": "ms", "baseline": 1.0, "ratio": 2.0,
        });
        assert_eq!(told, wanted);
    }

    #[test]
    fn the_table_says_what_was_missed() {
        let figure = Figure::new("open", 3.0, "ms").aim(Aim::ValueAtMost(2.0));
        assert!(table(&[figure]).contains("≤ 2  MISSED"));
    }
}
