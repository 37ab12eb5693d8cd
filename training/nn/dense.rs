//! A dense layer: every output is an activation of a weighted sum of all
//! inputs.

use super::activation::Activation;
use crate::checked::{NOT_NEGATIVE, checked};
use rand::{Rng, RngExt};

/// The plan of a dense layer, in Keras's words.
#[derive(Clone, Debug, PartialEq)]
pub struct Dense {
    /// How many outputs it has.
    pub units: usize,
    /// What it makes of its weighted sums.
    pub activation: Activation,
    /// The L2 penalty: this times the sum of the kernel's squares is added to
    /// the loss.
    pub kernel_regularizer: f64,
    /// How its kernel starts.
    pub kernel_initializer: Initializer,
}

/// How a kernel starts; a bias starts at zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Initializer {
    /// Evenly within ±√(6 / (inputs + units)) (Glorot and Bengio, 2010).
    GlorotUniform,
    /// Evenly within ±√(6 / inputs) (He et al., arXiv:1502.01852).
    HeUniform,
}

impl Dense {
    /// A layer without penalty, its kernel started as Keras does by default.
    ///
    /// # Panics
    ///
    /// If it has no unit.
    pub fn new(units: usize, activation: Activation) -> Dense {
        Dense {
            units: checked("the number of units", units, 1..),
            activation,
            kernel_regularizer: 0.0,
            kernel_initializer: Initializer::GlorotUniform,
        }
    }

    /// The same layer with an L2 penalty.
    ///
    /// # Panics
    ///
    /// If that is not finite, or below 0.
    pub fn kernel_regularizer(self, l2: f64) -> Dense {
        Dense {
            kernel_regularizer: checked("an L2 penalty", l2, NOT_NEGATIVE),
            ..self
        }
    }

    /// The same layer with its kernel started in another way.
    pub fn kernel_initializer(self, kernel_initializer: Initializer) -> Dense {
        Dense {
            kernel_initializer,
            ..self
        }
    }
}

impl Initializer {
    /// The largest size that an entry of a kernel, inputs × units, starts with.
    pub fn limit(self, inputs: usize, units: usize) -> f64 {
        let fans = match self {
            Initializer::GlorotUniform => inputs + units,
            Initializer::HeUniform => inputs,
        };
        (6.0 / fans as f64).sqrt()
    }

    /// Starts a kernel, inputs × units, row by row.
    pub fn fill(
        self,
        kernel: &mut [f64],
        (inputs, units): (usize, usize),
        rng: &mut impl Rng,
    ) {
        let limit = self.limit(inputs, units);
        kernel.fill_with(|| rng.random_range(-limit..limit));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use rand::SeedableRng;
    use rand_chacha::ChaCha8Rng;

    #[test]
    fn kernels_start_evenly_within_their_limits() {
        for (initializer, variance) in [
            (Initializer::GlorotUniform, 2.0 / (200.0 + 100.0)),
            (Initializer::HeUniform, 2.0 / 200.0),
        ] {
            let mut kernel = vec![0.0; 200 * 100];
            let mut rng = ChaCha8Rng::seed_from_u64(1);
            initializer.fill(&mut kernel, (200, 100), &mut rng);
            let squares = kernel.iter().map(|w| w * w).sum::<f64>();
            // Of 20,000 even draws the mean square has a relative standard
            // error of √(4/5 / 20000) = 0.6 %.
            let measured = squares / kernel.len() as f64;
            assert_relative_eq!(measured, variance, max_relative = 0.03);
            let limit = (3.0 * variance).sqrt();
            assert!(kernel.iter().all(|w| w.abs() <= limit));
        }
    }
}
