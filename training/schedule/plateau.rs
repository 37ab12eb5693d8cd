//! A schedule that listens: it lowers the rate when the loss stops falling.

use super::schedule::Schedule;

/// Multiplied by γ after more than P epochs in a row without a new best loss,
/// as in PyTorch.
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
    /// the part `threshold` of it.
    pub fn new(
        learning_rate: f64,
        gamma: f64,
        patience: usize,
        threshold: f64,
    ) -> ReduceOnPlateau {
        ReduceOnPlateau {
            learning_rate,
            gamma,
            patience,
            threshold,
            best: f64::INFINITY,
            bad_epochs: 0,
        }
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
            self.learning_rate *= self.gamma;
            self.bad_epochs = 0;
        }
    }
}
// ANCHOR_END: plateau
