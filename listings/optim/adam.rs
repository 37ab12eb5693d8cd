//! Adam: the mean gradient divided by the root of the mean squared gradient.

use super::optimizer::Optimizer;
use ndarray::{Array1, ArrayView1, ArrayViewMut1, azip};

/// Adam, in the form of Keras ([arXiv:1412.6980](https://arxiv.org/abs/1412.6980),
/// the variant at the end of its section 2).
#[derive(Clone, Debug)]
pub struct Adam {
    /// η, in the units of a weight.
    pub learning_rate: f64,
    /// How much of the mean gradient is kept from step to step.
    pub beta_1: f64,
    /// How much of the mean squared gradient is kept.
    pub beta_2: f64,
    /// What keeps the quotient finite.
    pub epsilon: f64,
    /// The running means, an entry for each weight, and the steps so far.
    m: Array1<f64>,
    v: Array1<f64>,
    steps: i32,
}

impl Adam {
    /// With this learning rate and the defaults of Keras.
    pub fn new(learning_rate: f64) -> Adam {
        Adam {
            learning_rate,
            ..Adam::default()
        }
    }
}

impl Default for Adam {
    /// The rate of 0.001, β₁ = 0.9, β₂ = 0.999 and ε = 1e-7, as in Keras.
    fn default() -> Adam {
        Adam {
            learning_rate: 0.001,
            beta_1: 0.9,
            beta_2: 0.999,
            epsilon: 1e-7,
            m: Array1::default(0),
            v: Array1::default(0),
            steps: 0,
        }
    }
}

impl Optimizer for Adam {
    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = learning_rate;
    }

    // ANCHOR: step
    fn step(&mut self, weights: ArrayViewMut1<f64>, gradient: ArrayView1<f64>) {
        if self.steps == 0 {
            self.m = Array1::zeros(weights.len());
            self.v = Array1::zeros(weights.len());
        }
        self.steps += 1;
        let Adam {
            beta_1,
            beta_2,
            epsilon,
            ..
        } = *self;
        let unbias_m = 1.0 / (1.0 - beta_1.powi(self.steps));
        let unbias_v = 1.0 / (1.0 - beta_2.powi(self.steps));
        let rate = self.learning_rate * unbias_m / unbias_v.sqrt();
        azip!((w in weights, &g in gradient, m in &mut self.m, v in &mut self.v) {
            *m += (1.0 - beta_1) * (g - *m);
            *v += (1.0 - beta_2) * (g * g - *v);
            *w -= rate * *m / (v.sqrt() + epsilon);
        });
    }
    // ANCHOR_END: step
}
