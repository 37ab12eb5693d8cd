//! Adagrad: the gradient divided by the root of the sum of all squared
//! gradients.

use super::library::Library;
use super::optimizer::Optimizer;
use crate::checked::checked_rate;
use crate::wide::azip;
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
        azip!((w in weights, &g in gradient, sum in &mut self.accumulator) {
            *sum += g * g;
            *w -= rate * g / ((*sum + under).sqrt() + after);
        });
    }
    // ANCHOR_END: step
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use ndarray::array;

    /// From the formulas of the two libraries, where ε is as large as what it
    /// is added to.
    #[test]
    fn epsilon_stands_under_the_root_in_keras_and_after_it_in_pytorch() {
        let (g, epsilon, begun) = (3e-4_f64, 1e-3, 1e-6);
        let square = begun + g * g;
        for (library, step) in [
            (Library::Keras, g / (square + epsilon).sqrt()),
            (Library::PyTorch, g / (square.sqrt() + epsilon)),
        ] {
            let mut adagrad = Adagrad::of(library);
            adagrad.learning_rate = 0.1;
            adagrad.epsilon = epsilon;
            adagrad.initial_accumulator = begun;
            let mut w = array![1.0];
            adagrad.step(w.view_mut(), array![g].view());
            assert_relative_eq!(1.0 - w[0], 0.1 * step, max_relative = 1e-9);
        }
    }
}
