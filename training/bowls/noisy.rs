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

    // ANCHOR: after
    /// The mean loss after so many steps at one rate: the part of the start's
    /// that is kept, and as much of the floor as is not.
    pub fn after(&self, steps: i32, start: f64, learning_rate: f64) -> f64 {
        let factor = 1.0 - learning_rate * self.curvature;
        let kept = (factor * factor).powi(steps);
        kept * self.loss(start) + (1.0 - kept) * self.floor(learning_rate)
    }
    // ANCHOR_END: after

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
    ///
    /// Red if `factor * factor * variance + added` were
    /// `factor * variance + added`: the factor of a variance is a square.
    #[test]
    fn the_variance_tends_to_that_of_the_floor() {
        for curvature in [0.5, 1.0, 4.0] {
            for product in [0.01, 0.1, 0.7, 1.0, 1.6, 1.95] {
                let rate = product / curvature;
                let bowl = NoisyBowl {
                    curvature,
                    noise: 0.7,
                };
                let variance = rate * 0.7 / (curvature * (2.0 - product));
                assert_relative_eq!(bowl.variance(rate), variance);
                let floor = rate * 0.7 / (2.0 * (2.0 - product));
                assert_relative_eq!(
                    bowl.floor(rate),
                    floor,
                    max_relative = 1e-12
                );
                let mut state = (2.0, 0.0);
                for k in 1..=2000 {
                    state = bowl.expect(state, rate);
                    let factor: f64 = 1.0 - product;
                    let settled = 1.0 - factor.powi(2 * k);
                    assert_abs_diff_eq!(
                        state.1,
                        settled * variance,
                        epsilon = 1e-12
                    );
                    assert_abs_diff_eq!(
                        state.0,
                        2.0 * factor.powi(k),
                        epsilon = 1e-12
                    );
                }
                assert_relative_eq!(
                    bowl.mean_loss(state),
                    floor,
                    max_relative = 1e-9
                );
            }
        }
    }

    /// Step by step, by `expect`.
    ///
    /// Red if `(factor * factor).powi(steps)` were `factor.powi(steps)`: the
    /// loss is a square.
    #[test]
    fn the_loss_is_what_is_kept_of_the_start_and_the_rest_of_the_floor() {
        for (curvature, noise) in [(1.0, 1.0), (4.0, 0.1), (0.3, 2.0)] {
            let bowl = NoisyBowl { curvature, noise };
            for product in [0.001, 0.1, 0.9, 1.0, 1.7, 1.99] {
                let rate = product / curvature;
                let mut state = (3.0, 0.0);
                for steps in 0..300 {
                    let after = bowl.after(steps, 3.0, rate);
                    let expected = bowl.mean_loss(state);
                    assert_relative_eq!(after, expected, max_relative = 1e-9);
                    state = bowl.expect(state, rate);
                }
            }
        }
    }

    /// By steps of the noise alone: at ηλ = 2 each adds as much to the
    /// variance, above it they grow.
    ///
    /// Red if `product >= 2.0` were `product >= 3.0`: above the wall the
    /// formula would give a negative variance.
    #[test]
    fn from_two_over_the_curvature_there_is_no_floor() {
        let bowl = NoisyBowl {
            curvature: 4.0,
            noise: 1.0,
        };
        let after = |rate: f64, steps: u32| {
            let next = |v: f64| (1.0 - 4.0 * rate).powi(2) * v + rate * rate;
            (0..steps).fold(0.0, |v, _| next(v))
        };
        for rate in [0.1, 0.4, 0.49, 0.499] {
            assert!(after(rate, 1_000_000) <= bowl.variance(rate) * 1.000_001);
        }
        for rate in [0.5, 0.501, 0.6, 2.0] {
            assert!(after(rate, 40) > 1.9 * after(rate, 20), "{rate}");
            assert_eq!(bowl.floor(rate), f64::INFINITY);
        }
    }

    /// Red if `self.noise.sqrt()` were `self.noise`: the noise would be given
    /// as a standard deviation.
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

    #[test]
    fn without_noise_the_gradient_is_that_of_the_loss() {
        let mut rng = ChaCha8Rng::seed_from_u64(4);
        for curvature in [0.5, 1.0, 4.0] {
            let bowl = NoisyBowl {
                curvature,
                noise: 0.0,
            };
            assert_eq!(bowl.loss(0.0), 0.0);
            for w in [-3.0, 0.2, 2.0] {
                let quotient =
                    (bowl.loss(w + 1e-3) - bowl.loss(w - 1e-3)) / 2e-3;
                let gradient = bowl.gradient(w, &mut rng);
                assert_relative_eq!(gradient, quotient, max_relative = 1e-9);
            }
        }
    }
}
