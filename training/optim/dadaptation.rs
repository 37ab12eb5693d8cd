//! D-Adaptation: Adam whose rate is an estimate of the distance to go.

use super::optimizer::Optimizer;
use crate::checked::checked_rate;
use crate::wide::azip;
use ndarray::{Array1, ArrayView1, ArrayViewMut1};

/// D-Adaptation with Adam
/// ([arXiv:2301.07733](https://arxiv.org/abs/2301.07733)).
#[derive(Clone, Debug)]
pub struct DAdaptation {
    /// A factor of the rate that it finds; 1 leaves that as it is.
    pub learning_rate: f64,
    pub beta_1: f64,
    pub beta_2: f64,
    pub epsilon: f64,
    /// d0: the first guess, far below the distance to go.
    pub first_guess: f64,
    /// The part of a weight that one unit of the rate takes from it.
    pub weight_decay: f64,
    /// Whether Adam's means are made unbiased.
    pub bias_correction: bool,
    /// d: the estimate so far, which never falls.
    pub(super) distance: f64,
    steps: i32,
    /// r, along the way, and the three lists, an entry for each weight.
    along: f64,
    m: Array1<f64>,
    v: Array1<f64>,
    s: Array1<f64>,
}

impl DAdaptation {
    /// From this first guess.
    ///
    /// # Panics
    ///
    /// If the guess is not finite, or below 0.
    pub fn new(first_guess: f64) -> DAdaptation {
        DAdaptation {
            learning_rate: 1.0,
            beta_1: 0.9,
            beta_2: 0.999,
            epsilon: 1e-8,
            first_guess: checked_rate(first_guess),
            weight_decay: 0.0,
            bias_correction: true,
            distance: first_guess,
            steps: 0,
            along: 0.0,
            m: Array1::default(0),
            v: Array1::default(0),
            s: Array1::default(0),
        }
    }

    /// d: what it takes the distance to be.
    pub fn distance(&self) -> f64 {
        self.distance
    }

    /// The rate of this step: the estimate, and what unbiases Adam's means.
    fn begin(&mut self, weights: usize) -> f64 {
        if self.steps == 0 {
            let zeros = Array1::zeros(weights);
            (self.m, self.v, self.s) = (zeros.clone(), zeros.clone(), zeros);
            self.distance = self.first_guess;
        }
        self.steps += 1;
        let rate = self.learning_rate * self.distance;
        if !self.bias_correction {
            return rate;
        }
        let of_m = 1.0 - self.beta_1.powi(self.steps);
        rate * (1.0 - self.beta_2.powi(self.steps)).sqrt() / of_m
    }
}

impl Optimizer for DAdaptation {
    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = checked_rate(learning_rate);
    }

    // ANCHOR: step
    fn step(&mut self, weights: ArrayViewMut1<f64>, gradient: ArrayView1<f64>) {
        let rate = self.begin(weights.len());
        let (beta_1, beta_2) = (self.beta_1, self.beta_2);
        let beta_3 = beta_2.sqrt();
        let (epsilon, decay) = (self.epsilon, self.weight_decay);
        let scaled = self.v.mapv(|v| 1.0 / (v.sqrt() + epsilon));
        let come = (&gradient * &self.s).dot(&scaled);
        self.along = beta_3 * self.along + (1.0 - beta_3) * rate * come;
        azip!((w in weights, &g in gradient, m in &mut self.m,
               v in &mut self.v, s in &mut self.s) {
            *m = beta_1 * *m + (1.0 - beta_1) * rate * g;
            *v = beta_2 * *v + (1.0 - beta_2) * g * g;
            *s = beta_3 * *s + (1.0 - beta_3) * rate * g;
            *w -= *m / (v.sqrt() + epsilon) + rate * decay * *w;
        });
        let pushed: f64 = self.s.iter().map(|s| s.abs()).sum();
        if pushed > 0.0 {
            let estimate = self.along / ((1.0 - beta_3) * pushed);
            self.distance = self.distance.max(estimate);
        }
    }
    // ANCHOR_END: step
}
