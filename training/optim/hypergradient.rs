//! Hypergradient descent: a rate that descends too.

use super::optimizer::Optimizer;
use crate::checked::{NOT_NEGATIVE, checked, checked_rate};
use ndarray::{Array1, ArrayView1, ArrayViewMut1};

/// Plain descent whose rate moves against the loss's derivative with respect to
/// it ([arXiv:1703.04782](https://arxiv.org/abs/1703.04782)).
#[derive(Clone, Debug)]
pub struct Hypergradient {
    /// η, as it is now.
    pub learning_rate: f64,
    /// β: the rate at which the rate learns, weight⁴ per loss³.
    pub hyper_rate: f64,
    /// The gradient of the step before, an entry for each weight; none before
    /// the first step.
    before: Array1<f64>,
}

impl Hypergradient {
    /// From this learning rate on, with this rate of the rate.
    ///
    /// # Panics
    ///
    /// If a number is not finite, or below 0.
    pub fn new(learning_rate: f64, hyper_rate: f64) -> Hypergradient {
        Hypergradient {
            learning_rate: checked_rate(learning_rate),
            hyper_rate: checked("β", hyper_rate, NOT_NEGATIVE),
            before: Array1::default(0),
        }
    }
}

impl Optimizer for Hypergradient {
    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = checked_rate(learning_rate);
    }

    // ANCHOR: step
    fn step(
        &mut self,
        mut weights: ArrayViewMut1<f64>,
        gradient: ArrayView1<f64>,
    ) {
        if !self.before.is_empty() {
            // A step back by g_before per rate: the loss's slope along η is
            // −g · g_before.
            self.learning_rate += self.hyper_rate * gradient.dot(&self.before);
        }
        weights.scaled_add(-self.learning_rate, &gradient);
        self.before = gradient.to_owned();
    }
    // ANCHOR_END: step
}
