//! A network's loss and the gradient of every weight, forward and backward.

// ANCHOR: network
use ndarray::{Array2, Axis};

/// Kernel and bias of the hidden layer, then of the output layer. A
/// kernel is inputs × outputs, a bias a single row.
type Weights = [Array2<f64>; 4];

const L2: f64 = 0.01;

/// The loss, and its derivative with respect to every weight; `y` has a
/// row for each sample, 1 in the column of its class.
fn backpropagate(
    [kernel_1, bias_1, kernel_2, bias_2]: &Weights,
    x: &Array2<f64>,
    y: &Array2<f64>,
) -> (f64, Weights) {
    let samples = x.nrows() as f64;
    // Forward: from the inputs to the loss.
    let z = x.dot(kernel_1) + bias_1;
    let hidden = z.mapv(|z| z.max(0.0));
    let scores = hidden.dot(kernel_2) + bias_2;
    // For scores of ordinary size: above 709 the exponential overflows.
    let exp = scores.exp();
    let probability = &exp / &total(&exp, Axis(1));
    let cross_entropy = -(y * probability.ln()).sum() / samples;
    let loss = cross_entropy + L2 * kernel_1.pow2().sum();

    // Backward: g_… is the derivative of the loss with respect to …
    let g_scores = (probability - y) / samples;
    let g_kernel_2 = hidden.t().dot(&g_scores);
    let g_bias_2 = total(&g_scores, Axis(0));
    let g_hidden = g_scores.dot(&kernel_2.t());
    let g_z = g_hidden * z.mapv(|z| if z > 0.0 { 1.0 } else { 0.0 });
    let g_kernel_1 = x.t().dot(&g_z) + kernel_1 * (2.0 * L2);
    let g_bias_1 = total(&g_z, Axis(0));
    (loss, [g_kernel_1, g_bias_1, g_kernel_2, g_bias_2])
}
// ANCHOR_END: network

/// The sums along an axis, as a row or a column.
fn total(matrix: &Array2<f64>, axis: Axis) -> Array2<f64> {
    matrix.sum_axis(axis).insert_axis(axis)
}

// ANCHOR: check
pub fn run(cell: &mut Cell) -> Result<()> {
    let h = cell.log_knob("h", 1e-3, 1e-12..=1.0)?;
    let seed = cell.count_knob("seed", 4, 1..=99)?;

    let mut generator = ChaCha8Rng::seed_from_u64(seed as u64);
    let mut random = |shape| {
        let number = || generator.random_range(-1.0..1.0);
        Array2::from_shape_simple_fn(shape, number)
    };
    let (x, y) = (random((5, 3)), one_hot([0, 0, 1, 2, 2]));
    let weights = [(3, 4), (1, 4), (4, 3), (1, 3)].map(&mut random);
    let (loss, gradient) = backpropagate(&weights, &x, &y);

    // Each weight in turn is moved by h and by -h, the others held.
    let mut pairs = Vec::new();
    for (matrix, entries) in gradient.iter().enumerate() {
        for (place, &g) in entries.indexed_iter() {
            let loss_at = |nudge: f64| {
                let mut moved = weights.clone();
                moved[matrix][place] += nudge;
                backpropagate(&moved, &x, &y).0
            };
            pairs.push((g, (loss_at(h) - loss_at(-h)) / (2.0 * h)));
        }
    }
    report(cell, h, loss, &pairs)
}
// ANCHOR_END: check

use notebook::{Axis as ChartAxis, Cell, Format, Panel, Result, Style};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A row for each class, 1 in its column.
fn one_hot(classes: [usize; 5]) -> Array2<f64> {
    Array2::from_shape_fn((5, 3), |(row, column)| {
        f64::from(classes[row] == column)
    })
}

fn report(
    cell: &mut Cell,
    h: f64,
    loss: f64,
    pairs: &[(f64, f64)],
) -> Result<()> {
    let apart = pairs.iter().map(|(g, quotient)| (g - quotient).abs());
    let apart = apart.fold(0.0, f64::max);
    writeln!(cell, "loss                        {loss:.4}");
    writeln!(cell, "weights                     {}", pairs.len());
    writeln!(cell, "losses for all quotients    {}", 2 * pairs.len());
    writeln!(cell, "h                           {h:.0e}");
    writeln!(cell, "largest difference          {apart:.0e}");
    // The next power of ten: the last digits of a difference so small are the
    // processor's.
    let bound = 10f64.powi(apart.log10().ceil() as i32);
    cell.value("agreement", bound, Format::Scientific(1));
    cell.value("loss", loss, Format::Decimals(4));
    cell.count("weights", pairs.len());
    cell.count("losses", 2 * pairs.len());
    let reach = pairs.iter().map(|(g, _)| g.abs()).fold(0.0, f64::max);
    let diagonal = [(-reach, -reach), (reach, reach)];
    let alt = format!(
        "The difference quotient of each of {} weights at h = {h:.0e} against \
         its gradient by backpropagation: the points lie within {bound:.0e} of \
         the diagonal.",
        pairs.len()
    );
    let panel = Panel::new(
        ChartAxis::linear("gradient by backpropagation"),
        ChartAxis::linear("difference quotient"),
    );
    cell.chart(
        alt,
        [panel.line("equal", diagonal, Style::Muted).points(
            "a weight",
            pairs.iter().copied(),
            Style::Ink,
        )],
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::{assert_abs_diff_eq, assert_relative_eq};
    use notebook::at;
    use serde_json::Value;

    /// A list of numbers as a row, a list of lists as a matrix.
    fn matrix(value: &Value) -> Array2<f64> {
        let rows = match &value[0] {
            Value::Array(_) => value.as_array().unwrap().iter().collect(),
            _ => vec![value],
        };
        let columns = rows[0].as_array().unwrap().len();
        Array2::from_shape_fn((rows.len(), columns), |(row, column)| {
            rows[row][column].as_f64().unwrap()
        })
    }

    fn matrices(value: &Value) -> Weights {
        [0, 1, 2, 3].map(|place| matrix(&value[place]))
    }

    #[test]
    fn loss_and_every_gradient_entry_agree_with_pytorch() {
        let file = include_str!("../../training/reference/mlp.json");
        let reference: Value = serde_json::from_str(file).unwrap();
        assert_eq!(reference["l2"].as_f64(), Some(L2));
        let classes = reference["y"].as_array().unwrap();
        let classes =
            [0, 1, 2, 3, 4].map(|row| classes[row].as_u64().unwrap() as usize);
        let weights = matrices(&reference["weights"]);
        let x = matrix(&reference["x"]);
        let (loss, gradient) = backpropagate(&weights, &x, &one_hot(classes));
        let value = reference["value"].as_f64().unwrap();
        assert_relative_eq!(loss, value, max_relative = 1e-9);
        let mut entries = 0;
        for (ours, theirs) in
            gradient.iter().zip(&matrices(&reference["gradients"]))
        {
            assert_eq!(ours.dim(), theirs.dim());
            for (ours, theirs) in ours.iter().zip(theirs) {
                assert_relative_eq!(
                    ours,
                    theirs,
                    max_relative = 1e-9,
                    epsilon = 1e-12
                );
                entries += 1;
            }
        }
        assert_eq!(entries, 31);
    }

    /// Gradient entries and difference quotients of the network that `run`
    /// makes at its defaults, with all their digits; its figure has six.
    fn pairs(h: f64) -> Vec<(f64, f64)> {
        let mut generator = ChaCha8Rng::seed_from_u64(4);
        let mut random = |shape| {
            let number = || generator.random_range(-1.0..1.0);
            Array2::from_shape_simple_fn(shape, number)
        };
        let (x, y) = (random((5, 3)), one_hot([0, 0, 1, 2, 2]));
        let weights = [(3, 4), (1, 4), (4, 3), (1, 3)].map(&mut random);
        let loss = &|matrix: usize, place: usize, nudge: f64| {
            let mut moved = weights.clone();
            moved[matrix].as_slice_mut().unwrap()[place] += nudge;
            backpropagate(&moved, &x, &y).0
        };
        let gradient = backpropagate(&weights, &x, &y).1;
        let matrices = gradient.iter().enumerate();
        let pairs = matrices.flat_map(|(matrix, entries)| {
            entries.iter().enumerate().map(move |(place, g)| {
                let apart = loss(matrix, place, h) - loss(matrix, place, -h);
                (*g, apart / (2.0 * h))
            })
        });
        pairs.collect()
    }

    #[test]
    fn every_gradient_entry_agrees_with_its_difference_quotient() {
        let figure = at(run, &[("h", &6e-6)]).figure;
        let drawn = figure.unwrap().points("a weight");
        let pairs = pairs(6e-6);
        assert_eq!((drawn.len(), pairs.len()), (31, 31));
        for ((gradient, quotient), drawn) in pairs.into_iter().zip(drawn) {
            assert_abs_diff_eq!(gradient, quotient, epsilon = 1e-9);
            assert_relative_eq!(drawn.0, gradient, max_relative = 6e-6);
            assert_relative_eq!(drawn.1, quotient, max_relative = 6e-6);
        }
    }

    #[test]
    fn a_hundredth_of_h_brings_the_two_ten_thousand_times_nearer() {
        let apart = |h: f64| {
            let apart = pairs(h).into_iter().map(|(g, q)| (g - q).abs());
            apart.fold(0.0, f64::max)
        };
        assert_relative_eq!(
            apart(1e-2) / apart(1e-4),
            1e4,
            max_relative = 0.02
        );
    }
}
