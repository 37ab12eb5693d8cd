//! Momentum: a step that remembers the steps before it.

use super::library::Library;
use super::optimizer::Optimizer;
use super::sgd::Sgd;
use crate::checked::{NOT_NEGATIVE, checked, checked_rate};
use crate::wide::wide_azip;
use ndarray::{Array1, ArrayView1, ArrayViewMut1};

/// Momentum (Polyak, 1964): the weights move by a velocity, into which each
/// gradient pushes.
#[derive(Clone, Debug)]
pub struct Momentum {
    /// η, weight² per loss.
    pub learning_rate: f64,
    /// β: how much of the velocity is kept from step to step.
    pub momentum: f64,
    /// Whether the rate goes into the velocity or comes on top of it.
    pub library: Library,
    /// An entry for each weight; none before the first step.
    velocity: Array1<f64>,
}

impl Momentum {
    /// With this learning rate and momentum, in the form of Keras.
    ///
    /// # Panics
    ///
    /// If a number is not finite, or below 0.
    pub fn new(learning_rate: f64, momentum: f64) -> Momentum {
        Momentum {
            learning_rate: checked_rate(learning_rate),
            momentum: checked("β", momentum, NOT_NEGATIVE),
            ..Momentum::default()
        }
    }

    /// With this library's rate for SGD, and the customary β = 0.9, as neither
    /// library has a momentum unless it is asked for.
    pub fn of(library: Library) -> Momentum {
        Momentum {
            learning_rate: Sgd::of(library).learning_rate,
            momentum: 0.9,
            library,
            velocity: Array1::default(0),
        }
    }
}

impl Default for Momentum {
    /// As in Keras.
    fn default() -> Momentum {
        Momentum::of(Library::Keras)
    }
}

impl Optimizer for Momentum {
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
            *w += rate_out * *velocity;
        });
    }
    // ANCHOR_END: step
}
