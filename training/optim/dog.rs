//! DoG and DoWG: a rate from the distance gone and the gradients seen.

use super::optimizer::Optimizer;
use crate::checked::checked_rate;
use ndarray::{Array1, ArrayView1, ArrayViewMut1};

/// What the first step of DoG goes by.
#[derive(Clone, Copy, Debug)]
pub enum FirstStep {
    /// A distance: so many times one and the length of the weights.
    Heuristic(f64),
    /// A distance.
    Distance(f64),
    /// A rate.
    Rate(f64),
}

/// Distance over gradients
/// ([arXiv:2302.12022](https://arxiv.org/abs/2302.12022)), without its
/// averaging of weights.
#[derive(Clone, Debug)]
pub struct Dog {
    /// A factor of the rate that it finds; 1 leaves that as it is.
    pub learning_rate: f64,
    /// The guess that it begins with.
    pub first_step: FirstStep,
    /// Added to the sum of squares.
    pub epsilon: f64,
    start: Array1<f64>,
    /// The largest distance from the start so far.
    pub(super) distance: f64,
    /// The sum of the squared lengths of all gradients.
    pub(super) squares: f64,
}

impl Dog {
    /// With this guess of the distance.
    pub fn new(first_step: FirstStep) -> Dog {
        Dog {
            learning_rate: 1.0,
            first_step,
            epsilon: 1e-8,
            start: Array1::default(0),
            distance: 0.0,
            squares: 0.0,
        }
    }

    fn begin(&mut self, weights: &ArrayViewMut1<f64>) {
        self.start = weights.to_owned();
        self.distance = match self.first_step {
            FirstStep::Heuristic(part) => part * (1.0 + length(weights)),
            FirstStep::Distance(distance) => distance,
            FirstStep::Rate(_) => 0.0,
        };
    }
}

impl Optimizer for Dog {
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
        let is_first = self.start.is_empty();
        if is_first {
            self.begin(&weights);
        }
        let gone = &weights - &self.start;
        self.distance = self.distance.max(gone.dot(&gone).sqrt());
        self.squares += gradient.dot(&gradient);
        let rate = match self.first_step {
            FirstStep::Rate(rate) if is_first => rate,
            _ => self.distance / (self.squares + self.epsilon).sqrt(),
        };
        weights.scaled_add(-self.learning_rate * rate, &gradient);
    }
    // ANCHOR_END: step
}

/// Distance over weighted gradients
/// ([arXiv:2305.16284](https://arxiv.org/abs/2305.16284)): later gradients,
/// taken further out, count more.
#[derive(Clone, Debug)]
pub struct DoWg {
    /// A factor of the rate that it finds.
    pub learning_rate: f64,
    /// The squared distance that it begins with.
    pub squared_distance: f64,
    /// Added to the root of the sum.
    pub epsilon: f64,
    start: Array1<f64>,
    pub(super) squares: f64,
}

impl DoWg {
    /// With this guess of the squared distance.
    pub fn new(squared_distance: f64) -> DoWg {
        DoWg {
            learning_rate: 1.0,
            squared_distance,
            epsilon: 1e-4,
            start: Array1::default(0),
            squares: 0.0,
        }
    }
}

impl Optimizer for DoWg {
    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = checked_rate(learning_rate);
    }

    fn step(
        &mut self,
        mut weights: ArrayViewMut1<f64>,
        gradient: ArrayView1<f64>,
    ) {
        if self.start.is_empty() {
            self.start = weights.to_owned();
        }
        let gone = &weights - &self.start;
        let squared = self.squared_distance.max(gone.dot(&gone));
        self.squared_distance = squared;
        self.squares += squared * gradient.dot(&gradient);
        let rate = squared / (self.squares.sqrt() + self.epsilon);
        weights.scaled_add(-self.learning_rate * rate, &gradient);
    }
}

fn length(weights: &ArrayViewMut1<f64>) -> f64 {
    weights.iter().map(|w| w * w).sum::<f64>().sqrt()
}
