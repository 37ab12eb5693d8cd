//! AMSGrad: Adam that divides by the root of the largest mean square so far.

use super::adam::Adam;
use super::library::Library;
use super::optimizer::Optimizer;
use crate::wide::wide_azip;
use ndarray::{Array1, ArrayView1, ArrayViewMut1};

/// AMSGrad (Reddi, Kale and Kumar, 2018), as both libraries have it: the
/// largest v so far takes v's place.
#[derive(Clone, Debug)]
pub struct AmsGrad {
    /// Its parameters and means are those of Adam.
    pub adam: Adam,
    /// The largest mean square of each weight; none before the first step.
    v_max: Array1<f64>,
}

impl AmsGrad {
    /// With this learning rate and the other defaults of Keras.
    ///
    /// # Panics
    ///
    /// If a number is not finite, or below 0.
    pub fn new(learning_rate: f64) -> AmsGrad {
        AmsGrad {
            adam: Adam::new(learning_rate),
            ..AmsGrad::default()
        }
    }

    /// With the defaults of this library.
    pub fn of(library: Library) -> AmsGrad {
        AmsGrad {
            adam: Adam::of(library),
            v_max: Array1::default(0),
        }
    }
}

impl Default for AmsGrad {
    /// As in Keras.
    fn default() -> AmsGrad {
        AmsGrad::of(Library::Keras)
    }
}

impl Optimizer for AmsGrad {
    fn learning_rate(&self) -> f64 {
        self.adam.learning_rate
    }

    fn set_learning_rate(&mut self, learning_rate: f64) {
        self.adam.set_learning_rate(learning_rate);
    }

    // ANCHOR: step
    fn step(&mut self, weights: ArrayViewMut1<f64>, gradient: ArrayView1<f64>) {
        if self.v_max.is_empty() {
            self.v_max = Array1::zeros(weights.len());
        }
        let (rate, epsilon) = self.adam.begin(weights.len());
        let Adam {
            beta_1,
            beta_2,
            ref mut m,
            ref mut v,
            ..
        } = self.adam;
        wide_azip!((w in weights, &g in gradient, m in m, v in v,
               v_max in &mut self.v_max) {
            *m += (1.0 - beta_1) * (g - *m);
            *v += (1.0 - beta_2) * (g * g - *v);
            *v_max = v_max.max(*v);
            *w -= rate * *m / (v_max.sqrt() + epsilon);
        });
    }
    // ANCHOR_END: step
}
