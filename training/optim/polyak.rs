//! Polyak's step, capped: a rate from the loss that is still to go.

use crate::checked::checked_rate;
use ndarray::{ArrayView1, ArrayViewMut1};

/// SPS (Polyak, 1969; [arXiv:2002.10542](https://arxiv.org/abs/2002.10542)). It
/// is no [`Optimizer`](super::optimizer::Optimizer): a step needs the loss too.
#[derive(Clone, Debug)]
pub struct Polyak {
    /// A factor of the rate that it finds; 1 leaves that as it is.
    pub learning_rate: f64,
    /// The highest rate.
    pub max_rate: f64,
    /// The least loss.
    pub least: f64,
}

impl Polyak {
    /// With this cap, and a least loss of 0.
    ///
    /// # Panics
    ///
    /// If the cap is not finite, or below 0.
    pub fn new(max_rate: f64) -> Polyak {
        Polyak {
            learning_rate: 1.0,
            max_rate: checked_rate(max_rate),
            least: 0.0,
        }
    }

    /// One step, at weights with this loss and this gradient.
    pub fn step(
        &self,
        mut weights: ArrayViewMut1<f64>,
        loss: f64,
        gradient: ArrayView1<f64>,
    ) {
        let square = gradient.dot(&gradient);
        // So near the bottom the quotient is of rounding errors.
        if square <= f64::EPSILON {
            return;
        }
        let rate = ((loss - self.least).max(0.0) / square).min(self.max_rate);
        weights.scaled_add(-self.learning_rate * rate, &gradient);
    }
}
