//! A small network from five arbitrary starts: one line updates each layer.

use ndarray::{Array2, Axis as Along, concatenate};
use notebook::{Axis, Cell, Format, Panel, Result, Style};
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;

const HIDDEN: usize = 8;
const STEPS: usize = 300;

// ANCHOR: train
/// The loss before each step of a descent, and at its end.
fn train(layers: &mut [Array2<f64>; 2], learning_rate: f64) -> Vec<f64> {
    let mut losses = Vec::new();
    for _ in 0..STEPS {
        let (loss, gradients) = loss_and_gradients(layers);
        losses.push(loss);
        for (weights, gradient) in layers.iter_mut().zip(&gradients) {
            weights.scaled_add(-learning_rate, gradient);
        }
    }
    losses.push(loss_and_gradients(layers).0);
    losses
}
// ANCHOR_END: train

// ANCHOR: model
/// Half the mean squared error of the network on the curve sin 3x, and its
/// gradient with respect to every weight, by the chain rule.
fn loss_and_gradients(layers: &[Array2<f64>; 2]) -> (f64, [Array2<f64>; 2]) {
    let [first, second] = layers;
    let x = Array2::from_shape_fn((21, 1), |(i, _)| i as f64 / 10.0 - 1.0);
    let inputs = concatenate![Along(1), x, Array2::ones((21, 1))];

    let hidden = inputs.dot(first).mapv(f64::tanh);
    let error = hidden.dot(second) - x.mapv(|x| (3.0 * x).sin());

    let back = error.dot(&second.t()) * hidden.mapv(|h| 1.0 - h * h);
    let of_first = inputs.t().dot(&back) / 21.0;
    let of_second = hidden.t().dot(&error) / 21.0;
    (0.5 * (&error * &error).sum() / 21.0, [of_first, of_second])
}

/// Weights drawn evenly between −1 and 1.
fn arbitrary(seed: u64) -> [Array2<f64>; 2] {
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    [(2, HIDDEN), (HIDDEN, 1)].map(|shape| {
        Array2::from_shape_simple_fn(shape, || rng.random_range(-1.0..1.0))
    })
}
// ANCHOR_END: model

// ANCHOR: run
pub fn run(cell: &mut Cell) -> Result<()> {
    let learning_rate = cell.log_knob("learning_rate", 0.5, 0.003..=1.0)?;

    writeln!(cell, "seed   weight: start    end    loss: start    end");
    let mut curves = Vec::new();
    for seed in 1..=5 {
        let mut layers = arbitrary(seed);
        let before = layers[0][[0, 0]];
        let losses = train(&mut layers, learning_rate);
        let (after, end) = (layers[0][[0, 0]], losses[STEPS]);
        write!(cell, "{seed:>4}{before:>16.3}{after:>7.3}");
        writeln!(cell, "{:>15.4}{end:>7.4}", losses[0]);
        curves.push(losses);
    }
    // ANCHOR_END: run
    let at = |step: usize| curves.iter().map(move |losses| losses[step]);
    let highest = |step| at(step).fold(0.0, f64::max);
    let lowest = |step| at(step).fold(f64::INFINITY, f64::min);
    cell.value("start_highest", highest(0), Format::Significant(2));
    cell.value("start_lowest", lowest(0), Format::Significant(2));
    cell.value("end_highest", highest(STEPS), Format::Significant(2));
    cell.value("end_lowest", lowest(STEPS), Format::Significant(2));
    cell.count("weights", 3 * HIDDEN);
    cell.count("steps", STEPS);
    let (alt, panel) = figure(learning_rate, &curves);
    cell.chart(alt, [panel]);
    Ok(())
}

fn figure(learning_rate: f64, curves: &[Vec<f64>]) -> (String, Panel) {
    let losses_at = |step: usize| {
        let losses = curves.iter().map(|losses| format!("{:.3}", losses[step]));
        losses.collect::<Vec<_>>().join(", ")
    };
    let alt = format!(
        "Loss against step for five starts at rate {learning_rate}. The \
         losses start at {} and end at {}.",
        losses_at(0),
        losses_at(STEPS)
    );
    let panel = Panel::new(
        Axis::linear("step k").range(0.0..=STEPS as f64),
        Axis::log("loss L").range(1e-3..=2.0),
    );
    let panel = curves.iter().fold(panel, |panel, losses| {
        let curve = losses.iter().enumerate();
        panel.line("", curve.map(|(k, loss)| (k as f64, *loss)), Style::Ink)
    });
    (alt, panel)
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;

    #[test]
    fn the_gradient_of_every_weight_equals_a_difference_quotient() {
        let layers = arbitrary(7);
        let (_, gradients) = loss_and_gradients(&layers);
        let h = 1e-5;
        for layer in 0..2 {
            for (place, slope) in gradients[layer].indexed_iter() {
                let loss_at = |shift: f64| {
                    let mut layers = layers.clone();
                    layers[layer][place] += shift;
                    loss_and_gradients(&layers).0
                };
                let quotient = (loss_at(h) - loss_at(-h)) / (2.0 * h);
                assert_relative_eq!(*slope, quotient, epsilon = 1e-8);
            }
        }
    }

    #[test]
    fn the_line_for_arrays_is_the_rule_for_each_weight() {
        let mut layers = arbitrary(3);
        let old = layers.clone();
        let mut first_step = layers.clone();
        let (_, gradients) = loss_and_gradients(&old);
        for (weights, gradient) in first_step.iter_mut().zip(&gradients) {
            weights.scaled_add(-0.5, gradient);
        }
        for layer in 0..2 {
            for (place, w) in layers[layer].indexed_iter_mut() {
                *w -= 0.5 * gradients[layer][place];
            }
            let apart = &layers[layer] - &first_step[layer];
            assert!(apart.iter().all(|apart| apart.abs() < 1e-15));
        }
    }

    #[test]
    fn five_starts_end_at_similar_losses() {
        let outputs = at(run, &[]);
        let number = |name| outputs[name];
        assert!(number("end_highest") < number("start_lowest") / 30.0);
        assert!(number("end_highest") < 4.0 * number("end_lowest"));
    }

    #[test]
    fn at_smaller_rates_one_start_lags_or_all_do() {
        let ends = |rate: f64| {
            let outputs = at(run, &[("learning_rate", &rate)]);
            ["end_lowest", "end_highest"].map(|end| outputs[end])
        };
        let [lowest, highest] = ends(0.3);
        assert!(highest > 8.0 * lowest);
        let [lowest, _] = ends(0.01);
        assert!(lowest > 0.05);
    }

    #[test]
    fn five_starts_end_at_different_weights() {
        let weights = [1, 2, 3, 4, 5].map(|seed| {
            let mut layers = arbitrary(seed);
            train(&mut layers, 0.5);
            layers
        });
        for one in 0..5 {
            for other in 0..one {
                let apart = &weights[one][0] - &weights[other][0];
                assert!(apart.iter().any(|apart| apart.abs() > 0.5));
            }
        }
    }

    #[test]
    fn weights_that_all_start_at_zero_never_move() {
        let mut layers = [(2, HIDDEN), (HIDDEN, 1)].map(Array2::zeros);
        let losses = train(&mut layers, 0.5);
        assert!(layers.iter().all(|layer| layer.iter().all(|w| *w == 0.0)));
        assert_eq!(losses[0], losses[STEPS]);
    }
}
