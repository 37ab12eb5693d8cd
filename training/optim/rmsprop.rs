//! RMSprop: the gradient divided by the root of the mean squared gradient.

use super::library::Library;
use super::optimizer::Optimizer;
use crate::checked::checked_rate;
use crate::wide::wide_azip;
use ndarray::{Array1, ArrayView1, ArrayViewMut1};

/// RMSprop (Tieleman and Hinton, 2012): Adagrad that forgets.
#[derive(Clone, Debug)]
pub struct RmsProp {
    /// η, in the units of a weight.
    pub learning_rate: f64,
    /// ρ: how much of the mean squared gradient is kept from step to step.
    pub rho: f64,
    /// What keeps the quotient finite.
    pub epsilon: f64,
    /// Whether ε stands under the root or after it.
    pub library: Library,
    /// The means of the squares, an entry for each weight; none before the
    /// first step.
    v: Array1<f64>,
}

impl RmsProp {
    /// With this learning rate and the other defaults of Keras.
    ///
    /// # Panics
    ///
    /// If a number is not finite, or below 0.
    pub fn new(learning_rate: f64) -> RmsProp {
        RmsProp {
            learning_rate: checked_rate(learning_rate),
            ..RmsProp::default()
        }
    }

    /// With the defaults of this library.
    pub fn of(library: Library) -> RmsProp {
        let (learning_rate, rho, epsilon) = match library {
            Library::Keras => (0.001, 0.9, 1e-7),
            Library::PyTorch => (0.01, 0.99, 1e-8),
        };
        RmsProp {
            learning_rate,
            rho,
            epsilon,
            library,
            v: Array1::default(0),
        }
    }
}

impl Default for RmsProp {
    /// As in Keras.
    fn default() -> RmsProp {
        RmsProp::of(Library::Keras)
    }
}

impl Optimizer for RmsProp {
    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = checked_rate(learning_rate);
    }

    // ANCHOR: step
    fn step(&mut self, weights: ArrayViewMut1<f64>, gradient: ArrayView1<f64>) {
        if self.v.is_empty() {
            self.v = Array1::zeros(weights.len());
        }
        let (rate, rho) = (self.learning_rate, self.rho);
        let (under, after) = self.library.epsilon(self.epsilon);
        wide_azip!((w in weights, &g in gradient, v in &mut self.v) {
            *v = rho * *v + (1.0 - rho) * g * g;
            *w -= rate * g / ((*v + under).sqrt() + after);
        });
    }
    // ANCHOR_END: step
}
