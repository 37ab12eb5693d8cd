//! Adam: the mean gradient divided by the root of the mean squared gradient.

use super::library::Library;
use super::optimizer::Optimizer;
use crate::checked::checked_rate;
use crate::wide::wide_azip;
use ndarray::{Array1, ArrayView1, ArrayViewMut1};

/// Adam ([arXiv:1412.6980](https://arxiv.org/abs/1412.6980)).
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
    /// Whether ε is added before the second mean is unbiased, or after.
    pub library: Library,
    /// The running means, an entry for each weight, and the steps so far.
    pub(super) m: Array1<f64>,
    pub(super) v: Array1<f64>,
    steps: i32,
}

impl Adam {
    /// With this learning rate and the other defaults of Keras.
    ///
    /// # Panics
    ///
    /// If a number is not finite, or below 0.
    pub fn new(learning_rate: f64) -> Adam {
        Adam {
            learning_rate: checked_rate(learning_rate),
            ..Adam::default()
        }
    }

    /// With the defaults of this library.
    pub fn of(library: Library) -> Adam {
        Adam {
            learning_rate: 0.001,
            beta_1: 0.9,
            beta_2: 0.999,
            epsilon: match library {
                Library::Keras => 1e-7,
                Library::PyTorch => 1e-8,
            },
            library,
            m: Array1::default(0),
            v: Array1::default(0),
            steps: 0,
        }
    }

    // ANCHOR: begin
    /// Begins a step of so many weights: the rate and ε that make of m and v,
    /// which began at zero, unbiased means.
    pub(super) fn begin(&mut self, weights: usize) -> (f64, f64) {
        if self.steps == 0 {
            self.m = Array1::zeros(weights);
            self.v = Array1::zeros(weights);
        }
        self.steps += 1;
        let unbias_m = 1.0 / (1.0 - self.beta_1.powi(self.steps));
        let unbias_v = 1.0 / (1.0 - self.beta_2.powi(self.steps));
        let rate = self.learning_rate * unbias_m / unbias_v.sqrt();
        match self.library {
            Library::Keras => (rate, self.epsilon),
            Library::PyTorch => (rate, self.epsilon / unbias_v.sqrt()),
        }
    }
    // ANCHOR_END: begin
}

impl Default for Adam {
    /// As in Keras.
    fn default() -> Adam {
        Adam::of(Library::Keras)
    }
}

impl Optimizer for Adam {
    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = checked_rate(learning_rate);
    }

    // ANCHOR: step
    fn step(&mut self, weights: ArrayViewMut1<f64>, gradient: ArrayView1<f64>) {
        let (rate, epsilon) = self.begin(weights.len());
        let (beta_1, beta_2) = (self.beta_1, self.beta_2);
        wide_azip!((w in weights, &g in gradient,
               m in &mut self.m, v in &mut self.v) {
            *m += (1.0 - beta_1) * (g - *m);
            *v += (1.0 - beta_2) * (g * g - *v);
            *w -= rate * *m / (v.sqrt() + epsilon);
        });
    }
    // ANCHOR_END: step
}
