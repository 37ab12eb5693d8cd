//! Prodigy: Adam whose rate is a distance that it estimates.

use super::optimizer::Optimizer;
use crate::checked::checked_rate;
use crate::wide::azip;
use ndarray::{Array1, ArrayView1, ArrayViewMut1};

/// Prodigy ([arXiv:2306.06101](https://arxiv.org/abs/2306.06101)).
#[derive(Clone, Debug)]
pub struct Prodigy {
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
    /// A factor of every estimate.
    pub coefficient: f64,
    /// d: the estimate so far, which never falls.
    pub(super) distance: f64,
    steps: i32,
    /// r, along the way, and the four lists, an entry for each weight.
    along: f64,
    start: Array1<f64>,
    m: Array1<f64>,
    v: Array1<f64>,
    s: Array1<f64>,
}

impl Prodigy {
    /// From this first guess.
    ///
    /// # Panics
    ///
    /// If the guess is not finite, or below 0.
    pub fn new(first_guess: f64) -> Prodigy {
        Prodigy {
            learning_rate: 1.0,
            beta_1: 0.9,
            beta_2: 0.999,
            epsilon: 1e-8,
            first_guess: checked_rate(first_guess),
            weight_decay: 0.0,
            bias_correction: true,
            coefficient: 1.0,
            distance: first_guess,
            steps: 0,
            along: 0.0,
            start: Array1::default(0),
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
    fn begin(&mut self, weights: &ArrayViewMut1<f64>) -> f64 {
        if self.steps == 0 {
            let zeros = Array1::zeros(weights.len());
            self.start = weights.to_owned();
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

impl Optimizer for Prodigy {
    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = checked_rate(learning_rate);
    }

    // ANCHOR: step
    fn step(&mut self, weights: ArrayViewMut1<f64>, gradient: ArrayView1<f64>) {
        let rate = self.begin(&weights);
        let (beta_1, beta_2) = (self.beta_1, self.beta_2);
        let beta_3 = beta_2.sqrt();
        let d = self.distance;
        let gain = d / self.first_guess * rate;
        let come = gradient.dot(&(&self.start - &weights));
        self.along = beta_3 * self.along + gain * come;
        azip!((&g in gradient, m in &mut self.m, v in &mut self.v,
               s in &mut self.s) {
            *m = beta_1 * *m + (1.0 - beta_1) * d * g;
            *v = beta_2 * *v + (1.0 - beta_2) * (d * g) * (d * g);
            *s = beta_3 * *s + gain * g;
        });
        let pushed: f64 = self.s.iter().map(|s| s.abs()).sum();
        if pushed > 0.0 {
            self.distance = d.max(self.coefficient * self.along / pushed);
        }
        let epsilon = self.distance * self.epsilon;
        let decay = self.weight_decay;
        azip!((w in weights, m in self.m.view(), v in self.v.view()) {
            *w -= rate * (m / (v.sqrt() + epsilon) + decay * *w);
        });
    }
    // ANCHOR_END: step
}
