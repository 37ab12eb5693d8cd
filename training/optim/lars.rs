//! LARS: momentum whose pushes are as long as the rate times the weights.

use super::lamb::trust;
use super::optimizer::Optimizer;
use crate::checked::{NOT_NEGATIVE, checked, checked_rate};
use ndarray::{Array1, ArrayView1, ArrayViewMut1};

/// LARS ([arXiv:1708.03888](https://arxiv.org/abs/1708.03888)) of one layer, as
/// optax has it: all its weights are measured together.
#[derive(Clone, Debug)]
pub struct Lars {
    /// η, of which the trust makes a share of the length of the weights.
    pub learning_rate: f64,
    /// β: how much of the velocity is kept from step to step.
    pub momentum: f64,
    /// How strongly weights are pulled towards zero.
    pub weight_decay: f64,
    /// The length of a push, per unit of the rate and of the weights' length.
    pub trust_coefficient: f64,
    /// An entry for each weight; none before the first step.
    velocity: Array1<f64>,
}

impl Lars {
    /// With this learning rate and momentum, and without a decay of weights.
    ///
    /// # Panics
    ///
    /// If a number is not finite, or below 0.
    pub fn new(learning_rate: f64, momentum: f64) -> Lars {
        Lars {
            learning_rate: checked_rate(learning_rate),
            momentum: checked("β", momentum, NOT_NEGATIVE),
            weight_decay: 0.0,
            trust_coefficient: 0.001,
            velocity: Array1::default(0),
        }
    }
}

impl Optimizer for Lars {
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
        if self.velocity.is_empty() {
            self.velocity = Array1::zeros(weights.len());
        }
        let mut push = gradient.to_owned();
        push.scaled_add(self.weight_decay, &weights);
        let ratio = trust(weights.view(), push.view())
            .map_or(1.0, |ratio| self.trust_coefficient * ratio);
        self.velocity *= self.momentum;
        self.velocity.scaled_add(-self.learning_rate * ratio, &push);
        weights += &self.velocity;
    }
    // ANCHOR_END: step
}
