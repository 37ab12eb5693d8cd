//! Sparse categorical cross-entropy: how badly outputs predict labels.

use ndarray::{ArrayView2, ArrayViewMut2};

/// Probabilities are kept this far from 0 and 1, as in Keras, so that their
/// logarithms stay finite.
pub const EPSILON: f64 = 1e-7;

/// The mean over the samples of −ln p, p being the probability that a row of
/// `outputs` gives to its label; `labels` are column numbers.
///
/// As in Keras, outputs are divided by their sum first, and clipped. Softmax
/// outputs sum to 1 already; two sigmoid outputs do not.
pub fn cross_entropy(outputs: ArrayView2<f64>, labels: &[usize]) -> f64 {
    let rows = outputs.rows().into_iter().zip(labels);
    let losses = rows.map(|(row, label)| {
        let probability = row[*label] / row.sum();
        -libm::log(clipped(probability))
    });
    losses.sum::<f64>() / labels.len() as f64
}

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
        g[*label] -= slope / probability;
    }
    cross_entropy(outputs, labels)
}

/// NaN stays NaN.
fn clipped(probability: f64) -> f64 {
    probability.clamp(EPSILON, 1.0 - EPSILON)
}
