//! Losses, how badly outputs predict labels: cross-entropy for classes, the
//! mean squared error for numbers.

use ndarray::{ArrayView2, ArrayViewMut2};

/// Probabilities are kept this far from 0 and 1, as in Keras, so that their
/// logarithms stay finite.
pub const EPSILON: f64 = 1e-7;

/// What a sample is to be answered with, and what a wrong answer costs.
pub trait Label: Copy {
    /// The mean loss over the samples; `outputs` has a row for each.
    fn loss(outputs: ArrayView2<f64>, labels: &[Self]) -> f64;

    /// Writes the derivatives of the loss with respect to the outputs into
    /// `gradient`, of the same shape, and returns the loss.
    fn loss_gradient(
        outputs: ArrayView2<f64>,
        labels: &[Self],
        gradient: ArrayViewMut2<f64>,
    ) -> f64;
}

/// A class: cross-entropy.
impl Label for usize {
    fn loss(outputs: ArrayView2<f64>, labels: &[usize]) -> f64 {
        cross_entropy(outputs, labels)
    }

    fn loss_gradient(
        outputs: ArrayView2<f64>,
        labels: &[usize],
        gradient: ArrayViewMut2<f64>,
    ) -> f64 {
        cross_entropy_gradient(outputs, labels, gradient)
    }
}

/// A number, answered by the one output: the mean squared error.
impl Label for f64 {
    fn loss(outputs: ArrayView2<f64>, labels: &[f64]) -> f64 {
        mean_squared_error(outputs, labels)
    }

    fn loss_gradient(
        outputs: ArrayView2<f64>,
        labels: &[f64],
        mut gradient: ArrayViewMut2<f64>,
    ) -> f64 {
        let pairs = outputs.iter().zip(labels);
        let scale = 2.0 / labels.len() as f64;
        for (g, (output, label)) in gradient.iter_mut().zip(pairs) {
            *g = scale * (output - label);
        }
        mean_squared_error(outputs, labels)
    }
}

// ANCHOR: mean_squared_error
/// The mean of (output − label)², as `MeanSquaredError` in Keras and `MSELoss`
/// in PyTorch have it; `outputs` has one column.
pub fn mean_squared_error(outputs: ArrayView2<f64>, labels: &[f64]) -> f64 {
    let pairs = outputs.iter().zip(labels);
    let squares = pairs.map(|(output, label)| (output - label).powi(2));
    squares.sum::<f64>() / labels.len() as f64
}
// ANCHOR_END: mean_squared_error

/// The mean over the samples of −ln p, p being the probability that a row of
/// `outputs` gives to its label; `labels` are column numbers.
///
/// As in Keras, outputs are divided by their sum first, and clipped. Softmax
/// outputs sum to 1 already; two sigmoid outputs do not.
// ANCHOR: cross_entropy
pub fn cross_entropy(outputs: ArrayView2<f64>, labels: &[usize]) -> f64 {
    let rows = outputs.rows().into_iter().zip(labels);
    let losses = rows.map(|(row, label)| {
        let probability = row[*label] / row.sum();
        -libm::log(clipped(probability))
    });
    losses.sum::<f64>() / labels.len() as f64
}
// ANCHOR_END: cross_entropy

/// Writes the derivatives of `cross_entropy` with respect to the outputs into
/// `gradient`, of the same shape, and returns the loss.
pub fn cross_entropy_gradient(
    outputs: ArrayView2<f64>,
    labels: &[usize],
    mut gradient: ArrayViewMut2<f64>,
) -> f64 {
    let samples = labels.len() as f64;
    let rows = outputs.rows().into_iter().zip(gradient.rows_mut());
    for ((row, mut g), label) in rows.zip(labels) {
        let sum = row.sum();
        let probability = row[*label] / sum;
        // Where the probability is clipped, the loss is flat.
        let slope = if clipped(probability) == probability {
            1.0 / (sum * samples)
        } else {
            0.0
        };
        g.fill(slope);
        g[*label] -= slope / clipped(probability);
    }
    cross_entropy(outputs, labels)
}

/// NaN stays NaN.
fn clipped(probability: f64) -> f64 {
    probability.clamp(EPSILON, 1.0 - EPSILON)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use ndarray::{Array2, array};

    fn gradient(outputs: &Array2<f64>, labels: &[usize]) -> Array2<f64> {
        let mut gradient = outputs.clone();
        cross_entropy_gradient(outputs.view(), labels, gradient.view_mut());
        gradient
    }

    /// The example of Keras's documentation, column by column: 1 in the first,
    /// 0 in the second, so 0.5 over both.
    #[test]
    fn the_mean_squared_error_is_keras_s_and_pytorch_s() {
        let of = |outputs, labels: &[f64]| {
            let outputs: Array2<f64> = outputs;
            mean_squared_error(outputs.view(), labels)
        };
        assert_eq!(of(array![[1.0], [1.0]], &[0.0, 0.0]), 1.0);
        assert_eq!(of(array![[1.0], [0.0]], &[1.0, 0.0]), 0.0);
        let all = of(array![[1.0], [1.0], [1.0], [0.0]], &[0.0, 1.0, 0.0, 0.0]);
        assert_eq!(all, 0.5);
        // The mean of the labels costs their variance, (2/3)·3² here.
        assert_eq!(of(array![[4.0], [4.0], [4.0]], &[1.0, 4.0, 7.0]), 6.0);
    }

    #[test]
    fn the_slopes_of_the_mean_squared_error_are_difference_quotients() {
        let outputs = array![[0.3], [-1.9], [2.2]];
        let labels = [1.0, 0.5, -0.7];
        let mut gradient = outputs.clone();
        f64::loss_gradient(outputs.view(), &labels, gradient.view_mut());
        for (at, g) in gradient.indexed_iter() {
            let loss = |nudge: f64| {
                let mut outputs = outputs.clone();
                outputs[at] += nudge;
                mean_squared_error(outputs.view(), &labels)
            };
            let quotient = (loss(1e-4) - loss(-1e-4)) / 2e-4;
            assert_relative_eq!(*g, quotient, max_relative = 1e-8);
        }
    }

    #[test]
    fn the_gradient_is_a_difference_quotient() {
        let outputs = array![[0.3, 0.9, 0.2], [0.5, 0.1, 0.4]];
        let labels = [1, 2];
        for (at, g) in gradient(&outputs, &labels).indexed_iter() {
            let loss = |nudge: f64| {
                let mut outputs = outputs.clone();
                outputs[at] += nudge;
                cross_entropy(outputs.view(), &labels)
            };
            let quotient = (loss(1e-6) - loss(-1e-6)) / 2e-6;
            assert_relative_eq!(*g, quotient, max_relative = 1e-8);
        }
    }

    /// Red if `probability.clamp(EPSILON, 1.0 - EPSILON)` were `probability`:
    /// probabilities of zero.
    #[test]
    fn a_certain_wrong_answer_costs_sixteen_and_the_loss_is_flat_there() {
        for wrong in [1e-9, 1e-300, 0.0] {
            let outputs = array![[1.0, wrong]];
            let loss = cross_entropy(outputs.view(), &[1]);
            assert_relative_eq!(loss, 7.0 * 10f64.ln(), max_relative = 1e-12);
            assert_eq!(gradient(&outputs, &[1]), array![[0.0, 0.0]]);
        }
    }
}
