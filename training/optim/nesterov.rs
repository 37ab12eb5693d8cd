//! Nesterov's momentum: the velocity as it will be after one more step.

use super::library::Library;
use super::optimizer::Optimizer;
use super::sgd::Sgd;
use crate::checked::{NOT_NEGATIVE, checked, checked_rate};
use crate::wide::wide_azip;
use ndarray::{Array1, ArrayView1, ArrayViewMut1};

/// Nesterov's accelerated gradient (1983), in the form of Sutskever et al.
/// (2013) that both libraries use: the weights are those at which the next
/// gradient is taken, one push ahead of the velocity.
#[derive(Clone, Debug)]
pub struct Nesterov {
    /// η, weight² per loss.
    pub learning_rate: f64,
    /// β: how much of the velocity is kept from step to step.
    pub momentum: f64,
    /// Whether the rate goes into the velocity or comes on top of it.
    pub library: Library,
    /// An entry for each weight; none before the first step.
    velocity: Array1<f64>,
}

impl Nesterov {
    /// With this learning rate and momentum, in the form of Keras.
    ///
    /// # Panics
    ///
    /// If a number is not finite, or below 0.
    pub fn new(learning_rate: f64, momentum: f64) -> Nesterov {
        Nesterov {
            learning_rate: checked_rate(learning_rate),
            momentum: checked("β", momentum, NOT_NEGATIVE),
            ..Nesterov::default()
        }
    }

    /// With this library's rate for SGD, and the customary β = 0.9.
    pub fn of(library: Library) -> Nesterov {
        Nesterov {
            learning_rate: Sgd::of(library).learning_rate,
            momentum: 0.9,
            library,
            velocity: Array1::default(0),
        }
    }
}

impl Default for Nesterov {
    /// As in Keras.
    fn default() -> Nesterov {
        Nesterov::of(Library::Keras)
    }
}

impl Optimizer for Nesterov {
    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = checked_rate(learning_rate);
    }

    // ANCHOR: step
    fn step(&mut self, weights: ArrayViewMut1<f64>, gradient: ArrayView1<f64>) {
        if self.velocity.is_empty() {
            self.velocity = Array1::zeros(weights.len());
        }
        let momentum = self.momentum;
        let (rate_in, rate_out) = self.library.rate(self.learning_rate);
        wide_azip!((w in weights, &g in gradient, velocity in &mut self.velocity) {
            *velocity = momentum * *velocity - rate_in * g;
            *w += rate_out * (momentum * *velocity - rate_in * g);
        });
    }
    // ANCHOR_END: step
}
