//! Lion: a step of one size, in the direction that a mean gradient has.

use super::optimizer::Optimizer;
use crate::checked::checked_rate;
use crate::wide::azip;
use ndarray::{Array1, ArrayView1, ArrayViewMut1};

/// Lion ([arXiv:2302.06675](https://arxiv.org/abs/2302.06675)), with the
/// defaults of the paper.
#[derive(Clone, Debug)]
pub struct Lion {
    /// η, in the units of a weight.
    pub learning_rate: f64,
    /// How much of the mean gradient is in the direction of a step.
    pub beta_1: f64,
    /// How much of the mean gradient is kept from step to step.
    pub beta_2: f64,
    /// The part of a weight that one unit of the rate takes from it.
    pub weight_decay: f64,
    /// The mean gradient, an entry for each weight; none before the first step.
    m: Array1<f64>,
}

impl Lion {
    /// With this learning rate, and without a decay of weights.
    ///
    /// # Panics
    ///
    /// If a number is not finite, or below 0.
    pub fn new(learning_rate: f64) -> Lion {
        Lion {
            learning_rate: checked_rate(learning_rate),
            beta_1: 0.9,
            beta_2: 0.99,
            weight_decay: 0.0,
            m: Array1::default(0),
        }
    }
}

impl Optimizer for Lion {
    fn learning_rate(&self) -> f64 {
        self.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.learning_rate = checked_rate(learning_rate);
    }

    // ANCHOR: step
    fn step(&mut self, weights: ArrayViewMut1<f64>, gradient: ArrayView1<f64>) {
        if self.m.is_empty() {
            self.m = Array1::zeros(weights.len());
        }
        let (rate, decay) = (self.learning_rate, self.weight_decay);
        let (beta_1, beta_2) = (self.beta_1, self.beta_2);
        azip!((w in weights, &g in gradient, m in &mut self.m) {
            let direction = sign(beta_1 * *m + (1.0 - beta_1) * g);
            *w -= rate * (direction + decay * *w);
            *m = beta_2 * *m + (1.0 - beta_2) * g;
        });
    }
    // ANCHOR_END: step
}

// ANCHOR: sign
/// 1, −1, or 0 for 0.
fn sign(number: f64) -> f64 {
    if number == 0.0 { 0.0 } else { number.signum() }
}
// ANCHOR_END: sign

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::Task;
    use ndarray::Array1;

    /// An epoch on the digits, weight by weight, from several starts and at
    /// several rates.
    ///
    /// Red if `beta_1 * *m + (1.0 - beta_1) * g` were
    /// `beta_1 * *m + (1.0 - beta_1) * g + f64::MIN_POSITIVE`: a push for those
    /// that have none.
    #[test]
    fn every_weight_moves_by_the_rate_or_not_at_all() {
        let task = Task::digits().unwrap();
        for (seed, rate) in
            [(0, 0.01), (1, 0.01), (2, 1e-4), (3, 0.3), (4, 0.0037)]
        {
            let mut model = (task.model)(seed);
            let mut lion = Lion::new(rate);
            let mut stayed = 0;
            for batch in 0..45 {
                let images: Vec<usize> =
                    (32 * batch..32 * batch + 32).collect();
                let images = task.train.select(&images);
                model.backpropagate(images.x.view(), &images.labels);
                let before = model.weights().to_owned();
                let mut weights: Array1<f64> = before.clone();
                lion.step(weights.view_mut(), model.gradient());
                for (w, before) in weights.iter().zip(&before) {
                    let moved = [before + rate, before - rate].contains(w);
                    assert!(moved || w == before);
                    stayed += usize::from(w == before);
                }
                // A blank pixel's weights, at every step.
                let corner = 0..32;
                assert_eq!(
                    weights.as_slice().unwrap()[corner.clone()],
                    before.as_slice().unwrap()[corner]
                );
                model.weights_mut().assign(&weights);
            }
            assert!(stayed > 45 * 32);
        }
    }
}
