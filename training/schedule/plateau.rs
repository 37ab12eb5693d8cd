//! A schedule that listens: it lowers the rate when the loss stops falling.

use super::schedule::Schedule;
use crate::checked::{NOT_NEGATIVE, checked, checked_rate};

/// Multiplied by γ after more than P epochs in a row without a new best loss,
/// as in PyTorch: also where that is odd, for a loss below 0 that rises by less
/// than the threshold counts as a new best.
#[derive(Clone, Copy, Debug)]
pub struct ReduceOnPlateau {
    learning_rate: f64,
    gamma: f64,
    patience: usize,
    threshold: f64,
    best: f64,
    bad_epochs: usize,
}

impl ReduceOnPlateau {
    /// A loss counts as a new best if it is below the best so far by more than
    /// the part `threshold` of it; NaN never does.
    ///
    /// # Panics
    ///
    /// If a number is impossible: γ is from 0 to 1.
    pub fn new(
        learning_rate: f64,
        gamma: f64,
        patience: usize,
        threshold: f64,
    ) -> ReduceOnPlateau {
        ReduceOnPlateau {
            learning_rate: checked_rate(learning_rate),
            gamma: checked("γ", gamma, 0.0..=1.0),
            patience,
            threshold: checked("the threshold", threshold, NOT_NEGATIVE),
            best: f64::INFINITY,
            bad_epochs: 0,
        }
    }
}

/// A rate times γ; as in PyTorch it stays where it would change by 1e-8 or less.
fn lowered(learning_rate: f64, gamma: f64) -> f64 {
    let lowered = learning_rate * gamma;
    if learning_rate - lowered > 1e-8 {
        lowered
    } else {
        learning_rate
    }
}

// ANCHOR: plateau
impl Schedule for ReduceOnPlateau {
    fn learning_rate(&self, _: usize) -> f64 {
        self.learning_rate
    }

    fn observe(&mut self, loss: f64) {
        if loss < self.best * (1.0 - self.threshold) {
            self.best = loss;
            self.bad_epochs = 0;
        } else {
            self.bad_epochs += 1;
        }
        if self.bad_epochs > self.patience {
            self.learning_rate = lowered(self.learning_rate, self.gamma);
            self.bad_epochs = 0;
        }
    }
}
// ANCHOR_END: plateau
