//! The loss ½λw² whose gradients are noisy, and what descent on it tends to.

use crate::normal::normal;
use rand::Rng;

/// The loss ½λw², seen through gradients with normal noise.
#[derive(Clone, Copy, Debug)]
pub struct NoisyBowl {
    /// λ.
    pub curvature: f64,
    /// σ²/B: the variance of the gradient of a batch.
    pub noise: f64,
}

impl NoisyBowl {
    /// The loss without noise; its minimum is 0.
    pub fn loss(&self, w: f64) -> f64 {
        0.5 * self.curvature * w * w
    }

    // ANCHOR: bowl
    /// λw with noise: what a batch says.
    pub fn gradient(&self, w: f64, rng: &mut impl Rng) -> f64 {
        self.curvature * w + self.noise.sqrt() * normal(rng)
    }

    /// The variance of the weight long after the start, infinite from ηλ = 2.
    pub fn variance(&self, learning_rate: f64) -> f64 {
        let product = learning_rate * self.curvature;
        if product >= 2.0 {
            return f64::INFINITY;
        }
        learning_rate * self.noise / (self.curvature * (2.0 - product))
    }

    /// The mean loss long after the start.
    pub fn floor(&self, learning_rate: f64) -> f64 {
        0.5 * self.curvature * self.variance(learning_rate)
    }

    /// Mean and variance of the next weight, from those of this one.
    pub fn expect(
        &self,
        (mean, variance): (f64, f64),
        learning_rate: f64,
    ) -> (f64, f64) {
        let factor = 1.0 - learning_rate * self.curvature;
        let added = learning_rate * learning_rate * self.noise;
        (factor * mean, factor * factor * variance + added)
    }
    // ANCHOR_END: bowl

    /// The mean loss of weights with this mean and variance.
    pub fn mean_loss(&self, (mean, variance): (f64, f64)) -> f64 {
        0.5 * self.curvature * (mean * mean + variance)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    /// The closed form of the variance after k steps is the floor's times
    /// 1 − (1 − ηλ)²ᵏ.
    #[test]
    fn the_variance_tends_to_that_of_the_floor() {
        for (rate, curvature) in [(0.1, 1.0), (0.4, 4.0), (1.9, 0.5)] {
            let bowl = NoisyBowl {
                curvature,
                noise: 0.7,
            };
            let mut state = (2.0, 0.0);
            for k in 1..=40 {
                state = bowl.expect(state, rate);
                let factor: f64 = 1.0 - rate * curvature;
                let settled = 1.0 - factor.powi(2 * k);
                assert_abs_diff_eq!(
                    state.1,
                    settled * bowl.variance(rate),
                    epsilon = 1e-12
                );
                assert_relative_eq!(
                    state.0,
                    2.0 * factor.powi(k),
                    max_relative = 1e-9
                );
            }
        }
    }

    #[test]
    fn from_two_over_the_curvature_there_is_no_floor() {
        let bowl = NoisyBowl {
            curvature: 4.0,
            noise: 1.0,
        };
        assert!(bowl.floor(0.499).is_finite());
        assert!(bowl.floor(0.5).is_infinite() && bowl.floor(0.6).is_infinite());
    }

    #[test]
    fn the_noise_has_the_variance_it_says() {
        let bowl = NoisyBowl {
            curvature: 2.0,
            noise: 9.0,
        };
        let mut rng = ChaCha8Rng::seed_from_u64(3);
        let off = (0..10_000).map(|_| bowl.gradient(1.5, &mut rng) - 3.0);
        let off: Vec<f64> = off.collect();
        let mean = off.iter().sum::<f64>() / 1e4;
        let square = off.iter().map(|x| x * x).sum::<f64>() / 1e4;
        // Standard errors: 3/√n, and 9·√(2/n).
        assert!(mean.abs() < 4.0 * 3.0 / 100.0, "{mean}");
        assert!((square - 9.0).abs() < 4.0 * 9.0 * 2f64.sqrt() / 100.0);
    }
}
