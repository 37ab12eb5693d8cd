//! Activations: what a layer makes of its weighted sums, and the derivatives.

use crate::wide::wide_azip;
use ndarray::{ArrayView2, ArrayViewMut2};

/// An activation function.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Activation {
    /// z, unchanged.
    Linear,
    /// The larger of z and 0.
    Relu,
    /// 1 / (1 + e⁻ᶻ), between 0 and 1.
    Sigmoid,
    /// tanh z, between −1 and 1.
    Tanh,
    /// eᶻ divided by its sum over the row: probabilities.
    Softmax,
}

impl Activation {
    /// Replaces weighted sums, a row for each sample, by what is made of them.
    pub fn apply(self, mut z: ArrayViewMut2<f64>) {
        match self {
            Activation::Linear => {}
            // Unlike `z.max(0.0)` this keeps NaN.
            Activation::Relu => {
                wide_azip!((z in &mut z) *z = if *z < 0.0 { 0.0 } else { *z });
            }
            Activation::Sigmoid => {
                z.mapv_inplace(|z| 1.0 / (1.0 + libm::exp(-z)));
            }
            Activation::Tanh => z.mapv_inplace(libm::tanh),
            Activation::Softmax => {
                for mut z in z.rows_mut() {
                    // Without the largest no exponential overflows.
                    let largest = z.fold(f64::NEG_INFINITY, |m, z| m.max(*z));
                    z.mapv_inplace(|z| libm::exp(z - largest));
                    let total: f64 = z.iter().sum();
                    z.mapv_inplace(|z| z / total);
                }
            }
        }
    }

    /// Replaces the loss's derivatives with respect to what `apply` made, `a`,
    /// by those with respect to the weighted sums: the chain rule.
    pub fn differentiate(self, a: ArrayView2<f64>, mut g: ArrayViewMut2<f64>) {
        match self {
            Activation::Linear => {}
            // A factor, not a branch: about half of the units are off.
            Activation::Relu => wide_azip!((g in &mut g, &a in a) {
                *g *= if a > 0.0 { 1.0 } else { 0.0 };
            }),
            Activation::Sigmoid => {
                g.zip_mut_with(&a, |g, a| *g *= a * (1.0 - a))
            }
            Activation::Tanh => g.zip_mut_with(&a, |g, a| *g *= 1.0 - a * a),
            Activation::Softmax => {
                for (a, mut g) in a.rows().into_iter().zip(g.rows_mut()) {
                    let mean: f64 = a.iter().zip(&g).map(|(a, g)| a * g).sum();
                    g.zip_mut_with(&a, |g, a| *g = a * (*g - mean));
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use ndarray::{Array2, array};

    const ALL: [Activation; 5] = [
        Activation::Linear,
        Activation::Relu,
        Activation::Sigmoid,
        Activation::Tanh,
        Activation::Softmax,
    ];

    fn applied(activation: Activation, z: &Array2<f64>) -> Array2<f64> {
        let mut a = z.clone();
        activation.apply(a.view_mut());
        a
    }

    #[test]
    fn every_derivative_is_a_difference_quotient() {
        let z = array![[-1.3, 0.4, 2.0], [0.7, -0.2, -3.0]];
        let weights = array![[0.3, -1.0, 0.8], [2.0, 0.5, -0.7]];
        for activation in ALL {
            let mut gradient = weights.clone();
            let a = applied(activation, &z);
            activation.differentiate(a.view(), gradient.view_mut());
            for (at, g) in gradient.indexed_iter() {
                let loss = |nudge: f64| {
                    let mut z = z.clone();
                    z[at] += nudge;
                    (applied(activation, &z) * &weights).sum()
                };
                let quotient = (loss(1e-6) - loss(-1e-6)) / 2e-6;
                assert_relative_eq!(
                    *g,
                    quotient,
                    max_relative = 1e-7,
                    epsilon = 1e-9
                );
            }
        }
    }

    #[test]
    fn softmax_gives_probabilities_even_of_huge_sums() {
        let p = applied(Activation::Softmax, &array![[1000.0, 999.0, -1000.0]]);
        assert_relative_eq!(p.sum(), 1.0, max_relative = 1e-15);
        assert_relative_eq!(
            p[[0, 0]] / p[[0, 1]],
            1f64.exp(),
            max_relative = 1e-12
        );
    }

    #[test]
    fn a_sum_that_is_no_number_stays_none() {
        for activation in ALL {
            let a = applied(activation, &array![[f64::NAN, 1.0]]);
            assert!(a[[0, 0]].is_nan(), "{activation:?}");
        }
    }
}
