//! LAMB: Adam's direction, as long as the rate times the weights.

use super::adam::Adam;
use super::library::Library;
use super::optimizer::Optimizer;
use crate::checked::checked_rate;
use ndarray::{Array1, ArrayView1, ArrayViewMut1};

/// LAMB ([arXiv:1904.00962](https://arxiv.org/abs/1904.00962)) of one layer:
/// all its weights are measured together.
#[derive(Clone, Debug)]
pub struct Lamb {
    /// η, a share of the length of the weights.
    pub learning_rate: f64,
    /// Adam, with a rate of 1, which gives the direction.
    pub direction: Adam,
    /// How strongly weights are pulled towards zero.
    pub weight_decay: f64,
    /// Whether the pull is measured with the direction, or, as in Keras, comes
    /// before it.
    pub is_decay_inside: bool,
}

impl Lamb {
    /// With this learning rate, and without a decay of weights.
    ///
    /// # Panics
    ///
    /// If a number is not finite, or below 0.
    pub fn new(learning_rate: f64) -> Lamb {
        Lamb {
            learning_rate: checked_rate(learning_rate),
            direction: Lamb::direction(1e-6),
            weight_decay: 0.0,
            is_decay_inside: true,
        }
    }

    /// Adam with a rate of 1.
    fn direction(epsilon: f64) -> Adam {
        let mut adam = Adam::of(Library::PyTorch);
        adam.learning_rate = 1.0;
        adam.epsilon = epsilon;
        adam
    }
}

impl Optimizer for Lamb {
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
        let mut step = Array1::zeros(weights.len());
        self.direction.step(step.view_mut(), gradient);
        if self.is_decay_inside {
            step.scaled_add(-self.weight_decay, &weights);
        } else {
            weights *= 1.0 - self.learning_rate * self.weight_decay;
        }
        let ratio = trust(weights.view(), step.view()).unwrap_or(1.0);
        weights.scaled_add(self.learning_rate * ratio, &step);
    }
    // ANCHOR_END: step
}

// ANCHOR: trust
/// How many times as long as a step the weights are, if both have a length.
pub(super) fn trust(
    weights: ArrayView1<f64>,
    step: ArrayView1<f64>,
) -> Option<f64> {
    let length = weights.dot(&weights).sqrt();
    let of_step = step.dot(&step).sqrt();
    (length > 0.0 && of_step > 0.0).then(|| length / of_step)
}
// ANCHOR_END: trust
