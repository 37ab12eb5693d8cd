//! Normal random numbers, the same on every processor.

use rand::{Rng, RngExt};
use std::f64::consts::TAU;

/// A normal number of mean 0 and variance 1 (Box and Muller, 1958).
pub fn normal(rng: &mut impl Rng) -> f64 {
    // 1 − u is in (0, 1], so that its logarithm is finite.
    let (u, angle) = (rng.random::<f64>(), TAU * rng.random::<f64>());
    (-2.0 * libm::log(1.0 - u)).sqrt() * libm::cos(angle)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    /// The moments of a normal number are 0, 1, 0, 3; the variances of its
    /// powers are 1, 2, 15, 96, and the mean of n has their n-th part.
    #[test]
    fn the_first_four_moments_are_those_of_a_normal_number() {
        for seed in 0..5 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let n = 20_000;
            let numbers: Vec<f64> = (0..n).map(|_| normal(&mut rng)).collect();
            let moments = [(1, 0.0, 1.0), (2, 1.0, 2.0), (3, 0.0, 15.0)];
            for (power, moment, variance) in
                moments.into_iter().chain([(4, 3.0, 96.0)])
            {
                let sum: f64 = numbers.iter().map(|x| x.powi(power)).sum();
                let standard_error = f64::sqrt(variance / f64::from(n));
                let off = (sum / f64::from(n) - moment) / standard_error;
                assert!(off.abs() < 4.0, "power {power}, seed {seed}: {off}");
            }
        }
    }

    #[test]
    fn a_number_in_twenty_is_beyond_1_96() {
        let mut rng = ChaCha8Rng::seed_from_u64(1);
        let n = 20_000;
        let beyond = (0..n).filter(|_| normal(&mut rng).abs() > 1.959964);
        let share = beyond.count() as f64 / f64::from(n);
        let standard_error = (0.05 * 0.95 / f64::from(n)).sqrt();
        assert!((share - 0.05).abs() < 4.0 * standard_error, "{share}");
    }
}
