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
    let exp = scores.mapv(libm::exp);
    let probability = &exp / &total(&exp, Axis(1));
    let log = probability.mapv(libm::log);
    let cross_entropy = -(y * log).sum() / samples;
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

pub fn run(cell: &mut Cell) -> Result<()> {
    let h = cell.log_knob("h", 1e-3, 1e-12..=1.0)?;
    let seed = cell.count_knob("seed", 4, 1..=99)?;

    let (loss, pairs) = compare(h, seed as u64);
    // At the page's own settings, whatever the knobs say.
    let apart = largest_difference(&compare(1e-3, 4).1);
    cell.value("agreement", round_up(apart), Format::Scientific(1));
    report(cell, h, loss, &pairs);
    Ok(())
}

// ANCHOR: check
/// The loss, and each weight's gradient with its difference quotient.
fn compare(h: f64, seed: u64) -> (f64, Vec<(f64, f64)>) {
    let (weights, x, y) = random_network(seed);
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
    (loss, pairs)
}
// ANCHOR_END: check

use notebook::{Axis as ChartAxis, Cell, Format, Panel, Result, Style};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// A network of 3, 4 and 3, and five samples for it.
fn random_network(seed: u64) -> (Weights, Array2<f64>, Array2<f64>) {
    let mut generator = ChaCha8Rng::seed_from_u64(seed);
    let mut random = |shape| {
        let number = || generator.random_range(-1.0..1.0);
        Array2::from_shape_simple_fn(shape, number)
    };
    let (x, y) = (random((5, 3)), one_hot([0, 0, 1, 2, 2]));
    ([(3, 4), (1, 4), (4, 3), (1, 3)].map(&mut random), x, y)
}

/// A row for each class, 1 in its column.
fn one_hot(classes: [usize; 5]) -> Array2<f64> {
    Array2::from_shape_fn((5, 3), |(row, column)| {
        f64::from(classes[row] == column)
    })
}

fn largest_difference(pairs: &[(f64, f64)]) -> f64 {
    let apart = pairs.iter().map(|(g, quotient)| (g - quotient).abs());
    apart.fold(0.0, f64::max)
}

/// To the next power of ten: the last digits of a difference so small are the
/// processor's.
fn round_up(difference: f64) -> f64 {
    10f64.powi(libm::log10(difference).ceil() as i32)
}

fn report(cell: &mut Cell, h: f64, loss: f64, pairs: &[(f64, f64)]) {
    let apart = largest_difference(pairs);
    writeln!(cell, "loss                        {loss:.4}");
    writeln!(cell, "weights                     {}", pairs.len());
    writeln!(cell, "losses for all quotients    {}", 2 * pairs.len());
    writeln!(cell, "h                           {h:e}");
    writeln!(cell, "largest difference          {apart:.0e}");
    let bound = round_up(apart);
    cell.count("weights", pairs.len());
    cell.count("losses", 2 * pairs.len());
    let reach = pairs.iter().map(|(g, _)| g.abs()).fold(0.0, f64::max);
    let diagonal = [(-reach, -reach), (reach, reach)];
    let alt = format!(
        "The difference quotient of each of {} weights at h = {h:e} against \
         its gradient by backpropagation: the points lie within {bound:.0e} of \
         the diagonal.",
        pairs.len()
    );
    let panel = Panel::new(
        ChartAxis::linear("gradient by backpropagation"),
        ChartAxis::linear("difference quotient"),
    );
    let panel = panel.line("equal", diagonal, Style::Muted);
    let pairs = pairs.iter().copied();
    cell.chart(alt, [panel.points("a weight", pairs, Style::Ink)]);
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
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

    /// Red if `(2.0 * L2)` were `L2`: the slope of half the penalty.
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

    /// How far the gradients are from the quotients at most.
    fn apart(h: f64, seed: u64) -> f64 {
        let (_, pairs) = compare(h, seed);
        assert_eq!(pairs.len(), 31);
        pairs.iter().map(|(g, q)| (g - q).abs()).fold(0.0, f64::max)
    }

    #[test]
    fn the_figure_and_the_table_show_what_was_compared() {
        let outputs = at(run, &[("h", &0.5), ("seed", &7)]);
        let (loss, pairs) = compare(0.5, 7);
        let drawn = outputs.figure.as_ref().unwrap().points("a weight");
        assert_eq!(drawn.len(), pairs.len());
        for (drawn, (gradient, quotient)) in drawn.into_iter().zip(pairs) {
            assert_relative_eq!(drawn.0, gradient, max_relative = 6e-6);
            assert_relative_eq!(drawn.1, quotient, max_relative = 6e-6);
        }
        let last = outputs
            .text
            .lines()
            .map(|row| row.split_whitespace().last());
        let last: Vec<_> = last.map(Option::unwrap).collect();
        let (loss, apart) =
            (format!("{loss:.4}"), format!("{:.0e}", apart(0.5, 7)));
        assert_eq!(last, [&loss, "31", "62", "5e-1", &apart]);
        assert_eq!((outputs["weights"], outputs["losses"]), (31.0, 62.0));
        let equal = outputs.figure.as_ref().unwrap().points("equal");
        assert!(equal.len() == 2 && equal.iter().all(|(x, y)| x == y));
        assert!(equal[0].0 < -0.1 && equal[1].0 == -equal[0].0);
        let bound = round_up(largest_difference(&compare(0.5, 7).1));
        let within = format!("lie within {bound:.0e} of");
        assert!(outputs.figure.unwrap().wide.contains(&within));
    }

    /// Red if `hidden.t().dot(&g_scores)` were `-hidden.t().dot(&g_scores)`: a
    /// wrong sign for one of the two kernels.
    #[test]
    fn every_gradient_entry_agrees_with_its_difference_quotient() {
        let best_h = f64::EPSILON.cbrt();
        for seed in 1..=99 {
            assert!(apart(best_h, seed) < 1e-9, "seed {seed}");
        }
    }

    /// Red if `loss_at(-h)` were `loss_at(0.0)`: the quotients tend to half
    /// the slopes.
    #[test]
    fn a_tenth_of_h_brings_the_two_a_hundred_times_nearer() {
        let mut tried = 0;
        let agreement = at(run, &[])["agreement"];
        for seed in 1..=99 {
            for h in [1e-2, 1e-3] {
                if (seed, h) == (4, 1e-3) || no_corner_within(h, seed) {
                    let times = apart(h, seed) / apart(h / 10.0, seed);
                    assert!((95.0..105.0).contains(&times), "{seed}: {times}");
                    // The size that the page states holds from any seed.
                    assert!(h > 1e-3 || apart(h, seed) <= agreement, "{seed}");
                    tried += 1;
                }
            }
        }
        // Where the page starts from, to the next power of ten.
        let agreement = at(run, &[("h", &1), ("seed", &9)])["agreement"];
        assert!((0.1 * agreement..=agreement).contains(&apart(1e-3, 4)));
        assert!(tried > 150, "{tried}");
    }

    /// Whether no relu's sum is so near to zero that moving a weight by h takes
    /// it across; no input is larger than 1.
    fn no_corner_within(h: f64, seed: u64) -> bool {
        let ([kernel, bias, ..], x, _) = random_network(seed);
        (x.dot(&kernel) + bias).iter().all(|z| z.abs() > h)
    }

    /// Red if `apart(1.0, seed)` were `apart(0.01, seed)`: over a hundredth of
    /// that step the loss hardly bends.
    #[test]
    fn at_one_the_points_scatter() {
        for seed in 1..=99 {
            assert!(apart(1.0, seed) > 0.01, "seed {seed}");
        }
    }
}
