//! AdamW: Adam, and a pull of every weight towards zero.

use super::adam::Adam;
use super::library::Library;
use super::optimizer::Optimizer;
use ndarray::{ArrayView1, ArrayViewMut1};

/// AdamW ([arXiv:1711.05101](https://arxiv.org/abs/1711.05101)): the weights
/// shrink by rate times decay, outside the gradient, so that Adam does not
/// divide the pull away.
#[derive(Clone, Debug)]
pub struct AdamW {
    /// Its other parameters, and its means.
    pub adam: Adam,
    /// The part of a weight that one unit of the rate takes from it.
    pub weight_decay: f64,
}

impl AdamW {
    /// With this learning rate and the other defaults of Keras.
    ///
    /// # Panics
    ///
    /// If a number is not finite, or below 0.
    pub fn new(learning_rate: f64) -> AdamW {
        AdamW {
            adam: Adam::new(learning_rate),
            ..AdamW::default()
        }
    }

    /// With the defaults of this library.
    pub fn of(library: Library) -> AdamW {
        AdamW {
            adam: Adam::of(library),
            weight_decay: match library {
                Library::Keras => 0.004,
                Library::PyTorch => 0.01,
            },
        }
    }
}

impl Default for AdamW {
    /// As in Keras.
    fn default() -> AdamW {
        AdamW::of(Library::Keras)
    }
}

impl Optimizer for AdamW {
    fn learning_rate(&self) -> f64 {
        self.adam.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.adam.set_learning_rate(learning_rate);
    }

    // ANCHOR: step
    fn step(
        &mut self,
        mut weights: ArrayViewMut1<f64>,
        gradient: ArrayView1<f64>,
    ) {
        weights *= 1.0 - self.adam.learning_rate * self.weight_decay;
        self.adam.step(weights, gradient);
    }
    // ANCHOR_END: step
}
