//! Two examples of different curvature, one of them a step or both together.

use crate::regime::Regime;
use notebook::{Axis, Cell, Format, Panel, Result, Style, by_step};

const STEPS: usize = 12;

// ANCHOR: unequal
/// A line wx through two points of w = 0: of inputs 1 and 3, so of curvatures
/// x² = 1 and 9.
const CURVATURES: [f64; 2] = [1.0, 9.0];

/// The mean loss by step from w = 1, over all ways to draw one example a step.
fn one_a_step(learning_rate: f64) -> Vec<f64> {
    let mut weights = vec![1.0];
    let mut losses = vec![mean_loss(&weights)];
    for _ in 0..STEPS {
        // From each weight there are two ways on.
        let next = |w: &f64| CURVATURES.map(|c| w - learning_rate * c * w);
        weights = weights.iter().flat_map(next).collect();
        losses.push(mean_loss(&weights));
    }
    losses
}
// ANCHOR_END: unequal

/// The loss by step from w = 1, with both examples in every step.
fn both_a_step(learning_rate: f64) -> Vec<f64> {
    let next = |w: &f64| Some(w - learning_rate * mean_curvature() * w);
    let weights = std::iter::successors(Some(1.0), next).take(STEPS + 1);
    weights.map(|w| mean_loss(&[w])).collect()
}

/// λ, the curvature of the mean of both losses.
fn mean_curvature() -> f64 {
    (CURVATURES[0] + CURVATURES[1]) / 2.0
}

/// The mean of ½λw².
fn mean_loss(weights: &[f64]) -> f64 {
    let squares: f64 = weights.iter().map(|w| w * w).sum();
    0.5 * mean_curvature() * squares / weights.len() as f64
}

/// The rate below which the mean loss falls with batches of this size: V is the
/// variance of the examples' curvatures.
fn limit(batch_size: f64) -> f64 {
    let lambda = mean_curvature();
    let v = CURVATURES.map(|c| (c - lambda) * (c - lambda));
    2.0 * lambda / (lambda * lambda + (v[0] + v[1]) / 2.0 / batch_size)
}

pub fn run(cell: &mut Cell) -> Result<()> {
    let learning_rate = cell.log_knob("learning_rate", 0.3, 0.02..=0.5)?;

    let both = both_a_step(learning_rate);
    let one = one_a_step(learning_rate);
    writeln!(cell, "step   both together   one a step");
    for k in [0, 1, 2, 4, 8, 12] {
        writeln!(cell, "{k:4} {:15.4} {:12.4}", both[k], one[k]);
    }
    let lambda = mean_curvature();
    let full_limit = 2.0 / lambda;
    cell.value("flat", 1.0 - learning_rate, Format::Significant(2));
    cell.value("steep", 1.0 - 9.0 * learning_rate, Format::Significant(2));
    let together = 1.0 - learning_rate * lambda;
    cell.value("both", together, Format::Significant(2));
    cell.value("growth", one[1] / one[0], Format::Significant(3));
    cell.value("full_limit", full_limit, Format::Significant(2));
    cell.value("limit", limit(1.0), Format::Significant(2));
    cell.value("limit_of_4", limit(4.0), Format::Significant(2));
    let alt = format!(
        "The mean loss by step at a rate of {learning_rate}: with both \
         examples in each step from {} to {:.1e}, with one to {:.1e}.",
        both[0], both[STEPS], one[STEPS]
    );
    let style = Regime::of(learning_rate * lambda).style();
    let panel = Panel::new(
        Axis::linear("step k").range(0.0..=STEPS as f64),
        Axis::log("mean loss").range(1e-6..=1e6),
    )
    .path("both together", by_step(&both), style)
    .path("one a step", by_step(&one), Style::Ink);
    cell.chart(alt, [panel]);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use approx::assert_relative_eq;
    use notebook::at;
    use rand::{RngExt, SeedableRng};
    use rand_chacha::ChaCha8Rng;

    /// Red if `w - learning_rate * c * w` were `w - learning_rate * 5.0 * w`:
    /// each example would have the curvature of both.
    #[test]
    fn one_example_a_step_diverges_where_both_together_converge() {
        for rate in [0.25, 0.3, 0.35, 0.39] {
            let outputs = at(run, &[("learning_rate", &rate)]);
            assert!(outputs["limit"] < rate && rate < outputs["full_limit"]);
            let (both, one) = (both_a_step(rate), one_a_step(rate));
            assert_eq!((both.len(), one.len()), (13, 13));
            for k in 1..=12 {
                assert!(both[k] < both[k - 1] && one[k] > one[k - 1], "{rate}");
            }
        }
    }

    /// Red if `/ 2.0 / batch_size` were `/ batch_size`: the variance would be
    /// a sum, not a mean.
    #[test]
    fn the_limit_of_a_batch_is_lower_the_more_curvatures_differ() {
        // All batches of B draws, and the mean square of their factors.
        let growth = |rate: f64, size: u32| {
            let batches = 0..1u32 << size;
            let factor = |batch: u32| {
                let steep = f64::from(batch.count_ones()) / f64::from(size);
                1.0 - rate * (9.0 * steep + 1.0 - steep)
            };
            let squares: f64 = batches.map(|b| factor(b).powi(2)).sum();
            squares / f64::from(1u32 << size)
        };
        let mut last = 0.0;
        for size in [1, 2, 3, 4, 8] {
            let limit = limit(f64::from(size));
            assert!(growth(0.999 * limit, size) < 1.0, "B = {size}");
            assert!(growth(1.001 * limit, size) > 1.0, "B = {size}");
            assert!(last < limit && limit < 2.0 / 5.0);
            last = limit;
        }
        let outputs = at(run, &[]);
        assert_relative_eq!(outputs["limit"], 10.0 / 41.0, epsilon = 1e-12);
        assert_relative_eq!(
            outputs["limit_of_4"],
            10.0 / 29.0,
            epsilon = 1e-12
        );
        assert_relative_eq!(outputs["full_limit"], 0.4, epsilon = 1e-12);
    }

    /// Red if `one[1] / one[0]` were `one[2] / one[0]`: two steps multiply by
    /// the square.
    #[test]
    fn each_step_multiplies_the_mean_loss_by_the_mean_square_of_the_factors() {
        for rate in [0.02, 0.1, 0.2, 0.24, 0.3, 0.5] {
            let outputs = at(run, &[("learning_rate", &rate)]);
            let close = |name, expected| {
                assert_relative_eq!(outputs[name], expected, epsilon = 1e-12);
            };
            let (flat, steep) = (1.0 - rate, 1.0 - 9.0 * rate);
            close("flat", flat);
            close("steep", steep);
            close("both", (flat + steep) / 2.0);
            let growth = (flat * flat + steep * steep) / 2.0;
            close("growth", growth);
            let losses = one_a_step(rate);
            assert_eq!(losses.len(), 13);
            for pair in losses.windows(2) {
                assert_relative_eq!(
                    pair[1],
                    growth * pair[0],
                    epsilon = 1e-12,
                    max_relative = 1e-9
                );
            }
        }
    }

    /// At 0.3 nearly every run ends farther out: a step multiplies the distance
    /// by the root of 0.7 · 1.7 in the geometric mean.
    ///
    /// Red if `let rate = 0.3` were `let rate = 0.2`: below the limit runs
    /// come nearer.
    #[test]
    fn a_single_run_of_random_draws_diverges_too() {
        let rate = 0.3;
        for seed in 0..20 {
            let mut rng = ChaCha8Rng::seed_from_u64(seed);
            let log: f64 = (0..10_000)
                .map(|_| 1.0 - rate * CURVATURES[rng.random_range(..2usize)])
                .map(|factor: f64| factor.abs().ln())
                .sum();
            // 0.087 a step, with a standard error of 0.0044 over the steps.
            assert!(log > 10_000.0 * (0.087 - 4.0 * 0.0045), "{log}");
        }
    }
}
