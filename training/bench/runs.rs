//! Runs of one rule at many rates, as a file holds them.

use crate::spread::Spread;
use crate::task::Outcome;

/// The runs of a rule at one rate, or from one first guess.
#[derive(Clone, Debug, PartialEq)]
pub struct Runs {
    pub rule: String,
    pub rate: f64,
    /// One for each seed.
    pub outcomes: Vec<Outcome>,
}

impl Runs {
    /// How the training losses spread.
    pub fn loss(&self) -> Spread {
        Spread::of(self.outcomes.iter().map(|run| run.loss))
    }

    /// How the shares of right answers spread.
    pub fn accuracy(&self) -> Spread {
        Spread::of(self.outcomes.iter().map(|run| run.accuracy))
    }
}

/// Those of a rule, in the order of its rates.
pub fn of_rule<'a>(all: &'a [Runs], rule: &str) -> Vec<&'a Runs> {
    all.iter().filter(|runs| runs.rule == rule).collect()
}

/// A rule's runs at the rate with the lowest median loss.
pub fn best<'a>(all: &'a [Runs], rule: &str) -> &'a Runs {
    let median = |runs: &&Runs| runs.loss().median;
    let runs = of_rule(all, rule).into_iter();
    runs.min_by(|a, b| median(a).total_cmp(&median(b)))
        .expect("a rule has runs")
}

/// Those of a line of a file: the rule, the rate, and for each seed the loss and
/// the accuracy.
pub(super) fn read(line: &str) -> Option<Runs> {
    let fields: Vec<&str> = line.split(';').collect();
    let [rule, rate, outcomes @ ..] = &*fields else {
        return None;
    };
    let outcome = |pair: &[&str]| {
        Some(Outcome {
            loss: pair[0].parse().ok()?,
            accuracy: pair[1].parse().ok()?,
        })
    };
    Some(Runs {
        rule: rule.to_string(),
        rate: rate.parse().ok()?,
        outcomes: outcomes
            .chunks_exact(2)
            .map(outcome)
            .collect::<Option<_>>()?,
    })
}
