//! Stochastic gradient descent: the update rule as it stands.

use super::library::Library;
use super::optimizer::Optimizer;
use crate::checked::checked_rate;
use ndarray::{ArrayView1, ArrayViewMut1};

/// Weights less rate times gradient.
#[derive(Clone, Debug)]
pub struct Sgd {
    /// η, weight² per loss.
    pub learning_rate: f64,
}

impl Sgd {
    /// With this learning rate.
    ///
    /// # Panics
    ///
    /// If a number is not finite, or below 0.
    pub fn new(learning_rate: f64) -> Sgd {
        Sgd {
            learning_rate: checked_rate(learning_rate),
        }
    }

    /// With the defaults of this library.
    pub fn of(library: Library) -> Sgd {
        Sgd::new(match library {
            Library::Keras => 0.01,
            Library::PyTorch => 0.001,
        })
    }
}

impl Default for Sgd {
    /// As in Keras.
    fn default() -> Sgd {
        Sgd::of(Library::Keras)
    }
}

impl Optimizer for Sgd {
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
        weights.scaled_add(-self.learning_rate, &gradient);
    }
    // ANCHOR_END: step
}
