//! Clipping: a gradient that is too long is shortened before its step.

use super::optimizer::Optimizer;
use ndarray::{ArrayView1, ArrayViewMut1};

/// An optimizer that is given no gradient longer than `max_norm`.
#[derive(Clone, Debug)]
pub struct Clipped<O> {
    /// Which makes the steps.
    pub optimizer: O,
    /// The longest gradient, all weights together.
    pub max_norm: f64,
    /// What PyTorch adds to the length: 1e-6; elsewhere 0.
    pub epsilon: f64,
}

impl<O: Optimizer> Optimizer for Clipped<O> {
    fn learning_rate(&self) -> f64 {
        self.optimizer.learning_rate()
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.optimizer.set_learning_rate(learning_rate);
    }

    // ANCHOR: step
    fn step(&mut self, weights: ArrayViewMut1<f64>, gradient: ArrayView1<f64>) {
        let length = gradient.dot(&gradient).sqrt() + self.epsilon;
        let factor = (self.max_norm / length).min(1.0);
        let clipped = gradient.mapv(|g| factor * g);
        self.optimizer.step(weights, clipped.view());
    }
    // ANCHOR_END: step
}
