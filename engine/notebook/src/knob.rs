//! Knobs: the settings a reader may turn, each with a default and a range.

use crate::{Read, Result};
use anyhow::{Context, ensure};
use serde::{Deserialize, Serialize};

/// A setting that a listing asks its cell for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Knob {
    /// Its name, in snake case: `learning_rate`.
    pub name: String,
    /// What it accepts, and its default.
    pub kind: Kind,
}

/// What a knob accepts.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A number between `min` and `max`, both included.
    Number {
        /// The value when the reader sets none.
        default: f64,
        /// The smallest value accepted.
        min: f64,
        /// The largest value accepted.
        max: f64,
        /// Whether a slider moves by factors rather than by differences.
        log: bool,
    },
    /// A whole number between `min` and `max`, both included.
    Count {
        /// The value when the reader sets none.
        default: usize,
        /// The smallest value accepted.
        min: usize,
        /// The largest value accepted.
        max: usize,
    },
    /// One of several names.
    Choice {
        /// The name when the reader picks none.
        default: String,
        /// All names, in the order in which they are offered.
        options: Vec<String>,
    },
}

impl Knob {
    /// The name as it is typed on a command line: `--learning-rate`.
    pub fn flag(&self) -> String {
        format!("--{}", self.name.replace('_', "-"))
    }

    /// The default, as a reader would type it.
    pub fn default_setting(&self) -> String {
        match &self.kind {
            Kind::Number { default, .. } => default.to_string(),
            Kind::Count { default, .. } => default.to_string(),
            Kind::Choice { default, .. } => default.clone(),
        }
    }

    /// What the knob accepts, in words: `0.01 to 1.2`.
    pub fn range(&self) -> String {
        match &self.kind {
            Kind::Number { min, max, .. } => format!("{min} to {max}"),
            Kind::Count { min, max, .. } => format!("{min} to {max}, whole"),
            Kind::Choice { options, .. } => options.join(", "),
        }
    }

    /// The settings that a slider or a list offers, in order: both ends and the
    /// default among them, and between them numbers of few digits.
    pub fn positions(&self) -> Vec<String> {
        let texts = |numbers: Vec<f64>| numbers.iter().map(f64::to_string).collect();
        match &self.kind {
            Kind::Number {
                default,
                min,
                max,
                log,
            } => {
                let grid = if *log {
                    factors(*min, *max)
                } else {
                    differences(*min, *max)
                };
                let inside = grid.into_iter().filter(|x| min < x && x < max);
                let mut numbers: Vec<f64> = inside.chain([*min, *max, *default]).collect();
                numbers.sort_by(f64::total_cmp);
                numbers.dedup();
                texts(numbers)
            }
            Kind::Count { min, max, .. } => (*min..=*max).map(|n| n.to_string()).collect(),
            Kind::Choice { options, .. } => options.clone(),
        }
    }

    /// The setting as a number, or an error that states the range.
    pub(crate) fn number(&self, setting: &str, read: Read) -> Result<f64> {
        let Kind::Number { min, max, .. } = self.kind else {
            unreachable!("{} was declared a number", self.name)
        };
        let number = read(setting).with_context(|| self.refusal(setting, "is not a number"))?;
        ensure!(
            (min..=max).contains(&number),
            self.refusal(setting, "is out of range")
        );
        Ok(number)
    }

    /// The setting as a whole number, or an error that states the range.
    pub(crate) fn count(&self, setting: &str) -> Result<usize> {
        let Kind::Count { min, max, .. } = self.kind else {
            unreachable!("{} was declared a count", self.name)
        };
        let count: usize = setting
            .parse()
            .with_context(|| self.refusal(setting, "is not a whole number"))?;
        ensure!(
            (min..=max).contains(&count),
            self.refusal(setting, "is out of range")
        );
        Ok(count)
    }

    /// The place of the setting among the options, or an error that names them.
    pub(crate) fn option(&self, setting: &str) -> Result<usize> {
        let Kind::Choice { options, .. } = &self.kind else {
            unreachable!("{} was declared a choice", self.name)
        };
        options
            .iter()
            .position(|option| option == setting)
            .with_context(|| self.refusal(setting, "is not offered"))
    }

    fn refusal(&self, setting: &str, why: &str) -> String {
        format!(
            "knob {}: {setting} {why}; it takes {}",
            self.name,
            self.range()
        )
    }
}

/// About a hundred multiples of a power of ten between the ends.
fn differences(min: f64, max: f64) -> Vec<f64> {
    let exponent = ((max - min) / 100.0).log10().round() as i32;
    let unit = 10f64.powi(exponent.abs());
    // Dividing by a whole number keeps 0.3 from becoming 0.30000000000000004.
    let number = |i: i64| {
        if exponent < 0 {
            i as f64 / unit
        } else {
            i as f64 * unit
        }
    };
    let index = |x: f64| if exponent < 0 { x * unit } else { x / unit };
    (index(min).ceil() as i64..=index(max).floor() as i64)
        .map(number)
        .collect()
}

/// Twenty-four numbers a decade, each of two digits and near a power of one
/// factor.
fn factors(min: f64, max: f64) -> Vec<f64> {
    const A_DECADE: f64 = 24.0;
    let index = |x: f64| x.log10() * A_DECADE;
    (index(min).ceil() as i64..=index(max).floor() as i64)
        .map(|i| 10f64.powf(i as f64 / A_DECADE))
        .filter_map(|x| format!("{x:.1e}").parse().ok())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn knob(default: f64, min: f64, max: f64, log: bool) -> Knob {
        Knob {
            name: "x".into(),
            kind: Kind::Number {
                default,
                min,
                max,
                log,
            },
        }
    }

    #[test]
    fn positions_hold_both_ends_and_the_default_and_are_all_accepted() {
        for (default, min, max, log) in [
            (0.9, 0.05, 1.2, false),
            (1.0, -1.5, 1.5, false),
            (1e-4, 1e-12, 1.0, true),
            (0.123, 0.01, 10.0, true),
            (500.0, 0.0, 3000.0, false),
        ] {
            let knob = knob(default, min, max, log);
            let positions = knob.positions();
            let numbers: Vec<f64> = positions
                .iter()
                .map(|p| knob.number(p, |text| text.parse().ok()).unwrap())
                .collect();
            assert!(numbers.is_sorted() && numbers.contains(&default));
            assert_eq!((numbers[0], numbers[numbers.len() - 1]), (min, max));
            assert!(
                (40..350).contains(&numbers.len()),
                "{} positions",
                numbers.len()
            );
        }
    }

    #[test]
    fn positions_are_numbers_of_few_digits() {
        for position in knob(0.9, 0.05, 1.2, false).positions() {
            assert!(position.len() <= 4, "{position}");
        }
        for position in knob(0.5, 0.01, 10.0, true).positions() {
            assert!(position.len() <= 5, "{position}");
        }
    }
}
