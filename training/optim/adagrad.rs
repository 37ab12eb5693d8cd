//! Adagrad: the gradient divided by the root of the sum of all squared
//! gradients.

use super::library::Library;
use super::optimizer::Optimizer;
use crate::checked::checked_rate;
use crate::wide::wide_azip;
use ndarray::{Array1, ArrayView1, ArrayViewMut1};

/// Adagrad (Duchi, Hazan and Singer, 2011): the more a weight was pushed, the
/// less it moves.
#[derive(Clone, Debug)]
pub struct Adagrad {
    /// η, in the units of a weight.
    pub learning_rate: f64,
    /// What each sum of squares begins with.
    pub initial_accumulator: f64,
    /// What keeps the quotient finite.
    pub epsilon: f64,
    /// Whether ε stands under the root or after it.
    pub library: Library,
    /// The sums of squares, an entry for each weight; none before the first
    /// step.
    accumulator: Array1<f64>,
}

impl Adagrad {
    /// With this learning rate and the other defaults of Keras.
    ///
    /// # Panics
    ///
    /// If a number is not finite, or below 0.
    pub fn new(learning_rate: f64) -> Adagrad {
        Adagrad {
            learning_rate: checked_rate(learning_rate),
            ..Adagrad::default()
        }
    }

    /// With the defaults of this library.
    pub fn of(library: Library) -> Adagrad {
        let (learning_rate, initial_accumulator, epsilon) = match library {
            Library::Keras => (0.001, 0.1, 1e-7),
            Library::PyTorch => (0.01, 0.0, 1e-10),
        };
        Adagrad {
            learning_rate,
            initial_accumulator,
            epsilon,
            library,
            accumulator: Array1::default(0),
        }
    }
}

impl Default for Adagrad {
    /// As in Keras.
    fn default() -> Adagrad {
        Adagrad::of(Library::Keras)
    }
}

impl Optimizer for Adagrad {
    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = checked_rate(learning_rate);
    }

    // ANCHOR: step
    fn step(&mut self, weights: ArrayViewMut1<f64>, gradient: ArrayView1<f64>) {
        if self.accumulator.is_empty() {
            self.accumulator =
                Array1::from_elem(weights.len(), self.initial_accumulator);
        }
        let rate = self.learning_rate;
        let (under, after) = self.library.epsilon(self.epsilon);
        wide_azip!((w in weights, &g in gradient, sum in &mut self.accumulator) {
            *sum += g * g;
            *w -= rate * g / ((*sum + under).sqrt() + after);
        });
    }
    // ANCHOR_END: step
}
