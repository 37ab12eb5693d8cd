//! Knobs: the settings a reader may turn, each with a default and a range.

use crate::Result;
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

    /// Settings over the whole range, both ends among them.
    pub fn samples(&self) -> Vec<String> {
        const COUNT: usize = 5;
        let part = |i: usize| i as f64 / (COUNT - 1) as f64;
        match &self.kind {
            Kind::Number { min, max, log, .. } => (0..COUNT)
                .map(|i| match log {
                    true => min * (max / min).powf(part(i)),
                    false => min + (max - min) * part(i),
                })
                // Rounding may lead a hair beyond the ends.
                .map(|number| number.clamp(*min, *max).to_string())
                .collect(),
            Kind::Count { min, max, .. } => (0..COUNT)
                .map(|i| (min + (max - min) * i / (COUNT - 1)).to_string())
                .collect(),
            Kind::Choice { options, .. } => options.clone(),
        }
    }

    /// The setting as a number, or an error that states the range.
    pub(crate) fn number(&self, setting: &str) -> Result<f64> {
        let Kind::Number { min, max, .. } = self.kind else {
            unreachable!("{} was declared a number", self.name)
        };
        let number: f64 = setting
            .parse()
            .with_context(|| self.refusal(setting, "is not a number"))?;
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
